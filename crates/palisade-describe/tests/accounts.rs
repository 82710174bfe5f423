//! Accounts as the CLI describes them, each a folder, with questions and what AWS's documents make of them.

use std::fs;
use std::path::{Path, PathBuf};

use palisade_describe::{Account, Ends, Outcome, Trace};
use palisade_verify::{ICMP, TCP, UDP};

/// A question: from, to, what, and the verdicts of the packet and its reply.
type Row = (&'static str, &'static str, &'static str, &'static str);

fn account(name: &str) -> Account {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accounts").join(name);
    let texts: Vec<(String, String)> = files(&folder)
        .into_iter()
        .map(|it| (it.display().to_string(), fs::read_to_string(&it).expect("a file of the test")))
        .collect();
    let texts = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Account::read(texts).expect("what the CLI prints")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the test");
    let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|it| if it.is_dir() { files(&it) } else { vec![it] }).collect()
}

/// `tcp 443`, or `tcp 443 from 40000`.
fn trace(account: &Account, from: &str, to: &str, what: &str) -> Trace {
    let words: Vec<&str> = what.split(' ').collect();
    let number = |at: usize| words.get(at).map_or(49152, |it| it.parse().expect("a port"));
    let (protocol, from_port, to_port) = match words[0] {
        "tcp" => (TCP, number(3), number(1)),
        "udp" => (UDP, number(3), number(1)),
        "icmp" => (ICMP, 8, 0),
        other => panic!("{other} is no protocol of these tests"),
    };
    account.trace(Ends { from, to, protocol, from_port, to_port }).expect("two ends")
}

fn verdicts(trace: &Trace) -> String {
    let word = |it: &Outcome| match it {
        Outcome::Dropped(why) => why.code().to_owned(),
        other => other.as_str().to_owned(),
    };
    match &trace.reply {
        Some(reply) => format!("{} / {}", word(&trace.forward.outcome), word(&reply.outcome)),
        None => word(&trace.forward.outcome),
    }
}

fn check(name: &str, rows: &[Row]) {
    let account = account(name);
    let mut wrong = String::new();
    for (from, to, what, expected) in rows {
        let trace = trace(&account, from, to, what);
        let found = verdicts(&trace);
        if found != *expected {
            wrong += &format!("{from} -> {to} {what}: {found}, and not {expected}\n{trace:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn internet_gateways_and_public_addresses() {
    check(
        "shop",
        &[
            ("internet", "i-web", "tcp 443", "delivered / delivered"),
            ("internet", "203.0.113.10", "tcp 443", "delivered / delivered"),
            ("internet", "i-web", "tcp 22", "SG_INGRESS_DENY"),
            ("internet", "i-bare", "tcp 443", "INTERNET_PRIVATE_ADDR"),
            ("internet", "203.0.113.99", "tcp 443", "INTERNET_UNKNOWN_PUBLIC_IP"),
            ("i-web", "internet", "tcp 443", "delivered / delivered"),
            ("i-bare", "internet", "tcp 443", "IGW_NO_PUBLIC_IP"),
            // Its table does not lead to the gateway: what comes in is not answered.
            ("i-lonely", "internet", "tcp 443", "NO_ROUTE"),
            ("internet", "i-lonely", "tcp 443", "delivered / NO_ROUTE"),
            // Only by an egress-only gateway, and past the groups.
            ("i-app", "2606:4700::1111", "tcp 443", "delivered / delivered"),
            ("2606:4700::1111", "i-app", "tcp 8080", "SG_INGRESS_DENY"),
            ("2606:4700::1111", "2001:db8:1::a", "tcp 443", "delivered / delivered"),
            ("subnet-public", "internet", "tcp 443", "undetermined"),
        ],
    );
}

#[test]
fn groups_and_acls_within_a_vpc() {
    check(
        "shop",
        &[
            ("i-web", "10.10.1.44", "tcp 8080", "delivered / delivered"),
            ("eni-web", "eni-app", "tcp 8101", "SG_INGRESS_DENY"),
            ("i-web", "i-app", "icmp", "delivered / delivered"),
            // The entry 200 is listed before the entry 100.
            ("i-web", "i-app", "tcp 22", "delivered / delivered"),
            ("i-app", "i-data", "tcp 5432", "delivered / delivered"),
            // The ACL lets replies out to 49152 and above only.
            ("i-app", "i-data", "tcp 5432 from 40000", "delivered / NACL_EGRESS_DENY"),
            ("i-web", "i-data", "tcp 5432", "SG_INGRESS_DENY"),
            ("i-web", "i-data", "tcp 443", "NACL_INGRESS_DENY"),
            ("i-data", "i-app", "tcp 8080", "NACL_EGRESS_DENY"),
            ("i-app", "10.10.2.44", "udp 53", "NACL_EGRESS_DENY"),
            ("i-closed", "i-web", "tcp 443", "SG_EGRESS_DENY"),
            // Two of one subnet, where no ACL is met.
            ("i-web", "10.10.0.11", "tcp 443", "delivered / delivered"),
            // Rules that are described without their group, and a list with its entries.
            ("i-web", "i-rules", "tcp 80", "delivered / delivered"),
            ("i-web", "i-rules", "tcp 81", "SG_INGRESS_DENY"),
            ("i-web", "i-lists", "tcp 443", "delivered / delivered"),
            ("i-edge", "i-lists", "tcp 443", "SG_INGRESS_DENY"),
            ("i-web", "10.10.1.77", "tcp 443", "NO_ENI_AT_ADDRESS"),
            ("10.10.1.99", "i-web", "tcp 443", "ENI_SOURCE_DEST_CHECK"),
            ("172.16.9.9", "i-web", "tcp 443", "undetermined"),
            // Amazon's own services, past every filter.
            ("i-closed", "10.10.0.2", "udp 53", "delivered / delivered"),
            ("i-closed", "169.254.169.254", "tcp 80", "delivered / delivered"),
            ("subnet-app", "subnet-data", "tcp 5432", "delivered / delivered"),
        ],
    );
}

#[test]
fn nat_gateways_and_endpoints() {
    check(
        "shop",
        &[
            ("i-app", "internet", "tcp 443", "delivered / delivered"),
            ("subnet-app", "internet", "tcp 443", "delivered / delivered"),
            // The reply comes home through an ACL that takes 32768 and above.
            ("i-app", "internet", "tcp 443 from 20000", "delivered / NACL_INGRESS_DENY"),
            // A private one in a subnet that leads to the internet gateway.
            ("i-data", "internet", "tcp 443", "IGW_NO_PUBLIC_IP"),
            ("internet", "203.0.113.200", "tcp 443", "NAT_NO_SESSION"),
            ("i-web", "10.10.0.200", "tcp 443", "NAT_NO_SESSION"),
            // Out by the NAT gateway, and in again to a public address.
            ("i-app", "203.0.113.10", "tcp 443", "delivered / delivered"),
            ("i-app", "vpce-s3", "tcp 443", "delivered / delivered"),
            ("i-app", "vpce-s3", "udp 443", "VPCE_GW_PROTOCOL"),
            ("i-app", "52.219.0.1", "tcp 443", "delivered / delivered"),
            ("i-lists", "vpce-s3", "tcp 443", "delivered / delivered"),
            ("i-lists", "internet", "tcp 443", "SG_EGRESS_DENY"),
            ("i-app", "vpce-sts", "tcp 5432", "delivered / delivered"),
            ("i-app", "vpce-sts", "tcp 443", "SG_INGRESS_DENY"),
        ],
    );
}

#[test]
fn routes_that_lead_nowhere_or_to_appliances() {
    check(
        "shop",
        &[
            // It wins over the shorter one to the NAT gateway, and drops.
            ("i-app", "10.99.1.1", "tcp 443", "BLACKHOLE"),
            ("i-app", "198.18.1.1", "tcp 443", "undetermined"),
            ("i-edge", "internet", "tcp 443", "ENI_SOURCE_DEST_CHECK"),
            ("i-edge", "198.51.100.7", "tcp 443", "undetermined"),
            ("i-edge", "198.51.100.7", "tcp 22", "SG_INGRESS_DENY"),
        ],
    );
}

#[test]
fn peered_vpcs_of_two_accounts() {
    check(
        "peers",
        &[
            // Each side's groups name the other side's.
            ("i-client", "i-server", "tcp 8080", "delivered / delivered"),
            ("10.20.1.10", "10.30.1.10", "tcp 8080", "delivered / delivered"),
            ("i-client", "i-server", "tcp 443", "SG_INGRESS_DENY"),
            ("i-client", "i-server", "tcp 22", "SG_EGRESS_DENY"),
            ("i-server", "i-client", "tcp 443", "SG_INGRESS_DENY"),
            ("i-client", "i-oneway", "tcp 8080", "delivered / NO_ROUTE"),
            ("i-oneway", "i-client", "tcp 443", "NO_ROUTE"),
            ("i-client", "10.30.1.99", "tcp 443", "NO_ENI_AT_ADDRESS"),
            ("i-client", "10.31.0.1", "tcp 443", "PCX_NOT_ACTIVE"),
            ("i-client", "10.32.0.1", "tcp 443", "PCX_NOT_IN_PEER_CIDR"),
            ("i-client", "10.77.0.1", "tcp 443", "undetermined"),
        ],
    );
}

#[test]
fn a_transit_gateway_in_one_file() {
    check(
        "hub",
        &[
            ("i-x", "i-y", "tcp 443", "delivered / delivered"),
            ("i-x", "10.50.1.10", "tcp 22", "SG_INGRESS_DENY"),
            // A group on the other side of the transit gateway, which is set to know it.
            ("i-x", "i-y", "tcp 8443", "delivered / delivered"),
            ("i-w", "i-y", "tcp 8443", "SG_INGRESS_DENY"),
            // Its attachment follows no table.
            ("i-x", "i-z", "tcp 443", "delivered / TGW_UNASSOCIATED"),
            ("i-z", "i-x", "tcp 443", "TGW_UNASSOCIATED"),
            ("i-x", "10.66.1.1", "tcp 443", "BLACKHOLE"),
            ("i-x", "10.50.200.1", "tcp 443", "BLACKHOLE"),
            // No subnet of the attachment in the sender's zone.
            ("i-x-b", "i-y", "tcp 443", "TGW_AZ"),
            // The attachment's subnet has an ACL of its own, which a packet meets once.
            ("i-x", "i-w", "tcp 443", "NACL_EGRESS_DENY"),
            ("i-w", "i-x", "tcp 443", "delivered / delivered"),
            // The internet by a NAT gateway in another VPC, and whether it knows the way back.
            ("i-x", "internet", "tcp 443", "delivered / delivered"),
            ("i-y", "internet", "tcp 443", "delivered / IGW_PRIVATE_DST"),
            ("i-x", "10.99.0.1", "tcp 443", "IGW_PRIVATE_DST"),
        ],
    );
}

#[test]
fn hops_name_what_decides_by_its_id() {
    let trace = trace(&account("shop"), "i-app", "i-data", "tcp 5432");
    let hops = trace.forward.hops.iter().map(|it| format!("{} {}", it.id.as_deref().unwrap_or("-"), it.text));
    let hops: Vec<String> = hops.collect();
    insta::assert_snapshot!(hops.join("\n"), @"
    eni-app sent by eni-app of i-app (subnet-app in vpc-shop)
    sg-app outbound rule all to 0.0.0.0/0
    rtb-app route to 10.10.0.0/16 by local
    acl-app outbound rule 100 allows all to 0.0.0.0/0 (out of subnet-app)
    acl-data inbound rule 100 allows tcp 5432 from 10.10.1.0/24 (into subnet-data)
    sg-data inbound rule sgr-data: tcp 5432 from sg-app
    eni-data at eni-data of i-data
    ");
}

/// What is wrong with some files, each a path and a text.
fn mistake(files: &[(&str, &str)]) -> String {
    Account::read(files.iter().copied()).expect_err("a mistake").to_string()
}

#[test]
fn damaged_files_are_told() {
    insta::assert_snapshot!(mistake(&[("a.json", "{\"Vpcs\": [")]), @"a.json: no JSON: EOF while parsing a list at line 1 column 10");
    insta::assert_snapshot!(mistake(&[("a.json", "{\"Vpcs\": {}}")]), @"a.json: `Vpcs` is no list");
    insta::assert_snapshot!(mistake(&[("a.json", "{\"Vpcs\": [{}]}")]), @"a.json: an element of `Vpcs` has no `VpcId`");
    let no_block = "{\"Vpcs\": [{\"VpcId\": \"vpc-1\", \"CidrBlock\": \"10.0.0.0\"}]}";
    insta::assert_snapshot!(mistake(&[("a.json", no_block)]), @"a.json: `vpc-1`: invalid IP address syntax");
    let entry = "{\"NetworkAcls\": [{\"NetworkAclId\": \"acl-1\", \"Entries\": [{\"RuleNumber\": 7, \"Egress\": true, \
                 \"RuleAction\": \"allow\", \"Protocol\": \"6\"}]}]}";
    insta::assert_snapshot!(mistake(&[("a.json", entry)]), @"a.json: `acl-1`: the entry 7 is not understood");
    let (one, other) = (
        "{\"Vpcs\": [{\"VpcId\": \"vpc-1\", \"CidrBlock\": \"10.0.0.0/16\"}]}",
        "{\"Vpcs\": [{\"VpcId\": \"vpc-1\", \"CidrBlock\": \"10.1.0.0/16\"}]}",
    );
    insta::assert_snapshot!(mistake(&[("a.json", one), ("b.json", other)]), @"b.json: `vpc-1` is described otherwise in a.json");
    insta::assert_snapshot!(mistake(&[("routes.json", "{\"Routes\": []}")]), @"routes.json: it does not say of which transit gateway route table it is: put its id into the file's name");
}

#[test]
fn ends_that_are_not_there_are_told() {
    let account = account("shop");
    let problem = |from: &str, to: &str| {
        let ends = Ends { from, to, protocol: TCP, from_port: 49152, to_port: 443 };
        account.trace(ends).expect_err("no ends").to_string()
    };
    insta::assert_snapshot!(problem("i-nobody", "i-web"), @"`i-nobody` is not described");
    insta::assert_snapshot!(problem("i-web", "vpce-nowhere"), @"`vpce-nowhere` is not described");
    insta::assert_snapshot!(problem("vpce-sts", "i-web"), @"`vpce-sts` is an endpoint, which opens no connections");
    insta::assert_snapshot!(problem("i-data", "2001:db8:1::a"), @"`i-data` has no IPv6 address");
}

/// The shop without some files: what is not described is never taken for granted.
#[test]
fn what_is_not_described_is_not_taken_for_granted() {
    let without = |left_out: &[&str]| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accounts/shop");
        let texts: Vec<(String, String)> = files(&folder)
            .into_iter()
            .filter(|it| !left_out.iter().any(|out| it.ends_with(out)))
            .map(|it| (it.display().to_string(), fs::read_to_string(&it).expect("a file of the test")))
            .collect();
        Account::read(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).expect("an account")
    };
    let verdict = |left_out: &[&str], from: &str, to: &str| {
        let trace = trace(&without(left_out), from, to, "tcp 443");
        match &trace.forward.outcome {
            Outcome::Unknown(doubt) => doubt.clone(),
            _ => verdicts(&trace),
        }
    };
    insta::assert_snapshot!(verdict(&["route-tables.json"], "i-web", "i-lonely"), @"no route table is described that `subnet-public` follows, and no main one");
    insta::assert_snapshot!(verdict(&["acls.json"], "i-web", "i-lonely"), @"no network ACL is described that `subnet-public` follows");
    insta::assert_snapshot!(verdict(&["groups.json"], "i-web", "i-lonely"), @"the outbound rules of `sg-web` are not described");
    insta::assert_snapshot!(verdict(&["gateways.json"], "i-app", "internet"), @"`nat-shop` is not described");
    insta::assert_snapshot!(verdict(&["prefix-lists.json"], "i-app", "52.219.0.1"), @"what is in the prefix list `pl-s3` is not described");
    insta::assert_snapshot!(verdict(&["pl-office.json"], "i-web", "i-lists"), @"what is in the prefix list `pl-office` is not described");
    insta::assert_snapshot!(verdict(&["interfaces.json"], "i-app", "10.10.2.44"), @"no interface of vpc-shop has the address 10.10.2.44 of those that are described");
}
