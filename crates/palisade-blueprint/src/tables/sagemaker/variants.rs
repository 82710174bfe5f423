//! The variants of an endpoint configuration.

use std::collections::BTreeSet;

use palisade_core::{Diagnostic, Key, Kind};

use crate::codes;
use crate::reports::given_twice;
use crate::text::tree::{At, Section};
use crate::words::names::is_known;

/// Returns the models of the variants in their order, and reports variants that do not fit together.
pub(super) fn models(
    reports: &mut Vec<Diagnostic>,
    found: &Section<'_>,
    known: &BTreeSet<String>,
) -> Vec<Key> {
    let variants = found.list("production-variants");
    let mut names: Vec<At<&str>> = Vec::new();
    let mut models = Vec::new();
    for variant in &variants {
        if let Some(name) = variant.text("variant-name") {
            match names.iter().find(|it| it.it == name.it) {
                Some(first) => reports.push(given_twice(&format!("variant `{}`", name.it), &name, first)),
                None => names.push(name),
            }
        }
        if let Some(model) = variant.text("model") {
            let is_there = is_known(reports, known, &model, "model");
            models.extend(is_there.then(|| Key::new(Kind::Model, model.it)));
            reports.extend(machines(variant));
        }
    }
    let with = variants.iter().find(|it| it.has("model"));
    let without = variants.iter().find(|it| !it.has("model"));
    match (with, without) {
        (Some(with), Some(without)) => {
            let message = "a variant has no `model`, and another has one";
            let report = Diagnostic::error(codes::VARIANT, message).at(without.span.clone(), "");
            reports.push(report.at(with.key_span("model"), "").help("add `model = \"…\"`"));
        }
        (Some(with), None) if found.has("vpc-config") => {
            let message = "`vpc-config` is for configurations whose variants have no `model`";
            let report = Diagnostic::error(codes::VARIANT, message).at(found.key_span("vpc-config"), "");
            let report = report.at(with.key_span("model"), "this runs where its model says");
            reports.push(report.help("write `vpc-config` into the models"));
        }
        (None, Some(without)) if !found.has("execution-role") => {
            let message = "a variant has no `model`, and the configuration has no `execution-role`";
            let report = Diagnostic::error(codes::VARIANT, message).at(without.span.clone(), "");
            let help = "add `model = \"…\"`, or `execution-role` to the configuration where inference components are to \
                        come";
            reports.push(report.help(help));
        }
        _ => {}
    }
    models
}

/// Returns the report on a variant with a model that nothing can serve.
fn machines(variant: &Section<'_>) -> Option<Diagnostic> {
    let error = |message: &str| Diagnostic::error(codes::VARIANT, message).at(variant.span.clone(), "");
    if variant.has("serverless-config") || variant.has("instance-type") {
        return None;
    }
    let report = error("a variant needs machines, or memory");
    Some(report.help("add `instance-type` and `initial-instance-count`, or `serverless-config`"))
}
