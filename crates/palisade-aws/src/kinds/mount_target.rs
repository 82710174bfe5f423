//! Mount targets, as EFS speaks of them, and as their interfaces say whose they are.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::NetworkInterface;
use aws_sdk_efs::types::{FileSystemDescription, LifeCycleState, MountTargetDescription};
use palisade_core::kinds::mount_target::{Call, MountTarget};
use palisade_core::live::Found;
use palisade_core::{CloudError, Key, Kind, Known, Learned, State, Tags};

use crate::answer::{if_there, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Delete { target } => {
            let request = aws.efs_writes.delete_mount_target().mount_target_id(resolved(known, target)?);
            request.send().await.map(nothing).map_err(writing("elasticfilesystem:DeleteMountTarget"))
        }
        Call::AwaitDeleted { target } => {
            let target = resolved(known, target)?;
            is_deleted(&target, look(aws, &target).await?.as_ref()).map(nothing)
        }
    }
}

/// Looks at one mount target.
async fn look(aws: &Aws, target: &str) -> Result<Option<MountTargetDescription>, CloudError> {
    let answer = aws.efs_reads.describe_mount_targets().mount_target_id(target).send().await;
    let answer = answer.map_err(reading("elasticfilesystem:DescribeMountTargets"));
    if_there(answer.map(|it| it.mount_targets))
}

fn is_deleted(id: &str, target: Option<&MountTargetDescription>) -> Result<(), CloudError> {
    match target.map(MountTargetDescription::life_cycle_state) {
        None | Some(LifeCycleState::Deleted) => Ok(()),
        Some(state) => Err(CloudError::Transient(format!("`{id}` is {}", state.as_str()))),
    }
}

/// Looks at a file system; one that is gone is none.
pub(crate) async fn read_file_system(
    efs: aws_sdk_efs::Client,
    id: String,
) -> Result<Option<FileSystemDescription>, CloudError> {
    let answer = efs.describe_file_systems().file_system_id(id).send().await;
    let answer = answer.map_err(reading("elasticfilesystem:DescribeFileSystems"));
    if_there(answer.map(|it| it.file_systems))
}

/// Returns the tags of a file system.
pub(crate) fn tags_of(file_system: &FileSystemDescription) -> Tags {
    file_system.tags().iter().map(|it| (it.key().to_owned(), it.value().to_owned())).collect()
}

/// Returns the ids of the file system and of the mount target that an interface stands for.
pub(crate) fn named(interface: &NetworkInterface) -> Option<(&str, &str)> {
    let (_, rest) = interface.description()?.split_once("EFS mount target for ")?;
    let (file_system, rest) = rest.split_once(" (")?;
    Some((file_system, rest.split_once(')')?.0)).filter(|(_, target)| target.starts_with("fsmt-"))
}

/// Reads one mount target off its interface; nothing if its file system is of no domain. `homes` are the ARNs of the
/// domains by their file systems.
pub(crate) fn found(interface: &NetworkInterface, homes: &BTreeMap<String, String>) -> Option<Found> {
    let (file_system, target) = named(interface)?;
    let domain = homes.get(file_system)?;
    let groups = interface.groups().iter().filter_map(|it| it.group_id());
    let spec = MountTarget {
        file_system: file_system.to_owned(),
        subnet: Key::new(Kind::Subnet, interface.subnet_id()?),
        security_groups: groups.map(|it| Key::new(Kind::SecurityGroup, it)).collect::<BTreeSet<_>>(),
        domain: Some(Key::new(Kind::Domain, domain)),
    };
    let (parts, tags) = (BTreeMap::new(), Tags::new());
    Some(Found { id: target.to_owned(), state: State::Usable, spec: spec.into(), parts, tags })
}
