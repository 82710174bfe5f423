//! Why a packet is dropped.

/// Why a packet is dropped. Where Reachability Analyzer has a word for it, [`Why::code`] is like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// No group of the sender admits it.
    GroupEgress,
    /// No group of the receiver admits it.
    GroupIngress,
    /// The ACL of a subnet that it leaves.
    AclEgress,
    /// The ACL of a subnet that it enters.
    AclIngress,
    /// No route leads there.
    NoRoute,
    /// The route leads to what is not there, or does not work.
    BlackHole,
    /// The internet gateway needs a public address of the sender.
    NoPublicAddress,
    /// The internet gateway drops addresses that are no public ones.
    PrivateAddress,
    /// The internet knows no address of the receiver.
    NotMapped,
    /// Nobody has this public address.
    NobodysPublicAddress,
    /// Nobody in the VPC has this address.
    NobodyThere,
    /// An interface sends and takes packets of its own addresses only.
    SourceDestCheck,
    /// A NAT gateway takes TCP, UDP and ICMP of IPv4.
    NatProtocol,
    /// A NAT gateway lets nothing in that was not asked for.
    Unsolicited,
    /// A NAT gateway's own subnet routes to a NAT gateway.
    NatCircle,
    /// A gateway endpoint takes TCP and ICMP echoes.
    EndpointProtocol,
    /// A gateway endpoint takes what interfaces of its own VPC send.
    EndpointSource,
    /// No internet gateway hangs on the VPC.
    NotAttached,
    /// The other VPC of a peering does not have this address.
    NotPeered,
    /// A peering carries what its own VPC sends only.
    NotOfPeer,
    /// The peering has not been accepted, or is gone.
    PeeringInactive,
    /// The transit gateway's attachment has no subnet in the sender's zone.
    TransitZone,
    /// The transit gateway's table has no route there.
    TransitNoRoute,
    /// The attachment follows no table of the transit gateway.
    TransitUnassociated,
    /// The reply comes to somebody else, or from another address than the packet went to.
    Asymmetric,
}

impl Why {
    /// Returns the word for it in output for programs.
    pub fn code(self) -> &'static str {
        match self {
            Why::GroupEgress => "SG_EGRESS_DENY",
            Why::GroupIngress => "SG_INGRESS_DENY",
            Why::AclEgress => "NACL_EGRESS_DENY",
            Why::AclIngress => "NACL_INGRESS_DENY",
            Why::NoRoute => "NO_ROUTE",
            Why::BlackHole => "BLACKHOLE",
            Why::NoPublicAddress => "IGW_NO_PUBLIC_IP",
            Why::PrivateAddress => "IGW_PRIVATE_DST",
            Why::NotMapped => "INTERNET_PRIVATE_ADDR",
            Why::NobodysPublicAddress => "INTERNET_UNKNOWN_PUBLIC_IP",
            Why::NobodyThere => "NO_ENI_AT_ADDRESS",
            Why::SourceDestCheck => "ENI_SOURCE_DEST_CHECK",
            Why::NatProtocol => "NAT_PROTOCOL",
            Why::Unsolicited => "NAT_NO_SESSION",
            Why::NatCircle => "NAT_LOOP",
            Why::EndpointProtocol => "VPCE_GW_PROTOCOL",
            Why::EndpointSource => "VPCE_GW_SOURCE",
            Why::NotAttached => "NOT_ATTACHED",
            Why::NotPeered => "PCX_NOT_IN_PEER_CIDR",
            Why::NotOfPeer => "PCX_NOT_TRANSITIVE",
            Why::PeeringInactive => "PCX_NOT_ACTIVE",
            Why::TransitZone => "TGW_AZ",
            Why::TransitNoRoute => "TGW_NO_ROUTE",
            Why::TransitUnassociated => "TGW_UNASSOCIATED",
            Why::Asymmetric => "ASYMMETRIC",
        }
    }
}
