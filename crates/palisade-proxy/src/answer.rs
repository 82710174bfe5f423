//! What becomes of a call: a document, or why there is none.

use hyper::StatusCode;

use crate::element::Element;

/// What a call is answered with.
pub(crate) type Answer = Result<Element, Failure>;

/// Why a call has no document for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// EC2 says no.
    Refused { status: StatusCode, code: String, message: String },
    /// Nobody answers: the connection to the client is closed, whatever became of the call.
    Lost,
}

/// Returns a refusal in the words of EC2.
pub(crate) fn refused(code: &str, message: impl Into<String>) -> Failure {
    Failure::Refused { status: StatusCode::BAD_REQUEST, code: code.to_owned(), message: message.into() }
}

impl Failure {
    /// Tells whether EC2 refused with this code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        matches!(self, Failure::Refused { code: it, .. } if it == code)
    }
}

/// Returns what EC2 sends when it says no.
pub(crate) fn error_document(code: &str, message: &str) -> Element {
    let error =
        Element::new("Error").with(Element::leaf("Code", code)).with(Element::leaf("Message", message));
    Element::new("Response")
        .with(Element::new("Errors").with(error))
        .with(Element::leaf("RequestID", "00000000-0000-0000-0000-000000000000"))
}

/// Reads what EC2 sends when it says no.
pub(crate) fn error_of(document: &Element) -> Option<(&str, &str)> {
    let error = document.child("Errors")?.child("Error")?;
    Some((error.text_of("Code"), error.text_of("Message")))
}
