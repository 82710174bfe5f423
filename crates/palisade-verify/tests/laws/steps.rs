//! No state of a plan that passes lets through what is promised not to be: asked of the interpreter, packet by packet,
//! after every request.

use palisade_core::guarantee::{Expect, Place};
use palisade_core::kinds::InSpec;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Graph, Intent, Kind, Live, Owner, plan, rehearse};
use palisade_testkit::networks::{Edit, edits, sample};
use palisade_verify::{Outcome, Question, Verdict, World, prove, safeguard};

use crate::is_meant;
use crate::scene::{Dice, Scene};

const N_EDITS: usize = 400;
const N_PROMISES: usize = 4;
const N_PACKETS: usize = 12;

/// What has become of the plans.
#[derive(Debug, Default)]
struct Count {
    passed: usize,
    reordered: usize,
    stopped: usize,
    packets: usize,
    live_promises: usize,
}

#[test]
fn no_state_of_a_plan_that_passes_breaks_a_promise() {
    let mut dice = Dice::new(4);
    let mut count = Count::default();
    for edit in sample(&edits(), N_EDITS) {
        if let Some((live, scene)) = applied(edit, &mut dice) {
            follow(&live, scene, &mut dice, &mut count);
        }
    }
    assert!(100 < count.passed && 0 < count.stopped + count.reordered, "{count:?}");
    assert!(10_000 < count.packets && 100 < count.live_promises, "{count:?}");
}

/// Returns what there is once the first network has been built, and the second one.
fn applied(edit: Edit, dice: &mut Dice) -> Option<(Live, Scene)> {
    let Edit { world, first, second, .. } = edit;
    let first = Scene::new(world.clone(), first, dice);
    let live = reached(&first, &world)?;
    let second = Scene::new(live.clone(), second, dice);
    (!second.terms.tiers.is_empty()).then_some((live, second))
}

fn reached(scene: &Scene, live: &Live) -> Option<Live> {
    let plan = plan(&scene.network, live, &Intent::default());
    let graph = plan.problems.is_empty().then(|| Graph::new(&plan, &scene.network, live))?;
    rehearse(&graph.ok()?, live, |_, _, _| {}).ok()
}

/// Proves a plan, and asks after every request of it.
fn follow(live: &Live, mut scene: Scene, dice: &mut Dice, count: &mut Count) {
    let expects = [Expect::Isolated, Expect::OneWayIsolated];
    let promises = (0..N_PROMISES).map(|at| scene.guarantee(dice, expects[at % 2].clone()));
    scene.terms.guarantees = promises.collect();
    // What would be broken at the end stops a plan before its steps are looked at.
    let world = World::wanted(&scene.network, live, &scene.terms);
    let proofs = prove(&world).into_iter().filter(|it| it.verdict == Verdict::Holds);
    scene.terms.guarantees = proofs.map(|it| it.guarantee.clone()).collect();
    let plan = plan(&scene.network, live, &Intent::default());
    if !plan.problems.is_empty() || plan.changes.is_empty() {
        return;
    }
    let Ok(graph) = Graph::new(&plan, &scene.network, live) else { return };
    let rehearsed = graph.order.clone();
    let Ok(graph) = safeguard(&plan, graph, &scene.network, live, &scene.terms).expect("a rehearsal") else {
        count.stopped += 1;
        return;
    };
    count.passed += 1;
    count.reordered += usize::from(graph.order != rehearsed);
    let wanted = World::wanted(&scene.network, live, &scene.terms);
    let start = World::live(live, &scene.terms);
    let kept: Vec<_> = prove(&start).into_iter().filter(|it| it.verdict == Verdict::Holds).collect();
    count.live_promises += kept.len();
    let mut questions = Vec::new();
    for proof in &kept {
        let asked = (0..N_PACKETS).map(|_| scene.question(dice, proof.guarantee, &wanted));
        questions.extend(asked.map(|it| (proof.guarantee, it)));
    }
    rehearse(&graph, live, |step, call, state| {
        let world = World::live(state, &scene.terms);
        for (guarantee, question) in &questions {
            if !is_settled(question, state, &scene) || !is_there(&guarantee.to.place, state, &scene) {
                continue;
            }
            count.packets += 1;
            let trace = world.trace(question);
            let Outcome::Delivered(goal) = &trace.forward.outcome else { continue };
            assert!(
                !is_meant(goal, &guarantee.to.place, &scene),
                "`{call}` of `{step}` lets {question:?} through, of {guarantee:?}\n{trace:#?}"
            );
        }
    })
    .expect("the same rehearsal");
}

/// Whether the interfaces of an endpoint are where they are wanted.
fn is_there(place: &Place, state: &Live, scene: &Scene) -> bool {
    match place {
        Place::Endpoint(key) => {
            state.object(key).is_some_and(|it| scene.network.resources.get(key) == Some(&it.spec))
        }
        _ => true,
    }
}

/// Whether the subnets of a packet are as they are wanted, so that somebody can be there, and carry what is carried.
fn is_settled(question: &Question, state: &Live, scene: &Scene) -> bool {
    let carried = question.sender.known().iter().chain(question.receiver.known());
    if !carried.into_iter().all(|it| state.find(it).is_some()) {
        return false;
    }
    // Who has no ACL of its own follows that of the VPC.
    let vpc = state.of_kind(Kind::Vpc).find(|(_, it)| it.owner == Owner::Blueprint);
    if vpc.is_some_and(|(key, it)| scene.network.resources.get(key).is_none_or(|wanted| *wanted != it.spec)) {
        return false;
    }
    let ends = [question.packet.source, question.packet.destination];
    let mut subnets = state.of_kind(Kind::Subnet).filter(|(_, it)| {
        Subnet::of(&it.spec).is_some_and(|it| {
            ends.iter().any(|end| match end {
                std::net::IpAddr::V4(end) => it.cidr.contains(end),
                std::net::IpAddr::V6(_) => true,
            })
        })
    });
    subnets.all(|(key, it)| scene.network.resources.get(key).is_none_or(|wanted| *wanted == it.spec))
}
