//! What leases are as parameters of Systems Manager.

use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{CloudError, LeaseStore, Refused};
use serde_json::json;

use super::wire::{Say, Server};
use crate::lease_statement;

#[tokio::test]
async fn they_are_listed_page_by_page_with_their_age() {
    let written = |name: &str, s: f64| json!({ "Name": name, "Value": name, "LastModifiedDate": s });
    // 2026-11-24T10:00:00Z by AWS's clock, whatever this machine takes it to be.
    let now = 1_795_514_400.0;
    let date = "Tue, 24 Nov 2026 10:00:00 GMT";
    let first = json!({
        "Parameters": [written("/palisade/lab/lease/9", now - 180.0), written("/palisade/lab/lease/readme", now)],
        "NextToken": "more",
    });
    let last = json!({ "Parameters": [written("/palisade/lab/lease/10", now - 0.5), written("/palisade/lab/lease/11", now + 60.0)] });
    let server = Server::that_says([Say::Dated(date, first), Say::Dated(date, last)]);
    let listed = server.connect().list("lab").await.expect("two pages");
    let listed: Vec<(u64, Duration)> = listed.iter().map(|it| (it.number, it.age)).collect();
    // What seems to come from the future was written just now.
    assert_eq!(
        listed,
        [(9, Duration::from_secs(180)), (10, Duration::from_millis(500)), (11, Duration::ZERO)]
    );
    insta::assert_snapshot!(server.requests().join("\n"), @r#"
    GetParametersByPath {"MaxResults":10,"Path":"/palisade/lab/lease"}
    GetParametersByPath {"MaxResults":10,"NextToken":"more","Path":"/palisade/lab/lease"}
    "#);
}

#[tokio::test]
async fn one_is_written_once_and_only_its_holder_writes_over_it() {
    let taken = Say::json_error(400, "ParameterAlreadyExists", "The parameter already exists.");
    let server = Server::that_says([
        Say::Json(200, json!({})),
        taken,
        Say::Json(200, json!({})),
        Say::Json(200, json!({})),
    ]);
    let aws = server.connect();
    aws.create("lab", 7, "mine").await.expect("it is new");
    match aws.create("lab", 7, "mine").await {
        Err(CloudError::Refused(Refused { reason: Reason::Exists, .. })) => {}
        other => panic!("{other:?}"),
    }
    aws.overwrite("lab", 7, "free").await.expect("it is ours");
    aws.delete("lab", &[5, 6]).await.expect("they are old");
    insta::assert_snapshot!(server.requests().join("\n"), @r#"
    PutParameter {"Name":"/palisade/lab/lease/7","Overwrite":false,"Type":"String","Value":"mine"}
    PutParameter {"Name":"/palisade/lab/lease/7","Overwrite":false,"Type":"String","Value":"mine"}
    PutParameter {"Name":"/palisade/lab/lease/7","Overwrite":true,"Type":"String","Value":"free"}
    DeleteParameters {"Names":["/palisade/lab/lease/5","/palisade/lab/lease/6"]}
    "#);
}

#[tokio::test]
async fn a_write_is_never_sent_twice_by_itself() {
    for (say, is_lost) in [(Say::HangUp, true), (Say::json_error(400, "TooManyUpdates", "slow down"), false)]
    {
        let server = Server::that_says([say]);
        match server.connect().create("lab", 1, "mine").await {
            Err(CloudError::Lost(_)) => assert!(is_lost),
            Err(CloudError::Transient(_)) => assert!(!is_lost),
            other => panic!("{other:?}"),
        }
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn whoever_may_not_is_told_the_action() {
    let denied = Say::json_error(400, "AccessDeniedException", "no identity-based policy allows it");
    match Server::that_says([denied]).connect().list("lab").await {
        Err(CloudError::Denied { action, .. }) => assert_eq!(action, "ssm:GetParametersByPath"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_statement_to_add_is_of_the_partition() {
    insta::assert_snapshot!(lease_statement("eu-west-1", "111122223333", "lab"), @r#"{"Effect": "Allow", "Action": ["ssm:GetParametersByPath", "ssm:PutParameter", "ssm:DeleteParameters"], "Resource": "arn:aws:ssm:eu-west-1:111122223333:parameter/palisade/lab/*"}"#);
    assert!(lease_statement("cn-north-1", "1", "lab").contains("arn:aws-cn:ssm:"));
    assert!(lease_statement("us-gov-west-1", "1", "lab").contains("arn:aws-us-gov:ssm:"));
}
