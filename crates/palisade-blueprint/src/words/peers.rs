//! The other end of a rule, as the author writes it.

use std::collections::BTreeMap;

use ipnet::IpNet;
use palisade_core::{Diagnostic, Key, Kind};

use crate::codes;
use crate::grammar::one_of;
use crate::tables::outside::Outside;
use crate::tables::prefix_lists::PrefixList;
use crate::tables::vpc::Kept;
use crate::text::tree::At;
use crate::words::cidr;
use crate::words::names::{Names, is_known, nearest};
use crate::words::services;

/// The other end of a rule. Which of them a rule takes is for the rule to say, and what they stand for may be only the
/// account's to tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    Cidr(IpNet),
    /// Every address of the families that the VPC has.
    Internet,
    /// Every address of the VPC.
    Vpc,
    /// The group whose rule it is.
    Itself,
    /// A group of this blueprint, or one that exists.
    Group(Key),
    Tier(String),
    /// A network beyond a gateway.
    Outside(String),
    Endpoint(String),
    /// A prefix list of this blueprint, or one that exists.
    PrefixList(Key),
    /// `s3` or `dynamodb`: the addresses that AWS lists for the service.
    Service(String),
}

/// What is known of addresses while rules are read.
pub(crate) struct Addresses<'a> {
    pub(crate) names: &'a Names,
    pub(crate) region: Option<&'a str>,
    /// Whether the VPC has IPv6; none if only the account can tell.
    pub(crate) has_ipv6: Option<bool>,
    pub(crate) outside: &'a BTreeMap<String, Outside>,
    pub(crate) lists: &'a BTreeMap<String, PrefixList>,
    /// What becomes of the VPC's default ACL.
    pub(crate) default_acl: Option<&'a At<Kept>>,
}

/// Which address families there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Families {
    pub(crate) ipv4: bool,
    pub(crate) ipv6: bool,
}

impl Addresses<'_> {
    /// Returns the families of a peer's addresses; nothing if only the account can tell, or if it has none.
    pub(crate) fn families(&self, peer: &Peer) -> Option<Families> {
        let of = |blocks: &mut dyn Iterator<Item = IpNet>| {
            blocks.fold(Families::default(), |it, block| match block {
                IpNet::V4(_) => Families { ipv4: true, ..it },
                IpNet::V6(_) => Families { ipv6: true, ..it },
            })
        };
        match peer {
            Peer::Cidr(block) => Some(of(&mut [*block].into_iter())),
            Peer::Internet | Peer::Vpc | Peer::Tier(_) => Some(Families { ipv4: true, ipv6: self.has_ipv6? }),
            Peer::Outside(name) => Some(of(&mut self.outside.get(name)?.cidrs.iter().copied())),
            Peer::PrefixList(key) => {
                Some(of(&mut self.lists.get(key.name.as_str())?.spec.entries.keys().copied()))
            }
            Peer::Itself | Peer::Group(_) | Peer::Endpoint(_) | Peer::Service(_) => None,
        }
    }
}

const WORDS: &[&str] = &["internet", "vpc", "self", "s3", "dynamodb"];
/// What people write before a colon for one of [`PREFIXES`].
const ALIASES: &[(&[&str], &str)] = &[
    (&["sg", "groups", "security-group", "security-groups"], "group"),
    (&["subnet", "subnets", "tiers"], "tier"),
    (&["ep", "vpce", "endpoints", "vpc-endpoint"], "endpoint"),
    (&["pl", "list", "prefix-lists", "prefixlist"], "prefix-list"),
];
const PREFIXES: &[&str] = &["group", "tier", "endpoint", "prefix-list", "outside"];

/// Reads a peer; names in it are known to the blueprint.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, names: &Names, words: &At<&str>) -> Option<Peer> {
    match words.it {
        "internet" => return Some(Peer::Internet),
        "vpc" => return Some(Peer::Vpc),
        "self" => return Some(Peer::Itself),
        "s3" | "dynamodb" => return Some(Peer::Service(words.it.to_owned())),
        id if is_id(id, "sg") => return Some(Peer::Group(Key::new(Kind::SecurityGroup, id))),
        id if is_id(id, "pl") => return Some(Peer::PrefixList(Key::new(Kind::PrefixList, id))),
        _ => {}
    }
    if let Some((prefix, name)) = words.it.split_once(':') {
        let at = At::new(words.span.clone(), name);
        let mut known = |set, what| is_known(reports, set, &at, what).then(|| name.to_owned());
        match prefix {
            "group" => {
                let name = known(&names.groups, "security group")?;
                return Some(Peer::Group(Key::new(Kind::SecurityGroup, name)));
            }
            "tier" => return known(&names.tiers, "tier").map(Peer::Tier),
            "endpoint" => return known(&names.endpoints, "endpoint").map(Peer::Endpoint),
            "outside" => return known(&names.outside, "outside network").map(Peer::Outside),
            "prefix-list" => {
                let name = known(&names.prefix_lists, "prefix list")?;
                return Some(Peer::PrefixList(Key::new(Kind::PrefixList, name)));
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
    let is_address = words.it.parse::<core::net::IpAddr>().is_ok_and(|it| !it.is_unspecified());
    if words.it.contains('/') || is_address {
        return cidr::any(reports, words).map(Peer::Cidr);
    }
    reports.push(broken_id(words, &["sg", "pl"]).unwrap_or_else(|| unknown(names, words)));
    None
}

fn unknown(names: &Names, words: &At<&str>) -> Diagnostic {
    let report = Diagnostic::error(codes::PEER_SYNTAX, format!("`{}` is no peer", words.it));
    let report = report.at(words.span.clone(), "");
    let kinds = [
        ("group", &names.groups),
        ("tier", &names.tiers),
        ("endpoint", &names.endpoints),
        ("prefix-list", &names.prefix_lists),
        ("outside", &names.outside),
    ];
    let named = kinds.iter().filter(|(_, names)| names.contains(words.it));
    let named: Vec<String> = named.map(|(prefix, _)| format!("{prefix}:{}", words.it)).collect();
    if !named.is_empty() {
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        return report.help(format!("did you mean {}?", one_of(&named)));
    }
    if let Some((prefix, name)) = words.it.split_once(':') {
        let alias = ALIASES.iter().find(|(alias, _)| alias.contains(&prefix)).map(|(_, it)| *it);
        if let Some(near) = alias.or_else(|| nearest(prefix, PREFIXES.iter().copied())) {
            return report.help(format!("did you mean `{near}:{name}`?"));
        }
    }
    if ["any", "all", "anywhere", "everywhere", "*", "0.0.0.0", "::", "public"].contains(&words.it) {
        return report.help("write `internet` for every address");
    }
    if services::is_full_name(words.it) {
        let is_its = |it: &&String| services::short_name(it) == services::short_name(words.it);
        let endpoint = names.endpoints.iter().find(is_its);
        let endpoint = endpoint.map_or_else(|| services::short_name(words.it), String::as_str);
        return report.help(format!("a service is named by its endpoint: write `endpoint:{endpoint}`"));
    }
    if words.it.starts_with("subnet-") {
        return report.help("write the subnet's tier, `tier:<name>`, or its block");
    }
    if words.it.starts_with("vpc-") {
        return report.help("write `vpc` for the blueprint's own, or the block of another one");
    }
    match nearest(words.it, WORDS.iter().copied()) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None => report.help(
            "write a CIDR block, `internet`, `vpc`, `tier:<name>`, `group:<name>` or `endpoint:<name>`",
        ),
    }
}

/// Returns whether `text` is an AWS id such as `sg-0123456789abcdef0`, for the prefix `sg`. Those of before 2016 are short
/// (EC2 user guide, "Resource IDs").
pub(crate) fn is_id(text: &str, prefix: &str) -> bool {
    let digits = text.strip_prefix(prefix).and_then(|it| it.strip_prefix('-'));
    let is_digit = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
    digits.is_some_and(|it| matches!(it.len(), 8 | 17) && it.bytes().all(is_digit))
}

/// Returns the report on what begins as an id of one of these kinds, and is none.
pub(crate) fn broken_id(words: &At<&str>, prefixes: &[&str]) -> Option<Diagnostic> {
    let (prefix, _) = words.it.split_once('-').filter(|(it, _)| prefixes.contains(it))?;
    let report = Diagnostic::error(codes::EXISTING_SYNTAX, format!("`{}` is no AWS id", words.it));
    let report = report.at(words.span.clone(), "");
    Some(report.help(format!("it has 8 or 17 digits, 0-9 and a-f, such as `{prefix}-0123456789abcdef0`")))
}

/// Returns the report on a peer that the place does not take.
pub(crate) fn misplaced(words: &At<&str>, place: &str, help: impl Into<String>) -> Diagnostic {
    let message = format!("`{}` cannot stand in {place}", words.it);
    Diagnostic::error(codes::PEER_MISPLACED, message).at(words.span.clone(), "").help(help)
}
