//! The one way in which the kinds are tested: from a network, to a network, by which requests.

use crate::graph::{Graph, StepId};
use crate::kinds::Spec;
use crate::kinds::vpc::{Defaults, HasIpv6, Vpc};
use crate::live::Live;
use crate::network::Network;
use crate::plan::{Intent, plan};
use crate::rehearse::rehearse_to_the_end;

/// Returns a VPC whose defaults are left alone.
pub(crate) fn vpc() -> Vpc {
    let cidr = "10.0.0.0/16".parse().expect("a CIDR");
    Vpc { defaults: Defaults::default(), ..Vpc::as_created(cidr, HasIpv6::No) }
}

/// Returns a network of blueprint `t`.
pub(crate) fn network(resources: impl IntoIterator<Item = (&'static str, Spec)>) -> Network {
    let mut network = Network::empty("t");
    network.resources =
        resources.into_iter().map(|(key, spec)| (key.parse().expect("a key"), spec)).collect();
    network
}

/// Returns the world after `want` has been applied to `live`.
pub(crate) fn reached(want: &Network, live: &Live) -> Live {
    let plan = plan(want, live, &Intent::default());
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    let graph = Graph::new(&plan, want, live).expect("a plan can be ordered");
    rehearse_to_the_end(&graph, want, live).expect("a plan rehearses to its end")
}

/// Returns the requests that lead from `live` to `want`, a line each, in the rehearsed order; those in the lane are
/// marked. Insists that they lead there.
pub(crate) fn requests(want: &Network, live: &Live) -> String {
    requests_as(want, live, &Intent::default())
}

/// Like [`requests`], with an intent.
pub(crate) fn requests_as(want: &Network, live: &Live, intent: &Intent) -> String {
    let plan = plan(want, live, intent);
    let problems = plan.problems.iter().map(|it| format!("! {it}\n"));
    if !plan.problems.is_empty() {
        return problems.collect();
    }
    let graph = Graph::new(&plan, want, live).expect("a plan can be ordered");
    rehearse_to_the_end(&graph, want, live).expect("a plan rehearses to its end");
    let lines = graph.order.iter().flat_map(|id| lines(&graph, id));
    lines.collect()
}

fn lines(graph: &Graph, id: &StepId) -> Vec<String> {
    let step = &graph.steps[id];
    let line = |(at, call): (usize, &crate::Call)| {
        let mark = if at < step.n_lane_calls { "|" } else { " " };
        format!("{mark} {call}\n")
    };
    step.calls.iter().enumerate().map(line).collect()
}
