//! The table of notebook instances.

use super::{
    EXECUTION_ROLE_NEEDED, INSTANCE, VPC_CONFIG_NEEDED, kms, must, number, shape, table, text, texts, words,
};
use crate::grammar::{Field, Hint, Table, Value};

pub(super) static NOTEBOOK_INSTANCE: Table = Table {
    id: "sagemaker-notebook-instance",
    doc: "A machine with a disk of its own, in one subnet. It is stopped to be changed.",
    fields: &[
        &VPC_CONFIG_NEEDED,
        &text(
            "zone",
            "\"a\"",
            "The zone in which it stands; absent: where it is, or else the first of its `vpc-config`.",
        ),
        &EXECUTION_ROLE_NEEDED,
        &INSTANCE,
        &number("volume-size-in-gb", 5, 16_384, "50", "Its disk, which can only grow; absent: 5."),
        &Field::default(
            "direct-internet-access",
            Value::Words(&["Disabled", "Enabled"]),
            "\"Disabled\"",
            "Whether it has a way to the internet beside the network.",
        ),
        &words(
            "root-access",
            &["Enabled", "Disabled"],
            "\"Disabled\"",
            "Whether its users are root; absent: yes.",
        ),
        &text("platform-identifier", "\"notebook-al2023-v1\"", "Its operating system and Jupyter."),
        &kms("kms-key-id", "The key that encrypts its disk."),
        &text("lifecycle-config-name", "\"install\"", "The script that runs when it is made and started."),
        &text(
            "default-code-repository",
            "\"https://git.example.com/fraud.git\"",
            "The repository that it opens in.",
        ),
        &texts("additional-code-repositories", "[\"models\"]", "Up to three more."),
        &table(
            "instance-metadata-service-configuration",
            &METADATA,
            "{ minimum-instance-metadata-service-version = \"2\" }",
        ),
        &words("ip-address-type", &["ipv4", "dualstack"], "\"ipv4\"", "Its address families; absent: IPv4."),
    ],
    hints: &[
        Hint::elsewhere(
            "subnet-id",
            "write `vpc-config`; the subnet is that of its first zone, or of `zone`",
        ),
        Hint::elsewhere("security-group-ids", "write `vpc-config`, which has the groups"),
    ],
};

static METADATA: Table = shape(
    "sagemaker-notebook-metadata",
    "How it reads what is known about it.",
    &[&must(words(
        "minimum-instance-metadata-service-version",
        &["1", "2"],
        "\"2\"",
        "The oldest version of the metadata service that it may use.",
    ))],
);
