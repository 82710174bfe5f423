//! `[sagemaker]`: what runs in the network. Its tables are the API's own, in the language's spelling.
//!
//! What a table here has beside the API's fields, or in place of some of them, are the names of other things: of a
//! place in the network, a domain, a model. The rest becomes the API's document as it stands.

use palisade_core::Kind;

use super::tables::TEXTS;
use super::{Field, Hint, Named, Presence, Table, Value};
use crate::words::names::NameForm;

mod hosting;
mod notebook;
mod processing;
mod studio;
mod studio_apps;
mod training;

use hosting::{ENDPOINT, ENDPOINT_CONFIG, MODEL};
use notebook::NOTEBOOK_INSTANCE;
use processing::PROCESSING_JOB;
use studio::{DOMAIN, USER_PROFILE};
use training::TRAINING_JOB;

/// A role, by its ARN (SageMaker API reference, `RoleArn`).
pub(crate) const ROLE: &str = "^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$";
/// A key: its id, its ARN, or an alias of it.
pub(crate) const KMS_KEY: &str =
    "^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+|alias/.+|(mrk-)?[0-9a-fA-F-]{32,36})$";
/// A place in S3; some fields take its web address as well.
pub(crate) const S3_URI: &str = "^(s3|https)://[^/]+.*$";
/// A machine.
pub(crate) const INSTANCE_TYPE: &str = "^ml[.][a-z0-9-]+[.][a-z0-9]+$";
/// Where an app of Studio runs: a machine, or SageMaker's own.
pub(crate) const APP_INSTANCE_TYPE: &str = "^(system|ml[.][a-z0-9-]+[.][a-z0-9]+)$";
/// Anything that has an ARN.
pub(crate) const ARN: &str = "^arn:[^:]+:[^:]+:.+$";

/// The keys with which the language says what the API says with ids; they are no part of the document.
pub(crate) const OWN: &[&str] = &[
    "vpc-config",
    "execution-role",
    "home-efs",
    "domain",
    "security-groups",
    "zone",
    "model",
    "endpoint-config",
];

const COUNT_MAX: i64 = 2_147_483_647;

const fn text(name: &'static str, example: &'static str, doc: &'static str) -> Field {
    Field::new(name, Value::Text, example, doc)
}

const fn form(name: &'static str, form: &'static str, example: &'static str, doc: &'static str) -> Field {
    Field::new(name, Value::Pattern(form), example, doc)
}

const fn flag(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, Value::Boolean, "true", doc)
}

const fn number(name: &'static str, min: i64, max: i64, example: &'static str, doc: &'static str) -> Field {
    Field::new(name, Value::Integer { min, max }, example, doc)
}

const fn words(
    name: &'static str,
    words: &'static [&'static str],
    example: &'static str,
    doc: &'static str,
) -> Field {
    Field::new(name, Value::Words(words), example, doc)
}

const fn texts(name: &'static str, example: &'static str, doc: &'static str) -> Field {
    Field::new(name, TEXTS, example, doc)
}

const fn table(name: &'static str, table: &'static Table, example: &'static str) -> Field {
    Field::new(name, Value::Table(table), example, table.doc)
}

const fn kms(name: &'static str, doc: &'static str) -> Field {
    form(name, KMS_KEY, "\"arn:aws:kms:eu-west-1:111122223333:key/0123abcd-…\"", doc)
}

/// A field that must be there.
const fn must(field: Field) -> Field {
    let Field { name, doc, presence: _, example, value } = field;
    Field { name, doc, presence: Presence::Required, example, value }
}

/// A table of the API's.
const fn shape(id: &'static str, doc: &'static str, fields: &'static [&'static Field]) -> Table {
    Table { id, doc, fields, hints: &[] }
}

const fn named(kinds: &'static [Kind], table: &'static Table) -> Named {
    Named { form: NameForm::Api, kinds, table }
}

pub(super) static SAGEMAKER: Table = Table {
    id: "sagemaker",
    doc: "What runs in the network. But for `vpc-config`, `execution-role` and the names of other tables, the keys are \
          the fields of SageMaker's API in kebab-case, and take what the API takes.",
    fields: &[
        &Field::new(
            "vpc-configs",
            Value::Named(&Named { form: NameForm::Plain, kinds: &[], table: &VPC_CONFIG }),
            "[sagemaker.vpc-configs.training]",
            "Places in the network by their names: for what is written here, and for `palisade output`.",
        ),
        &Field::new(
            "domains",
            Value::Named(&named(&[Kind::Domain], &DOMAIN)),
            "[sagemaker.domains.studio]",
            "Domains of SageMaker Studio.",
        ),
        &Field::new(
            "user-profiles",
            Value::Named(&named(&[Kind::UserProfile], &USER_PROFILE)),
            "[sagemaker.user-profiles.anna]",
            "People in a domain.",
        ),
        &Field::new(
            "notebook-instances",
            Value::Named(&named(&[Kind::Notebook], &NOTEBOOK_INSTANCE)),
            "[sagemaker.notebook-instances.lab]",
            "Machines to work on.",
        ),
        &Field::new(
            "models",
            Value::Named(&named(&[Kind::Model], &MODEL)),
            "[sagemaker.models.fraud]",
            "Containers with their artifacts, to be served.",
        ),
        &Field::new(
            "endpoint-configs",
            Value::Named(&named(&[Kind::EndpointConfig], &ENDPOINT_CONFIG)),
            "[sagemaker.endpoint-configs.fraud]",
            "Which models an endpoint serves, on what.",
        ),
        &Field::new(
            "endpoints",
            Value::Named(&named(&[Kind::InferenceEndpoint], &ENDPOINT)),
            "[sagemaker.endpoints.fraud]",
            "Names under which models answer.",
        ),
        &Field::new(
            "training-jobs",
            Value::Named(&named(&[Kind::TrainingJob], &TRAINING_JOB)),
            "[sagemaker.training-jobs.fraud-1]",
            "Runs of a training. One is started where none of its name has ever been, and never changed or deleted.",
        ),
        &Field::new(
            "processing-jobs",
            Value::Named(&named(&[Kind::ProcessingJob], &PROCESSING_JOB)),
            "[sagemaker.processing-jobs.clean-1]",
            "Runs of a processing. One is started where none of its name has ever been, and never changed or deleted.",
        ),
    ],
    hints: &[
        Hint::word("vpc-config", "vpc-configs", "write `[sagemaker.vpc-configs.training]`"),
        Hint::word("domain", "domains", "write `[sagemaker.domains.studio]`"),
        Hint::word("profiles", "user-profiles", "write `[sagemaker.user-profiles.anna]`"),
        Hint::word("notebooks", "notebook-instances", "write `[sagemaker.notebook-instances.lab]`"),
        Hint::word(
            "jobs",
            "training-jobs",
            "write `[sagemaker.training-jobs.…]` or `[sagemaker.processing-jobs.…]`",
        ),
        Hint::elsewhere("apps", "people start apps themselves: palisade makes none"),
        Hint::elsewhere("spaces", "people make spaces themselves: palisade makes none"),
    ],
};

static VPC_CONFIG: Table = Table {
    id: "sagemaker-vpc-config",
    doc: "A place in the network: subnets, and the groups that filter what runs there.",
    fields: &[
        &Field::unless(&["tiers"], "tier", Value::Text, "\"training\"", "The tier: every subnet of it."),
        &texts(
            "tiers",
            "[\"training\"]",
            "Instead of `tier`: several of them. SageMaker takes 16 subnets at most.",
        ),
        &must(texts(
            "security-groups",
            "[\"training\"]",
            "The groups that the interfaces carry: names of this file or `sg-…`; one to five, of a domain to four.",
        )),
    ],
    hints: &[Hint::elsewhere("subnets", "write the tier: `tier = \"training\"`")],
};

static VPC_CONFIG_KEY: Field = Field::new(
    "vpc-config",
    PLACE,
    "\"training\"",
    "Where it runs: the name of a table in `[sagemaker.vpc-configs]`, or a table like one of those. Without it, it runs \
     outside of the network.",
);
static VPC_CONFIG_NEEDED: Field = Field::required(
    "vpc-config",
    PLACE,
    "\"training\"",
    "Where it stands: the name of a table in `[sagemaker.vpc-configs]`, or a table like one of those.",
);
const PLACE: Value = Value::AnyOf(&[Value::Text, Value::Table(&VPC_CONFIG)]);

static EXECUTION_ROLE: Field = form(
    "execution-role",
    ROLE,
    ROLE_EXAMPLE,
    "The role in whose name it works; SageMaker must be allowed to take it.",
);
static EXECUTION_ROLE_NEEDED: Field = Field::required(
    "execution-role",
    Value::Pattern(ROLE),
    ROLE_EXAMPLE,
    "The role in whose name it works; SageMaker must be allowed to take it.",
);
const ROLE_EXAMPLE: &str = "\"arn:aws:iam::111122223333:role/ml\"";

static NETWORK_ISOLATION: Field = flag(
    "enable-network-isolation",
    "Whether containers are kept from every network; SageMaker moves their data.",
);
static TRAFFIC_ENCRYPTION: Field = flag(
    "enable-inter-container-traffic-encryption",
    "Whether what the containers of a job tell each other is encrypted, which takes time.",
);
static ENVIRONMENT: Field = Field::new(
    "environment",
    Value::Texts,
    "{ LOG_LEVEL = \"info\" }",
    "Variables of the container's environment.",
);
static INSTANCE: Field =
    must(form("instance-type", INSTANCE_TYPE, "\"ml.m5.xlarge\"", "The machine, such as `ml.m5.xlarge`."));
static INSTANCE_OPTIONAL: Field =
    form("instance-type", INSTANCE_TYPE, "\"ml.m5.xlarge\"", "The machine, such as `ml.m5.xlarge`.");
static EXPERIMENT_CONFIG: Table = shape(
    "sagemaker-experiment-config",
    "The experiment to which a job belongs.",
    &[
        &text("experiment-name", "\"fraud\"", "The experiment."),
        &text("trial-name", "\"first\"", "The trial in it."),
        &text("trial-component-display-name", "\"training\"", "What the component is shown as."),
        &text("run-name", "\"run-1\"", "The run in it."),
    ],
);
