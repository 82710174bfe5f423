//! Where the emulator may be otherwise than the cloud in memory, and why.

use super::compare::Difference;

/// A difference that is known.
pub(crate) struct Allowed {
    /// As [`Difference::what`] has it.
    pub(crate) what: &'static str,
    /// What the request, or the key, has in it.
    pub(crate) of: &'static str,
    /// Whether the emulator would be left in another world.
    pub(crate) is_apart: bool,
    /// The row of the table of quirks; it names the document of AWS.
    pub(crate) row: &'static str,
    /// Why it is no fault of the cloud in memory.
    pub(crate) reason: &'static str,
}

impl Allowed {
    /// Returns whether this is about `difference`.
    pub(crate) fn covers(&self, difference: &Difference) -> bool {
        self.what == difference.what && difference.of.contains(self.of)
    }
}

/// What is refused as it must be, but leaves something behind: what, and the row of the table of quirks.
pub(crate) const LITTER: &[(&str, &str)] = &[("CreateNatGateway again: Exists", "nat-refused-interface")];

/// Returns whether a request that must be refused would leave another world behind.
pub(crate) fn is_apart(what: &str, request: &str) -> bool {
    let is_that = |it: &&Allowed| it.what.split(", not ").next() == Some(what) && request.contains(it.of);
    LITTER.iter().any(|(it, _)| *it == what) || ALLOWED.iter().filter(|it| it.is_apart).any(|it| is_that(&it))
}

/// All of them.
pub(crate) const ALLOWED: &[Allowed] = &[
    Allowed {
        what: "AssociateRouteTable again: Exists, not Done",
        of: "",
        is_apart: false,
        row: "associate-twice",
        reason: "the emulator repeats its answer; AWS refuses",
    },
    Allowed {
        what: "CreateRoute again: Exists, not Done",
        of: "::/0",
        is_apart: false,
        row: "ipv6-route-overwrites",
        reason: "the emulator replaces the route by itself; AWS refuses, as for IPv4",
    },
    Allowed {
        what: "CreateEgressOnlyInternetGateway again: Clash, not Done",
        of: "",
        is_apart: true,
        row: "second-eigw",
        reason: "the emulator makes a second one; AWS has one per VPC",
    },
    Allowed {
        what: "CreateVpcEndpoint again: Clash, not Done",
        of: "private-dns=true",
        is_apart: true,
        row: "same-service-twice",
        reason: "the emulator gives a name to two endpoints; AWS to one",
    },
    Allowed {
        what: "AssociateVpcCidrBlock again: Exists, not Invalid",
        of: "IPv6",
        is_apart: false,
        row: "one-ipv6",
        reason: "AWS would give a second block, which palisade never asks for: neither does, in words of its own",
    },
    Allowed {
        what: "DisassociateSubnetCidrBlock again: NotFound, not Done",
        of: "",
        is_apart: false,
        row: "subnet-disassociated-again",
        reason: "the emulator takes a block away that is gone",
    },
    Allowed {
        what: "DeleteEgressOnlyInternetGateway early: InUse, not Done",
        of: "",
        is_apart: true,
        row: "eigw-blackhole",
        reason: "AWS leaves a black hole, which the cloud in memory refuses on purpose: no plan may rely on it",
    },
    Allowed {
        what: "DeleteNatGateway early: InUse, not Done",
        of: "",
        is_apart: true,
        row: "no-blackhole",
        reason: "AWS leaves a black hole, which the cloud in memory refuses on purpose: no plan may rely on it",
    },
    Allowed {
        what: "prefix-list.parts.name",
        of: "",
        is_apart: false,
        row: "list-name-lost",
        reason: "the emulator forgets the name when the entries change",
    },
];
