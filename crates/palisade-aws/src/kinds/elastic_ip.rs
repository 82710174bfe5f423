//! Elastic IPs, as EC2 speaks of them.

use aws_sdk_ec2::types::{self, DomainType, Filter, ResourceType};
use palisade_core::kinds::elastic_ip::{Call, ElasticIp};
use palisade_core::live::Found;
use palisade_core::{CloudError, Known, Learned, Part, State};

use crate::answer::{new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Allocate { stamp } => {
            let tags = tags::specification(ResourceType::ElasticIp, stamp);
            let request = aws.writes.allocate_address().domain(DomainType::Vpc).tag_specifications(tags);
            let answer = request.send().await.map_err(writing("ec2:AllocateAddress"))?;
            let address = answer.public_ip.map(|it| (stamp.key.clone(), Part::PublicIp, it));
            let mut learned = new_id(stamp, answer.allocation_id, "AllocateAddress", "AllocationId")?;
            learned.extend(address);
            Ok(learned)
        }
        Call::Release { address } => {
            let request = aws.writes.release_address().allocation_id(resolved(known, address)?);
            request.send().await.map(nothing).map_err(writing("ec2:ReleaseAddress"))
        }
    }
}

/// Asks for the addresses that `filter` lets through. AWS gives them all in one page.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::Address>, CloudError> {
    let answer = aws.reads.describe_addresses().filters(filter).send().await;
    Ok(answer.map_err(reading("ec2:DescribeAddresses"))?.addresses.unwrap_or_default())
}

/// Reads one address; nothing if it is none that can be allocated, or if a service manages it.
pub(crate) fn found(address: &types::Address) -> Option<Found> {
    let is_managed = address.service_managed().is_some_and(|it| !it.as_str().is_empty());
    let id = address.allocation_id().filter(|_| !is_managed)?;
    Some(Found {
        id: id.to_owned(),
        state: State::Usable,
        spec: ElasticIp {}.into(),
        parts: address.public_ip().map(|it| (Part::PublicIp, it.to_owned())).into_iter().collect(),
        tags: tags::from_sdk(address.tags()),
    })
}
