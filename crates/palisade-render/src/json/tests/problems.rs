//! A plan that must not run.

use crate::json;
use crate::worlds::{World, key, minimal, subnet};

#[test]
fn a_plan_with_a_problem() {
    let mut world = World::made(minimal());
    world.live.insert_foreign("subnet-0abc", subnet("10.0.32.0/24", "a", "training"));
    world.want.insert(key("subnet.training@c"), subnet("10.0.32.0/20", "c", "training"));
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
          "key": "subnet.training@c",
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
