"""What was measured, as a table for people and as JSON.

**Conventions**: a measure is the median (or the largest) of its values; `met` compares it with its
limit and never fails the run: a busy machine is no fault of the code.
"""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One line of the table.

    Attributes
    ----------
    name : str
        What was measured.
    values : sequence of float
        One value per repeat.
    unit : str
    limit : float or None
        None: measured to compare with, nothing is asked of it.
    at_least : bool
        Whether the limit is a lower one.
    largest : bool
        Whether the largest value counts instead of the median.
    note : str
        What a reader needs to judge the number.
    """

    name: str
    values: Sequence[float]
    unit: str
    limit: float | None = None
    at_least: bool = False
    largest: bool = False
    note: str = ""

    @property
    def measured(self) -> float:
        """The value that counts."""
        return max(self.values) if self.largest else statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the limit holds; None without one."""
        if self.limit is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def row(self) -> list[str]:
        """Return the cells of its line."""
        kind = "max" if self.largest else "median"
        spread = f"{_number(min(self.values))} to {_number(max(self.values))} ({len(self.values)})"
        limit = "–"
        if self.limit is not None:
            limit = f"{'≥' if self.at_least else '≤'} {_number(self.limit)} {self.unit}"
        met = {None: "–", True: "yes", False: "NO"}[self.met]
        return [
            self.name,
            f"{_number(self.measured)} {self.unit} {kind}",
            limit,
            met,
            spread,
            self.note,
        ]


HEADINGS = ["measured", "value", "limit", "met", "range (repeats)", "beside"]


def text(measures: Iterable[Measure]) -> str:
    """Return measures as a table in Markdown."""
    rows = [HEADINGS, *(measure.row() for measure in measures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(f"| {line} |" for line in lines)


def machine() -> dict[str, Any]:
    """Say what ran the measures."""
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def write(themes: dict[str, dict[str, Any]], *, path: Path, quick: bool) -> None:
    """Write all themes as JSON.

    Parameters
    ----------
    themes : dict
        Per theme its `measures` (list of Measure) and the `load` of the machine before and after.
    path : Path
        The file; its folder is made.
    quick : bool
        Whether few repeats were asked for.
    """
    found = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine(),
        "themes": {
            name: {
                "load_before_after": theme["load"],
                "measures": [_record(measure) for measure in theme["measures"]],
            }
            for name, theme in themes.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _record(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "measured": measure.measured,
        "unit": measure.unit,
        "summary": "max" if measure.largest else "median",
        "limit": measure.limit,
        "at_least": measure.at_least,
        "met": measure.met,
        "values": list(measure.values),
        "note": measure.note,
    }


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
