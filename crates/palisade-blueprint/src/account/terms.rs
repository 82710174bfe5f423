//! What a draft promises about packets, in an account.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::guarantee::{End, Expect, Guarantee, Outside, Place, Terms};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Facts, Live, Needs};

use crate::account::draft::{Draft, Parts};
use crate::account::layout::Layout;
use crate::tables::endpoints::Reach;
use crate::tables::tiers::{Route, Tier};

impl Draft {
    /// Returns what the blueprint says of packets in the account of which `facts` and `live` speak.
    pub fn terms(&self, facts: &Facts, live: &Live) -> Terms {
        // What the account does not allow has been reported by who resolves the draft.
        let parts = self.parts_in(&mut Vec::new(), facts, live);
        let layout = Layout::new(&parts, &self.region, live);
        let names = parts.tiers.keys().chain(parts.existing_tiers.keys());
        let subnets = |tier: &str| layout.of_tier(tier).map(|it| it.key.clone()).collect::<BTreeSet<_>>();
        let (mut services, mut lists) = (BTreeMap::new(), BTreeMap::new());
        for (name, list) in &facts.prefix_lists {
            if *name != list.id {
                services.insert(name.clone(), list.id.clone());
            }
            // A list of which only the id was asked has nothing in it here.
            if !list.cidrs.is_empty() {
                lists.insert(list.id.clone(), list.cidrs.iter().copied().collect());
            }
        }
        let outsides = parts.outside.iter().map(|(name, it)| {
            let outside = Outside { cidrs: it.cidrs.iter().copied().collect(), internet: it.internet };
            (name.clone(), outside)
        });
        let mut guarantees = self.guarantees.clone();
        guarantees.extend(self.implied(&parts));
        Terms {
            guarantees,
            tiers: names.map(|it| (it.clone(), subnets(it))).collect(),
            outsides: outsides.collect(),
            services,
            lists,
        }
    }

    /// Returns the promises that nobody wrote: that what is called isolated is.
    fn implied(&self, parts: &Parts) -> Vec<Guarantee> {
        let isolated = parts.tiers.iter().filter(|(_, it)| it.way.route.it == Route::Isolated);
        let implied = isolated.map(|(name, tier)| implied(name, tier));
        let is_written = |implied: &Guarantee| {
            let says = |it: &Guarantee| {
                (&it.from, &it.to, &it.expect, &it.traffic)
                    == (&implied.from, &implied.to, &implied.expect, &implied.traffic)
            };
            self.guarantees.iter().any(says)
        };
        implied.filter(|it| !is_written(it)).collect()
    }

    /// Adds what proofs must know: what is in the lists that rules name, and in those that gateway endpoints route to.
    /// Nobody pays for it who promises nothing, or only that what leads nowhere is isolated.
    pub(crate) fn add_needs_of_proofs(&self, needs: &mut Needs) {
        let may_lead_out = |it: &Tier| it.way.route.it == Route::Isolated && !it.routes.is_empty();
        if self.guarantees.is_empty() && !self.parts.tiers.values().any(may_lead_out) {
            return;
        }
        let gateways = self.parts.endpoints.values().filter(|it| matches!(it.reach, Reach::Gateway { .. }));
        needs.prefix_lists.extend(gateways.map(|it| it.service.clone()));
        needs.prefix_list_entries.extend(needs.prefix_lists.iter().cloned());
    }
}

fn implied(name: &str, tier: &Tier) -> Guarantee {
    Guarantee {
        name: format!("tier `{name}` is isolated from the internet"),
        from: End::any(Place::Tier(name.to_owned())),
        to: End::any(Place::Internet),
        expect: Expect::Isolated,
        traffic: vec![Traffic::All],
        client_ports: Ports::ALL,
        assume: None,
        span: tier.way.route.span.clone(),
        is_implied: true,
    }
}
