//! `[policy]`: what is thought of the findings of the policy pack.

use std::collections::BTreeSet;

use palisade_core::control::{Allowance, IDS, Stance};
use palisade_core::{Diagnostic, Key};

use crate::codes;
use crate::reports::given_twice;
use crate::tables::moved;
use crate::text::tree::{At, Section};

/// Reads the table; ids that are none have been reported by their type.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, document: &Section<'_>) -> Stance {
    let Some(section) = document.section("policy") else { return Stance::default() };
    let mut denied: Vec<At<&str>> = Vec::new();
    for id in section.texts("deny") {
        match denied.iter().find(|it| it.it == id.it) {
            Some(first) => reports.push(given_twice(&format!("`{}`", id.it), &id, first)),
            None => denied.push(id),
        }
    }
    let mut allow: Vec<At<Allowance>> = Vec::new();
    for entry in section.list("allow") {
        let Some(later) = allowance(reports, &entry) else { continue };
        match allow.iter().find(|it| (&it.it.id, &it.it.key) == (&later.it.id, &later.it.key)) {
            Some(first) => {
                let what = format!("`{}` for `{}`", later.it.id, later.it.key);
                reports.push(given_twice(&what, &later, first));
            }
            None => allow.push(later),
        }
    }
    let deny: BTreeSet<String> = denied.into_iter().map(|it| it.it.to_owned()).collect();
    Stance { deny, allow: allow.into_iter().map(|it| it.it).collect() }
}

fn allowance(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Option<At<Allowance>> {
    let reason = section.text("reason");
    if let Some(reason) = reason.as_ref().filter(|it| it.it.trim().is_empty()) {
        let report = Diagnostic::error(codes::POLICY_REASON, "a finding is allowed without a reason");
        let help = "say why it is as it shall be, for who reads the file next";
        reports.push(report.at(reason.span.clone(), "").help(help));
    }
    let key = section.text("key").and_then(|words| key(reports, &words));
    let id = section.text("id").filter(|it| IDS.contains(&it.it))?;
    let (key, reason) = (key?, reason?);
    let (id_text, span) = (id.it.to_owned(), id.span);
    Some(At::new(span.clone(), Allowance { id: id_text, key, reason: reason.it.to_owned(), span }))
}

fn key(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<Key> {
    if let Ok(key) = words.it.parse::<Key>() {
        return Some(key);
    }
    let message = format!("`{}` is no key", words.it);
    let report = Diagnostic::error(codes::KEY_SYNTAX, message).at(words.span.clone(), "");
    reports.push(match words.it.strip_prefix("tier:") {
        Some(tier) => report.help(format!("a finding is about one object, such as `network-acl.{tier}`")),
        None => report.help(moved::meant(words.it)),
    });
    None
}
