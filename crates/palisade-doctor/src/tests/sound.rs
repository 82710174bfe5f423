//! Networks in which everything works.

/// Two zones, a tier for work and one for the endpoints, each behind an ACL of its own; one more tier in one zone for what
/// has EFA. No way out but the endpoints.
const NETWORK: &str = r#"
name = "t"
region = "eu-west-1"

[vpc]
cidr = "10.0.0.0/16"
zones = ["a", "b"]
dns-hostnames = true
dns-support = true

[tiers.ml]
route = "isolated"
cidr = "10.0.0.0/20"

[tiers.ml.network-acl]
inbound = [
  { rule = 100, allow = "all", from = "tier:ml" },
  { rule = 200, allow = "tcp", ports = "1024-65535", from = "tier:services" },
  { rule = 300, allow = "tcp", ports = "1024-65535", from = "s3" },
]
outbound = [
  { rule = 100, allow = "all", to = "tier:ml" },
  { rule = 200, allow = "tcp", ports = 443, to = "tier:services" },
  { rule = 300, allow = "tcp", ports = 443, to = "s3" },
]

[tiers.services]
route = "isolated"
cidr = "10.0.16.0/20"

[tiers.services.network-acl]
inbound = [
  { rule = 100, allow = "tcp", ports = 443, from = ["tier:ml", "tier:fabric"] },
]
outbound = [
  { rule = 100, allow = "tcp", ports = "1024-65535", to = ["tier:ml", "tier:fabric"] },
]

[tiers.fabric]
route = "isolated"
cidr = "10.0.32.0/20"
zones = ["a"]

[security-groups.ml]
inbound = [
  { from = "self", protocol = "all" },
]
outbound = [
  { to = "self", protocol = "all" },
  { to = "group:endpoints", ports = 443 },
  { to = "endpoint:s3", ports = 443 },
]

[security-groups.endpoints]
inbound = [
  { from = "group:ml", ports = 443 },
]

[endpoints.s3]
tiers = ["ml", "fabric"]

[endpoints."sagemaker.api"]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints."sagemaker.runtime"]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.sts]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.logs]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.monitoring]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints."ecr.api"]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints."ecr.dkr"]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.kms]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.studio]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.notebook]
tiers = ["services"]
security-groups = ["endpoints"]

[endpoints.servicecatalog]
tiers = ["services"]
security-groups = ["endpoints"]

[sagemaker.vpc-configs.ml]
tier = "ml"
security-groups = ["ml"]
"#;

/// One tier that goes out through NAT, and nothing else.
const NAT: &str = r#"
name = "t"
region = "eu-west-1"

[vpc]
cidr = "10.0.0.0/16"
zones = ["a", "b"]

[tiers.public]
route = "internet"
cidr = "10.0.64.0/20"
nat-gateways = "single"

[tiers.ml]
route = "nat"
cidr = "10.0.0.0/20"

[security-groups.ml]
inbound = [
  { from = "self", protocol = "all" },
]
outbound = [
  { to = "self", protocol = "all" },
  { to = "internet", ports = 443 },
]

[sagemaker.vpc-configs.ml]
tier = "ml"
security-groups = ["ml"]
"#;

const TRAINING: &str = r#"
[sagemaker.training-jobs.fit]
vpc-config = "ml"
execution-role = "arn:aws:iam::111122223333:role/ml"
algorithm-specification = { training-image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/fit:1", training-input-mode = "File" }
output-data-config = { s3-output-path = "s3://b/out" }
resource-config = { instance-type = "ml.m5.large", instance-count = 1, volume-size-in-gb = 10 }
stopping-condition = { max-runtime-in-seconds = 3600 }
enable-network-isolation = false
"#;

const DISTRIBUTED: &str = r#"
[sagemaker.training-jobs.wide]
vpc-config = "ml"
execution-role = "arn:aws:iam::111122223333:role/ml"
algorithm-specification = { training-image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/fit:1", training-input-mode = "File" }
output-data-config = { s3-output-path = "s3://b/out" }
resource-config = { instance-type = "ml.g5.xlarge", instance-count = 4, volume-size-in-gb = 10 }
stopping-condition = { max-runtime-in-seconds = 3600 }
enable-inter-container-traffic-encryption = true
"#;

const EFA: &str = r#"
[sagemaker.training-jobs.fabric]
vpc-config = { tier = "fabric", security-groups = ["ml"] }
execution-role = "arn:aws:iam::111122223333:role/ml"
algorithm-specification = { training-image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/fit:1", training-input-mode = "File" }
output-data-config = { s3-output-path = "s3://b/out" }
resource-config = { instance-type = "ml.p4d.24xlarge", instance-count = 8, volume-size-in-gb = 10 }
stopping-condition = { max-runtime-in-seconds = 3600 }
"#;

const PROCESSING: &str = r#"
[sagemaker.processing-jobs.clean]
vpc-config = "ml"
execution-role = "arn:aws:iam::111122223333:role/ml"
app-specification = { image-uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/clean:1" }
processing-resources = { cluster-config = { instance-type = "ml.m5.large", instance-count = 2, volume-size-in-gb = 10 } }
"#;

const HOSTING: &str = r#"
[sagemaker.models.scorer]
vpc-config = "ml"
execution-role = "arn:aws:iam::111122223333:role/ml"
primary-container = { image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/score:1", image-config = { repository-access-mode = "Vpc" } }

[sagemaker.endpoint-configs.scorer]
production-variants = [{ variant-name = "all", model = "scorer", instance-type = "ml.m5.large", initial-instance-count = 2 }]

[sagemaker.endpoints.scorer]
endpoint-config = "scorer"
"#;

const NOTEBOOK: &str = r#"
[sagemaker.notebook-instances.desk]
vpc-config = { tier = "fabric", security-groups = ["ml"] }
execution-role = "arn:aws:iam::111122223333:role/ml"
instance-type = "ml.t3.medium"
direct-internet-access = "Disabled"
"#;

const STUDIO: &str = r#"
[sagemaker.domains.studio]
vpc-config = "ml"
execution-role = "arn:aws:iam::111122223333:role/ml"
home-efs = "delete"
auth-mode = "IAM"
app-network-access-type = "VpcOnly"

[sagemaker.user-profiles.ada]
domain = "studio"
"#;

/// Each workload on a ground where it works.
pub(super) const ALL: &[(&str, &[&str])] = &[
    ("training", &[NETWORK, TRAINING]),
    ("distributed", &[NETWORK, DISTRIBUTED]),
    ("efa", &[NETWORK, EFA]),
    ("processing", &[NETWORK, PROCESSING]),
    ("hosting", &[NETWORK, HOSTING]),
    ("notebook", &[NETWORK, NOTEBOOK]),
    ("studio", &[NETWORK, STUDIO]),
    ("place", &[NETWORK]),
    ("everything", &[NETWORK, TRAINING, DISTRIBUTED, EFA, PROCESSING, HOSTING, NOTEBOOK, STUDIO]),
    ("nat-training", &[NAT, TRAINING]),
    ("nat-distributed", &[NAT, DISTRIBUTED]),
    ("nat-hosting", &[NAT, HOSTING]),
    ("nat-studio", &[NAT, STUDIO]),
];

/// Returns the text of one of them.
pub(super) fn text(name: &str) -> String {
    ALL.iter().find(|(it, _)| *it == name).expect("a sound network").1.concat()
}

#[test]
fn where_everything_works_there_is_nothing_to_tell() {
    for (name, _) in ALL {
        let findings = super::examine(&text(name));
        assert!(findings.is_empty(), "{name}: {findings:#?}");
        let blindly = super::examine_blindly(&text(name));
        assert!(blindly.is_empty(), "{name}: {blindly:#?}");
    }
}

/// What every kind of workload needs, by the set that is for it.
const SETS: &[(&str, &str)] = &[
    ("sagemaker-training", TRAINING),
    ("sagemaker-training", DISTRIBUTED),
    ("sagemaker-training", PROCESSING),
    ("sagemaker-hosting", HOSTING),
    ("sagemaker-notebook", NOTEBOOK),
    ("sagemaker-studio", STUDIO),
];

#[test]
fn a_set_is_all_that_its_workload_needs() {
    for (set, workload) in SETS {
        let network = format!(
            r#"
name = "t"
region = "eu-west-1"

[vpc]
cidr = "10.0.0.0/16"
zones = ["a", "b"]

[tiers.ml]
route = "isolated"
cidr = "10.0.0.0/20"

[tiers.fabric]
route = "isolated"
cidr = "10.0.32.0/20"
zones = ["a"]

[security-groups.ml]
inbound = [{{ from = "self", protocol = "all" }}]
outbound = [
  {{ to = "self", protocol = "all" }},
  {{ to = ["group:endpoints", "endpoint:s3"], ports = 443 }},
]

[security-groups.endpoints]
inbound = [{{ from = "group:ml", ports = 443 }}]

[endpoint-sets]
{set} = {{ tiers = ["ml", "fabric"], security-groups = ["endpoints"] }}

[sagemaker.vpc-configs.ml]
tier = "ml"
security-groups = ["ml"]
"#
        );
        let findings = super::examine(&(network + workload));
        assert!(findings.is_empty(), "{set}: {findings:#?}");
    }
}
