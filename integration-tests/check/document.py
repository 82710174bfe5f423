"""Reads the files of a blueprint: the one it extends, its own, and what the command line sets."""

import pathlib
import tomllib
from typing import Any, Iterable


def read(path: pathlib.Path, settings: Iterable[str] = ()) -> dict:
    """Returns the whole: what is said later wins."""
    document = load(path)
    base = document.pop("extends", None)
    if base:
        document = merged(load(path.parent / base), document)
    for it in settings:
        document = merged(document, anchored(setting(it), path.parent))
    return document


def load(path: pathlib.Path) -> dict:
    return anchored(tomllib.loads(path.read_text()), path.parent)


def anchored(document: dict, directory: pathlib.Path) -> dict:
    """Makes the paths absolute: they are relative to the file that names them, and soon nobody knows which that was."""
    for endpoint in document.get("endpoints", {}).values():
        policy = endpoint.get("policy")
        if isinstance(policy, dict) and "file" in policy:
            policy["file"] = str((directory / policy["file"]).absolute())
    return document


def merged(base: dict, over: dict) -> dict:
    """Merges tables; values and lists replace."""
    both = dict(base)
    for name, value in over.items():
        is_table = isinstance(value, dict) and isinstance(base.get(name), dict)
        both[name] = merged(base[name], value) if is_table else value
    return both


def setting(text: str) -> dict:
    """Reads `KEY=VALUE`: the key as TOML writes it, the value TOML or else a text."""
    key, _, value = text.partition("=")
    document = tomllib.loads(f"{key} = 0")
    table, name = document, next(iter(document))
    while isinstance(table[name], dict):
        table = table[name]
        name = next(iter(table))
    table[name] = meant(value)
    return document


def meant(value: str) -> Any:
    try:
        document = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    # More than one value is none: a text with a line break.
    return document["value"] if document.keys() == {"value"} else value
