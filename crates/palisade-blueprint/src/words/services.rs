//! The names of AWS services, as PrivateLink spells them.

use crate::tables::head::is_region;
use crate::words::names::listed;

/// What is reached by a route: S3, its directory buckets, and DynamoDB (PrivateLink guide, "Gateway endpoints").
const GATEWAYS: &[&str] = &["s3", "s3express", "dynamodb"];

/// The services whose names begin with `cn.` in China's regions, as `DescribeVpcEndpointServices` lists them there; the
/// others have the same name as everywhere. What is missing here can be written out: `service = "cn.com.amazonaws…"`.
const CHINESE: &[&str] = &[
    "athena",
    "autoscaling",
    "batch",
    "cloudformation",
    "ebs",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "execute-api",
    "fsx",
    "kinesis-streams",
    "lambda",
    "monitoring",
    "rds",
    "redshift",
    "redshift-data",
    "sagemaker.api",
    "sagemaker.featurestore-runtime",
    "sagemaker.runtime",
    "servicecatalog",
    "sqs",
    "states",
    "sts",
    "xray",
];

/// What people call services, with PrivateLink's names for them ("AWS services that integrate with AWS PrivateLink").
const OTHERWISE: &[(&[&str], &[&str])] = &[
    (&["ecr"], &["ecr.api", "ecr.dkr"]),
    (&["ecr-api"], &["ecr.api"]),
    (&["ecr-dkr", "docker", "registry"], &["ecr.dkr"]),
    (&["sagemaker"], &["sagemaker.api", "sagemaker.runtime"]),
    (&["sagemaker-api"], &["sagemaker.api"]),
    (&["sagemaker-runtime"], &["sagemaker.runtime"]),
    (&["sagemaker-notebook", "sagemaker.notebook"], &["notebook"]),
    (&["sagemaker-studio", "sagemaker.studio"], &["studio"]),
    (&["cloudwatch"], &["monitoring", "logs"]),
    (&["cloudwatch-logs", "cloudwatchlogs"], &["logs"]),
    (&["cloudwatch-metrics", "metrics"], &["monitoring"]),
    (&["secrets-manager"], &["secretsmanager"]),
    (&["systems-manager", "parameter-store"], &["ssm"]),
    (&["eventbridge"], &["events"]),
    (&["step-functions", "stepfunctions"], &["states"]),
    (&["efs"], &["elasticfilesystem"]),
    (&["api-gateway"], &["execute-api"]),
    (&["elb", "elbv2"], &["elasticloadbalancing"]),
    (&["kinesis"], &["kinesis-streams"]),
    (&["firehose"], &["kinesis-firehose"]),
    (&["dynamo", "ddb"], &["dynamodb"]),
];

/// Returns what to write, if a short name is not PrivateLink's.
pub(crate) fn meant(name: &str) -> Option<String> {
    if let Some(host) = name.strip_suffix(".amazonaws.com") {
        let parts: Vec<&str> = host.split('.').filter(|it| !is_region(it)).collect();
        return Some(format!("this is a host; did you mean `{}`?", parts.join(".")));
    }
    match OTHERWISE.iter().find(|(names, _)| names.contains(&name))?.1 {
        [one] => Some(format!("did you mean `{one}`?")),
        several => Some(format!("write one for each of {}", listed(several))),
    }
}

/// Returns the full name of a service by its short one, such as `com.amazonaws.eu-west-1.sagemaker.api`.
pub(crate) fn full_name(region: &str, short: &str) -> String {
    match short {
        "notebook" | "studio" => format!("aws.sagemaker.{region}.{short}"),
        _ if region.starts_with("cn-") && CHINESE.contains(&short) => {
            format!("cn.com.amazonaws.{region}.{short}")
        }
        _ => format!("com.amazonaws.{region}.{short}"),
    }
}

/// Returns whether a name is a full one.
pub(crate) fn is_full_name(name: &str) -> bool {
    region_of(name).is_some() || ["com.amazonaws.", "cn.com.amazonaws."].iter().any(|it| name.starts_with(it))
}

/// Returns the region in a full name.
pub(crate) fn region_of(full: &str) -> Option<&str> {
    full.split('.').find(|it| is_region(it))
}

/// Returns the short name within a full one: what follows the region.
pub(crate) fn short_name(full: &str) -> &str {
    let region = region_of(full);
    let rest = region.and_then(|it| full.split_once(it)).and_then(|(_, rest)| rest.strip_prefix('.'));
    rest.unwrap_or(full)
}

/// Returns whether a service of AWS's own can be reached through a gateway endpoint.
pub(crate) fn has_gateway(full: &str) -> bool {
    full.starts_with("com.amazonaws.") && GATEWAYS.contains(&short_name(full))
}

/// Returns whether a service keeps its data in buckets that anybody can own.
pub(crate) fn has_buckets(full: &str) -> bool {
    ["s3", "s3express"].contains(&short_name(full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_names() {
        let names = [
            ("eu-west-1", "s3", "com.amazonaws.eu-west-1.s3"),
            ("eu-west-1", "sagemaker.api", "com.amazonaws.eu-west-1.sagemaker.api"),
            ("eu-west-1", "notebook", "aws.sagemaker.eu-west-1.notebook"),
            ("eu-west-1", "studio", "aws.sagemaker.eu-west-1.studio"),
            ("cn-north-1", "sagemaker.api", "cn.com.amazonaws.cn-north-1.sagemaker.api"),
            ("cn-north-1", "s3", "com.amazonaws.cn-north-1.s3"),
            ("cn-north-1", "logs", "com.amazonaws.cn-north-1.logs"),
        ];
        for (region, short, full) in names {
            assert_eq!(full_name(region, short), full);
            assert_eq!(short_name(full), short);
            assert_eq!(region_of(full), Some(region));
        }
        assert!(is_full_name("com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"));
        assert!(!is_full_name("sagemaker.api"));
    }
}
