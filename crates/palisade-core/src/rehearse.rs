//! A plan is carried out in memory before it is carried out at all.

use crate::cloud::Refused;
use crate::graph::{Graph, StepId};
use crate::kinds::Call;
use crate::live::Live;
use crate::network::Network;
use crate::plan::{Intent, Plan, plan};

/// Why a plan would not do what it is for. Always a bug in palisade, found before AWS is touched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Steps that wait for each other.
    #[error("steps wait for each other: {}", list(.0))]
    Cycle(Vec<StepId>),
    /// A request that AWS would refuse, as far as palisade knows AWS.
    #[error("`{call}` of step `{step}` would be refused: {refused}")]
    Refused {
        /// The step.
        step: StepId,
        /// The request, as printed.
        call: String,
        /// The refusal.
        refused: Refused,
    },
    /// The plan ends somewhere else than in the blueprint.
    #[error("the plan would leave something to do: {}", keys(.0))]
    Unfinished(Box<Plan>),
}

fn list(steps: &[StepId]) -> String {
    steps.iter().map(StepId::to_string).collect::<Vec<_>>().join(", ")
}

fn keys(plan: &Plan) -> String {
    let problems = plan.problems.iter().map(ToString::to_string);
    plan.changes.keys().map(ToString::to_string).chain(problems).collect::<Vec<_>>().join(", ")
}

/// Carries the graph out on a copy of `live`; shows each intermediate state to `seen`.
pub fn rehearse(
    graph: &Graph,
    live: &Live,
    mut seen: impl FnMut(&StepId, &Call, &Live),
) -> Result<Live, Flaw> {
    let mut live = live.clone();
    for step in &graph.order {
        for call in &graph.steps[step].calls {
            call.effect(&mut live).map_err(|refused| Flaw::Refused {
                step: step.clone(),
                call: call.to_string(),
                refused,
            })?;
            seen(step, call, &live);
        }
    }
    Ok(live)
}

/// Rehearses and insists that planning again from the end gives nothing; returns the end.
pub fn rehearse_to_the_end(graph: &Graph, want: &Network, live: &Live) -> Result<Live, Flaw> {
    let end = rehearse(graph, live, |_, _, _| {})?;
    let again = plan(want, &end, &Intent::default());
    match again.changes.is_empty() && again.problems.is_empty() {
        true => Ok(end),
        false => Err(Flaw::Unfinished(Box::new(again))),
    }
}
