//! How AWS says that it has been asked too often, or that something is wrong with itself, protocol by protocol.

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

use super::asked::{Asked, Protocol};
use crate::answer::error_document;
use crate::element::Element;

/// Returns what a service answers that has been asked too often (EC2 API Reference, "Error codes"; the common errors of
/// the others).
pub(super) fn throttled(asked: &Asked) -> Response<Bytes> {
    let (status, code) = match asked.protocol() {
        Protocol::Ec2 => (StatusCode::SERVICE_UNAVAILABLE, "RequestLimitExceeded"),
        Protocol::Query => (StatusCode::BAD_REQUEST, "Throttling"),
        Protocol::Json => (StatusCode::BAD_REQUEST, "ThrottlingException"),
        Protocol::RestJson => (StatusCode::TOO_MANY_REQUESTS, "ThrottlingException"),
    };
    refusal(asked.protocol(), status, code, "Request limit exceeded.")
}

/// Returns what a service answers that has failed: 500 for one half of the operations, 503 for the other.
pub(super) fn failed(asked: &Asked) -> Response<Bytes> {
    let is_internal = asked.operation.len().is_multiple_of(2);
    let status =
        if is_internal { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::SERVICE_UNAVAILABLE };
    let code = match (asked.protocol(), is_internal) {
        (Protocol::Ec2, true) => "InternalError",
        (Protocol::Ec2, false) => "Unavailable",
        (_, true) => "InternalFailure",
        (_, false) => "ServiceUnavailable",
    };
    refusal(asked.protocol(), status, code, "An internal error has occurred.")
}

fn refusal(protocol: Protocol, status: StatusCode, code: &str, message: &str) -> Response<Bytes> {
    let (kind, text) = match protocol {
        Protocol::Ec2 => ("text/xml;charset=UTF-8", error_document(code, message).write()),
        Protocol::Query => ("text/xml", query_document(code, message).write()),
        Protocol::Json | Protocol::RestJson => {
            ("application/x-amz-json-1.1", format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}"))
        }
    };
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let (Protocol::RestJson, Ok(code)) = (protocol, HeaderValue::from_str(code)) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

fn query_document(code: &str, message: &str) -> Element {
    let error = Element::new("Error")
        .with(Element::leaf("Type", "Sender"))
        .with(Element::leaf("Code", code))
        .with(Element::leaf("Message", message));
    Element::new("ErrorResponse").with(error)
}
