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

#[test]
fn what_cannot_be_told_is_no_drift() {
    let job = r#"
[sagemaker.training-jobs.fit]
vpc-config              = { tier = "app", security-groups = ["app"] }
execution-role          = "arn:aws:iam::111122223333:role/ml"
enable-network-isolation = true
algorithm-specification = { training-image = "i:1", training-input-mode = "File" }
output-data-config      = { s3-output-path = "s3://models/fit" }
resource-config         = { instance-type = "ml.m5.xlarge", instance-count = 1, volume-size-in-gb = 50 }
stopping-condition      = { max-runtime-in-seconds = 86400 }
environment             = { TOKEN = "hunter2" }
"#;
    let sandbox = Sandbox::with(&format!("{SMALL}{job}"));
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(sandbox.code(&["drift", "--detailed-exitcode"]), 0);
    sandbox.edit("blueprint.toml", "max-runtime-in-seconds = 86400", "max-runtime-in-seconds = 3600");
    sandbox.edit("blueprint.toml", "hunter2", "hunter3");
    let told = sandbox.run(&["drift", "--detailed-exitcode"]);
    assert!(!told.contains("hunter"), "{told}");
    insta::assert_snapshot!(told, @"
    exit code 1
    --- stdout
    Drift of `lab` in account 000000000000, eu-west-1

    error[run-changed]: `training-job.fit` has run with other settings: `environment.TOKEN`,
                        `stopping-condition.max-runtime-in-seconds`
      help: a run is made once: give it another name to run it again, or undo the change

    Drift: cannot be told before the errors above are mended.
    ");
}
