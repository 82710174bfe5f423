//! Where tiers go that say how large they are and not where.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use palisade_core::{Diagnostic, Kind, Live, Spec};

use crate::account::layout::live_subnets;
use crate::codes;
use crate::tables::tiers::{Block, Ground, Size};
use crate::tables::vpc::Space;
use crate::words::cidr;

/// Gives every tier its block: the one that is written, the one that its live subnets lie in, or the first free room in
/// the VPC's blocks, in the order of the file. A written one cannot have the room of one that lives.
pub(crate) fn place(
    reports: &mut Vec<Diagnostic>,
    grounds: &BTreeMap<String, Ground>,
    space: &Space,
    live: &Live,
) -> BTreeMap<String, Block> {
    let mut blocks: BTreeMap<String, Block> = BTreeMap::new();
    let mut sizes: Vec<(&String, &Size)> = Vec::new();
    for (name, ground) in grounds {
        match ground {
            Ground::Block(block) => drop(blocks.insert(name.clone(), block.clone())),
            Ground::Size(size) => sizes.push((name, size)),
        }
    }
    sizes.sort_by_key(|(_, it)| it.name_at);
    let mut taken: Vec<Ipv4Net> = blocks.values().map(|it| it.cidr.it).collect();
    taken.extend(strangers(grounds, live));
    // Those that are there first, so that nobody takes their room.
    let (live_ones, new): (Vec<_>, Vec<_>) =
        sizes.into_iter().partition(|(name, _)| live_subnets(live, name).next().is_some());
    for (name, size) in live_ones.into_iter().chain(new) {
        let found = match live_block(name, size, space, live) {
            Some(found) => found.map_err(|report| reports.push(*report)).ok(),
            None => free(space, size.block_len(), &taken).or_else(|| {
                reports.push(no_room(name, size, space));
                None
            }),
        };
        if let Some(cidr) = found {
            let covering = grounds.iter().filter_map(|(name, it)| match it {
                Ground::Block(block) if cidr::overlap(&block.cidr.it, &cidr) => Some((name, block)),
                _ => None,
            });
            for other in covering {
                taken.push(cidr);
                let free = free(space, other.1.cidr.it.prefix_len(), &taken);
                reports.push(covers(other, (name, size, cidr), free));
            }
            taken.push(cidr);
            blocks.insert(name.clone(), size.at(cidr));
        }
    }
    blocks
}

/// The subnets in the VPC that belong to none of the tiers: somebody else's, and those of tiers that leave.
fn strangers(grounds: &BTreeMap<String, Ground>, live: &Live) -> Vec<Ipv4Net> {
    let of_tier = |name: &str| name.split_once('@').is_some_and(|(tier, _)| grounds.contains_key(tier));
    let others = live.of_kind(Kind::Subnet).filter(|(key, _)| !of_tier(&key.name));
    others
        .filter_map(|(_, it)| match &it.spec {
            Spec::Subnet(subnet) => Some(subnet.cidr),
            _ => None,
        })
        .collect()
}

/// Returns the block that a tier's live subnets lie in; nothing if it has none in this VPC yet.
fn live_block(
    name: &str,
    size: &Size,
    space: &Space,
    live: &Live,
) -> Option<Result<Ipv4Net, Box<Diagnostic>>> {
    let subnets: Vec<Ipv4Net> = live_subnets(live, name).map(|(_, cidr)| cidr).collect();
    let first = subnets.first()?;
    let block = Ipv4Net::new(first.network(), size.block_len()).ok()?.trunc();
    let fits = |it: &Ipv4Net| it.prefix_len() == size.subnet_len.it && block.contains(it);
    if subnets.iter().all(fits) {
        // With another VPC around it, nothing of it can stay.
        return space.cidrs().any(|it| it.contains(&block)).then_some(Ok(block));
    }
    let message = format!("tier `{name}` is built in other subnets, such as {first}");
    let report = Diagnostic::error(codes::SLOTS_CHANGED, message).at(size.subnet_len.span.clone(), "");
    let help = format!("write `size = \"/{}\"` and the `slots` that it had", first.prefix_len());
    let report = report
        .help(help)
        .help("addresses never move while a tier lives: for others add a tier of another name");
    Some(Err(Box::new(report)))
}

/// Returns the first aligned block of a length that nobody has.
fn free(space: &Space, len: u8, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    let in_block = |whole: Ipv4Net| {
        let mut at = whole.network();
        loop {
            let candidate = Ipv4Net::new(at, len).ok()?;
            if !whole.contains(&candidate) {
                return None;
            }
            // Past whatever is in the way, not block by block.
            let Some(obstacle) = taken.iter().find(|it| cidr::overlap(it, &candidate)) else {
                return Some(candidate);
            };
            let end = u32::from(obstacle.broadcast()).max(u32::from(candidate.broadcast()));
            at = end.checked_add(1)?.into();
            let aligned = Ipv4Net::new(at, len).ok()?.trunc();
            at = if aligned.network() == at {
                at
            } else {
                u32::from(aligned.broadcast()).checked_add(1)?.into()
            };
        }
    };
    space.cidrs().filter(|it| it.prefix_len() <= len).find_map(in_block)
}

fn covers(
    (other, block): (&String, &Block),
    (name, size, cidr): (&String, &Size, Ipv4Net),
    free: Option<Ipv4Net>,
) -> Diagnostic {
    let message = format!("tiers `{name}` and `{other}` overlap");
    let report = Diagnostic::error(codes::TIERS_OVERLAP, message).at(block.cidr.span.clone(), "");
    let report = report.at(size.subnet_len.span.clone(), format!("`{name}` lives in {cidr}"));
    report.help(match free {
        Some(free) => format!("`{free}` is free"),
        None => "take another block, or a smaller one".to_owned(),
    })
}

fn no_room(name: &str, size: &Size, space: &Space) -> Diagnostic {
    let len = size.block_len();
    let blocks: Vec<String> = space.cidrs().map(|it| it.to_string()).collect();
    let message =
        format!("there is no room for tier `{name}`: {} subnets of /{}", size.slots.it, size.subnet_len.it);
    let report = Diagnostic::error(codes::NO_ROOM, message);
    let report =
        report.at(size.subnet_len.span.clone(), format!("a /{len} that is free in {}", blocks.join(", ")));
    report.help("take smaller subnets or fewer `slots`, or add a block to `secondary-cidrs` of `[vpc]`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(whole: &[&str], len: u8, taken: &[&str]) -> String {
        let parse = |it: &&str| it.parse::<Ipv4Net>().expect("a block");
        let (cidr, secondary) = whole.split_first().expect("a VPC has a block");
        let space =
            Space { cidr: parse(cidr), secondary_cidrs: secondary.iter().map(parse).collect(), ipv6: false };
        let taken: Vec<Ipv4Net> = taken.iter().map(parse).collect();
        free(&space, len, &taken).map_or_else(|| "none".to_owned(), |it| it.to_string())
    }

    #[test]
    fn room_is_taken_from_the_front() {
        assert_eq!(first(&["10.0.0.0/16"], 18, &[]), "10.0.0.0/18");
        assert_eq!(first(&["10.0.0.0/16"], 18, &["10.0.0.0/20"]), "10.0.64.0/18");
        assert_eq!(first(&["10.0.0.0/16"], 20, &["10.0.0.0/24", "10.0.32.0/19"]), "10.0.16.0/20");
        assert_eq!(first(&["10.0.0.0/16"], 17, &["10.0.1.0/24", "10.0.129.0/24"]), "none");
    }

    #[test]
    fn secondary_blocks_come_after_the_primary_one() {
        assert_eq!(first(&["10.0.0.0/24", "100.64.0.0/16"], 18, &[]), "100.64.0.0/18");
        assert_eq!(first(&["10.0.0.0/16", "100.64.0.0/16"], 16, &["10.0.0.0/24"]), "100.64.0.0/16");
    }

    #[test]
    fn the_last_addresses_end_the_search() {
        assert_eq!(first(&["223.255.0.0/16"], 17, &["223.255.0.0/16"]), "none");
    }
}
