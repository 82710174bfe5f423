//! Outputs as variables for a shell, a container or a task runner.

use super::{Outputs, sagemaker};

impl Outputs {
    /// Returns one `PALISADE_…=…` line per id or list of ids. Lists are in the order of their zones.
    pub fn dotenv(&self) -> String {
        let mut lines = Lines::default();
        lines.one("VPC_ID", self.vpc.as_ref());
        lines.one("VPC_IPV6_PREFIX", self.vpc_ipv6_prefix.as_ref());
        lines.one("INTERNET_GATEWAY_ID", self.internet_gateway.as_ref());
        lines.one("EGRESS_ONLY_GATEWAY_ID", self.egress_only_gateway.as_ref());
        lines.list("NAT_GATEWAY_IDS", self.nat_gateways.values());
        lines.list("ELASTIC_IP_IDS", self.elastic_ips.values().map(|it| &it.id));
        lines.list("PUBLIC_IPS", self.elastic_ips.values().filter_map(|it| it.public_ip.as_ref()));
        for (name, tier) in &self.tiers {
            let name = variable(name);
            lines.list(&format!("TIER_{name}_SUBNET_IDS"), tier.subnets.values());
            lines.list(&format!("TIER_{name}_IPV6_BLOCKS"), tier.ipv6_blocks.values());
            lines.list(&format!("TIER_{name}_ROUTE_TABLE_IDS"), tier.distinct_route_tables());
            lines.one(&format!("TIER_{name}_NETWORK_ACL_ID"), tier.network_acl.as_ref());
        }
        for (name, id) in &self.prefix_lists {
            lines.one(&format!("PREFIX_LIST_{}_ID", variable(name)), Some(id));
        }
        for (name, id) in &self.security_groups {
            lines.one(&format!("SECURITY_GROUP_{}_ID", variable(name)), Some(id));
        }
        for (name, id) in &self.endpoints {
            lines.one(&format!("ENDPOINT_{}_ID", variable(name)), Some(id));
        }
        for kind in sagemaker::KINDS {
            for (name, it) in self.sagemaker.get(kind).into_iter().flatten() {
                let name = format!("SAGEMAKER_{}_{}", variable(sagemaker::word(*kind)), variable(name));
                it.all()
                    .for_each(|(what, value)| lines.one(&format!("{name}_{}", variable(what)), Some(value)));
            }
        }
        lines.text
    }
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn one(&mut self, name: &str, id: Option<&String>) {
        self.list(name, id);
    }

    fn list(&mut self, name: &str, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let ids: Vec<String> = ids.into_iter().map(|it| it.as_ref().to_owned()).collect();
        if !ids.is_empty() {
            self.text.push_str(&format!("PALISADE_{name}={}\n", ids.join(",")));
        }
    }
}

/// Returns a name as a part of a variable's. Names come from tags that others can write, so nothing else gets
/// through.
fn variable(name: &str) -> String {
    let part = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
    name.chars().map(part).collect()
}
