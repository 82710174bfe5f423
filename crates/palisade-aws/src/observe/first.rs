//! The first wave: what can be asked for at once.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types;
use palisade_core::{CloudError, Needs, Tags, Zone};

use super::{gateways as others, if_any, workloads};
use crate::answer::given;
use crate::connect::Aws;
use crate::error::reading;
use crate::kinds::{
    dhcp_options, egress_only_gateway, elastic_ip, flow_log, internet_gateway, prefix_list, subnet, vpc,
};
use crate::{facts, tags};

/// What the first wave has found. Something can be in it twice: ours by its tag, and asked for by its id.
#[derive(Debug)]
pub(super) struct First {
    /// Whose credentials these are.
    pub(super) account: String,
    /// The VPCs that are ours or asked for.
    pub(super) vpcs: Vec<types::Vpc>,
    /// Our subnets, also those in a VPC that is not ours.
    pub(super) subnets: Vec<types::Subnet>,
    /// Our internet gateways, attached or not.
    pub(super) gateways: Vec<types::InternetGateway>,
    /// Everybody's egress-only gateways.
    pub(super) egress_only_gateways: Vec<types::EgressOnlyInternetGateway>,
    /// The addresses that are ours or asked for.
    pub(super) addresses: Vec<types::Address>,
    /// The region's zones.
    pub(super) zones: Vec<Zone>,
    /// All prefix lists that the account sees.
    pub(super) lists: Vec<types::ManagedPrefixList>,
    /// Our DHCP options.
    pub(super) dhcp: Vec<types::DhcpOptions>,
    /// Our flow logs.
    pub(super) flow_logs: Vec<types::FlowLog>,
    /// Which of the gateways that are asked for are there.
    pub(super) gateways_of_others: BTreeSet<String>,
    /// The tags of what SageMaker has of ours, by ARN.
    pub(super) tagged: BTreeMap<String, Tags>,
}

impl First {
    /// Of several errors, the one about the credentials is told first.
    pub(super) async fn read(aws: &Aws, needs: &Needs) -> Result<First, CloudError> {
        let ours = || tags::of_blueprint(needs);
        let vpcs_of = |ids| vpc::read(aws, tags::filter("vpc-id", ids));
        let addresses_of = |ids| elastic_ip::read(aws, tags::filter("allocation-id", ids));
        let (
            account,
            vpcs,
            asked_vpcs,
            subnets,
            gateways,
            egress_only_gateways,
            addresses,
            asked_addresses,
            zones,
            lists,
            dhcp,
            flow_logs,
            gateways_of_others,
            tagged,
        ) = tokio::join!(
            read_account(aws),
            vpc::read(aws, ours()),
            if_any(&needs.vpcs, vpcs_of),
            subnet::read(aws, ours()),
            internet_gateway::read(aws, ours()),
            egress_only_gateway::read(aws),
            elastic_ip::read(aws, ours()),
            if_any(&needs.addresses, addresses_of),
            facts::read_zones(aws),
            prefix_list::read(aws),
            dhcp_options::read(aws, ours()),
            flow_log::read(aws, ours()),
            others::read(aws, needs),
            workloads::read_tagged(aws, needs),
        );
        Ok(First {
            account: account?,
            vpcs: [vpcs?, asked_vpcs?].concat(),
            subnets: subnets?,
            gateways: gateways?,
            egress_only_gateways: egress_only_gateways?,
            addresses: [addresses?, asked_addresses?].concat(),
            zones: zones?,
            lists: lists?,
            dhcp: dhcp?,
            flow_logs: flow_logs?,
            gateways_of_others: gateways_of_others?,
            tagged: tagged?,
        })
    }

    /// Returns the ids of the VPCs to look into: the found ones, and those that only our subnets tell of.
    pub(super) fn vpc_ids(&self) -> BTreeSet<String> {
        let found = self.vpcs.iter().filter_map(|it| it.vpc_id());
        let told = self.subnets.iter().filter_map(|it| it.vpc_id());
        found.chain(told).map(str::to_owned).collect()
    }

    /// Returns those of [`First::vpc_ids`] that are still to be read themselves.
    pub(super) fn told_vpc_ids(&self) -> BTreeSet<String> {
        let is_found = |id: &String| self.vpcs.iter().any(|it| it.vpc_id() == Some(id));
        self.vpc_ids().into_iter().filter(|it| !is_found(it)).collect()
    }

    /// Returns the ids of the DHCP options that the VPCs have and that are not ours by tag.
    pub(super) fn other_dhcp_ids(&self) -> BTreeSet<String> {
        let is_found = |id: &&str| self.dhcp.iter().any(|it| it.dhcp_options_id() == Some(*id));
        let of_vpcs = self.vpcs.iter().filter_map(dhcp_options::of_vpc);
        of_vpcs.filter(|it| !is_found(it)).map(str::to_owned).collect()
    }

    /// Returns the ids of the prefix lists whose entries matter: ours, and those that are asked for.
    pub(super) fn list_ids(&self, needs: &Needs) -> BTreeSet<String> {
        let is_ours = |it: &types::ManagedPrefixList| {
            prefix_list::has_entries(it) && tags::are_ours(needs, &tags::from_sdk(it.tags()))
        };
        let lists = self.lists.iter().filter(|it| is_ours(it) || facts::are_entries_asked(needs, it));
        lists.filter_map(|it| it.prefix_list_id()).map(str::to_owned).collect()
    }
}

async fn read_account(aws: &Aws) -> Result<String, CloudError> {
    let answer = aws.sts.get_caller_identity().send().await.map_err(reading("sts:GetCallerIdentity"))?;
    given(answer.account, "GetCallerIdentity", "Account")
}
