"""What may be changed by hand in a dual-stack network, and as what it shows."""

import functools
import ipaddress
from typing import Any, Iterator

from account import readings
from bite import Change, Request, Stranger, World, change
from builder import permission, ranges
from words import ANYWHERE, ANYWHERE_V6
from world_dual import OPTIONS, flow_logs

TABLES = "route-table.public, route-table.app@a, route-table.app@b, route-table.data"
# What names the addresses of the app tier.
OF_APP = "security-group.app, network-acl.data"


def changes(world: World) -> Iterator[Change]:
    for kind in (of_vpc, of_options, of_flow_logs, of_defaults, of_subnets, of_routes, of_lists, of_acl, of_groups,
                 of_endpoints, of_tags):  # fmt: skip
        yield from kind(world)


def of_vpc(world: World) -> Iterator[Change]:
    vpc = {"VpcId": world.ids["vpc.main"]}
    more = ("associate_vpc_cidr_block", vpc | {"CidrBlock": "100.66.0.0/16"})
    shows_as = f"vpc.main, main table, {TABLES}"
    yield change(shows_as, more, lambda: ("disassociate_vpc_cidr_block", association(world, "100.66.0.0/16")))
    less, again = "disassociate_vpc_cidr_block", ("associate_vpc_cidr_block", vpc | {"CidrBlock": "100.64.0.0/16"})
    yield change(shows_as, lambda: (less, association(world, "100.64.0.0/16")), again)
    none, ours = ({**vpc, "DhcpOptionsId": it} for it in ("default", world.ids["dhcp.main"]))
    yield change("vpc.main", ("associate_dhcp_options", none), ("associate_dhcp_options", ours))


def association(world: World, cidr: str) -> dict[str, str]:
    """Returns the id by which a VPC has a block now: what it had before is listed on."""
    vpc = world.ec2.describe_vpcs(VpcIds=[world.ids["vpc.main"]])["Vpcs"][0]
    blocks = [it for it in vpc["CidrBlockAssociationSet"] if it["CidrBlockState"]["State"] == "associated"]
    return {"AssociationId": next(it["AssociationId"] for it in blocks if it["CidrBlock"] == cidr)}


def of_options(world: World) -> Iterator[Change]:
    """Options cannot be changed, so others are put in their place under the same name."""
    vpc = {"VpcId": world.ids["vpc.main"]}

    def instead(configurations: list[dict]) -> list[Any]:
        made: dict[str, str] = {}

        def make() -> Request:
            world.look()
            made["old"] = world.ids["dhcp.main"]
            options = world.ec2.create_dhcp_options(DhcpConfigurations=configurations)["DhcpOptions"]
            made["new"] = options["DhcpOptionsId"]
            tags = world.account.things[made["old"]].raw["Tags"]
            return "create_tags", {"Resources": [made["new"]], "Tags": tags}

        def delete() -> Request:
            return "delete_dhcp_options", {"DhcpOptionsId": made["old"]}

        # The old ones are let go of by the default ones only (quirk `dhcp-stays-assigned`).
        let_go = "associate_dhcp_options", vpc | {"DhcpOptionsId": "default"}
        return [let_go, make, lambda: ("associate_dhcp_options", vpc | {"DhcpOptionsId": made["new"]}), delete]

    domain, servers, clocks = OPTIONS
    wrong = [
        [domain | {"Values": ["other.internal"]}, servers, clocks],
        # Which server is asked first matters.
        [domain, servers | {"Values": servers["Values"][::-1]}, clocks],
        [domain, servers],
        [*OPTIONS, {"Key": "netbios-node-type", "Values": ["2"]}],
    ]
    for it in wrong:
        yield change("dhcp.main", instead(it), *instead(OPTIONS))


def of_flow_logs(world: World) -> Iterator[Change]:
    log = world.account.things[world.ids["flow-log.vpc"]].raw
    bucket = log["LogDestination"].removeprefix("arn:aws:s3:::").partition("/")[0]
    right = flow_logs(log["ResourceId"], bucket)
    tags = {"TagSpecifications": [{"ResourceType": "vpc-flow-log", "Tags": log["Tags"]}]}

    def delete() -> Request:
        live = readings(world.ec2, "describe_flow_logs", "FlowLogs")
        return "delete_flow_logs", {"FlowLogIds": [it["FlowLogId"] for it in live]}

    back = "create_flow_logs", right | tags
    yield change("flow-log.vpc", delete, back)
    group = {"LogDestinationType": "cloud-watch-logs", "LogGroupName": "/vpc/dual"}
    without = {name: value for name, value in right.items() if name != "LogDestination"}
    wrong = [
        right | {"TrafficType": "ALL"},
        right | {"MaxAggregationInterval": 600},
        right | {"LogDestination": f"arn:aws:s3:::{bucket}/other"},
        right | {"ResourceType": "Subnet", "ResourceIds": [world.ids["subnet.data@a"]]},
        right | {"LogFormat": "${srcaddr} ${dstaddr}"},
        without | group | {"DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/logs"},
    ]
    for it in wrong:
        yield change("flow-log.vpc", [delete, ("create_flow_logs", it | tags)], delete, back)


def of_defaults(world: World) -> Iterator[Change]:
    group = world.default("security group").id
    for it in (ranges(ANYWHERE), ranges(ANYWHERE_V6), {"UserIdGroupPairs": [{"GroupId": group}]}):
        for way in ("ingress", "egress"):
            rule = {"GroupId": group, "IpPermissions": [permission("-1", None, None, **it)]}
            yield change(
                "default group", (f"authorize_security_group_{way}", rule), (f"revoke_security_group_{way}", rule)
            )
    acl = world.default("network acl").id
    for number, cidr in ((100, {"CidrBlock": ANYWHERE}), (101, {"Ipv6CidrBlock": ANYWHERE_V6})):
        for egress in (False, True):
            place = {"NetworkAclId": acl, "RuleNumber": number, "Egress": egress}
            entry = place | cidr | {"Protocol": "-1", "RuleAction": "allow"}
            yield change("default acl", ("create_network_acl_entry", entry), ("delete_network_acl_entry", place))


def of_subnets(world: World) -> Iterator[Change]:
    def put(key: str, cidr: str) -> Request:
        return "associate_subnet_cidr_block", {"SubnetId": world.ids[key], "Ipv6CidrBlock": cidr}

    def take(key: str) -> Request:
        subnet = world.ec2.describe_subnets(SubnetIds=[world.ids[key]])["Subnets"][0]
        id = subnet["Ipv6CidrBlockAssociationSet"][-1]["AssociationId"]
        return "disassociate_subnet_cidr_block", {"AssociationId": id}

    def block_of(key: str) -> str:
        return world.account.things[world.ids[key]].raw["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]

    first, second = block_of("subnet.public@a"), block_of("subnet.public@b")
    whole = ipaddress.ip_network(first).supernet(new_prefix=56)
    free = str(list(whole.subnets(new_prefix=64))[77])
    for key, shows_as in (("subnet.public@a", ""), ("subnet.app@a", f", {OF_APP}")):
        taken = functools.partial(take, key)
        yield change(key + shows_as, taken, put(key, block_of(key)))
        yield change(key + shows_as, put(key, free), taken)
    # A block of another subnet, and one of another network.
    key = "subnet.public@a"
    for shows_as, wrong in ((f"{key}, subnet.public@b", second), (key, "2001:db8:9::/64")):
        taken = functools.partial(take, key)
        yield change(shows_as, [taken, put(key, wrong)], taken, put(key, first))
    for key, is_wrong in (("subnet.app@b", False), ("subnet.data@b", True)):
        assign = {"SubnetId": world.ids[key]}
        do, undo = (assign | {"AssignIpv6AddressOnCreation": {"Value": it}} for it in (is_wrong, not is_wrong))
        yield change(key, ("modify_subnet_attribute", do), ("modify_subnet_attribute", undo))


def of_routes(world: World) -> Iterator[Change]:
    def route(key: str, to: dict[str, str], **via: str) -> dict[str, str]:
        return {"RouteTableId": world.ids[key], **to, **via}

    everywhere = {"DestinationIpv6CidrBlock": ANYWHERE_V6}
    igw = {"GatewayId": world.ids["igw.main"]}
    eigw = {"EgressOnlyInternetGatewayId": world.ids["eigw.main"]}
    right = {"route-table.public": igw, "route-table.app@a": eigw}
    for key, wrong in (("route-table.public", eigw), ("route-table.app@a", igw)):
        replaced, back = (("replace_route", route(key, everywhere, **it)) for it in (wrong, right[key]))
        yield change(key, replaced, back)
        yield change(
            key, ("delete_route", route(key, everywhere)), ("create_route", route(key, everywhere, **right[key]))
        )
    key = "route-table.data"
    for via in (igw, eigw):
        yield change(key, ("create_route", route(key, everywhere, **via)), ("delete_route", route(key, everywhere)))
    routes = world.account.things[world.ids[key]].raw["Routes"]
    hub = next({"TransitGatewayId": it["TransitGatewayId"]} for it in routes if "TransitGatewayId" in it)
    office = {"DestinationIpv6CidrBlock": "2001:db8:2::/48"}
    for to in ({"DestinationPrefixListId": world.ids["prefix-list.corp"]}, office):
        yield change(key, ("delete_route", route(key, to)), ("create_route", route(key, to, **hub)))
    other = {"DestinationPrefixListId": world.ids["prefix-list.corp6"]}
    yield change(key, ("create_route", route(key, other, **hub)), ("delete_route", route(key, other)))


def of_lists(world: World) -> Iterator[Change]:
    def modification(key: str, **fields: Any) -> Any:
        def request() -> Request:
            lists = world.ec2.describe_managed_prefix_lists(PrefixListIds=[world.ids[key]])["PrefixLists"]
            version = {"CurrentVersion": lists[0]["Version"]}
            return "modify_managed_prefix_list", {"PrefixListId": world.ids[key], **version, **fields}

        return request

    def added(key: str, cidr: str, **description: str) -> Any:
        return modification(key, AddEntries=[{"Cidr": cidr, **description}])

    def taken(key: str, cidr: str) -> Any:
        return modification(key, RemoveEntries=[{"Cidr": cidr}])

    for key, cidr in (("prefix-list.corp", "203.0.113.0/24"), ("prefix-list.corp6", "2001:db8:7::/48")):
        yield change(key, added(key, cidr), taken(key, cidr))
    key, plain, described = "prefix-list.corp", "192.0.2.0/24", "198.51.100.0/24"
    yield change(key, taken(key, plain), added(key, plain))
    yield change(key, added(key, plain, Description="by hand"), taken(key, plain), added(key, plain))
    right = added(key, described, Description="office")
    yield change(key, [taken(key, described), added(key, described)], taken(key, described), right)


def of_acl(world: World) -> Iterator[Change]:
    key = "network-acl.data"
    acl = {"NetworkAclId": world.ids[key], "Egress": False}
    entries = world.account.things[world.ids[key]].raw["Entries"]
    six = next(it["Ipv6CidrBlock"] for it in entries if it["RuleNumber"] == 201)
    right = acl | {"RuleNumber": 201, "Protocol": "6", "RuleAction": "allow", "PortRange": {"From": 443, "To": 443}}
    right["Ipv6CidrBlock"] = six
    place = acl | {"RuleNumber": 201}
    yield change(key, ("delete_network_acl_entry", place), ("create_network_acl_entry", right))
    without = {name: value for name, value in right.items() if name != "Ipv6CidrBlock"}
    wrong = [
        right | {"Ipv6CidrBlock": "2001:db8::/64"},
        right | {"RuleAction": "deny"},
        without | {"CidrBlock": ANYWHERE},
    ]
    for it in wrong:
        yield change(key, ("replace_network_acl_entry", it), ("replace_network_acl_entry", right))
    # ICMP is no business of IPv6, nor ICMPv6 of IPv4; and an entry belongs to the rule whose number it has.
    icmp = {"RuleAction": "allow", "IcmpTypeCode": {"Type": -1, "Code": -1}}
    extra = [
        (301, icmp | {"Protocol": "1", "Ipv6CidrBlock": ANYWHERE_V6}),
        (311, icmp | {"Protocol": "58", "CidrBlock": ANYWHERE}),
        (
            101 + 4,
            {"RuleAction": "allow", "Protocol": "6", "PortRange": {"From": 443, "To": 443}, "Ipv6CidrBlock": six},
        ),
    ]
    for number, entry in extra:
        place = acl | {"RuleNumber": number}
        yield change(key, ("create_network_acl_entry", place | entry), ("delete_network_acl_entry", place))


def of_groups(world: World) -> Iterator[Change]:
    def rule(it: dict[str, Any]) -> dict[str, Any]:
        return {"GroupId": world.ids[key], "IpPermissions": [it]}

    key = "security-group.app"
    add, take = "authorize_security_group_ingress", "revoke_security_group_ingress"
    lists = [{"PrefixListId": world.ids[f"prefix-list.{it}"]} for it in ("corp", "corp6")]
    there = [
        permission("tcp", 443, 443, **ranges(ANYWHERE_V6)),
        permission("tcp", 443, 443, PrefixListIds=lists[:1]),
        permission("tcp", 443, 443, PrefixListIds=lists[1:]),
        permission("icmpv6", -1, -1, **ranges(ANYWHERE_V6)),
        permission("icmp", -1, -1, **ranges(ANYWHERE)),
    ]
    for it in there:
        yield change(key, (take, rule(it)), (add, rule(it)))
    strange = [
        permission("icmpv6", -1, -1, **ranges(ANYWHERE)),
        permission("icmpv6", 128, 0, **ranges(ANYWHERE_V6)),
        permission("tcp", 443, 443, **ranges("2001:db8:2::/48")),
        permission("tcp", 444, 444, PrefixListIds=lists[:1]),
        permission("-1", None, None, **ranges(ANYWHERE_V6)),
    ]
    for it in strange:
        yield change(key, (add, rule(it)), (take, rule(it)))
    update = "update_security_group_rule_descriptions_ingress"
    secondary = [{"CidrIp": "100.64.0.0/16", "Description": it} for it in ("by hand", "checks")]
    wrong, right = (rule(permission("tcp", 8000, 8100, IpRanges=[it])) for it in secondary)
    yield change(key, (update, wrong), (update, right))


def of_endpoints(world: World) -> Iterator[Change]:
    def modification(key: str, **fields: Any) -> Request:
        return "modify_vpc_endpoint", {"VpcEndpointId": world.ids[key], **fields}

    for key, subnet in (("endpoint.logs", "subnet.data@b"), ("endpoint.notebook", "subnet.app@b")):
        ids = [world.ids[subnet]]
        yield change(key, modification(key, RemoveSubnetIds=ids), modification(key, AddSubnetIds=ids))
    key = "endpoint.sts"
    on, off = (modification(key, PrivateDnsEnabled=it) for it in (True, False))
    yield change(key, on, off)
    policy = world.account.things[world.ids["endpoint.s3"]].raw["PolicyDocument"]
    wrong, right = (modification("endpoint.s3", PolicyDocument=it) for it in (policy.replace("Get", "Put"), policy))
    yield change("endpoint.s3", wrong, right)


def of_tags(world: World) -> Iterator[Change]:
    # Options and flow logs have been made anew.
    world.look()
    for key in ("dhcp.main", "eigw.main", "flow-log.vpc", "prefix-list.corp", "prefix-list.corp6"):
        resources = {"Resources": [world.ids[key]]}
        right = {it["Key"]: it["Value"] for it in world.account.things[world.ids[key]].raw["Tags"]}
        for name, value in (("team", "ml"), ("palisade:generation", "2"), ("Name", "other"), ("cost", "7")):
            wrong = resources | {"Tags": [{"Key": name, "Value": value}]}
            if name in right:
                yield change(
                    key, ("create_tags", wrong), ("create_tags", resources | {"Tags": tags(name, right[name])})
                )
            else:
                yield change(key, ("create_tags", wrong), ("delete_tags", wrong))
    for key in ("subnet.data@a", "route-table.data", "network-acl.data", "prefix-list.corp"):
        tag = {"Resources": [world.ids[key]], "Tags": tags("palisade:protect", "true")}
        yield change(key, ("delete_tags", tag), ("create_tags", tag))
    for key in ("subnet.app@a", "vpc.main", "prefix-list.corp6"):
        tag = {"Resources": [world.ids[key]], "Tags": tags("palisade:protect", "true")}
        yield change(key, ("create_tags", tag), ("delete_tags", tag))


def tags(name: str, value: str) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value}]


def strangers(world: World) -> Iterator[Stranger]:
    vpc = {"VpcId": world.ids["vpc.main"]}
    door = ("create_egress_only_internet_gateway", vpc)
    delete = ("delete_egress_only_internet_gateway", "EgressOnlyInternetGatewayId")
    yield Stranger(door, "EgressOnlyInternetGateway.EgressOnlyInternetGatewayId", delete)
    log = flow_logs(world.ids["vpc.main"], f"flow-logs-{world.account.things[world.ids['vpc.main']].raw['OwnerId']}")
    other = ("create_flow_logs", log | {"LogDestination": log["LogDestination"] + "/by-hand"})
    yield Stranger(other, "FlowLogIds.0", ("delete_flow_logs", "FlowLogIds"))


def losses(world: World) -> Iterator[Change]:
    ids = world.ids
    door = {"EgressOnlyInternetGatewayId": ids["eigw.main"]}
    yield change("eigw.main, route-table.app@a, route-table.app@b", ("delete_egress_only_internet_gateway", door))
    corp = {"PrefixListId": ids["prefix-list.corp"]}
    users = "security-group.app, route-table.data"
    yield change(f"prefix-list.corp, {users}", ("delete_managed_prefix_list", corp))
    nat = {"NatGatewayId": ids["nat.main@b"]}
    yield change("nat.main@b", ("delete_nat_gateway", nat))
    vpc = world.account.things[ids["vpc.main"]].raw["Ipv6CidrBlockAssociationSet"][0]
    subnets = ", ".join(f"subnet.{tier}@{zone}" for tier in ("public", "app", "data") for zone in "ab")
    whole = {"AssociationId": vpc["AssociationId"]}
    yield change(f"vpc.main, main table, {TABLES}, {subnets}, network-acl.data", ("disassociate_vpc_cidr_block", whole))
