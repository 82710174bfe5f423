use insta::assert_snapshot;
use serde_json::json;

use super::Links;
use crate::cloud::Needs;
use crate::document::Document;
use crate::graph::{Graph, StepId};
use crate::key::Key;
use crate::kinds::app::App;
use crate::kinds::domain::Domain;
use crate::kinds::endpoint::{Endpoint, Reach};
use crate::kinds::endpoint_config::EndpointConfig;
use crate::kinds::inference_endpoint::InferenceEndpoint;
use crate::kinds::model::Model;
use crate::kinds::mount_target::MountTarget;
use crate::kinds::notebook::Notebook;
use crate::kinds::security_group::{Rules, SecurityGroup};
use crate::kinds::space::Space;
use crate::kinds::subnet::Subnet;
use crate::kinds::training_job::TrainingJob;
use crate::kinds::user_profile::UserProfile;
use crate::kinds::{InSpec, Kind, Spec};
use crate::live::{Live, Stranger};
use crate::network::Network;
use crate::plan::{Intent, plan};
use crate::tags::{self, Tags};
use crate::testing::{network, reached, requests, requests_as, vpc};

mod names;

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

fn document(value: serde_json::Value) -> Document {
    serde_json::from_value(value).expect("an object")
}

/// Returns the requests that destroy everything there is.
fn destroyed(live: &Live) -> String {
    requests_as(&Network::empty("t"), live, &Intent { destroy: true, ..Intent::default() })
}

fn placed() -> Links<Key> {
    Links {
        subnets: vec![key("subnet.x@a")],
        security_groups: vec![key("security-group.x")],
        ..Links::default()
    }
}

/// A VPC with a subnet and a group, and what is put into it.
fn with<const N: usize>(more: [(&'static str, Spec); N]) -> Network {
    let subnet = Subnet {
        vpc: key("vpc.main"),
        cidr: "10.0.0.0/24".parse().expect("a CIDR"),
        ipv6: None,
        assign_ipv6: false,
        zone: "us-east-1a".to_owned(),
        public_ip_on_launch: false,
        route_table: None,
        network_acl: None,
    };
    let group = SecurityGroup {
        vpc: key("vpc.main"),
        description: "x".to_owned(),
        inbound: Rules::new(),
        outbound: Rules::new(),
    };
    let ground =
        [("vpc.main", vpc().into()), ("subnet.x@a", subnet.into()), ("security-group.x", group.into())];
    network(ground.into_iter().chain(more))
}

fn hosting(image: &str) -> Network {
    let container = json!({"PrimaryContainer": {"Image": image}});
    let models = vec![key("model.m")];
    let variants = json!({"ProductionVariants": [{"VariantName": "all", "InstanceType": "ml.m5.large"}]});
    let config = Some(key("endpoint-config.c"));
    with([
        ("model.m", Model { links: placed(), settings: document(container) }.into()),
        (
            "endpoint-config.c",
            EndpointConfig { links: Links { models, ..Links::default() }, settings: document(variants) }
                .into(),
        ),
        (
            "inference-endpoint.e",
            InferenceEndpoint { links: Links { config, ..Links::default() }, settings: Document::default() }
                .into(),
        ),
    ])
}

#[test]
fn an_endpoint_goes_over_to_another_model_without_a_gap() {
    let live = reached(&hosting("one"), &Live::default());
    assert_snapshot!(requests(&hosting("two"), &live), @"
    CreateModel model.m as m-2 in subnet-00000000000000005 with sg-00000000000000007; primary-container
    CreateEndpointConfig endpoint-config.c as c-2 of <model.m>; production-variants
    UpdateEndpoint arn-0000000000000000a by <endpoint-config.c>
    DescribeEndpoint until arn-0000000000000000a shows the change
    DeleteEndpointConfig arn-00000000000000009
    DeleteModel arn-00000000000000008
    ");
}

fn studio(home: &str, auth: &str) -> Network {
    let links = Links { vpc: Some(key("vpc.main")), ..placed() };
    let profile = Links { domain: Some(key("domain.s")), ..Links::default() };
    let mut network = with([
        ("domain.s", Domain { links, settings: document(json!({"AuthMode": auth})) }.into()),
        ("user-profile.p", UserProfile { links: profile, settings: Document::default() }.into()),
    ]);
    let memo: Tags = [(tags::HOME_EFS.to_owned(), home.to_owned())].into();
    network.memos.insert(key("domain.s"), memo);
    network
}

#[test]
fn what_a_domain_leaves_behind_goes_before_the_vpc() {
    let live = reached(&studio("retain", "IAM"), &Live::default());
    assert_snapshot!(destroyed(&live), @r#"
    DeleteUserProfile arn-0000000000000000c
    DescribeUserProfile until arn-0000000000000000c is gone
    DeleteDomain arn-00000000000000008; retention-policy: {"HomeEfsFileSystem":"Retain"}
    DescribeDomain until arn-00000000000000008 is gone
    RevokeSecurityGroupIngress sg-00000000000000009: tcp 2049 sg-0000000000000000a
    RevokeSecurityGroupEgress sg-0000000000000000a: tcp 2049 sg-00000000000000009
    DeleteSecurityGroup sg-0000000000000000a
    DeleteSecurityGroup sg-00000000000000007
    DeleteMountTarget fsmt-0000000000000000b
    DescribeMountTargets until fsmt-0000000000000000b is deleted
    DeleteSubnet subnet-00000000000000005
    DeleteSecurityGroup sg-00000000000000009
    DeleteVpc vpc-00000000000000001
    "#);
}

#[test]
fn a_domain_that_nobody_remembers_any_more_is_cleared_up_after() {
    let live = reached(&studio("retain", "IAM"), &Live::default());
    let mut without = studio("retain", "IAM");
    without.resources.retain(|it, _| it.kind.as_str() != "domain" && it.kind.as_str() != "user-profile");
    // A run that was killed after `DeleteDomain`.
    let mut killed = live.clone();
    let kept: Vec<_> = [key("user-profile.p"), key("domain.s")]
        .map(|it| crate::Handle::Value(live.object(&it).expect("it is there").id.clone()))
        .into();
    kept.iter().for_each(|it| killed.delete(it).expect("nobody uses it"));
    assert_snapshot!(requests(&without, &killed), @"
    | RevokeSecurityGroupIngress sg-00000000000000009: tcp 2049 sg-0000000000000000a
    | RevokeSecurityGroupEgress sg-0000000000000000a: tcp 2049 sg-00000000000000009
      DeleteSecurityGroup sg-0000000000000000a
      DeleteMountTarget fsmt-0000000000000000b
      DescribeMountTargets until fsmt-0000000000000000b is deleted
      DeleteSecurityGroup sg-00000000000000009
    ");
}

#[test]
fn what_people_made_in_a_domain_goes_with_it() {
    let mut live = reached(&studio("delete", "IAM"), &Live::default());
    let links = Links { domain: Some(key("domain.s")), ..Links::default() };
    let theirs = UserProfile { links, settings: Document::default() };
    live.mint_derived(&key("domain.s"), theirs, Tags::new());
    assert_snapshot!(destroyed(&live), @r#"
    DeleteUserProfile arn-0000000000000000d
    DescribeUserProfile until arn-0000000000000000d is gone
    DeleteUserProfile arn-0000000000000000c
    DescribeUserProfile until arn-0000000000000000c is gone
    DeleteDomain arn-00000000000000008; retention-policy: {"HomeEfsFileSystem":"Delete"}
    DescribeDomain until arn-00000000000000008 is gone
    RevokeSecurityGroupIngress sg-00000000000000009: tcp 2049 sg-0000000000000000a
    RevokeSecurityGroupEgress sg-0000000000000000a: tcp 2049 sg-00000000000000009
    DeleteSecurityGroup sg-0000000000000000a
    DeleteSecurityGroup sg-00000000000000007
    DeleteMountTarget fsmt-0000000000000000b
    DescribeMountTargets until fsmt-0000000000000000b is deleted
    DeleteSubnet subnet-00000000000000005
    DeleteSecurityGroup sg-00000000000000009
    DeleteVpc vpc-00000000000000001
    "#);
}

#[test]
fn a_domain_is_replaced_only_if_somebody_says_so() {
    let live = reached(&studio("retain", "IAM"), &Live::default());
    assert_snapshot!(requests(&studio("retain", "SSO"), &live), @"! `domain.s` and everything in it would be replaced, since `auth-mode` changes");
    let said = Intent { replace: [key("domain.s")].into(), ..Intent::default() };
    assert_snapshot!(requests_as(&studio("retain", "SSO"), &live, &said), @r#"
      CreateDomain domain.s as s-2 in vpc-00000000000000001 in subnet-00000000000000005 with sg-00000000000000007; auth-mode
      DescribeDomain until <domain.s> can be used
      CreateUserProfile user-profile.p as p in <domain.s>
      DescribeUserProfile until <user-profile.p> can be used
      DeleteUserProfile arn-0000000000000000c
      DescribeUserProfile until arn-0000000000000000c is gone
      DeleteDomain arn-00000000000000008; retention-policy: {"HomeEfsFileSystem":"Retain"}
      DescribeDomain until arn-00000000000000008 is gone
    | RevokeSecurityGroupIngress sg-00000000000000009: tcp 2049 sg-0000000000000000a
    | RevokeSecurityGroupEgress sg-0000000000000000a: tcp 2049 sg-00000000000000009
      DeleteSecurityGroup sg-0000000000000000a
      DeleteMountTarget fsmt-0000000000000000b
      DescribeMountTargets until fsmt-0000000000000000b is deleted
      DeleteSecurityGroup sg-00000000000000009
    "#);
}

#[test]
fn what_becomes_of_the_homes_is_a_tag() {
    let live = reached(&studio("retain", "IAM"), &Live::default());
    assert_snapshot!(requests(&studio("delete", "IAM"), &live), @"  AddTags palisade:home-efs=delete on arn-00000000000000008");
}

fn notebook(size: u32, kind: &str) -> Network {
    let settings = json!({"VolumeSizeInGB": size, "InstanceType": kind});
    with([(
        "notebook.n",
        Notebook { links: placed(), settings: document(settings), stopped: false, restarts: false }.into(),
    )])
}

#[test]
fn a_notebook_is_stopped_to_change_and_runs_again() {
    let live = reached(&notebook(5, "ml.t3.medium"), &Live::default());
    assert_snapshot!(requests(&notebook(10, "ml.t3.large"), &live), @"
    AddTags palisade:restart on arn-00000000000000008
    StopNotebookInstance arn-00000000000000008
    DescribeNotebookInstance until arn-00000000000000008 has stopped
    UpdateNotebookInstance arn-00000000000000008 in subnet-00000000000000005 with sg-00000000000000007; instance-type, volume-size-in-gb
    DescribeNotebookInstance until arn-00000000000000008 shows the change
    StartNotebookInstance arn-00000000000000008
    DescribeNotebookInstance until arn-00000000000000008 can be used
    DeleteTags palisade:restart on arn-00000000000000008
    ");
    assert_snapshot!(requests(&notebook(4, "ml.t3.medium"), &live), @"! `notebook.n` and everything in it would be replaced, since `volume-size-in-gb` changes");
    let mut stopped = live;
    stopped.tamper(&key("notebook.n"), |it: &mut Notebook| it.stopped = true);
    assert_snapshot!(requests(&notebook(10, "ml.t3.medium"), &stopped), @"
    UpdateNotebookInstance arn-00000000000000008 in subnet-00000000000000005 with sg-00000000000000007; volume-size-in-gb
    DescribeNotebookInstance until arn-00000000000000008 shows the change
    ");
    assert_snapshot!(requests(&with([]), &stopped), @"
    DeleteNotebookInstance arn-00000000000000008
    DescribeNotebookInstance until arn-00000000000000008 is gone
    ");
}

#[test]
fn a_notebook_runs_again_wherever_an_apply_is_cut_short() {
    let (live, want) =
        (reached(&notebook(5, "ml.t3.medium"), &Live::default()), notebook(10, "ml.t3.medium"));
    let graph = Graph::new(&plan(&want, &live, &Intent::default()), &want, &live).expect("an order");
    let calls = &graph.steps[&StepId::Wire(key("notebook.n"))].calls;
    for n_made in 0..=calls.len() {
        let mut cut = live.clone();
        calls[..n_made].iter().for_each(|it| it.effect(&mut cut).expect("it can be made"));
        let end = reached(&want, &cut);
        let object = end.object(&key("notebook.n")).expect("it is there");
        let runs = Notebook::of(&object.spec).is_some_and(|it| !it.stopped && !it.restarts);
        assert!(runs && !object.tags.contains_key(tags::RESTART), "after {n_made} requests: {object:?}");
    }
    // Nobody has changed it back meanwhile.
    let mut cut = live;
    calls[..2].iter().for_each(|it| it.effect(&mut cut).expect("it can be made"));
    assert_snapshot!(requests(&notebook(5, "ml.t3.medium"), &cut), @"
    StartNotebookInstance arn-00000000000000008
    DescribeNotebookInstance until arn-00000000000000008 can be used
    DeleteTags palisade:restart on arn-00000000000000008
    ");
}

#[test]
fn a_notebook_that_is_being_deleted_is_only_waited_for() {
    let mut live = reached(&notebook(5, "ml.t3.medium"), &Live::default());
    let id = crate::Handle::Value(live.object(&key("notebook.n")).expect("it is there").id.clone());
    live.start_leaving(&id).expect("nobody uses it");
    assert_snapshot!(requests(&with([]), &live), @"  DescribeNotebookInstance until arn-00000000000000008 is gone");
}

fn job(settings: serde_json::Value) -> Network {
    with([("training-job.j", TrainingJob { links: placed(), settings: document(settings) }.into())])
}

#[test]
fn a_job_is_made_once_and_never_changed() {
    let live = reached(&job(json!({"RoleArn": "one"})), &Live::default());
    assert_snapshot!(requests(&job(json!({"RoleArn": "two"})), &live), @"! `training-job.j` has run with other settings: `role-arn`");
    assert_snapshot!(requests(&with([]), &live), @"");
    let placed = |place: &str| {
        let mut network = job(json!({"RoleArn": "one"}));
        let memo = [(tags::VPC_CONFIG.to_owned(), place.to_owned())].into();
        network.memos.insert(key("training-job.j"), memo);
        network
    };
    let mut live = reached(&placed("one"), &Live::default());
    assert_snapshot!(requests(&placed("other"), &live), @"! `training-job.j` has run with other settings: `vpc-config`");
    live.tamper_tags(&key("training-job.j"), |it| drop(it.remove(tags::VPC_CONFIG)));
    assert_snapshot!(requests(&placed("other"), &live), @"  AddTags palisade:vpc-config=other on arn-00000000000000008");
}

#[test]
fn a_job_that_runs_keeps_its_place() {
    let mut live = reached(&job(json!({"RoleArn": "one"})), &Live::default());
    live.tamper(&key("training-job.j"), |it: &mut TrainingJob| it.links = placed());
    assert_snapshot!(destroyed(&live), @"
    ! `subnet.x@a` cannot be removed while it is used by `training-job.j`
    ! `security-group.x` cannot be removed while it is used by `training-job.j`
    ");
}

#[test]
fn interfaces_are_waited_for_once_nobody_needs_them() {
    let mut live = reached(&hosting("one"), &Live::default());
    live.insert_stranger(Stranger {
        id: "eni-1".to_owned(),
        what: "network interface of a SageMaker job or endpoint".to_owned(),
        uses: vec![key("subnet.x@a"), key("security-group.x"), key("vpc.main")],
        of: vec![key("model.m")],
    });
    assert_snapshot!(destroyed(&live), @"
    DeleteEndpoint arn-0000000000000000a
    DescribeEndpoint until arn-0000000000000000a is gone
    DeleteEndpointConfig arn-00000000000000009
    DeleteModel arn-00000000000000008
    DescribeNetworkInterfaces until eni-1 are released
    DeleteSubnet subnet-00000000000000005
    DeleteSecurityGroup sg-00000000000000007
    DeleteVpc vpc-00000000000000001
    ");
}

#[test]
fn what_serves_cannot_leave_a_place_that_must_be_free_first() {
    let live = reached(&hosting("one"), &Live::default());
    let again = Intent { replace: [key("subnet.x@a")].into(), ..Intent::default() };
    let problems = plan(&hosting("one"), &live, &again).problems;
    let told: Vec<String> = problems.iter().map(|it| format!("{it}\n  {}", it.help())).collect();
    assert_snapshot!(told.join("\n"), @"
    `endpoint-config.c` must be gone before its successor can come, and `inference-endpoint.e` cannot leave it meanwhile
      replace both, with a gap in between: `--replace inference-endpoint.e`; or undo the change
    ");
    let both = Intent { replace: [key("subnet.x@a"), key("inference-endpoint.e")].into(), ..again };
    assert_snapshot!(requests_as(&hosting("one"), &live, &both), @"
    DeleteEndpoint arn-0000000000000000a
    DescribeEndpoint until arn-0000000000000000a is gone
    DeleteEndpointConfig arn-00000000000000009
    DeleteModel arn-00000000000000008
    DeleteSubnet subnet-00000000000000005
    CreateSubnet subnet.x@a 10.0.0.0/24 in us-east-1a of vpc-00000000000000001
    CreateModel model.m as m-2 in <subnet.x@a> with sg-00000000000000007; primary-container
    CreateEndpointConfig endpoint-config.c as c-2 of <model.m>; production-variants
    CreateEndpoint inference-endpoint.e as e-2 by <endpoint-config.c>
    DescribeEndpoint until <inference-endpoint.e> can be used
    ");
}

#[test]
fn a_mount_target_of_somebody_elses_domain_stays() {
    let mut live = reached(&with([]), &Live::default());
    let target = MountTarget {
        file_system: "fs-1".to_owned(),
        subnet: key("subnet.x@a"),
        security_groups: [].into(),
        domain: None,
    };
    live.insert_foreign("fsmt-1", target);
    assert_snapshot!(destroyed(&live), @"! `subnet.x@a` cannot be removed while it is used by `fsmt-1`");
}

/// A domain in two subnets, and an app of a profile of ours in it.
fn used_studio(second: bool) -> (Network, Live) {
    let mut network = studio("retain", "IAM");
    let mut other = network.resources[&key("subnet.x@a")].clone();
    if let Spec::Subnet(it) = &mut other {
        it.cidr = "10.0.1.0/24".parse().expect("a CIDR");
    }
    network.insert(key("subnet.y@a"), other);
    if let Some(Spec::Domain(it)) = network.resources.get_mut(&key("domain.s")) {
        it.links.subnets.extend(second.then(|| key("subnet.y@a")));
    }
    let mut live = reached(&network, &Live::default());
    let links = Links { domain: Some(key("domain.s")), ..Links::default() };
    let app = App { links, settings: Document::default(), of: Some(key("user-profile.p")) };
    live.insert_derived(&key("domain.s"), "arn-app", app, Tags::new());
    (network, live)
}

#[test]
fn a_subnet_that_a_domain_leaves_can_go() {
    let (_, live) = used_studio(true);
    assert_snapshot!(requests(&studio("retain", "IAM"), &live), @"
    UpdateDomain arn-0000000000000000a in vpc-00000000000000001 in subnet-00000000000000005 with sg-00000000000000009
    DescribeDomain until arn-0000000000000000a shows the change
    DeleteMountTarget fsmt-0000000000000000e
    DescribeMountTargets until fsmt-0000000000000000e is deleted
    DeleteSubnet subnet-00000000000000007
    ");
}

#[test]
fn a_domain_that_comes_to_a_subnet_has_a_mount_target_there() {
    let (_, live) = used_studio(false);
    let live = reached(&used_studio(true).0, &live);
    let targets = live.of_kind(Kind::MountTarget).filter_map(|(_, it)| MountTarget::of(&it.spec));
    assert_eq!(targets.map(|it| it.subnet.to_string()).collect::<Vec<_>>(), ["subnet.x@a", "subnet.y@a"]);
}

#[test]
fn the_apps_of_a_profile_go_with_it() {
    let (mut network, live) = used_studio(true);
    network.resources.remove(&key("user-profile.p"));
    assert_snapshot!(requests(&network, &live), @"
    DeleteApp arn-app
    DescribeApp until arn-app is gone
    DeleteUserProfile arn-0000000000000000f
    DescribeUserProfile until arn-0000000000000000f is gone
    ");
}

#[test]
fn the_private_spaces_of_a_profile_go_with_it_and_what_runs_in_them() {
    let (mut network, mut live) = used_studio(true);
    let links = Links { domain: Some(key("domain.s")), ..Links::default() };
    let (private, shared) = (Some(key("user-profile.p")), None);
    for (id, of) in [("arn-private", private), ("arn-shared", shared)] {
        let space = Space { links: links.clone(), settings: Document::default(), of };
        let space = live.insert_derived(&key("domain.s"), id, space, Tags::new());
        let app = App { links: links.clone(), settings: Document::default(), of: Some(space) };
        live.insert_derived(&key("domain.s"), &format!("{id}-app"), app, Tags::new());
    }
    network.resources.remove(&key("user-profile.p"));
    assert_snapshot!(requests(&network, &live), @"
    DeleteApp arn-app
    DescribeApp until arn-app is gone
    DeleteApp arn-private-app
    DescribeApp until arn-private-app is gone
    DeleteSpace arn-private
    DescribeSpace until arn-private is gone
    DeleteUserProfile arn-0000000000000000f
    DescribeUserProfile until arn-0000000000000000f is gone
    ");
}

#[test]
fn a_profile_is_replaced_only_if_somebody_says_so() {
    let signed_on = |as_whom: &str| {
        let mut network = studio("retain", "IAM");
        if let Some(Spec::UserProfile(it)) = network.resources.get_mut(&key("user-profile.p")) {
            it.settings.insert("SingleSignOnUserValue", as_whom);
        }
        network
    };
    let live = reached(&signed_on("ann"), &Live::default());
    assert_snapshot!(requests(&signed_on("bob"), &live), @"! `user-profile.p` and everything in it would be replaced, since `single-sign-on-user-value` changes");
    let said = Intent { replace: [key("user-profile.p")].into(), ..Intent::default() };
    assert_snapshot!(requests_as(&signed_on("bob"), &live, &said), @"
    CreateUserProfile user-profile.p as p-2 in arn-00000000000000008; single-sign-on-user-value
    DescribeUserProfile until <user-profile.p> can be used
    DeleteUserProfile arn-0000000000000000c
    DescribeUserProfile until arn-0000000000000000c is gone
    ");
}

#[test]
fn in_a_vpc_that_is_not_ours_a_domain_takes_along_what_is_in_it_and_in_our_subnets() {
    let (mut network, _) = used_studio(true);
    let theirs = key("vpc.vpc-1");
    network.resources.remove(&key("vpc.main"));
    for spec in network.resources.values_mut() {
        spec.map_keys(&mut |it| {
            if *it == key("vpc.main") {
                *it = theirs.clone();
            }
        });
    }
    let mut live = Live::default();
    live.insert_foreign("vpc-1", vpc());
    let mut live = reached(&network, &live);
    let links = Links { domain: Some(key("domain.s")), ..Links::default() };
    live.insert_derived(
        &key("domain.s"),
        "arn-space",
        Space { links, settings: Document::default(), of: None },
        Tags::new(),
    );
    assert_snapshot!(destroyed(&live), @r#"
    DeleteUserProfile arn-0000000000000000b
    DescribeUserProfile until arn-0000000000000000b is gone
    DeleteSpace arn-space
    DescribeSpace until arn-space is gone
    DeleteDomain arn-00000000000000006; retention-policy: {"HomeEfsFileSystem":"Retain"}
    DescribeDomain until arn-00000000000000006 is gone
    DeleteSecurityGroup sg-00000000000000005
    DeleteMountTarget fsmt-00000000000000009
    DescribeMountTargets until fsmt-00000000000000009 is deleted
    DeleteSubnet subnet-00000000000000001
    DeleteMountTarget fsmt-0000000000000000a
    DescribeMountTargets until fsmt-0000000000000000a is deleted
    DeleteSubnet subnet-00000000000000003
    "#);
}

#[test]
fn the_tags_of_a_job_follow_the_blueprint() {
    let live = reached(&job(json!({"RoleArn": "one"})), &Live::default());
    let tagged =
        Network { tags: [("team".to_owned(), "ml".to_owned())].into(), ..job(json!({"RoleArn": "one"})) };
    let of_job: Vec<String> =
        requests(&tagged, &live).lines().filter(|it| it.contains("AddTags")).map(str::to_owned).collect();
    assert_snapshot!(of_job.join("\n"), @"  AddTags palisade:tags=team, team=ml on arn-00000000000000008");
}

#[test]
fn a_mount_target_knows_its_domain_by_any_name() {
    let mut live = reached(&studio("retain", "IAM"), &Live::default());
    let said = Intent { replace: [key("domain.s")].into(), ..Intent::default() };
    let want = studio("retain", "SSO");
    let graph = Graph::new(&plan(&want, &live, &said), &want, &live).expect("an order");
    // A run that was killed after `CreateDomain`.
    let create = &graph.steps[&StepId::Make(key("domain.s"))].calls[0];
    create.effect(&mut live).expect("it can be made");
    let needs = Needs { blueprint: "t".to_owned(), ..Needs::default() };
    assert_eq!(live.reassembled(&needs), live);
}

#[test]
fn interfaces_of_what_is_gone_are_not_its_successors() {
    let model = |image: &str| Model { links: placed(), settings: document(json!({"Image": image})) };
    let mut live = reached(&with([("model.m", model("one").into())]), &Live::default());
    let (what, uses) = ("network interface".to_owned(), vec![key("subnet.x@a")]);
    live.insert_stranger(Stranger { id: "eni-1".to_owned(), what, uses, of: vec![key("model.m")] });
    let id = live.object(&key("model.m")).expect("it is there").id.clone();
    live.delete(&crate::Handle::Value(id.clone())).expect("nobody uses it");
    let live = reached(&with([("model.m", model("two").into())]), &live);
    assert_eq!(live.strangers()[0].of, [Key::new(Kind::Model, &id)]);
}

#[test]
fn what_runs_begins_when_its_network_works() {
    let mut network = hosting("one");
    let endpoint = Endpoint {
        vpc: key("vpc.main"),
        service: "com.amazonaws.us-east-1.sts".to_owned(),
        policy: None,
        reach: Reach::Interface {
            subnets: [key("subnet.x@a")].into(),
            security_groups: [key("security-group.x")].into(),
            private_dns: true,
        },
    };
    network.resources.insert(key("endpoint.sts"), endpoint.into());
    let told = requests(&network, &Live::default());
    let place = |it: &str| told.find(it).unwrap_or_else(|| panic!("{it}:\n{told}"));
    assert!(
        place("until <endpoint.sts> is available") < place("CreateEndpoint inference-endpoint.e"),
        "{told}"
    );
    assert!(place("RevokeSecurityGroupEgress") < place("CreateEndpoint inference-endpoint.e"), "{told}");
}

#[test]
fn homes_go_only_if_the_blueprint_and_the_tag_both_say_so() {
    let retention = |tagged: &str, written: &str| {
        let live = reached(&studio(tagged, "IAM"), &Live::default());
        let nothing = Network { memos: studio(written, "IAM").memos, ..Network::empty("t") };
        let told = requests_as(&nothing, &live, &Intent { destroy: true, ..Intent::default() });
        told.lines().find(|it| it.contains("DeleteDomain")).expect("a domain").contains(r#""Delete""#)
    };
    assert!(retention("delete", "delete"));
    assert!(!retention("delete", "retain"));
    assert!(!retention("retain", "delete"));
}
