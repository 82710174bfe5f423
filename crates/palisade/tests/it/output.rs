//! `palisade output`.

use crate::sandbox::{SMALL, Sandbox};

#[test]
fn for_people() {
    insta::assert_snapshot!(Sandbox::applied().run(&["output"]), @"
    exit code 0
    --- stdout
    VPC                vpc-[1]

    tier app
      subnets       a  subnet-[2]
      route tables  a  rtb-[3]

    security groups
      app              sg-[4]
    ");
}

#[test]
fn as_json() {
    insta::assert_snapshot!(Sandbox::applied().run(&["output", "--format", "json"]));
}

#[test]
fn as_dotenv() {
    insta::assert_snapshot!(Sandbox::applied().run(&["output", "--format", "dotenv"]), @"
    exit code 0
    --- stdout
    PALISADE_VPC_ID=vpc-[1]
    PALISADE_TIER_APP_SUBNET_IDS=subnet-[2]
    PALISADE_TIER_APP_ROUTE_TABLE_IDS=rtb-[3]
    PALISADE_SECURITY_GROUP_APP_ID=sg-[4]
    ");
}

#[test]
fn as_tfvars() {
    insta::assert_snapshot!(Sandbox::applied().run(&["output", "--format", "tfvars"]), @r#"
    exit code 0
    --- stdout
    vpc_id                   = "vpc-[1]"
    tier_app_subnet_ids      = ["subnet-[2]"]
    tier_app_route_table_ids = ["rtb-[3]"]
    security_group_ids = {
      app = "sg-[4]"
    }
    "#);
}

#[test]
fn a_single_value() {
    let sandbox = Sandbox::applied();
    insta::assert_snapshot!(sandbox.run(&["output", "--name", "PALISADE_VPC_ID"]), @"
    exit code 0
    --- stdout
    vpc-[1]
    ");
    assert_eq!(
        sandbox.run(&["output", "--name", "VPC_ID"]),
        sandbox.run(&["output", "--name", "PALISADE_VPC_ID"])
    );
    insta::assert_snapshot!(sandbox.run(&["output", "--name", "VPC"]), @"
    exit code 1
    --- stderr
    error: there is no output `PALISADE_VPC`
      help: `palisade output --format dotenv` lists all
    ");
}

#[test]
fn before_the_first_apply() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["output"]), @"
    exit code 0
    --- stdout
    There is nothing yet: `palisade apply` makes it.
    ");
}

#[test]
fn a_value_before_the_first_apply() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["output", "--name", "VPC_ID"]), @"
    exit code 1
    --- stderr
    error: nothing has been built yet
      help: run `palisade apply`
    ");
}

#[test]
fn duplicates_are_named_and_no_id_is_printed() {
    let sandbox = Sandbox::duplicated();
    insta::assert_snapshot!(sandbox.run(&["output"]), @"
    exit code 1
    --- stderr
    error: `vpc.main` exists more than once: vpc-[1], vpc-[2]
      help: find out which one is in use, and delete the other by hand
    ");
    assert_eq!(sandbox.code(&["output", "--name", "VPC_ID"]), 1);
}

#[test]
fn a_vpc_config_that_the_blueprint_does_not_have() {
    insta::assert_snapshot!(Sandbox::applied().run(&["output", "vpc-config", "training"]), @"
    exit code 1
    --- stderr
    error: the blueprint has no vpc-config `training`
      help: write one: `[sagemaker.vpc-configs.training]`
    ");
}

#[test]
fn what_is_printed_of_a_vpc_config_is_said_behind_it() {
    insta::assert_snapshot!(Sandbox::applied().run(&["output", "--format", "dotenv", "vpc-config", "training"]), @"
    exit code 64
    --- stderr
    error: `--format` and `--name` in front of `vpc-config` are for all outputs
      help: write `palisade output vpc-config NAME --format …`
    ");
}

#[test]
fn what_a_vpc_config_cannot_be_printed_as_is_told_with_what_it_can() {
    let sandbox = Sandbox::applied();
    insta::assert_snapshot!(sandbox.run(&["output", "vpc-config", "training", "--format", "human"]), @"
    exit code 64
    --- stderr
    error: a vpc-config is not printed as `human`
      help: `--format` takes `json`, `sagemaker-sdk`, `tfvars` and `dotenv` here
      help: `palisade output` shows all for people
    ");
    insta::assert_snapshot!(sandbox.run(&["output", "vpc-config", "training", "--name", "SUBNETS"]), @"
    exit code 64
    --- stderr
    error: `--name` is for one value of all outputs, and a vpc-config is printed whole
      help: write `palisade output vpc-config NAME --format dotenv`, or `palisade output --name VARIABLE`
    ");
    insta::assert_snapshot!(sandbox.run(&["output", "vpc-config"]), @"
    exit code 64
    --- stderr
    error: which vpc-config?
      help: write its name: `palisade output vpc-config NAME`, as `[sagemaker.vpc-configs.NAME]` says it
    ");
}
