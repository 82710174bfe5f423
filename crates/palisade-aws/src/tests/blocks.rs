//! Blocks of addresses: how they come to VPCs and subnets, and how rules name those that Amazon gives.

use palisade_core::block::BlockHandle;
use palisade_core::cloud::Reason;
use palisade_core::kinds::network_acl::{self, Action, NewEntry};
use palisade_core::kinds::security_group::{self, PeerHandle, Permission};
use palisade_core::kinds::{subnet, vpc};
use palisade_core::traffic::{Direction, Icmp, Traffic};
use palisade_core::{Call, CloudError, Handle, Key, Learned, Part};

use super::wire::{Say, Server, id, refused, stamp};

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

fn of_vpc(part: Part) -> Handle {
    Handle::Part { key: key("vpc.main"), part }
}

/// What is known of a VPC once Amazon has given it a block.
fn prefix() -> Learned {
    vec![(key("vpc.main"), Part::Ipv6Prefix, "2600:1f18:1:ff00::/56".to_owned())]
}

fn untagged(requests: &[String]) -> String {
    let lines = |it: &String| {
        let is_tag = |it: &&str| it.starts_with("TagSpecification.");
        it.lines().filter(|it| !is_tag(it)).collect::<Vec<_>>().join("\n")
    };
    requests.iter().map(lines).collect::<Vec<_>>().join("\n\n")
}

/// An answer of `DescribeVpcs` with one block of each family.
fn vpc_with(state: &str) -> Say {
    let in_state = |name: &str, message: &str| format!("<{name}><state>{state}</state>{message}</{name}>");
    let message = "<statusMessage>no room</statusMessage>";
    let v4 = format!(
        "<associationId>assoc-4</associationId><cidrBlock>100.64.0.0/16</cidrBlock>{}",
        in_state("cidrBlockState", message)
    );
    let v6 = format!(
        "<associationId>assoc-6</associationId><ipv6CidrBlock>2600:1F18:1:FF00::/56</ipv6CidrBlock>{}",
        in_state("ipv6CidrBlockState", message)
    );
    let v4 = format!("<cidrBlockAssociationSet><item>{v4}</item></cidrBlockAssociationSet>");
    let v6 = format!("<ipv6CidrBlockAssociationSet><item>{v6}</item></ipv6CidrBlockAssociationSet>");
    Say::ok("DescribeVpcs", &format!("<vpcSet><item><vpcId>vpc-1</vpcId>{v4}{v6}</item></vpcSet>"))
}

#[tokio::test]
async fn a_vpc_gets_blocks_and_loses_them() {
    let association = "<cidrBlockAssociation><associationId>assoc-4</associationId></cidrBlockAssociation>";
    let server = Server::that_says([
        Say::ok("CreateVpc", "<vpc><vpcId>vpc-1</vpcId></vpc>"),
        Say::ok("AssociateVpcCidrBlock", association),
        Say::ok("AssociateVpcCidrBlock", ""),
        Say::ok("DisassociateVpcCidrBlock", ""),
    ]);
    let cidr = |text: &str| text.parse().expect("a block");
    let create = vpc::Call::Create { stamp: stamp("vpc.main"), cidr: cidr("10.0.0.0/16"), ipv6: true };
    assert!(server.call(Call::Vpc(create)).await.is_ok());
    let second: ipnet::Ipv4Net = cidr("100.64.0.0/16");
    let associate = vpc::Call::AssociateCidr { key: key("vpc.main"), vpc: id("vpc-1"), cidr: second };
    let learned = vec![(key("vpc.main"), Part::CidrAssociation(second), "assoc-4".to_owned())];
    assert_eq!(server.call(Call::Vpc(associate)).await, Ok(learned.clone()));
    let ipv6 = vpc::Call::AssociateIpv6 { vpc: id("vpc-1") };
    assert_eq!(server.call(Call::Vpc(ipv6)).await, Ok(Learned::new()));
    let association = of_vpc(Part::CidrAssociation(second));
    let disassociate = Call::Vpc(vpc::Call::Disassociate { vpc: id("vpc-1"), association });
    assert_eq!(server.call_knowing(disassociate, learned).await, Ok(Learned::new()));
    insta::assert_snapshot!(untagged(&server.requests()), @"
    Action=CreateVpc
    CidrBlock=10.0.0.0/16
    AmazonProvidedIpv6CidrBlock=true

    Action=AssociateVpcCidrBlock
    CidrBlock=100.64.0.0/16
    VpcId=vpc-1

    Action=AssociateVpcCidrBlock
    VpcId=vpc-1
    AmazonProvidedIpv6CidrBlock=true

    Action=DisassociateVpcCidrBlock
    AssociationId=assoc-4
    ");
}

#[tokio::test]
async fn a_vpc_has_its_blocks_once_they_are_associated() {
    let states = ["associating", "associated", "failed"];
    let not_found = || Say::error(400, "InvalidVpcID.NotFound", "no vpc-1");
    let server = Server::that_says(states.map(vpc_with).into_iter().chain([not_found()]));
    let cidr = "100.64.0.0/16".parse().expect("a block");
    let look = Call::Vpc(vpc::Call::AwaitCidr { vpc: id("vpc-1"), cidr });
    let not_yet = Err(CloudError::Transient("the block of `vpc-1` is not associated yet".to_owned()));
    assert_eq!(server.call(look.clone()).await, not_yet);
    assert_eq!(server.call(look.clone()).await, Ok(Learned::new()));
    let failed = refused(Reason::Invalid, "100.64.0.0/16 is failed: no room");
    assert_eq!(server.call(look.clone()).await, Err(failed));
    assert_eq!(server.call(look).await, not_yet);

    let server = Server::that_says(states.map(vpc_with));
    let look = Call::Vpc(vpc::Call::AwaitIpv6 { key: key("vpc.main"), vpc: id("vpc-1") });
    assert_eq!(server.call(look.clone()).await, not_yet);
    let association = (key("vpc.main"), Part::Ipv6Association, "assoc-6".to_owned());
    assert_eq!(server.call(look.clone()).await, Ok([prefix(), vec![association]].concat()));
    let failed = refused(Reason::Invalid, "2600:1F18:1:FF00::/56 is failed: no room");
    assert_eq!(server.call(look).await, Err(failed));
}

#[tokio::test]
async fn a_subnet_gets_a_slot_of_the_block_that_was_learned() {
    let server = Server::that_says([
        Say::ok("CreateSubnet", "<subnet><subnetId>subnet-1</subnetId></subnet>"),
        Say::ok("AssociateSubnetCidrBlock", ""),
        Say::ok("ModifySubnetAttribute", "<return>true</return>"),
        Say::ok("DisassociateSubnetCidrBlock", ""),
    ]);
    let create = subnet::Call::Create {
        stamp: stamp("subnet.app@a"),
        vpc: id("vpc-1"),
        cidr: "10.0.0.0/24".parse().expect("a block"),
        zone: "eu-west-1a".to_owned(),
        ipv6: Some(of_vpc(Part::Ipv6Slot(3))),
    };
    assert!(server.call_knowing(Call::Subnet(create), prefix()).await.is_ok());
    let (subnet, block) = (id("subnet-1"), of_vpc(Part::Ipv6Slot(0x1f)));
    let associate = subnet::Call::AssociateIpv6 { key: key("subnet.app@a"), subnet: subnet.clone(), block };
    let assign = subnet::Call::SetAssignIpv6 { subnet, enabled: true };
    let disassociate = subnet::Call::DisassociateIpv6 { association: id("assoc-7") };
    for call in [associate, assign, disassociate] {
        assert_eq!(server.call_knowing(Call::Subnet(call), prefix()).await, Ok(Learned::new()));
    }
    insta::assert_snapshot!(untagged(&server.requests()), @"
    Action=CreateSubnet
    AvailabilityZone=eu-west-1a
    CidrBlock=10.0.0.0/24
    Ipv6CidrBlock=2600:1f18:1:ff03::/64
    VpcId=vpc-1

    Action=AssociateSubnetCidrBlock
    SubnetId=subnet-1
    Ipv6CidrBlock=2600:1f18:1:ff1f::/64

    Action=ModifySubnetAttribute
    AssignIpv6AddressOnCreation.Value=true
    SubnetId=subnet-1

    Action=DisassociateSubnetCidrBlock
    AssociationId=assoc-7
    ");
}

#[tokio::test]
async fn a_subnet_teaches_its_association_once_it_is_complete() {
    let subnet = |state: &str| {
        let state = format!("<ipv6CidrBlockState><state>{state}</state></ipv6CidrBlockState>");
        let block =
            "<associationId>assoc-7</associationId><ipv6CidrBlock>2600:1f18:1:ff03::/64</ipv6CidrBlock>";
        let set =
            format!("<ipv6CidrBlockAssociationSet><item>{block}{state}</item></ipv6CidrBlockAssociationSet>");
        let item = format!("<subnetId>subnet-1</subnetId>{set}");
        Say::ok("DescribeSubnets", &format!("<subnetSet><item>{item}</item></subnetSet>"))
    };
    let not_found = Say::error(400, "InvalidSubnetID.NotFound", "no subnet-1");
    let server = Server::that_says([not_found, subnet("associating"), subnet("associated")]);
    let look = Call::Subnet(subnet::Call::AwaitIpv6 { key: key("subnet.app@a"), subnet: id("subnet-1") });
    let not_yet = Err(CloudError::Transient("the block of `subnet-1` is not associated yet".to_owned()));
    assert_eq!(server.call(look.clone()).await, not_yet);
    assert_eq!(server.call(look.clone()).await, not_yet);
    let learned = vec![(key("subnet.app@a"), Part::Ipv6Association, "assoc-7".to_owned())];
    assert_eq!(server.call(look).await, Ok(learned));
}

#[tokio::test]
async fn rules_name_what_amazon_gave() {
    let server = Server::that_says([
        Say::ok("AuthorizeSecurityGroupEgress", "<return>true</return>"),
        Say::ok("CreateNetworkAclEntry", "<return>true</return>"),
    ]);
    let rule = |part| Permission {
        traffic: Traffic::All,
        peer: PeerHandle::Cidr(BlockHandle::Ipv6(of_vpc(part))),
        description: String::new(),
    };
    let rules = vec![rule(Part::Ipv6Prefix), rule(Part::Ipv6Slot(255))];
    let (group, direction) = (id("sg-1"), Direction::Outbound);
    let authorize = security_group::Call::Authorize { group, direction, rules };
    assert_eq!(server.call_knowing(Call::SecurityGroup(authorize), prefix()).await, Ok(Learned::new()));
    let cidr = BlockHandle::Ipv6(of_vpc(Part::Ipv6Slot(3)));
    let entry = NewEntry { action: Action::Allow, traffic: Traffic::Icmpv6(Icmp::Type(128)), cidr };
    let (acl, direction) = (id("acl-1"), Direction::Inbound);
    let create = Call::NetworkAcl(network_acl::Call::CreateEntry { acl, direction, number: 100, entry });
    assert_eq!(server.call_knowing(create.clone(), prefix()).await, Ok(Learned::new()));
    insta::assert_snapshot!(server.requests().join("\n\n"), @"
    Action=AuthorizeSecurityGroupEgress
    GroupId=sg-1
    IpPermissions.1.IpProtocol=-1
    IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2600:1f18:1:ff00::/56
    IpPermissions.2.IpProtocol=-1
    IpPermissions.2.Ipv6Ranges.1.CidrIpv6=2600:1f18:1:ffff::/64

    Action=CreateNetworkAclEntry
    NetworkAclId=acl-1
    RuleNumber=100
    Protocol=58
    RuleAction=allow
    Egress=false
    Ipv6CidrBlock=2600:1f18:1:ff03::/64
    Icmp.Code=-1
    Icmp.Type=128
    ");
    let unknown = "`<vpc.main/ipv6-slot(3)>` is not known yet: this is a bug in palisade".to_owned();
    assert_eq!(server.call(create).await, Err(CloudError::Unusable(unknown)));
}

#[tokio::test]
async fn what_aws_made_with_a_vpc_is_asked_for_and_emptied() {
    let groups = "<securityGroupInfo><item><groupId>sg-0</groupId></item></securityGroupInfo>";
    let acls = "<networkAclSet><item><networkAclId>acl-0</networkAclId></item></networkAclSet>";
    let server = Server::that_says([
        Say::ok("DescribeSecurityGroups", ""),
        Say::ok("DescribeSecurityGroups", groups),
        Say::ok("RevokeSecurityGroupIngress", "<return>true</return>"),
        Say::ok("DescribeNetworkAcls", acls),
        Say::ok("DeleteNetworkAclEntry", "<return>true</return>"),
    ]);
    let (vpc, vpc_key) = (|| id("vpc-1"), || key("vpc.main"));
    let learn = Call::Vpc(vpc::Call::LearnDefaultGroup { key: vpc_key(), vpc: vpc() });
    let not_yet = CloudError::Transient("`vpc-1` has no security group yet".to_owned());
    assert_eq!(server.call(learn.clone()).await, Err(not_yet));
    let learned = server.call(learn).await.expect("the group");
    assert_eq!(learned, [(vpc_key(), Part::DefaultGroup, "sg-0".to_owned())]);
    let group = of_vpc(Part::DefaultGroup);
    let peer = PeerHandle::Group(group.clone());
    let rules = vec![Permission { traffic: Traffic::All, peer, description: String::new() }];
    let revoke = vpc::Call::RevokeDefault { group, direction: Direction::Inbound, rules };
    assert_eq!(server.call_knowing(Call::Vpc(revoke), learned).await, Ok(Learned::new()));
    let learn = Call::Vpc(vpc::Call::LearnDefaultAcl { key: vpc_key(), vpc: vpc() });
    let learned = server.call(learn).await.expect("the ACL");
    assert_eq!(learned, [(vpc_key(), Part::DefaultAcl, "acl-0".to_owned())]);
    let (acl, direction) = (of_vpc(Part::DefaultAcl), Direction::Outbound);
    let delete = Call::Vpc(vpc::Call::DeleteDefaultEntry { acl, direction, number: 101 });
    assert_eq!(server.call_knowing(delete, learned).await, Ok(Learned::new()));
    insta::assert_snapshot!(server.requests()[1..].join("\n\n"), @"
    Action=DescribeSecurityGroups
    Filter.1.Name=vpc-id
    Filter.1.Value.1=vpc-1
    Filter.2.Name=group-name
    Filter.2.Value.1=default

    Action=RevokeSecurityGroupIngress
    GroupId=sg-0
    IpPermissions.1.IpProtocol=-1
    IpPermissions.1.Groups.1.GroupId=sg-0

    Action=DescribeNetworkAcls
    Filter.1.Name=vpc-id
    Filter.1.Value.1=vpc-1
    Filter.2.Name=default
    Filter.2.Value.1=true

    Action=DeleteNetworkAclEntry
    NetworkAclId=acl-0
    RuleNumber=101
    Egress=true
    ");
}
