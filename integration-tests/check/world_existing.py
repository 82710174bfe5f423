"""A network inside of a VPC that somebody else has built, and what may happen to both."""

import pathlib
from typing import Any, Iterator

from account import readings
from bite import Change, Request, Stranger, World, change
from builder import Builder, permission, ranges
from words import ANYWHERE

BLUEPRINT = """
name   = "guest"
region = "eu-west-1"

[vpc]
existing  = "VPC"
zones     = 2
flow-logs = { to = "log-group:/vpc/guest", role = "arn:aws:iam::111122223333:role/logs" }

[tiers.shared]
existing-subnets = ["SUBNET-A", "SUBNET-B"]

[tiers.web]
route        = "internet"
size         = "/25"
nat-gateways = "single"

[tiers.jobs]
route = "nat"
cidr  = "10.70.8.0/24"
zones = ["eu-west-1b", "c"]

[security-groups.endpoints]
inbound = [{ from = ["tier:shared", "vpc", "GROUP", "LIST"], ports = 443 }]

[endpoints.s3]
tiers        = ["jobs"]
route-tables = ["TABLE"]

[endpoints.sts]
tiers           = ["shared", "jobs"]
security-groups = ["endpoints", "GROUP"]
"""


def build(directory: pathlib.Path) -> World:
    builder = Builder("guest", "eu-west-1", directory, {})
    host = build_host(builder)
    snapshot = builder.snapshot("before.json")
    build_tiers(builder, host)
    build_rest(builder, host)
    text = BLUEPRINT
    for name in sorted(host, key=len, reverse=True):
        text = text.replace(f'"{name}"', f'"{host[name]}"')
    return World(builder.ec2, builder.write("guest.toml", text), ["--since", str(snapshot)])


def build_host(builder: Builder) -> dict[str, str]:
    """Builds what was there before: its ids by their name in the blueprint."""
    ec2 = builder.ec2
    vpc = ec2.create_vpc(CidrBlock="10.70.0.0/20")["Vpc"]["VpcId"]
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/24")
    igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=igw)
    host = {"VPC": vpc, "GATEWAY": igw, "TABLE": table}
    for name, cidr in (("A", "10.70.0.0/24"), ("B", "10.70.3.0/24")):
        place = {"CidrBlock": cidr, "AvailabilityZone": f"eu-west-1{name.lower()}"}
        host[f"SUBNET-{name}"] = ec2.create_subnet(VpcId=vpc, **place)["Subnet"]["SubnetId"]
        ec2.associate_route_table(SubnetId=host[f"SUBNET-{name}"], RouteTableId=table)
    host["GROUP"] = ec2.create_security_group(VpcId=vpc, GroupName="shared", Description="shared")["GroupId"]
    corp = {"PrefixListName": "corp", "AddressFamily": "IPv4", "MaxEntries": 3, "Entries": [{"Cidr": "192.0.2.0/24"}]}
    host["LIST"] = ec2.create_managed_prefix_list(**corp)["PrefixList"]["PrefixListId"]
    return host


# The zones of the lowest ids are b and c; four slots of a /25 fill a /23, and the first two are in use.
SUBNETS = {
    "subnet.web@b": ("10.70.4.0/25", "eu-west-1b", "route-table.web"),
    "subnet.web@c": ("10.70.4.128/25", "eu-west-1c", "route-table.web"),
    "subnet.jobs@b": ("10.70.8.0/26", "eu-west-1b", "route-table.jobs@b"),
    "subnet.jobs@c": ("10.70.8.64/26", "eu-west-1c", "route-table.jobs@c"),
}


def build_tiers(builder: Builder, host: dict[str, str]) -> None:
    vpc = {"VpcId": host["VPC"]}
    for table in dict.fromkeys(table for _, _, table in SUBNETS.values()):
        builder.make(table, "create_route_table", **vpc)
    for key, (cidr, zone, table) in SUBNETS.items():
        builder.subnet(key, builder.ids[table], **vpc, CidrBlock=cidr, AvailabilityZone=zone)
    everywhere = {"DestinationCidrBlock": ANYWHERE}
    # The VPC has a gateway, and a second one cannot be.
    builder.routes("route-table.web", everywhere | {"GatewayId": host["GATEWAY"]})
    address = builder.make("eip.nat@b", "allocate_address", Domain="vpc")
    nat = {"SubnetId": builder.ids["subnet.web@b"], "AllocationId": address, "ConnectivityType": "public"}
    builder.make("nat.main@b", "create_nat_gateway", **nat)
    for zone in "bc":
        builder.routes(f"route-table.jobs@{zone}", everywhere | {"NatGatewayId": builder.ids["nat.main@b"]})


def build_rest(builder: Builder, host: dict[str, str]) -> None:
    builder.make("flow-log.vpc", "create_flow_logs", **flow_logs(host["VPC"]))
    group = builder.group("security-group.endpoints", "by palisade", host["VPC"])
    cidrs = ("10.70.0.0/24", "10.70.3.0/24", "10.70.0.0/20", "100.64.0.0/24")
    peers = {"UserIdGroupPairs": [{"GroupId": host["GROUP"]}], "PrefixListIds": [{"PrefixListId": host["LIST"]}]}
    inbound = permission("tcp", 443, 443, **ranges(*cidrs), **peers)
    builder.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[inbound])
    vpc, service = {"VpcId": host["VPC"]}, "com.amazonaws.eu-west-1"
    gateway = {"VpcEndpointType": "Gateway", "ServiceName": f"{service}.s3"}
    tables = [host["TABLE"], *(builder.ids[f"route-table.jobs@{zone}"] for zone in "bc")]
    builder.make("endpoint.s3", "create_vpc_endpoint", **vpc, **gateway, RouteTableIds=tables)
    # In a and b it stands in the first of its tiers, in c in the second, which has that zone.
    subnets = [host["SUBNET-A"], host["SUBNET-B"], builder.ids["subnet.jobs@c"]]
    builder.make(
        "endpoint.sts",
        "create_vpc_endpoint",
        **vpc,
        VpcEndpointType="Interface",
        ServiceName=f"{service}.sts",
        SubnetIds=subnets,
        SecurityGroupIds=[group, host["GROUP"]],
        PrivateDnsEnabled=True,
    )


def flow_logs(vpc: str) -> dict[str, Any]:
    return {
        "ResourceType": "VPC",
        "ResourceIds": [vpc],
        "TrafficType": "ALL",
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": "/vpc/guest",
        "DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/logs",
        "MaxAggregationInterval": 600,
    }


# What may be changed by hand, and as what it shows


def changes(world: World) -> Iterator[Change]:
    yield from of_ours(world)
    yield from of_host(world)


def of_ours(world: World) -> Iterator[Change]:
    key = "route-table.web"
    routes = world.account.things[world.ids[key]].raw["Routes"]
    right = next(it for it in routes if it["DestinationCidrBlock"] == ANYWHERE)
    route = {"RouteTableId": world.ids[key], "DestinationCidrBlock": ANYWHERE}
    yield change(key, ("delete_route", route), ("create_route", route | {"GatewayId": right["GatewayId"]}))
    key = "security-group.endpoints"
    for peer in ("10.70.3.0/24", "100.64.0.0/24"):
        rule = {"GroupId": world.ids[key], "IpPermissions": [permission("tcp", 443, 443, **ranges(peer))]}
        yield change(key, ("revoke_security_group_ingress", rule), ("authorize_security_group_ingress", rule))
    key = "endpoint.sts"
    shared = world.account.things[world.ids[key]].raw["SubnetIds"][:1]
    less, more = ({"VpcEndpointId": world.ids[key], it: shared} for it in ("RemoveSubnetIds", "AddSubnetIds"))
    yield change(key, ("modify_vpc_endpoint", less), ("modify_vpc_endpoint", more))
    log = world.account.things[world.ids["flow-log.vpc"]].raw
    right_log = flow_logs(log["ResourceId"])
    tags = {"TagSpecifications": [{"ResourceType": "vpc-flow-log", "Tags": log["Tags"]}]}

    def delete() -> Request:
        ids = [it["FlowLogId"] for it in readings(world.ec2, "describe_flow_logs", "FlowLogs")]
        return "delete_flow_logs", {"FlowLogIds": ids}

    for it in ({"LogGroupName": "/vpc/other"}, {"DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/other"}):
        back = "create_flow_logs", right_log | tags
        yield change("flow-log.vpc", [delete, ("create_flow_logs", right_log | tags | it)], delete, back)


def of_host(world: World) -> Iterator[Change]:
    """What was there before is as it was: this shows under its own id."""
    vpc = next(it for it in world.account.of_kind("vpc") if it.id in world.blueprint.read_text()).id
    inside = [it for it in world.account.in_vpc(vpc) if not it.key]
    things = {it.kind: it.id for it in inside if not world.account.is_default(it)}
    defaults = {it.kind: it.id for it in inside if world.account.is_default(it)}
    off, on = ({"VpcId": vpc, "EnableDnsSupport": {"Value": it}} for it in (False, True))
    yield change(vpc, ("modify_vpc_attribute", off), ("modify_vpc_attribute", on))
    for group in (things["security group"], defaults["security group"]):
        rule = {"GroupId": group, "IpPermissions": [permission("tcp", 22, 22, **ranges(ANYWHERE))]}
        yield change(group, ("authorize_security_group_ingress", rule), ("revoke_security_group_ingress", rule))
    for table in (things["route table"], defaults["route table"]):
        route = {"RouteTableId": table, "DestinationCidrBlock": "10.99.0.0/16"}
        via = {"GatewayId": things["internet gateway"]}
        yield change(table, ("create_route", route | via), ("delete_route", route))
    acl = defaults["network acl"]
    place = {"NetworkAclId": acl, "RuleNumber": 90, "Egress": False}
    entry = place | {"Protocol": "-1", "RuleAction": "deny", "CidrBlock": ANYWHERE}
    yield change(acl, ("create_network_acl_entry", entry), ("delete_network_acl_entry", place))
    subnet = things["subnet"]
    public, private = ({"SubnetId": subnet, "MapPublicIpOnLaunch": {"Value": it}} for it in (True, False))
    yield change(subnet, ("modify_subnet_attribute", public), ("modify_subnet_attribute", private))
    for id in (vpc, subnet, things["internet gateway"], defaults["security group"]):
        tag = {"Resources": [id], "Tags": [{"Key": "team", "Value": "other"}]}
        yield change(id, ("create_tags", tag), ("delete_tags", tag))


def strangers(world: World) -> Iterator[Stranger]:
    vpc = next(it for it in world.account.of_kind("vpc") if it.id in world.blueprint.read_text()).id
    subnet = ("create_subnet", {"VpcId": vpc, "CidrBlock": "10.70.12.0/24"})
    yield Stranger(subnet, "Subnet.SubnetId", ("delete_subnet", "SubnetId"))
    group = ("create_security_group", {"VpcId": vpc, "GroupName": "by-hand", "Description": "by hand"})
    yield Stranger(group, "GroupId", ("delete_security_group", "GroupId"))


def losses(world: World) -> Iterator[Change]:
    yield change("nat.main@b, eip.nat@b, route-table.jobs@b, route-table.jobs@c", (
        "delete_nat_gateway", {"NatGatewayId": world.ids["nat.main@b"]}
    ))  # fmt: skip
