//! What only the account can tell.

use insta::assert_snapshot;
use ipnet::IpNet;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::live::{Found, Live, State};
use palisade_core::tags::Stamp;
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Facts, Key, Kind, Needs, Network, Spec};

use super::{draw_all, lab, list, network, parse, with_acl};

/// Returns a world in which `network` stands.
pub(crate) fn built(network: &Network) -> Live {
    let found = network.resources.iter().enumerate().map(|(at, (key, spec))| Found {
        id: format!("{}-{at:017x}", key.kind.id_prefix()),
        state: State::Usable,
        spec: spec.clone(),
        parts: Default::default(),
        tags: Stamp::new(key, 1, &network.tags_of(key)).tags,
    });
    let needs = Needs { blueprint: network.blueprint.clone(), ..Needs::default() };
    Live::assemble(&needs, found.collect(), Vec::new())
}

pub(super) fn refused(text: &str, facts: impl FnOnce(Facts) -> Facts, live: &Live) -> String {
    let parsed = parse(text);
    let draft = parsed.draft.expect("no mistake can be seen without an account");
    let reports = draft.resolve(&facts(draft.fixtures()), live).expect_err("the account does not allow it");
    draw_all(&reports, &parsed.sources)
}

/// Returns what is said where there is a network all the same.
pub(super) fn warned(text: &str, facts: impl FnOnce(Facts) -> Facts, live: &Live) -> String {
    let parsed = parse(text);
    let draft = parsed.draft.expect("no mistake can be seen without an account");
    let resolved = draft.resolve(&facts(draft.fixtures()), live);
    let resolved = resolved.unwrap_or_else(|reports| panic!("{}", draw_all(&reports, &parsed.sources)));
    draw_all(&resolved.warnings, &parsed.sources)
}

fn subnets(network: &Network) -> String {
    let subnets = network.resources.iter().filter_map(|(key, spec)| match spec {
        Spec::Subnet(subnet) => Some(format!("{} {}", key.name, subnet.cidr)),
        _ => None,
    });
    subnets.collect::<Vec<_>>().join("\n")
}

fn acl(network: &Network) -> String {
    let key = Key::new(Kind::NetworkAcl, "app");
    let mut only = Network::empty("lab");
    only.insert(key.clone(), network.resources[&key].clone());
    list(&only)
}

#[test]
fn a_zone_that_the_account_does_not_have() {
    let text = lab("").replace("\"b\"", "\"b\", \"f\"");
    let without_f = |mut facts: Facts| {
        facts.zones.retain(|it| !it.name.ends_with('f'));
        facts
    };
    assert_snapshot!(refused(&text, without_f, &Live::default()), @r#"
        error[zone-unknown]: the account has no zone `eu-west-1f`
         --> blueprint.toml:6:20
          |
        6 | zones = ["a", "b", "f"]
          |                    ^^^
          |
          = help: it has `eu-west-1a`, `eu-west-1b` and `eu-west-1c`
        "#);
}

#[test]
fn a_prefix_list_that_the_region_does_not_have() {
    let text = with_acl(
        r#"{ rule = 100, allow = "all", from = "s3" }"#,
        r#"{ rule = 100, allow = "all", to = "dynamodb" }"#,
    );
    let facts = |mut it: Facts| {
        it.prefix_lists.remove("com.amazonaws.eu-west-1.s3");
        it.prefix_lists.values_mut().for_each(|it| it.cidrs.clear());
        it
    };
    assert_snapshot!(refused(&text, facts, &Live::default()), @r#"
    error[prefix-list-unknown]: the prefix list `com.amazonaws.eu-west-1.s3` is needed here, but AWS has no such prefix list in the region
      --> blueprint.toml:11:48
       |
    11 | inbound = [{ rule = 100, allow = "all", from = "s3" }]
       |                                                ^^^^
       |
       = help: write the CIDR blocks instead
    error[prefix-list-unknown]: the prefix list `com.amazonaws.eu-west-1.dynamodb` is needed here, but it lists no addresses
      --> blueprint.toml:12:47
       |
    12 | outbound = [{ rule = 100, allow = "all", to = "dynamodb" }]
       |                                               ^^^^^^^^^^
       |
       = help: write the CIDR blocks instead
    "#);
}

#[test]
fn a_prefix_list_with_more_blocks_than_numbers() {
    let text = with_acl(
        r#"{ rule = 100, allow = "all", from = "s3" }, { rule = 102, deny = "all", from = "vpc" }"#,
        "",
    );
    assert_snapshot!(refused(&text, |it| it, &Live::default()), @r#"
        error[rule-gap]: rule 100 becomes 3 entries, but has 2 numbers only
          --> blueprint.toml:11:21
           |
        11 | inbound = [{ rule = 100, allow = "all", from = "s3" }, { rule = 102, deny = "all", from = "vpc" }]
           |                     ^^^                                         --- the next rule
           |
           = help: move rule 102 to 103 or higher
        "#);
}

#[test]
fn a_prefix_list_with_more_blocks_than_an_acl_takes() {
    let text = with_acl(r#"{ rule = 100, allow = "all", from = "s3" }"#, "");
    let facts = |mut it: Facts| {
        let list = it.prefix_lists.values_mut().next().expect("there is one");
        list.cidrs = (0..20).map(|it| format!("52.{it}.0.0/16").parse::<IpNet>().expect("a block")).collect();
        it
    };
    assert_snapshot!(refused(&text, facts, &Live::default()), @r#"
        error[acl-quota]: the inbound rules of tier `app` become 20 IPv4 entries, 19 are possible
          --> blueprint.toml:11:11
           |
        11 | inbound = [{ rule = 100, allow = "all", from = "s3" }]
           |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: name wider blocks or fewer ports, or have AWS raise the quota (to 40 at most) and add `[quotas]` with `rules-per-network-acl`
        "#);
}

#[test]
fn slots_have_changed() {
    let live = built(&network(&lab(""), &Live::default()));
    assert_snapshot!(refused(&lab("slots = 8\n"), |it| it, &live), @r#"
    error[slots-changed]: tier `app` is built in subnets of /22, 4 slots of its block
      --> blueprint.toml:10:9
       |
     9 | cidr = "10.0.0.0/20"
       |        ------------- this block
    10 | slots = 8
       |         ^
       |
       = help: write `slots = 4`: addresses never move while a tier lives
       = help: for others add a tier of another name, and take this one out
    "#);
}

#[test]
fn a_block_has_become_too_small() {
    let live = built(&network(&lab(""), &Live::default()));
    assert_snapshot!(refused(&lab("").replace("10.0.0.0/20", "10.0.0.0/22"), |it| it, &live), @r#"
    error[slots-changed]: tier `app` is built in subnets of /22, 1 slot of its block
     --> blueprint.toml:7:1
      |
    7 | [tiers.app]
      | ^^^^^^^^^^^
    8 | route = "isolated"
    9 | cidr = "10.0.0.0/22"
      |        ------------- this block
      |
      = help: write `cidr = "10.0.0.0/20"`: addresses never move while a tier lives
      = help: for others add a tier of another name, and take this one out
    "#);
    let one_zone = lab("").replace(", \"b\"", "");
    assert_snapshot!(refused(&one_zone.replace("10.0.0.0/20", "10.0.0.0/22"), |it| it, &live), @r#"
    error[slots-changed]: tier `app` is built in subnets of /22, 1 slot of its block
     --> blueprint.toml:7:1
      |
    7 | [tiers.app]
      | ^^^^^^^^^^^
    8 | route = "isolated"
    9 | cidr = "10.0.0.0/22"
      |        ------------- this block
      |
      = help: write `slots = 1`: addresses never move while a tier lives
      = help: for others add a tier of another name, and take this one out
    "#);
}

#[test]
fn a_larger_block_keeps_its_subnets_if_it_has_more_slots() {
    let live = built(&network(&lab(""), &Live::default()));
    let larger = lab("slots = 16\n").replace("10.0.0.0/20", "10.0.0.0/18");
    assert_snapshot!(subnets(&network(&larger, &live)), @r#"
        app@a 10.0.0.0/22
        app@b 10.0.4.0/22
        "#);
}

#[test]
fn zones_keep_their_slots() {
    let zones = |zones: &str| lab("").replace("[\"a\", \"b\"]", zones);
    let live = built(&network(&lab(""), &Live::default()));
    assert_snapshot!(subnets(&network(&zones(r#"["c", "b", "a"]"#), &live)), @r#"
        app@a 10.0.0.0/22
        app@b 10.0.4.0/22
        app@c 10.0.8.0/22
        "#);
    assert_snapshot!(subnets(&network(&zones(r#"["c", "b"]"#), &live)), @r#"
        app@b 10.0.4.0/22
        app@c 10.0.8.0/22
        "#);
}

#[test]
fn another_tiers_subnets_do_not_count() {
    let live = built(&network(&lab("").replace("tiers.app", "tiers.app-old"), &Live::default()));
    assert_snapshot!(subnets(&network(&lab("zones = [\"b\", \"a\"]\n"), &live)), @r#"
        app@a 10.0.4.0/22
        app@b 10.0.0.0/22
        "#);
}

#[test]
fn entries_keep_their_numbers() {
    let rule = |ports: &str| {
        with_acl(
            &format!(
                r#"{{ rule = 100, allow = "tcp", ports = [{ports}], from = "vpc" }}, {{ rule = 200, deny = "all", from = "internet" }}"#
            ),
            "",
        )
    };
    let first = network(&rule("10, 20, 30"), &Live::default());
    assert_snapshot!(acl(&first), @r#"
        network-acl.app
          inbound 100 allow tcp 10 10.0.0.0/16
          inbound 101 allow tcp 20 10.0.0.0/16
          inbound 102 allow tcp 30 10.0.0.0/16
          inbound 200 deny all 0.0.0.0/0
        "#);
    let live = built(&first);
    assert_snapshot!(acl(&network(&rule("5, 30, 20"), &live)), @r#"
        network-acl.app
          inbound 100 allow tcp 5 10.0.0.0/16
          inbound 101 allow tcp 20 10.0.0.0/16
          inbound 102 allow tcp 30 10.0.0.0/16
          inbound 200 deny all 0.0.0.0/0
        "#);
    assert_snapshot!(acl(&network(&rule("30"), &live)), @r#"
        network-acl.app
          inbound 102 allow tcp 30 10.0.0.0/16
          inbound 200 deny all 0.0.0.0/0
        "#);
    assert_eq!(network(&rule("30, 20, 10"), &live), first);
}

#[test]
fn entries_of_another_rule_do_not_count() {
    let live = built(&network(
        &with_acl(r#"{ rule = 100, allow = "tcp", ports = [80, 443], from = "vpc" }"#, ""),
        &Live::default(),
    ));
    let moved = with_acl(
        r#"{ rule = 50, allow = "tcp", ports = 443, from = "vpc" }, { rule = 101, allow = "tcp", ports = 22, from = "vpc" }"#,
        "",
    );
    assert_snapshot!(acl(&network(&moved, &live)), @r#"
        network-acl.app
          inbound 50 allow tcp 443 10.0.0.0/16
          inbound 101 allow tcp 22 10.0.0.0/16
        "#);
}

#[test]
fn an_entry_that_is_there_twice_is_kept_once() {
    let mut live =
        built(&network(&with_acl(r#"{ rule = 100, allow = "all", from = "vpc" }"#, ""), &Live::default()));
    let entry =
        Entry { action: Action::Allow, traffic: Traffic::All, cidr: "10.0.0.0/16".parse().expect("a block") };
    live.tamper(&Key::new(Kind::NetworkAcl, "app"), |it: &mut NetworkAcl| {
        it.inbound = [(105, entry), (103, entry)].into();
        it.outbound = [(
            7,
            Entry {
                action: Action::Deny,
                traffic: Traffic::Tcp(Ports::one(1)),
                cidr: IpNet::default().into(),
            },
        )]
        .into();
    });
    assert_snapshot!(acl(&network(&with_acl(r#"{ rule = 100, allow = "all", from = "vpc" }"#, ""), &live)), @r#"
        network-acl.app
          inbound 103 allow all 10.0.0.0/16
        "#);
}

#[test]
fn a_subnet_outside_of_the_block_has_no_slot() {
    let mut live = built(&network(&lab(""), &Live::default()));
    live.tamper(&Key::new(Kind::Subnet, "app@b"), |it: &mut Subnet| {
        it.cidr = "10.0.64.0/22".parse().expect("a block");
    });
    assert_snapshot!(subnets(&network(&lab(""), &live)), @r#"
        app@a 10.0.0.0/22
        app@b 10.0.4.0/22
        "#);
}
