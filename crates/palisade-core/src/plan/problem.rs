//! Why a plan must not run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Diff;
use crate::key::Key;
use crate::kinds::Kind;
use crate::live::Duplicate;
use crate::tags::{self, Origin};

/// Something that makes a plan useless or dangerous, found before the first change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// Two objects claim one generation of a key, and which of them is in use cannot be told.
    Duplicate {
        /// The key.
        key: Key,
        /// Their AWS ids.
        ids: Vec<String>,
        /// What one of them has been called until now, if it is a rename that makes them claim the same.
        moved_from: Option<Origin>,
    },
    /// AWS refuses to have both, and the other one does not give way.
    Clash {
        /// What the plan makes or changes.
        key: Key,
        /// What is in the way.
        with: Key,
        /// The generation that it would have, if it carries the blueprint's tag and has lost those that say what it is.
        lost: Option<u32>,
    },
    /// The VPC is to be made, and what the blueprint has made before lies in one that is not its own.
    TagsLost {
        /// The VPC's key.
        key: Key,
        /// The AWS id of the one that is there.
        id: String,
        /// The blueprint.
        blueprint: String,
        /// The generation that it would have.
        generation: u32,
    },
    /// It is to be made, and something that is not the blueprint's has its name.
    NameTaken {
        /// What the plan makes.
        key: Key,
        /// The AWS id of what has the name.
        id: String,
        /// The blueprint that it is of; none if it has no tags of one.
        owner: Option<String>,
        /// The blueprint that wants the name.
        blueprint: String,
    },
    /// Something that is not the blueprint's uses what the plan removes.
    Blocked {
        /// What the plan removes.
        key: Key,
        /// Who uses it: keys of foreign objects, or words about things of no kind of ours.
        by: Vec<String>,
        /// Whether a new object is to take its place.
        is_replaced: bool,
    },
    /// The blueprint names one of its own objects by its AWS id, which changes when the object is replaced.
    OwnById {
        /// What names it.
        key: Key,
        /// The AWS id.
        id: String,
        /// Whose it is.
        own: Key,
    },
    /// The VPC itself would be lost, and nobody said so.
    Guarded {
        /// The VPC's key.
        key: Key,
        /// What forces its replacement; empty if it would be deleted.
        diff: Diff,
    },
    /// It is protected, and would be deleted or replaced.
    Protected {
        /// Its key.
        key: Key,
        /// Whether a new object is to take its place.
        is_replaced: bool,
        /// What protects it.
        by: Protection,
    },
    /// A run of that name exists, and is another one.
    RunChanged {
        /// The run.
        key: Key,
        /// What differs.
        diff: Diff,
    },
    /// It has to be gone before its successor can come, and something that stays cannot leave it meanwhile.
    Held {
        /// What has to be gone.
        key: Key,
        /// Who cannot leave it.
        by: Key,
    },
    /// `--replace` names something that there is not, or that is not wanted.
    NothingToReplace {
        /// The key.
        key: Key,
        /// Whether it is there, and no longer wanted.
        goes: bool,
        /// What of its kind can be replaced.
        instead: Vec<Key>,
    },
}

/// What protects an object from being deleted and replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// The blueprint says so.
    Blueprint,
    /// Only the object's tag still says so.
    Tag,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Duplicate { key, ids, moved_from: None } => {
                write!(f, "`{key}` exists more than once: {}", ids.join(", "))
            }
            Problem::Duplicate { key, ids, moved_from: Some(from) } => {
                write!(f, "`{from}` cannot become `{key}`, which is there already: {}", ids.join(", "))
            }
            Problem::Clash { key, with, lost: Some(_) } => {
                write!(
                    f,
                    "`{key}` cannot exist beside `{}`, which has lost the tags that say what it is",
                    with.name
                )
            }
            Problem::Clash { key, with, .. } if with.is_existing() => {
                write!(f, "`{key}` cannot exist beside `{}`, which is not this blueprint's", with.name)
            }
            Problem::Clash { key, with, .. } => write!(f, "`{key}` cannot exist beside `{with}`"),
            Problem::TagsLost { key, id, .. } => write!(
                f,
                "what this blueprint has made lies in `{id}`, which has no tags that say it is `{key}`: all of it would be replaced"
            ),
            Problem::NameTaken { key, id, owner, .. } => f.write_str(&taken(key, id, owner.as_deref())),
            Problem::Blocked { key, by, .. } => {
                write!(f, "`{key}` cannot be removed while it is used by {}", by.join(", "))
            }
            Problem::OwnById { key, id, own } => {
                write!(f, "`{key}` names `{id}`, which is this blueprint's own `{own}`")
            }
            Problem::Guarded { key, diff } if diff.is_empty() => write!(f, "`{key}` would be deleted"),
            Problem::Guarded { key, diff } => f.write_str(&guarded(key, diff)),
            Problem::Protected { key, is_replaced: false, .. } => {
                write!(f, "`{key}` is protected, and would be deleted")
            }
            Problem::Protected { key, .. } => write!(f, "`{key}` is protected, and would be replaced"),
            Problem::RunChanged { key, diff } => {
                let fields: Vec<String> = diff.fields.iter().map(|it| format!("`{}`", it.name)).collect();
                write!(f, "`{key}` has run with other settings: {}", fields.join(", "))
            }
            Problem::Held { key, by } => {
                write!(
                    f,
                    "`{key}` must be gone before its successor can come, and `{by}` cannot leave it meanwhile"
                )
            }
            Problem::NothingToReplace { key, .. } if key.kind.is_run() => {
                write!(f, "`{key}` is a run: it is made once, and never again")
            }
            Problem::NothingToReplace { key, goes: true, .. } => {
                write!(
                    f,
                    "`{key}` is no longer in the blueprint, so the plan deletes it and replaces nothing"
                )
            }
            Problem::NothingToReplace { key, .. } => {
                write!(f, "`{key}` does not exist, so it cannot be replaced")
            }
        }
    }
}

impl Problem {
    /// Returns the problem that two objects claim one key.
    pub fn duplicate(of: &Duplicate) -> Problem {
        let Duplicate { key, ids, moved_from, .. } = of.clone();
        Problem::Duplicate { key, ids, moved_from }
    }

    /// Returns the next step.
    pub fn help(&self) -> String {
        match self {
            Problem::Duplicate { moved_from: Some(_), .. } => {
                "leave that `[[moved]]` out, or take what there is out of the blueprint and apply that before".to_owned()
            }
            Problem::Duplicate { .. } => {
                "find out which one is in use, and delete the other by hand".to_owned()
            }
            Problem::Clash { key, with, lost: Some(generation) } => told_apart(key, &with.name, *generation),
            Problem::TagsLost { key, id, blueprint, generation } => {
                let (name, generation) = (key.to_string(), generation.to_string());
                let tags =
                    [(tags::BLUEPRINT, blueprint.as_str()), (tags::KEY, &name), (tags::GENERATION, &generation)];
                format!(
                    "if it is `{key}`, give it back its tags: `{}`; if everything shall go to a new VPC, say `--replace {key}`",
                    tagging(id, &tags)
                )
            }
            Problem::NameTaken { owner: Some(_), .. } => "give yours another name".to_owned(),
            Problem::NameTaken { key, id, owner: None, blueprint } => tagged_again(key, id, blueprint),
            Problem::Clash { .. } => "change the blueprint, or remove what is in the way".to_owned(),
            Problem::Blocked { is_replaced: true, .. } => {
                "leave it as it is; or add a new one under another name, move its users, and then take this one out"
                    .to_owned()
            }
            Problem::Blocked { by, .. } if by.iter().any(|it| it.contains("-job.")) => {
                "wait until the job has ended, or stop it: `aws sagemaker stop-training-job` or `stop-processing-job`"
                    .to_owned()
            }
            Problem::Blocked { .. } => {
                "remove its users first; palisade never touches what is not its own".to_owned()
            }
            Problem::OwnById { own, .. } => match own.kind {
                Kind::SecurityGroup => format!("write its name instead: `group:{}`", own.name),
                Kind::PrefixList => format!("write its name instead: `prefix-list:{}`", own.name),
                _ => format!("leave the id out: `{own}` is made by this blueprint"),
            },
            Problem::Guarded { key, diff } if diff.is_empty() => {
                format!("use `palisade destroy`, or keep `{key}` in the blueprint")
            }
            Problem::Guarded { key, .. } => format!("undo that change, or say `--replace {key}`"),
            Problem::Protected { by: Protection::Blueprint, .. } => {
                "take it out of `keys` of `[protect]` and apply that; the next plan may then go on".to_owned()
            }
            Problem::Protected { by: Protection::Tag, .. } => {
                "apply once with it in the blueprint and unchanged: that takes the protection away, since `[protect]` no longer names it; the next plan may then go on"
                    .to_owned()
            }
            Problem::RunChanged { .. } => {
                "a run is made once: give it another name to run it again, or undo the change".to_owned()
            }
            Problem::Held { by, .. } => {
                format!("replace both, with a gap in between: `--replace {by}`; or undo the change")
            }
            Problem::NothingToReplace { key, .. } if key.kind.is_run() => {
                "give it another name to run it again".to_owned()
            }
            Problem::NothingToReplace { goes: true, .. } => "leave `--replace` out".to_owned(),
            Problem::NothingToReplace { key, instead, .. } if instead.is_empty() => {
                format!("the blueprint has built nothing of the kind `{}`", key.kind.as_str())
            }
            Problem::NothingToReplace { instead, .. } => {
                let instead: Vec<String> = instead.iter().map(|it| format!("`{it}`")).collect();
                format!("there is {}", instead.join(", "))
            }
        }
    }
}

fn taken(key: &Key, id: &str, owner: Option<&str>) -> String {
    let by = match owner {
        Some(owner) => format!("`{id}` of the blueprint `{owner}`"),
        None => format!("`{id}`, which has no tags that say it is `{key}`"),
    };
    format!("`{key}` cannot be made: its name is taken by {by}")
}

fn guarded(key: &Key, diff: &Diff) -> String {
    let forced = diff.fields.iter().filter(|it| it.forces_replacement);
    let mut fields: Vec<String> = forced.map(|it| format!("`{}`", it.name)).collect();
    fields.dedup();
    format!("`{key}` and everything in it would be replaced, since {} changes", fields.join(" and "))
}

/// Returns how something that still says whose it is gets the tags back that say what it is.
fn told_apart(key: &Key, id: &str, generation: u32) -> String {
    let (name, generation) = (key.to_string(), generation.to_string());
    let tags = [(tags::KEY, name.as_str()), (tags::GENERATION, generation.as_str())];
    format!("if it is `{key}`, give it back its tags: `{}`", tagging(id, &tags))
}

/// Returns how something of SageMaker gets the tags back that make it the blueprint's.
fn tagged_again(key: &Key, id: &str, blueprint: &str) -> String {
    let name = key.to_string();
    let tags = written(&[(tags::BLUEPRINT, blueprint), (tags::KEY, &name), (tags::GENERATION, "1")]);
    format!(
        "if it is `{key}`, give it back its tags: `aws sagemaker add-tags --resource-arn {id} --tags {tags}`; if not, give yours another name"
    )
}

/// Returns the command that gives an object tags.
fn tagging(id: &str, tags: &[(&str, &str)]) -> String {
    format!("aws ec2 create-tags --resources {id} --tags {}", written(tags))
}

fn written(tags: &[(&str, &str)]) -> String {
    let tags: Vec<String> = tags.iter().map(|(key, value)| format!("Key={key},Value={value}")).collect();
    tags.join(" ")
}
