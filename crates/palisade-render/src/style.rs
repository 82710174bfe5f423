//! How output looks: decided once, by the caller, for every renderer.

use anstyle::{AnsiColor, Style as Ansi};

/// Colour and width. Nothing that is said by colour is said by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// How many columns lists may take before they are wrapped. Names and requests are never cut.
    pub width: usize,
}

impl Style {
    /// Returns a style without colour.
    pub fn plain(width: usize) -> Style {
        Style { color: false, width }
    }

    /// Returns the text in the ink, if there is colour.
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        match self.color {
            true => format!("{}{text}{:#}", ink.ansi(), ink.ansi()),
            false => text.to_owned(),
        }
    }

    /// Returns the text with the first occurrence of a word in the ink, if there is colour.
    pub(crate) fn paint_first(self, ink: Ink, word: &str, text: &str) -> String {
        text.replacen(word, &self.paint(ink, word), 1)
    }
}

/// What a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Something comes.
    Create,
    /// Something changes.
    Update,
    /// Something is exchanged for something new.
    Replace,
    /// Something goes.
    Delete,
    /// The title of a group.
    Heading,
    /// What is there to be looked up, not read.
    Faint,
    /// What went wrong.
    Error,
    /// What may go wrong.
    Warning,
    /// The next step.
    Help,
    /// What went well.
    Success,
}

impl Ink {
    fn ansi(self) -> Ansi {
        let color = |it: AnsiColor| Ansi::new().fg_color(Some(it.into()));
        match self {
            Ink::Create | Ink::Success => color(AnsiColor::Green),
            Ink::Update => color(AnsiColor::Yellow),
            Ink::Replace => color(AnsiColor::Magenta),
            Ink::Delete => color(AnsiColor::Red),
            Ink::Heading => Ansi::new().bold(),
            Ink::Faint => Ansi::new().dimmed(),
            Ink::Error => color(AnsiColor::Red).bold(),
            Ink::Warning => color(AnsiColor::Yellow).bold(),
            Ink::Help => color(AnsiColor::Cyan).bold(),
        }
    }
}
