//! What is different in two worlds, attribute by attribute.

use std::collections::BTreeSet;
use std::fmt;

use palisade_core::CloudError;
use serde_json::Value;

/// Something that is not the same in memory and on the emulator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// What, as the table of allowed differences calls it.
    pub(crate) what: String,
    /// The request that was refused, or the object that differs.
    pub(crate) of: String,
    /// For people: when, and how it is here and there.
    pub(crate) words: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    {}", self.what, self.words)
    }
}

/// Returns how the emulator answered, in the words for refusals.
pub(crate) fn outcome<T>(answer: &Result<T, CloudError>) -> String {
    match answer {
        Ok(_) => "Done".to_owned(),
        Err(CloudError::Refused(refused)) => format!("{:?}", refused.reason),
        Err(CloudError::Transient(_)) => "Transient".to_owned(),
        Err(CloudError::Lost(_)) => "Lost".to_owned(),
        Err(CloudError::Denied { .. }) => "Denied".to_owned(),
        Err(CloudError::Unusable(_)) => "Unusable".to_owned(),
    }
}

/// Compares two worlds that were written down, object by object.
pub(crate) fn compare(at: &str, here: &Value, there: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    for part in ["strangers", "duplicates"] {
        descend(&mut differences, (at, part), part, &here[part], &there[part]);
    }
    for key in keys(&here["objects"], &there["objects"]) {
        let kind = key.split('.').next().unwrap_or_default();
        let at = (at, key.as_str());
        match (here["objects"].get(key), there["objects"].get(key)) {
            (Some(here), Some(there)) => descend(&mut differences, at, kind, here, there),
            (here, _) => {
                let is_here = here.is_some();
                let what = format!("{kind}: only {}", if is_here { "in memory" } else { "on the emulator" });
                let words = format!("{}: {key}", at.0);
                differences.push(Difference { what, of: key.clone(), words });
            }
        }
    }
    differences
}

fn descend(differences: &mut Vec<Difference>, at: (&str, &str), path: &str, here: &Value, there: &Value) {
    if here == there {
        return;
    }
    if here.is_object() && there.is_object() && path.matches('.').count() < 3 {
        for key in keys(here, there) {
            descend(differences, at, &format!("{path}.{key}"), &here[key], &there[key]);
        }
        return;
    }
    let words = format!("{}: {}: {path}: in memory {here}, on the emulator {there}", at.0, at.1);
    differences.push(Difference { what: path.to_owned(), of: at.1.to_owned(), words });
}

fn keys<'a>(here: &'a Value, there: &'a Value) -> BTreeSet<&'a String> {
    let of = |it: &'a Value| it.as_object().into_iter().flat_map(|it| it.keys());
    of(here).chain(of(there)).collect()
}
