//! What the account's own quotas read back as.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::{Cloud, Needs, Quota};

use super::wire::{Say, Server};
use crate::Reading;

const LIST: &str = "ListServiceQuotas";

/// Returns the requests of an empty account, and what it says of its quotas.
async fn read(
    quotas: impl IntoIterator<Item = Quota>,
    mut say: impl FnMut(&str) -> Say + Send + 'static,
) -> (Vec<String>, BTreeMap<Quota, u64>, Reading) {
    let server = Server::that_filters(move |operation, asked| match operation {
        LIST => say(asked),
        "GetCallerIdentity" => {
            let account =
                "<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>";
            Say::ok(operation, account)
        }
        _ => Say::ok(operation, ""),
    });
    let aws = server.connect();
    let needs =
        Needs { blueprint: "lab".to_owned(), quotas: quotas.into_iter().collect(), ..Needs::default() };
    let seen = aws.observe(&needs).await.expect("the account can be read");
    assert_eq!(seen.account, "111122223333");
    let mut asked: Vec<String> =
        server.requests().into_iter().filter(|it| it.contains("ServiceCode")).collect();
    asked.sort();
    (asked, seen.facts.quotas, aws.last_reading())
}

fn json(status: u16, text: &str) -> Say {
    Say::Json(status, serde_json::from_str(text).expect("JSON"))
}

fn page(quotas: &[(&str, &str)], next: &str) -> Say {
    let quota = |(code, value): &(&str, &str)| {
        format!(r#"{{"ServiceCode":"x","QuotaCode":"{code}","Value":{value}}}"#)
    };
    let quotas: Vec<String> = quotas.iter().map(quota).collect();
    let next = if next.is_empty() { String::new() } else { format!(r#","NextToken":"{next}""#) };
    json(200, &format!(r#"{{"Quotas":[{}]{next}}}"#, quotas.join(",")))
}

#[tokio::test]
async fn a_service_is_asked_once_and_page_by_page() {
    let asked =
        [Quota::RulesPerSecurityGroup, Quota::SubnetsPerVpc, Quota::RoutesPerRouteTable, Quota::ElasticIps];
    let (requests, quotas, reading) = read(asked, |asked| match asked {
        // What a blueprint says nothing of, such as blocks of a VPC, is of no interest.
        it if it.contains("NextToken") => page(&[("L-407747CB", "250.0"), ("L-83CA0A9D", "5.0")], ""),
        it if it.contains(r#""vpc""#) => page(&[("L-0EA8095F", "120.0"), ("L-29B6F2EB", "50.0")], "more"),
        _ => page(&[("L-0263D0A3", "20")], ""),
    })
    .await;
    insta::assert_snapshot!(requests.join("\n"), @r#"
    ListServiceQuotas {"MaxResults":100,"NextToken":"more","ServiceCode":"vpc"}
    ListServiceQuotas {"MaxResults":100,"ServiceCode":"ec2"}
    ListServiceQuotas {"MaxResults":100,"ServiceCode":"vpc"}
    "#);
    // One that AWS does not list is one that could not be read.
    let own = [(Quota::RulesPerSecurityGroup, 120), (Quota::SubnetsPerVpc, 250), (Quota::ElasticIps, 20)];
    assert_eq!(quotas, own.into());
    assert_eq!(reading, Reading { waves: 1, requests: 14 });
}

#[tokio::test]
async fn only_the_service_of_which_a_quota_is_asked_for() {
    let (requests, quotas, reading) = read([Quota::ElasticIps], |_| page(&[("L-0263D0A3", "5.0")], "")).await;
    insta::assert_snapshot!(requests.join("\n"), @r#"ListServiceQuotas {"MaxResults":100,"ServiceCode":"ec2"}"#);
    assert_eq!(quotas, [(Quota::ElasticIps, 5)].into());
    assert_eq!(reading, Reading { waves: 1, requests: 12 });
    let (requests, quotas, reading) = read([], |_| page(&[], "")).await;
    assert_eq!((requests, quotas), (Vec::new(), BTreeMap::new()));
    assert_eq!(reading, Reading { waves: 1, requests: 11 });
}

#[tokio::test]
async fn an_account_that_does_not_tell_is_read_all_the_same() {
    let denied = r#"{"__type":"AccessDeniedException","Message":"no identity-based policy allows it"}"#;
    let answers: [fn(&str) -> Say; 5] = [
        |denied| json(400, denied),
        |_| json(500, r#"{"__type":"InternalFailure"}"#),
        // As an emulator without the service says it, or a proxy.
        |_| Say::error(501, "InternalFailure", "not yet implemented"),
        |_| Say::Xml(200, "<html>".to_owned()),
        |_| Say::HangUp,
    ];
    let asked = BTreeSet::from([Quota::SubnetsPerVpc]);
    for answer in answers {
        let (requests, quotas, _) = read(asked.clone(), move |_| answer(denied)).await;
        assert_eq!(quotas, BTreeMap::new());
        assert_eq!(requests.len(), 1, "it is not sent again");
    }
}

/// A page that is missing takes the others with it: whatever is told of a service is told whole.
#[tokio::test]
async fn half_a_list_is_none() {
    let asked = [Quota::SubnetsPerVpc, Quota::ElasticIps];
    let (_, quotas, _) = read(asked, |asked| match asked {
        it if it.contains("NextToken") => Say::HangUp,
        it if it.contains(r#""vpc""#) => page(&[("L-407747CB", "250.0")], "more"),
        _ => page(&[("L-0263D0A3", "20.0")], ""),
    })
    .await;
    assert_eq!(quotas, [(Quota::ElasticIps, 20)].into());
}

#[tokio::test]
async fn what_is_no_count_is_not_believed() {
    for value in ["0.5", "-1.0", "1e12"] {
        let (_, quotas, _) = read([Quota::SubnetsPerVpc], move |_| page(&[("L-407747CB", value)], "")).await;
        assert_eq!(quotas, BTreeMap::new(), "{value}");
    }
}
