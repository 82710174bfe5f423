//! The tables of the language but those of rules, from the outermost inwards.

use palisade_core::Kind;

use super::endpoints::{ENDPOINT, ENDPOINT_SETS};
use super::guarantees::GUARANTEE;
use super::policy::POLICY;
use super::rules::{NETWORK_ACL, SECURITY_GROUP};
use super::sagemaker::SAGEMAKER;
use super::{Field, Hint, Named, Table, Value};
use crate::words::names::NameForm;

pub(super) const TEXTS: Value = Value::List(&Value::Text);

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
        &Field::new("endpoint-sets", Value::Table(&ENDPOINT_SETS), "[endpoint-sets]", ENDPOINT_SETS.doc),
        &Field::new(
            "prefix-lists",
            Value::Named(&Named { form: NameForm::Plain, kinds: &[Kind::PrefixList], table: &PREFIX_LIST }),
            "[prefix-lists.corp]",
            "Blocks of addresses under one name, which rules can name: `prefix-list:corp`.",
        ),
        &Field::new(
            "outside",
            Value::Named(&Named { form: NameForm::Plain, kinds: &[], table: &OUTSIDE }),
            "[outside.office]",
            "Networks beyond a transit gateway, a peering or a VPN, by their names.",
        ),
        &Field::new("sagemaker", Value::Table(&SAGEMAKER), "[sagemaker]", SAGEMAKER.doc),
        &Field::new(
            "moved",
            Value::List(&Value::Table(&MOVED)),
            "[{ from = \"tier:batch\", to = \"tier:training\" }]",
            "Renames: what had one name and now has another. Only its tags change. Written as `[[moved]]`.",
        ),
        &Field::new("protect", Value::Table(&PROTECT), "[protect]", PROTECT.doc),
        &Field::new(
            "guarantees",
            Value::List(&Value::Table(&GUARANTEE)),
            "[{ name = \"x\", from = \"tier:training\", to = \"internet\", expect = \"isolated\" }]",
            "Promises about packets, which are proved before anything is changed. Written as `[[guarantees]]`.",
        ),
        &Field::new("policy", Value::Table(&POLICY), "[policy]", POLICY.doc),
        &Field::new("quotas", Value::Table(&QUOTAS), "[quotas]", QUOTAS.doc),
    ],
    hints: &[
        Hint::elsewhere("zones", "zones belong into `[vpc]`"),
        Hint::elsewhere("cidr", "the network's block belongs into `[vpc]`"),
        Hint::elsewhere("provider", "palisade speaks to AWS only; write `region = \"…\"`"),
    ],
};

static VPC: Table = Table {
    id: "vpc",
    doc: "The private address space.",
    fields: &[
        &Field::unless(
            &["existing"],
            "cidr",
            Value::Text,
            "\"10.40.0.0/16\"",
            "Its IPv4 block, /16 to /28. It cannot change without replacing the network.",
        ),
        &Field::unless(
            &["existing"],
            "zones",
            Value::AnyOf(&[TEXTS, Value::Integer { min: 1, max: 6 }]),
            "[\"a\", \"b\"]",
            "The availability zones: suffixes of the region (`a`), full names (`eu-west-1a`) or ids (`euw1-az1`), which \
             are the same place in every account; or how many, which takes those of the lowest ids.",
        ),
        &Field::new(
            "secondary-cidrs",
            TEXTS,
            "[\"100.64.0.0/16\"]",
            "Further IPv4 blocks, /16 to /28; four at most.",
        ),
        &Field::default(
            "ipv6",
            Value::Boolean,
            "false",
            "Whether the VPC has IPv6 too: Amazon gives it a /56, and every subnet a /64 of it.",
        ),
        &Field::default("dns-support", Value::Boolean, "true", "Whether the VPC has a DNS resolver."),
        &Field::default(
            "dns-hostnames",
            Value::Boolean,
            "true",
            "Whether what is in the VPC gets DNS names. Private DNS of endpoints needs both.",
        ),
        &Field::new(
            "dhcp",
            Value::Table(&DHCP),
            "{ domain-name = \"corp.example.com\" }",
            "What interfaces are told about names and time; absent: AWS's own.",
        ),
        &Field::default(
            "default-security-group",
            Value::Words(&["empty", "leave"]),
            "\"empty\"",
            "What becomes of the group that AWS makes with the VPC, which what names no group carries: its rules are \
             taken out, or left.",
        ),
        &Field::default(
            "default-network-acl",
            Value::Words(&["leave", "deny-all"]),
            "\"leave\"",
            "What becomes of the ACL that AWS makes with the VPC, which a tier without `network-acl` follows: it is \
             left, or lets nothing pass.",
        ),
        &Field::new(
            "flow-logs",
            Value::Table(&FLOW_LOGS),
            "{ to = \"s3://my-bucket/flow-logs\" }",
            "A record of what flows; absent: none.",
        ),
        &Field::new(
            "existing",
            Value::Text,
            "\"vpc-0123456789abcdef0\"",
            "A VPC that is there already, to build into and to change nothing of. Its blocks are read; `cidr`, if \
             written, must be one of them.",
        ),
    ],
    hints: &[],
};

static TIER: Table = Table {
    id: "tier",
    doc: "A group of subnets, one per zone, that are routed and filtered alike.",
    fields: &[
        &Field::unless(
            &["existing-subnets"],
            "route",
            Value::Words(&["internet", "nat", "isolated"]),
            "\"isolated\"",
            "`internet`: a default route to the internet gateway, both ways. `nat`: outwards only, through NAT \
             gateways. `isolated`: no route out of the VPC but its endpoints' and those in `routes`.",
        ),
        &Field::unless(
            &["size", "existing-subnets"],
            "cidr",
            Value::Text,
            "\"10.40.0.0/20\"",
            "The tier's IPv4 block inside the VPC's, cut into `slots` equal subnets.",
        ),
        &Field::new(
            "size",
            Value::Text,
            "\"/20\"",
            "Instead of `cidr`: how large each subnet is. The block is the first that is free, and stays; `palisade pin` \
             writes it into the file.",
        ),
        &Field::default(
            "slots",
            Value::Integer { min: 1, max: 4096 },
            "4",
            "How many subnets the block has room for: a power of two. Zones take slots one after the other and keep \
             them, so it cannot change while the tier lives.",
        ),
        &Field::new(
            "zones",
            Value::AnyOf(&[TEXTS, Value::Integer { min: 1, max: 6 }]),
            "[\"a\"]",
            "Some of the VPC's zones, or how many of them; absent: all of them.",
        ),
        &Field::default(
            "nat-gateways",
            Value::Words(&["per-zone", "single", "none"]),
            "\"none\"",
            "In one internet tier: a NAT gateway in each of its zones, in its first zone, or none.",
        ),
        &Field::new(
            "nat-addresses",
            TEXTS,
            "[\"eipalloc-0123456789abcdef0\"]",
            "Elastic IPs that are there already, one for each NAT gateway, in the order of the tier's zones; absent: \
             new ones.",
        ),
        &Field::default(
            "nat-replace",
            Value::Words(&["keep-address", "new-address"]),
            "\"keep-address\"",
            "What happens to the address of a NAT gateway that must be replaced: it stays, and there is no way out for \
             some minutes; or it goes, and there is no gap.",
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
        &Field::default(
            "assign-ipv6",
            Value::Boolean,
            "false",
            "Whether interfaces get an IPv6 address by themselves, in a VPC with IPv6.",
        ),
        &Field::new(
            "existing-subnets",
            TEXTS,
            "[\"subnet-0123456789abcdef0\"]",
            "Instead of everything else: subnets that are there already, in the VPC that `existing` names. They are \
             never changed.",
        ),
    ],
    hints: &[
        Hint::elsewhere("subnets", "a tier has one subnet per zone; write `cidr` and `slots`"),
        Hint::word("public", "route", "write `route = \"internet\"`"),
        Hint::word("internet", "route", "write `route = \"internet\"`"),
        Hint::word(
            "type",
            "route",
            "write `route`: `\"internet\"` for a public tier, `\"nat\"` or `\"isolated\"` for a private one",
        ),
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
    hints: &[],
};

static QUOTAS: Table = Table {
    id: "quotas",
    doc: "Quotas that AWS has raised for the account, as AWS counts them. A plan compares them with the account's own, \
          which win.",
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
        &Field::default(
            "entries-per-prefix-list",
            Value::Integer { min: 1, max: 10_000 },
            "1000",
            "Entries of a prefix list.",
        ),
        &Field::default(
            "subnets-per-vpc",
            Value::Integer { min: 1, max: 10_000 },
            "200",
            "Subnets of the VPC.",
        ),
        &Field::default(
            "routes-per-route-table",
            Value::Integer { min: 1, max: 1000 },
            "500",
            "Routes of a table, counted for IPv4 and IPv6 separately.",
        ),
        &Field::default(
            "elastic-ips",
            Value::Integer { min: 1, max: 10_000 },
            "5",
            "Elastic IPs in the region.",
        ),
        &Field::default(
            "prefix-lists",
            Value::Integer { min: 1, max: 10_000 },
            "100",
            "Prefix lists in the region.",
        ),
    ],
    hints: &[],
};

static DHCP: Table = Table {
    id: "dhcp",
    doc: "What interfaces are told about names and time.",
    fields: &[
        &Field::new(
            "domain-name",
            Value::Text,
            "\"corp.example.com\"",
            "The domain that names without one belong to.",
        ),
        &Field::new(
            "name-servers",
            TEXTS,
            "[\"10.0.0.2\"]",
            "Up to four resolvers, the first one first: addresses, or `AmazonProvidedDNS`.",
        ),
        &Field::new(
            "ntp-servers",
            TEXTS,
            "[\"169.254.169.123\"]",
            "Up to four time servers of each address family.",
        ),
    ],
    hints: &[],
};

static FLOW_LOGS: Table = Table {
    id: "flow-logs",
    doc: "Where the record of a VPC's traffic goes.",
    fields: &[
        &Field::required(
            "to",
            Value::Text,
            "\"s3://my-bucket/flow-logs\"",
            "A bucket with a prefix (`s3://bucket/prefix`) or a log group (`log-group:/vpc/flow-logs`), which exists.",
        ),
        &Field::new(
            "role",
            Value::Text,
            "\"arn:aws:iam::111122223333:role/flow-logs\"",
            "The role that may write to the log group; a bucket needs none.",
        ),
        &Field::default(
            "traffic",
            Value::Words(&["all", "accept", "reject"]),
            "\"all\"",
            "Which packets are recorded.",
        ),
        &Field::default(
            "interval",
            Value::Integer { min: 60, max: 600 },
            "600",
            "Over how many seconds packets of one flow become one record: 60 or 600.",
        ),
    ],
    hints: &[],
};

static PREFIX_LIST: Table = Table {
    id: "prefix-list",
    doc: "Blocks of addresses under one name.",
    fields: &[
        &Field::required(
            "entries",
            Value::List(&Value::AnyOf(&[Value::Text, Value::Table(&PREFIX_LIST_ENTRY)])),
            "[\"192.0.2.0/24\"]",
            "The blocks, of one address family: `\"192.0.2.0/24\"`, or with a description.",
        ),
        &Field::new(
            "max-entries",
            Value::Integer { min: 1, max: 10_000 },
            "20",
            "How many entries there is room for, which a rule that names the list counts as; absent: as many as there \
             are.",
        ),
    ],
    hints: &[],
};

static PREFIX_LIST_ENTRY: Table = Table {
    id: "prefix-list-entry",
    doc: "A block with a description.",
    fields: &[
        &Field::required("cidr", Value::Text, "\"192.0.2.0/24\"", "The block."),
        &Field::new("description", Value::Text, "\"the office\"", "For people; at most 255 characters."),
    ],
    hints: &[],
};

static OUTSIDE: Table = Table {
    id: "outside",
    doc: "A network beyond a gateway: rules can name it (`outside:office`).",
    fields: &[
        &Field::required("cidrs", TEXTS, "[\"10.0.0.0/8\"]", "Its blocks."),
        &Field::default("internet", Value::Boolean, "false", "Whether it leads on to the internet."),
    ],
    hints: &[],
};

static MOVED: Table = Table {
    id: "moved",
    doc: "A rename.",
    fields: &[
        &Field::required(
            "from",
            Value::Text,
            "\"tier:batch\"",
            "What it was: a key (`security-group.batch`), a tier (`tier:batch`) or the whole blueprint \
             (`blueprint:<old name>`).",
        ),
        &Field::new(
            "to",
            Value::Text,
            "\"tier:training\"",
            "What it is now: a key of the same kind, or a tier. The blueprint's own name need not be written.",
        ),
    ],
    hints: &[],
};

static PROTECT: Table = Table {
    id: "protect",
    doc: "What is never deleted or replaced, whatever the plan.",
    fields: &[&Field::required(
        "keys",
        TEXTS,
        "[\"tier:data\"]",
        "Keys as plans show them (`security-group.training`), or tiers (`tier:data`); none protects nothing. The objects \
         are tagged, so that taking a key out protects them until that has been applied.",
    )],
    hints: &[],
};
