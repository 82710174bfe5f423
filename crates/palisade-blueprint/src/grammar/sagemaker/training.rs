//! The table of training jobs.

use super::hosting::MODEL_ACCESS;
use super::{
    ARN, COUNT_MAX, ENVIRONMENT, EXECUTION_ROLE_NEEDED, EXPERIMENT_CONFIG, INSTANCE, INSTANCE_OPTIONAL,
    NETWORK_ISOLATION, S3_URI, TRAFFIC_ENCRYPTION, VPC_CONFIG_KEY, flag, form, kms, must, number, shape,
    table, text, texts, words,
};
use crate::grammar::{Field, Hint, Table, Value};

pub(super) static TRAINING_JOB: Table = Table {
    id: "sagemaker-training-job",
    doc: "A run of a training, not a thing: it is started where no job of its name has ever been, and a changed one needs \
          a new name.",
    fields: &[
        &VPC_CONFIG_KEY,
        &EXECUTION_ROLE_NEEDED,
        &must(table(
            "algorithm-specification",
            &ALGORITHM,
            "{ training-image = \"…\", training-input-mode = \"File\" }",
        )),
        &Field::new(
            "hyper-parameters",
            Value::Texts,
            "{ epochs = \"10\" }",
            "What the algorithm is told; all of it is text.",
        ),
        &Field::new(
            "input-data-config",
            Value::List(&Value::Table(&CHANNEL)),
            "[{ channel-name = \"train\", data-source = { … } }]",
            CHANNEL.doc,
        ),
        &must(table("output-data-config", &OUTPUT, "{ s3-output-path = \"s3://my-bucket/models\" }")),
        &must(table(
            "resource-config",
            &RESOURCES,
            "{ instance-type = \"ml.m5.xlarge\", instance-count = 1, volume-size-in-gb = 50 }",
        )),
        &table("stopping-condition", &STOPPING, "{ max-runtime-in-seconds = 86400 }"),
        &NETWORK_ISOLATION,
        &TRAFFIC_ENCRYPTION,
        &flag("enable-managed-spot-training", "Whether it runs on spare machines, which may be taken away."),
        &table("checkpoint-config", &CHECKPOINT, "{ s3-uri = \"s3://my-bucket/checkpoints\" }"),
        &ENVIRONMENT,
        &table("retry-strategy", &RETRY, "{ maximum-retry-attempts = 3 }"),
        &table("debug-hook-config", &DEBUG_HOOK, "{ s3-output-path = \"s3://my-bucket/debug\" }"),
        &table("tensor-board-output-config", &TENSOR_BOARD, "{ s3-output-path = \"s3://my-bucket/logs\" }"),
        &table("profiler-config", &PROFILER, "{ disable-profiler = true }"),
        &table("experiment-config", &EXPERIMENT_CONFIG, "{ experiment-name = \"fraud\" }"),
        &table("remote-debug-config", &REMOTE_DEBUG, "{ enable-remote-debug = true }"),
        &table("infra-check-config", &INFRA_CHECK, "{ enable-infra-check = true }"),
        &table("session-chaining-config", &SESSION, "{ enable-session-tag-chaining = true }"),
    ],
    hints: &[
        Hint::elsewhere("training-job-name", "leave it out: its table has the name"),
        Hint::elsewhere(
            "network-config",
            "write `vpc-config` and `enable-network-isolation` into the job itself",
        ),
        Hint::word("hyperparameters", "hyper-parameters", "write `hyper-parameters`"),
    ],
};

static ALGORITHM: Table = shape(
    "sagemaker-algorithm",
    "What runs.",
    &[
        &text("training-image", "\"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1\"", "Its image."),
        &text(
            "algorithm-name",
            "\"fraud\"",
            "Instead of an image: an algorithm resource, by its name or ARN.",
        ),
        &must(words(
            "training-input-mode",
            INPUT_MODES,
            "\"File\"",
            "Whether data are copied first, or read as they come.",
        )),
        &Field::new(
            "metric-definitions",
            Value::List(&Value::Table(&METRIC)),
            "[{ name = \"loss\", regex = \"loss=([0-9.]+)\" }]",
            "What CloudWatch is told, found in the logs.",
        ),
        &flag("enable-sage-maker-metrics-time-series", "Whether metrics are kept as they develop."),
        &texts("container-entrypoint", "[\"python\", \"train.py\"]", "What the container runs."),
        &texts("container-arguments", "[\"--verbose\"]", "What that is told."),
        &table("training-image-config", &IMAGE_CONFIG, "{ training-repository-access-mode = \"Vpc\" }"),
    ],
);
const INPUT_MODES: &[&str] = &["File", "Pipe", "FastFile"];
static METRIC: Table = shape(
    "sagemaker-metric",
    "A metric.",
    &[
        &must(text("name", "\"loss\"", "Its name.")),
        &must(text("regex", "\"loss=([0-9.]+)\"", "What it looks like in the logs.")),
    ],
);
static IMAGE_CONFIG: Table = shape(
    "sagemaker-training-image-config",
    "Where the image is pulled from.",
    &[
        &must(words(
            "training-repository-access-mode",
            &["Platform", "Vpc"],
            "\"Vpc\"",
            "`Platform`: by SageMaker from ECR. `Vpc`: from a registry in the network.",
        )),
        &table(
            "training-repository-auth-config",
            &REPOSITORY_AUTH,
            "{ training-repository-credentials-provider-arn = \"arn:aws:lambda:…\" }",
        ),
    ],
);
static REPOSITORY_AUTH: Table = shape(
    "sagemaker-training-repository-auth",
    "How the registry is signed in to.",
    &[&must(form(
        "training-repository-credentials-provider-arn",
        ARN,
        "\"arn:aws:lambda:…\"",
        "The function that gives the credentials.",
    ))],
);

static CHANNEL: Table = shape(
    "sagemaker-channel",
    "The data, in channels.",
    &[
        &must(text("channel-name", "\"train\"", "Its name: the folder of the data in the container.")),
        &must(table("data-source", &DATA_SOURCE, "{ s3-data-source = { … } }")),
        &text("content-type", "\"text/csv\"", "The kind of its content."),
        &words("compression-type", &["None", "Gzip"], "\"None\"", "Whether it is packed."),
        &words(
            "record-wrapper-type",
            &["None", "RecordIO"],
            "\"None\"",
            "Whether SageMaker wraps it in records.",
        ),
        &words(
            "input-mode",
            INPUT_MODES,
            "\"FastFile\"",
            "In place of the algorithm's `training-input-mode`.",
        ),
        &table("shuffle-config", &SHUFFLE, "{ seed = 1 }"),
    ],
);
static DATA_SOURCE: Table = shape(
    "sagemaker-data-source",
    "Where they are: in S3 or on a file system.",
    &[
        &table(
            "s3-data-source",
            &S3_DATA,
            "{ s3-data-type = \"S3Prefix\", s3-uri = \"s3://my-bucket/train/\" }",
        ),
        &table("file-system-data-source", &FILE_SYSTEM, "{ file-system-id = \"fs-0123456789abcdef0\", … }"),
    ],
);
static S3_DATA: Table = shape(
    "sagemaker-s3-data",
    "Data in S3.",
    &[
        &must(words(
            "s3-data-type",
            &["S3Prefix", "ManifestFile", "AugmentedManifestFile", "Converse"],
            "\"S3Prefix\"",
            "What `s3-uri` names.",
        )),
        &must(form(
            "s3-uri",
            S3_URI,
            "\"s3://my-bucket/train/\"",
            "What their names begin with, or a manifest of them.",
        )),
        &words(
            "s3-data-distribution-type",
            &["FullyReplicated", "ShardedByS3Key"],
            "\"FullyReplicated\"",
            "Whether each machine gets all of them.",
        ),
        &texts("attribute-names", "[\"source-ref\"]", "Which attributes of an augmented manifest are used."),
        &texts("instance-group-names", "[\"first\"]", "Which groups of machines get them."),
        &table("model-access-config", &MODEL_ACCESS, "{ accept-eula = true }"),
    ],
);
static FILE_SYSTEM: Table = shape(
    "sagemaker-file-system-data",
    "Data on a file system, which the job's groups must reach.",
    &[
        &must(text("file-system-id", "\"fs-0123456789abcdef0\"", "Its id.")),
        &must(words("file-system-type", &["EFS", "FSxLustre"], "\"FSxLustre\"", "Its kind.")),
        &must(words("file-system-access-mode", &["ro", "rw"], "\"ro\"", "Whether the job may write.")),
        &must(text("directory-path", "\"/fsx/train\"", "What of it.")),
    ],
);
static SHUFFLE: Table = shape(
    "sagemaker-shuffle",
    "Data in an order that changes with each epoch.",
    &[&must(number("seed", i64::MIN, i64::MAX, "1", "What the order follows from."))],
);

static OUTPUT: Table = shape(
    "sagemaker-output",
    "Where the model goes.",
    &[
        &must(form("s3-output-path", S3_URI, "\"s3://my-bucket/models\"", "The place.")),
        &kms("kms-key-id", "The key that encrypts it."),
        &words("compression-type", &["GZIP", "NONE"], "\"GZIP\"", "Whether it is packed; absent: yes."),
    ],
);
static RESOURCES: Table = shape(
    "sagemaker-resources",
    "On what it runs.",
    &[
        &INSTANCE_OPTIONAL,
        &number("instance-count", 0, COUNT_MAX, "1", "How many machines."),
        &Field::new(
            "instance-groups",
            Value::List(&Value::Table(&INSTANCE_GROUP)),
            "[{ instance-group-name = \"first\", instance-type = \"ml.m5.xlarge\", instance-count = 2 }]",
            "Instead of `instance-type` and `instance-count`: machines of several kinds.",
        ),
        &number("volume-size-in-gb", 0, COUNT_MAX, "50", "The disk of each machine."),
        &kms(
            "volume-kms-key-id",
            "The key that encrypts the disks; machines with disks of their own take none.",
        ),
        &number(
            "keep-alive-period-in-seconds",
            0,
            21_600,
            "1800",
            "How long the machines wait for another job.",
        ),
        &form(
            "training-plan-arn",
            ARN,
            "\"arn:aws:sagemaker:…:training-plan/…\"",
            "The plan whose machines are used.",
        ),
    ],
);
static INSTANCE_GROUP: Table = shape(
    "sagemaker-instance-group",
    "Machines of one kind.",
    &[
        &must(text("instance-group-name", "\"first\"", "The group's name.")),
        &INSTANCE,
        &must(number("instance-count", 0, COUNT_MAX, "2", "How many.")),
    ],
);
static STOPPING: Table = shape(
    "sagemaker-stopping",
    "When it is stopped.",
    &[
        &number("max-runtime-in-seconds", 1, 2_592_000, "86400", "How long it may run; absent: a day."),
        &number(
            "max-wait-time-in-seconds",
            1,
            COUNT_MAX,
            "172800",
            "How long with the waiting for spare machines.",
        ),
        &number(
            "max-pending-time-in-seconds",
            7200,
            2_419_200,
            "7200",
            "How long it may wait for machines of a plan.",
        ),
    ],
);
static CHECKPOINT: Table = shape(
    "sagemaker-checkpoint",
    "What it goes on from when it is interrupted.",
    &[
        &must(form("s3-uri", S3_URI, "\"s3://my-bucket/checkpoints\"", "Where it is kept.")),
        &text("local-path", "\"/opt/ml/checkpoints\"", "Where it is in the container."),
    ],
);
static RETRY: Table = shape(
    "sagemaker-retry",
    "What happens after an error of SageMaker's own.",
    &[&must(number("maximum-retry-attempts", 1, 30, "3", "How often it is tried again."))],
);
static DEBUG_HOOK: Table = shape(
    "sagemaker-debug-hook",
    "What is kept of the tensors.",
    &[
        &must(form("s3-output-path", S3_URI, "\"s3://my-bucket/debug\"", "Where.")),
        &text("local-path", "\"/opt/ml/output/tensors\"", "Where they are in the container."),
        &Field::new("hook-parameters", Value::Texts, "{ save_interval = \"100\" }", "How they are kept."),
        &Field::new(
            "collection-configurations",
            Value::List(&Value::Table(&COLLECTION)),
            "[{ collection-name = \"losses\" }]",
            "Which of them.",
        ),
    ],
);
static COLLECTION: Table = shape(
    "sagemaker-tensor-collection",
    "A collection of tensors.",
    &[
        &text("collection-name", "\"losses\"", "Its name."),
        &Field::new("collection-parameters", Value::Texts, "{ save_interval = \"10\" }", "How it is kept."),
    ],
);
static TENSOR_BOARD: Table = shape(
    "sagemaker-tensor-board-output",
    "Where TensorBoard finds its data.",
    &[
        &must(form("s3-output-path", S3_URI, "\"s3://my-bucket/logs\"", "Where.")),
        &text("local-path", "\"/opt/ml/output/tensorboard\"", "Where they are in the container."),
    ],
);
static PROFILER: Table = shape(
    "sagemaker-profiler",
    "What is measured of the machines.",
    &[
        &form("s3-output-path", S3_URI, "\"s3://my-bucket/profile\"", "Where it is kept."),
        &number(
            "profiling-interval-in-milliseconds",
            100,
            60_000,
            "500",
            "How often: 100, 200, 500, 1000, 5000 or 60000.",
        ),
        &Field::new(
            "profiling-parameters",
            Value::Texts,
            "{ LocalPath = \"/opt/ml\" }",
            "What of the framework.",
        ),
        &flag("disable-profiler", "Whether nothing is."),
    ],
);
static REMOTE_DEBUG: Table = shape(
    "sagemaker-remote-debug",
    "Whether its containers can be reached through Systems Manager.",
    &[&flag("enable-remote-debug", "Whether they can.")],
);
static INFRA_CHECK: Table = shape(
    "sagemaker-infra-check",
    "Whether the machines are tested first.",
    &[&flag("enable-infra-check", "Whether they are.")],
);
static SESSION: Table = shape(
    "sagemaker-session-chaining",
    "Whether the role's session carries the tags of the caller's.",
    &[&flag("enable-session-tag-chaining", "Whether it does.")],
);
