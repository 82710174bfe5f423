//! What nobody should read over a shoulder or in a log: the values of variables and parameters that people name, which may
//! be tokens and passwords. A mistake is drawn with the lines around it, so they are made unreadable there.

use std::borrow::Cow;

/// The keys under which people name things themselves.
const NAMED_BY_PEOPLE: &[&str] = &["environment", "hyper-parameters"];

/// Returns a text of TOML in which each byte of such a value is a star, and all else is where it was. What is no TOML is
/// read as well as it can be.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    if !NAMED_BY_PEOPLE.iter().any(|it| text.contains(it)) {
        return Cow::Borrowed(text);
    }
    let mut reader = Reader::new(text);
    while reader.step() {}
    Cow::Owned(reader.masked)
}

/// A table or a list that is written into a value.
#[derive(Clone, Copy, Debug)]
struct Inside {
    is_list: bool,
    is_secret: bool,
}

struct Reader<'a> {
    rest: &'a str,
    masked: String,
    /// Whether the table of the last header is named so.
    in_secret_table: bool,
    inside: Vec<Inside>,
    /// Whether a value comes next, and whether its key is named so.
    value: Option<bool>,
    /// Whether a part of the key that is being read is named so.
    key_is_secret: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
        let (masked, inside) = (String::with_capacity(text.len()), Vec::new());
        Reader { rest: text, masked, in_secret_table: false, inside, value: None, key_is_secret: false }
    }

    /// Reads one token; returns whether there was one.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        let is_new_line = self.masked.is_empty() || self.masked.ends_with('\n');
        match first {
            '[' if is_new_line && self.is_header() => self.header(),
            '\n' => {
                self.take(1);
                // A value ends with its line, unless it is a list or a table.
                if self.inside.is_empty() {
                    (self.value, self.key_is_secret) = (None, false);
                }
            }
            '#' => self.take(self.line().len()),
            '{' | '[' if self.value.is_some() || self.is_in_list() => self.open(first == '['),
            '}' | ']' => {
                self.take(1);
                self.inside.pop();
                self.value = None;
            }
            ',' => {
                self.take(1);
                (self.value, self.key_is_secret) = (None, false);
            }
            '=' if self.value.is_none() => {
                self.take(1);
                self.value = Some(self.key_is_secret);
            }
            _ if first.is_whitespace() => self.take(first.len_utf8()),
            _ => self.word(first),
        }
        true
    }

    fn is_in_list(&self) -> bool {
        self.inside.last().is_some_and(|it| it.is_list)
    }

    /// Whether what comes next is hidden.
    fn is_secret(&self) -> bool {
        let around = self.inside.last().map_or(self.in_secret_table, |it| it.is_secret);
        match self.value {
            Some(of_key) => around || of_key,
            None => around && self.is_in_list(),
        }
    }

    fn line(&self) -> &'a str {
        self.rest.split('\n').next().unwrap_or_default()
    }

    /// A list can begin a line too, but its items are no bare words.
    fn is_header(&self) -> bool {
        let line = self.line().trim_start_matches('[');
        self.line().contains(']') && line.starts_with(|it: char| it.is_ascii_alphabetic())
    }

    fn header(&mut self) {
        let line = self.line();
        let end = line.find(']').map_or(line.len(), |at| at + 1);
        let parts = line[..end].split(['[', ']', '.', '"', '\'', ' ']);
        self.in_secret_table = parts.into_iter().any(|it| NAMED_BY_PEOPLE.contains(&it));
        self.inside.clear();
        (self.value, self.key_is_secret) = (None, false);
        self.take(end);
    }

    fn open(&mut self, is_list: bool) {
        let is_secret = self.is_secret();
        self.take(1);
        self.inside.push(Inside { is_list, is_secret });
        (self.value, self.key_is_secret) = (None, false);
    }

    /// A key, or a value that is neither table nor list.
    fn word(&mut self, first: char) {
        let is_secret = self.is_secret();
        let is_value = self.value.is_some() || self.is_in_list();
        let (opening, inner, closing) = self.parts(first, is_value);
        self.take(opening);
        if is_secret {
            self.hide(inner);
        } else {
            self.key_is_secret |=
                !is_value && self.rest[..inner].split('.').any(|it| NAMED_BY_PEOPLE.contains(&it));
            self.take(inner);
        }
        self.take(closing);
    }

    /// Returns how many bytes of a word are quotes and how many are between them. One that does not end, ends with its
    /// line.
    fn parts(&self, first: char, is_value: bool) -> (usize, usize, usize) {
        for quotes in ["\"\"\"", "'''"] {
            if let Some(inner) = self.rest.strip_prefix(quotes) {
                let end = inner.find(quotes);
                return (3, end.unwrap_or(inner.len()), end.map_or(0, |_| 3));
            }
        }
        let line = self.line();
        if matches!(first, '"' | '\'') {
            let mut is_escaped = false;
            let end = line[1..].find(|it: char| {
                let ends = it == first && !is_escaped;
                is_escaped = it == '\\' && first == '"' && !is_escaped;
                ends
            });
            return (1, end.unwrap_or(line.len() - 1), end.map_or(0, |_| 1));
        }
        let ends = |it: char| match self.inside.is_empty() {
            true => it == '#' || (!is_value && matches!(it, '=' | ' ' | '\t')),
            false => matches!(it, '#' | ',' | '}' | ']') || (!is_value && matches!(it, '=' | ' ' | '\t')),
        };
        (0, line.find(ends).unwrap_or(line.len()).max(first.len_utf8()), 0)
    }

    fn take(&mut self, n_bytes: usize) {
        let (taken, rest) = self.rest.split_at(n_bytes);
        self.masked.push_str(taken);
        self.rest = rest;
    }

    fn hide(&mut self, n_bytes: usize) {
        let (taken, rest) = self.rest.split_at(n_bytes);
        let stars =
            taken.chars().map(|it| if it == '\n' { "\n".to_owned() } else { "*".repeat(it.len_utf8()) });
        self.masked.extend(stars);
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn only_values_that_people_name_are_hidden() {
        let text = r#"name = "lab"
[sagemaker.models.m]
primary-container = { image = "i:1", environment = { TOKEN = "hunter2 \" }", N = 3 }, mode = "x" }
[sagemaker.training-jobs.j]
environment = { A = 'hunter2', B = """hunter2
hunter2""" } # said
hyper-parameters.key = "hunter2"
role = "arn"
[sagemaker.training-jobs.j.environment]
C = "hünter2"
list = ["hunter2", { x = "hunter2" }]
[[sagemaker.models.n.containers]]
image = "i:2"
environment.D = hunter2 without quotes
"#;
        insta::assert_snapshot!(masked(text), @r#"
        name = "lab"
        [sagemaker.models.m]
        primary-container = { image = "i:1", environment = { TOKEN = "************", N = **}, mode = "x" }
        [sagemaker.training-jobs.j]
        environment = { A = '*******', B = """*******
        *******""" } # said
        hyper-parameters.key = "*******"
        role = "arn"
        [sagemaker.training-jobs.j.environment]
        C = "********"
        list = ["*******", { x = "*******" }]
        [[sagemaker.models.n.containers]]
        image = "i:2"
        environment.D = **********************
        "#);
        assert_eq!(masked(text).len(), text.len());
    }

    #[test]
    fn what_is_no_toml_hides_no_less() {
        for text in [
            "environment = { A = \"hunter2\" B = 'hunter2",
            "environment = { A = hunter2",
            "x.environment={A=\"hunter2\nB=\"hunter2\"}",
            "[a.environment]\nA = = \"hunter2\"",
            "sagemaker.models.m.environment.A=hunter2",
            "environment = [\"hunter2\", [\"hunter2\"]]",
            "environment = \"\"\"hunter2",
        ] {
            assert!(!masked(text).contains("hunter2"), "{}", masked(text));
            assert_eq!(masked(text).len(), text.len());
        }
        assert_eq!(masked("environments = \"dev\" # environment"), "environments = \"dev\" # environment");
    }
}
