//! What people and AWS do in a network that is in use: apps, interfaces, stopped machines, jobs that run.

use palisade_core::kinds::InSpec;
use palisade_core::kinds::app::App;
use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::mount_target::MountTarget;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::sagemaker::Links;
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::space::Space;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::live::Stranger;
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Document, Key, Kind, Live, Network, Owner, Spec, Tags, tags};
use prop::sample::Index;
use proptest::prelude::*;

/// What has happened since a network was built.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// In whose domain somebody has made what.
    people: Vec<(Index, Made)>,
    /// Of which models there are interfaces in the network.
    interfaces: Vec<Index>,
    /// Whether somebody has stopped the notebooks.
    are_stopped: bool,
    /// In which subnet there was a domain that nobody remembers: the run that deleted it was killed.
    forgotten: Option<Index>,
}

/// What somebody makes in a domain.
#[derive(Clone, Copy, Debug)]
enum Made {
    /// A profile, and an app of it.
    Profile,
    /// An app of a profile of ours, if the domain has one.
    App,
    /// A space, and an app in it.
    Space,
}

/// Returns any life; in half of them nothing happens.
pub fn lives() -> impl Strategy<Value = Life> {
    let made = prop::sample::select(vec![Made::Profile, Made::App, Made::Space]);
    let people = prop::collection::vec((any::<Index>(), made), 0..3);
    let interfaces = prop::collection::vec(any::<Index>(), 0..2);
    let some = (people, interfaces, any::<bool>(), prop::option::weighted(0.2, any::<Index>()));
    let some = some.prop_map(|(people, interfaces, are_stopped, forgotten)| Life {
        people,
        interfaces,
        are_stopped,
        forgotten,
    });
    prop_oneof![Just(Life::default()), some]
}

impl Life {
    /// Lets it happen.
    pub fn happen(&self, live: &mut Live) {
        for (n, (of, made)) in self.people.iter().enumerate() {
            if let Some(domain) = one_of_ours(Kind::Domain, of, live) {
                settle_in(&domain, *made, n, live);
            }
        }
        for (n, of) in self.interfaces.iter().enumerate() {
            let Some(model) = one_of_ours(Kind::Model, of, live) else { continue };
            let links = live.object(&model).and_then(|it| Model::of(&it.spec)).map(|it| it.links.clone());
            add_interface(&format!("eni-{n}"), &model, &links.unwrap_or_default(), live);
        }
        for notebook in ours(Kind::Notebook, live) {
            live.tamper(&notebook, |it: &mut Notebook| it.stopped = self.are_stopped);
        }
        let subnet = self.forgotten.as_ref().and_then(|it| one_of_ours(Kind::Subnet, it, live));
        subnet.iter().for_each(|it| forget_a_domain(it, live));
    }
}

/// Releases the interfaces of what is gone, as AWS does after a while.
pub fn let_time_pass(live: &mut Live) {
    live.retain_strangers(|live, it| it.of.is_empty() || it.of.iter().any(|it| live.find(it).is_some()));
}

/// Sets every job of ours to work where `want` says, or to rest, and each with an interface of its own.
pub fn set_jobs_running(live: &mut Live, want: &Network, are_running: bool) {
    let links = |it: &Key| match want.resources.get(it).filter(|_| are_running) {
        Some(Spec::TrainingJob(it)) => it.links.clone(),
        Some(Spec::ProcessingJob(it)) => it.links.clone(),
        _ => Links::default(),
    };
    live.retain_strangers(|_, it| !it.id.starts_with(JOB_INTERFACE));
    for job in ours(Kind::TrainingJob, live) {
        live.tamper(&job, |it: &mut TrainingJob| it.links = links(&job));
        add_interface(&format!("{JOB_INTERFACE}-{job}"), &job, &links(&job), live);
    }
    for job in ours(Kind::ProcessingJob, live) {
        live.tamper(&job, |it: &mut ProcessingJob| it.links = links(&job));
        add_interface(&format!("{JOB_INTERFACE}-{job}"), &job, &links(&job), live);
    }
}

/// What the ids of the interfaces of jobs begin with.
const JOB_INTERFACE: &str = "eni-job";

fn ours(kind: Kind, live: &Live) -> Vec<Key> {
    let ours = live.of_kind(kind).filter(|(_, it)| it.owner == Owner::Blueprint);
    ours.map(|(key, _)| key.clone()).collect()
}

fn one_of_ours(kind: Kind, of: &Index, live: &Live) -> Option<Key> {
    let ours = ours(kind, live);
    ours.get(of.index(ours.len().max(1))).cloned()
}

/// Somebody makes something in a domain.
fn settle_in(domain: &Key, made: Made, n: usize, live: &mut Live) {
    let links = || Links { domain: Some(domain.clone()), ..Links::default() };
    let settings = |name: &str| {
        let mut settings = Document::default();
        settings.insert(name, format!("somebody-{n}"));
        settings
    };
    let id = |what: &str| format!("arn-{what}-{n}");
    let of = match made {
        Made::Profile => {
            let profile = UserProfile { links: links(), settings: Document::default() };
            Some(live.insert_derived(domain, &id("profile"), profile, Tags::new()))
        }
        Made::App => {
            let mut users = live.users(domain).filter(|it| it.kind == Kind::UserProfile);
            users.find(|it| live.object(it).is_some_and(|it| it.owner == Owner::Blueprint)).cloned()
        }
        Made::Space => {
            let space = Space { links: links(), settings: settings("SpaceName"), of: None };
            Some(live.insert_derived(domain, &id("space"), space, Tags::new()))
        }
    };
    if of.is_some() {
        let app = App { links: links(), settings: settings("AppName"), of };
        live.insert_derived(domain, &id("app"), app, Tags::new());
    }
}

fn add_interface(id: &str, of: &Key, links: &Links<Key>, live: &mut Live) {
    let uses: Vec<Key> = links.subnets.iter().chain(&links.security_groups).cloned().collect();
    if !uses.is_empty() {
        let what = "network interface of a SageMaker job or endpoint".to_owned();
        live.insert_stranger(Stranger { id: id.to_owned(), what, uses, of: vec![of.clone()] });
    }
}

/// What a domain of ours leaves when its run is killed after `DeleteDomain`.
fn forget_a_domain(subnet: &Key, live: &mut Live) {
    let Some(vpc) = live.object(subnet).and_then(|it| Subnet::of(&it.spec)).map(|it| it.vpc.clone()) else {
        return;
    };
    let domain = Key::new(Kind::Domain, "arn-gone");
    let left = left_by(&domain, &vpc, subnet);
    left.into_iter().for_each(|(id, spec, tags)| drop(live.insert_derived(&domain, &id, spec, tags)));
}

/// Adds a domain that is not the blueprint's, with all that comes with it.
pub fn add_foreign_domain(live: &mut Live, vpc: &Key, subnet: &Key) {
    for (id, spec, tags) in with_a_domain(vpc, subnet) {
        let key = Key::new(spec.kind(), &id);
        live.insert_foreign(&id, spec);
        live.tamper_tags(&key, |it| *it = tags);
    }
}

/// Returns a domain in which somebody works, and what AWS makes with it: ids, specs and tags.
pub(crate) fn with_a_domain(vpc: &Key, subnet: &Key) -> Vec<(String, Spec, Tags)> {
    let (domain, profile) =
        (Key::new(Kind::Domain, "arn-theirs"), Key::new(Kind::UserProfile, "arn-profile-theirs"));
    let place = Links { vpc: Some(vpc.clone()), subnets: vec![subnet.clone()], ..Links::default() };
    let links = || Links { domain: Some(domain.clone()), ..Links::default() };
    let settings = Document::default;
    let app = App { links: links(), settings: settings(), of: Some(profile.clone()) };
    let specs = [
        (domain.name.to_string(), Domain { links: place, settings: settings() }.into()),
        (profile.name.to_string(), UserProfile { links: links(), settings: settings() }.into()),
        ("arn-app-theirs".to_owned(), app.into()),
    ];
    let made = specs.into_iter().map(|(id, spec)| (id, spec, Tags::new()));
    made.chain(left_by(&domain, vpc, subnet)).collect()
}

/// What AWS makes with a domain, and leaves there when it is gone: ids, specs and tags.
fn left_by(domain: &Key, vpc: &Key, subnet: &Key) -> Vec<(String, Spec, Tags)> {
    let mark: Tags = [(tags::OF_SAGEMAKER.to_owned(), domain.name.to_string())].into();
    let id = |what: &str| format!("{what}-of-{}", domain.name);
    let key = |what: &str| Key::new(Kind::SecurityGroup, id(what));
    let nfs = |peer: &str| {
        let rule = Rule { traffic: Traffic::Tcp(Ports::one(2049)), peer: Peer::Group(key(peer)) };
        Rules::from([(rule, String::new())])
    };
    let group = |inbound: Rules, outbound: Rules| SecurityGroup {
        vpc: vpc.clone(),
        description: "[DO NOT DELETE] NFS traffic".to_owned(),
        inbound,
        outbound,
    };
    let target = MountTarget {
        file_system: "fs-homes".to_owned(),
        subnet: subnet.clone(),
        security_groups: [key("sg-in")].into(),
        domain: Some(domain.clone()),
    };
    vec![
        (id("sg-in"), group(nfs("sg-out"), Rules::new()).into(), mark.clone()),
        (id("sg-out"), group(Rules::new(), nfs("sg-in")).into(), mark),
        (id("fsmt"), target.into(), Tags::new()),
    ]
}
