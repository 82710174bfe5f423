"""Snapshots of an account: what is there, whoever made it, and what has become of it since."""

import json
import pathlib
from typing import Iterable, Iterator

from account import Account, Thing, text
from sagemaker_live import is_record
from words import spelled


def load(file: pathlib.Path) -> dict:
    return json.loads(file.read_text())


def taken(account: Account) -> dict:
    return {
        it.id: {
            "kind": it.kind,
            "key": it.key,
            "blueprint": it.tags.get("palisade:blueprint"),
            "generation": int(it.tags.get("palisade:generation", 0)),
            "from": it.tags.get("palisade:moved-from"),
            "raw": json.loads(text(own(it, account))),
        }
        for it in account.things.values()
    }


def own(thing: Thing, account: Account) -> dict:
    """Leaves out of a description what is another object's: a table's followers belong to the subnets."""
    raw = dict(thing.raw)
    for field in ("Tags", "TagSet"):
        if field in raw:
            raw[field] = sorted(raw[field], key=lambda it: it["Key"])
    match thing.kind:
        case "vpc" | "subnet":
            for field in ("CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet"):
                raw[field] = lasting(raw.get(field, []))
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
            amazons = [it["PrefixListId"] for it in account.amazons]
            raw["Routes"] = [it for it in raw["Routes"] if it.get("DestinationPrefixListId") not in amazons]
        case "network acl":
            raw.pop("Associations")
        case "address":
            # The association belongs to what uses the address.
            raw = {name: raw.get(name) for name in ("AllocationId", "PublicIp", "Domain", "Tags")}
        case "flow log":
            # How deliveries went is no one's to choose.
            raw = {name: value for name, value in raw.items() if not name.startswith("DeliverLogs")} | {
                "Role": raw.get("DeliverLogsPermissionArn")
            }
    return raw


def lasting(associations: list[dict]) -> list[dict]:
    """Leaves out the blocks that were taken away: AWS lists them for a while, LocalStack for good (`cidr-ghost`)."""
    states = ("CidrBlockState", "Ipv6CidrBlockState")
    gone = ("disassociating", "disassociated", "failed")
    return [it for it in associations if not any(it.get(state, {}).get("State") in gone for state in states)]


def unchanged(before: dict, account: Account, but: list[str]) -> Iterator[str]:
    """Tells what is not as it was, but for objects of these keys."""
    after = taken(account)
    vpcs = {id for id, it in before.items() if it["kind"] == "vpc" and it["key"] and it["key"] in but}
    for id in sorted(before.keys() | after.keys() - orphans(account)):
        known = before.get(id) or after[id]
        if known["key"] in but and known["key"] is not None:
            continue
        name = f"{known['key'] or known['kind']} ({id})"
        if id not in after:
            yield f"{name}: gone"
        elif id not in before:
            yield f"{name}: new"
        else:
            raws = before[id]["raw"], after[id]["raw"]
            if raws[0].get("VpcId") in vpcs:
                raws = tuple(map(without_vpcs, raws))
            yield from changed_fields(name, *raws)


def without_vpcs(raw: dict) -> dict:
    """Leaves out what goes with a VPC: local routes, and what stands in the defaults that AWS makes along with it."""
    is_default = raw.get("IsDefault") or raw.get("GroupName") == "default"
    its = ("Entries", "IpPermissions", "IpPermissionsEgress") if is_default else ()
    routes = [it for it in raw.get("Routes", []) if it.get("GatewayId") != "local"]
    return {name: routes if name == "Routes" else value for name, value in raw.items() if name not in its}


def changed_fields(name: str, before: dict, after: dict) -> Iterable[str]:
    for field in sorted(before.keys() | after.keys()):
        if before.get(field) != after.get(field):
            yield f"{name}: {field}: {after.get(field)!r}, was {before.get(field)!r}"


def left_over(before: dict, account: Account) -> Iterator[str]:
    """Tells what is there that was not, and the other way round."""
    lost = orphans(account)
    for it in account.things.values():
        if it.id not in before and it.id not in lost and not is_record(it.kind, it.raw):
            yield f"{it.key or it.kind} ({it.id}): left over"
    for id in sorted(before.keys() - account.things.keys()):
        yield f"{before[id]['kind']} ({id}): gone, and was there before"


def orphans(account: Account) -> set[str]:
    """Returns what LocalStack leaves of a VPC that has been deleted: what AWS made along with it (quirk `orphans`)."""
    vpcs = {it.id for it in account.of_kind("vpc")}
    return {id for id, it in account.things.items() if account.is_default(it) and it.raw["VpcId"] not in vpcs}


def origin(thing: dict) -> tuple[str | None, str | None]:
    """Returns the blueprint and the key that an object says to have had."""
    blueprint, _, key = (thing.get("from") or "").rpartition("/")
    return blueprint or None, key or None


class History:
    """What an earlier snapshot says of a blueprint, whose keys may have had other names then."""

    def __init__(self, before: dict, document: dict):
        self.before = before
        self.name = document["name"]
        self.moves = {it["from"]: it.get("to", "") for it in document.get("moved", [])}
        self.earlier_names = [it.partition(":")[2] for it in self.moves if it.startswith("blueprint:")]
        names = [self.name, *self.earlier_names]
        # Snapshots of earlier days do not tell the blueprint: its tags do.
        was_ours = {id: it for id, it in before.items() if it["key"] and it.get("blueprint") in names}
        keys = {it["key"] for it in was_ours.values()}
        self.ids: dict[str, str] = {}
        # What has another name now and must be the same object still.
        self.moved: dict[str, str] = {}
        for id, it in was_ours.items():
            key = end_of(it["key"], self.moves)
            _, told = origin(it)
            has_come = told and end_of(told, self.moves) == it["key"]
            is_taken = key in keys and end_of(key, self.moves) == key
            if has_come or is_taken:
                key = it["key"]
            # Of two generations the newer one is what the key means.
            if key not in self.ids or before[self.ids[key]]["generation"] < it["generation"]:
                self.ids[key] = id
                if key != it["key"] or it["blueprint"] != document["name"]:
                    self.moved[key] = id

    def cidrs(self) -> dict[str, str]:
        return {key: self.before[id]["raw"]["CidrBlock"] for key, id in self.ids.items() if key.startswith("subnet.")}

    def ipv6(self, live: dict[str, str]) -> dict[str, str]:
        """Returns the IPv6 blocks of what is still the same object."""
        blocks = {}
        for key, id in self.ids.items():
            associations = self.before[id]["raw"].get("Ipv6CidrBlockAssociationSet", [])
            if associations and live.get(key) == id:
                blocks[key] = spelled(associations[0]["Ipv6CidrBlock"])
        return blocks

    def foreign(self, vpc: str | None) -> dict[str, dict]:
        """Returns what was in a VPC and not ours, with the VPC if that was not ours."""
        ours = self.ids.values()
        return {
            id: it
            for id, it in self.before.items()
            if vpc and id not in ours and not it["key"] and (id == vpc or f'"{vpc}"' in json.dumps(it["raw"]))
        }

    def origin(self, key: str, live: dict[str, str]) -> str | None:
        """Returns what an object says that it was called: what it was, or else what the blueprint says of its name."""
        id = self.ids.get(key)
        before = self.before.get(id, {"blueprint": self.name, "key": key})
        blueprint, told = origin(before)
        if before["blueprint"] != self.name:
            blueprint = before["blueprint"]
        elif id is None or live.get(key) != id or blueprint not in self.earlier_names:
            blueprint = None
        if id is None or live.get(key) != id:
            earlier = (renamed(key, {new: old}) for old, new in self.moves.items() if new)
            name = next((it for it in earlier if it != key and end_of(it, self.moves) == key), None)
        elif before["key"] != key:
            name = before["key"]
        else:
            name = told if told and told != key and end_of(told, self.moves) == key else None
        if blueprint is not None:
            return f"{blueprint}/{name or key}"
        return name

    def emptied(self) -> set[str]:
        """Returns of which kinds the one that AWS makes along with the VPC admitted nothing before."""
        foreign = self.foreign(self.ids.get("vpc.main")).values()
        defaults = [it for it in foreign if it["raw"].get("IsDefault") or it["raw"].get("GroupName") == "default"]
        return {it["kind"] for it in defaults if not admits(it["raw"])}

    def generation(self, key: str, live: dict[str, str]) -> int:
        """Returns a key's generation: the first object has 1, its successor one more, what stays keeps its own."""
        if key not in self.ids:
            return 1
        generation = self.before[self.ids[key]]["generation"]
        return generation if live.get(key) == self.ids[key] else generation + 1


def admits(raw: dict) -> bool:
    rules = [*raw.get("IpPermissions", []), *raw.get("IpPermissionsEgress", []), *raw.get("Entries", [])]
    return any(it.get("RuleAction", "allow") == "allow" for it in rules)


def end_of(key: str, moves: dict[str, str]) -> str:
    """Returns what a key is called in the end: one rename leads to the next, but for a ring, which is gone one step."""
    end = key
    for _ in moves:
        end = renamed(end, moves)
        if end == key:
            return renamed(key, moves)
    return end


def renamed(key: str, moves: dict[str, str]) -> str:
    """Returns what a key is called after one rename: it may have moved itself, or with its tier."""
    if key in moves:
        return moves[key]
    kind, _, name = key.partition(".")
    tier, at, zone = name.partition("@")
    moved = moves.get(f"tier:{tier}", "")
    if kind in ("subnet", "route-table", "network-acl") and moved:
        return f"{kind}.{moved.removeprefix('tier:')}{at}{zone}"
    return key
