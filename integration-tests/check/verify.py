#!/usr/bin/env python3
"""Looks at an account through boto3, and says where it is not as a blueprint asks.

It shares no code with palisade: the tests do not ask palisade whether palisade was right.
What differs is printed, a line each; the exit code is 1 if anything does.
The account is the one of the AWS environment, as `localstack/with` sets it.
"""

import argparse
import contextlib
import io
import json
import os
import pathlib
import sys
from typing import Any, Iterable, Iterator

import boto3

import live
from wanted import ANYWHERE, Attributes, Blueprint, Objects, block

# What AWS makes along with every VPC, as palisade leaves it.
DEFAULT_ACL = {"vpc": "vpc.main", "default": True} | {
    f"{direction} entry 100 allow -1 {ANYWHERE}": "there" for direction in ("inbound", "outbound")
}
DEFAULT_GROUP = {"vpc": "vpc.main", f"outbound -1 {ANYWHERE}": ""}
# The default group also admits itself, but not on bare LocalStack (quirk `default-group`).
OWN_RULE = {"inbound -1 default group": ""}


class Summary(str):
    """The last line, which is no difference."""


def main(words: list[str], ec2_of: Any = None) -> int:
    arguments = parse(words)
    ec2_of = ec2_of or (lambda region: boto3.client("ec2", region_name=region))
    lines = list(arguments.run(arguments, ec2_of))
    for line in lines:
        print(line)
    return 0 if all(isinstance(line, Summary) for line in lines) else 1


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    region = os.environ.get("AWS_REGION", "us-east-1")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        it = commands.add_parser(name, help=about)
        it.set_defaults(run=run)
        return it

    it = command("network", network, "is everything that the blueprint asks for there, and nothing else?")
    it.add_argument("blueprint", type=pathlib.Path)
    it.add_argument("--since", type=pathlib.Path, help="an earlier snapshot: zones keep their slots")
    it.add_argument("--foreign", nargs="*", default=[], metavar="ID", help="what may stand in the VPC too")
    it.add_argument("--quirk", nargs="*", default=[], choices=QUIRKS, help="what LocalStack cannot show here")
    it.add_argument("--mended", action="store_true", help="LocalStack is behind the proxy that mends it")
    it = command("snapshot", snapshot, "write everything in the account to a file")
    it.add_argument("file", type=pathlib.Path)
    it.add_argument("--region", default=region)
    it = command("unchanged", unchanged, "is everything as in the snapshot, but for some objects of ours?")
    it.add_argument("file", type=pathlib.Path)
    it.add_argument("--but", nargs="*", default=[], metavar="KEY")
    it.add_argument("--region", default=region)
    it = command("gone", gone, "is only there what was in the snapshot, by id?")
    it.add_argument("file", type=pathlib.Path)
    it.add_argument("--region", default=region)
    return parser.parse_args(words)


# Network

QUIRKS = {
    # The tables do not follow the endpoint.
    "no-route-on-modify": lambda key, name: key.startswith("route-table.") and name.startswith("route pl-"),
}


def network(arguments: argparse.Namespace, ec2_of: Any) -> Iterator[str]:
    region = Blueprint(arguments.blueprint, live.Facts()).region
    ec2 = ec2_of(region)
    before = load(arguments.since) if arguments.since else {}
    facts = live.facts(ec2, region)
    subnets = [it for it in before.values() if it["kind"] == "subnet" and it["key"]]
    facts.kept_cidrs = {it["key"]: it["raw"]["CidrBlock"] for it in subnets}
    blueprint = Blueprint(arguments.blueprint, facts)
    there = live.Network(live.Account(ec2), blueprint.name)
    wanted = blueprint.objects() | defaults(blueprint)
    if arguments.mended:
        wanted["default group"] |= OWN_RULE
    generations(wanted, there, before)
    found = there.objects()
    by_rule(found, blueprint)
    for id in arguments.foreign:
        if found.pop(id, None) is None:
            yield f"{id}: not in the VPC any more"
    for attributes in found.values():
        if "followed by" in attributes:
            attributes["followed by"] = [it for it in attributes["followed by"] if it not in arguments.foreign]
    ignored = [QUIRKS[it] for it in arguments.quirk]
    yield from compared(wanted, found, lambda key, name: any(it(key, name) for it in ignored))


def defaults(blueprint: Blueprint) -> Objects:
    local = {f"route {block(blueprint.vpc['cidr'])}": "local active"}
    main_table = {"vpc": "vpc.main", "main": True, "followed by": [], "propagating": []} | local
    without_own = [
        f"subnet.{name}@{zone}"
        for name, tier in blueprint.tiers.items()
        if "network-acl" not in tier
        for zone in blueprint.zones(tier)
    ]
    acl = DEFAULT_ACL | {"followed by": sorted(without_own)}
    return {"main table": main_table, "default acl": acl, "default group": dict(DEFAULT_GROUP)}


def generations(wanted: Objects, there: live.Network, before: dict) -> None:
    """Adds the generations: a key's first object has 1, its successor one more, what stays keeps its own."""
    earlier = {it["key"]: (id, it["generation"]) for id, it in before.items() if it["key"]}
    ids = {name: id for id, name in there.names.items()}
    for key, attributes in wanted.items():
        if "tag palisade:key" in attributes:
            id, generation = earlier.get(key, (None, 0))
            is_same = id is not None and ids.get(key) == id
            attributes["tag palisade:generation"] = str(generation if is_same else generation + 1)


def by_rule(found: Objects, blueprint: Blueprint) -> None:
    """Names each entry of an ACL by the rule that owns its number, instead of the number."""
    for acl, numbers in blueprint.acl_numbers().items():
        entries = found.get(acl, {})
        for name in [it for it in entries if " entry " in it]:
            direction, _, number, rest = name.split(" ", 3)
            rule = max((it for it in numbers[direction] if it <= int(number)), default=0)
            del entries[name]
            entries[live.again(f"{direction} rule {rule} {rest}", entries)] = "there"


def compared(wanted: Objects, found: Objects, is_ignored: Any) -> Iterator[str]:
    n_attributes = 0
    for key in sorted(wanted.keys() | found.keys()):
        if key not in found:
            yield f"{key}: missing"
        elif key not in wanted:
            yield f"{key}: nobody asked for it"
        else:
            n_attributes += len(wanted[key])
            yield from differences(key, wanted[key], found[key], is_ignored)
    yield Summary(f"compared {n_attributes} attributes of {len(wanted)} objects")


def differences(key: str, wanted: Attributes, found: Attributes, is_ignored: Any) -> Iterator[str]:
    for name in sorted(wanted.keys() | found.keys()):
        # A group must have some description; which one is AWS's business as long as the author is silent.
        if is_ignored(key, name) or (name == "description" and name not in wanted):
            continue
        if name not in found:
            yield f"{key}: {name}: missing, should be {wanted[name]!r}"
        elif name not in wanted:
            yield f"{key}: {name}: {found[name]!r}, should not be there"
        elif wanted[name] != found[name]:
            yield f"{key}: {name}: {found[name]!r}, should be {wanted[name]!r}"


# Snapshots


def load(file: pathlib.Path) -> dict:
    return json.loads(file.read_text())


def snapshot(arguments: argparse.Namespace, ec2_of: Any) -> Iterator[str]:
    things = taken(live.Account(ec2_of(arguments.region)))
    arguments.file.write_text(json.dumps(things, indent=1, sort_keys=True))
    yield Summary(f"wrote {len(things)} objects")


def taken(account: live.Account) -> dict:
    return {
        it.id: {
            "kind": it.kind,
            "key": it.key,
            "generation": int(it.tags.get("palisade:generation", 0)),
            "raw": json.loads(live.text(own(it, account))),
        }
        for it in account.things.values()
    }


def own(thing: live.Thing, account: live.Account) -> dict:
    """Leaves out of a description what is another object's: a table's followers belong to the subnets."""
    raw = dict(thing.raw)
    for field in ("Tags", "TagSet"):
        if field in raw:
            raw[field] = sorted(raw[field], key=lambda it: it["Key"])
    match thing.kind:
        case "subnet":
            raw.pop("AvailableIpAddressCount")
            raw["Associations"] = [
                association
                for it in account.of_kind("route table", "network acl")
                for association in it.raw["Associations"]
                if association.get("SubnetId") == thing.id
            ]
        case "route table":
            raw["Associations"] = [it for it in raw["Associations"] if it.get("Main")]
            # The route to a service belongs to its endpoint.
            raw["Routes"] = [it for it in raw["Routes"] if "DestinationPrefixListId" not in it]
        case "network acl":
            raw.pop("Associations")
        case "address":
            # The association belongs to what uses the address.
            raw = {name: raw.get(name) for name in ("AllocationId", "PublicIp", "Domain", "Tags")}
    return raw


def unchanged(arguments: argparse.Namespace, ec2_of: Any) -> Iterator[str]:
    before = load(arguments.file)
    account = live.Account(ec2_of(arguments.region))
    after = taken(account)
    n_objects = 0
    for id in sorted(before.keys() | after.keys() - orphans(account)):
        known = before.get(id) or after[id]
        if known["key"] in arguments.but and known["key"] is not None:
            continue
        n_objects += 1
        name = f"{known['key'] or known['kind']} ({id})"
        if id not in after:
            yield f"{name}: gone"
        elif id not in before:
            yield f"{name}: new"
        else:
            yield from changed_fields(name, before[id]["raw"], after[id]["raw"])
    yield Summary(f"compared {n_objects} objects with what they were")


def changed_fields(name: str, before: dict, after: dict) -> Iterable[str]:
    for field in sorted(before.keys() | after.keys()):
        if before.get(field) != after.get(field):
            yield f"{name}: {field}: {after.get(field)!r}, was {before.get(field)!r}"


def gone(arguments: argparse.Namespace, ec2_of: Any) -> Iterator[str]:
    before = load(arguments.file)
    account = live.Account(ec2_of(arguments.region))
    lost = orphans(account)
    for it in account.things.values():
        if it.id not in before and it.id not in lost:
            yield f"{it.key or it.kind} ({it.id}): left over"
    for id in sorted(before.keys() - account.things.keys()):
        yield f"{before[id]['kind']} ({id}): gone, and was there before"
    yield Summary(f"compared with the {len(before)} objects that there were ({len(lost)} orphans are LocalStack's)")


def orphans(account: live.Account) -> set[str]:
    """Returns what LocalStack leaves of a VPC that has been deleted: what AWS made along with it (quirk `orphans`)."""
    vpcs = {it.id for it in account.of_kind("vpc")}
    return {id for id, it in account.things.items() if account.is_default(it) and it.raw["VpcId"] not in vpcs}


# For the tests, which ask often: one process saves starting boto3 each time.


def serve() -> None:
    """Answers requests, a line of JSON each: `{…, check: […]}` or `{…, call, with}`, with endpoint, account, region."""
    clients: dict[tuple[str, str, str], Any] = {}

    def ec2_of(request: dict, region: str) -> Any:
        name = (request["endpoint"], request["account"], region)
        if name not in clients:
            keys = {"aws_access_key_id": request["account"], "aws_secret_access_key": "dummy"}
            clients[name] = boto3.client("ec2", region_name=region, endpoint_url=request["endpoint"], **keys)
        return clients[name]

    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "check" in request:
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    answer["code"] = main(request["check"], lambda region: ec2_of(request, region))
                answer["lines"] = printed.getvalue().splitlines()
            else:
                ec2 = ec2_of(request, request["region"])
                answer["value"] = json.loads(live.text(getattr(ec2, request["call"])(**request["with"])))
        # Whatever goes wrong fails the test that asked, and no other.
        except (Exception, SystemExit) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        sys.exit(main(sys.argv[1:]))
