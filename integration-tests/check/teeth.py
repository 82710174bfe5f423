#!/usr/bin/env python3
"""Shows that `verify.py network` notices what it is for.

With a blueprint, changes the applied `ml-3az`, one thing at a time; with `worlds`, builds networks of its own that have
what `ml-3az` has not, and changes those.
Each change must show as a difference of the objects named with it and of nothing else, and is taken back afterwards.
"""

import pathlib
import sys
from typing import Any, Iterator

import boto3

import worlds
from bite import Change, Later, Request, Stranger, Unnoticed, World, bites, bites_losses, bites_strangers, change
from document import read
from words import ANYWHERE

# Changes that one request makes and one takes back, kind by kind.


def of_vpc(world: World) -> Iterator[Change]:
    vpc = {"VpcId": world.ids["vpc.main"]}
    for attribute in ("EnableDnsHostnames", "EnableDnsSupport"):
        off, on = ({**vpc, attribute: {"Value": value}} for value in (False, True))
        yield change("vpc.main", ("modify_vpc_attribute", off), ("modify_vpc_attribute", on))
    gateway = vpc | {"InternetGatewayId": world.ids["igw.main"]}
    yield change("igw.main", ("detach_internet_gateway", gateway), ("attach_internet_gateway", gateway))


def of_subnets(world: World) -> Iterator[Change]:
    public, private = (
        {"SubnetId": world.ids["subnet.data@b"], "MapPublicIpOnLaunch": {"Value": it}} for it in (True, False)
    )
    yield change("subnet.data@b", ("modify_subnet_attribute", public), ("modify_subnet_attribute", private))


def of_tags(world: World) -> Iterator[Change]:
    for key in ("vpc.main", "subnet.app@a", "igw.main", "eip.nat@a", "nat.main@b", "route-table.data",
                "network-acl.app", "security-group.app", "endpoint.s3"):
        resources = {"Resources": [world.ids[key]]}
        wrong, right = ({**resources, "Tags": [{"Key": "team", "Value": it}]} for it in ("other", "ml-platform"))
        yield change(key, ("create_tags", wrong), ("create_tags", right))
    resources = {"Resources": [world.ids["endpoint.sts"]]}
    for name, value in (("Name", "ml-3az/endpoint.sts"), ("palisade:generation", "1"), ("palisade:tags", "team")):
        tags = {**resources, "Tags": [{"Key": name, "Value": value}]}
        without = {**resources, "Tags": [{"Key": name}]}
        yield change("endpoint.sts", ("delete_tags", without), ("create_tags", tags))
    extra = {**resources, "Tags": [{"Key": "cost", "Value": "7"}]}
    yield change("endpoint.sts", ("create_tags", extra), ("delete_tags", extra))
    id = world.ids["security-group.database"]
    owner = {"Resources": [id], "Tags": [{"Key": "palisade:blueprint", "Value": "ml-3az"}]}
    named_by = "security-group.app, security-group.training, security-group.endpoints"
    shows_as = f"security-group.database, {id}, {named_by}"
    yield change(shows_as, ("delete_tags", owner), ("create_tags", owner))


def of_routes(world: World) -> Iterator[Change]:
    def route(key: str, to: str = ANYWHERE, **via: str) -> dict:
        return {"RouteTableId": world.ids[key], "DestinationCidrBlock": to, **via}

    igw = {"GatewayId": world.ids["igw.main"]}
    nat = {zone: {"NatGatewayId": world.ids[f"nat.main@{zone}"]} for zone in "ab"}
    key = "route-table.public"
    yield change(key, ("delete_route", route(key)), ("create_route", route(key, **igw)))
    key = "route-table.app@a"
    yield change(key, ("replace_route", route(key, **nat["b"])), ("replace_route", route(key, **nat["a"])))
    key = "route-table.training"
    yield change(key, ("create_route", route(key, **igw)), ("delete_route", route(key)))
    to = "10.99.0.0/16"
    yield change(key, ("create_route", route(key, to, **nat["a"])), ("delete_route", route(key, to)))
    main = {"RouteTableId": world.default("route table").id, "DestinationCidrBlock": ANYWHERE}
    yield change("main table", ("create_route", main | igw), ("delete_route", main))


def of_acls(world: World) -> Iterator[Change]:
    acl = {"NetworkAclId": world.ids["network-acl.data"], "Egress": False}
    ports = {"PortRange": {"From": 5432, "To": 5432}}
    app, training, public = "10.40.16.0/20", "10.40.64.0/18", "10.40.0.0/20"
    right = {**acl, "RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "CidrBlock": app, **ports}
    entries = world.account.things[world.ids["network-acl.data"]].raw["Entries"]
    right["RuleNumber"] = next(
        it["RuleNumber"] for it in entries if it["CidrBlock"] == app and it.get("PortRange") == ports["PortRange"]
    )
    wrong: list[dict] = [
        {"RuleAction": "deny"},
        {"Protocol": "17"},
        {"CidrBlock": public},
        {"CidrBlock": training},
        {"PortRange": {"From": 5432, "To": 5433}},
        {"Protocol": "-1"},
    ]
    for it in wrong:
        put, back = (("replace_network_acl_entry", entry) for entry in (right | it, right))
        yield change("network-acl.data", put, back)
    for number in (107, 49, 300):
        extra = right | {"RuleNumber": number}
        place = {**acl, "RuleNumber": number}
        yield change("network-acl.data", ("create_network_acl_entry", extra), ("delete_network_acl_entry", place))
    place = {**acl, "RuleNumber": right["RuleNumber"]}
    yield change("network-acl.data", ("delete_network_acl_entry", place), ("create_network_acl_entry", right))
    outwards = right | {"Egress": True, "RuleNumber": 199}
    place = {**acl, "Egress": True, "RuleNumber": 199}
    yield change("network-acl.data", ("create_network_acl_entry", outwards), ("delete_network_acl_entry", place))
    default = right | {"NetworkAclId": world.default("network acl").id, "RuleNumber": 90}
    place = {"NetworkAclId": default["NetworkAclId"], "RuleNumber": 90, "Egress": False}
    yield change("default acl", ("create_network_acl_entry", default), ("delete_network_acl_entry", place))


def of_groups(world: World) -> Iterator[Change]:
    def rule(group: str, protocol: str = "tcp", first: int = 443, last: int = 443, **peer: str) -> dict:
        permission: dict[str, Any] = {"IpProtocol": protocol}
        if protocol != "-1":
            permission |= {"FromPort": first, "ToPort": last}
        if "CidrIp" in peer:
            permission["IpRanges"] = [peer]
        elif "GroupId" in peer:
            permission["UserIdGroupPairs"] = [peer]
        else:
            permission["PrefixListIds"] = [peer]
        return {"GroupId": world.ids.get(group, group), "IpPermissions": [permission]}

    def added(key: str, direction: str, it: dict) -> Change:
        add, take = f"authorize_security_group_{direction}", f"revoke_security_group_{direction}"
        return change(key, (add, it), (take, it))

    def removed(key: str, direction: str, it: dict) -> Change:
        add, take = f"authorize_security_group_{direction}", f"revoke_security_group_{direction}"
        return change(key, (take, it), (add, it))

    app, endpoints = world.ids["security-group.app"], world.ids["security-group.endpoints"]
    s3 = world.list_of("s3")
    key = "security-group.app"
    yield added(key, "egress", rule(key, "-1", CidrIp=ANYWHERE))
    yield added(key, "ingress", rule(key, CidrIp="10.0.0.0/8"))
    yield added(key, "ingress", rule(key, GroupId=app))
    yield added(key, "egress", rule(key, first=444, last=444, GroupId=endpoints))
    yield added(key, "egress", rule(key, "udp", GroupId=endpoints))
    yield added(key, "egress", rule(key, first=443, last=444, PrefixListId=s3))
    yield removed(key, "egress", rule(key, GroupId=endpoints))
    yield removed(key, "egress", rule(key, PrefixListId=s3))
    yield removed(key, "egress", rule(key, CidrIp=ANYWHERE))
    key = "security-group.training"
    yield removed(key, "ingress", rule(key, "-1", GroupId=world.ids[key]))
    described = rule("security-group.app", CidrIp=ANYWHERE)
    described["IpPermissions"][0]["IpRanges"][0]["Description"] = "by hand"
    update = ("update_security_group_rule_descriptions_egress", described)
    plain = rule("security-group.app", CidrIp=ANYWHERE)
    back = ("revoke_security_group_egress", plain), ("authorize_security_group_egress", plain)
    yield change("security-group.app", update, *back)
    default = world.default("security group").id
    yield added("default group", "ingress", rule(default, CidrIp="10.0.0.0/8"))
    yield added("default group", "ingress", rule(default, "-1", GroupId=default))
    yield added("default group", "egress", rule(default, "-1", CidrIp=ANYWHERE))


def of_endpoints(world: World) -> Iterator[Change]:
    def modification(key: str, **fields: Any) -> Request:
        return "modify_vpc_endpoint", {"VpcEndpointId": world.ids[key], **fields}

    key = "endpoint.sts"
    off, on = (modification(key, PrivateDnsEnabled=it) for it in (False, True))
    yield change(key, off, on)
    subnet = [world.ids["subnet.app@c"]]
    yield change(key, modification(key, RemoveSubnetIds=subnet), modification(key, AddSubnetIds=subnet))
    other = [world.ids["subnet.data@a"]]
    yield change(key, modification(key, AddSubnetIds=other), modification(key, RemoveSubnetIds=other))
    nothing, everything = (
        '{"Statement": [{"Effect": "%s", "Principal": "*", "Action": "*", "Resource": "*"}]}' % it
        for it in ("Deny", "Allow")
    )
    for key in ("endpoint.sts", "endpoint.s3"):
        deny, allow = (modification(key, PolicyDocument=it) for it in (nothing, everything))
        yield change(key, deny, allow)


def of_associations(world: World) -> Iterator[Change]:
    def swap(kind: str, call: str, field: str, to: str) -> Later:
        return lambda: (call, {"AssociationId": world.association(kind, "subnet.data@b"), field: world.ids[to]})

    table = ("route table", "replace_route_table_association", "RouteTableId")
    wrong, right = "route-table.public", "route-table.data"
    yield change(f"subnet.data@b, {right}, {wrong}", swap(*table, wrong), swap(*table, right))
    acl = ("network acl", "replace_network_acl_association", "NetworkAclId")
    wrong, right = "network-acl.public", "network-acl.data"
    yield change(f"subnet.data@b, {right}, {wrong}", swap(*acl, wrong), swap(*acl, right))


def strangers(world: World) -> Iterator[Stranger]:
    vpc = {"VpcId": world.ids["vpc.main"]}
    subnet = ("create_subnet", vpc | {"CidrBlock": "10.40.200.0/24"})
    # Without an ACL of its own it follows the default one.
    yield Stranger(subnet, "Subnet.SubnetId", ("delete_subnet", "SubnetId"), ("default acl",))
    table = ("create_route_table", vpc)
    yield Stranger(table, "RouteTable.RouteTableId", ("delete_route_table", "RouteTableId"))
    acl = ("create_network_acl", vpc)
    yield Stranger(acl, "NetworkAcl.NetworkAclId", ("delete_network_acl", "NetworkAclId"))
    group = ("create_security_group", vpc | {"GroupName": "by-hand", "Description": "by hand"})
    yield Stranger(group, "GroupId", ("delete_security_group", "GroupId"))
    interface = ("create_network_interface", {"SubnetId": world.ids["subnet.app@a"]})
    delete = ("delete_network_interface", "NetworkInterfaceId")
    yield Stranger(interface, "NetworkInterface.NetworkInterfaceId", delete)
    door = ("create_egress_only_internet_gateway", vpc)
    delete = ("delete_egress_only_internet_gateway", "EgressOnlyInternetGatewayId")
    yield Stranger(door, "EgressOnlyInternetGateway.EgressOnlyInternetGatewayId", delete)
    service = {"ServiceName": f"com.amazonaws.{world.region}.sqs", "VpcEndpointType": "Interface"}
    endpoint = ("create_vpc_endpoint", vpc | service)
    yield Stranger(endpoint, "VpcEndpoint.VpcEndpointId", ("delete_vpc_endpoints", "VpcEndpointIds"))


def losses(world: World) -> Iterator[Change]:
    """What is taken away for good."""
    ids = world.ids
    yield change("endpoint.ssm", ("delete_vpc_endpoints", {"VpcEndpointIds": [ids["endpoint.ssm"]]}))
    # What named it names a dead id.
    users = "security-group.app, security-group.load-balancers"
    yield change(users, ("delete_security_group", {"GroupId": ids["security-group.load-balancers"]}))
    users = "nat.main@c, eip.nat@c, route-table.app@c"
    yield change(users, ("delete_nat_gateway", {"NatGatewayId": ids["nat.main@c"]}))


# The run

KINDS = (of_vpc, of_subnets, of_tags, of_routes, of_acls, of_groups, of_endpoints, of_associations)


def run(blueprint: pathlib.Path) -> int:
    world = World(boto3.client("ec2", region_name=read(blueprint)["region"]), blueprint)
    n_changes = bites(world, (it for kind in KINDS for it in kind(world)))
    n_changes += bites_strangers(world, strangers(world))
    return n_changes + bites_losses(world, losses(world))


if __name__ == "__main__":
    try:
        print(worlds.run() if sys.argv[1] == "worlds" else run(pathlib.Path(sys.argv[1])), "changes were noticed")
    except Unnoticed as error:
        sys.exit(str(error))
