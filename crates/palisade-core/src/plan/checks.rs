//! What a plan is searched for before it may run.

use std::collections::BTreeSet;

use super::{Change, Diff, Intent, Plan, Problem, Protection, by_id};
use crate::key::Key;
use crate::kinds::Kind;
use crate::live::{Live, Owner};
use crate::network::Network;
use crate::tags;

pub(super) fn find_problems(
    plan: &mut Plan,
    want: &Network,
    live: &Live,
    replaced: &BTreeSet<Key>,
    intent: &Intent,
) {
    let duplicates = live.duplicates().iter();
    let mut problems: Vec<Problem> = duplicates.map(Problem::duplicate).collect();
    let is_there = |key: &Key| matches!(plan.changes.get(key), Some(Change::Replace { .. }));
    let nothing = intent.replace.iter().filter(|key| !is_there(key));
    problems.extend(nothing.map(|key| {
        let ours = live.of_kind(key.kind).filter(|(_, it)| it.owner == Owner::Blueprint);
        let lasting = ours.map(|(key, _)| key).filter(|it| want.resources.contains_key(it));
        let goes = matches!(plan.changes.get(key), Some(Change::Delete { .. }));
        Problem::NothingToReplace { key: key.clone(), goes, instead: lasting.cloned().collect() }
    }));
    problems.extend(own_by_id(want, live));
    for (key, change) in &plan.changes {
        problems.extend(guarded(key, change, intent));
        if change.removes() {
            problems.extend(protected(key, change, want));
            problems.extend(blocked(key, change, live));
        }
        let Some(wanted) = change.want() else { continue };
        for other in live.rivals(wanted) {
            let Some(object) = live.object(other) else { continue };
            let is_itself = other == key && !change.makes();
            if is_itself || !wanted.clashes(&by_id(&object.spec, replaced, live)) {
                continue;
            }
            match plan.changes.contains_key(other) {
                true => {
                    plan.obstacles.entry(key.clone()).or_default().insert(other.clone());
                }
                false => {
                    let has_lost_its_key = object.tags.get(tags::BLUEPRINT) == Some(&want.blueprint);
                    let has_lost_its_key = has_lost_its_key && object.owner == Owner::Foreign;
                    problems.push(Problem::Clash { key: key.clone(), with: other.clone(), has_lost_its_key });
                }
            }
        }
    }
    plan.problems = problems;
}

fn own_by_id<'a>(want: &'a Network, live: &'a Live) -> impl Iterator<Item = Problem> + 'a {
    want.resources.iter().flat_map(move |(key, spec)| {
        let by_id = spec.names().filter(|it| it.is_existing());
        by_id.filter_map(move |named| {
            let own = live.key_of_id(&named.name);
            let own = own.filter(|it| live.object(it).is_some_and(|it| it.owner != Owner::Foreign))?;
            Some(Problem::OwnById { key: key.clone(), id: named.name.to_string(), own: own.clone() })
        })
    })
}

/// A copied example must never eat another team's network.
fn guarded(key: &Key, change: &Change, intent: &Intent) -> Option<Problem> {
    let is_guarded = key.kind == Kind::Vpc && !key.is_existing() && change.removes();
    if !is_guarded || intent.destroy || intent.replace.contains(key) {
        return None;
    }
    let diff = match change {
        Change::Replace { diff, .. } => diff.clone(),
        _ => Diff::default(),
    };
    Some(Problem::Guarded { key: key.clone(), diff })
}

/// What has never worked, or has a successor, is worth no protection.
fn protected(key: &Key, change: &Change, want: &Network) -> Option<Problem> {
    let live = change.live().filter(|it| it.owner == Owner::Blueprint)?;
    let is_wanted = want.protected.contains(key);
    let is_tagged = live.tags.get(tags::PROTECT).is_some_and(|it| it == tags::PROTECTED);
    let is_replaced = change.makes();
    let by = if is_wanted { Protection::Blueprint } else { Protection::Tag };
    (is_wanted || is_tagged).then(|| Problem::Protected { key: key.clone(), is_replaced, by })
}

fn blocked(key: &Key, change: &Change, live: &Live) -> Option<Problem> {
    let is_foreign = |user: &&Key| live.object(user).is_some_and(|it| it.owner == Owner::Foreign);
    let foreign = live
        .users(key)
        .filter(is_foreign)
        .filter(|it| !it.kind.goes_along())
        .map(|it| format!("`{}`", it.name));
    let strangers = live.strangers().iter().filter(|it| it.uses.contains(key));
    let strangers = strangers.map(|it| format!("`{}` ({})", it.id, it.what));
    let by: Vec<String> = foreign.chain(strangers).collect();
    (!by.is_empty()).then(|| Problem::Blocked { key: key.clone(), by, is_replaced: change.makes() })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::cloud::Needs;
    use crate::graph::Graph;
    use crate::kinds::elastic_ip::ElasticIp;
    use crate::moves::Moves;
    use crate::plan::plan;
    use crate::rehearse::rehearse;
    use crate::testing::{network, reached, requests, requests_as, vpc};

    fn key(text: &str) -> Key {
        text.parse().expect("a key")
    }

    #[test]
    fn a_rename_to_a_blueprint_that_has_a_network_too_deletes_neither() {
        let mine = network([("vpc.main", vpc().into())]);
        let theirs = Network { blueprint: "old".to_owned(), ..mine.clone() };
        let mut live = reached(&theirs, &Live::default());
        let needs = Needs { blueprint: "t".to_owned(), ..Needs::default() };
        live = reached(&mine, &live.reassembled(&needs));
        // Of another generation, or the two would be duplicates.
        let again = Intent { replace: [key("vpc.main")].into(), ..Intent::default() };
        let graph = Graph::new(&plan(&mine, &live, &again), &mine, &live).expect("an order");
        live = rehearse(&graph, &live, |_, _, _| {}).expect("an end");
        let moves = Moves { blueprints: ["old".to_owned()].into(), ..Moves::default() };
        let renamed = Network { moves: moves.clone(), ..mine };
        let needs = Needs { moves, ..needs };
        assert_snapshot!(requests(&renamed, &live.reassembled(&needs)), @"! `old/vpc.main` cannot become `vpc.main`, which is there already: vpc-00000000000000009, vpc-00000000000000001");
    }

    #[test]
    fn only_what_stays_can_be_replaced() {
        let want = network([("eip.a", ElasticIp {}.into())]);
        let had = network([("eip.a", ElasticIp {}.into()), ("eip.b", ElasticIp {}.into())]);
        let replace = |it: &str| Intent { replace: [key(it)].into(), ..Intent::default() };
        let live = reached(&had, &Live::default());
        assert_snapshot!(requests_as(&want, &live, &replace("eip.b")), @"! `eip.b` is no longer in the blueprint, so the plan deletes it and replaces nothing");
        assert_snapshot!(requests_as(&want, &live, &replace("eip.c")), @"! `eip.c` does not exist, so it cannot be replaced");
    }
}
