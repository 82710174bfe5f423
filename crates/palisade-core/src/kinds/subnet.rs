//! A subnet: a slice of a VPC's addresses in one availability zone, with the one table and the one ACL it follows.
//!
//! AWS hangs associations on tables and ACLs; here they hang on the subnet, because it is the subnet that has exactly
//! one of each, and moving it is one request that swaps.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::{InSpec, Kind, Request, Resource, Spec, Wait};
use crate::cloud::{Reason, Refused};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::{Claim, Live, State};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// A subnet and what its packets follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Subnet {
    /// The VPC.
    pub vpc: Key,
    /// The block, /16 to /28; cannot change.
    pub cidr: Ipv4Net,
    /// Which /64 of the VPC's IPv6 block it has, if any.
    #[serde(default)]
    pub ipv6: Option<u8>,
    /// Whether interfaces get an IPv6 address by themselves.
    #[serde(default)]
    pub assign_ipv6: bool,
    /// The availability zone's name in this account, such as `eu-west-1a`; cannot change.
    pub zone: String,
    /// Whether interfaces get a public address by themselves.
    pub public_ip_on_launch: bool,
    /// The explicitly associated route table; none is the VPC's main one.
    pub route_table: Option<Key>,
    /// The network ACL; none is the VPC's default one.
    pub network_acl: Option<Key>,
}

/// The requests of a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateSubnet`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
        /// Its block.
        cidr: Ipv4Net,
        /// Its zone.
        zone: String,
        /// Its IPv6 block.
        ipv6: Option<Handle>,
    },
    /// `AssociateSubnetCidrBlock`, IPv6.
    AssociateIpv6 {
        /// The subnet's key, whose part the answer teaches.
        key: Key,
        /// The subnet.
        subnet: Handle,
        /// The block.
        block: Handle,
    },
    /// `DescribeSubnets` until the IPv6 block is associated: its association is not known before.
    AwaitIpv6 {
        /// The subnet's key, whose part the answer teaches.
        key: Key,
        /// The subnet.
        subnet: Handle,
    },
    /// `DisassociateSubnetCidrBlock`.
    DisassociateIpv6 {
        /// The association.
        association: Handle,
    },
    /// `ModifySubnetAttribute`, `AssignIpv6AddressOnCreation`.
    SetAssignIpv6 {
        /// The subnet.
        subnet: Handle,
        /// The wanted value.
        enabled: bool,
    },
    /// `ModifySubnetAttribute`, `MapPublicIpOnLaunch`.
    SetPublicIpOnLaunch {
        /// The subnet.
        subnet: Handle,
        /// The wanted value.
        enabled: bool,
    },
    /// `AssociateRouteTable`: from the main table to an explicit one.
    Associate {
        /// The subnet's key, whose part the answer teaches.
        key: Key,
        /// The subnet.
        subnet: Handle,
        /// The table.
        table: Handle,
    },
    /// `ReplaceRouteTableAssociation`: from one explicit table to another, with no moment in between.
    Reassociate {
        /// The subnet's key, whose part the answer teaches.
        key: Key,
        /// The subnet; not in the request, but what it is about.
        subnet: Handle,
        /// The association; AWS gives it a new id.
        association: Handle,
        /// The table.
        table: Handle,
    },
    /// `DisassociateRouteTable`: back to the main table.
    Disassociate {
        /// The association.
        association: Handle,
    },
    /// `DescribeNetworkAcls`: asks for the association that AWS made with the default ACL.
    LearnAclAssociation {
        /// The subnet's key, whose part the answer teaches.
        key: Key,
        /// The subnet.
        subnet: Handle,
    },
    /// `ReplaceNetworkAclAssociation`: there is always exactly one, so it can only be swapped.
    SwapAcl {
        /// The subnet's key, whose part the answer teaches.
        key: Key,
        /// The subnet; not in the request, but what it is about.
        subnet: Handle,
        /// The association; AWS gives it a new id.
        association: Handle,
        /// The new ACL.
        acl: Handle,
    },
    /// `DeleteSubnet`.
    Delete {
        /// The subnet.
        subnet: Handle,
    },
}

impl Resource for Subnet {
    const KIND: Kind = Kind::Subnet;
    const NAME: &'static str = "subnet";
    const ID_PREFIX: &'static str = "subnet";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        vec![&self.vpc]
    }

    fn peers(&self) -> Vec<&Key> {
        self.route_table.iter().chain(&self.network_acl).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
        self.route_table.iter_mut().chain(&mut self.network_acl).for_each(rename);
    }

    fn diff(&self, live: &Subnet) -> Diff {
        Diff::default()
            .replace("vpc", &live.vpc, &self.vpc)
            .replace("cidr", &live.cidr, &self.cidr)
            .replace("zone", &live.zone, &self.zone)
            .update("ipv6", &or_none(live.ipv6), &or_none(self.ipv6))
            .update("assign-ipv6", &live.assign_ipv6, &self.assign_ipv6)
            .update("public-ip-on-launch", &live.public_ip_on_launch, &self.public_ip_on_launch)
            .update("route-table", &or_main(&live.route_table), &or_main(&self.route_table))
            .update("network-acl", &or_default(&live.network_acl), &or_default(&self.network_acl))
    }

    fn clashes(&self, other: &Subnet) -> bool {
        let overlap = self.cidr.contains(&other.cidr) || other.cidr.contains(&self.cidr);
        self.vpc == other.vpc && (overlap || (self.ipv6.is_some() && self.ipv6 == other.ipv6))
    }

    fn claims(&self) -> Vec<Claim> {
        let ipv6 = self.ipv6.map(|it| Claim::whole(format!("{it} of {}", self.vpc.name)));
        [Claim::block(self.vpc.name.clone(), self.cidr)].into_iter().chain(ipv6).collect()
    }

    fn born(&self, _key: &Key, _scope: &Scope<'_>) -> Subnet {
        Subnet {
            public_ip_on_launch: false,
            assign_ipv6: false,
            route_table: None,
            network_acl: None,
            ..self.clone()
        }
    }

    fn without(&self, gone: &BTreeSet<Key>) -> Subnet {
        let stays = |it: &Key| !gone.contains(it);
        Subnet {
            route_table: self.route_table.clone().filter(stays),
            network_acl: self.network_acl.clone().filter(stays),
            ..self.clone()
        }
    }

    /// AWS drops both associations with the subnet; LocalStack keeps them and then refuses to delete their other end.
    fn holds(&self) -> Vec<&Key> {
        self.peers()
    }

    /// The VPC's default ACL.
    fn falls_back_on(&self) -> Option<&Key> {
        self.network_acl.is_none().then_some(&self.vpc)
    }

    fn lies_in(&self) -> Option<&Key> {
        Some(&self.vpc)
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let Subnet { vpc, cidr, zone, .. } = self;
        let create = Call::Create {
            stamp: scope.stamp(key),
            vpc: scope.id(vpc),
            cidr: *cidr,
            zone: zone.clone(),
            ipv6: self.ipv6.map(|slot| Handle::Part { key: vpc.clone(), part: Part::Ipv6Slot(slot) }),
        };
        let wait = Call::AwaitIpv6 { key: key.clone(), subnet: Handle::new_id(key) };
        [create].into_iter().chain(self.ipv6.map(|_| wait)).collect()
    }

    fn settle(&self, key: &Key, object: &Handle) -> Vec<Call> {
        let wait = Call::AwaitIpv6 { key: key.clone(), subnet: object.clone() };
        self.ipv6.map(|_| wait).into_iter().collect()
    }

    /// The filter before the way out.
    fn wire(&self, live: &Subnet, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = self.ipv6_in_place(live, key, scope);
        if let Some(acl) = self.network_acl.as_ref().filter(|it| Some(*it) != live.network_acl.as_ref()) {
            calls.extend(swap_acl(key, scope.id(acl), scope));
        }
        if let Some(table) = self.route_table.as_ref().filter(|it| Some(*it) != live.route_table.as_ref()) {
            let (key, table) = (key.clone(), scope.id(table));
            calls.push(match live.route_table {
                None => Call::Associate { subnet: scope.id(&key), key, table },
                Some(_) => {
                    let association = scope.part(&key, Part::RouteAssociation);
                    Call::Reassociate { subnet: scope.id(&key), key, association, table }
                }
            });
        }
        if self.public_ip_on_launch != live.public_ip_on_launch {
            let enabled = self.public_ip_on_launch;
            calls.push(Call::SetPublicIpOnLaunch { subnet: scope.id(key), enabled });
        }
        calls
    }

    /// The way out before the filter.
    fn unwire(&self, live: &Subnet, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = Vec::new();
        if self.route_table.is_none() && live.route_table.is_some() {
            calls.push(Call::Disassociate { association: scope.part(key, Part::RouteAssociation) });
        }
        if self.network_acl.is_none() && live.network_acl.is_some() {
            calls.extend(swap_acl(key, scope.part(&live.vpc, Part::DefaultAcl), scope));
        }
        calls
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { subnet: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc, cidr, zone, ipv6 } => create(live, stamp, vpc, *cidr, zone, ipv6.as_ref()),
            Call::AssociateIpv6 { subnet, block, .. } => associate_ipv6(live, subnet, block),
            Call::AwaitIpv6 { subnet, .. } => {
                if live.spec_of::<Subnet>(subnet).is_none_or(|it| it.ipv6.is_none()) {
                    return Err(Refused::new(Reason::NotFound, format!("`{subnet}` has no IPv6 block")));
                }
                live.set_state(subnet, State::Usable)
            }
            Call::DisassociateIpv6 { association } => let_go(live, association, |it| it.ipv6 = None),
            Call::SetAssignIpv6 { subnet, enabled } => {
                let is_pending = live.object(&live.key_of(subnet)?).is_some_and(|it| it.state == State::Pending);
                live.edit(subnet, |it: &mut Subnet| {
                    if *enabled && (it.ipv6.is_none() || is_pending) {
                        return Err(Refused::new(Reason::Invalid, "the subnet has no IPv6 block"));
                    }
                    it.assign_ipv6 = *enabled;
                    Ok(())
                })
            }
            Call::SetPublicIpOnLaunch { subnet, enabled } => live.edit(subnet, |it: &mut Subnet| {
                it.public_ip_on_launch = *enabled;
                Ok(())
            }),
            Call::Associate { subnet, table, .. } => associate(live, subnet, table),
            Call::Reassociate { association, table, .. } => reassociate(live, association, table),
            Call::Disassociate { association } => let_go(live, association, |it| it.route_table = None),
            Call::LearnAclAssociation { subnet, .. } => live.resolve(subnet).map(drop),
            Call::SwapAcl { association, acl, .. } => replace_acl(live, association, acl),
            Call::Delete { subnet } => live.delete(subnet),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        let subnet = |key: &Key| live.find(key).and_then(|it| Subnet::of(&it.spec));
        match call {
            Call::Associate { key, table, .. } | Call::Reassociate { key, table, .. } => {
                let table = live.key_of(table).ok();
                table.is_some() && subnet(key).is_some_and(|it| it.route_table == table)
            }
            Call::Disassociate { association } => live.is_gone(association),
            Call::SwapAcl { key, acl, .. } => match live.resolve(acl) {
                Ok((_, Part::DefaultAcl)) => subnet(key).is_some_and(|it| it.network_acl.is_none()),
                Ok((acl, _)) => subnet(key).is_some_and(|it| it.network_acl.as_ref() == Some(&acl)),
                Err(_) => false,
            },
            Call::Delete { subnet } => live.is_gone(subnet),
            Call::AssociateIpv6 { key, .. } => subnet(key).is_some_and(|it| it.ipv6.is_some()),
            Call::DisassociateIpv6 { association } => live.is_gone(association),
            Call::Create { .. }
            | Call::AwaitIpv6 { .. }
            | Call::SetAssignIpv6 { .. }
            | Call::SetPublicIpOnLaunch { .. }
            | Call::LearnAclAssociation { .. } => false,
        }
    }
}

impl Subnet {
    /// Off before the block goes, on after it has come; one block goes before another comes, since AWS takes one only.
    fn ipv6_in_place(&self, live: &Subnet, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let subnet = scope.id(key);
        let mut calls = Vec::new();
        if live.assign_ipv6 && !self.assign_ipv6 {
            calls.push(Call::SetAssignIpv6 { subnet: subnet.clone(), enabled: false });
        }
        if live.ipv6.is_some() && live.ipv6 != self.ipv6 {
            calls.push(Call::DisassociateIpv6 { association: scope.part(key, Part::Ipv6Association) });
        }
        if let Some(slot) = self.ipv6.filter(|it| live.ipv6 != Some(*it)) {
            let block = Handle::Part { key: self.vpc.clone(), part: Part::Ipv6Slot(slot) };
            calls.push(Call::AssociateIpv6 { key: key.clone(), subnet: subnet.clone(), block });
            calls.push(Call::AwaitIpv6 { key: key.clone(), subnet: subnet.clone() });
        }
        if self.assign_ipv6 && (!live.assign_ipv6 || (live.ipv6.is_some() && live.ipv6 != self.ipv6)) {
            calls.push(Call::SetAssignIpv6 { subnet, enabled: true });
        }
        calls
    }
}

/// Returns which /64 of a VPC's IPv6 block is meant.
fn slot(live: &Live, vpc: &Key, block: &Handle) -> Result<u8, Refused> {
    let (key, part) = live.resolve(block)?;
    match part {
        Part::Ipv6Slot(slot) if key == *vpc => Ok(slot),
        _ => Err(Refused::new(Reason::Invalid, format!("`{block}` is not in the IPv6 block of `{vpc}`"))),
    }
}

fn create(
    live: &mut Live,
    stamp: &Stamp,
    vpc: &Handle,
    cidr: Ipv4Net,
    zone: &str,
    ipv6: Option<&Handle>,
) -> Result<(), Refused> {
    let vpc = live.key_of(vpc)?;
    let ipv6 = ipv6.map(|it| slot(live, &vpc, it)).transpose()?;
    refuse_outside(live, &vpc, cidr)?;
    // Stricter than AWS, which minds only the block that is still on its way: plans wait for all of them.
    if live.find(&vpc).is_some_and(|it| it.state == State::Pending) {
        return Err(Refused::new(Reason::Invalid, format!("a block of `{vpc}` is still being associated")));
    }
    let subnet = Subnet {
        vpc,
        cidr,
        ipv6,
        assign_ipv6: false,
        zone: zone.to_owned(),
        public_ip_on_launch: false,
        route_table: None,
        network_acl: None,
    };
    live.create(stamp, subnet)?;
    live.mint_part(&stamp.key, Part::AclAssociation, "aclassoc");
    if ipv6.is_some() {
        live.mint_part(&stamp.key, Part::Ipv6Association, "subnet-cidr-assoc");
    }
    Ok(())
}

/// AWS refuses a subnet that lies in none of the VPC's blocks.
fn refuse_outside(live: &Live, vpc: &Key, cidr: Ipv4Net) -> Result<(), Refused> {
    let Some(Spec::Vpc(of_vpc)) = live.find(vpc).map(|it| &it.spec) else { return Ok(()) };
    let mut blocks = of_vpc.secondary_cidrs.iter().chain([&of_vpc.cidr]);
    match blocks.any(|it| it.contains(&cidr)) {
        true => Ok(()),
        false => Err(Refused::new(Reason::Invalid, format!("{cidr} is outside of `{vpc}`"))),
    }
}

fn associate_ipv6(live: &mut Live, subnet: &Handle, block: &Handle) -> Result<(), Refused> {
    let key = live.key_of(subnet)?;
    let Some(of_subnet) = live.spec_of::<Subnet>(subnet).cloned() else {
        return Err(Refused::new(Reason::NotFound, format!("`{subnet}` is no subnet")));
    };
    let slot = slot(live, &of_subnet.vpc, block)?;
    if of_subnet.ipv6.is_some() {
        // `InvalidParameterValue`: one block per subnet (EC2 API reference, "AssociateSubnetCidrBlock").
        return Err(Refused::new(Reason::Invalid, format!("`{key}` has an IPv6 block already")));
    }
    let then = Subnet { ipv6: Some(slot), ..of_subnet };
    live.refuse_clash(&key, &then.clone().into())?;
    live.edit(subnet, |it: &mut Subnet| {
        *it = then;
        Ok(())
    })?;
    live.mint_part(&key, Part::Ipv6Association, "subnet-cidr-assoc");
    live.set_state(subnet, State::Pending)
}

fn or_none(slot: Option<u8>) -> String {
    slot.map_or_else(|| "none".to_owned(), |it| Part::Ipv6Slot(it).to_string())
}

fn associate(live: &mut Live, subnet: &Handle, table: &Handle) -> Result<(), Refused> {
    let (key, table) = (live.key_of(subnet)?, live.key_of(table)?);
    live.edit(subnet, |it: &mut Subnet| match &it.route_table {
        Some(other) => {
            let message = format!("`{key}` is associated with `{other}` already");
            Err(Refused::new(Reason::Exists, message))
        }
        None => {
            it.route_table = Some(table);
            Ok(())
        }
    })?;
    live.mint_part(&key, Part::RouteAssociation, "rtbassoc");
    Ok(())
}

fn reassociate(live: &mut Live, association: &Handle, table: &Handle) -> Result<(), Refused> {
    let (key, _) = live.resolve(association)?;
    let table = live.key_of(table)?;
    live.edit(association, |it: &mut Subnet| {
        it.route_table = Some(table);
        Ok(())
    })?;
    live.mint_part(&key, Part::RouteAssociation, "rtbassoc");
    Ok(())
}

fn replace_acl(live: &mut Live, association: &Handle, acl: &Handle) -> Result<(), Refused> {
    let (key, _) = live.resolve(association)?;
    let acl = match live.resolve(acl)? {
        (_, Part::DefaultAcl) => None,
        (acl, _) => Some(acl),
    };
    live.edit(association, |it: &mut Subnet| {
        it.network_acl = acl;
        Ok(())
    })?;
    live.mint_part(&key, Part::AclAssociation, "aclassoc");
    Ok(())
}

/// Takes away an association, which is gone for good.
fn let_go(live: &mut Live, association: &Handle, forget: impl FnOnce(&mut Subnet)) -> Result<(), Refused> {
    let (key, part) = live.resolve(association)?;
    live.edit(association, |it: &mut Subnet| {
        forget(it);
        Ok(())
    })?;
    live.drop_part(&key, part);
    Ok(())
}

fn swap_acl(key: &Key, acl: Handle, scope: &Scope<'_>) -> Vec<Call> {
    let association = scope.part(key, Part::AclAssociation);
    let (key, subnet) = (key.clone(), scope.id(key));
    let learn = Call::LearnAclAssociation { key: key.clone(), subnet: subnet.clone() };
    let learn = scope.must_learn(&key, Part::AclAssociation).then_some(learn);
    learn.into_iter().chain([Call::SwapAcl { key, subnet, association, acl }]).collect()
}

fn or_main(table: &Option<Key>) -> String {
    table.as_ref().map_or_else(|| "the VPC's main table".to_owned(), Key::to_string)
}

fn or_default(acl: &Option<Key>) -> String {
    acl.as_ref().map_or_else(|| "the VPC's default ACL".to_owned(), Key::to_string)
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateSubnet",
            Call::SetPublicIpOnLaunch { .. } | Call::SetAssignIpv6 { .. } => "ModifySubnetAttribute",
            Call::AssociateIpv6 { .. } => "AssociateSubnetCidrBlock",
            Call::AwaitIpv6 { .. } => "DescribeSubnets",
            Call::DisassociateIpv6 { .. } => "DisassociateSubnetCidrBlock",
            Call::Associate { .. } => "AssociateRouteTable",
            Call::Reassociate { .. } => "ReplaceRouteTableAssociation",
            Call::Disassociate { .. } => "DisassociateRouteTable",
            Call::LearnAclAssociation { .. } => "DescribeNetworkAcls",
            Call::SwapAcl { .. } => "ReplaceNetworkAclAssociation",
            Call::Delete { .. } => "DeleteSubnet",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc, cidr, zone, ipv6 } => {
                let ipv6 = ipv6.as_ref().map(|it| format!(" and {it}")).unwrap_or_default();
                format!("{} {cidr}{ipv6} in {zone} of {vpc}", stamp.key)
            }
            Call::AssociateIpv6 { subnet, block, .. } => format!("{subnet} with {block}"),
            Call::AwaitIpv6 { subnet, .. } => format!("until {subnet} has its IPv6 block"),
            Call::DisassociateIpv6 { association } => association.to_string(),
            Call::SetAssignIpv6 { subnet, enabled } => format!("{subnet} assign-ipv6={enabled}"),
            Call::SetPublicIpOnLaunch { subnet, enabled } => format!("{subnet} public-ip-on-launch={enabled}"),
            Call::Associate { subnet, table, .. } => format!("{subnet} with {table}"),
            Call::Reassociate { association, table, .. } => format!("{association} with {table}"),
            Call::Disassociate { association } => association.to_string(),
            Call::LearnAclAssociation { subnet, .. } => format!("of {subnet}"),
            Call::SwapAcl { association, acl, .. } => format!("{association} to {acl}"),
            Call::Delete { subnet } => subnet.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, ipv6, .. } => [vpc].into_iter().chain(ipv6).collect(),
            Call::AssociateIpv6 { subnet, block, .. } => vec![subnet, block],
            Call::SetPublicIpOnLaunch { subnet, .. }
            | Call::SetAssignIpv6 { subnet, .. }
            | Call::AwaitIpv6 { subnet, .. }
            | Call::LearnAclAssociation { subnet, .. }
            | Call::Delete { subnet } => vec![subnet],
            Call::Associate { subnet, table, .. } => vec![subnet, table],
            Call::Reassociate { association, table, subnet, .. } => vec![association, table, subnet],
            Call::Disassociate { association } | Call::DisassociateIpv6 { association } => vec![association],
            Call::SwapAcl { association, acl, subnet, .. } => vec![association, acl, subnet],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    fn learns(&self) -> Vec<(&Key, Part)> {
        match self {
            Call::Create { stamp, .. } => vec![(&stamp.key, Part::Id)],
            Call::Associate { key, .. } | Call::Reassociate { key, .. } => vec![(key, Part::RouteAssociation)],
            Call::LearnAclAssociation { key, .. } | Call::SwapAcl { key, .. } => vec![(key, Part::AclAssociation)],
            Call::AwaitIpv6 { key, .. } => vec![(key, Part::Ipv6Association)],
            _ => Vec::new(),
        }
    }

    /// AWS refuses to take an IPv6 block away while an interface has an address of it.
    fn only_looks(&self) -> bool {
        matches!(self, Call::LearnAclAssociation { .. }) || self.wait().is_some()
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::DisassociateIpv6 { .. } | Call::Delete { .. })
    }

    fn steers(&self) -> bool {
        match self {
            Call::Associate { .. } | Call::Reassociate { .. } | Call::Disassociate { .. } | Call::SwapAcl { .. } => {
                true
            }
            // Its packets have no address to go to any more.
            Call::DisassociateIpv6 { .. } => true,
            _ => false,
        }
    }

    /// Typical times are field reports, deadlines the usual tools' own; AWS promises neither.
    fn wait(&self) -> Option<Wait> {
        matches!(self, Call::AwaitIpv6 { .. }).then_some(Wait { typical_s: 3, deadline_s: 300 })
    }
}
