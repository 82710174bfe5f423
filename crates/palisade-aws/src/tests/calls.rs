//! What each kind sends, and what its answers teach.

use palisade_core::cloud::Reason;
use palisade_core::kinds::endpoint::{self, ReachHandles};
use palisade_core::kinds::network_acl::{self, Action, Entry};
use palisade_core::kinds::route_table::{self, Hop};
use palisade_core::kinds::security_group::{self, PeerHandle, Permission};
use palisade_core::kinds::{nat_gateway, subnet, tagging};
use palisade_core::traffic::{Direction, Icmp, Ports, Traffic};
use palisade_core::{Call, CloudError, Key, Learned, Part};

use super::wire::{Say, Server, id, refused, stamp};

/// The hash of the standard library may change with its version.
fn without_token(request: &str) -> String {
    let is_token = |it: &&str| it.starts_with("ClientToken=palisade-");
    request
        .lines()
        .map(|it| if is_token(&it) { "ClientToken=TOKEN" } else { it })
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_nat_gateway_is_made_once_whatever_is_repeated() {
    let server = Server::that_says([
        Say::HangUp,
        Say::ok("CreateNatGateway", "<natGateway><natGatewayId>nat-1</natGatewayId></natGateway>"),
    ]);
    let (subnet, address) = (id("subnet-1"), id("eipalloc-1"));
    let create = nat_gateway::Call::Create { stamp: stamp("nat.public@a"), subnet, address, gateway: None };
    let create = Call::NatGateway(create);
    assert!(matches!(server.call(create.clone()).await, Err(CloudError::Lost(_))));
    assert!(server.call(create).await.is_ok());
    let requests = server.requests();
    assert_eq!(requests[0], requests[1]);
    insta::assert_snapshot!(without_token(&requests[0]), @r"
    Action=CreateNatGateway
    AllocationId=eipalloc-1
    ClientToken=TOKEN
    SubnetId=subnet-1
    TagSpecification.1.ResourceType=natgateway
    TagSpecification.1.Tag.1.Key=Name
    TagSpecification.1.Tag.1.Value=lab/nat.public@a
    TagSpecification.1.Tag.2.Key=palisade:blueprint
    TagSpecification.1.Tag.2.Value=lab
    TagSpecification.1.Tag.3.Key=palisade:generation
    TagSpecification.1.Tag.3.Value=1
    TagSpecification.1.Tag.4.Key=palisade:key
    TagSpecification.1.Tag.4.Value=nat.public@a
    ConnectivityType=public
    ");
}

#[tokio::test]
async fn an_interface_endpoint_says_everything() {
    let answer = "<vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId></vpcEndpoint>";
    let server = Server::that_says([Say::ok("CreateVpcEndpoint", answer)]);
    let (subnets, security_groups) = (vec![id("subnet-1"), id("subnet-2")], vec![id("sg-1")]);
    let create = endpoint::Call::Create {
        stamp: stamp("endpoint.sts"),
        vpc: id("vpc-1"),
        service: "com.amazonaws.eu-west-1.sts".to_owned(),
        policy: None,
        reach: ReachHandles::Interface { subnets, security_groups, private_dns: true },
    };
    assert!(server.call(Call::Endpoint(create)).await.is_ok());
    insta::assert_snapshot!(without_token(&server.requests()[0]), @r"
    Action=CreateVpcEndpoint
    VpcEndpointType=Interface
    VpcId=vpc-1
    ServiceName=com.amazonaws.eu-west-1.sts
    SubnetId.1=subnet-1
    SubnetId.2=subnet-2
    SecurityGroupId.1=sg-1
    ClientToken=TOKEN
    PrivateDnsEnabled=true
    TagSpecification.1.ResourceType=vpc-endpoint
    TagSpecification.1.Tag.1.Key=Name
    TagSpecification.1.Tag.1.Value=lab/endpoint.sts
    TagSpecification.1.Tag.2.Key=palisade:blueprint
    TagSpecification.1.Tag.2.Value=lab
    TagSpecification.1.Tag.3.Key=palisade:generation
    TagSpecification.1.Tag.3.Value=1
    TagSpecification.1.Tag.4.Key=palisade:key
    TagSpecification.1.Tag.4.Value=endpoint.sts
    ");
}

#[tokio::test]
async fn a_failure_inside_a_good_answer_is_a_failure() {
    let error = "<error><code>InvalidVpcEndpoint.NotFound</code><message>gone</message></error>";
    let item = format!("<unsuccessful><item><resourceId>vpce-1</resourceId>{error}</item></unsuccessful>");
    let server = Server::that_says([Say::ok("DeleteVpcEndpoints", &item)]);
    let outcome = server.call(Call::Endpoint(endpoint::Call::Delete { endpoint: id("vpce-1") })).await;
    assert_eq!(outcome, Err(refused(Reason::NotFound, "InvalidVpcEndpoint.NotFound: gone")));
}

#[tokio::test]
async fn what_is_not_there_is_deleted_but_not_available() {
    let not_found = || Say::error(400, "InvalidVpcEndpointId.NotFound", "no vpce-1");
    let server = Server::that_says([not_found(), not_found()]);
    let endpoint = id("vpce-1");
    let deleted = endpoint::Call::AwaitDeleted { endpoint: endpoint.clone() };
    assert_eq!(server.call(Call::Endpoint(deleted)).await, Ok(Learned::new()));
    let available = server.call(Call::Endpoint(endpoint::Call::AwaitAvailable { endpoint })).await;
    assert_eq!(available, Err(CloudError::Transient("`vpce-1` is not to be seen yet".to_owned())));
}

#[tokio::test]
async fn states_are_compared_without_regard_to_case() {
    let endpoint = |state: &str, rest: &str| {
        let item = format!("<vpcEndpointId>vpce-1</vpcEndpointId><state>{state}</state>{rest}");
        Say::ok("DescribeVpcEndpoints", &format!("<vpcEndpointSet><item>{item}</item></vpcEndpointSet>"))
    };
    let error = "<lastError><code>X</code><message>why</message></lastError>";
    let server = Server::that_says([
        endpoint("available", ""),
        endpoint("Available", ""),
        endpoint("pending", ""),
        endpoint("pendingAcceptance", ""),
        endpoint("failed", error),
    ]);
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        let look = endpoint::Call::AwaitAvailable { endpoint: id("vpce-1") };
        outcomes.push(server.call(Call::Endpoint(look)).await.map_err(|it| it.to_string()));
    }
    let waits = "`vpce-1` waits until the owner of its service accepts it".to_owned();
    let (pending, failed) = ("`vpce-1` is pending".to_owned(), "failed: X: why".to_owned());
    let nothing = || Ok(Learned::new());
    assert_eq!(outcomes, [nothing(), nothing(), Err(pending), Err(waits), Err(failed)]);
}

#[tokio::test]
async fn rules_have_one_source_each() {
    let server = Server::that_says([Say::ok("AuthorizeSecurityGroupIngress", "<return>true</return>")]);
    let cidr = |text: &str| PeerHandle::Cidr(text.parse().expect("a block"));
    let rule = |traffic, peer, description: &str| {
        let description = description.to_owned();
        Permission { traffic, peer, description }
    };
    let rules = vec![
        rule(Traffic::Tcp(Ports::one(443)), cidr("10.0.0.0/16"), "web"),
        rule(Traffic::All, PeerHandle::Group(id("sg-2")), ""),
        rule(Traffic::Icmpv6(Icmp::Type(128)), cidr("::/0"), ""),
        rule(Traffic::Udp(Ports::ALL), PeerHandle::PrefixList("pl-1".to_owned()), "list"),
    ];
    let (group, direction) = (id("sg-1"), Direction::Inbound);
    let authorize = security_group::Call::Authorize { group, direction, rules };
    assert_eq!(server.call(Call::SecurityGroup(authorize)).await, Ok(Learned::new()));
    insta::assert_snapshot!(server.requests().join("\n\n"), @r"
    Action=AuthorizeSecurityGroupIngress
    GroupId=sg-1
    IpPermissions.1.IpProtocol=tcp
    IpPermissions.1.FromPort=443
    IpPermissions.1.ToPort=443
    IpPermissions.1.IpRanges.1.Description=web
    IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/16
    IpPermissions.2.IpProtocol=-1
    IpPermissions.2.Groups.1.GroupId=sg-2
    IpPermissions.3.IpProtocol=icmpv6
    IpPermissions.3.FromPort=128
    IpPermissions.3.ToPort=-1
    IpPermissions.3.Ipv6Ranges.1.CidrIpv6=::/0
    IpPermissions.4.IpProtocol=udp
    IpPermissions.4.FromPort=0
    IpPermissions.4.ToPort=65535
    IpPermissions.4.PrefixListIds.1.Description=list
    IpPermissions.4.PrefixListIds.1.PrefixListId=pl-1
    ");
}

#[tokio::test]
async fn a_rule_that_was_not_there_to_revoke_is_told() {
    let unknown =
        "<unknownIpPermissionSet><item><ipProtocol>tcp</ipProtocol></item></unknownIpPermissionSet>";
    let server = Server::that_says([Say::ok("RevokeSecurityGroupEgress", unknown)]);
    let peer = PeerHandle::PrefixList("pl-1".to_owned());
    let rules = vec![Permission { traffic: Traffic::All, peer, description: String::new() }];
    let (group, direction) = (id("sg-1"), Direction::Outbound);
    let outcome =
        server.call(Call::SecurityGroup(security_group::Call::Revoke { group, direction, rules })).await;
    assert_eq!(outcome, Err(refused(Reason::NotFound, "`sg-1` has not had 1 of the rules")));
}

#[tokio::test]
async fn entries_have_numbers_for_protocols() {
    let server = Server::that_says([
        Say::ok("CreateNetworkAclEntry", ""),
        Say::ok("ReplaceNetworkAclEntry", ""),
        Say::ok("DeleteNetworkAclEntry", ""),
    ]);
    let (acl, number) = (id("acl-1"), 100);
    let entry = |action, traffic, cidr: &str| Entry { action, traffic, cidr: cidr.parse().expect("a block") };
    let tcp = entry(Action::Allow, Traffic::Tcp(Ports { from: 1024, to: 65535 }), "0.0.0.0/0");
    let direction = Direction::Inbound;
    let create = network_acl::Call::CreateEntry { acl: acl.clone(), direction, number, entry: tcp };
    let icmp = entry(Action::Deny, Traffic::Icmpv6(Icmp::Any), "::/0");
    let direction = Direction::Outbound;
    let replace = network_acl::Call::ReplaceEntry { acl: acl.clone(), direction, number, entry: icmp };
    let delete = network_acl::Call::DeleteEntry { acl, direction, number };
    for call in [create, replace, delete] {
        assert_eq!(server.call(Call::NetworkAcl(call)).await, Ok(Learned::new()));
    }
    insta::assert_snapshot!(server.requests().join("\n\n"), @r"
    Action=CreateNetworkAclEntry
    NetworkAclId=acl-1
    RuleNumber=100
    Protocol=6
    RuleAction=allow
    Egress=false
    CidrBlock=0.0.0.0/0
    PortRange.From=1024
    PortRange.To=65535

    Action=ReplaceNetworkAclEntry
    NetworkAclId=acl-1
    RuleNumber=100
    Protocol=58
    RuleAction=deny
    Egress=true
    Ipv6CidrBlock=::/0
    Icmp.Code=-1
    Icmp.Type=-1

    Action=DeleteNetworkAclEntry
    NetworkAclId=acl-1
    RuleNumber=100
    Egress=true
    ");
}

#[tokio::test]
async fn a_hop_has_the_parameter_of_its_prefix() {
    let hops = ["tgw-1", "pcx-1", "vgw-1", "vpce-1", "eni-1"];
    let server = Server::that_says(hops.map(|_| Say::ok("ReplaceRoute", "<return>true</return>")));
    let via = |via: &str| route_table::Call::ReplaceRoute {
        table: id("rtb-1"),
        to: "10.0.0.0/8".parse().expect("a block"),
        via: Hop::Existing(via.to_owned()),
    };
    for hop in hops {
        assert_eq!(server.call(Call::RouteTable(via(hop))).await, Ok(Learned::new()));
    }
    let is_hop =
        |it: &&str| !["Action", "RouteTableId", "DestinationCidrBlock"].iter().any(|own| it.starts_with(own));
    let sent: Vec<String> =
        server.requests().iter().flat_map(|it| it.lines().find(is_hop)).map(str::to_owned).collect();
    let expected = [
        "TransitGatewayId=tgw-1",
        "VpcPeeringConnectionId=pcx-1",
        "GatewayId=vgw-1",
        "VpcEndpointId=vpce-1",
        "NetworkInterfaceId=eni-1",
    ];
    assert_eq!(sent, expected);
    let odd = server.call(Call::RouteTable(via("lake-1"))).await;
    assert_eq!(odd, Err(CloudError::Unusable("a route cannot lead to `lake-1`".to_owned())));
}

#[tokio::test]
async fn an_association_is_asked_for_by_its_subnet() {
    let associations = |own: &str| {
        let other = "<item><networkAclAssociationId>aclassoc-0</networkAclAssociationId><subnetId>subnet-0</subnetId></item>";
        let set = format!("<associationSet>{other}{own}</associationSet>");
        Say::ok("DescribeNetworkAcls", &format!("<networkAclSet><item>{set}</item></networkAclSet>"))
    };
    let own = "<item><networkAclAssociationId>aclassoc-1</networkAclAssociationId><subnetId>subnet-1</subnetId></item>";
    let server = Server::that_says([associations(""), associations(own)]);
    let key: Key = "subnet.train@a".parse().expect("a key");
    let learn = subnet::Call::LearnAclAssociation { key: key.clone(), subnet: id("subnet-1") };
    let not_yet = CloudError::Transient("`subnet-1` has no network ACL yet".to_owned());
    assert_eq!(server.call(Call::Subnet(learn.clone())).await, Err(not_yet));
    let learned = vec![(key, Part::AclAssociation, "aclassoc-1".to_owned())];
    assert_eq!(server.call(Call::Subnet(learn)).await, Ok(learned));
}

#[tokio::test]
async fn tags_are_never_all_taken_away() {
    let server = Server::that_says([Say::ok("DeleteTags", "<return>true</return>")]);
    let unset = |keys: &[&str]| {
        let keys = keys.iter().map(|it| (*it).to_owned()).collect();
        Call::Tagging(tagging::Call::Unset { objects: vec![id("vpc-1"), id("subnet-1")], keys })
    };
    assert!(matches!(server.call(unset(&[])).await, Err(CloudError::Unusable(_))));
    assert_eq!(server.call(unset(&["team"])).await, Ok(Learned::new()));
    insta::assert_snapshot!(server.requests().join("\n\n"), @r"
    Action=DeleteTags
    ResourceId.1=vpc-1
    ResourceId.2=subnet-1
    Tag.1.Key=team
    ");
}
