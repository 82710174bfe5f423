//! What other tools call the things of the language: Terraform and OpenTofu, CloudFormation, the AWS API and CLI.
//!
//! One table for all places: a word stands for the first of its keys that the table at hand has. What only one table
//! is asked for stands with that table, in the hints of the grammar.

use crate::grammar::Table;

/// A word, and the keys that it may stand for.
type Word = (&'static str, &'static [&'static str]);

/// Words in the spelling of the language: `cidr_block` and `CidrBlock` are `cidr-block`.
const WORDS: &[Word] = &[
    // The head and the tables.
    ("include", &["extends"]),
    ("includes", &["extends"]),
    ("import", &["extends"]),
    ("inherits", &["extends"]),
    ("base", &["extends"]),
    ("parent", &["extends"]),
    ("aws-region", &["region"]),
    ("account-id", &["account"]),
    ("aws-account-id", &["account"]),
    ("allowed-account-ids", &["account"]),
    ("default-tags", &["tags"]),
    ("network", &["vpc"]),
    ("sg", &["security-groups"]),
    ("sgs", &["security-groups"]),
    ("security-group", &["security-groups"]),
    ("security-group-id", &["security-groups"]),
    ("security-group-ids", &["security-groups"]),
    ("vpc-security-group-ids", &["security-groups"]),
    ("groups", &["security-groups"]),
    ("vpc-endpoint", &["endpoints"]),
    ("vpc-endpoints", &["endpoints"]),
    ("managed-prefix-list", &["prefix-lists"]),
    ("managed-prefix-lists", &["prefix-lists"]),
    ("lifecycle", &["protect"]),
    ("prevent-destroy", &["protect"]),
    ("deletion-protection", &["protect"]),
    // Addresses and zones.
    ("cidr-block", &["cidr", "to", "cidrs"]),
    ("ipv4-cidr-block", &["cidr"]),
    ("cidr-blocks", &["cidr", "cidrs", "entries"]),
    ("cidrs", &["cidr", "entries"]),
    ("vpc-cidr", &["cidr"]),
    ("subnet-size", &["size"]),
    ("newbits", &["size"]),
    ("netmask", &["size"]),
    ("netmask-length", &["size"]),
    ("secondary-cidr", &["secondary-cidrs"]),
    ("secondary-cidr-block", &["secondary-cidrs"]),
    ("secondary-cidr-blocks", &["secondary-cidrs"]),
    ("az", &["zones"]),
    ("azs", &["zones"]),
    ("availability-zone", &["zones"]),
    ("availability-zones", &["zones"]),
    ("availability-zone-id", &["zones"]),
    ("availability-zone-ids", &["zones"]),
    ("vpc-id", &["existing"]),
    ("id", &["existing"]),
    ("subnet-ids", &["existing-subnets", "tiers"]),
    ("enable-ipv6", &["ipv6"]),
    ("assign-generated-ipv6-cidr-block", &["ipv6"]),
    ("amazon-provided-ipv6-cidr-block", &["ipv6"]),
    ("ipv6-cidr-block", &["ipv6"]),
    ("assign-ipv6-address-on-creation", &["assign-ipv6"]),
    // DNS, DHCP and flow logs.
    ("enable-dns-support", &["dns-support"]),
    ("enable-dns-hostnames", &["dns-hostnames"]),
    ("dhcp-options", &["dhcp"]),
    ("domain-name-servers", &["name-servers"]),
    ("dns-servers", &["name-servers"]),
    ("flow-log", &["flow-logs"]),
    ("enable-flow-log", &["flow-logs"]),
    ("vpc-flow-logs", &["flow-logs"]),
    ("log-destination", &["to"]),
    ("log-group-name", &["to"]),
    ("destination", &["to"]),
    ("iam-role-arn", &["role"]),
    ("deliver-logs-permission-arn", &["role"]),
    ("traffic-type", &["traffic"]),
    ("max-aggregation-interval", &["interval"]),
    // Routes, NAT and ACLs.
    ("destination-cidr-block", &["to"]),
    ("destination-ipv6-cidr-block", &["to"]),
    ("target", &["via"]),
    ("next-hop", &["via"]),
    ("gateway-id", &["via"]),
    ("transit-gateway-id", &["via"]),
    ("vpc-peering-connection-id", &["via"]),
    ("vpc-endpoint-id", &["via"]),
    ("network-interface-id", &["via"]),
    ("nat", &["nat-gateways"]),
    ("nat-gateway", &["nat-gateways"]),
    ("enable-nat-gateway", &["nat-gateways"]),
    ("single-nat-gateway", &["nat-gateways"]),
    ("one-nat-gateway-per-az", &["nat-gateways"]),
    ("allocation-id", &["nat-addresses"]),
    ("allocation-ids", &["nat-addresses"]),
    ("eip-allocation-ids", &["nat-addresses"]),
    ("external-nat-ip-ids", &["nat-addresses"]),
    ("acl", &["network-acl"]),
    ("nacl", &["network-acl"]),
    ("ingress", &["inbound"]),
    ("egress", &["outbound"]),
    ("ingress-rules", &["inbound"]),
    ("egress-rules", &["outbound"]),
    ("ip-permissions", &["inbound"]),
    ("ip-permissions-egress", &["outbound"]),
    ("security-group-ingress", &["inbound"]),
    ("security-group-egress", &["outbound"]),
    ("group-description", &["description"]),
    // Endpoints and lists.
    ("service-name", &["service"]),
    ("vpc-endpoint-type", &["type"]),
    ("endpoint-type", &["type"]),
    ("tier", &["tiers"]),
    ("policy-document", &["policy"]),
    ("route-table-ids", &["route-tables"]),
    ("private-dns-enabled", &["private-dns"]),
    ("enable-private-dns", &["private-dns"]),
    ("entry", &["entries"]),
    // SageMaker.
    ("role-arn", &["execution-role"]),
    ("role", &["execution-role"]),
    ("execution-role-arn", &["execution-role"]),
    ("domain-id", &["domain"]),
    ("domain-name", &["domain"]),
    ("model-name", &["model"]),
    ("endpoint-config-name", &["endpoint-config"]),
    ("endpoint-configuration", &["endpoint-config"]),
    ("hyperparameters", &["hyper-parameters"]),
    ("image", &["image-uri", "training-image"]),
];

/// Words that no key stands for, each with the tables in which they mean that (none: in all), and what to tell.
const ELSEWHERE: &[(&str, &[&str], &str)] = &[
    ("nat-gateway", &["blueprint", "vpc"], NAT),
    ("nat-gateways", &["blueprint", "vpc"], NAT),
    ("nat", &["blueprint", "vpc"], NAT),
    ("enable-nat-gateway", &["blueprint", "vpc"], NAT),
    ("single-nat-gateway", &["blueprint", "vpc"], NAT),
    ("eip", &[], "a NAT gateway gets an elastic IP by itself, or those of `nat-addresses`"),
    ("internet-gateway", &[], INTERNET_GATEWAY),
    ("internet-gateways", &[], INTERNET_GATEWAY),
    ("igw", &[], INTERNET_GATEWAY),
    (
        "egress-only-internet-gateway",
        &[],
        "a tier with `route = \"nat\"` gets one by itself, in a VPC with IPv6",
    ),
    (
        "map-public-ip-on-launch",
        &[],
        "leave it out: subnets never give out public addresses; what needs one asks for it",
    ),
    ("route-table", &[], "leave it out: a tier's tables follow from its `route` and `routes`"),
    (
        "route-tables",
        &["blueprint", "vpc", "tier"],
        "leave it out: a tier's tables follow from its `route` and `routes`",
    ),
    ("route-table-id", &[], "leave it out: a tier's tables follow from its `route` and `routes`"),
    ("nat-gateway-id", &["route"], "leave this out: `route = \"nat\"` in the tier leads to its NAT gateways"),
    ("network-acls", &[], "an ACL belongs to its tier: `[tiers.app.network-acl]`"),
    ("network-acl-id", &[], "an ACL belongs to its tier: `[tiers.app.network-acl]`"),
    ("subnet", &[], "subnets come from tiers: `[tiers.app]` is one subnet per zone"),
    ("subnets", &[], "subnets come from tiers: `[tiers.app]` is one subnet per zone"),
    ("public-subnets", &[], "subnets come from tiers: write one with `route = \"internet\"`"),
    ("private-subnets", &[], "subnets come from tiers: write one with `route = \"nat\"` or `\"isolated\"`"),
    ("subnet-id", &[], "write tiers: each is one subnet per zone"),
    ("vpc-id", &[], "leave it out: everything is in the blueprint's one VPC"),
    ("tags", &[], "tags are for the whole network: write them into `[tags]`"),
    ("tag", &[], "tags are for the whole network: write them into `[tags]`"),
    ("name", &["tier", "security-group", "endpoint", "prefix-list"], "leave it out: its table has the name"),
    ("name", SAGEMAKER, "leave it out: its table has the name"),
    ("subnet-ids", SAGEMAKER, PLACE),
    ("security-group-ids", SAGEMAKER, PLACE),
    ("security-groups", SAGEMAKER, PLACE),
    ("tier", SAGEMAKER, PLACE),
    ("tiers", SAGEMAKER, PLACE),
    ("group-name", &["security-group"], "leave it out: its table has the name"),
    ("name-prefix", &[], "leave it out: its table has the name"),
    ("instance-tenancy", &[], "leave it out: palisade makes VPCs of default tenancy"),
    ("depends-on", &[], "leave it out: order follows from what names what"),
    ("count", &[], "a blueprint is plain data: write each of them out"),
    ("for-each", &[], "a blueprint is plain data: write each of them out"),
    ("lifecycle", &[], "what must stay is named in `[protect]`"),
    ("prevent-destroy", &[], "what must stay is named in `[protect]`"),
    ("resource", &["blueprint"], PLAIN),
    ("resources", &["blueprint"], PLAIN),
    ("module", &["blueprint"], PLAIN),
    ("variable", &["blueprint"], PLAIN),
    ("variables", &["blueprint"], PLAIN),
    ("locals", &["blueprint"], PLAIN),
    ("terraform", &["blueprint"], PLAIN),
    ("output", &["blueprint"], "leave it out: `palisade output` prints the ids of everything"),
    ("outputs", &["blueprint"], "leave it out: `palisade output` prints the ids of everything"),
    ("backend", &["blueprint"], "leave it out: palisade keeps no state"),
];

/// Tables of what runs somewhere in the network.
const SAGEMAKER: &[&str] = &[
    "sagemaker-domain",
    "sagemaker-user-profile",
    "sagemaker-notebook-instance",
    "sagemaker-model",
    "sagemaker-endpoint-config",
    "sagemaker-endpoint",
    "sagemaker-training-job",
    "sagemaker-processing-job",
];
const PLACE: &str = "where it runs is its `vpc-config`: `{ tier = \"app\", security-groups = [\"app\"] }`, or the name of one";
const NAT: &str = "NAT gateways belong into an internet tier: `nat-gateways = \"per-zone\"`";
const INTERNET_GATEWAY: &str = "leave it out: a tier with `route = \"internet\"` gets one by itself";
const PLAIN: &str =
    "a blueprint has tables of its own: `[vpc]`, `[tiers.app]`, `[security-groups.app]`, `[endpoints.s3]`";

/// What a word of another tool is here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A key of the same table.
    Key(&'static str),
    /// Nothing of the same table; what to tell.
    Elsewhere(&'static str),
}

/// Returns what `word` means in a table.
pub(crate) fn meaning(table: &Table, word: &str) -> Option<Meaning> {
    let spelt = spelt(word);
    let keys = WORDS.iter().filter(|(it, _)| *it == spelt).flat_map(|(_, keys)| keys.iter().copied());
    let is_here =
        |it: &&(&str, &[&str], &str)| it.0 == spelt && (it.1.is_empty() || it.1.contains(&table.id));
    let key = keys.chain([spelt.as_str()]).find_map(|it| table.field(it)).map(|it| Meaning::Key(it.name));
    key.or_else(|| ELSEWHERE.iter().find(is_here).map(|it| Meaning::Elsewhere(it.2)))
}

/// Returns whether `word` is written for `key` by those who use another tool.
pub(crate) fn stands_for(word: &str, key: &str) -> bool {
    let spelt = spelt(word);
    spelt == key || WORDS.iter().any(|(it, keys)| *it == spelt && keys.contains(&key))
}

/// Returns a word in the spelling of the language: `cidr_block` and `CidrBlock` become `cidr-block`.
pub(crate) fn spelt(word: &str) -> String {
    let mut spelt = String::new();
    let mut was_small = false;
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && was_small {
            spelt.push('-');
        }
        was_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        spelt.push(if letter == '_' { '-' } else { letter.to_ascii_lowercase() });
    }
    spelt
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::grammar::tables;

    #[test]
    fn every_word_leads_to_a_key() {
        let keys: BTreeSet<&str> = tables().iter().flat_map(|it| it.fields).map(|it| it.name).collect();
        for (word, meant) in WORDS {
            assert!(meant.iter().all(|it| keys.contains(it)), "{word}");
        }
        let ids: BTreeSet<&str> = tables().iter().map(|it| it.id).collect();
        for (word, places, _) in ELSEWHERE {
            assert!(places.iter().all(|it| ids.contains(it)), "{word}");
        }
    }

    #[test]
    fn spelling() {
        for (word, right) in [
            ("cidr_block", "cidr-block"),
            ("CidrBlock", "cidr-block"),
            ("DestinationIpv6CidrBlock", "destination-ipv6-cidr-block"),
            ("VPC", "vpc"),
        ] {
            assert_eq!(spelt(word), right);
        }
    }
}
