//! A blueprint, read as far as it can be without an account.

use std::ops::Range;

use palisade_blueprint::{ElementPlaces, Input, parse};
use palisade_core::guarantee::{End, Place, Terms};
use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::{Diagnostic, Element, Live, Network, Sources};
use palisade_verify::{Groups, Question, Verdict, World, prove, without_effect};

/// What a proof is made from.
pub(crate) struct Scene {
    network: Network,
    live: Live,
    terms: Terms,
    places: ElementPlaces,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Scene {
    /// Reads a blueprint.
    pub(crate) fn read(text: &str) -> Result<Scene, String> {
        Scene::beside(text, &|_| Err("no such file".to_owned()))
    }

    /// Reads a blueprint that names files.
    pub(crate) fn beside(
        text: &str,
        files: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Scene, String> {
        let parsed = parse(&Input::new("blueprint.toml", text), files);
        let draft = parsed.draft.ok_or_else(|| format!("{:#?}", parsed.diagnostics))?;
        let (facts, live) = (draft.fixtures(), draft.assumed());
        let resolved = draft.resolve(&facts, &live).map_err(|it| format!("{it:#?}"))?;
        let (terms, places) = (draft.terms(&facts, &live), draft.places(&facts, &live));
        let (sources, diagnostics) = (parsed.sources, parsed.diagnostics);
        Ok(Scene { network: resolved.network, live, terms, places, sources, diagnostics })
    }

    /// Returns the network as packets see it.
    pub(crate) fn world(&self) -> World<'_> {
        World::wanted(&self.network, &self.live, &self.terms)
    }

    /// Returns the promises that are not proved.
    pub(crate) fn not_kept(&self) -> Vec<(&str, Verdict)> {
        let proofs = prove(&self.world()).into_iter();
        let not_kept = proofs.filter(|it| it.verdict != Verdict::Holds);
        not_kept.map(|it| (it.guarantee.name.as_str(), it.verdict)).collect()
    }

    /// Returns a question with the groups that the ends of a promise have here.
    pub(crate) fn with_its_groups(&self, question: Question, promise: &str) -> Question {
        let guarantees = &self.terms.guarantees;
        let guarantee = guarantees.iter().find(|it| it.name == promise).expect("a promise of this name");
        let of_endpoint = |place: &Place| match place {
            Place::Endpoint(key) => match &Endpoint::of(self.network.resources.get(key)?)?.reach {
                Reach::Interface { security_groups, .. } => Some(security_groups.clone()),
                Reach::Gateway { .. } => None,
            },
            _ => None,
        };
        let of = |end: &End| end.groups.clone().or_else(|| of_endpoint(&end.place)).map(Groups::Exactly);
        Question {
            sender: of(&guarantee.from).unwrap_or(question.sender),
            receiver: of(&guarantee.to).unwrap_or(question.receiver),
            ..question
        }
    }

    /// Returns the line from which a part of the network comes.
    pub(crate) fn line_of(&self, element: &Element) -> Option<String> {
        self.places.of(element).and_then(|it| self.line_at(&it))
    }

    /// Returns what the blueprint is warned of, with the lines.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.told(&self.diagnostics)
    }

    /// Returns what no packet is decided by, with the lines, and what is in the way.
    pub(crate) fn without_effect(&self) -> Vec<String> {
        self.told(&without_effect(&self.world(), &|it| self.places.of(it)))
    }

    fn told(&self, diagnostics: &[Diagnostic]) -> Vec<String> {
        let warning = |it: &Diagnostic| {
            let lines: Vec<String> = it.labels.iter().filter_map(|it| self.line_at(&it.span)).collect();
            format!("{}: {}", it.code, lines.join(" | "))
        };
        diagnostics.iter().map(warning).collect()
    }

    fn line_at(&self, span: &Range<usize>) -> Option<String> {
        let (source, bytes) = self.sources.locate(span);
        let n_before = source.text()[..bytes.start].matches('\n').count();
        source.text().lines().nth(n_before).map(|it| it.trim().to_owned())
    }
}
