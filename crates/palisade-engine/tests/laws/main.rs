//! The laws: whatever the two networks, whatever goes wrong, the next apply lands on the blueprint.

use std::collections::BTreeMap;

use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::Traffic;
use palisade_core::{
    Change, Graph, Key, Kind, Live, Moves, Network, Object, Observed, Owner, Plan, Problem, Spec, Tags,
    rehearse, tags,
};
use palisade_testkit::drift::tamperings;
use palisade_testkit::faults::{FaultyCloud, faults};
use palisade_testkit::lives::{add_foreign_domain, let_time_pass, lives, set_jobs_running};
use palisade_testkit::networks::{Edit, edits, networks, renamings};
use palisade_testkit::worlds::{elders, with_elders};
use proptest::prelude::*;

use fates::{fates, stays};
use scene::{
    assert_landed, built, cloud, foreign_objects, ids, in_virtual_time, intended, leave_alone,
    lies_elsewhere, lived, needs, reach, seen_for, world,
};

mod crash_points;
mod fates;
mod pacing;
mod scene;
mod storms;

/// Twice as many cases as proptest's usual number, which `PROPTEST_CASES` sets.
///
/// The seed is fixed in `.cargo/config.toml`, so that a test that passes passes again; `make explore` takes new ones.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: 2 * usual.cases, failure_persistence: None, ..usual }
}

fn latencies() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0u8..50, 1..20)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn one_apply_converges(edit in edits(), latency in latencies()) {
        in_virtual_time(async {
            let cloud = cloud(world(edit.world), BTreeMap::new(), latency);
            for want in [&edit.first, &edit.second] {
                let (plan, report) = reach(&cloud, want).await;
                prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
                prop_assert!(report.is_complete(), "{report:#?}");
                assert_landed(&cloud, want).await?;
                edit.life.happen(&mut cloud.memory.world().live);
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_fault_at_any_call_heals_on_the_next_apply(
        edit in edits(),
        at in 0usize..60,
        again in 0usize..20,
        fault in faults(),
        latency in latencies(),
    ) {
        in_virtual_time(async {
            let Edit { world, first, life, second } = edit;
            let mut world = lived(world, &first, &life).await?;
            for at in [at, again] {
                let faulty = cloud(world, BTreeMap::from([(at, fault)]), latency.clone());
                let (plan, _) = reach(&faulty, &second).await;
                prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
                world = faulty.memory.world().clone();
                let_time_pass(&mut world.live);
            }
            let after = cloud(world, BTreeMap::new(), latency);
            let (plan, report) = reach(&after, &second).await;
            prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
            prop_assert!(report.is_complete(), "{report:#?}");
            assert_landed(&after, &second).await
        })?;
    }

    #[test]
    fn nothing_foreign_is_ever_changed(edit in edits(), uses_group in any::<bool>()) {
        in_virtual_time(async {
            let cloud = cloud(lived(edit.world, &edit.first, &edit.life).await?, BTreeMap::new(), vec![1]);
            add_foreign_objects(&mut cloud.memory.world().live, uses_group);
            let before = cloud.memory.world().clone();
            let (plan, report) = reach(&cloud, &edit.second).await;
            let after = cloud.memory.world().clone();
            prop_assert_eq!(foreign_objects(&before.live), foreign_objects(&after.live));
            if plan.problems.is_empty() {
                prop_assert!(report.is_complete(), "{report:#?}");
                assert_landed(&cloud, &edit.second).await?;
            } else {
                prop_assert_eq!(seen_for(&edit.second, before.live).await, after.live);
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_packet_that_passes_before_and_after_is_stopped_between_nor_the_other_way_round(edit in edits()) {
        let Edit { world, first, life, second } = edit;
        let live = in_virtual_time(async {
            let lived = lived(world, &first, &life).await?;
            Ok::<Live, TestCaseError>(seen_for(&second, lived.live).await)
        })?;
        let plan = intended(&second, &live);
        let graph = Graph::new(&plan, &second, &live).expect("a plan can be ordered");
        let must_stay = stays(&plan, &second, &live);
        let mut missing = Vec::new();
        rehearse(&graph, &live, |step, call, live| {
            let now = fates(live);
            missing.extend(must_stay.difference(&now).map(|it| format!("{it:?} after {call} of {step}")));
        })
        .expect("a plan can be rehearsed");
        prop_assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn what_only_moves_keeps_its_id_and_changes_its_tags_alone(
        edit in renamings(),
        at in 0usize..20,
        fault in faults(),
    ) {
        in_virtual_time(async {
            let Edit { world, first, life: _, second } = edit;
            let world = built(world, &first).await?;
            let before = ids(&seen_for(&second, world.live.clone()).await);
            let faulty = cloud(world, BTreeMap::from([(at, fault)]), vec![1]);
            let (plan, _) = reach(&faulty, &second).await;
            prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
            prop_assert!(plan.changes.values().all(changes_tags_alone), "{:#?}", plan.changes);
            let after = cloud(faulty.memory.world().clone(), BTreeMap::new(), vec![1]);
            let (plan, report) = reach(&after, &second).await;
            prop_assert!(plan.changes.values().all(changes_tags_alone), "{:#?}", plan.changes);
            prop_assert!(report.is_complete(), "{report:#?}");
            assert_landed(&after, &second).await?;
            prop_assert_eq!(ids(&after.memory.world().live), before);
            // The list of renames may go when they are done.
            let forgotten = Network { moves: Moves::default(), ..second };
            let (plan, report) = reach(&after, &forgotten).await;
            prop_assert!(plan.changes.values().all(changes_tags_alone), "{:#?}", plan.changes);
            prop_assert!(report.is_complete(), "{report:#?}");
            assert_landed(&after, &forgotten).await
        })?;
    }

    #[test]
    fn what_is_kept_and_moves_keeps_its_id(edit in edits(), at in 0usize..60, fault in faults()) {
        in_virtual_time(async {
            let Edit { world, first, life, second } = edit;
            let world = lived(world, &first, &life).await?;
            let mut before = ids(&seen_for(&second, world.live.clone()).await);
            let faulty = cloud(world, BTreeMap::from([(at, fault)]), vec![1]);
            let (plan, _) = reach(&faulty, &second).await;
            let after = cloud(later(&faulty), BTreeMap::new(), vec![1]);
            let (again, report) = reach(&after, &second).await;
            prop_assert!(again.problems.is_empty(), "{:#?}", again.problems);
            prop_assert!(report.is_complete(), "{report:#?}");
            let changed = |key: &Key| {
                let of = |plan: &Plan| plan.changes.get(key).is_some_and(Change::removes);
                of(&plan) || of(&again)
            };
            before.retain(|key, _| !changed(key));
            let now = ids(&after.memory.world().live);
            for (key, id) in before {
                prop_assert_eq!(now.get(&key), Some(&id), "{}", key);
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_done_by_hand_is_seen_and_undone(
        (live, want) in networks(),
        life in lives(),
        tamperings in tamperings(),
        latency in latencies(),
    ) {
        in_virtual_time(async {
            let cloud = cloud(lived(live, &want, &life).await?, BTreeMap::new(), latency);
            let before = cloud.memory.world().live.clone();
            let deeds: Vec<_> = {
                let live = &mut cloud.memory.world().live;
                tamperings.iter().filter_map(|it| it.apply(live)).collect()
            };
            let tampered = cloud.memory.world().live.clone();
            let (plan, report) = reach(&cloud, &want).await;
            prop_assert!(plan.problems.is_empty(), "{:#?} after {deeds:#?}", plan.problems);
            for (key, deed) in &deeds {
                let is_as_before = visible(&before, key, &want) == visible(&tampered, key, &want);
                prop_assert!(is_as_before || plan.changes.contains_key(key), "{key} after {deed}");
            }
            prop_assert!(report.is_complete(), "{report:#?} after {deeds:#?}");
            assert_landed(&cloud, &want).await?;
            prop_assert_eq!(foreign_objects(&before), foreign_objects(&cloud.memory.world().live));
            Ok(())
        })?;
    }

    #[test]
    fn what_earlier_runs_left_over_goes((live, want) in networks(), elders in elders(), latency in latencies()) {
        in_virtual_time(async {
            let built = built(live, &want).await?;
            let live = with_elders(&built.live, &elders, &needs(&want));
            let before = ids(&live);
            let cloud = cloud(world(live), BTreeMap::new(), latency);
            let (plan, report) = reach(&cloud, &want).await;
            prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
            prop_assert!(report.is_complete(), "{report:#?}");
            assert_landed(&cloud, &want).await?;
            let after = ids(&cloud.memory.world().live);
            for key in want.resources.keys() {
                prop_assert_eq!(before.get(key), after.get(key));
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_protected_is_never_deleted_or_replaced(
        edit in edits(),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        at in 0usize..60,
        fault in faults(),
    ) {
        in_virtual_time(async {
            let Edit { world, mut first, life, second } = edit;
            let keys: Vec<Key> = first.resources.keys().cloned().collect();
            first.protected = chosen.iter().map(|it| it.get(&keys).clone()).collect();
            let world = lived(world, &first, &life).await?;
            let kept: Vec<String> = first.protected.iter().map(|it| ids(&world.live)[it].clone()).collect();
            let faulty = cloud(world, BTreeMap::from([(at, fault)]), vec![1]);
            let (plan, _) = reach(&faulty, &second).await;
            let there = ids(&faulty.memory.world().live);
            for id in &kept {
                prop_assert!(there.values().any(|it| it == id), "{id}");
            }
            // What is no longer protected by its line loses its tag when nothing else forbids the plan.
            let is_free = plan.problems.is_empty();
            prop_assert!(is_free || plan.problems.iter().all(|it| matches!(it, Problem::Protected { .. })), "{:#?}", plan.problems);
            if is_free {
                let after = cloud(later(&faulty), BTreeMap::new(), vec![1]);
                let (plan, report) = reach(&after, &second).await;
                prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
                prop_assert!(report.is_complete(), "{report:#?}");
                assert_landed(&after, &second).await?;
            }
            Ok(())
        })?;
    }

    /// Records of what has run stay: nothing can run again under their names. So does what AWS has made for ours in a
    /// place that others have built.
    #[test]
    fn destroy_leaves_what_was_there_before_and_records((live, first) in networks(), life in lives()) {
        in_virtual_time(async {
            let before = foreign_objects(&live);
            let cloud = cloud(lived(live, &first, &life).await?, BTreeMap::new(), vec![1]);
            let runs = ids(&cloud.memory.world().live).into_iter().filter(|(key, _)| key.kind.is_run());
            let runs: Vec<String> = runs.map(|(_, id)| id).collect();
            let (plan, report) = reach(&cloud, &Network::empty(&first.blueprint)).await;
            prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
            prop_assert!(report.is_complete(), "{report:#?}");
            let after = &cloud.memory.world().live;
            let stays = |it: &&Object| it.owner != Owner::Foreign && !lies_elsewhere(it, after);
            let left = after.objects().values().filter(stays).map(|it| it.id.clone());
            prop_assert_eq!(left.collect::<Vec<String>>(), runs);
            prop_assert_eq!(foreign_objects(after), before);
            prop_assert_eq!(after.strangers(), []);
            Ok(())
        })?;
    }

    #[test]
    fn what_runs_keeps_its_place_and_only_that(edit in edits()) {
        in_virtual_time(async {
            let Edit { world, first, life, second } = edit;
            let mut world = lived(world, &first, &life).await?;
            set_jobs_running(&mut world.live, &first, true);
            let before = seen_for(&second, world.live.clone()).await;
            let busy = cloud(world, BTreeMap::new(), vec![1]);
            let (plan, report) = reach(&busy, &second).await;
            let job = |it: &&Key| it.kind.is_run();
            let places: Vec<&Key> = before.objects().iter().filter(|(key, _)| job(key)).flat_map(|(_, it)| it.spec.names()).collect();
            let is_place = |it: &Problem| matches!(it, Problem::Blocked { key, .. } if places.contains(&key));
            prop_assert!(plan.problems.iter().all(is_place), "{:#?}", plan.problems);
            if plan.problems.is_empty() {
                prop_assert!(report.is_complete(), "{report:#?}");
                assert_landed(&busy, &second).await?;
            } else {
                prop_assert_eq!(&before, &busy.memory.world().live);
            }
            let mut world = busy.memory.world().clone();
            set_jobs_running(&mut world.live, &first, false);
            let idle = cloud(world, BTreeMap::new(), vec![1]);
            let (plan, report) = reach(&idle, &second).await;
            prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
            prop_assert!(report.is_complete(), "{report:#?}");
            assert_landed(&idle, &second).await
        })?;
    }

    #[test]
    fn a_run_is_never_another_one_under_its_name((live, want) in networks(), is_elsewhere in any::<bool>()) {
        in_virtual_time(async {
            let world = built(live, &want).await?;
            let mut other = want.clone();
            let mut runs = Vec::new();
            for (key, spec) in other.resources.iter_mut().filter(|(key, _)| key.kind.is_run()) {
                runs.push(key.clone());
                match spec {
                    _ if is_elsewhere => {
                        let memo = other.memos.entry(key.clone()).or_default();
                        memo.insert(tags::VPC_CONFIG.to_owned(), "elsewhere".to_owned());
                    }
                    Spec::TrainingJob(it) => it.settings.insert("RoleArn", "other"),
                    Spec::ProcessingJob(it) => it.settings.insert("RoleArn", "other"),
                    _ => {}
                }
            }
            let cloud = cloud(world, BTreeMap::new(), vec![1]);
            let before = cloud.memory.world().clone();
            let (plan, _) = reach(&cloud, &other).await;
            let told = plan.problems.iter().filter_map(|it| match it {
                Problem::RunChanged { key, .. } => Some(key.clone()),
                _ => None,
            });
            prop_assert_eq!(told.collect::<Vec<Key>>(), runs);
            prop_assert_eq!(&before.live, &cloud.memory.world().live);
            Ok(())
        })?;
    }
}

/// Returns the world as it is some time after a run.
fn later(cloud: &FaultyCloud) -> Observed {
    let mut world = cloud.memory.world().clone();
    let_time_pass(&mut world.live);
    world
}

fn changes_tags_alone(change: &Change) -> bool {
    matches!(change, Change::Update { diff, .. } if diff.is_empty())
}

/// What a plan looks at of an object: what is left alone, it does not.
fn visible(live: &Live, key: &Key, want: &Network) -> Option<(Spec, Tags)> {
    let object = live.object(key)?;
    let wanted = want.resources.get(key)?;
    // What is as it shall be, but for what is left alone, is seen as what is wanted.
    let mut left_alone = wanted.clone();
    leave_alone(&mut left_alone, &object.spec);
    let spec = if left_alone == object.spec { wanted } else { &object.spec };
    Some((spec.clone(), object.tags.clone()))
}

/// A colleague's subnet beside ours with a domain in it, and a group that may name one of ours.
fn add_foreign_objects(live: &mut Live, uses_group: bool) {
    let vpc = Key::new(Kind::Vpc, "main");
    let subnet = Subnet {
        vpc: vpc.clone(),
        cidr: "10.0.99.0/24".parse().expect("a CIDR"),
        ipv6: None,
        assign_ipv6: false,
        zone: "us-east-1a".to_owned(),
        public_ip_on_launch: true,
        route_table: None,
        network_acl: None,
    };
    live.insert_foreign("subnet-foreign", subnet);
    let ours = Key::new(Kind::SecurityGroup, "n0");
    let mut inbound = Rules::new();
    if uses_group && live.object(&ours).is_some() {
        inbound.insert(Rule { traffic: Traffic::All, peer: Peer::Group(ours) }, String::new());
    }
    let group = SecurityGroup { vpc, description: "theirs".to_owned(), inbound, outbound: Rules::new() };
    live.insert_foreign("sg-foreign", group);
    add_foreign_domain(live, &Key::new(Kind::Vpc, "main"), &Key::new(Kind::Subnet, "subnet-foreign"));
}
