//! Protocol, ports and ICMP messages of a rule.

use palisade_core::traffic::{Icmp, Ports, Traffic};
use palisade_core::{Block, Diagnostic};
use toml::Spanned;
use toml::de::DeValue;

use crate::codes;
use crate::grammar::walk::{check_not_empty, has_meant};
use crate::reports::given_twice;
use crate::text::tree::{At, Section, integer, text};
use crate::words::guess;
use crate::words::peers::Families;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    All,
    Tcp,
    Udp,
    Icmp,
    Icmpv6,
    Other(u8),
}

/// Reads the packets that a rule speaks of, one [`Traffic`] per range of ports. `key` is the key that names the
/// protocol; without it, it is tcp.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, rule: &Section<'_>, key: &str) -> Option<Vec<Traffic>> {
    let protocol = match rule.has(key) {
        true => protocol(rule, key)?,
        false => Protocol::Tcp,
    };
    let is_icmp = matches!(protocol, Protocol::Icmp | Protocol::Icmpv6);
    let misplaced = ["type", "code"].into_iter().filter(|it| !is_icmp && rule.has(it));
    reports.extend(misplaced.map(|it| icmp_misplaced(rule, it)));
    let with_ports: fn(Ports) -> Traffic = match protocol {
        Protocol::Tcp => Traffic::Tcp,
        Protocol::Udp => Traffic::Udp,
        _ => {
            // A port that is none has been reported, with what to write instead.
            if rule.has("ports") && rule.integer("ports").is_none_or(|it| 0 <= it.it) {
                reports.push(ports_misplaced(rule, key));
            }
            return Some(vec![without_ports(reports, rule, protocol)?]);
        }
    };
    if !rule.has("ports") {
        if has_meant(rule, "ports") {
            return None;
        }
        let message = "tcp and udp need `ports`";
        let report = Diagnostic::error(codes::PORTS_MISSING, message).at(rule.span.clone(), "");
        reports.push(report.help("add `ports = 443`, a range such as `\"8000-8100\"`, or `ports = \"all\"`"));
        return None;
    }
    check_not_empty(reports, rule, "ports");
    let values = rule.one_or_many("ports");
    let ranges: Vec<Option<At<Ports>>> = values.iter().map(|it| ports(reports, it)).collect();
    let ranges: Vec<At<Ports>> = ranges.into_iter().collect::<Option<_>>()?;
    for (at, later) in ranges.iter().enumerate() {
        if let Some(first) = ranges[..at].iter().find(|it| it.it == later.it) {
            reports.push(given_twice(&format!("port {}", later.it), later, first));
        }
    }
    Some(ranges.into_iter().map(|it| with_ports(it.it)).collect())
}

fn protocol(rule: &Section<'_>, key: &str) -> Option<Protocol> {
    if let Some(number) = rule.integer(key) {
        return Some(match u8::try_from(number.it).ok()? {
            1 => Protocol::Icmp,
            6 => Protocol::Tcp,
            17 => Protocol::Udp,
            58 => Protocol::Icmpv6,
            other => Protocol::Other(other),
        });
    }
    match rule.text(key)?.it {
        "all" => Some(Protocol::All),
        "tcp" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        "icmp" => Some(Protocol::Icmp),
        "icmpv6" => Some(Protocol::Icmpv6),
        _ => None,
    }
}

fn without_ports(reports: &mut Vec<Diagnostic>, rule: &Section<'_>, protocol: Protocol) -> Option<Traffic> {
    match protocol {
        Protocol::Icmp => icmp(reports, rule).map(Traffic::Icmp),
        Protocol::Icmpv6 => icmp(reports, rule).map(Traffic::Icmpv6),
        Protocol::Other(number) => Some(Traffic::Protocol(number)),
        Protocol::All | Protocol::Tcp | Protocol::Udp => Some(Traffic::All),
    }
}

fn icmp(reports: &mut Vec<Diagnostic>, rule: &Section<'_>) -> Option<Icmp> {
    let byte = |key: &str| rule.integer(key).and_then(|it| u8::try_from(it.it).ok());
    let is_unread = |key: &str| rule.has(key) && byte(key).is_none();
    if is_unread("type") || is_unread("code") {
        return None;
    }
    match (byte("type"), byte("code")) {
        (None, None) => Some(Icmp::Any),
        (Some(kind), None) => Some(Icmp::Type(kind)),
        (Some(kind), Some(code)) => Some(Icmp::Code(kind, code)),
        (None, Some(_)) => {
            let message = "`code` means nothing without `type`";
            let report = Diagnostic::error(codes::ICMP_CODE_ALONE, message).at(rule.key_span("code"), "");
            reports.push(report.help("add `type = …`, or leave `code` out for every message"));
            None
        }
    }
}

pub(crate) fn ports(reports: &mut Vec<Diagnostic>, value: &Spanned<DeValue<'_>>) -> Option<At<Ports>> {
    if let Some(number) = integer(value) {
        let port = u16::try_from(number.it).ok()?;
        return Some(At::new(number.span, Ports::one(port)));
    }
    let words = text(value)?;
    if words.it == "all" {
        return Some(words.map(|_| Ports::ALL));
    }
    let (from, to) = words.it.split_once('-').unwrap_or((words.it, words.it));
    let parsed = (from.trim().parse::<u16>(), to.trim().parse::<u16>());
    let report = match parsed {
        (Ok(from), Ok(to)) => match Ports::new(from, to) {
            Some(ports) => return Some(words.map(|_| ports)),
            None => ports_syntax(&words, "ends before it begins").help(format!("write `\"{to}-{from}\"`")),
        },
        _ => {
            let report = ports_syntax(&words, "is no port or range of ports");
            match guess::ports(words.it) {
                Some(better) => report.help(format!("write `{better}`")),
                None => {
                    report.help("write a port of 0 to 65535, a range such as `\"8000-8100\"`, or `\"all\"`")
                }
            }
        }
    };
    reports.push(report);
    None
}

fn ports_syntax(words: &At<&str>, what: &str) -> Diagnostic {
    Diagnostic::error(codes::PORTS_SYNTAX, format!("`{}` {what}", words.it)).at(words.span.clone(), "")
}

fn ports_misplaced(rule: &Section<'_>, key: &str) -> Diagnostic {
    let message = "only tcp and udp have `ports`";
    let report = Diagnostic::error(codes::PORTS_MISPLACED, message).at(rule.key_span("ports"), "");
    let report = report.at(rule.value_span(key), "of this protocol");
    let is_icmp = rule.text(key).is_some_and(|it| it.it.starts_with("icmp"));
    match is_icmp {
        true => report.help("icmp has `type` and `code`; without them every message is meant"),
        false => report.help(format!("leave `ports` out, or write `{key} = \"tcp\"`")),
    }
}

fn icmp_misplaced(rule: &Section<'_>, key: &str) -> Diagnostic {
    let message = format!("only icmp and icmpv6 have `{key}`");
    Diagnostic::error(codes::ICMP_MISPLACED, message)
        .at(rule.key_span(key), "")
        .help(format!("leave `{key}` out"))
}

/// Reports an ICMP of an address family that the peer has no address of: no packet would match.
pub(crate) fn check_family(
    reports: &mut Vec<Diagnostic>,
    traffic: &[Traffic],
    families: Families,
    peer: &At<&str>,
) {
    let (wrong, right, family) = match traffic.first() {
        Some(Traffic::Icmp(_)) if !families.ipv4 => ("icmp", "icmpv6", "IPv6"),
        Some(Traffic::Icmpv6(_)) if !families.ipv6 => ("icmpv6", "icmp", "IPv4"),
        _ => return,
    };
    let message = format!("{wrong} is never spoken with `{}`, which is {family}", peer.it);
    let report = Diagnostic::error(codes::ICMP_FAMILY, message).at(peer.span.clone(), "");
    reports.push(report.help(format!("write `{right}`")));
}

/// Returns whether packets of `traffic` can have an address of `block`: ICMP is IPv4's and ICMPv6 is IPv6's.
pub(crate) fn suits(traffic: &Traffic, block: Block) -> bool {
    match traffic {
        Traffic::Icmp(_) => !block.is_ipv6(),
        Traffic::Icmpv6(_) => block.is_ipv6(),
        _ => true,
    }
}

/// Returns whether every packet of `narrow` is one of `wide`.
pub(crate) fn covers(wide: &Traffic, narrow: &Traffic) -> bool {
    let ports = |wide: &Ports, narrow: &Ports| wide.from <= narrow.from && narrow.to <= wide.to;
    match (wide, narrow) {
        (Traffic::All, _) => true,
        (Traffic::Tcp(wide), Traffic::Tcp(narrow)) | (Traffic::Udp(wide), Traffic::Udp(narrow)) => {
            ports(wide, narrow)
        }
        (Traffic::Icmp(wide), Traffic::Icmp(narrow)) | (Traffic::Icmpv6(wide), Traffic::Icmpv6(narrow)) => {
            match (wide, narrow) {
                (Icmp::Any, _) => true,
                (Icmp::Type(wide), Icmp::Type(kind) | Icmp::Code(kind, _)) => wide == kind,
                _ => wide == narrow,
            }
        }
        _ => wide == narrow,
    }
}
