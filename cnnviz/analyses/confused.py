"""The clips behind the cells of a confusion matrix.

**Conventions**: a *cell* is (code of the one label, code of the top class); clips are indices into
`Results.tested`; the top class of a clip is the one with its highest score.
"""

from typing import NamedTuple

import numpy as np

from cnnviz.analyses.results import Results, System


class Cell(NamedTuple):
    """A cell that holds at least one clip."""

    label: str
    top: str
    clips: int


def cells(results: Results, system: System) -> tuple[Cell, ...]:
    """Return the cells that hold clips: confusions first, those with most clips first."""
    rows, columns = np.nonzero(system.confusion)
    each = [
        Cell(results.classes[i], results.named[j], int(system.confusion[i, j]))
        for i, j in zip(rows, columns, strict=True)
    ]
    return tuple(sorted(each, key=lambda cell: (cell.label == cell.top, -cell.clips)))


def behind(results: Results, system: System, *, label: str, top: str) -> tuple[int, ...]:
    """Return the clips behind a cell, those with the highest score of its top class first.

    Empty where the results say nothing of single clips.
    """
    if system.scores is None:
        return ()
    column = results.named.index(top)
    there = system.scores.argmax(axis=1) == column
    there &= [clip.labels == (label,) for clip in results.tested]
    order = np.argsort(-system.scores[:, column], kind="stable")
    return tuple(int(i) for i in order if there[i])
