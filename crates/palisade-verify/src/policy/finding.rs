//! What is not as a control wants it.

use std::fmt;

use palisade_core::{Element, Key};

use crate::policy::rules::Rule;

/// Something that is not as a control wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The control's id, such as `EC2.13`.
    pub id: &'static str,
    /// How bad it is.
    pub weight: Weight,
    /// The object that it is about, for which it can be allowed.
    pub key: Key,
    /// The rules, entries and routes that make it so; none if it is the object as a whole.
    pub because: Vec<Element>,
    /// What is wrong with the object: a lowercase fragment without a full stop.
    pub message: String,
    /// What to write instead.
    pub mend: String,
}

/// How bad a finding is, in Security Hub's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// To be mended at once.
    Critical,
    /// To be mended soon.
    High,
    /// To be mended in time.
    Medium,
    /// To be known.
    Low,
}

impl Finding {
    pub(crate) fn new(rule: &Rule, key: &Key, message: impl Into<String>) -> Finding {
        Finding {
            id: rule.id,
            weight: rule.weight,
            key: key.clone(),
            because: Vec::new(),
            message: message.into(),
            mend: rule.mend.to_owned(),
        }
    }

    pub(crate) fn because(self, because: Vec<Element>) -> Finding {
        Finding { because, ..self }
    }
}

impl Weight {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Weight::Critical => "critical",
            Weight::High => "high",
            Weight::Medium => "medium",
            Weight::Low => "low",
        }
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
