//! What looks wrong, and is not.

use palisade_core::kinds::InSpec;
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::{Key, Kind};

use crate::{SOUND, findings, sound_but, told};

fn quiet(edits: &[(&str, &str)]) {
    let found: Vec<String> = findings(&sound_but(edits), |_| {}).iter().map(told).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_sound_network() {
    assert!(SOUND.contains("ipv6 = true"), "both families are asked");
    quiet(&[]);
}

const SSH: &str = r#"{ from = "prefix-list:offices", ports = 22 }"#;

#[test]
fn a_whole_class_a_network_is_not_the_internet_and_is_wide_all_the_same() {
    let found = findings(&sound_but(&[(SSH, r#"{ from = "18.0.0.0/8", ports = 22 }"#)]), |_| {});
    let found: Vec<String> = found.iter().map(told).collect();
    assert_eq!(
        found,
        [
            "net.wide-ranges medium security-group.web: its inbound rules name 16777216 public addresses for tcp 22"
        ]
    );
}

#[test]
fn private_addresses_are_nobodys_on_the_internet() {
    quiet(&[(
        SSH,
        r#"{ from = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"], ports = 22 }"#,
    )]);
}

#[test]
fn halves_of_the_internet_that_are_denied_before_they_are_allowed() {
    quiet(&[(
        r#"  { rule = 300, deny = "tcp", ports = 3389, from = "internet" },
"#,
        r#"  { rule = 300, deny = "tcp", ports = 3389, from = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"] },
"#,
    )]);
}

#[test]
fn a_denial_of_more_protocols_and_ports_than_are_allowed() {
    quiet(&[(
        r#"  { rule = 300, deny = "tcp", ports = 3389, from = "internet" },
  { rule = 400, allow = "tcp", ports = "1024-65535", from = "internet" },"#,
        r#"  { rule = 300, deny = "all", from = ["0.0.0.0/0", "2000::/3"] },
  { rule = 400, allow = "all", from = "internet" },"#,
    )]);
}

#[test]
fn a_route_to_the_internet_gateway_that_longer_ones_take_away() {
    let job = "[sagemaker.training-jobs.fit]\nvpc-config = { tier = ";
    let text = sound_but(&[(&format!("{job}\"ml\""), &format!("{job}\"public\""))]);
    let found = findings(&text, |network| {
        let table = network.resources.get_mut(&Key::new(Kind::RouteTable, "public")).expect("the table");
        let routes = &mut RouteTable::of_mut(table).expect("the table").routes;
        routes.retain(|to, _| to.to_string() == "0.0.0.0/0");
        for half in ["0.0.0.0/1", "128.0.0.0/1"] {
            routes.insert(half.parse().expect("a block"), Target::Existing("tgw-0abc".to_owned()));
        }
    });
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_narrower_route_over_the_peering() {
    quiet(&[(r#"{ to = "172.20.0.0/16", via"#, r#"{ to = "172.20.8.0/24", via"#)]);
}

#[test]
fn one_machine_needs_no_encryption_between_machines() {
    quiet(&[
        ("instance-count = 2, volume", "instance-count = 1, volume"),
        ("enable-inter-container-traffic-encryption = true\n", ""),
    ]);
}

#[test]
fn machines_with_disks_of_their_own_take_no_key() {
    quiet(&[(
        r#""ml.m5.large", instance-count = 2, volume-size-in-gb = 10, volume-kms-key-id = "alias/ml""#,
        r#""ml.m5d.large", instance-count = 2, volume-size-in-gb = 10"#,
    )]);
}
