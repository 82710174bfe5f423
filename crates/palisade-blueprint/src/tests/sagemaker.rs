//! What runs in the network.

use palisade_core::{Key, Kind, Live, Network};

use super::{check, lab, list, network, network_of, parse};

mod forms;

/// A blueprint with one of everything.
pub(super) const EVERYTHING: &str = include_str!("sagemaker.toml");

/// Returns what a network has of SageMaker, with the tags that remember something.
fn workloads(network: &Network) -> String {
    let mut only = network.clone();
    only.resources.retain(|key, _| key.kind.is_of_sagemaker());
    let memos: Vec<String> = network.memos.iter().map(|(key, tags)| format!("{key} {tags:?}\n")).collect();
    let configs = network.vpc_configs.iter().map(|(name, config)| format!("{name} {config:?}\n"));
    format!("{}\n{}\n{}", list(&only), memos.concat(), configs.collect::<String>())
}

/// Returns a right blueprint with a group, a place and `more`.
fn with(more: &str) -> String {
    lab(&format!(
        "[security-groups.web]\n[sagemaker.vpc-configs.app]\ntier = \"app\"\nsecurity-groups = [\"web\"]\n{more}"
    ))
}

const ROLE: &str = "execution-role = \"arn:aws:iam::111122223333:role/ml\"\n";

/// Returns a right blueprint with a model, and an endpoint configuration of these variants.
fn with_variants(variants: &str, more: &str) -> String {
    with(&format!(
        "[sagemaker.models.fraud]\nvpc-config = \"app\"\nprimary-container = {{ image = \"i\" }}\n\
         [sagemaker.endpoint-configs.fraud]\nproduction-variants = [{variants}]\n{more}"
    ))
}

/// Returns a right blueprint with a training job, and more of it.
fn with_job(more: &str) -> String {
    with(&format!(
        "[sagemaker.training-jobs.fraud-1]\nvpc-config = \"app\"\n{ROLE}\
         algorithm-specification = {{ training-image = \"i\", training-input-mode = \"File\" }}\n\
         output-data-config = {{ s3-output-path = \"s3://models\" }}\n\
         resource-config = {{ instance-type = \"ml.m5.xlarge\", instance-count = 1, volume-size-in-gb = 30 }}\n\
         stopping-condition = {{ max-runtime-in-seconds = 60 }}\n{more}"
    ))
}

#[test]
fn everything_becomes_what_the_api_takes() {
    let parsed = parse(EVERYTHING);
    assert_eq!(parsed.diagnostics, []);
    insta::assert_snapshot!(workloads(&network_of(&parsed, &Live::default())), @r#"
    domain.studio vpc.main subnet.training@a subnet.training@b security-group.training
      AppNetworkAccessType = "VpcOnly"
      AuthMode = "IAM"
      DefaultUserSettings = {"ExecutionRole":"arn:aws:iam::111122223333:role/ml","JupyterLabAppSettings":{"AppLifecycleManagement":{"IdleSettings":{"IdleTimeoutInMinutes":120,"LifecycleManagement":"ENABLED"}},"DefaultResourceSpec":{"InstanceType":"ml.t3.medium"}},"SpaceStorageSettings":{"DefaultEbsStorageSettings":{"DefaultEbsVolumeSizeInGb":5,"MaximumEbsVolumeSizeInGb":100}}}
      DomainSettings = {"DockerSettings":{"EnableDockerAccess":"DISABLED"},"ExecutionRoleIdentityConfig":"USER_PROFILE_NAME"}
      KmsKeyId = "alias/ml"
    user-profile.anna domain.studio security-group.other
      UserSettings = {"ExecutionRole":"arn:aws:iam::111122223333:role/anna"}
    user-profile.ben domain.studio
    notebook.lab subnet.serving@b security-group.training
      DirectInternetAccess = "Disabled"
      InstanceType = "ml.t3.medium"
      RoleArn = "arn:aws:iam::111122223333:role/ml"
      RootAccess = "Disabled"
      VolumeSizeInGB = 50
    model.fraud subnet.serving@a subnet.serving@b subnet.training@a subnet.training@b security-group.other security-group.training
      ExecutionRoleArn = "arn:aws:iam::111122223333:role/ml"
      PrimaryContainer = {"Environment":{"LOG_LEVEL":"info"},"Image":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1","ModelDataUrl":"s3://models/fraud.tar.gz"}
    endpoint-config.fraud model.fraud
      DataCaptureConfig = {"CaptureOptions":[{"CaptureMode":"Input"}],"DestinationS3Uri":"s3://captured","InitialSamplingPercentage":10}
      ProductionVariants = [{"InitialInstanceCount":2,"InitialVariantWeight":1.0,"InstanceType":"ml.m5.large","VariantName":"main"}]
    inference-endpoint.fraud endpoint-config.fraud
    training-job.fraud-1 subnet.training@a subnet.training@b security-group.training
      AlgorithmSpecification = {"TrainingImage":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1","TrainingInputMode":"FastFile"}
      EnableInterContainerTrafficEncryption = true
      HyperParameters = {"epochs":"10","learning-rate":"0.1"}
      InputDataConfig = [{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://data/train/"}}}]
      OutputDataConfig = {"S3OutputPath":"s3://models/fraud"}
      ResourceConfig = {"InstanceCount":2,"InstanceType":"ml.g5.xlarge","VolumeSizeInGB":100}
      RoleArn = "arn:aws:iam::111122223333:role/ml"
      StoppingCondition = {"MaxRuntimeInSeconds":86400}
    processing-job.clean-1 subnet.training@a subnet.training@b security-group.other security-group.training
      AppSpecification = {"ImageUri":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/clean:1"}
      NetworkConfig = {"EnableNetworkIsolation":true}
      ProcessingResources = {"ClusterConfig":{"InstanceCount":1,"InstanceType":"ml.m5.xlarge","VolumeSizeInGB":30}}
      RoleArn = "arn:aws:iam::111122223333:role/ml"

    domain.studio {"palisade:home-efs": "delete"}
    training-job.fraud-1 {"palisade:vpc-config": "training"}
    processing-job.clean-1 {"palisade:vpc-config": "tier:training with other training"}

    anywhere VpcConfig { subnets: {subnet.serving@a, subnet.serving@b, subnet.training@a, subnet.training@b}, security_groups: {security-group.other, security-group.training} }
    training VpcConfig { subnets: {subnet.training@a, subnet.training@b}, security_groups: {security-group.training} }
    "#);
}

#[test]
fn a_domain_says_what_becomes_of_its_files() {
    check!(&with(&format!("[sagemaker.domains.studio]\nvpc-config = \"app\"\n{ROLE}")), @r#"
    error[home-efs]: `home-efs` is missing in `[sagemaker.domains.studio]`
      --> blueprint.toml:14:1
       |
    14 | [sagemaker.domains.studio]
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `home-efs = "retain"`: when the domain goes, AWS keeps the file system with the home directories, and it blocks the VPC's deletion until somebody deletes it
       = help: or add `home-efs = "delete"`: the home directories are lost with the domain
    "#);
}

#[test]
fn names_lead_to_something() {
    let text = with_variants(
        "{ variant-name = \"main\", model = \"frad\", instance-type = \"ml.m5.large\" }",
        &format!(
            "[sagemaker.endpoints.fraud]\nendpoint-config = \"freud\"\n\
             [sagemaker.user-profiles.anna]\ndomain = \"studio\"\n\
             [sagemaker.notebook-instances.lab]\nvpc-config = \"ap\"\n{ROLE}instance-type = \"ml.m5.large\"\n"
        ),
    );
    check!(&text, @r#"
    error[name-unknown]: there is no model `frad`
      --> blueprint.toml:18:57
       |
    18 | production-variants = [{ variant-name = "main", model = "frad", instance-type = "ml.m5.large" }]
       |                                                         ^^^^^^
       |
       = help: did you mean `fraud`?
    error[name-unknown]: there is no endpoint configuration `freud`
      --> blueprint.toml:20:19
       |
    20 | endpoint-config = "freud"
       |                   ^^^^^^^
       |
       = help: did you mean `fraud`?
    error[name-unknown]: there is no domain `studio`
      --> blueprint.toml:22:10
       |
    22 | domain = "studio"
       |          ^^^^^^^^
       |
       = help: this blueprint has no domains
    error[name-unknown]: there is no vpc-config `ap`
      --> blueprint.toml:24:14
       |
    24 | vpc-config = "ap"
       |              ^^^^
       |
       = help: did you mean `app`?
    "#);
}

#[test]
fn a_place_has_tiers_and_groups_that_there_are() {
    let places = "[sagemaker.vpc-configs.one]\ntier = \"ap\"\nsecurity-groups = [\"wb\", \"sg-00000abc\"]\n\
                  [sagemaker.vpc-configs.two]\ntiers = [\"app\", \"app\"]\nsecurity-groups = []\n\
                  [sagemaker.vpc-configs.three]\ntier = \"app\"\ntiers = [\"app\"]\n\
                  security-groups = [\"sg-00000001\", \"sg-00000002\", \"sg-00000003\", \"sg-00000004\", \"sg-00000005\", \"sg-00000006\"]\n";
    check!(&with(places), @r#"
    error[name-unknown]: there is no tier `ap`
      --> blueprint.toml:15:8
       |
    15 | tier = "ap"
       |        ^^^^
       |
       = help: did you mean `app`?
    error[name-unknown]: there is no security group `wb`
      --> blueprint.toml:16:20
       |
    16 | security-groups = ["wb", "sg-00000abc"]
       |                    ^^^^
       |
       = help: did you mean `web`?
    error[twice]: tier `app` is given twice
      --> blueprint.toml:18:17
       |
    18 | tiers = ["app", "app"]
       |          -----  ^^^^^
       |          |
       |          here first
       |
       = help: leave one of them out
    error[vpc-config]: what runs in the network carries one security group at least
      --> blueprint.toml:19:19
       |
    19 | security-groups = []
       |                   ^^
       |
       = help: write `security-groups = ["web"]`
    error[fields-exclude]: `tiers` is beside `tier`, and only one of them can be there
      --> blueprint.toml:22:1
       |
    21 | tier = "app"
       | ----
    22 | tiers = ["app"]
       | ^^^^^
       |
       = help: leave one of them out
    error[vpc-config]: SageMaker takes at most 5 security groups, not 6
      --> blueprint.toml:23:19
       |
    23 | security-groups = ["sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004", "sg-00000005", "sg-00000006"]
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write their rules into fewer groups
    "#);
}

#[test]
fn apps_of_studio_leave_room_for_a_group() {
    let groups = "security-groups = [\"sg-00000001\", \"sg-00000002\", \"sg-00000003\", \"sg-00000004\", \"sg-00000005\"]";
    let text = format!(
        "[sagemaker.domains.studio]\nvpc-config = {{ tier = \"app\", {groups} }}\nhome-efs = \"retain\"\n{ROLE}\
         [sagemaker.user-profiles.anna]\ndomain = \"studio\"\n{groups}\n"
    );
    check!(&with(&text), @r#"
    error[vpc-config]: apps of Studio carry at most 4 security groups, not 5
      --> blueprint.toml:15:49
       |
    15 | vpc-config = { tier = "app", security-groups = ["sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004", "sg-00000005"] }
       |                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write their rules into fewer groups: SageMaker adds one for the home directories
    error[vpc-config]: apps of Studio carry at most 4 security groups, not 5
      --> blueprint.toml:20:19
       |
    20 | security-groups = ["sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004", "sg-00000005"]
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write their rules into fewer groups: SageMaker adds one for the home directories
    "#);
}

#[test]
fn there_are_too_many_subnets() {
    let tier = |at: u8| format!("[tiers.t{at}]\nroute = \"isolated\"\ncidr = \"10.0.{}.0/20\"\n", at * 16);
    let tiers: String = (1..=8).map(tier).collect();
    let names: Vec<String> = (1..=8).map(|it| format!("\"t{it}\"")).collect();
    let place = format!(
        "[sagemaker.vpc-configs.all]\ntiers = [\"app\", {}]\nsecurity-groups = [\"web\"]\n",
        names.join(", ")
    );
    check!(&with(&format!("{tiers}{place}")), @r#"
    error[vpc-config]: these are 18 subnets, and SageMaker takes 16 at most
      --> blueprint.toml:39:9
       |
    39 | tiers = ["app", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"]
       |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name fewer tiers, or tiers of fewer zones
    "#);
}

#[test]
fn a_model_runs_in_two_zones() {
    let tier = "[tiers.one]\nroute = \"isolated\"\ncidr = \"10.0.16.0/20\"\nzones = [\"b\"]\n";
    let model = "[sagemaker.models.fraud]\nvpc-config = { tier = \"one\", security-groups = [\"web\"] }\n\
                 primary-container = { image = \"i\" }\n";
    check!(&with(&format!("{tier}{model}")), @r#"
    warning[hosting-zones]: model `fraud` can run in one zone only
      --> blueprint.toml:19:23
       |
    19 | vpc-config = { tier = "one", security-groups = ["web"] }
       |                       ^^^^^ all of it in `b`
       |
       = help: take tiers with two zones or more: SageMaker asks for two, even for one machine
    "#);
}

#[test]
fn what_has_no_place_runs_outside_of_the_network() {
    check!(&with_job("").replace("vpc-config = \"app\"\n", ""), @"
    warning[outside-the-network]: training job `fraud-1` has no `vpc-config`: it runs outside of the network
      --> blueprint.toml:14:26
       |
    14 | [sagemaker.training-jobs.fraud-1]
       |                          ^^^^^^^
       |
       = help: add `vpc-config`, or `enable-network-isolation = true` if its containers need no network at all
    ");
    let isolated = with_job("enable-network-isolation = true\n");
    check!(&isolated.replace("vpc-config = \"app\"\n", ""), @"nothing to say");
}

#[test]
fn a_notebook_stands_in_one_subnet() {
    let text = |zone: &str| {
        with(&format!(
            "[sagemaker.notebook-instances.lab]\nvpc-config = \"app\"\n{ROLE}instance-type = \"ml.m5.large\"\n{zone}"
        ))
    };
    check!(&text("zone = \"c\"\n"), @r#"
    error[notebook-zone]: the `vpc-config` has no subnet in zone `c`
      --> blueprint.toml:18:8
       |
    18 | zone = "c"
       |        ^^^
       |
       = help: it has some in `a` and `b`
    "#);
    let subnets = |text: &str, live: &Live| {
        let network = network(text, live);
        network.resources[&Key::new(Kind::Notebook, "lab")]
            .names()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let first = text("");
    assert_eq!(subnets(&first, &Live::default()), ["subnet.app@a", "security-group.web"]);
    let second = text("zone = \"eu-west-1b\"\n");
    assert_eq!(subnets(&second, &Live::default()), ["subnet.app@b", "security-group.web"]);
    // It stays where it is, although nobody says so any more.
    let live = super::resolving::built(&network(&second, &Live::default()));
    assert_eq!(subnets(&first, &live), ["subnet.app@b", "security-group.web"]);
}

#[test]
fn variants_fit_together() {
    let main = "{ variant-name = \"main\", model = \"fraud\", instance-type = \"ml.m5.large\" }";
    check!(&with_variants(&format!("{main}, {main}"), ""), @r#"
    error[twice]: variant `main` is given twice
      --> blueprint.toml:18:116
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", instance-type = "ml.m5.large" }, { variant-name = "main", model = "...
       |                                         ------ here first                                                          ^^^^^^
       |
       = help: leave one of them out
    "#);
    check!(&with_variants(&format!("{main}, {{ variant-name = \"other\" }}"), ""), @r#"
    error[variant]: a variant has no `model`, and another has one
      --> blueprint.toml:18:99
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", instance-type = "ml.m5.large" }, { variant-name = "other" }]
       |                                                 -----                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `model = "…"`
    "#);
    check!(&with_variants("{ variant-name = \"main\", model = \"fraud\" }", ""), @r#"
    error[variant]: a variant needs machines, or memory
      --> blueprint.toml:18:24
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud" }]
       |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `instance-type` and `initial-instance-count`, or `serverless-config`
    "#);
    check!(&with_variants(main, "vpc-config = \"app\"\n"), @r#"
    error[variant]: `vpc-config` is for configurations whose variants have no `model`
      --> blueprint.toml:19:1
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", instance-type = "ml.m5.large" }]
       |                                                 ----- this runs where its model says
    19 | vpc-config = "app"
       | ^^^^^^^^^^
       |
       = help: write `vpc-config` into the models
    "#);
    check!(&with_variants("{ variant-name = \"main\" }", ""), @r#"
    error[variant]: a variant has no `model`, and the configuration has no `execution-role`
      --> blueprint.toml:18:24
       |
    18 | production-variants = [{ variant-name = "main" }]
       |                        ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `model = "…"`, or `execution-role` to the configuration where inference components are to come
    "#);
    let serverless = "{ variant-name = \"main\", model = \"fraud\", serverless-config = { memory-size-in-mb = 2048, max-concurrency = 5 } }";
    check!(&with_variants(serverless, ""), @r#"
    error[variant]: model `fraud` runs in the network, which nothing without machines does
      --> blueprint.toml:18:66
       |
    18 | production-variants = [{ variant-name = "main", model = "fraud", serverless-config = { memory-size-in-mb = 2048, max-concurrency = 5...
       |                                                         -------  ^^^^^^^^^^^^^^^^^
       |                                                         |
       |                                                         it has a `vpc-config`
       |
       = help: write `instance-type` and `initial-instance-count` instead
    "#);
    check!(&with_variants("", ""), @"
    error[list-size]: `production-variants` has 0 entries
      --> blueprint.toml:18:23
       |
    18 | production-variants = []
       |                       ^^
       |
       = help: write at least one
    ");
}

#[test]
fn inference_components_need_no_model() {
    let text = with_variants(
        "{ variant-name = \"main\", instance-type = \"ml.m5.large\" }",
        &format!("vpc-config = \"app\"\n{ROLE}enable-network-isolation = true\n"),
    );
    insta::assert_snapshot!(workloads(&network(&text, &Live::default())), @r#"
    model.fraud subnet.app@a subnet.app@b security-group.web
      PrimaryContainer = {"Image":"i"}
    endpoint-config.fraud subnet.app@a subnet.app@b security-group.web
      EnableNetworkIsolation = true
      ExecutionRoleArn = "arn:aws:iam::111122223333:role/ml"
      ProductionVariants = [{"InstanceType":"ml.m5.large","VariantName":"main"}]


    app VpcConfig { subnets: {subnet.app@a, subnet.app@b}, security_groups: {security-group.web} }
    "#);
}

#[test]
fn what_sagemaker_knows_by_name_is_not_renamed() {
    check!(&with_job("[[moved]]\nfrom = \"training-job.old\"\nto = \"training-job.fraud-1\"\n"), @r#"
    error[moved-name]: `training-job.old` cannot be renamed
      --> blueprint.toml:22:8
       |
    22 | from = "training-job.old"
       |        ^^^^^^^^^^^^^^^^^^
       |
       = help: SageMaker knows it by its name, which never changes: leave this out; under another name it is another one, and the old one goes
    "#);
}

#[test]
fn a_domain_can_be_protected() {
    let network = network(EVERYTHING, &Live::default());
    let protected: Vec<String> = network.protected.iter().map(ToString::to_string).collect();
    assert_eq!(protected, ["domain.studio"]);
    let parsed = parse(&EVERYTHING.replace("\"domain.studio\"", "\"domain.studo\""));
    let draft = parsed.draft.as_ref().expect("it is seen when the network is known");
    let reports = draft.resolve(&draft.fixtures(), &Live::default()).expect_err("no such domain");
    insta::assert_snapshot!(super::draw_all(&reports, &parsed.sources), @r#"
    error[protect-unknown]: `domain.studo` is protected, and the blueprint has no such thing
       --> blueprint.toml:108:9
        |
    108 | keys = ["domain.studo"]
        |         ^^^^^^^^^^^^^^
        |
        = help: did you mean `domain.studio`?
    "#);
}

#[test]
fn sagemaker_takes_fewer_characters_in_tags() {
    check!(&EVERYTHING.replace("team = \"ml-platform\"", "team = \"a, b\""), @r#"
    error[tag-character]: SageMaker does not take `,` in a tag
     --> blueprint.toml:5:8
      |
    5 | team = "a, b"
      |        ^^^^^^
      |
      = help: it takes letters, digits, spaces and _.:/=+-@
    "#);
}

#[test]
fn names_do_not_look_like_arns() {
    check!(&with_job("").replace("fraud-1", "arn-1"), @"
    error[name-like-id]: `arn-1` looks like an AWS id
      --> blueprint.toml:14:26
       |
    14 | [sagemaker.training-jobs.arn-1]
       |                          ^^^^^
       |
       = help: choose a name that does not begin with `arn-`
    ");
}

#[test]
fn groups_of_others_lie_in_the_vpc() {
    let text = with("")
        .replace("cidr = \"10.0.0.0/16\"", "existing = \"vpc-00000abc\"")
        .replace("[\"web\"]", "[\"sg-00000abc\"]");
    let parsed = parse(&text);
    let draft = parsed.draft.as_ref().expect("no mistake");
    let live = draft.assumed();
    let resolved = draft.resolve(&draft.fixtures(), &live).expect("what it names is there");
    assert_eq!(
        resolved.network.vpc_configs["app"].security_groups,
        [Key::new(Kind::SecurityGroup, "sg-00000abc")].into()
    );
    let mut without = draft.clone();
    without.parts.sagemaker = crate::tables::sagemaker::SageMaker::default();
    let reports = draft.resolve(&draft.fixtures(), &without.assumed()).expect_err("it is not there");
    insta::assert_snapshot!(super::draw_all(&reports, &parsed.sources), @r#"
    error[existing-missing]: the VPC has no security group `sg-00000abc`
      --> blueprint.toml:13:20
       |
    13 | security-groups = ["sg-00000abc"]
       |                    ^^^^^^^^^^^^^
       |
       = help: an interface carries groups of its own VPC: name one of those, or one of the blueprint's
    "#);
}

#[test]
fn subnets_that_exist_are_a_place_too() {
    let text = with("")
        .replace("cidr = \"10.0.0.0/16\"\nzones = [\"a\", \"b\"]", "existing = \"vpc-00000abc\"")
        .replace(
            "route = \"isolated\"\ncidr = \"10.0.0.0/20\"",
            "existing-subnets = [\"subnet-00000002\", \"subnet-00000001\"]",
        );
    let parsed = parse(&text);
    let draft = parsed.draft.as_ref().expect("no mistake");
    let resolved = draft.resolve(&draft.fixtures(), &draft.assumed()).expect("what it names is there");
    let subnets = ["subnet-00000001", "subnet-00000002"].map(|it| Key::new(Kind::Subnet, it));
    assert_eq!(resolved.network.vpc_configs["app"].subnets, subnets.into());
    let (_, span) = parsed
        .sources
        .locate(&draft.place_of(&Key::new(Kind::Subnet, "subnet-00000002")).expect("it is written"));
    assert_eq!(&text[span], "\"subnet-00000002\"");
}

#[test]
fn everything_has_its_place_in_the_text() {
    let parsed = parse(EVERYTHING);
    let draft = parsed.draft.as_ref().expect("no mistake");
    let network = network_of(&parsed, &Live::default());
    let word = |span: Option<std::ops::Range<usize>>| {
        let (source, span) = parsed.sources.locate(&span?);
        Some(source.text()[span].to_owned())
    };
    let mut places: Vec<String> = network
        .resources
        .keys()
        .map(|key| format!("{key}: {}", word(draft.place_of(key)).unwrap_or_default()))
        .collect();
    let of_config = |name: &str| word(draft.place_of_vpc_config(name)).unwrap_or_default();
    places.extend(network.vpc_configs.keys().map(|name| format!("{name}: {}", of_config(name))));
    insta::assert_snapshot!(places.join("\n"), @"
    vpc.main: vpc
    subnet.serving@a: serving
    subnet.serving@b: serving
    subnet.training@a: training
    subnet.training@b: training
    route-table.serving: serving
    route-table.training: training
    security-group.other: other
    security-group.training: training
    domain.studio: studio
    user-profile.anna: anna
    user-profile.ben: ben
    notebook.lab: lab
    model.fraud: fraud
    endpoint-config.fraud: fraud
    inference-endpoint.fraud: fraud
    training-job.fraud-1: fraud-1
    processing-job.clean-1: clean-1
    anywhere: anywhere
    training: training
    ");
}
