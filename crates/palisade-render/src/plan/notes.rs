//! What a plan does that nobody would guess from its changes.

use std::collections::BTreeSet;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{self, Endpoint, Reach};
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::prefix_list::PrefixList;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Call, Change, Key, Kind, Part, StepId};

use super::{Order, PlanView, Verb, ipv6, unsaid};
use crate::style::{Ink, Style};
use crate::text;

/// Returns the notes, if there is anything to note. `told` is what the plan has said before.
pub(super) fn notes(view: &PlanView<'_>, told: &str, style: Style) -> Option<String> {
    let notes = ipv6::explained(told).into_iter().chain(all(view));
    let notes: Vec<String> = notes.map(|it| note(&it, style)).collect();
    (!notes.is_empty()).then(|| notes.join("\n"))
}

/// Returns one note as text.
pub(crate) fn note(text: &str, style: Style) -> String {
    // What is to be copied stands below the words as it is.
    let (words, copied) = text.split_once("\n\n").unwrap_or((text, ""));
    let words = style.paint_first(Ink::Help, "note", &text::filled("note", words, style.width));
    [words]
        .into_iter()
        .chain(copied.lines().map(|it| format!("  {it}").trim_end().to_owned()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns what is to be noted of the plan itself.
pub(crate) fn all(view: &PlanView<'_>) -> Vec<String> {
    let notes = [
        interrupted(view),
        waits_for_room(view),
        handed_over(view),
        unlisted(view),
        other_slot(view),
        readdressed(view),
        released(view),
        pending(view),
        unsaid::note(view),
    ];
    notes.into_iter().flatten().collect()
}

/// Make before break does not hold where AWS cannot have both.
fn interrupted(view: &PlanView<'_>) -> Option<String> {
    let is_old_first =
        |(key, change): &(&Key, &Change)| Verb::of(key, change, view.graph) == Verb::Replace(Order::OldFirst);
    let keys = text::quoted(view.plan.changes.iter().filter(is_old_first).map(|(key, _)| key));
    let keys = (!keys.is_empty()).then(|| keys.join(", "))?;
    Some(format!(
        "what uses {keys} is interrupted: the old goes before the new is made, since AWS cannot have both"
    ))
}

fn waits_for_room(view: &PlanView<'_>) -> Option<String> {
    let changes = &view.plan.changes;
    let waits = |key: &&Key| matches!(changes.get(*key), Some(Change::Create { .. }));
    let obstacles = view.plan.obstacles.iter().filter(|(key, _)| waits(key) && !takes_over(key, view));
    let (mut keys, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for (key, others) in obstacles {
        keys.insert(key);
        gone.extend(others);
    }
    (!keys.is_empty()).then(|| {
        let (keys, gone) = (text::quoted(keys).join(", "), text::quoted(gone).join(", "));
        format!("{keys} can only be made once {gone} gave way, since AWS cannot have both")
    })
}

/// What only one endpoint of a service can have goes from one to the other in two requests.
fn handed_over(view: &PlanView<'_>) -> Option<String> {
    let of_endpoint = |(key, obstacles): (&Key, &BTreeSet<Key>)| {
        let want = Endpoint::of(view.plan.changes.get(key)?.want()?)?;
        let old = |it: &Key| if it == key { "the old one".to_owned() } else { format!("`{it}`") };
        let old = obstacles.iter().map(old).collect::<Vec<_>>().join(", ");
        let how = match want.reach {
            Reach::Interface { .. } => format!(
                "is made without private DNS, and takes the public name over once {old} has given it up: for seconds \
                 in between, the name leads outside of the VPC"
            ),
            Reach::Gateway { .. } => format!(
                "is made without route tables, and takes them over once {old} has given them up: for seconds in \
                 between, they lead past it"
            ),
        };
        takes_over(key, view).then(|| format!("`{key}` {how}"))
    };
    let notes: Vec<String> = view.plan.obstacles.iter().filter_map(of_endpoint).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// Whether a new endpoint gets, once it is there, what another one has had until then.
fn takes_over(key: &Key, view: &PlanView<'_>) -> bool {
    let is_made = view.plan.changes.get(key).is_some_and(Change::makes);
    let wire = view.graph.steps.get(&StepId::Wire(key.clone())).filter(|_| is_made);
    let is_change = |call: &Call| matches!(call, Call::Endpoint(endpoint::Call::Modify { .. }));
    wire.is_some_and(|it| it.calls.iter().any(is_change))
}

/// AWS has no request that changes an entry's description.
fn unlisted(view: &PlanView<'_>) -> Option<String> {
    let of_list = |(key, change): (&Key, &Change)| {
        let Change::Update { live, want, .. } = change else { return None };
        let (live, want) = (PrefixList::of(&live.spec)?, PrefixList::of(want)?);
        let is_other = |block| live.entries.get(block).is_some_and(|it| *it != want.entries[block]);
        let blocks: Vec<String> =
            want.entries.keys().filter(|it| is_other(*it)).map(|it| it.to_string()).collect();
        (!blocks.is_empty()).then(|| format!("{} in `{key}`", blocks.join(", ")))
    };
    let blocks: Vec<String> = view.plan.changes.iter().filter_map(of_list).collect();
    (!blocks.is_empty()).then(|| {
        let blocks = blocks.join(" and ");
        format!("another description takes two requests, and for seconds in between the list lacks the block: {blocks}")
    })
}

/// A subnet has one IPv6 block at a time.
fn other_slot(view: &PlanView<'_>) -> Option<String> {
    let is_other = |(_, change): &(&Key, &Change)| {
        let Change::Update { live, want, .. } = change else { return false };
        let subnets = Subnet::of(&live.spec).zip(Subnet::of(want));
        subnets
            .is_some_and(|(live, want)| live.ipv6.is_some() && want.ipv6.is_some() && live.ipv6 != want.ipv6)
    };
    let keys = text::quoted(view.plan.changes.iter().filter(is_other).map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        let keys = keys.join(", ");
        format!(
            "the IPv6 block of {keys} goes before the other one comes: AWS refuses that as long as an interface has an \
             address of it, and for seconds there is no IPv6"
        )
    })
}

/// Who lets an address of ours in has to know.
fn readdressed(view: &PlanView<'_>) -> Option<String> {
    let is_replaced = |it: &Key| matches!(view.plan.changes.get(it), Some(Change::Replace { .. }));
    let gateways = view
        .want
        .resources
        .iter()
        .filter(|(_, spec)| NatGateway::of(spec).is_some_and(|it| is_replaced(&it.address)));
    let keys = text::quoted(gateways.map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        let keys = keys.join(", ");
        format!("the public address of {keys} changes: who admits the old one has to admit the new one")
    })
}

/// An address that is released belongs to somebody else a moment later.
fn released(view: &PlanView<'_>) -> Option<String> {
    let removed = view.plan.changes.iter().filter(|(key, it)| key.kind == Kind::ElasticIp && it.removes());
    let address = |(key, change): (&Key, &Change)| {
        let address = change.live().and_then(|it| it.parts.get(&Part::PublicIp));
        address.map_or_else(|| format!("`{key}`"), |address| format!("{address} (`{key}`)"))
    };
    let addresses: Vec<String> = removed.map(address).collect();
    (!addresses.is_empty())
        .then(|| format!("public addresses are released for good: {}", addresses.join(", ")))
}

/// What an earlier run left unfinished.
fn pending(view: &PlanView<'_>) -> Option<String> {
    let is_made = |key: &Key| view.plan.changes.get(key).is_some_and(Change::makes);
    let waits = view.graph.order.iter().filter_map(|step| match step {
        StepId::Make(key) if !is_made(key) => Some(key),
        _ => None,
    });
    let keys = text::quoted(waits);
    (!keys.is_empty())
        .then(|| format!("AWS is still making {}: it is waited for before it is used", keys.join(", ")))
}
