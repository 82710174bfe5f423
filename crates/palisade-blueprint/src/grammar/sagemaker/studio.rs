//! The tables of Studio's domains and profiles.

use super::studio_apps::{DEFAULT_SPACE_SETTINGS, USER_SETTINGS};
use super::{
    EXECUTION_ROLE, EXECUTION_ROLE_NEEDED, VPC_CONFIG_NEEDED, kms, shape, table, text, texts, words,
};
use crate::grammar::{Field, Hint, Table, Value};

pub(super) const SWITCH: &[&str] = &["ENABLED", "DISABLED"];

pub(super) static DOMAIN: Table = Table {
    id: "sagemaker-domain",
    doc: "A domain of SageMaker Studio, with the home directories of its users on a file system of its own.",
    fields: &[
        &VPC_CONFIG_NEEDED,
        &EXECUTION_ROLE_NEEDED,
        &Field::required(
            "home-efs",
            Value::Words(&["retain", "delete"]),
            "\"retain\"",
            "What becomes of the home directories when the domain goes. `retain`: AWS keeps the file system, which then \
             blocks the VPC's deletion until somebody deletes it. `delete`: they are lost.",
        ),
        &Field::default(
            "auth-mode",
            Value::Words(&["IAM", "SSO"]),
            "\"IAM\"",
            "How its users sign in. It cannot change without replacing the domain.",
        ),
        &Field::default(
            "app-network-access-type",
            Value::Words(&["VpcOnly", "PublicInternetOnly"]),
            "\"VpcOnly\"",
            "Whether apps reach the world through the network, or past it.",
        ),
        &kms("kms-key-id", "The key that encrypts the home directories. It cannot change."),
        &words(
            "app-security-group-management",
            &["Service", "Customer"],
            "\"Service\"",
            "Who makes the groups of RStudio's apps.",
        ),
        &words("tag-propagation", SWITCH, "\"ENABLED\"", "Whether apps and spaces get the domain's tags."),
        &words(
            "home-efs-file-system-creation",
            &["Enabled", "Disabled"],
            "\"Enabled\"",
            "Whether there is a file system for home directories at all.",
        ),
        &table("domain-settings", &DOMAIN_SETTINGS, "{ ip-address-type = \"ipv4\" }"),
        &table("default-user-settings", &USER_SETTINGS, "{ studio-web-portal = \"ENABLED\" }"),
        &table("default-space-settings", &DEFAULT_SPACE_SETTINGS, "{ space-storage-settings = { … } }"),
    ],
    hints: &[
        Hint::elsewhere("retention-policy", "write `home-efs`"),
        Hint::elsewhere("domain-name", "leave it out: its table has the name"),
        Hint::elsewhere("subnet-ids", "write `vpc-config`, which has the subnets"),
    ],
};

static DOMAIN_SETTINGS: Table = shape(
    "sagemaker-domain-settings",
    "What holds for the whole domain.",
    &[
        &words(
            "execution-role-identity-config",
            &["USER_PROFILE_NAME", "DISABLED"],
            "\"USER_PROFILE_NAME\"",
            "Whether the sessions of the role carry the user's name, for CloudTrail.",
        ),
        &table("docker-settings", &DOCKER_SETTINGS, "{ enable-docker-access = \"DISABLED\" }"),
        &table("trusted-identity-propagation-settings", &STATUS, "{ status = \"DISABLED\" }"),
        &table("amazon-q-settings", &AMAZON_Q_SETTINGS, "{ status = \"DISABLED\" }"),
        &words("ip-address-type", &["ipv4", "dualstack"], "\"ipv4\"", "The address families of its apps."),
    ],
);

static DOCKER_SETTINGS: Table = shape(
    "sagemaker-docker-settings",
    "What apps may do with Docker.",
    &[
        &words("enable-docker-access", SWITCH, "\"DISABLED\"", "Whether apps may use Docker."),
        &texts(
            "vpc-only-trusted-accounts",
            "[\"111122223333\"]",
            "Accounts whose images a `VpcOnly` domain may use.",
        ),
        &words("rootless-docker", SWITCH, "\"ENABLED\"", "Whether Docker runs without root."),
    ],
);

static STATUS: Table = shape(
    "sagemaker-status",
    "Whether the identities of users are passed on to other services.",
    &[&words("status", SWITCH, "\"DISABLED\"", "On or off.")],
);

static AMAZON_Q_SETTINGS: Table = shape(
    "sagemaker-amazon-q-settings",
    "Whether Amazon Q helps in Studio.",
    &[
        &words("status", SWITCH, "\"DISABLED\"", "On or off."),
        &text("q-profile-arn", "\"arn:aws:codewhisperer:…\"", "The profile that it works in."),
    ],
);

pub(super) static USER_PROFILE: Table = Table {
    id: "sagemaker-user-profile",
    doc: "A person's place in a domain.",
    fields: &[
        &Field::required(
            "domain",
            Value::Text,
            "\"studio\"",
            "The domain, by its name in `[sagemaker.domains]`.",
        ),
        &EXECUTION_ROLE,
        &texts(
            "security-groups",
            "[\"studio\"]",
            "Groups of the person's apps beside the domain's: names of this file or `sg-…`; four at most.",
        ),
        &table("user-settings", &USER_SETTINGS, "{ studio-web-portal = \"ENABLED\" }"),
        &words(
            "single-sign-on-user-identifier",
            &["UserName"],
            "\"UserName\"",
            "By what the person is known, in a domain with `auth-mode = \"SSO\"`.",
        ),
        &text("single-sign-on-user-value", "\"anna\"", "The person's name there."),
    ],
    hints: &[
        Hint::elsewhere("vpc-config", "leave it out: a profile is where its domain is"),
        Hint::elsewhere("user-profile-name", "leave it out: its table has the name"),
    ],
};
