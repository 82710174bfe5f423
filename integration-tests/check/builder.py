"""Builds by hand what a blueprint asks for: with boto3, and with numbers that a person has worked out."""

import json
import pathlib
import random
from typing import Any

import boto3

import snapshots
import verify
from account import Account, readings
from bite import Request


class Builder:
    """An empty account, and a directory for the blueprint."""

    def __init__(self, name: str, region: str, directory: pathlib.Path, tags: dict[str, str]):
        self.name, self.directory, self.tags = name, directory, tags
        self.number = f"{random.randrange(10**11, 10**12)}"
        keys = {"aws_access_key_id": self.number, "aws_secret_access_key": "dummy"}
        self.ec2 = boto3.client("ec2", region_name=region, **keys)
        self.sagemaker = verify.client("sagemaker", region, **keys)
        self.s3 = boto3.client("s3", region_name=region, **keys)
        self.region = region
        # The ids of what has been made, by key.
        self.ids: dict[str, str] = {}

    def write(self, name: str, text: str) -> pathlib.Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def snapshot(self, name: str) -> pathlib.Path:
        return self.write(name, json.dumps(snapshots.taken(Account(self.ec2))))

    def tagged(self, key: str, **more: str) -> list[dict[str, str]]:
        ours = {
            "Name": f"{self.name}/{key}",
            "palisade:blueprint": self.name,
            "palisade:key": key,
            "palisade:generation": "1",
        }
        if self.tags:
            ours["palisade:tags"] = "+".join(sorted(self.tags))
        protect = {f"palisade:{it}": value for it, value in more.items()}
        return [{"Key": it, "Value": value} for it, value in (self.tags | ours | protect).items()]

    def request(self, key: str, call: str, more: dict[str, str] | None = None, /, **parameters: Any) -> Request:
        """Returns the request that makes something of ours."""
        tags = [{"ResourceType": CREATIONS[call][0], "Tags": self.tagged(key, **(more or {}))}]
        return call, parameters | {"TagSpecifications": tags}

    def make(self, key: str, call: str, more: dict[str, str] | None = None, /, **parameters: Any) -> str:
        """Makes something of ours; returns its id."""
        name, request = self.request(key, call, more, **parameters)
        self.ids[key] = id_in(call, getattr(self.ec2, name)(**request))
        return self.ids[key]

    def subnet(self, key: str, table: str, more: dict[str, str] | None = None, /, **parameters: Any) -> str:
        subnet = self.make(key, "create_subnet", more, **parameters)
        self.ec2.associate_route_table(SubnetId=subnet, RouteTableId=table)
        return subnet

    def routes(self, table: str, *routes: dict[str, str]) -> None:
        for route in routes:
            self.ec2.create_route(RouteTableId=self.ids[table], **route)

    def amazons(self, service: str) -> str:
        """Returns the id of Amazon's own prefix list of a service."""
        filters = [{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{self.region}.{service}"]}]
        lists = readings(self.ec2, "describe_managed_prefix_lists", "PrefixLists", Filters=filters)
        return next(lists)["PrefixListId"]

    def follows_acl(self, subnet: str, acl: str) -> None:
        filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
        for it in readings(self.ec2, "describe_network_acls", "NetworkAcls", Filters=filters):
            for association in it["Associations"]:
                if association["SubnetId"] == subnet:
                    id = association["NetworkAclAssociationId"]
                    self.ec2.replace_network_acl_association(AssociationId=id, NetworkAclId=acl)

    def default(self, kind: str, vpc: str) -> dict:
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        if kind == "security group":
            groups = readings(self.ec2, "describe_security_groups", "SecurityGroups", Filters=filters)
            return next(it for it in groups if it["GroupName"] == "default")
        acls = readings(self.ec2, "describe_network_acls", "NetworkAcls", Filters=filters)
        return next(it for it in acls if it["IsDefault"])

    def group(self, key: str, description: str, vpc: str = "") -> str:
        """Makes a group without any rule."""
        place = {"VpcId": vpc or self.ids["vpc.main"], "GroupName": key.replace(".", "/")}
        group = self.make(key, "create_security_group", **place, Description=description)
        self.emptied(self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0])
        return group

    def emptied(self, group: dict) -> None:
        for call, field in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            if group[field]:
                revoke = getattr(self.ec2, f"revoke_security_group_{call}")
                revoke(GroupId=group["GroupId"], IpPermissions=group[field])


# What each request makes, as tags call it, and where the answer has its id.
CREATIONS = {
    "allocate_address": ("elastic-ip", "AllocationId"),
    "create_dhcp_options": ("dhcp-options", "DhcpOptions.DhcpOptionsId"),
    "create_egress_only_internet_gateway": (
        "egress-only-internet-gateway",
        "EgressOnlyInternetGateway.EgressOnlyInternetGatewayId",
    ),
    "create_flow_logs": ("vpc-flow-log", "FlowLogIds"),
    "create_internet_gateway": ("internet-gateway", "InternetGateway.InternetGatewayId"),
    "create_managed_prefix_list": ("prefix-list", "PrefixList.PrefixListId"),
    "create_nat_gateway": ("natgateway", "NatGateway.NatGatewayId"),
    "create_network_acl": ("network-acl", "NetworkAcl.NetworkAclId"),
    "create_route_table": ("route-table", "RouteTable.RouteTableId"),
    "create_security_group": ("security-group", "GroupId"),
    "create_subnet": ("subnet", "Subnet.SubnetId"),
    "create_vpc": ("vpc", "Vpc.VpcId"),
    "create_vpc_endpoint": ("vpc-endpoint", "VpcEndpoint.VpcEndpointId"),
}


def id_in(call: str, answer: Any) -> str:
    for name in CREATIONS[call][1].split("."):
        answer = answer[name]
    return answer[0] if isinstance(answer, list) else answer


def ranges(*cidrs: str) -> dict[str, list[dict[str, str]]]:
    """Writes blocks of both families as a permission has them."""
    v4, v6 = ([it for it in cidrs if (":" in it) is is_v6] for is_v6 in (False, True))
    fields = {"IpRanges": [{"CidrIp": it} for it in v4], "Ipv6Ranges": [{"CidrIpv6": it} for it in v6]}
    return {name: value for name, value in fields.items() if value}


def permission(protocol: str, first: int | None, last: int | None, **peers: Any) -> dict[str, Any]:
    ports = {} if first is None else {"FromPort": first, "ToPort": last}
    return {"IpProtocol": protocol, **ports, **peers}
