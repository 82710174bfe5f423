//! Proofs as JUnit XML: a test case for each guarantee, as CI systems show them.
//!
//! There is no standard; these are the elements that Jenkins, GitLab and the actions of GitHub read alike.

use std::fmt::Write;

use palisade_verify::{Proof, Verdict};

use super::{ProofView, claim, of_one, word};
use crate::style::Style;

/// How wide what is told of a failure may be.
const WIDTH: usize = 120;

/// Returns the proof as JUnit XML. What is broken has failed, what cannot be decided is an error, and what is assumed is
/// skipped with the reason.
pub fn junit(view: &ProofView<'_>) -> String {
    let n_of = |is_meant: fn(&Verdict) -> bool| view.proofs.iter().filter(|it| is_meant(&it.verdict)).count();
    let failures = n_of(|it| matches!(it, Verdict::Broken(_)));
    let errors = n_of(|it| matches!(it, Verdict::Undetermined(..) | Verdict::Empty));
    let skipped = n_of(|it| matches!(it, Verdict::Assumed(_)));
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"",
        view.proofs.len()
    );
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"palisade verify\" {counts}>\n  \
         <testsuite name=\"{}\" {counts}>\n",
        escaped(view.blueprint)
    );
    view.proofs.iter().for_each(|it| text += &case(view, it));
    text + "  </testsuite>\n</testsuites>\n"
}

fn case(view: &ProofView<'_>, proof: &Proof<'_>) -> String {
    let Proof { guarantee, verdict } = proof;
    let (file, line) = view.line_of(&guarantee.span);
    let mut text = format!(
        "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{line}\"",
        escaped(&guarantee.name),
        escaped(view.blueprint),
        escaped(&file),
    );
    let element = match verdict {
        Verdict::Holds => return text + "/>\n",
        Verdict::Broken(_) => "failure",
        Verdict::Undetermined(..) | Verdict::Empty => "error",
        Verdict::Assumed(_) => "skipped",
    };
    let kind = if element == "skipped" { String::new() } else { format!(" type=\"{}\"", word(verdict).0) };
    let said = match verdict {
        Verdict::Assumed(_) => guarantee.assume.clone().unwrap_or_default(),
        _ => claim(guarantee),
    };
    let told = escaped(&of_one(view, proof, Style::plain(WIDTH)));
    writeln!(
        text,
        ">\n      <{element} message=\"{}\"{kind}>{told}</{element}>\n    </testcase>",
        escaped(&said)
    )
    .expect("a string takes every text");
    text
}

/// What stands for a text in XML, between tags and in attributes; characters that XML has no way to write are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' | '\t' => escaped.push(it),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            it => escaped.push(it),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_have_every_character() {
        assert_eq!(escaped("a < b & \"c\" > d\u{7}"), "a &lt; b &amp; &quot;c&quot; &gt; d");
    }
}
