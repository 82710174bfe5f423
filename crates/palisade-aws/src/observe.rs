//! Reading an account: two waves of parallel, paginated, filtered requests, the second only where there is a VPC.
//!
//! What belongs to no VPC is found by our tag, what is in a VPC by the VPC's id, so that strangers, defaults and drift
//! are seen too. Requests grow with kinds, VPCs and pages, never with resources.

use std::collections::BTreeMap;
use std::future::Future;

use aws_sdk_ec2::types::{self, VpcAttributeName};
use ipnet::IpNet;
use palisade_core::cloud::PrefixList;
use palisade_core::live::{Found, Stranger};
use palisade_core::tags::Identity;
use palisade_core::{CloudError, Facts, Key, Kind, Live, Needs, Observed, Part, Zone};
use tokio::task::JoinSet;

use crate::answer::given;
use crate::connect::Aws;
use crate::error::reading;
use crate::kinds::endpoint::AnyEndpoint;
use crate::kinds::nat_gateway::Nat;
use crate::kinds::{
    elastic_ip, endpoint, internet_gateway, nat_gateway, network_acl, route_table, security_group, subnet,
    vpc,
};
use crate::{facts, strangers, tags};

/// What one reading of the account took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many rounds of requests waited for each other.
    pub waves: u32,
    /// How many requests were sent meanwhile.
    pub requests: u64,
}

/// Reads what a blueprint needs to know.
pub(crate) async fn observe(aws: &Aws, needs: &Needs) -> Result<Observed, CloudError> {
    let sent_before = aws.requests_sent();
    let first = First::read(aws, needs).await?;
    let second = Second::read(aws, needs, &first).await?;
    let waves = if second.is_some() { 2 } else { 1 };
    aws.set_last_reading(Reading { waves, requests: aws.requests_sent() - sent_before });

    let second = second.unwrap_or_default();
    let live = live(&needs.blueprint, &first, &second)?;
    let First { account, zones, lists, .. } = first;
    let mut entries = second.entries;
    let list = |(name, id)| {
        let cidrs = entries.remove(&name).unwrap_or_default();
        (name, PrefixList { id, cidrs })
    };
    let prefix_lists = lists.into_iter().map(list).collect();
    Ok(Observed { account, region: aws.region.clone(), live, facts: Facts { zones, prefix_lists } })
}

/// What can be asked for at once.
#[derive(Debug)]
struct First {
    account: String,
    vpcs: Vec<types::Vpc>,
    gateways: Vec<types::InternetGateway>,
    addresses: Vec<types::Address>,
    zones: Vec<Zone>,
    lists: BTreeMap<String, String>,
}

impl First {
    /// Of several errors, the one about the credentials is told first.
    async fn read(aws: &Aws, needs: &Needs) -> Result<First, CloudError> {
        let ours = tags::of_blueprint(&needs.blueprint);
        let names = needs.prefix_lists.union(&needs.prefix_list_entries).cloned().collect();
        let (account, vpcs, gateways, addresses, zones, lists) = tokio::join!(
            read_account(aws),
            vpc::read(aws, ours.clone()),
            internet_gateway::read(aws, ours.clone()),
            elastic_ip::read(aws, ours.clone()),
            facts::read_zones(aws),
            facts::read_prefix_lists(aws, names),
        );
        Ok(First {
            account: account?,
            vpcs: vpcs?,
            gateways: gateways?,
            addresses: addresses?,
            zones: zones?,
            lists: lists?,
        })
    }
}

async fn read_account(aws: &Aws) -> Result<String, CloudError> {
    let answer = aws.sts.get_caller_identity().send().await.map_err(reading("sts:GetCallerIdentity"))?;
    given(answer.account, "GetCallerIdentity", "Account")
}

/// What is in the VPCs that the first wave found, and what is in the prefix lists.
#[derive(Debug, Default)]
struct Second {
    dns: BTreeMap<String, vpc::Dns>,
    subnets: Vec<types::Subnet>,
    tables: Vec<types::RouteTable>,
    acls: Vec<types::NetworkAcl>,
    groups: Vec<types::SecurityGroup>,
    endpoints: Vec<types::VpcEndpoint>,
    nats: Vec<types::NatGateway>,
    gateways: Vec<types::InternetGateway>,
    interfaces: Vec<types::NetworkInterface>,
    entries: BTreeMap<String, Vec<IpNet>>,
}

impl Second {
    /// Returns nothing if there is nothing to ask for.
    async fn read(aws: &Aws, needs: &Needs, first: &First) -> Result<Option<Second>, CloudError> {
        let wanted = first.lists.iter().filter(|(name, _)| needs.prefix_list_entries.contains(*name));
        let entries =
            wanted.map(|(name, id)| facts::read_entries(aws.reads.clone(), name.clone(), id.clone()));
        let entries = together(entries.collect());
        let ids = first.vpcs.iter().map(|it| given(it.vpc_id(), "DescribeVpcs", "VpcId").map(str::to_owned));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        if ids.is_empty() {
            let entries: BTreeMap<_, _> = entries.await?.into_iter().collect();
            return Ok((!entries.is_empty()).then(|| Second { entries, ..Second::default() }));
        }
        let in_vpc = tags::filter("vpc-id", ids.clone());
        let attached = tags::filter("attachment.vpc-id", ids.clone());
        let (dns, subnets, tables, acls, groups, endpoints, nats, gateways, interfaces, entries) = tokio::join!(
            read_dns(aws, ids),
            subnet::read(aws, in_vpc.clone()),
            route_table::read(aws, in_vpc.clone()),
            network_acl::read(aws, in_vpc.clone()),
            security_group::read(aws, in_vpc.clone()),
            endpoint::read(aws, in_vpc.clone()),
            nat_gateway::read(aws, in_vpc.clone()),
            internet_gateway::read(aws, attached),
            strangers::read(aws, in_vpc.clone()),
            entries,
        );
        Ok(Some(Second {
            dns: dns?,
            subnets: subnets?,
            tables: tables?,
            acls: acls?,
            groups: groups?,
            endpoints: endpoints?,
            nats: nats?,
            gateways: gateways?,
            interfaces: interfaces?,
            entries: entries?.into_iter().collect(),
        }))
    }
}

/// AWS answers one attribute of one VPC at a time.
async fn read_dns(aws: &Aws, vpcs: Vec<String>) -> Result<BTreeMap<String, vpc::Dns>, CloudError> {
    let attributes = [VpcAttributeName::EnableDnsSupport, VpcAttributeName::EnableDnsHostnames];
    let request = |vpc: &String| {
        let read = |it: &VpcAttributeName| vpc::read_attribute(aws.reads.clone(), vpc.clone(), it.clone());
        attributes.iter().map(read).collect::<Vec<_>>()
    };
    let mut dns: BTreeMap<String, vpc::Dns> = BTreeMap::new();
    for (vpc, attribute, enabled) in together(vpcs.iter().flat_map(request).collect()).await? {
        let dns = dns.entry(vpc).or_default();
        match attribute {
            VpcAttributeName::EnableDnsSupport => dns.support = enabled,
            _ => dns.hostnames = enabled,
        }
    }
    Ok(dns)
}

/// Makes requests at the same time; all of them are dropped when one fails.
async fn together<T: Send + 'static>(
    requests: Vec<impl Future<Output = Result<T, CloudError>> + Send + 'static>,
) -> Result<Vec<T>, CloudError> {
    let requests: JoinSet<_> = requests.into_iter().collect();
    requests.join_all().await.into_iter().collect()
}

fn live(blueprint: &str, first: &First, second: &Second) -> Result<Live, CloudError> {
    let mut found: Vec<Found> = first.addresses.iter().filter_map(elastic_ip::found).collect();
    let mut strangers: Vec<Stranger> = Vec::new();
    let parts = vpc_parts(second);
    for it in &first.vpcs {
        let id = it.vpc_id().unwrap_or_default();
        let dns = second.dns.get(id).copied().unwrap_or_default();
        found.push(vpc::found(it, dns, parts.get(id).cloned().unwrap_or_default())?);
    }
    // A gateway of ours is found by its tag, attached or not; a stranger's by its attachment.
    let gateways = first.gateways.iter().chain(&second.gateways);
    let gateways: BTreeMap<_, _> = gateways.map(|it| (it.internet_gateway_id(), it)).collect();
    let doors: BTreeMap<_, _> =
        gateways.iter().filter_map(|(id, it)| internet_gateway::vpc_of(it).zip(*id)).collect();
    for it in gateways.values() {
        found.push(internet_gateway::found(it)?);
    }
    subnets(second, &mut found, &mut strangers)?;
    for it in &second.tables {
        let table = route_table::found(it, &first.account)?;
        let is_ours = Identity::read(&table.tags).is_some_and(|it| it.blueprint == blueprint);
        found.extend((is_ours || !route_table::is_main(it)).then_some(table));
    }
    for it in second.acls.iter().filter(|it| it.is_default() != Some(true)) {
        found.push(network_acl::found(it)?);
    }
    for it in second.groups.iter().filter(|it| !security_group::is_default(it)) {
        found.push(security_group::found(it)?);
    }
    for it in second.endpoints.iter().filter(|it| !endpoint::is_gone(it)) {
        match endpoint::found(it)? {
            AnyEndpoint::Ours(it) => found.push(it),
            AnyEndpoint::Other(it) => strangers.push(it),
        }
    }
    for it in second.nats.iter().filter(|it| !nat_gateway::is_gone(it)) {
        match nat_gateway::found(it, it.vpc_id().and_then(|it| doors.get(it).copied()))? {
            Nat::Public(it) => found.push(it),
            Nat::Other(it) => strangers.push(it),
            Nat::Void => {}
        }
    }
    // Those of what is on its way out go with it.
    let owned = strangers::owned(&second.endpoints, &second.nats);
    for it in second.interfaces.iter().filter(|it| !strangers::is_of_known_kind(it, &owned)) {
        strangers.push(strangers::found(it)?);
    }
    strangers.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Live::assemble(blueprint, found, strangers))
}

fn subnets(second: &Second, found: &mut Vec<Found>, strangers: &mut Vec<Stranger>) -> Result<(), CloudError> {
    let tables = route_table::associations(&second.tables);
    let acls = network_acl::associations(&second.acls);
    for it in &second.subnets {
        let id = given(it.subnet_id(), "DescribeSubnets", "SubnetId")?;
        match subnet::found(it, tables.get(id), acls.get(id))? {
            Some(it) => found.push(it),
            None => {
                let uses = it.vpc_id().map(|it| Key::new(Kind::Vpc, it)).into_iter().collect();
                strangers.push(Stranger {
                    id: id.to_owned(),
                    what: "subnet without IPv4 addresses".to_owned(),
                    uses,
                });
            }
        }
    }
    Ok(())
}

/// Returns what AWS made with each VPC and what it takes away with it.
fn vpc_parts(second: &Second) -> BTreeMap<&str, BTreeMap<Part, String>> {
    let acls = second.acls.iter().filter(|it| it.is_default() == Some(true));
    let acls = acls.map(|it| (it.vpc_id(), Part::DefaultAcl, it.network_acl_id()));
    let groups = second.groups.iter().filter(|it| security_group::is_default(it));
    let groups = groups.map(|it| (it.vpc_id(), Part::DefaultGroup, it.group_id()));
    let tables = second.tables.iter().filter(|it| route_table::is_main(it));
    let tables = tables.map(|it| (it.vpc_id(), Part::MainTable, it.route_table_id()));
    let mut parts: BTreeMap<&str, BTreeMap<Part, String>> = BTreeMap::new();
    for (vpc, part, id) in acls.chain(groups).chain(tables) {
        if let Some((vpc, id)) = vpc.zip(id) {
            parts.entry(vpc).or_default().insert(part, id.to_owned());
        }
    }
    parts
}
