//! Every request that an apply would send.

use palisade_core::kinds::Wait;
use palisade_core::{Call, Graph, Handle, Part};

use crate::style::{Ink, Style};
use crate::text;

/// Returns every AWS request of a plan, numbered in the rehearsed order and grouped by step: what `plan
/// --calls` prints. Each request is one line, however long, so that a line can be searched for.
pub fn calls(graph: &Graph, style: Style) -> String {
    let n_requests = graph.n_requests();
    if n_requests == 0 {
        return "No requests: there is nothing to do.\n".to_owned();
    }
    let n_steps = text::count(graph.order.len(), "step");
    let head = format!("{} in {n_steps}, in the rehearsed order", text::count(n_requests, "request"));
    let mut lines = vec![style.paint(Ink::Heading, &head), String::new()];
    let number_width = n_requests.to_string().len();
    let legend = legend(graph);
    let mark_width = if legend.is_empty() { 0 } else { 6 };
    let mut number = 0;
    for id in &graph.order {
        let Some(step) = graph.steps.get(id) else { continue };
        lines.push(style.paint(Ink::Heading, &id.to_string()));
        for (at, call) in step.calls.iter().enumerate() {
            number += 1;
            let mark = text::pad(mark(call, at < step.n_lane_calls), mark_width);
            let call = format!("{}{}", text::clean(&call.to_string()), limits(call));
            lines.push(format!("  {number:>number_width$}  {mark}{call}"));
        }
    }
    lines.extend(legend);
    lines.join("\n") + "\n"
}

fn mark(call: &Call, is_in_lane: bool) -> &'static str {
    match call.request().wait() {
        Some(_) => "wait",
        None if is_in_lane => "lane",
        None => "",
    }
}

fn limits(call: &Call) -> String {
    let wait = call.request().wait();
    let words = |Wait { typical_s, deadline_s }| format!(" (usually {typical_s} s, at most {deadline_s} s)");
    wait.map(words).unwrap_or_default()
}

fn legend(graph: &Graph) -> Vec<String> {
    let has_lane = graph.steps.values().any(|it| 0 < it.n_lane_calls);
    let has_wait = graph.steps.values().flat_map(|it| &it.calls).any(|it| it.request().wait().is_some());
    let lane = has_lane
        .then_some("lane: changes what happens to packets that flow today; one at a time, in this order");
    let wait = has_wait.then_some("wait: asks again until it is so");
    let handles = graph.steps.values().flat_map(|it| &it.calls).flat_map(|it| it.request().handles());
    let is_ipv6 = |it: &Handle| matches!(it, Handle::Part { part: Part::Ipv6Prefix | Part::Ipv6Slot(_), .. });
    let has_ipv6 = handles.into_iter().any(is_ipv6);
    let ipv6 = has_ipv6.then_some(
        "ipv6-prefix: the /56 of IPv6 addresses that Amazon gives the VPC; ipv6-slot(n): the /64 number n in it",
    );
    let marks: Vec<String> = lane.into_iter().chain(wait).chain(ipv6).map(str::to_owned).collect();
    if marks.is_empty() { marks } else { [String::new()].into_iter().chain(marks).collect() }
}
