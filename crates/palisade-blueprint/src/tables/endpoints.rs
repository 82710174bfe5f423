//! `[endpoints.*]`: private ways to AWS services.

use std::collections::BTreeMap;

use palisade_core::{Diagnostic, Key, Kind, Policy};

use crate::codes;
use crate::grammar::walk::{check_not_empty, has_meant};
use crate::reports::{at_both, given_twice};
use crate::tables::sets;
use crate::tables::tiers::ExistingTier;
use crate::tables::vpc::Vpc;
use crate::text::tree::{At, Section, Span};
use crate::words::names::{Names, is_known};
use crate::words::peers::{broken_id, is_id};
use crate::words::policy;
use crate::words::services;

/// How many groups a network interface takes; AWS's quota can be raised, but not for endpoints.
const GROUPS_MAX: usize = 5;
/// EC2 API reference, "VPC endpoint policies".
const POLICY_MAX: usize = 20_480;

const NAME_BUCKETS: &str = "add a `policy` that names your buckets; one that allows everybody everything says that any \
     bucket is meant";

/// Reads a file by its path, which is relative to the file that names it.
pub(crate) type Files<'a> = &'a dyn Fn(&At<&str>) -> Result<String, String>;

/// An endpoint as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// Its table.
    pub(crate) span: Span,
    /// The service's full name.
    pub(crate) service: String,
    /// None is AWS's own policy, which allows everything.
    pub(crate) policy: Option<Policy>,
    pub(crate) tiers: Vec<At<String>>,
    pub(crate) reach: Reach,
}

/// How an endpoint is reached.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    Gateway {
        /// Tables that are there already and may be added to, beside those of the tiers.
        route_tables: Vec<At<String>>,
    },
    Interface {
        groups: Vec<Key>,
        private_dns: At<bool>,
    },
}

/// Reads every endpoint, those of sets too; those with a mistake are left out.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    names: &Names,
    region: Option<&str>,
    files: Files<'_>,
) -> BTreeMap<String, Endpoint> {
    let sets = region.map(|it| sets::read(reports, document, names, it)).unwrap_or_default();
    let mut endpoints = BTreeMap::new();
    for (name, section) in document.sections("endpoints") {
        let policy = policy(reports, &section, files);
        let Some(service) = region.and_then(|it| service(reports, &name, &section, it)) else { continue };
        let is_in_set = sets.iter().any(|it| it.service == service && is_typed_so(&section, it));
        let reach = reach(reports, &section, names, &service, is_in_set);
        let tiers = match section.has("tiers") {
            true => tiers(reports, &section, names),
            false => no_tiers(reports, &section, is_in_set),
        };
        if policy.is_ok() && !section.has("policy") {
            reports.extend(any_bucket(name.it, &name.span, &service));
        }
        if let (Some(tiers), Ok(policy), Some(reach)) = (tiers, policy, reach) {
            let endpoint = Endpoint { span: name.span.clone(), service, policy, tiers, reach };
            endpoints.insert(name.it.to_owned(), endpoint);
        }
    }
    for asked in &sets {
        match endpoints.values_mut().find(|it| asked.is(it)) {
            Some(endpoint) => asked.merge_into(endpoint),
            None => match endpoints.get(asked.name) {
                Some(other) => reports.push(asked.name_taken(other)),
                // One that was written out and could not be read has been reported.
                None if document.section("endpoints").is_some_and(|it| it.has(asked.name)) => {}
                None => {
                    reports.extend(any_bucket(asked.name, &asked.span, &asked.service));
                    endpoints.insert(asked.name.to_owned(), asked.endpoint());
                }
            },
        }
    }
    endpoints
}

/// Whether an explicit table is for the type of endpoint that a set asks for.
fn is_typed_so(section: &Section<'_>, asked: &sets::Asked) -> bool {
    let is_gateway = services::has_gateway(&asked.service);
    section.text("type").is_none_or(|it| (it.it == "gateway") == is_gateway)
}

fn any_bucket(name: &str, place: &Span, service: &str) -> Option<Diagnostic> {
    let message = format!("endpoint `{name}` has no policy: any bucket of any account is a way out");
    let report = Diagnostic::warning(codes::S3_ANY_BUCKET, message).at(place.clone(), "");
    services::has_buckets(service).then(|| report.help(NAME_BUCKETS))
}

/// An endpoint without tiers stands where its set says, or only in tables that are there already.
fn no_tiers(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    is_in_set: bool,
) -> Option<Vec<At<String>>> {
    if is_in_set || section.has("route-tables") {
        return Some(Vec::new());
    }
    if has_meant(section, "tiers") {
        return None;
    }
    let report =
        Diagnostic::error(codes::MISSING_KEY, "an endpoint needs `tiers`").at(section.span.clone(), "");
    reports.push(report.help("add `tiers = [\"app\"]`"));
    None
}

fn service(
    reports: &mut Vec<Diagnostic>,
    name: &At<&str>,
    section: &Section<'_>,
    region: &str,
) -> Option<String> {
    let words = match section.has("service") {
        true => section.text("service")?,
        false => name.clone(),
    };
    if let Some(help) = services::meant(words.it) {
        let message = format!("AWS has no endpoint for a service `{}`", words.it);
        let report = Diagnostic::error(codes::SERVICE_NAME, message).at(words.span, "");
        reports.push(report.help(help));
        return None;
    }
    if !services::is_full_name(words.it) {
        return Some(services::full_name(region, words.it));
    }
    let other = services::region_of(words.it).filter(|it| *it != region);
    if let Some(other) = other {
        let message = format!("`{}` is a service of region `{other}`", words.it);
        let report = Diagnostic::error(codes::SERVICE_ELSEWHERE, message).at(words.span.clone(), "");
        reports.push(report.help(format!("write `{}`", words.it.replace(other, region))));
        return None;
    }
    Some(words.it.to_owned())
}

/// Reads the tiers that an endpoint or a set is for; nothing if one of them is none.
pub(crate) fn tiers(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    names: &Names,
) -> Option<Vec<At<String>>> {
    check_not_empty(reports, section, "tiers");
    let words = section.texts("tiers");
    let mut tiers: Vec<At<String>> = Vec::new();
    for it in words.iter().filter(|it| is_known(reports, &names.tiers, it, "tier")).collect::<Vec<_>>() {
        let tier = it.clone().map(str::to_owned);
        match tiers.iter().find(|first| first.it == tier.it) {
            Some(first) => reports.push(given_twice(&format!("tier `{}`", it.it), &tier, first)),
            None => tiers.push(tier),
        }
    }
    (!tiers.is_empty() && tiers.len() == words.len()).then_some(tiers)
}

/// Something was wrong, and has been reported.
struct Reported;

fn policy(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    files: Files<'_>,
) -> Result<Option<Policy>, Reported> {
    if !section.has("policy") {
        return Ok(None);
    }
    let file = section.section("policy").map(|it| it.text("file").ok_or(Reported)).transpose()?;
    let span = file.as_ref().map_or_else(|| section.value_span("policy"), |it| it.span.clone());
    let error = |code: &str, message: String| Diagnostic::error(code, message).at(span.clone(), "");
    let (json, place) = match &file {
        Some(path) => match files(path) {
            Ok(text) => (text, format!("policy `{}`", path.it)),
            Err(reason) => {
                let report =
                    error(codes::POLICY_FILE, format!("policy `{}` cannot be read: {reason}", path.it));
                reports.push(report.help("a path is relative to the file in which it stands"));
                return Err(Reported);
            }
        },
        None => (section.text("policy").ok_or(Reported)?.it.to_owned(), "the policy".to_owned()),
    };
    match Policy::parse(&json) {
        Ok(_) if !policy::mistakes(&json).is_empty() => {
            reports.extend(
                policy::mistakes(&json)
                    .into_iter()
                    .map(|it| error(codes::POLICY_STATEMENT, format!("{place} {}", it.what)).help(it.help)),
            );
            Err(Reported)
        }
        Ok(policy) if POLICY_MAX < policy.to_string().chars().count() => {
            let message = format!("{place} has more than {POLICY_MAX} characters");
            reports.push(error(codes::POLICY_SIZE, message).help("name fewer resources, or use wildcards"));
            Err(Reported)
        }
        Ok(policy) => Ok(Some(policy).filter(|it| !it.is_full_access())),
        Err(err) => {
            let report = error(codes::POLICY_SYNTAX, format!("{place} is no policy: {err}"));
            let path = file.is_none().then(|| json.trim().trim_start_matches("file://"));
            reports.push(match path.filter(|it| it.ends_with(".json") && !it.contains(['\n', '"'])) {
                Some(path) => report.help(format!("write `policy = {{ file = \"{path}\" }}` for a file")),
                None => report.help("write JSON text, or `{ file = \"…\" }` for a file of it"),
            });
            Err(Reported)
        }
    }
}

fn reach(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    names: &Names,
    service: &str,
    is_in_set: bool,
) -> Option<Reach> {
    let has_gateway = services::has_gateway(service);
    let is_gateway = match section.has("type") {
        true => section.text("type")?.it == "gateway",
        false => has_gateway,
    };
    if !is_gateway {
        return interface(reports, section, names, is_in_set);
    }
    if !has_gateway {
        let message = format!("`{}` has no gateway endpoint", services::short_name(service));
        let report = Diagnostic::error(codes::ENDPOINT_TYPE, message).at(section.value_span("type"), "");
        reports.push(report.help("only S3 and DynamoDB have; leave `type` out"));
        return None;
    }
    for key in ["security-groups", "private-dns"].into_iter().filter(|it| section.has(it)) {
        let message = format!("a gateway endpoint has no `{key}`");
        let report = Diagnostic::error(codes::ENDPOINT_FIELD, message).at(section.key_span(key), "");
        reports.push(report.help(match key {
            "private-dns" => "leave it out: a gateway is reached by the service's public addresses",
            _ => "leave it out, or add `type = \"interface\"`: a gateway is a route, and has no interface to carry groups",
        }));
    }
    let mut route_tables: Vec<At<String>> = Vec::new();
    for words in section.texts("route-tables") {
        let table = words.clone().map(str::to_owned);
        match route_tables.iter().find(|it| it.it == table.it) {
            _ if !is_id(words.it, "rtb") => {
                let message = format!("`{}` is no id of a route table", words.it);
                let report = Diagnostic::error(codes::EXISTING_SYNTAX, message).at(words.span, "");
                reports.push(
                    report.help("write the id of a table that exists, `rtb-…`, or its tier into `tiers`"),
                );
            }
            Some(first) => reports.push(given_twice(&format!("table `{}`", table.it), &table, first)),
            None => route_tables.push(table),
        }
    }
    Some(Reach::Gateway { route_tables })
}

fn interface(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    names: &Names,
    is_in_set: bool,
) -> Option<Reach> {
    let private_dns = section.boolean("private-dns").unwrap_or(true);
    let private_dns = At::new(section.value_span("private-dns"), private_dns);
    if section.has("route-tables") {
        let report = Diagnostic::error(codes::ENDPOINT_FIELD, "an interface endpoint has no `route-tables`");
        let report = report.at(section.key_span("route-tables"), "");
        reports.push(report.help("leave it out: an interface has addresses in the subnets of its tiers"));
    }
    let groups = match section.has("security-groups") || !is_in_set {
        true => groups(reports, section, names)?,
        false => Vec::new(),
    };
    Some(Reach::Interface { groups, private_dns })
}

/// Reads the groups that the interfaces of an endpoint or of a set carry; nothing if there are none.
pub(crate) fn groups(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    names: &Names,
) -> Option<Vec<Key>> {
    let words = section.texts("security-groups");
    let is_list = section.has("security-groups");
    if !is_list && has_meant(section, "security-groups") {
        return None;
    }
    if words.is_empty() && (!is_list || section.one_or_many("security-groups").is_empty()) {
        let report =
            Diagnostic::error(codes::ENDPOINT_GROUPS, "an interface endpoint needs `security-groups`");
        let place = if is_list { section.value_span("security-groups") } else { section.span.clone() };
        let known = names.groups.first().map_or("endpoints", String::as_str);
        reports.push(report.at(place, "").help(format!("add `security-groups = [\"{known}\"]`")));
        return None;
    }
    if GROUPS_MAX < words.len() {
        let message =
            format!("an endpoint carries at most {GROUPS_MAX} security groups, not {}", words.len());
        let report =
            Diagnostic::error(codes::ENDPOINT_GROUPS, message).at(section.value_span("security-groups"), "");
        reports.push(report.help("write their rules into fewer groups"));
    }
    let mut groups: Vec<At<Key>> = Vec::new();
    for it in &words {
        if !is_id(it.it, "sg") {
            if let Some(report) = broken_id(it, &["sg"]) {
                reports.push(report);
                continue;
            }
            if !is_known(reports, &names.groups, it, "security group") {
                continue;
            }
        }
        let group = it.clone().map(|it| Key::new(Kind::SecurityGroup, it));
        match groups.iter().find(|first| first.it == group.it) {
            Some(first) => reports.push(given_twice(&format!("security group `{}`", it.it), &group, first)),
            None => groups.push(group),
        }
    }
    Some(groups.into_iter().map(|it| it.it).collect())
}

/// Holds the endpoints against the VPC and each other.
pub(crate) fn check(
    reports: &mut Vec<Diagnostic>,
    endpoints: &BTreeMap<String, Endpoint>,
    vpc: Option<&Vpc>,
    names: &Names,
) {
    let mut private: BTreeMap<&str, (&String, &At<bool>)> = BTreeMap::new();
    let mut gateways: Vec<(&String, &Endpoint)> = Vec::new();
    check_names(reports, endpoints);
    for (name, endpoint) in endpoints {
        match &endpoint.reach {
            Reach::Gateway { .. } => {
                check_gateway(reports, (name, endpoint), &gateways);
                gateways.push((name, endpoint));
            }
            Reach::Interface { private_dns, .. } => {
                if !private_dns.it {
                    continue;
                }
                check_dns(reports, (name, private_dns), vpc);
                match private.get(endpoint.service.as_str()) {
                    Some(first) => {
                        reports.push(private_dns_twice(&endpoint.service, (name, private_dns), *first));
                    }
                    None => drop(private.insert(&endpoint.service, (name, private_dns))),
                }
            }
        }
    }
    let is_s3 = |it: &&str| services::short_name(it) == "s3";
    let has_gateway = gateways.iter().any(|(_, it)| is_s3(&it.service.as_str()));
    let is_whole = endpoints.len() == names.endpoints.len();
    if let Some((_, (_, place))) = private.iter().find(|(service, _)| is_s3(service))
        && !has_gateway
        && is_whole
    {
        let message = "private DNS of an S3 interface endpoint needs an S3 gateway endpoint";
        let report = Diagnostic::error(codes::PRIVATE_DNS_S3, message).at(place.span.clone(), "");
        reports.push(report.help("add `[endpoints.s3]`, or `private-dns = false`"));
    }
}

/// A variable's name has neither dots nor hyphens, and `palisade output` would have one for two endpoints.
fn check_names(reports: &mut Vec<Diagnostic>, endpoints: &BTreeMap<String, Endpoint>) {
    let mut variables: BTreeMap<String, (&String, &Endpoint)> = BTreeMap::new();
    for (name, endpoint) in endpoints {
        if let Some((other, first)) = variables.insert(name.replace('.', "-"), (name, endpoint)) {
            let message = format!("the names `{other}` and `{name}` are too much alike");
            let report = Diagnostic::error(codes::NAMES_ALIKE, message);
            let report = at_both(report, &endpoint.span, &first.span);
            let variable = name.replace(['.', '-'], "_").to_uppercase();
            let help = format!(
                "both would be `PALISADE_ENDPOINT_{variable}_ID` in `palisade output`: rename one of them"
            );
            reports.push(report.help(help));
        }
    }
}

/// Reports gateways that would put routes into tables that are somebody else's, unless the author says which.
pub(crate) fn check_tables(
    reports: &mut Vec<Diagnostic>,
    endpoints: &BTreeMap<String, Endpoint>,
    existing: &BTreeMap<String, ExistingTier>,
) {
    for (name, endpoint) in endpoints {
        let Reach::Gateway { .. } = &endpoint.reach else { continue };
        for tier in endpoint.tiers.iter().filter(|it| existing.contains_key(&it.it)) {
            let message = format!("endpoint `{name}` would change the route tables of tier `{}`", tier.it);
            let report = Diagnostic::error(codes::ENDPOINT_TABLES, message).at(tier.span.clone(), "");
            let report = report.help("its subnets exist already, and their tables are somebody else's");
            reports.push(report.help(
                "name the tables that may be added to: `route-tables = [\"rtb-…\"]`, and leave the tier out",
            ));
        }
    }
}

fn check_dns(reports: &mut Vec<Diagnostic>, (name, private_dns): (&String, &At<bool>), vpc: Option<&Vpc>) {
    if vpc.is_none_or(Vpc::has_dns) {
        return;
    }
    let message = format!("endpoint `{name}` has private DNS, but the VPC's DNS is off");
    let report = Diagnostic::error(codes::PRIVATE_DNS_OFF, message).at(private_dns.span.clone(), "");
    reports.push(report.help("turn `dns-support` and `dns-hostnames` on, or add `private-dns = false`"));
}

fn private_dns_twice(
    service: &str,
    (name, later): (&String, &At<bool>),
    first: (&String, &At<bool>),
) -> Diagnostic {
    let message = format!("endpoints `{}` and `{name}` both give `{service}` private DNS", first.0);
    let report = Diagnostic::error(codes::PRIVATE_DNS_TWICE, message);
    at_both(report, &later.span, &first.1.span).help("add `private-dns = false` to one of them")
}

/// A route table takes one gateway endpoint of a service.
fn check_gateway(
    reports: &mut Vec<Diagnostic>,
    (name, endpoint): (&String, &Endpoint),
    before: &[(&String, &Endpoint)],
) {
    for (other, first) in before.iter().filter(|(_, it)| it.service == endpoint.service) {
        let shared = endpoint
            .tiers
            .iter()
            .find_map(|it| Some((it, first.tiers.iter().find(|tier| tier.it == it.it)?)));
        let Some((tier, at_first)) = shared else { continue };
        let message =
            format!("tier `{}` has two gateway endpoints of one service: `{other}` and `{name}`", tier.it);
        let report = at_both(Diagnostic::error(codes::GATEWAY_TWICE, message), &tier.span, &at_first.span);
        reports
            .push(report.help("leave the tier out of one of them: a route table has one route to a service"));
    }
}
