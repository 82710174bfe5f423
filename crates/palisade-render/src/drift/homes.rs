//! Homes that cannot be reached from everywhere: what AWS has made for a domain, and somebody has taken away.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::InSpec;
use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::mount_target::MountTarget;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Key, Kind, Live, Owner, State};

use crate::text;

/// Returns what is to be said of mount targets that are gone. SageMaker makes one for each zone of a domain and never
/// again, and palisade makes none.
pub(crate) fn unreachable(live: &Live) -> Vec<String> {
    let domains = live
        .of_kind(Kind::Domain)
        .filter(|(_, it)| it.owner == Owner::Blueprint && it.state == State::Usable);
    let of_domain = |(key, object): (&Key, &palisade_core::Object)| {
        let domain = Domain::of(&object.spec)?;
        let left = Left::of(key, live)?;
        let bare = domain
            .links
            .subnets
            .iter()
            .filter(|it| zone(it, live).is_some_and(|it| !left.zones.contains(it)));
        let by_zone: BTreeMap<&str, &Key> = bare.filter_map(|it| Some((zone(it, live)?, it))).collect();
        let subnets: Vec<&Key> = by_zone.into_values().collect();
        (!subnets.is_empty()).then(|| note(key, &subnets, left.file_system, live))
    };
    domains.filter_map(of_domain).collect()
}

/// What there is of what AWS has made for a domain.
struct Left<'a> {
    file_system: Option<&'a str>,
    zones: BTreeSet<&'a str>,
}

impl<'a> Left<'a> {
    /// Returns nothing if there is no sign that the domain has a file system.
    fn of(domain: &Key, live: &'a Live) -> Option<Left<'a>> {
        let is_its = |owner: &Owner| matches!(owner, Owner::Derived { of } if of == domain);
        let its = live.objects().values().filter(|it| is_its(&it.owner));
        let kinds = [Kind::MountTarget, Kind::SecurityGroup];
        let mut its = its.filter(|it| kinds.contains(&it.spec.kind())).peekable();
        its.peek()?;
        let targets: Vec<&MountTarget> = its.filter_map(|it| MountTarget::of(&it.spec)).collect();
        Some(Left {
            file_system: targets.first().map(|it| it.file_system.as_str()),
            zones: targets.iter().filter_map(|it| zone(&it.subnet, live)).collect(),
        })
    }
}

fn zone<'a>(subnet: &Key, live: &'a Live) -> Option<&'a str> {
    Subnet::of(&live.object(subnet)?.spec).map(|it| it.zone.as_str())
}

fn note(domain: &Key, subnets: &[&Key], file_system: Option<&str>, live: &Live) -> String {
    let id = |it: &Key| live.object(it).map_or_else(|| it.name.to_string(), |it| it.id.clone());
    let file_system = file_system.unwrap_or("ID");
    let commands = subnets.iter().map(|it| {
        format!("`aws efs create-mount-target --file-system-id {file_system} --subnet-id {}`", id(it))
    });
    let commands: Vec<String> = commands.collect();
    text::clean(&format!(
        "the homes of `{domain}` have no mount target in {}, so that apps there cannot reach them; palisade makes none, so make it yourself, with the domain's group for inbound NFS: {}",
        text::quoted(subnets.iter().copied()).join(", "),
        commands.join(", ")
    ))
}
