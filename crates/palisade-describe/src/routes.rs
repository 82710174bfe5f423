//! Which route of a VPC's table a packet takes.

use core::net::IpAddr;

use crate::account::Account;
use crate::addresses::is_public;
use crate::filters::not_listed;
use crate::topics::network::Subnet;
use crate::topics::routes::{Route, RouteTable};

/// Where a table sends a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// What the route is for, as it is written: a block, or a prefix list.
    pub(crate) to: String,
    pub(crate) target: Target,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Somewhere in the VPC.
    Local,
    /// To what has this id.
    By(String),
    /// To what is not there any more. The route decides all the same (VPC user guide, "Route table concepts").
    Gone(String),
}

/// A route that matches, best first: the longest prefix; of those written out ones before those of lists before
/// propagated ones (VPC user guide, "Route priority").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    bits_left: u8,
    kind: u8,
}

impl Account {
    /// Returns where the packets of a subnet go; nothing if no route leads there.
    pub(crate) fn way(&self, subnet: &Subnet, to: IpAddr) -> Result<Option<(&RouteTable, Way)>, String> {
        let table = self.table_of(subnet)?;
        Ok(self.way_by(table, to)?.map(|it| (table, it)))
    }

    /// Returns where a table leads, or what one would have to know.
    pub(crate) fn way_by(&self, table: &RouteTable, to: IpAddr) -> Result<Option<Way>, String> {
        let mut ways: Vec<(Rank, Way)> = Vec::new();
        let mut unlisted = None;
        let bits = if to.is_ipv6() { 128 } else { 32 };
        for route in &table.routes {
            let kind = if route.is_propagated() { 2 } else { 0 };
            if let Some(block) = route.block().filter(|it| it.contains(&to)) {
                let rank = Rank { bits_left: bits - block.prefix_len(), kind };
                ways.push((rank, way(table, route, block.to_string())?));
            }
            let Some(id) = &route.destination_prefix_list_id else { continue };
            let Some(list) = self.list(id) else {
                // AWS's own services have public addresses.
                if is_public(to) || !route.target().is_some_and(|it| it.starts_with("vpce-")) {
                    unlisted = Some(not_listed(id));
                }
                continue;
            };
            for block in list.iter().filter(|it| it.contains(&to)) {
                let rank = Rank { bits_left: bits - block.prefix_len(), kind: 1 };
                ways.push((rank, way(table, route, format!("{id} ({block})"))?));
            }
        }
        for block in self.blocks(&table.vpc_id) {
            // Its own route is there, listed or not, unless another target has been put into it.
            if block.contains(&to) && !table.routes.iter().any(|it| it.block() == Some(block)) {
                let rank = Rank { bits_left: bits - block.prefix_len(), kind: 0 };
                ways.push((rank, Way { to: block.to_string(), target: Target::Local }));
            }
        }
        ways.sort_by(|(a, _), (b, _)| a.cmp(b));
        let is_local = ways.first().is_some_and(|(_, it)| it.target == Target::Local);
        if let Some(doubt) = unlisted.filter(|_| !is_local) {
            return Err(doubt);
        }
        if let [(rank, way), (other_rank, other), ..] = &ways[..]
            && rank == other_rank
            && way.target != other.target
        {
            // Of two lists AWS picks one, and does not say which (VPC user guide, "Route priority").
            return Err(format!(
                "`{}` has two routes alike, to {} and to {}",
                table.route_table_id, way.to, other.to
            ));
        }
        Ok(ways.into_iter().next().map(|(_, it)| it))
    }
}

fn way(table: &RouteTable, route: &Route, to: String) -> Result<Way, String> {
    let Some(target) = route.target() else {
        return Err(format!("where the route of `{}` to {to} leads is not described", table.route_table_id));
    };
    let target = match target {
        "local" => Target::Local,
        id if route.is_blackhole() => Target::Gone(id.to_owned()),
        id => Target::By(id.to_owned()),
    };
    Ok(Way { to, target })
}
