//! Plans.

use palisade_core::Kind;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;

use crate::json;
use crate::worlds::{World, from_block, hosting, key, minimal, studio, tcp};

#[test]
fn a_plan_that_creates() {
    let mut world = World::new(minimal());
    world.want.resources.retain(|key, _| matches!(key.kind, Kind::Vpc | Kind::SecurityGroup));
    insta::assert_snapshot!(world.told(json::plan), @r#"
    {
      "format_version": 1,
      "blueprint": "lab",
      "account": "111122223333",
      "region": "eu-west-1",
      "ipv6_prefix": null,
      "existing": [],
      "changes": [
        {
          "key": "vpc.main",
          "action": "create",
          "replace_order": null,
          "id": null,
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "cidr",
              "live": null,
              "want": "10.0.0.0/16",
              "forces_replacement": false
            },
            {
              "name": "dns-support",
              "live": null,
              "want": "true",
              "forces_replacement": false
            },
            {
              "name": "dns-hostnames",
              "live": null,
              "want": "true",
              "forces_replacement": false
            },
            {
              "name": "default group",
              "live": null,
              "want": "empty",
              "forces_replacement": false
            }
          ],
          "tags": []
        },
        {
          "key": "security-group.training",
          "action": "create",
          "replace_order": null,
          "id": null,
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "vpc",
              "live": null,
              "want": "vpc.main",
              "forces_replacement": false
            },
            {
              "name": "description",
              "live": null,
              "want": "training containers",
              "forces_replacement": false
            },
            {
              "name": "inbound all from security-group.training",
              "live": null,
              "want": "allowed",
              "forces_replacement": false
            }
          ],
          "tags": []
        }
      ],
      "problems": [],
      "notes": [],
      "summary": {
        "create": 2,
        "update": 0,
        "only_renamed": 0,
        "replace": 0,
        "delete": 0
      },
      "estimate": {
        "requests": 8,
        "seconds": 3,
        "dominated_by": null
      },
      "reads": {
        "requests": 14,
        "waves": 2
      },
      "calls": [
        {
          "step": {
            "phase": "make",
            "key": "vpc.main"
          },
          "operation": "CreateVpc",
          "details": "vpc.main 10.0.0.0/16",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "vpc.main"
          },
          "operation": "ModifyVpcAttribute",
          "details": "<vpc.main> dns-hostnames=true",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "vpc.main"
          },
          "operation": "DescribeSecurityGroups",
          "details": "the default of <vpc.main>",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "vpc.main"
          },
          "operation": "RevokeSecurityGroupIngress",
          "details": "<vpc.main/default-group>: all <vpc.main/default-group>",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "vpc.main"
          },
          "operation": "RevokeSecurityGroupEgress",
          "details": "<vpc.main/default-group>: all 0.0.0.0/0",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "security-group.training"
          },
          "operation": "CreateSecurityGroup",
          "details": "security-group.training of <vpc.main> as lab.training.1",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "security-group.training"
          },
          "operation": "RevokeSecurityGroupEgress",
          "details": "<security-group.training>: all 0.0.0.0/0",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "security-group.training"
          },
          "operation": "AuthorizeSecurityGroupIngress",
          "details": "<security-group.training>: all <security-group.training>",
          "lane": false,
          "wait": null
        }
      ]
    }
    "#);
}

#[test]
fn a_plan_that_changes() {
    let mut world = World::made(minimal());
    world.edit("security-group.training", |it: &mut SecurityGroup| {
        it.inbound.clear();
        it.inbound.insert(from_block(tcp(22), "10.0.0.0/8"), "from the office".to_owned());
    });
    world.edit("subnet.training@b", |it: &mut Subnet| it.cidr = "10.0.16.0/21".parse().expect("a CIDR"));
    world.want.resources.remove(&key("network-acl.training"));
    world.live.tamper_tags(&key("vpc.main"), |tags| drop(tags.insert("Name".to_owned(), "mine".to_owned())));
    insta::assert_snapshot!(world.told(json::plan), @r#"
    {
      "format_version": 1,
      "blueprint": "lab",
      "account": "111122223333",
      "region": "eu-west-1",
      "ipv6_prefix": null,
      "existing": [],
      "changes": [
        {
          "key": "vpc.main",
          "action": "update",
          "replace_order": null,
          "id": "vpc-00000000000000001",
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [],
          "tags": [
            {
              "name": "Name",
              "live": "mine",
              "want": "lab/vpc.main",
              "own": true
            }
          ]
        },
        {
          "key": "subnet.training@b",
          "action": "replace",
          "replace_order": "old_first",
          "id": "subnet-00000000000000007",
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "cidr",
              "live": "10.0.16.0/20",
              "want": "10.0.16.0/21",
              "forces_replacement": true
            }
          ],
          "tags": []
        },
        {
          "key": "network-acl.training",
          "action": "delete",
          "replace_order": null,
          "id": "acl-0000000000000000a",
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "vpc",
              "live": "vpc.main",
              "want": null,
              "forces_replacement": false
            },
            {
              "name": "inbound 100",
              "live": "allow all 10.40.64.0/18",
              "want": null,
              "forces_replacement": false
            },
            {
              "name": "inbound 200",
              "live": "allow tcp 1024-65535 52.218.0.0/17",
              "want": null,
              "forces_replacement": false
            },
            {
              "name": "outbound 100",
              "live": "allow all 10.40.64.0/18",
              "want": null,
              "forces_replacement": false
            },
            {
              "name": "outbound 200",
              "live": "allow tcp 443 52.218.0.0/17",
              "want": null,
              "forces_replacement": false
            }
          ],
          "tags": []
        },
        {
          "key": "security-group.training",
          "action": "update",
          "replace_order": null,
          "id": "sg-0000000000000000b",
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "inbound all from security-group.training",
              "live": "allowed",
              "want": null,
              "forces_replacement": false
            },
            {
              "name": "inbound tcp 22 from 10.0.0.0/8",
              "live": null,
              "want": "allowed: from the office",
              "forces_replacement": false
            }
          ],
          "tags": []
        }
      ],
      "problems": [],
      "notes": [
        "what uses `subnet.training@b` is interrupted: the old goes before the new is made, since AWS cannot have both"
      ],
      "summary": {
        "create": 0,
        "update": 2,
        "only_renamed": 0,
        "replace": 1,
        "delete": 1
      },
      "estimate": {
        "requests": 8,
        "seconds": 2,
        "dominated_by": null
      },
      "reads": {
        "requests": 14,
        "waves": 2
      },
      "calls": [
        {
          "step": {
            "phase": "tag",
            "key": null
          },
          "operation": "CreateTags",
          "details": "Name=lab/vpc.main on vpc-00000000000000001",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "security-group.training"
          },
          "operation": "AuthorizeSecurityGroupIngress",
          "details": "sg-0000000000000000b: tcp 22 10.0.0.0/8",
          "lane": true,
          "wait": null
        },
        {
          "step": {
            "phase": "unwire",
            "key": "security-group.training"
          },
          "operation": "RevokeSecurityGroupIngress",
          "details": "sg-0000000000000000b: all sg-0000000000000000b",
          "lane": true,
          "wait": null
        },
        {
          "step": {
            "phase": "remove",
            "key": "subnet.training@b"
          },
          "operation": "DisassociateRouteTable",
          "details": "rtbassoc-0000000000000000d",
          "lane": true,
          "wait": null
        },
        {
          "step": {
            "phase": "remove",
            "key": "subnet.training@b"
          },
          "operation": "DeleteSubnet",
          "details": "subnet-00000000000000007",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "subnet.training@b"
          },
          "operation": "CreateSubnet",
          "details": "subnet.training@b 10.0.16.0/21 in eu-west-1b of vpc-00000000000000001",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "subnet.training@b"
          },
          "operation": "AssociateRouteTable",
          "details": "<subnet.training@b> with rtb-00000000000000009",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "remove",
            "key": "network-acl.training"
          },
          "operation": "DeleteNetworkAcl",
          "details": "acl-0000000000000000a",
          "lane": false,
          "wait": null
        }
      ]
    }
    "#);
}

#[test]
fn a_plan_that_renames_and_protects() {
    let mut world = World::made(minimal());
    world.want.tags.insert("team".to_owned(), "research".to_owned());
    world.rename(&[("security-group.training", "security-group.workers")]);
    world.want.protected = [key("route-table.training")].into();
    let told = world.told(|view| {
        let document = json::PlanDocument::new(view);
        let of_interest = |it: &&json::ChangeEntry| it.protected || it.moved_from.is_some();
        let changes: Vec<_> = document.changes.iter().filter(of_interest).collect();
        serde_json::to_string_pretty(&(changes, document.summary)).expect("text keys only")
    });
    insta::assert_snapshot!(told, @r#"
    [
      [
        {
          "key": "route-table.training",
          "action": "update",
          "replace_order": null,
          "id": "rtb-00000000000000009",
          "left_over_of": null,
          "made_for": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": true,
          "fields": [],
          "tags": [
            {
              "name": "palisade:protect",
              "live": null,
              "want": "true",
              "own": true
            },
            {
              "name": "palisade:tags",
              "live": null,
              "want": "team",
              "own": true
            },
            {
              "name": "team",
              "live": null,
              "want": "research",
              "own": false
            }
          ]
        },
        {
          "key": "security-group.workers",
          "action": "update",
          "replace_order": null,
          "id": "sg-0000000000000000b",
          "left_over_of": null,
          "made_for": null,
          "moved_from": "security-group.training",
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [],
          "tags": [
            {
              "name": "Name",
              "live": "lab/security-group.training",
              "want": "lab/security-group.workers",
              "own": true
            },
            {
              "name": "palisade:key",
              "live": "security-group.training",
              "want": "security-group.workers",
              "own": true
            },
            {
              "name": "palisade:moved-from",
              "live": null,
              "want": "security-group.training",
              "own": true
            },
            {
              "name": "palisade:tags",
              "live": null,
              "want": "team",
              "own": true
            },
            {
              "name": "team",
              "live": null,
              "want": "research",
              "own": false
            }
          ]
        }
      ],
      {
        "create": 0,
        "update": 6,
        "only_renamed": 0,
        "replace": 0,
        "delete": 0
      }
    ]
    "#);
}

#[test]
fn what_goes_with_a_domain_says_for_whom_it_was_made() {
    let mut world = World::made(studio());
    world.want.resources.clear();
    world.intent.destroy = true;
    let document = world.told(json::plan);
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    let changes = document["changes"].as_array().expect("a list").iter();
    let made = changes.filter(|it| !it["made_for"].is_null());
    let told: Vec<String> = made.map(|it| format!("{} {}", it["key"], it["made_for"])).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "security-group.sg-0000000000000000f" "domain.studio"
    "security-group.sg-00000000000000010" "domain.studio"
    "mount-target.fsmt-00000000000000011" "domain.studio"
    "mount-target.fsmt-00000000000000012" "domain.studio"
    "#);
    insta::assert_snapshot!(format!("{:#}", document["notes"]), @r#"
    [
      "the file system `fs-arn-0000000000000000e` of `domain.studio` is kept, with the homes on it, and goes on costing; delete it with `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`"
    ]
    "#);
}

#[test]
fn secrets_stay_out_of_it() {
    let mut world = World::made(hosting());
    world.edit("model.score", |it: &mut Model| {
        let image = serde_json::json!({"Image": "score:2", "Environment": {"API_TOKEN": "hunter22"}});
        it.settings.insert("PrimaryContainer", image);
    });
    let told = world.told(json::plan) + &world.told(json::drift);
    assert!(told.contains("primary-container.environment") && !told.contains("hunter"), "{told}");
}
