//! A network as packets see it: one VPC, its subnets, and what each of them follows.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv6Net};
use palisade_core::guarantee::Terms;
use palisade_core::kinds::prefix_list::Family;
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::kinds::{InSpec, Resource};
use palisade_core::{Block, Key, Kind, Live, Network, Owner, Part, Spec, State};

use crate::decide::Passes;
use crate::memo::Memo;
use crate::passing::Doubt;
use crate::public_access::PublicAccess;
use crate::set::{Address, Set};

/// Everything that decides about the packets of a VPC.
#[derive(Clone, Debug)]
pub struct World<'a> {
    specs: BTreeMap<&'a Key, &'a Spec>,
    /// Whose successors are there, or may be: what each elder has been.
    elders: BTreeMap<&'a Key, &'a Key>,
    /// What AWS is still making or deleting.
    unsettled: BTreeSet<&'a Key>,
    /// What the blueprint says of packets.
    pub terms: &'a Terms,
    /// The VPC; none if there is nothing to speak of.
    pub vpc: Option<(&'a Key, &'a Vpc)>,
    /// The main route table of a VPC that exists.
    main_table: Option<Key>,
    /// The VPC's IPv6 block, if Amazon has given it.
    prefix: Option<Ipv6Net>,
    /// What the account lets through its internet gateways.
    pub public_access: PublicAccess,
    /// The VPC's subnets, in order.
    subnets: Vec<(&'a Key, &'a Subnet)>,
    /// What follows from all that.
    pub(crate) memo: Memo,
}

impl<'a> World<'a> {
    /// Returns the world in which `network` is there, and of `live` what is not the blueprint's.
    pub fn wanted(network: &'a Network, live: &'a Live, terms: &'a Terms) -> World<'a> {
        let foreign = live.objects().iter().filter(|(_, it)| it.owner == Owner::Foreign);
        let mut specs: BTreeMap<&Key, &Spec> = foreign.map(|(key, it)| (key, &it.spec)).collect();
        specs.extend(&network.resources);
        let vpc = vpc_of(network.resources.iter());
        World::new(specs, vpc, live, terms)
    }

    /// Returns the world as it is: of the blueprint's objects those that can work, under their keys, and their elders
    /// under their ids. A NAT gateway may already or still pass packets while AWS is making or deleting it (VPC user
    /// guide, "NAT gateway basics").
    pub fn live(live: &'a Live, terms: &'a Terms) -> World<'a> {
        let works = |(key, it): &(&Key, &palisade_core::Object)| match it.state {
            State::Usable | State::Pending => true,
            State::Leaving => key.kind == Kind::NatGateway,
            State::Failed => false,
        };
        let working = || live.objects().iter().filter(works);
        let ours = working().filter(|(_, it)| it.owner == Owner::Blueprint);
        let found = vpc_of(ours.map(|(key, it)| (key, &it.spec)));
        let vpc = found.or_else(|| vpc_of(working().map(|(key, it)| (key, &it.spec))));
        let specs = working().map(|(key, it)| (key, &it.spec)).collect();
        let elders = working().filter_map(|(key, it)| match &it.owner {
            Owner::Deposed { of } => Some((key, of)),
            _ => None,
        });
        let unsettled = working().filter(|(_, it)| it.state != State::Usable).map(|(key, _)| key);
        let world = World::new(specs, vpc, live, terms);
        World { elders: elders.collect(), unsettled: unsettled.collect(), ..world }
    }

    fn new(
        specs: BTreeMap<&'a Key, &'a Spec>,
        vpc: Option<&'a Key>,
        live: &'a Live,
        terms: &'a Terms,
    ) -> World<'a> {
        let vpc = vpc.and_then(|key| {
            let (key, spec) = specs.get_key_value(key)?;
            Some((*key, Vpc::of(spec)?))
        });
        let object = vpc.and_then(|(key, _)| live.find(key));
        let id = object.and_then(|it| it.parts.get(&Part::MainTable));
        World {
            main_table: id.map(|it| Key::new(Kind::RouteTable, it)),
            prefix: vpc.and_then(|(key, _)| live.ipv6_prefix(key)),
            subnets: subnets_of(&specs, vpc.map(|(key, _)| key)),
            memo: Memo::of(&specs),
            specs,
            elders: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            terms,
            vpc,
            public_access: PublicAccess::default(),
        }
    }

    /// Returns whether an object has a successor, or is to have one.
    pub(crate) fn is_elder(&self, key: &Key) -> bool {
        self.elders.contains_key(key)
    }

    /// Returns the author's key of an object: an elder is what it has been.
    pub(crate) fn author_key<'k>(&self, key: &'k Key) -> &'k Key
    where
        'a: 'k,
    {
        self.elders.get(key).copied().unwrap_or(key)
    }

    /// Returns the elders of a key.
    pub(crate) fn elders_of(&self, key: &Key) -> impl Iterator<Item = &'a Key> {
        self.elders.iter().filter(move |(_, of)| **of == key).map(|(elder, _)| *elder)
    }

    /// Returns that nobody knows whether something passes packets already, or still, if that is so.
    pub(crate) fn unsettled(&self, key: &Key) -> Option<Doubt> {
        self.unsettled.contains(key).then(|| Doubt::Unsettled(key.clone()))
    }

    /// Returns what an object is, if it is of this kind and there.
    pub fn get<T: InSpec + 'a>(&self, key: &Key) -> Option<&'a T> {
        T::of(self.specs.get(key)?)
    }

    /// Returns the objects of a kind, in order.
    pub fn of_kind<T: InSpec + Resource + 'a>(&self) -> impl Iterator<Item = (&'a Key, &'a T)> {
        let of_this_and_later = self.specs.range::<Key, _>(Key::new(T::KIND, "")..);
        of_this_and_later.map_while(|(key, spec)| Some((*key, T::of(spec)?)))
    }

    /// Returns the VPC's subnets, in order.
    pub fn subnets(&self) -> impl Iterator<Item = (&'a Key, &'a Subnet)> {
        self.subnets.iter().copied()
    }

    /// Returns the blocks of the VPC.
    pub fn blocks(&self) -> Vec<IpNet> {
        let Some((_, vpc)) = self.vpc else { return Vec::new() };
        let ipv4 = [vpc.cidr].into_iter().chain(vpc.secondary_cidrs.iter().copied()).map(IpNet::V4);
        ipv4.chain(vpc.ipv6.then(|| self.addresses(Block::Ipv6Prefix))).collect()
    }

    /// Returns the addresses of a block. Something stands in for those that Amazon has yet to give, so that blocks of
    /// the VPC's own relate to one another as they will.
    pub fn addresses(&self, block: Block) -> IpNet {
        block.addresses(self.prefix).unwrap_or_else(|| block.stand_in())
    }

    /// Returns the VPC's IPv6 block if a written one may or may not have addresses of it: Amazon gives some of
    /// `2000::/3`, and none of those that are kept for documents (RFC 3849).
    pub fn doubtful(&self, block: Block) -> Option<IpNet> {
        let Block::Cidr(block @ IpNet::V6(_)) = block else { return None };
        let all: IpNet = fixed("2000::/3");
        let is_certain =
            block.contains(&all) || !all.contains(&block) || fixed("2001:db8::/32").contains(&block);
        let has_ipv6 = self.vpc.is_some_and(|(_, it)| it.ipv6);
        (!is_certain && has_ipv6 && self.prefix.is_none()).then(|| self.addresses(Block::Ipv6Prefix))
    }

    /// Returns the blocks of a subnet.
    pub fn blocks_of(&self, subnet: &Subnet) -> Vec<IpNet> {
        let ipv6 = subnet.ipv6.map(|it| self.addresses(Block::Ipv6Slot(it)));
        [IpNet::V4(subnet.cidr)].into_iter().chain(ipv6).collect()
    }

    /// Returns every packet of which one address is of an interface that can be in a subnet. The first four addresses
    /// and the last of each block are AWS's (VPC user guide, "Subnet CIDR blocks").
    pub fn interfaces(&self, address: Address, subnet: &Subnet) -> Set {
        self.blocks_of(subnet).iter().fold(Set::none(), |set, block| {
            let (low, high) = usable(block);
            set.or(Set::between(address, low, high))
        })
    }

    /// Returns every packet of which one address is the VPC's.
    pub fn of_vpc(&self, address: Address) -> Set {
        Set::with_address(address, &self.blocks())
    }

    /// Returns every packet of which one address is of the internet, and not the VPC's.
    ///
    /// An internet gateway drops private IPv4 addresses (VPC user guide, "Internet gateways"; RFC 1918, RFC 6598); no
    /// other one here leads anywhere either.
    pub fn of_internet(&self, address: Address) -> Set {
        self.memo.internet[address as usize].get_or_init(|| self.public(address)).clone()
    }

    fn public(&self, address: Address) -> Set {
        let not: Vec<IpNet> = NOT_PUBLIC.iter().map(|it| fixed(it)).chain(self.blocks()).collect();
        let all: [IpNet; 2] = [fixed("0.0.0.0/0"), fixed("2000::/3")];
        Set::with_address(address, &all).minus(&Set::with_address(address, &not))
    }

    /// Returns whether an address is of the internet, and not the VPC's.
    pub fn is_public(&self, address: IpAddr) -> bool {
        let is_in = |it: &str| fixed(it).contains(&address);
        let is_global = if address.is_ipv6() { is_in("2000::/3") } else { true };
        is_global && !NOT_PUBLIC.iter().any(|it| is_in(it)) && !self.is_local(address)
    }

    /// Returns whether an address is the VPC's.
    pub fn is_local(&self, address: IpAddr) -> bool {
        self.blocks().iter().any(|it| it.contains(&address))
    }

    /// Returns the table that a subnet follows, if that is known. The main table of a new VPC has no routes but its own.
    pub fn table_of(&self, subnet: &'a Subnet) -> Table<'a> {
        let found = |key: &'a Key| {
            self.specs.get_key_value(key).and_then(|(key, it)| Some((*key, RouteTable::of(it)?)))
        };
        match &subnet.route_table {
            Some(key) => found(key).map_or(Table::Unknown, |(key, it)| Table::Own(key, it)),
            None if !subnet.vpc.is_existing() => Table::OfNewVpc,
            None => {
                let main = self.main_table.as_ref().and_then(|it| self.specs.get_key_value(it));
                let main = main.and_then(|(key, it)| Some((*key, RouteTable::of(it)?)));
                main.map_or(Table::Unknown, |(key, it)| Table::Own(key, it))
            }
        }
    }

    /// Returns whether an interface of a subnet can have a public IPv4 address: because the subnet gives one, or because
    /// an elastic IP is of use there. Nobody is assumed to have put one where it leads nowhere.
    pub fn can_be_public(&self, key: &Key, subnet: &'a Subnet) -> Passes {
        let leads_out =
            |it: &RouteTable| it.routes.values().any(|it| matches!(it, Target::InternetGateway(_)));
        match self.table_of(subnet) {
            _ if subnet.public_ip_on_launch => Passes::Yes,
            Table::Own(_, table) if leads_out(table) => Passes::Yes,
            Table::Own(..) | Table::OfNewVpc => Passes::No,
            Table::Unknown => Passes::Perhaps(Doubt::Table(key.clone())),
        }
    }

    /// Returns the ids of the gateways of others to which some table routes: those that are attached to the VPC.
    pub fn attached(&self) -> BTreeSet<&'a str> {
        let vpc = self.vpc.map(|(key, _)| key);
        let tables = self.of_kind::<RouteTable>().filter(|(_, it)| Some(&it.vpc) == vpc);
        let targets = tables.flat_map(|(_, it)| it.routes.values()).filter_map(|it| match it {
            Target::Existing(id) if is_gateway(id) => Some(id.as_str()),
            _ => None,
        });
        targets.collect()
    }

    /// Returns what is in a prefix list, if that is known: one of the blueprint's own, or of somebody else's.
    pub fn list(&self, key: &Key) -> Option<Vec<IpNet>> {
        use palisade_core::kinds::prefix_list::PrefixList;
        match self.get::<PrefixList>(key) {
            Some(own) => Some(own.entries.keys().copied().collect()),
            None => self.terms.lists.get(key.name.as_str()).map(|it| it.iter().copied().collect()),
        }
    }

    /// Returns the addresses of a service as AWS lists them, if they are known.
    pub fn list_of_service(&self, service: &str) -> Option<Vec<IpNet>> {
        let list = self.terms.lists.get(self.terms.services.get(service)?)?;
        Some(list.iter().copied().collect())
    }

    /// Returns the first address that an interface of a subnet can have, if that has addresses of the family.
    pub fn an_address(&self, subnet: &Key, family: Family) -> Option<IpAddr> {
        let (_, subnet) = self.subnets().find(|(key, _)| *key == subnet)?;
        let is_meant = |it: &IpNet| matches!(it, IpNet::V6(_)) == (family == Family::Ipv6);
        self.blocks_of(subnet).iter().find(|it| is_meant(it)).map(|it| usable(it).0)
    }

    /// Returns some address of the internet.
    pub fn an_address_of_internet(&self, family: Family) -> IpAddr {
        let all = fixed(if family == Family::Ipv6 { "::/0" } else { "0.0.0.0/0" });
        let public =
            self.of_internet(Address::Destination).and(&Set::with_address(Address::Destination, [&all]));
        public.witness().expect("the VPC does not have every address").destination
    }

    /// Writes an address: one that Amazon has yet to give by its place in the VPC.
    pub fn write(&self, address: IpAddr) -> String {
        let IpAddr::V6(ipv6) = address else { return address.to_string() };
        let prefix = self.addresses(Block::Ipv6Prefix);
        if self.prefix.is_some() || !self.vpc.is_some_and(|(_, it)| it.ipv6) || !prefix.contains(&address) {
            return address.to_string();
        }
        let (slot, rest) = ((u128::from(ipv6) >> 64) & 0xff, u128::from(ipv6) & u128::from(u64::MAX));
        format!("ipv6-slot({slot})+{}", core::net::Ipv6Addr::from(rest))
    }
}

fn subnets_of<'a>(specs: &BTreeMap<&'a Key, &'a Spec>, vpc: Option<&Key>) -> Vec<(&'a Key, &'a Subnet)> {
    let subnets = specs.iter().filter_map(|(key, spec)| Some((*key, Subnet::of(spec)?)));
    subnets.filter(|(_, it)| Some(&it.vpc) == vpc).collect()
}

/// The table that a subnet follows.
#[derive(Clone, Copy, Debug)]
pub enum Table<'a> {
    /// One that is there.
    Own(&'a Key, &'a RouteTable),
    /// The main one of a VPC that the blueprint makes, which has the VPC's own routes only.
    OfNewVpc,
    /// Nobody knows.
    Unknown,
}

/// What no packet of the internet has for an address: RFC 1918 and RFC 6598, and what is kept for other uses (RFC 6890).
const NOT_PUBLIC: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/3",
];

/// Returns whether an id is of a gateway to another network, and not of an appliance.
pub(crate) fn is_gateway(id: &str) -> bool {
    ["tgw-", "pcx-", "vgw-"].iter().any(|it| id.starts_with(it))
}

/// Returns the first and the last address that an interface can have.
pub(crate) fn usable(block: &IpNet) -> (IpAddr, IpAddr) {
    use crate::cube::{address, number};
    let is_ipv6 = matches!(block, IpNet::V6(_));
    let (low, high) = (number(block.network()) + 4, number(block.broadcast()) - 1);
    (address(is_ipv6, low), address(is_ipv6, high))
}

pub(crate) fn fixed(text: &str) -> IpNet {
    text.parse().expect("a block that is written here")
}

/// Returns the VPC that objects are in: one of them, or the one that they name.
fn vpc_of<'s>(specs: impl Iterator<Item = (&'s Key, &'s Spec)> + Clone) -> Option<&'s Key> {
    let own = specs.clone().map(|(key, _)| key).find(|it| it.kind == Kind::Vpc);
    own.or_else(|| {
        specs.map(|(_, it)| it).find_map(|it| match it {
            Spec::Subnet(it) => Some(&it.vpc),
            Spec::RouteTable(it) => Some(&it.vpc),
            Spec::SecurityGroup(it) => Some(&it.vpc),
            Spec::Endpoint(it) => Some(&it.vpc),
            _ => None,
        })
    })
}
