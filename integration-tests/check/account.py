"""Everything that an account holds, as boto3 tells it."""

import datetime
import json
from dataclasses import dataclass
from typing import Any, Iterator

import sagemaker_live
from words import spelled

# What is read: its kind, the operation, where the answer has it, and its id. Whatever can stand in a VPC is here, and
# what a blueprint makes beside it.
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
    ("dhcp options", "describe_dhcp_options", "DhcpOptions", "DhcpOptionsId"),
    ("prefix list", "describe_managed_prefix_lists", "PrefixLists", "PrefixListId"),
]
# AWS lists what was deleted for a while, LocalStack for good (quirks `nat-ghost`, `endpoint-ghost`, `list-ghost`).
GONE = ("deleted", "deleting", "delete-complete", "delete-in-progress")


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
    """Everything in one region of an account, but for what is deleted or Amazon's; SageMaker's for who asks for it."""

    def __init__(self, ec2: Any, sagemaker: Any = None):
        read = {kind: list(readings(ec2, operation, field)) for kind, operation, field, _ in READINGS}
        # The interfaces of NAT gateways and endpoints come and go with them, with quirks of their own.
        owned = {id for it in read["nat gateway"] + read["endpoint"] for id in interfaces(it)}
        # Amazon's own prefix lists belong to nobody here; their ids are asked for by name.
        self.amazons = [it for it in read["prefix list"] if it["OwnerId"] == "AWS"]
        owned |= {it["PrefixListId"] for it in self.amazons}
        self.things: dict[str, Thing] = {}
        for kind, _, _, id_field in READINGS:
            for raw in read[kind]:
                id = raw[id_field]
                if raw.get("State") not in GONE and id not in owned:
                    self.things[id] = Thing(kind, id, raw)
        for kind, arn, raw in sagemaker_live.read(sagemaker) if sagemaker else ():
            self.things[arn] = Thing(kind, arn, raw)
        for vpc in self.of_kind("vpc"):
            if not vpc.raw["IsDefault"]:
                for attribute in ("enableDnsSupport", "enableDnsHostnames"):
                    answer = ec2.describe_vpc_attribute(VpcId=vpc.id, Attribute=attribute)
                    field = attribute[0].upper() + attribute[1:]
                    vpc.raw[field] = answer[field]["Value"]
        for it in self.of_kind("prefix list"):
            it.raw["Entries"] = entries(ec2, it.id)

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


def readings(ec2: Any, operation: str, field: str, **parameters: Any) -> Iterator[dict]:
    """Reads all pages of what one operation lists."""
    if ec2.can_paginate(operation):
        for page in ec2.get_paginator(operation).paginate(**parameters):
            yield from page.get(field, [])
    else:
        yield from getattr(ec2, operation)(**parameters)[field]


def entries(ec2: Any, prefix_list: str) -> list[dict]:
    found = readings(ec2, "get_managed_prefix_list_entries", "Entries", PrefixListId=prefix_list)
    return sorted(found, key=lambda it: it["Cidr"])


def interfaces(raw: dict) -> list[str]:
    addresses = raw.get("NatGatewayAddresses", [])
    return [it["NetworkInterfaceId"] for it in addresses] + raw.get("NetworkInterfaceIds", [])


def associated(raw: dict, field: str) -> list[str]:
    """Returns the blocks that a VPC or a subnet has; what it had is listed on."""
    state, cidr = field.replace("AssociationSet", "State"), field.removesuffix("AssociationSet")
    return [spelled(it[cidr]) for it in raw.get(field, []) if it[state]["State"] == "associated"]


def text(raw: dict) -> str:
    def write(value: Any) -> str:
        assert isinstance(value, datetime.datetime), value
        return value.isoformat()

    return json.dumps(raw, sort_keys=True, default=write)
