//! The tables of models and of what serves them.

use super::{
    ARN, COUNT_MAX, ENVIRONMENT, EXECUTION_ROLE, INSTANCE_OPTIONAL, NETWORK_ISOLATION, S3_URI,
    VPC_CONFIG_KEY, flag, form, kms, must, number, shape, table, text, texts, words,
};
use crate::grammar::{Field, Hint, Table, Value};

pub(super) static MODEL: Table = Table {
    id: "sagemaker-model",
    doc: "Containers with their artifacts. Nothing of it can change: one that differs is a new one.",
    fields: &[
        &VPC_CONFIG_KEY,
        &EXECUTION_ROLE,
        &Field::unless(
            &["containers"],
            "primary-container",
            Value::Table(&CONTAINER),
            "{ image = \"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1\" }",
            "Its container.",
        ),
        &Field::new(
            "containers",
            Value::List(&Value::Table(&CONTAINER)),
            "[{ image = \"…\" }, { image = \"…\" }]",
            "Instead of `primary-container`: up to 15, one behind the other or each for itself.",
        ),
        &table("inference-execution-config", &EXECUTION, "{ mode = \"Serial\" }"),
        &NETWORK_ISOLATION,
    ],
    hints: &[Hint::elsewhere("model-name", "leave it out: its table has the name")],
};

static CONTAINER: Table = shape(
    "sagemaker-container",
    "A container.",
    &[
        &text("image", "\"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1\"", "Its image."),
        &table("image-config", &IMAGE_CONFIG, "{ repository-access-mode = \"Vpc\" }"),
        &form("model-data-url", S3_URI, "\"s3://my-bucket/model.tar.gz\"", "Its artifacts, packed."),
        &table("model-data-source", &DATA_SOURCE, "{ s3-data-source = { … } }"),
        &Field::new(
            "additional-model-data-sources",
            Value::List(&Value::Table(&MORE_DATA)),
            "[{ channel-name = \"draft\", s3-data-source = { … } }]",
            MORE_DATA.doc,
        ),
        &words(
            "mode",
            &["SingleModel", "MultiModel"],
            "\"SingleModel\"",
            "Whether it serves one model or many.",
        ),
        &ENVIRONMENT,
        &text("container-hostname", "\"first\"", "Its name among several."),
        &text("model-package-name", "\"fraud\"", "Instead of an image: a model package, by its name or ARN."),
        &text("inference-specification-name", "\"fast\"", "Which of the package's specifications."),
        &table("multi-model-config", &MULTI_MODEL, "{ model-cache-setting = \"Disabled\" }"),
    ],
);
static IMAGE_CONFIG: Table = shape(
    "sagemaker-image-config",
    "Where the image is pulled from.",
    &[
        &must(words(
            "repository-access-mode",
            &["Platform", "Vpc"],
            "\"Vpc\"",
            "`Platform`: by SageMaker from ECR. `Vpc`: from a registry in the network.",
        )),
        &table(
            "repository-auth-config",
            &REPOSITORY_AUTH,
            "{ repository-credentials-provider-arn = \"arn:aws:lambda:…\" }",
        ),
    ],
);
static REPOSITORY_AUTH: Table = shape(
    "sagemaker-repository-auth",
    "How the registry is signed in to.",
    &[&must(form(
        "repository-credentials-provider-arn",
        ARN,
        "\"arn:aws:lambda:…\"",
        "The function that gives the credentials.",
    ))],
);
static DATA_SOURCE: Table =
    shape("sagemaker-model-data-source", "Artifacts as they lie in S3.", &[&S3_DATA_SOURCE]);
static MORE_DATA: Table = shape(
    "sagemaker-more-model-data",
    "Further artifacts.",
    &[&must(text("channel-name", "\"draft\"", "Their name in the container.")), &S3_DATA_SOURCE],
);
static S3_DATA_SOURCE: Field = must(table(
    "s3-data-source",
    &MODEL_DATA,
    "{ s3-uri = \"s3://my-bucket/model/\", s3-data-type = \"S3Prefix\", compression-type = \"None\" }",
));
static MODEL_DATA: Table = shape(
    "sagemaker-model-data",
    "Where they are.",
    &[
        &must(form(
            "s3-uri",
            S3_URI,
            "\"s3://my-bucket/model/\"",
            "The object, or what its objects begin with.",
        )),
        &must(words("s3-data-type", &["S3Prefix", "S3Object"], "\"S3Prefix\"", "Many objects, or one.")),
        &must(words("compression-type", &["None", "Gzip"], "\"None\"", "Whether they are packed.")),
        &table("model-access-config", &MODEL_ACCESS, "{ accept-eula = true }"),
    ],
);
pub(super) static MODEL_ACCESS: Table = shape(
    "sagemaker-model-access",
    "Whether the licence of a model that needs one is accepted.",
    &[&must(flag("accept-eula", "Whether it is."))],
);
static MULTI_MODEL: Table = shape(
    "sagemaker-multi-model",
    "How many models share a container.",
    &[&words("model-cache-setting", &["Enabled", "Disabled"], "\"Enabled\"", "Whether they stay in memory.")],
);
static EXECUTION: Table = shape(
    "sagemaker-inference-execution",
    "How several containers work together.",
    &[&must(words("mode", &["Serial", "Direct"], "\"Serial\"", "One behind the other, or each for itself."))],
);

pub(super) static ENDPOINT_CONFIG: Table = Table {
    id: "sagemaker-endpoint-config",
    doc: "Which models an endpoint serves, on what. Nothing of it can change: one that differs is a new one, to which its \
          endpoint goes over.",
    fields: &[
        &Field::required(
            "production-variants",
            Value::List(&Value::Table(&VARIANT)),
            "[{ variant-name = \"main\", model = \"fraud\", instance-type = \"ml.m5.large\", initial-instance-count = 2 }]",
            VARIANT.doc,
        ),
        &kms("kms-key-id", "The key that encrypts the disks of its machines."),
        &table("data-capture-config", &CAPTURE, "{ initial-sampling-percentage = 10, … }"),
        &table(
            "async-inference-config",
            &ASYNC,
            "{ output-config = { s3-output-path = \"s3://my-bucket/out\" } }",
        ),
        &VPC_CONFIG_KEY,
        &EXECUTION_ROLE,
        &NETWORK_ISOLATION,
    ],
    hints: &[
        Hint::elsewhere("endpoint-config-name", "leave it out: its table has the name"),
        Hint::word("variants", "production-variants", "write `production-variants`"),
    ],
};

static VARIANT: Table = Table {
    id: "sagemaker-variant",
    doc: "What it serves: one to ten variants, among which requests are shared out.",
    fields: &[
        &must(text("variant-name", "\"main\"", "Its name.")),
        &text(
            "model",
            "\"fraud\"",
            "What it serves: a name in `[sagemaker.models]`. No variant has one where inference components are to come.",
        ),
        &INSTANCE_OPTIONAL,
        &number(
            "initial-instance-count",
            1,
            COUNT_MAX,
            "2",
            "How many machines; two or more stand in two zones.",
        ),
        &Field::new("initial-variant-weight", Value::Number, "1.0", "Its share of the requests; absent: 1."),
        &table("serverless-config", &SERVERLESS, "{ memory-size-in-mb = 2048, max-concurrency = 5 }"),
        &number("volume-size-in-gb", 1, 512, "30", "The disk of each machine."),
        &number(
            "model-data-download-timeout-in-seconds",
            60,
            3600,
            "600",
            "How long fetching the artifacts may take.",
        ),
        &number(
            "container-startup-health-check-timeout-in-seconds",
            60,
            3600,
            "600",
            "How long its start may take.",
        ),
        &flag("enable-ssm-access", "Whether its machines can be reached through Systems Manager."),
        &table("managed-instance-scaling", &SCALING, "{ status = \"ENABLED\", max-instance-count = 4 }"),
        &table("routing-config", &ROUTING, "{ routing-strategy = \"LEAST_OUTSTANDING_REQUESTS\" }"),
        &text("inference-ami-version", "\"al2-ami-sagemaker-inference-gpu-2\"", "The image of its machines."),
        &table("core-dump-config", &CORE_DUMP, "{ destination-s3-uri = \"s3://my-bucket/dumps\" }"),
    ],
    hints: &[Hint::elsewhere("vpc-config", "a variant runs where its model does: write it into the model")],
};
static SERVERLESS: Table = shape(
    "sagemaker-serverless",
    "Instead of machines: memory while there are requests. What is served so cannot have a `vpc-config`.",
    &[
        &must(number("memory-size-in-mb", 1024, 6144, "2048", "Its memory, in steps of 1024.")),
        &must(number("max-concurrency", 1, 200, "5", "How many requests at once.")),
        &number("provisioned-concurrency", 1, 200, "1", "For how many of them it is always ready."),
    ],
);
static SCALING: Table = shape(
    "sagemaker-instance-scaling",
    "Whether SageMaker chooses how many machines there are.",
    &[
        &words("status", &["ENABLED", "DISABLED"], "\"ENABLED\"", "Whether it does."),
        &number("min-instance-count", 0, COUNT_MAX, "1", "At least."),
        &number("max-instance-count", 1, COUNT_MAX, "4", "At most."),
    ],
);
static ROUTING: Table = shape(
    "sagemaker-routing",
    "Which machine gets a request.",
    &[&must(words(
        "routing-strategy",
        &["LEAST_OUTSTANDING_REQUESTS", "RANDOM", "PREFIX_AWARE"],
        "\"LEAST_OUTSTANDING_REQUESTS\"",
        "The idlest, any, or the one that has seen its beginning.",
    ))],
);
static CORE_DUMP: Table = shape(
    "sagemaker-core-dump",
    "What is kept of a container that breaks.",
    &[
        &must(form("destination-s3-uri", S3_URI, "\"s3://my-bucket/dumps\"", "Where.")),
        &kms("kms-key-id", "The key that encrypts it."),
    ],
);
static CAPTURE: Table = shape(
    "sagemaker-data-capture",
    "Which requests and answers are kept.",
    &[
        &flag("enable-capture", "Whether any are."),
        &must(number("initial-sampling-percentage", 0, 100, "10", "How many of a hundred.")),
        &must(form("destination-s3-uri", S3_URI, "\"s3://my-bucket/captured\"", "Where.")),
        &kms("kms-key-id", "The key that encrypts them."),
        &must(Field::new(
            "capture-options",
            Value::List(&Value::Table(&CAPTURE_OPTION)),
            "[{ capture-mode = \"Input\" }]",
            "What of them.",
        )),
        &table(
            "capture-content-type-header",
            &CAPTURE_TYPES,
            "{ json-content-types = [\"application/json\"] }",
        ),
    ],
);
static CAPTURE_OPTION: Table = shape(
    "sagemaker-capture-option",
    "What is kept.",
    &[&must(words(
        "capture-mode",
        &["Input", "Output", "InputAndOutput"],
        "\"Input\"",
        "Requests, answers or both.",
    ))],
);
static CAPTURE_TYPES: Table = shape(
    "sagemaker-capture-types",
    "Which kinds of content are kept as text.",
    &[
        &texts("csv-content-types", "[\"text/csv\"]", "As lines of values."),
        &texts("json-content-types", "[\"application/json\"]", "As JSON."),
    ],
);
static ASYNC: Table = shape(
    "sagemaker-async-inference",
    "Requests that are answered later, in S3.",
    &[
        &must(table("output-config", &ASYNC_OUTPUT, "{ s3-output-path = \"s3://my-bucket/out\" }")),
        &table("client-config", &ASYNC_CLIENT, "{ max-concurrent-invocations-per-instance = 4 }"),
    ],
);
static ASYNC_CLIENT: Table = shape(
    "sagemaker-async-client",
    "How much a machine does at once.",
    &[&number("max-concurrent-invocations-per-instance", 1, 1000, "4", "How many requests.")],
);
static ASYNC_OUTPUT: Table = shape(
    "sagemaker-async-output",
    "Where the answers go.",
    &[
        &form("s3-output-path", S3_URI, "\"s3://my-bucket/out\"", "Where."),
        &form("s3-failure-path", S3_URI, "\"s3://my-bucket/failed\"", "Where those go that failed."),
        &kms("kms-key-id", "The key that encrypts them."),
        &table("notification-config", &ASYNC_TOPICS, "{ error-topic = \"arn:aws:sns:…\" }"),
    ],
);
static ASYNC_TOPICS: Table = shape(
    "sagemaker-async-topics",
    "Who is told.",
    &[
        &form("success-topic", ARN, "\"arn:aws:sns:…\"", "The topic for answers."),
        &form("error-topic", ARN, "\"arn:aws:sns:…\"", "The topic for failures."),
    ],
);

pub(super) static ENDPOINT: Table = Table {
    id: "sagemaker-endpoint",
    doc: "A name under which models answer. It goes over to another configuration without a gap.",
    fields: &[
        &Field::required(
            "endpoint-config",
            Value::Text,
            "\"fraud\"",
            "What it serves: a name in `[sagemaker.endpoint-configs]`.",
        ),
        &table("deployment-config", &DEPLOYMENT, "{ rolling-update-policy = { … } }"),
    ],
    hints: &[
        Hint::elsewhere("endpoint-name", "leave it out: its table has the name"),
        Hint::elsewhere("vpc-config", "an endpoint runs where its models do: write it into the models"),
    ],
};
static DEPLOYMENT: Table = shape(
    "sagemaker-deployment",
    "How it goes over to another configuration.",
    &[
        &table("blue-green-update-policy", &BLUE_GREEN, "{ traffic-routing-configuration = { … } }"),
        &table(
            "rolling-update-policy",
            &ROLLING,
            "{ maximum-batch-size = { … }, wait-interval-in-seconds = 120 }",
        ),
        &table("auto-rollback-configuration", &ROLLBACK, "{ alarms = [{ alarm-name = \"errors\" }] }"),
    ],
);
static BLUE_GREEN: Table = shape(
    "sagemaker-blue-green",
    "All new machines first, then the requests.",
    &[
        &must(table(
            "traffic-routing-configuration",
            &TRAFFIC,
            "{ type = \"ALL_AT_ONCE\", wait-interval-in-seconds = 0 }",
        )),
        &number("termination-wait-in-seconds", 0, 3600, "600", "How long the old machines stay."),
        &number(
            "maximum-execution-timeout-in-seconds",
            600,
            28_800,
            "3600",
            "How long it may take altogether.",
        ),
    ],
);
static TRAFFIC: Table = shape(
    "sagemaker-traffic-routing",
    "How the requests go over.",
    &[
        &must(words(
            "type",
            &["ALL_AT_ONCE", "CANARY", "LINEAR"],
            "\"CANARY\"",
            "At once, a few first, or in steps.",
        )),
        &must(number("wait-interval-in-seconds", 0, 3600, "300", "How long each step is watched.")),
        &table("canary-size", &CAPACITY, "{ type = \"CAPACITY_PERCENT\", value = 10 }"),
        &table("linear-step-size", &CAPACITY, "{ type = \"CAPACITY_PERCENT\", value = 25 }"),
    ],
);
static CAPACITY: Table = shape(
    "sagemaker-capacity",
    "How many machines at once.",
    &[
        &must(words(
            "type",
            &["INSTANCE_COUNT", "CAPACITY_PERCENT"],
            "\"CAPACITY_PERCENT\"",
            "Machines, or percent.",
        )),
        &must(number("value", 1, COUNT_MAX, "10", "How many.")),
    ],
);
static ROLLING: Table = shape(
    "sagemaker-rolling",
    "Some new machines, then some more.",
    &[
        &must(table("maximum-batch-size", &CAPACITY, "{ type = \"CAPACITY_PERCENT\", value = 25 }")),
        &must(number("wait-interval-in-seconds", 0, 3600, "300", "How long each batch is watched.")),
        &number(
            "maximum-execution-timeout-in-seconds",
            600,
            28_800,
            "3600",
            "How long it may take altogether.",
        ),
        &table("rollback-maximum-batch-size", &CAPACITY, "{ type = \"CAPACITY_PERCENT\", value = 100 }"),
    ],
);
static ROLLBACK: Table = shape(
    "sagemaker-auto-rollback",
    "What makes it go back.",
    &[&Field::new(
        "alarms",
        Value::List(&Value::Table(&ALARM)),
        "[{ alarm-name = \"errors\" }]",
        "Alarms of CloudWatch, ten at most.",
    )],
);
static ALARM: Table = shape(
    "sagemaker-alarm",
    "An alarm.",
    &[&must(text("alarm-name", "\"errors\"", "Its name in CloudWatch."))],
);
