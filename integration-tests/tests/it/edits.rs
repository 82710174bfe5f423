//! The edits that the binary's own tests try in memory, on LocalStack.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use self::table::{Edit, N_EDITS_MIN, OnLocalstack, SUBJECTS, lines, touched};
use crate::fixture::{Emulator, World, edited, network_of, repository};

#[path = "../../../crates/palisade/tests/it/edits/table.rs"]
mod table;

#[test]
fn those_that_bare_localstack_cannot_hold_name_a_quirk() {
    let quirks = std::fs::read_to_string(repository().join("localstack/README.md"));
    let quirks = quirks.expect("the table of quirks");
    for edit in table::edits().iter().filter(|it| it.on_localstack != OnLocalstack::Bare) {
        let reason = edit.reason.as_deref().unwrap_or_default();
        let named = reason.split('`').nth(1).unwrap_or_default();
        assert!(
            quirks.contains(&format!("\n| `{named}` |")),
            "{}: `{named}` is no quirk: {reason}",
            edit.name
        );
    }
}

#[test]
fn enough_of_them_are_tried_here() {
    let n_tried = table::edits().iter().filter(|it| emulator(it).is_some()).count();
    assert!(N_EDITS_MIN <= n_tried, "only {n_tried} edits");
}

#[test]
fn of_network_acls() {
    check_all("acls");
}

#[test]
fn of_endpoints() {
    check_all("endpoints");
}

#[test]
fn of_the_ground() {
    check_all("ground");
}

#[test]
fn of_security_groups() {
    check_all("groups");
}

#[test]
fn of_prefix_lists() {
    check_all("lists");
}

#[test]
fn of_names() {
    check_all("names");
}

#[test]
fn of_paths() {
    check_all("paths");
}

#[test]
fn of_tiers() {
    check_all("tiers");
}

#[test]
fn a_new_zone_and_a_new_tier_move_no_subnet() {
    let start = network_of("private-training");
    let mut world = World::new(&start);
    world.apply();
    world.snapshot("before.json");
    // Both are written in front of what there is.
    let with_zone = edited(&start, "[\"a\", \"b\"]", "[\"c\", \"a\", \"b\"]");
    let tier = "[tiers.batch]\nroute = \"isolated\"\ncidr = \"10.20.64.0/20\"\n\n[tiers.training]\n";
    world.write(&edited(&with_zone, "[tiers.training]\n", tier));
    world.apply();
    let since = world.since("before.json");
    world.is_built(&since.each_ref().map(String::as_str));
    let new =
        ["subnet.batch@a", "subnet.batch@b", "subnet.batch@c", "route-table.batch", "subnet.training@c"];
    world.is_unchanged("before.json", &new);
}

fn emulator(edit: &Edit) -> Option<Emulator> {
    match edit.on_localstack {
        OnLocalstack::Bare => Some(Emulator::Bare),
        OnLocalstack::Mended => Some(Emulator::Mended),
        OnLocalstack::Never => None,
    }
}

/// Each changes what it says and nothing else; all that fail are told.
fn check_all(subject: &str) {
    let (_, text) = SUBJECTS.iter().find(|(name, _)| *name == subject).expect("a subject of the table");
    let edits = table::edits_of(text).into_iter().filter_map(|it| Some((emulator(&it)?, it)));
    let failures = edits.filter_map(|(emulator, edit)| {
        let panic = catch_unwind(AssertUnwindSafe(|| check(emulator, &edit))).err()?;
        let message = panic.downcast_ref::<String>().map_or("see above", String::as_str);
        Some(format!("{}: {message}", edit.name))
    });
    let failures: Vec<String> = failures.collect();
    assert!(failures.is_empty(), "{} edits fail:\n{}", failures.len(), failures.join("\n\n"));
}

fn check(emulator: Emulator, edit: &Edit) {
    let mut world = World::on(emulator, &edit.before());
    let given = made(&world, &(edit.before() + &edit.after()));
    world.write(&named(&given, &edit.before()));
    world.apply();
    let before = world.snapshot("before.json");
    let before = before.as_object().expect("a table of objects").values();

    world.write(&named(&given, &edit.after()));
    let changes = edit.changes(before.filter_map(|it| it["key"].as_str()));
    assert_eq!(planned(&world), lines(&changes));
    // Nothing to do is nothing to try, and reading takes most of the time.
    let is_spelling = changes.is_empty();
    if !is_spelling {
        world.apply();
    }
    let quirks: &[&str] = match emulator {
        Emulator::Bare => &["--quirk", "no-route-on-modify"],
        Emulator::Mended => &[],
    };
    let since = world.since("before.json");
    let but: Vec<&str> = touched(&changes).into_iter().collect();
    world.is_built(&[&since.each_ref().map(String::as_str)[..], quirks, &["--but"], &but].concat());
    if !is_spelling {
        world.ends(0, &["plan", "--detailed-exitcode"]);
    }
}

/// Returns the changes of the plan, as the table writes them.
fn planned(world: &World) -> Vec<String> {
    let plan = world.document(0, &["plan"]);
    let changes = plan["changes"].as_array().expect("a list of changes").iter();
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let mut lines: Vec<String> =
        changes.map(|it| format!("{} {}", text(&it["action"]), text(&it["key"]))).collect();
    lines.sort();
    lines
}

/// What the table takes for something that exists: its id there, and the request that makes it here.
const GIVEN: &[(&str, &str, &str)] = &[
    ("eipalloc-0000000000000000a", "allocate_address", "/AllocationId"),
    ("eipalloc-0000000000000000b", "allocate_address", "/AllocationId"),
    ("eni-0000000000000000a", "create_network_interface", "/NetworkInterface/NetworkInterfaceId"),
    (
        "pcx-0000000000000000a",
        "create_vpc_peering_connection",
        "/VpcPeeringConnection/VpcPeeringConnectionId",
    ),
    ("pl-0000000000000000a", "create_managed_prefix_list", "/PrefixList/PrefixListId"),
    ("sg-0f00000000000000a", "create_security_group", "/GroupId"),
    ("tgw-0000000000000000a", "create_transit_gateway", "/TransitGateway/TransitGatewayId"),
    ("vgw-0000000000000000a", "create_vpn_gateway", "/VpnGateway/VpnGatewayId"),
];

/// Makes what the blueprint names as existing, in the account's default VPC, and returns the ids by those of the table.
fn made(world: &World, blueprint: &str) -> Vec<(&'static str, String)> {
    let first = |call: &str, pointer: &str| id(&world.aws(call, &json!({})), pointer);
    let make = |&(name, call, pointer): &(&'static str, &str, &str)| {
        let with = match call {
            "allocate_address" => json!({ "Domain": "vpc" }),
            "create_managed_prefix_list" => {
                json!({ "PrefixListName": "given", "AddressFamily": "IPv4", "MaxEntries": 2 })
            }
            "create_network_interface" => {
                json!({ "SubnetId": first("describe_subnets", "/Subnets/0/SubnetId") })
            }
            "create_security_group" => {
                let vpc = first("describe_vpcs", "/Vpcs/0/VpcId");
                json!({ "GroupName": "given", "Description": "given", "VpcId": vpc })
            }
            "create_vpc_peering_connection" => {
                let vpc = first("describe_vpcs", "/Vpcs/0/VpcId");
                json!({ "VpcId": vpc, "PeerVpcId": vpc })
            }
            "create_vpn_gateway" => json!({ "Type": "ipsec.1" }),
            _ => json!({}),
        };
        (name, id(&world.aws(call, &with), pointer))
    };
    GIVEN.iter().filter(|(name, ..)| blueprint.contains(name)).map(make).collect()
}

fn id(answer: &Value, pointer: &str) -> String {
    let id = answer.pointer(pointer).and_then(Value::as_str);
    id.unwrap_or_else(|| panic!("{pointer}: {answer}")).to_owned()
}

fn named(given: &[(&str, String)], blueprint: &str) -> String {
    given.iter().fold(blueprint.to_owned(), |text, (name, id)| text.replace(name, id))
}
