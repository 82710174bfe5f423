//! What the kinds of SageMaker have in common: they name parts of the network and each other, the rest of them is a
//! [`Document`] of the API's own fields, and the same few requests make, change and end them all.
//!
//! SageMaker has no client tokens: the name is what makes a create request happen once (SageMaker API reference). So
//! an object has the name that the author gave it, and a successor the same with its generation.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{InSpec, Kind, Resource, Spec, Wait};
use crate::cloud::Refused;
use crate::document::Document;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::{Live, State};
use crate::plan::Diff;
use crate::scope::Scope;

mod request;
#[cfg(test)]
mod tests;

pub use request::{Action, Call};

/// Where something of SageMaker runs (SageMaker API reference, `VpcConfig`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VpcConfig {
    /// One to 16 subnets, where its interfaces stand.
    pub subnets: BTreeSet<Key>,
    /// One to five groups, which filter them.
    pub security_groups: BTreeSet<Key>,
}

impl VpcConfig {
    /// Returns the links of what runs there.
    pub fn links(&self) -> Links<Key> {
        let (subnets, security_groups) = (self.subnets.iter().cloned(), self.security_groups.iter().cloned());
        Links { subnets: subnets.collect(), security_groups: security_groups.collect(), ..Links::default() }
    }
}

/// What an object of SageMaker names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Links<T> {
    /// The VPC of a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<T>,
    /// The domain of a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<T>,
    /// Where its interfaces stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<T>,
    /// What filters them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<T>,
    /// What each variant of an endpoint configuration serves, in the order of its `ProductionVariants`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<T>,
    /// The configuration of an endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<T>,
}

impl<T> Default for Links<T> {
    fn default() -> Links<T> {
        let (subnets, security_groups, models) = (Vec::new(), Vec::new(), Vec::new());
        Links { vpc: None, domain: None, subnets, security_groups, models, config: None }
    }
}

impl<T> Links<T> {
    /// Returns everything that is named.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        let ones = self.vpc.iter().chain(&self.domain);
        ones.chain(&self.subnets).chain(&self.security_groups).chain(&self.models).chain(&self.config)
    }

    /// Returns the same links with each thing put in other words.
    pub fn try_map<U, E>(&self, mut of: impl FnMut(&T) -> Result<U, E>) -> Result<Links<U>, E> {
        let mut some = |it: &Option<T>| it.as_ref().map(&mut of).transpose();
        let (vpc, domain, config) = (some(&self.vpc)?, some(&self.domain)?, some(&self.config)?);
        let mut each = |them: &[T]| them.iter().map(&mut of).collect::<Result<Vec<U>, E>>();
        Ok(Links {
            vpc,
            domain,
            subnets: each(&self.subnets)?,
            security_groups: each(&self.security_groups)?,
            models: each(&self.models)?,
            config,
        })
    }
}

impl Links<Key> {
    /// Returns the links as requests write them.
    pub fn handles(&self, scope: &Scope<'_>) -> Links<Handle> {
        let of = |key: &Key| Ok::<Handle, std::convert::Infallible>(scope.id(key));
        match self.try_map(of) {
            Ok(links) => links,
        }
    }

    /// Renames what is named.
    pub(crate) fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        let ones = self.vpc.iter_mut().chain(&mut self.domain).chain(&mut self.config);
        let many = self.subnets.iter_mut().chain(&mut self.security_groups).chain(&mut self.models);
        ones.chain(many).for_each(rename);
        self.subnets.sort();
        self.security_groups.sort();
    }

    fn resolved(links: &Links<Handle>, live: &Live) -> Result<Links<Key>, Refused> {
        let mut keys = links.try_map(|it| live.key_of(it))?;
        keys.subnets.sort();
        keys.security_groups.sort();
        Ok(keys)
    }
}

/// The operations of one kind, by the API's names; none where AWS has none, or palisade never uses it.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// Makes it.
    pub create: &'static str,
    /// Looks at it.
    pub describe: &'static str,
    /// Changes it.
    pub update: Option<&'static str>,
    /// Starts it again.
    pub start: Option<&'static str>,
    /// Stops it, so that it can be changed or deleted.
    pub stop: Option<&'static str>,
    /// Deletes it.
    pub delete: &'static str,
    /// How long AWS makes or changes it, after it has answered.
    pub made: Option<Wait>,
    /// How long AWS deletes it, after it has answered.
    pub deleted: Option<Wait>,
}

impl Api {
    /// An API of objects that are there at once and cannot change.
    pub const fn immutable(create: &'static str, describe: &'static str, delete: &'static str) -> Api {
        let (update, start, stop, made, deleted) = (None, None, None, None, None);
        Api { create, describe, update, start, stop, delete, made, deleted }
    }
}

impl Kind {
    /// Returns whether it is SageMaker's, whose API tags one object at a time, by its ARN.
    pub fn is_of_sagemaker(self) -> bool {
        self.id_prefix() == "arn"
    }
}

/// A kind of SageMaker.
pub trait Workload:
    Resource<Call = Call<Self>> + InSpec + Into<Spec> + std::fmt::Debug + Send + Sync + 'static
{
    /// Its operations.
    const API: Api;
    /// The fields that only a new object can have otherwise, by the API's names; `*` for all.
    const FIXED: &[&str];

    /// Returns the object that names `links` and is otherwise as `settings` say.
    fn new(links: Links<Key>, settings: Document) -> Self;

    /// Returns what it names.
    fn links(&self) -> &Links<Key>;

    /// Returns the rest.
    fn settings(&self) -> &Document;

    /// Returns both, to change.
    fn parts_mut(&mut self) -> (&mut Links<Key>, &mut Document);
}

/// The value of a tag that says what is still to be done.
pub const REMEMBERED: &str = "true";

/// Returns whether two objects of one kind that have the same name would be taken for each other: profiles are of a
/// domain, domains of a VPC, and all else is of the account.
pub(crate) fn share_names(a: &Spec, b: &Spec) -> bool {
    match (a, b) {
        (Spec::Domain(a), Spec::Domain(b)) => a.links.vpc == b.links.vpc,
        (Spec::UserProfile(a), Spec::UserProfile(b)) => a.links.domain == b.links.domain,
        _ => true,
    }
}

/// Returns what differs, and what of it needs a new object. What is named is fixed as well where `*` is.
pub(super) fn diff<R: Workload>(live: &R, want: &R) -> Diff {
    let all_fixed = R::FIXED.contains(&"*");
    let (had, wanted) = (live.links(), want.links());
    let set = |keys: &[Key]| keys.iter().cloned().collect::<BTreeSet<Key>>();
    let mut diff = Diff::default().entry("vpc", had.vpc.as_ref(), wanted.vpc.as_ref()).entry(
        "domain",
        had.domain.as_ref(),
        wanted.domain.as_ref(),
    );
    diff.fields.iter_mut().for_each(|it| it.forces_replacement = true);
    let n_before = diff.fields.len();
    let mut diff = diff
        .entry("endpoint-config", had.config.as_ref(), wanted.config.as_ref())
        .set("subnet", &set(&had.subnets), &set(&wanted.subnets))
        .set("security-group", &set(&had.security_groups), &set(&wanted.security_groups));
    for at in 0..had.models.len().max(wanted.models.len()) {
        diff = diff.entry("model", had.models.get(at), wanted.models.get(at));
    }
    diff.fields.iter_mut().skip(n_before).for_each(|it| it.forces_replacement = all_fixed);
    settings_diff(diff, live, want)
}

fn settings_diff<R: Workload>(diff: Diff, live: &R, want: &R) -> Diff {
    want.settings().differences(live.settings()).into_iter().fold(diff, |diff, it| {
        let is_fixed = R::FIXED.contains(&"*") || R::FIXED.contains(&it.field.as_str());
        let n_before = diff.fields.len();
        let mut diff = diff.entry(&it.path, it.live.as_ref(), it.want.as_ref());
        diff.fields.iter_mut().skip(n_before).for_each(|it| it.forces_replacement = is_fixed);
        diff
    })
}

/// Returns the requests that make an object, ready to be named.
pub(super) fn make<R: Workload>(want: &R, key: &Key, scope: &Scope<'_>) -> Vec<Call<R>> {
    let (stamp, name) = (scope.stamp(key), scope.workload_name(key, &want.clone().into()));
    let (links, settings) = (want.links().handles(scope), want.settings().clone());
    let create = Call::new(Action::Create { stamp, name, links, settings });
    [create].into_iter().chain(settle(&Handle::new_id(key))).collect()
}

/// Returns the wait until an object can be used, if AWS takes its time.
pub(super) fn settle<R: Workload>(object: &Handle) -> Vec<Call<R>> {
    let ready = R::API.made.map(|_| Call::new(Action::AwaitReady { object: object.clone() }));
    ready.into_iter().collect()
}

/// The fields that hold groups beside settings: they change as one.
const WITH_GROUPS: &[&str] = &["DefaultUserSettings", "UserSettings"];

/// Returns the request that changes `live` into `want`, and the wait until what was asked for is what is there; AWS
/// accepts some changes and ignores them. What stays is not said again: AWS refuses some fields while something runs.
pub(super) fn update<R: Workload>(want: &R, live: &R, key: &Key, scope: &Scope<'_>) -> Vec<Call<R>> {
    if R::API.update.is_none() || want.diff(live).is_empty() {
        return Vec::new();
    }
    let (object, links) = (scope.id(key), want.links().handles(scope));
    let mut settings = want.settings().clone();
    let changed = settings.differences(live.settings());
    let is_changed = |field: &str| changed.iter().any(|it| it.field == field);
    settings.0.retain(|field, _| {
        let field = field.as_str();
        !R::FIXED.contains(&field) && (is_changed(field) || WITH_GROUPS.contains(&field))
    });
    vec![
        Call::new(Action::Update {
            object: object.clone(),
            links: links.clone(),
            settings: settings.clone(),
        }),
        Call::new(Action::AwaitChanged { object, links, settings }),
    ]
}

/// Returns the requests that end an object, `details` saying how, and the wait for the interfaces that it leaves in the network for a while.
pub(super) fn remove<R: Workload>(details: Document, key: &Key, scope: &Scope<'_>) -> Vec<Call<R>> {
    let object = scope.live_id(key);
    let gone = R::API.deleted.map(|_| Action::AwaitGone { object: object.clone() });
    let interfaces = scope.interfaces_of(key);
    let released = (!interfaces.is_empty()).then_some(Action::AwaitReleased { interfaces });
    let delete = Action::Delete { object, details };
    [delete].into_iter().chain(gone).chain(released).map(Call::new).collect()
}

/// Does to `live` what SageMaker does on `call`.
pub(super) fn effect<R: Workload>(call: &Call<R>, live: &mut Live) -> Result<(), Refused> {
    match &call.action {
        Action::Create { stamp, name, links, settings } => {
            let links = Links::resolved(links, live)?;
            let spec: Spec = R::new(links, settings.clone()).into();
            live.refuse_taken_name(name, &spec)?;
            live.create(stamp, spec)?;
            live.set_part(&stamp.key, crate::Part::Name, name.clone());
            match R::API.made {
                Some(_) => live.set_state(&Handle::new_id(&stamp.key), State::Pending),
                None => Ok(()),
            }
        }
        Action::AwaitReady { object } => live.set_state(object, State::Usable),
        Action::Update { object, links, settings } => {
            let new = Links::resolved(links, live)?;
            live.edit(object, |it: &mut R| {
                let (links, document) = it.parts_mut();
                *links = new;
                *document = std::mem::take(document).with(settings);
                Ok(())
            })
        }
        Action::AwaitChanged { object, .. } => live.key_of(object).map(drop),
        Action::Start { object } | Action::Stop { object } | Action::AwaitStopped { object } => {
            live.key_of(object).map(drop)
        }
        Action::Remember { object, tag } => {
            live.edit_tags(object, |it| drop(it.insert(tag.clone(), REMEMBERED.to_owned())))
        }
        Action::Forget { object, tag } => live.edit_tags(object, |it| drop(it.remove(tag))),
        Action::Delete { object, .. } => match R::API.deleted {
            Some(_) => live.start_leaving(object),
            None => live.delete(object),
        },
        Action::AwaitGone { object } => {
            live.finish_leaving(object);
            Ok(())
        }
        Action::AwaitReleased { interfaces } => {
            live.release_interfaces(interfaces);
            Ok(())
        }
    }
}

/// Returns whether `live` shows already what `call` is for.
pub(super) fn is_done<R: Workload>(call: &Call<R>, live: &Live) -> bool {
    matches!(&call.action, Action::Delete { object, .. } if live.is_gone(object))
}

/// What every kind of SageMaker does as the others do, inside its `impl Resource`.
macro_rules! as_workload {
    () => {
        fn refs(&self) -> Vec<&Key> {
            self.links.all().collect()
        }

        fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
            self.links.map_keys(rename);
        }

        fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Self::Call> {
            sagemaker::make(self, key, scope)
        }

        fn settle(&self, _key: &Key, object: &Handle) -> Vec<Self::Call> {
            sagemaker::settle(object)
        }
    };
}

/// The accessors of a kind that is `links` and `settings`, inside its `impl Workload`.
macro_rules! links_and_settings {
    () => {
        fn new(links: Links<Key>, settings: Document) -> Self {
            Self { links, settings }
        }

        fn links(&self) -> &Links<Key> {
            &self.links
        }

        fn settings(&self) -> &Document {
            &self.settings
        }

        fn parts_mut(&mut self) -> (&mut Links<Key>, &mut Document) {
            (&mut self.links, &mut self.settings)
        }
    };
}

pub(super) use {as_workload, links_and_settings};
