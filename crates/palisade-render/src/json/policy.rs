//! Findings of the policy pack on the wire.

use palisade_core::Element;
use palisade_verify::policy::{Finding, Judged, Judgement, RULES, Standing};
use serde::Serialize;

use crate::proof::ProofView;

/// Something that is not as a control wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingEntry {
    /// The control, such as `EC2.13`.
    pub id: String,
    /// What else asks for it, such as `CIS 5: 5.3`.
    pub also: Vec<String>,
    /// What the control wants.
    pub title: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// What it is about.
    pub key: String,
    /// What is wrong with it.
    pub message: String,
    /// What to write instead.
    pub mend: String,
    /// `denied`, `warned` or `allowed`.
    pub standing: String,
    /// Why it is allowed.
    pub reason: Option<String>,
    /// The rules, entries and routes that make it so, or the object as a whole.
    pub because: Vec<PartEntry>,
}

/// A part of the network with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartEntry {
    /// What it is.
    pub text: String,
    /// Where it stands.
    pub file: Option<String>,
    /// The line there.
    pub line: Option<usize>,
}

/// Something that is allowed and that nobody has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdleEntry {
    /// The control.
    pub id: String,
    /// For what it is allowed.
    pub key: String,
    /// Where it stands.
    pub file: String,
    /// The line there.
    pub line: usize,
}

pub(super) fn findings(view: &ProofView<'_>, judgement: &Judgement) -> Vec<FindingEntry> {
    judgement.judged.iter().map(|it| FindingEntry::new(view, it)).collect()
}

pub(super) fn idle(view: &ProofView<'_>, judgement: &Judgement) -> Vec<IdleEntry> {
    let entry = |it: &palisade_core::control::Allowance| {
        let (file, line) = view.line_of(&it.span);
        IdleEntry { id: it.id.clone(), key: it.key.to_string(), file, line }
    };
    judgement.idle.iter().map(entry).collect()
}

impl FindingEntry {
    fn new(view: &ProofView<'_>, judged: &Judged) -> FindingEntry {
        let Finding { id, weight, key, because, message, mend } = &judged.finding;
        let rule = RULES.iter().find(|it| it.id == *id).expect("a finding is a rule's");
        let (standing, reason) = match &judged.standing {
            Standing::Denied => ("denied", None),
            Standing::Warned => ("warned", None),
            Standing::Allowed(reason) => ("allowed", Some(reason.clone())),
        };
        let whole = [Element::Object(key.clone())];
        let because = if because.is_empty() { &whole[..] } else { because };
        FindingEntry {
            id: (*id).to_owned(),
            also: rule.also.iter().map(|it| (*it).to_owned()).collect(),
            title: rule.title.to_owned(),
            severity: weight.to_string(),
            key: key.to_string(),
            message: message.clone(),
            mend: mend.clone(),
            standing: standing.to_owned(),
            reason,
            because: because.iter().map(|it| PartEntry::new(view, it)).collect(),
        }
    }
}

impl PartEntry {
    fn new(view: &ProofView<'_>, element: &Element) -> PartEntry {
        let (file, line) = (view.places)(element).map(|it| view.line_of(&it)).unzip();
        PartEntry { text: element.to_string(), file, line }
    }
}
