//! `flow-logs` of `[vpc]`: where the record of its traffic goes.

use palisade_core::kinds::flow_log::{Destination, FlowLog, Recorded};
use palisade_core::{Diagnostic, Key, Kind};

use crate::codes;
use crate::text::tree::{At, Section};

/// Reads the table; nothing if it has a mistake. Which VPC it is of is settled when the network is lowered.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    region: Option<&str>,
) -> Option<FlowLog> {
    let role = section.text("role").map(|it| role(reports, &it));
    let destination = destination(reports, section, role, region);
    let recorded = match section.text("traffic").map(|it| it.it) {
        None | Some("all") => Recorded::All,
        Some("accept") => Recorded::Accept,
        Some("reject") => Recorded::Reject,
        Some(_) => return None,
    };
    let interval_s = match section.integer("interval") {
        None => 600,
        Some(seconds) => interval(reports, &seconds)?,
    };
    Some(FlowLog { vpc: Key::new(Kind::Vpc, "main"), destination: destination?, recorded, interval_s })
}

fn destination(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    role: Option<Option<String>>,
    region: Option<&str>,
) -> Option<Destination> {
    let words = section.text("to")?;
    if let Some(bucket) = words.it.strip_prefix("s3://") {
        let (name, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
        let prefix = prefix.trim_end_matches('/');
        if let Some(report) = bucket_mistake(&words, name, prefix) {
            reports.push(report);
            return None;
        }
        if section.has("role") {
            let report = Diagnostic::error(codes::FLOW_LOGS, "flow logs to a bucket take no `role`");
            let report = report.at(section.key_span("role"), "");
            reports.push(report.help("leave it out: the bucket's own policy lets the service write"));
            return None;
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        let arn = format!("arn:{}:s3:::{name}{prefix}", partition(region?));
        return Some(Destination::Bucket { arn });
    }
    let Some(name) = words.it.strip_prefix("log-group:").filter(|it| is_log_group(it)) else {
        let message = format!("`{}` is no place for flow logs", words.it);
        let report = Diagnostic::error(codes::FLOW_LOGS, message).at(words.span, "");
        reports.push(report.help("write `s3://bucket/prefix`, or `log-group:/vpc/flow-logs`"));
        return None;
    };
    let Some(role) = role else {
        let message = "flow logs to a log group need a `role`";
        let report = Diagnostic::error(codes::FLOW_LOGS, message).at(section.span.clone(), "");
        let help = "add the role that may write to it: `role = \"arn:aws:iam::111122223333:role/flow-logs\"`";
        reports.push(report.help(help));
        return None;
    };
    Some(Destination::LogGroup { name: name.to_owned(), role: role? })
}

/// S3 user guide, "Bucket naming rules"; VPC user guide, "Publish flow logs to Amazon S3", for the prefix.
fn bucket_mistake(words: &At<&str>, name: &str, prefix: &str) -> Option<Diagnostic> {
    let is_letter = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'.');
    if !(3..=63).contains(&name.len()) || !name.bytes().all(is_letter) {
        let message = format!("`{name}` is no name of a bucket");
        let report = Diagnostic::error(codes::FLOW_LOGS, message).at(words.span.clone(), "");
        return Some(report.help("a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens"));
    }
    if prefix.split('/').any(|it| it == "AWSLogs") {
        let message = "AWS keeps the prefix `AWSLogs` to itself";
        let report = Diagnostic::error(codes::FLOW_LOGS, message).at(words.span.clone(), "");
        return Some(report.help("leave it out: AWS adds it"));
    }
    None
}

/// CloudWatch Logs API reference, `CreateLogGroup`.
fn is_log_group(name: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || b"._-/#".contains(&it);
    (1..=512).contains(&name.len()) && name.bytes().all(is_letter)
}

fn role(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<String> {
    let parts: Vec<&str> = words.it.splitn(6, ':').collect();
    let is_role = matches!(parts.as_slice(), ["arn", _, "iam", "", account, role]
        if account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit()) && role.starts_with("role/"));
    if is_role {
        return Some(words.it.to_owned());
    }
    let message = format!("`{}` is no ARN of a role", words.it);
    let report = Diagnostic::error(codes::ROLE_SYNTAX, message).at(words.span.clone(), "");
    reports.push(report.help("write it whole: `arn:aws:iam::111122223333:role/flow-logs`"));
    None
}

fn interval(reports: &mut Vec<Diagnostic>, seconds: &At<i64>) -> Option<u32> {
    match seconds.it {
        60 => Some(60),
        600 => Some(600),
        other => {
            let message = format!("`interval` is 60 or 600 seconds, not {other}");
            let report = Diagnostic::error(codes::FLOW_LOGS, message).at(seconds.span.clone(), "");
            reports.push(report.help("write `interval = 600`, which costs least, or `interval = 60`"));
            None
        }
    }
}

/// Returns the partition of a region, as ARNs name it.
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
