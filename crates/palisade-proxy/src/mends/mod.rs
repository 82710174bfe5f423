//! What is mended, one thing a file, and the order in which calls meet it.

use std::sync::Arc;

use crate::chain::Layer;
use crate::faults::Faults;
use crate::faults::stale::Stale;
use crate::proxy::Settings;

mod acl_entries;
mod acl_last_entries;
mod blackholes;
mod cidr_states;
mod cidrs;
mod client_tokens;
mod default_group;
mod dependencies;
mod dhcp_associations;
mod dhcp_tags;
mod endpoint_groups;
mod endpoint_policies;
mod flow_logs;
mod gateway_routes;
mod looks;
mod nat_addresses;
mod not_found;
pub(crate) mod pages;
mod permissions;
mod prefix_lists;
mod rule_descriptions;
mod states;
mod subnet_associations;
mod tag_filters;
mod vpc_leftovers;

/// Returns all mends, and what shows an old world, from the client's side to LocalStack's: each sees the world as those below it have mended it.
pub(crate) fn all(settings: &Settings, faults: &Arc<Faults>) -> Vec<Box<dyn Layer>> {
    vec![
        Box::new(pages::Pages::new(settings.page_size)),
        Box::new(Stale::new(Arc::clone(faults))),
        Box::new(client_tokens::ClientTokens::default()),
        Box::new(dependencies::Dependencies),
        Box::new(not_found::NotFound),
        Box::new(states::States::new(settings.n_looks)),
        Box::new(cidr_states::CidrStates::new(settings.n_looks)),
        Box::new(cidrs::Cidrs),
        Box::new(tag_filters::TagFilters),
        Box::new(dhcp_tags::DhcpTags),
        Box::new(dhcp_associations::DhcpAssociations),
        Box::new(flow_logs::FlowLogs::default()),
        Box::new(blackholes::Blackholes),
        Box::new(nat_addresses::NatAddresses),
        Box::new(gateway_routes::GatewayRoutes),
        Box::new(endpoint_groups::EndpointGroups::default()),
        Box::new(endpoint_policies::EndpointPolicies::default()),
        Box::new(vpc_leftovers::VpcLeftovers),
        Box::new(subnet_associations::SubnetAssociations::default()),
        Box::new(acl_last_entries::AclLastEntries),
        Box::new(acl_entries::AclEntries::default()),
        Box::new(default_group::DefaultGroup),
        Box::new(rule_descriptions::RuleDescriptions::default()),
        Box::new(prefix_lists::PrefixLists::default()),
    ]
}
