//! A blueprint without mistakes, waiting for what only the account can tell.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use palisade_core::control::Stance;
use palisade_core::guarantee::Guarantee;
use palisade_core::kinds::dhcp_options::DhcpOptions;
use palisade_core::kinds::flow_log::FlowLog;
use palisade_core::kinds::route_table::Target;
use palisade_core::tags::Tags;
use palisade_core::{Diagnostic, Facts, Key, Kind, Live, Needs, Network, Severity, Zone};

use crate::account::fixtures;
use crate::account::layout;
use crate::account::limits::Quotas;
use crate::account::on_the_way;
use crate::account::placement;
use crate::account::places::Places;
use crate::account::quotas;
use crate::account::view::View;
use crate::account::workloads;
use crate::codes;
use crate::reports::{has_errors, in_order};
use crate::tables::acl::Acl;
use crate::tables::endpoints::{Endpoint, Reach};
use crate::tables::existing::{self, Named};
use crate::tables::groups::Group;
use crate::tables::head::Head;
use crate::tables::moved::Keys;
use crate::tables::nat;
use crate::tables::outside::Outside;
use crate::tables::prefix_lists::PrefixList;
use crate::tables::sagemaker::SageMaker;
use crate::tables::tiers::{ExistingTier, Ground, NatGateways, Tier, zones_beside};
use crate::tables::vpc::{Kept, Space, Vpc};
use crate::text::tree::{At, Span};
use crate::words::peers::Peer;
use crate::words::zones::{self, Name, Zones};

/// A blueprint in which no mistake can be seen without an account.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) account: Option<String>,
    pub(crate) tags: Tags,
    /// The VPC into which it builds, if that is there already.
    pub(crate) existing_vpc: Option<At<String>>,
    /// The blocks that it says the VPC has.
    pub(crate) said_cidrs: Vec<At<Ipv4Net>>,
    pub(crate) zones: Option<Zones>,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) dhcp: Option<DhcpOptions>,
    pub(crate) flow_log: Option<FlowLog>,
    pub(crate) default_group: Kept,
    pub(crate) default_acl: Kept,
    pub(crate) keys: Keys,
    pub(crate) guarantees: Vec<Guarantee>,
    pub(crate) stance: Stance,
    pub(crate) parts: Parts,
    pub(crate) places: Places,
}

/// What a blueprint asks for in one account.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The network.
    pub network: Network,
    /// What may be wrong with it, and cannot be told from here.
    pub warnings: Vec<Diagnostic>,
}

/// What a blueprint consists of, as it looks in an account: before that was asked, in one that is made up.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) quotas: Quotas,
    pub(crate) space: Space,
    pub(crate) tiers: BTreeMap<String, Tier>,
    pub(crate) existing_tiers: BTreeMap<String, ExistingTier>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    pub(crate) lists: BTreeMap<String, PrefixList>,
    pub(crate) outside: BTreeMap<String, Outside>,
    pub(crate) sagemaker: SageMaker,
}

impl Draft {
    pub(crate) fn new(
        head: Head,
        vpc: Vpc,
        keys: Keys,
        (guarantees, stance): (Vec<Guarantee>, Stance),
        parts: Parts,
        places: Places,
    ) -> Option<Draft> {
        Some(Draft {
            name: head.name?,
            region: head.region?,
            account: head.account,
            tags: head.tags,
            said_cidrs: vpc.cidrs().cloned().collect(),
            existing_vpc: vpc.existing,
            zones: vpc.zones,
            dns_support: vpc.dns_support,
            dns_hostnames: vpc.dns_hostnames,
            dhcp: vpc.dhcp,
            flow_log: vpc.flow_log,
            default_group: vpc.default_group,
            default_acl: vpc.default_acl.it,
            keys,
            guarantees,
            stance,
            parts,
            places,
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

    /// Returns what it says about the findings of the policy pack.
    pub fn stance(&self) -> &Stance {
        &self.stance
    }

    /// Returns what must be known of the account to resolve it.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs {
            blueprint: self.name.clone(),
            moves: self.keys.moves.clone(),
            vpcs: self.existing_vpc.iter().map(|it| it.it.clone()).collect(),
            ..Needs::default()
        };
        let addresses = self.parts.existing().into_iter().filter(|it| it.key.kind == Kind::ElasticIp);
        needs.addresses.extend(addresses.map(|it| it.key.name.to_string()));
        needs.gateways.extend(self.parts.gateways().map(|it| it.it.to_owned()));
        needs.groups.extend(self.parts.groups_in_rules().map(|(key, _)| key.name.to_string()));
        needs.workloads.extend(self.parts.sagemaker.things.keys().cloned());
        needs.quotas.extend(self.parts.quotas.declared().map(|(it, _)| it));
        needs.prefix_lists.extend(self.parts.lists_in_groups().map(|(name, _)| name.to_owned()));
        for (name, _) in self.parts.lists_in_acls() {
            needs.prefix_lists.insert(name.to_owned());
            needs.prefix_list_entries.insert(name.to_owned());
        }
        self.add_needs_of_proofs(&mut needs);
        needs
    }

    /// Returns the network of a blueprint of this name that wants nothing, and protects what it protects of what is
    /// there, and remembers what becomes of what it has made: what `destroy` plans towards.
    pub fn nothing(&self, live: &Live) -> Network {
        let memos = self.parts.sagemaker.memos();
        Network { protected: self.keys.protected_in(live), memos, ..Network::empty(&self.name) }
    }

    /// Returns made-up facts that suffice to resolve it: for `validate` and the sandbox.
    pub fn fixtures(&self) -> Facts {
        let declared = self.parts.quotas.declared();
        let quotas = declared.map(|(quota, it)| (quota, u64::try_from(it.it).unwrap_or(u64::MAX))).collect();
        Facts { quotas, ..fixtures::facts(&self.region, &self.named_zones(), &self.needs()) }
    }

    fn named_zones(&self) -> Vec<Name> {
        let of_tiers = self.parts.tiers.values().filter_map(|it| it.way.own_zones.as_ref());
        self.zones.iter().chain(of_tiers).flat_map(Zones::names).cloned().collect()
    }

    /// Returns the network that it asks for in the account of which `facts` and `live` speak, or what the account
    /// does not allow.
    pub fn resolve(&self, facts: &Facts, live: &Live) -> Result<Resolved, Vec<Diagnostic>> {
        let mut reports = Vec::new();
        existing::check(&mut reports, &self.parts, self.existing_vpc.as_ref(), live);
        existing::check_dns(&mut reports, &self.parts.endpoints, self.existing_vpc.as_ref(), live);
        self.check_lists(&mut reports, facts);
        existing::check_gateways(&mut reports, &self.parts, facts);
        existing::check_groups(&mut reports, &self.parts, facts, live);
        quotas::check_read(&mut reports, &self.parts.quotas, facts);
        layout::check_slots(&mut reports, &self.parts.tiers, live);
        let parts = self.parts_in(&mut reports, facts, live);
        if !has_errors(&reports) {
            let view = View::new(&parts, &self.region, live, Some(facts));
            view.check_room(&mut reports);
            workloads::check(&mut reports, &parts, &view.layout);
            quotas::check(&mut reports, &parts, &view.layout, &self.vpc(), live);
            if !has_errors(&reports) {
                let mut network = self.lower(&view, live);
                self.keys.add_to(&mut network, &mut reports);
                on_the_way::check(&mut reports, &view, &self.said_cidrs, &network, live);
                if !has_errors(&reports) {
                    return Ok(Resolved { network, warnings: in_order(reports) });
                }
            }
        }
        Err(in_order(reports))
    }

    /// Returns the parts as they look in an account: its zones, the blocks of the VPC, and where there is room.
    pub(crate) fn parts_in(&self, reports: &mut Vec<Diagnostic>, facts: &Facts, live: &Live) -> Parts {
        let mut parts = self.parts.clone();
        parts.quotas = parts.quotas.in_account(&facts.quotas);
        if let Some(vpc) = &self.existing_vpc
            && let Some(space) = existing::space(reports, vpc, &self.said_cidrs, live)
        {
            parts.space = space;
        }
        self.settle_zones(reports, &mut parts, facts, live);
        let grounds: BTreeMap<String, Ground> =
            parts.tiers.iter().map(|(name, it)| (name.clone(), it.ground.clone())).collect();
        let mut blocks = placement::place(reports, &grounds, &parts.space, live);
        for (name, tier) in &mut parts.tiers {
            if let Some(block) = blocks.remove(name) {
                tier.block = block;
            }
        }
        if self.existing_vpc.is_some() {
            check_inside(reports, &parts);
        }
        parts
    }

    fn settle_zones(&self, reports: &mut Vec<Diagnostic>, parts: &mut Parts, facts: &Facts, live: &Live) {
        let n_before = reports.len();
        let names: BTreeSet<&str> = self.parts.tiers.keys().map(String::as_str).collect();
        let suffixes =
            |reports: &mut Vec<Diagnostic>, zones: &Zones, known: &[Zone], tiers: &BTreeSet<&str>| {
                zones.suffixes(reports, known, &self.region, &zones::lived_in(live, tiers))
            };
        let of_vpc = self.zones.as_ref().map(|it| suffixes(reports, it, &facts.zones, &names));
        let mut of_vpc = of_vpc.unwrap_or_default();
        let hosts = || parts.tiers.values().map(|it| &it.way).filter(|it| it.nat.it != NatGateways::None);
        if let Some(host) = hosts().find(|it| it.own_zones.is_none())
            && matches!(self.zones, Some(Zones::Count(_)))
        {
            nat::keep_places(&mut of_vpc, host, live);
        }
        for (name, tier) in &mut parts.tiers {
            tier.way.zones = match &tier.way.own_zones {
                None => of_vpc.clone(),
                Some(own @ Zones::Named(_)) => {
                    let own = suffixes(reports, own, &facts.zones, &BTreeSet::from([name.as_str()]));
                    reports.extend(self.zones.iter().flat_map(|_| zones_beside(&own, &of_vpc)));
                    own
                }
                Some(own @ Zones::Count(_)) => {
                    let whole = self.zones.as_ref().map(|_| of_vpc.as_slice());
                    let choice = zones::choice(&facts.zones, &self.region, whole);
                    let mut own = suffixes(reports, own, &choice, &BTreeSet::from([name.as_str()]));
                    nat::keep_places(&mut own, &tier.way, live);
                    own
                }
            };
        }
        if reports.len() == n_before {
            let ways = parts.tiers.iter().map(|(name, it)| (name.clone(), it.way.clone())).collect();
            let mut more = Vec::new();
            nat::check(&mut more, &ways, true);
            reports.extend(more.into_iter().filter(|it| it.severity == Severity::Error));
        }
    }

    fn check_lists(&self, reports: &mut Vec<Diagnostic>, facts: &Facts) {
        let lists = self.parts.lists_in_groups().map(|it| (it, false));
        let lists = lists.chain(self.parts.lists_in_acls().map(|it| (it, true)));
        for ((name, span), needs_entries) in lists {
            let is_own = name.starts_with("pl-");
            let problem = match facts.prefix_lists.get(name) {
                None if is_own => "the account has no such prefix list in the region",
                None => "AWS has no such prefix list in the region",
                Some(list) if needs_entries && list.cidrs.is_empty() => "it lists no addresses",
                Some(_) => continue,
            };
            let message = format!("the prefix list `{name}` is needed here, but {problem}");
            let report = Diagnostic::error(codes::PREFIX_LIST_UNKNOWN, message).at(span.clone(), "");
            reports.push(report.help("write the CIDR blocks instead"));
        }
    }
}

/// Reports tiers that are not inside of the VPC that exists.
fn check_inside(reports: &mut Vec<Diagnostic>, parts: &Parts) {
    for (name, tier) in &parts.tiers {
        let block = &tier.block.cidr;
        if parts.space.cidrs().any(|it| it.contains(&block.it)) {
            continue;
        }
        let message = format!("tier `{name}` is outside of the VPC");
        let blocks: Vec<String> = parts.space.cidrs().map(|it| it.to_string()).collect();
        let report = Diagnostic::error(codes::TIER_OUTSIDE_VPC, message).at(block.span.clone(), "");
        reports.push(report.help(format!("take a block inside {}", blocks.join(", "))));
    }
}

impl Parts {
    /// Returns a gateway endpoint, if the name is that of one.
    pub(crate) fn gateway(&self, endpoint: &str) -> Option<&Endpoint> {
        self.endpoints.get(endpoint).filter(|it| matches!(it.reach, Reach::Gateway { .. }))
    }

    /// Returns what is named by its AWS id, with its place; a prefix list is a fact and no object.
    pub(crate) fn existing(&self) -> Vec<Named> {
        let named =
            |kind: Kind, it: &At<String>| Named { key: Key::new(kind, &it.it), span: it.span.clone() };
        let subnets =
            self.existing_tiers.values().flat_map(|it| &it.subnets).map(|it| named(Kind::Subnet, it));
        let addresses = self.tiers.values().flat_map(|it| &it.way.nat_addresses);
        let addresses = addresses.map(|it| named(Kind::ElasticIp, it));
        let tables = self.endpoints.values().flat_map(|it| match &it.reach {
            Reach::Gateway { route_tables } => route_tables.as_slice(),
            Reach::Interface { .. } => &[],
        });
        let tables = tables.map(|it| named(Kind::RouteTable, it));
        let of_rules = self.groups_in_rules();
        let of_rules = of_rules.map(|(key, span)| Named { key: key.clone(), span: span.clone() });
        subnets.chain(addresses).chain(tables).chain(of_rules).chain(self.carried()).collect()
    }

    /// Returns the groups of others that endpoints and what runs in the network carry: unlike those in rules they lie in the VPC.
    pub(crate) fn carried(&self) -> Vec<Named> {
        let carried = self.endpoints.values().flat_map(|it| match &it.reach {
            Reach::Interface { groups, .. } => groups.iter().map(|key| (key, &it.span)).collect::<Vec<_>>(),
            Reach::Gateway { .. } => Vec::new(),
        });
        let of_sagemaker = self.sagemaker.groups().map(|it| (&it.it, &it.span));
        let carried = carried.chain(of_sagemaker).filter(|(key, _)| key.is_existing());
        carried.map(|(key, span)| Named { key: key.clone(), span: span.clone() }).collect()
    }

    /// Returns the groups of others that rules name, with their places.
    pub(crate) fn groups_in_rules(&self) -> impl Iterator<Item = (&Key, &Span)> {
        self.peers_of_groups().filter_map(|(peer, span)| match peer {
            Peer::Group(key) if key.is_existing() => Some((key, span)),
            _ => None,
        })
    }

    /// Returns the ids of the gateways of others to which routes lead, with their places.
    pub(crate) fn gateways(&self) -> impl Iterator<Item = At<&str>> {
        let routes = self.tiers.values().flat_map(|it| it.routes.values());
        routes.filter_map(|it| match &it.it {
            Target::Existing(id) => Some(At::new(it.span.clone(), id.as_str())),
            Target::InternetGateway(_) | Target::NatGateway(_) | Target::EgressOnlyGateway(_) => None,
        })
    }

    fn peers_of_groups(&self) -> impl Iterator<Item = (&Peer, &Span)> {
        let rules = self.groups.values().flat_map(|it| it.inbound.rules.iter().chain(&it.outbound.rules));
        rules.flat_map(|it| &it.peers).map(|it| (&it.it, &it.span))
    }

    fn peers_of_acls(&self) -> impl Iterator<Item = (&Peer, &Span)> {
        let acls = self.tiers.values().filter_map(|it| it.acl.as_ref());
        let rules = acls.flat_map(|it: &Acl| it.inbound.rules.iter().chain(&it.outbound.rules));
        rules.flat_map(|it| &it.peers).map(|it| (&it.it, &it.span))
    }

    /// Returns the name under which a prefix list that somebody else keeps is a fact.
    fn list_of<'a>(&'a self, peer: &'a Peer) -> Option<&'a str> {
        match peer {
            Peer::Endpoint(name) => Some(self.gateway(name)?.service.as_str()),
            Peer::PrefixList(key) if key.is_existing() => Some(&key.name),
            Peer::Service(name) => Some(name),
            _ => None,
        }
    }

    /// Returns others' prefix lists that groups name, with their places.
    pub(crate) fn lists_in_groups(&self) -> impl Iterator<Item = (&str, &Span)> {
        self.peers_of_groups().filter_map(|(peer, span)| Some((self.list_of(peer)?, span)))
    }

    /// Returns others' prefix lists whose addresses ACLs name, with their places.
    pub(crate) fn lists_in_acls(&self) -> impl Iterator<Item = (&str, &Span)> {
        self.peers_of_acls().filter_map(|(peer, span)| Some((self.list_of(peer)?, span)))
    }
}
