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
from typing import Any, Callable, Iterator

import boto3
from botocore.config import Config

import document
import live
import sagemaker
import snapshots
from account import Account, text
from wanted import Blueprint
from words import Attributes, Objects


class Summary(str):
    """The last line, which is no difference."""


def main(words: list[str], client_of: Any = None) -> int:
    arguments = parse(words)
    lines = list(arguments.run(arguments, client_of or client))
    for line in lines:
        print(line)
    return 0 if all(isinstance(line, Summary) for line in lines) else 1


def client(service: str, region: str, **more: Any) -> Any:
    """Returns a client."""
    # Repeating what moto does not have (quirk `sagemaker-unimplemented`) would only take time.
    once = Config(retries={"max_attempts": 0}) if service == "sagemaker" else None
    return boto3.client(service, region_name=region, config=once, **more)


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
    it.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as for palisade")
    it.add_argument("--since", type=pathlib.Path, help="an earlier snapshot: zones keep their slots, foreigners stay")
    it.add_argument("--but", nargs="*", metavar="KEY", help="all else is as in the snapshot, in every field")
    it.add_argument("--foreign", nargs="*", default=[], metavar="ID", help="what may stand in the VPC too")
    it.add_argument("--quirk", nargs="*", default=[], choices=QUIRKS, help="what LocalStack cannot show here")
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

QUIRKS: dict[str, Callable[[str, str], bool]] = {
    # The tables do not follow the endpoint.
    "no-route-on-modify": lambda key, name: key.startswith("route-table.") and name.startswith("route pl-"),
    # A list keeps the size that it was made with.
    "list-size-fixed": lambda key, name: key.startswith("prefix-list.") and name == "max entries",
}


def network(arguments: argparse.Namespace, client_of: Any) -> Iterator[str]:
    asked = document.read(arguments.blueprint, arguments.set)
    existing = asked["vpc"].get("existing")
    ec2 = client_of("ec2", asked["region"])
    account = Account(ec2, client_of("sagemaker", asked["region"]))
    there = live.Network(account, asked["name"], existing)
    ids = {name: id for id, name in there.names.items()}
    past = snapshots.History(snapshots.load(arguments.since) if arguments.since else {}, asked)
    blueprint = Blueprint(asked, facts(ec2, there, past, existing))
    wanted = blueprint.objects()
    for key, attributes in wanted.items():
        generation = past.generation(key, ids)
        attributes["tag palisade:generation"] = str(generation)
        if key.partition(".")[0] in sagemaker.KINDS.values():
            attributes["name"] = sagemaker.aws_name(key, generation)
        if (origin := past.origin(key, ids)) is not None:
            attributes["tag palisade:moved-from"] = origin
    wanted |= blueprint.defaults()
    found = there.objects()
    by_rule(found, blueprint)
    for id in arguments.foreign:
        if found.pop(id, None) is None:
            yield f"{id}: not in the VPC any more"
    named = [id for id in account.things if f'"{id}"' in json.dumps(asked)]
    without(found, [*arguments.foreign, *named, *([it.id for it in there.foreign()] if existing else [])], there)
    without_optional(found, wanted, blueprint.optional())
    without_unwritten(found, wanted)
    ignored = [QUIRKS[it] for it in arguments.quirk]
    yield from untouched(past, account, existing, arguments.foreign)
    yield from replaced(past, ids, wanted)
    if arguments.but is not None:
        yield from snapshots.unchanged(past.before, account, arguments.but)
    yield from compared(wanted, found, lambda key, name: any(it(key, name) for it in ignored))


def facts(ec2: Any, there: live.Network, past: snapshots.History, existing: str | None) -> live.Facts:
    known = live.facts(ec2, there, existing)
    known.emptied = past.emptied()
    known.kept_cidrs = past.cidrs()
    known.kept_ipv6 = past.ipv6({name: id for id, name in there.names.items()})
    # Whoever comes later takes no room away.
    vpc = existing or past.ids.get("vpc.main")
    earlier = [it["raw"]["CidrBlock"] for it in past.foreign(vpc).values() if it["kind"] == "subnet"]
    now = [cidr for _, cidr in known.subnets.values()] if existing else []
    known.taken = earlier if past.before else now
    return known


def without(found: Objects, foreign: list[str], there: live.Network) -> None:
    """Leaves out what is known to be foreign: by itself, and where it follows something."""
    for id in foreign:
        found.pop(id, None)
        if there.existing:
            found.pop(there.name(id), None)
    for attributes in found.values():
        if "followed by" in attributes:
            attributes["followed by"] = [it for it in attributes["followed by"] if it not in foreign]


def without_optional(found: Objects, wanted: Objects, optional: Objects) -> None:
    for key, attributes in optional.items():
        for name, value in attributes.items():
            if name not in wanted.get(key, {}) and found.get(key, {}).get(name) == value:
                del found[key][name]


def without_unwritten(found: Objects, wanted: Objects) -> None:
    """Leaves out the fields of SageMaker's objects of which the author says nothing: AWS fills in many."""
    for key, attributes in found.items():
        for name in [it for it in attributes if it.startswith("field ") and it not in wanted.get(key, {})]:
            del attributes[name]


def by_rule(found: Objects, blueprint: Blueprint) -> None:
    """Names each entry of an ACL by the rule that owns its number, instead of the number."""
    for acl, numbers in blueprint.acl_numbers().items():
        entries = found.get(acl, {})
        for name in [it for it in entries if " entry " in it]:
            direction, _, number, rest = name.split(" ", 3)
            rule = max((it for it in numbers[direction] if it <= int(number)), default=0)
            del entries[name]
            entries[live.again(f"{direction} rule {rule} {rest}", entries)] = "there"


def untouched(past: snapshots.History, account: Account, existing: str | None, foreign: list[str]) -> Iterator[str]:
    """Tells what has become of a VPC that exists already, and of what was in it."""
    after = snapshots.taken(account)
    for id, it in past.foreign(existing).items():
        if id not in after:
            yield f"{id}: gone, and was there before"
        else:
            yield from snapshots.changed_fields(id, it["raw"], after[id]["raw"])
    if existing and past.before:
        for new in account.in_vpc(existing):
            if new.id not in past.before and not new.key and new.id not in foreign:
                yield f"{new.id}: nobody asked for it"


def replaced(past: snapshots.History, ids: dict[str, str], wanted: Objects) -> Iterator[str]:
    """Tells what should have got another name, and is another object instead."""
    for key, id in past.moved.items():
        if key in wanted and key in ids and ids[key] != id:
            yield f"{key}: is {ids[key]}, should be {id} by its new name"


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


def account_of(region: str, client_of: Any) -> Account:
    return Account(client_of("ec2", region), client_of("sagemaker", region))


def snapshot(arguments: argparse.Namespace, client_of: Any) -> Iterator[str]:
    things = snapshots.taken(account_of(arguments.region, client_of))
    arguments.file.write_text(json.dumps(things, indent=1, sort_keys=True))
    yield Summary(f"wrote {len(things)} objects")


def unchanged(arguments: argparse.Namespace, client_of: Any) -> Iterator[str]:
    before = snapshots.load(arguments.file)
    yield from snapshots.unchanged(before, account_of(arguments.region, client_of), arguments.but)
    yield Summary(f"compared with the {len(before)} objects that there were")


def gone(arguments: argparse.Namespace, client_of: Any) -> Iterator[str]:
    before = snapshots.load(arguments.file)
    account = account_of(arguments.region, client_of)
    n_lost = len(snapshots.orphans(account))
    yield from snapshots.left_over(before, account)
    yield Summary(f"compared with the {len(before)} objects that there were ({n_lost} orphans are LocalStack's)")


# For the tests, which ask often: one process saves starting boto3 each time.


def serve() -> None:
    """Answers requests, a line of JSON each: `{…, check: […]}` or `{…, call, with}`, with endpoint, account, region.

    A call is EC2's, or that of its `service`.
    """
    clients: dict[tuple[str, str, str, str], Any] = {}

    def client_of(request: dict, service: str, region: str) -> Any:
        name = (request["endpoint"], request["account"], service, region)
        if name not in clients:
            more = {"aws_access_key_id": request["account"], "aws_secret_access_key": "dummy"}
            # The others are where the environment says.
            if service == "ec2":
                more["endpoint_url"] = request["endpoint"]
            clients[name] = client(service, region, **more)
        return clients[name]

    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "check" in request:
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    answer["code"] = main(request["check"], lambda *of: client_of(request, *of))
                answer["lines"] = printed.getvalue().splitlines()
            else:
                asked = client_of(request, request.get("service", "ec2"), request["region"])
                answer["value"] = json.loads(text(called(asked, request["call"], request["with"])))
        # Whatever goes wrong fails the test that asked, and no other.
        except (Exception, SystemExit) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def called(asked: Any, call: str, parameters: dict) -> dict:
    # Whoever asks for a page gets that page.
    if asked.can_paginate(call) and not parameters.keys() & {"MaxResults", "NextToken"}:
        return asked.get_paginator(call).paginate(**parameters).build_full_result()
    return getattr(asked, call)(**parameters)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        sys.exit(main(sys.argv[1:]))
