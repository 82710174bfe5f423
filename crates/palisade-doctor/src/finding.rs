//! What is missing, and what to write.

use std::fmt;

use palisade_core::{Key, Severity};
use serde::{Serialize, Serializer};

use crate::rules::{Case, Rule};

/// Something that a workload needs and that its network does not give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The rule, such as `sm.s3`.
    pub code: &'static str,
    /// An error always breaks the workload; whether a warning does, depends on what its code calls.
    pub severity: Severity,
    /// What will not work.
    pub subject: Subject,
    /// What of the network it is about: tables, groups, ACLs, endpoints; the one to change comes first.
    pub about: Vec<Key>,
    /// What is missing: a lowercase fragment without a full stop.
    pub message: String,
    /// What somebody would see otherwise, with AWS's own words where it has some.
    pub symptom: String,
    /// What to write.
    pub edits: Vec<Edit>,
}

/// What a finding is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Something that the blueprint runs.
    Workload(Key),
    /// A named place, for those who run something there themselves.
    VpcConfig(String),
}

/// A change of the blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// Lines in one table, which may be new.
    Write {
        /// The table, as it stands between the brackets.
        table: String,
        /// The lines.
        lines: Vec<Line>,
    },
    /// What only the author can choose.
    Choose(String),
}

/// A line of TOML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A key with its whole value, in place of what it has.
    Set {
        /// The key.
        key: String,
        /// The value, as TOML.
        value: String,
    },
    /// One more element of a list, which may be new.
    Add {
        /// The list's key.
        list: String,
        /// The element, as TOML.
        element: String,
    },
}

impl Finding {
    pub(crate) fn new(
        rule: &Rule,
        severity: Severity,
        case: &Case<'_>,
        message: impl Into<String>,
    ) -> Finding {
        Finding {
            code: rule.id,
            severity,
            subject: case.workload.subject.clone(),
            about: Vec::new(),
            message: message.into(),
            symptom: rule.symptom.to_owned(),
            edits: Vec::new(),
        }
    }

    pub(crate) fn about(mut self, keys: impl IntoIterator<Item = Key>) -> Finding {
        self.about.extend(keys);
        self
    }

    pub(crate) fn symptom(self, symptom: &str) -> Finding {
        Finding { symptom: symptom.to_owned(), ..self }
    }

    pub(crate) fn edit(mut self, edit: Edit) -> Finding {
        self.edits.push(edit);
        self
    }
}

impl Edit {
    /// Sets one key.
    pub(crate) fn set(table: impl Into<String>, key: &str, value: impl Into<String>) -> Edit {
        Edit::sets(table, [(key, value.into())])
    }

    /// Sets several keys of one table.
    pub(crate) fn sets<'a>(
        table: impl Into<String>,
        lines: impl IntoIterator<Item = (&'a str, String)>,
    ) -> Edit {
        let line = |(key, value): (&str, String)| Line::Set { key: key.to_owned(), value };
        Edit::Write { table: table.into(), lines: lines.into_iter().map(line).collect() }
    }

    /// Adds an element to a list.
    pub(crate) fn add(table: impl Into<String>, list: &str, element: impl Into<String>) -> Edit {
        let line = Line::Add { list: list.to_owned(), element: element.into() };
        Edit::Write { table: table.into(), lines: vec![line] }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Workload(key) => write!(f, "`{key}`"),
            Subject::VpcConfig(name) => write!(f, "vpc-config `{name}`"),
        }
    }
}

/// As text, a key or the name of a place.
impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Subject::Workload(key) => serializer.collect_str(key),
            Subject::VpcConfig(name) => serializer.collect_str(&format_args!("vpc-config.{name}")),
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edit::Choose(words) => f.write_str(words),
            Edit::Write { table, lines } => {
                let line = |it: &Line| match it {
                    Line::Set { key, value } => format!("{key} = {value}"),
                    Line::Add { list, element } => format!("{element} to `{list}`"),
                };
                let verb = match lines.first() {
                    Some(Line::Add { .. }) => "add",
                    _ => "write",
                };
                let lines: Vec<String> = lines.iter().map(line).collect();
                write!(f, "in [{table}] {verb} {}", lines.join(", "))
            }
        }
    }
}
