//! Who has the names that are wanted, where the tagging API does not say.

use palisade_core::{Cloud, Key, Needs, Object};
use serde_json::{Value, json};

use super::wire::{Say, Server};

fn arn(path: &str) -> String {
    format!("arn:aws:sagemaker:eu-west-1:111122223333:{path}")
}

/// An account in which the tagging API has heard of nothing yet.
fn unheard(operation: &str, said: &str) -> Say {
    let said: Value = serde_json::from_str(said).unwrap_or_default();
    let answer = match operation {
        "GetCallerIdentity" => {
            let account =
                "<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>";
            return Say::ok(operation, account);
        }
        "ListDomains" => json!({"Domains": [
            {"DomainName": "studio", "DomainArn": arn("domain/d-1")},
            {"DomainName": "studio", "DomainArn": arn("domain/d-2")},
            {"DomainName": "other", "DomainArn": arn("domain/d-3")},
        ]}),
        "DescribeDomain" => json!({
            "DomainArn": arn(&format!("domain/{}", said["DomainId"].as_str().unwrap_or_default())),
            "DomainName": "studio", "Status": "InService", "VpcId": "vpc-of-others", "SubnetIds": [],
        }),
        "ListUserProfiles" => json!({"UserProfiles": [
            {"DomainId": "d-1", "UserProfileName": "Ann", "Status": "InService"},
            {"DomainId": "d-1", "UserProfileName": "bob", "Status": "InService"},
        ]}),
        "ListSpaces" | "ListApps" => json!({}),
        "DescribeUserProfile" => {
            let name = said["UserProfileName"].as_str().unwrap_or_default();
            let path = format!("user-profile/d-1/{}", name.to_ascii_lowercase());
            json!({"DomainId": "d-1", "UserProfileArn": arn(&path), "UserProfileName": name, "Status": "InService"})
        }
        "DescribeModel" => json!({"ModelArn": arn("model/m"), "ModelName": "m"}),
        "DescribeNotebookInstance" => {
            return Say::json_error(400, "ValidationException", "RecordNotFound");
        }
        "ListTags" => json!({ "Tags": tags_of(said["ResourceArn"].as_str().unwrap_or_default()) }),
        _ => return Say::ok(operation, ""),
    };
    Say::Json(200, answer)
}

/// The first domain and the profile of Ann are ours.
fn tags_of(asked: &str) -> Value {
    let ours = [("domain/d-1", "domain.studio"), ("user-profile/d-1/ann", "user-profile.Ann")];
    let key = ours.into_iter().find(|(path, _)| arn(path) == asked).map(|(_, key)| key);
    let tags = key.map(|key| {
        let tags = [("palisade:blueprint", "lab"), ("palisade:generation", "1"), ("palisade:key", key)];
        tags.map(|(name, value)| json!({ "Key": name, "Value": value }))
    });
    json!(tags.into_iter().flatten().collect::<Vec<Value>>())
}

#[tokio::test]
async fn what_the_tagging_api_has_not_heard_of_is_found_by_its_name() {
    let server = Server::that_filters(unheard);
    let aws = server.connect();
    let wanted = ["domain.studio", "user-profile.Ann", "user-profile.bob", "model.m", "notebook.n"];
    let workloads = wanted.map(|it| it.parse::<Key>().expect("a key")).into();
    let needs = Needs { blueprint: "lab".to_owned(), workloads, ..Needs::default() };
    let seen = aws.observe(&needs).await.expect("the account answers");
    let object = |(key, it): (&Key, &Object)| format!("{key} {:?}\n", it.owner);
    let objects: String = seen.live.objects().iter().map(object).collect();
    insta::assert_snapshot!(objects.replace(&arn(""), "…:"), @"
    domain.studio Blueprint
    user-profile.Ann Blueprint
    user-profile.…:user-profile/d-1/bob Derived { of: domain.studio }
    model.…:model/m Foreign
    ");
    let asked =
        server.requests().into_iter().filter(|it| it.contains("{\"") && !it.starts_with("GetResources"));
    let mut asked: Vec<String> = asked.collect();
    asked.sort();
    insta::assert_snapshot!(asked.join("\n").replace(&arn(""), "…:"), @r#"
    DescribeDomain {"DomainId":"d-1"}
    DescribeDomain {"DomainId":"d-2"}
    DescribeModel {"ModelName":"m"}
    DescribeNotebookInstance {"NotebookInstanceName":"n"}
    DescribeUserProfile {"DomainId":"d-1","UserProfileName":"Ann"}
    DescribeUserProfile {"DomainId":"d-1","UserProfileName":"bob"}
    ListApps {"DomainIdEquals":"d-1","MaxResults":100}
    ListDomains {"MaxResults":100}
    ListSpaces {"DomainIdEquals":"d-1","MaxResults":100}
    ListTags {"ResourceArn":"…:domain/d-1"}
    ListTags {"ResourceArn":"…:domain/d-2"}
    ListTags {"ResourceArn":"…:model/m"}
    ListTags {"ResourceArn":"…:user-profile/d-1/ann"}
    ListTags {"ResourceArn":"…:user-profile/d-1/bob"}
    ListUserProfiles {"DomainIdEquals":"d-1","MaxResults":100}
    "#);
    assert_eq!(aws.last_reading().waves, 4);
}

#[tokio::test]
async fn nobody_is_asked_for_a_name_that_is_found_by_its_tag() {
    let server = Server::that_filters(|operation, said| match operation {
        "GetResources" => {
            let tags = json!([
                { "Key": "palisade:blueprint", "Value": "lab" },
                { "Key": "palisade:generation", "Value": "1" },
                { "Key": "palisade:key", "Value": "model.m" },
            ]);
            Say::Json(200, json!({"ResourceTagMappingList": [{"ResourceARN": arn("model/m"), "Tags": tags}]}))
        }
        _ => unheard(operation, said),
    });
    let aws = server.connect();
    let workloads = ["model.m".parse::<Key>().expect("a key")].into();
    let needs = Needs { blueprint: "lab".to_owned(), workloads, ..Needs::default() };
    aws.observe(&needs).await.expect("the account answers");
    let named = server.requests().into_iter().filter(|it| it.starts_with("DescribeModel")).count();
    assert_eq!(named, 1);
    assert!(!server.requests().iter().any(|it| it.starts_with("ListTags")));
    assert_eq!(aws.last_reading().waves, 2);
}
