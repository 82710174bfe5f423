//! Who sends a packet and who gets it, by the words of somebody who asks; and what happens to it.

use core::net::IpAddr;
use std::collections::BTreeSet;

use palisade_verify::{ICMPV6, Packet, Stage};

use crate::account::Account;
use crate::addresses::{is_public, somewhere};
use crate::interface::{Groups, Interface, Of};
use crate::topics::network::Subnet;
use crate::trace::{Leg, Outcome, Place, Trace};
use crate::walk::{Arrived, Ended, Flow, Session, Walk};
use crate::why::Why;

/// The two ends of a packet, as somebody names them.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'q> {
    /// `i-…`, `eni-…`, `subnet-…`, an address, or `internet`.
    pub from: &'q str,
    /// As `from`, or `vpce-…`.
    pub to: &'q str,
    /// The IANA number of the protocol.
    pub protocol: u8,
    /// The source port, or the type of ICMP.
    pub from_port: u16,
    /// The destination port, or the code of ICMP.
    pub to_port: u16,
}

/// Nothing that is described has such a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoEnd(String);

/// Where a packet comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    Interface(String),
    Internet,
    /// Nobody who is described.
    Nobody,
}

impl Account {
    /// Returns what happens to a packet between two ends, and to what answers it.
    pub fn trace(&self, ends: Ends<'_>) -> Result<Trace, NoEnd> {
        let mut account = self.clone();
        let is_ipv6 = |it: &str| it.parse::<IpAddr>().is_ok_and(|it| it.is_ipv6());
        let is_ipv6 = is_ipv6(ends.from) || is_ipv6(ends.to) || ends.protocol == ICMPV6;
        let (origin, source) = account.origin(ends.from, is_ipv6)?;
        let destination = account.destination(ends.to, &origin, is_ipv6)?;
        if source.is_ipv6() != destination.is_ipv6() {
            return Err(NoEnd(format!("`{}` and `{}` have no address family in common", ends.from, ends.to)));
        }
        let Ends { protocol, from_port: from, to_port: to, .. } = ends;
        let packet = Packet { source, destination, protocol, from, to };
        let traces = account.ports_of_nat().into_iter().map(|port| account.follow(&origin, packet, port));
        let worst = traces.min_by_key(Trace::rank);
        Ok(worst.expect("there is a port"))
    }

    fn follow(&self, origin: &Origin, packet: Packet, port: u16) -> Trace {
        let mut walk = Walk::new(self, Flow::Opening(port));
        let arrived = match origin {
            Origin::Interface(id) => walk.out_of_interface(&self.interfaces[id], packet),
            Origin::Internet => walk.in_from_internet(packet),
            Origin::Nobody => self.of_nobody(&mut walk, &packet),
        };
        let sessions = walk.sessions.clone();
        let forward = walk.ended(packet, arrived.clone().map(|it| it.place));
        let reply = match (&forward.outcome, arrived) {
            (Outcome::Delivered(_), Ok(arrived)) => self.answer(origin, packet, &arrived, sessions),
            _ => None,
        };
        Trace { forward, reply }
    }

    fn of_nobody(&self, walk: &mut Walk<'_>, packet: &Packet) -> Ended<Arrived> {
        let address = packet.source;
        let vpcs = self.vpcs.keys().filter(|it| self.blocks(it).iter().any(|it| it.contains(&address)));
        let is_complete = |it: &String| self.completeness.is_all_of("NetworkInterfaces", it);
        let vpcs: Vec<&String> = vpcs.collect();
        if !vpcs.is_empty() && vpcs.iter().all(|it| is_complete(it)) {
            let text = format!("no interface has the address {address}");
            return walk.drop(Why::SourceDestCheck, Stage::Sent, None, &text);
        }
        walk.unknown(Stage::Sent, None, &format!("who has the address {address} is not described"))
    }

    /// What answers a packet: it must get home, and look like an answer there.
    fn answer(
        &self,
        origin: &Origin,
        sent: Packet,
        arrived: &Arrived,
        sessions: Vec<Session>,
    ) -> Option<Leg> {
        let reply = arrived.packet.reply()?;
        let mut walk = Walk::new(self, Flow::Answer(sessions));
        let back = match (&arrived.place, origin) {
            (Place::Interface(id), _) => walk.out_of_interface(self.interfaces.get(id)?, reply),
            (Place::Internet, _) => walk.in_from_internet(reply),
            (Place::Service(_), Origin::Interface(id)) => {
                walk.back_from_service(self.interfaces.get(id)?, reply)
            }
            (Place::Amazon, Origin::Interface(id)) => {
                walk.step(Stage::Sent, None, "answered by Amazon's service".to_owned());
                Ok(Arrived { place: Place::Interface(id.clone()), packet: reply })
            }
            (Place::Service(_) | Place::Amazon, _) => return None,
        };
        let home = match origin {
            Origin::Interface(id) => Place::Interface(id.clone()),
            Origin::Internet | Origin::Nobody => Place::Internet,
        };
        let back = match back {
            Ok(it) if it.place == home && Some(it.packet) == sent.reply() => Ok(it.place),
            Ok(it) => {
                let text =
                    format!("comes from {}, and the packet went to {}", it.packet.source, sent.destination);
                walk.drop(Why::Asymmetric, Stage::Arrives, None, &text)
            }
            Err(outcome) => Err(outcome),
        };
        Some(walk.ended(reply, back))
    }

    /// Ports that a NAT gateway may choose, of which ACLs tell some apart.
    fn ports_of_nat(&self) -> BTreeSet<u16> {
        use palisade_core::traffic::Traffic;
        let mut ports: BTreeSet<u16> = [1024, u16::MAX].into();
        if self.nat_gateways.is_empty() {
            return [1024].into();
        }
        for entry in self.acls.values().flat_map(|it| &it.entries) {
            if let Some(Traffic::Tcp(it) | Traffic::Udp(it)) = entry.traffic() {
                ports.extend([it.from.saturating_sub(1), it.from, it.to, it.to.saturating_add(1)]);
            }
        }
        ports.retain(|it| 1024 <= *it);
        ports
    }
}

impl Trace {
    /// Returns how bad it is, the worst first.
    fn rank(&self) -> (u8, u8) {
        (self.forward.outcome.rank(), self.reply.as_ref().map_or(3, |it| it.outcome.rank()))
    }
}

/// Finding ends.
impl Account {
    fn origin(&mut self, words: &str, is_ipv6: bool) -> Result<(Origin, IpAddr), NoEnd> {
        if words == "internet" {
            return Ok((Origin::Internet, somewhere(is_ipv6)));
        }
        if words.starts_with("vpce-") {
            return Err(NoEnd(format!("`{words}` is an endpoint, which opens no connections")));
        }
        if let Ok(address) = words.parse::<IpAddr>() {
            return self.origin_at(address);
        }
        let interface = self.named(words, Side::Sender)?;
        let address = interface.address(is_ipv6).ok_or_else(|| no_address(words, is_ipv6))?;
        Ok((Origin::Interface(interface.id.clone()), address))
    }

    fn origin_at(&self, address: IpAddr) -> Result<(Origin, IpAddr), NoEnd> {
        let having: Vec<&Interface> = self.interfaces.values().filter(|it| it.has(address)).collect();
        match having[..] {
            [it] => Ok((Origin::Interface(it.id.clone()), address)),
            [] => Ok(match self.interface_of_public(address) {
                Some((it, own)) => (Origin::Interface(it.id.clone()), own),
                None if is_public(address) => (Origin::Internet, address),
                None => (Origin::Nobody, address),
            }),
            _ => {
                let ids: Vec<&str> = having.iter().map(|it| it.id.as_str()).collect();
                let ids = ids.join(", ");
                Err(NoEnd(format!("several interfaces have the address {address}: {ids}; name one of them")))
            }
        }
    }

    fn destination(&mut self, words: &str, origin: &Origin, is_ipv6: bool) -> Result<IpAddr, NoEnd> {
        if words == "internet" {
            return Ok(somewhere(is_ipv6));
        }
        if let Ok(address) = words.parse() {
            return Ok(address);
        }
        if words.starts_with("vpce-") {
            return self.of_endpoint(words, origin, is_ipv6);
        }
        let interface = self.named(words, Side::Receiver)?;
        let own = interface.address(is_ipv6).ok_or_else(|| no_address(words, is_ipv6))?;
        // The internet knows it by another address, if at all.
        let public = interface.public(own).map(IpAddr::V4).filter(|_| *origin == Origin::Internet);
        Ok(public.unwrap_or(own))
    }

    /// An endpoint's interface in the sender's zone if it has one, or an address of a gateway's service.
    fn of_endpoint(&self, id: &str, origin: &Origin, is_ipv6: bool) -> Result<IpAddr, NoEnd> {
        let endpoint = self.endpoints.get(id).ok_or_else(|| unknown(id))?;
        if endpoint.vpc_endpoint_type.as_deref().is_none_or(|it| it == "Gateway") {
            let list = self.list_of(endpoint).ok_or_else(|| {
                NoEnd(format!("the addresses of the service of `{id}` are not described: name one of them"))
            })?;
            let address = list.iter().map(ipnet::IpNet::addr).find(|it| it.is_ipv6() == is_ipv6);
            return address.ok_or_else(|| no_address(id, is_ipv6));
        }
        let zone = |it: &Interface| self.subnets.get(&it.subnet).and_then(Subnet::zone);
        let of_sender = match origin {
            Origin::Interface(id) => self.interfaces.get(id).and_then(zone),
            _ => None,
        };
        let mut own: Vec<&Interface> =
            endpoint.network_interface_ids.iter().filter_map(|it| self.interfaces.get(it)).collect();
        own.sort_by_key(|it| zone(it) != of_sender);
        let Some(first) = own.first() else {
            return Err(NoEnd(format!("the interfaces of `{id}` are not described")));
        };
        first.address(is_ipv6).ok_or_else(|| no_address(id, is_ipv6))
    }

    /// Returns what has an id: an instance's first interface, an interface, or a guest in a subnet.
    fn named(&mut self, id: &str, side: Side) -> Result<&Interface, NoEnd> {
        if id.starts_with("subnet-") {
            let guest = self.guest(self.subnets.get(id).ok_or_else(|| unknown(id))?, side);
            return Ok(self.interfaces.entry(guest.id.clone()).or_insert(guest));
        }
        let first = self.interfaces_of(id).first().copied();
        self.interfaces.get(id).or(first).ok_or_else(|| unknown(id))
    }

    /// Returns what stands for any interface in a subnet.
    fn guest(&self, subnet: &Subnet, side: Side) -> Interface {
        let blocks = subnet.blocks();
        let is_free = |it: &IpAddr| self.interface_at(&subnet.vpc_id, *it).is_none();
        // The first four addresses are AWS's (VPC user guide, "Subnet CIDR blocks"); of IPv4, the first is no host's.
        let n_kept = |it: &ipnet::IpNet| if it.addr().is_ipv6() { 4 } else { 3 };
        let free = |it: &ipnet::IpNet| it.hosts().skip(n_kept(it)).filter(is_free).nth(side as usize);
        let public = match side {
            Side::Sender => core::net::Ipv4Addr::new(198, 51, 100, 1),
            Side::Receiver => core::net::Ipv4Addr::new(198, 51, 100, 2),
        };
        let addresses = blocks.iter().filter_map(free);
        Interface {
            id: format!("any interface in {} ({})", subnet.subnet_id, side.as_str()),
            vpc: subnet.vpc_id.clone(),
            subnet: subnet.subnet_id.clone(),
            addresses: addresses.map(|it| (it, Some(public).filter(|_| it.is_ipv4()))).collect(),
            groups: Groups::Any,
            is_checked: true,
            of: Of::Something,
            index: None,
            may_be_public: !subnet.map_public_ip_on_launch,
        }
    }
}

/// Which end of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Sender,
    Receiver,
}

impl Side {
    fn as_str(self) -> &'static str {
        match self {
            Side::Sender => "sender",
            Side::Receiver => "receiver",
        }
    }
}

fn unknown(id: &str) -> NoEnd {
    NoEnd(format!("`{id}` is not described"))
}

fn no_address(id: &str, is_ipv6: bool) -> NoEnd {
    NoEnd(format!("`{id}` has no {} address", if is_ipv6 { "IPv6" } else { "IPv4" }))
}
