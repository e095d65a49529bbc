"""Titles of the sample clips, by length."""

import csv

from benchmarks.server import ROOT


def titles(*, seconds: float = 3.0) -> list[str]:
    """Return the titles of the samples of one length, in the order of the dropdown."""
    with (ROOT / "sample_audio" / "clips.csv").open(encoding="utf-8", newline="") as file:
        return [row["title"] for row in csv.DictReader(file) if float(row["seconds"]) == seconds]
