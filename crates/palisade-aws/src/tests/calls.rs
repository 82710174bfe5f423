//! What each kind sends, and what its answers teach.

use palisade_core::block::BlockHandle;
use palisade_core::cloud::Reason;
use palisade_core::kinds::dhcp_options::{self, DhcpOptions, NameServer};
use palisade_core::kinds::endpoint::{self, ReachHandles};
use palisade_core::kinds::flow_log::{self, Destination, Recorded};
use palisade_core::kinds::network_acl::{self, Action, NewEntry};
use palisade_core::kinds::prefix_list::{self, Family};
use palisade_core::kinds::route_table::{self, Hop};
use palisade_core::kinds::security_group::{self, PeerHandle, Permission};
use palisade_core::kinds::{egress_only_gateway, nat_gateway, subnet, tagging, vpc};
use palisade_core::traffic::{Direction, Icmp, Ports, Traffic};
use palisade_core::{Call, CloudError, Handle, Key, Learned, Part};

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

/// Writes what was sent, without the tags that every create request has alike.
fn sent(server: &Server) -> String {
    let lines = |it: &String| {
        let is_tag = |it: &&str| it.starts_with("TagSpecification.1.Tag.");
        without_token(it).lines().filter(|it| !is_tag(it)).collect::<Vec<_>>().join("\n")
    };
    server.requests().iter().map(lines).collect::<Vec<_>>().join("\n\n")
}

fn block(text: &str) -> BlockHandle {
    BlockHandle::Cidr(text.parse().expect("a block"))
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
    let deleted = endpoint::Call::AwaitDeleted { endpoint: endpoint.clone(), typical_s: 180 };
    assert_eq!(server.call(Call::Endpoint(deleted)).await, Ok(Learned::new()));
    let available =
        server.call(Call::Endpoint(endpoint::Call::AwaitAvailable { endpoint, typical_s: 90 })).await;
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
        let look = endpoint::Call::AwaitAvailable { endpoint: id("vpce-1"), typical_s: 90 };
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
    let cidr = |text: &str| PeerHandle::Cidr(block(text));
    let rule = |traffic, peer, description: &str| {
        let description = description.to_owned();
        Permission { traffic, peer, description }
    };
    let rules = vec![
        rule(Traffic::Tcp(Ports::one(443)), cidr("10.0.0.0/16"), "web"),
        rule(Traffic::All, PeerHandle::Group(id("sg-2")), ""),
        rule(Traffic::Icmpv6(Icmp::Type(128)), cidr("::/0"), ""),
        rule(Traffic::Udp(Ports::ALL), PeerHandle::PrefixList(id("pl-1")), "list"),
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
    let peer = PeerHandle::PrefixList(id("pl-1"));
    let rules = vec![Permission { traffic: Traffic::All, peer, description: String::new() }];
    let (group, direction) = (id("sg-1"), Direction::Outbound);
    let outcome =
        server.call(Call::SecurityGroup(security_group::Call::Revoke { group, direction, rules })).await;
    assert_eq!(outcome, Err(refused(Reason::NotFound, "1 of the rules were not there")));
}

#[tokio::test]
async fn entries_have_numbers_for_protocols() {
    let server = Server::that_says([
        Say::ok("CreateNetworkAclEntry", ""),
        Say::ok("ReplaceNetworkAclEntry", ""),
        Say::ok("DeleteNetworkAclEntry", ""),
    ]);
    let (acl, number) = (id("acl-1"), 100);
    let entry = |action, traffic, cidr: &str| NewEntry { action, traffic, cidr: block(cidr) };
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
    let hops = ["tgw-1", "pcx-1", "vgw-1", "vpce-1", "eni-1", "eigw-1"];
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
        "EgressOnlyInternetGatewayId=eigw-1",
    ];
    assert_eq!(sent, expected);
    let odd = server.call(Call::RouteTable(via("lake-1"))).await;
    assert_eq!(odd, Err(CloudError::Unusable("a route cannot lead to `lake-1`".to_owned())));
}

#[tokio::test]
async fn ipv6_leaves_by_its_own_gateway() {
    let gateway = "<egressOnlyInternetGateway><egressOnlyInternetGatewayId>eigw-1</egressOnlyInternetGatewayId></egressOnlyInternetGateway>";
    let server = Server::that_says([
        Say::ok("CreateEgressOnlyInternetGateway", gateway),
        Say::ok("CreateRoute", "<return>true</return>"),
        Say::ok("DeleteEgressOnlyInternetGateway", "<returnCode>true</returnCode>"),
    ]);
    let create = egress_only_gateway::Call::Create { stamp: stamp("eigw.main"), vpc: id("vpc-1") };
    let learned = server.call(Call::EgressOnlyGateway(create)).await.expect("a gateway");
    let gateway = Handle::new_id(&"eigw.main".parse().expect("a key"));
    let (table, to) = (id("rtb-1"), "::/0".parse().expect("a block"));
    let via = Hop::EgressOnlyGateway(gateway.clone());
    let route = Call::RouteTable(route_table::Call::CreateRoute { table, to, via });
    assert_eq!(server.call_knowing(route, learned.clone()).await, Ok(Learned::new()));
    let delete = Call::EgressOnlyGateway(egress_only_gateway::Call::Delete { gateway });
    assert_eq!(server.call_knowing(delete, learned).await, Ok(Learned::new()));
    insta::assert_snapshot!(sent(&server), @"
    Action=CreateEgressOnlyInternetGateway
    ClientToken=TOKEN
    VpcId=vpc-1
    TagSpecification.1.ResourceType=egress-only-internet-gateway

    Action=CreateRoute
    RouteTableId=rtb-1
    DestinationIpv6CidrBlock=::/0
    EgressOnlyInternetGatewayId=eigw-1

    Action=DeleteEgressOnlyInternetGateway
    EgressOnlyInternetGatewayId=eigw-1
    ");
}

#[tokio::test]
async fn dhcp_options_are_names_with_values() {
    let set = "<dhcpOptions><dhcpOptionsId>dopt-1</dhcpOptionsId></dhcpOptions>";
    let good = "<return>true</return>";
    let server = Server::that_says([
        Say::ok("CreateDhcpOptions", set),
        Say::ok("AssociateDhcpOptions", good),
        Say::ok("AssociateDhcpOptions", good),
        Say::ok("DeleteDhcpOptions", good),
    ]);
    let address = |text: &str| text.parse().expect("an address");
    let options = DhcpOptions {
        domain_name: Some("lab.example".to_owned()),
        name_servers: vec![NameServer::Address(address("10.0.0.9")), NameServer::Amazon],
        ntp_servers: vec![address("169.254.169.123")],
    };
    let create = dhcp_options::Call::Create { stamp: stamp("dhcp.main"), options };
    let learned = server.call(Call::DhcpOptions(create)).await.expect("a set");
    let dhcp = Handle::new_id(&"dhcp.main".parse().expect("a key"));
    let with = |dhcp| Call::Vpc(vpc::Call::SetDhcp { vpc: id("vpc-1"), dhcp });
    let delete = Call::DhcpOptions(dhcp_options::Call::Delete { dhcp: dhcp.clone() });
    for call in [with(Some(dhcp)), with(None), delete] {
        assert_eq!(server.call_knowing(call, learned.clone()).await, Ok(Learned::new()));
    }
    insta::assert_snapshot!(sent(&server), @"
    Action=CreateDhcpOptions
    DhcpConfiguration.1.Key=domain-name
    DhcpConfiguration.1.Value.1=lab.example
    DhcpConfiguration.2.Key=domain-name-servers
    DhcpConfiguration.2.Value.1=10.0.0.9
    DhcpConfiguration.2.Value.2=AmazonProvidedDNS
    DhcpConfiguration.3.Key=ntp-servers
    DhcpConfiguration.3.Value.1=169.254.169.123
    TagSpecification.1.ResourceType=dhcp-options

    Action=AssociateDhcpOptions
    DhcpOptionsId=dopt-1
    VpcId=vpc-1

    Action=AssociateDhcpOptions
    DhcpOptionsId=default
    VpcId=vpc-1

    Action=DeleteDhcpOptions
    DhcpOptionsId=dopt-1
    ");
}

fn flow_log(destination: Destination) -> Call {
    Call::FlowLog(flow_log::Call::Create {
        stamp: stamp("flow-log.main"),
        vpc: id("vpc-1"),
        destination,
        recorded: Recorded::Reject,
        interval_s: 60,
    })
}

#[tokio::test]
async fn a_flow_log_has_the_parameters_of_its_destination() {
    let made = "<flowLogIdSet><item>fl-1</item></flowLogIdSet>";
    let server = Server::that_says([
        Say::ok("CreateFlowLogs", made),
        Say::ok("CreateFlowLogs", made),
        Say::ok("DeleteFlowLogs", ""),
    ]);
    let role = "arn:aws:iam::111122223333:role/logs".to_owned();
    let bucket = Destination::Bucket { arn: "arn:aws:s3:::lab/flow".to_owned() };
    let group = Destination::LogGroup { name: "lab".to_owned(), role };
    for destination in [bucket, group] {
        let learned = vec![("flow-log.main".parse().expect("a key"), Part::Id, "fl-1".to_owned())];
        assert_eq!(server.call(flow_log(destination)).await, Ok(learned));
    }
    let delete = flow_log::Call::Delete { log: id("fl-1") };
    assert_eq!(server.call(Call::FlowLog(delete)).await, Ok(Learned::new()));
    insta::assert_snapshot!(sent(&server), @"
    Action=CreateFlowLogs
    ClientToken=TOKEN
    ResourceId.1=vpc-1
    ResourceType=VPC
    TrafficType=REJECT
    LogDestinationType=s3
    LogDestination=arn:aws:s3:::lab/flow
    TagSpecification.1.ResourceType=vpc-flow-log
    MaxAggregationInterval=60

    Action=CreateFlowLogs
    ClientToken=TOKEN
    DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/logs
    LogGroupName=lab
    ResourceId.1=vpc-1
    ResourceType=VPC
    TrafficType=REJECT
    LogDestinationType=cloud-watch-logs
    TagSpecification.1.ResourceType=vpc-flow-log
    MaxAggregationInterval=60

    Action=DeleteFlowLogs
    FlowLogId.1=fl-1
    ");
}

#[tokio::test]
async fn a_flow_log_that_was_not_made_is_told() {
    let failed = |operation: &str, code: &str, message: &str| {
        let error = format!("<error><code>{code}</code><message>{message}</message></error>");
        let item = format!("<item><resourceId>vpc-1</resourceId>{error}</item>");
        Say::ok(operation, &format!("<unsuccessful>{item}</unsuccessful>"))
    };
    let role = "Unable to assume given IAM role";
    let server = Server::that_says([
        failed("CreateFlowLogs", "FlowLogAlreadyExists", "it is there"),
        failed("CreateFlowLogs", "InvalidParameter", role),
        Say::ok("CreateFlowLogs", ""),
        failed("DeleteFlowLogs", "InvalidFlowLogId.NotFound", "no fl-1"),
    ]);
    let create = flow_log(Destination::Bucket { arn: "arn:aws:s3:::lab".to_owned() });
    let exists = refused(Reason::Exists, "FlowLogAlreadyExists: it is there");
    assert_eq!(server.call(create.clone()).await, Err(exists));
    let no_role = refused(Reason::NotFound, &format!("InvalidParameter: {role}"));
    assert_eq!(server.call(create.clone()).await, Err(no_role));
    let unclear = CloudError::Lost("AWS answered `CreateFlowLogs` without `FlowLogIds`".to_owned());
    assert_eq!(server.call(create).await, Err(unclear));
    let delete = Call::FlowLog(flow_log::Call::Delete { log: id("fl-1") });
    let gone = refused(Reason::NotFound, "InvalidFlowLogId.NotFound: no fl-1");
    assert_eq!(server.call(delete).await, Err(gone));
}

#[tokio::test]
async fn a_prefix_list_is_changed_from_version_to_version() {
    let list = |state: &str| {
        let item = format!("<prefixListId>pl-1</prefixListId><state>{state}</state><version>2</version>");
        Say::ok("DescribeManagedPrefixLists", &format!("<prefixListSet><item>{item}</item></prefixListSet>"))
    };
    let server = Server::that_says([
        Say::ok("CreateManagedPrefixList", "<prefixList><prefixListId>pl-1</prefixListId></prefixList>"),
        list("create-in-progress"),
        list("create-complete"),
        Say::ok("ModifyManagedPrefixList", ""),
        Say::ok("ModifyManagedPrefixList", ""),
        Say::error(400, "PrefixListVersionMismatch", "it is 3"),
        Say::ok("DeleteManagedPrefixList", ""),
    ]);
    let block = |text: &str| text.parse().expect("a block");
    let entries = [(block("10.0.0.0/8"), "all of it".to_owned()), (block("192.0.2.0/24"), String::new())];
    let create = prefix_list::Call::Create {
        stamp: stamp("prefix-list.corp"),
        name: "lab.corp.1".to_owned(),
        family: Family::Ipv4,
        max_entries: 5,
        entries: entries.into(),
    };
    let mut learned = server.call(Call::PrefixList(create)).await.expect("a list");
    let key: Key = "prefix-list.corp".parse().expect("a key");
    let (list, version) = (Handle::new_id(&key), Handle::Part { key: key.clone(), part: Part::Version });
    let look = Call::PrefixList(prefix_list::Call::AwaitReady { key: key.clone(), list: list.clone() });
    let not_yet = CloudError::Transient("`pl-1` is create-in-progress".to_owned());
    assert_eq!(server.call_knowing(look.clone(), learned.clone()).await, Err(not_yet));
    let taught = server.call_knowing(look, learned.clone()).await.expect("a version");
    assert_eq!(taught, [(key, Part::Version, "2".to_owned())]);
    learned.extend(taught);
    let modify = prefix_list::Call::Modify {
        list: list.clone(),
        version,
        add: [(block("10.1.0.0/16"), String::new())].into(),
        remove: [block("10.0.0.0/8")].into(),
    };
    let resize = prefix_list::Call::Resize { list: list.clone(), max_entries: 9 };
    for call in [modify.clone(), resize] {
        assert_eq!(server.call_knowing(Call::PrefixList(call), learned.clone()).await, Ok(Learned::new()));
    }
    let mismatch = server.call_knowing(Call::PrefixList(modify), learned.clone()).await;
    let words = "PrefixListVersionMismatch: it is 3 (request r-1)";
    assert_eq!(mismatch, Err(refused(Reason::Exists, words)));
    let delete = Call::PrefixList(prefix_list::Call::Delete { list });
    assert_eq!(server.call_knowing(delete, learned).await, Ok(Learned::new()));
    insta::assert_snapshot!(sent(&server), @"
    Action=CreateManagedPrefixList
    PrefixListName=lab.corp.1
    Entry.1.Cidr=10.0.0.0/8
    Entry.1.Description=all of it
    Entry.2.Cidr=192.0.2.0/24
    MaxEntries=5
    TagSpecification.1.ResourceType=prefix-list
    AddressFamily=IPv4
    ClientToken=TOKEN

    Action=DescribeManagedPrefixLists
    PrefixListId.1=pl-1

    Action=DescribeManagedPrefixLists
    PrefixListId.1=pl-1

    Action=ModifyManagedPrefixList
    PrefixListId=pl-1
    CurrentVersion=2
    AddEntry.1.Cidr=10.1.0.0/16
    RemoveEntry.1.Cidr=10.0.0.0/8

    Action=ModifyManagedPrefixList
    PrefixListId=pl-1
    MaxEntries=9

    Action=ModifyManagedPrefixList
    PrefixListId=pl-1
    CurrentVersion=2
    AddEntry.1.Cidr=10.1.0.0/16
    RemoveEntry.1.Cidr=10.0.0.0/8

    Action=DeleteManagedPrefixList
    PrefixListId=pl-1
    ");
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
