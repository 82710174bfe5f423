"""A dual-stack network with everything that a VPC can have beside its tiers."""

import ipaddress
import pathlib
from typing import Any

from bite import World
from builder import Builder, permission, ranges
from words import ANYWHERE, ANYWHERE_V6, LAST_ENTRY, spelled

POLICY = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}'
BASE = """
name   = "base"
region = "us-east-1"

[tags]
team = "ml"

[vpc]
cidr  = "10.1.0.0/16"
zones = ["c"]

[endpoints.s3]
tiers  = ["data"]
policy = { file = "policies/s3.json" }
"""
BLUEPRINT = """
extends = "common/base.toml"
name    = "dual"

[vpc]
cidr                = "10.60.0.0/22"
secondary-cidrs     = ["100.64.0.0/16"]
zones               = ["use1-az6", "us-east-1b"]
ipv6                = true
default-network-acl = "deny-all"
flow-logs           = { to = "s3://BUCKET/vpc/", traffic = "reject", interval = 60 }

[vpc.dhcp]
domain-name  = "ml.internal"
name-servers = ["10.60.0.2", "AmazonProvidedDNS"]
ntp-servers  = ["169.254.169.123"]

[tiers.public]
route         = "internet"
cidr          = "10.60.0.0/25"
slots         = 2
nat-gateways  = "per-zone"
nat-addresses = ["ADDRESS-A", "ADDRESS-B"]

[tiers.app]
route       = "nat"
size        = "/26"
assign-ipv6 = false

[tiers.data]
route  = "isolated"
size   = "/24"
routes = [{ to = "prefix-list:corp", via = "HUB" }, { to = "outside:office", via = "HUB" }]

[tiers.data.network-acl]
inbound = [
  { rule = 100, allow = "all", from = "vpc" },
  { rule = 200, allow = "tcp", ports = 443, from = ["tier:app", "internet"] },
  { rule = 300, allow = "icmp", from = "internet" },
  { rule = 310, allow = "icmpv6", from = "internet" },
  { rule = 400, deny = "tcp", ports = 22, from = "prefix-list:corp" },
]
outbound = [{ rule = 100, allow = "all", to = "outside:office" }]

[security-groups.app]
description = "services"
inbound = [
  { from = ["internet", "prefix-list:corp", "prefix-list:corp6"], ports = 443 },
  { from = "internet", protocol = "icmp" },
  { from = "internet", protocol = "icmpv6" },
  { from = "tier:app", ports = 9000 },
  { from = "vpc", ports = "8000-8100", description = "checks" },
]
outbound = [{ to = ["outside:office", "endpoint:s3"], ports = 443 }]

[security-groups.endpoints]
description = "endpoints"
inbound = [{ from = "group:app", ports = 443 }]

[prefix-lists.corp]
entries     = ["192.0.2.0/24", { cidr = "198.51.100.0/24", description = "office" }]
max-entries = 5

[prefix-lists.corp6]
entries = ["2001:db8:1::/48"]

[outside.office]
cidrs = ["10.200.0.0/16", "2001:db8:2::/48"]

[endpoint-sets]
sagemaker-notebook = { tiers = ["app"], security-groups = ["endpoints"] }

[endpoints.sts]
security-groups = ["app"]
private-dns     = false

[endpoints.logs]
tiers = ["data"]

[quotas]
rules-per-group = 100

[protect]
keys = ["tier:data", "prefix-list.corp"]
"""
PROTECTED = {"protect": "true"}
OFFICE = ("10.200.0.0/16", "2001:db8:2::/48")


def build(directory: pathlib.Path) -> World:
    builder = Builder("dual", "us-east-1", directory, {"team": "research"})
    ec2 = builder.ec2
    bucket = f"flow-logs-{builder.number}"
    builder.s3.create_bucket(Bucket=bucket)
    addresses = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(2)]
    hub = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    build_lists(builder)
    build_vpc(builder, bucket)
    build_tables(builder, addresses, hub)
    build_acl(builder)
    build_groups(builder)
    build_endpoints(builder)
    builder.write("common/base.toml", BASE)
    builder.write("common/policies/s3.json", POLICY)
    text = BLUEPRINT.replace("BUCKET", bucket).replace("HUB", hub)
    path = builder.write("dual.toml", text.replace("ADDRESS-A", addresses[0]).replace("ADDRESS-B", addresses[1]))
    return World(ec2, path, ["--set", "tags.team=research", "--set", "tiers.app.assign-ipv6=true"])


def build_lists(builder: Builder) -> None:
    corp = [{"Cidr": "192.0.2.0/24"}, {"Cidr": "198.51.100.0/24", "Description": "office"}]
    create = "create_managed_prefix_list"
    v4 = {"PrefixListName": "corp", "AddressFamily": "IPv4", "MaxEntries": 5, "Entries": corp}
    builder.make("prefix-list.corp", create, PROTECTED, **v4)
    corp6 = {"PrefixListName": "corp6", "AddressFamily": "IPv6", "MaxEntries": 1}
    builder.make("prefix-list.corp6", create, **corp6, Entries=[{"Cidr": "2001:db8:1::/48"}])


def build_vpc(builder: Builder, bucket: str) -> None:
    ec2 = builder.ec2
    vpc = builder.make("vpc.main", "create_vpc", CidrBlock="10.60.0.0/22", AmazonProvidedIpv6CidrBlock=True)
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    options = builder.make("dhcp.main", "create_dhcp_options", DhcpConfigurations=OPTIONS)
    # The quirk `dhcp-tags-lost`.
    ec2.create_tags(Resources=[options], Tags=builder.tagged("dhcp.main"))
    ec2.associate_dhcp_options(VpcId=vpc, DhcpOptionsId=options)
    builder.make("flow-log.vpc", "create_flow_logs", **flow_logs(vpc, bucket))
    igw = builder.make("igw.main", "create_internet_gateway")
    ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
    builder.make("eigw.main", "create_egress_only_internet_gateway", VpcId=vpc)
    builder.emptied(builder.default("security group", vpc))
    acl = builder.default("network acl", vpc)
    for entry in [it for it in acl["Entries"] if it["RuleNumber"] < LAST_ENTRY]:
        place = {"RuleNumber": entry["RuleNumber"], "Egress": entry["Egress"]}
        ec2.delete_network_acl_entry(NetworkAclId=acl["NetworkAclId"], **place)


OPTIONS = [
    {"Key": "domain-name", "Values": ["ml.internal"]},
    {"Key": "domain-name-servers", "Values": ["10.60.0.2", "AmazonProvidedDNS"]},
    {"Key": "ntp-servers", "Values": ["169.254.169.123"]},
]


def flow_logs(vpc: str, bucket: str) -> dict[str, Any]:
    return {
        "ResourceType": "VPC",
        "ResourceIds": [vpc],
        "TrafficType": "REJECT",
        "LogDestinationType": "s3",
        "LogDestination": f"arn:aws:s3:::{bucket}/vpc",
        "MaxAggregationInterval": 60,
    }


# Block, zone and number of the IPv6 block of each subnet, and the table that it follows.
SUBNETS = {
    "subnet.public@a": ("10.60.0.0/26", "us-east-1a", 0, "route-table.public"),
    "subnet.public@b": ("10.60.0.64/26", "us-east-1b", 1, "route-table.public"),
    "subnet.app@a": ("10.60.1.0/26", "us-east-1a", 2, "route-table.app@a"),
    "subnet.app@b": ("10.60.1.64/26", "us-east-1b", 3, "route-table.app@b"),
    "subnet.data@a": ("100.64.0.0/24", "us-east-1a", 4, "route-table.data"),
    "subnet.data@b": ("100.64.1.0/24", "us-east-1b", 5, "route-table.data"),
}


def build_tables(builder: Builder, addresses: list[str], hub: str) -> None:
    ec2, vpc = builder.ec2, builder.ids["vpc.main"]
    for table in dict.fromkeys(table for _, _, _, table in SUBNETS.values()):
        more = PROTECTED if table == "route-table.data" else {}
        builder.make(table, "create_route_table", more, VpcId=vpc)
    for key, (cidr, zone, number, table) in SUBNETS.items():
        more = PROTECTED if ".data" in key else {}
        place = {"VpcId": vpc, "CidrBlock": cidr, "AvailabilityZone": zone, "Ipv6CidrBlock": ipv6(builder, number)}
        subnet = builder.subnet(key, builder.ids[table], more, **place)
        if ".app" in key:
            ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    v4, v6 = {"DestinationCidrBlock": ANYWHERE}, {"DestinationIpv6CidrBlock": ANYWHERE_V6}
    igw, eigw = {"GatewayId": builder.ids["igw.main"]}, {"EgressOnlyInternetGatewayId": builder.ids["eigw.main"]}
    builder.routes("route-table.public", v4 | igw, v6 | igw)
    for zone, address in zip("ab", addresses):
        nat = {"SubnetId": builder.ids[f"subnet.public@{zone}"], "AllocationId": address, "ConnectivityType": "public"}
        id = builder.make(f"nat.main@{zone}", "create_nat_gateway", **nat)
        builder.routes(f"route-table.app@{zone}", v4 | {"NatGatewayId": id}, v6 | eigw)
    via = {"TransitGatewayId": hub}
    corp = {"DestinationPrefixListId": builder.ids["prefix-list.corp"]}
    office = {"DestinationCidrBlock": "10.200.0.0/16"}, {"DestinationIpv6CidrBlock": "2001:db8:2::/48"}
    builder.routes("route-table.data", corp | via, office[0] | via, office[1] | via)


def ipv6(builder: Builder, number: int) -> str:
    """Returns the /64 of a number in the VPC's /56."""
    return str(list(ipaddress.ip_network(whole(builder)).subnets(new_prefix=64))[number])


def whole(builder: Builder) -> str:
    vpc = builder.ec2.describe_vpcs(VpcIds=[builder.ids["vpc.main"]])["Vpcs"][0]
    return spelled(vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])


def build_acl(builder: Builder) -> None:
    ec2, everyone = builder.ec2, (ANYWHERE, ANYWHERE_V6)
    app = ("10.60.1.0/24", ipv6(builder, 2), ipv6(builder, 3))
    vpc = ("10.60.0.0/22", "100.64.0.0/16", whole(builder))
    acl = builder.make("network-acl.data", "create_network_acl", PROTECTED, VpcId=builder.ids["vpc.main"])
    entries = [
        (False, 100, "allow", "-1", None, vpc),
        (False, 200, "allow", "6", 443, app + everyone),
        (False, 300, "allow", "1", None, everyone[:1]),
        (False, 310, "allow", "58", None, everyone[1:]),
        (False, 400, "deny", "6", 22, ("192.0.2.0/24", "198.51.100.0/24")),
        (True, 100, "allow", "-1", None, OFFICE),
    ]
    for egress, first, action, protocol, port, cidrs in entries:
        for number, cidr in enumerate(cidrs, first):
            entry = {"NetworkAclId": acl, "Egress": egress, "RuleNumber": number, "RuleAction": action}
            entry["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
            if port:
                entry["PortRange"] = {"From": port, "To": port}
            if protocol in ("1", "58"):
                entry["IcmpTypeCode"] = {"Type": -1, "Code": -1}
            ec2.create_network_acl_entry(**entry, Protocol=protocol)
    for zone in "ab":
        builder.follows_acl(builder.ids[f"subnet.data@{zone}"], acl)


def build_groups(builder: Builder) -> None:
    ec2, ids = builder.ec2, builder.ids
    app, endpoints = (builder.group(f"security-group.{name}", about) for name, about in GROUPS.items())
    lists = [{"PrefixListId": ids[f"prefix-list.{name}"]} for name in ("corp", "corp6")]
    six = ipv6(builder, 2), ipv6(builder, 3)
    vpc = ranges("10.60.0.0/22", "100.64.0.0/16", whole(builder))
    checks = {field: [it | {"Description": "checks"} for it in peers] for field, peers in vpc.items()}
    inbound = [
        permission("tcp", 443, 443, **ranges(ANYWHERE, ANYWHERE_V6), PrefixListIds=lists),
        permission("icmp", -1, -1, **ranges(ANYWHERE)),
        permission("icmpv6", -1, -1, **ranges(ANYWHERE_V6)),
        permission("tcp", 9000, 9000, **ranges("10.60.1.0/24", *six)),
        permission("tcp", 8000, 8100, **checks),
    ]
    ec2.authorize_security_group_ingress(GroupId=app, IpPermissions=inbound)
    outbound = permission("tcp", 443, 443, **ranges(*OFFICE), PrefixListIds=[{"PrefixListId": builder.amazons("s3")}])
    ec2.authorize_security_group_egress(GroupId=app, IpPermissions=[outbound])
    from_app = permission("tcp", 443, 443, UserIdGroupPairs=[{"GroupId": app}])
    ec2.authorize_security_group_ingress(GroupId=endpoints, IpPermissions=[from_app])


GROUPS = {"app": "services", "endpoints": "endpoints"}


def build_endpoints(builder: Builder) -> None:
    ids, vpc = builder.ids, {"VpcId": builder.ids["vpc.main"]}
    tables = [ids[it] for it in ("route-table.data", "route-table.app@a", "route-table.app@b")]
    gateway = {"ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway", "PolicyDocument": POLICY}
    builder.make("endpoint.s3", "create_vpc_endpoint", **vpc, **gateway, RouteTableIds=tables)
    # Tier, groups and private names of each; the union of two tiers stands where the first of them is.
    interfaces = {
        "sagemaker.api": ("app", ["endpoints"], True),
        "sagemaker.runtime": ("app", ["endpoints"], True),
        "notebook": ("app", ["endpoints"], True),
        "kms": ("app", ["endpoints"], True),
        "sts": ("app", ["app", "endpoints"], False),
        "logs": ("data", ["endpoints"], True),
    }
    for name, (tier, groups, private_dns) in interfaces.items():
        service = "aws.sagemaker.us-east-1.notebook" if name == "notebook" else f"com.amazonaws.us-east-1.{name}"
        builder.make(
            f"endpoint.{name}",
            "create_vpc_endpoint",
            **vpc,
            ServiceName=service,
            VpcEndpointType="Interface",
            SubnetIds=[ids[f"subnet.{tier}@{zone}"] for zone in "ab"],
            SecurityGroupIds=[ids[f"security-group.{it}"] for it in groups],
            PrivateDnsEnabled=private_dns,
        )
