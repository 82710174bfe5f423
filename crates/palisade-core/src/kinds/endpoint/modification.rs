//! What changes on an endpoint in place.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Endpoint, Reach, keys};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::kinds::list;
use crate::live::Live;
use crate::policy::Policy;
use crate::scope::Scope;

/// What one `ModifyVpcEndpoint` changes. AWS takes additions and removals together, so a swap leaves no gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Modification {
    /// Tables to add.
    pub add_route_tables: Vec<Handle>,
    /// Tables to take away.
    pub remove_route_tables: Vec<Handle>,
    /// Subnets to add.
    pub add_subnets: Vec<Handle>,
    /// Subnets to take away.
    pub remove_subnets: Vec<Handle>,
    /// Groups to add.
    pub add_security_groups: Vec<Handle>,
    /// Groups to take away.
    pub remove_security_groups: Vec<Handle>,
    /// The new value of private DNS.
    pub private_dns: Option<bool>,
    /// The new policy.
    pub policy: Option<PolicyChange>,
}

/// What happens to an endpoint's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyChange {
    /// `PolicyDocument`.
    Set(Policy),
    /// `ResetPolicy`: back to AWS's own.
    Reset,
}

impl Endpoint {
    pub(super) fn modification(&self, live: &Endpoint, scope: &Scope<'_>) -> Modification {
        let minus = |a: &BTreeSet<Key>, b: &BTreeSet<Key>| a.difference(b).map(|it| scope.id(it)).collect();
        let policy = match &self.policy {
            wanted if wanted == &live.policy => None,
            Some(policy) => Some(PolicyChange::Set(policy.clone())),
            None => Some(PolicyChange::Reset),
        };
        let modification = Modification { policy, ..Modification::default() };
        match (&self.reach, &live.reach) {
            (Reach::Gateway { route_tables: want }, Reach::Gateway { route_tables: live }) => Modification {
                add_route_tables: minus(want, live),
                remove_route_tables: minus(live, want),
                ..modification
            },
            (
                Reach::Interface { subnets: want_subnets, security_groups: want_groups, private_dns: want_dns },
                Reach::Interface { subnets, security_groups, private_dns },
            ) => Modification {
                add_subnets: minus(want_subnets, subnets),
                remove_subnets: minus(subnets, want_subnets),
                add_security_groups: minus(want_groups, security_groups),
                remove_security_groups: minus(security_groups, want_groups),
                private_dns: (want_dns != private_dns).then_some(*want_dns),
                ..modification
            },
            _ => modification,
        }
    }
}

impl Modification {
    pub(super) fn only_removes(&self) -> bool {
        let Modification { add_route_tables, add_subnets, add_security_groups, private_dns, policy, .. } = self;
        let adds = [add_route_tables, add_subnets, add_security_groups].into_iter().any(|it| !it.is_empty());
        !adds && private_dns.is_none() && policy.is_none()
    }

    pub(super) fn effect(&self, endpoint: &Handle, live: &mut Live) -> Result<(), Refused> {
        let tables = (keys(live, &self.add_route_tables)?, keys(live, &self.remove_route_tables)?);
        let subnets = (keys(live, &self.add_subnets)?, keys(live, &self.remove_subnets)?);
        let groups = (keys(live, &self.add_security_groups)?, keys(live, &self.remove_security_groups)?);
        let apply = |set: &mut BTreeSet<Key>, (add, remove): (BTreeSet<Key>, BTreeSet<Key>)| {
            set.retain(|it| !remove.contains(it));
            set.extend(add);
        };
        let key = live.key_of(endpoint)?;
        let Some(mut it) = live.spec_of::<Endpoint>(endpoint).cloned() else {
            return Err(Refused::new(Reason::NotFound, format!("`{endpoint}` does not exist")));
        };
        match &self.policy {
            Some(PolicyChange::Set(policy)) => it.policy = Some(policy.clone()),
            Some(PolicyChange::Reset) => it.policy = None,
            None => {}
        }
        match &mut it.reach {
            Reach::Gateway { route_tables } => apply(route_tables, tables),
            Reach::Interface { subnets: own_subnets, security_groups, private_dns } => {
                apply(own_subnets, subnets);
                apply(security_groups, groups);
                *private_dns = self.private_dns.unwrap_or(*private_dns);
            }
        }
        live.refuse_clash(&key, &it.clone().into())?;
        live.edit(endpoint, |live: &mut Endpoint| {
            *live = it;
            Ok(())
        })
    }

    pub(super) fn changes(&self) -> Vec<String> {
        let changes = [
            ("+route-tables", &self.add_route_tables),
            ("-route-tables", &self.remove_route_tables),
            ("+subnets", &self.add_subnets),
            ("-subnets", &self.remove_subnets),
            ("+security-groups", &self.add_security_groups),
            ("-security-groups", &self.remove_security_groups),
        ];
        let lists = changes.into_iter().filter(|(_, handles)| !handles.is_empty());
        let lists = lists.map(|(name, handles)| format!("{name} {}", list(handles)));
        let dns = self.private_dns.map(|it| format!("private-dns={it}"));
        let policy = self.policy.as_ref().map(|it| match it {
            PolicyChange::Set(policy) => format!("policy={policy}"),
            PolicyChange::Reset => "reset policy".to_owned(),
        });
        lists.chain(dns).chain(policy).collect()
    }

    pub(super) fn handles(&self) -> Vec<&Handle> {
        [
            &self.add_route_tables,
            &self.remove_route_tables,
            &self.add_subnets,
            &self.remove_subnets,
            &self.add_security_groups,
            &self.remove_security_groups,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
