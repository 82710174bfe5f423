//! What SageMaker takes: forms, words, numbers, and how many of what.

use super::*;
use crate::tests::diagnose;

#[test]
fn fields_exclude_each_other() {
    let text = with_job(
        "input-data-config = [{ channel-name = \"a\", data-source = {} }]\n\
         [sagemaker.models.two]\nvpc-config = \"app\"\nprimary-container = { image = \"i\" }\n\
         containers = [{ image = \"i\", model-package-name = \"p\" }]\n",
    );
    check!(&text, @r#"
    error[missing-key]: `s3-data-source` or `file-system-data-source` is missing
      --> blueprint.toml:21:58
       |
    21 | input-data-config = [{ channel-name = "a", data-source = {} }]
       |                                                          ^^
       |
       = help: write one of them
    error[fields-exclude]: `containers` is beside `primary-container`, and only one of them can be there
      --> blueprint.toml:25:1
       |
    24 | primary-container = { image = "i" }
       | -----------------
    25 | containers = [{ image = "i", model-package-name = "p" }]
       | ^^^^^^^^^^
       |
       = help: leave one of them out
    error[fields-exclude]: `model-package-name` is beside `image`, and only one of them can be there
      --> blueprint.toml:25:30
       |
    25 | containers = [{ image = "i", model-package-name = "p" }]
       |                 -----        ^^^^^^^^^^^^^^^^^^
       |
       = help: leave one of them out
    "#);
}

#[test]
fn lists_have_the_size_that_aws_takes() {
    let metrics = "{ name = \"n\", regex = \"r\" }, ".repeat(41);
    let more = format!("\"File\", container-arguments = [], metric-definitions = [{metrics}] }}");
    let job = with_job("input-data-config = []\n").replace("\"File\" }", &more);
    check!(&job, @r#"
    error[list-size]: `container-arguments` has 0 entries
      --> blueprint.toml:17:103
       |
    17 | algorithm-specification = { training-image = "i", training-input-mode = "File", container-arguments = [], metric-definitions = [{ na...
       |                                                                                                       ^^
       |
       = help: write at least one, or leave the key out
    error[list-size]: `metric-definitions` has 41 entries
      --> blueprint.toml:17:128
       |
    17 | ... = [{ name = "n", regex = "r" }, { name = "n", r...regex = "r" }, { name = "n", regex = "r" }, ] }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: SageMaker takes 40 at most
    error[list-size]: `input-data-config` has 0 entries
      --> blueprint.toml:21:21
       |
    21 | input-data-config = []
       |                     ^^
       |
       = help: write at least one, or leave the key out
    "#);
}

#[test]
fn forms_are_aws_s() {
    let text = with_job("checkpoint-config = { s3-uri = \"arn:aws:s3:::my-bucket/x\" }\n")
        .replace("\"ml.m5.xlarge\"", "\"m5.xlarge\"")
        .replace("\"s3://models\"", "\"models\", kms-key-id = \"ml\"")
        .replace("arn:aws:iam::111122223333:role/ml", "ml");
    check!(&text, @r#"
    error[role-syntax]: `execution-role` is `ml`, which is no ARN of a role
      --> blueprint.toml:16:18
       |
    16 | execution-role = "ml"
       |                  ^^^^
       |
       = help: write it whole: `arn:aws:iam::111122223333:role/ml`
    error[s3-uri-syntax]: `s3-output-path` is `models`, which is no place in S3
      --> blueprint.toml:18:41
       |
    18 | output-data-config = { s3-output-path = "models", kms-key-id = "ml" }
       |                                         ^^^^^^^^
       |
       = help: write `s3://bucket/prefix`
    error[kms-key-syntax]: `kms-key-id` is `ml`, which is no key of KMS
      --> blueprint.toml:18:64
       |
    18 | output-data-config = { s3-output-path = "models", kms-key-id = "ml" }
       |                                                                ^^^^
       |
       = help: write the key's id or ARN, or an alias of it: `alias/ml`
    error[instance-type]: `instance-type` is `m5.xlarge`, which is no machine of SageMaker
      --> blueprint.toml:19:37
       |
    19 | resource-config = { instance-type = "m5.xlarge", instance-count = 1, volume-size-in-gb = 30 }
       |                                     ^^^^^^^^^^^
       |
       = help: write `ml.m5.xlarge`
    error[s3-uri-syntax]: `s3-uri` is `arn:aws:s3:::my-bucket/x`, which is no place in S3
      --> blueprint.toml:21:32
       |
    21 | checkpoint-config = { s3-uri = "arn:aws:s3:::my-bucket/x" }
       |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `s3://my-bucket/x`
    "#);
    let image = "image = \"i\", image-config = { repository-access-mode = \"Vpc\", \
                 repository-auth-config = { repository-credentials-provider-arn = \"lambda\" } }";
    let text =
        with_variants("{ variant-name = \"main\", model = \"fraud\", instance-type = \"ml.m5.large\" }", "");
    check!(&text.replace("image = \"i\"", image), @r#"
    error[arn-syntax]: `repository-credentials-provider-arn` is `lambda`, which is no ARN
      --> blueprint.toml:16:150
       |
    16 | ...itory-auth-config = { repository-credentials-provider-arn = "lambda" } } }
       |                                                                ^^^^^^^^
       |
       = help: write it whole: `arn:aws:…`
    "#);
}

#[test]
fn words_are_the_apis() {
    let text = with_job(
        "enable_network_isolation = true\nhyper-parameter = {}\nrole-arn = \"x\"\nsubnet-ids = []\n",
    )
    .replace("\"File\"", "\"file\"")
    .replace("volume-size-in-gb = 30", "volume-size-in-gb = \"30\"");
    check!(&text, @r#"
    error[unknown-word]: `training-input-mode` is `File`, `Pipe` or `FastFile`
      --> blueprint.toml:17:73
       |
    17 | algorithm-specification = { training-image = "i", training-input-mode = "file" }
       |                                                                         ^^^^^^
       |
       = help: did you mean `File`?
    error[wrong-type]: `volume-size-in-gb` takes an integer, not a string
      --> blueprint.toml:19:93
       |
    19 | resource-config = { instance-type = "ml.m5.xlarge", instance-count = 1, volume-size-in-gb = "30" }
       |                                                                                             ^^^^ expected an integer, found a string
       |
       = help: write `30`
    error[unknown-key]: `enable_network_isolation` is no key in `[sagemaker.training-jobs.fraud-1]`
      --> blueprint.toml:21:1
       |
    21 | enable_network_isolation = true
       | ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `enable-network-isolation`
    error[unknown-key]: `hyper-parameter` is no key in `[sagemaker.training-jobs.fraud-1]`
      --> blueprint.toml:22:1
       |
    22 | hyper-parameter = {}
       | ^^^^^^^^^^^^^^^
       |
       = help: did you mean `hyper-parameters`?
    error[unknown-key]: `role-arn` is no key in `[sagemaker.training-jobs.fraud-1]`
      --> blueprint.toml:23:1
       |
    23 | role-arn = "x"
       | ^^^^^^^^
       |
       = help: write `execution-role`
    error[unknown-key]: `subnet-ids` is no key in `[sagemaker.training-jobs.fraud-1]`
      --> blueprint.toml:24:1
       |
    24 | subnet-ids = []
       | ^^^^^^^^^^
       |
       = help: where it runs is its `vpc-config`: `{ tier = "app", security-groups = ["app"] }`, or the name of one
    "#);
}

#[test]
fn numbers_are_numbers() {
    let variant = |weight: &str| {
        with_variants(
            &format!(
                "{{ variant-name = \"main\", model = \"fraud\", instance-type = \"ml.m5.large\", initial-variant-weight = {weight} }}"
            ),
            "",
        )
    };
    check!(&variant("0.5"), @"nothing to say");
    check!(&variant("-1"), @r#"
    error[out-of-range]: `initial-variant-weight` is a number from 0
      --> blueprint.toml:18:122
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", instance-type = "ml.m5.large", initial-variant-weight = -1 }]
       |                                                                                                                          ^^
    "#);
    check!(&variant("inf"), @r#"
    error[out-of-range]: `initial-variant-weight` is a number from 0
      --> blueprint.toml:18:122
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", instance-type = "ml.m5.large", initial-variant-weight = inf }]
       |                                                                                                                          ^^^
    "#);
    check!(&variant("\"1\""), @r#"
    error[wrong-type]: `initial-variant-weight` takes a number, not a string
      --> blueprint.toml:18:122
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", instance-type = "ml.m5.large", initial-variant-weight = "1" }]
       |                                                                                                                          ^^^ expected a number, found a string
    "#);
}

#[test]
fn spare_machines_are_waited_for() {
    check!(&with_job("enable-managed-spot-training = true\n"), @"
    error[spot-wait]: a job on spare machines says how long it may take, the waiting for them included
      --> blueprint.toml:20:22
       |
    20 | stopping-condition = { max-runtime-in-seconds = 60 }
       |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    21 | enable-managed-spot-training = true
       | ---------------------------- it runs on those
       |
       = help: write `max-wait-time-in-seconds = 120` into `stopping-condition`
    ");
    let job = with_job("enable-managed-spot-training = true\n");
    check!(&job.replace("stopping-condition = { max-runtime-in-seconds = 60 }\n", ""), @"
    error[spot-wait]: a job on spare machines says how long it may take, the waiting for them included
      --> blueprint.toml:20:1
       |
    20 | enable-managed-spot-training = true
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `max-wait-time-in-seconds = 172800` into `stopping-condition`
    ");
    check!(&job.replace("in-seconds = 60", "in-seconds = 60, max-wait-time-in-seconds = 60"), @"nothing to say");
}

#[test]
fn names_do_not_end_with_a_hyphen() {
    let model =
        |name: &str| with(&format!("[sagemaker.models.{name}]\nprimary-container = {{ image = \"i\" }}\n"));
    insta::assert_snapshot!(diagnose(&model("fraud-")), @"
    error[name-syntax]: `fraud-` cannot be the name of a table in `[sagemaker.models]`
      --> blueprint.toml:14:19
       |
    14 | [sagemaker.models.fraud-]
       |                   ^^^^^^
       |
       = help: a name is a lower-case letter, then lower-case letters, digits and hyphens, at most 31 characters, the last of them no hyphen
       = help: write `fraud`
    warning[outside-the-network]: model `fraud-` has no `vpc-config`: it runs outside of the network
      --> blueprint.toml:14:19
       |
    14 | [sagemaker.models.fraud-]
       |                   ^^^^^^
       |
       = help: add `vpc-config`, or `enable-network-isolation = true` if its containers need no network at all
    ");
}

#[test]
fn what_people_name_is_what_sagemaker_takes() {
    let job = |name: &str, texts: &str| diagnose(&with_job(&format!("{name} = {{ {texts} }}\n")));
    insta::assert_snapshot!(job("environment", "\"my-token\" = \"hunter2\", 1A = \"hunter2\", _a1 = \"hunter2\""), @r#"
    error[text-map]: `my-token` is no name of a variable
      --> blueprint.toml:21:17
       |
    21 | environment = { "my-token" = "hunter2", 1A = "hunter2", _a1 = "hunter2" }
       |                 ^^^^^^^^^^
       |
       = help: a name is a letter or `_`, then letters, digits and `_`
    error[text-map]: `1A` is no name of a variable
      --> blueprint.toml:21:41
       |
    21 | environment = { "my-token" = "hunter2", 1A = "hunter2", _a1 = "hunter2" }
       |                                         ^^
       |
       = help: a name is a letter or `_`, then letters, digits and `_`
    "#);
    let long = |n: usize| "x".repeat(n);
    for (name, texts, is_right) in [
        ("environment", format!("{} = \"\"", long(512)), true),
        ("environment", format!("{} = \"\"", long(513)), false),
        ("environment", format!("A = \"{}\"", long(512)), true),
        ("environment", format!("A = \"{}\"", long(513)), false),
        ("hyper-parameters", format!("\"a b\" = \"{}\"", long(2500)), true),
        ("hyper-parameters", format!("\"a b\" = \"{}\"", long(2501)), false),
        ("hyper-parameters", format!("{} = \"\"", long(256)), true),
        ("hyper-parameters", format!("{} = \"\"", long(257)), false),
    ] {
        assert_eq!(!job(name, &texts).contains("error[text-map]"), is_right, "{name}");
    }
    let many = |n: usize| (0..n).map(|it| format!("V{it} = \"\"")).collect::<Vec<_>>().join(", ");
    assert!(!job("environment", &many(100)).contains("error"));
    assert!(job("environment", &many(101)).contains("error[list-size]: `environment` has 101 entries"));
}
