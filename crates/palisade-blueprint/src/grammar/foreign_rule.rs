//! A rule in the words of another tool, told in those of the language: all of it at once.

use palisade_core::Diagnostic;
use toml::Spanned;
use toml::de::DeValue;

use crate::codes;
use crate::grammar::foreign::spelt;
use crate::text::tree::{Section, Span};
use crate::words::names::listed;

/// Keys of a rule's other end.
const PEERS: &[&str] = &[
    "cidr-block",
    "cidr-blocks",
    "cidr-ip",
    "cidr-ipv4",
    "cidr-ipv6",
    "ipv6-cidr-block",
    "ipv6-cidr-blocks",
    "ip-ranges",
    "ipv6-ranges",
    "source",
    "source-cidr",
    "source-ip",
    "destination",
    "destination-cidr",
    "self",
    "security-groups",
    "source-security-group-id",
    "destination-security-group-id",
    "referenced-security-group-id",
    "user-id-group-pairs",
    "group-id",
    "prefix-list-id",
    "prefix-list-ids",
    "source-prefix-list-id",
    "destination-prefix-list-id",
];
const FIRST_PORT: &[&str] = &["from-port", "icmp-type"];
const LAST_PORT: &[&str] = &["to-port", "icmp-code"];
const PROTOCOL: &[&str] = &["ip-protocol"];
const NUMBER: &[&str] = &["rule-number", "rule-no", "number", "priority"];
const ACTION: &[&str] = &["rule-action", "action"];

/// Whose rule it is, which decides what it can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A network ACL's.
    Acl,
    /// A security group's.
    Group,
}

/// Returns whose rules a table of the grammar is for, and what their other end is called.
pub(crate) fn of(table_id: &str) -> Option<(Of, &'static str)> {
    match table_id {
        "acl-inbound-rule" => Some((Of::Acl, "from")),
        "acl-outbound-rule" => Some((Of::Acl, "to")),
        "group-inbound-rule" => Some((Of::Group, "from")),
        "group-outbound-rule" => Some((Of::Group, "to")),
        _ => None,
    }
}

/// Returns whether a rule is written in the words of another tool: then what it means is reported as a whole.
pub(crate) fn is(rule: &Section<'_>) -> bool {
    words(rule).next().is_some()
}

/// Reports such a rule; `place` is how messages call it.
pub(crate) fn report(rule: &Section<'_>, of: Of, end: &str, place: &str) -> Diagnostic {
    let mut words: Vec<(&str, Span)> = words(rule).collect();
    words.sort_by_key(|(_, span)| span.start);
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let message = match names.as_slice() {
        [one] => format!("`{one}` is no key in {place}"),
        many => format!("{} are no keys in {place}", listed(many)),
    };
    let report = Diagnostic::error(codes::UNKNOWN_KEY, message);
    let report = words.into_iter().fold(report, |it, (_, span)| it.at(span, ""));
    report.help(format!("write `{}`", written(rule, of, end)))
}

fn words<'a>(rule: &Section<'a>) -> impl Iterator<Item = (&'a str, Span)> + use<'a> {
    let is_word = |it: &str| {
        let spelt = spelt(it);
        [PEERS, FIRST_PORT, LAST_PORT, PROTOCOL, NUMBER, ACTION].iter().any(|it| it.contains(&spelt.as_str()))
    };
    rule.entries().filter(move |(key, _)| is_word(key.it)).map(|(key, _)| (key.it, key.span))
}

/// Returns the rule as it is written here.
fn written(rule: &Section<'_>, of: Of, end: &str) -> String {
    let find = |keys: &[&str]| {
        rule.entries().find(|(key, _)| keys.contains(&spelt(key.it).as_str())).map(|(_, it)| it)
    };
    let protocol = find(PROTOCOL)
        .or_else(|| find(&["protocol", "allow", "deny"]))
        .map_or_else(|| "\"tcp\"".to_owned(), |it| protocol(it.get_ref()));
    let is_icmp = protocol.starts_with("\"icmp");
    let has_ports = ["\"tcp\"", "\"udp\""].contains(&protocol.as_str());
    let (first, last) = (find(FIRST_PORT).map(plain), find(LAST_PORT).map(plain));
    let mut parts: Vec<String> = Vec::new();
    if of == Of::Acl {
        let number = find(NUMBER).or_else(|| rule.value("rule")).map_or_else(|| "100".to_owned(), plain);
        let is_denial =
            rule.has("deny") || find(ACTION).is_some_and(|it| plain(it).eq_ignore_ascii_case("deny"));
        parts.push(format!("rule = {number}"));
        parts.push(format!("{} = {protocol}", if is_denial { "deny" } else { "allow" }));
    }
    let peers = format!("{end} = {}", peers(rule));
    if of == Of::Group {
        parts.push(peers.clone());
        parts.extend((protocol != "\"tcp\"").then(|| format!("protocol = {protocol}")));
    }
    if has_ports {
        let own = find(&["ports", "port"]).map(toml);
        parts.push(format!("ports = {}", own.unwrap_or_else(|| ports(first.as_deref(), last.as_deref()))));
    }
    if is_icmp {
        let some = |it: Option<String>| it.filter(|it| it != "-1");
        let kind = some(first);
        parts.extend(kind.as_ref().map(|it| format!("type = {it}")));
        parts.extend(kind.and(some(last)).map(|it| format!("code = {it}")));
    }
    match of {
        Of::Acl => parts.push(peers),
        Of::Group => parts.extend(rule.value("description").map(|it| format!("description = {}", toml(it)))),
    }
    format!("{{ {} }}", parts.join(", "))
}

fn protocol(found: &DeValue<'_>) -> String {
    let word = match found {
        DeValue::String(word) => word.to_lowercase(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        _ => "tcp".to_owned(),
    };
    match word.as_str() {
        "-1" | "all" | "any" => "\"all\"".to_owned(),
        "6" => "\"tcp\"".to_owned(),
        "17" => "\"udp\"".to_owned(),
        "1" => "\"icmp\"".to_owned(),
        "58" => "\"icmpv6\"".to_owned(),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        word => format!("\"{word}\""),
    }
}

fn ports(first: Option<&str>, last: Option<&str>) -> String {
    match (first, last) {
        (Some("0"), Some("65535" | "0")) | (Some("-1"), _) => "\"all\"".to_owned(),
        (Some(first), Some(last)) if first != last => format!("\"{first}-{last}\""),
        (Some(one), _) | (None, Some(one)) => one.to_owned(),
        (None, None) => "443".to_owned(),
    }
}

/// Returns the other end: one text or a list of them.
fn peers(rule: &Section<'_>) -> String {
    let mut peers = Vec::new();
    for (key, found) in rule.entries() {
        let spelt = spelt(key.it);
        match found.get_ref() {
            DeValue::Boolean(true) if spelt == "self" => peers.push("self".to_owned()),
            _ if spelt == "self" => {}
            _ if PEERS.contains(&spelt.as_str()) || ["from", "to"].contains(&key.it) => {
                gather(found.get_ref(), &mut peers);
            }
            _ => {}
        }
    }
    let quoted: Vec<String> = peers.iter().map(|it| format!("\"{}\"", peer(it))).collect();
    match quoted.as_slice() {
        [] => "\"10.0.0.0/8\"".to_owned(),
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}

/// Takes the texts out of a value, also out of the tables in which the AWS API has them.
fn gather(found: &DeValue<'_>, peers: &mut Vec<String>) {
    match found {
        DeValue::String(text) => peers.push(text.to_string()),
        DeValue::Array(list) => list.iter().for_each(|it| gather(it.get_ref(), peers)),
        DeValue::Table(table) => {
            let ends = table.iter().filter(|(key, _)| !key.get_ref().eq_ignore_ascii_case("description"));
            ends.for_each(|(_, it)| gather(it.get_ref(), peers));
        }
        _ => {}
    }
}

/// Returns a peer as it is named here: `aws_security_group.app.id` is `group:app`.
fn peer(written: &str) -> String {
    let reference = written.trim_start_matches("${").trim_end_matches('}');
    let name = reference.strip_prefix("aws_security_group.").map(|it| it.trim_end_matches(".id"));
    name.map_or_else(|| written.to_owned(), |it| format!("group:{}", it.replace('_', "-")))
}

/// Returns a text or a number without quotes.
fn plain(found: &Spanned<DeValue<'_>>) -> String {
    match found.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        _ => "…".to_owned(),
    }
}

/// Returns a value as TOML writes it, as far as a rule has it.
fn toml(found: &Spanned<DeValue<'_>>) -> String {
    match found.get_ref() {
        DeValue::String(text) => format!("\"{}\"", text.escape_default()),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Array(list) => format!("[{}]", list.iter().map(toml).collect::<Vec<_>>().join(", ")),
        _ => "…".to_owned(),
    }
}
