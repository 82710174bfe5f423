//! The way that commands share to the findings of the policy pack.

use palisade_core::{Element, Network, Observed};
use palisade_render::{PolicyView, policy};
use palisade_verify::World;
use palisade_verify::policy::{Judgement, examine, judge};

use crate::error::{CommandError, Kind};
use crate::proof::Basis;
use crate::session::{Account, Blueprint};
use crate::shell::Shell;

/// Returns the findings on a world, and what the blueprint says of them.
pub(crate) fn judged(blueprint: &Blueprint, world: &World<'_>, want: &Network) -> Judgement {
    judge(examine(world, want), blueprint.draft().stance())
}

/// Warns of what weighs most in what is wanted in an account. What is denied is told too, and is the end for who
/// [insists](insist) on it.
pub(crate) fn warn(blueprint: &Blueprint, account: &Account, want: &Network, shell: &Shell) -> Judgement {
    let Observed { facts, live, .. } = &account.observed;
    let basis = Basis::of(blueprint, (facts, live), want);
    let judgement = judged(blueprint, &World::wanted(want, live, &basis.terms), want);
    let places = |it: &Element| basis.place_or_table(blueprint, it);
    let view = PolicyView { judgement: &judgement, places: &places, sources: blueprint.sources() };
    let told = policy::urgent(&view, shell.err());
    match judgement.is_violated() {
        true => shell.story(&told),
        false => shell.status(&told),
    }
    judgement
}

/// Fails if something was found that the blueprint denies.
pub(crate) fn insist(judgement: &Judgement) -> Result<(), CommandError> {
    if !judgement.is_violated() {
        return Ok(());
    }
    let message = "the network would have what the blueprint's `[policy]` denies";
    Err(CommandError::new(Kind::Violated, message)
        .hint("mend it, or allow it for this object in `[policy]`, with a reason; `palisade verify` shows all findings"))
}
