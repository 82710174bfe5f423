"""What a blueprint asks for, worked out from the design of the language and from nothing else of palisade's.

The result is flat: for each key of an object the attributes that it must have, and no others.
It assumes a valid blueprint, as `palisade validate` passes it.
"""

import ipaddress
import json
import pathlib
import tomllib
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator

# The attributes of one object, and of all of them by their key.
Attributes = dict[str, Any]
Objects = dict[str, Attributes]

PROTOCOLS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
GATEWAY_SERVICES = ("s3", "dynamodb", "s3express")
EVERYTHING = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
ANYWHERE = "0.0.0.0/0"


@dataclass
class Facts:
    """What only the account can tell."""

    # The ids of AWS's own prefix lists, and their blocks, by their name.
    list_ids: dict[str, str] = field(default_factory=dict)
    list_cidrs: dict[str, list[str]] = field(default_factory=dict)
    # The blocks of the subnets that there were before, by their key: a zone keeps its slot.
    kept_cidrs: dict[str, str] = field(default_factory=dict)


def block(text: str) -> str:
    """Writes a CIDR block as AWS does, without host bits."""
    return str(ipaddress.ip_network(text, strict=False))


def as_list(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def canonical_policy(policy: str | dict) -> str:
    """Writes a policy so that two that mean the same are the same.

    The version is left out: LocalStack loses it (quirk `policy-version`).
    """
    document = json.loads(policy) if isinstance(policy, str) else policy

    def plain(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {name: plain(it, name) for name, it in value.items() if name != "Version"}
        if isinstance(value, list):
            members = sorted((plain(it, name) for it in value), key=lambda it: json.dumps(it, sort_keys=True))
            return members[0] if len(members) == 1 else members
        # Only the names of actions are the same in capitals and without.
        return value.lower() if name in ("Action", "NotAction") else value

    return json.dumps(plain(document), sort_keys=True)


def traffic(protocol: str | int, rule: dict) -> list[str]:
    """Writes the packets that a rule speaks of, one text per range of ports."""
    number = PROTOCOLS.get(str(protocol), str(protocol))
    if number in ("6", "17"):
        ranges = []
        for ports in as_list(rule["ports"]):
            first, _, last = ("0-65535" if ports == "all" else str(ports)).partition("-")
            ranges.append(f"{number} {int(first)}-{int(last or first)}")
        return ranges
    if number in ("1", "58"):
        return [f"{number} {rule.get('type', -1)}-{rule.get('code', -1)}"]
    return [number]


class Blueprint:
    """A blueprint, and what it means."""

    def __init__(self, path: pathlib.Path, facts: Facts):
        self.path = path
        self.facts = facts
        self.document = tomllib.loads(path.read_text())
        self.name: str = self.document["name"]
        self.region: str = self.document["region"]
        self.vpc = self.document["vpc"]
        self.tiers: dict[str, dict] = self.document["tiers"]
        self.groups: dict[str, dict] = self.document.get("security-groups", {})
        self.endpoints: dict[str, dict] = self.document.get("endpoints", {})

    # Zones, slots, addresses

    def zones(self, tier: dict) -> list[str]:
        return [zone[-1] for zone in tier.get("zones", self.vpc["zones"])]

    def subnet_cidrs(self, tier_name: str) -> dict[str, str]:
        """Gives each zone of a tier its slot: the one it has, otherwise the lowest free one, in the list's order.

        What a zone that leaves still holds is as good as taken.
        """
        tier = self.tiers[tier_name]
        whole = ipaddress.ip_network(tier["cidr"], strict=False)
        n_slots = tier.get("slots", 4)
        slots = [str(it) for it in whole.subnets(prefixlen_diff=n_slots.bit_length() - 1)]
        kept = {zone: self.facts.kept_cidrs.get(f"subnet.{tier_name}@{zone}") for zone in self.zones(tier)}
        cidrs = {zone: cidr for zone, cidr in kept.items() if cidr in slots}
        held = [cidr for key, cidr in self.facts.kept_cidrs.items() if key.startswith(f"subnet.{tier_name}@")]
        free = sorted((it for it in slots if it not in cidrs.values()), key=lambda it: it in held)
        for zone in self.zones(tier):
            if zone not in cidrs:
                cidrs[zone] = free.pop(0)
        return cidrs

    # Endpoints

    def service(self, name: str) -> str:
        short = self.endpoints[name].get("service", name)
        if f".{self.region}." in short or short.startswith("com.amazonaws."):
            return short
        if short in ("notebook", "studio"):
            return f"aws.sagemaker.{self.region}.{short}"
        return f"com.amazonaws.{self.region}.{short}"

    def is_gateway(self, name: str) -> bool:
        is_of_gateways = self.service(name) in [f"com.amazonaws.{self.region}.{it}" for it in GATEWAY_SERVICES]
        return self.endpoints[name].get("type", "gateway" if is_of_gateways else "interface") == "gateway"

    def standing(self, name: str) -> list[tuple[str, str]]:
        """Returns tier and zone of an interface endpoint's subnets: per zone the first of its tiers that has it."""
        places: dict[str, str] = {}
        for tier in self.endpoints[name]["tiers"]:
            for zone in self.zones(self.tiers[tier]):
                places.setdefault(zone, tier)
        return [(tier, zone) for zone, tier in places.items()]

    def policy(self, name: str) -> str:
        policy = self.endpoints[name].get("policy", EVERYTHING)
        if isinstance(policy, dict) and "file" in policy:
            policy = (self.path.parent / policy["file"]).read_text()
        return canonical_policy(policy)

    # Tables

    def tables(self, tier_name: str) -> dict[str, str]:
        """Returns the key of the route table that each zone of a tier follows."""
        is_per_zone = self.tiers[tier_name]["route"] == "nat"
        zones = self.zones(self.tiers[tier_name])
        return {zone: f"route-table.{tier_name}" + (f"@{zone}" if is_per_zone else "") for zone in zones}

    def nat_zones(self) -> tuple[str, list[str]]:
        """Returns the tier that has the NAT gateways, and the zones in which they stand."""
        for name, tier in self.tiers.items():
            zones = self.zones(tier)
            match tier.get("nat-gateways", "none"):
                case "per-zone":
                    return name, zones
                case "single":
                    return name, zones[:1]
        return "", []

    def nat_of(self, zone: str) -> str:
        zones = self.nat_zones()[1]
        return f"nat.main@{zone if zone in zones else zones[0]}"

    # Peers

    def group_peers(self, text: str, own: str) -> list[str]:
        """Returns what a peer of a group's rule is to AWS."""
        kind, _, name = text.partition(":")
        match kind:
            case "internet":
                return [ANYWHERE]
            case "vpc":
                return [block(self.vpc["cidr"])]
            case "self":
                return [f"security-group.{own}"]
            case "group":
                return [f"security-group.{name}"]
            case "tier":
                return [block(self.tiers[name]["cidr"])]
            case "endpoint" if self.is_gateway(name):
                return [self.facts.list_ids[self.service(name)]]
            case "endpoint":
                return [self.group(it) for it in self.endpoints[name]["security-groups"]]
        return [text] if text.startswith(("sg-", "pl-")) else [block(text)]

    def group(self, text: str) -> str:
        return text if text.startswith("sg-") else f"security-group.{text}"

    def acl_peers(self, text: str) -> list[str]:
        """Returns the blocks that a peer of an ACL's rule stands for."""
        kind, _, name = text.partition(":")
        match kind:
            case "internet":
                return [ANYWHERE]
            case "vpc":
                return [block(self.vpc["cidr"])]
            case "tier":
                return [block(self.tiers[name]["cidr"])]
            case "s3" | "dynamodb":
                return self.facts.list_cidrs[f"com.amazonaws.{self.region}.{kind}"]
            case "endpoint" if self.is_gateway(name):
                return self.facts.list_cidrs[self.service(name)]
            case "endpoint":
                return [self.subnet_cidrs(tier)[zone] for tier, zone in self.standing(name)]
        return [block(text)]

    # Objects

    def objects(self) -> Objects:
        """Returns everything that the blueprint asks for."""
        objects = dict(self.everything())
        for key, attributes in objects.items():
            attributes |= {f"tag {name}": value for name, value in self.tags(key).items()}
        return objects

    def tags(self, key: str) -> dict[str, str]:
        authors = self.document.get("tags", {})
        ours = {"Name": f"{self.name}/{key}", "palisade:blueprint": self.name, "palisade:key": key}
        if authors:
            ours["palisade:tags"] = ",".join(sorted(authors))
        return authors | ours

    def everything(self) -> Iterator[tuple[str, Attributes]]:
        yield "vpc.main", {
            "cidrs": [block(self.vpc["cidr"])],
            "dns support": self.vpc.get("dns-support", True),
            "dns hostnames": self.vpc.get("dns-hostnames", True),
            "tenancy": "default",
            "state": "available",
        }
        if any(tier["route"] == "internet" for tier in self.tiers.values()):
            yield "igw.main", {"attached to": ["vpc.main"]}
        yield from self.nat_objects()
        for name in self.tiers:
            yield from self.tier_objects(name)
        for name, group in self.groups.items():
            yield f"security-group.{name}", self.group_attributes(name, group)
        for name in self.endpoints:
            yield f"endpoint.{name}", self.endpoint_attributes(name)

    def nat_objects(self) -> Iterator[tuple[str, Attributes]]:
        tier, zones = self.nat_zones()
        for zone in zones:
            yield f"eip.nat@{zone}", {"domain": "vpc", "used by": f"nat.main@{zone}"}
            yield f"nat.main@{zone}", {
                "vpc": "vpc.main",
                "subnet": f"subnet.{tier}@{zone}",
                "addresses": [f"eip.nat@{zone}"],
                "connectivity": "public",
                "state": "available",
            }

    def tier_objects(self, name: str) -> Iterator[tuple[str, Attributes]]:
        tier, tables = self.tiers[name], self.tables(name)
        acl = f"network-acl.{name}" if "network-acl" in tier else "default acl"
        for zone, cidr in self.subnet_cidrs(name).items():
            yield f"subnet.{name}@{zone}", {
                "vpc": "vpc.main",
                "cidr": cidr,
                "zone": self.region + zone,
                "public ip on launch": False,
                "ipv6 on creation": False,
                "state": "available",
                "route table": tables[zone],
                "network acl": acl,
            }
        for table in dict.fromkeys(tables.values()):
            yield table, self.table_attributes(name, table)
        if "network-acl" in tier:
            followers = sorted(f"subnet.{name}@{zone}" for zone in tables)
            entries = dict(self.entries(tier["network-acl"]))
            yield acl, {"vpc": "vpc.main", "default": False, "followed by": followers} | entries

    def table_attributes(self, tier_name: str, table: str) -> Attributes:
        tier = self.tiers[tier_name]
        zones = [zone for zone, it in self.tables(tier_name).items() if it == table]
        routes = {block(self.vpc["cidr"]): "local"}
        if tier["route"] == "internet":
            routes[ANYWHERE] = "igw.main"
        if tier["route"] == "nat":
            routes[ANYWHERE] = self.nat_of(zones[0])
        for route in tier.get("routes", []):
            routes[block(route["to"])] = route["via"]
        for name, endpoint in self.endpoints.items():
            if self.is_gateway(name) and tier_name in endpoint["tiers"]:
                routes[self.facts.list_ids[self.service(name)]] = f"endpoint.{name}"
        return {
            "vpc": "vpc.main",
            "main": False,
            "followed by": sorted(f"subnet.{tier_name}@{zone}" for zone in zones),
            "propagating": [],
        } | {f"route {to}": f"{via} active" for to, via in routes.items()}

    def entries(self, acl: dict) -> Iterator[tuple[str, str]]:
        """Names each entry by the rule that it belongs to: a rule owns the numbers up to the next one's."""
        for direction, end in (("inbound", "from"), ("outbound", "to")):
            for rule in acl.get(direction, []):
                action = "allow" if "allow" in rule else "deny"
                cidrs = dict.fromkeys(cidr for peer in as_list(rule[end]) for cidr in self.acl_peers(peer))
                for packets in traffic(rule[action], rule):
                    for cidr in cidrs:
                        yield f"{direction} rule {rule['rule']} {action} {packets} {cidr}", "there"

    def acl_numbers(self) -> dict[str, dict[str, list[int]]]:
        """Returns the numbers of the rules of each ACL, by direction."""
        return {
            f"network-acl.{name}": {
                direction: [rule["rule"] for rule in tier["network-acl"].get(direction, [])]
                for direction in ("inbound", "outbound")
            }
            for name, tier in self.tiers.items()
            if "network-acl" in tier
        }

    def group_attributes(self, name: str, group: dict) -> Attributes:
        attributes: Attributes = {"vpc": "vpc.main"}
        if "description" in group:
            attributes["description"] = group["description"]
        for direction, end in (("inbound", "from"), ("outbound", "to")):
            for rule in group.get(direction, []):
                for packets in traffic(rule.get("protocol", "tcp"), rule):
                    peers: Iterable[str] = as_list(rule[end])
                    for peer in (it for text in peers for it in self.group_peers(text, name)):
                        # What two endpoints stand for may be one rule; the first description is kept.
                        attributes.setdefault(f"{direction} {packets} {peer}", rule.get("description", ""))
        return attributes

    def endpoint_attributes(self, name: str) -> Attributes:
        endpoint = self.endpoints[name]
        attributes: Attributes = {
            "vpc": "vpc.main",
            "service": self.service(name),
            "policy": self.policy(name),
            "state": "available",
        }
        if self.is_gateway(name):
            tables = {table for tier in endpoint["tiers"] for table in self.tables(tier).values()}
            return attributes | {"type": "Gateway", "route tables": sorted(tables), "subnets": [], "groups": []}
        return attributes | {
            "type": "Interface",
            "route tables": [],
            "subnets": sorted(f"subnet.{tier}@{zone}" for tier, zone in self.standing(name)),
            "groups": sorted(self.group(it) for it in endpoint["security-groups"]),
            "private dns": endpoint.get("private-dns", True),
        }
