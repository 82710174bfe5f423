//! What the proxy mends, on the real LocalStack: each test names the rows of the table of quirks that it is about.

use serde_json::{Value, json};

use crate::fixture::{World, network_of, shipped};

/// Returns an empty VPC, made by hand.
fn vpc(world: &World, with: &Value) -> String {
    let mut request = json!({ "CidrBlock": "10.0.0.0/16" });
    request.as_object_mut().expect("a table").extend(with.as_object().expect("a table").clone());
    id(&world.aws("create_vpc", &request), "/Vpc/VpcId")
}

fn id(answer: &Value, pointer: &str) -> String {
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer}: {answer}"))
        .to_owned()
}

fn len(answer: &Value, field: &str) -> usize {
    answer[field].as_array().expect("a list").len()
}

fn filter(name: &str, value: &str) -> Value {
    json!([{ "Name": name, "Values": [value] }])
}

/// `one-page`.
#[test]
fn answers_come_in_pages() {
    let world = World::mended(&shipped("minimal"));
    let vpc = vpc(&world, &json!({}));
    for n in 0..7 {
        world.aws("create_subnet", &json!({ "VpcId": vpc, "CidrBlock": format!("10.0.{n}.0/24") }));
    }
    let mut ask = json!({ "Filters": filter("vpc-id", &vpc), "MaxResults": 1000 });
    let first = world.aws("describe_subnets", &ask);
    ask["NextToken"] = first["NextToken"].clone();
    let second = world.aws("describe_subnets", &ask);
    assert_eq!((len(&first, "Subnets"), len(&second, "Subnets")), (5, 2));
    assert!(second["NextToken"].is_null(), "{second}");
    ask["Filters"] = filter("state", "available");
    assert_eq!(world.refusal("describe_subnets", &ask), "InvalidNextToken");
}

/// `no-dependencies`, `orphans`, `default-group`.
#[test]
fn what_is_used_is_not_deleted() {
    let world = World::mended(&shipped("ml-3az"));
    world.apply();
    let ids = world.ids();
    let vpc = ids.of("vpc.main");
    let groups =
        world.aws("describe_security_groups", &json!({ "Filters": filter("group-name", "default") }));
    let groups = groups["SecurityGroups"].as_array().expect("a list").iter();
    let default =
        groups.filter(|it| it["VpcId"] == vpc).map(|it| id(it, "/GroupId")).next().expect("a group");
    let used = "DependencyViolation";
    for (call, with, code) in [
        ("delete_security_group", json!({ "GroupId": ids.of("security-group.endpoints") }), used),
        ("delete_security_group", json!({ "GroupId": ids.of("security-group.app") }), used),
        ("delete_security_group", json!({ "GroupId": default }), "CannotDelete"),
        ("delete_subnet", json!({ "SubnetId": ids.of("subnet.app@a") }), used),
        ("delete_subnet", json!({ "SubnetId": ids.of("subnet.public@a") }), used),
        ("delete_route_table", json!({ "RouteTableId": ids.of("route-table.public") }), used),
        ("delete_network_acl", json!({ "NetworkAclId": ids.of("network-acl.data") }), used),
        ("release_address", json!({ "AllocationId": ids.of("eip.nat@a") }), "InvalidIPAddress.InUse"),
        ("delete_internet_gateway", json!({ "InternetGatewayId": ids.of("igw.main") }), used),
        ("detach_internet_gateway", json!({ "InternetGatewayId": ids.of("igw.main"), "VpcId": vpc }), used),
        ("delete_vpc", json!({ "VpcId": vpc }), used),
    ] {
        assert_eq!(world.refusal(call, &with), code, "{call} {with}");
    }
    world.is_built(&[]);
}

/// `no-waiting`, `nat-ghost`, `no-blackhole`.
#[test]
fn a_nat_gateway_comes_and_goes() {
    let world = World::mended(&shipped("minimal"));
    let vpc = vpc(&world, &json!({}));
    let subnet = world.aws("create_subnet", &json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/24" }));
    let subnet = id(&subnet, "/Subnet/SubnetId");
    let gateway = id(&world.aws("create_internet_gateway", &json!({})), "/InternetGateway/InternetGatewayId");
    world.aws("attach_internet_gateway", &json!({ "VpcId": vpc, "InternetGatewayId": gateway }));
    let address = id(&world.aws("allocate_address", &json!({ "Domain": "vpc" })), "/AllocationId");
    let create = json!({ "SubnetId": subnet, "AllocationId": address });
    let nat = id(&world.aws("create_nat_gateway", &create), "/NatGateway/NatGatewayId");
    let table = world.aws("create_route_table", &json!({ "VpcId": vpc }));
    let table = id(&table, "/RouteTable/RouteTableId");
    let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat });

    let state = || {
        let found = world.aws("describe_nat_gateways", &json!({ "NatGatewayIds": [nat] }));
        id(&found, "/NatGateways/0/State")
    };
    assert_eq!([state(), state()], ["pending", "available"]);
    world.aws("create_route", &route);
    world.aws("delete_nat_gateway", &json!({ "NatGatewayId": nat }));
    let release = json!({ "AllocationId": address });
    assert_eq!(world.refusal("release_address", &release), "InvalidIPAddress.InUse");
    assert_eq!([state(), state()], ["deleting", "deleted"]);
    let tables = world.aws("describe_route_tables", &json!({ "RouteTableIds": [table] }));
    assert_eq!(id(&tables, "/RouteTables/0/Routes/1/State"), "blackhole");
    world.aws("release_address", &release);
}

/// `dhcp-tags`, `eigw-tag-filter`.
#[test]
fn tags_are_kept_and_found() {
    let world = World::mended(&shipped("minimal"));
    let tagged = |kind| json!([{ "ResourceType": kind, "Tags": [{ "Key": "team", "Value": "ml" }] }]);
    let name = json!([{ "Key": "domain-name", "Values": ["example.internal"] }]);
    let options = json!({ "DhcpConfigurations": name, "TagSpecifications": tagged("dhcp-options") });
    world.aws("create_dhcp_options", &options);
    let vpc = vpc(&world, &json!({ "AmazonProvidedIpv6CidrBlock": true }));
    let gateway = json!({ "VpcId": vpc, "TagSpecifications": tagged("egress-only-internet-gateway") });
    world.aws("create_egress_only_internet_gateway", &gateway);
    for (call, field) in [
        ("describe_dhcp_options", "DhcpOptions"),
        ("describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"),
    ] {
        let n_found = |value| len(&world.aws(call, &json!({ "Filters": filter("tag:team", value) })), field);
        assert_eq!((n_found("ml"), n_found("web")), (1, 0), "{call}");
    }
}

/// `dhcp-stays-assigned`, `dhcp-dies-with-vpc`.
#[test]
fn dhcp_options_can_go_when_no_vpc_has_them() {
    let world = World::mended(&shipped("minimal"));
    let [first, second] = ["first.internal", "second.internal"].map(|domain| {
        let name = json!([{ "Key": "domain-name", "Values": [domain] }]);
        let options = world.aws("create_dhcp_options", &json!({ "DhcpConfigurations": name }));
        id(&options, "/DhcpOptions/DhcpOptionsId")
    });
    let [vpc, other] = [(); 2].map(|()| vpc(&world, &json!({})));
    let associate = |vpc: &str, options: &str| {
        world.aws("associate_dhcp_options", &json!({ "VpcId": vpc, "DhcpOptionsId": options }))
    };
    let delete = |options: &str| json!({ "DhcpOptionsId": options });
    associate(&vpc, &first);
    associate(&other, &first);
    let unknown = json!({ "VpcId": vpc, "DhcpOptionsId": "dopt-00000000000000bad" });
    assert_eq!(world.refusal("associate_dhcp_options", &unknown), "InvalidDhcpOptionID.NotFound");
    associate(&other, &second);
    assert_eq!(world.refusal("delete_dhcp_options", &delete(&first)), "DependencyViolation");
    associate(&vpc, &second);
    world.aws("delete_dhcp_options", &delete(&first));
    world.aws("delete_vpc", &json!({ "VpcId": vpc }));
    assert_eq!(world.refusal("delete_dhcp_options", &delete(&second)), "DependencyViolation");
    world.aws("delete_vpc", &json!({ "VpcId": other }));
    world.aws("delete_dhcp_options", &delete(&second));
}

/// `no-implicit-entries`, `default-acl-ipv6`, `default-group`.
#[test]
fn ipv6_is_open_in_the_defaults_and_closed_elsewhere() {
    let world = World::mended(&shipped("minimal"));
    let vpc = vpc(&world, &json!({}));
    world.aws("associate_vpc_cidr_block", &json!({ "VpcId": vpc, "AmazonProvidedIpv6CidrBlock": true }));
    world.aws("create_network_acl", &json!({ "VpcId": vpc }));
    let acls = world.aws("describe_network_acls", &json!({ "Filters": filter("vpc-id", &vpc) }));
    let mut numbers: Vec<(bool, Vec<u64>)> = Vec::new();
    for acl in acls["NetworkAcls"].as_array().expect("a list") {
        let entries = acl["Entries"].as_array().expect("a list").iter();
        let mut inbound: Vec<u64> =
            entries.filter(|it| it["Egress"] == false).filter_map(|it| it["RuleNumber"].as_u64()).collect();
        inbound.sort_unstable();
        numbers.push((acl["IsDefault"] == true, inbound));
    }
    numbers.sort();
    assert_eq!(numbers, [(false, vec![32767, 32768]), (true, vec![100, 101, 32767, 32768])]);
    let group = json!({ "VpcId": vpc, "GroupName": "new", "Description": "new" });
    world.aws("create_security_group", &group);
    let groups = world.aws("describe_security_groups", &json!({ "Filters": filter("vpc-id", &vpc) }));
    for group in groups["SecurityGroups"].as_array().expect("a list") {
        let outbound = group["IpPermissionsEgress"].to_string();
        assert!(outbound.contains("0.0.0.0/0") && outbound.contains("::/0"), "{group}");
    }
}

/// `list-version`, `list-limit`, `list-ghost`, `no-waiting`.
#[test]
fn a_prefix_list_counts() {
    let world = World::mended(&shipped("minimal"));
    let entry = |n: u32| json!({ "Cidr": format!("10.{n}.0.0/16") });
    let create = json!({
        "PrefixListName": "peers", "AddressFamily": "IPv4", "MaxEntries": 2, "Entries": [entry(1)],
    });
    let list = id(&world.aws("create_managed_prefix_list", &create), "/PrefixList/PrefixListId");
    let add = |version: u32, ns: &[u32]| {
        let entries: Vec<Value> = ns.iter().map(|&n| entry(n)).collect();
        json!({ "PrefixListId": list, "CurrentVersion": version, "AddEntries": entries })
    };
    let ask = json!({ "PrefixListIds": [list] });
    let state = || id(&world.aws("describe_managed_prefix_lists", &ask), "/PrefixLists/0/State");
    let modify = "modify_managed_prefix_list";
    assert_eq!(world.refusal(modify, &add(1, &[2])), "IncorrectState");
    assert_eq!([state(), state()], ["create-in-progress", "create-complete"]);
    assert_eq!(world.refusal(modify, &add(7, &[2])), "PrefixListVersionMismatch");
    assert_eq!(world.refusal(modify, &add(1, &[2, 3])), "PrefixListMaxEntriesExceeded");
    world.aws(modify, &json!({ "PrefixListId": list, "MaxEntries": 3 }));
    assert_eq!(state(), "modify-in-progress");
    world.aws(modify, &add(1, &[2, 3]));
    assert_eq!([state(), state()], ["modify-in-progress", "modify-complete"]);
    world.aws("delete_managed_prefix_list", &json!({ "PrefixListId": list }));
    assert_eq!(world.refusal("describe_managed_prefix_lists", &ask), "InvalidPrefixListID.NotFound");
}

/// `log-destination`, `log-options`, `log-group`.
#[test]
fn a_flow_log_has_somewhere_to_go() {
    let world = World::mended(&shipped("minimal"));
    let vpc = vpc(&world, &json!({}));
    let bucket = format!("arn:aws:s3:::logs-{}/vpc/", world.account);
    let create = json!({
        "ResourceType": "VPC", "ResourceIds": [vpc], "TrafficType": "ALL", "LogDestinationType": "s3",
        "LogDestination": bucket,
        "DestinationOptions": { "FileFormat": "parquet", "HiveCompatiblePartitions": false, "PerHourPartition": true },
    });
    assert_eq!(len(&world.aws("create_flow_logs", &create), "Unsuccessful"), 0);
    let to_group = json!({
        "ResourceType": "VPC", "ResourceIds": [vpc], "TrafficType": "ALL", "LogGroupName": "flows",
        "DeliverLogsPermissionArn": format!("arn:aws:iam::{}:role/flows", world.account),
    });
    assert_eq!(len(&world.aws("create_flow_logs", &to_group), "Unsuccessful"), 0);
    let logs = world.aws("describe_flow_logs", &json!({}));
    let logs = logs["FlowLogs"].as_array().expect("a list");
    assert_eq!(logs[0]["DestinationOptions"], create["DestinationOptions"]);
    assert_eq!(logs.iter().map(|it| id(it, "/DeliverLogsStatus")).collect::<Vec<_>>(), ["SUCCESS"; 2]);
}

/// `cidr-overlap`, `cidr-in-use`, `no-waiting`.
#[test]
fn a_second_block_comes_and_goes() {
    let world = World::mended(&shipped("minimal"));
    let vpc = vpc(&world, &json!({}));
    let associate = |cidr: &str| json!({ "VpcId": vpc, "CidrBlock": cidr });
    let call = "associate_vpc_cidr_block";
    let block = id(&world.aws(call, &associate("100.64.0.0/16")), "/CidrBlockAssociation/AssociationId");
    assert_eq!(world.refusal(call, &associate("100.64.128.0/17")), "CidrConflict");
    let state = || {
        let found = world.aws("describe_vpcs", &json!({ "VpcIds": [vpc] }));
        id(&found, "/Vpcs/0/CidrBlockAssociationSet/1/CidrBlockState/State")
    };
    assert_eq!([state(), state()], ["associating", "associated"]);
    let subnet = world.aws("create_subnet", &json!({ "VpcId": vpc, "CidrBlock": "100.64.1.0/24" }));
    let disassociate = json!({ "AssociationId": block });
    assert_eq!(world.refusal("disassociate_vpc_cidr_block", &disassociate), "InvalidCidrBlock.InUse");
    world.aws("delete_subnet", &json!({ "SubnetId": id(&subnet, "/Subnet/SubnetId") }));
    world.aws("disassociate_vpc_cidr_block", &disassociate);
}

/// `groups-fixed`, `nat-ghost`: what `replacements.rs` has to leave out.
#[test]
fn a_group_of_endpoints_and_a_gateway_with_its_address_are_replaced() {
    let world = World::mended(&shipped("ml-3az"));
    world.apply();
    world.snapshot("before.json");
    let replaced = ["security-group.endpoints", "nat.main@b", "route-table.training"];
    let options = replaced.iter().flat_map(|it| ["--replace", it]);
    let arguments: Vec<&str> = ["apply", "--yes"].into_iter().chain(options).collect();
    world.ends(0, &arguments);
    let since = world.since("before.json");
    world.is_built(&since.each_ref().map(String::as_str));
    world.has_nothing_to_do();
    world.ends(0, &["destroy", "--yes"]);
}

/// `no-route-on-modify`, `undeletable-gateway`.
#[test]
fn a_gateway_endpoint_moves_with_its_routes_and_is_deleted() {
    let start = network_of("private-training");
    let mut world = World::mended(&start);
    world.apply();
    world.write(&crate::fixture::edited(&start, "[\"a\", \"b\"]", "[\"a\", \"b\", \"c\"]"));
    world.apply();
    world.is_built(&[]);
    world.ends(0, &["destroy", "--yes"]);
}
