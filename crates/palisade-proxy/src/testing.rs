//! A mend by itself, between a client and an emulator that says what it is told to, all by HTTP on loopback.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::http::uri::Authority;
use hyper::{Method, Request, Response, StatusCode};

use crate::answer::error_document;
use crate::call::Call;
use crate::chain::Layer;
use crate::element::Element;
use crate::faults::Body;
use crate::proxy::run;
use crate::server::{Answering, Handler, listen, serve};
use crate::upstream::Upstream;

/// Tells what passes when a client sends `calls`, one a line: `DescribeVpcs VpcId.1=vpc-1`.
///
/// `script` has what the emulator answers: an operation and what is in its document, or `!` and the code of a refusal.
/// Of several answers to one operation each is given once, but for the last. What the client sends and gets is marked
/// with `>` and `<`; what the emulator is asked is in between. `?` stands for the token that came last.
pub(crate) fn check(layer: impl Layer + 'static, script: &str, calls: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(story(Box::new(layer), script, calls))
}

async fn story(layer: Box<dyn Layer>, script: &str, calls: &str) -> String {
    let emulator = Arc::new(Emulator::new(script));
    let (listener, address) = listen(0).await.unwrap();
    tokio::spawn(serve(listener, Arc::clone(&emulator)));
    let (listener, proxy) = listen(0).await.unwrap();
    tokio::spawn(run(listener, authority(address), vec![layer], Arc::default()));

    let client = Upstream::new(authority(proxy));
    let (mut out, mut token) = (String::new(), String::new());
    for line in lines(calls) {
        let response = client.pass(request(&line.replace('?', &token))).await;
        writeln!(out, "> {line}").unwrap();
        out.extend(emulator.asked.lock().unwrap().drain(..).map(|it| format!("    {it}\n")));
        let mut answer = response.map_or("the connection is closed".into(), |it| told(&it));
        if let Some((_, rest)) = answer.split_once("<nextToken>") {
            token = rest.split('<').next().unwrap().to_owned();
            answer = answer.replace(&token, "?");
        }
        writeln!(out, "< {answer}").unwrap();
    }
    out
}

fn authority(address: std::net::SocketAddr) -> Authority {
    address.to_string().parse().unwrap()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|it| !it.is_empty())
}

fn request(line: &str) -> Request<Bytes> {
    let mut words = line.split(' ');
    let mut body = format!("Action={}", words.next().unwrap());
    words.for_each(|it| body.extend(["&", it]));
    let credential = "AWS4-HMAC-SHA256 Credential=1/20260101/us-east-1/ec2/aws4_request, Signature=0";
    let request = Request::builder().method(Method::POST).uri("/").header(AUTHORIZATION, credential);
    request.body(Bytes::from(body)).unwrap()
}

fn told(response: &Response<Bytes>) -> String {
    let document = Element::parse(std::str::from_utf8(response.body()).unwrap()).unwrap();
    match crate::answer::error_of(&document) {
        Some((code, message)) => format!("{code}: {message}"),
        None if document.children.is_empty() => "done".into(),
        None => inside(&document),
    }
}

/// Writes what is in a document.
fn inside(document: &Element) -> String {
    let children = document.children.iter().map(|it| it.write().lines().skip(1).collect::<String>());
    children.collect()
}

struct Emulator {
    script: Mutex<Vec<(String, VecDeque<String>)>>,
    asked: Mutex<Vec<String>>,
}

impl Emulator {
    fn new(script: &str) -> Emulator {
        let mut answers: Vec<(String, VecDeque<String>)> = Vec::new();
        for line in lines(script) {
            let (action, answer) = line.split_once(' ').unwrap_or((line, ""));
            match answers.iter_mut().find(|it| it.0 == action) {
                Some((_, more)) => more.push_back(answer.to_owned()),
                None => answers.push((action.to_owned(), VecDeque::from([answer.to_owned()]))),
            }
        }
        Emulator { script: Mutex::new(answers), asked: Mutex::default() }
    }

    fn say(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let Some(mut call) = Call::read(request) else {
            self.asked.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
            return Response::new(Bytes::new());
        };
        call.parameters.remove("Version");
        let parameters = call.parameters.write().replace('&', " ");
        self.asked.lock().unwrap().push(format!("{} {parameters}", call.action).trim_end().to_owned());
        let mut script = self.script.lock().unwrap();
        let answer =
            script.iter_mut().find(|it| it.0 == call.action).map_or(String::new(), |(_, answers)| {
                if 1 < answers.len() { answers.pop_front().unwrap() } else { answers[0].clone() }
            });
        let (status, document) = match answer.strip_prefix('!') {
            Some(code) => (StatusCode::BAD_REQUEST, error_document(code, "no").write()),
            None => (StatusCode::OK, format!("<R>{answer}</R>")),
        };
        let mut response = Response::new(Bytes::from(document));
        *response.status_mut() = status;
        response
    }
}

impl Handler for Emulator {
    fn answer(&self, request: Request<Bytes>) -> Answering<'_> {
        Box::pin(async move { Ok(self.say(&request).map(Body::whole)) })
    }
}
