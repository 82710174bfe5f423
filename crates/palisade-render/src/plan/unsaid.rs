//! Renames that nobody has said: what goes and comes again under another name, and could stay.

use std::collections::BTreeMap;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Change, Key, Kind, Owner, Spec};

use super::PlanView;
use crate::text;

/// A name before and after, as `[[moved]]` has it.
type Rename = (String, String);

/// How many pairs of what goes and what comes are compared: a plan with more of them is no rename.
const PAIRS_MAX: usize = 10_000;

/// What says where a tier's subnet is: its zone's suffix, its block, its IPv6 block and its zone.
type Place<'a> = (&'a str, String, Option<u8>, &'a str);

/// Returns what to write, if the plan looks like a rename.
pub(super) fn note(view: &PlanView<'_>) -> Option<String> {
    let tiers = tiers(view);
    let objects = objects(view, &tiers);
    let of_tiers = tiers.iter().map(|(from, to)| (format!("tier:{from}"), format!("tier:{to}")));
    let of_objects = objects.into_iter().map(|(from, to)| (from.to_string(), to.to_string()));
    let renames = of_tiers.chain(of_objects).map(|(from, to)| (text::clean(&from), text::clean(&to)));
    let renames: Vec<Rename> = renames.collect();
    let named: Vec<String> = renames.iter().map(|(from, to)| format!("`{from}` as `{to}`")).collect();
    let stanza = |(from, to): &Rename| format!("\n\n[[moved]]\nfrom = \"{from}\"\nto   = \"{to}\"");
    let stanzas: String = renames.iter().map(stanza).collect();
    let named = named.join(", ");
    let words = "what goes comes again under another name";
    (!renames.is_empty()).then(|| format!("{words}: {named}; to keep it, add to the blueprint{stanzas}"))
}

/// Returns the tiers whose subnets go, and come again in the same blocks and zones under another name.
fn tiers(view: &PlanView<'_>) -> Vec<Rename> {
    let mut gone: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
    let mut new: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
    for (key, change) in &view.plan.changes {
        let (tiers, spec) = match change {
            Change::Delete { live } if live.owner == Owner::Blueprint => (&mut gone, &live.spec),
            Change::Create { want } => (&mut new, want),
            _ => continue,
        };
        let (Some((tier, zone)), Some(subnet)) = (key.name.split_once('@'), Subnet::of(spec)) else {
            continue;
        };
        tiers.entry(tier).or_default().push((zone, subnet.cidr.to_string(), subnet.ipv6, &subnet.zone));
    }
    let again = |(from, places): (&&str, &Vec<Place<'_>>)| {
        let (to, _) = new.iter().find(|(_, it)| *it == places)?;
        Some(((*from).to_owned(), (*to).to_owned()))
    };
    gone.iter().filter_map(again).collect()
}

/// Returns the groups, lists and endpoints that go, and come again with all that they are under another name.
fn objects<'a>(view: &PlanView<'a>, tiers: &[Rename]) -> Vec<(&'a Key, &'a Key)> {
    let is_named = |key: &Key| matches!(key.kind, Kind::SecurityGroup | Kind::PrefixList | Kind::Endpoint);
    let changes = || view.plan.changes.iter().filter(|(key, _)| is_named(key));
    let gone: Vec<(&Key, &Spec)> = changes()
        .filter_map(|(key, change)| match change {
            Change::Delete { live } if live.owner == Owner::Blueprint => Some((key, &live.spec)),
            _ => None,
        })
        .collect();
    let new: Vec<(&Key, &Spec)> = changes()
        .filter_map(|(key, change)| match change {
            Change::Create { want } => Some((key, want)),
            _ => None,
        })
        .collect();
    let is_same = |(from, live): &(&Key, &Spec), (to, want): &(&Key, &Spec)| {
        let renamed = || {
            let mut renamed = (*live).clone();
            renamed.map_keys(&mut |key| rename(key, (from, to), tiers));
            renamed
        };
        from.kind == to.kind && want.diff(&renamed()).is_empty()
    };
    if PAIRS_MAX < gone.len() * new.len() {
        return Vec::new();
    }
    // Of several that are the same, nobody can tell which became which.
    let only = |old: &(&'a Key, &Spec)| {
        let mut same = new.iter().filter(|it| is_same(old, it));
        let found = same.next().filter(|_| same.next().is_none())?;
        let is_only = gone.iter().filter(|it| is_same(it, found)).count() == 1;
        is_only.then_some((old.0, found.0))
    };
    gone.iter().filter_map(only).collect()
}

fn rename(key: &mut Key, (from, to): (&Key, &Key), tiers: &[Rename]) {
    if key == from {
        *key = to.clone();
    }
    if !matches!(key.kind, Kind::Subnet | Kind::RouteTable | Kind::NetworkAcl) {
        return;
    }
    let (tier, zone) = match key.name.split_once('@') {
        Some((tier, zone)) => (tier, Some(zone)),
        None => (key.name.as_str(), None),
    };
    if let Some((_, new)) = tiers.iter().find(|(old, _)| old == tier) {
        let name = zone.map_or_else(|| new.clone(), |zone| format!("{new}@{zone}"));
        *key = Key::new(key.kind, name);
    }
}
