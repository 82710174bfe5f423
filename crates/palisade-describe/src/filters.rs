//! What ACLs and security groups do with one packet.

use core::net::IpAddr;

use palisade_core::traffic::Direction;
use palisade_verify::{Packet, speaks_of};

use crate::account::Account;
use crate::interface::Groups;
use crate::topics::acl::{Action, Entry};
use crate::topics::groups::{Peer, Rule};
use crate::topics::network::Subnet;
use crate::trace::Passes;

/// What something does with a packet, and why.
pub(crate) struct Decision {
    pub(crate) passes: Passes,
    pub(crate) id: Option<String>,
    pub(crate) text: String,
}

/// AWS's own last entries, which deny what no other one matches, have numbers above all others (VPC user guide,
/// "Network ACL rules").
const LAST: u32 = 32767;

impl Account {
    /// Returns what the ACL of a subnet does with a packet: the entry of the lowest number that matches decides, in
    /// whichever order they are listed.
    pub(crate) fn decide_acl(&self, subnet: &Subnet, direction: Direction, packet: &Packet) -> Decision {
        let acl = match self.acl_of(subnet) {
            Ok(acl) => acl,
            Err(text) => return Decision { passes: Passes::Perhaps, id: None, text },
        };
        let is_of_way = |it: &&Entry| it.egress == (direction == Direction::Outbound);
        let matches = |it: &&Entry| {
            it.traffic().is_some_and(|it| speaks_of(it, packet))
                && it.block().is_some_and(|it| it.contains(&far_end(direction, packet)))
        };
        let entries = acl.entries.iter().filter(is_of_way).filter(matches);
        let first = entries.min_by_key(|it| it.rule_number).filter(|it| it.rule_number < LAST);
        let way = format!("{} {}", direction.pick("into", "out of"), subnet.subnet_id);
        let list = direction.as_str();
        let (passes, text) = match first {
            Some(entry) => {
                let passes = if entry.rule_action == Action::Allow { Passes::Yes } else { Passes::No };
                (passes, format!("{list} rule {} {} ({way})", entry.rule_number, entry.text()))
            }
            None => (Passes::No, format!("{list} rule * denies it: no other one matches ({way})")),
        };
        Decision { passes, id: Some(acl.network_acl_id.clone()), text }
    }

    /// Returns what the groups of an interface do with the first packet of a connection. `other` is what is carried at the
    /// other end, if groups stand for that.
    pub(crate) fn decide_groups(
        &self,
        groups: &Groups,
        direction: Direction,
        other: Option<&Groups>,
        packet: &Packet,
    ) -> Decision {
        let groups = match groups {
            Groups::Exactly(groups) => groups,
            Groups::Any => {
                let text = "any groups: one that admits it may be carried".to_owned();
                return Decision { passes: Passes::Yes, id: None, text };
            }
            Groups::Unknown => {
                return Decision::perhaps("it is not described which groups the interface carries");
            }
        };
        let list = direction.as_str();
        let mut doubt = None;
        for id in groups {
            let Some(rules) = self.groups.get(id).and_then(|it| it.rules(direction)) else {
                doubt.get_or_insert_with(|| format!("the {list} rules of `{id}` are not described"));
                continue;
            };
            for rule in rules.iter().filter(|it| speaks_of(it.traffic, packet)) {
                match self.is_peer(rule, other, far_end(direction, packet)) {
                    Ok(false) => {}
                    Ok(true) => {
                        return Decision {
                            passes: Passes::Yes,
                            id: Some(id.clone()),
                            text: rule.to_string(),
                        };
                    }
                    Err(why) => {
                        doubt.get_or_insert(why);
                    }
                }
            }
        }
        match doubt {
            Some(doubt) => Decision::perhaps(&doubt),
            None => {
                let names: Vec<&str> = groups.iter().map(String::as_str).collect();
                let text = match names.len() {
                    0 => "no group is carried".to_owned(),
                    1 => format!("no {list} rule admits it"),
                    _ => format!("no {list} rule of {} admits it", names.join(", ")),
                };
                Decision { passes: Passes::No, id: groups.first().cloned(), text }
            }
        }
    }

    /// Returns whether a rule speaks of the other end, or what one would have to know. A group stands for the private
    /// addresses of the interfaces that carry it (VPC user guide, "Security group rules").
    fn is_peer(&self, rule: &Rule, other: Option<&Groups>, address: IpAddr) -> Result<bool, String> {
        match &rule.peer {
            Peer::Block(block) => Ok(block.contains(&address)),
            Peer::List(id) => {
                let list = self.list(id).ok_or_else(|| not_listed(id))?;
                Ok(list.iter().any(|it| it.contains(&address)))
            }
            Peer::Group(id) => match other {
                None => Ok(false),
                Some(Groups::Any) => Ok(true),
                Some(Groups::Exactly(groups)) => Ok(groups.contains(id)),
                Some(Groups::Unknown) => {
                    Err(format!("it is not described whether the interface at the other end carries `{id}`"))
                }
            },
        }
    }
}

impl Decision {
    fn perhaps(text: &str) -> Decision {
        Decision { passes: Passes::Perhaps, id: None, text: text.to_owned() }
    }
}

impl Entry {
    fn text(&self) -> String {
        let action = if self.rule_action == Action::Allow { "allows" } else { "denies" };
        let traffic = self.traffic().map(|it| it.to_string()).unwrap_or_default();
        let block = self.block().map(|it| it.to_string()).unwrap_or_default();
        let end = if self.egress { "to" } else { "from" };
        format!("{action} {traffic} {end} {block}")
    }
}

/// What one would have to know of a list.
pub(crate) fn not_listed(id: &str) -> String {
    format!("what is in the prefix list `{id}` is not described")
}

fn far_end(direction: Direction, packet: &Packet) -> IpAddr {
    direction.pick(packet.source, packet.destination)
}
