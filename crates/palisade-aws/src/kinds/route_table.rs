//! Route tables, as EC2 speaks of them: one parameter for each kind of hop.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, Filter, ResourceType, Route, RouteOrigin};
use palisade_core::kinds::route_table::{Call, Hop, RouteTable, Target};
use palisade_core::live::Found;
use palisade_core::{CloudError, Key, Kind, Known, Learned, State};

use crate::answer::{by_family, cidr, given, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// The largest page that EC2 gives of route tables.
const PAGE: i32 = 100;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc } => {
            let request = aws.writes.create_route_table().vpc_id(resolved(known, vpc)?);
            let request = request.client_token(aws.client_token(stamp));
            let request = request.tag_specifications(tags::specification(ResourceType::RouteTable, stamp));
            let answer = request.send().await.map_err(writing("ec2:CreateRouteTable"))?;
            let id = answer.route_table.and_then(|it| it.route_table_id);
            new_id(stamp, id, "CreateRouteTable", "RouteTableId")
        }
        Call::CreateRoute { table, to, via } => {
            let hop = HopFields::of(via, known)?;
            let (v4, v6) = by_family(*to);
            let request = aws.writes.create_route().route_table_id(resolved(known, table)?);
            let request = request.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6);
            let request = request.set_gateway_id(hop.gateway).set_nat_gateway_id(hop.nat_gateway);
            let request = request.set_transit_gateway_id(hop.transit_gateway).set_instance_id(hop.instance);
            let request =
                request.set_vpc_peering_connection_id(hop.peering).set_vpc_endpoint_id(hop.endpoint);
            let request = request.set_network_interface_id(hop.network_interface);
            let request = request.set_egress_only_internet_gateway_id(hop.egress_only_gateway);
            request.send().await.map(nothing).map_err(writing("ec2:CreateRoute"))
        }
        Call::ReplaceRoute { table, to, via } => {
            let hop = HopFields::of(via, known)?;
            let (v4, v6) = by_family(*to);
            let request = aws.writes.replace_route().route_table_id(resolved(known, table)?);
            let request = request.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6);
            let request = request.set_gateway_id(hop.gateway).set_nat_gateway_id(hop.nat_gateway);
            let request = request.set_transit_gateway_id(hop.transit_gateway).set_instance_id(hop.instance);
            let request =
                request.set_vpc_peering_connection_id(hop.peering).set_vpc_endpoint_id(hop.endpoint);
            let request = request.set_network_interface_id(hop.network_interface);
            let request = request.set_egress_only_internet_gateway_id(hop.egress_only_gateway);
            request.send().await.map(nothing).map_err(writing("ec2:ReplaceRoute"))
        }
        Call::DeleteRoute { table, to } => {
            let (v4, v6) = by_family(*to);
            let request = aws.writes.delete_route().route_table_id(resolved(known, table)?);
            let request = request.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteRoute"))
        }
        Call::Delete { table } => {
            let request = aws.writes.delete_route_table().route_table_id(resolved(known, table)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteRouteTable"))
        }
    }
}

/// A next hop as the request has it: exactly one is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct HopFields {
    gateway: Option<String>,
    nat_gateway: Option<String>,
    egress_only_gateway: Option<String>,
    transit_gateway: Option<String>,
    peering: Option<String>,
    endpoint: Option<String>,
    network_interface: Option<String>,
    instance: Option<String>,
}

impl HopFields {
    fn of(hop: &Hop, known: &Known) -> Result<HopFields, CloudError> {
        let mut fields = HopFields::default();
        let (field, id) = match hop {
            Hop::InternetGateway(gateway) => (&mut fields.gateway, resolved(known, gateway)?),
            Hop::NatGateway(nat) => (&mut fields.nat_gateway, resolved(known, nat)?),
            Hop::EgressOnlyGateway(gateway) => (&mut fields.egress_only_gateway, resolved(known, gateway)?),
            Hop::Existing(id) => {
                let field = match id.split_once('-').map(|(prefix, _)| prefix) {
                    Some("igw" | "vgw") => &mut fields.gateway,
                    Some("nat") => &mut fields.nat_gateway,
                    Some("eigw") => &mut fields.egress_only_gateway,
                    Some("tgw") => &mut fields.transit_gateway,
                    Some("pcx") => &mut fields.peering,
                    Some("vpce") => &mut fields.endpoint,
                    Some("eni") => &mut fields.network_interface,
                    Some("i") => &mut fields.instance,
                    _ => return Err(CloudError::Unusable(format!("a route cannot lead to `{id}`"))),
                };
                (field, id.into())
            }
        };
        *field = Some(id.into_owned());
        Ok(fields)
    }
}

/// Asks for the tables that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::RouteTable>, CloudError> {
    let pages = aws.reads.describe_route_tables().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeRouteTables"))
}

/// A subnet's explicit association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableAssociation {
    /// The association's own id.
    pub(crate) id: String,
    /// The table.
    pub(crate) table: String,
}

/// Returns each subnet's explicit association; AWS does not list the implicit ones.
pub(crate) fn associations(tables: &[types::RouteTable]) -> BTreeMap<String, TableAssociation> {
    let of_table = |table: &types::RouteTable| {
        let valid = table.associations().iter().filter(|it| {
            let state = it.association_state().and_then(|it| it.state());
            !matches!(state.map(|it| it.as_str()), Some("disassociating" | "disassociated" | "failed"))
        });
        let association = |it: &types::RouteTableAssociation| {
            let id = it.route_table_association_id()?.to_owned();
            let table = it.route_table_id().or(table.route_table_id())?.to_owned();
            Some((it.subnet_id()?.to_owned(), TableAssociation { id, table }))
        };
        valid.filter_map(association).collect::<Vec<_>>()
    };
    tables.iter().flat_map(of_table).collect()
}

/// Returns whether subnets without an association follow the table.
pub(crate) fn is_main(table: &types::RouteTable) -> bool {
    table.associations().iter().any(|it| it.main() == Some(true))
}

/// Reads one table; `account` is ours.
pub(crate) fn found(table: &types::RouteTable, account: &str) -> Result<Found, CloudError> {
    let operation = "DescribeRouteTables";
    let mut routes = BTreeMap::new();
    for it in table.routes().iter().filter(|it| !is_aws_own(it, account)) {
        let blocks = [it.destination_cidr_block(), it.destination_ipv6_cidr_block()];
        // What is left are routes to prefix lists, of which the blueprint has no word.
        let Some(to) = blocks.into_iter().flatten().find(|it| !it.is_empty()) else { continue };
        routes.insert(cidr(to, operation)?, target(it));
    }
    let vpc = Key::new(Kind::Vpc, given(table.vpc_id(), operation, "VpcId")?);
    Ok(Found {
        id: given(table.route_table_id(), operation, "RouteTableId")?.to_owned(),
        state: State::Usable,
        spec: RouteTable { vpc, routes }.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(table.tags()),
    })
}

/// Returns whether AWS itself keeps the route: the local ones, propagated and advertised ones, a gateway endpoint's,
/// a VPC Lattice service network's, and those to an interface that AWS attached.
fn is_aws_own(route: &Route, account: &str) -> bool {
    let gateway = route.gateway_id().unwrap_or_default();
    let is_dynamic =
        matches!(route.origin(), Some(RouteOrigin::EnableVgwRoutePropagation | RouteOrigin::Advertisement));
    let of_endpoint = route.destination_prefix_list_id().is_some() && gateway.starts_with("vpce-");
    let of_other_account = route.instance_owner_id().is_some_and(|it| !it.is_empty() && it != account);
    let of_service = route.nat_gateway_id().is_none() && of_other_account;
    gateway == "local" || gateway == "VpcLattice" || is_dynamic || of_endpoint || of_service
}

/// Reads a route's hop. A black hole keeps the id of what was there, so it reads back as that: if it was a NAT gateway
/// of ours, no key stands for the dead id any more and the route differs from what is wanted; if it was an existing
/// hop of the author's, there is nothing that palisade could do about it.
fn target(route: &Route) -> Target {
    let given = |it: Option<&str>| it.filter(|it| !it.is_empty()).map(str::to_owned);
    if let Some(nat) = given(route.nat_gateway_id()) {
        // Comes with the gateway's interface.
        return Target::NatGateway(Key::new(Kind::NatGateway, nat));
    }
    if let Some(gateway) = given(route.gateway_id()).filter(|it| it.starts_with("igw-")) {
        return Target::InternetGateway(Key::new(Kind::InternetGateway, gateway));
    }
    if let Some(gateway) = given(route.egress_only_internet_gateway_id()) {
        return Target::EgressOnlyGateway(Key::new(Kind::EgressOnlyGateway, gateway));
    }
    let others = [
        route.gateway_id(),
        route.transit_gateway_id(),
        route.vpc_peering_connection_id(),
        route.local_gateway_id(),
        route.carrier_gateway_id(),
        route.core_network_arn(),
        route.odb_network_arn(),
        // An instance comes with its interface, an interface not always with an instance.
        route.network_interface_id(),
        route.instance_id(),
    ];
    Target::Existing(others.into_iter().find_map(given).unwrap_or_else(|| "nothing".to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::builders::RouteBuilder;
    use aws_sdk_ec2::types::{
        RouteState, RouteTableAssociation, RouteTableAssociationState, RouteTableAssociationStateCode,
    };

    use super::*;

    /// Reads a table and writes its routes, one in a line.
    fn routes(routes: impl IntoIterator<Item = RouteBuilder>) -> String {
        let routes = routes.into_iter().map(RouteBuilder::build).collect();
        let table =
            types::RouteTable::builder().route_table_id("rtb-1").vpc_id("vpc-1").set_routes(Some(routes));
        let found = found(&table.build(), "111122223333").expect("a table");
        let palisade_core::Spec::RouteTable(table) = found.spec else { panic!("a table") };
        table.routes.iter().map(|(to, via)| format!("{to} via {via}\n")).collect()
    }

    fn to(block: &str) -> RouteBuilder {
        Route::builder()
            .destination_cidr_block(block)
            .state(RouteState::Active)
            .origin(RouteOrigin::CreateRoute)
    }

    #[test]
    fn every_hop_is_read() {
        let routes = routes([
            to("0.0.0.0/0").gateway_id("igw-1"),
            to("10.1.0.0/16").nat_gateway_id("nat-1").network_interface_id("eni-0"),
            to("10.2.0.0/16").transit_gateway_id("tgw-1"),
            to("10.3.0.0/16").vpc_peering_connection_id("pcx-1"),
            to("10.4.0.0/16").gateway_id("vgw-1"),
            to("10.5.0.0/16").gateway_id("vpce-1"),
            to("10.6.0.0/16")
                .network_interface_id("eni-1")
                .instance_id("i-1")
                .instance_owner_id("111122223333"),
            Route::builder().destination_ipv6_cidr_block("::/0").egress_only_internet_gateway_id("eigw-1"),
        ]);
        insta::assert_snapshot!(routes, @r"
        0.0.0.0/0 via igw.igw-1
        10.1.0.0/16 via nat.nat-1
        10.2.0.0/16 via tgw-1
        10.3.0.0/16 via pcx-1
        10.4.0.0/16 via vgw-1
        10.5.0.0/16 via vpce-1
        10.6.0.0/16 via eni-1
        ::/0 via eigw.eigw-1
        ");
    }

    #[test]
    fn what_aws_keeps_itself_is_left_out() {
        let routes = routes([
            to("10.0.0.0/16").gateway_id("local").origin(RouteOrigin::CreateRouteTable),
            to("10.1.0.0/16").gateway_id("vgw-1").origin(RouteOrigin::EnableVgwRoutePropagation),
            to("10.2.0.0/16").gateway_id("vgw-1").origin(RouteOrigin::Advertisement),
            to("10.3.0.0/16").network_interface_id("eni-1").instance_owner_id("amazon-aws"),
            to("169.254.171.0/24").gateway_id("VpcLattice"),
            Route::builder().destination_prefix_list_id("pl-1").gateway_id("vpce-1"),
            Route::builder().destination_prefix_list_id("pl-2").transit_gateway_id("tgw-1"),
        ]);
        assert_eq!(routes, "");
    }

    #[test]
    fn a_black_hole_reads_back_as_what_was_there() {
        let black_hole = to("0.0.0.0/0").nat_gateway_id("nat-dead").state(RouteState::Blackhole);
        assert_eq!(routes([black_hole]), "0.0.0.0/0 via nat.nat-dead\n");
        assert_eq!(routes([to("10.0.0.0/8").state(RouteState::Blackhole)]), "10.0.0.0/8 via nothing\n");
    }

    #[test]
    fn only_sound_explicit_associations_count() {
        let association = |id: &str, subnet: &str, state: RouteTableAssociationStateCode| {
            let state = RouteTableAssociationState::builder().state(state).build();
            let it = RouteTableAssociation::builder().route_table_association_id(id).route_table_id("rtb-1");
            it.subnet_id(subnet).association_state(state).build()
        };
        let main =
            RouteTableAssociation::builder().route_table_association_id("rtbassoc-0").main(true).build();
        let table = types::RouteTable::builder()
            .route_table_id("rtb-1")
            .associations(main)
            .associations(association("rtbassoc-1", "subnet-1", RouteTableAssociationStateCode::Associated))
            .associations(association(
                "rtbassoc-2",
                "subnet-2",
                RouteTableAssociationStateCode::Disassociating,
            ))
            .build();
        assert!(is_main(&table));
        let expected = TableAssociation { id: "rtbassoc-1".to_owned(), table: "rtb-1".to_owned() };
        assert_eq!(associations(&[table]), BTreeMap::from([("subnet-1".to_owned(), expected)]));
    }
}
