//! What an API is told beside what the network is made of: its own fields, under its own names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Fields of a request or an answer by the API's names, such as `InstanceType`, with values as they stand in its JSON.
///
/// What of it names other objects is no part of it: that is a [`crate::Key`] of the spec which holds the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(pub BTreeMap<String, Value>);

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The outermost field, by the API's name.
    pub field: String,
    /// Where it is, in the blueprint's spelling: `resource-config.instance-type`.
    pub path: String,
    /// What there is; none if it is not there.
    pub live: Option<String>,
    /// What is wanted; none if it goes away.
    pub want: Option<String>,
}

impl Document {
    /// Returns the value of a field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// Sets a field.
    pub fn insert(&mut self, field: &str, value: impl Into<Value>) {
        self.0.insert(field.to_owned(), value.into());
    }

    /// Returns the fields of `self` (wanted) that `live` has otherwise. What AWS adds by itself is no difference; but what
    /// people name, such as variables of an environment, AWS does not add.
    pub fn differences(&self, live: &Document) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (field, want) in &self.0 {
            let mut found = Vec::new();
            compare(&kebab(field), field, want, live.0.get(field), &mut found);
            differences.extend(found.into_iter().map(|(path, live, want)| Difference {
                field: field.clone(),
                path,
                live,
                want,
            }));
        }
        differences
    }

    /// Returns the document with the fields of `over` in place of its own.
    #[must_use]
    pub fn with(mut self, over: &Document) -> Document {
        self.0.extend(over.0.iter().map(|(field, value)| (field.clone(), value.clone())));
        self
    }
}

type Found = Vec<(String, Option<String>, Option<String>)>;

/// Returns whether people name what is in a field, so that nothing of it is spelled in another way.
pub fn is_named_by_people(field: &str) -> bool {
    matches!(
        field,
        "CollectionParameters"
            | "Environment"
            | "HookParameters"
            | "HyperParameters"
            | "ProfilingParameters"
            | "RuleParameters"
    )
}

fn compare(path: &str, field: &str, want: &Value, live: Option<&Value>, found: &mut Found) {
    let spelled = |name: &str| if is_named_by_people(field) { name.to_owned() } else { kebab(name) };
    match (want, live) {
        (Value::Object(want), Some(Value::Object(live))) => {
            for (name, want) in want {
                compare(&format!("{path}.{}", spelled(name)), name, want, live.get(name), found);
            }
            let is_only_live = |name: &&String| !want.contains_key(*name);
            for name in live.keys().filter(is_only_live) {
                let is_own = is_named_by_people(field) || (name == "Environment" && !is_empty(&live[name]));
                if is_own {
                    found.push((format!("{path}.{}", spelled(name)), Some(text(&live[name])), None));
                }
            }
        }
        (Value::Array(want), Some(Value::Array(live))) if want.len() == live.len() => {
            for (at, (want, live)) in want.iter().zip(live).enumerate() {
                compare(&format!("{path}[{at}]"), "", want, Some(live), found);
            }
        }
        (want, live) if live == Some(want) => {}
        // To JSON, 1 and 1.0 are one number.
        (Value::Number(want), Some(Value::Number(live))) if want.as_f64() == live.as_f64() => {}
        (want, live) => found.push((path.to_owned(), live.map(text), Some(text(want)))),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns an API's name in the blueprint's spelling: `VolumeSizeInGB` is `volume-size-in-gb`.
pub fn kebab(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let begins_word = |at: usize| {
        let (this, before) = (letters[at], letters[at - 1]);
        let next_is_small = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        this.is_ascii_uppercase() && (!before.is_ascii_uppercase() || next_is_small)
    };
    let mut kebab = String::new();
    for (at, letter) in letters.iter().enumerate() {
        if 0 < at && begins_word(at) {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(value: Value) -> Document {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn names_are_spelled_as_in_the_blueprint() {
        let names =
            ["VolumeSizeInGB", "S3OutputPath", "KmsKeyId", "EnableNetworkIsolation", "S3Uri", "RoleArn"];
        let expected = [
            "volume-size-in-gb",
            "s3-output-path",
            "kms-key-id",
            "enable-network-isolation",
            "s3-uri",
            "role-arn",
        ];
        assert_eq!(names.map(kebab), expected);
    }

    #[test]
    fn what_aws_adds_is_no_difference() {
        let want = document(json!({"Stop": {"Max": 60}, "List": [{"A": 1.0}]}));
        let live = document(json!({"Stop": {"Max": 60, "Min": 1}, "List": [{"A": 1, "B": 2}], "More": true}));
        assert_eq!(want.differences(&live), []);
    }

    #[test]
    fn what_people_have_taken_away_is_a_difference() {
        let of =
            |environment: Value| document(json!({"Container": {"Image": "i", "Environment": environment}}));
        let told = |want: &Document| -> Vec<(String, Option<String>)> {
            let live = of(json!({"A": "1", "B": "2"}));
            want.differences(&live).into_iter().map(|it| (it.path, it.want)).collect()
        };
        assert_eq!(told(&of(json!({"A": "1"}))), [("container.environment.B".to_owned(), None)]);
        let without = document(json!({"Container": {"Image": "i"}}));
        assert_eq!(told(&without), [("container.environment".to_owned(), None)]);
        assert_eq!(without.differences(&of(json!({}))), []);
    }

    #[test]
    fn what_people_name_is_spelled_as_they_do() {
        let of = |value: &str| document(json!({"Container": {"Environment": {"API_TOKEN": value}}}));
        let told = of("a").differences(&of("b"));
        assert_eq!(told[0].path, "container.environment.API_TOKEN");
    }

    #[test]
    fn what_differs_is_told_by_its_path() {
        let want =
            document(json!({"Config": {"InstanceType": "ml.m5.large", "Count": 2}, "Tags": ["a", "b"]}));
        let live = document(json!({"Config": {"InstanceType": "ml.m5.xlarge"}, "Tags": ["a"]}));
        let told = want.differences(&live).into_iter().map(|it| {
            format!(
                "{} {}: {} -> {}",
                it.field,
                it.path,
                it.live.unwrap_or_default(),
                it.want.unwrap_or_default()
            )
        });
        let told: Vec<String> = told.collect();
        let expected = [
            "Config config.count:  -> 2",
            "Config config.instance-type: ml.m5.xlarge -> ml.m5.large",
            "Tags tags: [\"a\"] -> [\"a\",\"b\"]",
        ];
        assert_eq!(told, expected);
    }
}
