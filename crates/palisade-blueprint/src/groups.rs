//! `[security-groups.*]`: rules that allow.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::security_group as core;
use palisade_core::traffic::{Direction, Traffic};
use palisade_core::{Diagnostic, Key, Kind};

use crate::codes;
use crate::peers::{self, Addresses};
use crate::traffic;
use crate::tree::{At, Section, Span};

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

/// The other end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    /// What AWS takes as it is.
    Plain(core::Peer),
    /// What the endpoint of this name stands for: an interface's groups, or a gateway's prefix list.
    Endpoint(String),
}

impl Group {
    pub(crate) fn rules(&self, direction: Direction) -> &Rules {
        match direction {
            Direction::Inbound => &self.inbound,
            Direction::Outbound => &self.outbound,
        }
    }
}

impl Rules {
    /// Returns what AWS shall hold for the rules. Endpoints often share a group, so what two of them stand for may be
    /// one rule; the first description is kept.
    pub(crate) fn lower(&self, peers_of: &dyn Fn(&Peer) -> Vec<core::Peer>) -> core::Rules {
        let mut rules = core::Rules::new();
        for rule in &self.rules {
            for peer in rule.peers.iter().flat_map(|it| peers_of(&it.it)) {
                for traffic in &rule.traffic {
                    let lowered = core::Rule { traffic: *traffic, peer: peer.clone() };
                    rules.entry(lowered).or_insert_with(|| rule.description.clone());
                }
            }
        }
        rules
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
    let mut rules = Vec::new();
    let mut written: BTreeMap<(Traffic, Peer), Span> = BTreeMap::new();
    for it in section.list(direction.as_str()) {
        let Some(rule) = rule(reports, &it, direction, own, addresses) else { continue };
        let each = rule.peers.iter().flat_map(|peer| rule.traffic.iter().map(move |it| (*it, peer)));
        let mut is_told = false;
        for (traffic, peer) in each {
            let first = written.get(&(traffic, peer.it.clone())).cloned();
            if let Some(first) = first.filter(|_| !is_told) {
                reports.push(twice(own, direction, &traffic, peer, first));
                is_told = true;
            }
            written.entry((traffic, peer.it.clone())).or_insert(peer.span.clone());
        }
        rules.push(rule);
    }
    Rules { span: section.value_span(direction.as_str()), rules }
}

fn twice(own: &Key, direction: Direction, traffic: &Traffic, peer: &At<Peer>, first: Span) -> Diagnostic {
    let key = direction.as_str();
    let message =
        format!("group `{}` has the {key} rule for {traffic} {} twice", own.name, peer.it.words(direction));
    let report =
        Diagnostic::error(codes::RULE_TWICE, message).at(peer.span.clone(), "").at(first, "here first");
    report.help("AWS knows a rule by its protocol, ports and peer alone: leave one of them out")
}

impl Peer {
    fn words(&self, direction: Direction) -> String {
        let other_end = match self {
            Peer::Plain(it) => it.to_string(),
            Peer::Endpoint(name) => format!("endpoint:{name}"),
        };
        format!("{} {other_end}", direction.preposition())
    }
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
    crate::walk::check_not_empty(reports, section, key);
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
    let cidr = |it: Ipv4Net| core::Peer::Cidr(it.into());
    let group = |name: &str| core::Peer::Group(Key::new(Kind::SecurityGroup, name));
    let plain = match peers::read(reports, addresses.names, words)? {
        peers::Peer::Cidr(block) => core::Peer::Cidr(block),
        peers::Peer::Internet => cidr(Ipv4Net::default()),
        peers::Peer::Vpc => cidr(addresses.vpc?),
        peers::Peer::Tier(name) => cidr(*addresses.tiers.get(name)?),
        peers::Peer::Itself => core::Peer::Group(own.clone()),
        peers::Peer::Group(name) | peers::Peer::GroupId(name) => group(name),
        peers::Peer::PrefixListId(id) => core::Peer::PrefixList(id.to_owned()),
        peers::Peer::Endpoint(name) => return Some(Peer::Endpoint(name.to_owned())),
        peers::Peer::Service(name) => {
            let help = match addresses.names.endpoints.contains(name) {
                true => format!("write `endpoint:{name}`: the prefix list of the gateway endpoint"),
                false => format!(
                    "add `[endpoints.{name}]` and write `endpoint:{name}`, or the id of a list (`pl-…`)"
                ),
            };
            reports.push(peers::misplaced(words, "a security group, which takes prefix lists", help));
            return None;
        }
    };
    if let core::Peer::Cidr(block) = &plain {
        traffic::check_family(reports, traffic, matches!(block, IpNet::V6(_)), words);
    }
    Some(Peer::Plain(plain))
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
        reports.push(error(format!("a description has at most {DESCRIPTION_MAX} characters")));
    }
    Some(words.it.to_owned())
}

/// Reports groups with more rules than AWS takes. A rule that names a group or a prefix list counts for both address
/// families; AWS's own lists of S3 and DynamoDB count as one rule (VPC user guide, "AWS-managed prefix lists").
pub(crate) fn check_quota(
    reports: &mut Vec<Diagnostic>,
    name: &str,
    group: &Group,
    quota: usize,
    peers_of: &dyn Fn(&Peer) -> Vec<core::Peer>,
) {
    for direction in [Direction::Inbound, Direction::Outbound] {
        let rules = group.rules(direction);
        let lowered = rules.lower(peers_of);
        let of_family =
            |is_other: fn(&core::Peer) -> bool| lowered.keys().filter(|it| !is_other(&it.peer)).count();
        let n_v4 = of_family(|it| matches!(it, core::Peer::Cidr(IpNet::V6(_))));
        let n_v6 = of_family(|it| matches!(it, core::Peer::Cidr(IpNet::V4(_))));
        let n_rules = n_v4.max(n_v6);
        if quota < n_rules {
            let key = direction.as_str();
            let message = format!("group `{name}` has {n_rules} {key} rules, {quota} are possible");
            let report = Diagnostic::error(codes::GROUP_QUOTA, message).at(rules.span.clone(), "");
            let help = "name wider blocks or fewer ports, or have AWS raise the quota and add `[quotas]` with \
                        `rules-per-security-group`";
            reports.push(report.help(help));
        }
    }
}
