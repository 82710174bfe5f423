"""Networks that are built by hand, and changed by hand."""

import pathlib
import tempfile

import teeth_dual
import teeth_pages
import teeth_reading
import teeth_snapshots
import world_dual
import world_existing
import world_moved
import world_sagemaker
from bite import bites, bites_losses, bites_strangers


def run() -> int:
    """Returns how many changes were noticed."""
    with tempfile.TemporaryDirectory() as directory:
        return sum(it(pathlib.Path(directory)) for it in (teeth_reading.bites, moved, existing, dual, sagemaker))


def dual(directory: pathlib.Path) -> int:
    world = world_dual.build(directory)
    n_changes = bites(world, teeth_dual.changes(world))
    n_changes += bites_strangers(world, teeth_dual.strangers(world))
    n_changes += teeth_snapshots.bites(world) + teeth_pages.bites(world)
    return n_changes + bites_losses(world, teeth_dual.losses(world))


def existing(directory: pathlib.Path) -> int:
    world = world_existing.build(directory)
    n_changes = bites(world, world_existing.changes(world))
    n_changes += bites_strangers(world, world_existing.strangers(world))
    return n_changes + bites_losses(world, world_existing.losses(world))


def moved(directory: pathlib.Path) -> int:
    world = world_moved.build(directory)
    return bites(world, world_moved.changes(world)) + bites_losses(world, world_moved.losses(world))


def sagemaker(directory: pathlib.Path) -> int:
    world = world_sagemaker.build(directory)
    n_changes = bites(world, world_sagemaker.changes(world)) + world_sagemaker.bites_records(world)
    return n_changes + bites_losses(world, world_sagemaker.losses(world))
