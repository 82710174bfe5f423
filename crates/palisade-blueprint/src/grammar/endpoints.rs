//! The tables of endpoints and of sets of them.

use super::tables::TEXTS;
use super::{Field, Hint, Table, Value};

pub(super) static ENDPOINT: Table = Table {
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
        &Field::new(
            "tiers",
            TEXTS,
            "[\"app\"]",
            "A gateway's route goes into the tables of these tiers. An interface stands, in each zone, in the first of \
             these tiers that has the zone. An endpoint of a set may leave them to the set.",
        ),
        &Field::new(
            "route-tables",
            TEXTS,
            "[\"rtb-0123456789abcdef0\"]",
            "Route tables that are there already and that a gateway's route is put into, beside those of the tiers.",
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
    hints: &[
        Hint::elsewhere("subnets", "write the tiers: `tiers = [\"app\"]`"),
        Hint::word("tier", "tiers", "write `tiers = [\"app\"]`"),
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
    hints: &[],
};

pub(super) static ENDPOINT_SETS: Table = Table {
    id: "endpoint-sets",
    doc: "The endpoints that a workload is known to need, without writing each of them out.",
    fields: &[
        &Field::new(
            "sagemaker-training",
            Value::Table(&ENDPOINT_SET),
            SET_EXAMPLE,
            "For training and processing jobs: s3, sagemaker.api, sts, logs, monitoring, ecr.api, ecr.dkr, kms.",
        ),
        &Field::new(
            "sagemaker-hosting",
            Value::Table(&ENDPOINT_SET),
            SET_EXAMPLE,
            "For models behind endpoints: s3, sagemaker.runtime, sts, logs, monitoring, ecr.api, ecr.dkr, kms.",
        ),
        &Field::new(
            "sagemaker-notebook",
            Value::Table(&ENDPOINT_SET),
            SET_EXAMPLE,
            "For notebook instances: s3, sagemaker.api, sagemaker.runtime, notebook, sts, logs, kms.",
        ),
        &Field::new(
            "sagemaker-studio",
            Value::Table(&ENDPOINT_SET),
            SET_EXAMPLE,
            "For Studio: s3, sagemaker.api, sagemaker.runtime, studio, servicecatalog, sts, logs, monitoring, ecr.api, \
             ecr.dkr, kms.",
        ),
        &Field::new(
            "sagemaker-hyperpod",
            Value::Table(&ENDPOINT_SET),
            SET_EXAMPLE,
            "For HyperPod: s3, ssm, ssmmessages, ec2messages, eks, sts, logs, monitoring, ecr.api, ecr.dkr, kms.",
        ),
    ],
    hints: &[
        Hint::word("training", "sagemaker-training", "write `sagemaker-training`"),
        Hint::word("hosting", "sagemaker-hosting", "write `sagemaker-hosting`"),
        Hint::word("notebook", "sagemaker-notebook", "write `sagemaker-notebook`"),
        Hint::word("studio", "sagemaker-studio", "write `sagemaker-studio`"),
        Hint::word("hyperpod", "sagemaker-hyperpod", "write `sagemaker-hyperpod`"),
    ],
};

const SET_EXAMPLE: &str = "{ tiers = [\"training\"], security-groups = [\"endpoints\"] }";

static ENDPOINT_SET: Table = Table {
    id: "endpoint-set",
    doc: "Where the endpoints of a set are. An endpoint that is written out as well has these tiers and groups too.",
    fields: &[
        &Field::required("tiers", TEXTS, "[\"training\"]", "The tiers that use the endpoints."),
        &Field::required(
            "security-groups",
            TEXTS,
            "[\"endpoints\"]",
            "The groups that the interfaces carry; one to five.",
        ),
    ],
    hints: &[],
};
