//! The closed set of resource kinds. To add one: write its file, then add its line to `kinds!`.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cloud::{Reason, Refused};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::{Claim, Live};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::{Stamp, Tags};

pub mod sagemaker;
pub mod tagging;

/// What a resource kind says about itself. All of it is data; nothing here is a decision at run time.
pub trait Resource: Sized + Clone {
    /// The kind.
    const KIND: Kind;
    /// Its name in keys, such as `subnet`.
    const NAME: &'static str;
    /// What its AWS ids begin with, without the hyphen.
    const ID_PREFIX: &'static str;
    /// Whether AWS deletes it along with what it names.
    const GOES_ALONG: bool = false;
    /// Whether each user goes over to another one in one request, so that letting go of it early is only a loss.
    const IS_LEFT_AT_ONCE: bool = false;
    /// Whether it is a run, no resource: made once, never changed, never deleted.
    const IS_RUN: bool = false;
    /// Whether something of it runs as soon as it is there, and fails or hangs if its network does not work yet.
    const RUNS_AT_ONCE: bool = false;
    /// Whether something is on it that a successor would not have, so that replacing it takes a word.
    const HOLDS_DATA: bool = false;
    /// One variant per AWS request that this kind needs.
    type Call: Request;

    /// Returns what must exist to make it and outlives it, or what its making names. Orders `Make`; acyclic by kind.
    fn refs(&self) -> Vec<&Key>;

    /// Returns what only its wiring names: rules, routes, associations. May be mutual between objects of one kind.
    fn peers(&self) -> Vec<&Key> {
        Vec::new()
    }

    /// Returns whose it is, if AWS has made it for something else and marked it so, in it or in its tags.
    fn derived_from(&self, _tags: &Tags) -> Option<Key> {
        None
    }

    /// Changes the keys in it, references and peers alike.
    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key));

    /// Returns which fields of `self` (wanted) differ from `live`, and which of them force a replacement.
    fn diff(&self, live: &Self) -> Diff;

    /// Returns whether AWS refuses to have both at once.
    fn clashes(&self, _other: &Self) -> bool {
        false
    }

    /// Returns how AWS refuses it beside what it clashes with.
    fn refusal(&self) -> Reason {
        Reason::Clash
    }

    /// Returns what only one of its kind can have: any two that clash claim the same.
    fn claims(&self) -> Vec<Claim> {
        Vec::new()
    }

    /// Returns what [`Resource::make`] leaves, before any wiring.
    fn born(&self, _key: &Key, _scope: &Scope<'_>) -> Self {
        self.clone()
    }

    /// Returns what is left once it names none of `gone`, as far as its wiring can let go.
    fn without(&self, _gone: &BTreeSet<Key>) -> Self {
        self.clone()
    }

    /// Returns what is left once it gives room to `other`, which is to take its place, as far as it can do so and stay.
    fn yielding(&self, _other: &Self) -> Self {
        self.clone()
    }

    /// Returns the peers that AWS wants let go before this can be removed.
    fn holds(&self) -> Vec<&Key> {
        Vec::new()
    }

    /// Returns whose own filter holds for it, where it names none.
    fn falls_back_on(&self) -> Option<&Key> {
        None
    }

    /// Returns of whose addresses it has some, which cannot be taken away meanwhile.
    fn lies_in(&self) -> Option<&Key> {
        None
    }

    /// Returns whether others of its kind may lean on it: few do, so that looking for who leans on whom stays cheap.
    fn supports(&self) -> bool {
        false
    }

    /// Returns whether AWS wants `other` to be there for as long as this is as it is, although it does not name it.
    fn leans_on(&self, _other: &Self) -> bool {
        false
    }

    /// Returns the requests that create the bare object, ready for others to name it.
    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Self::Call>;

    /// Returns the requests that add to `live` what `self` has more, and swap what AWS swaps in one request.
    fn wire(&self, _live: &Self, _key: &Key, _scope: &Scope<'_>) -> Vec<Self::Call> {
        Vec::new()
    }

    /// Returns the requests that take from `live` what `self` lacks.
    fn unwire(&self, _live: &Self, _key: &Key, _scope: &Scope<'_>) -> Vec<Self::Call> {
        Vec::new()
    }

    /// Returns the requests that take from `live` what others may lie in or rest on, and `self` lacks: a VPC's blocks and
    /// names.
    fn release(&self, _live: &Self, _key: &Key, _scope: &Scope<'_>) -> Vec<Self::Call> {
        Vec::new()
    }

    /// Returns the waits until an object that AWS is still making or changing can be used.
    fn settle(&self, _key: &Key, _object: &Handle) -> Vec<Self::Call> {
        Vec::new()
    }

    /// Returns the requests that delete it.
    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Self::Call>;

    /// Does to `live` what AWS does on `call`: the in-memory cloud, the rehearsal, and the belief that conformance
    /// tests compare with an emulator.
    fn effect(call: &Self::Call, live: &mut Live) -> Result<(), Refused>;

    /// Returns whether `live` shows already what `call` is for, although AWS would refuse to do it again.
    fn is_done(call: &Self::Call, live: &Live) -> bool;
}

/// One AWS request as data.
pub trait Request: fmt::Debug {
    /// Returns the operation's name in AWS's API, such as `CreateSubnet`. A wait is named by what it looks at.
    fn operation(&self) -> &'static str;

    /// Returns what the request says, for people.
    fn details(&self) -> String;

    /// Returns every handle that must be known to send it; the object that it changes comes first.
    fn handles(&self) -> Vec<&Handle>;

    /// Returns the object that it changes, if it is one that was there before.
    fn own(&self) -> Option<&Handle> {
        match self.stamp() {
            Some(_) => None,
            None => self.handles().into_iter().next(),
        }
    }

    /// Returns the stamp of the object that it creates.
    fn stamp(&self) -> Option<&Stamp> {
        None
    }

    /// Returns the identifiers that its answer teaches.
    fn learns(&self) -> Vec<(&Key, Part)> {
        self.stamp().map(|it| (&it.key, Part::Id)).into_iter().collect()
    }

    /// Returns the objects that it changes beside its own: two requests that write one object are ordered.
    fn writes(&self) -> Vec<&Handle> {
        Vec::new()
    }

    /// Returns whether it can change what happens to a packet, now or once its object is in use.
    fn steers(&self) -> bool {
        false
    }

    /// Returns whether it takes an object away, which AWS may refuse until it has let go of what used it.
    fn is_removal(&self) -> bool {
        false
    }

    /// Returns what it waits for, if it is a wait.
    fn wait(&self) -> Option<Wait> {
        None
    }

    /// Returns whether it only looks, so that it does not matter whether it was carried out.
    fn only_looks(&self) -> bool {
        self.wait().is_some()
    }
}

/// A wait for something that AWS does after it has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// How long it usually takes, in seconds (`aws-doc`: none is promised; field reports).
    pub typical_s: u32,
    /// After how many seconds it counts as failed.
    pub deadline_s: u32,
}

/// Picks one kind out of the closed enum.
pub trait InSpec: Sized {
    /// Returns the spec as this kind, if it is.
    fn of(spec: &Spec) -> Option<&Self>;
    /// Returns the spec as this kind, if it is, to change.
    fn of_mut(spec: &mut Spec) -> Option<&mut Self>;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// What a resource is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $kind),* }

        /// The properties of one resource, wanted or observed.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Spec { $($(#[$doc])* $kind($module::$kind)),* }

        /// One request to AWS, as data.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Call {
            $($(#[$doc])* $kind($module::Call),)*
            /// Tags, of objects of any kind.
            Tagging(tagging::Call),
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// Returns its name in keys, such as `subnet`.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$kind => <$module::$kind as Resource>::NAME),* }
            }

            /// Returns what its AWS ids begin with, such as `subnet`.
            pub fn id_prefix(self) -> &'static str {
                match self { $(Kind::$kind => <$module::$kind as Resource>::ID_PREFIX),* }
            }

            /// Returns whether AWS deletes it along with what it names, so that it keeps nothing from being deleted.
            pub fn goes_along(self) -> bool {
                match self { $(Kind::$kind => <$module::$kind as Resource>::GOES_ALONG),* }
            }

            /// See [`Resource::IS_RUN`].
            pub fn is_run(self) -> bool {
                match self { $(Kind::$kind => <$module::$kind as Resource>::IS_RUN),* }
            }

            pub(crate) fn runs_at_once(self) -> bool {
                match self { $(Kind::$kind => <$module::$kind as Resource>::RUNS_AT_ONCE),* }
            }

            /// See [`Resource::HOLDS_DATA`].
            pub fn holds_data(self) -> bool {
                match self { $(Kind::$kind => <$module::$kind as Resource>::HOLDS_DATA),* }
            }

            pub(crate) fn is_left_at_once(self) -> bool {
                match self { $(Kind::$kind => <$module::$kind as Resource>::IS_LEFT_AT_ONCE),* }
            }
        }

        impl Spec {
            /// Returns what it is.
            pub fn kind(&self) -> Kind {
                match self { $(Spec::$kind(_) => Kind::$kind),* }
            }

            /// See [`Resource::refs`].
            pub fn refs(&self) -> Vec<&Key> {
                match self { $(Spec::$kind(it) => it.refs()),* }
            }

            /// See [`Resource::peers`].
            pub fn peers(&self) -> Vec<&Key> {
                match self { $(Spec::$kind(it) => it.peers()),* }
            }

            /// Returns all that it names.
            pub fn names(&self) -> impl Iterator<Item = &Key> {
                self.refs().into_iter().chain(self.peers())
            }

            /// See [`Resource::map_keys`].
            pub fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
                match self { $(Spec::$kind(it) => it.map_keys(rename)),* }
            }

            pub(crate) fn derived_from(&self, tags: &Tags) -> Option<Key> {
                match self { $(Spec::$kind(it) => it.derived_from(tags)),* }
            }

            /// See [`Resource::clashes`].
            pub fn clashes(&self, other: &Spec) -> bool {
                match (self, other) {
                    $((Spec::$kind(it), Spec::$kind(other)) => it.clashes(other),)*
                    _ => false,
                }
            }

            pub(crate) fn refusal(&self) -> Reason {
                match self { $(Spec::$kind(it) => it.refusal()),* }
            }

            pub(crate) fn claims(&self) -> Vec<Claim> {
                match self { $(Spec::$kind(it) => it.claims()),* }
            }

            /// See [`Resource::diff`].
            pub fn diff(&self, live: &Spec) -> Diff {
                match (self, live) {
                    // Most of what a plan compares is as it shall be.
                    _ if self == live => Diff::default(),
                    $((Spec::$kind(want), Spec::$kind(live)) => want.diff(live),)*
                    _ => unreachable!("the kind is in the key"),
                }
            }

            pub(crate) fn born(&self, key: &Key, scope: &Scope<'_>) -> Spec {
                match self { $(Spec::$kind(it) => Spec::$kind(it.born(key, scope))),* }
            }

            pub(crate) fn yielding(&self, other: &Spec) -> Spec {
                match (self, other) {
                    $((Spec::$kind(it), Spec::$kind(other)) => Spec::$kind(it.yielding(other)),)*
                    _ => unreachable!("the kind is in the key"),
                }
            }

            pub(crate) fn without(&self, gone: &BTreeSet<Key>) -> Spec {
                match self { $(Spec::$kind(it) => Spec::$kind(it.without(gone))),* }
            }

            pub(crate) fn holds(&self) -> Vec<&Key> {
                match self { $(Spec::$kind(it) => it.holds()),* }
            }

            pub(crate) fn settle(&self, key: &Key, object: &Handle) -> Vec<Call> {
                match self { $(Spec::$kind(it) => it.settle(key, object).into_iter().map(Call::$kind).collect()),* }
            }

            pub(crate) fn falls_back_on(&self) -> Option<&Key> {
                match self { $(Spec::$kind(it) => it.falls_back_on()),* }
            }

            pub(crate) fn lies_in(&self) -> Option<&Key> {
                match self { $(Spec::$kind(it) => it.lies_in()),* }
            }

            pub(crate) fn supports(&self) -> bool {
                match self { $(Spec::$kind(it) => it.supports()),* }
            }

            pub(crate) fn leans_on(&self, other: &Spec) -> bool {
                match (self, other) {
                    $((Spec::$kind(it), Spec::$kind(other)) => it.leans_on(other),)*
                    _ => false,
                }
            }

            pub(crate) fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
                match self { $(Spec::$kind(it) => it.make(key, scope).into_iter().map(Call::$kind).collect()),* }
            }

            pub(crate) fn wire(&self, live: &Spec, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
                match (self, live) {
                    $((Spec::$kind(want), Spec::$kind(live)) =>
                        want.wire(live, key, scope).into_iter().map(Call::$kind).collect(),)*
                    _ => unreachable!("the kind is in the key"),
                }
            }

            pub(crate) fn unwire(&self, live: &Spec, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
                match (self, live) {
                    $((Spec::$kind(want), Spec::$kind(live)) =>
                        want.unwire(live, key, scope).into_iter().map(Call::$kind).collect(),)*
                    _ => unreachable!("the kind is in the key"),
                }
            }

            pub(crate) fn release(&self, live: &Spec, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
                match (self, live) {
                    $((Spec::$kind(want), Spec::$kind(live)) =>
                        want.release(live, key, scope).into_iter().map(Call::$kind).collect(),)*
                    _ => unreachable!("the kind is in the key"),
                }
            }

            pub(crate) fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
                match self { $(Spec::$kind(it) => it.remove(key, scope).into_iter().map(Call::$kind).collect()),* }
            }
        }

        impl Call {
            /// Returns the request behind the enum.
            pub fn request(&self) -> &dyn Request {
                match self { $(Call::$kind(it) => it,)* Call::Tagging(it) => it }
            }

            /// See [`Resource::effect`].
            pub fn effect(&self, live: &mut Live) -> Result<(), Refused> {
                match self {
                    $(Call::$kind(it) => <$module::$kind as Resource>::effect(it, live),)*
                    Call::Tagging(it) => it.effect(live),
                }
            }

            /// See [`Resource::is_done`].
            pub fn is_done(&self, live: &Live) -> bool {
                match self {
                    $(Call::$kind(it) => <$module::$kind as Resource>::is_done(it, live),)*
                    Call::Tagging(_) => false,
                }
            }
        }

        $(
            impl From<$module::$kind> for Spec {
                fn from(it: $module::$kind) -> Spec { Spec::$kind(it) }
            }

            impl InSpec for $module::$kind {
                fn of(spec: &Spec) -> Option<&Self> {
                    match spec { Spec::$kind(it) => Some(it), _ => None }
                }
                fn of_mut(spec: &mut Spec) -> Option<&mut Self> {
                    match spec { Spec::$kind(it) => Some(it), _ => None }
                }
            }
        )*
    };
}

kinds! {
    /// A private address space.
    Vpc => vpc,
    /// A slice of it in one availability zone.
    Subnet => subnet,
    /// The VPC's door to the internet.
    InternetGateway => internet_gateway,
    /// Its door outwards for IPv6.
    EgressOnlyGateway => egress_only_gateway,
    /// A public address of our own.
    ElasticIp => elastic_ip,
    /// Lets private subnets open connections to the internet.
    NatGateway => nat_gateway,
    /// Where a subnet's packets go.
    RouteTable => route_table,
    /// A subnet's stateless filter.
    NetworkAcl => network_acl,
    /// An interface's stateful filter.
    SecurityGroup => security_group,
    /// A private way to an AWS service.
    Endpoint => endpoint,
    /// Blocks of addresses under one name.
    PrefixList => prefix_list,
    /// What interfaces are told about names and time.
    DhcpOptions => dhcp_options,
    /// A record of what flows.
    FlowLog => flow_log,
    /// Where people work with SageMaker Studio.
    Domain => domain,
    /// A person's place in it.
    UserProfile => user_profile,
    /// A machine to work on.
    Notebook => notebook,
    /// A container and its artifacts, to be served.
    Model => model,
    /// Which models an endpoint serves, on what.
    EndpointConfig => endpoint_config,
    /// Models behind a name that answers requests.
    InferenceEndpoint => inference_endpoint,
    /// A run that makes a model.
    TrainingJob => training_job,
    /// A run that works on data.
    ProcessingJob => processing_job,
    /// A program that runs in a domain.
    App => app,
    /// What people share in a domain.
    Space => space,
    /// Where a subnet reaches a domain's file system.
    MountTarget => mount_target,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.request();
        write!(f, "{} {}", request.operation(), request.details())
    }
}

/// Renames the keys of a set.
fn map_key_set(keys: &mut BTreeSet<Key>, rename: &mut dyn FnMut(&mut Key)) {
    *keys = std::mem::take(keys)
        .into_iter()
        .map(|mut key| {
            rename(&mut key);
            key
        })
        .collect();
}

/// Writes things as a list, for [`Request::details`] and refusals.
fn list<T: fmt::Display>(things: &[T]) -> String {
    things.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
