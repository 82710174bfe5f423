//! From AWS's answers to what there is.

use std::collections::BTreeMap;

use aws_sdk_ec2::types;
use ipnet::Ipv6Net;
use palisade_core::live::{Found, Stranger};
use palisade_core::{CloudError, Key, Kind, Live, Needs, Part};

use super::first::First;
use super::second::Second;
use super::workloads::Workloads;
use crate::answer::given;
use crate::kinds::endpoint::AnyEndpoint;
use crate::kinds::nat_gateway::Nat;
use crate::kinds::vpc::{Beside, Ipv6Block};
use crate::kinds::{
    dhcp_options, egress_only_gateway, elastic_ip, endpoint, flow_log, internet_gateway, mount_target,
    nat_gateway, network_acl, prefix_list, route_table, security_group, subnet, vpc,
};
use crate::{strangers, tags};

/// What all waves have found.
pub(super) struct Seen<'a> {
    /// The first one.
    pub(super) first: &'a First,
    /// The second one.
    pub(super) second: &'a Second,
    /// What is SageMaker's, of the second and the third one.
    pub(super) workloads: Workloads,
}

/// Reads what all waves have found.
pub(super) fn assemble(needs: &Needs, region: &str, seen: Seen<'_>) -> Result<Live, CloudError> {
    let Seen { first, second, workloads } = seen;
    let world = World::new(needs, region, first, second)?;
    let mut strangers = Vec::new();
    let targets = world.mount_targets(&workloads);
    strangers.extend(world.interfaces(&workloads)?);
    let found = [
        first.addresses.iter().filter_map(elastic_ip::found).collect(),
        world.lists()?,
        world.dhcp()?,
        world.vpcs()?,
        world.gateways()?,
        world.subnets(&mut strangers)?,
        world.tables()?,
        world.filters()?,
        world.endpoints(&mut strangers)?,
        world.nats(&mut strangers)?,
        world.flow_logs()?,
        targets,
        workloads.found,
    ];
    strangers.sort_by(|a: &Stranger, b| a.id.cmp(&b.id));
    // What two waves have found is one thing.
    let found: BTreeMap<String, Found> = found.into_iter().flatten().map(|it| (it.id.clone(), it)).collect();
    Ok(Live::assemble(needs, found.into_values().collect(), strangers))
}

/// Both waves, with what much of the reading needs.
struct World<'a> {
    needs: &'a Needs,
    region: &'a str,
    first: &'a First,
    second: &'a Second,
    /// The VPCs by their ids.
    vpcs: BTreeMap<&'a str, &'a types::Vpc>,
    /// The IPv6 blocks of those that have one.
    blocks: BTreeMap<&'a str, Ipv6Block>,
    /// The internet gateways by their ids.
    gateways: BTreeMap<&'a str, &'a types::InternetGateway>,
}

impl<'a> World<'a> {
    fn new(
        needs: &'a Needs,
        region: &'a str,
        first: &'a First,
        second: &'a Second,
    ) -> Result<World<'a>, CloudError> {
        let vpcs = first.vpcs.iter().chain(&second.vpcs);
        let vpcs: BTreeMap<_, _> = vpcs.filter_map(|it| Some((it.vpc_id()?, it))).collect();
        let mut blocks = BTreeMap::new();
        for (id, vpc) in &vpcs {
            blocks.extend(vpc::ipv6_block(vpc, &second.subnets)?.map(|it| (*id, it)));
        }
        // One of ours is found by its tag, attached or not; a stranger's by its attachment.
        let gateways = first.gateways.iter().chain(&second.gateways);
        let gateways = gateways.filter_map(|it| Some((it.internet_gateway_id()?, it))).collect();
        Ok(World { needs, region, first, second, vpcs, blocks, gateways })
    }

    /// Returns the IPv6 block of a VPC, by which all blocks in it are read.
    fn prefix(&self, vpc: Option<&str>) -> Option<Ipv6Net> {
        self.blocks.get(vpc?).map(|it| it.prefix)
    }

    fn is_ours(&self, found: &Found) -> bool {
        tags::are_ours(self.needs, &found.tags)
    }

    /// Those of others are facts at most.
    fn lists(&self) -> Result<Vec<Found>, CloudError> {
        let mut lists = Vec::new();
        for it in self.first.lists.iter().filter(|it| !prefix_list::is_gone(it)) {
            if tags::are_ours(self.needs, &tags::from_sdk(it.tags())) {
                let entries = it.prefix_list_id().and_then(|it| self.second.entries.get(it));
                lists.push(prefix_list::found(it, entries.cloned().unwrap_or_default())?);
            }
        }
        Ok(lists)
    }

    /// AWS's own set is none, as is one that cannot be found.
    fn dhcp(&self) -> Result<Vec<Found>, CloudError> {
        let others = self.second.dhcp.iter().filter(|it| !dhcp_options::is_default(it, self.region));
        self.first.dhcp.iter().chain(others).map(dhcp_options::found).collect()
    }

    fn vpcs(&self) -> Result<Vec<Found>, CloudError> {
        let dhcp: Vec<String> = self.dhcp()?.into_iter().map(|it| it.id).collect();
        let mut besides = self.besides()?;
        for (id, vpc) in &self.vpcs {
            let beside = besides.entry(id).or_default();
            beside.dns = self.second.dns.get(*id).copied().unwrap_or_default();
            beside.ipv6 = self.blocks.get(id).cloned();
            let set = dhcp_options::of_vpc(vpc).filter(|it| dhcp.iter().any(|set| set == it));
            beside.dhcp = set.map(|it| Key::new(Kind::DhcpOptions, it));
        }
        let beside = |id: &str| besides.get(id).cloned().unwrap_or_default();
        self.vpcs.iter().map(|(id, vpc)| vpc::found(vpc, beside(id))).collect()
    }

    /// Returns what AWS made with each VPC and what it takes away with it.
    fn besides(&self) -> Result<BTreeMap<&str, Beside>, CloudError> {
        let mut besides: BTreeMap<&str, Beside> = BTreeMap::new();
        for it in self.second.groups.iter().filter(|it| security_group::is_default(it)) {
            let Some((vpc, id)) = it.vpc_id().zip(it.group_id()) else { continue };
            let beside = besides.entry(vpc).or_default();
            beside.parts.insert(Part::DefaultGroup, id.to_owned());
            beside.defaults.group = Some(security_group::default_rules(it, self.prefix(Some(vpc)))?);
        }
        for it in self.second.acls.iter().filter(|it| network_acl::is_default(it)) {
            let Some((vpc, id)) = it.vpc_id().zip(it.network_acl_id()) else { continue };
            let beside = besides.entry(vpc).or_default();
            beside.parts.insert(Part::DefaultAcl, id.to_owned());
            beside.defaults.acl = Some(network_acl::entries(it, self.prefix(Some(vpc)))?);
        }
        for it in self.second.tables.iter().filter(|it| route_table::is_main(it)) {
            let Some((vpc, id)) = it.vpc_id().zip(it.route_table_id()) else { continue };
            besides.entry(vpc).or_default().parts.insert(Part::MainTable, id.to_owned());
        }
        Ok(besides)
    }

    /// Egress-only gateways cannot be asked for by their VPC.
    fn gateways(&self) -> Result<Vec<Found>, CloudError> {
        let mut found = Vec::new();
        for it in self.gateways.values() {
            found.push(internet_gateway::found(it)?);
        }
        for it in &self.first.egress_only_gateways {
            let vpc = egress_only_gateway::vpc_of(it);
            let is_near = vpc.is_some_and(|it| self.vpcs.contains_key(it));
            found.extend(egress_only_gateway::found(it)?.filter(|it| is_near || self.is_ours(it)));
        }
        Ok(found)
    }

    fn subnets(&self, strangers: &mut Vec<Stranger>) -> Result<Vec<Found>, CloudError> {
        let tables = route_table::associations(&self.second.tables);
        let acls = network_acl::associations(&self.second.acls);
        let mut found = Vec::new();
        for it in &self.second.subnets {
            let id = given(it.subnet_id(), "DescribeSubnets", "SubnetId")?;
            match subnet::found(it, tables.get(id), acls.get(id), self.prefix(it.vpc_id()))? {
                Some(it) => found.push(it),
                None => {
                    let what = "subnet without IPv4 addresses".to_owned();
                    let uses = it.vpc_id().map(|it| Key::new(Kind::Vpc, it)).into_iter().collect();
                    strangers.push(Stranger { id: id.to_owned(), what, uses, of: Vec::new() });
                }
            }
        }
        Ok(found)
    }

    /// A main table goes with its VPC, unless it is one of ours that somebody has made the main one.
    fn tables(&self) -> Result<Vec<Found>, CloudError> {
        let mut found = Vec::new();
        for it in &self.second.tables {
            let table = route_table::found(it, &self.first.account)?;
            found.extend((self.is_ours(&table) || !route_table::is_main(it)).then_some(table));
        }
        Ok(found)
    }

    /// ACLs and groups, without those that are the VPC's.
    fn filters(&self) -> Result<Vec<Found>, CloudError> {
        let acls = self.second.acls.iter().filter(|it| !network_acl::is_default(it));
        let acls = acls.map(|it| network_acl::found(it, self.prefix(it.vpc_id())));
        let groups = self.second.groups.iter().filter(|it| !security_group::is_default(it));
        let groups = groups.map(|it| security_group::found(it, self.prefix(it.vpc_id())));
        acls.chain(groups).collect()
    }

    fn endpoints(&self, strangers: &mut Vec<Stranger>) -> Result<Vec<Found>, CloudError> {
        let mut found = Vec::new();
        for it in self.second.endpoints.iter().filter(|it| !endpoint::is_gone(it)) {
            match endpoint::found(it)? {
                AnyEndpoint::Ours(it) => found.push(it),
                AnyEndpoint::Other(it) => strangers.push(it),
            }
        }
        Ok(found)
    }

    fn nats(&self, strangers: &mut Vec<Stranger>) -> Result<Vec<Found>, CloudError> {
        let doors = self.gateways.iter().filter_map(|(id, it)| Some((internet_gateway::vpc_of(it)?, *id)));
        let doors: BTreeMap<_, _> = doors.collect();
        let mut found = Vec::new();
        for it in self.second.nats.iter().filter(|it| !nat_gateway::is_gone(it)) {
            match nat_gateway::found(it, it.vpc_id().and_then(|it| doors.get(it).copied()))? {
                Nat::Public(it) => found.push(it),
                Nat::Other(it) => strangers.push(it),
                Nat::Void => {}
            }
        }
        Ok(found)
    }

    fn flow_logs(&self) -> Result<Vec<Found>, CloudError> {
        let logs = self.first.flow_logs.iter().chain(&self.second.flow_logs);
        logs.filter_map(|it| flow_log::found(it).transpose()).collect()
    }

    /// Those of file systems that are no domain's are strangers.
    fn mount_targets(&self, workloads: &Workloads) -> Vec<Found> {
        let interfaces = self.second.interfaces.iter();
        interfaces.filter_map(|it| mount_target::found(it, &workloads.homes)).collect()
    }

    /// Those of what is on its way out go with it.
    fn interfaces(&self, workloads: &Workloads) -> Result<Vec<Stranger>, CloudError> {
        let owned = strangers::owned(&self.second.endpoints, &self.second.nats);
        let is_known = |it: &&types::NetworkInterface| {
            strangers::is_of_known_kind(it, &owned) || mount_target::found(it, &workloads.homes).is_some()
        };
        let others = self.second.interfaces.iter().filter(|it| !is_known(it));
        let ours: Vec<&Found> = workloads.found.iter().filter(|it| self.is_ours(it)).collect();
        let stranger = |it| {
            let of = strangers::workloads_of(it, &ours);
            strangers::found(it).map(|stranger| Stranger { of, ..stranger })
        };
        others.map(stranger).collect()
    }
}
