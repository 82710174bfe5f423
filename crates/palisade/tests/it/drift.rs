//! `palisade drift`.

use serde_json::Value;

use crate::sandbox::{SMALL, Sandbox};

#[test]
fn none() {
    insta::assert_snapshot!(Sandbox::applied().run(&["drift"]), @"
    exit code 0
    --- stdout
    Drift of `lab` in account 000000000000, eu-west-1

    No drift: the network is as the blueprint says.
    4 objects
    ");
    assert_eq!(Sandbox::applied().code(&["drift", "--detailed-exitcode"]), 0);
}

#[test]
fn everything_is_missing_before_the_first_apply() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["drift"]), @"
    exit code 0
    --- stdout
    Drift of `lab` in account 000000000000, eu-west-1

    VPC
        - missing vpc.main  in the blueprint, not in the account

    tier app
        - missing subnet.app@a     in the blueprint, not in the account
        - missing route-table.app  in the blueprint, not in the account

    security groups
        - missing security-group.app  in the blueprint, not in the account

    Drift: 4 missing.
    help: there is nothing yet: `palisade apply` makes it
    ");
}

#[test]
fn a_change_by_hand() {
    let sandbox = Sandbox::applied();
    sandbox.edit("sandbox.json", r#""dns-hostnames": true"#, r#""dns-hostnames": false"#);
    insta::assert_snapshot!(sandbox.run(&["drift"]), @"
    exit code 0
    --- stdout
    Drift of `lab` in account 000000000000, eu-west-1

    VPC
        ~ changed vpc.main  vpc-[1]
            ~ dns-hostnames: true → false

    Drift: 1 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
    assert_eq!(sandbox.code(&["drift"]), 0);
    assert_eq!(sandbox.code(&["drift", "--detailed-exitcode"]), 2);
    let drift: Value = serde_json::from_str(&sandbox.succeed(&["drift", "--format", "json"])).expect("JSON");
    assert_eq!(drift["format_version"], 1);
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(sandbox.code(&["drift", "--detailed-exitcode"]), 0);
}

#[test]
fn duplicates_are_no_answer() {
    let sandbox = Sandbox::duplicated();
    insta::assert_snapshot!(sandbox.run(&["drift"]), @"
    exit code 1
    --- stdout
    Drift of `lab` in account 000000000000, eu-west-1

    VPC
        + extra   vpc.vpc-[1]  left over from `vpc.main`

    tier app
        ~ changed subnet.app@a     subnet-[2]
            ~ vpc: vpc.main → vpc.vpc-[1]
        ~ changed route-table.app  rtb-[3]
            ~ vpc: vpc.main → vpc.vpc-[1]

    security groups
        ~ changed security-group.app  sg-[4]
            ~ vpc: vpc.main → vpc.vpc-[1]

    error[duplicate]: `vpc.main` exists more than once: vpc-[5], vpc-[1]
      help: find out which one is in use, and delete the other by hand

    Drift: 3 changed, 1 extra.
    help: `palisade apply` changes nothing before the errors above are mended
    ");
    assert_eq!(sandbox.code(&["drift", "--detailed-exitcode"]), 1);
}
