//! What an account reads back as.

use std::collections::BTreeSet;

use palisade_core::{Cloud, CloudError, Key, Live, Needs, Object};

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

/// An account with a VPC of ours and with others' things in it.
fn world(operation: &str) -> Say {
    match around_vpc(operation).or_else(|| in_vpc(operation)).or_else(|| on_interfaces(operation)) {
        Some(inside) => Say::ok(operation, &inside),
        None => Say::error(400, "InvalidAction", operation),
    }
}

fn around_vpc(operation: &str) -> Option<String> {
    Some(match operation {
        "GetCallerIdentity" => {
            "<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>".to_owned()
        }
        "DescribeVpcs" => {
            let vpc = format!(
                "{IN_VPC}<cidrBlock>10.0.0.0/16</cidrBlock><state>available</state>{}",
                tags("vpc.main")
            );
            set("vpcSet", &[vpc])
        }
        "DescribeVpcAttribute" => "<enableDnsSupport><value>true</value></enableDnsSupport>\
            <enableDnsHostnames><value>false</value></enableDnsHostnames>"
            .to_owned(),
        "DescribeInternetGateways" => {
            let attachment =
                format!("<attachmentSet><item>{IN_VPC}<state>available</state></item></attachmentSet>");
            let gateway =
                format!("<internetGatewayId>igw-1</internetGatewayId>{attachment}{}", tags("igw.main"));
            set("internetGatewaySet", &[gateway])
        }
        "DescribeAddresses" => {
            let address = "<allocationId>eipalloc-1</allocationId><publicIp>192.0.2.1</publicIp>";
            set("addressesSet", &[format!("{address}{}", tags("eip.nat@a"))])
        }
        "DescribeAvailabilityZones" => {
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
        "DescribeManagedPrefixLists" => {
            let name = "<prefixListName>com.amazonaws.eu-west-1.s3</prefixListName>";
            set("prefixListSet", &[format!("<prefixListId>pl-1</prefixListId>{name}")])
        }
        "GetManagedPrefixListEntries" => {
            set("entrySet", &["<cidr>52.218.0.0/17</cidr>".to_owned(), "<cidr>3.5.64.0/21</cidr>".to_owned()])
        }
        _ => return None,
    })
}

fn in_vpc(operation: &str) -> Option<String> {
    Some(match operation {
        "DescribeSubnets" => {
            let subnet = |id: &str, cidr: &str, tags: &str| {
                let zone = "<availabilityZone>eu-west-1a</availabilityZone><state>available</state>";
                format!("<subnetId>{id}</subnetId>{IN_VPC}<cidrBlock>{cidr}</cidrBlock>{zone}{tags}")
            };
            let ours = subnet("subnet-1", "10.0.0.0/24", &tags("subnet.public@a"));
            set("subnetSet", &[ours, subnet("subnet-9", "10.0.9.0/24", "")])
        }
        "DescribeRouteTables" => {
            let main = "<associationSet><item><main>true</main></item></associationSet>";
            let table = format!("<routeTableId>rtb-0</routeTableId>{IN_VPC}{main}");
            let association =
                "<routeTableAssociationId>rtbassoc-1</routeTableAssociationId><subnetId>subnet-1</subnetId>";
            let association = format!("<associationSet><item>{association}</item></associationSet>");
            let route = "<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-1</gatewayId>";
            let routes = format!("<routeSet><item>{route}</item></routeSet>");
            let public = format!("<routeTableId>rtb-1</routeTableId>{IN_VPC}{association}{routes}");
            set("routeTableSet", &[table, public + &tags("route-table.public")])
        }
        "DescribeNetworkAcls" => {
            let association = |it: u8| {
                let id = format!("<networkAclAssociationId>aclassoc-{it}</networkAclAssociationId>");
                format!("{id}<subnetId>subnet-{it}</subnetId>")
            };
            let associations = set("associationSet", &[association(1), association(9)]);
            let acl =
                format!("<networkAclId>acl-0</networkAclId>{IN_VPC}<default>true</default>{associations}");
            set("networkAclSet", &[acl])
        }
        "DescribeSecurityGroups" => {
            let group = |id: &str, name: &str| {
                format!("<groupId>{id}</groupId><groupName>{name}</groupName><groupDescription/>{IN_VPC}")
            };
            set("securityGroupInfo", &[group("sg-0", "default"), group("sg-9", "theirs")])
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

#[tokio::test]
async fn an_account_is_read_in_two_waves() {
    let server = Server::that_answers(world);
    let aws = server.connect();
    let lists = BTreeSet::from(["com.amazonaws.eu-west-1.s3".to_owned()]);
    let (blueprint, prefix_list_entries) = ("lab".to_owned(), lists);
    let needs = Needs { blueprint, prefix_list_entries, ..Needs::default() };
    let seen = aws.observe(&needs).await.expect("the world answers");

    let object = |(key, it): (&Key, &Object)| {
        let uses: Vec<String> =
            it.spec.refs().into_iter().chain(it.spec.peers()).map(Key::to_string).collect();
        format!("{key} {} {:?} {:?} uses {} {:?}\n", it.id, it.owner, it.state, uses.join(", "), it.parts)
    };
    let objects: String = seen.live.objects().iter().map(object).collect();
    insta::assert_snapshot!(objects, @r#"
    vpc.main vpc-1 Blueprint Usable uses  {DefaultAcl: "acl-0", DefaultGroup: "sg-0", MainTable: "rtb-0"}
    subnet.public@a subnet-1 Blueprint Usable uses vpc.main, route-table.public {AclAssociation: "aclassoc-1", RouteAssociation: "rtbassoc-1"}
    subnet.subnet-9 subnet-9 Foreign Usable uses vpc.main {AclAssociation: "aclassoc-9"}
    igw.main igw-1 Blueprint Usable uses vpc.main {}
    eip.nat@a eipalloc-1 Blueprint Usable uses  {PublicIp: "192.0.2.1"}
    nat.public@a nat-1 Blueprint Pending uses subnet.public@a, eip.nat@a, igw.main {}
    route-table.public rtb-1 Blueprint Usable uses vpc.main, igw.main {}
    security-group.sg-9 sg-9 Foreign Usable uses vpc.main {}
    "#);
    let strangers: Vec<String> = seen.live.strangers().iter().map(|it| format!("{it:?}")).collect();
    insta::assert_snapshot!(strangers.join("\n"), @r#"Stranger { id: "eni-9", what: "network interface", uses: [subnet.public@a, security-group.sg-9, vpc.main] }"#);
    insta::assert_snapshot!(format!("{} {} {:?}", seen.account, seen.region, seen.facts), @r#"111122223333 eu-west-1 Facts { zones: [Zone { name: "eu-west-1a", id: "id-of-eu-west-1a" }, Zone { name: "eu-west-1b", id: "id-of-eu-west-1b" }], prefix_lists: {"com.amazonaws.eu-west-1.s3": PrefixList { id: "pl-1", cidrs: [3.5.64.0/21, 52.218.0.0/17] }} }"#);
    assert_eq!(aws.last_reading(), Reading { waves: 2, requests: 17 });
}

#[tokio::test]
async fn an_empty_account_takes_one_wave() {
    let server = Server::that_answers(|operation| match operation {
        "DescribeVpcs" | "DescribeInternetGateways" | "DescribeAddresses" => Say::ok(operation, ""),
        other => world(other),
    });
    let aws = server.connect();
    let needs = Needs { blueprint: "lab".to_owned(), ..Needs::default() };
    let seen = aws.observe(&needs).await.expect("the world answers");
    assert_eq!(seen.live, Live::default());
    assert_eq!(aws.last_reading(), Reading { waves: 1, requests: 5 });
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
    let needs = Needs { blueprint: "lab".to_owned(), ..Needs::default() };
    let error = server.connect().observe(&needs).await.expect_err("no good");
    let message = "ExpiredToken: late (request r-1) (the session is over: sign in again)".to_owned();
    assert_eq!(error, CloudError::Unusable(message));
}
