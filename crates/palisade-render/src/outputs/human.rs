//! Outputs for people.

use std::collections::BTreeMap;

use super::{Outputs, TierIds, WorkloadIds, Workloads, sagemaker};
use crate::style::{Ink, Style};
use crate::text;

impl Outputs {
    /// Returns the ids as an aligned list.
    pub fn human(&self, style: Style) -> String {
        let ungrouped = [
            single("VPC", self.vpc.as_ref()),
            single("IPv6 prefix", self.vpc_ipv6_prefix.as_ref()),
            single("internet gateway", self.internet_gateway.as_ref()),
            single("egress-only gateway", self.egress_only_gateway.as_ref()),
            several("NAT gateways", &self.nat_gateways),
            self.addresses(),
        ];
        let tiers = self.tiers.iter().map(|(name, tier)| (format!("tier {name}"), tier.rows()));
        let named = [
            ("prefix lists", &self.prefix_lists),
            ("security groups", &self.security_groups),
            ("endpoints", &self.endpoints),
        ];
        let named = named.into_iter().map(|(title, ids)| (title.to_owned(), by_name(ids)));
        let workloads = sagemaker::KINDS.iter().filter_map(|kind| Some((kind, self.sagemaker.get(kind)?)));
        let workloads = workloads.map(|(kind, them)| {
            (format!("SageMaker {}s", sagemaker::word(*kind).replace('-', " ")), workload_rows(them))
        });
        let groups =
            [(String::new(), ungrouped.concat())].into_iter().chain(tiers).chain(named).chain(workloads);
        let groups: Vec<(String, Vec<Row>)> = groups.filter(|(_, rows)| !rows.is_empty()).collect();
        if groups.is_empty() {
            return "There is nothing yet: `palisade apply` makes it.\n".to_owned();
        }
        draw(&groups, style)
    }

    fn addresses(&self) -> Vec<Row> {
        let ids = self.elastic_ips.iter().map(|(name, it)| {
            let public_ip = it.public_ip.as_ref().map(|it| format!("  {it}")).unwrap_or_default();
            (name.clone(), format!("{}{public_ip}", it.id))
        });
        several("elastic IPs", &ids.collect())
    }
}

impl TierIds {
    fn rows(&self) -> Vec<Row> {
        [
            several("subnets", &self.subnets),
            several("IPv6 blocks", &self.ipv6_blocks),
            several("route tables", &self.route_tables),
            single("network ACL", self.network_acl.as_ref()),
        ]
        .concat()
    }
}

/// What it is, which one, and its id.
type Row = (String, String, String);

fn single(what: &str, id: Option<&String>) -> Vec<Row> {
    id.map(|id| (what.to_owned(), String::new(), id.clone())).into_iter().collect()
}

/// Says only once what they are.
fn several(what: &str, ids: &BTreeMap<String, String>) -> Vec<Row> {
    let row = |(at, (name, id)): (usize, (&String, &String))| {
        let what = if at == 0 { what } else { "" };
        (what.to_owned(), name.clone(), id.clone())
    };
    ids.iter().enumerate().map(row).collect()
}

/// What they are stands above.
fn by_name(ids: &BTreeMap<String, String>) -> Vec<Row> {
    ids.iter().map(|(name, id)| (name.clone(), String::new(), id.clone())).collect()
}

/// By what AWS knows them stands between.
fn workload_rows(them: &Workloads) -> Vec<Row> {
    let row = |(name, it): (&String, &WorkloadIds)| {
        (name.clone(), it.id.as_ref().unwrap_or(&it.name).clone(), it.arn.clone())
    };
    them.iter().map(row).collect()
}

/// Draws every group with the same columns, so that the ids stand below each other.
fn draw(groups: &[(String, Vec<Row>)], style: Style) -> String {
    let rows = || groups.iter().flat_map(|(title, rows)| rows.iter().map(move |row| (title, row)));
    let what_width = rows().map(|(title, (what, ..))| indent(title) + text::width(what)).max().unwrap_or(0);
    let name_width = rows().map(|(_, (_, name, _))| text::width(name)).max().unwrap_or(0);
    let line = |title: &str, (what, name, id): &Row| {
        let what = format!("{}{what}", " ".repeat(indent(title)));
        format!("{}  {}  {id}", text::pad(&what, what_width), text::pad(name, name_width))
    };
    let block = |(title, rows): &(String, Vec<Row>)| {
        let heading = (!title.is_empty()).then(|| style.paint(Ink::Heading, title));
        let lines = rows.iter().map(|row| line(title, row));
        heading.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    };
    groups.iter().map(block).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn indent(title: &str) -> usize {
    if title.is_empty() { 0 } else { 2 }
}
