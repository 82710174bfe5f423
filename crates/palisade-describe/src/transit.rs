//! Through transit gateways.

use core::net::IpAddr;

use palisade_core::traffic::Direction;
use palisade_verify::{Packet, Stage};

use crate::account::Account;
use crate::interface::Groups;
use crate::leaving::{Sender, Who};
use crate::topics::network::Subnet;
use crate::topics::transit::{Attachment, Partner, RouteTable};
use crate::trace::Outcome;
use crate::walk::{Arrived, Ended, Walk};
use crate::why::Why;

/// Where a transit gateway's table leads.
enum Way<'a> {
    To(String, Vec<&'a Partner>),
    BlackHole(String),
    None,
}

/// A route that matches, better the less it is: how much of the address it leaves open, and whether it is propagated.
type Rank = (u8, bool);

impl<'a> Walk<'a> {
    /// By a transit gateway: it has an interface in one subnet of each zone, and takes what is sent in these zones only
    /// (transit gateway guide, "VPC attachments").
    pub(crate) fn by_transit_gateway(
        &mut self,
        sender: Sender<'a>,
        id: &str,
        packet: Packet,
    ) -> Ended<Arrived> {
        let vpc = &sender.subnet.vpc_id;
        let is_its =
            |it: &&Attachment| it.transit_gateway_id.as_deref() == Some(id) && it.vpc() == Some(vpc.as_str());
        let Some(attachment) = self.account.attachments.iter().find(is_its) else {
            let keys = ["TransitGatewayAttachments", "TransitGatewayVpcAttachments"];
            return match keys.iter().any(|it| self.account.completeness.is_all_of(it, vpc)) {
                true => self.drop(
                    Why::BlackHole,
                    Stage::Gateway,
                    Some(id),
                    &format!("{vpc} is not attached to it"),
                ),
                false => {
                    self.unknown(Stage::Gateway, Some(id), &format!("no attachment of `{vpc}` is described"))
                }
            };
        };
        let own_id = &attachment.transit_gateway_attachment_id;
        if !attachment.is_usable() {
            let text = format!("is {}", attachment.state.as_deref().unwrap_or_default());
            return self.drop(Why::BlackHole, Stage::Gateway, Some(own_id), &text);
        }
        let places = self.places(attachment)?;
        let zone = sender.subnet.zone();
        let Some(place) = places.iter().find(|it| it.zone() == zone) else {
            let text = format!("has no subnet in {}, where this is sent", zone.unwrap_or("the zone"));
            return self.drop(Why::TransitZone, Stage::Gateway, Some(own_id), &text);
        };
        self.acl(place, Direction::Inbound, &packet)?;
        self.step(Stage::Gateway, Some(own_id), format!("takes it to {id}"));
        self.through(attachment, packet, (sender, zone))
    }

    /// The subnets of an attachment.
    fn places(&mut self, attachment: &Attachment) -> Ended<Vec<&'a Subnet>> {
        let id = &attachment.transit_gateway_attachment_id;
        let Some(ids) = &attachment.subnet_ids else {
            let text = format!("in which subnets `{id}` is is not described");
            return self.unknown(Stage::Gateway, Some(id), &text);
        };
        let places = ids.iter().map(|it| self.subnet(it));
        let places: Vec<&Subnet> = places.collect::<Ended<_>>()?;
        match places.iter().find(|it| it.zone().is_none()) {
            None => Ok(places),
            Some(it) => {
                let text = format!("the zone of `{}` is not described", it.subnet_id);
                self.unknown(Stage::Gateway, Some(id), &text)
            }
        }
    }

    /// From one attachment to another one.
    fn through(
        &mut self,
        from: &'a Attachment,
        packet: Packet,
        (sender, zone): (Sender<'a>, Option<&'a str>),
    ) -> Ended<Arrived> {
        let table = self.transit_table(from)?;
        let id = Some(table.transit_gateway_route_table_id.as_str());
        let (to, partners) = match self.account.transit_way(table, packet.destination) {
            Ok(Way::To(to, partners)) => (to, partners),
            Ok(Way::BlackHole(to)) => {
                let text = format!("route to {to} is a black hole");
                return self.drop(Why::BlackHole, Stage::Route, id, &text);
            }
            Ok(Way::None) => return self.drop(Why::TransitNoRoute, Stage::Route, id, "no route leads there"),
            Err(text) => return self.unknown(Stage::Route, id, &text),
        };
        let [partner] = partners[..] else {
            let text = format!("route to {to} leads to {} attachments, and any may be taken", partners.len());
            return self.unknown(Stage::Route, id, &text);
        };
        let onto = &partner.transit_gateway_attachment_id;
        self.step(Stage::Route, id, format!("route to {to} by {onto}"));
        let all = || self.account.attachments.iter().filter(|it| it.transit_gateway_attachment_id == *onto);
        let kind = partner.resource_type.as_deref().or_else(|| all().next()?.resource_type.as_deref());
        if kind == Some("peering") {
            let far = all().find(|it| it.transit_gateway_id != from.transit_gateway_id);
            self.n_left = self.n_left.saturating_sub(1);
            return match far.filter(|_| 0 < self.n_left) {
                Some(far) => self.through(far, packet, (Sender { groups: None, ..sender }, None)),
                None => self.dangling(onto),
            };
        }
        let Some(there) = all().find(|it| it.vpc().is_some()) else {
            let text = format!("what lies beyond `{onto}` is not described");
            return self.unknown(Stage::Gateway, Some(onto), &text);
        };
        let groups = sender.groups.filter(|_| self.account.keeps_groups(from, there));
        self.out_of_transit(there, packet, groups, zone)
    }

    /// The table that an attachment follows.
    fn transit_table(&mut self, attachment: &Attachment) -> Ended<&'a RouteTable> {
        let id = &attachment.transit_gateway_attachment_id;
        let told = attachment.association.as_ref();
        let tables = || {
            let of_gateway = |it: &&RouteTable| {
                it.transit_gateway_id.is_none() || it.transit_gateway_id == attachment.transit_gateway_id
            };
            self.account.transit_tables.values().filter(of_gateway)
        };
        let lists_it = |it: &&RouteTable| {
            let mut partners = it.associations.iter().flatten();
            partners.any(|it| it.transit_gateway_attachment_id == *id && it.is_there())
        };
        let listed = tables().find(lists_it);
        match (told.and_then(|it| it.table()), listed) {
            (Some(table), _) => match self.account.transit_tables.get(table) {
                Some(table) => Ok(table),
                None => self.dangling(table),
            },
            (None, Some(table)) => Ok(table),
            (None, None) if told.is_some() || tables().any(|it| it.associations.is_some()) => {
                let text = "is associated with no route table of the transit gateway";
                self.drop(Why::TransitUnassociated, Stage::Gateway, Some(id), text)
            }
            (None, None) => {
                let text = format!("which route table `{id}` is associated with is not described");
                self.unknown(Stage::Gateway, Some(id), &text)
            }
        }
    }

    /// Into a VPC: by the attachment's subnet in the zone of the sender, or else by any of them. There the packet follows
    /// that subnet's table.
    fn out_of_transit(
        &mut self,
        there: &'a Attachment,
        packet: Packet,
        groups: Option<&'a Groups>,
        zone: Option<&str>,
    ) -> Ended<Arrived> {
        let id = &there.transit_gateway_attachment_id;
        if !there.is_usable() {
            let text = format!("is {}", there.state.as_deref().unwrap_or_default());
            return self.drop(Why::BlackHole, Stage::Gateway, Some(id), &text);
        }
        let vpc = there.vpc().unwrap_or_default();
        self.described(vpc)?;
        let mut places = self.places(there)?;
        if let Some(same) = places.iter().position(|it| zone.is_some() && it.zone() == zone) {
            places = vec![places[same]];
        }
        let mut ways: Vec<(Ended<Arrived>, Walk<'a>)> = Vec::new();
        for subnet in places {
            let mut walk = self.clone();
            walk.step(Stage::Gateway, Some(id), format!("into {vpc} by {}", subnet.subnet_id));
            let ended = walk.leave(Sender { subnet, who: Who::Attachment, groups }, packet);
            ways.push((ended, walk));
        }
        let Some((first, _)) = ways.first() else { return self.dangling(id) };
        let word = |it: &Ended<Arrived>| it.as_ref().map(|it| it.place.clone()).map_err(Outcome::as_str);
        if ways.iter().any(|(it, _)| word(it) != word(first)) {
            let text =
                format!("by which of its subnets `{id}` leads into `{vpc}` is not known, and they differ");
            return self.unknown(Stage::Gateway, Some(id), &text);
        }
        let (ended, walk) = ways.swap_remove(0);
        *self = walk;
        ended
    }
}

impl Account {
    /// Returns whether rules of groups know senders of one attachment behind the other one: the transit gateway and
    /// both must be set so, and a transit gateway is not unless somebody asks for it (transit gateway guide, "Security
    /// group referencing support").
    fn keeps_groups(&self, from: &Attachment, to: &Attachment) -> bool {
        let gateway = from.transit_gateway_id.as_ref().and_then(|it| self.transit_gateways.get(it));
        let is_set = |it: &Option<String>| it.as_deref() == Some("enable");
        let is_not_unset =
            |it: &Attachment| it.options.security_group_referencing_support.as_deref() != Some("disable");
        gateway.is_some_and(|it| is_set(&it.options.security_group_referencing_support))
            && is_not_unset(from)
            && is_not_unset(to)
    }

    /// Returns where a transit gateway's table leads: the longest prefix, static routes before propagated ones.
    fn transit_way<'t>(&'t self, table: &'t RouteTable, to: IpAddr) -> Result<Way<'t>, String> {
        let id = &table.transit_gateway_route_table_id;
        let lists_static = self.completeness.has("TransitGatewayStaticRoutes");
        let propagations = || table.transit_gateway_route_table_propagations.iter().flatten();
        let is_known = table.routes.is_some()
            || (table.transit_gateway_route_table_propagations.is_some() && lists_static);
        if !is_known || table.additional_routes_available {
            return Err(format!("the routes of `{id}` are not all described"));
        }
        let bits = if to.is_ipv6() { 128 } else { 32 };
        let routes = || table.routes.iter().flatten().filter(|it| it.is_there());
        let mut ways: Vec<(Rank, Way<'t>)> = Vec::new();
        for route in routes() {
            let Some(block) = route.block().filter(|it| it.contains(&to)) else { continue };
            let way = match route.is_blackhole() {
                true => Way::BlackHole(block.to_string()),
                false => Way::To(block.to_string(), route.transit_gateway_attachments.iter().collect()),
            };
            ways.push(((bits - block.prefix_len(), route.is_propagated()), way));
        }
        // A search lists propagated routes too; where only static ones are told, attachments propagate their VPC's blocks.
        if !routes().any(|it| it.is_propagated()) {
            for partner in propagations().filter(|it| it.is_there()) {
                let vpc = partner.resource_id.as_deref().filter(|it| self.vpcs.contains_key(*it));
                let Some(vpc) = vpc else {
                    let who = &partner.transit_gateway_attachment_id;
                    return Err(format!("what `{who}` propagates to `{id}` is not described"));
                };
                for block in self.blocks(vpc).iter().filter(|it| it.contains(&to)) {
                    let rank = (bits - block.prefix_len(), true);
                    ways.push((rank, Way::To(format!("{block} (propagated)"), vec![partner])));
                }
            }
        }
        let best = ways.into_iter().min_by_key(|(rank, _)| *rank);
        Ok(best.map_or(Way::None, |(_, way)| way))
    }
}
