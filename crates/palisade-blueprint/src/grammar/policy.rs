//! The table of the policy pack.

use super::{Field, Hint, Table, Value};

pub(super) static POLICY: Table = Table {
    id: "policy",
    doc: "What the controls of the policy pack find, and what is thought of it. All of them are checked without a word; \
          [each is told](policy.md) with what it checks.",
    fields: &[
        &Field::new(
            "deny",
            Value::List(&Value::Control),
            "[\"EC2.13\"]",
            "The controls whose findings stop `plan`, `apply` and `verify`, with exit code 3; those of the others are warnings.",
        ),
        &Field::new(
            "allow",
            Value::List(&Value::Table(&ALLOWANCE)),
            "[{ id = \"EC2.6\", key = \"vpc.main\", reason = \"a sandbox\" }]",
            "The findings that are as they shall be: each for one control and one object, also if the control is denied in \
             general.",
        ),
    ],
    hints: &[
        Hint::word("denied", "deny", "write `deny`"),
        Hint::word("allowed", "allow", "write `allow`"),
        Hint::word("except", "allow", "write `allow`"),
        Hint::word("exceptions", "allow", "write `allow`"),
        Hint::word("ignore", "allow", "write `allow`, with a key and a reason"),
        Hint::word("suppress", "allow", "write `allow`, with a key and a reason"),
        Hint::word("error", "deny", "write `deny`"),
    ],
};

static ALLOWANCE: Table = Table {
    id: "allowance",
    doc: "A finding that is as it shall be.",
    fields: &[
        &Field::required("id", Value::Control, "\"EC2.6\"", "The control."),
        &Field::required(
            "key",
            Value::Text,
            "\"vpc.main\"",
            "What the finding is about, as `palisade verify` shows it, such as `security-group.web`.",
        ),
        &Field::required(
            "reason",
            Value::Text,
            "\"a sandbox\"",
            "Why it is as it shall be, for who reads the file next.",
        ),
    ],
    hints: &[
        Hint::word("control", "id", "write `id`"),
        Hint::word("resource", "key", "write `key`"),
        Hint::word("because", "reason", "write `reason`"),
        Hint::word("why", "reason", "write `reason`"),
    ],
};
