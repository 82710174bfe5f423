//! The way of one packet, from hop to hop.

use palisade_core::traffic::Direction;
use palisade_verify::{Packet, Stage};

use crate::account::Account;
use crate::addresses::{is_amazons, is_public};
use crate::filters::Decision;
use crate::interface::{Groups, Interface, Of};
use crate::leaving::{Sender, Who};
use crate::routes::{Target, Way};
use crate::topics::network::Subnet;
use crate::trace::{Hop, Leg, Outcome, Passes, Place};
use crate::why::Why;

/// A packet on its way, and what it has met so far.
#[derive(Clone)]
pub(crate) struct Walk<'a> {
    pub(crate) account: &'a Account,
    pub(crate) flow: Flow,
    pub(crate) hops: Vec<Hop>,
    /// What NAT gateways have taken note of.
    pub(crate) sessions: Vec<Session>,
    /// How many more subnets it may leave: routes can go in circles.
    pub(crate) n_left: u8,
}

/// Which packet of a connection it is.
#[derive(Clone, Debug)]
pub(crate) enum Flow {
    /// The one that opens it; NAT gateways send it on from this port.
    Opening(u16),
    /// One that answers it, which groups let pass, and NAT gateways if they have taken note.
    Answer(Vec<Session>),
}

/// A connection that a NAT gateway knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) nat: String,
    /// The packet as it came.
    pub(crate) inside: Packet,
    /// As it was sent on.
    pub(crate) outside: Packet,
}

/// Where a packet has arrived, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) place: Place,
    pub(crate) packet: Packet,
}

/// The end of a walk, early or not.
pub(crate) type Ended<T> = Result<T, Outcome>;

const N_SUBNETS: u8 = 12;

impl<'a> Walk<'a> {
    pub(crate) fn new(account: &'a Account, flow: Flow) -> Walk<'a> {
        Walk { account, flow, hops: Vec::new(), sessions: Vec::new(), n_left: N_SUBNETS }
    }

    pub(crate) fn ended(self, packet: Packet, ended: Ended<Place>) -> Leg {
        let doubt = self.hops.iter().find(|it| it.passes == Passes::Perhaps).map(|it| it.text.clone());
        let outcome = match (ended, doubt) {
            (Ok(_), Some(doubt)) => Outcome::Unknown(doubt),
            (Ok(place), None) => Outcome::Delivered(place),
            (Err(outcome), _) => outcome,
        };
        Leg { packet, hops: self.hops, outcome }
    }

    /// A packet of an interface.
    pub(crate) fn out_of_interface(&mut self, from: &'a Interface, packet: Packet) -> Ended<Arrived> {
        let subnet = self.subnet(&from.subnet)?;
        let place = format!("({} in {})", subnet.subnet_id, subnet.vpc_id);
        if let Flow::Answer(_) = self.flow {
            let text = format!("answered by {}; its groups remember the connection {place}", from.title());
            self.step(Stage::Sent, Some(&from.id), text);
        } else {
            self.step(Stage::Sent, Some(&from.id), format!("sent by {} {place}", from.title()));
            if is_amazons(packet.destination, &self.account.blocks(&subnet.vpc_id)) {
                let text = "at a service of Amazon's own, which no group and no ACL filters".to_owned();
                self.step(Stage::Arrives, None, text);
                return Ok(Arrived { place: Place::Amazon, packet });
            }
            let other = self.groups_at_end(subnet, &packet);
            let decision = self.account.decide_groups(&from.groups, Direction::Outbound, other, &packet);
            self.decided(Stage::Group, decision, Why::GroupEgress)?;
        }
        let sender = Sender { subnet, who: Who::Interface(from), groups: Some(&from.groups) };
        self.leave(sender, packet)
    }

    /// A packet of the internet.
    pub(crate) fn in_from_internet(&mut self, packet: Packet) -> Ended<Arrived> {
        let word = if matches!(self.flow, Flow::Answer(_)) { "answered" } else { "sent" };
        self.step(Stage::Sent, None, format!("{word} from the internet"));
        if !is_public(packet.source) {
            let text = "the internet has no such source address";
            return self.drop(Why::PrivateAddress, Stage::Gateway, None, text);
        }
        self.enter_from_internet(packet)
    }

    /// What a service behind a gateway endpoint answers.
    pub(crate) fn back_from_service(&mut self, to: &'a Interface, packet: Packet) -> Ended<Arrived> {
        self.step(Stage::Sent, None, "answered by the service".to_owned());
        let subnet = self.subnet(&to.subnet)?;
        self.acl(subnet, Direction::Inbound, &packet)?;
        self.arrive(to, packet, None)
    }

    /// From the internet to whoever has a public address.
    pub(crate) fn enter_from_internet(&mut self, mut packet: Packet) -> Ended<Arrived> {
        let Some((to, own)) = self.account.interface_of_public(packet.destination) else {
            return self.nobodys(&packet);
        };
        let gateways = self.account.internet_gateways.iter();
        let egress_only = self.account.egress_only.iter();
        // What an egress-only gateway lets out is answered through it.
        let is_answer = matches!(self.flow, Flow::Answer(_)) && packet.destination.is_ipv6();
        let all = gateways.chain(egress_only.filter(|_| is_answer));
        let Some((gateway, _)) = all.into_iter().find(|(_, it)| it.is_attached(&to.vpc)) else {
            return match self.account.completeness.is_all_of("InternetGateways", &to.vpc) {
                true => {
                    let text = format!("{} has no internet gateway", to.vpc);
                    self.drop(Why::NotAttached, Stage::Gateway, None, &text)
                }
                false => self.unknown(
                    Stage::Gateway,
                    None,
                    &format!("no internet gateway of `{}` is described", to.vpc),
                ),
            };
        };
        self.not_blocked(gateway)?;
        let mut edges = self.account.tables.values().filter(|it| {
            it.associations.iter().any(|it| it.is_there() && it.gateway_id.as_ref() == Some(gateway))
        });
        if let Some(edge) = edges.next() {
            match self.account.way_by(edge, own) {
                Ok(None | Some(Way { target: Target::Local, .. })) => {}
                Ok(Some(Way { target: Target::By(id) | Target::Gone(id), .. })) => {
                    let text = format!("what `{id}` does with what comes in is not known");
                    return self.unknown(Stage::Route, Some(&edge.route_table_id), &text);
                }
                Err(text) => return self.unknown(Stage::Route, Some(&edge.route_table_id), &text),
            }
        }
        packet.destination = own;
        let passes = if to.may_be_public { Passes::Perhaps } else { Passes::Yes };
        let text = match to.may_be_public {
            true => format!("whether {} has a public address is not known", to.title()),
            false => format!("enters {} for {own}", to.vpc),
        };
        self.hops.push(Hop { stage: Stage::Gateway, id: Some(gateway.clone()), text, passes });
        let subnet = self.subnet(&to.subnet)?;
        self.acl(subnet, Direction::Inbound, &packet)?;
        self.arrive(to, packet, None)
    }

    fn nobodys<T>(&mut self, packet: &Packet) -> Ended<T> {
        let address = packet.destination;
        if !is_public(address) {
            let text = "the internet knows no such address: the interface has no public one";
            return self.drop(Why::NotMapped, Stage::Gateway, None, text);
        }
        let text = format!("no interface has the public address {address}");
        match self.account.completeness.is_all_everywhere("NetworkInterfaces") {
            true => self.drop(Why::NobodysPublicAddress, Stage::Gateway, None, &text),
            false => self.unknown(Stage::Gateway, None, &format!("{text} of those that are described")),
        }
    }

    /// Into the subnet of whoever has the address in a VPC.
    pub(crate) fn enter(&mut self, vpc: &str, packet: Packet, sender: Option<&Groups>) -> Ended<Arrived> {
        let Some(to) = self.account.interface_at(vpc, packet.destination) else {
            return self.nobody(vpc, &packet);
        };
        let subnet = self.subnet(&to.subnet)?;
        self.acl(subnet, Direction::Inbound, &packet)?;
        self.arrive(to, packet, sender)
    }

    pub(crate) fn nobody<T>(&mut self, vpc: &str, packet: &Packet) -> Ended<T> {
        let text = format!("no interface of {vpc} has the address {}", packet.destination);
        match self.account.completeness.is_all_of("NetworkInterfaces", vpc) {
            true => self.drop(Why::NobodyThere, Stage::Arrives, None, &text),
            false => self.unknown(Stage::Arrives, None, &format!("{text} of those that are described")),
        }
    }

    /// At an interface. `sender` is what rules know the sender by, if they do.
    pub(crate) fn arrive(
        &mut self,
        to: &'a Interface,
        packet: Packet,
        sender: Option<&Groups>,
    ) -> Ended<Arrived> {
        if let Of::NatGateway(nat) = &to.of {
            return self.back_through_nat(nat, to, &packet);
        }
        let text = match &self.flow {
            Flow::Opening(_) => {
                let decision = self.account.decide_groups(&to.groups, Direction::Inbound, sender, &packet);
                self.decided(Stage::Group, decision, Why::GroupIngress)?;
                format!("at {}", to.title())
            }
            Flow::Answer(_) => format!("at {}; its groups remember the connection", to.title()),
        };
        self.step(Stage::Arrives, Some(&to.id), text);
        Ok(Arrived { place: Place::Interface(to.id.clone()), packet })
    }

    /// What a NAT gateway does with what is sent to it: it knows whose it is, or drops it.
    fn back_through_nat(&mut self, nat: &str, at: &'a Interface, packet: &Packet) -> Ended<Arrived> {
        let known = match &self.flow {
            Flow::Answer(sessions) => sessions
                .iter()
                .find(|it| it.nat == nat && it.outside.reply() == Some(*packet))
                .and_then(|it| it.inside.reply()),
            Flow::Opening(_) => None,
        };
        let Some(inside) = known else {
            let text = "lets nothing in that was not asked for";
            return self.drop(Why::Unsolicited, Stage::Gateway, Some(nat), text);
        };
        let text = format!("knows the connection, and sends it on to {}", inside.destination);
        self.step(Stage::Gateway, Some(nat), text);
        let subnet = self.subnet(&at.subnet)?;
        self.leave(Sender { subnet, who: Who::Nat(at), groups: None }, inside)
    }

    pub(crate) fn subnet(&mut self, id: &str) -> Ended<&'a Subnet> {
        match self.account.subnets.get(id) {
            Some(subnet) => Ok(subnet),
            None => self.unknown(Stage::Sent, None, &format!("the subnet `{id}` is not described")),
        }
    }

    pub(crate) fn acl(&mut self, subnet: &Subnet, direction: Direction, packet: &Packet) -> Ended<()> {
        let decision = self.account.decide_acl(subnet, direction, packet);
        self.decided(Stage::Acl, decision, direction.pick(Why::AclIngress, Why::AclEgress))
    }

    /// Whether an account blocks public access. What is exempt from that is not looked at.
    pub(crate) fn not_blocked(&mut self, gateway: &str) -> Ended<()> {
        match &self.account.blocked {
            None => Ok(()),
            Some(mode) => {
                let text =
                    format!("public access is blocked (`{mode}`), and what is exempt is not looked at");
                self.unknown(Stage::Gateway, Some(gateway), &text)
            }
        }
    }

    pub(crate) fn decided(&mut self, stage: Stage, decision: Decision, why: Why) -> Ended<()> {
        let Decision { passes, id, text } = decision;
        self.hops.push(Hop { stage, id, text, passes });
        if passes == Passes::No { Err(Outcome::Dropped(why)) } else { Ok(()) }
    }

    pub(crate) fn step(&mut self, stage: Stage, id: Option<&str>, text: String) {
        self.hops.push(Hop { stage, id: id.map(str::to_owned), text, passes: Passes::Yes });
    }

    pub(crate) fn drop<T>(&mut self, why: Why, stage: Stage, id: Option<&str>, text: &str) -> Ended<T> {
        let (id, text) = (id.map(str::to_owned), text.to_owned());
        self.hops.push(Hop { stage, id, text, passes: Passes::No });
        Err(Outcome::Dropped(why))
    }

    pub(crate) fn unknown<T>(&mut self, stage: Stage, id: Option<&str>, text: &str) -> Ended<T> {
        let (id, text) = (id.map(str::to_owned), text.to_owned());
        self.hops.push(Hop { stage, id, text: text.clone(), passes: Passes::Perhaps });
        Err(Outcome::Unknown(text))
    }
}
