"""Shows that an account is read to its end, in however small pieces it is told."""

from typing import Any

import boto3

import snapshots
from account import READINGS, Account
from bite import Unnoticed, World

# What boto3 cannot page, because AWS does not.
WHOLE = ("describe_addresses", "describe_vpn_gateways")


def bites(world: World) -> int:
    """Reads the account again, one item a page; returns how many lists that were."""
    lists = {operation: field for _, operation, field, _ in READINGS if operation not in WHOLE}
    lists["get_managed_prefix_list_entries"] = "Entries"
    keys = {"aws_access_key_id": world.account.of_kind("vpc")[0].raw["OwnerId"], "aws_secret_access_key": "dummy"}
    in_pieces = boto3.client("ec2", region_name=world.region, **keys)
    in_pieces._make_api_call = cutting(world.ec2, in_pieces, lists)
    if snapshots.taken(Account(in_pieces)) != snapshots.taken(Account(world.ec2)):
        raise Unnoticed("not every page has been read")
    return len(lists)


def cutting(ec2: Any, in_pieces: Any, lists: dict[str, str]) -> Any:
    """Returns a way to ask that answers with one item at a time."""
    names = in_pieces.meta.method_to_api_mapping

    def ask(name: str, parameters: dict) -> dict:
        first = int(parameters.pop("NextToken", 0))
        answer = ec2._make_api_call(name, parameters)
        for operation, field in lists.items():
            if names[operation] == name:
                n_items = len(answer[field])
                answer[field] = answer[field][first : first + 1]
                if first + 1 < n_items:
                    answer["NextToken"] = str(first + 1)
        return answer

    return ask
