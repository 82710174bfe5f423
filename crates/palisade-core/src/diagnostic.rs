//! One thing to tell the author of a blueprint, with its place. Plain data: the shell draws it, or prints it as JSON.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A mistake in a blueprint, or a warning about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable name, such as `subnet-outside-vpc`.
    pub code: String,
    /// What is wrong: a lowercase fragment without a full stop that names the thing in backticks.
    pub message: String,
    /// The places, the first being where to look; none if it is about the file as a whole.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Vec<String>,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The blueprint cannot be used.
    Error,
    /// It can, but somebody will be surprised.
    Warning,
}

/// Some words of the blueprint, and what to say about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Label {
    /// Their bytes in the [`Sources`](crate::Sources).
    pub span: Range<usize>,
    /// What to write beside the underline; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// Returns an error without a place.
    pub fn error(code: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into())
    }

    /// Returns a warning without a place.
    pub fn warning(code: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &str, message: String) -> Diagnostic {
        Diagnostic { severity, code: code.to_owned(), message, labels: Vec::new(), help: Vec::new() }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Range<usize>, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }
}
