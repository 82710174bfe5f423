//! An account that does not exist: what a blueprint needs to know of one, made up.

use std::collections::BTreeSet;

use palisade_core::cloud::PrefixList;
use palisade_core::{Facts, Needs, Zone};

use crate::words::zones::Name;

/// Returns made-up facts that answer `needs` in `region`; equal questions get equal answers.
pub(crate) fn facts(region: &str, named: &[Name], needs: &Needs) -> Facts {
    let list = |name: &String| {
        let cidrs = match needs.prefix_list_entries.contains(name) {
            true => blocks(name).iter().map(|it| it.parse().expect("a block that is written here")).collect(),
            false => Vec::new(),
        };
        let is_id = name.starts_with("pl-");
        let id = if is_id { name.clone() } else { format!("pl-{:08x}", hash(name)) };
        (name.clone(), PrefixList { id, cidrs, max_entries: is_id.then_some(1) })
    };
    let prefix_lists = needs.prefix_lists.iter().map(list).collect();
    let (gateways, groups) = (needs.gateways.clone(), needs.groups.clone());
    Facts { zones: zones(region, named), prefix_lists, gateways, groups, ..Facts::default() }
}

/// Returns the zones of a made-up account: the usual ones, and those that are named, since which of them an account has
/// only it can tell.
pub(crate) fn zones(region: &str, named: &[Name]) -> Vec<Zone> {
    let usual = if region == "us-east-1" { "abcdef" } else { "abc" };
    let suffixes = named.iter().filter(|it| matches!(it, Name::Suffix(_)));
    let suffixes: BTreeSet<char> = usual.chars().chain(suffixes.flat_map(|it| it.as_str().chars())).collect();
    let zone = |suffix: char| Zone {
        name: format!("{region}{suffix}"),
        id: format!("{}-az{}", abbreviation(region), ('a'..=suffix).count()),
    };
    let mut zones: Vec<Zone> = suffixes.iter().map(|it| zone(*it)).collect();
    for id in named.iter().filter(|it| matches!(it, Name::Id(_))) {
        let is_new = zones.iter().all(|it| it.id != id.as_str());
        let free = ('a'..='z').find(|suffix| zones.iter().all(|it| it.name != format!("{region}{suffix}")));
        if let Some(suffix) = free.filter(|_| is_new) {
            zones.push(Zone { name: format!("{region}{suffix}"), id: id.as_str().to_owned() });
        }
    }
    zones.sort();
    zones
}

/// Blocks out of those that AWS publishes for the services, so that proofs see public addresses.
fn blocks(service: &str) -> &'static [&'static str] {
    match service.ends_with(".dynamodb") {
        true => &["3.218.180.0/22", "52.94.0.0/22", "52.119.224.0/20"],
        false => &["3.5.0.0/19", "52.216.0.0/15", "54.231.0.0/16"],
    }
}

/// Returns a region's short form in zone ids: `euw1` for `eu-west-1`.
pub(crate) fn abbreviation(region: &str) -> String {
    let parts: Vec<&str> = region.split('-').collect();
    let short = |(at, part): (usize, &&str)| match *part {
        "northeast" => "ne".to_owned(),
        "northwest" => "nw".to_owned(),
        "southeast" => "se".to_owned(),
        "southwest" => "sw".to_owned(),
        word if at == 0 || at + 1 == parts.len() => word.to_owned(),
        word => word.chars().take(1).collect(),
    };
    parts.iter().enumerate().map(short).collect()
}

/// FNV-1a: a small number that is the same on every machine.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_ids_look_like_those_of_aws() {
        let ids = [
            ("eu-west-1", "euw1"),
            ("ap-southeast-2", "apse2"),
            ("us-gov-west-1", "usgw1"),
            ("us-east-1", "use1"),
        ];
        for (region, short) in ids {
            assert_eq!(abbreviation(region), short);
        }
    }
}
