//! What is in the VPC and not ours is never touched; where it clashes or blocks, it is named.

use serde_json::{Value, json};

use crate::fixture::{World, edited, network_of, shipped};

/// The slot of `private-training` that its third zone would take.
const THIRD_SLOT: &str = "10.20.32.0/20";

/// Strangers in the network of `private-training`.
struct Strangers {
    subnet: String,
    group: String,
    interface: String,
    table: String,
}

impl Strangers {
    fn ids(&self) -> [&str; 4] {
        [&self.subnet, &self.group, &self.interface, &self.table]
    }
}

/// Applies `private-training` and lets somebody else build into its VPC: a subnet with a table, a group, and an
/// interface of our subnet and group.
fn inhabited(subnet: &str) -> (World, Strangers) {
    let world = World::new(&network_of("private-training"));
    world.apply();
    let ids = world.ids();
    let vpc = ids.of("vpc.main");
    let text =
        |answer: &Value, path: &str| answer.pointer(path).and_then(Value::as_str).expect("an id").to_owned();
    let subnet = world.aws("create_subnet", &json!({ "VpcId": vpc, "CidrBlock": subnet }));
    let group = json!({ "VpcId": vpc, "GroupName": "by-hand", "Description": "by hand" });
    let group = world.aws("create_security_group", &group);
    let table = world.aws("create_route_table", &json!({ "VpcId": vpc }));
    let our_group = ids.of("security-group.training");
    let interface = json!({ "SubnetId": ids.of("subnet.training@a"), "Groups": [our_group] });
    let interface = world.aws("create_network_interface", &interface);
    let strangers = Strangers {
        subnet: text(&subnet, "/Subnet/SubnetId"),
        group: text(&group, "/GroupId"),
        interface: text(&interface, "/NetworkInterface/NetworkInterfaceId"),
        table: text(&table, "/RouteTable/RouteTableId"),
    };
    let association = json!({ "RouteTableId": strangers.table, "SubnetId": strangers.subnet });
    world.aws("associate_route_table", &association);
    world.snapshot("before.json");
    (world, strangers)
}

/// Runs palisade, which must end with `code`, and returns the messages of the problems it names.
fn problems(world: &World) -> Vec<String> {
    let plan = world.document(1, &["plan", "--detailed-exitcode"]);
    let problems = plan["problems"].as_array().expect("a list").iter();
    problems.map(|it| it["message"].as_str().expect("a message").to_owned()).collect()
}

#[test]
fn survives_an_apply_and_is_listed() {
    let (mut world, strangers) = inhabited("10.20.128.0/24");
    world.has_nothing_to_do();
    world.write(&edited(&network_of("private-training"), "\"ml-platform\"", "\"research\""));
    world.apply();
    world.is_built(&[&["--foreign"], &strangers.ids()[..]].concat());
    let ours = world.ids().0;
    world.is_unchanged("before.json", &ours.keys().map(String::as_str).collect::<Vec<_>>());
    let drift = world.document(0, &["drift", "--detailed-exitcode"]);
    let foreign: Vec<&Value> =
        drift["foreign"].as_array().expect("a list").iter().map(|it| &it["id"]).collect();
    for id in strangers.ids() {
        assert!(foreign.contains(&&json!(id)), "{id} is not in {foreign:?}");
    }
}

#[test]
fn is_named_where_it_clashes() {
    let (mut world, strangers) = inhabited(THIRD_SLOT);
    world.write(&edited(&network_of("private-training"), "[\"a\", \"b\"]", "[\"a\", \"b\", \"c\"]"));
    let clash = format!(
        "`subnet.training@c` cannot exist beside `{}`, which is not this blueprint's",
        strangers.subnet
    );
    assert_eq!(problems(&world), [clash]);
    world.ends(1, &["apply", "--yes"]);
    world.is_unchanged("before.json", &[]);
}

#[test]
fn is_named_where_it_blocks() {
    let (mut world, strangers) = inhabited("10.20.128.0/24");
    world.write(&edited(&network_of("private-training"), "zones = [\"a\", \"b\"]", "zones = [\"b\"]"));
    let problems = problems(&world);
    assert!(
        matches!(problems.as_slice(), [it] if it.contains("`subnet.training@a`") && it.contains(&strangers.interface)),
        "{problems:?}"
    );
    world.ends(1, &["apply", "--yes"]);
    world.is_unchanged("before.json", &[]);
}

#[test]
fn keeps_a_network_from_being_destroyed() {
    let (world, strangers) = inhabited("10.20.128.0/24");
    let arguments = &["destroy", "--yes"];
    let ended = world.run(arguments).is(1, arguments);
    for id in strangers.ids() {
        assert!(ended.stdout.contains(id), "{id} is not named in:\n{}", ended.stdout);
    }
    world.is_unchanged("before.json", &[]);

    world.aws("delete_network_interface", &json!({ "NetworkInterfaceId": strangers.interface }));
    world.aws("delete_subnet", &json!({ "SubnetId": strangers.subnet }));
    let association = world.aws("describe_route_tables", &json!({ "RouteTableIds": [strangers.table] }));
    let association = association.pointer("/RouteTables/0/Associations/0/RouteTableAssociationId");
    if let Some(association) = association {
        // The quirk `association-outlives-subnet`.
        world.aws("disassociate_route_table", &json!({ "AssociationId": association }));
    }
    world.aws("delete_route_table", &json!({ "RouteTableId": strangers.table }));
    world.aws("delete_security_group", &json!({ "GroupId": strangers.group }));
    world.ends(0, &["destroy", "--yes"]);
    assert_eq!(world.ids().0.len(), 0);
}

/// Nobody says what lies beyond the gateways of others, which could be the internet.
const ASSUMED: &str = r#"
[[guarantees]]
name   = "no way out"
from   = "tier:training"
to     = "internet"
expect = "isolated"
assume = "those who have the gateways see to it"
"#;

/// The quirk `peering-filter`.
#[test]
fn is_looked_up_where_routes_lead_to_it() {
    let mut world = World::new(&shipped("minimal"));
    let made = |call: &str, with: &Value, pointer: &str| {
        let made = world.aws(call, with);
        made.pointer(pointer).and_then(Value::as_str).expect("an id").to_owned()
    };
    let vpc = made("describe_vpcs", &json!({}), "/Vpcs/0/VpcId");
    let subnet = made("describe_subnets", &json!({}), "/Subnets/0/SubnetId");
    let peering = json!({ "VpcId": vpc, "PeerVpcId": vpc });
    let ids = [
        made("create_transit_gateway", &json!({}), "/TransitGateway/TransitGatewayId"),
        made("create_vpc_peering_connection", &peering, "/VpcPeeringConnection/VpcPeeringConnectionId"),
        made("create_vpn_gateway", &json!({ "Type": "ipsec.1" }), "/VpnGateway/VpnGatewayId"),
        made(
            "create_network_interface",
            &json!({ "SubnetId": subnet }),
            "/NetworkInterface/NetworkInterfaceId",
        ),
    ];
    let others = ids.iter().map(|id| format!("{}-00000000000000bad", id.split('-').next().expect("a kind")));
    let others: Vec<String> = others.chain(["vpce-00000000000000bad".to_owned()]).collect();
    let to = |ids: &[String]| {
        let route = |(at, id): (usize, &String)| format!("{{ to = \"192.168.{at}.0/24\", via = \"{id}\" }}");
        let routes: Vec<String> = ids.iter().enumerate().map(route).collect();
        let tier = "[tiers.training]\n";
        edited(&shipped("minimal"), tier, &format!("{tier}routes = [{}]\n", routes.join(", "))) + ASSUMED
    };
    world.snapshot("before.json");

    world.write(&to(&others));
    let apply = ["apply", "--yes"];
    let refused = world.run(&apply).is(65, &apply);
    for id in &others {
        assert!(refused.stderr.contains(&format!("`{id}` in this region")), "{id}:\n{}", refused.stderr);
    }
    world.is_unchanged("before.json", &[]);

    world.write(&to(&ids));
    world.apply();
    let since = world.since("before.json");
    world.is_built(&[&since.each_ref().map(String::as_str)[..], &["--quirk", "no-route-on-modify"]].concat());
    world.has_nothing_to_do();
}
