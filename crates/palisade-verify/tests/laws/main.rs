//! Proofs held against an interpreter that knows of no sets: random packets on random networks.

mod otherwise;
mod scene;
mod steps;

use palisade_core::guarantee::{Expect, Place};
use palisade_verify::{Fault, Goal, Onwards, Origin, Outcome, Verdict, World, prove};
use scene::{Dice, Scene};

/// How many networks, and how many packets on each.
const N_NETWORKS: usize = 1000;
const N_GUARANTEES: usize = 5;
const N_PACKETS: usize = 72;

/// Whether a packet that was delivered has got to where a guarantee speaks of.
fn is_meant(goal: &Goal, to: &Place, scene: &Scene) -> bool {
    match (goal, to) {
        (Goal::Interface(key), Place::Tier(name)) => scene.terms.tiers[name].contains(key),
        (Goal::Interface(_), Place::Vpc) => true,
        (Goal::Interface(key), Place::Endpoint(endpoint)) => scene.stands_in(endpoint, key),
        (Goal::Internet, Place::Internet) => true,
        (Goal::Outside(_, onwards), Place::Internet) => *onwards == Onwards::Yes,
        (Goal::Outside(names, _), Place::Outside(name)) => names.contains(name),
        (Goal::Service(key), Place::Endpoint(endpoint)) => key == endpoint,
        _ => false,
    }
}

#[test]
fn a_packet_is_in_what_is_delivered_if_and_only_if_it_is_delivered() {
    let mut dice = Dice::new(1);
    let (mut n_packets, mut n_delivered) = (0, 0);
    for scene in Scene::sample(N_NETWORKS) {
        for _ in 0..N_GUARANTEES {
            let mut terms = scene.terms.clone();
            terms.guarantees = vec![scene.guarantee(&mut dice, Expect::OneWayIsolated)];
            let guarantee = &terms.guarantees[0];
            let world = World::wanted(&scene.network, &scene.live, &terms);
            let delivered = world.delivered(guarantee);
            for _ in 0..N_PACKETS {
                let question = scene.question(&mut dice, guarantee, &world);
                // What is sent to a public address may come back in; the interpreter follows it to the gateway only.
                let is_turned = !matches!(guarantee.to.place, Place::Internet | Place::Outside(_))
                    && world.is_public(question.packet.destination);
                if is_turned {
                    continue;
                }
                n_packets += 1;
                let trace = world.trace(&question);
                let (must, may) = (delivered.must.has(&question.packet), delivered.may.has(&question.packet));
                let expected = match &trace.forward.outcome {
                    Outcome::Delivered(goal) if is_meant(goal, &guarantee.to.place, &scene) => (true, true),
                    Outcome::Delivered(_) | Outcome::Dropped(_) => (false, false),
                    Outcome::Unknown(_) => (false, may),
                };
                n_delivered += usize::from(must);
                assert_eq!(
                    (must, may),
                    expected,
                    "{question:?}\n{trace:#?}\n{guarantee:?}\n{:#?}",
                    scene.network
                );
            }
        }
    }
    assert!(100_000 <= n_packets, "{n_packets}");
    assert!(n_packets < 20 * n_delivered, "{n_delivered} of {n_packets} are delivered: the test says little");
}

#[test]
fn a_packet_is_in_what_is_reached_if_and_only_if_its_reply_comes_back() {
    let mut dice = Dice::new(2);
    let (mut n_packets, mut n_reached, mut n_unanswered) = (0, 0, 0);
    for scene in Scene::sample(N_NETWORKS) {
        for _ in 0..N_GUARANTEES {
            let mut terms = scene.terms.clone();
            terms.guarantees = vec![scene.guarantee(&mut dice, Expect::Reachable)];
            let guarantee = &terms.guarantees[0];
            // Which addresses have to be reached is not known, and so what has to arrive is not.
            if scene.is_unlisted(&guarantee.to.place) {
                continue;
            }
            let world = World::wanted(&scene.network, &scene.live, &terms);
            let reached = world.reached(guarantee);
            for _ in 0..N_PACKETS {
                let question = scene.question(&mut dice, guarantee, &world);
                let trace = world.trace(&question);
                let is_there = match &trace.forward.outcome {
                    Outcome::Delivered(Goal::Service(_) | Goal::Outside(..))
                        if guarantee.to.place == Place::Internet =>
                    {
                        world.is_public(question.packet.destination)
                    }
                    Outcome::Delivered(goal) => is_meant(goal, &guarantee.to.place, &scene),
                    _ => false,
                };
                if scene.needs_address(&question, &trace) {
                    continue;
                }
                n_packets += 1;
                let (must, may) = (reached.must.has(&question.packet), reached.may.has(&question.packet));
                // What is over there may stop also what nothing answers.
                let is_far = matches!(trace.forward.outcome, Outcome::Delivered(Goal::Outside(..)))
                    || matches!(question.origin, Origin::Outside(_));
                let reply = trace.reply.as_ref().map(|it| &it.outcome);
                let expected = match (&trace.forward.outcome, reply) {
                    (Outcome::Delivered(_), None) if is_far => (false, is_there),
                    (Outcome::Delivered(_), None | Some(Outcome::Delivered(_))) => (is_there, is_there),
                    (Outcome::Delivered(_), Some(Outcome::Dropped(_))) | (Outcome::Dropped(_), _) => {
                        (false, false)
                    }
                    (Outcome::Unknown(_), _) | (_, Some(Outcome::Unknown(_))) => (false, may),
                };
                n_reached += usize::from(must);
                n_unanswered += usize::from(matches!(reply, Some(Outcome::Dropped(_))));
                assert_eq!(
                    (must, may),
                    expected,
                    "{question:?}\n{trace:#?}\n{guarantee:?}\n{:#?}",
                    scene.network
                );
            }
        }
    }
    assert!(100_000 <= n_packets, "{n_packets}");
    let is_telling = 3000 < n_reached && 300 < n_unanswered;
    assert!(is_telling, "{n_reached} are reached, {n_unanswered} are not answered: the test says little");
}

#[test]
fn a_witness_does_what_it_is_to_show() {
    let mut dice = Dice::new(3);
    let (mut n_broken, mut n_kept) = (0, 0);
    for scene in Scene::sample(N_NETWORKS) {
        let mut terms = scene.terms.clone();
        let expects = [Expect::OneWayIsolated, Expect::Isolated, Expect::Reachable];
        terms.guarantees = expects.into_iter().map(|it| scene.guarantee(&mut dice, it)).collect();
        let world = World::wanted(&scene.network, &scene.live, &terms);
        for proof in prove(&world) {
            let Verdict::Broken(witness) = &proof.verdict else {
                n_kept += usize::from(proof.verdict == Verdict::Holds);
                continue;
            };
            n_broken += 1;
            for question in witness.questions(&world, proof.guarantee) {
                let trace = world.trace(&question);
                let comes_back =
                    trace.reply.as_ref().is_none_or(|it| matches!(it.outcome, Outcome::Delivered(_)));
                let is_needed = scene.needs_address(&question, &trace);
                match witness.fault {
                    Fault::Delivered | Fault::PassedBy => {
                        assert!(trace.is_delivered(), "{witness:?} {trace:#?}");
                    }
                    Fault::Lost => {
                        let is_there = match &trace.forward.outcome {
                            Outcome::Delivered(goal) => is_meant(goal, &proof.guarantee.to.place, &scene),
                            _ => false,
                        };
                        let is_lost = !is_there || !comes_back || is_needed;
                        assert!(is_lost, "{:?} {witness:?} {trace:#?}", proof.guarantee);
                    }
                }
            }
        }
    }
    assert!(500 < n_broken && 500 < n_kept, "{n_broken} broken, {n_kept} kept");
}
