//! Which statements draw a boundary of trust.

use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::Endpoint;
use palisade_core::{Live, Policy};
use palisade_verify::World;
use palisade_verify::policy::examine;

use crate::{SOUND, draft};

/// Returns whether a statement that allows is found to let anybody do anything at an endpoint.
fn is_found(endpoint: &str, statement: &str) -> bool {
    let draft = draft(SOUND);
    let (facts, live) = (draft.fixtures(), Live::default());
    let mut network = draft.resolve(&facts, &live).expect("no mistake").network;
    let key = format!("endpoint.{endpoint}").parse().expect("a key");
    let spec = network.resources.get_mut(&key).expect("the endpoint");
    let text = format!(r#"{{"Statement": [{{"Effect": "Allow", "Action": "*", {statement}}}]}}"#);
    Endpoint::of_mut(spec).expect("an endpoint").policy = Some(Policy::parse(&text).expect("a policy"));
    let terms = draft.terms(&facts, &live);
    let found = examine(&World::wanted(&network, &live, &terms), &network);
    assert!(found.iter().all(|it| it.id == "net.endpoint-policy" && it.key == key), "{found:#?}");
    !found.is_empty()
}

const OPEN: &[&str] = &[
    r#""Principal": "*", "Resource": "*""#,
    r#""Principal": {"AWS": "*"}, "Resource": ["arn:aws:s3:::mine/*", "*"]"#,
    r#""Principal": {"AWS": ["111122223333", "*"]}, "Resource": "arn:aws:s3:::*""#,
    r#""Principal": "*", "Resource": "arn:aws:s3:::*/*""#,
    r#""Principal": "*", "Resource": "arn:aws:dynamodb:*:*:table/*""#,
    r#""NotPrincipal": {"AWS": "111122223333"}, "Resource": "*""#,
    r#""Principal": "*", "NotResource": "arn:aws:s3:::theirs/*""#,
    // Whatever passes the endpoint comes from the VPC.
    r#""Principal": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}"#,
    r#""Principal": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
    // Lets pass what has no such key.
    r#""Principal": "*", "Resource": "*", "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}"#,
    r#""Principal": "*", "Resource": "*", "Condition": {"StringLike": {"aws:PrincipalOrgID": "*"}}"#,
    r#""Principal": "*", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}"#,
];

const BOUNDED: &[&str] = &[
    r#""Principal": {"AWS": "111122223333"}, "Resource": "*""#,
    r#""Principal": "*", "Resource": "arn:aws:s3:::mine/*""#,
    r#""Principal": "*", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/*""#,
    r#""Principal": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
    r#""Principal": "*", "Resource": "*", "Condition": {"StringEquals": {"AWS:ResourceOrgID": ["o-1", "o-2"]}}"#,
    r#""Principal": "*", "Resource": "*", "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}"#,
    r#""Principal": "*", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}"#,
];

#[test]
fn statements_that_bound_neither_who_nor_what() {
    for statement in OPEN {
        assert!(is_found("s3", statement), "{statement}");
    }
    assert!(is_found("ecr.api", OPEN[0]), "a policy that is written is judged whatever the service");
}

#[test]
fn statements_that_bound_one_of_them() {
    for statement in BOUNDED {
        assert!(!is_found("s3", statement), "{statement}");
    }
}
