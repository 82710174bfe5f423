//! Security groups, with their rules in either of the two ways in which the CLI prints them.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use palisade_core::traffic::{Direction, Traffic};
use serde::Deserialize;

use super::acl::traffic;

/// One of `describe-security-groups`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SecurityGroup {
    pub(crate) group_id: String,
    pub(crate) vpc_id: Option<String>,
    ip_permissions: Option<Vec<Permission>>,
    ip_permissions_egress: Option<Vec<Permission>>,
}

/// Rules that are alike apart from the other end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Permission {
    ip_protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    #[serde(default)]
    ip_ranges: Vec<Ipv4Range>,
    #[serde(default)]
    ipv6_ranges: Vec<Ipv6Range>,
    #[serde(default)]
    prefix_list_ids: Vec<ListId>,
    #[serde(default)]
    user_id_group_pairs: Vec<GroupPair>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipv4Range {
    cidr_ip: Ipv4Net,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipv6Range {
    cidr_ipv6: Ipv6Net,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListId {
    prefix_list_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupPair {
    group_id: String,
}

/// One of `describe-security-group-rules`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SecurityGroupRule {
    pub(crate) security_group_rule_id: String,
    pub(crate) group_id: String,
    is_egress: bool,
    ip_protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    cidr_ipv4: Option<Ipv4Net>,
    cidr_ipv6: Option<Ipv6Net>,
    prefix_list_id: Option<String>,
    referenced_group_info: Option<GroupPair>,
}

/// One rule with one other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) direction: Direction,
    pub(crate) traffic: Traffic,
    pub(crate) peer: Peer,
    /// Its own id, if that is told.
    pub(crate) id: Option<String>,
}

/// The other end of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Block(IpNet),
    List(String),
    Group(String),
}

/// A rule that AWS would not print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadRule;

impl SecurityGroup {
    /// Returns the rules that it lists; none of a direction if it does not list them.
    pub(crate) fn rules(&self, direction: Direction) -> Option<Result<Vec<Rule>, BadRule>> {
        let permissions = direction.pick(&self.ip_permissions, &self.ip_permissions_egress).as_ref()?;
        let rules: Result<Vec<Vec<Rule>>, BadRule> =
            permissions.iter().map(|it| it.rules(direction)).collect();
        Some(rules.map(|it| it.concat()))
    }
}

impl Permission {
    fn rules(&self, direction: Direction) -> Result<Vec<Rule>, BadRule> {
        let traffic = of_ports(&self.ip_protocol, self.from_port, self.to_port)?;
        let ipv4 = self.ip_ranges.iter().map(|it| Peer::Block(it.cidr_ip.into()));
        let ipv6 = self.ipv6_ranges.iter().map(|it| Peer::Block(it.cidr_ipv6.into()));
        let lists = self.prefix_list_ids.iter().map(|it| Peer::List(it.prefix_list_id.clone()));
        let groups = self.user_id_group_pairs.iter().map(|it| Peer::Group(it.group_id.clone()));
        let peers = ipv4.chain(ipv6).chain(lists).chain(groups);
        Ok(peers.map(|peer| Rule { direction, traffic, peer, id: None }).collect())
    }
}

impl SecurityGroupRule {
    /// Returns the rule.
    pub(crate) fn rule(&self) -> Result<Rule, BadRule> {
        let ipv4 = self.cidr_ipv4.map(|it| Peer::Block(it.into()));
        let ipv6 = self.cidr_ipv6.map(|it| Peer::Block(it.into()));
        let list = self.prefix_list_id.clone().map(Peer::List);
        let group = self.referenced_group_info.clone().map(|it| Peer::Group(it.group_id));
        Ok(Rule {
            direction: if self.is_egress { Direction::Outbound } else { Direction::Inbound },
            traffic: of_ports(&self.ip_protocol, self.from_port, self.to_port)?,
            peer: ipv4.or(ipv6).or(list).or(group).ok_or(BadRule)?,
            id: Some(self.security_group_rule_id.clone()),
        })
    }
}

/// A rule of ICMP has its type and code where others have ports.
fn of_ports(protocol: &str, from: Option<i32>, to: Option<i32>) -> Result<Traffic, BadRule> {
    let pair = from.map(|from| (from, to.unwrap_or(-1)));
    traffic(protocol, pair, pair).ok_or(BadRule)
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rule { direction, traffic, peer, id } = self;
        write!(f, "{} rule", direction.as_str())?;
        if let Some(id) = id {
            write!(f, " {id}:")?;
        }
        write!(f, " {traffic} {} ", direction.preposition())?;
        match peer {
            Peer::Block(block) => block.fmt(f),
            Peer::List(id) | Peer::Group(id) => f.write_str(id),
        }
    }
}
