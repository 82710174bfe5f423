//! The table of guarantees.

use super::rules::{ICMP_CODE, ICMP_TYPE, PORT, PORTS, PROTOCOL};
use super::tables::TEXTS;
use super::{Field, Hint, Table, Value};

pub(crate) static GUARANTEE: Table = Table {
    id: "guarantee",
    doc: "A promise about packets, which is proved for every one of them before anything is changed. An isolated tier \
          is promised to be isolated from the internet without a word.",
    fields: &[
        &Field::required(
            "name",
            Value::Text,
            "\"training data cannot leave\"",
            "What the promise is, for people.",
        ),
        &Field::required(
            "from",
            Value::Text,
            "\"tier:training\"",
            "One end: `tier:<name>` (every interface there, also those to come), `group:<name>` or `sg-…` (every interface \
             that carries it), `vpc`, `internet`, `outside:<name>`, or a CIDR block.",
        ),
        &Field::required(
            "to",
            Value::Text,
            "\"internet\"",
            "The other end: as `from`, or `endpoint:<name>`, or `service:<name>` (the service however it can be reached).",
        ),
        &Field::required(
            "expect",
            Value::Words(&["isolated", "one-way-isolated", "reachable", "only-via"]),
            "\"isolated\"",
            "`isolated`: no packet of a new connection is delivered, either way. `one-way-isolated`: none from `from` to \
             `to`. `reachable`: every packet is delivered from each client port, and its reply. `only-via`: every packet \
             that is delivered has passed `via`.",
        ),
        &Field::new(
            "via",
            Value::Text,
            "\"endpoint:s3\"",
            "With `only-via`: what packets must pass, `endpoint:<name>` or `nat`.",
        ),
        &Field::new(
            "protocol",
            PROTOCOL,
            "\"tcp\"",
            "Which packets; absent: tcp where there are `ports`, else all.",
        ),
        &PORTS,
        &ICMP_TYPE,
        &ICMP_CODE,
        &Field::new(
            "client-ports",
            Value::AnyOf(&[PORT, Value::List(&PORT)]),
            "\"32768-61000\"",
            "The ports that clients open connections from; absent: 1024 to 65535.",
        ),
        &Field::new(
            "groups",
            TEXTS,
            "[\"training\"]",
            "The security groups that an interface of `from` carries, all of them and no other; absent: any groups, also \
             other people's. `reachable` needs it.",
        ),
        &Field::new(
            "to-groups",
            TEXTS,
            "[\"database\"]",
            "The security groups that an interface of `to` carries, all of them and no other.",
        ),
        &Field::new(
            "assume",
            Value::Text,
            "\"the far side is filtered by the network team\"",
            "Why what cannot be decided counts as kept.",
        ),
    ],
    hints: &[
        Hint::word("source", "from", "write `from`"),
        Hint::word("destination", "to", "write `to`"),
        Hint::word("port", "ports", "write `ports`"),
        Hint::word("through", "via", "write `via`"),
        Hint::word("security-groups", "groups", "write `groups`"),
    ],
};
