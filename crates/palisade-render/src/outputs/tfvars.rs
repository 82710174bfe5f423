//! Outputs as variables for Terraform and OpenTofu.

use std::collections::BTreeMap;

use super::{Outputs, WorkloadIds, sagemaker};
use crate::text;

impl Outputs {
    /// Returns a `.tfvars` file: ids as strings, a tier's subnets as a list in the order of their zones,
    /// lists, groups, endpoints and gateways as maps by name.
    pub fn tfvars(&self) -> String {
        let mut variables: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: Option<String>| {
            variables.extend(value.map(|value| (name.to_owned(), value)));
        };
        put("vpc_id", self.vpc.as_ref().map(|it| string(it)));
        put("vpc_ipv6_prefix", self.vpc_ipv6_prefix.as_ref().map(|it| string(it)));
        put("internet_gateway_id", self.internet_gateway.as_ref().map(|it| string(it)));
        put("egress_only_gateway_id", self.egress_only_gateway.as_ref().map(|it| string(it)));
        for (name, tier) in &self.tiers {
            let name = variable(name);
            put(&format!("tier_{name}_subnet_ids"), list(tier.subnets.values()));
            put(&format!("tier_{name}_ipv6_blocks"), list(tier.ipv6_blocks.values()));
            put(&format!("tier_{name}_route_table_ids"), list(tier.distinct_route_tables()));
            put(&format!("tier_{name}_network_acl_id"), tier.network_acl.as_ref().map(|it| string(it)));
        }
        put("nat_gateway_ids", map(&self.nat_gateways));
        let allocations = self.elastic_ips.iter().map(|(name, it)| (name.clone(), it.id.clone()));
        put("elastic_ip_ids", map(&allocations.collect()));
        put("public_ips", list(self.elastic_ips.values().filter_map(|it| it.public_ip.as_ref())));
        put("prefix_list_ids", map(&self.prefix_lists));
        put("security_group_ids", map(&self.security_groups));
        put("endpoint_ids", map(&self.endpoints));
        for (kind, them) in sagemaker::KINDS.iter().filter_map(|it| Some((it, self.sagemaker.get(it)?))) {
            let kind = variable(sagemaker::word(*kind));
            for what in ["id", "name", "arn"] {
                let of = |it: &WorkloadIds| it.all().find(|(it, _)| *it == what).map(|(_, it)| it.clone());
                let values = them.iter().filter_map(|(name, it)| Some((name.clone(), of(it)?)));
                put(&format!("sagemaker_{kind}_{what}s"), map(&values.collect()));
            }
        }
        assignments(&variables)
    }
}

/// Neighbours on one line each stand aligned, as `terraform fmt` has them.
pub(super) fn assignments(variables: &[(String, String)]) -> String {
    let is_block = |it: &(String, String)| it.1.contains('\n');
    let mut text = String::new();
    for chunk in variables.chunk_by(|a, b| !is_block(a) && !is_block(b)) {
        let width = chunk.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0);
        for (name, value) in chunk {
            text.push_str(&format!("{} = {value}\n", text::pad(name, width)));
        }
    }
    text
}

/// Returns a name as a part of a variable's. Names come from tags that others can write, so nothing else gets
/// through.
fn variable(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' }).collect()
}

fn string(value: &str) -> String {
    let escaped = text::clean(value).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}

pub(super) fn list(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Option<String> {
    let ids: Vec<String> = ids.into_iter().map(|it| string(it.as_ref())).collect();
    (!ids.is_empty()).then(|| format!("[{}]", ids.join(", ")))
}

fn map(ids: &BTreeMap<String, String>) -> Option<String> {
    let names: Vec<String> = ids.keys().map(|name| key(name)).collect();
    let width = names.iter().map(|name| text::width(name)).max()?;
    let lines = names.iter().zip(ids.values());
    let lines: String =
        lines.map(|(name, id)| format!("  {} = {}\n", text::pad(name, width), string(id))).collect();
    Some(format!("{{\n{lines}}}"))
}

/// A key with anything but letters, digits and `_` in it is quoted.
fn key(name: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '_';
    match name.starts_with(|it: char| it.is_ascii_alphabetic()) && name.chars().all(is_plain) {
        true => name.to_owned(),
        false => string(name),
    }
}
