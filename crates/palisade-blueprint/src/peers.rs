//! The other end of a rule, as the author writes it.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::Diagnostic;

use crate::cidr;
use crate::codes;
use crate::names::{Names, is_known, nearest};
use crate::tree::At;
use crate::walk::not_yet;

/// What a peer's words mean. Which of them a rule takes is for the rule to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Peer<'a> {
    Cidr(IpNet),
    Internet,
    Vpc,
    Itself,
    Group(&'a str),
    GroupId(&'a str),
    Tier(&'a str),
    Endpoint(&'a str),
    /// `s3` or `dynamodb`: the addresses that AWS lists for the service.
    Service(&'a str),
    PrefixListId(&'a str),
}

/// What the words of a peer stand for.
pub(crate) struct Addresses<'a> {
    pub(crate) names: &'a Names,
    pub(crate) region: Option<&'a str>,
    pub(crate) vpc: Option<Ipv4Net>,
    /// The blocks of the tiers, as far as they could be read.
    pub(crate) tiers: BTreeMap<String, Ipv4Net>,
}

const WORDS: &[&str] = &["internet", "vpc", "self", "s3", "dynamodb"];
const PREFIXES: &[&str] = &["group", "tier", "endpoint"];

/// Reads a peer; names in it are known to the blueprint.
pub(crate) fn read<'a>(
    reports: &mut Vec<Diagnostic>,
    names: &Names,
    words: &At<&'a str>,
) -> Option<Peer<'a>> {
    match words.it {
        "internet" => return Some(Peer::Internet),
        "vpc" => return Some(Peer::Vpc),
        "self" => return Some(Peer::Itself),
        "s3" | "dynamodb" => return Some(Peer::Service(words.it)),
        id if is_id(id, "sg") => return Some(Peer::GroupId(id)),
        id if is_id(id, "pl") => return Some(Peer::PrefixListId(id)),
        _ => {}
    }
    if let Some((prefix, name)) = words.it.split_once(':') {
        let name = At::new(words.span.clone(), name);
        let known =
            |reports: &mut Vec<Diagnostic>, set, what| is_known(reports, set, &name, what).then_some(name.it);
        match prefix {
            "group" => return known(reports, &names.groups, "security group").map(Peer::Group),
            "tier" => return known(reports, &names.tiers, "tier").map(Peer::Tier),
            "endpoint" => return known(reports, &names.endpoints, "endpoint").map(Peer::Endpoint),
            "prefix-list" | "outside" => {
                let meanwhile = "write the CIDR blocks, or the id of a list that exists (`pl-…`)";
                reports.push(not_yet(&format!("`{prefix}:…`"), words.span.clone(), meanwhile));
                return None;
            }
            "service" => {
                let message = format!("`{}` is for guarantees, not for rules", words.it);
                let report = Diagnostic::error(codes::PEER_MISPLACED, message).at(words.span.clone(), "");
                reports.push(report.help("a rule names the way to a service: write `endpoint:<name>`"));
                return None;
            }
            _ => {}
        }
    }
    if words.it.contains('/') || words.it.parse::<core::net::IpAddr>().is_ok() {
        return cidr::any(reports, words).map(Peer::Cidr);
    }
    reports.push(unknown(names, words));
    None
}

fn unknown(names: &Names, words: &At<&str>) -> Diagnostic {
    let report = Diagnostic::error(codes::PEER_SYNTAX, format!("`{}` is no peer", words.it));
    let report = report.at(words.span.clone(), "");
    let kinds = [("group", &names.groups), ("tier", &names.tiers), ("endpoint", &names.endpoints)];
    let named = kinds.iter().find(|(_, names)| names.contains(words.it));
    if let Some((prefix, _)) = named {
        return report.help(format!("did you mean `{prefix}:{}`?", words.it));
    }
    if let Some((prefix, name)) = words.it.split_once(':')
        && let Some(near) = nearest(prefix, PREFIXES.iter().copied())
    {
        return report.help(format!("did you mean `{near}:{name}`?"));
    }
    if ["any", "all", "anywhere", "everywhere", "*", "0.0.0.0"].contains(&words.it) {
        return report.help("write `internet` for every address");
    }
    match nearest(words.it, WORDS.iter().copied()) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None => report.help(
            "write a CIDR block, `internet`, `vpc`, `tier:<name>`, `group:<name>` or `endpoint:<name>`",
        ),
    }
}

/// Returns whether `text` is an AWS id such as `sg-0abc`, for the prefix `sg`.
pub(crate) fn is_id(text: &str, prefix: &str) -> bool {
    let digits = text.strip_prefix(prefix).and_then(|it| it.strip_prefix('-'));
    digits.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')))
}

/// Returns the report on a peer that the place does not take.
pub(crate) fn misplaced(words: &At<&str>, place: &str, help: impl Into<String>) -> Diagnostic {
    let message = format!("`{}` cannot stand in {place}", words.it);
    Diagnostic::error(codes::PEER_MISPLACED, message).at(words.span.clone(), "").help(help)
}
