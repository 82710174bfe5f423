//! A notebook instance: one machine with a disk of its own, in one subnet.

use serde::{Deserialize, Serialize};

use super::sagemaker::{self, Action, Api, Links, Workload, as_workload};
use super::{Kind, Resource, Wait};
use crate::cloud::{Reason, Refused};
use crate::document::Document;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags;

/// A notebook instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Notebook {
    /// Its subnet and its groups.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
    /// Whether it is stopped. Whose work it is to stop and start it is not for the blueprint to say.
    #[serde(default)]
    pub stopped: bool,
    /// Whether an apply has stopped it and has still to start it, as its tag [`tags::RESTART`] says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restarts: bool,
}

/// Its requests.
pub type Call = sagemaker::Call<Notebook>;

impl Resource for Notebook {
    const KIND: Kind = Kind::Notebook;
    const NAME: &'static str = "notebook";
    const ID_PREFIX: &'static str = "arn";
    const HOLDS_DATA: bool = true;
    const RUNS_AT_ONCE: bool = true;
    type Call = Call;

    as_workload!();

    /// It cannot move, and its disk can only grow (SageMaker API reference, `UpdateNotebookInstance`).
    fn diff(&self, live: &Notebook) -> Diff {
        let mut diff = sagemaker::diff(live, self);
        let size = |it: &Notebook| it.settings.get(VOLUME_SIZE).and_then(serde_json::Value::as_u64);
        let shrinks = size(self) < size(live);
        for field in &mut diff.fields {
            let is_place = matches!(field.name.as_str(), "subnet" | "security-group");
            field.forces_replacement |= is_place || (shrinks && field.name == "volume-size-in-gb");
        }
        let halted = live.restarts.then(|| "halted by an apply that was cut short".to_owned());
        diff.entry("instance", halted.as_ref(), None)
    }

    /// It changes while it is stopped only; one that was running runs again afterwards, also if that is for another run
    /// to do.
    fn wire(&self, live: &Notebook, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let unhalted = Notebook { restarts: false, ..live.clone() };
        let update = sagemaker::update(self, &unhalted, key, scope);
        let (object, tag) = (scope.id(key), tags::RESTART.to_owned());
        let stops = !update.is_empty() && !live.stopped;
        let starts = stops || (live.restarts && live.stopped);
        let mut calls = Vec::new();
        if stops && !live.restarts {
            calls.push(Call::new(Action::Remember { object: object.clone(), tag: tag.clone() }));
        }
        if stops {
            calls.extend(stopping(&object));
        }
        calls.extend(update);
        if starts {
            calls.push(Call::new(Action::Start { object: object.clone() }));
            calls.push(Call::new(Action::AwaitReady { object: object.clone() }));
        }
        if stops || live.restarts {
            calls.push(Call::new(Action::Forget { object, tag }));
        }
        calls
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let stop = if self.stopped { Vec::new() } else { stopping(&scope.live_id(key)) };
        stop.into_iter().chain(sagemaker::remove(Document::default(), key, scope)).collect()
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        let is_stopped = |it: &Handle, live: &Live| live.spec_of::<Notebook>(it).is_none_or(|it| it.stopped);
        match &call.action {
            Action::Stop { object } => set_stopped(object, live, true),
            Action::Start { object } => set_stopped(object, live, false),
            Action::Remember { object, .. } | Action::Forget { object, .. } => {
                sagemaker::effect(call, live)?;
                let restarts = matches!(call.action, Action::Remember { .. });
                live.edit(object, |it: &mut Notebook| {
                    it.restarts = restarts;
                    Ok(())
                })
            }
            Action::Update { object, .. } | Action::Delete { object, .. } if !is_stopped(object, live) => {
                Err(Refused::new(Reason::InUse, format!("`{object}` is running")))
            }
            _ => sagemaker::effect(call, live),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        sagemaker::is_done(call, live)
    }
}

const VOLUME_SIZE: &str = "VolumeSizeInGB";

impl Workload for Notebook {
    const API: Api = Api {
        create: "CreateNotebookInstance",
        describe: "DescribeNotebookInstance",
        update: Some("UpdateNotebookInstance"),
        start: Some("StartNotebookInstance"),
        stop: Some("StopNotebookInstance"),
        delete: "DeleteNotebookInstance",
        made: Some(Wait { typical_s: 240, deadline_s: 3600 }),
        deleted: Some(Wait { typical_s: 60, deadline_s: 1800 }),
    };
    /// SageMaker API reference, `UpdateNotebookInstance`, which takes none of these.
    const FIXED: &[&str] = &["DirectInternetAccess", "KmsKeyId"];

    fn new(links: Links<Key>, settings: Document) -> Notebook {
        Notebook { links, settings, stopped: false, restarts: false }
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
}

fn stopping(object: &Handle) -> Vec<Call> {
    let stop = [Action::Stop { object: object.clone() }, Action::AwaitStopped { object: object.clone() }];
    stop.map(Call::new).into()
}

fn set_stopped(object: &Handle, live: &mut Live, stopped: bool) -> Result<(), Refused> {
    live.edit(object, |it: &mut Notebook| {
        it.stopped = stopped;
        Ok(())
    })
}
