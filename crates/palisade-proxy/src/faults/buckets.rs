//! The limits of EC2's API, as AWS documents them: a bucket of tokens for each operation of an account and region
//! (*Amazon EC2 Developer Guide*, "Request throttling for the Amazon EC2 API").

use std::collections::BTreeMap;
use std::time::Instant;

use super::asked::Asked;

/// The buckets, which are full at first.
#[derive(Debug)]
pub(super) struct Buckets {
    left: BTreeMap<String, (f64, Instant)>,
}

/// How many tokens a bucket holds, and how many it gets in a second.
type Limit = (f64, f64);

const READING: Limit = (100.0, 20.0);
const READING_ALL: Limit = (50.0, 10.0);
const CHANGING: Limit = (50.0, 5.0);

const LIMITS: &[(&str, Limit)] = &[
    ("AcceptVpcEndpointConnections", (10.0, 1.0)),
    ("AssociateNatGatewayAddress", (10.0, 1.0)),
    ("CreateNatGateway", (10.0, 1.0)),
    ("CreateTags", (100.0, 10.0)),
    ("CreateVpcEndpoint", (4.0, 0.3)),
    ("DeleteNatGateway", (10.0, 1.0)),
    ("DeleteNetworkInterface", (100.0, 5.0)),
    ("DeleteTags", (100.0, 10.0)),
    ("DeleteVpcEndpoints", (4.0, 0.3)),
    ("DisassociateNatGatewayAddress", (10.0, 1.0)),
    ("ModifyVpcEndpoint", (4.0, 0.3)),
];

/// What has a smaller bucket if it asks for everything at once.
const LARGE: &[&str] = &["DescribeNetworkInterfaces", "DescribeSecurityGroups"];

impl Buckets {
    pub(super) fn full() -> Buckets {
        Buckets { left: BTreeMap::new() }
    }

    /// Takes a token for a request; tells whether there was one.
    pub(super) fn take(&mut self, asked: &Asked) -> bool {
        self.take_at(asked, Instant::now())
    }

    fn take_at(&mut self, asked: &Asked, now: Instant) -> bool {
        if asked.service != "ec2" {
            return true;
        }
        let (burst, per_second) = limit(asked);
        let (left, since) = self.left.entry(asked.operation.clone()).or_insert((burst, now));
        *left = burst.min(*left + per_second * now.duration_since(*since).as_secs_f64());
        *since = now;
        let is_there = 1.0 <= *left;
        if is_there {
            *left -= 1.0;
        }
        is_there
    }
}

fn limit(asked: &Asked) -> Limit {
    let own = LIMITS.iter().find(|(it, _)| *it == asked.operation).map(|(_, limit)| *limit);
    own.unwrap_or(match asked.changes() {
        true => CHANGING,
        false if LARGE.contains(&asked.operation.as_str()) && !asked.is_narrow => READING_ALL,
        false => READING,
    })
}
