//! The way that commands share to a proof: what is promised, what is wanted, and where in the blueprint it stands.

use std::ops::Range;

use palisade_blueprint::ElementPlaces;
use palisade_core::guarantee::Terms;
use palisade_core::{Diagnostic, Element, Facts, Live, Network};
use palisade_render::{ProofView, diagnostics, proof};
use palisade_verify::{World, prove, without_effect};

use crate::error::{CommandError, Kind};
use crate::session::Blueprint;
use crate::shell::Shell;

/// What a proof is made from.
#[derive(Debug)]
pub(crate) struct Basis {
    /// What is promised.
    pub(crate) terms: Terms,
    /// Where everything stands.
    places: ElementPlaces,
}

impl Basis {
    /// Returns what a blueprint promises in the account of which `facts` and `live` speak.
    pub(crate) fn of(blueprint: &Blueprint, facts: &Facts, live: &Live) -> Basis {
        let terms = blueprint.draft().terms(facts, live);
        Basis { terms, places: blueprint.draft().places(facts, live) }
    }

    /// Returns what no packet of a world is decided by, at its places in the blueprint.
    pub(crate) fn warnings(&self, world: &World<'_>) -> Vec<Diagnostic> {
        without_effect(world, &|it| self.place(it))
    }

    /// Returns where a part of the network comes from.
    pub(crate) fn place(&self, element: &Element) -> Option<Range<usize>> {
        self.places.of(element)
    }
}

/// Proves that what is wanted keeps what is promised; what does not is told, and is the end. What no packet is decided by
/// is a warning.
pub(crate) fn insist(
    blueprint: &Blueprint,
    (facts, live): (&Facts, &Live),
    want: &Network,
    shell: &Shell,
) -> Result<(), CommandError> {
    let basis = Basis::of(blueprint, facts, live);
    let world = World::wanted(want, live, &basis.terms);
    let proofs = prove(&world);
    let warnings = basis.warnings(&world);
    let view = ProofView {
        blueprint: blueprint.draft().name(),
        world: &world,
        proofs: &proofs,
        places: &|it| basis.place(it),
        warnings: &warnings,
        sources: blueprint.sources(),
    };
    shell.status(&diagnostics::draw(&warnings, blueprint.sources(), shell.err()));
    if view.is_kept() {
        return Ok(());
    }
    shell.story(&proof::broken(&view, shell.err()));
    Err(CommandError::new(Kind::Violated, "the network would not keep what the blueprint promises")
        .hint("`palisade verify` shows the whole proof, and `palisade trace` the way of any packet"))
}
