//! What objects are called at AWS, and what comes of it that others are called so.

use super::*;
use crate::Part;
use crate::cloud::Reason;

/// Returns the world after somebody has taken our tags off `of`, or put them of another blueprint there.
fn retagged(live: &Live, of: &str, blueprint: Option<&str>) -> Live {
    let mut live = live.clone();
    live.tamper_tags(&key(of), |it| match blueprint {
        Some(blueprint) => drop(it.insert(tags::BLUEPRINT.to_owned(), blueprint.to_owned())),
        None => it.clear(),
    });
    live.reassembled(&Needs { blueprint: "t".to_owned(), ..Needs::default() })
}

/// Returns why a plan must not run, with what to do about it.
fn problems(want: &Network, live: &Live) -> String {
    let problems = plan(want, live, &Intent::default()).problems;
    problems.iter().map(|it| format!("{it}\n  {}\n", it.help())).collect()
}

#[test]
fn what_has_lost_its_tags_is_not_made_again() {
    let live = reached(&studio("retain", "IAM"), &Live::default());
    assert_snapshot!(problems(&studio("retain", "IAM"), &retagged(&live, "domain.s", None)), @"
    `domain.s` cannot be made: its name is taken by `arn-00000000000000008`, which has no tags that say it is `domain.s`
      if it is `domain.s`, give it back its tags: `aws sagemaker add-tags --resource-arn arn-00000000000000008 --tags Key=palisade:blueprint,Value=t Key=palisade:key,Value=domain.s Key=palisade:generation,Value=1`; if not, give yours another name
    ");
    assert_snapshot!(problems(&studio("retain", "IAM"), &retagged(&live, "user-profile.p", None)), @"
    `user-profile.p` cannot be made: its name is taken by `arn-0000000000000000c`, which has no tags that say it is `user-profile.p`
      if it is `user-profile.p`, give it back its tags: `aws sagemaker add-tags --resource-arn arn-0000000000000000c --tags Key=palisade:blueprint,Value=t Key=palisade:key,Value=user-profile.p Key=palisade:generation,Value=1`; if not, give yours another name
    ");
}

#[test]
fn a_name_that_others_have_is_told_and_not_avoided() {
    let live = reached(&hosting("one"), &Live::default());
    let told = |of: &str| problems(&hosting("one"), &retagged(&live, of, Some("other")));
    assert_snapshot!(told("inference-endpoint.e"), @"
    `inference-endpoint.e` cannot be made: its name is taken by `arn-0000000000000000a` of the blueprint `other`
      give yours another name
    ");
    let ran = reached(&job(json!({"RoleArn": "one"})), &Live::default());
    assert_snapshot!(problems(&job(json!({"RoleArn": "one"})), &retagged(&ran, "training-job.j", None)), @"
    `training-job.j` cannot be made: its name is taken by `arn-00000000000000008`, which has no tags that say it is `training-job.j`
      if it is `training-job.j`, give it back its tags: `aws sagemaker add-tags --resource-arn arn-00000000000000008 --tags Key=palisade:blueprint,Value=t Key=palisade:key,Value=training-job.j Key=palisade:generation,Value=1`; if not, give yours another name
    ");
    // A domain of that name in another VPC is another one.
    let mut elsewhere = reached(&with([]), &Live::default());
    let links = Links { vpc: Some(key("vpc.vpc-9")), ..Links::default() };
    let domain = Domain { links, settings: Document::default() };
    elsewhere.insert_existing("arn-9", domain, [(Part::Name, "s".to_owned())]);
    assert_eq!(problems(&studio("retain", "IAM"), &elsewhere), "");
}

#[test]
fn a_name_that_others_have_is_refused() {
    let live = reached(&hosting("one"), &Live::default());
    let graph = |live: &Live| {
        let want = hosting("one");
        Graph::new(&plan(&want, live, &Intent::default()), &want, live).expect("an order")
    };
    let create =
        graph(&reached(&with([]), &Live::default())).steps[&StepId::Make(key("model.m"))].calls[0].clone();
    let mut taken = retagged(&live, "model.m", Some("other"));
    let refused = create.effect(&mut taken).expect_err("the name is taken");
    assert_eq!(refused.reason, Reason::Exists);
}

#[test]
fn a_successor_does_not_take_the_name_of_another_wanted_one() {
    let live = reached(&hosting("one"), &Live::default());
    let mut want = hosting("two");
    let second = want.resources[&key("model.m")].clone();
    want.resources.insert(key("model.m-2"), second);
    let told = requests(&want, &live);
    assert!(
        told.contains("CreateModel model.m as m-3") && told.contains("CreateModel model.m-2 as m-2"),
        "{told}"
    );
}

#[test]
fn in_another_domain_a_profile_is_called_as_it_was() {
    let live = reached(&studio("retain", "IAM"), &Live::default());
    let said = Intent { replace: [key("domain.s")].into(), ..Intent::default() };
    let told = requests_as(&studio("retain", "SSO"), &live, &said);
    assert!(told.contains("CreateUserProfile user-profile.p as p in <domain.s>"), "{told}");
}
