//! Amazon's IPv6 blocks: addresses where they are known, and else the names by which a plan calls them.

use palisade_core::{Block, Change, Key, Kind, Live};

use super::PlanView;

/// How a plan calls one /64 of the VPC's block, up to its number.
const SLOT: &str = "ipv6-slot(";
/// How it calls the whole block.
const PREFIX: &str = "ipv6-prefix";

/// What is known of the VPC's IPv6 block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ipv6<'a> {
    live: &'a Live,
    /// The VPC whose block is meant; none if there is none yet, or soon another one.
    vpc: Option<&'a Key>,
}

impl<'a> Ipv6<'a> {
    pub(crate) fn of(view: &PlanView<'a>) -> Ipv6<'a> {
        let resources = view.want.resources.iter();
        let named = resources.flat_map(|(key, spec)| spec.refs().into_iter().chain([key]));
        let vpc = named.filter(|it| it.kind == Kind::Vpc).min();
        let is_made = |it: &Key| view.plan.changes.get(it).is_some_and(Change::makes);
        Ipv6 { live: view.live, vpc: vpc.filter(|it| !is_made(it)) }
    }

    /// Returns the whole block, if it is known.
    pub(crate) fn prefix(self) -> Option<String> {
        Some(self.live.ipv6_prefix(self.vpc?)?.to_string())
    }

    /// Returns a block as it is best told.
    pub(crate) fn block(self, block: Block) -> String {
        let prefix = self.vpc.and_then(|it| self.live.ipv6_prefix(it));
        block.addresses(prefix).map_or_else(|| block.to_string(), |it| it.to_string())
    }

    /// Returns a text with addresses in place of the blocks' names, if they are known.
    pub(crate) fn spelled(self, text: &str) -> String {
        let Some(prefix) = self.prefix() else { return text.to_owned() };
        let text = text.replace(PREFIX, &prefix);
        let mut parts = text.split(SLOT);
        let mut spelled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let slot = part.split_once(')').and_then(|(slot, rest)| Some((slot.parse().ok()?, rest)));
            match slot {
                Some((slot, rest)) => spelled.extend([&self.block(Block::Ipv6Slot(slot)), rest]),
                None => spelled.extend([SLOT, part]),
            }
        }
        spelled
    }
}

/// Returns what the names in a text mean, if there are any.
pub(crate) fn explained(told: &str) -> Option<String> {
    let (has_prefix, has_slot) = (told.contains(PREFIX), told.contains(SLOT));
    let prefix = format!("`{PREFIX}` is the /56 of IPv6 addresses that Amazon will give the VPC");
    match (has_prefix, has_slot) {
        (false, false) => None,
        (true, false) => Some(prefix),
        (true, true) => Some(format!("{prefix}, and `{SLOT}n)` is the /64 number n in it")),
        (false, true) => Some(format!(
            "`{SLOT}n)` is the /64 number n in the /56 of IPv6 addresses that Amazon will give the VPC"
        )),
    }
}
