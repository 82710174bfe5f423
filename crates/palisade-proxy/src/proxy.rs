//! The proxy as a whole.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::uri::Authority;
use hyper::{Request, Response, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::answer::{Answer, Failure, error_document};
use crate::call::Call;
use crate::chain::{Layer, Next};
use crate::faults::{Counts, Faults, Hold, Weather};
use crate::mends;
use crate::server::{Answering, Handler, listen, serve};
use crate::upstream::Upstream;

/// What can be chosen about a proxy.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The endpoint of the emulator, such as `http://127.0.0.1:4566`.
    pub upstream: Uri,
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// How many objects a page has at most.
    pub page_size: usize,
    /// How often something that was made or deleted is seen on its way before it is there or gone.
    pub n_looks: u32,
}

impl Settings {
    /// Returns small pages and short waits, on a free port.
    pub fn new(upstream: Uri) -> Settings {
        Settings { upstream, port: 0, page_size: 5, n_looks: 1 }
    }
}

/// A proxy that runs, until it is dropped.
pub struct Proxy {
    endpoint: String,
    faults: Arc<Faults>,
    _runtime: Runtime,
}

impl Proxy {
    /// Starts a proxy on threads of its own.
    pub fn start(settings: &Settings) -> io::Result<Proxy> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (listener, address) = runtime.block_on(listen(settings.port))?;
        let endpoint = format!("http://{address}");
        let no_host = || io::Error::new(io::ErrorKind::InvalidInput, "the upstream endpoint names no host");
        let authority = settings.upstream.authority().cloned().ok_or_else(no_host)?;
        let faults = Arc::new(Faults::default());
        let layers = mends::all(settings, &faults);
        runtime.spawn(run(listener, authority, layers, Arc::clone(&faults)));
        Ok(Proxy { endpoint, faults, _runtime: runtime })
    }

    /// Returns what `AWS_ENDPOINT_URL` has to be.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Lets things go wrong from now on, or no longer.
    pub fn set_weather(&self, weather: Weather) {
        self.faults.set_weather(weather);
    }

    /// Throttles from now on who asks EC2 more than AWS documents; every bucket is full.
    pub fn keep_limits(&self) {
        self.faults.set_limits(true);
    }

    /// Stops the next client at one of its changes, and lets nobody change anything from then on.
    pub fn hold(&self, hold: Hold) {
        self.faults.holding().set(Some(hold));
    }

    /// Returns the operation at which a client is stopped, as soon as it is, unless that takes too long.
    pub fn held(&self, patience: Duration) -> Option<String> {
        self.faults.holding().wait(patience)
    }

    /// Lets everybody pass again. Who is stopped stays so.
    pub fn release(&self) {
        self.faults.holding().set(None);
    }

    /// Returns how many requests there were so far, and what became of them.
    pub fn counts(&self) -> Counts {
        self.faults.counts()
    }
}

/// Serves a chain until it is dropped.
pub(crate) async fn run(
    listener: TcpListener,
    upstream: Authority,
    layers: Vec<Box<dyn Layer>>,
    faults: Arc<Faults>,
) {
    let chain = Chain { faults, layers, upstream: Upstream::new(upstream) };
    serve(listener, Arc::new(chain)).await;
}

struct Chain {
    faults: Arc<Faults>,
    layers: Vec<Box<dyn Layer>>,
    upstream: Upstream,
}

impl Handler for Chain {
    fn answer(&self, request: Request<Bytes>) -> Answering<'_> {
        Box::pin(self.faults.answer(request, async |request| match Call::read(&request) {
            Some(call) => response(Next::all(&self.layers, &self.upstream).send(call).await),
            None => self.upstream.pass(request).await,
        }))
    }
}

fn response(answer: Answer) -> Result<Response<Bytes>, Failure> {
    let (status, document) = match answer {
        Ok(document) => (StatusCode::OK, document),
        Err(Failure::Refused { status, code, message }) => (status, error_document(&code, &message)),
        Err(Failure::Lost) => return Err(Failure::Lost),
    };
    let mut response = Response::new(Bytes::from(document.write()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml;charset=UTF-8"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// Returns what comes back for a request, until the connection is closed.
    fn check(request: &str, upstream: &'static str) -> String {
        let proxy = Proxy::start(&Settings::new(Uri::from_static(upstream))).unwrap();
        let mut stream = TcpStream::connect(proxy.endpoint().trim_start_matches("http://")).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    const CALL: &str = "POST / HTTP/1.1\r\nHost: ec2\r\nConnection: close\r\nContent-Length: 19\r\n\
        Authorization: Credential=1/20260101/us-east-1/ec2/aws4_request\r\n\r\nAction=DescribeVpcs";

    #[test]
    fn an_answer_that_does_not_come_closes_the_connection() {
        assert_eq!(check(CALL, "http://127.0.0.1:1"), "");
    }

    #[test]
    fn a_refusal_is_told_as_ec2_does() {
        let call = CALL.replace("Content-Length: 19", "Content-Length: 32") + "&MaxResults=4";
        insta::assert_snapshot!(check(&call, "http://127.0.0.1:1").lines().last().unwrap(), @"<Response><Errors><Error><Code>InvalidParameterValue</Code><Message>Value ( 4 ) for parameter maxResults is invalid. Expecting 5 to 1000.</Message></Error></Errors><RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>");
    }

    #[test]
    fn an_upstream_without_a_host_is_no_upstream() {
        assert!(Proxy::start(&Settings::new(Uri::from_static("/"))).is_err());
    }
}
