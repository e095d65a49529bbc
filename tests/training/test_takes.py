import numpy as np
import pytest
import soundfile as sf

from cnnviz.training import takes
from cnnviz.training.collection import Item
from cnnviz.training.score import Note

RATE = takes.SAMPLE_RATE


def tone(midi, seconds=1.0):
    hz = 440 * 2 ** ((midi - 69) / 12)
    phase = 2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE
    return sum(np.sin(k * phase) / k for k in (1, 2, 3, 4)).astype(np.float32)


@pytest.mark.parametrize("midi", [36, 48, 60, 69, 84])
def test_the_pitch_of_a_note_is_found(midi):
    assert takes.estimated_pitch(tone(midi)) == pytest.approx(midi, abs=0.35)


def test_shifting_moves_the_pitch():
    assert takes.estimated_pitch(takes.shifted(tone(60), semitones=3)) == pytest.approx(63, abs=0.3)


def test_a_part_sounds_where_its_notes_stand():
    take = takes.Take(tone(60), 60.0, "note")
    y = takes.sequence((Note(0.5, 0.3, 62, 100),), [take], seconds=2.0, ring=False)
    sounding = np.flatnonzero(np.abs(y) > 0.01) / RATE
    assert sounding.min() == pytest.approx(0.5, abs=0.02)
    assert sounding.max() < 0.5 + 0.3 + takes.RELEASE_S + 0.01
    assert takes.estimated_pitch(y) == pytest.approx(62, abs=0.3)


def test_plucked_notes_ring_on():
    take = takes.Take(tone(60, 2.0), 60.0, "note")
    stopped, ringing = (
        takes.sequence((Note(0.0, 0.2, 60, 100),), [take], seconds=2.0, ring=ring)
        for ring in (False, True)
    )
    assert np.count_nonzero(ringing) > 1.5 * np.count_nonzero(stopped)


def test_an_excerpt_has_the_length_asked_for_even_from_short_phrases():
    take = takes.Take(tone(60, 0.4), 0.0, "phrase")
    y = takes.excerpt(np.random.default_rng(0), [take], seconds=3.0)
    assert len(y) == 3 * RATE
    assert room_rms(y[-RATE:]) > 0.1


def test_a_source_counts_once_however_many_recordings_it_has(tmp_path):
    items = []
    for k, name in enumerate(["synth:a", "synth:b", "synth:c", "synth:d", "church:organ"]):
        sf.write(tmp_path / f"{k}.wav", tone(60, 2.0), RATE)
        items.append(Item(tmp_path / f"{k}.wav", ("org",), "train", recording=name, kind="phrase"))
    two = Item(tmp_path / "0.wav", ("org", "voi"), "train", recording="mass:hall")
    library = takes.Library([*items, two])
    assert (library.n_sources("org"), library.n_sources("voi")) == (2, 0)
    rng = np.random.default_rng(0)
    drawn = [library.recording(rng, "org")[0] for _ in range(300)]
    # 8 s of one against 2 s of the other: by the square roots, 2 to 1
    assert drawn.count("church:organ") == pytest.approx(100, abs=25)
    assert min(drawn.count(f"synth:{name}") for name in "abcd") > 30


def room_rms(y):
    return float(np.sqrt(np.mean(y**2)))
