//! Proofs: each promise with its verdict, and the way of the packet that breaks one.

use std::fmt::Write;
use std::ops::Range;

use palisade_core::guarantee::{Expect, Guarantee};
use palisade_core::{Diagnostic, Element, Sources};
use palisade_verify::{Fault, Outcome, Proof, Trace, Verdict, Witness, World, assumptions};

use crate::style::{Ink, Style};
use crate::text;

pub mod difference;
mod junit;
mod sarif;
pub mod step;
pub mod trace;

pub use junit::junit;
pub use sarif::sarif;

/// Where in the blueprint a part of the network comes from.
pub type Places<'a> = Box<dyn Fn(&Element) -> Option<Range<usize>> + 'a>;

/// Everything that a proof is told from.
pub struct ProofView<'a> {
    /// The blueprint's name.
    pub blueprint: &'a str,
    /// Which network it is about.
    pub network: About,
    /// What was proved about.
    pub world: &'a World<'a>,
    /// The verdicts, in the order of the promises.
    pub proofs: &'a [Proof<'a>],
    /// Where in the blueprint a part of the network comes from.
    pub places: Places<'a>,
    /// What no packet is decided by.
    pub warnings: &'a [Diagnostic],
    /// The blueprint's texts.
    pub sources: &'a Sources,
}

/// Which network a proof is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The one that the blueprint wants.
    Wanted,
    /// The one that is there.
    Live,
    /// One that is there for a moment while a plan is carried out.
    Step,
}

impl About {
    /// Returns the word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            About::Wanted => "wanted",
            About::Live => "live",
            About::Step => "step",
        }
    }
}

impl ProofView<'_> {
    /// Returns whether every promise is kept.
    pub fn is_kept(&self) -> bool {
        self.proofs.iter().all(|it| it.verdict.is_kept())
    }

    /// Returns a place as people look it up: file and line.
    pub(crate) fn line_of(&self, span: &Range<usize>) -> (String, usize) {
        let (source, bytes) = self.sources.locate(span);
        let line = source.text()[..bytes.start].matches('\n').count() + 1;
        (source.name().to_owned(), line)
    }

    /// Returns what happens to the packets of a witness.
    pub(crate) fn traces(&self, guarantee: &Guarantee, witness: &Witness) -> Vec<Trace> {
        let questions = witness.questions(self.world, guarantee);
        questions.iter().map(|it| self.world.trace(it)).collect()
    }
}

/// Returns the whole proof as text.
pub fn human(view: &ProofView<'_>, style: Style) -> String {
    if view.proofs.is_empty() {
        return format!(
            "nothing is promised by `{}`: no tier is isolated, and there are no `[[guarantees]]`\n",
            view.blueprint
        );
    }
    let mut text = String::new();
    for proof in view.proofs {
        text += &of_one(view, proof, style);
    }
    let assumed = assumptions(view.world);
    if !assumed.is_empty() {
        let title = style.paint(Ink::Heading, "assumed throughout");
        writeln!(text, "\n{title}").expect("a string takes every text");
        for it in &assumed {
            writeln!(text, "  - {it}").expect("a string takes every text");
        }
    }
    text + "\n" + &summary(view, style)
}

/// Returns those promises that are not kept, as text; nothing if there are none.
pub fn broken(view: &ProofView<'_>, style: Style) -> String {
    let broken = view.proofs.iter().filter(|it| !it.verdict.is_kept());
    let told: String = broken.map(|it| of_one(view, it, style)).collect();
    if told.is_empty() { told } else { told + "\n" + &summary(view, style) }
}

fn summary(view: &ProofView<'_>, style: Style) -> String {
    let n_of = |word: &str| view.proofs.iter().filter(|it| self::word(&it.verdict).0 == word).count();
    let words = ["holds", "broken", "undetermined", "assumed", "empty"];
    let counted = words.into_iter().map(|word| (n_of(word), word)).filter(|(n, _)| 0 < *n);
    let counted = counted.map(|(n, word)| match word {
        "holds" if n != 1 => format!("{n} hold"),
        word => format!("{n} {word}"),
    });
    let counted: Vec<String> = counted.collect();
    let line = format!("{}: {}", text::count(view.proofs.len(), "guarantee"), counted.join(", "));
    style.paint(Ink::Heading, &line) + "\n"
}

/// The word for a verdict.
pub(crate) fn word(verdict: &Verdict) -> (&'static str, Ink) {
    match verdict {
        Verdict::Holds => ("holds", Ink::Success),
        Verdict::Broken(_) => ("broken", Ink::Error),
        Verdict::Undetermined(..) => ("undetermined", Ink::Error),
        Verdict::Assumed(_) => ("assumed", Ink::Warning),
        Verdict::Empty => ("empty", Ink::Error),
    }
}

/// How wide the column of verdicts is.
const WORDS: usize = 14;

fn of_one(view: &ProofView<'_>, proof: &Proof<'_>, style: Style) -> String {
    let Proof { guarantee, verdict } = proof;
    let (word, ink) = self::word(verdict);
    let (file, line) = view.line_of(&guarantee.span);
    let place = style.paint(Ink::Faint, &format!("{file}:{line}"));
    let word = style.paint_first(ink, word, &text::pad(word, WORDS));
    let mut text = format!("{word}{}  {place}\n", guarantee.name);
    let mut add = |line: &str| writeln!(text, "{:WORDS$}{line}", "").expect("a string takes every text");
    if !guarantee.is_implied {
        add(&style.paint(Ink::Faint, &claim(guarantee)));
    }
    match verdict {
        Verdict::Holds => {}
        Verdict::Empty => add("there is no packet of this kind: nothing would be promised"),
        Verdict::Assumed(doubts) => {
            add(&format!("assumed: {}", guarantee.assume.as_deref().unwrap_or_default()));
            doubts.iter().for_each(|it| add(&format!("although {it}")));
        }
        Verdict::Undetermined(doubts, witness) => {
            doubts.iter().for_each(|it| add(&it.to_string()));
            if let Some(witness) = witness {
                add("as with this packet:");
                text += &ways(view, guarantee, witness, style);
            }
        }
        Verdict::Broken(witness) => {
            add(fault(view, guarantee, witness));
            text += &ways(view, guarantee, witness, style);
        }
    }
    text
}

fn ways(view: &ProofView<'_>, guarantee: &Guarantee, witness: &Witness, style: Style) -> String {
    let traces = view.traces(guarantee, witness);
    traces.iter().map(|it| trace::steps(view, it, shown(witness), WORDS, style)).collect()
}

/// The reply matters where a packet has to be answered.
fn shown(witness: &Witness) -> trace::Shown {
    match witness.fault {
        Fault::Lost => trace::Shown::Both,
        Fault::Delivered | Fault::PassedBy => trace::Shown::Forward,
    }
}

/// What is promised, in the words of the blueprint.
pub(crate) fn claim(guarantee: &Guarantee) -> String {
    let Guarantee { from, to, expect, traffic, .. } = guarantee;
    let traffic: Vec<String> = traffic.iter().map(ToString::to_string).collect();
    let via = match expect {
        Expect::OnlyVia(via) => format!(" {via}"),
        _ => String::new(),
    };
    format!("{from} -> {to}: {}{via}, {}", expect.as_str(), traffic.join(", "))
}

/// What is wrong with the packet that is shown.
fn fault(view: &ProofView<'_>, guarantee: &Guarantee, witness: &Witness) -> &'static str {
    match witness.fault {
        Fault::Delivered => "this packet is delivered:",
        Fault::PassedBy => "this packet is delivered another way:",
        Fault::Lost => match view.traces(guarantee, witness).first() {
            Some(trace) if trace.is_delivered() => match &trace.reply {
                Some(reply) if matches!(reply.outcome, Outcome::Dropped(_)) => {
                    "the reply to this packet is lost:"
                }
                _ => "this packet goes elsewhere, or needs what an interface may lack:",
            },
            _ => "this packet is lost:",
        },
    }
}
