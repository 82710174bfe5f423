//! LocalStack, as the chain sees it.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderValue};
use hyper::http::uri::{Authority, Scheme};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::answer::{Answer, Failure, error_of};
use crate::call::Call;
use crate::element::Element;

/// The emulator behind the proxy.
pub(crate) struct Upstream {
    client: Client<HttpConnector, Full<Bytes>>,
    authority: Authority,
}

impl Upstream {
    /// Returns the emulator at an address, such as `127.0.0.1:4566`.
    pub(crate) fn new(authority: Authority) -> Upstream {
        Upstream { client: Client::builder(TokioExecutor::new()).build_http(), authority }
    }

    /// Sends a request as it is.
    pub(crate) async fn pass(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let mut uri = request.uri().clone().into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.authority.clone());
        *request.uri_mut() = Uri::from_parts(uri).map_err(|_| Failure::Lost)?;
        let host = HeaderValue::from_str(self.authority.as_str()).map_err(|_| Failure::Lost)?;
        request.headers_mut().insert(HOST, host);
        let response = self.client.request(request.map(Full::new)).await.map_err(|_| Failure::Lost)?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| Failure::Lost)?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }

    /// Sends a call to EC2, and reads the answer.
    pub(crate) async fn send(&self, call: &Call) -> Answer {
        let response = self.pass(call.request()).await?;
        let status = response.status();
        let text = String::from_utf8_lossy(response.body());
        match Element::parse(&text) {
            Some(document) if status.is_success() => Ok(document),
            document => Err(failure(status, document.as_ref(), &text)),
        }
    }
}

fn failure(status: StatusCode, document: Option<&Element>, text: &str) -> Failure {
    let (code, message) = document.and_then(error_of).unwrap_or(("InternalError", text));
    Failure::Refused { status, code: code.to_owned(), message: message.to_owned() }
}
