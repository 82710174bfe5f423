//! Network interfaces and what they are of: instances, endpoints; and the addresses that are put on them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

/// One of `describe-network-interfaces`, or of an instance's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NetworkInterface {
    pub(crate) network_interface_id: String,
    pub(crate) subnet_id: Option<String>,
    pub(crate) vpc_id: Option<String>,
    private_ip_address: Option<Ipv4Addr>,
    private_ip_addresses: Vec<PrivateAddress>,
    ipv6_addresses: Vec<Ipv6Address>,
    association: Association,
    pub(crate) groups: Option<Vec<Group>>,
    pub(crate) source_dest_check: Option<bool>,
    pub(crate) attachment: Attachment,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct PrivateAddress {
    private_ip_address: Option<Ipv4Addr>,
    primary: bool,
    association: Association,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipv6Address {
    ipv6_address: Ipv6Addr,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Association {
    public_ip: Option<Ipv4Addr>,
}

/// A group that something carries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Group {
    pub(crate) group_id: String,
}

/// What an interface hangs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Attachment {
    pub(crate) instance_id: Option<String>,
    pub(crate) device_index: Option<u32>,
}

/// One of `describe-instances`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Instance {
    pub(crate) instance_id: String,
    pub(crate) network_interfaces: Vec<NetworkInterface>,
    pub(crate) state: InstanceState,
    pub(crate) subnet_id: Option<String>,
    pub(crate) vpc_id: Option<String>,
    pub(crate) private_ip_address: Option<Ipv4Addr>,
    pub(crate) public_ip_address: Option<Ipv4Addr>,
    pub(crate) security_groups: Option<Vec<Group>>,
    pub(crate) source_dest_check: Option<bool>,
}

/// Whether an instance is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct InstanceState {
    pub(crate) name: Option<String>,
}

/// One of `describe-addresses`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ElasticAddress {
    pub(crate) public_ip: Option<Ipv4Addr>,
    pub(crate) private_ip_address: Option<Ipv4Addr>,
    pub(crate) network_interface_id: Option<String>,
    pub(crate) instance_id: Option<String>,
}

/// One of `describe-vpc-endpoints`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct VpcEndpoint {
    pub(crate) vpc_endpoint_id: String,
    pub(crate) vpc_endpoint_type: Option<String>,
    pub(crate) vpc_id: Option<String>,
    pub(crate) service_name: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) network_interface_ids: Vec<String>,
}

impl NetworkInterface {
    /// Returns its addresses, the first one first, with the public ones that stand for them.
    pub(crate) fn addresses(&self) -> Vec<(IpAddr, Option<Ipv4Addr>)> {
        let mut listed: Vec<&PrivateAddress> = self.private_ip_addresses.iter().collect();
        listed.sort_by_key(|it| !it.primary);
        let mut addresses: Vec<(IpAddr, Option<Ipv4Addr>)> = listed
            .iter()
            .filter_map(|it| Some((IpAddr::V4(it.private_ip_address?), it.association.public_ip)))
            .collect();
        if let Some(first) = self.private_ip_address {
            match addresses.iter_mut().find(|(it, _)| *it == IpAddr::V4(first)) {
                Some((_, public)) => *public = public.or(self.association.public_ip),
                None => addresses.insert(0, (first.into(), self.association.public_ip)),
            }
        }
        addresses.extend(self.ipv6_addresses.iter().map(|it| (IpAddr::V6(it.ipv6_address), None)));
        addresses
    }
}

impl Instance {
    /// Returns whether it has not gone for good.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.state.name.as_deref(), Some("terminated" | "shutting-down"))
    }

    /// Returns its interfaces; if it lists none, one of what it says of itself.
    pub(crate) fn interfaces(&self) -> Vec<NetworkInterface> {
        let of_instance = |it: &NetworkInterface| {
            let mut interface = it.clone();
            interface.attachment.instance_id = Some(self.instance_id.clone());
            interface.subnet_id = it.subnet_id.clone().or_else(|| self.subnet_id.clone());
            interface.vpc_id = it.vpc_id.clone().or_else(|| self.vpc_id.clone());
            interface
        };
        if !self.network_interfaces.is_empty() || self.private_ip_address.is_none() {
            return self.network_interfaces.iter().map(of_instance).collect();
        }
        vec![of_instance(&NetworkInterface {
            network_interface_id: self.instance_id.clone(),
            private_ip_address: self.private_ip_address,
            association: Association { public_ip: self.public_ip_address },
            groups: self.security_groups.clone(),
            source_dest_check: self.source_dest_check,
            ..NetworkInterface::default()
        })]
    }
}
