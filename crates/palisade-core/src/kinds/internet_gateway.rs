//! An internet gateway: the one door of a VPC to the internet, both ways.

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::{Claim, Live};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// An internet gateway. Only a run that was cut short leaves one that is attached to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InternetGateway {
    /// The VPC that it is attached to; a VPC has at most one.
    pub vpc: Option<Key>,
}

/// The requests of an internet gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateInternetGateway`.
    Create {
        /// Who it is for.
        stamp: Stamp,
    },
    /// `AttachInternetGateway`.
    Attach {
        /// The gateway.
        gateway: Handle,
        /// The VPC.
        vpc: Handle,
    },
    /// `DetachInternetGateway`: refused while the VPC has public addresses mapped.
    Detach {
        /// The gateway.
        gateway: Handle,
        /// The VPC.
        vpc: Handle,
    },
    /// `DeleteInternetGateway`.
    Delete {
        /// The gateway.
        gateway: Handle,
    },
}

impl Resource for InternetGateway {
    const KIND: Kind = Kind::InternetGateway;
    const NAME: &'static str = "igw";
    const ID_PREFIX: &'static str = "igw";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        self.vpc.iter().collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        self.vpc.iter_mut().for_each(rename);
    }

    fn diff(&self, live: &InternetGateway) -> Diff {
        let or_none = |it: &Option<Key>| it.as_ref().map_or_else(|| "none".to_owned(), Key::to_string);
        let (had, wanted) = (or_none(&live.vpc), or_none(&self.vpc));
        match live.vpc {
            None => Diff::default().update("vpc", &had, &wanted),
            Some(_) => Diff::default().replace("vpc", &had, &wanted),
        }
    }

    fn clashes(&self, other: &InternetGateway) -> bool {
        self.vpc.is_some() && self.vpc == other.vpc
    }

    fn claims(&self) -> Vec<Claim> {
        self.vpc.iter().map(|it| Claim::whole(it.name.clone())).collect()
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = vec![Call::Create { stamp: scope.stamp(key) }];
        calls.extend(self.wire(&InternetGateway { vpc: None }, key, scope));
        calls
    }

    fn wire(&self, live: &InternetGateway, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let vpc = self.vpc.as_ref().filter(|_| live.vpc.is_none());
        vpc.map(|vpc| Call::Attach { gateway: scope.id(key), vpc: scope.id(vpc) }).into_iter().collect()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let gateway = scope.live_id(key);
        let detach = self.vpc.as_ref().map(|vpc| Call::Detach { gateway: gateway.clone(), vpc: scope.live_id(vpc) });
        detach.into_iter().chain([Call::Delete { gateway }]).collect()
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp } => live.create(stamp, InternetGateway { vpc: None }),
            Call::Attach { gateway, vpc } => attach(live, gateway, vpc),
            Call::Detach { gateway, .. } => {
                let key = live.key_of(gateway)?;
                if let Some(user) = live.users(&key).next() {
                    let message = format!("`{key}` still has public addresses mapped through it by `{user}`");
                    return Err(Refused::new(Reason::InUse, message));
                }
                live.edit(gateway, |it: &mut InternetGateway| match it.vpc.take() {
                    Some(_) => Ok(()),
                    None => Err(Refused::new(Reason::NotFound, format!("`{key}` is not attached"))),
                })
            }
            Call::Delete { gateway } => {
                let key = live.key_of(gateway)?;
                let is_attached = live.object(&key).is_some_and(|it| !it.spec.refs().is_empty());
                if is_attached {
                    return Err(Refused::new(Reason::InUse, format!("`{key}` is still attached")));
                }
                live.delete(gateway)
            }
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        let attached_to = |gateway: &Handle| live.spec_of::<InternetGateway>(gateway).and_then(|it| it.vpc.as_ref());
        match call {
            Call::Create { .. } => false,
            Call::Attach { gateway, vpc } => attached_to(gateway).is_some_and(|it| live.key_of(vpc).as_ref() == Ok(it)),
            Call::Detach { gateway, .. } => attached_to(gateway).is_none(),
            Call::Delete { gateway } => live.is_gone(gateway),
        }
    }
}

fn attach(live: &mut Live, gateway: &Handle, vpc: &Handle) -> Result<(), Refused> {
    let vpc = live.key_of(vpc)?;
    let other = live.of_kind(Kind::InternetGateway).find(|(_, it)| it.spec.refs().contains(&&vpc));
    if let Some((other, _)) = other {
        return Err(Refused::new(Reason::Exists, format!("`{vpc}` has `{other}` attached")));
    }
    live.edit(gateway, |it: &mut InternetGateway| {
        it.vpc = Some(vpc);
        Ok(())
    })
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateInternetGateway",
            Call::Attach { .. } => "AttachInternetGateway",
            Call::Detach { .. } => "DetachInternetGateway",
            Call::Delete { .. } => "DeleteInternetGateway",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp } => stamp.key.to_string(),
            Call::Attach { gateway, vpc } => format!("{gateway} to {vpc}"),
            Call::Detach { gateway, vpc } => format!("{gateway} from {vpc}"),
            Call::Delete { gateway } => gateway.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { .. } => Vec::new(),
            Call::Attach { gateway, vpc } | Call::Detach { gateway, vpc } => vec![gateway, vpc],
            Call::Delete { gateway } => vec![gateway],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp } => Some(stamp),
            _ => None,
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Detach { .. } | Call::Delete { .. })
    }

    fn steers(&self) -> bool {
        matches!(self, Call::Detach { .. })
    }
}
