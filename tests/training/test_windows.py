import os

import numpy as np
import pytest
import soundfile as sf

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import windows
from cnnviz.training.collection import Item
from cnnviz.training.predict import log_mel


@pytest.fixture
def items(tmp_path):
    rng = np.random.default_rng(0)
    found = []
    for k, (seconds, labels) in enumerate(
        [(3.0, ("flu",)), (0.4, ("pia",)), (5.2, ("cel", "voi"))]
    ):
        path = tmp_path / f"{k}.wav"
        sf.write(path, rng.normal(0, 0.1, round(seconds * 44100)), 44100)
        found.append(Item(path, labels))
    return found


def test_files_that_do_not_decode_are_listed(items, tmp_path):
    items[0].path.write_text("no sound")
    items[2].path.write_bytes(b"")
    with pytest.raises(BadInput, match=r"(?s)2 of 3 cannot be used.*0\.wav.*2\.wav"):
        windows.Windows(items, LogMel(), cache=tmp_path / "cache")


def test_clips_are_cut_into_windows_that_do_not_overlap(items, tmp_path):
    made = windows.Windows(items, LogMel(), cache=tmp_path / "cache")
    assert made.windows.shape == (3 + 1 + 5, 43, 128)
    whole = log_mel(items[0], LogMel())
    assert np.array_equal(made.windows[1], whole[43:86])
    labels = [{CODES[i] for i in np.flatnonzero(row)} for row in made.targets]
    assert labels == [{"flu"}] * 3 + [{"pia"}] + [{"cel", "voi"}] * 5
    assert made.counts() == dict.fromkeys(CODES, 0) | {"flu": 1, "pia": 1, "cel": 1, "voi": 1}


def test_an_epoch_has_every_window_once_in_an_order_of_its_own(items, tmp_path):
    made = windows.Windows(items, LogMel(), cache=tmp_path / "cache", batch=4, seed=5)
    assert made.steps == 3

    def epoch(number):
        return np.concatenate([made.batch(epoch=number, step=s)[0] for s in range(3)])

    first, second = epoch(0), epoch(1)
    wanted = sorted(made.windows.sum(axis=(1, 2)))
    assert sorted(first.sum(axis=(1, 2))) == wanted == sorted(second.sum(axis=(1, 2)))
    assert not np.array_equal(first, second)
    assert np.array_equal(epoch(0), first)
    x, y = made.batch(epoch=0, step=0)
    at = [int(np.flatnonzero((made.windows == one).all(axis=(1, 2)))[0]) for one in x]
    assert np.array_equal(made.targets[at], y), "targets go with their windows"


def test_clips_are_decoded_once_until_a_file_changes(items, tmp_path, monkeypatch):
    decoded = []

    def counted(item, front_end):
        decoded.append(item.path.name)
        return log_mel(item, front_end)

    monkeypatch.setattr(windows, "log_mel", counted)
    first = windows.Windows(items, LogMel(), cache=tmp_path / "cache").windows
    again = windows.Windows(items, LogMel(), cache=tmp_path / "cache").windows
    assert np.array_equal(first, again)
    assert len(decoded) == 3
    before = items[1].path.stat()
    sound = items[1].path.read_bytes()
    items[1].path.write_bytes(
        sound[:44] + sound[:43:-1]
    )  # of the same size, behind the same header
    os.utime(items[1].path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    windows.Windows(items, LogMel(), cache=tmp_path / "cache")
    assert len(decoded) == 6


def test_decoding_that_was_cut_off_starts_again(items, tmp_path, monkeypatch):
    def cut(item, front_end):
        if item is items[1]:
            raise KeyboardInterrupt
        return log_mel(item, front_end)

    monkeypatch.setattr(windows, "log_mel", cut)
    with pytest.raises(KeyboardInterrupt):
        windows.Windows(items, LogMel(), cache=tmp_path / "cache")
    monkeypatch.setattr(windows, "log_mel", log_mel)
    assert len(windows.Windows(items, LogMel(), cache=tmp_path / "cache").windows) == 9


def test_moments_are_those_of_all_windows(items, tmp_path):
    made = windows.Windows(items, LogMel(), cache=tmp_path / "cache")
    mean, std = made.moments()
    assert (mean, std) == pytest.approx((np.mean(made.windows), np.std(made.windows)), rel=1e-4)
