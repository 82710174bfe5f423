//! `palisade trace --describe`: files of the AWS CLI in place of a blueprint.

use std::fs;

use crate::sandbox::Sandbox;

/// Five VPCs on a transit gateway.
const HUB: &str = include_str!("../../../palisade-describe/tests/accounts/hub/everything.json");

fn hub() -> Sandbox {
    let sandbox = Sandbox::empty();
    fs::create_dir_all(sandbox.path("accounts/111111111111/eu-west-1")).expect("a folder");
    sandbox.write("accounts/111111111111/eu-west-1/everything.json", HUB);
    sandbox.write("accounts/readme.txt", "no JSON");
    sandbox
}

fn trace(sandbox: &Sandbox, args: &[&str]) -> String {
    sandbox.run(&[&["trace", "--describe", "accounts"], args].concat())
}

#[test]
fn a_packet_from_vpc_to_vpc_and_its_reply() {
    insta::assert_snapshot!(trace(&hub(), &["--from", "i-x", "--to", "10.50.1.10", "--port", "443"]), @"");
}

#[test]
fn a_reply_that_is_lost_as_json() {
    let args = ["--from", "i-x", "--to", "i-z", "--port", "443", "--format", "json"];
    insta::assert_snapshot!(trace(&hub(), &args));
}

#[test]
fn what_is_not_described_is_said() {
    insta::assert_snapshot!(trace(&hub(), &["--from", "i-q", "--to", "i-y", "--port", "443"]), @"");
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443"]), @"");
    fs::create_dir_all(sandbox.path("accounts")).expect("a folder");
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443"]), @"");
    sandbox.write("accounts/vpcs.json", "{\"Vpcs\": [");
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443"]), @"");
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443", "net.toml"]), @"");
}
