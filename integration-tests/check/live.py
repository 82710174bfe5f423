"""What an account holds, as boto3 tells it."""

import datetime
import json
from dataclasses import dataclass
from typing import Any, Iterator

from wanted import Attributes, Facts, Objects, block, canonical_policy

# What is read: its kind, the operation, where the answer has it, and its id. Whatever can stand in a VPC is here.
READINGS = [
    ("vpc", "describe_vpcs", "Vpcs", "VpcId"),
    ("subnet", "describe_subnets", "Subnets", "SubnetId"),
    ("internet gateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("address", "describe_addresses", "Addresses", "AllocationId"),
    ("nat gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("route table", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("network acl", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    ("security group", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("instances", "describe_instances", "Reservations", "ReservationId"),
    ("vpn gateway", "describe_vpn_gateways", "VpnGateways", "VpnGatewayId"),
    ("peering", "describe_vpc_peering_connections", "VpcPeeringConnections", "VpcPeeringConnectionId"),
    (
        "egress-only gateway",
        "describe_egress_only_internet_gateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId",
    ),
    (
        "transit gateway attachment",
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
    ),
    ("flow log", "describe_flow_logs", "FlowLogs", "FlowLogId"),
]
# AWS lists what was deleted for a while, LocalStack for good (quirks `nat-ghost`, `endpoint-ghost`).
GONE = ("deleted", "deleting")


@dataclass
class Thing:
    """One object of an account."""

    kind: str
    id: str
    # Its description by AWS.
    raw: dict

    @property
    def tags(self) -> dict[str, str]:
        return {it["Key"]: it["Value"] for it in self.raw.get("Tags", self.raw.get("TagSet", []))}

    @property
    def key(self) -> str | None:
        return self.tags.get("palisade:key")


class Account:
    """Everything in one region of an account, but for what is deleted."""

    def __init__(self, ec2: Any):
        read = {kind: list(readings(ec2, *how)) for kind, *how, _ in READINGS}
        # The interfaces of NAT gateways and endpoints come and go with them, with quirks of their own.
        owned = {id for it in read["nat gateway"] + read["endpoint"] for id in interfaces(it)}
        self.things: dict[str, Thing] = {}
        for kind, _, _, id_field in READINGS:
            for raw in read[kind]:
                id = raw[id_field]
                if raw.get("State") not in GONE and id not in owned:
                    self.things[id] = Thing(kind, id, raw)
        for vpc in self.of_kind("vpc"):
            if not vpc.raw["IsDefault"]:
                for attribute in ("enableDnsSupport", "enableDnsHostnames"):
                    answer = ec2.describe_vpc_attribute(VpcId=vpc.id, Attribute=attribute)
                    field = attribute[0].upper() + attribute[1:]
                    vpc.raw[field] = answer[field]["Value"]

    def of_kind(self, *kinds: str) -> list[Thing]:
        return [it for it in self.things.values() if it.kind in kinds]

    def of_blueprint(self, name: str) -> list[Thing]:
        return [it for it in self.things.values() if it.tags.get("palisade:blueprint") == name]

    def in_vpc(self, vpc: str) -> list[Thing]:
        """Returns what stands in a VPC or hangs on it."""
        return [it for it in self.things.values() if it.id != vpc and f'"{vpc}"' in text(it.raw)]

    def is_default(self, thing: Thing) -> bool:
        """Tells what AWS made along with a VPC."""
        match thing.kind:
            case "route table":
                return any(it.get("Main") for it in thing.raw["Associations"])
            case "network acl":
                return thing.raw["IsDefault"]
            case "security group":
                return thing.raw["GroupName"] == "default"
        return False


def readings(ec2: Any, operation: str, field: str, **parameters: str) -> Iterator[dict]:
    if ec2.can_paginate(operation):
        yield from ec2.get_paginator(operation).paginate(**parameters).build_full_result()[field]
    else:
        yield from getattr(ec2, operation)(**parameters)[field]


def interfaces(raw: dict) -> list[str]:
    addresses = raw.get("NatGatewayAddresses", [])
    return [it["NetworkInterfaceId"] for it in addresses] + raw.get("NetworkInterfaceIds", [])


def text(raw: dict) -> str:
    def write(value: Any) -> str:
        assert isinstance(value, datetime.datetime), value
        return value.isoformat()

    return json.dumps(raw, sort_keys=True, default=write)


def facts(ec2: Any, region: str) -> Facts:
    """Reads AWS's own prefix lists of the services that have gateways."""
    known = Facts()
    for it in readings(ec2, "describe_managed_prefix_lists", "PrefixLists"):
        name = it["PrefixListName"]
        if name in (f"com.amazonaws.{region}.s3", f"com.amazonaws.{region}.dynamodb"):
            known.list_ids[name] = it["PrefixListId"]
            entries = readings(
                ec2, "get_managed_prefix_list_entries", "Entries", PrefixListId=it["PrefixListId"]
            )
            known.list_cidrs[name] = [block(entry["Cidr"]) for entry in entries]
    return known


class Network:
    """The objects of a blueprint's VPC, in the same words as `wanted.Blueprint` uses."""

    def __init__(self, account: Account, blueprint: str):
        self.account = account
        ours = account.of_blueprint(blueprint)
        vpcs = [it.id for it in account.of_kind("vpc") if it in ours]
        inside = [thing for vpc in vpcs for thing in account.in_vpc(vpc)]
        self.things = {it.id: it for it in ours + inside}
        # What each id is called: by its key, by what it is to its VPC, or by itself.
        self.names: dict[str, str] = {}
        for it in self.things.values():
            if it in ours and it.key not in self.names.values():
                self.names[it.id] = it.key or it.id
            elif account.is_default(it):
                self.names[it.id] = {"route table": "main table", "network acl": "default acl"}.get(
                    it.kind, "default group"
                )

    def name(self, id: str | None) -> str:
        return self.names.get(id or "", id or "nothing")

    def named(self, ids: list[str]) -> list[str]:
        return sorted(self.name(it) for it in ids)

    def objects(self) -> Objects:
        """Returns what there is, by key; what is nobody's is under its id."""
        objects = {}
        for it in self.things.values():
            attributes = getattr(self, it.kind.replace(" ", "_").replace("-", "_"), self.other)(it.raw)
            tags = {f"tag {name}": value for name, value in it.tags.items()}
            objects[self.name(it.id)] = attributes | tags
        return objects

    def other(self, raw: dict) -> Attributes:
        return {}

    def vpc(self, raw: dict) -> Attributes:
        blocks = raw["CidrBlockAssociationSet"]
        return {
            "cidrs": [it["CidrBlock"] for it in blocks if it["CidrBlockState"]["State"] == "associated"],
            "dns support": raw["EnableDnsSupport"],
            "dns hostnames": raw["EnableDnsHostnames"],
            "tenancy": raw["InstanceTenancy"],
            "state": raw["State"],
        }

    def internet_gateway(self, raw: dict) -> Attributes:
        return {"attached to": self.named([it["VpcId"] for it in raw["Attachments"]])}

    def address(self, raw: dict) -> Attributes:
        nats = self.account.of_kind("nat gateway")
        users = [it.id for it in nats if raw.get("NetworkInterfaceId") in interfaces(it.raw)]
        return {"domain": raw["Domain"], "used by": self.name(users[0] if users else None)}

    def nat_gateway(self, raw: dict) -> Attributes:
        return {
            "vpc": self.name(raw["VpcId"]),
            "subnet": self.name(raw["SubnetId"]),
            "addresses": self.named([it["AllocationId"] for it in raw["NatGatewayAddresses"]]),
            "connectivity": raw["ConnectivityType"],
            "state": raw["State"],
        }

    def subnet(self, raw: dict) -> Attributes:
        return {
            "vpc": self.name(raw["VpcId"]),
            "cidr": raw["CidrBlock"],
            "zone": raw["AvailabilityZone"],
            "public ip on launch": raw["MapPublicIpOnLaunch"],
            "ipv6 on creation": raw["AssignIpv6AddressOnCreation"],
            "state": raw["State"],
            "route table": self.name(self.followed(raw["SubnetId"], "route table") or "main table"),
            "network acl": self.name(self.followed(raw["SubnetId"], "network acl")),
        }

    def followed(self, subnet: str, kind: str) -> str | None:
        """Returns the table or the ACL that a subnet is associated with."""
        for it in self.account.of_kind(kind):
            if any(association.get("SubnetId") == subnet for association in it.raw["Associations"]):
                return it.id
        return None

    def followers(self, raw: dict) -> list[str]:
        others = [it.get("SubnetId") or it.get("GatewayId") for it in raw["Associations"] if not it.get("Main")]
        # Those of deleted subnets are LocalStack's (quirk `association-outlives-subnet`).
        return self.named([it for it in others if it in self.account.things])

    def route_table(self, raw: dict) -> Attributes:
        return {
            "vpc": self.name(raw["VpcId"]),
            "main": any(it.get("Main") for it in raw["Associations"]),
            "followed by": self.followers(raw),
            "propagating": [it["GatewayId"] for it in raw.get("PropagatingVgws", [])],
        } | dict(self.route(it) for it in raw["Routes"])

    def route(self, raw: dict) -> tuple[str, str]:
        destinations = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        to = next(raw[it] for it in destinations if raw.get(it))
        hops = [value for name, value in raw.items() if name.endswith("Id") and name not in destinations and value]
        return f"route {to}", f"{self.name(hops[0] if hops else None)} {raw.get('State')}"

    def network_acl(self, raw: dict) -> Attributes:
        attributes: Attributes = {
            "vpc": self.name(raw["VpcId"]),
            "default": raw["IsDefault"],
            "followed by": self.followers(raw),
        }
        for it in raw["Entries"]:
            # AWS's own last denial is no one's to choose (quirk `no-implicit-entries`).
            if it["RuleNumber"] < 32767:
                direction = "outbound" if it["Egress"] else "inbound"
                cidr = it.get("CidrBlock") or it["Ipv6CidrBlock"]
                packets = entry_traffic(it)
                name = f"{direction} entry {it['RuleNumber']} {it['RuleAction']} {packets} {cidr}"
                attributes[name] = "there"
        return attributes

    def security_group(self, raw: dict) -> Attributes:
        attributes: Attributes = {"vpc": self.name(raw["VpcId"]), "description": raw["Description"]}
        for direction, field in (("inbound", "IpPermissions"), ("outbound", "IpPermissionsEgress")):
            for permission in raw[field]:
                for peer, description in self.peers(permission):
                    name = f"{direction} {rule_traffic(permission)} {peer}"
                    attributes[again(name, attributes)] = description
        return attributes

    def peers(self, permission: dict) -> Iterator[tuple[str, str]]:
        for it in permission.get("IpRanges", []):
            yield it["CidrIp"], it.get("Description", "")
        for it in permission.get("Ipv6Ranges", []):
            yield it["CidrIpv6"], it.get("Description", "")
        for it in permission.get("UserIdGroupPairs", []):
            yield self.name(it["GroupId"]), it.get("Description", "")
        for it in permission.get("PrefixListIds", []):
            yield it["PrefixListId"], it.get("Description", "")

    def endpoint(self, raw: dict) -> Attributes:
        attributes = {
            "vpc": self.name(raw["VpcId"]),
            "service": raw["ServiceName"],
            "policy": canonical_policy(raw["PolicyDocument"]),
            "state": raw["State"],
            "type": raw["VpcEndpointType"],
            "route tables": self.named(raw["RouteTableIds"]),
            "subnets": self.named(raw["SubnetIds"]),
            "groups": self.named([it["GroupId"] for it in raw.get("Groups", [])]),
        }
        # A gateway has none, whatever LocalStack says (quirk `gateway-private-dns`).
        is_interface = raw["VpcEndpointType"] == "Interface"
        return attributes | ({"private dns": raw["PrivateDnsEnabled"]} if is_interface else {})


def again(name: str, attributes: Attributes) -> str:
    """Tells the second of two that say the same from the first."""
    while name in attributes:
        name += " again"
    return name


def entry_traffic(entry: dict) -> str:
    protocol = entry["Protocol"]
    if protocol in ("6", "17"):
        return f"{protocol} {entry['PortRange']['From']}-{entry['PortRange']['To']}"
    if protocol in ("1", "58"):
        icmp = entry.get("IcmpTypeCode", {})
        return f"{protocol} {icmp.get('Type', -1)}-{icmp.get('Code', -1)}"
    return protocol


def rule_traffic(permission: dict) -> str:
    names = {"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
    protocol = names.get(permission["IpProtocol"], permission["IpProtocol"])
    if protocol in ("1", "6", "17", "58"):
        return f"{protocol} {permission['FromPort']}-{permission['ToPort']}"
    return protocol
