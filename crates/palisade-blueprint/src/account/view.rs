//! What the words of rules stand for, with what is known.

use palisade_core::kinds::security_group;
use palisade_core::kinds::vpc::{HasIpv6, everywhere};
use palisade_core::{Block, Diagnostic, Facts, Key, Live};

use crate::account::draft::Parts;
use crate::account::layout::{Layout, Place};
use crate::codes;
use crate::tables::acl;
use crate::tables::endpoints::Reach;
use crate::tables::groups;
use crate::words::peers::Peer;

/// The parts of a blueprint, where its subnets are, and what the account says. Before that was asked, the contents of
/// others' prefix lists are not known.
pub(crate) struct View<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) layout: Layout,
    facts: Option<&'a Facts>,
}

impl<'a> View<'a> {
    /// Returns the parts as they look beside what is live; a zone's subnet is where it was.
    pub(crate) fn new(parts: &'a Parts, region: &str, live: &Live, facts: Option<&'a Facts>) -> View<'a> {
        View { parts, layout: Layout::new(parts, region, live), facts }
    }

    /// Reports what can be said of rules before the account is asked.
    pub(crate) fn check(&self, reports: &mut Vec<Diagnostic>) {
        self.check_room(reports);
        for acl in self.parts.tiers.values().filter_map(|it| it.acl.as_ref()) {
            acl::check_twice(reports, acl, &|it| self.blocks_of(it));
            acl::check_shadows(reports, acl, &|it| self.blocks_of(it));
        }
        for (name, group) in &self.parts.groups {
            groups::check_twice(reports, name, group, &|it| self.peers_of(it));
        }
        self.check_quotas(reports);
    }

    /// Reports ACLs and groups in which more is wanted than there is room for.
    pub(crate) fn check_room(&self, reports: &mut Vec<Diagnostic>) {
        for (name, tier) in &self.parts.tiers {
            let Some(acl) = &tier.acl else { continue };
            let limit = &self.parts.quotas.entries_per_acl;
            acl::check_room(reports, name, acl, limit, &|it| self.blocks_of(it));
        }
        self.check_ipv6(reports);
        // What weighs more than one rule may only be known by now.
        if self.facts.is_some() {
            self.check_quotas(reports);
        }
    }

    /// Reports the first tier for which the VPC's IPv6 block has no /64 left.
    fn check_ipv6(&self, reports: &mut Vec<Diagnostic>) {
        if !self.parts.space.ipv6 {
            return;
        }
        let mut by_place: Vec<_> = self.parts.tiers.iter().collect();
        by_place.sort_by_key(|(_, it)| it.block.cidr.span.start);
        let has_none = |name: &str| self.layout.of_tier(name).any(|it| it.ipv6.is_none());
        let Some((name, tier)) = by_place.into_iter().find(|(name, _)| has_none(name)) else { return };
        let message = format!("there is no room for tier `{name}`: the VPC's IPv6 block has 256 subnets");
        let report = Diagnostic::error(codes::NO_ROOM, message).at(tier.block.cidr.span.clone(), "");
        reports.push(report.help("take tiers or zones out, or `ipv6` of `[vpc]`"));
    }

    fn check_quotas(&self, reports: &mut Vec<Diagnostic>) {
        for (name, group) in &self.parts.groups {
            let limit = &self.parts.quotas.rules_per_group;
            groups::check_quota(reports, name, group, limit, &|it| self.peers_of(it), &|it| {
                self.weight_of(it)
            });
        }
    }

    /// Returns the blocks that a peer stands for; none if only the account can tell and was not asked.
    pub(crate) fn blocks_of(&self, peer: &Peer) -> Vec<Block> {
        let of_list = |name: &str| -> Vec<Block> {
            let list = self.facts.and_then(|it| it.prefix_lists.get(name));
            list.map(|it| it.cidrs.iter().copied().map(Block::Cidr).collect()).unwrap_or_default()
        };
        let space = &self.parts.space;
        match peer {
            Peer::Cidr(block) => vec![Block::Cidr(*block)],
            Peer::Internet => everywhere(if space.ipv6 { HasIpv6::Yes } else { HasIpv6::No }),
            Peer::Vpc => {
                let ipv6 = space.ipv6.then_some(Block::Ipv6Prefix);
                space.cidrs().map(|it| Block::Cidr(it.into())).chain(ipv6).collect()
            }
            Peer::Tier(name) => self.blocks_of_tier(name),
            Peer::Outside(name) => {
                let cidrs = self.parts.outside.get(name).into_iter().flat_map(|it| &it.cidrs);
                cidrs.copied().map(Block::Cidr).collect()
            }
            Peer::PrefixList(key) => match self.parts.lists.get(key.name.as_str()) {
                Some(own) => own.spec.entries.keys().copied().map(Block::Cidr).collect(),
                None => of_list(&key.name),
            },
            Peer::Service(name) => of_list(name),
            Peer::Endpoint(name) => match self.parts.endpoints.get(name) {
                None => Vec::new(),
                Some(endpoint) if matches!(endpoint.reach, Reach::Gateway { .. }) => {
                    of_list(&endpoint.service)
                }
                Some(endpoint) => self
                    .layout
                    .of_endpoint(endpoint)
                    .into_values()
                    .map(|it| Block::Cidr(it.cidr.into()))
                    .collect(),
            },
            Peer::Itself | Peer::Group(_) => Vec::new(),
        }
    }

    /// Returns the tier's block, so that another zone changes no rule; those of its subnets where they exist already, and
    /// for IPv6, of which a tier has no block.
    fn blocks_of_tier(&self, name: &str) -> Vec<Block> {
        let places: Vec<&Place> = self.layout.of_tier(name).collect();
        let ipv4: Vec<Block> = match self.parts.tiers.get(name) {
            Some(tier) => vec![Block::Cidr(tier.block.cidr.it.into())],
            None => places.iter().map(|it| Block::Cidr(it.cidr.into())).collect(),
        };
        ipv4.into_iter().chain(places.iter().filter_map(|it| it.ipv6.map(Block::Ipv6Slot))).collect()
    }

    /// Returns what a peer of a group stands for. A prefix list whose id is not known goes by its name, so that it can
    /// be counted.
    pub(crate) fn peers_of(&self, peer: &Peer) -> Vec<security_group::Peer> {
        let name = match peer {
            Peer::Group(key) => return vec![security_group::Peer::Group(key.clone())],
            Peer::PrefixList(key) => return vec![security_group::Peer::PrefixList(key.clone())],
            Peer::Endpoint(name) => name,
            peer => return self.blocks_of(peer).into_iter().map(security_group::Peer::Cidr).collect(),
        };
        let Some(endpoint) = self.parts.endpoints.get(name) else { return Vec::new() };
        match &endpoint.reach {
            Reach::Gateway { .. } => {
                let list = self.facts.and_then(|it| it.prefix_lists.get(&endpoint.service));
                let id = list.map_or(&endpoint.service, |it| &it.id);
                vec![security_group::Peer::PrefixList(Key::new(palisade_core::Kind::PrefixList, id))]
            }
            Reach::Interface { groups, .. } => {
                groups.iter().cloned().map(security_group::Peer::Group).collect()
            }
        }
    }

    /// Returns how many rules one counts for that names a prefix list: as many as the list has room for. AWS's own of S3
    /// and DynamoDB count for one.
    pub(crate) fn weight_of(&self, list: &Key) -> usize {
        let own = self.parts.lists.get(list.name.as_str()).map(|it| it.spec.max_entries);
        let others = || self.facts?.prefix_lists.get(list.name.as_str())?.max_entries;
        own.or_else(others).and_then(|it| usize::try_from(it).ok()).unwrap_or(1)
    }
}
