//! DHCP options, as EC2 speaks of them: names with lists of values.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_sdk_ec2::types::{self, DhcpConfiguration, Filter, NewDhcpConfiguration, ResourceType};
use palisade_core::kinds::dhcp_options::{AMAZON_DNS, Call, DhcpOptions, NameServer};
use palisade_core::live::Found;
use palisade_core::{CloudError, Known, Learned, State};

use super::PAGE;
use super::vpc::DEFAULT_DHCP;
use crate::answer::{given, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

const DOMAIN_NAME: &str = "domain-name";
const NAME_SERVERS: &str = "domain-name-servers";
const NTP_SERVERS: &str = "ntp-servers";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, options } => {
            let tags = tags::specification(ResourceType::DhcpOptions, stamp);
            let request = aws.writes.create_dhcp_options().tag_specifications(tags);
            let request = request.set_dhcp_configurations(Some(configurations(options)));
            let answer = request.send().await.map_err(writing("ec2:CreateDhcpOptions"))?;
            let id = answer.dhcp_options.and_then(|it| it.dhcp_options_id);
            new_id(stamp, id, "CreateDhcpOptions", "DhcpOptionsId")
        }
        Call::Delete { dhcp } => {
            let request = aws.writes.delete_dhcp_options().dhcp_options_id(resolved(known, dhcp)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteDhcpOptions"))
        }
    }
}

/// AWS refuses a name without values.
fn configurations(options: &DhcpOptions) -> Vec<NewDhcpConfiguration> {
    let DhcpOptions { domain_name, name_servers, ntp_servers } = options;
    let named = [
        (DOMAIN_NAME, domain_name.iter().cloned().collect::<Vec<_>>()),
        (NAME_SERVERS, name_servers.iter().map(NameServer::to_string).collect()),
        (NTP_SERVERS, ntp_servers.iter().map(IpAddr::to_string).collect()),
    ];
    let given = named.into_iter().filter(|(_, values)| !values.is_empty());
    given.map(|(key, it)| NewDhcpConfiguration::builder().key(key).set_values(Some(it)).build()).collect()
}

/// Asks for the sets that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::DhcpOptions>, CloudError> {
    let pages = aws.reads.describe_dhcp_options().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeDhcpOptions"))
}

/// Returns the id of the set that a VPC has; nothing if it has AWS's own by that name.
pub(crate) fn of_vpc(vpc: &types::Vpc) -> Option<&str> {
    vpc.dhcp_options_id().filter(|it| !it.is_empty() && *it != DEFAULT_DHCP)
}

/// Returns whether a set is the one that AWS gives every VPC in `region` (VPC user guide, "DHCP option sets").
pub(crate) fn is_default(set: &types::DhcpOptions, region: &str) -> bool {
    let of_region = format!("{region}.compute.internal");
    let is_own = |it: &DhcpConfiguration| match it.key() {
        Some(DOMAIN_NAME) => values(it).all(|it| it == "ec2.internal" || it == of_region),
        Some(NAME_SERVERS) => values(it).all(|it| it == AMAZON_DNS),
        _ => false,
    };
    set.dhcp_configurations().iter().all(is_own)
}

fn values(configuration: &DhcpConfiguration) -> impl Iterator<Item = &str> {
    configuration.values().iter().filter_map(|it| it.value())
}

/// Reads one set. What the blueprint has no word for is left out.
pub(crate) fn found(set: &types::DhcpOptions) -> Result<Found, CloudError> {
    let mut options = DhcpOptions::default();
    for it in set.dhcp_configurations() {
        match it.key() {
            Some(DOMAIN_NAME) => {
                options.domain_name =
                    Some(values(it).collect::<Vec<_>>().join(" ")).filter(|it| !it.is_empty());
            }
            Some(NAME_SERVERS) => {
                options.name_servers = values(it).map(name_server).collect::<Result<_, _>>()?;
            }
            Some(NTP_SERVERS) => options.ntp_servers = values(it).map(address).collect::<Result<_, _>>()?,
            _ => {}
        }
    }
    Ok(Found {
        id: given(set.dhcp_options_id(), "DescribeDhcpOptions", "DhcpOptionsId")?.to_owned(),
        state: State::Usable,
        spec: options.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(set.tags()),
    })
}

fn name_server(text: &str) -> Result<NameServer, CloudError> {
    match text {
        AMAZON_DNS => Ok(NameServer::Amazon),
        text => address(text).map(NameServer::Address),
    }
}

fn address(text: &str) -> Result<IpAddr, CloudError> {
    let odd = || format!("AWS answered `DescribeDhcpOptions` with `{text}` where an address belongs");
    text.parse().map_err(|_| CloudError::Unusable(odd()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::AttributeValue;
    use palisade_core::Spec;

    use super::*;

    fn set(configurations: &[(&str, &[&str])]) -> types::DhcpOptions {
        let value = |it: &&str| AttributeValue::builder().value(*it).build();
        let configuration = |(key, values): &(&str, &[&str])| {
            let values = values.iter().map(value).collect();
            DhcpConfiguration::builder().key(*key).set_values(Some(values)).build()
        };
        let configurations = configurations.iter().map(configuration).collect();
        let set = types::DhcpOptions::builder().dhcp_options_id("dopt-1");
        set.set_dhcp_configurations(Some(configurations)).build()
    }

    #[test]
    fn it_reads_back_as_it_was_written() {
        let options = DhcpOptions {
            domain_name: Some("lab.example".to_owned()),
            name_servers: vec![
                NameServer::Address("10.0.0.9".parse().expect("an address")),
                NameServer::Amazon,
            ],
            ntp_servers: vec!["fd00:ec2::123".parse().expect("an address")],
        };
        let written = configurations(&options);
        let written: Vec<(&str, Vec<&str>)> = written
            .iter()
            .map(|it| (it.key().expect("a key"), it.values().iter().map(String::as_str).collect()))
            .collect();
        let read: Vec<(&str, &[&str])> = written.iter().map(|(key, it)| (*key, it.as_slice())).collect();
        let Spec::DhcpOptions(read) = found(&set(&read)).expect("a set").spec else { panic!("a set") };
        assert_eq!(read, options);
        assert_eq!(configurations(&DhcpOptions::default()), []);
    }

    #[test]
    fn the_set_of_aws_is_told_by_what_is_in_it() {
        let of = |domain: &str, more: &[(&str, &[&str])]| {
            let own: [(&str, &[&str]); 2] = [(DOMAIN_NAME, &[domain]), (NAME_SERVERS, &[AMAZON_DNS])];
            is_default(&set(&[own.as_slice(), more].concat()), "eu-west-1")
        };
        assert!(of("eu-west-1.compute.internal", &[]));
        assert!(of("ec2.internal", &[]));
        assert!(!of("lab.example", &[]));
        assert!(!of("ec2.internal", &[(NTP_SERVERS, &["169.254.169.123"])]));
        assert!(!of("ec2.internal", &[(NAME_SERVERS, &["10.0.0.9"])]));
    }

    #[test]
    fn what_is_no_address_is_said() {
        let error = found(&set(&[(NTP_SERVERS, &["noon"])])).expect_err("no address");
        let words = "AWS answered `DescribeDhcpOptions` with `noon` where an address belongs";
        assert_eq!(error.to_string(), words);
    }
}
