//! `EC2.15`: subnets that give out public addresses.

use palisade_core::kinds::route_table::Target;

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.15",
    also: &[],
    title: "No subnet gives public addresses by itself",
    weight: Weight::Medium,
    checks: "no subnet has `MapPublicIpOnLaunch`, and none gives IPv6 addresses by itself that an internet gateway lets the internet reach",
    mend: "leave `assign-ipv6` out of a tier with `route = \"internet\"`, and give addresses to what needs one",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let given = case.subnets().into_iter().filter_map(|(key, subnet)| {
        let (out, _) = case.routed(subnet, &|it| matches!(it, Target::InternetGateway(_)));
        let leads_out_ipv6 = 0 < out.n_addresses(crate::set::Address::Destination, true);
        let message = match (subnet.public_ip_on_launch, subnet.assign_ipv6 && leads_out_ipv6) {
            (true, true) => "its interfaces get public addresses of both families by themselves",
            (true, false) => "its interfaces get public addresses by themselves",
            (false, true) => "its interfaces get IPv6 addresses by themselves, which the internet can reach",
            (false, false) => return None,
        };
        Some(Finding::new(rule, key, message))
    });
    given.collect()
}
