//! The way that commands share to a proof: what is promised, what is wanted, and where in the blueprint it stands.

use std::ops::Range;

use palisade_blueprint::ElementPlaces;
use palisade_core::guarantee::Terms;
use palisade_core::{Diagnostic, Element, Facts, Live, Network, Observed, rehearse_to_the_end};
use palisade_render::{About, ProofView, diagnostics, proof};
use palisade_verify::{Breach, Proof, World, prove, safeguard, without_effect};

use crate::error::{CommandError, Kind};
use crate::session::{Account, Blueprint, Planned, flawed};
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

    /// Returns what no packet of a world is decided by, at its places in the blueprint.
    pub(crate) fn warnings(&self, world: &World<'_>) -> Vec<Diagnostic> {
        without_effect(world, &|it| self.place(it))
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
            warnings: &[],
            sources: blueprint.sources(),
        }
    }

    /// Returns the same, or where the table of its object is.
    pub(crate) fn place_or_table(&self, blueprint: &Blueprint, element: &Element) -> Option<Range<usize>> {
        self.place(element).or_else(|| blueprint.draft().place_of(element.key()))
    }
}

/// What a plan makes of what is promised.
#[derive(Debug)]
pub(crate) struct Guarded {
    /// The plan, in an order that keeps what is promised if there is one.
    pub(crate) planned: Planned,
    /// What is promised.
    pub(crate) terms: Terms,
    /// The request that breaks a promise in every order that was found.
    breach: Option<Box<Breach>>,
}

/// Looks for an order of a plan in which what is promised stays kept after every request.
pub(crate) fn guard(
    blueprint: &Blueprint,
    account: &Account,
    planned: Planned,
) -> Result<Guarded, CommandError> {
    let Observed { facts, live, .. } = &account.observed;
    let terms = blueprint.draft().terms(facts, live);
    let Planned { want, plan, graph } = planned;
    let (graph, breach) = match safeguard(&plan, graph.clone(), &want, live, &terms).map_err(flawed)? {
        Ok(graph) => (graph, None),
        Err(breach) => (graph, Some(breach)),
    };
    if !graph.cuts.is_empty() {
        rehearse_to_the_end(&graph, &want, live).map_err(flawed)?;
    }
    Ok(Guarded { planned: Planned { want, plan, graph }, terms, breach })
}

/// Proves that what is wanted keeps what is promised, and the way there; what does not is told, and is the end. What no
/// packet is decided by is a warning.
pub(crate) fn insist(
    blueprint: &Blueprint,
    account: &Account,
    guarded: &Guarded,
    shell: &Shell,
) -> Result<(), CommandError> {
    let Observed { facts, live, .. } = &account.observed;
    let basis = Basis::of(blueprint, (facts, live), &guarded.planned.want);
    let world = World::wanted(&guarded.planned.want, live, &basis.terms);
    let proofs = prove(&world);
    shell.status(&diagnostics::draw(&basis.warnings(&world), blueprint.sources(), shell.err()));
    let view = basis.view(blueprint, About::Wanted, &world, &proofs);
    if !view.is_kept() {
        shell.story(&proof::broken(&view, shell.err()));
        return Err(CommandError::new(
            Kind::Violated,
            "the network would not keep what the blueprint promises",
        )
        .hint("`palisade verify` shows the whole proof, and `palisade trace` the way of any packet"));
    }
    let Some(breach) = &guarded.breach else { return Ok(()) };
    let world = World::live(&breach.live, &basis.terms);
    let view = basis.view(blueprint, About::Step, &world, &[]);
    shell.story(&proof::step::broken(&view, breach, shell.err()));
    let message = "the plan would not keep what the blueprint promises while it is carried out";
    let hints = proof::step::help(breach, &basis.terms.guarantees[breach.guarantee]);
    let error = CommandError::new(Kind::Violated, message);
    Err(hints.into_iter().fold(error, CommandError::hint))
}
