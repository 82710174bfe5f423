//! Two clouds that are asked for the same: an emulator through the real client, and the one in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;
use std::time::Duration;

use palisade_aws::{Aws, Settings};
use palisade_blueprint::{Draft, Input};
use palisade_core::cloud::Reason;
use palisade_core::plan::Intent;
use palisade_core::{
    Call, Cloud, CloudError, Facts, Graph, Kind, Known, Learned, Live, Memory, Needs, Network, Observed,
    Part, StepId, plan, rehearse_to_the_end,
};
use serde_json::Value;

use super::allowed::is_apart;
use super::compare::{Difference, compare, outcome};
use super::translation::Translation;
use crate::fixture::fresh_account;

/// How often the emulator is looked at until it is ready, as the engine would do with longer pauses.
const N_LOOKS_MAX: usize = 20;

/// The two clouds, with what was asked and what was found.
pub(crate) struct Pair {
    endpoint: String,
    region: String,
    account: String,
    /// A run of its own for each goal: a token of an earlier one would be answered with what is gone.
    emulator: Aws,
    memory: Memory,
    translation: Translation,
    /// Where they were not the same.
    pub(crate) differences: BTreeSet<Difference>,
    /// The operations that were asked of both, and those that both were asked in vain.
    pub(crate) operations: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// The kinds of objects that were compared, with the number of attributes.
    pub(crate) compared: BTreeMap<Kind, usize>,
    n_runs: usize,
    trials: Trials,
    /// What was done, to be tried again apart.
    done: Vec<Call>,
}

/// What the emulator is asked for although it must refuse it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trials {
    /// Everything, but for what would leave another world behind.
    Harmless,
    /// Only that, after which nothing can be compared any more.
    Apart,
}

/// What is to be reached, and what must be known to plan it.
struct Goal {
    draft: Draft,
    needs: Needs,
    is_destruction: bool,
}

/// Returns the way to the emulator for the run of a number.
async fn run(endpoint: &str, region: &str, account: &str, number: usize) -> Aws {
    let run_id = format!("conformance-{account}-{number}");
    let settings = Settings { region: region.to_owned(), profile: None, run_id };
    Aws::on_emulator(endpoint, account, settings).await
}

impl Pair {
    /// Returns two clouds in which nothing is.
    pub(crate) async fn new(endpoint: &str, region: &str, trials: Trials) -> Pair {
        let account = fresh_account();
        Pair {
            emulator: run(endpoint, region, &account, 0).await,
            memory: Memory::empty(&account, region, Facts::default()),
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
            account,
            n_runs: 1,
            translation: Translation::default(),
            differences: BTreeSet::new(),
            operations: BTreeMap::new(),
            compared: BTreeMap::new(),
            trials,
            done: Vec::new(),
        }
    }

    /// Builds what a blueprint says, request by request on both, and compares them after each step.
    pub(crate) async fn reach(&mut self, name: &str, blueprint: &str) {
        self.go(name, &Goal::new(blueprint, false)).await;
    }

    /// Removes what a blueprint has built; before, tries each removal too early.
    pub(crate) async fn destroy(&mut self, blueprint: &str) {
        self.go("destroy", &Goal::new(blueprint, true)).await;
    }

    async fn go(&mut self, name: &str, goal: &Goal) {
        self.emulator = run(&self.endpoint, &self.region, &self.account, self.n_runs).await;
        self.n_runs += 1;
        let (emulator, memory) = self.observe(name, &goal.needs).await;
        let want = goal.want(&memory);
        let intent = Intent { destroy: goal.is_destruction, ..Intent::default() };
        let plan = plan(&want, &memory.live, &intent);
        assert!(plan.problems.is_empty(), "{name}: {:#?}", plan.problems);
        let graph = Graph::new(&plan, &want, &memory.live).expect("a plan can be ordered");
        rehearse_to_the_end(&graph, &want, &memory.live).expect("a plan rehearses to its end");
        let mut known = (known_of(&emulator.live), known_of(&memory.live));
        if goal.is_destruction {
            for call in std::mem::take(&mut self.done) {
                self.try_in_vain("again", &call, &known.0).await;
            }
            for call in graph.steps.values().flat_map(|it| &it.calls) {
                self.try_in_vain("early", call, &known.0).await;
            }
        }
        if goal.is_destruction && self.trials == Trials::Apart {
            return;
        }
        let mut steps = graph.order.iter().peekable();
        while let Some(step) = steps.next() {
            self.make(name, step, &graph, &mut known).await;
            // A reading takes longer than a step: of those of one phase, one after the last.
            if steps.peek().is_none_or(|next| discriminant(*next) != discriminant(step)) {
                self.observe(&format!("{name}: {step}"), &goal.needs).await;
            }
        }
    }

    async fn make(&mut self, name: &str, step: &StepId, graph: &Graph, known: &mut (Known, Known)) {
        for call in &graph.steps[step].calls {
            let learned = self.memory.call(call, &known.1).await;
            let learned = learned.unwrap_or_else(|err| panic!("{name}: {step}: {call}: in memory: {err}"));
            self.operations.entry(call.request().operation()).or_default();
            let answer = match self.ask(call, &known.0).await {
                Ok(answer) => answer,
                // Whoever deletes what is gone goes on.
                Err(CloudError::Refused(it))
                    if it.reason == Reason::NotFound && call.request().is_removal() =>
                {
                    let what = format!("{}: Done, not NotFound", call.request().operation());
                    let words = format!("{name}: {call}: on the emulator {it}");
                    self.differences.insert(Difference { what, of: call.to_string(), words });
                    continue;
                }
                Err(err) => self.give_up(&format!("{name}: {step}: {call}: {err}")),
            };
            for (key, part, here) in &learned {
                let named = self.translation.key(key);
                let there = answer.iter().find(|(of, it, _)| (of, it) == (&named, part));
                let (.., there) =
                    there.unwrap_or_else(|| panic!("{name}: {call} does not teach {key} {part}"));
                self.translation.learn(*part, here, there);
            }
            known.0.learn(answer);
            known.1.learn(learned);
            if call.request().is_removal() {
                self.try_again(call, &known.0).await;
            }
        }
        // After the waits of the step, since AWS is busy before; but what is deleted is asked for while it goes.
        let is_kept = |it: &&Call| it.request().wait().is_none() && !it.request().is_removal();
        for call in graph.steps[step].calls.iter().filter(is_kept) {
            self.try_again(call, &known.0).await;
        }
    }

    async fn try_again(&mut self, call: &Call, known: &Known) {
        let again = successor(call).unwrap_or_else(|| call.clone());
        match self.trials {
            Trials::Harmless => self.try_in_vain("again", &again, known).await,
            Trials::Apart => self.done.push(again),
        }
    }

    /// Asks the emulator for what the cloud in memory would refuse now.
    async fn try_in_vain(&mut self, when: &str, call: &Call, known: &Known) {
        let mut live = self.memory.world().live.clone();
        let Err(refused) = call.effect(&mut live) else { return };
        let operation = call.request().operation();
        let what = format!("{operation} {when}: {:?}", refused.reason);
        let asked = call.to_string();
        if is_apart(&what, &asked) != (self.trials == Trials::Apart) {
            return;
        }
        self.operations.entry(operation).or_default().insert(match when {
            "early" => "early",
            _ => "again",
        });
        let answer = self.ask(call, known).await;
        let there = outcome(&answer);
        if there != format!("{:?}", refused.reason) {
            let words = format!("{call}: in memory {refused}; on the emulator {answer:?}");
            self.differences.insert(Difference { what: format!("{what}, not {there}"), of: asked, words });
        }
    }

    fn give_up(&self, why: &str) -> ! {
        let so_far: Vec<String> = self.differences.iter().map(ToString::to_string).collect();
        panic!("on the emulator: {why}\nafter:\n{}", so_far.join("\n"));
    }

    async fn ask(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        let call = self.translation.call(call);
        let mut n_looks = 0;
        loop {
            match self.emulator.call(&call, known).await {
                Err(CloudError::Transient(_)) if n_looks < N_LOOKS_MAX => n_looks += 1,
                answer => return answer,
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Reads both clouds and compares them.
    async fn observe(&mut self, at: &str, needs: &Needs) -> (Observed, Observed) {
        let emulator = self.emulator.observe(needs).await;
        let emulator = emulator.unwrap_or_else(|err| panic!("{at}: the emulator cannot be read: {err}"));
        {
            let facts = &mut self.memory.world().facts;
            facts.zones = emulator.facts.zones.clone();
            facts.prefix_lists.extend(emulator.facts.prefix_lists.clone());
        }
        let memory = self.memory.observe(needs).await.expect("reading memory never fails");
        let unlike = self.translation.pair(&memory.live, &emulator.live);
        self.differences.extend(unlike.into_iter().map(|(what, words)| Difference {
            what,
            of: String::new(),
            words: format!("{at}: {words}"),
        }));
        let here = self.translation.live(&memory.live);
        let there = serde_json::to_value(&emulator.live).expect("a world can be written");
        self.differences.extend(compare(at, &here, &there));
        for key in memory.live.objects().keys() {
            *self.compared.entry(key.kind).or_default() += 1;
        }
        (emulator, memory)
    }
}

impl Goal {
    fn new(blueprint: &str, is_destruction: bool) -> Goal {
        let input = Input { name: "blueprint.toml", text: blueprint, sets: &[] };
        let parsed = palisade_blueprint::parse(&input, &|name| Err(format!("there is no {name}")));
        let draft = parsed.draft.unwrap_or_else(|| panic!("{:#?}\n{blueprint}", parsed.diagnostics));
        let needs = draft.needs();
        Goal { draft, needs, is_destruction }
    }

    fn want(&self, seen: &Observed) -> Network {
        if self.is_destruction {
            return Network::empty(&self.needs.blueprint);
        }
        let resolved = self.draft.resolve(&seen.facts, &seen.live);
        resolved.unwrap_or_else(|reports| panic!("{reports:#?}")).network
    }
}

fn known_of(live: &Live) -> Known {
    let mut known = Known::default();
    for (key, object) in live.objects() {
        known.learn(object.parts.iter().map(|(part, it)| (key.clone(), *part, it.clone())).collect());
        known.learn(vec![(key.clone(), Part::Id, object.id.clone())]);
    }
    known
}

/// Returns the request that makes another object beside the one that `call` makes.
fn successor(call: &Call) -> Option<Call> {
    let generation = call.request().stamp()?.generation + 1;
    let mut request = serde_json::to_value(call).expect("a request can be written");
    let fields = request.as_object_mut()?.values_mut().next()?.as_object_mut()?.values_mut().next()?;
    let stamp = fields.get_mut("stamp").expect("a create request has a stamp");
    stamp["generation"] = Value::from(generation);
    stamp["tags"][palisade_core::tags::GENERATION] = Value::from(generation.to_string());
    Some(serde_json::from_value(request).expect("it is still a request"))
}
