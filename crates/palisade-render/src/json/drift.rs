//! Drift on the wire.

use palisade_core::tags::TagDiff;
use palisade_core::{Key, Live, Network, Object};
use serde::Serialize;

use super::plan::{ProblemEntry, ReadsEntry, left_over_of, made_for, moved_from};
use super::{FORMAT_VERSION, facts};
use crate::drift::{Drift, drifted, homes, strange_objects, strangers};
use crate::plan::ipv6::Ipv6;
use crate::plan::tagging::TagChange;
use crate::plan::{PlanView, tagging};
use crate::settings;
use crate::text;

/// What `drift --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The blueprint's name.
    pub blueprint: String,
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// The VPC's IPv6 block: in fields, `ipv6-prefix` is all of it and `ipv6-slot(3)` the /64 number 3 in it. Null if
    /// there is none.
    pub ipv6_prefix: Option<String>,
    /// The objects that are not as the blueprint says, in the order of their keys.
    pub objects: Vec<DriftedObject>,
    /// What is in the VPC and not the blueprint's. That is no drift.
    pub foreign: Vec<ForeignEntry>,
    /// What is not as AWS has made it for something of the blueprint's, and is not for an apply to undo, in words.
    pub notes: Vec<String>,
    /// What would keep an apply from undoing the drift.
    pub problems: Vec<ProblemEntry>,
    /// What the reading cost; null if nobody counted.
    pub reads: Option<ReadsEntry>,
}

/// One object that is not as the blueprint says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftedObject {
    /// The object's key; an elder's is its kind and AWS id.
    pub key: String,
    /// How it differs.
    pub standing: Standing,
    /// Its AWS id; null for what is missing.
    pub id: Option<String>,
    /// The key whose earlier replacement left this object over; else null.
    pub left_over_of: Option<String>,
    /// The key of what AWS has made this object for, an AWS id if that is gone; null for what AWS made for nobody.
    pub made_for: Option<String>,
    /// The key that it has at AWS, if the blueprint has renamed it since; else null.
    pub moved_from: Option<String>,
    /// The name of the blueprint that it has at AWS, if that has changed since; else null.
    pub moved_from_blueprint: Option<String>,
    /// What differs. For a missing object all that the blueprint says, for an extra one all that there is.
    pub fields: Vec<DriftedField>,
    /// Which tags differ.
    pub tags: Vec<DriftedTag>,
}

/// How an object differs from the blueprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is there and not as the blueprint says.
    Changed,
    /// It is in the blueprint only.
    Missing,
    /// It is in the account only, and palisade made it.
    Extra,
}

/// One field that differs, or one member of a field that is a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftedField {
    /// Such as `cidr` or `inbound tcp 443 from security-group.app`.
    pub name: String,
    /// What the blueprint says; null if it does not say it.
    pub blueprint: Option<String>,
    /// What there is; null if it is not there.
    pub live: Option<String>,
}

/// One tag that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftedTag {
    /// The tag's key.
    pub name: String,
    /// The value that the blueprint gives it; null if it gives none.
    pub blueprint: Option<String>,
    /// Its value now; null if it is not there.
    pub live: Option<String>,
    /// Whether it is one that palisade writes for its own use, and none of the author's.
    pub own: bool,
}

/// Something in the VPC that is not the blueprint's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignEntry {
    /// What it is, in words.
    pub what: String,
    /// Its AWS id.
    pub id: String,
    /// Its tag `Name`; null if it has none, or if palisade does not manage its kind.
    pub name: Option<String>,
}

impl DriftDocument {
    /// Returns the document of a drift.
    pub fn new(view: &PlanView<'_>) -> DriftDocument {
        DriftDocument {
            format_version: FORMAT_VERSION,
            blueprint: view.blueprint.to_owned(),
            account: view.account.to_owned(),
            region: view.region.to_owned(),
            ipv6_prefix: Ipv6::of(view).prefix(),
            objects: drifted(view).iter().map(|(key, it)| DriftedObject::new(key, it, view.want)).collect(),
            foreign: foreign(view.live),
            notes: homes::unreachable(view.live),
            problems: view.plan.problems.iter().map(ProblemEntry::new).collect(),
            reads: ReadsEntry::new(view),
        }
    }
}

impl DriftedObject {
    fn new(key: &Key, drift: &Drift<'_>, want: &Network) -> DriftedObject {
        let field = |name, blueprint, live| DriftedField { name, blueprint, live };
        let (standing, fields) = match drift {
            Drift::Missing { want } => {
                let facts = facts::of(want).into_iter();
                (Standing::Missing, facts.map(|(name, value)| field(name, Some(value), None)).collect())
            }
            Drift::Extra { live } => {
                let facts = facts::of(&live.spec).into_iter();
                (Standing::Extra, facts.map(|(name, value)| field(name, None, Some(value))).collect())
            }
            Drift::Changed { diff, .. } => {
                let fields = settings::veiled(key, diff).fields.into_iter();
                (Standing::Changed, fields.map(|it| field(it.name, it.want, it.live)).collect())
            }
        };
        let (live, tags) = match drift {
            Drift::Missing { .. } => (None, Vec::new()),
            Drift::Extra { live } => (Some(*live), Vec::new()),
            Drift::Changed { live, tags, .. } => (Some(*live), DriftedTag::all(tags, live)),
        };
        let id = live.map(|it| it.id.clone());
        let left_over_of = live.and_then(left_over_of);
        let made_for = live.and_then(made_for);
        let (moved_from, moved_from_blueprint) = moved_from(key, live, want);
        let key = key.to_string();
        DriftedObject {
            key,
            standing,
            id,
            left_over_of,
            made_for,
            moved_from,
            moved_from_blueprint,
            fields,
            tags,
        }
    }
}

impl DriftedTag {
    fn all(diff: &TagDiff, live: &Object) -> Vec<DriftedTag> {
        let changes = tagging::changes(diff, &live.tags).into_iter();
        let tag = |it: TagChange| {
            let own = tagging::is_own(&it.name);
            DriftedTag { name: it.name, blueprint: it.want, live: it.live, own }
        };
        changes.map(tag).collect()
    }
}

fn foreign(live: &Live) -> Vec<ForeignEntry> {
    let objects = strange_objects(live).map(|it| ForeignEntry {
        what: text::noun(it.spec.kind()).to_owned(),
        id: it.id.clone(),
        name: it.tags.get("Name").cloned(),
    });
    let strangers =
        strangers(live).map(|it| ForeignEntry { what: it.what.clone(), id: it.id.clone(), name: None });
    objects.chain(strangers).collect()
}
