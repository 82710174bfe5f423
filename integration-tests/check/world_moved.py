"""A network whose tier, group and name are called otherwise now: nothing but tags has changed."""

import pathlib
from typing import Any, Iterator

from bite import Change, Request, World, change
from builder import Builder, permission
from words import ANYWHERE

BLUEPRINT = """
name   = "after"
region = "us-east-1"

[vpc]
cidr                   = "10.80.0.0/16"
zones                  = 2
default-security-group = "leave"

[tiers.training]
route = "isolated"
size  = "/24"

[tiers.training.network-acl]
inbound  = [{ rule = 100, allow = "all", from = "tier:training" }]
outbound = []

[security-groups.jobs]
description = "jobs"
inbound     = [{ from = "self", protocol = "all" }]

[[moved]]
from = "blueprint:before"
to   = "blueprint:after"

[[moved]]
from = "tier:batch"
to   = "tier:training"

[[moved]]
from = "security-group.workers"
to   = "security-group.jobs"
"""
RENAMED = {
    "vpc.main": "vpc.main",
    "subnet.batch@c": "subnet.training@c",
    "subnet.batch@f": "subnet.training@f",
    "route-table.batch": "route-table.training",
    "network-acl.batch": "network-acl.training",
    "security-group.workers": "security-group.jobs",
}


def build(directory: pathlib.Path) -> World:
    builder = Builder("before", "us-east-1", directory, {})
    vpc = builder.make("vpc.main", "create_vpc", CidrBlock="10.80.0.0/16")
    builder.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    table = builder.make("route-table.batch", "create_route_table", VpcId=vpc)
    acl = builder.make("network-acl.batch", "create_network_acl", VpcId=vpc)
    entry = {"NetworkAclId": acl, "RuleNumber": 107, "Egress": False, "Protocol": "-1", "RuleAction": "allow"}
    # Neither the first block of the VPC nor the zones of the lowest ids: what lives stays where it is.
    builder.ec2.create_network_acl_entry(**entry, CidrBlock="10.80.32.0/22")
    for zone, cidr in (("c", "10.80.34.0/24"), ("f", "10.80.33.0/24")):
        place = {"VpcId": vpc, "CidrBlock": cidr, "AvailabilityZone": f"us-east-1{zone}"}
        builder.follows_acl(builder.subnet(f"subnet.batch@{zone}", table, **place), acl)
    group = builder.group("security-group.workers", "jobs")
    own = permission("-1", None, None, UserIdGroupPairs=[{"GroupId": group}])
    builder.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[own])
    snapshot = builder.snapshot("before.json")
    old, builder.name = dict(builder.ids), "after"
    for before, after in RENAMED.items():
        note = {"Key": "palisade:moved-from", "Value": f"before/{before}"}
        builder.ec2.create_tags(Resources=[old[before]], Tags=[*builder.tagged(after), note])
    return World(builder.ec2, builder.write("after.toml", BLUEPRINT), ["--since", str(snapshot)])


def changes(world: World) -> Iterator[Change]:
    for key, name, value in (
        ("subnet.training@c", "Name", "before/subnet.batch@c"),
        ("security-group.jobs", "palisade:generation", "2"),
        ("route-table.training", "palisade:moved-from", "route-table.training"),
        ("vpc.main", "Name", "before/vpc.main"),
    ):
        resources = {"Resources": [world.ids[key]]}
        right = next(it for it in world.account.things[world.ids[key]].raw["Tags"] if it["Key"] == name)
        wrong = {"Key": name, "Value": value}
        yield change(
            key, ("create_tags", resources | {"Tags": [wrong]}), ("create_tags", resources | {"Tags": [right]})
        )
    group = world.default("security group").id
    everywhere = permission("-1", None, None, IpRanges=[{"CidrIp": ANYWHERE}])
    rule = {"GroupId": group, "IpPermissions": [everywhere]}
    yield change("default group", ("revoke_security_group_egress", rule), ("authorize_security_group_egress", rule))
    own = permission("-1", None, None, UserIdGroupPairs=[{"GroupId": group}])
    strange = {"GroupId": group, "IpPermissions": [own]}
    yield change(
        "default group", ("authorize_security_group_egress", strange), ("revoke_security_group_egress", strange)
    )


def losses(world: World) -> Iterator[Change]:
    """Another group under the new name is not the old one, whatever it calls itself."""
    old = world.account.things[world.ids["security-group.jobs"]]
    made: dict[str, Any] = {}

    def make() -> Request:
        place = {"VpcId": world.ids["vpc.main"], "GroupName": "other", "Description": "jobs"}
        made["id"] = world.ec2.create_security_group(**place)["GroupId"]
        return "create_tags", {"Resources": [made["id"]], "Tags": old.raw["Tags"]}

    def admit() -> Request:
        own = permission("-1", None, None, UserIdGroupPairs=[{"GroupId": made["id"]}])
        return "authorize_security_group_ingress", {"GroupId": made["id"], "IpPermissions": [own]}

    def close() -> Request:
        everywhere = permission("-1", None, None, IpRanges=[{"CidrIp": ANYWHERE}])
        return "revoke_security_group_egress", {"GroupId": made["id"], "IpPermissions": [everywhere]}

    delete = "delete_security_group", {"GroupId": old.id}
    yield change("security-group.jobs", [delete, make, admit, close])
