import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from cnnviz.clips.instruments import CODES
from cnnviz.training import samples

FOLDER = Path(__file__).parents[2] / "sample_audio"


def rows():
    with (FOLDER / "clips.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_lists_what_the_plan_renders():
    planned = [(s.file, "+".join(s.labels), s.kind, str(s.seed)) for s in samples.plan()]
    assert [(r["file"], r["labels"], r["kind"], r["seed"]) for r in rows()] == planned


def test_every_instrument_has_three_clips_and_four_ensembles_follow():
    kinds = Counter((r["labels"], r["kind"]) for r in rows())
    for code in CODES:
        assert all(kinds[code, kind] == 1 for kind in ("alone", "manner", "accompanied"))
    assert sum(r["kind"] == "ensemble" for r in rows()) == 4


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_clips_are_as_long_as_listed_and_sound(row):
    y, rate = sf.read(FOLDER / row["file"])
    assert y.ndim == 1 and len(y) == round(float(row["seconds"]) * rate)
    assert 0.5 < np.abs(y).max() < 0.95
    assert np.abs(y).reshape(-1, rate // 4).max(axis=1).min() > 0.002, "no hole in the music"


def test_a_clip_rendered_again_is_the_clip():
    sample = samples.plan()[0]
    y, _ = sf.read(FOLDER / sample.file, dtype="float32")
    # Half a step of 16 bits, and a little for another FluidSynth's arithmetic.
    assert np.abs(samples.render(sample) - y).max() < 2e-4
