"""Recorded accompaniments, to put behind instruments.

**Conventions**: sound is float32 mono at `takes.SAMPLE_RATE`. A manifest of accompaniments is a CSV
with the columns path (from its own folder) and recording.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import BadInput
from cnnviz.training import sheet, takes
from cnnviz.training.collection import check_learnable

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

    Where it has a column split, rows of any split but "train" and "" are left out.

    Raises
    ------
    BadInput
        If a column is missing, or a line lacks a value or names a file that does not exist.
    """
    names, lines = sheet.read(manifest, columns=(*COLUMNS, "split"), synonyms={})
    if not lines or not {*COLUMNS} <= {*names}:
        raise BadInput(
            f"a manifest of accompaniments needs the columns path and recording and a line for "
            f"each file, but '{manifest.name}' has not. Correct it."
        )
    files: dict[str, list[Path]] = defaultdict(list)
    for line in lines:
        if line.values.get("split", "") not in ("train", ""):
            continue
        path = manifest.parent / line.values["path"]
        if not line.values["recording"] or not path.is_file():
            raise BadInput(
                f"line {line.number} of '{manifest.name}' must name a file and its recording, but "
                f"names '{line.values['path']}' of '{line.values['recording']}'. Correct it."
            )
        files[line.values["recording"]].append(path)
    return {name: tuple(paths) for name, paths in files.items()}


def read(manifest: Path, *, names: Collection[str] = (), but: Collection[str] = ()) -> Backing:
    """Read accompaniments.

    Parameters
    ----------
    manifest : Path
    names : collection of str
        Recordings to read, all if empty.
    but : collection of str
        Recordings to leave out.

    Raises
    ------
    BadInput
        As `recordings`; if one is named that the manifest lacks, if nothing is left, or if a file
        travels with the app.
    """
    files = recordings(manifest)
    if unknown := {*names, *but} - {*files}:
        raise BadInput(
            f"accompaniments held out must stand in '{manifest.name}', but it lacks "
            f"{', '.join(sorted(unknown))}. Correct the list."
        )
    chosen = {name: files[name] for name in (names or files) if name not in but}
    if not chosen:
        raise BadInput(
            f"accompaniments must be left to read, but all of '{manifest.name}' are held out. "
            "Correct the list."
        )
    check_learnable(path for paths in chosen.values() for path in paths)
    return Backing(
        {
            name: tuple(takes.Take(takes.load(path), 0.0, "phrase") for path in paths)
            for name, paths in chosen.items()
        }
    )
