//! What of SageMaker a new object will be.

use palisade_core::kinds::sagemaker::Links;
use palisade_core::{Document, Key};
use serde_json::Value;

use crate::plan::entry::INDENT;
use crate::plan::existing::Existing;
use crate::settings::{self, Setting};
use crate::style::Style;
use crate::text;

/// Returns what stands beside the key, and the lines below it: where it is, and what else its author has said.
pub(super) fn portrait(
    links: &Links<Key>,
    settings: &Document,
    existing: &Existing,
    style: Style,
) -> (Vec<String>, Vec<String>) {
    let ones = [("in", &links.domain), ("by", &links.config)];
    let ones =
        ones.into_iter().filter_map(|(word, it)| Some(format!("{word} {}", existing.key(it.as_ref()?))));
    let cells = ones.chain(instances(settings)).chain(isolation(settings)).collect();
    let rows = settings::all(settings).into_iter().filter(|it| !is_told_above(it, settings));
    let rows: Vec<Vec<String>> = rows.map(|it| vec![it.path, text::clean(&it.value)]).collect();
    let models = list("of", &links.models, existing, style);
    let lines = models.into_iter().chain(place(links, existing, style)).chain(text::columns(&rows));
    (cells, lines.collect())
}

/// Whether what stands beside the key says it as well. Of several machines it does not say which is which.
fn is_told_above(setting: &Setting, settings: &Document) -> bool {
    let last = setting.path.rsplit('.').next().unwrap_or_default();
    match last {
        "instance-type" | "instance-count" | "initial-instance-count" => all_machines(settings).len() == 1,
        "enable-network-isolation" => isolation(settings).is_some(),
        _ => false,
    }
}

/// Where its interfaces stand, and what filters them.
fn place(links: &Links<Key>, existing: &Existing, style: Style) -> Vec<String> {
    let list = |title: &str, keys: &[Key]| list(title, keys, existing, style);
    let lines = [list("in", &links.subnets), list("with", &links.security_groups)].concat();
    let line = lines.join(" ");
    if 1 < lines.len() && INDENT + text::width(&line) <= style.width { vec![line] } else { lines }
}

fn list(title: &str, keys: &[Key], existing: &Existing, style: Style) -> Vec<String> {
    let keys: Vec<String> = text::by_zone(keys).iter().map(|it| existing.marked(it)).collect();
    match keys.is_empty() {
        true => Vec::new(),
        false => text::wrapped(&format!("{title} "), &keys, style.width.saturating_sub(INDENT)),
    }
}

/// What it costs most of all is how many machines of which type it is.
fn instances(settings: &Document) -> Option<String> {
    let machines = all_machines(settings);
    (!machines.is_empty()).then(|| machines.join(", "))
}

fn all_machines(settings: &Document) -> Vec<String> {
    let own = settings.get("InstanceType").and_then(Value::as_str);
    let mut found: Vec<String> = own.map(text::clean).into_iter().collect();
    settings.0.values().for_each(|it| machines(it, &mut found));
    found
}

fn machines(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let count = ["InstanceCount", "InitialInstanceCount"].iter().find_map(|it| fields.get(*it));
            let times = count.map(|it| format!("{it} x ")).unwrap_or_default();
            let kind = fields.get("InstanceType").and_then(Value::as_str);
            found.extend(kind.map(|it| format!("{times}{}", text::clean(it))));
            fields.values().for_each(|it| machines(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| machines(it, found)),
        _ => {}
    }
}

/// A container without a network reaches nothing, whatever the groups let through.
fn isolation(settings: &Document) -> Option<String> {
    let own = settings.get("EnableNetworkIsolation");
    let of_config = || settings.get("NetworkConfig").and_then(|it| it.get("EnableNetworkIsolation"));
    let is_isolated = own.or_else(of_config).and_then(Value::as_bool).unwrap_or_default();
    is_isolated.then(|| "network isolation".to_owned())
}
