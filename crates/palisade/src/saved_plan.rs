//! A plan in a file: carried out later as it was shown, or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use palisade_core::guarantee::Terms;
use palisade_core::plan::{Change, Intent, Plan, plan};
use palisade_core::{Facts, Graph, Key, Live, Needs, Network, Object, Observed, rehearse};
use palisade_verify::{World, prove, safeguard};
use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::error::{CommandError, Kind};
use crate::session::{Account, Identity, Planned, flawed};

const FORMAT_VERSION: u32 = 2;
const PALISADE_VERSION: &str = env!("CARGO_PKG_VERSION");
/// How many reasons against a plan are told; one is enough to make it again.
const N_REASONS_MAX: usize = 10;
const AGAIN: &str = "make the plan again: `palisade plan --out FILE`";

/// What is in the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedPlan {
    format_version: u32,
    palisade_version: String,
    blueprint: String,
    account: String,
    region: String,
    needs: Needs,
    /// What AWS said of itself; a sandbox that does not exist yet begins with it.
    facts: Facts,
    replace: BTreeSet<Key>,
    /// What the blueprint promises.
    terms: Terms,
    network: Network,
    plan: Plan,
    graph: Graph,
}

/// What is read first: the rest may look otherwise in another version.
#[derive(Deserialize)]
struct Version {
    format_version: u32,
    palisade_version: String,
}

impl SavedPlan {
    /// Returns what to save of a plan without problems.
    pub(crate) fn new(
        account: &Account,
        planned: &Planned,
        terms: Terms,
        replace: BTreeSet<Key>,
    ) -> SavedPlan {
        SavedPlan {
            format_version: FORMAT_VERSION,
            palisade_version: PALISADE_VERSION.to_owned(),
            blueprint: account.needs.blueprint.clone(),
            account: account.observed.account.clone(),
            region: account.observed.region.clone(),
            needs: account.needs.clone(),
            facts: account.observed.facts.clone(),
            replace,
            terms,
            network: planned.want.clone(),
            plan: planned.plan.clone(),
            graph: planned.graph.clone(),
        }
    }

    /// Writes the file.
    pub(crate) fn write(&self, path: &Path) -> Result<(), CommandError> {
        let failed = |err| {
            CommandError::because(Kind::Failed, format!("cannot write the plan `{}`", path.display()), err)
        };
        let text = serde_json::to_string_pretty(self).map_err(|err| failed(err.into()))?;
        atomic::write(path, (text + "\n").as_bytes()).map_err(failed)
    }

    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<SavedPlan, CommandError> {
        let text = fs::read_to_string(path).map_err(|err| {
            let message = format!("cannot read the plan `{}`", path.display());
            CommandError::because(Kind::Invalid, message, err).hint(AGAIN)
        })?;
        let damaged = |what: &str| {
            let message = format!("`{}` is damaged, or no plan: {what}", path.display());
            CommandError::new(Kind::Invalid, message).hint(AGAIN)
        };
        let version: Version = serde_json::from_str(&text).map_err(|err| damaged(&err.to_string()))?;
        if version.format_version != FORMAT_VERSION || version.palisade_version != PALISADE_VERSION {
            let Version { format_version, palisade_version } = version;
            let (is, knows) = match format_version != FORMAT_VERSION {
                true => (format!("format {format_version}"), format!("format {FORMAT_VERSION}")),
                false => (format!("palisade {palisade_version}"), format!("palisade {PALISADE_VERSION}")),
            };
            let message = format!("`{}` is a plan of {is}, and this palisade knows {knows}", path.display());
            return Err(CommandError::new(Kind::Invalid, message).hint(AGAIN));
        }
        let saved: SavedPlan = serde_json::from_str(&text).map_err(|err| damaged(&err.to_string()))?;
        match saved.is_consistent() {
            true => Ok(saved),
            false => Err(damaged("its parts contradict each other")),
        }
    }

    /// Whether it is about one blueprint, and every key about what its kind says. What else may be wrong with it shows
    /// when it is compared with the account.
    fn is_consistent(&self) -> bool {
        let wanted = |(key, change): (&Key, &Change)| {
            let live = change.live().is_none_or(|it| it.spec.kind() == key.kind);
            live && change.want().is_none_or(|it| it.kind() == key.kind)
        };
        let is_about_one = self.needs.blueprint == self.blueprint && self.network.blueprint == self.blueprint;
        is_about_one
            && self.network.resources.iter().all(|(key, spec)| spec.kind() == key.kind)
            && self.plan.changes.iter().all(wanted)
    }

    /// Returns the empty account that the plan is for, for a sandbox that does not exist yet.
    pub(crate) fn fresh(&self) -> Observed {
        let (account, region, facts) = (self.account.clone(), self.region.clone(), self.facts.clone());
        Observed { account, region, facts, live: Live::default() }
    }

    /// Returns what to read.
    pub(crate) fn needs(&self) -> Needs {
        self.needs.clone()
    }

    /// Returns where the plan belongs.
    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity { of: "plan", account: Some(&self.account), region: &self.region }
    }

    /// Returns the plan, if every object that it touches is as the plan has seen it, and if it still does what it did.
    pub(crate) fn into_planned(self, live: &Live) -> Result<Planned, CommandError> {
        let reasons = self.reasons_against(live);
        if !reasons.is_empty() {
            return Err(stale(&reasons));
        }
        let SavedPlan { network: want, plan: saved, graph, .. } = self;
        let end = rehearse(&graph, live, |_, _, _| {}).map_err(|flaw| stale(&[flaw.to_string()]))?;
        // What somebody has changed elsewhere is left to the next plan.
        let mut again = plan(&want, &end, &Intent::default());
        again.changes.retain(|key, _| saved.changes.contains_key(key));
        match again.changes.is_empty() {
            true => Ok(Planned { want, plan: saved, graph }),
            false => Err(flawed(palisade_core::Flaw::Unfinished(Box::new(again)))),
        }
    }

    fn reasons_against(&self, live: &Live) -> Vec<String> {
        let changes = self.plan.changes.iter();
        let changed: Vec<String> =
            changes.filter_map(|(key, change)| difference(key, change.live(), live.object(key))).collect();
        if !changed.is_empty() {
            return changed;
        }
        let now = plan(&self.network, live, &Intent { replace: self.replace.clone(), destroy: false });
        if !now.problems.is_empty() {
            return now.problems.iter().map(ToString::to_string).collect();
        }
        let is_same = |key: &&Key| {
            self.plan.changes.get(*key) == now.changes.get(*key)
                && self.plan.obstacles.get(*key) == now.obstacles.get(*key)
        };
        let touched = self.plan.changes.keys();
        let other: Vec<String> = touched
            .filter(|key| !is_same(key))
            .map(|key| format!("`{key}` would change otherwise now"))
            .collect();
        if !other.is_empty() {
            return other;
        }
        let broken = self.broken_promises(live);
        if !broken.is_empty() {
            return broken;
        }
        let ordered = Graph::new(&self.plan, &self.network, live);
        let guarded = ordered.and_then(|it| safeguard(&self.plan, it, &self.network, live, &self.terms));
        match guarded {
            Ok(Ok(graph)) if graph == self.graph => Vec::new(),
            Ok(Ok(_)) => vec!["it would take other requests now".to_owned()],
            Ok(Err(breach)) => {
                let name = &self.terms.guarantees[breach.guarantee].name;
                vec![format!("the guarantee `{name}` would not be kept on the way")]
            }
            Err(flaw) => vec![flaw.to_string()],
        }
    }

    /// What it keeps depends on what others have there, too.
    fn broken_promises(&self, live: &Live) -> Vec<String> {
        let world = World::wanted(&self.network, live, &self.terms);
        let broken = prove(&world).into_iter().filter(|it| !it.verdict.is_kept());
        broken.map(|it| format!("the guarantee `{}` would not be kept", it.guarantee.name)).collect()
    }
}

fn stale(reasons: &[String]) -> CommandError {
    let n_more = reasons.len().saturating_sub(N_REASONS_MAX);
    let more = if n_more == 0 { String::new() } else { format!("\n  and {n_more} more") };
    let reasons: String = reasons.iter().take(N_REASONS_MAX).map(|it| format!("\n  {it}")).collect();
    CommandError::new(Kind::Stale, format!("the account has changed since the plan was made{reasons}{more}"))
        .hint("nothing has been changed")
        .hint(AGAIN)
}

/// Returns what has become of an object since the plan has seen it; nothing if it is the same.
fn difference(key: &Key, seen: Option<&Object>, now: Option<&Object>) -> Option<String> {
    let what = match (seen, now) {
        (None, None) => return None,
        (None, Some(now)) => format!("exists now as `{}`", now.id),
        (Some(seen), None) => format!("is gone; it was `{}`", seen.id),
        (Some(seen), Some(now)) if seen == now => return None,
        (Some(seen), Some(now)) if seen.id != now.id => format!("is `{}` now; it was `{}`", now.id, seen.id),
        (Some(seen), Some(now)) => format!("has changed: {}", changed_fields(seen, now).join(", ")),
    };
    Some(format!("`{key}` {what}"))
}

fn changed_fields(seen: &Object, now: &Object) -> Vec<String> {
    let side = |it: Option<String>| it.unwrap_or_else(|| "none".to_owned());
    let fields = now.spec.diff(&seen.spec).fields.into_iter();
    let fields = fields.map(|it| format!("`{}` {} → {}", it.name, side(it.live), side(it.want)));
    let names: BTreeSet<&String> = seen.tags.keys().chain(now.tags.keys()).collect();
    let tags = names.into_iter().filter(|name| seen.tags.get(*name) != now.tags.get(*name));
    let mut changed: Vec<String> = fields.chain(tags.map(|name| format!("tag `{name}`"))).collect();
    if seen.state != now.state {
        changed.push("its state".to_owned());
    }
    if seen.parts != now.parts {
        changed.push("its associations".to_owned());
    }
    if changed.is_empty() {
        changed.push("its owner".to_owned());
    }
    changed
}
