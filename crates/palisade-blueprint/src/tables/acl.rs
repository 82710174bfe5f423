//! `[tiers.*.network-acl]`: numbered rules, and the entries that they become.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::network_acl::{Action, Entry, NUMBER_MAX};
use palisade_core::traffic::{Direction, Traffic};
use palisade_core::{Block, Diagnostic};

use crate::account::limits::Limit;
use crate::codes;
use crate::grammar::foreign_rule;
use crate::reports::at_both;
use crate::text::tree::{At, Section, Span};
use crate::words::names::count;
use crate::words::peers::{self, Addresses, Peer};
use crate::words::services;
use crate::words::traffic;

const ONLY_ADDRESSES: &str = "an ACL, which knows addresses only";
/// What to write instead of a group.
const OF_CARRIERS: &str = "write where its carriers stand: `tier:<name>`, or `vpc`";

/// An ACL as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Acl {
    pub(crate) inbound: Rules,
    pub(crate) outbound: Rules,
}

/// The rules of one direction, by number.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// The list in the text.
    pub(crate) span: Span,
    pub(crate) rules: Vec<Rule>,
}

/// One rule. Its entries are the product of its traffic and its peers' blocks, and compare as a set.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) number: At<u16>,
    pub(crate) action: Action,
    pub(crate) traffic: Vec<Traffic>,
    pub(crate) peers: Vec<At<Peer>>,
}

/// The blocks that a peer of an ACL's rule stands for; none if only the account can tell and was not asked.
pub(crate) type BlocksOf<'a> = &'a dyn Fn(&Peer) -> Vec<Block>;

impl Acl {
    pub(crate) fn rules(&self, direction: Direction) -> &Rules {
        direction.pick(&self.inbound, &self.outbound)
    }
}

impl Rules {
    /// Returns each rule with the number after the last that it owns.
    pub(crate) fn owned(&self) -> impl Iterator<Item = (&Rule, u16)> {
        let next = self.rules.iter().skip(1).map(|it| it.number.it).chain([NUMBER_MAX + 1]);
        self.rules.iter().zip(next)
    }
}

impl Rule {
    /// Returns what AWS shall hold for the rule.
    pub(crate) fn entries(&self, blocks_of: BlocksOf<'_>) -> BTreeSet<Entry> {
        let blocks: BTreeSet<Block> = self.peers.iter().flat_map(|it| blocks_of(&it.it)).collect();
        let entry = |traffic: &Traffic, cidr: Block| Entry { action: self.action, traffic: *traffic, cidr };
        let of_block = |cidr: Block| {
            self.traffic.iter().filter(move |it| traffic::suits(it, cidr)).map(move |it| entry(it, cidr))
        };
        blocks.into_iter().flat_map(of_block).collect()
    }
}

/// Reads the table.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, section: &Section<'_>, addresses: &Addresses<'_>) -> Acl {
    let mut read = |direction| rules(reports, section, direction, addresses);
    Acl { inbound: read(Direction::Inbound), outbound: read(Direction::Outbound) }
}

fn rules(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    direction: Direction,
    addresses: &Addresses<'_>,
) -> Rules {
    let key = direction.as_str();
    let mut rules: Vec<Rule> = Vec::new();
    for it in section.list(key).into_iter().filter(|it| !foreign_rule::is(it)) {
        let Some(rule) = rule(reports, &it, direction, addresses) else { continue };
        match rules.iter().find(|it| it.number.it == rule.number.it) {
            Some(first) => {
                let message = format!("two {key} rules have the number {}", rule.number.it);
                let report = Diagnostic::error(codes::RULE_NUMBER_TWICE, message);
                let report = at_both(report, &rule.number.span, &first.number.span);
                reports.push(report.help("the lowest number that matches decides: give each rule its own"));
            }
            None => rules.push(rule),
        }
    }
    rules.sort_by_key(|it| it.number.it);
    Rules { span: section.value_span(key), rules }
}

fn rule(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    direction: Direction,
    addresses: &Addresses<'_>,
) -> Option<Rule> {
    let number = section.integer("rule");
    let number =
        number.filter(|it| (1..=i64::from(NUMBER_MAX)).contains(&it.it)).map(|it| it.map(|it| it as u16));
    let action = match (section.has("allow"), section.has("deny")) {
        (true, false) => Some((Action::Allow, "allow")),
        (false, true) => Some((Action::Deny, "deny")),
        (false, false) if section.has("protocol") => None,
        (is_both, _) => {
            let message =
                if is_both { "a rule allows or denies, not both" } else { "a rule allows or denies" };
            let report = Diagnostic::error(codes::RULE_ACTION, message).at(section.span.clone(), "");
            reports.push(match is_both {
                true => report.help("write two rules with two numbers"),
                false => report
                    .help("add `allow = \"tcp\"` or `deny = \"tcp\"`; other words are `udp`, `icmp`, `all`"),
            });
            None
        }
    };
    let traffic = action.and_then(|(_, key)| traffic::read(reports, section, key));
    let key = direction.preposition();
    let words = section.texts(key);
    crate::grammar::walk::check_not_empty(reports, section, key);
    let known = traffic.as_deref().unwrap_or_default();
    let peers: Vec<Option<At<Peer>>> = words.iter().map(|it| peer(reports, it, addresses, known)).collect();
    let peers: Vec<At<Peer>> = peers.into_iter().flatten().collect();
    Some(Rule { number: number?, action: action?.0, traffic: traffic?, peers })
}

fn peer(
    reports: &mut Vec<Diagnostic>,
    words: &At<&str>,
    addresses: &Addresses<'_>,
    traffic: &[Traffic],
) -> Option<At<Peer>> {
    if words.it.starts_with("group:") {
        reports.push(peers::misplaced(words, ONLY_ADDRESSES, OF_CARRIERS));
        return None;
    }
    let only_addresses = |reports: &mut Vec<Diagnostic>, help: &str| {
        reports.push(peers::misplaced(words, ONLY_ADDRESSES, help));
        None
    };
    let peer = match peers::read(reports, addresses.names, words)? {
        Peer::Service(name) => Some(Peer::Service(services::full_name(addresses.region?, &name))),
        Peer::Itself => only_addresses(reports, "write the tier: `tier:<name>`"),
        Peer::Group(_) => only_addresses(reports, OF_CARRIERS),
        peer => Some(peer),
    };
    let peer = At::new(words.span.clone(), peer?);
    if let Some(families) = addresses.families(&peer.it) {
        traffic::check_family(reports, traffic, families, words);
    }
    Some(peer)
}

/// Reports rules that become more entries than there is room for. Peers whose blocks only the account can tell give
/// none before it is asked.
pub(crate) fn check_room(
    reports: &mut Vec<Diagnostic>,
    tier: &str,
    acl: &Acl,
    limit: &Limit,
    blocks_of: BlocksOf<'_>,
) {
    for direction in Direction::BOTH {
        let rules = acl.rules(direction);
        let mut n_v4 = 0;
        let mut n_v6 = 0;
        for (rule, next) in rules.owned() {
            let entries = rule.entries(blocks_of);
            let n_ipv6 = entries.iter().filter(|it| it.cidr.is_ipv6()).count();
            n_v6 += n_ipv6;
            n_v4 += entries.len() - n_ipv6;
            if usize::from(next - rule.number.it) < entries.len() {
                reports.push(gap(rules, rule, next, entries.len()));
            }
        }
        for (n_entries, family) in [(n_v4, "IPv4"), (n_v6, "IPv6")] {
            if limit.n() < n_entries {
                let (key, quota) = (direction.as_str(), limit.n());
                let message = format!(
                    "the {key} rules of tier `{tier}` become {n_entries} {family} entries, {quota} are possible"
                );
                let report = Diagnostic::error(codes::ACL_QUOTA, message).at(rules.span.clone(), "");
                reports.push(limit.raise(report, "name wider blocks or fewer ports"));
            }
        }
    }
}

fn gap(rules: &Rules, rule: &Rule, next: u16, n_entries: usize) -> Diagnostic {
    let number = rule.number.it;
    let room = next - number;
    let needed = usize::from(number) + n_entries;
    let message = format!(
        "rule {number} becomes {}, but has {} only",
        count(n_entries, "entry", "entries"),
        count(room.into(), "number", "numbers")
    );
    let report = Diagnostic::error(codes::RULE_GAP, message).at(rule.number.span.clone(), "");
    match rules.rules.iter().find(|it| it.number.it == next) {
        Some(after) => {
            let report = report.at(after.number.span.clone(), "the next rule");
            report.help(format!("move rule {next} to {needed} or higher"))
        }
        None => {
            report.help(format!("move rule {number} to {} or lower", usize::from(NUMBER_MAX) + 1 - n_entries))
        }
    }
}

/// Reports rules that name addresses twice. What endpoints stand for may be the same.
pub(crate) fn check_twice(reports: &mut Vec<Diagnostic>, acl: &Acl, blocks_of: BlocksOf<'_>) {
    let is_same = |one: &Peer, other: &Peer| {
        let is_endpoint = matches!(one, Peer::Endpoint(_)) || matches!(other, Peer::Endpoint(_));
        one == other || (!is_endpoint && blocks_of(one).iter().any(|it| blocks_of(other).contains(it)))
    };
    for rule in acl.inbound.rules.iter().chain(&acl.outbound.rules) {
        for (at, later) in rule.peers.iter().enumerate() {
            let Some(first) = rule.peers[..at].iter().find(|it| is_same(&it.it, &later.it)) else { continue };
            let report = Diagnostic::error(codes::RULE_TWICE, "the rule names the same addresses twice");
            let report = report.at(later.span.clone(), "").at(first.span.clone(), "the same");
            reports.push(report.help("leave one of them out"));
        }
    }
}

/// Warns of rules that never decide, since an earlier one matches every packet that they match.
pub(crate) fn check_shadows(reports: &mut Vec<Diagnostic>, acl: &Acl, blocks_of: BlocksOf<'_>) {
    for direction in Direction::BOTH {
        let rules = &acl.rules(direction).rules;
        for (at, rule) in rules.iter().enumerate() {
            let shadow = rules[..at].iter().find(|it| is_shadowed(rule, it, blocks_of));
            let Some(first) = shadow else { continue };
            let (number, before) = (rule.number.it, first.number.it);
            let message =
                format!("rule {number} never decides: rule {before} matches all of its packets first");
            let report = Diagnostic::warning(codes::RULE_SHADOWED, message).at(rule.number.span.clone(), "");
            let report = report.at(first.number.span.clone(), format!("this one {}", verb(first.action)));
            reports.push(match rule.action == first.action {
                true => report.help(format!("leave rule {number} out")),
                false => report.help(format!("give rule {number} a number below {before}")),
            });
        }
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Allow => "allows them",
        Action::Deny => "denies them",
    }
}

fn is_shadowed(rule: &Rule, by: &Rule, blocks_of: BlocksOf<'_>) -> bool {
    let everything = IpNet::V4(Ipv4Net::default());
    let covers = |peer: &Peer, by: &Peer| {
        let stand_ins = |it: &Peer| blocks_of(it).into_iter().map(Block::stand_in).collect::<Vec<IpNet>>();
        let (blocks, wide) = (stand_ins(peer), stand_ins(by));
        let is_inside = |it: &IpNet| wide.iter().any(|wide| wide.contains(it));
        // What only the account can tell lies somewhere in IPv4.
        peer == by
            || if blocks.is_empty() { wide.contains(&everything) } else { blocks.iter().all(is_inside) }
    };
    let peers = rule.peers.iter().all(|it| by.peers.iter().any(|wide| covers(&it.it, &wide.it)));
    let packets = rule.traffic.iter().all(|it| by.traffic.iter().any(|wide| traffic::covers(wide, it)));
    peers && packets && !rule.peers.is_empty() && !rule.traffic.is_empty()
}
