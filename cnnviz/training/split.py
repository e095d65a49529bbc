"""Which recordings validate and which are learned from.

**Conventions**: a recording goes to one side whole; shares are of clips, in [0, 1].
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnnviz.errors import BadInput
from cnnviz.training import collection
from cnnviz.training.collection import Item

SHARDS, HELD_OUT = "shards", "held_out"  # what `render` writes
TRAIN, VALIDATION = "train", "validation"


@dataclass(frozen=True)
class Sides:
    """What a network learns from, and what it is validated with.

    Attributes
    ----------
    name : str
        What the collection is called.
    learned, validating : tuple of Item
        The first is empty where clips are rendered.
    shards : Path or None
        Where rendered clips lie.
    share : float
        Part of the clips that was asked for to validate.
    """

    name: str
    learned: tuple[Item, ...]
    validating: tuple[Item, ...]
    shards: Path | None
    share: float


def read(place: Path, *, share: float, seed: int) -> Sides:
    """Read a collection and part it into what is learned from and what validates.

    Parameters
    ----------
    place : Path
        IRMAS, a manifest, or a folder that `render` wrote.
    share, seed
        As for `split`.

    Raises
    ------
    BadInput
        If the collection cannot be read, or leaves a side empty.
    """
    name = place.resolve().stem
    if (place / SHARDS).is_dir():
        return Sides(name, (), collection.read(place / HELD_OUT), place / SHARDS, share)
    items = collection.read(place)
    there = sorted({item.split for item in items})
    if not {"train", ""} & {*there}:
        raise BadInput(
            f"learning needs clips to learn from, but all of '{place}' belong to the split "
            f"{', '.join(there)}. Name IRMAS-TrainingData, or a manifest with rows of split train."
        )
    collection.check_learnable(item.path for item in items if item.split in ("train", ""))
    return Sides(name, *split(items, share=share, seed=seed), None, share)


def split(
    items: Sequence[Item], *, share: float, seed: int
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Part a collection into clips to learn from and clips to validate with.

    Rows whose split is "validation" are taken at their word. Without any, whole recordings are
    drawn class by class, the class with the fewest recordings first, until about `share` of its
    clips validate. A class with two recordings or more has one on either side, unless all of its
    recordings were drawn for other classes that they hold too. Rows of any split but "train",
    "validation" and "" are left out.

    Parameters
    ----------
    items : sequence of Item
        A clip without a recording stands for itself.
    share : float
        Part of the clips of each class that validates, as near as whole recordings come to it.
    seed : int
        The same seed draws the same recordings.

    Returns
    -------
    tuple of Item, tuple of Item
        Learned from, validating; each item says its side in `split`, in the order given.

    Raises
    ------
    BadInput
        If a side would be empty.
    """
    items = [item for item in items if item.split in (TRAIN, VALIDATION, "")]
    if any(item.split == VALIDATION for item in items):
        drawn = {recording(item) for item in items if item.split == VALIDATION}
    else:
        drawn = _drawn(items, share=share, seed=seed)
    sides = {
        side: tuple(
            replace(item, split=side)
            for item in items
            if (recording(item) in drawn) == (side == VALIDATION)
        )
        for side in (TRAIN, VALIDATION)
    }
    if not all(sides.values()):
        n = len({recording(item) for item in items})
        raise BadInput(
            "learning needs recordings to learn from and others to validate with, but the "
            f"collection has {n} to learn from. Name one with clips of two recordings or more."
        )
    return sides[TRAIN], sides[VALIDATION]


def recording(item: Item) -> str:
    """Return the name of a clip's recording, or of the clip where none is known."""
    return item.recording or str(item.path)


def _drawn(items: Sequence[Item], *, share: float, seed: int) -> set[str]:
    """Draw the recordings that validate."""
    clips: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in items:
        for label in item.labels:
            clips[label][recording(item)] += 1
    rng = np.random.default_rng(seed)
    drawn: set[str] = set()
    kept: set[str] = set()
    for label in sorted(clips, key=lambda label: (len(clips[label]), label)):
        of = clips[label]
        free = sorted(of.keys() - drawn - kept)
        rng.shuffle(free)
        wanted = share * sum(of.values())
        got = sum(of[name] for name in of.keys() & drawn)
        for name in free:
            first = not of.keys() & drawn
            last = not of.keys() - drawn - {name}
            # nearer to the share with it than without it
            nearer = abs(got + of[name] - wanted) < abs(got - wanted)
            if not last and (first or nearer):
                drawn.add(name)
                got += of[name]
            else:
                kept.add(name)
    return drawn
