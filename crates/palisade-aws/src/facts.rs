//! What AWS says of itself, and of what others keep: zones, and prefix lists.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneState, ManagedPrefixList};
use palisade_core::cloud::PrefixList;
use palisade_core::{CloudError, Needs, Zone};

use crate::answer::given;
use crate::connect::Aws;
use crate::error::reading;
use crate::kinds::prefix_list::{self, Entries};

/// Asks for the zones of the region that the account has.
pub(crate) async fn read_zones(aws: &Aws) -> Result<Vec<Zone>, CloudError> {
    let answer = aws.reads.describe_availability_zones().send().await;
    zones(answer.map_err(reading("ec2:DescribeAvailabilityZones"))?.availability_zones())
}

/// Local and Wavelength Zones are zones to AWS, but few of our resources exist there.
fn zones(zones: &[AvailabilityZone]) -> Result<Vec<Zone>, CloudError> {
    let is_regular = |it: &&AvailabilityZone| {
        let is_available = it.state() == Some(&AvailabilityZoneState::Available);
        is_available && it.zone_type().is_none_or(|it| it == "availability-zone")
    };
    let zone = |it: &AvailabilityZone| {
        let operation = "DescribeAvailabilityZones";
        let name = given(it.zone_name(), operation, "ZoneName")?.to_owned();
        Ok(Zone { name, id: given(it.zone_id(), operation, "ZoneId")?.to_owned() })
    };
    let mut zones = zones.iter().filter(is_regular).map(zone).collect::<Result<Vec<_>, CloudError>>()?;
    zones.sort();
    Ok(zones)
}

/// Returns the lists that a blueprint asks for, by what it calls them: AWS's own by their names, others by their ids.
pub(crate) fn prefix_lists(
    needs: &Needs,
    lists: &[ManagedPrefixList],
    entries: &BTreeMap<String, Entries>,
) -> BTreeMap<String, PrefixList> {
    let list = |it: &ManagedPrefixList| {
        let id = it.prefix_list_id().unwrap_or_default().to_owned();
        let max_entries = prefix_list::max_entries(it);
        asked(needs, it)
            .map(|name| {
                let entries = entries.get(&id).filter(|_| needs.prefix_list_entries.contains(name));
                let cidrs = entries.into_iter().flat_map(BTreeMap::keys).copied().collect();
                (name.to_owned(), PrefixList { id: id.clone(), cidrs, max_entries })
            })
            .collect::<Vec<_>>()
    };
    lists.iter().flat_map(list).collect()
}

/// Returns whether a blueprint asks for what is in a list.
pub(crate) fn are_entries_asked(needs: &Needs, list: &ManagedPrefixList) -> bool {
    asked(needs, list).any(|it| needs.prefix_list_entries.contains(it))
}

/// Nobody but AWS can be known by a name, since names are not unique.
fn asked<'a>(needs: &Needs, list: &'a ManagedPrefixList) -> impl Iterator<Item = &'a str> {
    let name = list.prefix_list_name().filter(|_| prefix_list::is_aws_own(list));
    let is_asked = |it: &&str| needs.prefix_lists.contains(*it) || needs.prefix_list_entries.contains(*it);
    [name, list.prefix_list_id()].into_iter().flatten().filter(is_asked)
}
