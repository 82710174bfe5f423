//! The file of `--sandbox`.

use std::fs::File;

use serde_json::{Value, json};

use crate::sandbox::{SMALL, Sandbox};

#[test]
fn a_damaged_file_is_told() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.write("sandbox.json", "{\"format_version\": 1, \"acc");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` is no sandbox
      cause: EOF while parsing a string at line 1 column 26
      help: name a file that does not exist yet to begin with an empty account
    ");
    sandbox.write("sandbox.json", "[]");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` is no sandbox
      cause: invalid length 0, expected struct Version with 1 element at line 1 column 2
      help: name a file that does not exist yet to begin with an empty account
    ");
}

/// Changes the world in the file as a hand would.
fn tamper(sandbox: &Sandbox, edit: impl FnOnce(&mut Value)) {
    let mut world: Value = serde_json::from_str(&sandbox.read("sandbox.json")).expect("JSON");
    edit(&mut world["live"]);
    sandbox.write("sandbox.json", &serde_json::to_string_pretty(&world).expect("JSON"));
}

#[test]
fn who_names_what_is_not_there_is_told() {
    let sandbox = Sandbox::applied();
    tamper(&sandbox, |live| live["objects"]["subnet.app@a"]["spec"]["subnet"]["vpc"] = "vpc.other".into());
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` is no sandbox
      cause: `subnet.app@a` names what is not there: `vpc.other` at line 162 column 3
      help: name a file that does not exist yet to begin with an empty account
    ");
    let sandbox = Sandbox::applied();
    let interface = json!({"id": "eni-1", "what": "an interface", "uses": ["subnet.other@a"]});
    tamper(&sandbox, |live| live["strangers"] = json!([interface]));
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` is no sandbox
      cause: `eni-1` names what is not there: `subnet.other@a` at line 170 column 3
      help: name a file that does not exist yet to begin with an empty account
    ");
}

#[test]
fn what_is_said_to_have_failed_is_replaced() {
    let sandbox = Sandbox::with(&format!("{SMALL}{NOTEBOOK}"));
    sandbox.succeed(&["apply", "--yes"]);
    tamper(&sandbox, |live| live["objects"]["notebook.lab"]["state"] = "failed".into());
    assert_eq!(sandbox.planned(), ["delete notebook.arn-0000000000000000a", "create notebook.lab"]);
    insta::assert_snapshot!(sandbox.run(&["drift"]), @"
    exit code 0
    --- stdout
    Drift of `lab` in account 000000000000, eu-west-1

    SageMaker
        - missing notebook.lab                    in the blueprint, not in the account
        + extra   notebook.arn-[1]  left over from `notebook.lab`

    Drift: 1 missing, 1 extra.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty());
}

const NOTEBOOK: &str = r#"
[sagemaker.notebook-instances.lab]
vpc-config     = { tier = "app", security-groups = ["app"] }
execution-role = "arn:aws:iam::111122223333:role/ml"
instance-type  = "ml.t3.medium"
"#;

#[test]
fn a_file_of_another_version_is_told() {
    let sandbox = Sandbox::applied();
    sandbox.edit("sandbox.json", "\"format_version\": 1", "\"format_version\": 2");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` is a sandbox of format 2, and this palisade knows format 1
      help: use the palisade that has written it
    ");
}

#[test]
fn no_mutation_of_it_makes_palisade_panic() {
    let sandbox = Sandbox::applied();
    let text = sandbox.read("sandbox.json");
    for at in (0..text.len()).step_by(97) {
        sandbox.write("sandbox.json", &format!("{}{}", &text[..at], &text[at + 1..]));
        let code = sandbox.code(&["plan", "--detailed-exitcode"]);
        assert!([0, 1, 2, 65].contains(&code), "{code} without byte {at}");
    }
}

#[test]
fn one_applies_at_a_time_and_others_may_look() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "ports = 443", "ports = 8443");
    let lock = File::options().append(true).open(sandbox.path("sandbox.json.lock")).expect("a lock");
    lock.lock().expect("nobody else has it");
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]), @"
    exit code 5
    --- stderr
    error: another palisade is applying to `sandbox.json`
      help: wait until it is done
    ");
    assert_eq!(sandbox.code(&["plan"]), 0);
    drop(lock);
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let sandbox = Sandbox::with(SMALL);
    let seen = sandbox.run(&["apply", "--yes", "--sandbox", "nowhere/sandbox.json"]);
    insta::assert_snapshot!(seen, @"
    exit code 1
    --- stderr
    error: cannot lock the sandbox `nowhere/sandbox.json`
      cause: No such file or directory (os error 2)
    ");
}

#[test]
fn an_empty_file_is_a_new_account_and_one_that_is_no_text_is_damaged() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.write("sandbox.json", "");
    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty());
    std::fs::write(sandbox.path("sandbox.json"), [0xff, 0xfe]).expect("a file");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` is no sandbox
      cause: stream did not contain valid UTF-8
      help: name a file that does not exist yet to begin with an empty account
    ");
}

#[test]
fn a_new_one_gets_the_zones_that_the_blueprint_names() {
    let sandbox = Sandbox::with(&SMALL.replace(r#"["a"]"#, r#"["a", "d"]"#));
    assert!(sandbox.planned().contains(&"create subnet.app@d".to_owned()));
}

#[test]
fn what_is_named_later_is_not_in_it() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "zones = [\"a\"]", "zones = [\"a\", \"euw1-az6\"]");
    sandbox.edit(
        "blueprint.toml",
        "cidr  = \"10.0.0.0/20\"",
        "cidr  = \"10.0.0.0/20\"\nroutes = [{ to = \"192.168.0.0/16\", via = \"tgw-00000abc\" }]",
    );
    sandbox.edit("blueprint.toml", "from = \"self\"", "from = \"pl-00000abc\"");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @r#"
    exit code 65
    --- stderr
    error[zone-unknown]: the account has no zone of the id `euw1-az6`
     --> blueprint.toml:7:15
      |
    7 | zones = ["a", "euw1-az6"]
      |               ^^^^^^^^^^
      |
      = help: it has `euw1-az1`, `euw1-az2` and `euw1-az3`
      = help: a sandbox has what was named when its file was new: begin another one to name more

    error[existing-missing]: the account has no transit gateway `tgw-00000abc` in this region
      --> blueprint.toml:12:42
       |
    12 | routes = [{ to = "192.168.0.0/16", via = "tgw-00000abc" }]
       |                                          ^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
       = help: a sandbox has what was named when its file was new: begin another one to name more

    error[prefix-list-unknown]: the prefix list `pl-00000abc` is needed here, but the account has no such prefix list in the region
      --> blueprint.toml:15:21
       |
    15 | inbound = [{ from = "pl-00000abc", ports = 443 }]
       |                     ^^^^^^^^^^^^^
       |
       = help: write the CIDR blocks instead
       = help: a sandbox has what was named when its file was new: begin another one to name more

    3 errors
    "#);
    sandbox.write("sandbox.json", "");
    // What is routed to and said to be nowhere could be the internet.
    let rule = "inbound = [{ from = \"pl-00000abc\", ports = 443 }]";
    sandbox.edit("blueprint.toml", rule, &format!("{rule}\n[outside.far]\ncidrs = [\"192.168.0.0/16\"]"));
    assert_eq!(sandbox.code(&["plan"]), 0, "a new one has it");
}

#[test]
fn an_account_that_aws_would_not_have_is_no_bug_in_palisade() {
    let sandbox = Sandbox::applied();
    let mut world: Value = serde_json::from_str(&sandbox.read("sandbox.json")).expect("JSON");
    world["live"]["objects"]["subnet.app@a"]["spec"]["subnet"]["ipv6"] = 3.into();
    sandbox.write("sandbox.json", &world.to_string());
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error: `sandbox.json` has been changed by hand, and the plan cannot be carried out in such an account
      cause: `DisassociateSubnetCidrBlock <subnet.app@a/ipv6-association>` of step `wire subnet.app@a` would be refused: `<subnet.app@a/ipv6-association>` does not exist
      help: undo the change, or begin with a file that does not exist yet
      help: if AWS could have such an account, this is a bug in palisade: please report it with the file
    ");
}

#[test]
fn quotas_are_as_the_blueprint_says_unless_the_file_says_otherwise() {
    let sandbox = Sandbox::with(&format!("{SMALL}[quotas]\nsubnets-per-vpc = 300\n"));
    sandbox.succeed(&["apply", "--yes"]);
    assert!(!sandbox.read("sandbox.json").contains("subnets-per-vpc"), "another number is believed as well");
    assert!(!sandbox.run(&["plan"]).contains("warning"));
    sandbox.edit("blueprint.toml", r#"zones = ["a"]"#, r#"zones = ["a", "b"]"#);
    sandbox.edit("sandbox.json", r#""facts": {"#, r#""facts": { "quotas": { "subnets-per-vpc": 1 },"#);
    insta::assert_snapshot!(sandbox.run(&["plan"]), @r#"
    exit code 65
    --- stderr
    error[quota]: 2 subnets are more than the 1 that AWS takes in a VPC
      --> blueprint.toml:11:9
       |
    11 | cidr  = "10.0.0.0/20"
       |         ^^^^^^^^^^^^^
       |
       = help: take tiers or zones out, or have AWS raise the quota
       = help: `[quotas]` says 300 for `subnets-per-vpc`, but the account has 1
       = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-407747CB --desired-value 300`

    1 error
    "#);
    sandbox.edit("sandbox.json", r#""subnets-per-vpc": 1 "#, r#""subnets-per-vpc": 200 "#);
    assert_eq!(sandbox.planned(), ["create subnet.app@b"]);
}
