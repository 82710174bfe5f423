//! The texts that a blueprint is read from, laid one behind the other: a span alone tells which of them it is in.

use std::ops::Range;

/// The texts of a blueprint, at least one, in the order in which a later one overrides an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    list: Vec<Source>,
}

/// A text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    start: usize,
}

impl Sources {
    /// Returns a text that is alone: spans are its bytes.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Sources {
        Sources { list: vec![Source { name: name.into(), text: text.into(), start: 0 }] }
    }

    /// Adds a text behind the others.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        // One byte stays free between two texts, so that the end of one is not the beginning of the next.
        let start = self.list.last().map_or(0, |it| it.start + it.text.len() + 1);
        self.list.push(Source { name: name.into(), text: text.into(), start });
    }

    /// Returns the texts.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.list.iter()
    }

    /// Returns the text in which a span begins, and which of its bytes are meant. They begin and end between
    /// characters, even if the span does not.
    pub fn locate(&self, span: &Range<usize>) -> (&Source, Range<usize>) {
        // The first text begins at 0, so that there always is one.
        let source = &self.list[self.list.partition_point(|it| it.start <= span.start) - 1];
        let text = &source.text;
        let start = text.floor_char_boundary(span.start - source.start);
        let end = text.ceil_char_boundary(span.end.saturating_sub(source.start));
        (source, start..end.max(start))
    }
}

impl Source {
    /// Returns how people call it: a path, or an option of the command line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what is in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns where its spans begin.
    pub fn start(&self) -> usize {
        self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(span: Range<usize>) -> String {
        let mut sources = Sources::new("base.toml", "größe");
        sources.add("empty.toml", "");
        sources.add("dev.toml", "name");
        let (source, bytes) = sources.locate(&span);
        format!("{} {bytes:?} {:?}", source.name(), &source.text()[bytes.clone()])
    }

    #[test]
    fn a_span_lies_in_the_text_in_which_it_begins() {
        insta::assert_snapshot!(check(0..2), @r#"base.toml 0..2 "gr""#);
        insta::assert_snapshot!(check(9..13), @r#"dev.toml 0..4 "name""#);
        insta::assert_snapshot!(check(10..11), @r#"dev.toml 1..2 "a""#);
    }

    #[test]
    fn the_end_of_a_text_is_its_own() {
        insta::assert_snapshot!(check(7..7), @r#"base.toml 7..7 """#);
        insta::assert_snapshot!(check(8..8), @r#"empty.toml 0..0 """#);
        insta::assert_snapshot!(check(13..13), @r#"dev.toml 4..4 """#);
    }

    #[test]
    fn a_span_that_is_no_place_is_made_one() {
        insta::assert_snapshot!(check(3..4), @r#"base.toml 2..4 "ö""#);
        insta::assert_snapshot!(check(5..99), @r#"base.toml 4..7 "ße""#);
        insta::assert_snapshot!(check(99..100), @r#"dev.toml 4..4 """#);
        let (start, end) = (10, 3);
        insta::assert_snapshot!(check(start..end), @r#"dev.toml 1..1 """#);
    }
}
