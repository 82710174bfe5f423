//! The table of holes: `base.toml`, and what is added to it and changed in it, a file per subject.

use serde::Deserialize;

/// What every blueprint here begins with.
pub(crate) const BASE: &str = include_str!("base.toml");

/// The subjects: a name, and the pairs as they are written.
pub(crate) const SUBJECTS: &[(&str, &str)] = &[
    ("acls", include_str!("acls.toml")),
    ("groups", include_str!("groups.toml")),
    ("routes", include_str!("routes.toml")),
];

/// How many different holes there must be at least.
pub(crate) const N_PAIRS_MIN: usize = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    pairs: Vec<Pair>,
}

/// A sound blueprint, and what makes a hole in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    /// What the hole is.
    pub(crate) name: String,
    /// Why it is overlooked.
    pub(crate) why: String,
    /// Replaced in the base, for both.
    #[serde(default)]
    base: Vec<Replaced>,
    /// Added to the base, for both.
    sound: String,
    /// The lines of the guarantee that is called `promise`; none if a promise is meant that nobody wrote.
    #[serde(default)]
    promise: Vec<String>,
    /// Replaced then: what makes the hole.
    hole: Vec<Replaced>,
    /// Which promise it breaks.
    #[serde(default = "promise")]
    pub(crate) breaks: String,
    /// The packet that shows it.
    pub(crate) packet: String,
    /// What becomes of the packet, or of what the internet gateway makes of it, and of its reply.
    pub(crate) ends: String,
    /// What becomes of the same packet in the sound blueprint; none if there it would be sent to another address.
    pub(crate) twin: Option<String>,
    /// The hop by which the hole shows.
    pub(crate) at: String,
    /// The line of the blueprint that this hop comes from.
    pub(crate) line: String,
}

/// A text that is there exactly once, and what takes its place.
type Replaced = (String, String);

/// Returns the pairs of a subject.
pub(crate) fn pairs_of(text: &str) -> Vec<Pair> {
    toml::from_str::<Table>(text).expect("a table of holes").pairs
}

impl Pair {
    /// Returns the blueprint without the hole.
    pub(crate) fn sound(&self) -> String {
        let base = replaced(BASE.to_owned(), &self.base);
        let promise = match self.promise.is_empty() {
            true => String::new(),
            false => format!("\n[[guarantees]]\nname = \"promise\"\n{}\n", self.promise.join("\n")),
        };
        format!("{base}\n{}{promise}", self.sound)
    }

    /// Returns the blueprint with the hole.
    pub(crate) fn hole(&self) -> String {
        replaced(self.sound(), &self.hole)
    }
}

fn promise() -> String {
    "promise".to_owned()
}

fn replaced(text: String, all: &[Replaced]) -> String {
    all.iter().fold(text, |text, (old, new)| {
        assert_eq!(text.matches(old.as_str()).count(), 1, "`{old}` must be there exactly once in\n{text}");
        text.replace(old.as_str(), new)
    })
}
