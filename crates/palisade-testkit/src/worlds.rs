//! What is there beside a blueprint's own objects: what others have built, and what earlier runs have left.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint::Reach;
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::{Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{HasIpv6, Vpc};
use palisade_core::live::Found;
use palisade_core::tags::{GENERATION, Tags};
use palisade_core::{Key, Kind, Live, Needs, Owner, Part, Spec, State};
use proptest::prelude::*;

use crate::lives;

/// Where a network is built.
#[derive(Clone, Copy, Debug)]
pub enum Site {
    /// In a VPC of its own.
    Own,
    /// In a VPC that is there already.
    Existing(Theirs),
}

/// What a VPC that is there already has.
#[derive(Clone, Copy, Debug)]
pub struct Theirs {
    /// An IPv6 block.
    pub has_ipv6: bool,
    /// An internet gateway.
    pub has_gateway: bool,
    /// A secondary block.
    pub is_wide: bool,
}

/// Returns any place; every third one is there already.
pub fn sites() -> impl Strategy<Value = Site> {
    let theirs = any::<(bool, bool, bool)>().prop_map(|(has_ipv6, has_gateway, is_wide)| {
        Site::Existing(Theirs { has_ipv6, has_gateway, is_wide })
    });
    prop_oneof![2 => Just(Site::Own), 1 => theirs]
}

/// The key of the VPC that is there already.
pub fn vpc() -> Key {
    Key::new(Kind::Vpc, "vpc-existing")
}

/// The key of the address that is there already.
pub fn address() -> Key {
    Key::new(Kind::ElasticIp, "eipalloc-existing")
}

/// The key of the internet gateway that is there already.
pub fn gateway() -> Key {
    Key::new(Kind::InternetGateway, "igw-existing")
}

/// The keys of what others have in their VPC and ours may name: two subnets, a table and a group.
pub fn nameable() -> Vec<Key> {
    vec![
        Key::new(Kind::Subnet, "subnet-existing-a"),
        Key::new(Kind::Subnet, "subnet-existing-b"),
        Key::new(Kind::RouteTable, "rtb-existing"),
        Key::new(Kind::SecurityGroup, "sg-existing"),
    ]
}

impl Theirs {
    /// The blocks of the VPC, the primary one first.
    pub fn blocks(self) -> Vec<Ipv4Net> {
        let further = self.is_wide.then(|| Ipv4Net::new_assert([100, 64, 0, 0].into(), 16));
        [Ipv4Net::new_assert([10, 0, 0, 0].into(), 16)].into_iter().chain(further).collect()
    }

    fn spec(self) -> Vpc {
        let blocks = self.blocks();
        let has_ipv6 = if self.has_ipv6 { HasIpv6::Yes } else { HasIpv6::No };
        let secondary_cidrs = blocks[1..].iter().copied().collect();
        Vpc { secondary_cidrs, dns_hostnames: true, ..Vpc::as_created(blocks[0], has_ipv6) }
    }

    fn parts(self) -> BTreeMap<Part, String> {
        let made = [
            (Part::DefaultAcl, "acl-existing-default"),
            (Part::DefaultGroup, "sg-existing-default"),
            (Part::MainTable, "rtb-existing-main"),
        ];
        let ipv6 = [
            (Part::Ipv6Prefix, "2600:1f18:ffff:ff00::/56"),
            (Part::Ipv6Association, "vpc-cidr-assoc-existing-6"),
        ];
        let further = self.blocks().into_iter().skip(1);
        let further = further.map(|it| (Part::CidrAssociation(it), "vpc-cidr-assoc-existing-4"));
        let parts = made.into_iter().chain(ipv6.into_iter().filter(|_| self.has_ipv6)).chain(further);
        parts.map(|(part, value)| (part, value.to_owned())).collect()
    }
}

/// Returns what is there before a blueprint is applied: an address, and in a VPC that is there already what others
/// have in it.
pub fn of_others(site: Site) -> Live {
    let found = |id: &str, spec: Spec, parts: BTreeMap<Part, String>| {
        let (id, tags) = (id.to_owned(), Tags::from([("Name".to_owned(), "theirs".to_owned())]));
        Found { id, state: State::Usable, spec, parts, tags }
    };
    let none = BTreeMap::new;
    let mut all = vec![found(&address().name, ElasticIp {}.into(), none())];
    if let Site::Existing(theirs) = site {
        all.push(found(&vpc().name, theirs.spec().into(), theirs.parts()));
        let subnet = |third: u8, zone: &str| Subnet {
            vpc: vpc(),
            cidr: Ipv4Net::new_assert([10, 0, third, 0].into(), 24),
            ipv6: theirs.has_ipv6.then_some(third),
            assign_ipv6: false,
            zone: format!("us-east-1{zone}"),
            public_ip_on_launch: false,
            route_table: Some(Key::new(Kind::RouteTable, "rtb-existing")),
            network_acl: None,
        };
        all.push(found("subnet-existing-a", subnet(200, "a").into(), none()));
        all.push(found("subnet-existing-b", subnet(201, "b").into(), none()));
        all.push(found("rtb-existing", RouteTable { vpc: vpc(), routes: BTreeMap::new() }.into(), none()));
        let group = SecurityGroup {
            vpc: vpc(),
            description: "theirs".to_owned(),
            inbound: Rules::new(),
            outbound: Rules::new(),
        };
        all.push(found("sg-existing", group.into(), none()));
        let domain = lives::with_a_domain(&vpc(), &nameable()[0]);
        all.extend(domain.into_iter().map(|(id, spec, tags)| Found { tags, ..found(&id, spec, none()) }));
        if theirs.has_gateway {
            all.push(found(&gateway().name, InternetGateway { vpc: Some(vpc()) }.into(), none()));
        }
    }
    Live::assemble(&Needs::default(), all, Vec::new())
}

/// Returns every object as it would be found, its references being AWS ids.
pub fn found(live: &Live) -> Vec<Found> {
    let objects = live.objects().values().cloned();
    let found = objects.map(|object| {
        let mut spec = object.spec;
        spec.map_keys(&mut |it| {
            if let Some(named) = live.object(it) {
                *it = Key::new(it.kind, &named.id);
            }
        });
        Found { id: object.id, state: object.state, spec, parts: object.parts, tags: object.tags }
    });
    found.collect()
}

/// An object of another generation of something that there is, as a run that was cut short leaves it.
#[derive(Clone, Copy, Debug)]
pub struct Elder {
    /// Whose: an index into what is ours.
    pub of: prop::sample::Index,
    /// What AWS does with it.
    pub state: State,
}

/// Returns some elders.
pub fn elders() -> impl Strategy<Value = Vec<Elder>> {
    let states = vec![State::Usable, State::Usable, State::Pending, State::Failed, State::Leaving];
    let elder = (any::<prop::sample::Index>(), prop::sample::select(states));
    prop::collection::vec(elder.prop_map(|(of, state)| Elder { of, state }), 1..6)
}

/// Returns the world with elders in it: each says the same as its successor, but for what only one can have.
pub fn with_elders(live: &Live, elders: &[Elder], needs: &Needs) -> Live {
    let ours = live.objects().iter().filter(|(_, it)| it.owner == Owner::Blueprint);
    let ours: Vec<(&Key, u32)> = ours.map(|(key, it)| (key, it.generation)).collect();
    let mut all = found(live);
    // Room below for one generation more.
    for it in &mut all {
        if let Some(generation) = it.tags.get_mut(GENERATION) {
            *generation = (10 * generation.parse::<u32>().unwrap_or(1)).to_string();
        }
    }
    for (n, elder) in elders.iter().enumerate().filter(|_| !ours.is_empty()) {
        let (key, generation) = ours[elder.of.index(ours.len())];
        let id = live.object(key).map(|it| it.id.clone()).unwrap_or_default();
        let Some(current) = all.iter().find(|it| it.id == id).cloned() else { continue };
        let number = u8::try_from(n).unwrap_or(u8::MAX);
        let Some(spec) = beside(current.spec, number) else { continue };
        // Only these take a while to come and to go, and can fail.
        let state = match key.kind {
            Kind::NatGateway | Kind::Endpoint => elder.state,
            Kind::Domain | Kind::UserProfile | Kind::Notebook | Kind::InferenceEndpoint => elder.state,
            _ => State::Usable,
        };
        // What works counts as long as nothing newer does.
        let is_newer = matches!(state, State::Failed | State::Leaving) && n % 2 == 0;
        let generation = 10 * generation + u32::from(number) + 1 - if is_newer { 0 } else { 10 };
        let mut tags = current.tags;
        tags.insert(GENERATION.to_owned(), generation.to_string());
        let id = format!("{}-elder{n}", key.kind.id_prefix());
        all.push(Found { id, state, spec, parts: BTreeMap::new(), tags });
    }
    Live::assemble(needs, all, live.strangers().to_vec())
}

/// Returns a spec that can be there beside the given one; nothing if none can.
fn beside(spec: Spec, number: u8) -> Option<Spec> {
    Some(match spec {
        Spec::Subnet(mut it) => {
            let [first, second, ..] = it.cidr.network().octets();
            it.cidr = Ipv4Net::new_assert([first, second, 100 + number, 0].into(), 24);
            it.ipv6 = it.ipv6.map(|_| 250 - number);
            // An association is a part, which an elder of nobody has not.
            (it.route_table, it.network_acl) = (None, None);
            it.into()
        }
        Spec::InternetGateway(_) => InternetGateway { vpc: None }.into(),
        Spec::Endpoint(mut it) => {
            match &mut it.reach {
                Reach::Gateway { route_tables } => route_tables.clear(),
                Reach::Interface { private_dns, .. } => *private_dns = false,
            }
            it.into()
        }
        Spec::FlowLog(mut it) => {
            it.destination = palisade_core::kinds::flow_log::Destination::Bucket {
                arn: format!("arn:aws:s3:::elder-{number}"),
            };
            it.into()
        }
        Spec::EgressOnlyGateway(_) | Spec::NatGateway(_) => return None,
        // A run has no successor.
        spec if spec.kind().is_run() => return None,
        spec => spec,
    })
}
