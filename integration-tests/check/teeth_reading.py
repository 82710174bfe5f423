"""Shows how blueprints are read, where that needs no account: text in, what is wanted out."""

import pathlib
import tomllib
from typing import Any

import document
from bite import Unnoticed
from wanted import Blueprint
from words import Facts

ZONES = {f"us-east-1{letter}": f"use1-az{number}" for letter, number in zip("abcdef", (6, 10, 2, 4, 3, 5))}
NETWORK = """
name   = "small"
region = "us-east-1"
[vpc]
cidr  = "10.0.0.0/16"
zones = ["a", "b"]
"""


def check(text: str, key: str, attribute: str, value: Any, **facts: Any) -> int:
    """Insists on an attribute of an object; without a value, that it is not there."""
    return compare(tomllib.loads(NETWORK + text), key, attribute, value, **facts)


def compare(asked: dict, key: str, attribute: str, value: Any, **facts: Any) -> int:
    found = Blueprint(asked, Facts(zones=ZONES, **facts)).objects().get(key, {}).get(attribute)
    if found != value:
        raise Unnoticed(f"{key}: {attribute}: is read as {found!r}, and means {value!r}")
    return 1


def bites(directory: pathlib.Path) -> int:
    return sizes() + counts() + endpoints() + files(directory)


def sizes() -> int:
    """Blocks by size take the first free room in the order of the file, and keep what they have."""
    text = """
    [tiers.late]
    route = "isolated"
    size  = "/26"
    [tiers.first]
    route = "isolated"
    size  = "/24"
    slots = 2
    [tiers.fixed]
    route = "isolated"
    cidr  = "10.0.0.0/24"
    """
    kept = {"subnet.late@b": "10.0.9.64/26"}
    return sum((
        check(text, "subnet.late@a", "cidr", "10.0.1.0/26"),
        check(text, "subnet.first@b", "cidr", "10.0.3.0/24"),
        check(text, "subnet.late@b", "cidr", "10.0.9.64/26", kept_cidrs=kept),
        check(text, "subnet.late@a", "cidr", "10.0.9.0/26", kept_cidrs=kept),
        check(text, "subnet.first@a", "cidr", "10.0.2.0/24", kept_cidrs=kept),
        check(text, "subnet.late@a", "cidr", "10.0.2.0/26", taken=["10.0.1.128/28"]),
        check(text, "subnet.first@a", "cidr", "10.0.4.0/24", taken=["10.0.1.128/28"]),
    ))  # fmt: skip


def counts() -> int:
    """A count takes the zones of the lowest ids, as people count, and keeps those that live."""
    text = """
    [tiers.app]
    route = "isolated"
    cidr  = "10.0.0.0/20"
    """
    asked = tomllib.loads(NETWORK.replace('["a", "b"]', "2") + text)
    live = {"subnet.app@b": "10.0.12.0/22"}
    return sum((
        compare(asked, "subnet.app@c", "cidr", "10.0.0.0/22"),
        compare(asked, "subnet.app@e", "cidr", "10.0.4.0/22"),
        compare(asked, "subnet.app@b", "cidr", "10.0.12.0/22", kept_cidrs=live),
        compare(asked, "subnet.app@c", "cidr", "10.0.0.0/22", kept_cidrs=live),
        compare(asked, "subnet.app@e", "cidr", None, kept_cidrs=live),
    ))  # fmt: skip


def endpoints() -> int:
    """A set adds to the endpoint of the same service and kind, and makes the others."""
    text = """
    [tiers.app]
    route = "isolated"
    cidr  = "10.0.0.0/20"
    [tiers.data]
    route = "isolated"
    cidr  = "10.0.16.0/20"
    zones = ["b"]
    [endpoint-sets]
    sagemaker-training = { tiers = ["data"], security-groups = ["shared"] }
    sagemaker-studio   = { tiers = ["app"], security-groups = ["studio"] }
    [endpoints.tokens]
    service         = "sts"
    security-groups = ["tokens"]
    private-dns     = false
    [endpoints.s3-interface]
    service         = "s3"
    type            = "interface"
    tiers           = ["app"]
    security-groups = ["storage"]
    """
    lists = {"list_ids": {"com.amazonaws.us-east-1.s3": "pl-1"}}
    both = ["security-group.shared", "security-group.studio"]
    return sum((
        check(text, "endpoint.tokens", "groups", [*both, "security-group.tokens"], **lists),
        check(text, "endpoint.tokens", "subnets", ["subnet.app@a", "subnet.data@b"], **lists),
        check(text, "endpoint.tokens", "private dns", False, **lists),
        check(text, "endpoint.sts", "type", None, **lists),
        check(text, "endpoint.s3", "route tables", ["route-table.app", "route-table.data"], **lists),
        check(text, "endpoint.s3-interface", "groups", ["security-group.storage"], **lists),
        check(text, "endpoint.kms", "groups", both, **lists),
        check(text, "endpoint.studio", "service", "aws.sagemaker.us-east-1.studio", **lists),
        check(text, "endpoint.servicecatalog", "groups", ["security-group.studio"], **lists),
    ))  # fmt: skip


def files(directory: pathlib.Path) -> int:
    """Tables merge, values and lists replace, what is set last wins; what is no TOML is a text."""
    base = directory / "base.toml"
    base.write_text(
        NETWORK + "dhcp = { domain-name = 'a.internal', ntp-servers = ['10.0.0.4'] }\n[tiers]\n[tags]\nteam = 'ml'\n"
    )
    path = directory / "small.toml"
    path.write_text(
        "extends = 'base.toml'\nname = 'other'\n[vpc]\nzones = ['c']\ndhcp = { ntp-servers = ['10.0.0.5'] }\n"
    )
    sets = [
        "vpc.secondary-cidrs=['10.1.0.0/16']",
        "tags.team=research",
        "tags.'cost center'='7'",
        "vpc.dns-support=false",
    ]
    plain, changed = document.read(path), document.read(path, sets)
    name = "tag palisade:blueprint"
    return sum((
        compare(plain, "vpc.main", name, "other"),
        compare(plain, "vpc.main", "tag team", "ml"),
        compare(plain, "dhcp.main", "domain-name", ["a.internal"]),
        compare(plain, "dhcp.main", "ntp-servers", ["10.0.0.5"]),
        compare(changed, "vpc.main", "secondary cidrs", ["10.1.0.0/16"]),
        compare(changed, "vpc.main", "tag team", "research"),
        compare(changed, "vpc.main", "tag cost center", "7"),
        compare(changed, "vpc.main", "dns support", False),
        compare(changed, "vpc.main", "tag palisade:tags", "cost center+team"),
    ))  # fmt: skip
