//! Prefix lists, outside networks, endpoint sets, and what is said about keys.

use insta::assert_snapshot;
use palisade_core::Live;

use super::resolving::{built, refused};
use super::{check, lab, list, network};

#[test]
fn lists_and_outside_networks_are_named_by_rules() {
    let more = r#"
[prefix-lists.corp]
entries = ["192.0.2.0/24", { cidr = "198.51.100.0/24", description = "the office" }]
max-entries = 5
[outside.office]
cidrs = ["172.16.0.0/12", "2001:db8::/32"]
[tiers.app.network-acl]
inbound = [{ rule = 100, allow = "tcp", ports = 22, from = ["prefix-list:corp", "outside:office"] }]
[security-groups.web]
inbound = [{ from = ["prefix-list:corp", "outside:office", "pl-00000abc"], ports = 22 }]
"#;
    assert_snapshot!(list(&network(&lab(more), &Live::default())), @r#"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl app
    subnet.app@b 10.0.4.0/22 eu-west-1b table app acl app
    route-table.app
    network-acl.app
      inbound 100 allow tcp 22 172.16.0.0/12
      inbound 101 allow tcp 22 192.0.2.0/24
      inbound 102 allow tcp 22 198.51.100.0/24
      inbound 103 allow tcp 22 2001:db8::/32
    security-group.web "managed by palisade"
      tcp 22 from 172.16.0.0/12
      tcp 22 from 2001:db8::/32
      tcp 22 from prefix-list.corp
      tcp 22 from pl-00000abc
    prefix-list.corp IPv4 up to 5
      192.0.2.0/24
      198.51.100.0/24 the office
    "#);
}

#[test]
fn lists_are_wrong() {
    let more = r#"
[prefix-lists.corp]
entries = ["192.0.2.0/24", "192.0.2.0/24", "10.0.0.1/8"]
[prefix-lists.mixed]
entries = ["192.0.2.0/24", "2001:db8::/32"]
[prefix-lists.small]
entries = ["192.0.2.0/24", "198.51.100.0/24"]
max-entries = 1
[prefix-lists.large]
entries = ["192.0.2.0/24"]
max-entries = 2000
[prefix-lists.none]
entries = []
[security-groups.web]
inbound = [{ from = "prefix-list:crop", ports = 22 }]
"#;
    check!(&lab(more), @r#"
    error[twice]: block `192.0.2.0/24` is given twice
      --> blueprint.toml:12:28
       |
    12 | entries = ["192.0.2.0/24", "192.0.2.0/24", "10.0.0.1/8"]
       |            --------------  ^^^^^^^^^^^^^^
       |            |
       |            here first
       |
       = help: leave one of them out
    error[cidr-host-bits]: `10.0.0.1/8` has host bits set
      --> blueprint.toml:12:44
       |
    12 | entries = ["192.0.2.0/24", "192.0.2.0/24", "10.0.0.1/8"]
       |                                            ^^^^^^^^^^^^
       |
       = help: write `10.0.0.0/8`
    error[prefix-list-family]: prefix list `mixed` has blocks of both address families
      --> blueprint.toml:14:28
       |
    14 | entries = ["192.0.2.0/24", "2001:db8::/32"]
       |            --------------  ^^^^^^^^^^^^^^^
       |            |
       |            the other family
       |
       = help: write two lists: AWS takes one family in a list
    error[prefix-list-size]: the list has 2 entries, and room for 1
      --> blueprint.toml:17:15
       |
    17 | max-entries = 1
       |               ^
       |
       = help: write `max-entries = 2` or more, or leave it out
    error[prefix-list-size]: a list with room for 2000 entries is more than the 1000 possible
      --> blueprint.toml:20:15
       |
    20 | max-entries = 2000
       |               ^^^^
       |
       = help: split it, or have AWS raise the quota and add `[quotas]` with `entries-per-prefix-list`
    error[empty-list]: `entries` is empty
      --> blueprint.toml:22:11
       |
    22 | entries = []
       |           ^^
       |
       = help: name at least one
    error[name-unknown]: there is no prefix list `crop`
      --> blueprint.toml:24:21
       |
    24 | inbound = [{ from = "prefix-list:crop", ports = 22 }]
       |                     ^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `corp`?
    "#);
}

#[test]
fn a_list_counts_as_many_rules_as_it_has_room_for() {
    let more = r#"
[prefix-lists.corp]
entries = ["192.0.2.0/24"]
max-entries = 61
[security-groups.web]
inbound = [{ from = "prefix-list:corp", ports = 22 }]
"#;
    check!(&lab(more), @r#"
    error[group-quota]: group `web` has 61 inbound rules, 60 are possible
      --> blueprint.toml:15:11
       |
    15 | inbound = [{ from = "prefix-list:corp", ports = 22 }]
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name wider blocks or fewer ports, or have AWS raise the quota and add `[quotas]` with `rules-per-security-group`
    "#);
}

#[test]
fn what_is_outside_lies_inside() {
    check!(&lab("[outside.office]\ncidrs = [\"10.0.0.0/8\", \"10.0.0.0/8\"]\n"), @r#"
    error[outside-inside]: `10.0.0.0/8` of outside network `office` is inside of the VPC
      --> blueprint.toml:11:10
       |
    11 | cidrs = ["10.0.0.0/8", "10.0.0.0/8"]
       |          ^^^^^^^^^^^^
       |
       = help: name blocks beside 10.0.0.0/16
    error[outside-inside]: `10.0.0.0/8` of outside network `office` is inside of the VPC
      --> blueprint.toml:11:24
       |
    11 | cidrs = ["10.0.0.0/8", "10.0.0.0/8"]
       |                        ^^^^^^^^^^^^
       |
       = help: name blocks beside 10.0.0.0/16
    error[twice]: block `10.0.0.0/8` is given twice
      --> blueprint.toml:11:24
       |
    11 | cidrs = ["10.0.0.0/8", "10.0.0.0/8"]
       |          ------------  ^^^^^^^^^^^^
       |          |
       |          here first
       |
       = help: leave one of them out
    "#);
}

#[test]
fn sets_become_endpoints() {
    let more = r#"
[security-groups.endpoints]
[security-groups.more]
[tiers.batch]
route = "isolated"
cidr = "10.0.16.0/20"
[endpoint-sets]
sagemaker-training = { tiers = ["app"], security-groups = ["endpoints"] }
sagemaker-notebook = { tiers = ["app", "batch"], security-groups = ["endpoints"] }
[endpoints.s3]
policy = { file = "policies/s3.json" }
[endpoints.s3-interface]
service = "s3"
type = "interface"
tiers = ["app"]
security-groups = ["endpoints"]
[endpoints.tokens]
service = "sts"
tiers = ["batch"]
security-groups = ["more"]
private-dns = false
"#;
    assert_snapshot!(list(&network(&lab(more), &Live::default())), @r#"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl -
    subnet.app@b 10.0.4.0/22 eu-west-1b table app acl -
    subnet.batch@a 10.0.16.0/22 eu-west-1a table batch acl -
    subnet.batch@b 10.0.20.0/22 eu-west-1b table batch acl -
    route-table.app
    route-table.batch
    security-group.endpoints "managed by palisade"
    security-group.more "managed by palisade"
    endpoint.ecr.api com.amazonaws.eu-west-1.ecr.api
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.ecr.dkr com.amazonaws.eu-west-1.ecr.dkr
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.kms com.amazonaws.eu-west-1.kms
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.logs com.amazonaws.eu-west-1.logs
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.monitoring com.amazonaws.eu-west-1.monitoring
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.notebook aws.sagemaker.eu-west-1.notebook
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.s3 com.amazonaws.eu-west-1.s3 policy
      tables app batch
    endpoint.s3-interface com.amazonaws.eu-west-1.s3
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.sagemaker.api com.amazonaws.eu-west-1.sagemaker.api
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.sagemaker.runtime com.amazonaws.eu-west-1.sagemaker.runtime
      subnets app@a app@b
      groups endpoints
      dns true
    endpoint.tokens com.amazonaws.eu-west-1.sts
      subnets batch@a batch@b
      groups endpoints more
      dns false
    "#);
}

#[test]
fn sets_are_wrong() {
    let more = r#"
[security-groups.endpoints]
[endpoint-sets]
training = { tiers = ["app"], security-groups = ["endpoints"] }
sagemaker-training = { tiers = ["apt"], security-groups = ["endpoints"] }
sagemaker-hosting = { tiers = ["app"], security-groups = ["endpoints"] }
[endpoints.sts]
service = "ssm"
tiers = ["app"]
security-groups = ["endpoints"]
"#;
    check!(&lab(more), @r#"
    error[unknown-key]: `training` is no key in `[endpoint-sets]`
      --> blueprint.toml:13:1
       |
    13 | training = { tiers = ["app"], security-groups = ["endpoints"] }
       | ^^^^^^^^
       |
       = help: write `sagemaker-training`
    error[name-unknown]: there is no tier `apt`
      --> blueprint.toml:14:33
       |
    14 | sagemaker-training = { tiers = ["apt"], security-groups = ["endpoints"] }
       |                                 ^^^^^
       |
       = help: did you mean `app`?
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:15:1
       |
    15 | sagemaker-hosting = { tiers = ["app"], security-groups = ["endpoints"] }
       | ^^^^^^^^^^^^^^^^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    error[set-name]: endpoint `sts` is for another service than the one of the set
      --> blueprint.toml:16:12
       |
    15 | sagemaker-hosting = { tiers = ["app"], security-groups = ["endpoints"] }
       | ----------------- this set has an endpoint of that name
    16 | [endpoints.sts]
       |            ^^^
       |
       = help: give this one another name
    "#);
}

#[test]
fn renames_and_protection_are_part_of_the_network() {
    let more = r#"
[security-groups.web]
[[moved]]
from = "tier:application"
to = "tier:app"
[[moved]]
from = "security-group.www"
to = "security-group.web"
[[moved]]
from = "blueprint:old-lab"
[protect]
keys = ["tier:app", "security-group.web"]
"#;
    let network = network(&lab(more), &Live::default());
    assert_snapshot!(format!("{:#?}\n{:?}", network.moves, network.protected), @r#"
    Moves {
        moves: [
            Tier {
                from: "application",
                to: "app",
            },
            Key {
                from: security-group.www,
                to: security-group.web,
            },
        ],
        blueprints: {
            "old-lab",
        },
    }
    {subnet.app@a, subnet.app@b, route-table.app, security-group.web}
    "#);
}

#[test]
fn two_moves_to_one_thing_in_two_forms() {
    let moves = |more: &str| {
        lab(&format!(
            "[[moved]]\nfrom = \"tier:x\"\nto = \"tier:app\"\n[[moved]]\nfrom = \"subnet.q@a\"\nto = \"subnet.app@a\"\n{more}"
        ))
    };
    check!(&moves(""), @r#"
    error[moved-twice]: two things are moved to `subnet.app@a`
      --> blueprint.toml:15:6
       |
    12 | to = "tier:app"
       |      ---------- here first
    ...
    15 | to = "subnet.app@a"
       |      ^^^^^^^^^^^^^^
       |
       = help: give one of them another name
    "#);
    // What the tier had there goes elsewhere.
    check!(&moves("[[moved]]\nfrom = \"subnet.x@a\"\nto = \"subnet.y@a\"\n"), @"nothing to say");
}

#[test]
fn renames_are_wrong() {
    let more = r#"
[[moved]]
from = "tier:app"
to = "security-group.app"
[[moved]]
from = "subnet"
to = "tier:app"
[[moved]]
from = "secruity-group.x"
to = "security-group.y"
[[moved]]
from = "tier:a"
to = "tier:b"
[[moved]]
from = "tier:a"
to = "tier:b"
[[moved]]
from = "tier:c"
to = "tier:c"
[[moved]]
from = "tier:d"
[[moved]]
from = "blueprint:lab"
[[moved]]
from = "blueprint:old"
to = "blueprint:other"
[[moved]]
from = "blueprint:"
[protect]
keys = ["tier:app", "tier:app", "sg-00000abc"]
"#;
    check!(&lab(more), @r#"
    error[moved-kind]: `tier:app` cannot become `security-group.app`
      --> blueprint.toml:13:6
       |
    12 | from = "tier:app"
       |        ---------- from this
    13 | to = "security-group.app"
       |      ^^^^^^^^^^^^^^^^^^^^
       |
       = help: a rename stays within a kind: key to key of one kind, or tier to tier
    error[key-syntax]: `subnet` is no key
      --> blueprint.toml:15:8
       |
    15 | from = "subnet"
       |        ^^^^^^^^
       |
       = help: write a key as plans show it, such as `security-group.training`, or `tier:training`
    error[key-syntax]: `secruity-group.x` is no key
      --> blueprint.toml:18:8
       |
    18 | from = "secruity-group.x"
       |        ^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `security-group.x`?
    error[moved-twice]: `tier:a` is moved twice
      --> blueprint.toml:24:8
       |
    21 | from = "tier:a"
       |        -------- here first
    ...
    24 | from = "tier:a"
       |        ^^^^^^^^
       |
       = help: leave one of them out
    error[moved-twice]: two things are moved to `tier:b`
      --> blueprint.toml:25:6
       |
    22 | to = "tier:b"
       |      -------- here first
    ...
    25 | to = "tier:b"
       |      ^^^^^^^^
       |
       = help: give one of them another name
    error[moved-nowhere]: `tier:c` is moved to itself
      --> blueprint.toml:28:6
       |
    28 | to = "tier:c"
       |      ^^^^^^^^
       |
       = help: leave it out
    error[missing-key]: `to` is missing in an entry of `moved`
      --> blueprint.toml:29:1
       |
    29 | [[moved]]
       | ^^^^^^^^^
       |
       = help: add what it is called now: `to = "tier:training"`
    error[moved-nowhere]: `lab` is the blueprint's present name
      --> blueprint.toml:32:8
       |
    32 | from = "blueprint:lab"
       |        ^^^^^^^^^^^^^^^
       |
       = help: write its old name
    error[moved-nowhere]: the blueprint is called `lab`
      --> blueprint.toml:35:6
       |
    35 | to = "blueprint:other"
       |      ^^^^^^^^^^^^^^^^^
       |
       = help: write `to = "blueprint:lab"`, or leave `to` out
    error[moved-nowhere]: the old name is missing
      --> blueprint.toml:37:8
       |
    37 | from = "blueprint:"
       |        ^^^^^^^^^^^^
       |
       = help: write `blueprint:<old name>`
    error[twice]: `tier:app` is given twice
      --> blueprint.toml:39:21
       |
    39 | keys = ["tier:app", "tier:app", "sg-00000abc"]
       |         ----------  ^^^^^^^^^^
       |         |
       |         here first
       |
       = help: leave one of them out
    error[key-syntax]: `sg-00000abc` is no key
      --> blueprint.toml:39:33
       |
    39 | keys = ["tier:app", "tier:app", "sg-00000abc"]
       |                                 ^^^^^^^^^^^^^
       |
       = help: write a key as plans show it, such as `security-group.training`, or `tier:training`
    "#);
}

#[test]
fn renames_and_protection_lead_nowhere() {
    let more = r#"
[security-groups.web]
[[moved]]
from = "security-group.web"
to = "security-group.wob"
[[moved]]
from = "tier:old"
to = "tier:older"
[protect]
keys = ["tier:dat", "security-group.wbe"]
"#;
    assert_snapshot!(refused(&lab(more), |it| it, &Live::default()), @r#"
    error[moved-stays]: `security-group.web` is moved, and is still in the blueprint
      --> blueprint.toml:13:8
       |
    13 | from = "security-group.web"
       |        ^^^^^^^^^^^^^^^^^^^^
       |
       = help: take it out of the blueprint, or leave the move out
    error[moved-nowhere]: `security-group.wob` is moved to, and the blueprint has no such thing
      --> blueprint.toml:14:6
       |
    14 | to = "security-group.wob"
       |      ^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `security-group.web`?
    error[moved-nowhere]: `tier:older` is moved to, and the blueprint has no such thing
      --> blueprint.toml:17:6
       |
    17 | to = "tier:older"
       |      ^^^^^^^^^^^^
       |
       = help: of its kind it has `tier:app`: name one of those, or leave it out
    error[protect-unknown]: `tier:dat` is protected, and the blueprint has no such thing
      --> blueprint.toml:19:9
       |
    19 | keys = ["tier:dat", "security-group.wbe"]
       |         ^^^^^^^^^^
       |
       = help: of its kind it has `tier:app`: name one of those, or leave it out
    error[protect-unknown]: `security-group.wbe` is protected, and the blueprint has no such thing
      --> blueprint.toml:19:21
       |
    19 | keys = ["tier:dat", "security-group.wbe"]
       |                     ^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `security-group.web`?
    "#);
}

#[test]
fn what_cannot_be_guessed_is_listed() {
    let more = r#"
[security-groups.web]
[security-groups.db]
[protect]
keys = ["tier:training", "security-group.training", "prefix-list.corp"]
"#;
    assert_snapshot!(refused(&lab(more), |it| it, &Live::default()), @r#"
    error[protect-unknown]: `tier:training` is protected, and the blueprint has no such thing
      --> blueprint.toml:14:9
       |
    14 | keys = ["tier:training", "security-group.training", "prefix-list.corp"]
       |         ^^^^^^^^^^^^^^^
       |
       = help: of its kind it has `tier:app`: name one of those, or leave it out
    error[protect-unknown]: `security-group.training` is protected, and the blueprint has no such thing
      --> blueprint.toml:14:26
       |
    14 | keys = ["tier:training", "security-group.training", "prefix-list.corp"]
       |                          ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: of its kind it has `security-group.db` and `security-group.web`: name one of those, or leave it out
    error[protect-unknown]: `prefix-list.corp` is protected, and the blueprint has no such thing
      --> blueprint.toml:14:53
       |
    14 | keys = ["tier:training", "security-group.training", "prefix-list.corp"]
       |                                                     ^^^^^^^^^^^^^^^^^^
       |
       = help: it has nothing of the kind: leave it out
    "#);
}

#[test]
fn protection_of_nothing_is_no_mistake() {
    let protected = |more: &str| network(&lab(more), &Live::default()).protected.len();
    assert_ne!(protected("[protect]\nkeys = [\"tier:app\"]\n"), 0);
    assert_eq!(protected("[protect]\nkeys = []\n"), 0);
}

#[test]
fn a_swap_and_a_chain_are_no_mistakes() {
    let tier = |name: &str, third: u8| {
        format!("[tiers.{name}]\nroute = \"isolated\"\ncidr = \"10.0.{third}.0/20\"\n")
    };
    let moved = |from: &str, to: &str| format!("[[moved]]\nfrom = \"tier:{from}\"\nto = \"tier:{to}\"\n");
    let tiers = tier("a", 16) + &tier("b", 32) + &tier("e", 48);
    let moves = moved("a", "b") + &moved("b", "a") + &moved("c", "d") + &moved("d", "e");
    let network = network(&lab(&(tiers + &moves)), &built(&network(&lab(""), &Live::default())));
    assert_eq!(network.moves.moves.len(), 4);
}
