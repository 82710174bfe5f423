//! Shipped networks, killed at each request in turn: before it is sent, and after it was carried out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use palisade_blueprint::{Draft, Input, Parsed, parse};
use palisade_core::{Graph, Live, Network};
use palisade_engine::Run;
use palisade_testkit::faults::{Fault, FaultyCloud};
use palisade_testkit::lives::let_time_pass;
use proptest::prelude::*;

use crate::scene::{assert_landed, carried_out, cloud, in_virtual_time, intended, needs, reach, read, world};

/// A network, and an edit of it that replaces things.
struct Case {
    name: &'static str,
    /// What stands in the blueprint, and what in its place makes much of the network anew.
    edits: &'static [(&'static str, &'static str)],
    /// The keys that the edit replaces, some of them at least.
    replaced: &'static [&'static str],
}

const ML_3AZ: Case = Case {
    name: "ml-3az",
    edits: &[
        ("cidr  = \"10.40.32.0/20\"", "cidr  = \"10.40.48.0/20\""),
        ("description = \"databases\"", "description = \"the databases\""),
        ("description = \"interface endpoints\"", "description = \"the interface endpoints\""),
        ("route = \"nat\"", "route = \"isolated\""),
    ],
    replaced: &["subnet.data@a", "security-group.database", "security-group.endpoints"],
};

const PRIVATE_TRAINING: Case = Case {
    name: "private-training",
    edits: &[
        ("cidr  = \"10.20.0.0/18\"", "cidr  = \"10.20.64.0/18\""),
        ("description = \"training jobs: S3 only\"", "description = \"jobs: S3 only\""),
    ],
    replaced: &["subnet.training@a", "security-group.training"],
};

#[test]
fn an_apply_of_ml_3az_lands_whenever_it_is_killed() {
    ML_3AZ.lands_whenever_it_is_killed(Phase::Apply);
}

#[test]
fn an_edit_of_ml_3az_lands_whenever_it_is_killed() {
    ML_3AZ.lands_whenever_it_is_killed(Phase::Edit);
}

#[test]
fn a_destroy_of_ml_3az_lands_whenever_it_is_killed() {
    ML_3AZ.lands_whenever_it_is_killed(Phase::Destroy);
}

#[test]
fn private_training_lands_whenever_it_is_killed() {
    for phase in [Phase::Apply, Phase::Edit, Phase::Destroy] {
        PRIVATE_TRAINING.lands_whenever_it_is_killed(phase);
    }
}

/// What is killed.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The making of all of it.
    Apply,
    /// The edit.
    Edit,
    /// The end of what has been edited.
    Destroy,
}

impl Case {
    #[expect(clippy::print_stdout, reason = "whoever asks how much has been tried runs it with --nocapture")]
    fn lands_whenever_it_is_killed(&self, phase: Phase) {
        let text = shipped(self.name);
        let edited = self.edits.iter().fold(text.clone(), |text, (old, new)| {
            assert_eq!(text.matches(old).count(), 1, "`{old}` must be there once");
            text.replace(old, new)
        });
        let (first, second) = (draft(&text), draft(&edited));
        let end = in_virtual_time(async {
            let nothing = Live::default();
            if let Phase::Apply = phase {
                return Way::To(&first).killed_everywhere(nothing).await;
            }
            let built = Way::To(&first).undisturbed(nothing).await?;
            if let Phase::Edit = phase {
                return Way::To(&second).killed_everywhere(built).await;
            }
            let edited = Way::To(&second).undisturbed(built.clone()).await?;
            for key in self.replaced {
                let id = |live: &Live| live.object(&key.parse().ok()?).map(|it| it.id.clone());
                prop_assert!(id(&built) != id(&edited), "{key} is to be replaced");
            }
            Way::ToNothing(&second).killed_everywhere(edited).await
        });
        let n_points = end.unwrap_or_else(|error| panic!("{}, {phase:?}: {error}", self.name));
        println!("{}, {phase:?}: {n_points} points", self.name);
    }
}

/// What a run is for.
#[derive(Clone, Copy)]
enum Way<'a> {
    To(&'a Draft),
    ToNothing(&'a Draft),
}

impl Way<'_> {
    /// What the blueprint wants where this is there: the account decides about some of it, such as free slots.
    fn want(self, live: &Live) -> Network {
        match self {
            Way::To(draft) => draft.resolve(&draft.fixtures(), live).expect("it fits the account").network,
            Way::ToNothing(draft) => draft.nothing(live),
        }
    }

    /// Goes there from `live`, and returns what is there then.
    async fn undisturbed(self, live: Live) -> Result<Live, TestCaseError> {
        let cloud = calm(live);
        self.lands(&cloud).await?;
        let end = cloud.memory.world().live.clone();
        Ok(end)
    }

    /// Goes there from `live`, once for each point at which it can be killed; returns how many there are.
    async fn killed_everywhere(self, live: Live) -> Result<usize, TestCaseError> {
        let undisturbed = calm(live.clone());
        let want = self.want(&live);
        let needs = needs(&want);
        let live = read(&undisturbed, &needs).await.live;
        let graph = Graph::new(&intended(&want, &live), &want, &live).expect("a plan can be ordered");
        let run = Run { graph: &graph, live: &live, needs: &needs };
        carried_out(&undisturbed, run).await;
        let n_requests = undisturbed.n_calls();
        prop_assert!(10 < n_requests, "{n_requests} requests are no test");
        for n in 0..n_requests {
            for fault in [Fault::KilledBefore, Fault::KilledAfter] {
                let faults = BTreeMap::from([(n, fault)]);
                let killed = cloud(world(live.clone()), faults, LATENCY_MS.to_vec());
                carried_out(&killed, run).await;
                prop_assert!(killed.killed.is_cancelled(), "nobody was killed at request {n}");
                let mut left = killed.memory.world().live.clone();
                let_time_pass(&mut left);
                let told = |error| TestCaseError::fail(format!("{fault:?} at request {n}: {error}"));
                self.undisturbed(left).await.map_err(told)?;
            }
        }
        Ok(2 * n_requests)
    }

    /// Goes there, and insists on the end of it.
    async fn lands(self, cloud: &Arc<FaultyCloud>) -> Result<(), TestCaseError> {
        let live = cloud.memory.world().live.clone();
        let (plan, report) = reach(cloud, &self.want(&live)).await;
        prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
        prop_assert!(report.is_complete(), "{:#?}", report.failed);
        let live = cloud.memory.world().live.clone();
        assert_landed(cloud, &self.want(&live)).await
    }
}

fn calm(live: Live) -> Arc<FaultyCloud> {
    cloud(world(live), BTreeMap::new(), LATENCY_MS.to_vec())
}

/// Different ones, so that the requests of parallel steps mix.
const LATENCY_MS: [u8; 5] = [20, 35, 5, 50, 11];

pub(crate) fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints").join(name);
    std::fs::read_to_string(path.with_extension("toml")).expect("a shipped blueprint")
}

pub(crate) fn draft(text: &str) -> Draft {
    let input = Input { name: "blueprint.toml", text, sets: &[] };
    let Parsed { draft, diagnostics, .. } = parse(&input, &|_| Err("no such file".to_owned()));
    draft.unwrap_or_else(|| panic!("{diagnostics:?}"))
}
