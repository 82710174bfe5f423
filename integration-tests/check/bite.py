"""Changes a live network, one thing at a time, and insists that the checker says which."""

import pathlib
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable

import document
import live
import verify
from account import Account, Thing
from words import as_list

# The operation, which is EC2's or `sagemaker.…`, and its parameters.
Request = tuple[str, dict[str, Any]]
# Some requests can be written down only when their turn comes: they name what an earlier one has made.
Later = Callable[[], Request]


@dataclass
class Change:
    """Requests, those that take them back, and the objects as which they must show."""

    shows_as: list[str]
    do: Request | Later | list[Request | Later]
    undo: tuple[Request | Later, ...]


def change(shows_as: str, do: Request | Later | list[Request | Later], *undo: Request | Later) -> Change:
    return Change(shows_as.split(", "), do, undo)


@dataclass
class Stranger:
    """What somebody else puts into the VPC."""

    make: Request
    # Where the answer has the id.
    place: str
    # The request that takes it away, and which of its fields takes the id.
    take: tuple[str, str]
    # What it shows as beside itself.
    shows_as: tuple[str, ...] = ()


@dataclass
class World:
    """A network that is as its blueprint asks, until somebody changes it."""

    ec2: Any
    blueprint: pathlib.Path
    options: list[str] = field(default_factory=list)
    # Of the networks that have something there.
    sagemaker: Any = None
    # The requests that have made what is there, by key.
    made: dict[str, Request] = field(default_factory=dict)
    account: Account = field(init=False)
    # The ids of our objects by key.
    ids: dict[str, str] = field(init=False)
    region: str = field(init=False)

    def __post_init__(self) -> None:
        self.region = document.read(self.blueprint)["region"]
        self.look()

    def look(self) -> None:
        """Reads the account, again where something has been made anew."""
        self.account = Account(self.ec2, self.sagemaker)
        self.ids = {it.key: it.id for it in self.account.things.values() if it.key}

    def send(self, request: Request | Later) -> dict:
        call, parameters = request() if callable(request) else request
        service, _, name = call.rpartition(".")
        return getattr(getattr(self, service or "ec2"), name)(**parameters)

    def differences(self) -> list[str]:
        arguments = verify.parse(["network", str(self.blueprint), *self.options])
        lines = verify.network(arguments, lambda service, _: getattr(self, service))
        return [it for it in lines if not isinstance(it, verify.Summary)]

    def default(self, kind: str) -> Thing:
        """Returns what AWS made along with the VPC."""
        inside = self.account.in_vpc(self.ids["vpc.main"])
        return next(it for it in inside if it.kind == kind and self.account.is_default(it))

    def list_of(self, service: str) -> str:
        """Returns the id of Amazon's own prefix list of a service."""
        name = f"com.amazonaws.{self.region}.{service}"
        return live.facts(self.ec2, live.Network(self.account, ""), None).list_ids[name]

    def association(self, kind: str, subnet: str) -> str:
        """Returns the id of a subnet's association, which is a new one after each change."""
        fields = {"route table": "RouteTableAssociationId", "network acl": "NetworkAclAssociationId"}
        for it in Account(self.ec2).of_kind(kind):
            for association in it.raw["Associations"]:
                if association.get("SubnetId") == self.ids[subnet]:
                    return association[fields[kind]]
        raise LookupError(subnet)


class Unnoticed(Exception):
    """A change that does not show, or shows where it should not."""


def expect(shows_as: set[str], differences: list[str], what: Any) -> None:
    found = {it.split(": ")[0] for it in differences}
    if found != shows_as:
        lines = "\n".join(differences)
        raise Unnoticed(f"{what}\nshould show as {sorted(shows_as)}, and shows as\n{lines}")


def bites(world: World, changes: Iterable[Change]) -> int:
    """Makes each change and takes it back; returns how many there were."""
    n_changes = 0
    expect(set(), world.differences(), "nothing has been changed, which")
    for it in changes:
        for request in as_list(it.do):
            world.send(request)
        expect(set(it.shows_as), world.differences(), it.do)
        for request in it.undo:
            world.send(request)
        n_changes += 1
    expect(set(), world.differences(), "everything has been taken back, which")
    return n_changes


def bites_strangers(world: World, strangers: Iterable[Stranger]) -> int:
    n_changes = 0
    for stranger in strangers:
        id: Any = world.send(stranger.make)
        for name in stranger.place.split("."):
            id = id[int(name) if name.isdigit() else name]
        expect({id, *stranger.shows_as}, world.differences(), stranger.make)
        call, field_name = stranger.take
        world.send((call, {field_name: [id] if field_name.endswith("Ids") else id}))
        n_changes += 1
    return n_changes


def bites_losses(world: World, losses: Iterable[Change]) -> int:
    """Takes away for good, so that the differences add up."""
    n_changes = 0
    lost: set[str] = set()
    for it in losses:
        for request in as_list(it.do):
            world.send(request)
        lost |= set(it.shows_as)
        expect(lost, world.differences(), it.do)
        n_changes += 1
    return n_changes
