//! A policy document, compared by what it means.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A resource policy in IAM's JSON. Two are equal if they say the same, however AWS or the author spells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Policy {
    /// What is sent: the document without white space, since an endpoint policy is limited to 20,480 characters.
    text: String,
    /// As it compares.
    canonical: Value,
}

/// The text is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPolicy(String);

impl Policy {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Policy, NotAPolicy> {
        let value: Value = serde_json::from_str(text).map_err(|err| NotAPolicy(err.to_string()))?;
        let Value::Object(document) = &value else {
            return Err(NotAPolicy("a policy is a JSON object".to_owned()));
        };
        if !document.contains_key("Statement") {
            return Err(NotAPolicy("a policy has a `Statement`".to_owned()));
        }
        Ok(Policy { text: value.to_string(), canonical: canonical(document) })
    }

    /// Returns whether everything is allowed to everybody, which is what AWS writes where no policy is given.
    pub fn is_full_access(&self) -> bool {
        let everything = json!([{
            "Action": ["*"], "Effect": "Allow", "Principal": {"AWS": ["*"]}, "Resource": ["*"],
        }]);
        self.canonical.get("Statement") == Some(&everything)
    }
}

impl Policy {
    /// Returns the statements in the form in which policies compare: what may be one or a list is a list.
    pub fn statements(&self) -> &[Value] {
        self.canonical.get("Statement").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Policy) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Policy {}

/// The document without white space.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Policy {
    type Error = NotAPolicy;

    fn try_from(text: String) -> Result<Policy, NotAPolicy> {
        Policy::parse(&text)
    }
}

impl From<Policy> for String {
    fn from(policy: Policy) -> String {
        policy.text
    }
}

/// An absent version means the first (IAM user guide, "IAM JSON policy elements: Version"); ids mean nothing.
fn canonical(document: &Map<String, Value>) -> Value {
    let statements = one_or_many(document.get("Statement"));
    let mut statements: Vec<Value> = statements.into_iter().map(statement).collect();
    statements.sort_by_key(Value::to_string);
    let version = document.get("Version").cloned().unwrap_or_else(|| json!("2008-10-17"));
    json!({ "Version": version, "Statement": statements })
}

fn statement(value: Value) -> Value {
    let Value::Object(statement) = value else { return value };
    let element = |(name, value): (String, Value)| {
        let value = match name.as_str() {
            "Action" | "NotAction" => set(&value, |it| it.to_lowercase()),
            "Resource" | "NotResource" => set(&value, |it| it.to_owned()),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => conditions(value),
            _ => value,
        };
        (name, value)
    };
    statement.into_iter().filter(|(name, _)| name != "Sid").map(element).collect()
}

fn principal(value: Value) -> Value {
    let kinds = match value {
        Value::String(all) if all == "*" => return json!({ "AWS": ["*"] }),
        Value::Object(kinds) => kinds,
        other => return other,
    };
    kinds.into_iter().map(|(kind, who)| (kind, set(&who, account_root))).collect()
}

/// An account's number stands for its root.
fn account_root(principal: &str) -> String {
    match principal.len() == 12 && principal.bytes().all(|it| it.is_ascii_digit()) {
        true => format!("arn:aws:iam::{principal}:root"),
        false => principal.to_owned(),
    }
}

fn conditions(value: Value) -> Value {
    let Value::Object(operators) = value else { return value };
    let operator = |(name, keys): (String, Value)| {
        let keys = match keys {
            Value::Object(keys) => keys
                .into_iter()
                .map(|(key, values)| (key.to_lowercase(), set(&values, |it| it.to_owned())))
                .collect(),
            other => other,
        };
        (name, keys)
    };
    operators.into_iter().map(operator).collect()
}

/// A scalar is a list of one; lists are sets; numbers and booleans are their text.
fn set(value: &Value, spell: impl Fn(&str) -> String) -> Value {
    let text = |it: Value| match it {
        Value::String(text) => spell(&text),
        other => other.to_string(),
    };
    let values: BTreeSet<String> = one_or_many(Some(value)).into_iter().map(text).collect();
    values.into_iter().map(Value::String).collect()
}

fn one_or_many(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(many)) => many.clone(),
        Some(one) => vec![one.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Policy {
        Policy::parse(text).expect("a policy")
    }

    #[test]
    fn spelling_does_not_matter() {
        let ours = r#"{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*",
            "Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b/*",
            "Condition":{"Bool":{"aws:SecureTransport":true}}}]}"#;
        let theirs = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},
            "Action":["s3:putobject","s3:getobject"],"Resource":["arn:aws:s3:::b/*"],
            "Condition":{"Bool":{"aws:securetransport":["true"]}}}}"#;
        assert_eq!(policy(ours), policy(theirs));
        assert_ne!(policy(ours), policy(&ours.replace("s3:PutObject", "s3:DeleteObject")));
    }

    #[test]
    fn the_default_of_aws_is_full_access() {
        let default = r#"{"Version":"2008-10-17","Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
        assert!(policy(default).is_full_access());
        assert!(!policy(&default.replace("Allow", "Deny")).is_full_access());
    }

    #[test]
    fn a_principal_by_account_is_its_root() {
        let by = |who: &str| {
            policy(&format!(
                r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{who}"}},"Action":"*","Resource":"*"}}]}}"#
            ))
        };
        assert_eq!(by("111122223333"), by("arn:aws:iam::111122223333:root"));
    }
}
