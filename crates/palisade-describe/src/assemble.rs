//! From objects as files describe them to an [`Account`]: interfaces with what other objects say of them, groups with
//! their rules.

use core::net::IpAddr;
use std::collections::BTreeMap;

use palisade_core::traffic::Direction;

use crate::account::{Account, Group};
use crate::interface::{Groups, Interface, Of};
use crate::reading::{LIST, Objects, TABLE, Unreadable};
use crate::topics::gateways::{BlockPublicAccess, NatGateway};
use crate::topics::groups::{Rule, SecurityGroup, SecurityGroupRule};
use crate::topics::interfaces::{ElasticAddress, Instance, NetworkInterface};
use crate::topics::transit::Attachment;

impl Account {
    /// Returns what files describe, each of them with its path, which is used to tell accounts and regions apart and to
    /// say where something is wrong.
    pub fn read<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Account, Unreadable> {
        let objects = Objects::read(texts)?;
        let mut account = Account {
            vpcs: objects.all("Vpcs")?,
            subnets: objects.all("Subnets")?,
            tables: objects.all("RouteTables")?,
            acls: objects.all("NetworkAcls")?,
            groups: groups(&objects)?,
            lists: objects.all(LIST)?,
            interfaces: BTreeMap::new(),
            endpoints: objects.all("VpcEndpoints")?,
            nat_gateways: objects.all("NatGateways")?,
            internet_gateways: objects.all("InternetGateways")?,
            egress_only: objects.all("EgressOnlyInternetGateways")?,
            peerings: objects.all("VpcPeeringConnections")?,
            transit_gateways: objects.all("TransitGateways")?,
            attachments: attachments(&objects)?,
            transit_tables: objects.all(TABLE)?,
            blocked: blocked(&objects),
            completeness: objects.completeness.clone(),
        };
        account.check_acls(&objects)?;
        account.put_interfaces(objects.all("NetworkInterfaces")?, &objects.all("Instances")?);
        account.put_gateways_and_endpoints();
        account.put_addresses(&objects.all("Addresses")?);
        Ok(account)
    }

    /// Every entry of an ACL must be understood: one that is passed over could be the one that decides.
    fn check_acls(&self, objects: &Objects) -> Result<(), Unreadable> {
        for (id, acl) in &self.acls {
            let is_understood =
                |it: &crate::topics::acl::Entry| it.traffic().is_some() && it.block().is_some();
            if let Some(entry) = acl.entries.iter().find(|it| !is_understood(it)) {
                let message = format!("`{id}`: the entry {} is not understood", entry.rule_number);
                return Err(Unreadable { path: objects.path("NetworkAcls", id).to_owned(), message });
            }
        }
        Ok(())
    }

    fn put_interfaces(
        &mut self,
        described: BTreeMap<String, NetworkInterface>,
        instances: &BTreeMap<String, Instance>,
    ) {
        for it in described.into_values() {
            let interface = self.interface(&it);
            self.interfaces.insert(interface.id.clone(), interface);
        }
        for it in instances.values().filter(|it| it.is_there()).flat_map(Instance::interfaces) {
            let interface = self.interface(&it);
            match self.interfaces.get_mut(&interface.id) {
                Some(had) => {
                    had.of = interface.of;
                    had.index = had.index.or(interface.index);
                }
                None => {
                    self.interfaces.insert(interface.id.clone(), interface);
                }
            }
        }
    }

    fn interface(&self, it: &NetworkInterface) -> Interface {
        let subnet = it.subnet_id.clone().unwrap_or_default();
        let of_subnet = || self.subnets.get(&subnet).map(|it| it.vpc_id.clone());
        let ids = |groups: &Vec<crate::topics::interfaces::Group>| {
            groups.iter().map(|it| it.group_id.clone()).collect()
        };
        Interface {
            id: it.network_interface_id.clone(),
            vpc: it.vpc_id.clone().or_else(of_subnet).unwrap_or_default(),
            addresses: it.addresses(),
            groups: it.groups.as_ref().map_or(Groups::Unknown, |it| Groups::Exactly(ids(it))),
            is_checked: it.source_dest_check.unwrap_or(true),
            of: it.attachment.instance_id.clone().map_or(Of::Something, Of::Instance),
            index: it.attachment.device_index,
            may_be_public: false,
            subnet,
        }
    }

    /// What interfaces of NAT gateways and endpoints are, and those of NAT gateways that nobody has described.
    fn put_gateways_and_endpoints(&mut self) {
        for (id, gateway) in &self.nat_gateways {
            for address in &gateway.nat_gateway_addresses {
                let Some(private) = address.private_ip else { continue };
                let eni = address.network_interface_id.clone().unwrap_or_else(|| id.clone());
                let made = || of_nat(&eni, gateway);
                let interface = self.interfaces.entry(eni.clone()).or_insert_with(made);
                interface.of = Of::NatGateway(id.clone());
                match interface.addresses.iter_mut().find(|(it, _)| *it == IpAddr::V4(private)) {
                    Some((_, public)) => *public = public.or(address.public_ip),
                    None => interface.addresses.push((private.into(), address.public_ip)),
                }
            }
        }
        for (id, endpoint) in &self.endpoints {
            for eni in &endpoint.network_interface_ids {
                if let Some(interface) = self.interfaces.get_mut(eni) {
                    interface.of = Of::Endpoint(id.clone());
                }
            }
        }
    }

    fn put_addresses(&mut self, addresses: &BTreeMap<String, ElasticAddress>) {
        for it in addresses.values() {
            let of_instance = || Some(self.interfaces_of(it.instance_id.as_ref()?).first()?.id.clone());
            let Some(eni) = it.network_interface_id.clone().or_else(of_instance) else { continue };
            let Some(interface) = self.interfaces.get_mut(&eni) else { continue };
            let private = it.private_ip_address.map(IpAddr::V4);
            let mut own = interface.addresses.iter_mut();
            let own = own.find(|(own, _)| own.is_ipv4() && private.is_none_or(|it| it == *own));
            if let Some((_, public)) = own {
                *public = public.or(it.public_ip);
            }
        }
    }
}

fn of_nat(eni: &str, gateway: &NatGateway) -> Interface {
    Interface {
        id: eni.to_owned(),
        vpc: gateway.vpc_id.clone().unwrap_or_default(),
        subnet: gateway.subnet_id.clone().unwrap_or_default(),
        addresses: Vec::new(),
        groups: Groups::Exactly([].into()),
        is_checked: false,
        of: Of::NatGateway(gateway.nat_gateway_id.clone()),
        index: None,
        may_be_public: false,
    }
}

/// The rules as groups list them, with the ids that rules have of their own; or else the rules as such.
fn groups(objects: &Objects) -> Result<BTreeMap<String, Group>, Unreadable> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut rules: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
    for (id, it) in objects.all::<SecurityGroupRule>("SecurityGroupRules")? {
        let bad = |_| Unreadable {
            path: objects.path("SecurityGroupRules", &id).to_owned(),
            message: format!("`{id}` is no rule that is understood"),
        };
        rules.entry(it.group_id.clone()).or_default().push(it.rule().map_err(bad)?);
    }
    let listed = objects.all::<SecurityGroup>("SecurityGroups")?;
    let ids: std::collections::BTreeSet<&String> = listed.keys().chain(rules.keys()).collect();
    for id in ids {
        let path = objects.path("SecurityGroups", id).to_owned();
        let bad = |_| Unreadable {
            path: path.clone(),
            message: format!("`{id}` has a rule that is not understood"),
        };
        let own = rules.get(id);
        let of = |direction: Direction| -> Result<Option<Vec<Rule>>, Unreadable> {
            let as_listed = listed.get(id).and_then(|it| it.rules(direction)).transpose().map_err(bad)?;
            let as_such = own.map(|it| it.iter().filter(|it| it.direction == direction).cloned().collect());
            Ok(as_listed.map(|it| named(it, own)).or(as_such))
        };
        let group = Group { inbound: of(Direction::Inbound)?, outbound: of(Direction::Outbound)? };
        groups.insert(id.clone(), group);
    }
    Ok(groups)
}

/// Gives rules the ids that they have of their own.
fn named(mut rules: Vec<Rule>, own: Option<&Vec<Rule>>) -> Vec<Rule> {
    for rule in &mut rules {
        let is_same =
            |it: &&Rule| (it.direction, it.traffic, &it.peer) == (rule.direction, rule.traffic, &rule.peer);
        rule.id = own.and_then(|it| it.iter().find(is_same)).and_then(|it| it.id.clone());
    }
    rules
}

/// Attachments with what the two calls that describe them say.
fn attachments(objects: &Objects) -> Result<Vec<Attachment>, Unreadable> {
    let of_vpcs = objects.all::<Attachment>("TransitGatewayVpcAttachments")?;
    let mut attachments: Vec<Attachment> =
        objects.all::<Attachment>("TransitGatewayAttachments")?.into_values().collect();
    for attachment in &mut attachments {
        // Told here, so that none is told to be none.
        attachment.association.get_or_insert_default();
        if let Some(of_vpc) = of_vpcs.get(&attachment.transit_gateway_attachment_id) {
            attachment.subnet_ids.clone_from(&of_vpc.subnet_ids);
            attachment.options = of_vpc.options.clone();
            attachment.vpc_id.clone_from(&of_vpc.vpc_id);
        }
    }
    let is_new = |it: &Attachment, had: &[Attachment]| {
        !had.iter().any(|had| had.transit_gateway_attachment_id == it.transit_gateway_attachment_id)
    };
    let new: Vec<Attachment> = of_vpcs.into_values().filter(|it| is_new(it, &attachments)).collect();
    attachments.extend(new);
    Ok(attachments)
}

fn blocked(objects: &Objects) -> Option<String> {
    use serde::Deserialize;
    let modes = objects
        .public_access
        .iter()
        .filter_map(|it| BlockPublicAccess::deserialize(it).ok()?.internet_gateway_block_mode);
    modes.into_iter().find(|it| it != "off")
}
