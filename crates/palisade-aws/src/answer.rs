//! Taking answers apart, and handles together: the small steps that every kind takes.

use std::borrow::Cow;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use palisade_core::block::BlockHandle;
use palisade_core::cloud::Reason;
use palisade_core::{CloudError, Handle, Known, Learned, Part, Refused, Stamp};

/// Returns what AWS must have said in its answer to `operation`.
pub(crate) fn given<T>(value: Option<T>, operation: &str, field: &str) -> Result<T, CloudError> {
    value.ok_or_else(|| CloudError::Unusable(format!("AWS answered `{operation}` without `{field}`")))
}

/// Returns the identifier behind `handle`; the plan orders requests so that it is known by now.
pub(crate) fn resolved<'a>(known: &'a Known, handle: &'a Handle) -> Result<Cow<'a, str>, CloudError> {
    let unknown = || CloudError::Unusable(format!("`{handle}` is not known yet: this is a bug in palisade"));
    known.resolve(handle).ok_or_else(unknown)
}

/// Returns the identifiers behind `handles`.
pub(crate) fn all_resolved(known: &Known, handles: &[Handle]) -> Result<Vec<String>, CloudError> {
    handles.iter().map(|it| resolved(known, it).map(Cow::into_owned)).collect()
}

/// Returns the addresses that a request means by `block`.
pub(crate) fn addresses(known: &Known, block: &BlockHandle) -> Result<IpNet, CloudError> {
    match block {
        BlockHandle::Cidr(block) => Ok(*block),
        BlockHandle::Ipv6(handle) => {
            let text = resolved(known, handle)?;
            text.parse()
                .map_err(|_| CloudError::Unusable(format!("`{handle}` is `{text}`, which is no block")))
        }
    }
}

/// Returns the two parameters of which AWS takes one: for an IPv4 and for an IPv6 block.
pub(crate) fn by_family(block: IpNet) -> (Option<String>, Option<String>) {
    match block {
        IpNet::V4(block) => (Some(block.to_string()), None),
        IpNet::V6(block) => (None, Some(block.to_string())),
    }
}

/// Returns what the answer to a create request teaches. One without an id leaves open what was made.
pub(crate) fn new_id(
    stamp: &Stamp,
    id: Option<String>,
    operation: &str,
    field: &str,
) -> Result<Learned, CloudError> {
    let unclear = || CloudError::Lost(format!("AWS answered `{operation}` without `{field}`"));
    Ok(vec![(stamp.key.clone(), Part::Id, id.ok_or_else(unclear)?)])
}

/// Returns what an answer teaches that only says yes.
pub(crate) fn nothing<T>(_answer: T) -> Learned {
    Learned::new()
}

/// Returns the one thing that was looked at by its id; what does not exist, or cannot be seen yet, is none.
pub(crate) fn if_there<T>(seen: Result<Option<Vec<T>>, CloudError>) -> Result<Option<T>, CloudError> {
    match seen {
        Ok(seen) => Ok(seen.unwrap_or_default().into_iter().next()),
        Err(CloudError::Refused(Refused { reason: Reason::NotFound, .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a block of either family. AWS keeps the host bits of some old objects.
pub(crate) fn cidr(text: &str, operation: &str) -> Result<IpNet, CloudError> {
    let block = text.parse::<IpNet>().map(|it| it.trunc());
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    block.or_else(|_| address()).map_err(|_| not_a_block(text, operation))
}

/// Reads an IPv4 block.
pub(crate) fn ipv4_cidr(text: &str, operation: &str) -> Result<Ipv4Net, CloudError> {
    match cidr(text, operation)? {
        IpNet::V4(block) => Ok(block),
        IpNet::V6(_) => Err(not_a_block(text, operation)),
    }
}

/// Reads an IPv6 block.
pub(crate) fn ipv6_cidr(text: &str, operation: &str) -> Result<Ipv6Net, CloudError> {
    match cidr(text, operation)? {
        IpNet::V6(block) => Ok(block),
        IpNet::V4(_) => Err(not_a_block(text, operation)),
    }
}

/// Returns a count as AWS takes it.
pub(crate) fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn not_a_block(text: &str, operation: &str) -> CloudError {
    CloudError::Unusable(format!("AWS answered `{operation}` with `{text}` where a CIDR block belongs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_loses_its_host_bits() {
        let text = |it| cidr(it, "DescribeX").expect("a block").to_string();
        assert_eq!(text("10.0.1.7/16"), "10.0.0.0/16");
        assert_eq!(text("10.0.0.1"), "10.0.0.1/32");
        assert_eq!(text("0:0:0:0:0:0:0:0/0"), "::/0");
        assert_eq!(text("2001:DB8::1/32"), "2001:db8::/32");
    }

    #[test]
    fn what_is_no_block_is_said() {
        let error = ipv4_cidr("::/0", "DescribeSubnets").expect_err("IPv6");
        assert_eq!(
            error.to_string(),
            "AWS answered `DescribeSubnets` with `::/0` where a CIDR block belongs"
        );
    }
}
