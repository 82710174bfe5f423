//! The tables of the language but those of rules, from the outermost inwards.

use palisade_core::Kind;

use super::rules::{NETWORK_ACL, SECURITY_GROUP};
use super::{Field, Hint, Named, Table, Value};
use crate::names::NameForm;

const TEXTS: Value = Value::List(&Value::Text);

pub(crate) static DOCUMENT: Table = Table {
    id: "blueprint",
    doc: "A private network on AWS: one file, one network, but for a base that several share.",
    fields: &[
        &Field::required(
            "name",
            Value::Pattern(NameForm::Blueprint.pattern()),
            "\"my-network\"",
            "The blueprint's identity: every object that it makes carries it in a tag. Lower-case letters, digits and \
             hyphens, at most 39 characters.",
        ),
        &Field::required(
            "region",
            Value::Pattern("^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$"),
            "\"eu-west-1\"",
            "The AWS region.",
        ),
        &Field::new(
            "account",
            Value::Pattern("^[0-9]{12}$"),
            "\"111122223333\"",
            "A guard: plan and apply refuse every other account.",
        ),
        &Field::new(
            "extends",
            Value::Text,
            "\"base.toml\"",
            "A file that this one completes, relative to this one: tables merge, values and lists replace. It must not \
             extend another.",
        ),
        &Field::new(
            "tags",
            Value::Texts,
            "{ team = \"ml-platform\" }",
            "Tags on everything that takes tags. palisade adds its own (`palisade:…`, `Name`).",
        ),
        &Field::required("vpc", Value::Table(&VPC), "[vpc]", VPC.doc),
        &Field::required(
            "tiers",
            Value::Named(&Named {
                form: NameForm::Plain,
                kinds: &[Kind::Subnet, Kind::RouteTable, Kind::NetworkAcl],
                table: &TIER,
            }),
            "[tiers.app]",
            "The tiers of the network by their names; each is one subnet per zone.",
        ),
        &Field::new(
            "security-groups",
            Value::Named(&Named {
                form: NameForm::Plain,
                kinds: &[Kind::SecurityGroup],
                table: &SECURITY_GROUP,
            }),
            "[security-groups.app]",
            "Stateful filters by their names. What carries a group is admitted by the group's rules and by nothing else.",
        ),
        &Field::new(
            "endpoints",
            Value::Named(&Named { form: NameForm::Dotted, kinds: &[Kind::Endpoint], table: &ENDPOINT }),
            "[endpoints.s3]",
            "Private ways to AWS services by their names; the name is the service's short one unless `service` says \
             otherwise.",
        ),
        &Field::new("quotas", Value::Table(&QUOTAS), "[quotas]", QUOTAS.doc),
    ],
    later: &[
        ("prefix-lists", "write the CIDR blocks into the rules, or name an existing list by its id (`pl-…`)"),
        ("endpoint-sets", "write the endpoints out, one table each: `[endpoints.s3]`, `[endpoints.sts]`, …"),
        ("sagemaker", ""),
        ("guarantees", ""),
        ("moved", ""),
        ("protect", ""),
        ("outside", ""),
    ],
    hints: &[
        Hint::elsewhere("subnets", "subnets come from tiers: `[tiers.app]` is one subnet per zone"),
        Hint::elsewhere("zones", "zones belong into `[vpc]`"),
        Hint::elsewhere("cidr", "the network's block belongs into `[vpc]`"),
        Hint::elsewhere("network-acls", "an ACL belongs to its tier: `[tiers.app.network-acl]`"),
        Hint::elsewhere("provider", "palisade speaks to AWS only; write `region = \"…\"`"),
    ],
};

static VPC: Table = Table {
    id: "vpc",
    doc: "The private address space.",
    fields: &[
        &Field::required(
            "cidr",
            Value::Text,
            "\"10.40.0.0/16\"",
            "Its IPv4 block, /16 to /28. It cannot change without replacing the network.",
        ),
        &Field::required(
            "zones",
            Value::AnyOf(&[TEXTS, Value::LaterInteger]),
            "[\"a\", \"b\"]",
            "The availability zones: suffixes of the region (`a`) or full names (`eu-west-1a`).",
        ),
        &Field::default("dns-support", Value::Boolean, "true", "Whether the VPC has a DNS resolver."),
        &Field::default(
            "dns-hostnames",
            Value::Boolean,
            "true",
            "Whether what is in the VPC gets DNS names. Private DNS of endpoints needs both.",
        ),
    ],
    later: &[
        ("secondary-cidrs", "give the VPC one block that is large enough"),
        ("ipv6", ""),
        ("dhcp", ""),
        ("default-security-group", ""),
        ("default-network-acl", ""),
        ("flow-logs", ""),
        ("existing", ""),
    ],
    hints: &[
        Hint::word("cidr-block", "cidr", "write `cidr`"),
        Hint::word("availability-zones", "zones", "write `zones`"),
        Hint::word("enable-dns-support", "dns-support", "write `dns-support`"),
        Hint::word("enable-dns-hostnames", "dns-hostnames", "write `dns-hostnames`"),
    ],
};

static TIER: Table = Table {
    id: "tier",
    doc: "A group of subnets, one per zone, that are routed and filtered alike.",
    fields: &[
        &Field::required(
            "route",
            Value::Words(&["internet", "nat", "isolated"]),
            "\"isolated\"",
            "`internet`: a default route to the internet gateway, both ways. `nat`: outwards only, through NAT \
             gateways. `isolated`: no route out of the VPC but its endpoints' and those in `routes`.",
        ),
        &Field::required(
            "cidr",
            Value::Text,
            "\"10.40.0.0/20\"",
            "The tier's IPv4 block inside the VPC's, cut into `slots` equal subnets.",
        ),
        &Field::default(
            "slots",
            Value::Integer { min: 1, max: 4096 },
            "4",
            "How many subnets the block has room for: a power of two. Zones take slots one after the other and keep \
             them, so it cannot change while the tier lives.",
        ),
        &Field::new("zones", TEXTS, "[\"a\"]", "Some of the VPC's zones; absent: all of them."),
        &Field::default(
            "nat-gateways",
            Value::Words(&["per-zone", "single", "none"]),
            "\"none\"",
            "In one internet tier: a NAT gateway in each of its zones, in its first zone, or none.",
        ),
        &Field::new(
            "routes",
            Value::List(&Value::Table(&ROUTE)),
            "[{ to = \"10.0.0.0/8\", via = \"tgw-0123456789abcdef0\" }]",
            "Routes to gateways that exist already.",
        ),
        &Field::new(
            "network-acl",
            Value::Table(&NETWORK_ACL),
            "{ inbound = [], outbound = [] }",
            "The stateless filter of the tier's subnets; absent: the VPC's default ACL, which admits everything.",
        ),
    ],
    later: &[
        ("size", "write the tier's whole block: `cidr = \"…\"`"),
        ("nat-addresses", ""),
        ("nat-replace", ""),
        ("assign-ipv6", ""),
        ("existing-subnets", ""),
    ],
    hints: &[
        Hint::word("availability-zones", "zones", "write `zones`"),
        Hint::elsewhere("subnets", "a tier has one subnet per zone; write `cidr` and `slots`"),
        Hint::word("public", "route", "write `route = \"internet\"`"),
        Hint::word("internet", "route", "write `route = \"internet\"`"),
        Hint::word("acl", "network-acl", "write `network-acl`"),
        Hint::elsewhere("security-groups", "groups belong to what stands in the tier, not to the tier"),
    ],
};

static ROUTE: Table = Table {
    id: "route",
    doc: "A route to a gateway that exists already.",
    fields: &[
        &Field::required("to", Value::Text, "\"10.0.0.0/8\"", "The destination, a CIDR block."),
        &Field::required(
            "via",
            Value::Text,
            "\"tgw-0123456789abcdef0\"",
            "The id of a transit gateway (`tgw-`), peering (`pcx-`), VPN gateway (`vgw-`), gateway load balancer \
             endpoint (`vpce-`) or network interface (`eni-`).",
        ),
    ],
    later: &[],
    hints: &[],
};

static ENDPOINT: Table = Table {
    id: "endpoint",
    doc: "A private way to an AWS service.",
    fields: &[
        &Field::new(
            "type",
            Value::Words(&["gateway", "interface"]),
            "\"interface\"",
            "`gateway`: a route to S3 or DynamoDB, free of charge. `interface`: an address in each zone. Absent: \
             `gateway` for S3 and DynamoDB, `interface` for the rest.",
        ),
        &Field::new(
            "service",
            Value::Text,
            "\"sagemaker.api\"",
            "The service, if it is not the endpoint's name: short (`sagemaker.api`) or full (`com.amazonaws.vpce…`).",
        ),
        &Field::required(
            "tiers",
            TEXTS,
            "[\"app\"]",
            "A gateway's route goes into the tables of these tiers. An interface stands, in each zone, in the first of \
             these tiers that has the zone.",
        ),
        &Field::new(
            "policy",
            Value::AnyOf(&[Value::Text, Value::Table(&POLICY_FILE)]),
            "{ file = \"policies/s3.json\" }",
            "Who may do what through the endpoint: a file, or JSON text. Absent: everybody everything.",
        ),
        &Field::new(
            "security-groups",
            TEXTS,
            "[\"endpoints\"]",
            "The groups that an interface's addresses carry: names of this file or `sg-…`; one to five.",
        ),
        &Field::new(
            "private-dns",
            Value::Boolean,
            "true",
            "Whether the service's public name leads to the interface; absent: yes.",
        ),
    ],
    later: &[("route-tables", "")],
    hints: &[
        Hint::elsewhere("subnets", "write the tiers: `tiers = [\"app\"]`"),
        Hint::word("tier", "tiers", "write `tiers = [\"app\"]`"),
        Hint::word("groups", "security-groups", "write `security-groups`"),
    ],
};

static POLICY_FILE: Table = Table {
    id: "policy-file",
    doc: "A policy in a file.",
    fields: &[&Field::required(
        "file",
        Value::Text,
        "\"policies/s3.json\"",
        "The path of a JSON file, relative to this one.",
    )],
    later: &[],
    hints: &[],
};

static QUOTAS: Table = Table {
    id: "quotas",
    doc: "Quotas that AWS has raised for the account, as AWS counts them.",
    fields: &[
        &Field::default(
            "rules-per-security-group",
            Value::Integer { min: 1, max: 1000 },
            "60",
            "Rules of a group in one direction, counted for IPv4 and IPv6 separately.",
        ),
        &Field::default(
            "rules-per-network-acl",
            Value::Integer { min: 1, max: 40 },
            "20",
            "Entries of an ACL in one direction, AWS's own final denial included.",
        ),
        &Field::default(
            "interface-endpoints",
            Value::Integer { min: 1, max: 10_000 },
            "50",
            "Interface endpoints of the VPC.",
        ),
    ],
    later: &[],
    hints: &[],
};
