//! `palisade trace`.

use core::net::IpAddr;
use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::prefix_list::Family;
use palisade_core::{Key, Kind as ObjectKind, Observed};
use palisade_describe::Ends;
use palisade_render::{About, ProofView, json, proof};
use palisade_verify::{Groups, ICMP, ICMPV6, Origin, Packet, Question, TCP, UDP, World};

use super::{BlueprintArg, Format, describe};
use crate::cloud::Access;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::proof::Basis;
use crate::session::{Assumed, Blueprint, Context};
use crate::shell::Shell;

/// Follows one packet through the network that the blueprint asks for, and its reply, without an account
///
/// With `--live`, through the network that is there, which is read from the account.
///
/// Each hop is shown with what decides about the packet there: the security group's rule, the ACL's entry, the route, and
/// the line of the blueprint that it comes from. Groups remember connections, so that a reply passes them; ACLs do not.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade trace --from tier:training --to 52.216.0.1 --port 443
  palisade trace --from tier:app --to tier:data --port 5432 --groups app --to-groups database
  palisade trace --from internet --to tier:public --port 443
  palisade trace --from tier:training --to endpoint:sts --port 443 --groups training
  palisade trace --from tier:app --to internet --protocol icmp
  palisade trace --describe accounts/ --from i-0a1b --to 10.10.1.44 --port 5432")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Who sends it: `tier:NAME`, `tier:NAME@ZONE`, `internet`, `outside:NAME` or an address
    #[arg(long, value_name = "END")]
    from: String,
    /// Who shall get it: as `--from`, or `endpoint:NAME`
    #[arg(long, value_name = "END")]
    to: String,
    /// Its destination port, of tcp and udp
    #[arg(long)]
    port: Option<u16>,
    /// `tcp`, `udp`, `icmp` (an echo), `icmpv6` or a number
    #[arg(long, default_value = "tcp")]
    protocol: String,
    /// The port that the client opens the connection from
    #[arg(long, value_name = "PORT", default_value_t = 49152)]
    source_port: u16,
    /// A security group that the sender carries; may be repeated. Without it, any groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    groups: Vec<String>,
    /// A security group that the receiver carries; may be repeated. Without it, any groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    to_groups: Vec<String>,
    /// Follow it through the network that is there
    #[arg(long)]
    live: bool,
    /// Follow it through the accounts that JSON files below a folder describe, with no blueprint and no credentials
    ///
    /// The files are what `aws ec2 describe-*` prints, of any number of accounts and regions, each in a folder of its own.
    /// The ends are AWS ids (`i-…`, `eni-…`, `subnet-…`, `vpce-…`), addresses or `internet`, and what an interface carries
    /// is described. What is not described and would decide makes the verdict undetermined.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["live", "blueprint", "sets", "groups", "to_groups"])]
    describe: Option<PathBuf>,
    /// How to print the way
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        if let Some(folder) = &self.describe {
            let (protocol, from_port, to_port) = self.details()?;
            let ends = Ends { from: &self.from, to: &self.to, protocol, from_port, to_port };
            return describe::trace(folder, ends, self.format, shell);
        }
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        if !self.live {
            let Assumed { want, facts, live } = blueprint.assume(shell)?;
            let basis = Basis::of(&blueprint, (&facts, &live), &want);
            let world = World::wanted(&want, &live, &basis.terms);
            return self.tell(&basis.view(&blueprint, About::Wanted, &world, &[]), shell);
        }
        let account = blueprint.observe(context, Access::Read).await?;
        account.check_unique()?;
        let want = blueprint.resolve(&account, shell)?;
        let Observed { facts, live, .. } = &account.observed;
        let basis = Basis::of(&blueprint, (facts, live), &want);
        let world = World::live(live, &basis.terms);
        self.tell(&basis.view(&blueprint, About::Live, &world, &[]), shell)
    }

    fn tell(&self, view: &ProofView<'_>, shell: &Shell) -> Result<ExitCode, CommandError> {
        let trace = view.world.trace(&self.question(view.world)?);
        shell.result(&match self.format {
            Format::Human => proof::trace::human(view, &trace, shell.out()),
            Format::Json => json::trace(view, &trace),
        })?;
        Ok(ExitCode::Done)
    }

    fn question(&self, world: &World<'_>) -> Result<Question, CommandError> {
        let is_ipv6 = |text: &str| text.parse::<IpAddr>().is_ok_and(|it| it.is_ipv6());
        let family = match is_ipv6(&self.from) || is_ipv6(&self.to) || self.protocol == "icmpv6" {
            true => Family::Ipv6,
            false => Family::Ipv4,
        };
        let from = end(world, &self.from, family)?;
        let to = end(world, &self.to, family)?;
        let (source, destination) = (from.address, to.address);
        if source.is_ipv6() != destination.is_ipv6() {
            let message = format!("`{}` and `{}` have no address family in common", self.from, self.to);
            return Err(CommandError::new(Kind::Usage, message));
        }
        let (protocol, from_port, to_port) = self.details()?;
        Ok(Question {
            packet: Packet { source, destination, protocol, from: from_port, to: to_port },
            origin: from.origin,
            sender: groups(world, &self.groups)?.or(from.groups).unwrap_or_else(Groups::any),
            receiver: groups(world, &self.to_groups)?.or(to.groups).unwrap_or_else(Groups::any),
        })
    }

    /// The protocol, and its two ports or the type and code of an echo.
    fn details(&self) -> Result<(u8, u16, u16), CommandError> {
        let protocol = match self.protocol.as_str() {
            "tcp" => TCP,
            "udp" => UDP,
            "icmp" => ICMP,
            "icmpv6" => ICMPV6,
            other => other.parse().map_err(|_| {
                CommandError::new(Kind::Usage, format!("`{other}` is no protocol"))
                    .hint("write `tcp`, `udp`, `icmp`, `icmpv6` or a number of 0 to 255")
            })?,
        };
        match (protocol, self.port) {
            (TCP | UDP, Some(port)) => Ok((protocol, self.source_port, port)),
            (TCP | UDP, None) => {
                let error = CommandError::new(Kind::Usage, "tcp and udp need `--port`");
                Err(error.hint("add `--port 443`, or ask for another `--protocol`"))
            }
            (ICMP, _) => Ok((protocol, 8, 0)),
            (ICMPV6, _) => Ok((protocol, 128, 0)),
            _ => Ok((protocol, 0, 0)),
        }
    }
}

/// One end of a packet.
struct End {
    address: IpAddr,
    origin: Origin,
    groups: Option<Groups>,
}

fn end(world: &World<'_>, words: &str, family: Family) -> Result<End, CommandError> {
    let interface = |address: IpAddr| End { address, origin: Origin::Interface, groups: None };
    let of_subnet = |key: &Key| world.an_address(key, family).map(interface);
    let found = match words.split_once(':').filter(|_| words.parse::<IpAddr>().is_err()) {
        None if words == "internet" => {
            let address = world.an_address_of_internet(family);
            Some(End { address, origin: Origin::Internet, groups: None })
        }
        None => {
            words.parse().ok().map(|address| End { address, origin: origin(world, address), groups: None })
        }
        Some(("tier", name)) => {
            let (tier, _) = name.split_once('@').unwrap_or((name, ""));
            let subnets = world.terms.tiers.get(tier).into_iter().flatten();
            let mut subnets = subnets.filter(|it| tier == name || it.name == name);
            subnets.next().and_then(of_subnet)
        }
        Some(("outside", name)) => {
            let cidrs = world.terms.outsides.get(name).into_iter().flat_map(|it| &it.cidrs);
            let mut of_family = cidrs.filter(|it| it.network().is_ipv6() == (family == Family::Ipv6));
            let address = of_family.next().map(|it| it.hosts().next().unwrap_or_else(|| it.network()));
            address.map(|address| End { address, origin: Origin::Outside(name.to_owned()), groups: None })
        }
        Some(("endpoint", name)) => of_endpoint(world, name, family),
        Some(_) => None,
    };
    found.ok_or_else(|| {
        CommandError::new(Kind::Usage, format!("`{words}` is no end of a packet in this network")).hint(
            "write `tier:NAME`, `tier:NAME@ZONE`, `internet`, `outside:NAME`, `endpoint:NAME` or an address",
        )
    })
}

/// An endpoint's first interface, or the first address that a gateway's service has.
fn of_endpoint(world: &World<'_>, name: &str, family: Family) -> Option<End> {
    let endpoint = world.get::<Endpoint>(&Key::new(ObjectKind::Endpoint, name))?;
    match &endpoint.reach {
        Reach::Interface { subnets, security_groups, .. } => {
            let address = world.an_address(subnets.first()?, family)?;
            let groups = Some(Groups::Exactly(security_groups.clone()));
            Some(End { address, origin: Origin::Interface, groups })
        }
        Reach::Gateway { .. } => {
            let list = world.list_of_service(&endpoint.service)?;
            let address = list.first()?.hosts().next()?;
            Some(End { address, origin: Origin::Internet, groups: None })
        }
    }
}

/// Who has an address.
fn origin(world: &World<'_>, address: IpAddr) -> Origin {
    if world.is_local(address) {
        return Origin::Interface;
    }
    let outside = world.terms.outsides.iter().find(|(_, it)| it.cidrs.iter().any(|it| it.contains(&address)));
    outside.map_or(Origin::Internet, |(name, _)| Origin::Outside(name.clone()))
}

/// The groups of that name, all of them and no other.
fn groups(world: &World<'_>, names: &[String]) -> Result<Option<Groups>, CommandError> {
    use palisade_core::kinds::security_group::SecurityGroup;
    let mut groups = BTreeSet::new();
    for name in names {
        let key = Key::new(ObjectKind::SecurityGroup, name.strip_prefix("group:").unwrap_or(name));
        if world.get::<SecurityGroup>(&key).is_none() && !key.is_existing() {
            let known: Vec<String> =
                world.of_kind::<SecurityGroup>().map(|(key, _)| format!("`{}`", key.name)).collect();
            let error = CommandError::new(Kind::Usage, format!("there is no security group `{name}`"));
            return Err(error.hint(format!("known are {}", known.join(", "))));
        }
        groups.insert(key);
    }
    Ok((!names.is_empty()).then_some(Groups::Exactly(groups)))
}
