//! Out of a subnet, and by gateways to the internet and to services.

use palisade_core::traffic::Direction;
use palisade_verify::{ICMP, ICMPV6, Packet, Stage, TCP, UDP};

use crate::addresses::is_public;
use crate::interface::{Groups, Interface};
use crate::routes::{Target, Way};
use crate::topics::network::Subnet;
use crate::trace::{Hop, Passes, Place};
use crate::walk::{Arrived, Ended, Flow, Session, Walk};
use crate::why::Why;

/// What sends a packet out of a subnet.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) subnet: &'a Subnet,
    pub(crate) who: Who<'a>,
    /// What rules of groups know it by.
    pub(crate) groups: Option<&'a Groups>,
}

/// Who that is.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    /// An interface, for itself.
    Interface(&'a Interface),
    /// A NAT gateway's interface.
    Nat(&'a Interface),
    /// A transit gateway's attachment.
    Attachment,
}

impl<'a> Walk<'a> {
    /// Out of a subnet, or to somebody else in it.
    pub(crate) fn leave(&mut self, sender: Sender<'a>, packet: Packet) -> Ended<Arrived> {
        let Sender { subnet, groups, .. } = sender;
        let vpc = &subnet.vpc_id;
        self.n_left = match self.n_left.checked_sub(1) {
            Some(n_left) => n_left,
            None => return self.unknown(Stage::Route, None, "the routes go in circles"),
        };
        if subnet.blocks().iter().any(|it| it.contains(&packet.destination)) {
            // Nothing filters or routes between two interfaces of one subnet but their groups.
            return match self.account.interface_at(vpc, packet.destination) {
                Some(to) => self.arrive(to, packet, groups),
                None => self.nobody(vpc, &packet),
            };
        }
        let (table, way) = match self.account.way(subnet, packet.destination) {
            Ok(Some(found)) => found,
            Ok(None) => {
                let table = self.account.table_of(subnet).ok().map(|it| it.route_table_id.as_str());
                return self.drop(Why::NoRoute, Stage::Route, table, "no route leads there");
            }
            Err(text) => return self.unknown(Stage::Route, None, &text),
        };
        let Way { to, target } = way;
        let id = Some(table.route_table_id.as_str());
        match &target {
            Target::Local => self.step(Stage::Route, id, format!("route to {to} by local")),
            Target::By(by) => self.step(Stage::Route, id, format!("route to {to} by {by}")),
            Target::Gone(by) => {
                let text = format!("route to {to} by {by}, which is gone: a black hole");
                return self.drop(Why::BlackHole, Stage::Route, id, &text);
            }
        }
        self.acl(subnet, Direction::Outbound, &packet)?;
        match target {
            Target::By(by) => self.by(sender, &by, packet),
            Target::Local | Target::Gone(_) => self.enter(vpc, packet, groups),
        }
    }

    /// By what a route leads to.
    fn by(&mut self, sender: Sender<'a>, id: &str, packet: Packet) -> Ended<Arrived> {
        let is = |prefix: &str| id.starts_with(prefix);
        match () {
            () if is("igw-") => self.by_internet_gateway(sender, id, packet),
            () if is("eigw-") => self.by_egress_only(sender, id, packet),
            () if is("nat-") => self.through_nat(sender, id, packet),
            () if is("vpce-") => self.by_endpoint(sender, id, packet),
            () if is("pcx-") => self.by_peering(sender, id, packet),
            () if is("tgw-") => self.by_transit_gateway(sender, id, packet),
            () if is("eni-") || is("i-") => self.by_interface(sender, id, packet),
            () => {
                self.unknown(Stage::Gateway, Some(id), &format!("what lies beyond `{id}` is not described"))
            }
        }
    }

    fn by_internet_gateway(&mut self, sender: Sender<'a>, id: &str, mut packet: Packet) -> Ended<Arrived> {
        let vpc = &sender.subnet.vpc_id;
        let Some(gateway) = self.account.internet_gateways.get(id) else { return self.dangling(id) };
        if !gateway.is_attached(vpc) {
            return self.drop(Why::BlackHole, Stage::Gateway, Some(id), &format!("is not attached to {vpc}"));
        }
        if !is_public(packet.destination) {
            let text = format!("the internet has no address {}", packet.destination);
            return self.drop(Why::PrivateAddress, Stage::Gateway, Some(id), &text);
        }
        if packet.source.is_ipv4() {
            let (interface, public) = match sender.who {
                Who::Interface(it) | Who::Nat(it) => (Some(it), it.public(packet.source)),
                Who::Attachment => (None, None),
            };
            let Some(public) = public else {
                let text = format!("the sender {} has no public address", packet.source);
                return self.drop(Why::NoPublicAddress, Stage::Gateway, Some(id), &text);
            };
            packet.source = public.into();
            if let Some(interface) = interface.filter(|it| it.may_be_public) {
                let text = format!("whether {} has a public address is not known", interface.title());
                let id = Some(id.to_owned());
                self.hops.push(Hop { stage: Stage::Gateway, id, text, passes: Passes::Perhaps });
            }
        }
        self.onto_internet(id, packet)
    }

    fn by_egress_only(&mut self, sender: Sender<'a>, id: &str, packet: Packet) -> Ended<Arrived> {
        let vpc = &sender.subnet.vpc_id;
        let Some(gateway) = self.account.egress_only.get(id) else { return self.dangling(id) };
        if !gateway.is_attached(vpc) || packet.source.is_ipv4() {
            let text = if packet.source.is_ipv4() {
                "takes IPv6 only".to_owned()
            } else {
                format!("is not attached to {vpc}")
            };
            return self.drop(Why::BlackHole, Stage::Gateway, Some(id), &text);
        }
        if !is_public(packet.destination) {
            let text = format!("the internet has no address {}", packet.destination);
            return self.drop(Why::PrivateAddress, Stage::Gateway, Some(id), &text);
        }
        self.onto_internet(id, packet)
    }

    fn onto_internet(&mut self, gateway: &str, packet: Packet) -> Ended<Arrived> {
        self.not_blocked(gateway)?;
        self.step(Stage::Gateway, Some(gateway), format!("leaves the VPC as {}", packet.source));
        if self.account.interface_of_public(packet.destination).is_some() {
            return self.enter_from_internet(packet);
        }
        self.step(Stage::Arrives, None, "at the internet".to_owned());
        Ok(Arrived { place: Place::Internet, packet })
    }

    fn through_nat(&mut self, sender: Sender<'a>, id: &str, packet: Packet) -> Ended<Arrived> {
        let Some(gateway) = self.account.nat_gateways.get(id) else { return self.dangling(id) };
        match gateway.state.as_deref() {
            None | Some("available") => {}
            Some("pending" | "deleting") => {
                return self.unknown(Stage::Gateway, Some(id), "AWS is still making or deleting it");
            }
            Some(state) => {
                return self.drop(Why::BlackHole, Stage::Gateway, Some(id), &format!("is {state}"));
            }
        }
        let Some(subnet) = &gateway.subnet_id else {
            let text = "is a regional one, whose routes are not described";
            return self.unknown(Stage::Gateway, Some(id), text);
        };
        if let Who::Nat(_) = sender.who {
            let text = "its own subnet routes to a NAT gateway";
            return self.drop(Why::NatCircle, Stage::Gateway, Some(id), text);
        }
        let Flow::Opening(port) = self.flow else {
            let text = "knows no connection that this answers";
            return self.drop(Why::Unsolicited, Stage::Gateway, Some(id), text);
        };
        if packet.source.is_ipv6() || ![TCP, UDP, ICMP].contains(&packet.protocol) {
            let text = "takes TCP, UDP and ICMP of IPv4";
            return self.drop(Why::NatProtocol, Stage::Gateway, Some(id), text);
        }
        let subnet = self.subnet(subnet)?;
        if subnet.subnet_id != sender.subnet.subnet_id {
            self.acl(subnet, Direction::Inbound, &packet)?;
        }
        let private = gateway.nat_gateway_addresses.iter().find_map(|it| it.private_ip);
        let own = private.and_then(|it| self.account.interface_at(&subnet.vpc_id, it.into()));
        let (Some(private), Some(own)) = (private, own) else {
            return self.unknown(Stage::Gateway, Some(id), "which addresses it has is not described");
        };
        let from = if packet.has_ports() { port } else { packet.from };
        let outside = Packet { source: private.into(), from, ..packet };
        let kind = gateway.connectivity_type.as_deref().unwrap_or("public");
        let text = format!("({kind}) sends it on from {private} and a port of 1024 to 65535");
        self.step(Stage::Gateway, Some(id), text);
        self.sessions.push(Session { nat: id.to_owned(), inside: packet, outside });
        self.leave(Sender { subnet, who: Who::Nat(own), groups: None }, outside)
    }

    /// By a gateway endpoint. A route to one is by a prefix list, or by its own blocks to a load balancer's.
    fn by_endpoint(&mut self, sender: Sender<'a>, id: &str, packet: Packet) -> Ended<Arrived> {
        let Some(endpoint) = self.account.endpoints.get(id) else { return self.dangling(id) };
        if endpoint.vpc_endpoint_type.as_deref().is_some_and(|it| it != "Gateway") {
            let text = format!("what `{id}` does with what it is sent is not known");
            return self.unknown(Stage::Gateway, Some(id), &text);
        }
        if !matches!(endpoint.state.as_deref().map(str::to_lowercase).as_deref(), None | Some("available")) {
            return self.drop(Why::BlackHole, Stage::Gateway, Some(id), "is not available");
        }
        if let Who::Attachment = sender.who {
            let text = "takes what interfaces of its own VPC send";
            return self.drop(Why::EndpointSource, Stage::Gateway, Some(id), text);
        }
        let is_echo = matches!((packet.protocol, packet.from), (ICMP, 8) | (ICMPV6, 128));
        if packet.protocol != TCP && !is_echo {
            return self.drop(Why::EndpointProtocol, Stage::Gateway, Some(id), "takes TCP and ICMP echoes");
        }
        let service = endpoint.service_name.as_deref().unwrap_or("the service");
        self.step(Stage::Arrives, Some(id), format!("at {service}, without leaving AWS"));
        Ok(Arrived { place: Place::Service(id.to_owned()), packet })
    }

    /// Into an interface that is not the packet's own.
    fn by_interface(&mut self, sender: Sender<'a>, id: &str, packet: Packet) -> Ended<Arrived> {
        let of_instance = || self.account.interfaces_of(id).first().copied();
        let Some(to) = self.account.interfaces.get(id).or_else(of_instance) else { return self.dangling(id) };
        let subnet = self.subnet(&to.subnet)?;
        if subnet.subnet_id != sender.subnet.subnet_id {
            self.acl(subnet, Direction::Inbound, &packet)?;
        }
        if to.has(packet.destination) {
            return self.arrive(to, packet, sender.groups);
        }
        if to.is_checked {
            let text = "checks destinations, and takes packets to its own addresses only (SourceDestCheck)";
            return self.drop(Why::SourceDestCheck, Stage::Gateway, Some(id), text);
        }
        if let Flow::Opening(_) = self.flow {
            let decision = self.account.decide_groups(&to.groups, Direction::Inbound, sender.groups, &packet);
            self.decided(Stage::Group, decision, Why::GroupIngress)?;
        }
        let text = format!("what {} does with what it is sent is not known", to.title());
        self.unknown(Stage::Gateway, Some(id), &text)
    }

    /// What is named and not described.
    pub(crate) fn dangling<T>(&mut self, id: &str) -> Ended<T> {
        self.unknown(Stage::Gateway, Some(id), &format!("`{id}` is not described"))
    }

    /// Returns what rules know the other end of a packet by: the groups of an interface in the VPC, or in a peered one.
    pub(crate) fn groups_at_end(&self, subnet: &Subnet, packet: &Packet) -> Option<&'a Groups> {
        let to = packet.destination;
        let at = |vpc: &str| self.account.interface_at(vpc, to).map(|it| &it.groups);
        if subnet.blocks().iter().any(|it| it.contains(&to)) {
            return at(&subnet.vpc_id);
        }
        match self.account.way(subnet, to).ok()??.1.target {
            Target::Local => at(&subnet.vpc_id),
            Target::By(id) => at(&self.account.peerings.get(&id)?.other(&subnet.vpc_id)?.vpc_id),
            Target::Gone(_) => None,
        }
    }
}
