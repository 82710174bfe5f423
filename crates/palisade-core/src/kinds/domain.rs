//! A domain of SageMaker Studio: where people work, with their home directories on a file system of its own.
//!
//! AWS makes more for it than it says: a file system with a mount target per subnet, and two security groups for NFS
//! that name each other. They outlive it unless the file system is deleted with it, and keep the VPC from going.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::mount_target::MountTarget;
use super::sagemaker::{self, Action, Api, Links, Workload, as_workload, links_and_settings};
use super::security_group::{Peer, Rule, Rules, SecurityGroup};
use super::{InSpec, Kind, Resource, Wait};
use crate::cloud::Refused;
use crate::document::Document;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::{self, Tags};
use crate::traffic::{Ports, Traffic};

/// A domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Domain {
    /// Its VPC, its subnets, and the groups of its users' apps.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
}

/// Its requests.
pub type Call = sagemaker::Call<Domain>;

/// What becomes of the file system with the home directories when a domain is deleted. A tag remembers it, so that a
/// domain that has left the blueprint goes as its author wanted; without the tag nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HomeEfs {
    /// It stays, and costs, until somebody deletes it.
    Retain,
    /// It goes with the domain, and what is in it is lost.
    Delete,
}

impl HomeEfs {
    fn api_name(self) -> &'static str {
        match self {
            HomeEfs::Retain => "Retain",
            HomeEfs::Delete => "Delete",
        }
    }

    /// Returns the word of the blueprint and of the tag.
    pub fn as_str(self) -> &'static str {
        match self {
            HomeEfs::Retain => "retain",
            HomeEfs::Delete => "delete",
        }
    }

    /// Returns what the word means.
    pub fn of(word: &str) -> Option<HomeEfs> {
        [HomeEfs::Retain, HomeEfs::Delete].into_iter().find(|it| it.as_str() == word)
    }
}

impl Resource for Domain {
    const KIND: Kind = Kind::Domain;
    const NAME: &'static str = "domain";
    const ID_PREFIX: &'static str = "arn";
    const HOLDS_DATA: bool = true;
    const RUNS_AT_ONCE: bool = true;
    type Call = Call;

    as_workload!();

    fn diff(&self, live: &Domain) -> Diff {
        sagemaker::diff(live, self)
    }

    fn wire(&self, live: &Domain, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        sagemaker::update(self, live, key, scope)
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        // What is written and has not been applied yet counts too: homes go only if both say so.
        let says = [scope.live_tag(key, tags::HOME_EFS), scope.wanted_memo(key, tags::HOME_EFS)];
        let is_lost = says[0].is_some() && says.into_iter().flatten().all(|it| HomeEfs::of(it) == Some(HomeEfs::Delete));
        let said = if is_lost { HomeEfs::Delete } else { HomeEfs::Retain };
        let mut details = Document::default();
        details.insert("RetentionPolicy", serde_json::json!({ "HomeEfsFileSystem": said.api_name() }));
        sagemaker::remove(details, key, scope)
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        sagemaker::effect(call, live)?;
        match &call.action {
            Action::Create { stamp, .. } => make_what_comes_with_it(&stamp.key, live),
            Action::Update { object, .. } => {
                let key = live.key_of(object)?;
                make_missing_mount_targets(&key, live);
            }
            _ => {}
        }
        Ok(())
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        sagemaker::is_done(call, live)
    }
}

impl Workload for Domain {
    const API: Api = Api {
        create: "CreateDomain",
        describe: "DescribeDomain",
        update: Some("UpdateDomain"),
        start: None,
        stop: None,
        delete: "DeleteDomain",
        made: Some(Wait { typical_s: 300, deadline_s: 1200 }),
        deleted: Some(Wait { typical_s: 300, deadline_s: 1200 }),
    };
    /// SageMaker API reference, `UpdateDomain`, which takes none of these.
    const FIXED: &[&str] = &["AuthMode", "KmsKeyId"];

    links_and_settings!();
}

const NFS: u16 = 2049;

/// The file system is no object of ours: only what it leaves in the network is.
fn make_what_comes_with_it(key: &Key, live: &mut Live) {
    let Some(Domain { links, settings }) = live.spec_of::<Domain>(&Handle::new_id(key)).cloned() else { return };
    let (Some(vpc), Some(object)) = (links.vpc, live.object(key)) else { return };
    if settings.get("HomeEfsFileSystemCreation").is_some_and(|it| it == "Disabled") {
        return;
    }
    let mark = object.id.clone();
    let tags: Tags = [(tags::OF_SAGEMAKER.to_owned(), mark.clone())].into();
    let group = |direction: &str| SecurityGroup {
        vpc: vpc.clone(),
        description: format!("[DO NOT DELETE] {direction} NFS traffic of {mark}"),
        inbound: Rules::new(),
        outbound: Rules::new(),
    };
    let server = live.mint_derived(key, group("inbound"), tags.clone());
    let client = live.mint_derived(key, group("outbound"), tags);
    let nfs = |peer: &Key| Rule { traffic: Traffic::Tcp(Ports::one(NFS)), peer: Peer::Group(peer.clone()) };
    live.tamper(&server, |it: &mut SecurityGroup| drop(it.inbound.insert(nfs(&client), String::new())));
    live.tamper(&client, |it: &mut SecurityGroup| drop(it.outbound.insert(nfs(&server), String::new())));
    let file_system = format!("fs-{mark}");
    links.subnets.into_iter().for_each(|it| mint_mount_target(key, &file_system, it, &server, live));
}

/// A domain that comes to another subnet reaches its file system from there too.
fn make_missing_mount_targets(key: &Key, live: &mut Live) {
    let Some(domain) = live.spec_of::<Domain>(&Handle::new_id(key)) else { return };
    let targets = live.of_kind(Kind::MountTarget).filter_map(|(_, it)| MountTarget::of(&it.spec));
    let targets: Vec<&MountTarget> = targets.filter(|it| it.domain.as_ref() == Some(key)).collect();
    let has_one: BTreeSet<&Key> = targets.iter().map(|it| &it.subnet).collect();
    let missing = domain.links.subnets.iter().filter(|it| !has_one.contains(it)).cloned();
    let missing: Vec<Key> = missing.collect();
    let like = targets.first().and_then(|it| Some((it.file_system.clone(), it.security_groups.first()?.clone())));
    let Some((file_system, server)) = like else { return };
    missing.into_iter().for_each(|it| mint_mount_target(key, &file_system, it, &server, live));
}

fn mint_mount_target(key: &Key, file_system: &str, subnet: Key, server: &Key, live: &mut Live) {
    let (security_groups, domain) = ([server.clone()].into(), Some(key.clone()));
    let file_system = file_system.to_owned();
    live.mint_derived(key, MountTarget { file_system, subnet, security_groups, domain }, Tags::new());
}
