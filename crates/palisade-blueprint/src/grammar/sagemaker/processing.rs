//! The table of processing jobs.

use super::{
    COUNT_MAX, ENVIRONMENT, EXECUTION_ROLE_NEEDED, EXPERIMENT_CONFIG, INSTANCE, NETWORK_ISOLATION, S3_URI,
    TRAFFIC_ENCRYPTION, VPC_CONFIG_KEY, flag, form, kms, must, number, shape, table, text, texts, words,
};
use crate::grammar::{Field, Hint, Table, Value};

pub(super) static PROCESSING_JOB: Table = Table {
    id: "sagemaker-processing-job",
    doc: "A run of a processing, not a thing: it is started where no job of its name has ever been, and a changed one needs \
          a new name.",
    fields: &[
        &VPC_CONFIG_KEY,
        &EXECUTION_ROLE_NEEDED,
        &must(table("app-specification", &APP, "{ image-uri = \"…\" }")),
        &Field::new(
            "processing-inputs",
            Value::List(&Value::Table(&INPUT)),
            "[{ input-name = \"raw\", s3-input = { … } }]",
            INPUT.doc,
        ),
        &table(
            "processing-output-config",
            &OUTPUTS,
            "{ outputs = [{ output-name = \"clean\", s3-output = { … } }] }",
        ),
        &must(table(
            "processing-resources",
            &RESOURCES,
            "{ cluster-config = { instance-type = \"ml.m5.xlarge\", instance-count = 1, volume-size-in-gb = 50 } }",
        )),
        &NETWORK_ISOLATION,
        &TRAFFIC_ENCRYPTION,
        &table("stopping-condition", &STOPPING, "{ max-runtime-in-seconds = 3600 }"),
        &ENVIRONMENT,
        &table("experiment-config", &EXPERIMENT_CONFIG, "{ experiment-name = \"fraud\" }"),
    ],
    hints: &[
        Hint::elsewhere("processing-job-name", "leave it out: its table has the name"),
        Hint::elsewhere(
            "network-config",
            "write `vpc-config`, `enable-network-isolation` and `enable-inter-container-traffic-encryption` into the job \
             itself",
        ),
    ],
};

static APP: Table = shape(
    "sagemaker-processing-app",
    "What runs.",
    &[
        &must(text("image-uri", "\"111122223333.dkr.ecr.eu-west-1.amazonaws.com/clean:1\"", "Its image.")),
        &texts("container-entrypoint", "[\"python\", \"clean.py\"]", "What the container runs."),
        &texts("container-arguments", "[\"--verbose\"]", "What that is told."),
    ],
);
static INPUT: Table = shape(
    "sagemaker-processing-input",
    "What it reads, ten at most.",
    &[
        &must(text("input-name", "\"raw\"", "Its name.")),
        &flag("app-managed", "Whether the container fetches it by itself."),
        &table("s3-input", &S3_INPUT, "{ s3-uri = \"s3://my-bucket/raw/\", s3-data-type = \"S3Prefix\", … }"),
    ],
);
static S3_INPUT: Table = shape(
    "sagemaker-processing-s3-input",
    "Data in S3.",
    &[
        &must(form(
            "s3-uri",
            S3_URI,
            "\"s3://my-bucket/raw/\"",
            "What their names begin with, or a manifest of them.",
        )),
        &text("local-path", "\"/opt/ml/processing/raw\"", "Where they are in the container."),
        &must(words("s3-data-type", &["S3Prefix", "ManifestFile"], "\"S3Prefix\"", "What `s3-uri` names.")),
        &words(
            "s3-input-mode",
            &["File", "Pipe"],
            "\"File\"",
            "Whether data are copied first, or read as they come.",
        ),
        &words(
            "s3-data-distribution-type",
            &["FullyReplicated", "ShardedByS3Key"],
            "\"FullyReplicated\"",
            "Whether each machine gets all of them.",
        ),
        &words("s3-compression-type", &["None", "Gzip"], "\"None\"", "Whether they are packed."),
    ],
);
static OUTPUTS: Table = shape(
    "sagemaker-processing-outputs",
    "What it writes, ten at most.",
    &[
        &must(Field::new(
            "outputs",
            Value::List(&Value::Table(&OUTPUT)),
            "[{ output-name = \"clean\", s3-output = { … } }]",
            "Each of them.",
        )),
        &kms("kms-key-id", "The key that encrypts them."),
    ],
);
static OUTPUT: Table = shape(
    "sagemaker-processing-output",
    "Something that it writes.",
    &[
        &must(text("output-name", "\"clean\"", "Its name.")),
        &flag("app-managed", "Whether the container puts it there by itself."),
        &table(
            "s3-output",
            &S3_OUTPUT,
            "{ s3-uri = \"s3://my-bucket/clean/\", s3-upload-mode = \"EndOfJob\", … }",
        ),
        &table("feature-store-output", &FEATURE_STORE, "{ feature-group-name = \"fraud\" }"),
    ],
);
static S3_OUTPUT: Table = shape(
    "sagemaker-processing-s3-output",
    "A place in S3.",
    &[
        &must(form("s3-uri", S3_URI, "\"s3://my-bucket/clean/\"", "The place.")),
        &text("local-path", "\"/opt/ml/processing/clean\"", "Where it is in the container."),
        &must(words("s3-upload-mode", &["EndOfJob", "Continuous"], "\"EndOfJob\"", "When it is put there.")),
    ],
);
static FEATURE_STORE: Table = shape(
    "sagemaker-processing-feature-store",
    "A group of the feature store.",
    &[&must(text("feature-group-name", "\"fraud\"", "Its name."))],
);
static RESOURCES: Table = shape(
    "sagemaker-processing-resources",
    "On what it runs.",
    &[&must(table(
        "cluster-config",
        &CLUSTER,
        "{ instance-type = \"ml.m5.xlarge\", instance-count = 1, volume-size-in-gb = 50 }",
    ))],
);
static CLUSTER: Table = shape(
    "sagemaker-processing-cluster",
    "Its machines.",
    &[
        &INSTANCE,
        &must(number("instance-count", 1, COUNT_MAX, "1", "How many.")),
        &must(number("volume-size-in-gb", 1, 16_384, "50", "The disk of each.")),
        &kms(
            "volume-kms-key-id",
            "The key that encrypts the disks; machines with disks of their own take none.",
        ),
    ],
);
static STOPPING: Table = shape(
    "sagemaker-processing-stopping",
    "When it is stopped.",
    &[&must(number("max-runtime-in-seconds", 1, 777_600, "3600", "How long it may run."))],
);
