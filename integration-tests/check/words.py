"""The words that the wanted and the live network share, and the facts that only an account can tell."""

import ipaddress
import json
from dataclasses import dataclass, field
from typing import Any, Iterable

# The attributes of one object, and of all of them by their key.
Attributes = dict[str, Any]
Objects = dict[str, Attributes]

PROTOCOLS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
ANYWHERE, ANYWHERE_V6 = "0.0.0.0/0", "::/0"
# From here on, an ACL's entries are AWS's own.
LAST_ENTRY = 32767


@dataclass
class Facts:
    """What only the account can tell."""

    # The names of the region's zones, and their ids.
    zones: dict[str, str] = field(default_factory=dict)
    # The ids of AWS's own prefix lists by their name, and the blocks of all lists, by id.
    list_ids: dict[str, str] = field(default_factory=dict)
    list_cidrs: dict[str, list[str]] = field(default_factory=dict)
    # The blocks of the subnets that there were before, by their key: a zone keeps its slot.
    kept_cidrs: dict[str, str] = field(default_factory=dict)
    # The IPv6 blocks that there were before, of what is still the same object.
    kept_ipv6: dict[str, str] = field(default_factory=dict)
    # The IPv6 blocks that there are, of the VPC and its subnets: Amazon chooses the first, palisade the others in it.
    ipv6: dict[str, list[str]] = field(default_factory=dict)
    # Zone and block of each subnet in the VPC that is not ours, by id, and the blocks that nobody may take.
    subnets: dict[str, tuple[str, str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    # Of a VPC that exists already: its blocks, and its own gateways by kind.
    vpc_cidrs: list[str] = field(default_factory=list)
    gateways: dict[str, str] = field(default_factory=dict)
    # Of which kinds the one that AWS makes along with the VPC had nothing in it before.
    emptied: set[str] = field(default_factory=set)


def block(text: str) -> str:
    """Writes a CIDR block as AWS does, without host bits."""
    return str(ipaddress.ip_network(text, strict=False))


def spelled(text: str) -> str:
    """Writes a block that was read as AWS would, for LocalStack keeps and makes others (quirk `ipv6-spelling`).

    Host bits stay: where they are, the block is another one.
    """
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        return text


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


def of_family(packets: str, peers: Iterable[str]) -> list[str]:
    """Leaves out the blocks in which there are no such packets: ICMP is of IPv4, ICMPv6 of IPv6."""
    strange = {"1": 6, "58": 4}.get(packets.split()[0])
    return [it for it in peers if "/" not in it or ipaddress.ip_network(it).version != strange]
