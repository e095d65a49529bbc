import io
import itertools

import numpy as np
import pytest
from PIL import Image

from cnnviz.errors import BadInput
from cnnviz.export.loop import loop, moments
from cnnviz.export.picture import Look
from cnnviz.export.work import Stopped, Work
from tests.export.conftest import make


def test_other_kinds_are_refused(subject):
    with pytest.raises(BadInput, match="one of webp, gif, but it is “mov”"):
        loop(subject, Look(), kind="mov")


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_a_loop_moves_is_small_and_repeats(subject, kind):
    image = Image.open(io.BytesIO(loop(subject, Look(colours="inferno"), kind=kind)))
    assert image.format == kind.upper()
    assert image.size == (800, 500)
    assert image.info["loop"] == 0
    frames, lasts_ms = [], 0
    for index in range(image.n_frames):
        image.seek(index)
        image.load()
        lasts_ms += image.info["duration"]
        frames.append(np.asarray(image.convert("RGB")).astype(int))
    assert image.n_frames <= 2.0 * 15
    assert lasts_ms == pytest.approx(image.n_frames * 3 * 512 / 22.05, abs=10)
    moved = [np.abs(a - b).max() for a, b in itertools.pairwise(frames)]
    assert min(moved) > 50
    assert (np.abs(frames[-1][:10, :10] - 255) <= 1).all()  # the ground of a slide


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_a_loop_says_what_it_shows(subject, kind):
    image = Image.open(io.BytesIO(loop(subject, Look(scale="filter"), kind=kind)))
    said = image.info["comment"].decode() if kind == "gif" else image.getexif()[0x010E]
    for text in ("A made network", "(samples/made)", "conv, 6 filters", "per filter", "cnnviz "):
        assert text in said


@pytest.mark.parametrize(
    ("seconds", "start_s", "wanted"),
    [(2, 0, (0, 2)), (2, 1.5, (0, 2)), (9, 4.0, (4.0, 7.0)), (9, 8.0, (6.0, 9.0))],
)
def test_a_loop_is_three_seconds_at_most(seconds, start_s, wanted):
    times, rate = moments(make(seconds=seconds), start_s=start_s)
    assert rate <= 15
    assert times[0] == pytest.approx(wanted[0], abs=0.012)
    assert times[-1] + 1 / rate == pytest.approx(wanted[1], abs=0.1)


def test_a_loop_stops_when_it_is_told_to(subject):
    work = Work(progress=lambda share: work.stop.set())
    with pytest.raises(Stopped):
        loop(subject, Look(), kind="webp", work=work)
