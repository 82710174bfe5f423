//! The life of each shipped blueprint: applied, found complete by boto3, planned again, printed, destroyed.

use serde_json::json;

use crate::fixture::{Emulator, World, repository, shipped};

#[test]
fn minimal_lives_and_leaves_nothing() {
    lives_and_leaves_nothing("minimal");
}

#[test]
fn private_training_lives_and_leaves_nothing() {
    lives_and_leaves_nothing("private-training");
}

#[test]
fn ml_3az_lives_and_leaves_nothing() {
    lives_and_leaves_nothing("ml-3az");
}

/// What extends another file is left to the tests of the binary on its sandbox: the check by boto3 reads one file.
#[test]
fn every_shipped_blueprint_has_its_test() {
    let files = std::fs::read_dir(repository().join("blueprints")).expect("a directory");
    let paths = files.map(|it| it.expect("a readable directory").path());
    let blueprints = paths.filter(|it| it.extension().is_some_and(|it| it == "toml"));
    let mut names: Vec<String> =
        blueprints.map(|it| it.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["minimal", "ml-3az", "private-training"]);
}

fn lives_and_leaves_nothing(name: &str) {
    lives_on(Emulator::Bare, name);
    lives_on(Emulator::Mended, name);
}

fn lives_on(emulator: Emulator, name: &str) {
    let world = World::on(emulator, &shipped(name));
    world.snapshot("before.json");
    world.ends(2, &["plan", "--detailed-exitcode"]);
    world.is_unchanged("before.json", &[]);

    world.apply();
    world.is_built(&[]);
    world.has_nothing_to_do();
    prints_the_ids_that_boto3_sees(&world);

    world.ends(0, &["destroy", "--yes"]);
    world.is_gone("before.json");
    world.ends(2, &["plan", "--detailed-exitcode"]);
    world.ends(0, &["destroy", "--yes"]);
}

/// Builds the document of `output` from the tags that boto3 sees, and compares.
fn prints_the_ids_that_boto3_sees(world: &World) {
    let mut expected = json!({
        "vpc": null, "internet_gateway": null, "nat_gateways": {}, "elastic_ips": {}, "tiers": {},
        "security_groups": {}, "endpoints": {},
    });
    let ids = world.ids().0;
    let subnets: Vec<&str> = ids.keys().filter_map(|it| it.strip_prefix("subnet.")).collect();
    for (key, id) in &ids {
        let (kind, name) = key.split_once('.').expect("a key");
        let (tier, zone) = name.split_once('@').unwrap_or((name, ""));
        let id = json!(id);
        match kind {
            "vpc" => expected["vpc"] = id,
            "igw" => expected["internet_gateway"] = id,
            "nat" => expected["nat_gateways"][zone] = id,
            "eip" => expected["elastic_ips"][name]["id"] = id,
            "subnet" => expected["tiers"][tier]["subnets"][zone] = id,
            "network-acl" => expected["tiers"][tier]["network_acl"] = id,
            "security-group" => expected["security_groups"][name] = id,
            "endpoint" => expected["endpoints"][name] = id,
            "route-table" if zone.is_empty() => {
                let zones = subnets.iter().filter_map(|it| it.strip_prefix(tier)?.strip_prefix('@'));
                zones.for_each(|zone| expected["tiers"][tier]["route_tables"][zone] = id.clone());
            }
            "route-table" => expected["tiers"][tier]["route_tables"][zone] = id,
            _ => panic!("`{key}` is of no known kind"),
        }
    }
    let mut outputs = world.document(0, &["output"]);
    outputs.as_object_mut().expect("a document").remove("format_version");
    for address in outputs["elastic_ips"].as_object_mut().expect("a table").values_mut() {
        address.as_object_mut().expect("a table").remove("public_ip");
    }
    for tier in outputs["tiers"].as_object_mut().expect("a table").values_mut() {
        let tier = tier.as_object_mut().expect("a table");
        tier.retain(|_, it| !it.is_null());
    }
    assert_eq!(outputs, expected);
}
