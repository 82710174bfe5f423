//! Drift.

use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::live::Stranger;

use crate::json;
use crate::worlds::{World, group, key, minimal};

#[test]
fn drift() {
    let mut world = World::made(minimal());
    world.live.tamper(&key("security-group.training"), |it: &mut SecurityGroup| it.inbound.clear());
    world.live.insert_foreign("sg-0abc", group("by hand", &[], &[]));
    world.live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what: "network interface of `i-0abc`".to_owned(),
        uses: vec![key("subnet.training@b")],
        of: Vec::new(),
    });
    world.live.tamper_tags(&key("vpc.main"), |tags| drop(tags.insert("Name".to_owned(), "mine".to_owned())));
    insta::assert_snapshot!(world.told(json::drift), @r#"
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
          "made_for": null,
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
          "made_for": null,
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
      "notes": [],
      "problems": [],
      "reads": {
        "requests": 14,
        "waves": 2
      }
    }
    "#);
}
