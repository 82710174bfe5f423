//! A blueprint without mistakes, waiting for what only the account can tell.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::security_group;
use palisade_core::tags::Tags;
use palisade_core::{Diagnostic, Facts, Live, Needs, Network};

use crate::acl;
use crate::codes;
use crate::endpoints::{Endpoint, Reach};
use crate::fixtures;
use crate::groups::{self, Group};
use crate::head::{Head, Quotas};
use crate::in_order;
use crate::layout::{self, Layout};
use crate::names::listed;
use crate::tiers::Tier;
use crate::tree::{At, Span};
use crate::vpc::Vpc;

/// A blueprint in which no mistake can be seen without an account.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) account: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) cidr: Ipv4Net,
    pub(crate) zones: Vec<At<String>>,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) parts: Parts,
}

/// What a blueprint consists of, as far as it could be read.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) quotas: Quotas,
    pub(crate) tiers: BTreeMap<String, Tier>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
}

/// The parts as they look with what is known: before the account was asked, prefix lists are not.
pub(crate) struct View<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) layout: Layout,
    facts: Option<&'a Facts>,
}

impl Draft {
    pub(crate) fn new(head: Head, vpc: Option<Vpc>, parts: Parts) -> Option<Draft> {
        let vpc = vpc?;
        Some(Draft {
            name: head.name?,
            region: head.region?,
            account: head.account,
            tags: head.tags,
            cidr: vpc.cidr?.it,
            zones: vpc.zones?,
            dns_support: vpc.dns_support,
            dns_hostnames: vpc.dns_hostnames,
            parts,
        })
    }

    /// Returns the blueprint's name, its identity.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the region that it is for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns the only account that it may be used in, if it says so.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Returns what must be known of the account to resolve it.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs { blueprint: self.name.clone(), ..Needs::default() };
        for (name, _) in self.parts.lists_in_groups() {
            needs.prefix_lists.insert(name.to_owned());
        }
        for (name, _) in self.parts.lists_in_acls() {
            needs.prefix_lists.insert(name.to_owned());
            needs.prefix_list_entries.insert(name.to_owned());
        }
        needs
    }

    /// Returns made-up facts that suffice to resolve it: for `validate` and the sandbox.
    pub fn fixtures(&self) -> Facts {
        fixtures::facts(&self.region, self.zones.iter().map(|it| it.it.as_str()), &self.needs())
    }

    /// Returns the network that it asks for in the account of which `facts` and `live` speak, or what the account
    /// does not allow.
    pub fn resolve(&self, facts: &Facts, live: &Live) -> Result<Network, Vec<Diagnostic>> {
        let mut reports = Vec::new();
        self.check_zones(&mut reports, facts);
        self.check_lists(&mut reports, facts);
        layout::check_slots(&mut reports, &self.parts.tiers, live);
        if reports.is_empty() {
            let view = self.parts.view(live, Some(facts));
            view.check_room(&mut reports);
            if reports.is_empty() {
                return Ok(self.lower(&view, live));
            }
        }
        Err(in_order(reports))
    }

    /// Returns the full name of a zone by its suffix.
    pub(crate) fn zone_name(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.region)
    }

    fn check_zones(&self, reports: &mut Vec<Diagnostic>, facts: &Facts) {
        let known: Vec<&str> = facts.zones.iter().map(|it| it.name.as_str()).collect();
        for zone in &self.zones {
            let name = self.zone_name(&zone.it);
            if !known.contains(&name.as_str()) {
                let message = format!("the account has no zone `{name}`");
                let report = Diagnostic::error(codes::ZONE_UNKNOWN, message).at(zone.span.clone(), "");
                reports.push(report.help(format!("it has {}", listed(&known))));
            }
        }
    }

    fn check_lists(&self, reports: &mut Vec<Diagnostic>, facts: &Facts) {
        let lists = self.parts.lists_in_groups().map(|it| (it, false));
        let lists = lists.chain(self.parts.lists_in_acls().map(|it| (it, true)));
        for ((name, span), needs_entries) in lists {
            let problem = match facts.prefix_lists.get(name) {
                None => "AWS has no such prefix list in the region",
                Some(list) if needs_entries && list.cidrs.is_empty() => "AWS lists no addresses in it",
                Some(_) => continue,
            };
            let message = format!("the prefix list `{name}` is needed here, but {problem}");
            let report = Diagnostic::error(codes::PREFIX_LIST_UNKNOWN, message).at(span.clone(), "");
            reports.push(report.help("write the CIDR blocks instead"));
        }
    }
}

impl Parts {
    /// Returns the parts as they look beside what is live; a zone's subnet is where it was.
    pub(crate) fn view<'a>(&'a self, live: &Live, facts: Option<&'a Facts>) -> View<'a> {
        View { parts: self, layout: Layout::new(&self.tiers, live), facts }
    }

    fn gateway(&self, endpoint: &str) -> Option<&Endpoint> {
        self.endpoints.get(endpoint).filter(|it| matches!(it.reach, Reach::Gateway))
    }

    /// Returns the prefix lists that groups name, with their places.
    fn lists_in_groups(&self) -> impl Iterator<Item = (&str, &Span)> {
        let rules = self.groups.values().flat_map(|it| it.inbound.rules.iter().chain(&it.outbound.rules));
        rules.flat_map(|it| &it.peers).filter_map(|it| match &it.it {
            groups::Peer::Endpoint(name) => Some((self.gateway(name)?.service.as_str(), &it.span)),
            groups::Peer::Plain(_) => None,
        })
    }

    /// Returns the prefix lists whose addresses ACLs name, with their places.
    fn lists_in_acls(&self) -> impl Iterator<Item = (&str, &Span)> {
        let acls = self.tiers.values().filter_map(|it| it.acl.as_ref());
        let rules = acls.flat_map(|it| it.inbound.rules.iter().chain(&it.outbound.rules));
        rules.flat_map(|it| &it.peers).filter_map(|it| match &it.it {
            acl::Peer::Endpoint(name) => Some((self.gateway(name)?.service.as_str(), &it.span)),
            acl::Peer::PrefixList(name) => Some((name.as_str(), &it.span)),
            acl::Peer::Cidr(_) => None,
        })
    }
}

impl View<'_> {
    /// Reports what can be said of rules before the account is asked.
    pub(crate) fn check(&self, reports: &mut Vec<Diagnostic>) {
        self.check_room(reports);
        for acl in self.parts.tiers.values().filter_map(|it| it.acl.as_ref()) {
            acl::check_shadows(reports, acl, &|it| self.blocks_of(it));
        }
        for (name, group) in &self.parts.groups {
            let quota = self.parts.quotas.rules_per_group;
            groups::check_quota(reports, name, group, quota, &|it| self.peers_of(it));
        }
    }

    /// Reports ACLs in which more entries are wanted than there is room for.
    fn check_room(&self, reports: &mut Vec<Diagnostic>) {
        for (name, tier) in &self.parts.tiers {
            let Some(acl) = &tier.acl else { continue };
            let quota = self.parts.quotas.entries_per_acl;
            acl::check_room(reports, name, acl, quota, &|it| self.blocks_of(it));
        }
    }

    /// Returns the blocks that a peer of an ACL stands for; none if only the account can tell and was not asked.
    pub(crate) fn blocks_of(&self, peer: &acl::Peer) -> Vec<IpNet> {
        let of_list = |name: &str| {
            let list = self.facts.and_then(|it| it.prefix_lists.get(name));
            list.map(|it| it.cidrs.clone()).unwrap_or_default()
        };
        match peer {
            acl::Peer::Cidr(block) => vec![*block],
            acl::Peer::PrefixList(name) => of_list(name),
            acl::Peer::Endpoint(name) => match self.parts.endpoints.get(name) {
                None => Vec::new(),
                Some(endpoint) if matches!(endpoint.reach, Reach::Gateway) => of_list(&endpoint.service),
                Some(endpoint) => {
                    self.layout.of_endpoint(endpoint).into_values().map(|(_, cidr)| IpNet::V4(cidr)).collect()
                }
            },
        }
    }

    /// Returns what a peer of a group stands for. A prefix list whose id is not known goes by its name, so that it can
    /// be counted.
    pub(crate) fn peers_of(&self, peer: &groups::Peer) -> Vec<security_group::Peer> {
        let name = match peer {
            groups::Peer::Plain(peer) => return vec![peer.clone()],
            groups::Peer::Endpoint(name) => name,
        };
        let Some(endpoint) = self.parts.endpoints.get(name) else { return Vec::new() };
        match &endpoint.reach {
            Reach::Gateway => {
                let list = self.facts.and_then(|it| it.prefix_lists.get(&endpoint.service));
                let id = list.map_or(&endpoint.service, |it| &it.id);
                vec![security_group::Peer::PrefixList(id.clone())]
            }
            Reach::Interface { groups, .. } => {
                groups.iter().cloned().map(security_group::Peer::Group).collect()
            }
        }
    }
}
