//! Flow logs have somewhere to go, and tell all about it: the quirks `log-destination`, `log-group`,
//! `log-group-name` and `log-options`.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request};

use crate::answer::{Answer, Failure};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::place::PerPlace;

/// Makes the bucket and the log group, and remembers the options of a flow log to S3.
#[derive(Default)]
pub(crate) struct FlowLogs(PerPlace<BTreeMap<String, Element>>);

/// The options, in a call and in an answer, and what holds if they are not given.
const OPTIONS: [[&str; 3]; 3] = [
    ["FileFormat", "fileFormat", "plain-text"],
    ["HiveCompatiblePartitions", "hiveCompatiblePartitions", "false"],
    ["PerHourPartition", "perHourPartition", "false"],
];

impl Layer for FlowLogs {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateFlowLogs" => self.create(call, next).await,
                "DescribeFlowLogs" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

impl FlowLogs {
    async fn create(&self, call: Call, next: Next<'_>) -> Answer {
        let destination = call.parameters.text("LogDestination");
        let goes_to_s3 = call.parameters.value("LogDestinationType") == Some("s3");
        if goes_to_s3 {
            make_bucket(&call, destination, next).await?;
        } else if let Some(group) = call.parameters.value("LogGroupName").or(group_of(destination)) {
            make_group(&call, group, next).await?;
        }
        let answer = next.send(call.clone()).await?;
        if goes_to_s3 {
            let given = |name: &str, default| {
                call.parameters.value(&format!("DestinationOptions.{name}")).unwrap_or(default).to_owned()
            };
            let options = OPTIONS.map(|[name, shown, default]| Element::leaf(shown, &given(name, default)));
            let options = Element::of("destinationOptions", options);
            let ids = answer.texts("flowLogIdSet").into_iter();
            self.0.at(&call.place, |known| known.extend(ids.map(|it| (it.to_owned(), options.clone()))));
        }
        Ok(answer)
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |known| {
            for log in &mut document.child_mut("flowLogSet").children {
                if let Some(options) = known.get(log.text_of("flowLogId")) {
                    *log.child_mut("destinationOptions") = options.clone();
                }
                if let Some(group) = group_of(log.text_of("logDestination")).map(str::to_owned) {
                    log.set("logGroupName", &group);
                }
            }
        });
        Ok(document)
    }
}

/// Returns the log group that an ARN names.
fn group_of(arn: &str) -> Option<&str> {
    Some(arn.split_once(":log-group:")?.1.trim_end_matches(":*"))
}

async fn make_bucket(call: &Call, arn: &str, next: Next<'_>) -> Result<(), Failure> {
    let Some(path) = arn.strip_prefix("arn:aws:s3:::") else { return Ok(()) };
    let bucket = path.split('/').next().unwrap_or_default();
    let region = &call.place.region;
    // S3 insists on a region everywhere but where it began.
    let body = match region.as_str() {
        "us-east-1" => String::new(),
        _ => Element::new("CreateBucketConfiguration")
            .with(Element::leaf("LocationConstraint", region))
            .write(),
    };
    let request = Request::builder().method(Method::PUT).uri(format!("/{bucket}"));
    pass(call, "s3", request.header(CONTENT_TYPE, "application/xml"), body, next).await
}

async fn make_group(call: &Call, name: &str, next: Next<'_>) -> Result<(), Failure> {
    let request = Request::builder().method(Method::POST).uri("/");
    let request = request.header("X-Amz-Target", "Logs_20140328.CreateLogGroup");
    let body = format!("{{\"logGroupName\":\"{name}\"}}");
    pass(call, "logs", request.header(CONTENT_TYPE, "application/x-amz-json-1.1"), body, next).await
}

/// Sends a request to another service, in the place of a call; one that is refused has been answered before.
async fn pass(
    call: &Call,
    service: &str,
    request: hyper::http::request::Builder,
    body: String,
    next: Next<'_>,
) -> Result<(), Failure> {
    let credential = format!("{}/20000101/{}/{service}/aws4_request", call.place.account, call.place.region);
    let signature = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
    let request =
        request.header(AUTHORIZATION, signature).body(Bytes::from(body)).map_err(|_| Failure::Lost)?;
    next.upstream().pass(request).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(calls: &str) -> String {
        let world = "
            CreateFlowLogs <flowLogIdSet><item>fl-1</item></flowLogIdSet>
            DescribeFlowLogs <flowLogSet><item><flowLogId>fl-1</flowLogId></item></flowLogSet>";
        check(FlowLogs::default(), world, calls)
    }

    #[test]
    fn the_bucket_is_made_and_the_options_are_kept() {
        insta::assert_snapshot!(tell("
            CreateFlowLogs LogDestinationType=s3 LogDestination=arn:aws:s3:::logs/vpc DestinationOptions.FileFormat=parquet
            DescribeFlowLogs
        "), @"
        > CreateFlowLogs LogDestinationType=s3 LogDestination=arn:aws:s3:::logs/vpc DestinationOptions.FileFormat=parquet
            PUT /logs
            CreateFlowLogs DestinationOptions.FileFormat=parquet LogDestination=arn%3Aaws%3As3%3A%3A%3Alogs%2Fvpc LogDestinationType=s3
        < <flowLogIdSet><item>fl-1</item></flowLogIdSet>
        > DescribeFlowLogs
            DescribeFlowLogs
        < <flowLogSet><item><flowLogId>fl-1</flowLogId><destinationOptions><fileFormat>parquet</fileFormat><hiveCompatiblePartitions>false</hiveCompatiblePartitions><perHourPartition>false</perHourPartition></destinationOptions></item></flowLogSet>
        ");
    }

    #[test]
    fn the_log_group_is_made() {
        insta::assert_snapshot!(tell("CreateFlowLogs LogGroupName=flows"), @"
        > CreateFlowLogs LogGroupName=flows
            POST /
            CreateFlowLogs LogGroupName=flows
        < <flowLogIdSet><item>fl-1</item></flowLogIdSet>
        ");
    }
}
