//! What AWS would refuse in an endpoint's policy, found before it is asked.
//!
//! Policies that are live go through the core, which takes whatever AWS has taken; this is for those of an author.

use serde_json::{Map, Value};

use crate::words::names::listed;

/// IAM user guide, "IAM JSON policy elements reference".
const ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// What is wrong with a policy, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) what: String,
    pub(crate) help: String,
}

/// Returns everything that is wrong with the statements of a policy. What is no policy at all has none.
pub(crate) fn mistakes(json: &str) -> Vec<Mistake> {
    let document: Value = serde_json::from_str(json).unwrap_or_default();
    let statements: &[Value] = match document.get("Statement") {
        None => return Vec::new(),
        Some(Value::Array(many)) => many,
        Some(one) => std::slice::from_ref(one),
    };
    if statements.is_empty() {
        let what = "has no statement".to_owned();
        return vec![Mistake {
            what,
            help: "write what is allowed; without any, leave `policy` out".to_owned(),
        }];
    }
    statements.iter().enumerate().flat_map(|(at, it)| of_statement(at + 1, it)).collect()
}

fn of_statement(number: usize, statement: &Value) -> Vec<Mistake> {
    let mistake = |what: String, help: &str| Mistake {
        what: format!("has a mistake in statement {number}: {what}"),
        help: help.to_owned(),
    };
    let Value::Object(elements) = statement else {
        let help = "write `{ \"Effect\": …, \"Principal\": …, \"Action\": …, \"Resource\": … }`";
        return vec![mistake("it is no object".to_owned(), help)];
    };
    let mut mistakes = Vec::new();
    match elements.get("Effect").map(Value::as_str) {
        Some(Some("Allow" | "Deny")) => {}
        None => {
            mistakes.push(mistake(
                "it has no `Effect`".to_owned(),
                "write `\"Effect\": \"Allow\"` or `\"Deny\"`",
            ));
        }
        Some(_) => mistakes
            .push(mistake(format!("`Effect` is {}", elements["Effect"]), "write `\"Allow\"` or `\"Deny\"`")),
    }
    for (element, example) in
        [("Principal", "\"*\""), ("Action", "\"s3:GetObject\""), ("Resource", "\"arn:aws:s3:::bucket/*\"")]
    {
        let help = format!("write `\"{element}\": …`, such as {example}");
        mistakes.extend(one_of(elements, element).map(|what| mistake(what, &help)));
    }
    for element in elements.keys().filter(|it| !ELEMENTS.contains(&it.as_str())) {
        let help = format!("a statement has {}", listed(ELEMENTS));
        mistakes.push(mistake(format!("`{element}` is no element of it"), &help));
    }
    mistakes
}

/// Returns what is wrong if there is not exactly one of an element and its negation.
fn one_of(elements: &Map<String, Value>, element: &str) -> Option<String> {
    let negation = format!("Not{element}");
    match (elements.contains_key(element), elements.contains_key(&negation)) {
        (true, true) => Some(format!("it has both `{element}` and `{negation}`")),
        (false, false) => Some(format!("it has no `{element}`")),
        _ => None,
    }
}
