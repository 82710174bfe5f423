//! What somebody changes by hand is seen, named, and mended by the next apply.

use serde_json::{Value, json};

use crate::fixture::{Ids, World, shipped};

/// One thing that somebody does by hand.
struct Deed {
    /// The request of boto3.
    call: &'static str,
    /// What it says.
    with: Value,
    /// The object that drifts.
    key: &'static str,
    /// The field by which `drift` names it.
    field: &'static str,
}

fn deed(call: &'static str, with: Value, key: &'static str, field: &'static str) -> Deed {
    Deed { call, with, key, field }
}

/// Does each deed to `ml-3az` in turn, and has it mended.
fn is_seen_named_and_mended(deeds: impl Fn(&World, &Ids) -> Vec<Deed>) {
    let world = World::new(&shipped("ml-3az"));
    world.apply();
    let ids = world.ids();
    for Deed { call, with, key, field } in deeds(&world, &ids) {
        world.snapshot("before.json");
        world.aws(call, &with);
        assert!(!world.differences(&[]).is_empty(), "{call} changed nothing");
        let drift = world.document(2, &["drift", "--detailed-exitcode"]);
        let objects = drift["objects"].as_array().expect("a list");
        let [object] = objects.as_slice() else { panic!("{call}: {objects:?}") };
        assert_eq!(object["key"], key, "{call}");
        let names = [&object["fields"], &object["tags"]].map(|it| it.as_array().expect("a list"));
        let names: Vec<&str> = names.into_iter().flatten().filter_map(|it| it["name"].as_str()).collect();
        assert!(names.iter().any(|it| it.contains(field)), "{call}: `{field}` is not in {names:?}");
        let human = world.ends(0, &["drift"]);
        assert!(human.contains(key), "{human}");

        world.apply();
        world.is_built(&[]);
        world.is_unchanged("before.json", &[key]);
        world.ends(0, &["drift", "--detailed-exitcode"]);
    }
}

/// Returns the id of the association of a subnet with its table or its ACL.
fn association(world: &World, subnet: &str, field: &str) -> Value {
    let snapshot = world.snapshot("associations.json");
    let associations = snapshot[subnet]["raw"]["Associations"].as_array().expect("a list").clone();
    associations.into_iter().find_map(|it| it.get(field).cloned()).expect("an association")
}

#[test]
fn of_groups_and_acls_is_mended() {
    is_seen_named_and_mended(|_, ids| {
        let app = ids.of("security-group.app");
        let ssh = json!({ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
        let to_all = json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
        let from_group = json!({
            "IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "UserIdGroupPairs": [{ "GroupId": app }],
        });
        let acl = ids.of("network-acl.data");
        let entry = json!({
            "NetworkAclId": acl, "RuleNumber": 50, "Egress": false, "Protocol": "-1", "RuleAction": "allow",
            "CidrBlock": "10.40.0.0/20",
        });
        let added = json!({
            "NetworkAclId": acl, "RuleNumber": 55, "Egress": true, "Protocol": "6", "RuleAction": "allow",
            "CidrBlock": "0.0.0.0/0", "PortRange": { "From": 25, "To": 25 },
        });
        let removed = json!({ "NetworkAclId": acl, "RuleNumber": 120, "Egress": true });
        let permission = |group: &str, it: Value| json!({ "GroupId": ids.of(group), "IpPermissions": [it] });
        let group = "security-group.app";
        vec![
            deed("authorize_security_group_ingress", permission(group, ssh), group, "inbound tcp 22"),
            deed("revoke_security_group_egress", permission(group, to_all), group, "outbound tcp 443"),
            deed(
                "revoke_security_group_ingress",
                permission("security-group.inference", from_group),
                "security-group.inference",
                "inbound tcp 8443",
            ),
            deed("replace_network_acl_entry", entry, "network-acl.data", "inbound 50"),
            deed("create_network_acl_entry", added, "network-acl.data", "outbound 55"),
            deed("delete_network_acl_entry", removed, "network-acl.data", "outbound 120"),
        ]
    });
}

#[test]
fn of_routes_and_attributes_is_mended() {
    is_seen_named_and_mended(|world, ids| {
        let table = |name: &str| ids.of(&format!("route-table.{name}")).to_owned();
        let removed = json!({ "RouteTableId": table("public"), "DestinationCidrBlock": "0.0.0.0/0" });
        let diverted = json!({
            "RouteTableId": table("app@a"), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": ids.of("nat.main@b"),
        });
        let added = json!({
            "RouteTableId": table("training"), "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": ids.of("igw.main"),
        });
        let subnet = ids.of("subnet.data@b");
        let public = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": { "Value": true } });
        let hostnames = json!({ "VpcId": ids.of("vpc.main"), "EnableDnsHostnames": { "Value": false } });
        let follows = association(world, subnet, "RouteTableAssociationId");
        let follows = json!({ "AssociationId": follows, "RouteTableId": table("public") });
        let filtered = association(world, subnet, "NetworkAclAssociationId");
        let filtered = json!({ "AssociationId": filtered, "NetworkAclId": ids.of("network-acl.public") });
        let endpoint = ids.of("endpoint.sts");
        let name = json!({ "VpcEndpointId": endpoint, "PrivateDnsEnabled": false });
        let fewer = json!({ "VpcEndpointId": endpoint, "RemoveSubnetIds": [ids.of("subnet.app@c")] });
        let tag =
            |value: &str| json!({ "Resources": [endpoint], "Tags": [{ "Key": "team", "Value": value }] });
        vec![
            deed("delete_route", removed, "route-table.public", "0.0.0.0/0"),
            deed("replace_route", diverted, "route-table.app@a", "0.0.0.0/0"),
            deed("create_route", added, "route-table.training", "0.0.0.0/0"),
            deed("modify_subnet_attribute", public, "subnet.data@b", "public-ip-on-launch"),
            deed("modify_vpc_attribute", hostnames, "vpc.main", "dns-hostnames"),
            deed("replace_route_table_association", follows, "subnet.data@b", "route-table"),
            deed("replace_network_acl_association", filtered, "subnet.data@b", "network-acl"),
            deed("modify_vpc_endpoint", name, "endpoint.sts", "private-dns"),
            deed("modify_vpc_endpoint", fewer, "endpoint.sts", "subnet"),
            deed("create_tags", tag("somebody else"), "endpoint.sts", "team"),
            deed("delete_tags", tag("ml-platform"), "endpoint.sts", "team"),
        ]
    });
}

#[test]
fn a_missing_object_is_made_again() {
    let world = World::new(&shipped("ml-3az"));
    world.apply();
    world.snapshot("before.json");
    let ids = world.ids();
    world.aws("delete_vpc_endpoints", &json!({ "VpcEndpointIds": [ids.of("endpoint.kms")] }));
    let drift = world.document(2, &["drift", "--detailed-exitcode"]);
    let [object] = drift["objects"].as_array().expect("a list").as_slice() else { panic!("{drift}") };
    assert_eq!((&object["key"], &object["standing"]), (&json!("endpoint.kms"), &json!("missing")));
    world.apply();
    world.is_built(&[]);
    world.is_unchanged("before.json", &["endpoint.kms"]);
}

#[test]
fn a_tag_that_a_cost_tool_added_stays() {
    let world = World::new(&shipped("minimal"));
    world.apply();
    let subnet = world.ids().of("subnet.training@a").to_owned();
    world.aws("create_tags", &json!({ "Resources": [subnet], "Tags": [{ "Key": "cost", "Value": "7" }] }));
    world.has_nothing_to_do();
    world.apply();
    assert_eq!(world.differences(&[]), ["subnet.training@a: tag cost: '7', should not be there"]);
}
