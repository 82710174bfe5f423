//! What an account reads back as.

use std::collections::BTreeSet;

use palisade_core::{Cloud, CloudError, Key, Live, Needs, Object, Owner};

use super::wire::{Say, Server};
use crate::Reading;

/// The tags of an object of ours.
fn tags(key: &str) -> String {
    let tag = |key: &str, value: &str| format!("<item><key>{key}</key><value>{value}</value></item>");
    let own = tag("palisade:blueprint", "lab") + &tag("palisade:generation", "1") + &tag("palisade:key", key);
    format!("<tagSet>{own}</tagSet>")
}

fn set(name: &str, items: &[String]) -> String {
    let items: String = items.iter().map(|it| format!("<item>{it}</item>")).collect();
    format!("<{name}>{items}</{name}>")
}

const IN_VPC: &str = "<vpcId>vpc-1</vpcId>";
const BY_TAG: &str = "tag:palisade:blueprint=lab";

/// An account with a VPC of ours and with others' things in it.
fn world(operation: &str, filter: &str) -> Say {
    let inside = around_vpc(operation, filter)
        .or_else(|| of_account(operation, filter))
        .or_else(|| in_vpc(operation, filter))
        .or_else(|| on_interfaces(operation));
    match inside {
        Some(inside) => Say::ok(operation, &inside),
        None => Say::error(400, "InvalidAction", operation),
    }
}

fn around_vpc(operation: &str, filter: &str) -> Option<String> {
    Some(match (operation, filter) {
        ("DescribeVpcs", BY_TAG) => {
            let block = |id: &str, block: &str| {
                let state = "<cidrBlockState><state>associated</state></cidrBlockState>";
                format!("<associationId>{id}</associationId><cidrBlock>{block}</cidrBlock>{state}")
            };
            let blocks = [block("assoc-0", "10.0.0.0/16"), block("assoc-1", "100.64.0.0/16")];
            let ipv6 = "<associationId>assoc-6</associationId><ipv6CidrBlock>2600:1f18:1:ff00::/56</ipv6CidrBlock>\
                <ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState>";
            let vpc = [
                format!("{IN_VPC}<cidrBlock>10.0.0.0/16</cidrBlock><state>available</state>"),
                set("cidrBlockAssociationSet", &blocks),
                set("ipv6CidrBlockAssociationSet", &[ipv6.to_owned()]),
                "<dhcpOptionsId>dopt-9</dhcpOptionsId>".to_owned(),
                tags("vpc.main"),
            ];
            set("vpcSet", &[vpc.concat()])
        }
        ("DescribeVpcAttribute", _) => "<enableDnsSupport><value>true</value></enableDnsSupport>\
            <enableDnsHostnames><value>false</value></enableDnsHostnames>"
            .to_owned(),
        ("DescribeInternetGateways", _) => {
            let gateway = format!("<internetGatewayId>igw-1</internetGatewayId>{}", attached_to("vpc-1"));
            set("internetGatewaySet", &[gateway + &tags("igw.main")])
        }
        ("DescribeEgressOnlyInternetGateways", "") => {
            let gateway = |id: &str, vpc: &str| {
                let id = format!("<egressOnlyInternetGatewayId>{id}</egressOnlyInternetGatewayId>");
                id + &attached_to(vpc)
            };
            let gateways =
                [gateway("eigw-9", "vpc-1"), gateway("eigw-2", "vpc-2"), gateway("eigw-3", "vpc-3")];
            let [theirs_in_ours, theirs, ours] = gateways;
            let gateways = [theirs_in_ours, theirs, ours + &tags("eigw.old")];
            set("egressOnlyInternetGatewaySet", &gateways)
        }
        ("DescribeDhcpOptions", BY_TAG) => {
            let options = "<dhcpOptionsId>dopt-1</dhcpOptionsId><dhcpConfigurationSet><item><key>domain-name</key>\
                <valueSet><item><value>lab.example</value></item></valueSet></item></dhcpConfigurationSet>";
            set("dhcpOptionsSet", &[options.to_owned() + &tags("dhcp.main")])
        }
        ("DescribeDhcpOptions", "dhcp-options-id=dopt-9") => {
            let options = "<dhcpOptionsId>dopt-9</dhcpOptionsId><dhcpConfigurationSet><item><key>ntp-servers</key>\
                <valueSet><item><value>10.0.0.9</value></item></valueSet></item></dhcpConfigurationSet>";
            set("dhcpOptionsSet", &[options.to_owned()])
        }
        ("DescribeFlowLogs", filter) => {
            let log = |id: &str, destination: &str, tags: &str| {
                let destination = format!(
                    "<logDestinationType>s3</logDestinationType><logDestination>{destination}</logDestination>"
                );
                let what =
                    "<trafficType>ALL</trafficType><maxAggregationInterval>60</maxAggregationInterval>";
                format!("<flowLogId>{id}</flowLogId><resourceId>vpc-1</resourceId>{destination}{what}{tags}")
            };
            let ours = log("fl-1", "arn:aws:s3:::lab", &tags("flow-log.main"));
            match filter {
                BY_TAG => set("flowLogSet", &[ours]),
                "resource-id=vpc-1" => set("flowLogSet", &[log("fl-9", "arn:aws:s3:::audit", ""), ours]),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn attached_to(vpc: &str) -> String {
    set("attachmentSet", &[format!("<vpcId>{vpc}</vpcId><state>available</state>")])
}

fn of_account(operation: &str, filter: &str) -> Option<String> {
    Some(match (operation, filter) {
        ("GetCallerIdentity", _) => {
            "<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>".to_owned()
        }
        ("GetResources", _) => String::new(),
        ("DescribeAddresses", BY_TAG) => {
            let address = "<allocationId>eipalloc-1</allocationId><publicIp>192.0.2.1</publicIp>";
            set("addressesSet", &[format!("{address}{}", tags("eip.nat@a"))])
        }
        ("DescribeAddresses", "allocation-id=eipalloc-9") => {
            let address = "<allocationId>eipalloc-9</allocationId><publicIp>192.0.2.9</publicIp>";
            set("addressesSet", &[address.to_owned()])
        }
        ("DescribeAvailabilityZones", _) => {
            let zone = |name: &str, kind: &str, state: &str| {
                let zone = format!("<zoneName>{name}</zoneName><zoneId>id-of-{name}</zoneId>");
                format!("{zone}<zoneType>{kind}</zoneType><zoneState>{state}</zoneState>")
            };
            let zones = [
                zone("eu-west-1b", "availability-zone", "available"),
                zone("eu-west-1a", "availability-zone", "available"),
                zone("eu-west-1c", "availability-zone", "impaired"),
                zone("eu-west-1-lon-1a", "local-zone", "available"),
            ];
            set("availabilityZoneInfo", &zones)
        }
        ("DescribeManagedPrefixLists", "") => {
            let list = |id: &str, name: &str, owner: &str, tags: &str| {
                let names =
                    format!("<prefixListId>{id}</prefixListId><prefixListName>{name}</prefixListName>");
                let state = "<state>modify-complete</state><version>3</version><maxEntries>5</maxEntries>";
                let family = "<addressFamily>IPv4</addressFamily>";
                format!("{names}<ownerId>{owner}</ownerId>{state}{family}{tags}")
            };
            let lists = [
                list("pl-1", "com.amazonaws.eu-west-1.s3", "AWS", ""),
                list("pl-2", "com.amazonaws.eu-west-1.dynamodb", "AWS", ""),
                list("pl-3", "offices", "444455556666", ""),
                list("pl-4", "lab.corp.1", "111122223333", &tags("prefix-list.corp")),
                list("pl-5", "pl-3", "111122223333", ""),
            ];
            set("prefixListSet", &lists)
        }
        ("GetManagedPrefixListEntries", _) => {
            let described = "<cidr>52.218.0.0/17</cidr><description>one</description>";
            set("entrySet", &[described.to_owned(), "<cidr>3.5.64.0/21</cidr>".to_owned()])
        }
        _ => return None,
    })
}

fn in_vpc(operation: &str, filter: &str) -> Option<String> {
    Some(match operation {
        "DescribeSubnets" => {
            let subnet = |id: &str, cidr: &str, rest: &str| {
                let zone = "<availabilityZone>eu-west-1a</availabilityZone><state>available</state>";
                format!("<subnetId>{id}</subnetId>{IN_VPC}<cidrBlock>{cidr}</cidrBlock>{zone}{rest}")
            };
            let slot =
                "<associationId>assoc-7</associationId><ipv6CidrBlock>2600:1f18:1:ff03::/64</ipv6CidrBlock>";
            let slot = set("ipv6CidrBlockAssociationSet", &[slot.to_owned()]);
            let ours = subnet("subnet-1", "10.0.0.0/24", &(slot + &tags("subnet.public@a")));
            match filter {
                BY_TAG => set("subnetSet", &[ours]),
                _ => set("subnetSet", &[ours, subnet("subnet-9", "10.0.9.0/24", "")]),
            }
        }
        "DescribeRouteTables" => {
            let main = "<associationSet><item><main>true</main></item></associationSet>";
            let table = format!("<routeTableId>rtb-0</routeTableId>{IN_VPC}{main}");
            let association =
                "<routeTableAssociationId>rtbassoc-1</routeTableAssociationId><subnetId>subnet-1</subnetId>";
            let association = format!("<associationSet><item>{association}</item></associationSet>");
            let v4 = "<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-1</gatewayId>";
            let v6 = "<destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock>\
                <egressOnlyInternetGatewayId>eigw-9</egressOnlyInternetGatewayId>";
            let routes = set("routeSet", &[v4.to_owned(), v6.to_owned()]);
            let public = format!("<routeTableId>rtb-1</routeTableId>{IN_VPC}{association}{routes}");
            set("routeTableSet", &[table, public + &tags("route-table.public")])
        }
        "DescribeNetworkAcls" => {
            let association = |it: u8| {
                let id = format!("<networkAclAssociationId>aclassoc-{it}</networkAclAssociationId>");
                format!("{id}<subnetId>subnet-{it}</subnetId>")
            };
            let associations = set("associationSet", &[association(1), association(9)]);
            let entry = |number: u16, action: &str, block: &str| {
                let number = format!("<ruleNumber>{number}</ruleNumber><protocol>-1</protocol>");
                format!("{number}<ruleAction>{action}</ruleAction><egress>false</egress>{block}")
            };
            let entries = [
                entry(100, "allow", "<cidrBlock>0.0.0.0/0</cidrBlock>"),
                entry(101, "allow", "<ipv6CidrBlock>2600:1f18:1:ff00::/56</ipv6CidrBlock>"),
                entry(32767, "deny", "<cidrBlock>0.0.0.0/0</cidrBlock>"),
                entry(32768, "deny", "<ipv6CidrBlock>::/0</ipv6CidrBlock>"),
            ];
            let acl =
                format!("<networkAclId>acl-0</networkAclId>{IN_VPC}<default>true</default>{associations}");
            set("networkAclSet", &[acl + &set("entrySet", &entries)])
        }
        "DescribeSecurityGroups" => {
            let group = |id: &str, name: &str, peer: &str| {
                let group =
                    format!("<groupId>{id}</groupId><groupName>{name}</groupName><groupDescription/>");
                let permission = format!("<ipProtocol>-1</ipProtocol>{peer}");
                format!("{group}{IN_VPC}{}", set("ipPermissions", &[permission]))
            };
            let itself = set("groups", &["<groupId>sg-0</groupId>".to_owned()]);
            let slot = set("ipv6Ranges", &["<cidrIpv6>2600:1f18:1:ff03::/64</cidrIpv6>".to_owned()]);
            set("securityGroupInfo", &[group("sg-0", "default", &itself), group("sg-9", "theirs", &slot)])
        }
        _ => return None,
    })
}

fn on_interfaces(operation: &str) -> Option<String> {
    Some(match operation {
        "DescribeVpcEndpoints" => {
            let network_interfaces = set("networkInterfaceIdSet", &["eni-endpoint".to_owned()]);
            let kind = "<serviceName>com.amazonaws.eu-west-1.sts</serviceName><vpcEndpointType>Interface</vpcEndpointType>";
            let endpoint =
                format!("<vpcEndpointId>vpce-9</vpcEndpointId>{IN_VPC}<state>deleting</state>{kind}");
            set("vpcEndpointSet", &[endpoint + &network_interfaces])
        }
        "DescribeNatGateways" => {
            let nat = |id: &str, state: &str, interface: &str| {
                let nat = format!("<natGatewayId>{id}</natGatewayId>{IN_VPC}<subnetId>subnet-1</subnetId>");
                let address = format!("<networkInterfaceId>{interface}</networkInterfaceId>");
                let address = format!("<item><allocationId>eipalloc-1</allocationId>{address}</item>");
                let addresses = format!("<natGatewayAddressSet>{address}</natGatewayAddressSet>");
                format!("{nat}<state>{state}</state>{addresses}{}", tags("nat.public@a"))
            };
            set(
                "natGatewaySet",
                &[nat("nat-1", "pending", "eni-nat"), nat("nat-0", "deleted", "eni-old-nat")],
            )
        }
        "DescribeNetworkInterfaces" => {
            let interface = |id: &str| {
                let groups = "<groupSet><item><groupId>sg-9</groupId></item></groupSet>";
                format!(
                    "<networkInterfaceId>{id}</networkInterfaceId>{IN_VPC}<subnetId>subnet-1</subnetId>{groups}"
                )
            };
            set("networkInterfaceSet", &["eni-9", "eni-nat", "eni-old-nat", "eni-endpoint"].map(interface))
        }
        _ => return None,
    })
}

fn objects(live: &Live) -> String {
    let object = |(key, it): (&Key, &Object)| {
        let uses: Vec<String> = it.spec.names().map(Key::to_string).collect();
        format!("{key} {} {:?} {:?} uses {} {:?}\n", it.id, it.owner, it.state, uses.join(", "), it.parts)
    };
    live.objects().iter().map(object).collect()
}

fn named(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn needs() -> Needs {
    Needs { blueprint: "lab".to_owned(), ..Needs::default() }
}

#[tokio::test]
async fn an_account_is_read_in_two_waves() {
    let server = Server::that_filters(world);
    let aws = server.connect();
    let seen = aws.observe(&needs()).await.expect("the world answers");

    insta::assert_snapshot!(objects(&seen.live), @r#"
    vpc.main vpc-1 Blueprint Usable uses dhcp.dopt-9 {CidrAssociation(100.64.0.0/16): "assoc-1", Ipv6Association: "assoc-6", Ipv6Prefix: "2600:1f18:1:ff00::/56", DefaultAcl: "acl-0", DefaultGroup: "sg-0", MainTable: "rtb-0"}
    subnet.public@a subnet-1 Blueprint Usable uses vpc.main, route-table.public {AclAssociation: "aclassoc-1", RouteAssociation: "rtbassoc-1", Ipv6Association: "assoc-7"}
    subnet.subnet-9 subnet-9 Foreign Usable uses vpc.main {AclAssociation: "aclassoc-9"}
    igw.main igw-1 Blueprint Usable uses vpc.main {}
    eigw.eigw-9 eigw-9 Foreign Usable uses vpc.main {}
    eigw.old eigw-3 Blueprint Usable uses vpc.vpc-3 {}
    eip.nat@a eipalloc-1 Blueprint Usable uses  {PublicIp: "192.0.2.1"}
    nat.public@a nat-1 Blueprint Pending uses subnet.public@a, eip.nat@a, igw.main {}
    route-table.public rtb-1 Blueprint Usable uses vpc.main, igw.main, eigw.eigw-9 {}
    security-group.sg-9 sg-9 Foreign Usable uses vpc.main {Name: "theirs"}
    prefix-list.corp pl-4 Blueprint Usable uses  {Name: "lab.corp.1", Version: "3"}
    dhcp.dopt-9 dopt-9 Foreign Usable uses  {}
    dhcp.main dopt-1 Blueprint Usable uses  {}
    flow-log.fl-9 fl-9 Foreign Usable uses vpc.main {}
    flow-log.main fl-1 Blueprint Usable uses vpc.main {}
    "#);
    let strangers: Vec<String> = seen.live.strangers().iter().map(|it| format!("{it:?}")).collect();
    insta::assert_snapshot!(strangers.join("\n"), @r#"Stranger { id: "eni-9", what: "network interface", uses: [subnet.public@a, security-group.sg-9, vpc.main], of: [] }"#);
    insta::assert_snapshot!(format!("{} {} {:?}", seen.account, seen.region, seen.facts), @r#"111122223333 eu-west-1 Facts { zones: [Zone { name: "eu-west-1a", id: "id-of-eu-west-1a" }, Zone { name: "eu-west-1b", id: "id-of-eu-west-1b" }], prefix_lists: {}, gateways: {}, groups: {}, quotas: {} }"#);
    assert_eq!(aws.last_reading(), Reading { waves: 2, requests: 24 });
}

#[tokio::test]
async fn what_is_read_is_what_would_be_wanted() {
    let seen = Server::that_filters(world).connect().observe(&needs()).await.expect("the world answers");
    let spec = |key: &str| {
        let object = seen.live.object(&key.parse().expect("a key")).expect("it is there");
        format!("{:?}\n", object.spec)
    };
    let keys = [
        "vpc.main",
        "subnet.public@a",
        "eigw.eigw-9",
        "security-group.sg-9",
        "route-table.public",
        "prefix-list.corp",
        "dhcp.main",
        "dhcp.dopt-9",
        "flow-log.main",
    ];
    insta::assert_snapshot!(keys.map(spec).concat(), @r#"
    Vpc(Vpc { cidr: 10.0.0.0/16, secondary_cidrs: {100.64.0.0/16}, ipv6: true, dns_support: true, dns_hostnames: false, dhcp: Some(dhcp.dopt-9), defaults: Defaults { group: Some(DefaultGroup { inbound: {Rule { traffic: All, peer: Group(security-group.sg-itself) }: ""}, outbound: {} }), acl: Some(DefaultAcl { inbound: {100: Entry { action: Allow, traffic: All, cidr: Cidr(0.0.0.0/0) }, 101: Entry { action: Allow, traffic: All, cidr: Ipv6Prefix }}, outbound: {} }) } })
    Subnet(Subnet { vpc: vpc.main, cidr: 10.0.0.0/24, ipv6: Some(3), assign_ipv6: false, zone: "eu-west-1a", public_ip_on_launch: false, route_table: Some(route-table.public), network_acl: None })
    EgressOnlyGateway(EgressOnlyGateway { vpc: vpc.main })
    SecurityGroup(SecurityGroup { vpc: vpc.main, description: "", inbound: {Rule { traffic: All, peer: Cidr(Ipv6Slot(3)) }: ""}, outbound: {} })
    RouteTable(RouteTable { vpc: vpc.main, routes: {0.0.0.0/0: InternetGateway(igw.main), ::/0: EgressOnlyGateway(eigw.eigw-9)} })
    PrefixList(PrefixList { family: Ipv4, max_entries: 5, entries: {3.5.64.0/21: "", 52.218.0.0/17: "one"} })
    DhcpOptions(DhcpOptions { domain_name: Some("lab.example"), name_servers: [], ntp_servers: [] })
    DhcpOptions(DhcpOptions { domain_name: None, name_servers: [], ntp_servers: [10.0.0.9] })
    FlowLog(FlowLog { vpc: vpc.main, destination: Bucket { arn: "arn:aws:s3:::lab" }, recorded: All, interval_s: 60 })
    "#);
}

#[tokio::test]
async fn what_is_asked_for_is_read_by_its_id() {
    let server = Server::that_filters(world);
    let aws = server.connect();
    let needs = Needs {
        addresses: named(&["eipalloc-9"]),
        prefix_lists: named(&["com.amazonaws.eu-west-1.dynamodb", "pl-3"]),
        prefix_list_entries: named(&["com.amazonaws.eu-west-1.s3"]),
        ..needs()
    };
    let seen = aws.observe(&needs).await.expect("the world answers");
    let address = seen.live.object(&"eip.eipalloc-9".parse().expect("a key")).expect("it is there");
    assert_eq!(address.owner, Owner::Foreign);
    let lists: Vec<String> =
        seen.facts.prefix_lists.iter().map(|(name, it)| format!("{name} {it:?}")).collect();
    insta::assert_snapshot!(lists.join("\n"), @r#"
    com.amazonaws.eu-west-1.dynamodb PrefixList { id: "pl-2", cidrs: [], max_entries: None }
    com.amazonaws.eu-west-1.s3 PrefixList { id: "pl-1", cidrs: [3.5.64.0/21, 52.218.0.0/17], max_entries: None }
    pl-3 PrefixList { id: "pl-3", cidrs: [], max_entries: Some(5) }
    "#);
    // One more for the address, one more for the entries.
    assert_eq!(aws.last_reading(), Reading { waves: 2, requests: 26 });
}

/// An account with gateways of others, of each kind one that is there and one that is no longer.
fn gateways(operation: &str, filter: &str) -> Say {
    let two = |name: &str, id: &str, state: &dyn Fn(&str) -> String, states: [&str; 2]| {
        let one = |(prefix, it): (&str, &str)| format!("<{id}>{prefix}</{id}>{}", state(it));
        set(name, &[one(("x-1", states[0])), one(("x-2", states[1]))])
    };
    let plain = |it: &str| format!("<state>{it}</state>");
    let inside = match (operation, filter) {
        ("DescribeTransitGateways", "transit-gateway-id=tgw-1,tgw-2,tgw-gone") => {
            two("transitGatewaySet", "transitGatewayId", &plain, ["modifying", "deleted"])
                .replace("x-", "tgw-")
        }
        // Another is no news: LocalStack answers with all that there are.
        ("DescribeVpcPeeringConnections", "vpc-peering-connection-id=pcx-2,pcx-3") => {
            let status = |it: &str| format!("<status><code>{it}</code></status>");
            let two =
                two("vpcPeeringConnectionSet", "vpcPeeringConnectionId", &status, ["active", "expired"]);
            let third = "<vpcPeeringConnectionId>pcx-3</vpcPeeringConnectionId>";
            let third = format!("<item>{third}{}</item>", status("pending-acceptance"));
            two.replace(">x-", ">pcx-")
                .replace("</vpcPeeringConnectionSet>", &(third + "</vpcPeeringConnectionSet>"))
        }
        ("DescribeVpnGateways", "vpn-gateway-id=vgw-1,vgw-2") => {
            two("vpnGatewaySet", "vpnGatewayId", &plain, ["available", "deleting"]).replace("x-", "vgw-")
        }
        ("DescribeVpcEndpoints", "vpc-endpoint-type=GatewayLoadBalancer") => {
            two("vpcEndpointSet", "vpcEndpointId", &plain, ["available", "deleted"]).replace("x-", "vpce-")
        }
        ("DescribeNetworkInterfaces", "network-interface-id=eni-1,eni-gone") => {
            set("networkInterfaceSet", &["<networkInterfaceId>eni-1</networkInterfaceId>".to_owned()])
        }
        ("GetCallerIdentity" | "DescribeAvailabilityZones", _) => return world(operation, filter),
        _ => String::new(),
    };
    Say::ok(operation, &inside)
}

#[tokio::test]
async fn gateways_of_others_are_there_or_not() {
    let server = Server::that_filters(gateways);
    let aws = server.connect();
    let ids = ["tgw-1", "tgw-2", "tgw-gone", "pcx-2", "pcx-3", "vgw-1", "vgw-2", "vpce-1", "vpce-2"];
    let gateways = ids.iter().chain(&["eni-1", "eni-gone"]).map(|it| (*it).to_owned()).collect();
    let seen = aws.observe(&Needs { gateways, ..needs() }).await.expect("the world answers");
    assert_eq!(seen.facts.gateways, named(&["tgw-1", "pcx-3", "vgw-1", "vpce-1", "eni-1"]));
    // One more for each kind that is named.
    assert_eq!(aws.last_reading(), Reading { waves: 1, requests: 16 });
}

#[tokio::test]
async fn groups_of_others_are_there_or_not() {
    let server = Server::that_filters(|operation, filter| match (operation, filter) {
        ("DescribeSecurityGroups", "group-id=sg-1,sg-2") => {
            let group = "<groupId>sg-2</groupId><groupName>theirs</groupName><vpcId>vpc-9</vpcId>";
            Say::ok(operation, &set("securityGroupInfo", &[group.to_owned()]))
        }
        ("GetCallerIdentity" | "DescribeAvailabilityZones", _) => world(operation, filter),
        _ => Say::ok(operation, ""),
    });
    let aws = server.connect();
    let seen = aws.observe(&Needs { groups: named(&["sg-1", "sg-2"]), ..needs() }).await;
    let seen = seen.expect("the world answers");
    assert_eq!(seen.facts.groups, named(&["sg-2"]));
    assert_eq!(seen.live, Live::default(), "it is none of what the VPC has");
    // One more for all groups.
    assert_eq!(aws.last_reading(), Reading { waves: 1, requests: 12 });
}

/// An account in which nothing is but a subnet of ours, in a VPC of somebody else's, and another VPC that is not ours.
fn others_world(operation: &str, filter: &str) -> Say {
    let inside = match (operation, filter) {
        ("DescribeSubnets", _) => {
            let subnet = "<subnetId>subnet-1</subnetId><vpcId>vpc-8</vpcId><cidrBlock>10.0.0.0/24</cidrBlock>\
                <availabilityZone>eu-west-1a</availabilityZone>";
            set("subnetSet", &[subnet.to_owned() + &tags("subnet.app@a")])
        }
        ("DescribeVpcs", "vpc-id=vpc-7,vpc-gone") => foreign_vpc("vpc-7", "dopt-0"),
        ("DescribeVpcs", "vpc-id=vpc-8") => foreign_vpc("vpc-8", "default"),
        ("DescribeDhcpOptions", "dhcp-options-id=dopt-0") => {
            let value = |key: &str, value: &str| {
                format!("<key>{key}</key>{}", set("valueSet", &[format!("<value>{value}</value>")]))
            };
            let of_aws = [
                value("domain-name", "eu-west-1.compute.internal"),
                value("domain-name-servers", "AmazonProvidedDNS"),
            ];
            let options = set("dhcpConfigurationSet", &of_aws);
            set("dhcpOptionsSet", &[format!("<dhcpOptionsId>dopt-0</dhcpOptionsId>{options}")])
        }
        ("GetCallerIdentity" | "DescribeAvailabilityZones" | "DescribeVpcAttribute", _) => {
            return world(operation, filter);
        }
        _ => String::new(),
    };
    Say::ok(operation, &inside)
}

fn foreign_vpc(id: &str, dhcp: &str) -> String {
    let dhcp = format!("<dhcpOptionsId>{dhcp}</dhcpOptionsId>");
    set("vpcSet", &[format!("<vpcId>{id}</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>{dhcp}")])
}

#[tokio::test]
async fn vpcs_of_others_are_read_where_they_matter() {
    let server = Server::that_filters(others_world);
    let aws = server.connect();
    let seen = aws.observe(&Needs { vpcs: named(&["vpc-7", "vpc-gone"]), ..needs() }).await;
    let seen = seen.expect("the world answers");
    insta::assert_snapshot!(objects(&seen.live), @"
    vpc.vpc-7 vpc-7 Foreign Usable uses  {}
    vpc.vpc-8 vpc-8 Foreign Usable uses  {}
    subnet.app@a subnet-1 Blueprint Usable uses vpc.vpc-8 {}
    ");
    let requests = server.requests();
    let asked = |operation: &str| {
        let is_it = |it: &&String| it.starts_with(&format!("Action={operation}\n"));
        let it = requests.iter().filter(is_it);
        it.map(|it| it.lines().skip(1).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(asked("DescribeVpcs"), @"
    Filter.1.Name=tag:palisade:blueprint Filter.1.Value.1=lab MaxResults=1000
    Filter.1.Name=vpc-id Filter.1.Value.1=vpc-7 Filter.1.Value.2=vpc-gone MaxResults=1000
    Filter.1.Name=vpc-id Filter.1.Value.1=vpc-8 MaxResults=1000
    ");
    insta::assert_snapshot!(asked("DescribeFlowLogs"), @"
    Filter.1.Name=tag:palisade:blueprint Filter.1.Value.1=lab MaxResults=1000
    Filter.1.Name=resource-id Filter.1.Value.1=vpc-7 Filter.1.Value.2=vpc-8 MaxResults=1000
    ");
    // Twelve, and fifteen for two VPCs: one of them is still to be read itself, and one has DHCP options, AWS's own.
    assert_eq!(aws.last_reading(), Reading { waves: 2, requests: 27 });
}

#[tokio::test]
async fn a_prefix_list_is_read_without_a_vpc() {
    let server = Server::that_filters(|operation, filter| match operation {
        "GetManagedPrefixListEntries" | "DescribeManagedPrefixLists" | "GetCallerIdentity" => {
            world(operation, filter)
        }
        _ => Say::ok(operation, ""),
    });
    let aws = server.connect();
    let seen = aws.observe(&needs()).await.expect("the world answers");
    insta::assert_snapshot!(objects(&seen.live), @r#"prefix-list.corp pl-4 Blueprint Usable uses  {Name: "lab.corp.1", Version: "3"}"#);
    assert_eq!(aws.last_reading(), Reading { waves: 2, requests: 12 });
}

#[tokio::test]
async fn an_empty_account_takes_one_wave() {
    let server = Server::that_filters(|operation, filter| match operation {
        "GetCallerIdentity" | "DescribeAvailabilityZones" => world(operation, filter),
        _ => Say::ok(operation, ""),
    });
    let aws = server.connect();
    let seen = aws.observe(&needs()).await.expect("the world answers");
    assert_eq!(seen.live, Live::default());
    assert_eq!(aws.last_reading(), Reading { waves: 1, requests: 11 });
}

#[tokio::test]
async fn entries_are_read_page_by_page() {
    let page = |block: &str, rest: &str| {
        let entries = set("entrySet", &[format!("<cidr>{block}</cidr>")]);
        Say::ok("GetManagedPrefixListEntries", &(entries + rest))
    };
    let server =
        Server::that_says([page("10.0.0.0/8", "<nextToken>more</nextToken>"), page("10.1.0.0/16", "")]);
    let read = crate::kinds::prefix_list::read_entries(server.connect().reads, "pl-1".to_owned()).await;
    let blocks: Vec<String> = read.expect("entries").1.keys().map(ToString::to_string).collect();
    assert_eq!(blocks, ["10.0.0.0/8", "10.1.0.0/16"]);
}

#[tokio::test]
async fn bad_credentials_are_told_before_anything_else() {
    let server = Server::that_answers(|operation| match operation {
        "GetCallerIdentity" => Say::Xml(
            403,
            "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>late</Message></Error></ErrorResponse>"
                .to_owned(),
        ),
        _ => Say::error(401, "AuthFailure", "who are you?"),
    });
    let error = server.connect().observe(&needs()).await.expect_err("no good");
    let message = "ExpiredToken: late (request r-1) (the session is over: sign in again)".to_owned();
    assert_eq!(error, CloudError::Unusable(message));
}
