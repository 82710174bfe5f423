//! Proofs as JUnit XML: a test case for each guarantee, and for each finding of the policy pack that is denied or
//! allowed, as CI systems show them.
//!
//! There is no standard; these are the elements that Jenkins, GitLab and the actions of GitHub read alike.

use std::fmt::{self, Write};

use palisade_core::Element;
use palisade_verify::policy::{Judged, Standing};
use palisade_verify::{Proof, Verdict};

use super::{ProofView, claim, of_one, word};
use crate::policy::PolicyView;
use crate::style::Style;

/// How wide what is told of a failure may be.
const WIDTH: usize = 120;

/// Returns the proof as JUnit XML. What is broken or denied has failed, what cannot be decided is an error, and what is
/// assumed or allowed is skipped with the reason.
pub fn junit(view: &ProofView<'_>, findings: &PolicyView<'_>) -> String {
    let found = || findings.judgement.judged.iter().filter(|it| it.standing != Standing::Warned);
    let n_of = |is_meant: fn(&Verdict) -> bool| view.proofs.iter().filter(|it| is_meant(&it.verdict)).count();
    let proved = Counts {
        tests: view.proofs.len(),
        failures: n_of(|it| matches!(it, Verdict::Broken(_))),
        errors: n_of(|it| matches!(it, Verdict::Undetermined(..) | Verdict::Empty)),
        skipped: n_of(|it| matches!(it, Verdict::Assumed(_))),
    };
    let failures = found().filter(|it| it.standing == Standing::Denied).count();
    let tests = found().count();
    let judged = Counts { tests, failures, errors: 0, skipped: tests - failures };
    let all = Counts {
        tests: proved.tests + judged.tests,
        failures: proved.failures + judged.failures,
        errors: proved.errors,
        skipped: proved.skipped + judged.skipped,
    };
    let name = escaped(view.blueprint);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"palisade verify\" {all}>\n  \
         <testsuite name=\"{name}\" {proved}>\n"
    );
    view.proofs.iter().for_each(|it| text += &case(view, it));
    text += "  </testsuite>\n";
    if 0 < tests {
        text += &format!("  <testsuite name=\"{name} policy\" {judged}>\n");
        found().for_each(|it| text += &policy_case(view, findings, it));
        text += "  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

/// How many test cases there are, and how many did not succeed.
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// As attributes.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { tests, failures, errors, skipped } = self;
        write!(f, "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

fn policy_case(view: &ProofView<'_>, findings: &PolicyView<'_>, judged: &Judged) -> String {
    let Judged { finding, standing } = judged;
    let place = (findings.places)(&Element::Object(finding.key.clone())).map(|it| view.line_of(&it));
    let place = place.map(|(file, line)| format!(" file=\"{}\" line=\"{line}\"", escaped(&file)));
    let (element, said) = match standing {
        Standing::Allowed(reason) => ("skipped", reason.as_str()),
        Standing::Denied | Standing::Warned => ("failure", finding.message.as_str()),
    };
    format!(
        "    <testcase name=\"{} {}\" classname=\"{}\"{}>\n      <{element} message=\"{}\">{}</{element}>\n    \
         </testcase>\n",
        finding.id,
        escaped(&finding.key.to_string()),
        escaped(view.blueprint),
        place.unwrap_or_default(),
        escaped(said),
        escaped(&finding.mend),
    )
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
