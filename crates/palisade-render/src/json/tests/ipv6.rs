//! What Amazon gives, before and after it is there.

use palisade_core::kinds::subnet::Subnet;

use crate::json;
use crate::worlds::{World, dual_stack};

#[test]
fn a_plan_about_ipv6() {
    let mut world = World::made(dual_stack());
    world.edit("subnet.app@b", |it: &mut Subnet| it.ipv6 = Some(6));
    insta::assert_snapshot!(world.told(json::plan), @r#"
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
          "made_for": null,
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
            "deadline_seconds": 300
          }
        }
      ]
    }
    "#);
}
