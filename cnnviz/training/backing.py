"""Recorded accompaniments, to put behind instruments.

**Conventions**: sound is float32 mono at `takes.SAMPLE_RATE`. A manifest of accompaniments is a CSV
with the columns path (from its own folder) and recording.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import BadInput
from cnnviz.training import sheet, takes

Sound = NDArray[np.float32]
COLUMNS = ("path", "recording")
FARTHEST_SEMITONES = 2.0


@dataclass(frozen=True)
class Backing:
    """Accompaniments by recording.

    Attributes
    ----------
    takes : dict of str to tuple of Take
        Recording to its pieces.
    """

    takes: dict[str, tuple[takes.Take, ...]]

    def excerpt(self, rng: np.random.Generator, *, seconds: float) -> tuple[Sound, str]:
        """Cut a stretch out of a recording, each recording as often as another; name it."""
        name = sorted(self.takes)[rng.integers(len(self.takes))]
        y = takes.excerpt(rng, self.takes[name], seconds=seconds, farthest=FARTHEST_SEMITONES)
        return y, name


def recordings(manifest: Path) -> dict[str, tuple[Path, ...]]:
    """Return the recordings of a manifest, each with its files.

    Raises
    ------
    BadInput
        If a column is missing, or a line lacks a value or names a file that does not exist.
    """
    names, lines = sheet.read(manifest, columns=COLUMNS, synonyms={})
    if not lines or not {*COLUMNS} <= {*names}:
        raise BadInput(
            f"a manifest of accompaniments needs the columns path and recording and a line for "
            f"each file, but '{manifest.name}' has not. Correct it."
        )
    files: dict[str, list[Path]] = defaultdict(list)
    for line in lines:
        path = manifest.parent / line.values["path"]
        if not line.values["recording"] or not path.is_file():
            raise BadInput(
                f"line {line.number} of '{manifest.name}' must name a file and its recording, but "
                f"names '{line.values['path']}' of '{line.values['recording']}'. Correct it."
            )
        files[line.values["recording"]].append(path)
    return {name: tuple(paths) for name, paths in files.items()}


def read(manifest: Path, *, wanted: Callable[[str], bool]) -> Backing:
    """Read the accompaniments whose recording is wanted.

    Raises
    ------
    BadInput
        As `recordings`, and if none is wanted.
    """
    chosen = {name: paths for name, paths in recordings(manifest).items() if wanted(name)}
    if not chosen:
        raise BadInput(
            f"accompaniments must be left to read, but none of '{manifest.name}' is. "
            "Correct the list of recordings held out."
        )
    return Backing(
        {
            name: tuple(takes.Take(takes.load(path), 0.0, "phrase") for path in paths)
            for name, paths in chosen.items()
        }
    )
