//! The tables of network ACLs and security groups, and of their rules.

use palisade_core::kinds::network_acl::NUMBER_MAX;

use super::{Field, Hint, Presence, Table, Value};

const ONE_OR_MORE_TEXTS: Value = Value::AnyOf(&[Value::Text, Value::List(&Value::Text)]);

pub(crate) static NETWORK_ACL: Table = Table {
    id: "network-acl",
    doc: "A stateless filter: both directions are written out, replies too. What no rule allows is denied.",
    fields: &[
        &Field::new(
            "inbound",
            Value::List(&Value::Table(&ACL_INBOUND)),
            "[{ rule = 100, allow = \"all\", from = \"vpc\" }]",
            "What may come in.",
        ),
        &Field::new(
            "outbound",
            Value::List(&Value::Table(&ACL_OUTBOUND)),
            "[{ rule = 100, allow = \"all\", to = \"vpc\" }]",
            "What may go out.",
        ),
    ],
    hints: &[],
};

static RULE_NUMBER: Field = Field::required(
    "rule",
    Value::Integer { min: 1, max: NUMBER_MAX as i64 },
    "100",
    "Its number: the lowest that matches decides. It owns the numbers up to the next rule's, one per AWS entry.",
);
pub(super) const PROTOCOL: Value = Value::AnyOf(&[
    Value::Words(&["tcp", "udp", "icmp", "icmpv6", "all"]),
    Value::Integer { min: 0, max: 255 },
]);
static ALLOW: Field = Field::new("allow", PROTOCOL, "\"tcp\"", "Lets packets of this protocol pass.");
static DENY: Field = Field::new("deny", PROTOCOL, "\"tcp\"", "Drops packets of this protocol.");
pub(super) const PORT: Value = Value::AnyOf(&[Value::Integer { min: 0, max: 65535 }, Value::Text]);
pub(super) static PORTS: Field = Field::new(
    "ports",
    Value::AnyOf(&[Value::Integer { min: 0, max: 65535 }, Value::Text, Value::List(&PORT)]),
    "443",
    "The destination ports of tcp and udp: `443`, `\"8000-8100\"`, `\"all\"` or a list. Each becomes an AWS rule.",
);
pub(super) static ICMP_TYPE: Field =
    Field::new("type", Value::Integer { min: 0, max: 255 }, "8", "The type of icmp and icmpv6; absent: any.");
pub(super) static ICMP_CODE: Field =
    Field::new("code", Value::Integer { min: 0, max: 255 }, "0", "The code of icmp and icmpv6; absent: any.");
static ACL_FROM: Field = Field::required(
    "from",
    ONE_OR_MORE_TEXTS,
    "\"vpc\"",
    "Where packets come from: a CIDR block, `internet`, `vpc`, `tier:<name>`, `outside:<name>`, `endpoint:<name>`, \
     `prefix-list:<name>`, `pl-…`, `s3`, `dynamodb`, or a list of them.",
);
static ACL_TO: Field = Field::required(
    "to",
    ONE_OR_MORE_TEXTS,
    "\"vpc\"",
    "Where packets go: a CIDR block, `internet`, `vpc`, `tier:<name>`, `outside:<name>`, `endpoint:<name>`, \
     `prefix-list:<name>`, `pl-…`, `s3`, `dynamodb`, or a list of them.",
);

static ACL_INBOUND: Table = Table {
    id: "acl-inbound-rule",
    doc: "A rule for what may come in.",
    fields: &[&RULE_NUMBER, &ALLOW, &DENY, &PORTS, &ICMP_TYPE, &ICMP_CODE, &ACL_FROM],
    hints: ACL_HINTS_IN,
};

static ACL_OUTBOUND: Table = Table {
    id: "acl-outbound-rule",
    doc: "A rule for what may go out.",
    fields: &[&RULE_NUMBER, &ALLOW, &DENY, &PORTS, &ICMP_TYPE, &ICMP_CODE, &ACL_TO],
    hints: ACL_HINTS_OUT,
};

const ACL_HINTS_IN: &[Hint] = &[
    Hint::word("to", "from", "an inbound rule says where packets come from: write `from`"),
    Hint::elsewhere("protocol", "the protocol follows the action: `allow = \"tcp\"`"),
    Hint::elsewhere("action", "write `allow = \"tcp\"` or `deny = \"tcp\"`"),
    Hint::elsewhere("description", "AWS keeps no descriptions of ACL entries; write a comment"),
];
const ACL_HINTS_OUT: &[Hint] = &[
    Hint::word("from", "to", "an outbound rule says where packets go: write `to`"),
    Hint::elsewhere("protocol", "the protocol follows the action: `allow = \"tcp\"`"),
    Hint::elsewhere("action", "write `allow = \"tcp\"` or `deny = \"tcp\"`"),
    Hint::elsewhere("description", "AWS keeps no descriptions of ACL entries; write a comment"),
];

pub(crate) static SECURITY_GROUP: Table = Table {
    id: "security-group",
    doc: "A stateful filter that can only allow: replies pass by themselves, and what no rule allows does not.",
    fields: &[
        &Field::new(
            "description",
            Value::Text,
            "\"training containers\"",
            "For people. AWS cannot change it: another text replaces the group.",
        ),
        &Field::new(
            "inbound",
            Value::List(&Value::Table(&GROUP_INBOUND)),
            "[{ from = \"self\", ports = 443 }]",
            "Who may open connections to what carries the group.",
        ),
        &Field::new(
            "outbound",
            Value::List(&Value::Table(&GROUP_OUTBOUND)),
            "[{ to = \"endpoint:s3\", ports = 443 }]",
            "Where what carries the group may open connections to.",
        ),
    ],
    hints: &[],
};

static RULE_PROTOCOL: Field = Field {
    presence: Presence::Default("\"tcp\""),
    ..Field::new("protocol", PROTOCOL, "\"tcp\"", "A protocol by its name or IANA number.")
};
static RULE_DESCRIPTION: Field =
    Field::new("description", Value::Text, "\"from the office\"", "For people; at most 255 characters.");
static GROUP_FROM: Field = Field::required(
    "from",
    ONE_OR_MORE_TEXTS,
    "\"self\"",
    "Who: a CIDR block, `internet`, `vpc`, `self`, `group:<name>`, `sg-…`, `tier:<name>`, `outside:<name>`, \
     `endpoint:<name>`, `prefix-list:<name>`, `pl-…`, or a list of them.",
);
static GROUP_TO: Field = Field::required(
    "to",
    ONE_OR_MORE_TEXTS,
    "\"self\"",
    "Where to: a CIDR block, `internet`, `vpc`, `self`, `group:<name>`, `sg-…`, `tier:<name>`, \
     `outside:<name>`, `endpoint:<name>`, `prefix-list:<name>`, `pl-…`, or a list of them.",
);

static GROUP_INBOUND: Table = Table {
    id: "group-inbound-rule",
    doc: "A rule for connections that are opened to what carries the group.",
    fields: &[&GROUP_FROM, &RULE_PROTOCOL, &PORTS, &ICMP_TYPE, &ICMP_CODE, &RULE_DESCRIPTION],
    hints: &[
        Hint::word("to", "from", "an inbound rule says where connections come from: write `from`"),
        Hint::elsewhere("allow", "a group can only allow; write `protocol = \"tcp\"`"),
        Hint::elsewhere("deny", "a group can only allow; write the denial into the tier's `network-acl`"),
        Hint::word("port", "ports", "write `ports`"),
    ],
};

static GROUP_OUTBOUND: Table = Table {
    id: "group-outbound-rule",
    doc: "A rule for connections that what carries the group opens.",
    fields: &[&GROUP_TO, &RULE_PROTOCOL, &PORTS, &ICMP_TYPE, &ICMP_CODE, &RULE_DESCRIPTION],
    hints: &[
        Hint::word("from", "to", "an outbound rule says where connections go: write `to`"),
        Hint::elsewhere("allow", "a group can only allow; write `protocol = \"tcp\"`"),
        Hint::elsewhere("deny", "a group can only allow; write the denial into the tier's `network-acl`"),
        Hint::word("port", "ports", "write `ports`"),
    ],
};
