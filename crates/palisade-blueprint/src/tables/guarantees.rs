//! `[[guarantees]]`: promises about packets.

use std::collections::BTreeSet;

use palisade_core::guarantee::{End, Expect, Guarantee, Place, Via};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Diagnostic, Key, Kind};

use crate::codes;
use crate::reports::given_twice;
use crate::text::tree::{At, Section};
use crate::words::names::{Names, is_known};
use crate::words::peers::{self, Peer, is_id};
use crate::words::{services, traffic};

/// The ports from which clients open connections, where the author says nothing: what every system of today keeps to
/// (VPC user guide, "Ephemeral ports").
const CLIENT_PORTS: Ports = Ports { from: 1024, to: 65535 };

/// Reads every guarantee; those with a mistake are left out.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    names: &Names,
    region: Option<&str>,
) -> Vec<Guarantee> {
    let mut guarantees = Vec::new();
    let mut seen: Vec<At<&str>> = Vec::new();
    for section in document.list("guarantees") {
        if let Some(name) = section.text("name") {
            match seen.iter().find(|it| it.it == name.it) {
                Some(first) => reports.push(given_twice(&format!("guarantee `{}`", name.it), &name, first)),
                None => seen.push(name),
            }
        }
        guarantees.extend(guarantee(reports, &section, names, region));
    }
    guarantees
}

fn guarantee(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    names: &Names,
    region: Option<&str>,
) -> Option<Guarantee> {
    let n_before = reports.len();
    let from = place(reports, section, "from", names, region);
    let to = place(reports, section, "to", names, region);
    let expect = expect(reports, section, names);
    let traffic = match ["protocol", "ports", "type", "code"].iter().any(|it| section.has(it)) {
        true => traffic::read(reports, section, "protocol"),
        false => Some(vec![Traffic::All]),
    };
    let client_ports = client_ports(reports, section);
    let groups = groups(reports, section, "groups", names);
    let to_groups = self::groups(reports, section, "to-groups", names);
    let (from, to, expect) = (from?, to?, expect?);
    check_ends(reports, &from, &to);
    check_groups(reports, section, ("groups", groups.is_some()), &from, &expect);
    check_groups(reports, section, ("to-groups", to_groups.is_some()), &to, &expect);
    let guarantee = Guarantee {
        name: section.text("name")?.it.to_owned(),
        from: End { place: from.it, groups },
        to: End { place: to.it, groups: to_groups },
        expect,
        traffic: traffic?,
        client_ports,
        assume: section.text("assume").map(|it| it.it.to_owned()),
        span: section.value_span("name"),
        is_implied: false,
    };
    (reports.len() == n_before).then_some(guarantee)
}

fn place(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    key: &str,
    names: &Names,
    region: Option<&str>,
) -> Option<At<Place>> {
    let words = section.text(key)?;
    let misplaced = |help: &str| Some(peers::misplaced(&words, "a guarantee", help));
    if let Some(name) = words.it.strip_prefix("service:") {
        if let Some(meant) = services::meant(name) {
            let message = format!("`{name}` is no service of PrivateLink's");
            let report = Diagnostic::error(codes::SERVICE_NAME, message).at(words.span.clone(), "");
            reports.push(report.help(meant));
            return None;
        }
        let name =
            if services::is_full_name(name) { name.to_owned() } else { services::full_name(region?, name) };
        return Some(At::new(words.span, Place::Service(name)));
    }
    let report = match peers::read(reports, names, &words)? {
        Peer::Internet => return Some(At::new(words.span, Place::Internet)),
        Peer::Vpc => return Some(At::new(words.span, Place::Vpc)),
        Peer::Cidr(block) => return Some(At::new(words.span, Place::Cidr(block))),
        Peer::Group(key) => return Some(At::new(words.span, Place::Group(key))),
        Peer::Tier(name) => return Some(At::new(words.span, Place::Tier(name))),
        Peer::Outside(name) => return Some(At::new(words.span, Place::Outside(name))),
        Peer::Endpoint(name) => {
            return Some(At::new(words.span, Place::Endpoint(Key::new(Kind::Endpoint, name))));
        }
        Peer::Service(name) => {
            misplaced(&format!("write `service:{name}` for the service however it is reached"))
        }
        Peer::Itself => misplaced("write who it is: `tier:<name>` or `group:<name>`"),
        Peer::PrefixList(_) => misplaced("write one guarantee for each of its blocks"),
    };
    reports.extend(report);
    None
}

fn expect(reports: &mut Vec<Diagnostic>, section: &Section<'_>, names: &Names) -> Option<Expect> {
    let word = section.text("expect")?;
    let via = section.text("via");
    let expect = match word.it {
        "isolated" => Expect::Isolated,
        "one-way-isolated" => Expect::OneWayIsolated,
        "reachable" => Expect::Reachable,
        "only-via" => {
            let Some(via) = via else {
                let report =
                    Diagnostic::error(codes::GUARANTEE_VIA, "`only-via` needs `via`").at(word.span, "");
                reports.push(
                    report.help("add what packets must pass: `via = \"endpoint:s3\"` or `via = \"nat\"`"),
                );
                return None;
            };
            return self::via(reports, &via, names).map(Expect::OnlyVia);
        }
        // A word that is none has been reported.
        _ => return None,
    };
    if via.is_some() {
        let message = format!("`via` means nothing with `{}`", word.it);
        let report = Diagnostic::error(codes::GUARANTEE_VIA, message).at(section.key_span("via"), "");
        reports.push(report.help("write `expect = \"only-via\"`, or leave `via` out"));
    }
    Some(expect)
}

fn via(reports: &mut Vec<Diagnostic>, words: &At<&str>, names: &Names) -> Option<Via> {
    if words.it == "nat" {
        return Some(Via::Nat);
    }
    if let Some(name) = words.it.strip_prefix("endpoint:") {
        let at = At::new(words.span.clone(), name);
        let is_known = is_known(reports, &names.endpoints, &at, "endpoint");
        return is_known.then(|| Via::Endpoint(Key::new(Kind::Endpoint, name)));
    }
    let message = format!("`{}` is nothing that packets can be made to pass", words.it);
    let report = Diagnostic::error(codes::GUARANTEE_VIA, message).at(words.span.clone(), "");
    reports.push(report.help("write `endpoint:<name>` or `nat`"));
    None
}

fn client_ports(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Ports {
    let ports = section.value("client-ports").and_then(|it| traffic::ports(reports, it));
    ports.map_or(CLIENT_PORTS, |it| it.it)
}

fn groups(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    key: &str,
    names: &Names,
) -> Option<BTreeSet<Key>> {
    let mut groups = BTreeSet::new();
    for words in section.texts(key) {
        let name = words.it.strip_prefix("group:").unwrap_or(words.it);
        let at = At::new(words.span.clone(), name);
        if is_id(name, "sg") || is_known(reports, &names.groups, &at, "security group") {
            groups.insert(Key::new(Kind::SecurityGroup, name));
        }
    }
    section.has(key).then_some(groups)
}

/// Endpoints answer and never ask (AWS PrivateLink guide, "Access AWS services"); what is not the VPC's to carry cannot
/// be promised.
fn check_ends(reports: &mut Vec<Diagnostic>, from: &At<Place>, to: &At<Place>) {
    let is_far = |it: &Place| matches!(it, Place::Internet | Place::Outside(_));
    let never_asks = |it: &Place| matches!(it, Place::Endpoint(_) | Place::Service(_));
    if never_asks(&from.it) {
        let message = format!("`{}` opens no connections", from.it);
        let report = Diagnostic::error(codes::GUARANTEE_END, message).at(from.span.clone(), "");
        reports.push(report.help("write it as `to`, and who reaches it as `from`"));
    } else if is_far(&from.it) && (is_far(&to.it) || matches!(to.it, Place::Service(_))) {
        let message = format!("nothing goes from `{}` to `{}` through the VPC", from.it, to.it);
        let report = Diagnostic::error(codes::GUARANTEE_END, message).at(to.span.clone(), "");
        reports.push(
            report
                .at(from.span.clone(), "from here")
                .help("one end must be in the VPC, such as `tier:<name>`"),
        );
    }
}

/// With any groups, somebody's admit everything and somebody's nothing.
fn check_groups(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    (key, is_given): (&str, bool),
    end: &At<Place>,
    expect: &Expect,
) {
    let has_interfaces =
        !matches!(end.it, Place::Internet | Place::Outside(_) | Place::Endpoint(_) | Place::Service(_));
    let must_say = *expect == Expect::Reachable && matches!(end.it, Place::Tier(_) | Place::Vpc);
    if is_given && !has_interfaces {
        let message = format!("`{}` has no interfaces whose groups could be chosen", end.it);
        let report = Diagnostic::error(codes::GUARANTEE_GROUPS, message).at(section.key_span(key), "");
        reports.push(report.at(end.span.clone(), "this end").help(format!("leave `{key}` out")));
    } else if must_say && !is_given {
        let message = format!("`reachable` needs the groups of what stands in `{}`", end.it);
        let report = Diagnostic::error(codes::GUARANTEE_GROUPS, message).at(end.span.clone(), "");
        reports.push(
            report.help(format!("add `{key} = [\"…\"]`: what an interface there carries, and nothing else")),
        );
    }
}
