//! The way that commands share to a proof: what is promised, what is wanted, and where in the blueprint it stands.

use std::ops::Range;

use palisade_blueprint::ElementPlaces;
use palisade_core::guarantee::Terms;
use palisade_core::{Element, Facts, Live, Network};
use palisade_render::{About, ProofView, proof};
use palisade_verify::{Proof, World, prove};

use crate::error::{CommandError, Kind};
use crate::session::Blueprint;
use crate::shell::Shell;

/// What a proof is made from.
#[derive(Debug)]
pub(crate) struct Basis<'a> {
    /// What is promised.
    pub(crate) terms: Terms,
    /// Where everything stands.
    places: ElementPlaces,
    want: &'a Network,
}

impl Basis<'_> {
    /// Returns what a blueprint promises in the account of which `facts` and `live` speak, where it wants `want`.
    pub(crate) fn of<'a>(
        blueprint: &Blueprint,
        (facts, live): (&Facts, &Live),
        want: &'a Network,
    ) -> Basis<'a> {
        let terms = blueprint.draft().terms(facts, live);
        Basis { terms, places: blueprint.draft().places(facts, live), want }
    }

    /// Returns where a part of a network comes from; of what is there by somebody else's hand, where its object does.
    fn place(&self, element: &Element) -> Option<Range<usize>> {
        match element.is_in(self.want) {
            true => self.places.of(element),
            false => self.places.of(&Element::Object(element.key().clone())),
        }
    }

    /// Returns a proof about a world with its surroundings, for rendering.
    pub(crate) fn view<'a>(
        &'a self,
        blueprint: &'a Blueprint,
        network: About,
        world: &'a World<'a>,
        proofs: &'a [Proof<'a>],
    ) -> ProofView<'a> {
        ProofView {
            blueprint: blueprint.draft().name(),
            network,
            world,
            proofs,
            places: Box::new(|it| self.place(it)),
            sources: blueprint.sources(),
        }
    }
}

/// Proves that what is wanted keeps what is promised; what does not is told, and is the end.
pub(crate) fn insist(
    blueprint: &Blueprint,
    (facts, live): (&Facts, &Live),
    want: &Network,
    shell: &Shell,
) -> Result<(), CommandError> {
    let basis = Basis::of(blueprint, (facts, live), want);
    let world = World::wanted(want, live, &basis.terms);
    let proofs = prove(&world);
    let view = basis.view(blueprint, About::Wanted, &world, &proofs);
    if view.is_kept() {
        return Ok(());
    }
    shell.story(&proof::broken(&view, shell.err()));
    Err(CommandError::new(Kind::Violated, "the network would not keep what the blueprint promises")
        .hint("`palisade verify` shows the whole proof, and `palisade trace` the way of any packet"))
}
