"""What a blueprint asks for, worked out from the design of the language and from nothing else of palisade's.

The result is flat: for each key of an object the attributes that it must have, and no others.
It assumes a valid blueprint, as `palisade validate` passes it.
"""

import ipaddress
from typing import Iterator

from sagemaker import SageMaker
from words import ANYWHERE, ANYWHERE_V6, Attributes, Objects, as_list, block, of_family, traffic

LOG_FORMAT = " ".join(
    f"${{{it}}}"
    for it in (
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
        "log-status"
    ).split()
)


class Blueprint(SageMaker):
    """A blueprint, and what it means."""

    # Tables

    def tables(self, tier_name: str) -> dict[str, str]:
        """Returns the key of the route table that each zone of a tier follows."""
        if not self.is_ours(tier_name):
            return {}
        is_per_zone = self.tiers[tier_name]["route"] == "nat"
        zones = self.zones(tier_name)
        return {zone: f"route-table.{tier_name}" + (f"@{zone}" if is_per_zone else "") for zone in zones}

    def routed(self, *ways: str) -> bool:
        """Tells whether a tier of ours is routed in one of these ways."""
        return any(self.is_ours(name) and tier["route"] in ways for name, tier in self.tiers.items())

    def nat_zones(self) -> tuple[str, list[str]]:
        """Returns the tier that has the NAT gateways, and the zones in which they stand."""
        for name, tier in self.tiers.items():
            zones = self.zones(name)
            match tier.get("nat-gateways", "none"):
                case "per-zone":
                    return name, zones
                case "single":
                    return name, zones[:1]
        return "", []

    def nat_of(self, zone: str) -> str:
        zones = self.nat_zones()[1]
        return f"nat.main@{zone if zone in zones else zones[0]}"

    # Objects

    def objects(self) -> Objects:
        """Returns everything that the blueprint asks for."""
        objects = dict(self.everything())
        protected = self.protected(list(objects))
        for key, attributes in objects.items():
            attributes |= {f"tag {name}": value for name, value in self.tags(key).items()}
            if key in protected:
                attributes["tag palisade:protect"] = "true"
        return objects

    def tags(self, key: str) -> dict[str, str]:
        authors = self.document.get("tags", {})
        ours = {"Name": f"{self.name}/{key}", "palisade:blueprint": self.name, "palisade:key": key}
        if authors:
            ours["palisade:tags"] = "+".join(sorted(authors))
        return authors | ours

    def protected(self, keys: list[str]) -> list[str]:
        """Returns which of the keys are protected: by name, or as a part of a tier that is."""
        names = self.document.get("protect", {}).get("keys", [])
        return [it for it in keys if it in names or f"tier:{tier_of(it)}" in names]

    def everything(self) -> Iterator[tuple[str, Attributes]]:
        if not self.existing:
            yield "vpc.main", self.vpc_attributes()
        if self.routed("internet") and "internet gateway" not in self.facts.gateways:
            yield "igw.main", {"attached to": [self.vpc_name]}
        if self.is_dual and self.routed("nat") and "egress-only gateway" not in self.facts.gateways:
            yield "eigw.main", {"attached to": [self.vpc_name]}
        if "dhcp" in self.vpc:
            names = {"domain-name": "domain-name", "name-servers": "domain-name-servers", "ntp-servers": "ntp-servers"}
            yield "dhcp.main", {names[name]: as_list(value) for name, value in self.vpc["dhcp"].items()}
        if "flow-logs" in self.vpc:
            yield "flow-log.vpc", self.flow_log_attributes()
        for name in self.lists:
            yield f"prefix-list.{name}", self.list_attributes(name)
        yield from self.nat_objects()
        for name in self.tiers:
            if self.is_ours(name):
                yield from self.tier_objects(name)
        for name, group in self.document.get("security-groups", {}).items():
            yield f"security-group.{name}", self.group_attributes(name, group)
        for name in self.endpoints:
            yield f"endpoint.{name}", self.endpoint_attributes(name)
        yield from self.workloads()

    def vpc_attributes(self) -> Attributes:
        return {
            "cidr": self.cidrs()[0],
            "secondary cidrs": sorted(self.cidrs()[1:]),
            "ipv6": self.vpc_ipv6(),
            "ipv6 pools": ["Amazon"] if self.is_dual else [],
            "dns support": self.vpc.get("dns-support", True),
            "dns hostnames": self.vpc.get("dns-hostnames", True),
            # Which options AWS has for those who do not choose is its business.
            "dhcp options": "dhcp.main" if "dhcp" in self.vpc else "none of ours",
            "tenancy": "default",
            "state": "available",
        }

    def flow_log_attributes(self) -> Attributes:
        flow_logs = self.vpc["flow-logs"]
        partition = "aws-cn" if self.region.startswith("cn-") else "aws"
        is_bucket = flow_logs["to"].startswith("s3://")
        to = flow_logs["to"].replace("s3://", f"arn:{partition}:s3:::").rstrip("/")
        return {
            "of": self.vpc_name,
            "traffic": flow_logs.get("traffic", "all").upper(),
            "kind": "s3" if is_bucket else "cloud-watch-logs",
            "to": to,
            "role": flow_logs.get("role"),
            "interval": flow_logs.get("interval", 600),
            "format": LOG_FORMAT,
            "status": "ACTIVE",
        }

    def list_attributes(self, name: str) -> Attributes:
        entries = self.list_entries(name)
        versions = {ipaddress.ip_network(it).version for it in entries}
        return {
            "family": "IPv6" if versions == {6} else "IPv4",
            "max entries": self.lists[name].get("max-entries", len(entries)),
            "state": "complete",
        } | {f"entry {cidr}": description for cidr, description in entries.items()}

    def nat_objects(self) -> Iterator[tuple[str, Attributes]]:
        tier, zones = self.nat_zones()
        brought = self.tiers[tier].get("nat-addresses", []) if tier else []
        for n, zone in enumerate(zones):
            if not brought:
                yield f"eip.nat@{zone}", {"domain": "vpc", "used by": f"nat.main@{zone}"}
            yield f"nat.main@{zone}", {
                "vpc": self.vpc_name,
                "subnet": self.subnets(tier)[zone],
                "addresses": [brought[n] if brought else f"eip.nat@{zone}"],
                "connectivity": "public",
                "state": "available",
            }

    def tier_objects(self, name: str) -> Iterator[tuple[str, Attributes]]:
        tier, tables = self.tiers[name], self.tables(name)
        acl = f"network-acl.{name}" if "network-acl" in tier else "default acl"
        for zone, cidr in self.subnet_cidrs(name).items():
            key = f"subnet.{name}@{zone}"
            yield key, {
                "vpc": self.vpc_name,
                "cidr": cidr,
                "ipv6": self.subnet_ipv6(key),
                "zone": self.region + zone,
                "public ip on launch": False,
                "ipv6 on creation": tier.get("assign-ipv6", False),
                "state": "available",
                "route table": tables[zone],
                "network acl": acl,
            }
        for table in dict.fromkeys(tables.values()):
            yield table, self.table_attributes(name, table)
        if "network-acl" in tier:
            followers = sorted(self.subnets(name).values())
            entries = dict(self.entries(tier["network-acl"]))
            yield acl, {"vpc": self.vpc_name, "default": False, "followed by": followers} | entries

    def local_routes(self) -> dict[str, str]:
        return {it: "local" for it in self.cidrs() + self.vpc_ipv6()}

    def table_attributes(self, tier_name: str, table: str) -> Attributes:
        tier = self.tiers[tier_name]
        zones = [zone for zone, it in self.tables(tier_name).items() if it == table]
        routes = self.local_routes()
        if tier["route"] == "internet":
            routes[ANYWHERE] = routes[ANYWHERE_V6] = self.facts.gateways.get("internet gateway", "igw.main")
        if tier["route"] == "nat":
            routes[ANYWHERE] = self.nat_of(zones[0])
            routes[ANYWHERE_V6] = self.facts.gateways.get("egress-only gateway", "eigw.main")
        if not self.is_dual:
            routes.pop(ANYWHERE_V6, None)
        for route in tier.get("routes", []):
            routes |= {to: route["via"] for to in self.destinations(route["to"])}
        for name, endpoint in self.endpoints.items():
            if self.is_gateway(name) and tier_name in endpoint["tiers"]:
                routes[self.facts.list_ids[self.service(name)]] = f"endpoint.{name}"
        return {
            "vpc": self.vpc_name,
            "main": False,
            "followed by": sorted(f"subnet.{tier_name}@{zone}" for zone in zones),
            "propagating": [],
        } | {f"route {to}": f"{via} active" for to, via in routes.items()}

    def destinations(self, text: str) -> list[str]:
        kind, _, name = text.partition(":")
        match kind:
            case "prefix-list":
                return [f"prefix-list.{name}"]
            case "outside":
                return [block(it) for it in self.outsides[name]["cidrs"]]
        return [text] if text.startswith("pl-") else [block(text)]

    def entries(self, acl: dict) -> Iterator[tuple[str, str]]:
        """Names each entry by the rule that it belongs to: a rule owns the numbers up to the next one's."""
        for direction, end in (("inbound", "from"), ("outbound", "to")):
            for rule in acl.get(direction, []):
                action = "allow" if "allow" in rule else "deny"
                cidrs = dict.fromkeys(cidr for peer in as_list(rule[end]) for cidr in self.acl_peers(peer))
                for packets in traffic(rule[action], rule):
                    for cidr in of_family(packets, cidrs):
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
        attributes: Attributes = {"vpc": self.vpc_name}
        if "description" in group:
            attributes["description"] = group["description"]
        for direction, end in (("inbound", "from"), ("outbound", "to")):
            for rule in group.get(direction, []):
                for packets in traffic(rule.get("protocol", "tcp"), rule):
                    peers = [it for text in as_list(rule[end]) for it in self.group_peers(text, name)]
                    for peer in of_family(packets, peers):
                        # What two endpoints stand for may be one rule; the first description is kept.
                        attributes.setdefault(f"{direction} {packets} {peer}", rule.get("description", ""))
        return attributes

    def endpoint_attributes(self, name: str) -> Attributes:
        endpoint = self.endpoints[name]
        attributes: Attributes = {
            "vpc": self.vpc_name,
            "service": self.service(name),
            "policy": self.policy(name),
            "state": "available",
        }
        if self.is_gateway(name):
            tables = {table for tier in endpoint["tiers"] for table in self.tables(tier).values()}
            tables.update(endpoint.get("route-tables", []))
            return attributes | {"type": "Gateway", "route tables": sorted(tables), "subnets": [], "groups": []}
        return attributes | {
            "type": "Interface",
            "route tables": [],
            "subnets": sorted(self.subnets(tier)[zone] for tier, zone in self.standing(name)),
            "groups": sorted(self.group(it) for it in endpoint["security-groups"]),
            "private dns": endpoint.get("private-dns", True),
        }

    # What AWS makes along with every VPC, as palisade leaves it

    def defaults(self) -> Objects:
        if self.existing:
            return {}
        main_table = {"vpc": "vpc.main", "main": True, "followed by": [], "propagating": []}
        main_table |= {f"route {to}": f"{via} active" for to, via in self.local_routes().items()}
        without_own = [
            key
            for name, tier in self.tiers.items()
            if "network-acl" not in tier and self.is_ours(name)
            for key in self.subnets(name).values()
        ]
        acl = {"vpc": "vpc.main", "default": True, "followed by": sorted(without_own)}
        if self.is_acl_left():
            acl |= {f"{it} entry 100 allow -1 {ANYWHERE}": "there" for it in ("inbound", "outbound")}
        group = {"vpc": "vpc.main"}
        if self.is_group_left():
            group[f"outbound -1 {ANYWHERE}"] = ""
        return {"main table": main_table, "default acl": acl, "default group": group}

    def is_group_left(self) -> bool:
        is_left = self.vpc.get("default-security-group", "empty") == "leave"
        return is_left and "security group" not in self.facts.emptied

    def is_acl_left(self) -> bool:
        is_left = self.vpc.get("default-network-acl", "leave") == "leave"
        return is_left and "network acl" not in self.facts.emptied

    def optional(self) -> Objects:
        """Returns what may be there too, because AWS does it and LocalStack does not, or nobody has said."""
        optional: Objects = {"default acl": {}, "default group": {}, "dhcp.main": {}}
        if self.is_group_left():
            # The quirks `default-group` and `no-ipv6-defaults`.
            optional["default group"]["inbound -1 default group"] = ""
            if self.is_dual:
                optional["default group"][f"outbound -1 {ANYWHERE_V6}"] = ""
        if self.is_dual and self.is_acl_left():
            for direction in ("inbound", "outbound"):
                optional["default acl"][f"{direction} entry 101 allow -1 {ANYWHERE_V6}"] = "there"
        # Options without name servers would leave a network without names.
        optional["dhcp.main"]["domain-name-servers"] = ["AmazonProvidedDNS"]
        return optional


def tier_of(key: str) -> str | None:
    """Returns the tier to which a key belongs as a part."""
    kind, _, name = key.partition(".")
    return name.partition("@")[0] if kind in ("subnet", "route-table", "network-acl") else None
