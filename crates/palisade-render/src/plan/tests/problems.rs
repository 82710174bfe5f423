//! What keeps a plan from running.

use super::*;

#[test]
fn what_is_not_ours_stands_in_the_way() {
    let mut world = World::made(minimal());
    world.live.insert_foreign("subnet-0abc", subnet("10.0.32.0/24", "a", "training"));
    world.live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what: "network interface of `i-0abc`".to_owned(),
        uses: vec![key("subnet.training@b")],
        of: Vec::new(),
    });
    world.want.insert(key("subnet.training@c"), subnet("10.0.32.0/20", "c", "training"));
    world.want.resources.remove(&key("subnet.training@b"));
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tier training
        - delete  subnet.training@b  subnet-00000000000000007
        + create  subnet.training@c  10.0.32.0/20  eu-west-1c  table training  default ACL

    error[blocked]: `subnet.training@b` cannot be removed while it is used by `eni-0abc` (network
                    interface of `i-0abc`)
      help: remove its users first; palisade never touches what is not its own
    error[clash]: `subnet.training@c` cannot exist beside `subnet-0abc`, which is not this blueprint's
      help: change the blueprint, or remove what is in the way

    Plan: 1 to create, 1 to delete.
    Nothing will be changed: there are 2 problems to solve first.
    ");
}

#[test]
fn the_vpc_is_guarded() {
    let mut world = World::made(minimal());
    world.want.resources.clear();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        - delete  vpc.main  vpc-00000000000000001

    tier training
        - delete  subnet.training@a     subnet-00000000000000005
        - delete  subnet.training@b     subnet-00000000000000007
        - delete  route-table.training  rtb-00000000000000009
        - delete  network-acl.training  acl-0000000000000000a

    security groups
        - delete  security-group.training  sg-0000000000000000b

    error[guarded]: `vpc.main` would be deleted
      help: use `palisade destroy`, or keep `vpc.main` in the blueprint

    Plan: 6 to delete.
    Nothing will be changed: there is 1 problem to solve first.
    ");
}

#[test]
fn every_code_has_its_line_in_the_reference() {
    let page = include_str!("../../../../../docs/reference/codes.md");
    let source = include_str!("../../plan.rs");
    let arms = source.split("fn code(").nth(1).and_then(|it| it.split("\n}\n").next()).expect("the function");
    let codes: Vec<&str> = arms.split('"').skip(1).step_by(2).collect();
    assert_eq!(codes.len(), 12, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("\n| `{code}` |")), "{code}");
    }
}
