//! What a plan does that nobody would guess from its changes.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{self, Endpoint, Modification, Reach};
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::prefix_list::PrefixList;
use palisade_core::kinds::route_table;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{Passing, Vpc};
use palisade_core::{Call, Change, Key, Kind, Part, StepId};

use super::{Order, PlanView, Verb, ipv6, unsaid};
use crate::style::{Ink, Style};
use crate::text;

mod workloads;

pub(crate) use workloads::kept;

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
        cut_for_a_guarantee(view),
        without_a_route(view),
        without_interfaces(view),
        waits_for_room(view),
        handed_over(view),
        unlisted(view),
        other_slot(view),
        no_ipv6(view),
        readdressed(view),
        released(view),
        cut_by_default(view),
        pending(view),
        unsaid::note(view),
    ];
    notes.into_iter().flatten().chain(workloads::all(view)).collect()
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

/// Make before break does not hold either where both together would let through what neither does.
fn cut_for_a_guarantee(view: &PlanView<'_>) -> Option<String> {
    let cuts = &view.graph.cuts;
    let calls = cuts.iter().flat_map(|it| calls(view, it)).map(|it| format!("  {it}"));
    let calls: Vec<String> = calls.collect();
    let keys = text::quoted(cuts.iter().filter_map(StepId::key));
    (!cuts.is_empty()).then(|| {
        format!(
            "what passes by what {} takes away is cut until the new is there: the old goes first, since a guarantee \
             would not be kept with both\n\n{}",
            keys.join(", "),
            calls.join("\n")
        )
    })
}

/// Where a hop goes before the next one can come, a table has no route for that long.
fn without_a_route(view: &PlanView<'_>) -> Option<String> {
    let lost = |key: &Key| {
        let routes = calls(view, &StepId::Unwire(key.clone())).filter_map(|call| match call {
            Call::RouteTable(route_table::Call::DeleteRoute { to, .. }) => Some(*to),
            _ => None,
        });
        routes.collect::<BTreeSet<_>>()
    };
    let comes_back = |key: &Key, lost: &BTreeSet<_>| {
        let routes = calls(view, &StepId::Wire(key.clone())).filter_map(|call| match call {
            Call::RouteTable(route_table::Call::CreateRoute { to, .. }) => {
                lost.get(to).map(ToString::to_string)
            }
            _ => None,
        });
        routes.collect::<Vec<String>>().join(" and ")
    };
    let mut tables: BTreeMap<String, Vec<&Key>> = BTreeMap::new();
    for key in view.plan.changes.keys() {
        let routes = comes_back(key, &lost(key));
        if !routes.is_empty() {
            tables.entry(routes).or_default().push(key);
        }
    }
    let sentence = |(to, keys): (String, Vec<&Key>)| {
        let have = if keys.len() == 1 { "has" } else { "have" };
        format!("{} {have} no route to {to}", text::quoted(keys).join(", "))
    };
    let sentences: Vec<String> = tables.into_iter().map(sentence).collect();
    (!sentences.is_empty()).then(|| format!("{} until the new one can be made", sentences.join("; ")))
}

/// Where subnets go before others can come, an endpoint that stands in them is not reached there for that long.
fn without_interfaces(view: &PlanView<'_>) -> Option<String> {
    let of_endpoint = |(key, change): (&Key, &Change)| {
        let Change::Update { live, want, .. } = change else { return None };
        let Reach::Interface { subnets, .. } = &Endpoint::of(&live.spec)?.reach else { return None };
        let Reach::Interface { subnets: then, .. } = &Endpoint::of(want)?.reach else { return None };
        let n_lost =
            modified(view, &StepId::Unwire(key.clone())).map(|it| it.remove_subnets.len()).sum::<usize>();
        let comes = modified(view, &StepId::Wire(key.clone())).any(|it| !it.add_subnets.is_empty());
        let gone = text::quoted(subnets.difference(then)).join(", ");
        (0 < n_lost && comes).then(|| match subnets.len() - n_lost {
            0 => format!("`{key}` has no interface at all"),
            _ => format!("`{key}` has no interface in place of those in {gone}"),
        })
    };
    let notes: Vec<String> = view.plan.changes.iter().filter_map(of_endpoint).collect();
    (!notes.is_empty()).then(|| format!("until the new subnets can be made, {}", notes.join(", and ")))
}

fn modified<'v>(view: &PlanView<'v>, step: &StepId) -> impl Iterator<Item = &'v Modification> + use<'v> {
    calls(view, step).filter_map(|call| match call {
        Call::Endpoint(endpoint::Call::Modify { modification, .. }) => Some(modification),
        _ => None,
    })
}

fn calls<'v>(view: &PlanView<'v>, step: &StepId) -> impl Iterator<Item = &'v Call> + use<'v> {
    view.graph.steps.get(step).into_iter().flat_map(|it| &it.calls)
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
        let change = view.plan.changes.get(key)?;
        let want = Endpoint::of(change.want()?)?;
        let old = |it: &Key| if it == key { "the old one".to_owned() } else { format!("`{it}`") };
        let (old, have) = match obstacles.len() {
            1 => (obstacles.iter().map(old).collect::<String>(), "has"),
            _ => (obstacles.iter().map(old).collect::<Vec<_>>().join(", "), "have"),
        };
        let is_interface = matches!(want.reach, Reach::Interface { .. });
        let how = match (is_interface, change.makes()) {
            (true, true) => "is made without private DNS, and takes the public name over",
            (false, true) => "is made without route tables, and takes them over",
            (true, false) => "takes the public name over",
            (false, false) => "takes route tables over",
        };
        let (given, meanwhile) = match is_interface {
            true => ("given it up", "the name leads outside of the VPC"),
            false => ("given them up", "they lead past it"),
        };
        let is_handed_over = takes_over(key, view) || matches!(change, Change::Update { .. });
        is_handed_over
            .then(|| format!("`{key}` {how} once {old} {have} {given}: for seconds in between, {meanwhile}"))
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

/// Where a subnet loses its IPv6, whatever still uses it is cut off.
fn no_ipv6(view: &PlanView<'_>) -> Option<String> {
    let loses = |(_, change): &(&Key, &Change)| {
        let Change::Update { live, want, .. } = change else { return false };
        let subnets = Subnet::of(&live.spec).zip(Subnet::of(want));
        subnets.is_some_and(|(live, want)| live.ipv6.is_some() && want.ipv6.is_none())
    };
    let keys = text::quoted(view.plan.changes.iter().filter(loses).map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        let keys = keys.join(", ");
        format!(
            "the IPv6 block of {keys} goes for good, and what still uses IPv6 is cut off: AWS refuses that as long as an \
             interface has an address of it"
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

/// Nobody puts back into the default ACL what was taken out of it.
fn cut_by_default(view: &PlanView<'_>) -> Option<String> {
    let falling = view.plan.changes.iter().filter_map(|(key, change)| Some((key, falls(change)?)));
    let falling: Vec<(&Key, &Subnet)> = falling.collect();
    let (_, first) = falling.first()?;
    // One that is made anew has what AWS makes.
    let is_made = view.plan.changes.get(&first.vpc).is_some_and(Change::makes);
    let vpc = view.live.find(&first.vpc).filter(|_| !is_made).and_then(|it| Vpc::of(&it.spec))?;
    let passes = match vpc.defaults.acl.as_ref()?.passing(vpc.has_ipv6()) {
        Passing::All => return None,
        Passing::Some => "does not let everything through",
        Passing::None => "lets nothing through",
    };
    let keys = text::quoted(falling.into_iter().map(|(key, _)| key)).join(", ");
    Some(format!(
        "the VPC's default ACL, which {keys} will have, {passes}: give the tier a `network-acl`, or allow by hand what it needs"
    ))
}

/// Returns the subnet if it will have the default ACL, and has had another or none until now.
fn falls(change: &Change) -> Option<&Subnet> {
    let want = Subnet::of(change.want()?).filter(|it| it.network_acl.is_none())?;
    let had = change.live().filter(|_| !change.makes()).and_then(|it| Subnet::of(&it.spec));
    had.is_none_or(|it| it.network_acl.is_some()).then_some(want)
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
