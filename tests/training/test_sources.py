"""What a clip is made of: how often which source, and notes that no tune is made of."""

import numpy as np
import pytest
import soundfile as sf

from cnnviz.training import sources, takes
from cnnviz.training.collection import Item

RATE = 22050


@pytest.fixture
def library(tmp_path):
    """Notes of a cello, from three sources."""
    y = 0.5 * np.sin(2 * np.pi * 220 * np.arange(2 * RATE) / RATE)
    sf.write(tmp_path / "a.wav", y, RATE)
    return takes.Library(
        Item(tmp_path / "a.wav", ("cel",), "train", name, f"{name}:1", "note") for name in "xyz"
    )


def test_a_source_of_recordings_comes_as_often_as_a_soundfont(library):
    of = sources.Sources(library, ("a font", "another"))
    assert sources.recorded_share(of, "cel") == pytest.approx(3 / 5)
    assert sources.recorded_share(of, "flu") == 0
    assert sources.recorded_share(sources.Sources(None, ("a font",)), "cel") == 0
    assert sources.recorded_share(sources.Sources(library, ()), "cel") == 1


def test_some_notes_stand_as_they_were_recorded(library, monkeypatch):
    in_tunes = []
    sequence = takes.sequence
    monkeypatch.setattr(
        takes, "sequence", lambda *args, **kw: in_tunes.append(1) or sequence(*args, **kw)
    )
    of = sources.Sources(library, ())
    for seed in range(200):
        y, _ = sources.instrument(np.random.default_rng(seed), of, "cel")
        assert y.any()
    assert 0.7 < len(in_tunes) / 200 < 0.9  # four in five
