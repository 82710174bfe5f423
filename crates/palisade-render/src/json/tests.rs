//! What machines read.

use std::time::Duration;

use palisade_core::kinds::endpoint::Endpoint;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::live::Stranger;
use palisade_core::{Diagnostic, Network, Report, Sources};

use crate::worlds::{World, dual_stack, from_block, group, key, minimal, private_training, subnet, tcp};

#[test]
fn a_plan_that_creates() {
    let mut world = World::new(minimal());
    world.want.resources.retain(|key, _| key.name != "training@b");
    insta::assert_snapshot!(world.told(super::plan), @r#"
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
          "key": "subnet.training@a",
          "action": "create",
          "replace_order": null,
          "id": null,
          "left_over_of": null,
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
              "name": "cidr",
              "live": null,
              "want": "10.0.0.0/20",
              "forces_replacement": false
            },
            {
              "name": "zone",
              "live": null,
              "want": "eu-west-1a",
              "forces_replacement": false
            },
            {
              "name": "assign-ipv6",
              "live": null,
              "want": "false",
              "forces_replacement": false
            },
            {
              "name": "public-ip-on-launch",
              "live": null,
              "want": "false",
              "forces_replacement": false
            },
            {
              "name": "route-table",
              "live": null,
              "want": "route-table.training",
              "forces_replacement": false
            }
          ],
          "tags": []
        },
        {
          "key": "route-table.training",
          "action": "create",
          "replace_order": null,
          "id": null,
          "left_over_of": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "vpc",
              "live": null,
              "want": "vpc.main",
              "forces_replacement": false
            }
          ],
          "tags": []
        },
        {
          "key": "network-acl.training",
          "action": "create",
          "replace_order": null,
          "id": null,
          "left_over_of": null,
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
              "name": "inbound 100",
              "live": null,
              "want": "allow all 10.40.64.0/18",
              "forces_replacement": false
            },
            {
              "name": "inbound 200",
              "live": null,
              "want": "allow tcp 1024-65535 52.218.0.0/17",
              "forces_replacement": false
            },
            {
              "name": "outbound 100",
              "live": null,
              "want": "allow all 10.40.64.0/18",
              "forces_replacement": false
            },
            {
              "name": "outbound 200",
              "live": null,
              "want": "allow tcp 443 52.218.0.0/17",
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
        "create": 5,
        "update": 0,
        "only_renamed": 0,
        "replace": 0,
        "delete": 0
      },
      "estimate": {
        "requests": 16,
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
            "key": "subnet.training@a"
          },
          "operation": "CreateSubnet",
          "details": "subnet.training@a 10.0.0.0/20 in eu-west-1a of <vpc.main>",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "route-table.training"
          },
          "operation": "CreateRouteTable",
          "details": "route-table.training of <vpc.main>",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "make",
            "key": "network-acl.training"
          },
          "operation": "CreateNetworkAcl",
          "details": "network-acl.training of <vpc.main>",
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
            "key": "subnet.training@a"
          },
          "operation": "AssociateRouteTable",
          "details": "<subnet.training@a> with <route-table.training>",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "network-acl.training"
          },
          "operation": "CreateNetworkAclEntry",
          "details": "<network-acl.training> inbound 100 allow all 10.40.64.0/18",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "network-acl.training"
          },
          "operation": "CreateNetworkAclEntry",
          "details": "<network-acl.training> inbound 200 allow tcp 1024-65535 52.218.0.0/17",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "network-acl.training"
          },
          "operation": "CreateNetworkAclEntry",
          "details": "<network-acl.training> outbound 100 allow all 10.40.64.0/18",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "network-acl.training"
          },
          "operation": "CreateNetworkAclEntry",
          "details": "<network-acl.training> outbound 200 allow tcp 443 52.218.0.0/17",
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
    insta::assert_snapshot!(world.told(super::plan), @r#"
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
fn a_plan_with_a_problem() {
    let mut world = World::made(minimal());
    world.live.insert_foreign("subnet-0abc", subnet("10.0.32.0/24", "a", "training"));
    world.want.insert(key("subnet.training@c"), subnet("10.0.32.0/20", "c", "training"));
    insta::assert_snapshot!(world.told(super::plan), @r#"
    {
      "format_version": 1,
      "blueprint": "lab",
      "account": "111122223333",
      "region": "eu-west-1",
      "ipv6_prefix": null,
      "existing": [],
      "changes": [
        {
          "key": "subnet.training@c",
          "action": "create",
          "replace_order": null,
          "id": null,
          "left_over_of": null,
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
              "name": "cidr",
              "live": null,
              "want": "10.0.32.0/20",
              "forces_replacement": false
            },
            {
              "name": "zone",
              "live": null,
              "want": "eu-west-1c",
              "forces_replacement": false
            },
            {
              "name": "assign-ipv6",
              "live": null,
              "want": "false",
              "forces_replacement": false
            },
            {
              "name": "public-ip-on-launch",
              "live": null,
              "want": "false",
              "forces_replacement": false
            },
            {
              "name": "route-table",
              "live": null,
              "want": "route-table.training",
              "forces_replacement": false
            }
          ],
          "tags": []
        }
      ],
      "problems": [
        {
          "code": "clash",
          "key": "subnet.training@c",
          "message": "`subnet.training@c` cannot exist beside `subnet-0abc`, which is not this blueprint's",
          "help": "change the blueprint, or remove what is in the way"
        }
      ],
      "notes": [],
      "summary": {
        "create": 1,
        "update": 0,
        "only_renamed": 0,
        "replace": 0,
        "delete": 0
      },
      "estimate": {
        "requests": 0,
        "seconds": 0,
        "dominated_by": null
      },
      "reads": {
        "requests": 14,
        "waves": 2
      },
      "calls": []
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
        let document = super::PlanDocument::new(view);
        let of_interest = |it: &&super::ChangeEntry| it.protected || it.moved_from.is_some();
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
fn a_plan_about_ipv6() {
    let mut world = World::made(dual_stack());
    world.edit("subnet.app@b", |it: &mut Subnet| it.ipv6 = Some(6));
    insta::assert_snapshot!(world.told(super::plan), @r#"
    {
      "format_version": 1,
      "blueprint": "lab",
      "account": "111122223333",
      "region": "eu-west-1",
      "ipv6_prefix": "2600:1f18:0:900::/56",
      "existing": [],
      "changes": [
        {
          "key": "subnet.app@b",
          "action": "update",
          "replace_order": null,
          "id": "subnet-0000000000000000f",
          "left_over_of": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "protected": false,
          "fields": [
            {
              "name": "ipv6",
              "live": "ipv6-slot(2)",
              "want": "ipv6-slot(6)",
              "forces_replacement": false
            }
          ],
          "tags": []
        }
      ],
      "problems": [],
      "notes": [
        "the IPv6 block of `subnet.app@b` goes before the other one comes: AWS refuses that as long as an interface has an address of it, and for seconds there is no IPv6"
      ],
      "summary": {
        "create": 0,
        "update": 1,
        "only_renamed": 0,
        "replace": 0,
        "delete": 0
      },
      "estimate": {
        "requests": 3,
        "seconds": 4,
        "dominated_by": {
          "phase": "wire",
          "key": "subnet.app@b"
        }
      },
      "reads": {
        "requests": 14,
        "waves": 2
      },
      "calls": [
        {
          "step": {
            "phase": "wire",
            "key": "subnet.app@b"
          },
          "operation": "DisassociateSubnetCidrBlock",
          "details": "<subnet.app@b/ipv6-association>",
          "lane": true,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "subnet.app@b"
          },
          "operation": "AssociateSubnetCidrBlock",
          "details": "subnet-0000000000000000f with <vpc.main/ipv6-slot(6)>",
          "lane": false,
          "wait": null
        },
        {
          "step": {
            "phase": "wire",
            "key": "subnet.app@b"
          },
          "operation": "DescribeSubnets",
          "details": "until subnet-0000000000000000f has its IPv6 block",
          "lane": false,
          "wait": {
            "typical_seconds": 3,
            "deadline_seconds": 180
          }
        }
      ]
    }
    "#);
}

fn all_fields(network: &Network) -> String {
    let of_one_zone = network.resources.iter().filter(|(key, _)| !key.name.ends_with("@b"));
    let facts = of_one_zone.map(|(key, spec)| {
        let facts = super::facts::of(spec).into_iter().map(|(name, value)| format!("  {name} = {value}\n"));
        format!("{key}\n{}", facts.collect::<String>())
    });
    facts.collect()
}

/// What is wanted of a new object is named as a difference would name it.
#[test]
fn all_fields_of_every_kind() {
    insta::assert_snapshot!(all_fields(&private_training()), @"
    vpc.main
      cidr = 10.40.0.0/16
      dns-support = true
      dns-hostnames = true
      default group = empty
    subnet.app@a
      vpc = vpc.main
      cidr = 10.40.16.0/22
      zone = eu-west-1a
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.app@a
    subnet.public@a
      vpc = vpc.main
      cidr = 10.40.0.0/22
      zone = eu-west-1a
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.public
    subnet.training@a
      vpc = vpc.main
      cidr = 10.40.64.0/22
      zone = eu-west-1a
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.training
      network-acl = network-acl.training
    igw.main
      vpc = vpc.main
    eip.nat@a
    nat.main@a
      subnet = subnet.public@a
      address = eip.nat@a
    route-table.app@a
      vpc = vpc.main
      route 0.0.0.0/0 = nat.main@a
    route-table.public
      vpc = vpc.main
      route 0.0.0.0/0 = igw.main
    route-table.training
      vpc = vpc.main
    network-acl.training
      vpc = vpc.main
      inbound 100 = allow all 10.40.64.0/18
      inbound 200 = allow tcp 1024-65535 52.218.0.0/17
      outbound 100 = allow all 10.40.64.0/18
      outbound 200 = allow tcp 443 52.218.0.0/17
    security-group.endpoints
      vpc = vpc.main
      description = endpoints
      inbound tcp 443 from security-group.training = allowed
    security-group.training
      vpc = vpc.main
      description = training containers
      inbound all from security-group.training = allowed
      outbound all to security-group.training = allowed: between the workers
      outbound tcp 443 to security-group.endpoints = allowed
    endpoint.s3
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.s3
      type = gateway
      policy = full access
      route-table = route-table.app@a
      route-table = route-table.app@b
      route-table = route-table.training
    endpoint.sagemaker.api
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.sagemaker.api
      type = interface
      policy = full access
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.endpoints
      private-dns = true
    endpoint.sts
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.sts
      type = interface
      policy = full access
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.endpoints
      private-dns = true
    ");
}

#[test]
fn all_fields_of_the_kinds_of_a_dual_stack_network() {
    insta::assert_snapshot!(all_fields(&dual_stack()), @"
    vpc.main
      cidr = 10.60.0.0/16
      secondary-cidr = 100.64.0.0/16
      ipv6 = Amazon's
      dns-support = true
      dns-hostnames = true
      dhcp = dhcp.main
      default group = empty
      default ACL = empty
    subnet.app@a
      vpc = vpc.main
      cidr = 10.60.16.0/20
      zone = eu-west-1a
      ipv6 = ipv6-slot(1)
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.app@a
    subnet.public@a
      vpc = vpc.main
      cidr = 10.60.0.0/20
      zone = eu-west-1a
      ipv6 = ipv6-slot(0)
      assign-ipv6 = true
      public-ip-on-launch = false
      route-table = route-table.public
    subnet.training@a
      vpc = vpc.main
      cidr = 100.64.0.0/20
      zone = eu-west-1a
      ipv6 = ipv6-slot(3)
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.training
      network-acl = network-acl.training
    igw.main
      vpc = vpc.main
    eigw.main
      vpc = vpc.main
    eip.nat@a
    nat.main@a
      subnet = subnet.public@a
      address = eip.nat@a
    route-table.app@a
      vpc = vpc.main
      route 0.0.0.0/0 = nat.main@a
      route ::/0 = eigw.main
    route-table.public
      vpc = vpc.main
      route 0.0.0.0/0 = igw.main
      route ::/0 = igw.main
    route-table.training
      vpc = vpc.main
    network-acl.training
      vpc = vpc.main
      inbound 100 = allow all 100.64.0.0/19
      inbound 101 = allow all ipv6-slot(3)
      inbound 102 = allow all ipv6-slot(4)
      outbound 100 = allow all 100.64.0.0/19
      outbound 101 = allow all ipv6-slot(3)
      outbound 102 = allow all ipv6-slot(4)
    security-group.endpoints
      vpc = vpc.main
      description = endpoints
      inbound tcp 443 from security-group.training = allowed
    security-group.training
      vpc = vpc.main
      description = training containers
      inbound all from security-group.training = allowed
      inbound tcp 22 from prefix-list.corp = allowed: from the office
      outbound tcp 443 to ipv6-prefix = allowed
      outbound tcp 443 to security-group.endpoints = allowed
    endpoint.sts
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.sts
      type = interface
      policy = full access
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.endpoints
      private-dns = true
    prefix-list.corp
      family = IPv4
      max-entries = 5
      entry 192.0.2.0/24 = listed: office
      entry 198.51.100.0/24 = listed
    dhcp.main
      domain-name = corp.example
      name-servers = 10.0.0.2, AmazonProvidedDNS
    flow-log.vpc
      vpc = vpc.main
      to = log-group:/vpc/lab
      role = arn:aws:iam::111122223333:role/flow-logs
      traffic = all
      interval = 600
    ");
}

#[test]
fn drift() {
    let mut world = World::made(minimal());
    world.live.tamper(&key("security-group.training"), |it: &mut SecurityGroup| it.inbound.clear());
    world.live.insert_foreign("sg-0abc", group("by hand", &[], &[]));
    world.live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what: "network interface of `i-0abc`".to_owned(),
        uses: vec![key("subnet.training@b")],
    });
    world.live.tamper_tags(&key("vpc.main"), |tags| drop(tags.insert("Name".to_owned(), "mine".to_owned())));
    insta::assert_snapshot!(world.told(super::drift), @r#"
    {
      "format_version": 1,
      "blueprint": "lab",
      "account": "111122223333",
      "region": "eu-west-1",
      "ipv6_prefix": null,
      "objects": [
        {
          "key": "vpc.main",
          "standing": "changed",
          "id": "vpc-00000000000000001",
          "left_over_of": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "fields": [],
          "tags": [
            {
              "name": "Name",
              "blueprint": "lab/vpc.main",
              "live": "mine",
              "own": true
            }
          ]
        },
        {
          "key": "security-group.training",
          "standing": "changed",
          "id": "sg-0000000000000000b",
          "left_over_of": null,
          "moved_from": null,
          "moved_from_blueprint": null,
          "fields": [
            {
              "name": "inbound all from security-group.training",
              "blueprint": "allowed",
              "live": null
            }
          ],
          "tags": []
        }
      ],
      "foreign": [
        {
          "what": "security group",
          "id": "sg-0abc",
          "name": null
        },
        {
          "what": "network interface of `i-0abc`",
          "id": "eni-0abc",
          "name": null
        }
      ],
      "problems": [],
      "reads": {
        "requests": 14,
        "waves": 2
      }
    }
    "#);
}

#[test]
fn diagnostics() {
    let text = "name = \"lab\"\n# Größe\ncidr = \"10.0.0.0/8\"\n";
    let start = text.find("\"10").expect("it is there");
    let mut sources = Sources::new("base.toml", text);
    sources.add("dev.toml", "extends = \"base.toml\"\n");
    let of_dev = sources.iter().last().expect("it was added").start();
    let diagnostics = [
        Diagnostic::error("cidr-size", "`10.0.0.0/8` is too large")
            .at(start..start + 12, "at most a /16")
            .at(text.find("öße").expect("it is there")..text.len(), "")
            .at(of_dev + 10..of_dev + 21, "extended here")
            .help("take a /16 of it"),
        Diagnostic::warning("no-region", "no `region`"),
    ];
    insta::assert_snapshot!(super::diagnostics(&diagnostics, "dev.toml", &sources), @r#"
    {
      "format_version": 1,
      "file": "dev.toml",
      "errors": 1,
      "warnings": 1,
      "diagnostics": [
        {
          "severity": "error",
          "code": "cidr-size",
          "message": "`10.0.0.0/8` is too large",
          "labels": [
            {
              "file": "base.toml",
              "line": 3,
              "column": 8,
              "end_line": 3,
              "end_column": 20,
              "start_byte": 30,
              "end_byte": 42,
              "text": "at most a /16"
            },
            {
              "file": "base.toml",
              "line": 2,
              "column": 5,
              "end_line": 4,
              "end_column": 1,
              "start_byte": 17,
              "end_byte": 43,
              "text": ""
            },
            {
              "file": "dev.toml",
              "line": 1,
              "column": 11,
              "end_line": 1,
              "end_column": 22,
              "start_byte": 10,
              "end_byte": 21,
              "text": "extended here"
            }
          ],
          "help": [
            "take a /16 of it"
          ]
        },
        {
          "severity": "warning",
          "code": "no-region",
          "message": "no `region`",
          "labels": [],
          "help": []
        }
      ]
    }
    "#);
}

#[test]
fn events() {
    let events = crate::events::tests::events();
    let lines = events
        .iter()
        .enumerate()
        .map(|(at, event)| super::event(event, Duration::from_millis(250 * u64::try_from(at).expect("few"))));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    {"format_version":1,"elapsed_ms":0,"type":"started","step":{"phase":"tag","key":null}}
    {"format_version":1,"elapsed_ms":250,"type":"finished","step":{"phase":"tag","key":null}}
    {"format_version":1,"elapsed_ms":500,"type":"started","step":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":750,"type":"sending","step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a"}
    {"format_version":1,"elapsed_ms":1000,"type":"retrying","step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a","error":{"kind":"transient","reason":null,"action":null,"message":"RequestLimitExceeded: slow down","help":"AWS did not get there in the time that palisade waits: run it again"},"pause_ms":500}
    {"format_version":1,"elapsed_ms":1250,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":0}
    {"format_version":1,"elapsed_ms":1500,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":2000}
    {"format_version":1,"elapsed_ms":1750,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":29000}
    {"format_version":1,"elapsed_ms":2000,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":31000}
    {"format_version":1,"elapsed_ms":2250,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":40000}
    {"format_version":1,"elapsed_ms":2500,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":90000}
    {"format_version":1,"elapsed_ms":2750,"type":"finished","step":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":3000,"type":"started","step":{"phase":"wire","key":"route-table.app@a"}}
    {"format_version":1,"elapsed_ms":3250,"type":"rereading","step":{"phase":"wire","key":"route-table.app@a"},"call":"CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc","waited_ms":0}
    {"format_version":1,"elapsed_ms":3500,"type":"rereading","step":{"phase":"wire","key":"route-table.app@a"},"call":"CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc","waited_ms":1000}
    {"format_version":1,"elapsed_ms":3750,"type":"rereading","step":{"phase":"wire","key":"route-table.app@a"},"call":"CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc","waited_ms":7000}
    {"format_version":1,"elapsed_ms":4000,"type":"started","step":{"phase":"remove","key":"subnet.old@a"}}
    {"format_version":1,"elapsed_ms":4250,"type":"failed","step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a in subnet-0abc with eipalloc-0abc","error":{"kind":"refused","reason":"invalid","action":null,"message":"NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached","help":"change the blueprint, or have the quota raised if it is one"},"in_doubt":false}
    {"format_version":1,"elapsed_ms":4500,"type":"failed","step":{"phase":"make","key":"endpoint.s3"},"call":"CreateVpcEndpoint endpoint.s3","error":{"kind":"lost","reason":null,"action":null,"message":"connection reset","help":"the next plan reads what happened, and goes on from there"},"in_doubt":true}
    {"format_version":1,"elapsed_ms":4750,"type":"skipped","step":{"phase":"wire","key":"route-table.app@b"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":5000,"type":"skipped","step":{"phase":"unwire","key":"security-group.lb"},"why":"lane","because":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":5250,"type":"skipped","step":{"phase":"make","key":"endpoint.sts"},"why":"stopped","because":null}
    "#);
}

#[test]
fn summary() {
    let elapsed = Duration::from_millis(125_250);
    insta::assert_snapshot!(super::summary(&Report::default(), elapsed), @r#"{"format_version":1,"elapsed_ms":125250,"type":"summary","complete":true,"requests":0,"finished":0,"failed":[],"skipped":[]}"#);
    insta::assert_snapshot!(super::summary(&crate::events::tests::incomplete(), elapsed), @r#"{"format_version":1,"elapsed_ms":125250,"type":"summary","complete":false,"requests":9,"finished":2,"failed":[{"step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a in subnet-0abc with eipalloc-0abc","error":{"kind":"refused","reason":"invalid","action":null,"message":"NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached","help":"change the blueprint, or have the quota raised if it is one"},"in_doubt":false},{"step":{"phase":"make","key":"endpoint.s3"},"call":"CreateVpcEndpoint endpoint.s3","error":{"kind":"lost","reason":null,"action":null,"message":"connection reset","help":"the next plan reads what happened, and goes on from there"},"in_doubt":true}],"skipped":[{"step":{"phase":"make","key":"subnet.app@a"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"wire","key":"subnet.app@a"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"wire","key":"route-table.app@a"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"wire","key":"subnet.app@b"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"unwire","key":"security-group.lb"},"why":"lane","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"remove","key":"nat.main@b"},"why":"lane","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"tag","key":null},"why":"lane","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"make","key":"endpoint.sts"},"why":"stopped","because":null}]}"#);
}

/// Equal input gives equal bytes.
#[test]
fn twice_the_same() {
    let plan = || {
        let mut world = World::made(private_training());
        world.edit("endpoint.s3", |it: &mut Endpoint| {
            it.service = "com.amazonaws.eu-west-1.dynamodb".to_owned();
        });
        world.told(super::plan)
    };
    assert_eq!(plan(), plan());
}
