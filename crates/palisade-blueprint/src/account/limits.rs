//! How much AWS takes: by default, as `[quotas]` says, and as the account has it.

use std::collections::BTreeMap;

use palisade_core::{Diagnostic, Quota};

use crate::tables::prefix_lists;
use crate::text::tree::{At, Section};

/// How much AWS takes of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Its key in `[quotas]`.
    key: &'static str,
    /// By which the account can be asked for it.
    quota: Option<Quota>,
    /// As AWS counts it.
    counted: usize,
    /// What of it AWS needs itself.
    kept: usize,
    /// What the blueprint says it is, as AWS counts it.
    declared: Option<At<usize>>,
}

/// How much AWS takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quotas {
    /// Per direction and address family.
    pub(crate) rules_per_group: Limit,
    /// Per direction and address family, AWS's own final denial not counted.
    pub(crate) entries_per_acl: Limit,
    /// In the VPC.
    pub(crate) interface_endpoints: Limit,
    /// In a prefix list.
    pub(crate) entries_per_list: Limit,
    /// In the VPC.
    pub(crate) subnets: Limit,
    /// In a table, per address family.
    pub(crate) routes_per_table: Limit,
    /// In the region.
    pub(crate) elastic_ips: Limit,
    /// In the region.
    pub(crate) prefix_lists: Limit,
}

impl Limit {
    /// Returns how many there can be.
    pub(crate) fn n(&self) -> usize {
        self.counted.saturating_sub(self.kept)
    }

    /// Tells what to do where there are more: something `instead`, or to have the quota raised.
    pub(crate) fn raise(&self, report: Diagnostic, instead: &str) -> Diagnostic {
        let most = if self.quota == Some(Quota::RulesPerNetworkAcl) { " (to 40 at most)" } else { "" };
        match self.declared_in_vain() {
            Some(_) => {
                self.tell_declared(report.help(format!("{instead}, or have AWS raise the quota{most}")))
            }
            None => report.help(format!(
                "{instead}, or have AWS raise the quota{most} and add `[quotas]` with `{}`",
                self.key
            )),
        }
    }

    /// Tells that the account has less than the blueprint says, if it has.
    pub(crate) fn tell_declared(&self, report: Diagnostic) -> Diagnostic {
        let Some((declared, quota)) = self.declared_in_vain() else { return report };
        let (key, has) = (self.key, self.counted);
        let (service, code) = (quota.service(), quota.code());
        let report =
            report.help(format!("`[quotas]` says {declared} for `{key}`, but the account has {has}"));
        report.help(format!(
            "ask for it: `aws service-quotas request-service-quota-increase --service-code {service} \
             --quota-code {code} --desired-value {declared}`"
        ))
    }

    fn declared_in_vain(&self) -> Option<(usize, Quota)> {
        let declared = self.declared.as_ref().map(|it| it.it).filter(|it| self.counted < *it)?;
        Some((declared, self.quota?))
    }
}

impl Quotas {
    /// Returns what `[quotas]` says, and AWS's defaults for the rest.
    pub(crate) fn read(section: Option<&Section<'_>>) -> Quotas {
        let limit = |key: &'static str, quota: Option<Quota>, default: usize| {
            let declared = section.and_then(|it| it.integer(key));
            let declared = declared.and_then(|it| Some(At::new(it.span, usize::try_from(it.it).ok()?)));
            let counted = declared.as_ref().map_or(default, |it| it.it);
            Limit { key, quota, counted, kept: 0, declared }
        };
        let entries = limit("rules-per-network-acl", Some(Quota::RulesPerNetworkAcl), 20);
        Quotas {
            rules_per_group: limit("rules-per-security-group", Some(Quota::RulesPerSecurityGroup), 60),
            entries_per_acl: Limit { kept: 1, ..entries },
            interface_endpoints: limit("interface-endpoints", Some(Quota::InterfaceEndpoints), 50),
            entries_per_list: limit("entries-per-prefix-list", None, prefix_lists::ENTRIES_MAX),
            subnets: limit("subnets-per-vpc", Some(Quota::SubnetsPerVpc), 200),
            routes_per_table: limit("routes-per-route-table", Some(Quota::RoutesPerRouteTable), 500),
            elastic_ips: limit("elastic-ips", Some(Quota::ElasticIps), 5),
            prefix_lists: limit("prefix-lists", None, 100),
        }
    }

    /// Returns what is declared of what an account can be asked for.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (Quota, &At<usize>)> {
        let limits = [
            &self.rules_per_group,
            &self.entries_per_acl,
            &self.interface_endpoints,
            &self.subnets,
            &self.routes_per_table,
            &self.elastic_ips,
        ];
        limits.into_iter().filter_map(|it| Some((it.quota?, it.declared.as_ref()?)))
    }

    /// Returns the quotas of an account: its own, where they could be read.
    pub(crate) fn in_account(self, own: &BTreeMap<Quota, u64>) -> Quotas {
        let in_account = |limit: Limit| match limit.quota.and_then(|it| own.get(&it)) {
            Some(own) => Limit { counted: usize::try_from(*own).unwrap_or(usize::MAX), ..limit },
            None => limit,
        };
        Quotas {
            rules_per_group: in_account(self.rules_per_group),
            entries_per_acl: in_account(self.entries_per_acl),
            interface_endpoints: in_account(self.interface_endpoints),
            subnets: in_account(self.subnets),
            routes_per_table: in_account(self.routes_per_table),
            elastic_ips: in_account(self.elastic_ips),
            ..self
        }
    }
}
