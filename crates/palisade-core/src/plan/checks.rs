//! What a plan is searched for before it may run.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Diff, Intent, Plan, Problem, Protection, by_id};
use crate::graph::vacated;
use crate::key::Key;
use crate::kinds::{Kind, sagemaker};
use crate::live::{Live, Owner, Stranger};
use crate::network::Network;
use crate::scope::first_number;
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
    let lost = tags_lost(want, live);
    let is_lost = |key: &Key| matches!(&lost, Some(Problem::TagsLost { key: lost, .. }) if lost == key);
    let nothing = intent.replace.iter().filter(|key| !is_there(key) && !is_lost(key));
    problems.extend(nothing.map(|key| {
        let ours = live.of_kind(key.kind).filter(|(_, it)| it.owner == Owner::Blueprint);
        let lasting = ours.map(|(key, _)| key).filter(|it| want.resources.contains_key(it));
        let goes = matches!(plan.changes.get(key), Some(Change::Delete { .. }));
        Problem::NothingToReplace { key: key.clone(), goes, instead: lasting.cloned().collect() }
    }));
    problems.extend(lost.iter().filter(|_| !intent.replace.iter().any(is_lost)).cloned());
    problems.extend(own_by_id(want, live));
    problems.extend(changed_runs(want, live));
    let taken: BTreeMap<&Key, Problem> = plan
        .changes
        .iter()
        .filter_map(|(key, it)| Some((key, name_taken(key, it, want, live, replaced)?)))
        .collect();
    problems.extend(taken.values().cloned());
    for (key, change) in &plan.changes {
        let names_taken = change.want().is_some_and(|it| it.names().any(|it| taken.contains_key(it)));
        // What lies in something that has lost its tags would stay as it is if that had them.
        problems.extend(guarded(key, change, plan, intent).filter(|_| !names_taken));
        if change.removes() {
            problems.extend(protected(key, change, want));
            problems.extend(blocked(key, change, plan, live));
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
                    let is_ours = object.tags.get(tags::BLUEPRINT) == Some(&want.blueprint);
                    let lost = (is_ours && object.owner == Owner::Foreign).then(|| live.next_generation(key));
                    problems.push(Problem::Clash { key: key.clone(), with: other.clone(), lost });
                }
            }
        }
    }
    problems.extend(held(plan, live));
    plan.problems = problems;
}

/// A run is made once: what is asked for under its name must be what has run.
fn changed_runs<'a>(want: &'a Network, live: &'a Live) -> impl Iterator<Item = Problem> + 'a {
    let runs = want.resources.iter().filter(|(key, _)| key.kind.is_run());
    runs.filter_map(|(key, spec)| {
        let object = live.object(key)?;
        let wanted = want.memos.get(key).and_then(|it| it.get(tags::VPC_CONFIG));
        // One that has lost the tag does not say where it ran.
        let had = object.tags.get(tags::VPC_CONFIG).or(wanted);
        let diff = spec.diff(&object.spec).entry("vpc-config", had, wanted);
        (!diff.is_empty()).then(|| Problem::RunChanged { key: key.clone(), diff })
    })
}

/// What SageMaker serves or keeps running cannot leave its place before there is another one.
fn held(plan: &Plan, live: &Live) -> Vec<Problem> {
    let stays = |user: &&Key| {
        user.kind.is_of_sagemaker()
            && !user.kind.is_run()
            && !plan.changes.get(*user).is_some_and(Change::removes)
    };
    let vacated = vacated(plan, live, &BTreeSet::new()).into_iter();
    let held = vacated.flat_map(|key| {
        let by = live.users(&key).filter(stays).cloned().collect::<Vec<_>>();
        by.into_iter().map(move |by| Problem::Held { key: key.clone(), by })
    });
    held.collect()
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

/// Who strips a VPC of its tags, or moves out of one that exists, would have everything in it made anew beside it.
fn tags_lost(want: &Network, live: &Live) -> Option<Problem> {
    let key = want.resources.keys().find(|it| it.kind == Kind::Vpc && live.object(it).is_none())?;
    let ours = live.objects().values().filter(|it| it.owner != Owner::Foreign);
    let mut vpcs = ours.flat_map(|it| it.spec.refs()).filter(|it| it.kind == Kind::Vpc && it.is_existing());
    let is_foreign = |it: &&Key| live.object(it).is_none_or(|it| it.owner == Owner::Foreign);
    let vpc = vpcs.find(is_foreign)?;
    let said = live.object(vpc).and_then(|it| it.tags.get(tags::GENERATION)?.parse().ok());
    Some(Problem::TagsLost {
        key: key.clone(),
        id: vpc.name.to_string(),
        blueprint: want.blueprint.clone(),
        generation: said.unwrap_or(1),
    })
}

/// SageMaker knows its objects by their names, and lets only domains have the same. One that has lost its tags would be
/// made again beside itself.
fn name_taken(
    key: &Key,
    change: &Change,
    want: &Network,
    live: &Live,
    replaced: &BTreeSet<Key>,
) -> Option<Problem> {
    let spec = change.want().filter(|_| key.kind.is_of_sagemaker() && change.makes())?;
    if first_number(key, live) != 1 {
        return None;
    }
    let mut others = live.called(key.kind, &key.name).filter(|(_, it)| {
        let is_ours = matches!(it.owner, Owner::Blueprint | Owner::Deposed { .. });
        !is_ours && sagemaker::share_names(spec, &by_id(&it.spec, replaced, live))
    });
    let (_, other) = others.next()?;
    let (id, blueprint) = (other.id.clone(), want.blueprint.clone());
    let owner = other.tags.get(tags::BLUEPRINT).filter(|it| **it != blueprint).cloned();
    Some(Problem::NameTaken { key: key.clone(), id, owner, blueprint })
}

/// A copied example must never eat another team's network, nor an edit what people have written. Who gives a domain up
/// gives up its profiles.
fn guarded(key: &Key, change: &Change, plan: &Plan, intent: &Intent) -> Option<Problem> {
    let is_lost = key.kind == Kind::Vpc || (key.kind.holds_data() && change.makes());
    let is_guarded = is_lost && !key.is_existing() && change.removes();
    let goes_too = |it: &Key| it.kind.holds_data() && plan.changes.get(it).is_some_and(Change::removes);
    let goes_with_another = || change.live().is_some_and(|it| it.spec.refs().into_iter().any(goes_too));
    if !is_guarded || intent.destroy || intent.replace.contains(key) || goes_with_another() {
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

fn blocked(key: &Key, change: &Change, plan: &Plan, live: &Live) -> Option<Problem> {
    let goes = |it: &Key| plan.changes.get(it).is_some_and(Change::removes);
    let keeps = |user: &&Key| match live.object(user).map(|it| &it.owner) {
        Some(Owner::Foreign) => !user.kind.goes_along(),
        Some(Owner::Derived { .. }) => !goes(user),
        _ => user.kind.is_run(),
    };
    let users = live.users(key).filter(keeps).map(|it| match it.is_existing() {
        true => format!("`{}`", it.name),
        false => format!("`{it}`"),
    });
    // What belongs to something that goes is waited for.
    let stays = |it: &&Stranger| it.of.is_empty() || !it.of.iter().all(goes);
    let strangers = live.strangers().iter().filter(|it| it.uses.contains(key)).filter(stays);
    let strangers = strangers.map(|it| format!("`{}` ({})", it.id, it.what));
    let by: Vec<String> = users.chain(strangers).collect();
    (!by.is_empty()).then(|| Problem::Blocked { key: key.clone(), by, is_replaced: change.makes() })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::cloud::Needs;
    use crate::graph::Graph;
    use crate::kinds::elastic_ip::ElasticIp;
    use crate::kinds::security_group::{Rules, SecurityGroup};
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

    /// Returns the world after somebody has taken tags away.
    fn without(live: &Live, key: &str, tags: &[&str]) -> Live {
        let mut live = live.clone();
        live.tamper_tags(&self::key(key), |it| tags.iter().for_each(|tag| drop(it.remove(*tag))));
        live.reassembled(&Needs { blueprint: "t".to_owned(), ..Needs::default() })
    }

    fn helps(want: &Network, live: &Live, intent: &Intent) -> String {
        let problems = plan(want, live, intent).problems;
        problems.iter().map(|it| format!("{it}\n  {}\n", it.help())).collect()
    }

    #[test]
    fn a_vpc_without_its_tags_is_given_them_back() {
        let group = SecurityGroup {
            vpc: key("vpc.main"),
            description: "a group".to_owned(),
            inbound: Rules::new(),
            outbound: Rules::new(),
        };
        let want = network([("vpc.main", vpc().into()), ("security-group.x", group.into())]);
        let built = reached(&want, &Live::default());
        let live = without(&built, "vpc.main", &[tags::BLUEPRINT, tags::KEY, tags::GENERATION]);
        assert_snapshot!(helps(&want, &live, &Intent::default()), @"
        what this blueprint has made lies in `vpc-00000000000000001`, which has no tags that say it is `vpc.main`: all of it would be replaced
          if it is `vpc.main`, give it back its tags: `aws ec2 create-tags --resources vpc-00000000000000001 --tags Key=palisade:blueprint,Value=t Key=palisade:key,Value=vpc.main Key=palisade:generation,Value=1`; if everything shall go to a new VPC, say `--replace vpc.main`
        ");
        let asked = Intent { replace: [key("vpc.main")].into(), ..Intent::default() };
        assert_snapshot!(helps(&want, &live, &asked), @"");
    }

    #[test]
    fn what_has_lost_its_key_is_given_it_back() {
        let cidr = "10.0.0.0/24".parse().expect("a block");
        let subnet = crate::kinds::subnet::Subnet {
            vpc: key("vpc.main"),
            cidr,
            ipv6: None,
            assign_ipv6: false,
            zone: "eu-west-1a".to_owned(),
            public_ip_on_launch: false,
            route_table: None,
            network_acl: None,
        };
        let want = network([("vpc.main", vpc().into()), ("subnet.x@a", subnet.into())]);
        let live = without(&reached(&want, &Live::default()), "subnet.x@a", &[tags::KEY, tags::GENERATION]);
        assert_snapshot!(helps(&want, &live, &Intent::default()), @"
        `subnet.x@a` cannot exist beside `subnet-00000000000000005`, which has lost the tags that say what it is
          if it is `subnet.x@a`, give it back its tags: `aws ec2 create-tags --resources subnet-00000000000000005 --tags Key=palisade:key,Value=subnet.x@a Key=palisade:generation,Value=1`
        ");
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
