//! Text in, text out: drawn diagnostics, or the network as a list.

mod addresses;
mod endpoints;
mod existing;
mod extending;
mod foreign;
mod ground;
mod guarantees;
mod guesses;
mod laws;
mod lists;
mod lowering;
mod many;
mod policy;
mod quotas;
pub(crate) mod resolving;
mod routes;
mod rules;
mod sagemaker;
mod schema;
mod setting;
mod shape;
mod sizes;

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use palisade_core::diagnostic::Severity;
use palisade_core::kinds::endpoint::Reach;
use palisade_core::kinds::network_acl::Entry;
use palisade_core::kinds::sagemaker::Workload;
use palisade_core::kinds::security_group::Rules;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::traffic::Direction;
use palisade_core::{Diagnostic, Element, Key, Label, Live, Network, Sources, Spec};

use crate::{Input, Parsed};

/// Checks what is said about `text`.
macro_rules! check {
    ($text:expr, @$want:literal) => {
        insta::assert_snapshot!($crate::tests::diagnose($text), @$want)
    };
}
pub(crate) use check;

/// The files that the blueprints here name.
pub(crate) fn files(path: &str) -> Result<String, String> {
    match path {
        "policies/s3.json" | "../policies/s3-own-buckets.json" => {
            Ok(include_str!("../../../../blueprints/policies/s3-own-buckets.json").to_owned())
        }
        "policies/broken.json" => Ok("{".to_owned()),
        _ => Err("no such file".to_owned()),
    }
}

/// Reads a blueprint that is one file.
pub(crate) fn parse(text: &str) -> Parsed {
    crate::parse(&Input::new("blueprint.toml", text), &files)
}

pub(crate) fn diagnose(text: &str) -> String {
    said(&parse(text))
}

/// Returns what is said about a blueprint.
pub(crate) fn said(parsed: &Parsed) -> String {
    let has_errors = parsed.diagnostics.iter().any(|it| it.severity == Severity::Error);
    assert_eq!(parsed.draft.is_none(), has_errors, "there is a draft if and only if there is no error");
    draw_all(&parsed.diagnostics, &parsed.sources)
}

pub(crate) fn draw_all(reports: &[Diagnostic], sources: &Sources) -> String {
    if reports.is_empty() {
        return "nothing to say".to_owned();
    }
    reports.iter().map(|it| draw(it, sources)).collect::<Vec<_>>().join("\n")
}

fn draw(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(&diagnostic.code));
    let mut labels: Vec<_> = diagnostic.labels.iter().enumerate().collect();
    while let Some((_, first)) = labels.first() {
        let (source, _) = sources.locate(&first.span);
        let is_here = |label: &Label| sources.locate(&label.span).0 == source;
        let annotations = labels.extract_if(.., |(_, it)| is_here(it)).map(|(at, label)| {
            let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let (_, span) = sources.locate(&label.span);
            kind.span(span).label((!label.text.is_empty()).then_some(label.text.as_str()))
        });
        let snippet = Snippet::source(source.text()).path(source.name()).fold(true);
        group = group.element(snippet.annotations(annotations.collect::<Vec<_>>()));
    }
    let group = diagnostic.help.iter().fold(group, |group, help| group.element(Level::HELP.message(help)));
    Renderer::plain().render(&[group])
}

/// Returns the network of a blueprint without errors, in an account that was made up.
pub(crate) fn network(text: &str, live: &Live) -> Network {
    network_of(&parse(text), live)
}

/// Returns the network that a text without errors asks for, in an account that was made up.
pub(crate) fn network_of(parsed: &Parsed, live: &Live) -> Network {
    let Some(draft) = &parsed.draft else { panic!("{}", said(parsed)) };
    let resolved = draft.resolve(&draft.fixtures(), live);
    resolved.unwrap_or_else(|reports| panic!("{}", draw_all(&reports, &parsed.sources))).network
}

/// Returns an object and the parts of it that decide about packets.
pub(crate) fn elements(key: &Key, spec: &Spec) -> Vec<Element> {
    let mut elements = vec![Element::Object(key.clone())];
    for direction in Direction::BOTH {
        match spec {
            Spec::NetworkAcl(it) => {
                elements.extend(it.entries(direction).keys().map(|number| Element::Entry {
                    acl: key.clone(),
                    direction,
                    number: Some(*number),
                }));
            }
            Spec::SecurityGroup(it) => {
                elements.extend(it.rules(direction).keys().map(|rule| Element::Rule {
                    group: key.clone(),
                    direction,
                    rule: rule.clone(),
                }));
            }
            Spec::RouteTable(it) if direction == Direction::Outbound => {
                elements.extend(it.routes.keys().map(|to| Element::Route { table: key.clone(), to: *to }));
            }
            _ => {}
        }
    }
    elements
}

/// Writes a network as a list, for people.
pub(crate) fn list(network: &Network) -> String {
    let mut text = String::new();
    for (key, spec) in &network.resources {
        writeln!(text, "{key}{}", line(spec)).expect("a string takes every text");
    }
    text
}

fn line(spec: &Spec) -> String {
    match spec {
        Spec::Vpc(it) => vpc(it),
        Spec::EgressOnlyGateway(_) => String::new(),
        Spec::PrefixList(it) => {
            let entries =
                it.entries.iter().map(|(block, text)| format!("\n  {block} {text}").trim_end().to_owned());
            format!(" {} up to {}{}", it.family, it.max_entries, entries.collect::<String>())
        }
        Spec::DhcpOptions(it) => format!(" {it}"),
        Spec::FlowLog(it) => {
            format!(" {} {} every {} s", it.destination, it.recorded.as_str(), it.interval_s)
        }
        Spec::Subnet(it) => {
            let table = it.route_table.as_ref().map_or("-", |it| &it.name);
            let acl = it.network_acl.as_ref().map_or("-", |it| &it.name);
            let ipv6 = it.ipv6.map(|slot| format!(" ipv6 {slot}")).unwrap_or_default();
            let assign = if it.assign_ipv6 { " assigned" } else { "" };
            format!(" {}{ipv6}{assign} {} table {table} acl {acl}", it.cidr, it.zone)
        }
        Spec::InternetGateway(_) | Spec::ElasticIp(_) => String::new(),
        Spec::NatGateway(it) => format!(" in {} as {}", it.subnet, it.address),
        Spec::RouteTable(it) => it.routes.iter().map(|(to, via)| format!("\n  {to} via {via}")).collect(),
        Spec::NetworkAcl(it) => Direction::BOTH
            .into_iter()
            .flat_map(|direction| {
                it.entries(direction).iter().map(move |(number, it)| entry(direction, *number, it))
            })
            .collect(),
        Spec::SecurityGroup(it) => {
            format!(" \"{}\"{}{}", it.description, rules("from", &it.inbound), rules("to", &it.outbound))
        }
        Spec::Endpoint(it) => {
            let policy = if it.policy.is_some() { " policy" } else { "" };
            format!(" {}{policy}{}", it.service, reach(&it.reach))
        }
        Spec::Domain(it) => workload(it),
        Spec::UserProfile(it) => workload(it),
        Spec::Notebook(it) => workload(it),
        Spec::Model(it) => workload(it),
        Spec::EndpointConfig(it) => workload(it),
        Spec::InferenceEndpoint(it) => workload(it),
        Spec::TrainingJob(it) => workload(it),
        Spec::ProcessingJob(it) => workload(it),
        Spec::App(_) | Spec::Space(_) | Spec::MountTarget(_) => String::new(),
    }
}

fn workload(workload: &impl Workload) -> String {
    let names: Vec<String> = workload.links().all().map(ToString::to_string).collect();
    let fields = workload.settings().0.iter().map(|(field, value)| format!("\n  {field} = {value}"));
    format!(" {}{}", names.join(" "), fields.collect::<String>())
}

fn vpc(vpc: &Vpc) -> String {
    let secondary: String = vpc.secondary_cidrs.iter().map(|it| format!(" {it}")).collect();
    let ipv6 = if vpc.ipv6 { " ipv6" } else { "" };
    let dhcp = vpc.dhcp.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
    let left = [
        vpc.defaults.group.is_none().then_some(" default group left"),
        vpc.defaults.acl.is_some().then_some(" default ACL emptied"),
    ];
    let left: String = left.into_iter().flatten().collect();
    format!(" {}{secondary}{ipv6} dns {}/{}{dhcp}{left}", vpc.cidr, vpc.dns_support, vpc.dns_hostnames)
}

fn entry(direction: Direction, number: u16, entry: &Entry) -> String {
    format!("\n  {} {number} {entry}", direction.as_str())
}

fn rules(preposition: &str, rules: &Rules) -> String {
    let rule = |(rule, description): (&palisade_core::kinds::security_group::Rule, &String)| {
        let description = if description.is_empty() { String::new() } else { format!(" \"{description}\"") };
        format!("\n  {} {preposition} {}{description}", rule.traffic, rule.peer)
    };
    rules.iter().map(rule).collect()
}

fn reach(reach: &Reach) -> String {
    let names = |keys: &std::collections::BTreeSet<Key>| {
        keys.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(" ")
    };
    match reach {
        Reach::Gateway { route_tables } => format!("\n  tables {}", names(route_tables)),
        Reach::Interface { subnets, security_groups, private_dns } => {
            format!(
                "\n  subnets {}\n  groups {}\n  dns {private_dns}",
                names(subnets),
                names(security_groups)
            )
        }
    }
}

/// A blueprint to which a mistake can be added.
pub(crate) const HEAD: &str = r#"
name = "lab"
region = "eu-west-1"
[vpc]
cidr = "10.0.0.0/16"
zones = ["a", "b"]
"#;

/// Returns a right blueprint with `more` behind it.
pub(crate) fn lab(more: &str) -> String {
    format!("{HEAD}[tiers.app]\nroute = \"isolated\"\ncidr = \"10.0.0.0/20\"\n{more}")
}

/// Returns a right head with `tiers` behind it.
pub(crate) fn with_tiers(tiers: &str) -> String {
    format!("{HEAD}{tiers}")
}

/// Returns a blueprint with one group of the rules `inbound` and `outbound`.
pub(crate) fn with_rules(inbound: &str, outbound: &str) -> String {
    lab(&format!("[security-groups.web]\ninbound = [{inbound}]\noutbound = [{outbound}]\n"))
}

/// Returns a blueprint with one ACL of the rules `inbound` and `outbound`.
pub(crate) fn with_acl(inbound: &str, outbound: &str) -> String {
    lab(&format!("[tiers.app.network-acl]\ninbound = [{inbound}]\noutbound = [{outbound}]\n"))
}
