"""Shows that snapshots tell of every kind what has come, gone and changed."""

from typing import Any

import snapshots
from account import Account
from bite import Request, Unnoticed, World


def bites(world: World) -> int:
    """Changes a thing of each kind that lies beside the tiers; returns how many changes were noticed."""
    before = snapshots.taken(Account(world.ec2))
    n_changes = 0
    for kind, do, undo in [*edits(world), *arrivals(world)]:
        answer = getattr(world.ec2, do[0])(**do[1])
        told(world, before, {kind}, do)
        undo = undo(answer)
        getattr(world.ec2, undo[0])(**undo[1])
        n_changes += 1
    return n_changes


def told(world: World, before: dict, kinds: set[str], what: Any) -> None:
    account = Account(world.ec2)
    lines = [it.split(" (")[0] for it in snapshots.unchanged(before, account, [])]
    keys = {it["key"]: it["kind"] for it in before.values() if it["key"]}
    found = {keys.get(it, it) for it in lines}
    # A block of the VPC is a route of its tables.
    if found - {"route table"} != kinds:
        raise Unnoticed(f"{what}\nshould show as {kinds}, and shows as {found}")
    strangers = account.things.keys() - before.keys() - snapshots.orphans(account)
    if len(strangers) != len(list(snapshots.left_over(before, account))):
        raise Unnoticed(f"{what}\nis not left over")


def edits(world: World) -> list[tuple[str, Request, Any]]:
    """Changes of what is there, each with what takes it back as far as a snapshot can see."""
    world.look()
    vpc = {"VpcId": world.ids["vpc.main"]}
    cidr = "associate_vpc_cidr_block", vpc | {"CidrBlock": "100.67.0.0/16"}
    none = "associate_dhcp_options", vpc | {"DhcpOptionsId": "default"}
    ours = "associate_dhcp_options", vpc | {"DhcpOptionsId": world.ids["dhcp.main"]}
    taken = "disassociate_vpc_cidr_block"
    changes: list[tuple[str, Request, Any]] = [
        ("vpc", cidr, lambda it: (taken, {"AssociationId": it["CidrBlockAssociation"]["AssociationId"]})),
        ("vpc", none, lambda _: ours),
    ]
    kinds = {"dhcp.main": "dhcp options", "eigw.main": "egress-only gateway", "flow-log.vpc": "flow log"}
    for key, kind in (kinds | {"prefix-list.corp": "prefix list"}).items():
        tag = {"Resources": [world.ids[key]], "Tags": [{"Key": "cost", "Value": "7"}]}
        changes.append((kind, ("create_tags", tag), lambda _, tag=tag: ("delete_tags", tag)))
    return changes


def arrivals(world: World) -> list[tuple[str, Request, Any]]:
    options = [{"Key": "ntp-servers", "Values": ["169.254.169.123"]}]
    new_list = {"PrefixListName": "other", "AddressFamily": "IPv4", "MaxEntries": 1}
    vpc = {"VpcId": world.ids["vpc.main"]}
    bucket = world.account.things[world.ids["flow-log.vpc"]].raw["LogDestination"]
    log = {"ResourceType": "VPC", "ResourceIds": [vpc["VpcId"]], "TrafficType": "ALL", "LogDestinationType": "s3"}
    door = "EgressOnlyInternetGatewayId"
    return [
        (
            "dhcp options",
            ("create_dhcp_options", {"DhcpConfigurations": options}),
            lambda it: ("delete_dhcp_options", {"DhcpOptionsId": it["DhcpOptions"]["DhcpOptionsId"]}),
        ),
        (
            "prefix list",
            ("create_managed_prefix_list", new_list),
            lambda it: ("delete_managed_prefix_list", {"PrefixListId": it["PrefixList"]["PrefixListId"]}),
        ),
        (
            "egress-only gateway",
            ("create_egress_only_internet_gateway", vpc),
            lambda it: ("delete_egress_only_internet_gateway", {door: it["EgressOnlyInternetGateway"][door]}),
        ),
        (
            "flow log",
            ("create_flow_logs", log | {"LogDestination": f"{bucket}/more"}),
            lambda it: ("delete_flow_logs", {"FlowLogIds": it["FlowLogIds"]}),
        ),
        # The last one: a list's version tells for good that it has been changed.
        (
            "prefix list",
            (
                "modify_managed_prefix_list",
                {
                    "PrefixListId": world.ids["prefix-list.corp6"],
                    "CurrentVersion": version_of(world, "prefix-list.corp6"),
                    "AddEntries": [{"Cidr": "2001:db8:5::/48"}],
                },
            ),
            lambda _: (
                "modify_managed_prefix_list",
                {
                    "PrefixListId": world.ids["prefix-list.corp6"],
                    "CurrentVersion": version_of(world, "prefix-list.corp6"),
                    "RemoveEntries": [{"Cidr": "2001:db8:5::/48"}],
                },
            ),
        ),
    ]


def version_of(world: World, key: str) -> int:
    return world.ec2.describe_managed_prefix_lists(PrefixListIds=[world.ids[key]])["PrefixLists"][0]["Version"]
