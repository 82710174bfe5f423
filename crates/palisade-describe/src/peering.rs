//! Into a VPC that is peered.

use palisade_verify::{Packet, Stage};

use crate::leaving::{Sender, Who};
use crate::walk::{Arrived, Ended, Walk};
use crate::why::Why;

impl<'a> Walk<'a> {
    /// By a peering, which carries what its two VPCs themselves send to each other, and nothing through them (VPC
    /// peering guide, "VPC peering limitations").
    pub(crate) fn by_peering(&mut self, sender: Sender<'a>, id: &str, packet: Packet) -> Ended<Arrived> {
        let vpc = &sender.subnet.vpc_id;
        let Some(peering) = self.account.peerings.get(id) else { return self.dangling(id) };
        if let Some(code) = peering.status.code.as_deref().filter(|it| *it != "active") {
            return self.drop(Why::PeeringInactive, Stage::Gateway, Some(id), &format!("is {code}"));
        }
        let own = self.account.blocks(vpc);
        let is_own = own.is_empty() || own.iter().any(|it| it.contains(&packet.source));
        if !is_own || matches!(sender.who, Who::Attachment) {
            let text = format!("carries what {vpc} itself sends, and not what passes through it");
            return self.drop(Why::NotOfPeer, Stage::Gateway, Some(id), &text);
        }
        let Some(other) = peering.other(vpc) else {
            let text = format!("that `{id}` is one of `{vpc}` is not described");
            return self.unknown(Stage::Gateway, Some(id), &text);
        };
        let described = self.account.blocks(&other.vpc_id);
        let blocks = if described.is_empty() { other.blocks() } else { described };
        if !blocks.is_empty() && !blocks.iter().any(|it| it.contains(&packet.destination)) {
            let text = format!("{} does not have the address {}", other.vpc_id, packet.destination);
            return self.drop(Why::NotPeered, Stage::Gateway, Some(id), &text);
        }
        self.step(Stage::Gateway, Some(id), format!("from {vpc} into {}", other.vpc_id));
        self.described(&other.vpc_id)?;
        self.enter(&other.vpc_id, packet, sender.groups)
    }

    /// Whether anything is described of a VPC.
    pub(crate) fn described(&mut self, vpc: &str) -> Ended<()> {
        match self.account.vpcs.contains_key(vpc) || self.account.subnets.values().any(|it| it.vpc_id == vpc)
        {
            true => Ok(()),
            false => self.unknown(Stage::Gateway, None, &format!("`{vpc}` is not described")),
        }
    }
}
