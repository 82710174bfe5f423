"""The live network of a blueprint, in the same words as `wanted.Blueprint` uses."""

from typing import Any, Iterator

from account import Account, Thing, associated, entries, interfaces, readings
from sagemaker_live import Workloads
from words import LAST_ENTRY, Attributes, Facts, Objects, canonical_policy, spelled


class Network(Workloads):
    """The objects of a blueprint, and whatever else stands in its VPC."""

    def __init__(self, account: Account, blueprint: str, existing: str | None = None):
        self.account, self.existing = account, existing
        self.ours = account.of_blueprint(blueprint)
        vpcs = [existing] if existing else [it.id for it in account.of_kind("vpc") if it in self.ours]
        inside = [thing for vpc in vpcs for thing in account.in_vpc(vpc)]
        self.things = {it.id: it for it in self.ours + inside}
        # What each id is called: by its key, by what it is to its VPC, or by itself.
        self.names: dict[str, str] = {}
        for it in self.things.values():
            if it in self.ours and it.key not in self.names.values():
                self.names[it.id] = it.key or it.id
            elif account.is_default(it):
                self.names[it.id] = {"route table": "main table", "network acl": "default acl"}.get(
                    it.kind, "default group"
                )

    def name(self, id: str | None) -> str:
        return self.names.get(id or "", id or "nothing")

    def named(self, ids: list[str]) -> list[str]:
        return sorted(self.name(it) for it in ids)

    def foreign(self, kind: str = "") -> list[Thing]:
        """Returns what stands in the VPC and is not ours."""
        return [it for it in self.things.values() if it not in self.ours and kind in ("", it.kind)]

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
        v4 = [it for it in associated(raw, "CidrBlockAssociationSet") if it != raw["CidrBlock"]]
        v6 = associated(raw, "Ipv6CidrBlockAssociationSet")
        pools = {it["Ipv6Pool"] for it in raw["Ipv6CidrBlockAssociationSet"] if spelled(it["Ipv6CidrBlock"]) in v6}
        options = raw.get("DhcpOptionsId")
        return {
            "cidr": raw["CidrBlock"],
            "secondary cidrs": sorted(v4),
            "ipv6": v6,
            "ipv6 pools": sorted(pools),
            "dns support": raw["EnableDnsSupport"],
            "dns hostnames": raw["EnableDnsHostnames"],
            "dhcp options": self.name(options) if options in self.things else "none of ours",
            "tenancy": raw["InstanceTenancy"],
            "state": raw["State"],
        }

    def internet_gateway(self, raw: dict) -> Attributes:
        return {"attached to": self.named([it["VpcId"] for it in raw["Attachments"]])}

    def egress_only_gateway(self, raw: dict) -> Attributes:
        return {"attached to": self.named([it["VpcId"] for it in raw["Attachments"] if it["State"] == "attached"])}

    def dhcp_options(self, raw: dict) -> Attributes:
        return {it["Key"]: [value["Value"] for value in it["Values"]] for it in raw["DhcpConfigurations"]}

    def flow_log(self, raw: dict) -> Attributes:
        kind = raw.get("LogDestinationType", "cloud-watch-logs")
        to = raw.get("LogDestination", "").removesuffix(":*").rstrip("/")
        if kind == "cloud-watch-logs":
            # AWS tells both, LocalStack the one that it was given (quirk `flow-log-group`).
            to = "log-group:" + (raw.get("LogGroupName") or to.rpartition(":log-group:")[2])
        return {
            "of": self.name(raw["ResourceId"]),
            "traffic": raw["TrafficType"],
            "kind": kind,
            "to": to,
            "role": raw.get("DeliverLogsPermissionArn"),
            "interval": raw["MaxAggregationInterval"],
            "format": raw["LogFormat"],
            "status": raw["FlowLogStatus"],
        }

    def prefix_list(self, raw: dict) -> Attributes:
        attributes = {
            "family": raw["AddressFamily"],
            "max entries": raw["MaxEntries"],
            # How it got there does not matter.
            "state": raw["State"].removeprefix("create-").removeprefix("modify-").removeprefix("restore-"),
        }
        for it in raw["Entries"]:
            attributes[again(f"entry {spelled(it['Cidr'])}", attributes)] = it.get("Description", "")
        return attributes

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
            "ipv6": associated(raw, "Ipv6CidrBlockAssociationSet"),
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
        # A list that does not exist is left out (quirk `route-to-nothing`).
        to = next((raw[it] for it in destinations if raw.get(it)), "nothing")
        hops = [value for name, value in raw.items() if name.endswith("Id") and name not in destinations and value]
        return f"route {self.name(spelled(to))}", f"{self.name(hops[0] if hops else None)} {raw.get('State')}"

    def network_acl(self, raw: dict) -> Attributes:
        attributes: Attributes = {
            "vpc": self.name(raw["VpcId"]),
            "default": raw["IsDefault"],
            "followed by": self.followers(raw),
        }
        for it in raw["Entries"]:
            # AWS's own last denial is no one's to choose (quirk `no-implicit-entries`).
            if it["RuleNumber"] < LAST_ENTRY:
                direction = "outbound" if it["Egress"] else "inbound"
                cidr = spelled(it.get("CidrBlock") or it["Ipv6CidrBlock"])
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
            yield spelled(it["CidrIpv6"]), it.get("Description", "")
        for it in permission.get("UserIdGroupPairs", []):
            yield self.name(it["GroupId"]), it.get("Description", "")
        for it in permission.get("PrefixListIds", []):
            yield self.name(it["PrefixListId"]), it.get("Description", "")

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
        return f"{protocol} {permission.get('FromPort', -1)}-{permission.get('ToPort', -1)}"
    return protocol


# Facts


class Lists(dict[str, list[str]]):
    """The blocks of prefix lists by id, each read when it is first asked for: few blueprints name one."""

    def __init__(self, ec2: Any):
        super().__init__()
        self.ec2 = ec2

    def __missing__(self, id: str) -> list[str]:
        self[id] = [it["Cidr"] for it in entries(self.ec2, id)]
        return self[id]


GATEWAYS = ("internet gateway", "egress-only gateway")


def facts(ec2: Any, there: Network, existing: str | None) -> Facts:
    """Reads what a blueprint has to know of its account before it can be understood."""
    zones = readings(
        ec2,
        "describe_availability_zones",
        "AvailabilityZones",
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}, {"Name": "state", "Values": ["available"]}],
    )
    known = Facts(zones={it["ZoneName"]: it["ZoneId"] for it in zones})
    account = there.account
    known.list_ids = {it["PrefixListName"]: it["PrefixListId"] for it in account.amazons}
    known.list_cidrs = Lists(ec2)
    for it in there.things.values():
        if it.kind in ("vpc", "subnet"):
            known.ipv6[there.name(it.id)] = associated(it.raw, "Ipv6CidrBlockAssociationSet")
    for it in there.foreign("subnet"):
        known.subnets[it.id] = (it.raw["AvailabilityZone"], it.raw["CidrBlock"])
    if existing:
        vpc = account.things[existing].raw
        primary, others = vpc["CidrBlock"], associated(vpc, "CidrBlockAssociationSet")
        known.vpc_cidrs = [primary, *(it for it in others if it != primary)]
        known.ipv6[existing] = associated(vpc, "Ipv6CidrBlockAssociationSet")
        known.gateways = {it.kind: it.id for it in there.foreign() if it.kind in GATEWAYS}
    return known
