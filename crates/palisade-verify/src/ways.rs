//! Where the packets of a subnet get to, and by what: one way for each place that a route leads to.

use std::collections::BTreeSet;

use ipnet::IpNet;
use palisade_core::Key;
use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Direction, Icmp, Ports, Traffic};

use crate::decide::Passes;
use crate::filters::Mode;
use crate::passing::{Doubt, Passing};
use crate::set::{self, Address, Set};
use crate::trace::Onwards;
use crate::world::{Table, World, fixed, is_gateway};

/// A way out of a subnet, without what the groups of its ends say.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// The packets that take it, as they were sent.
    pub passing: Passing,
    /// Where it ends.
    pub arrival: Arrival<'a>,
    /// The NAT gateway that it passes.
    pub nat: Option<&'a Key>,
    /// The gateway to other networks that it passes, by its id.
    pub far: Option<&'a str>,
}

/// Where a way ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival<'a> {
    /// At an interface of a subnet.
    Subnet(&'a Key),
    /// At the internet.
    Internet,
    /// At a service, by a gateway endpoint.
    Service(&'a Key),
    /// At a network beyond a gateway, which may lead on to the internet.
    Outside(&'a str, Onwards),
    /// Nobody knows where.
    Unknown,
}

/// The next hop of some packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hop<'a> {
    Local,
    Target(&'a Target),
    Endpoint(&'a Key),
    /// The table is not known.
    Unknown,
}

/// A destination, its rank among those of equal length, and where it leads.
type Candidate<'a> = (IpNet, u8, Hop<'a>);

/// Part of a table: which destinations go where.
pub(crate) struct Part<'a> {
    pub(crate) to: Passing,
    pub(crate) route: IpNet,
    pub(crate) hop: Hop<'a>,
}

impl<'a> World<'a> {
    /// Returns the parts of the table that a subnet follows. The longest prefix wins, then a written route over one that
    /// a gateway endpoint puts in (VPC user guide, "Route priority").
    pub(crate) fn parts(&self, key: &'a Key, subnet: &'a Subnet) -> Vec<Part<'a>> {
        let mut candidates: Vec<Candidate<'a>> =
            self.blocks().into_iter().map(|it| (it, 0, Hop::Local)).collect();
        let mut unlisted: Vec<(&Key, &str)> = Vec::new();
        match self.table_of(subnet) {
            Table::Own(table, routes) => {
                candidates.extend(routes.routes.iter().map(|(to, it)| (*to, 1, Hop::Target(it))));
                for (endpoint, service) in self.gateways_in(table) {
                    match self.list_of_service(service) {
                        Some(list) => {
                            candidates.extend(list.into_iter().map(|it| (it, 2, Hop::Endpoint(endpoint))));
                        }
                        None => unlisted.push((endpoint, service)),
                    }
                }
            }
            Table::OfNewVpc => {}
            Table::Unknown => {
                let everything = ["0.0.0.0/0", "::/0"].into_iter().map(|it| (fixed(it), 3, Hop::Unknown));
                candidates.extend(everything);
            }
        }
        candidates.sort_by_key(|(to, rank, _)| (std::cmp::Reverse(to.prefix_len()), *rank));
        let destinations = self.memo.table(key, || self.destinations(key, &candidates, &unlisted));
        let unlisted =
            unlisted.into_iter().map(|(endpoint, _)| (fixed("0.0.0.0/0"), 2, Hop::Endpoint(endpoint)));
        let parts = candidates.into_iter().chain(unlisted).zip(destinations);
        parts.map(|((route, _, hop), to)| Part { to, route, hop }).collect()
    }

    /// Returns what goes by each of the candidates, and then by each endpoint of which it is not known what it lists.
    fn destinations(
        &self,
        key: &Key,
        candidates: &[Candidate<'a>],
        unlisted: &[(&'a Key, &str)],
    ) -> Vec<Passing> {
        let mut all = Vec::new();
        for (at, (to, _, hop)) in candidates.iter().enumerate() {
            let longer: Vec<&IpNet> =
                candidates[..at].iter().map(|(it, _, _)| it).filter(|it| to.contains(*it)).collect();
            let left = Set::with_address(Address::Destination, [to])
                .minus(&Set::with_address(Address::Destination, longer));
            let passing = match hop {
                Hop::Unknown => Passing::perhaps(left, Doubt::Table(key.clone())),
                _ => Passing::certain(left),
            };
            let passing = match hop {
                Hop::Local => passing,
                _ => self.perhaps_diverted(passing, unlisted),
            };
            all.push(passing);
        }
        all.extend(
            unlisted
                .iter()
                .map(|(_, service)| Passing::perhaps(self.public_ipv4(), Doubt::List((*service).to_owned()))),
        );
        all
    }

    /// Lets gateway endpoints of which it is not known what they list have any public address of IPv4, perhaps.
    fn perhaps_diverted(&self, mut passing: Passing, unlisted: &[(&'a Key, &str)]) -> Passing {
        if unlisted.is_empty() {
            return passing;
        }
        passing.must = passing.must.minus(&self.public_ipv4());
        passing.doubts.extend(unlisted.iter().map(|(_, service)| Doubt::List((*service).to_owned())));
        passing
    }

    fn public_ipv4(&self) -> Set {
        let ipv4 = Set::with_address(Address::Destination, [&fixed("0.0.0.0/0")]);
        self.of_internet(Address::Destination).and(&ipv4)
    }

    /// Returns the gateway endpoints that put routes into a table, with their services.
    pub(crate) fn gateways_in(&self, table: &Key) -> Vec<(&'a Key, &'a str)> {
        let is_in = |it: &&Endpoint| matches!(&it.reach, Reach::Gateway { route_tables } if route_tables.contains(table));
        let endpoints = self.of_kind::<Endpoint>().filter(|(_, it)| is_in(it));
        endpoints.map(|(key, it)| (key, it.service.as_str())).collect()
    }

    /// Returns every way that packets which the interfaces of a subnet send can take, but of those into other subnets only
    /// the ones that are asked for. An interface sends from its own addresses only (EC2 user guide, "Source/destination
    /// checking").
    pub(crate) fn ways_from(
        &self,
        key: &'a Key,
        subnet: &'a Subnet,
        sent: &Set,
        (mode, asked): (Mode, &BTreeSet<&'a Key>),
    ) -> Vec<Way<'a>> {
        // No ACL is looked at within a subnet (VPC user guide, "Network ACL basics").
        let own = sent.and(&self.interfaces(Address::Destination, subnet));
        let mut ways = vec![Way::new(Passing::certain(own), Arrival::Subnet(key))];
        let out = self.acl(key, subnet, Direction::Outbound).within(sent);
        for part in self.parts(key, subnet) {
            let leaving = out.and(&part.to);
            if leaving.is_empty() {
                continue;
            }
            match part.hop {
                Hop::Local => ways.extend(self.across(key, &leaving, asked)),
                Hop::Target(Target::NatGateway(nat)) => {
                    ways.extend(self.through_nat(key, nat, &leaving));
                }
                hop => ways.extend(self.beyond(key, subnet, hop, part.route, &leaving, mode)),
            }
        }
        ways.retain(|it| !it.passing.is_empty());
        ways
    }

    /// The ways into other subnets.
    fn across(&self, key: &Key, leaving: &Passing, asked: &BTreeSet<&'a Key>) -> Vec<Way<'a>> {
        let others = asked.iter().filter(|it| **it != key);
        let others = others.filter_map(|it| Some((*it, self.get::<Subnet>(it)?)));
        let ways = others.map(|(other, subnet)| {
            let there = leaving.within(&self.interfaces(Address::Destination, subnet));
            let passing = match there.is_empty() {
                true => there,
                false => there.and(&self.acl(other, subnet, Direction::Inbound)),
            };
            Way::new(passing, Arrival::Subnet(other))
        });
        ways.collect()
    }

    /// The ways out of the VPC by what is not a NAT gateway.
    fn beyond(
        &self,
        key: &Key,
        subnet: &'a Subnet,
        hop: Hop<'a>,
        route: IpNet,
        leaving: &Passing,
        mode: Mode,
    ) -> Vec<Way<'a>> {
        match hop {
            Hop::Target(Target::InternetGateway(gateway)) if self.is_attached(gateway) => {
                let ipv4 = Set::with_address(Address::Destination, [&fixed("0.0.0.0/0")]);
                let has_address = match mode {
                    // It leads to the gateway, so that it can.
                    Mode::Any => self.can_be_public(key, subnet) == Passes::Yes,
                    Mode::All => subnet.public_ip_on_launch,
                };
                let public = self.of_internet(Address::Destination);
                let public = if has_address { public } else { public.minus(&ipv4) };
                let public = if self.public_access.is_direct(key) { public } else { Set::none() };
                vec![Way::new(leaving.within(&public), Arrival::Internet)]
            }
            Hop::Target(Target::EgressOnlyGateway(gateway)) if self.has_egress_only(gateway) => {
                let ipv6 = Set::with_address(Address::Destination, [&fixed("2000::/3")]);
                let public = self.of_internet(Address::Destination).and(&ipv6);
                let public = if self.public_access.is_egress(key) { public } else { Set::none() };
                vec![Way::new(leaving.within(&public), Arrival::Internet)]
            }
            Hop::Endpoint(endpoint) => {
                vec![Way::new(leaving.within(&of_gateway_endpoint()), Arrival::Service(endpoint))]
            }
            Hop::Target(Target::Existing(id)) => self.outwards(id, route, leaving),
            Hop::Unknown => vec![Way::new(leaving.clone(), Arrival::Unknown)],
            // What is not attached is a black hole, which wins the lookup all the same.
            Hop::Target(_) | Hop::Local => Vec::new(),
        }
    }

    /// The ways by a gateway to other networks, or into an appliance.
    fn outwards(&self, id: &'a str, route: IpNet, leaving: &Passing) -> Vec<Way<'a>> {
        if !is_gateway(id) {
            let unknown = leaving.clone().doubted(Doubt::Appliance(id.to_owned()));
            return vec![Way::new(unknown, Arrival::Unknown)];
        }
        let onwards = self.onwards(id);
        let mut ways = Vec::new();
        let mut left = leaving.may.clone();
        for (name, outside) in &self.terms.outsides {
            let there = Set::with_address(Address::Destination, &outside.cidrs);
            left = left.minus(&there);
            ways.push(Way::new(leaving.within(&there), Arrival::Outside(name, onwards)));
        }
        if onwards == Onwards::Yes {
            let public = left.and(&self.of_internet(Address::Destination));
            left = left.minus(&public);
            ways.push(Way::new(leaving.within(&public), Arrival::Internet));
        }
        let unknown = leaving.within(&left).doubted(Doubt::Beyond(id.to_owned(), route));
        ways.push(Way::new(unknown, Arrival::Unknown));
        ways.into_iter().map(|it| Way { far: Some(id), ..it }).collect()
    }

    /// The ways through a NAT gateway: into its subnet, and out of it by that subnet's own table. It gives its own
    /// address to packets, but what they meet on the way out looks at where they go alone.
    fn through_nat(&self, key: &'a Key, nat: &'a Key, leaving: &Passing) -> Vec<Way<'a>> {
        let Some(gateway) = self.get::<NatGateway>(nat) else { return Vec::new() };
        let Some((other, subnet)) = self.subnets().find(|(it, _)| **it == gateway.subnet) else {
            return Vec::new();
        };
        let ipv4 = Set::with_address(Address::Destination, [&fixed("0.0.0.0/0")]);
        let taken = leaving.within(&ipv4).within(&set::of_nat());
        let taken = self.unsettled(nat).into_iter().fold(taken, Passing::doubted);
        let taken = match other == key {
            true => taken,
            false => taken.and(&self.acl(other, subnet, Direction::Inbound)),
        };
        let out = self.acl(other, subnet, Direction::Outbound).and(&taken);
        let mut ways = Vec::new();
        for part in self.parts(other, subnet) {
            let leaving = out.and(&part.to);
            match part.hop {
                // It has a public address, as all of the blueprint's have.
                Hop::Target(Target::InternetGateway(gateway)) if self.is_attached(gateway) => {
                    let public = leaving.within(&self.of_internet(Address::Destination));
                    let passing = public.and(&self.public_access.through_nat(key, nat, other));
                    ways.push(Way::new(passing, Arrival::Internet));
                }
                // The language cannot say it: only a route to part of the VPC can lead there.
                Hop::Local => {
                    let unknown = leaving.doubted(Doubt::Appliance(nat.to_string()));
                    ways.push(Way::new(unknown, Arrival::Unknown));
                }
                // Packets would turn in a circle.
                Hop::Target(Target::NatGateway(_)) => {}
                hop => ways.extend(self.beyond(other, subnet, hop, part.route, &leaving, Mode::Any)),
            }
        }
        ways.into_iter().map(|it| Way { nat: Some(nat), ..it }).collect()
    }

    pub(crate) fn is_attached(&self, gateway: &Key) -> bool {
        let spec = self.get::<InternetGateway>(gateway);
        let vpc = self.vpc.map(|(key, _)| key);
        spec.is_some_and(|it| it.vpc.as_ref() == vpc)
    }

    pub(crate) fn has_egress_only(&self, gateway: &Key) -> bool {
        let spec = self.get::<EgressOnlyGateway>(gateway);
        spec.is_some_and(|it| Some(&it.vpc) == self.vpc.map(|(key, _)| key))
    }

    /// Returns the packets that the internet can send to a subnet. Whether the subnet has a route back makes no
    /// difference to that; IPv6 addresses are all public.
    pub fn from_internet(&self, key: &Key, subnet: &'a Subnet) -> Passing {
        let vpc = self.vpc.map(|(key, _)| key);
        let has_gateway =
            self.of_kind::<InternetGateway>().any(|(_, it)| it.vpc.is_some() && it.vpc.as_ref() == vpc);
        let there = Passing::certain(self.interfaces(Address::Destination, subnet));
        let ipv4 = Set::with_address(Address::Destination, [&fixed("0.0.0.0/0")]);
        let ipv6 = there.within(&ipv4.complement());
        let direct = match self.can_be_public(key, subnet) {
            _ if !has_gateway || !self.public_access.is_direct(key) => Passing::nothing(),
            Passes::Yes => there.clone(),
            Passes::No => ipv6,
            Passes::Perhaps(doubt) => ipv6.or(there.within(&ipv4).doubted(doubt)),
        };
        let leads_on = self.attached().into_iter().any(|it| self.onwards(it) == Onwards::Yes);
        let sent = if leads_on { there.clone() } else { direct };
        let unknown = self
            .undeclared()
            .into_iter()
            .fold(Passing::nothing(), |passing, doubt| passing.or(there.clone().doubted(doubt)));
        let sent = sent.or(unknown).within(&self.of_internet(Address::Source));
        sent.and(&self.acl(key, subnet, Direction::Inbound))
    }

    /// Returns whether something leads from a gateway on to the internet. A peering leads to the peer's own addresses and
    /// no further (VPC peering guide, "Unsupported configurations").
    pub(crate) fn onwards(&self, id: &str) -> Onwards {
        let is_declared = self.terms.outsides.values().any(|it| it.internet);
        if is_declared && is_gateway(id) && !id.starts_with("pcx-") { Onwards::Yes } else { Onwards::No }
    }

    /// Returns the packets that a network of `[outside.*]` can send to a subnet.
    pub fn from_outside(&self, name: &str, key: &Key, subnet: &'a Subnet) -> Passing {
        let Some(outside) = self.terms.outsides.get(name) else { return Passing::nothing() };
        if self.attached().is_empty() {
            return Passing::nothing();
        }
        let sent = Set::with_address(Address::Source, &outside.cidrs).minus(&self.of_vpc(Address::Source));
        let sent = sent.and(&self.interfaces(Address::Destination, subnet));
        self.acl(key, subnet, Direction::Inbound).within(&sent)
    }

    /// Returns what is routed to without a word on what is there.
    pub(crate) fn undeclared(&self) -> BTreeSet<Doubt> {
        use palisade_core::kinds::route_table::RouteTable;
        let vpc = self.vpc.map(|(key, _)| key);
        let declared: Vec<IpNet> =
            self.terms.outsides.values().flat_map(|it| it.cidrs.iter().copied()).collect();
        let is_declared = |id: &str, to: &IpNet| {
            let left = Set::with_address(Address::Destination, [to])
                .minus(&Set::with_address(Address::Destination, &declared));
            let left = match self.onwards(id) {
                Onwards::Yes => left.minus(&self.of_internet(Address::Destination)),
                Onwards::No => left,
            };
            left.minus(&self.of_vpc(Address::Destination)).is_empty()
        };
        let tables = self.of_kind::<RouteTable>().filter(|(_, it)| Some(&it.vpc) == vpc);
        let routes = tables.flat_map(|(_, it)| &it.routes).filter_map(|(to, target)| match target {
            Target::Existing(id) if !is_gateway(id) => Some(Doubt::Appliance(id.clone())),
            Target::Existing(id) if !is_declared(id, to) => Some(Doubt::Beyond(id.clone(), *to)),
            _ => None,
        });
        routes.collect()
    }
}

impl<'a> Way<'a> {
    fn new(passing: Passing, arrival: Arrival<'a>) -> Way<'a> {
        Way { passing, arrival, nat: None, far: None }
    }
}

/// What a gateway endpoint takes: TCP and ICMP echoes (Reachability Analyzer guide, explanation code
/// `VPCE_GATEWAY_PROTOCOL_RESTRICTION`).
pub(crate) fn of_gateway_endpoint() -> Set {
    let each = [Traffic::Tcp(Ports::ALL), Traffic::Icmp(Icmp::Type(8)), Traffic::Icmpv6(Icmp::Type(128))];
    each.into_iter().map(Set::of_traffic).fold(Set::none(), Set::or)
}
