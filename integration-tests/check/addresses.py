"""Where the subnets of a blueprint lie: zones, blocks, slots, and the IPv6 blocks that Amazon gives."""

import ipaddress
import re

from words import Facts, block


class Addresses:
    """A blueprint's document, and what it says about zones and addresses."""

    def __init__(self, document: dict, facts: Facts):
        self.document = document
        self.facts = facts
        self.name: str = document["name"]
        self.region: str = document["region"]
        self.vpc: dict = document["vpc"]
        self.tiers: dict[str, dict] = document["tiers"]
        self.existing: str | None = self.vpc.get("existing")
        # What the VPC is called: its key, or its id where it exists already.
        self.vpc_name: str = self.existing or "vpc.main"
        # A VPC that exists already has the families that it has.
        self.is_dual: bool = self.vpc.get("ipv6", bool(self.existing and facts.ipv6.get(self.vpc_name)))

    # Zones

    def suffix(self, zone: str) -> str:
        """Returns the suffix of a zone, however it is written: as one, by its full name, or by its id."""
        names = {id: name for name, id in self.facts.zones.items()}
        return names.get(zone, zone).removeprefix(self.region)

    def vpc_zones(self) -> list[str]:
        return self.chosen(self.vpc["zones"], [self.suffix(it) for it in self.facts.zones], "")

    def zones(self, tier_name: str) -> list[str]:
        tier = self.tiers[tier_name]
        if "existing-subnets" in tier:
            zones = [self.suffix(self.facts.subnets[it][0]) for it in tier["existing-subnets"]]
            return list(dict.fromkeys(zones))
        if "zones" not in tier:
            return self.vpc_zones()
        return self.chosen(tier["zones"], self.vpc_zones(), f"subnet.{tier_name}@")

    def chosen(self, zones: list[str] | int, among: list[str], where: str) -> list[str]:
        """Returns the zones that are written, or as many as are counted: those in use, then those of the lowest ids."""
        if isinstance(zones, list):
            return [self.suffix(it) for it in zones]
        held = {key.rpartition("@")[2] for key in self.facts.kept_cidrs if key.startswith(where)}
        by_id = sorted(self.facts.zones, key=lambda it: number_in(self.facts.zones[it]))
        suffixes = [it for it in map(self.suffix, by_id) if it in among]
        chosen = sorted(suffixes, key=lambda it: it not in held)[:zones]
        return [it for it in suffixes if it in chosen]

    def is_ours(self, tier_name: str) -> bool:
        return "existing-subnets" not in self.tiers[tier_name]

    def subnets(self, tier_name: str) -> dict[str, str]:
        """Returns what the subnet of each zone is called: its key, or its id where it exists already."""
        if self.is_ours(tier_name):
            return {zone: f"subnet.{tier_name}@{zone}" for zone in self.zones(tier_name)}
        names: dict[str, str] = {}
        for id in self.tiers[tier_name]["existing-subnets"]:
            names.setdefault(self.suffix(self.facts.subnets[id][0]), id)
        return names

    # Blocks

    def cidrs(self) -> list[str]:
        """Returns the IPv4 blocks of the VPC, the primary one first."""
        if self.existing:
            return self.facts.vpc_cidrs
        return [block(it) for it in [self.vpc["cidr"], *self.vpc.get("secondary-cidrs", [])]]

    def blocks(self) -> dict[str, str]:
        """Returns the block of each tier that is ours: the one it names, the one it has, or the first that is free."""
        blocks = {name: block(tier["cidr"]) for name, tier in self.tiers.items() if "cidr" in tier}
        sized = [name for name, tier in self.tiers.items() if "size" in tier]
        blocks |= {name: kept for name in sized if (kept := self.kept_block(name))}
        taken = [*self.facts.taken, *self.facts.kept_cidrs.values()]
        for name in sized:
            if name not in blocks:
                blocks[name] = self.free_block(self.prefix(name), [*taken, *blocks.values()])
        return blocks

    def prefix(self, tier_name: str) -> int:
        """Returns the length of the prefix of a tier by size: all its slots make one aligned block."""
        tier = self.tiers[tier_name]
        return int(tier["size"].removeprefix("/")) - (tier.get("slots", 4).bit_length() - 1)

    def kept_block(self, tier_name: str) -> str | None:
        for key, cidr in self.facts.kept_cidrs.items():
            if key.startswith(f"subnet.{tier_name}@"):
                return str(ipaddress.ip_network(cidr).supernet(new_prefix=self.prefix(tier_name)))
        return None

    def free_block(self, prefix: int, taken: list[str]) -> str:
        others = [ipaddress.IPv4Network(it) for it in taken]
        for cidr in (ipaddress.IPv4Network(it) for it in self.cidrs()):
            for candidate in cidr.subnets(new_prefix=prefix) if cidr.prefixlen <= prefix else []:
                if not any(candidate.overlaps(it) for it in others):
                    return str(candidate)
        return "no room"

    def subnet_cidrs(self, tier_name: str) -> dict[str, str]:
        """Gives each zone of a tier its slot: the one it has, otherwise the lowest free one, in the list's order.

        What a zone that leaves still holds is as good as taken.
        """
        if not self.is_ours(tier_name):
            return {zone: self.facts.subnets[id][1] for zone, id in self.subnets(tier_name).items()}
        whole = ipaddress.ip_network(self.blocks()[tier_name])
        n_slots = self.tiers[tier_name].get("slots", 4)
        slots = [str(it) for it in whole.subnets(prefixlen_diff=n_slots.bit_length() - 1)]
        zones = self.zones(tier_name)
        kept = {zone: self.facts.kept_cidrs.get(f"subnet.{tier_name}@{zone}") for zone in zones}
        cidrs = {zone: cidr for zone, cidr in kept.items() if cidr in slots}
        held = [cidr for key, cidr in self.facts.kept_cidrs.items() if key.startswith(f"subnet.{tier_name}@")]
        free = sorted((it for it in slots if it not in cidrs.values()), key=lambda it: it in held)
        for zone in zones:
            if zone not in cidrs:
                cidrs[zone] = free.pop(0)
        return cidrs

    # IPv6. Nothing says which block it is, so what is there is right if it is of the right kind, and stays.

    def vpc_ipv6(self) -> list[str]:
        if not self.is_dual:
            return []
        there = self.facts.ipv6.get(self.vpc_name, [])
        if self.vpc_name in self.facts.kept_ipv6:
            return [self.facts.kept_ipv6[self.vpc_name]]
        is_right = len(there) == 1 and there[0].endswith("::/56")
        return there if is_right or self.existing else ["a /56 of Amazon's"]

    def subnet_ipv6(self, name: str) -> list[str]:
        """Returns the /64 of a subnet, which no other has."""
        if not self.is_dual:
            return []
        if name in self.facts.kept_ipv6:
            return [self.facts.kept_ipv6[name]]
        there = self.facts.ipv6.get(name, [])
        others = [it for other, blocks in self.facts.ipv6.items() if other != name for it in blocks]
        if len(there) == 1 and there[0] not in others and self.is_64(there[0]):
            return there
        return ["a /64 of the VPC's"]

    def is_64(self, text: str) -> bool:
        it = ipaddress.IPv6Network(text)
        wholes = [ipaddress.IPv6Network(whole) for whole in self.facts.ipv6.get(self.vpc_name, [])]
        return it.prefixlen == 64 and any(it.subnet_of(whole) for whole in wholes)

    def tier_cidrs(self, tier_name: str) -> list[str]:
        """Returns the addresses of a tier: its block, or its subnets where it has none, and their IPv6 blocks."""
        if self.is_ours(tier_name):
            v4 = [self.blocks()[tier_name]]
        else:
            v4 = [self.facts.subnets[it][1] for it in self.tiers[tier_name]["existing-subnets"]]
        names = (
            self.subnets(tier_name).values() if self.is_ours(tier_name) else self.tiers[tier_name]["existing-subnets"]
        )
        v6 = [it for name in names for it in self.facts.ipv6.get(name, [])] if self.is_dual else []
        return [block(it) for it in v4 + v6]


def number_in(zone_id: str) -> tuple[str, int]:
    """Orders zone ids as people do: `use1-az10` comes after `use1-az2`."""
    number = re.search(r"\d+$", zone_id)
    return zone_id[: number.start()] if number else zone_id, int(number[0]) if number else 0
