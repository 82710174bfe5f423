//! Blueprints with a hole that is easily overlooked, each beside its sound twin.
//!
//! The table is data: what is added to `base.toml`, what is promised, and the few characters that break the promise. Of
//! each it is insisted that the twin is proved as a whole, that the hole is found with this packet, at this hop, for this
//! line, and that the same packet fares otherwise in the twin, as [`palisade_verify::World::trace`] tells it, which knows
//! nothing of the proof.

use std::collections::BTreeSet;

use palisade_core::guarantee::Guarantee;
use palisade_verify::{
    Goal, Leg, Outcome, Passes, Question, Step, Trace, Verdict, Witness, assumptions, prove,
};

use self::scene::Scene;
use self::table::{BASE, N_PAIRS_MIN, Pair, SUBJECTS};

mod no_effect;
mod scene;
mod table;

#[test]
fn there_are_enough_of_them() {
    let pairs: Vec<Pair> = SUBJECTS.iter().flat_map(|(_, text)| table::pairs_of(text)).collect();
    let names: BTreeSet<&str> = pairs.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), pairs.len(), "names are unique");
    assert!(N_PAIRS_MIN <= pairs.len(), "there are {}", pairs.len());
    assert!(pairs.iter().all(|it| !it.why.is_empty()), "each says what overlooks it");
}

#[test]
fn of_routes() {
    check_all("routes");
}

#[test]
fn of_network_acls() {
    check_all("acls");
}

#[test]
fn of_groups_and_endpoints() {
    check_all("groups");
}

/// An endpoint's policy decides about requests, and is no business of packets: the proof is the same with and without,
/// says that it has not looked, and what lacks is a warning on the endpoint's line.
#[test]
fn an_endpoint_that_serves_any_bucket() {
    const POLICY: &str = r#"policy = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mine/*"}}'"#;
    let promise = "[[guarantees]]\nname = \"promise\"\nfrom = \"tier:training\"\nto = \"service:s3\"\n\
                   expect = \"only-via\"\nvia = \"endpoint:s3\"\n";
    let (hole, sound) = (format!("{BASE}\n{promise}"), format!("{BASE}{POLICY}\n\n{promise}"));
    let scenes = [hole, sound].map(|it| Scene::read(&it).expect("a blueprint"));
    assert_eq!(scenes[0].warnings(), ["s3-any-bucket: [endpoints.s3]"]);
    assert_eq!(scenes[1].warnings(), [""; 0]);
    for scene in &scenes {
        assert!(scene.not_kept().is_empty(), "{:?}", scene.not_kept());
        assert!(assumptions(&scene.world()).iter().any(|it| it.starts_with("endpoint policies")));
    }
}

/// Checks every pair of a subject, and tells all that is wrong at once.
fn check_all(subject: &str) {
    let (_, text) = SUBJECTS.iter().find(|(name, _)| *name == subject).expect("a subject of the table");
    let wrong: Vec<String> = table::pairs_of(text).iter().filter_map(|it| check(it).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(pair: &Pair) -> Result<(), String> {
    let wrong = |what: &str| format!("{}: {what}", pair.name);
    let sound = Scene::read(&pair.sound()).map_err(|it| wrong(&format!("the twin: {it}")))?;
    let not_kept = sound.not_kept();
    if !not_kept.is_empty() {
        return Err(wrong(&format!("the sound twin is not proved: {not_kept:?}")));
    }
    let hole = Scene::read(&pair.hole()).map_err(|it| wrong(&it))?;
    let world = hole.world();
    let proofs = prove(&world);
    let proof = proofs.iter().find(|it| it.guarantee.name == pair.breaks).expect("a promise of this name");
    let Verdict::Broken(witness) = &proof.verdict else {
        return Err(wrong(&format!("the hole is not found: {:?}", proof.verdict)));
    };
    let question = question(&hole, witness, proof.guarantee);
    let found = world.trace(&question);
    let twin = sound.world().trace(&sound.with_its_groups(question, &pair.breaks));
    let seen = (witness.packet.to_string(), told(&found), pair.twin.as_ref().map(|_| told(&twin)));
    if seen != (pair.packet.clone(), pair.ends.clone(), pair.twin.clone()) {
        return Err(wrong(&format!("{seen:#?}\n{}", steps(&hole, &found))));
    }
    if pair.twin.is_some() && found == twin {
        return Err(wrong("the packet fares alike in the sound twin"));
    }
    let is_pinned = |step: &&Step| at(step) == pair.at && line(&hole, step) == pair.line.trim();
    let pinned = legs(&found).flat_map(|it| &it.steps).find(is_pinned);
    match pinned {
        None => Err(wrong(&format!("the hop is not told\n{}", steps(&hole, &found)))),
        // What is lost is lost there.
        Some(step) if found.is_delivered() || step.passes == Passes::No => Ok(()),
        Some(_) => Err(wrong("this hop lets it pass")),
    }
}

/// The packet as it decides: as it comes back in, if the internet gateway turns it around.
fn question(hole: &Scene, witness: &Witness, guarantee: &Guarantee) -> Question {
    let questions = witness.questions(&hole.world(), guarantee);
    questions.last().expect("one packet at least").clone()
}

fn legs(trace: &Trace) -> impl Iterator<Item = &Leg> {
    [&trace.forward].into_iter().chain(&trace.reply)
}

/// What becomes of a packet and its reply.
fn told(trace: &Trace) -> String {
    let one = |leg: &Leg| match &leg.outcome {
        Outcome::Delivered(Goal::Interface(key)) => format!("at {key}"),
        Outcome::Delivered(Goal::Internet) => "at the internet".to_owned(),
        Outcome::Delivered(Goal::Service(endpoint)) => format!("at the service of {endpoint}"),
        Outcome::Delivered(Goal::Outside(names, _)) => format!("beyond the gateway {names:?}"),
        Outcome::Dropped(drop) => drop.code().to_owned(),
        Outcome::Unknown(doubt) => doubt.to_string(),
    };
    legs(trace).map(one).collect::<Vec<String>>().join(" / ")
}

fn at(step: &Step) -> String {
    step.by.as_ref().map_or_else(|| step.text.clone(), ToString::to_string)
}

/// The line of the blueprint that a step comes from.
fn line(scene: &Scene, step: &Step) -> String {
    step.by.as_ref().and_then(|it| scene.line_of(it)).unwrap_or_default()
}

fn steps(scene: &Scene, trace: &Trace) -> String {
    let one = |step: &Step| format!("{:?} {} | {}\n", step.passes, at(step), line(scene, step));
    legs(trace).flat_map(|it| &it.steps).map(one).collect()
}
