//! The path of the binary inside this process: many cases in the time of one run.

use palisade_blueprint::{Draft, Input, Parsed, parse};
use palisade_core::{Cloud, Graph, Intent, Live, Memory, Network, Observed, plan, rehearse_to_the_end};

const ACCOUNT: &str = "111122223333";

/// What has become of a blueprint in an account.
#[derive(Debug)]
pub(crate) enum End {
    /// The account as it is then.
    Reached(Box<Live>),
    /// What is wrong, and what to do.
    Refused(String),
    /// The plan does not do what it is for.
    Flawed(String),
}

impl End {
    /// Insists that the end has been reached.
    pub(crate) fn reached(self) -> Live {
        match self {
            End::Reached(live) => *live,
            other => panic!("{other:?}"),
        }
    }
}

/// A plan that can be carried out, in its order, with what it is made from.
pub(crate) struct Way {
    pub(crate) graph: Graph,
    pub(crate) want: Network,
    pub(crate) live: Live,
}

/// Reads a blueprint that names no files.
pub(crate) fn parsed(text: &str) -> Parsed {
    parse(&Input { name: "blueprint.toml", text, sets: &[] }, &|_| Err("no such file".to_owned()))
}

/// Reads a blueprint that must be right.
pub(crate) fn draft(text: &str) -> Draft {
    let Parsed { draft, diagnostics, .. } = parsed(text);
    draft.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

/// Returns the account that the sandbox begins with.
pub(crate) fn fresh(draft: &Draft) -> Observed {
    let (account, region) = (ACCOUNT.to_owned(), draft.region().to_owned());
    Observed { account, region, facts: draft.fixtures(), live: draft.assumed() }
}

/// Plans in an account; returns why there is no plan if there is none.
pub(crate) fn way(draft: &Draft, observed: Observed, intent: &Intent) -> Result<Way, End> {
    let memory = Memory::new(observed);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let observed = runtime.block_on(memory.observe(&draft.needs())).expect("reading memory never fails");
    let resolved = draft.resolve(&observed.facts, &observed.live).map_err(|reports| {
        let told =
            reports.iter().map(|it| format!("{}: {} help: {}", it.code, it.message, it.help.join(" ")));
        End::Refused(told.collect::<Vec<_>>().join("\n"))
    })?;
    let want = resolved.network;
    let plan = plan(&want, &observed.live, intent);
    if !plan.problems.is_empty() {
        let told = plan.problems.iter().map(|it| format!("{it} help: {}", it.help()));
        return Err(End::Refused(told.collect::<Vec<_>>().join("\n")));
    }
    let graph = Graph::new(&plan, &want, &observed.live).map_err(|flaw| End::Flawed(flaw.to_string()))?;
    Ok(Way { graph, want, live: observed.live })
}

/// Plans in an account and carries the plan out in memory.
pub(crate) fn carried_out(draft: &Draft, observed: Observed) -> End {
    let way = match way(draft, observed, &Intent::default()) {
        Ok(way) => way,
        Err(end) => return end,
    };
    match rehearse_to_the_end(&way.graph, &way.want, &way.live) {
        Ok(live) => End::Reached(Box::new(live)),
        Err(flaw) => End::Flawed(flaw.to_string()),
    }
}
