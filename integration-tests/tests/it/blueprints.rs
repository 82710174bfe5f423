//! The life of each shipped blueprint: applied, found complete by boto3, planned again, printed, destroyed.

use std::net::Ipv6Addr;
use std::path::Path;

use serde_json::{Value, json};

use crate::fixture::{Emulator, World, repository, shipped};

const SHIPPED: [&str; 11] = [
    "dual-stack",
    "enterprise",
    "environments/dev",
    "environments/prod",
    "hosting-multi-az",
    "minimal",
    "ml-3az",
    "notebook",
    "private-training",
    "shared-vpc",
    "studio-vpc-only",
];

#[test]
fn every_shipped_blueprint_has_its_test() {
    let folder = repository().join("blueprints");
    let mut names = [blueprints_in(&folder, ""), blueprints_in(&folder, "environments/")].concat();
    names.retain(|it| it != "environments/base");
    names.sort();
    assert_eq!(names, SHIPPED);
}

fn blueprints_in(folder: &Path, below: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder.join(below)).expect("a directory");
    let paths = files.map(|it| it.expect("a readable directory").path());
    let blueprints = paths.filter(|it| it.extension().is_some_and(|it| it == "toml"));
    blueprints.map(|it| format!("{below}{}", it.file_stem().expect("a name").to_string_lossy())).collect()
}

#[test]
fn minimal_lives_and_leaves_nothing() {
    lives_on_both("minimal");
}

/// The bare emulator's default group has nothing to revoke (quirk `default-group`): one look settles that.
#[test]
fn what_settles_itself_is_not_told() {
    let world = World::new(&shipped("minimal"));
    let arguments = &["apply", "--yes"];
    let story = world.run(arguments).is(0, arguments).stderr;
    let told: Vec<&str> = story.lines().filter(|it| it.starts_with(['✓', '?', '!', 'x', '…'])).collect();
    assert!(told.contains(&"✓ create vpc.main") && told.iter().all(|it| it.starts_with('✓')), "{story}");
}

#[test]
fn private_training_lives_and_leaves_nothing() {
    lives_on_both("private-training");
}

#[test]
fn ml_3az_lives_and_leaves_nothing() {
    lives_on_both("ml-3az");
}

/// The quirk `policy-version`.
#[test]
fn hosting_multi_az_lives_and_leaves_nothing() {
    lives(&World::of_shipped(Emulator::Mended, "hosting-multi-az"));
}

/// The quirk `policy-version`.
#[test]
fn notebook_lives_and_leaves_nothing() {
    lives(&World::of_shipped(Emulator::Mended, "notebook"));
}

/// The quirk `policy-version`.
#[test]
fn studio_vpc_only_lives_and_leaves_nothing() {
    lives(&World::of_shipped(Emulator::Mended, "studio-vpc-only"));
}

/// The quirks `acl-icmp` and `policy-version`.
#[test]
fn dual_stack_lives_and_leaves_nothing() {
    lives(&World::of_shipped(Emulator::Mended, "dual-stack"));
}

/// The quirk `policy-version`.
#[test]
fn environments_live_beside_each_other_and_leave_nothing() {
    for name in ["environments/dev", "environments/prod"] {
        let mut world = World::of_shipped(Emulator::Mended, name);
        let plan = ["plan"];
        let ended = world.run(&plan).is(1, &plan);
        assert!(ended.stderr.contains("the blueprint is for account"), "{name}:\n{}", ended.stderr);
        world.settings = vec![format!("account={}", world.account)];
        lives(&world);
    }
}

/// The quirk `policy-version`.
#[test]
fn shared_vpc_lives_in_what_others_have_built() {
    let mut world = World::of_shipped(Emulator::Mended, "shared-vpc");
    world.settings = platform(&world);
    lives(&world);
}

/// The quirks `policy-version` and `list-description-lost`.
#[test]
fn enterprise_is_connected_and_destroyed_when_nothing_is_protected() {
    let mut world = World::of_shipped(Emulator::Mended, "enterprise");
    let created = world.aws("create_transit_gateway", &json!({}));
    let gateway = text(&created, "/TransitGateway/TransitGatewayId");
    let blueprint = shipped("enterprise").replace("tgw-0123456789abcdef0", &gateway);
    world.write(&blueprint);
    world.snapshot("before.json");

    // As its first lines say.
    world.settings = vec!["tiers.app.routes=[]".to_owned()];
    world.apply();
    stands(&world);
    let attachment = attached(&world, &gateway);
    world.settings.clear();
    world.apply();
    world.is_built(&["--foreign", &attachment]);
    world.has_nothing_to_do();
    let built = world.snapshot("built.json");

    let destroy = ["destroy", "--yes"];
    let refused = world.run(&destroy).is(1, &destroy);
    for key in ["subnet.data@a", "network-acl.data", "security-group.database"] {
        assert!(refused.stdout.contains(&format!("`{key}` is protected")), "{}", refused.stdout);
    }
    world.is_unchanged("built.json", &[]);

    let (unprotected, _) = blueprint.split_once("\n[protect]\n").expect("it protects something");
    world.write(unprotected);
    world.ends(1, &destroy);
    world.is_unchanged("built.json", &[]);
    world.apply();
    world.is_built(&["--foreign", &attachment]);
    assert_eq!(world.ids().0.len(), keys(&built).len());

    // On AWS its interfaces would keep the subnets: the quirk `transit-unattached`.
    world.aws("delete_transit_gateway_vpc_attachment", &json!({ "TransitGatewayAttachmentId": attachment }));
    is_destroyed(&world);
}

fn lives_on_both(name: &str) {
    lives(&World::of_shipped(Emulator::Bare, name));
    lives(&World::of_shipped(Emulator::Mended, name));
}

fn lives(world: &World) {
    world.snapshot("before.json");
    world.ends(2, &["plan", "--detailed-exitcode"]);
    world.is_unchanged("before.json", &[]);
    world.apply();
    stands(world);
    is_destroyed(world);
}

/// Insists that all is there which is asked for, and that what others have in the VPC is as it was.
fn stands(world: &World) {
    let since = world.since("before.json");
    world.is_built(&since.each_ref().map(String::as_str));
    world.has_nothing_to_do();
    prints_the_ids_that_boto3_sees(world);
}

fn is_destroyed(world: &World) {
    world.ends(0, &["destroy", "--yes"]);
    world.is_gone("before.json");
    // AWS keeps the records of jobs.
    let left = world.snapshot("left.json");
    let jobs: Vec<&str> =
        keys(&left).into_iter().map(|(key, ..)| key).filter(|it| it.starts_with("training-job.")).collect();
    world.is_unchanged("before.json", &jobs);
    world.ends(2, &["plan", "--detailed-exitcode"]);
    world.ends(0, &["destroy", "--yes"]);
}

fn text(answer: &Value, pointer: &str) -> String {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("{pointer}: {answer}")).to_owned()
}

/// Builds the VPC of a platform team, with a way to the internet of its own, and returns what names it.
fn platform(world: &World) -> Vec<String> {
    let vpc = text(&world.aws("create_vpc", &json!({ "CidrBlock": "10.120.0.0/16" })), "/Vpc/VpcId");
    let names = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } });
    world.aws("modify_vpc_attribute", &names);
    let gateway = world.aws("create_internet_gateway", &json!({}));
    let gateway = text(&gateway, "/InternetGateway/InternetGatewayId");
    world.aws("attach_internet_gateway", &json!({ "VpcId": vpc, "InternetGatewayId": gateway }));
    let table = world.aws("create_route_table", &json!({ "VpcId": vpc }));
    let table = text(&table, "/RouteTable/RouteTableId");
    let way = json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    world.aws("create_route", &way);
    let subnets = [("a", "10.120.0.0/24"), ("b", "10.120.1.0/24")].map(|(zone, block)| {
        let zone = format!("{}{zone}", world.region);
        let subnet = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone });
        let subnet = text(&world.aws("create_subnet", &subnet), "/Subnet/SubnetId");
        world.aws("associate_route_table", &json!({ "SubnetId": subnet, "RouteTableId": table }));
        subnet
    });
    let group = json!({ "VpcId": vpc, "GroupName": "notebooks", "Description": "notebooks" });
    let group = text(&world.aws("create_security_group", &group), "/GroupId");
    vec![
        format!("vpc.existing={vpc}"),
        format!("tiers.platform.existing-subnets={subnets:?}"),
        format!("endpoints.s3.route-tables=[\"{table}\"]"),
        "vpc.flow-logs={ to = \"log-group:/vpc/guest\", role = \"arn:aws:iam::111122223333:role/logs\" }"
            .to_owned(),
        format!(
            "security-groups.tracking.inbound=[{{ from = [\"group:training\", \"{group}\"], ports = 443 }}]"
        ),
    ]
}

/// Attaches the tier `transit` to a transit gateway.
fn attached(world: &World, gateway: &str) -> String {
    let ids = world.ids();
    let subnets = ["a", "b", "c"].map(|zone| ids.of(&format!("subnet.transit@{zone}")).to_owned());
    let attachment =
        json!({ "TransitGatewayId": gateway, "VpcId": ids.of("vpc.main"), "SubnetIds": subnets });
    let attachment = world.aws("create_transit_gateway_vpc_attachment", &attachment);
    text(&attachment, "/TransitGatewayVpcAttachment/TransitGatewayAttachmentId")
}

/// Returns what boto3 sees of a blueprint: key, id and description.
fn keys(snapshot: &Value) -> Vec<(&str, &str, &Value)> {
    let things = snapshot.as_object().expect("a table of objects").iter();
    things.filter_map(|(id, it)| Some((it["key"].as_str()?, id.as_str(), &it["raw"]))).collect()
}

/// Builds the document of `output` from the tags that boto3 sees, and compares.
fn prints_the_ids_that_boto3_sees(world: &World) {
    let mut expected = json!({
        "vpc": null, "vpc_ipv6_prefix": null, "internet_gateway": null, "egress_only_gateway": null,
        "nat_gateways": {}, "elastic_ips": {}, "tiers": {}, "prefix_lists": {}, "security_groups": {},
        "endpoints": {},
        "sagemaker": {
            "domains": {}, "user_profiles": {}, "notebook_instances": {}, "models": {}, "endpoint_configs": {},
            "endpoints": {}, "training_jobs": {}, "processing_jobs": {},
        },
    });
    let snapshot = world.snapshot("ids.json");
    let things = keys(&snapshot);
    for (key, id, raw) in &things {
        let (kind, name) = key.split_once('.').expect("a key");
        let (tier, zone) = name.split_once('@').unwrap_or((name, ""));
        let id = json!(id);
        match kind {
            "vpc" => {
                expected["vpc"] = id;
                expected["vpc_ipv6_prefix"] = ipv6_block(raw);
            }
            "igw" => expected["internet_gateway"] = id,
            "eigw" => expected["egress_only_gateway"] = id,
            "nat" => expected["nat_gateways"][zone] = id,
            "eip" => expected["elastic_ips"][name]["id"] = id,
            "subnet" => {
                expected["tiers"][tier]["subnets"][zone] = id;
                let blocks = &mut expected["tiers"][tier]["ipv6_blocks"];
                match ipv6_block(raw) {
                    Value::Null if blocks.is_null() => *blocks = json!({}),
                    Value::Null => {}
                    block => blocks[zone] = block,
                }
            }
            "network-acl" => expected["tiers"][tier]["network_acl"] = id,
            "prefix-list" => expected["prefix_lists"][name] = id,
            "security-group" => expected["security_groups"][name] = id,
            "endpoint" => expected["endpoints"][name] = id,
            "route-table" if zone.is_empty() => {
                let subnets = things.iter().filter_map(|(key, ..)| key.strip_prefix("subnet."));
                let zones = subnets.filter_map(|it| it.strip_prefix(tier)?.strip_prefix('@'));
                zones.for_each(|zone| expected["tiers"][tier]["route_tables"][zone] = id.clone());
            }
            "route-table" => expected["tiers"][tier]["route_tables"][zone] = id,
            "domain" => {
                let domain = json!({ "id": raw["DomainId"], "name": raw["DomainName"], "arn": id });
                expected["sagemaker"]["domains"][name] = domain;
            }
            "notebook" | "model" | "endpoint-config" | "inference-endpoint" | "training-job" => {
                let table = match kind {
                    "notebook" => "notebook_instances",
                    "model" => "models",
                    "endpoint-config" => "endpoint_configs",
                    "inference-endpoint" => "endpoints",
                    _ => "training_jobs",
                };
                // Nothing has been replaced, so that each has the author's name.
                expected["sagemaker"][table][name] = json!({ "name": name, "arn": id });
            }
            // Nothing that is built on the network names them.
            "dhcp" | "flow-log" => {}
            _ => panic!("`{key}` is of no known kind"),
        }
    }
    let mut outputs = world.document(0, &["output"]);
    outputs.as_object_mut().expect("a document").remove("format_version");
    for address in outputs["elastic_ips"].as_object_mut().expect("a table").values_mut() {
        address.as_object_mut().expect("a table").remove("public_ip");
    }
    for tier in outputs["tiers"].as_object_mut().expect("a table").values_mut() {
        tier.as_object_mut().expect("a table").retain(|_, it| !it.is_null());
    }
    assert_eq!(outputs, expected);
}

/// Returns the IPv6 block of a VPC or a subnet as everybody but LocalStack writes it (quirk `ipv6-spelling`).
fn ipv6_block(raw: &Value) -> Value {
    let Some(block) = raw.pointer("/Ipv6CidrBlockAssociationSet/0/Ipv6CidrBlock") else { return Value::Null };
    let (address, length) = block.as_str().and_then(|it| it.split_once('/')).expect("a block");
    let address: Ipv6Addr = address.parse().expect("an address");
    json!(format!("{address}/{length}"))
}
