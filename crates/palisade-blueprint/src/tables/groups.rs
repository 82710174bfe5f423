//! `[security-groups.*]`: rules that allow.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::security_group as core;
use palisade_core::traffic::{Direction, Traffic};
use palisade_core::{Diagnostic, Key, Kind};

use crate::account::limits::Limit;
use crate::codes;
use crate::grammar::foreign_rule;
use crate::text::tree::{At, Section, Span};
use crate::words::peers::{self, Addresses, Peer};
use crate::words::traffic;

/// What a group says of itself where its author says nothing. It does not name the group, since AWS cannot change it
/// and a rename would then be a replacement.
const DESCRIPTION: &str = "managed by palisade";
/// EC2 API reference, `CreateSecurityGroup` and `IpRange`.
const DESCRIPTION_MAX: usize = 255;

/// A group as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) description: String,
    pub(crate) inbound: Rules,
    pub(crate) outbound: Rules,
}

/// The rules of one direction.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// The list in the text.
    pub(crate) span: Span,
    pub(crate) rules: Vec<Rule>,
}

/// One rule; it becomes one AWS rule per range of ports and peer.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) traffic: Vec<Traffic>,
    pub(crate) peers: Vec<At<Peer>>,
    pub(crate) description: String,
}

impl Group {
    pub(crate) fn rules(&self, direction: Direction) -> &Rules {
        direction.pick(&self.inbound, &self.outbound)
    }
}

impl Rules {
    /// Returns what AWS shall hold for the rules. Endpoints often share a group, so what two of them stand for may be
    /// one rule; the first description is kept.
    pub(crate) fn lower(&self, peers_of: PeersOf<'_>) -> core::Rules {
        let mut rules = core::Rules::new();
        for rule in &self.rules {
            for lowered in rule.peers.iter().flat_map(|it| rule.toward(&it.it, peers_of)) {
                rules.entry(lowered).or_insert_with(|| rule.description.clone());
            }
        }
        rules
    }
}

/// What a peer of a group's rule stands for.
pub(crate) type PeersOf<'a> = &'a dyn Fn(&Peer) -> Vec<core::Peer>;

impl Rule {
    /// Returns what AWS shall hold for one of its peers.
    pub(crate) fn toward(&self, peer: &Peer, peers_of: PeersOf<'_>) -> Vec<core::Rule> {
        let suits = |traffic: &Traffic, peer: &core::Peer| match peer {
            core::Peer::Cidr(block) => traffic::suits(traffic, *block),
            core::Peer::Group(_) | core::Peer::PrefixList(_) => true,
        };
        let each = peers_of(peer).into_iter().flat_map(|peer| {
            let traffic = self.traffic.iter().filter(|it| suits(it, &peer)).copied().collect::<Vec<_>>();
            traffic.into_iter().map(move |traffic| core::Rule { traffic, peer: peer.clone() })
        });
        each.collect()
    }
}

/// Reads every group.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    addresses: &Addresses<'_>,
) -> BTreeMap<String, Group> {
    let mut groups = BTreeMap::new();
    for (name, section) in document.sections("security-groups") {
        let own = Key::new(Kind::SecurityGroup, name.it);
        let description = description(reports, &section).unwrap_or_default();
        let description = if description.is_empty() { DESCRIPTION.to_owned() } else { description };
        if section.text("description").is_some_and(|it| it.it.is_empty()) {
            let report = Diagnostic::error(codes::DESCRIPTION, "the description is empty");
            let report = report.at(section.value_span("description"), "");
            reports.push(report.help("write what the group is for, or leave the key out"));
        }
        let mut read = |direction| rules(reports, &section, direction, &own, addresses);
        let (inbound, outbound) = (read(Direction::Inbound), read(Direction::Outbound));
        groups.insert(name.it.to_owned(), Group { description, inbound, outbound });
    }
    groups
}

fn rules(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    direction: Direction,
    own: &Key,
    addresses: &Addresses<'_>,
) -> Rules {
    let each = section.list(direction.as_str());
    let each = each.iter().filter(|it| !foreign_rule::is(it));
    let rules = each.filter_map(|it| rule(reports, it, direction, own, addresses)).collect();
    Rules { span: section.value_span(direction.as_str()), rules }
}

/// Reports rules that become the same one. Endpoints may share a group, so what they stand for may be the same.
pub(crate) fn check_twice(reports: &mut Vec<Diagnostic>, name: &str, group: &Group, peers_of: PeersOf<'_>) {
    for direction in Direction::BOTH {
        let mut written: BTreeMap<core::Rule, Span> = BTreeMap::new();
        for rule in &group.rules(direction).rules {
            let named = rule.peers.iter().filter(|it| !matches!(it.it, Peer::Endpoint(_)));
            let lowered =
                named.flat_map(|it| rule.toward(&it.it, peers_of).into_iter().map(move |rule| (rule, it)));
            let lowered: Vec<(core::Rule, &At<Peer>)> = lowered.collect();
            let again = lowered.iter().enumerate().find_map(|(at, (lowered_rule, peer))| {
                let before = lowered[..at].iter().find(|(it, _)| it == lowered_rule).map(|(_, it)| &it.span);
                Some((lowered_rule, peer, written.get(lowered_rule).or(before)?.clone()))
            });
            reports.extend(again.map(|(rule, peer, first)| twice(name, direction, rule, &peer.span, first)));
            for (rule, peer) in lowered {
                written.entry(rule).or_insert_with(|| peer.span.clone());
            }
        }
    }
}

fn twice(name: &str, direction: Direction, rule: &core::Rule, place: &Span, first: Span) -> Diagnostic {
    let (key, end) = (direction.as_str(), direction.preposition());
    let message = format!("group `{name}` has the {key} rule for {} {end} {} twice", rule.traffic, rule.peer);
    let report = Diagnostic::error(codes::RULE_TWICE, message).at(place.clone(), "").at(first, "here first");
    report.help("AWS knows a rule by its protocol, ports and peer alone: leave one of them out")
}

fn rule(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    direction: Direction,
    own: &Key,
    addresses: &Addresses<'_>,
) -> Option<Rule> {
    let description = description(reports, section).unwrap_or_default();
    let traffic = traffic::read(reports, section, "protocol");
    let key = direction.preposition();
    crate::grammar::walk::check_not_empty(reports, section, key);
    let words = section.texts(key);
    let known = traffic.as_deref().unwrap_or_default();
    let peers: Vec<At<Peer>> = words
        .iter()
        .filter_map(|it| Some(At::new(it.span.clone(), peer(reports, it, own, addresses, known)?)))
        .collect();
    Some(Rule { traffic: traffic?, peers, description })
}

fn peer(
    reports: &mut Vec<Diagnostic>,
    words: &At<&str>,
    own: &Key,
    addresses: &Addresses<'_>,
    traffic: &[Traffic],
) -> Option<Peer> {
    let peer = match peers::read(reports, addresses.names, words)? {
        Peer::Itself => Peer::Group(own.clone()),
        Peer::Service(name) => {
            let help = match addresses.names.endpoints.contains(&name) {
                true => format!("write `endpoint:{name}`: the prefix list of the gateway endpoint"),
                false => format!(
                    "add `[endpoints.{name}]` and write `endpoint:{name}`, or the id of a list (`pl-…`)"
                ),
            };
            reports.push(peers::misplaced(words, "a security group, which takes prefix lists", help));
            return None;
        }
        peer => peer,
    };
    if let Some(families) = addresses.families(&peer) {
        traffic::check_family(reports, traffic, families, words);
    }
    Some(peer)
}

/// Reads a description; AWS takes some ASCII only (EC2 API reference, `CreateSecurityGroup`).
fn description(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Option<String> {
    let words = section.text("description")?;
    let is_taken = |it: char| it.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(it);
    let error = |message: String| Diagnostic::error(codes::DESCRIPTION, message).at(words.span.clone(), "");
    if let Some(letter) = words.it.chars().find(|it| !is_taken(*it)) {
        let report = error(format!("AWS does not take `{letter}` in a description"));
        reports.push(report.help("it takes letters of a to z, digits, spaces and ._-:/()#,@[]+=&;{}!$*"));
    } else if DESCRIPTION_MAX < words.it.len() {
        let report = error(format!("a description has at most {DESCRIPTION_MAX} characters"));
        reports.push(report.help(format!("shorten it: it has {}", words.it.len())));
    }
    Some(words.it.to_owned())
}

/// Returns how many rules AWS counts, of the address family that has more. A rule that names a group or a prefix list
/// counts for both families; a list counts as many rules as it may have entries, `weight_of` (VPC user guide,
/// "AWS-managed prefix lists" and "Customer-managed prefix lists").
pub(crate) fn n_counted(rules: &BTreeSet<&core::Rule>, weight_of: &dyn Fn(&Key) -> usize) -> usize {
    let weight = |peer: &core::Peer| match peer {
        core::Peer::PrefixList(list) => weight_of(list),
        core::Peer::Cidr(_) | core::Peer::Group(_) => 1,
    };
    let of_family = |is_ipv6: bool| -> usize {
        let is_other = |it: &core::Peer| matches!(it, core::Peer::Cidr(block) if block.is_ipv6() != is_ipv6);
        rules.iter().map(|it| &it.peer).filter(|it| !is_other(it)).map(weight).sum()
    };
    of_family(false).max(of_family(true))
}

/// Reports groups with more rules than AWS takes.
pub(crate) fn check_quota(
    reports: &mut Vec<Diagnostic>,
    name: &str,
    group: &Group,
    limit: &Limit,
    peers_of: PeersOf<'_>,
    weight_of: &dyn Fn(&Key) -> usize,
) {
    for direction in Direction::BOTH {
        let rules = group.rules(direction);
        let lowered = rules.lower(peers_of);
        let n_rules = n_counted(&lowered.keys().collect(), weight_of);
        if limit.n() < n_rules {
            let (key, quota) = (direction.as_str(), limit.n());
            let message = format!("group `{name}` has {n_rules} {key} rules, {quota} are possible");
            let report = Diagnostic::error(codes::GROUP_QUOTA, message).at(rules.span.clone(), "");
            reports.push(limit.raise(report, "name wider blocks or fewer ports"));
        }
    }
}
