//! Flow logs, as EC2 speaks of them. Their filter parameter is `Filter`, and a refusal can hide in an answer that says
//! 200.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    self, DestinationFileFormat, Filter, FlowLogsResourceType, LogDestinationType, ResourceType, TrafficType,
};
use palisade_core::kinds::flow_log::{Call, Destination, FlowLog, Recorded};
use palisade_core::live::Found;
use palisade_core::{CloudError, Handle, Key, Kind, Known, Learned, Stamp, State};

use super::PAGE;
use crate::answer::{count, given, new_id, resolved};
use crate::connect::Aws;
use crate::error::{reading, unsuccessful, writing};
use crate::tags;

const DESCRIBE: &str = "DescribeFlowLogs";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc, destination, recorded, interval_s } => {
            let asked = Asked { stamp, vpc, destination, recorded: *recorded, interval_s: *interval_s };
            create(aws, known, &asked).await
        }
        Call::Delete { log } => {
            let request = aws.writes.delete_flow_logs().flow_log_ids(resolved(known, log)?);
            let answer = request.send().await.map_err(writing("ec2:DeleteFlowLogs"))?;
            let failed = answer.unsuccessful().first();
            failed.map_or(Ok(Learned::new()), |it| Err(unsuccessful("ec2:DeleteFlowLogs", it)))
        }
    }
}

/// The fields of [`Call::Create`].
struct Asked<'a> {
    stamp: &'a Stamp,
    vpc: &'a Handle,
    destination: &'a Destination,
    recorded: Recorded,
    interval_s: u32,
}

/// The client token is not filled in by the SDK for this one.
async fn create(aws: &Aws, known: &Known, asked: &Asked<'_>) -> Result<Learned, CloudError> {
    let traffic = match asked.recorded {
        Recorded::All => TrafficType::All,
        Recorded::Accept => TrafficType::Accept,
        Recorded::Reject => TrafficType::Reject,
    };
    let request = aws.writes.create_flow_logs().resource_type(FlowLogsResourceType::Vpc);
    let request = request.resource_ids(resolved(known, asked.vpc)?).traffic_type(traffic);
    let request = request.client_token(aws.client_token(asked.stamp));
    let request = request.tag_specifications(tags::specification(ResourceType::VpcFlowLog, asked.stamp));
    let request = request.max_aggregation_interval(count(asked.interval_s));
    let request = match asked.destination {
        Destination::Bucket { arn } => {
            request.log_destination_type(LogDestinationType::S3).log_destination(arn)
        }
        Destination::LogGroup { name, role } => request
            .log_destination_type(LogDestinationType::CloudWatchLogs)
            .log_group_name(name)
            .deliver_logs_permission_arn(role),
    };
    let answer = request.send().await.map_err(writing("ec2:CreateFlowLogs"))?;
    if let Some(failed) = answer.unsuccessful().first() {
        return Err(unsuccessful("ec2:CreateFlowLogs", failed));
    }
    let id = answer.flow_log_ids.unwrap_or_default().into_iter().next();
    new_id(asked.stamp, id, "CreateFlowLogs", "FlowLogIds")
}

/// Asks for the flow logs that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::FlowLog>, CloudError> {
    let pages = aws.reads.describe_flow_logs().filter(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeFlowLogs"))
}

/// AWS's own interval, if none is given.
const INTERVAL_S: u32 = 600;

/// What AWS records, if nobody says what (VPC user guide, "Flow log records").
const FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} \
    ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

/// Reads one flow log; nothing if it is none of a VPC, or if it says more than a blueprint can. Such a one clashes with
/// nothing that could be wanted, and AWS takes it away with its VPC.
pub(crate) fn found(log: &types::FlowLog) -> Result<Option<Found>, CloudError> {
    let vpc = given(log.resource_id(), DESCRIBE, "ResourceId")?;
    let (Some(destination), true) = (destination(log), vpc.starts_with("vpc-") && is_plain(log)) else {
        return Ok(None);
    };
    let recorded = match log.traffic_type() {
        Some(TrafficType::Accept) => Recorded::Accept,
        Some(TrafficType::Reject) => Recorded::Reject,
        _ => Recorded::All,
    };
    let interval_s = log.max_aggregation_interval().and_then(|it| u32::try_from(it).ok());
    let interval_s = interval_s.unwrap_or(INTERVAL_S);
    let spec = FlowLog { vpc: Key::new(Kind::Vpc, vpc), destination, recorded, interval_s };
    Ok(Some(Found {
        id: given(log.flow_log_id(), DESCRIBE, "FlowLogId")?.to_owned(),
        state: State::Usable,
        spec: spec.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(log.tags()),
    }))
}

/// Whether nothing is said about the form of the records.
fn is_plain(log: &types::FlowLog) -> bool {
    let has_format = log.log_format().is_some_and(|it| !it.is_empty() && it != FORMAT);
    let has_options = log.destination_options().is_some_and(|it| {
        let is_text = it.file_format().is_none_or(|it| *it == DestinationFileFormat::PlainText);
        !is_text || it.hive_compatible_partitions() == Some(true) || it.per_hour_partition() == Some(true)
    });
    !has_format && !has_options
}

/// A log group is told by its name and, in newer flow logs, by its ARN too.
fn destination(log: &types::FlowLog) -> Option<Destination> {
    let said = |it: Option<&str>| it.filter(|it| !it.is_empty()).map(str::to_owned);
    match log.log_destination_type() {
        Some(LogDestinationType::S3) => Some(Destination::Bucket { arn: said(log.log_destination())? }),
        None | Some(LogDestinationType::CloudWatchLogs) => {
            let of_arn = || Some(log.log_destination()?.split_once(":log-group:")?.1.to_owned());
            let name = said(log.log_group_name()).or_else(of_arn)?;
            let name = name.strip_suffix(":*").map(str::to_owned).unwrap_or(name);
            Some(Destination::LogGroup {
                name,
                role: said(log.deliver_logs_permission_arn()).unwrap_or_default(),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::DestinationOptionsResponse;
    use aws_sdk_ec2::types::builders::FlowLogBuilder;
    use palisade_core::Spec;

    use super::*;

    const ROLE: &str = "arn:aws:iam::111122223333:role/logs";

    fn log() -> FlowLogBuilder {
        let log = types::FlowLog::builder().flow_log_id("fl-1").resource_id("vpc-1").log_format(FORMAT);
        log.traffic_type(TrafficType::Reject).max_aggregation_interval(60)
    }

    fn to_bucket() -> FlowLogBuilder {
        log().log_destination_type(LogDestinationType::S3).log_destination("arn:aws:s3:::lab/flow")
    }

    fn read(log: FlowLogBuilder) -> Option<FlowLog> {
        match found(&log.build()).expect("no error")?.spec {
            Spec::FlowLog(log) => Some(log),
            _ => None,
        }
    }

    #[test]
    fn a_log_group_is_named_in_two_ways() {
        let by_name = log().log_group_name("lab").deliver_logs_permission_arn(ROLE);
        let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:lab:*";
        let by_arn = log().log_destination(arn).deliver_logs_permission_arn(ROLE);
        let by_both = by_name.clone().log_destination(arn);
        let destination = Destination::LogGroup { name: "lab".to_owned(), role: ROLE.to_owned() };
        for it in [by_name, by_arn, by_both] {
            let it = it.log_destination_type(LogDestinationType::CloudWatchLogs);
            assert_eq!(read(it).expect("a flow log").destination, destination);
        }
    }

    #[test]
    fn a_bucket_keeps_its_prefix() {
        let expected = FlowLog {
            vpc: Key::new(Kind::Vpc, "vpc-1"),
            destination: Destination::Bucket { arn: "arn:aws:s3:::lab/flow".to_owned() },
            recorded: Recorded::Reject,
            interval_s: 60,
        };
        assert_eq!(read(to_bucket()), Some(expected));
        let unsaid = to_bucket().set_max_aggregation_interval(None).set_log_format(None);
        assert_eq!(read(unsaid).map(|it| it.interval_s), Some(600));
    }

    #[test]
    fn what_a_blueprint_cannot_say_is_left_out() {
        assert_eq!(read(to_bucket().resource_id("eni-1")), None);
        assert_eq!(read(to_bucket().log_format("${srcaddr}")), None);
        assert_eq!(read(to_bucket().log_destination_type(LogDestinationType::KinesisDataFirehose)), None);
        let options = DestinationOptionsResponse::builder();
        let plain = options.clone().file_format(DestinationFileFormat::PlainText).per_hour_partition(false);
        assert!(read(to_bucket().destination_options(plain.build())).is_some());
        let parquet = options.file_format(DestinationFileFormat::Parquet);
        assert_eq!(read(to_bucket().destination_options(parquet.build())), None);
    }
}
