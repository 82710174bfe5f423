//! `[sagemaker]`: what runs in the network, and the places in it.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::document::Document;
use palisade_core::kinds::domain::HomeEfs;
use palisade_core::{Diagnostic, Key, Kind};

use crate::codes;
use crate::grammar::{DOCUMENT, Table, Value};
use crate::reports::given_twice;
use crate::text::tree::{At, Section, Span};
use crate::words::names::{Names, is_known};
use crate::words::peers::is_id;

mod document;
mod limits;
mod variants;

/// SageMaker API reference, `VpcConfig`.
const GROUPS_MAX: usize = 5;
/// SageMaker API reference, `UserSettings`: it adds a group of its own for the home directories.
const GROUPS_OF_APPS_MAX: usize = 4;

/// The tables of things, by their keys, each with what messages call one of it.
const THINGS: &[(&str, Kind, &str)] = &[
    ("domains", Kind::Domain, "domain"),
    ("user-profiles", Kind::UserProfile, "user profile"),
    ("notebook-instances", Kind::Notebook, "notebook instance"),
    ("models", Kind::Model, "model"),
    ("endpoint-configs", Kind::EndpointConfig, "endpoint configuration"),
    ("endpoints", Kind::InferenceEndpoint, "endpoint of SageMaker"),
    ("training-jobs", Kind::TrainingJob, "training job"),
    ("processing-jobs", Kind::ProcessingJob, "processing job"),
];

/// What a blueprint says of SageMaker.
#[derive(Clone, Debug, Default)]
pub(crate) struct SageMaker {
    /// The places that have a name.
    pub(crate) vpc_configs: BTreeMap<String, VpcConfig>,
    pub(crate) things: BTreeMap<Key, Thing>,
}

/// A place in the network.
#[derive(Clone, Debug)]
pub(crate) struct VpcConfig {
    /// Where its tiers are written.
    pub(crate) span: Span,
    pub(crate) tiers: Vec<At<String>>,
    pub(crate) groups: Vec<At<Key>>,
}

/// Where something runs.
#[derive(Clone, Debug)]
pub(crate) enum Site {
    /// In a place that has a name.
    Named(At<String>),
    /// In one that is written out.
    Written(VpcConfig),
}

/// Something of SageMaker as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// Its name in the text.
    pub(crate) span: Span,
    pub(crate) site: Option<Site>,
    /// The groups of a profile's apps.
    pub(crate) groups: Vec<At<Key>>,
    /// The zone of a notebook.
    pub(crate) zone: Option<At<String>>,
    /// The domain of a profile.
    pub(crate) domain: Option<Key>,
    /// What the variants of an endpoint configuration serve, in their order.
    pub(crate) models: Vec<Key>,
    /// The configuration of an endpoint.
    pub(crate) config: Option<Key>,
    /// What becomes of a domain's file system.
    pub(crate) home_efs: Option<HomeEfs>,
    pub(crate) role: Option<String>,
    /// The API's other fields, as they are written.
    pub(crate) settings: Document,
}

impl SageMaker {
    /// Returns a place with its tiers and groups; nothing if its name is of none.
    pub(crate) fn config<'a>(&'a self, site: &'a Site) -> Option<&'a VpcConfig> {
        match site {
            Site::Named(name) => self.vpc_configs.get(&name.it),
            Site::Written(config) => Some(config),
        }
    }

    /// Returns every place: those that have a name, and those that are written out.
    pub(crate) fn configs(&self) -> impl Iterator<Item = &VpcConfig> {
        let written = self.things.values().filter_map(|it| match &it.site {
            Some(Site::Written(config)) => Some(config),
            _ => None,
        });
        self.vpc_configs.values().chain(written)
    }

    /// Returns the groups that interfaces carry, with their places.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &At<Key>> {
        let of_places = self.configs().flat_map(|it| &it.groups);
        of_places.chain(self.things.values().flat_map(|it| &it.groups))
    }
}

impl Site {
    /// Returns the place of the word or the table in the text.
    pub(crate) fn span(&self) -> &Span {
        match self {
            Site::Named(name) => &name.span,
            Site::Written(config) => &config.span,
        }
    }
}

/// The names that may be referred to, right or wrong in themselves.
struct Known<'a> {
    names: &'a Names,
    vpc_configs: BTreeSet<String>,
    domains: BTreeSet<String>,
    models: BTreeSet<String>,
    endpoint_configs: BTreeSet<String>,
}

/// Reads everything below `[sagemaker]`.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, document: &Section<'_>, names: &Names) -> SageMaker {
    let Some(section) = document.section("sagemaker") else { return SageMaker::default() };
    let names_of =
        |key: &str| section.sections(key).into_iter().map(|(name, _)| name.it.to_owned()).collect();
    let known = Known {
        names,
        vpc_configs: names_of("vpc-configs"),
        domains: names_of("domains"),
        models: names_of("models"),
        endpoint_configs: names_of("endpoint-configs"),
    };
    let mut sagemaker = SageMaker::default();
    for (name, found) in section.sections("vpc-configs") {
        reports.extend(grammar("vpc-configs").into_iter().flat_map(|it| limited(it, &found)));
        let config = vpc_config(reports, &found, names);
        sagemaker.vpc_configs.extend(config.map(|it| (name.it.to_owned(), it)));
    }
    for (key, kind, what) in THINGS {
        for (name, found) in section.sections(key) {
            let Some(grammar) = grammar(key) else { continue };
            reports.extend(limited(grammar, &found));
            let thing = thing(reports, grammar, (&name, &found), &known);
            sagemaker.things.insert(Key::new(*kind, name.it), thing);
            check_outside(reports, *kind, what, &name, &found);
        }
    }
    check_apps(reports, &sagemaker);
    if !sagemaker.things.is_empty() {
        check_tags(reports, document);
    }
    sagemaker
}

/// Returns the table of one of the things that stand below a key of `[sagemaker]`.
fn grammar(key: &str) -> Option<&'static Table> {
    let Value::Table(sagemaker) = &DOCUMENT.field("sagemaker")?.value else { return None };
    match &sagemaker.field(key)?.value {
        Value::Named(named) => Some(named.table),
        _ => None,
    }
}

fn limited(grammar: &'static Table, found: &Section<'_>) -> Vec<Diagnostic> {
    let mut reports = Vec::new();
    limits::check(&mut reports, grammar, found);
    reports
}

fn thing(
    reports: &mut Vec<Diagnostic>,
    grammar: &Table,
    (name, found): (&At<&str>, &Section<'_>),
    known: &Known<'_>,
) -> Thing {
    let mut one = |key: &str, among: &BTreeSet<String>, what: &str, kind: Kind| {
        let word = found.text(key).filter(|_| grammar.field(key).is_some())?;
        is_known(reports, among, &word, what).then(|| Key::new(kind, word.it))
    };
    let domain = one("domain", &known.domains, "domain", Kind::Domain);
    let config =
        one("endpoint-config", &known.endpoint_configs, "endpoint configuration", Kind::EndpointConfig);
    let models = variants::models(reports, found, &known.models);
    let is_profile = grammar.field("security-groups").is_some() && found.has("security-groups");
    let groups = if is_profile { groups(reports, found, known.names) } else { Vec::new() };
    if GROUPS_OF_APPS_MAX < groups.len() {
        reports.push(too_many(groups.len(), found.value_span("security-groups")));
    }
    Thing {
        span: name.span.clone(),
        site: site(reports, found, known),
        groups,
        zone: found.text("zone").map(|it| it.map(str::to_owned)),
        domain,
        models,
        config,
        home_efs: found.text("home-efs").and_then(|it| HomeEfs::of(it.it)),
        role: found.text("execution-role").map(|it| it.it.to_owned()),
        settings: document::of(grammar, found),
    }
}

fn site(reports: &mut Vec<Diagnostic>, found: &Section<'_>, known: &Known<'_>) -> Option<Site> {
    if let Some(word) = found.text("vpc-config") {
        let is_there = is_known(reports, &known.vpc_configs, &word, "vpc-config");
        return is_there.then(|| Site::Named(word.map(str::to_owned)));
    }
    let written = found.section("vpc-config")?;
    vpc_config(reports, &written, known.names).map(Site::Written)
}

/// Reads a place; nothing if one of its tiers or groups is none.
fn vpc_config(reports: &mut Vec<Diagnostic>, found: &Section<'_>, names: &Names) -> Option<VpcConfig> {
    let key = if found.has("tiers") { "tiers" } else { "tier" };
    let words = found.texts(key);
    let mut tiers: Vec<At<String>> = Vec::new();
    for word in &words {
        let tier = word.clone().map(str::to_owned);
        match tiers.iter().find(|it| it.it == tier.it) {
            Some(first) => reports.push(given_twice(&format!("tier `{}`", tier.it), &tier, first)),
            None if is_known(reports, &names.tiers, word, "tier") => tiers.push(tier),
            None => {}
        }
    }
    let n_groups = found.one_or_many("security-groups").len();
    let groups = groups(reports, found, names);
    if found.has("security-groups") && n_groups == 0 {
        let message = "what runs in the network carries one security group at least";
        let report =
            Diagnostic::error(codes::VPC_CONFIG, message).at(found.value_span("security-groups"), "");
        let known = names.groups.first().map_or("training", String::as_str);
        reports.push(report.help(format!("write `security-groups = [\"{known}\"]`")));
    } else if GROUPS_MAX < n_groups {
        let message = format!("SageMaker takes at most {GROUPS_MAX} security groups, not {n_groups}");
        let report =
            Diagnostic::error(codes::VPC_CONFIG, message).at(found.value_span("security-groups"), "");
        reports.push(report.help("write their rules into fewer groups"));
    }
    let span = found.value_span(key);
    let is_whole = !tiers.is_empty() && tiers.len() == words.len() && groups.len() == n_groups;
    (is_whole && n_groups != 0).then_some(VpcConfig { span, tiers, groups })
}

fn groups(reports: &mut Vec<Diagnostic>, found: &Section<'_>, names: &Names) -> Vec<At<Key>> {
    let mut groups: Vec<At<Key>> = Vec::new();
    for word in found.texts("security-groups") {
        if !is_id(word.it, "sg") && !is_known(reports, &names.groups, &word, "security group") {
            continue;
        }
        let group = word.clone().map(|it| Key::new(Kind::SecurityGroup, it));
        match groups.iter().find(|it| it.it == group.it) {
            Some(first) => reports.push(given_twice(&format!("security group `{}`", word.it), &group, first)),
            None => groups.push(group),
        }
    }
    groups
}

/// Reports domains with more groups than their apps can carry.
fn check_apps(reports: &mut Vec<Diagnostic>, sagemaker: &SageMaker) {
    for (_, domain) in sagemaker.things.iter().filter(|(key, _)| key.kind == Kind::Domain) {
        let Some(site) = &domain.site else { continue };
        let n_groups = sagemaker.config(site).map_or(0, |it| it.groups.len());
        // More than SageMaker takes anywhere has been reported.
        if (GROUPS_OF_APPS_MAX + 1..=GROUPS_MAX).contains(&n_groups) {
            reports.push(too_many(n_groups, site.span().clone()));
        }
    }
}

fn too_many(n_groups: usize, span: Span) -> Diagnostic {
    let message =
        format!("apps of Studio carry at most {GROUPS_OF_APPS_MAX} security groups, not {n_groups}");
    let report = Diagnostic::error(codes::VPC_CONFIG, message).at(span, "");
    report.help("write their rules into fewer groups: SageMaker adds one for the home directories")
}

/// Warns of what runs where nothing of the network holds.
fn check_outside(
    reports: &mut Vec<Diagnostic>,
    kind: Kind,
    what: &str,
    name: &At<&str>,
    found: &Section<'_>,
) {
    let may_be_outside = matches!(kind, Kind::Model | Kind::TrainingJob | Kind::ProcessingJob);
    let is_isolated = found.boolean("enable-network-isolation") == Some(true);
    if !may_be_outside || is_isolated || found.has("vpc-config") {
        return;
    }
    let message = format!("{what} `{}` has no `vpc-config`: it runs outside of the network", name.it);
    let report = Diagnostic::warning(codes::OUTSIDE_THE_NETWORK, message).at(name.span.clone(), "");
    reports.push(report.help(
        "add `vpc-config`, or `enable-network-isolation = true` if its containers need no network at all",
    ));
}

/// Reports tags that SageMaker does not take, although EC2 does (SageMaker API reference, `Tag`).
fn check_tags(reports: &mut Vec<Diagnostic>, document: &Section<'_>) {
    let is_taken = |it: char| it.is_alphanumeric() || it == ' ' || "_.:/=+-@".contains(it);
    for (key, value) in document.section("tags").into_iter().flat_map(|it| it.entries()) {
        let value = crate::text::tree::text(value);
        for text in [Some(key), value].into_iter().flatten() {
            let Some(letter) = text.it.chars().find(|it| !is_taken(*it)) else { continue };
            let message = format!("SageMaker does not take `{}` in a tag", letter.escape_debug());
            let report = Diagnostic::error(codes::TAG_CHARACTER, message).at(text.span, "");
            reports.push(report.help("it takes letters, digits, spaces and _.:/=+-@"));
        }
    }
}
