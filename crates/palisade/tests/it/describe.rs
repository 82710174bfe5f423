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
    insta::assert_snapshot!(trace(&hub(), &["--from", "i-x", "--to", "10.50.1.10", "--port", "443"]), @"
    exit code 0
    --- stdout
    packet tcp 10.40.1.10 port 49152 -> 10.50.1.10 port 443
      +  sent     sent by eni-x of i-x (subnet-x in vpc-x)
      +  group    sg-x: outbound rule all to 0.0.0.0/0
      +  route    rtb-x: route to 0.0.0.0/0 by tgw-hub
      +  acl      acl-x: outbound rule 100 allows all to 0.0.0.0/0 (out of subnet-x)
      +  acl      acl-x: inbound rule 100 allows all from 0.0.0.0/0 (into subnet-x-tgw)
      +  gateway  tgw-attach-x: takes it to tgw-hub
      +  route    tgw-rtb-hub: route to 10.50.0.0/16 (propagated) by tgw-attach-y
      +  gateway  tgw-attach-y: into vpc-y by subnet-y-tgw
      +  route    rtb-y: route to 10.50.0.0/16 by local
      +  acl      acl-y: outbound rule 100 allows all to 0.0.0.0/0 (out of subnet-y-tgw)
      +  acl      acl-y: inbound rule 100 allows all from 0.0.0.0/0 (into subnet-y)
      +  group    sg-y: inbound rule tcp 443 from 10.0.0.0/8
      +  arrives  at eni-y of i-y
      delivered
    reply  tcp 10.50.1.10 port 443 -> 10.40.1.10 port 49152
      +  sent     answered by eni-y of i-y; its groups remember the connection (subnet-y in vpc-y)
      +  route    rtb-y: route to 0.0.0.0/0 by tgw-hub
      +  acl      acl-y: outbound rule 100 allows all to 0.0.0.0/0 (out of subnet-y)
      +  acl      acl-y: inbound rule 100 allows all from 0.0.0.0/0 (into subnet-y-tgw)
      +  gateway  tgw-attach-y: takes it to tgw-hub
      +  route    tgw-rtb-hub: route to 10.40.0.0/16 (propagated) by tgw-attach-x
      +  gateway  tgw-attach-x: into vpc-x by subnet-x-tgw
      +  route    rtb-x: route to 10.40.0.0/16 by local
      +  acl      acl-x: outbound rule 100 allows all to 0.0.0.0/0 (out of subnet-x-tgw)
      +  acl      acl-x: inbound rule 100 allows all from 0.0.0.0/0 (into subnet-x)
      +  arrives  at eni-x of i-x; its groups remember the connection
      delivered
    ");
}

#[test]
fn a_reply_that_is_lost_as_json() {
    let args = ["--from", "i-x", "--to", "i-z", "--port", "443", "--format", "json"];
    insta::assert_snapshot!(trace(&hub(), &args));
}

#[test]
fn what_is_not_described_is_said() {
    insta::assert_snapshot!(trace(&hub(), &["--from", "i-q", "--to", "i-y", "--port", "443"]), @"
    exit code 64
    --- stderr
    error: `i-q` is not described
      help: write `i-…`, `eni-…`, `subnet-…`, `vpce-…`, `internet` or an address, as the files of the folder have them
    ");
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443"]), @"
    exit code 1
    --- stderr
    error: cannot read `accounts`
      cause: No such file or directory (os error 2)
    ");
    fs::create_dir_all(sandbox.path("accounts")).expect("a folder");
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443"]), @"
    exit code 65
    --- stderr
    error: no `*.json` below `accounts` describes a VPC
      help: `aws ec2 describe-vpcs > DIR/vpcs.json` describes them, and so do the other `describe-*`
    ");
    sandbox.write("accounts/vpcs.json", "{\"Vpcs\": [");
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443"]), @"
    exit code 65
    --- stderr
    error: accounts/vpcs.json: no JSON: EOF while parsing a list at line 1 column 10
    ");
    insta::assert_snapshot!(trace(&sandbox, &["--from", "i-x", "--to", "i-y", "--port", "443", "net.toml"]), @"
    exit code 64
    --- stderr
    error: the argument '--describe <DIR>' cannot be used with '[BLUEPRINT]'

    Usage: palisade trace --from <END> --to <END> --describe <DIR> --port <PORT> --sandbox <FILE> [BLUEPRINT]

    For more information, try '--help'.
    ");
}
