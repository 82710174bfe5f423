//! Blocks of addresses that are associated with a VPC or a subnet: AWS takes a moment to do it, and keeps what was
//! taken away in sight for a while.

use aws_sdk_ec2::types::{
    SubnetIpv6CidrBlockAssociation, VpcCidrBlockAssociation, VpcCidrBlockState, VpcIpv6CidrBlockAssociation,
};
use palisade_core::cloud::Reason;
use palisade_core::{CloudError, Refused};

/// An association with a block, whichever of AWS's three shapes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Association<'a> {
    /// Its own id.
    pub(crate) id: &'a str,
    /// The block, as AWS writes it.
    pub(crate) block: &'a str,
    state: &'a str,
    message: Option<&'a str>,
}

impl<'a> Association<'a> {
    /// Reads a VPC's association with an IPv4 block.
    pub(crate) fn of_vpc(it: &'a VpcCidrBlockAssociation) -> Option<Association<'a>> {
        Association::read(it.association_id(), it.cidr_block(), of_vpc(it.cidr_block_state()))
    }

    /// Reads a VPC's association with an IPv6 block.
    pub(crate) fn ipv6_of_vpc(it: &'a VpcIpv6CidrBlockAssociation) -> Option<Association<'a>> {
        Association::read(it.association_id(), it.ipv6_cidr_block(), of_vpc(it.ipv6_cidr_block_state()))
    }

    /// Reads a subnet's association with an IPv6 block.
    pub(crate) fn ipv6_of_subnet(it: &'a SubnetIpv6CidrBlockAssociation) -> Option<Association<'a>> {
        let state = it.ipv6_cidr_block_state();
        let state =
            (state.and_then(|it| it.state()).map(|it| it.as_str()), state.and_then(|it| it.status_message()));
        Association::read(it.association_id(), it.ipv6_cidr_block(), state)
    }

    fn read(
        id: Option<&'a str>,
        block: Option<&'a str>,
        (state, message): State<'a>,
    ) -> Option<Association<'a>> {
        Some(Association { id: id?, block: block?, state: state.unwrap_or(ASSOCIATED), message })
    }

    /// Returns whether AWS is still at it.
    pub(crate) fn is_on_its_way(&self) -> bool {
        self.state == ASSOCIATING
    }

    /// Returns whether the block is there, or will be in a moment.
    pub(crate) fn counts(&self) -> bool {
        matches!(self.state, ASSOCIATED | ASSOCIATING)
    }
}

/// A state and what AWS says about it.
type State<'a> = (Option<&'a str>, Option<&'a str>);

fn of_vpc(state: Option<&VpcCidrBlockState>) -> State<'_> {
    (state.and_then(|it| it.state()).map(|it| it.as_str()), state.and_then(|it| it.status_message()))
}

const ASSOCIATED: &str = "associated";
const ASSOCIATING: &str = "associating";

/// Returns the association that is complete, out of all that `owner` has or had with the block that is waited for.
pub(crate) fn complete<'a>(
    owner: &str,
    associations: impl Iterator<Item = Association<'a>>,
) -> Result<Association<'a>, CloudError> {
    let associations: Vec<Association<'a>> = associations.collect();
    let in_state = |state: &str| associations.iter().find(|it| it.state == state);
    if let Some(complete) = in_state(ASSOCIATED) {
        return Ok(*complete);
    }
    // What failed earlier says nothing while another attempt is under way.
    let failed = in_state("failed").or_else(|| in_state("failing"));
    match failed.filter(|_| in_state(ASSOCIATING).is_none()) {
        Some(Association { block, state, message, .. }) => {
            let why = message.filter(|it| !it.is_empty()).unwrap_or("AWS does not say why");
            Err(CloudError::Refused(Refused::new(Reason::Invalid, format!("{block} is {state}: {why}"))))
        }
        None => Err(CloudError::Transient(format!("the block of `{owner}` is not associated yet"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(states: &[&str]) -> Result<(), String> {
        let message = Some("no room");
        let association = |state| Association { id: "a-1", block: "100.64.0.0/16", state, message };
        let associations = states.iter().map(|it| association(*it));
        complete("vpc-1", associations).map(|it| assert_eq!(it.id, "a-1")).map_err(|it| format!("{it:?}"))
    }

    #[test]
    fn what_is_over_does_not_hide_what_is_new() {
        assert_eq!(look(&["disassociated", "failed", "associated"]), Ok(()));
        let not_yet = Err(r#"Transient("the block of `vpc-1` is not associated yet")"#.to_owned());
        assert_eq!(look(&["failed", "associating"]), not_yet);
        assert_eq!(look(&["disassociated"]), not_yet);
        assert_eq!(look(&[]), not_yet);
    }

    #[test]
    fn a_failure_is_told_in_the_words_of_aws() {
        let failed = |state: &str| look(&[state]).expect_err("it failed");
        let words = r#"Refused(Refused { reason: Invalid, message: "100.64.0.0/16 is failed: no room" })"#;
        assert_eq!(failed("failed"), words);
        assert_eq!(failed("failing"), words.replace("failed", "failing"));
    }
}
