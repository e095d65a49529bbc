"""Music made of tones that stand for instruments: each class its own frequency."""

import numpy as np
import pytest
import soundfile as sf

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import collection, mastering, produced, render, room, sources, takes
from cnnviz.training.backing import Backing
from cnnviz.training.collection import Item

RATE = takes.SAMPLE_RATE
BEHIND_HZ = 90.0


def hz_of(k):
    """Frequency of a class, half an octave above the one before; clips are shifted by less."""
    return 180 * 2 ** (k / 2)


def tone(hz, seconds=4.0):
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def level_db(y, hz):
    """Level of a frequency and a quarter of an octave on either side."""
    power = np.abs(np.fft.rfft(y * np.hanning(len(y)))) ** 2
    frequency = np.fft.rfftfreq(len(y), 1 / RATE)
    near = np.abs(np.log2(np.maximum(frequency, 1) / hz)) < 1 / 4
    return 10 * np.log10(power[near].sum())


@pytest.fixture
def tones(tmp_path, monkeypatch):
    """Sources with a phrase of every class, real ones alone."""
    monkeypatch.setattr(sources, "REAL_BACKING", 1.0)
    monkeypatch.setattr(sources, "AMPLIFIED", 0.0)
    monkeypatch.setattr(room, "drive", lambda y, **_: y)  # its harmonics are other classes' tones
    items = []
    for k, code in enumerate(CODES):
        sf.write(tmp_path / f"{code}.wav", 0.5 * tone(hz_of(k)), RATE)
        items.append(Item(tmp_path / f"{code}.wav", (code,), "train", "us", f"us:{code}", "phrase"))
    behind = Backing({"band": (takes.Take(tone(BEHIND_HZ), 0.0, "phrase"),)})
    return sources.Sources(takes.Library(items), (), behind)


@pytest.mark.parametrize("over_db", [-3.0, 12.0])
def test_a_mix_has_the_balance_asked_for(over_db):
    rng = np.random.default_rng(0)
    mix = produced.mixed([tone(880)], tone(BEHIND_HZ), rng, over_db=over_db)
    assert mix.shape == (2, 4 * RATE)
    front, back = (sum(10 ** (level_db(side, hz) / 10) for side in mix) for hz in (880, BEHIND_HZ))
    assert 10 * np.log10(front / back) == pytest.approx(over_db, abs=0.5)


def test_without_accompaniment_a_mix_is_its_instruments():
    mix = produced.mixed([tone(880), tone(660)], None, np.random.default_rng(0), over_db=0.0)
    apart_db = level_db(mix.mean(axis=0), 880) - level_db(mix.mean(axis=0), 660)
    assert level_db(mix[0], BEHIND_HZ) < level_db(mix[0], 880) - 60
    assert -15 < apart_db < 15, "4 dB, but one may be late on one side, which is a comb in mono"


def test_a_clip_names_what_is_in_front(tones, monkeypatch):
    monkeypatch.setattr(produced, "TWO", 0.5)
    for seed in range(12):
        made = produced.produced(np.random.default_rng(seed), tones, "flu", chain=None)
        assert made.recording == "us:flu" and made.labels[0] == "flu"
        assert made.y.shape == (round(sources.CLIP_S * RATE),)
        loudest_db = max(level_db(made.y, hz_of(k)) for k in range(len(CODES)))
        for k, code in enumerate(CODES):
            level = level_db(made.y, hz_of(k))
            assert level > loudest_db - 25 if code in made.labels else level < loudest_db - 20


def test_most_clips_have_a_band_and_some_two_instruments(tones):
    made = [produced.produced(np.random.default_rng(k), tones, "cel") for k in range(80)]
    two = sum(len(one.labels) == 2 for one in made) / 80
    band = np.mean([level_db(one.y, BEHIND_HZ) - level_db(one.y, 60) > 12 for one in made])
    assert 0.03 < two < 0.3
    assert 0.5 < band < 0.97


def test_a_shard_holds_three_kinds_and_the_same_seed_gives_the_same(tones, monkeypatch):
    monkeypatch.setattr(render, "CLIPS_A_SHARD", 55)
    one, again = (render.shard(tones, seed=1, number=0, front_end=LogMel()) for _ in range(2))
    assert {key: value.shape for key, value in one.items()} == {
        "log_mel": (55, 130, 128),
        "labels": (55, 11),
        "produced": (55,),
        "recording": (55,),
    }
    for key, value in one.items():
        assert np.array_equal(value, again[key]), key
    behind = ~one["labels"].any(axis=1)
    assert (one["produced"].sum(), behind.sum()) == (33, 11)
    assert {*one["recording"][behind]} == {"band"}
    alone = ~behind & ~one["produced"]
    assert one["labels"][alone].sum(axis=1).tolist() == [1] * 11
    # every class as often as another, and the clip's sound is that of its label
    assert one["labels"][alone].sum(axis=0).tolist() == [1] * 11
    assert [name.split(":")[1] for name in one["recording"][alone]] == [*CODES]


def test_a_produced_test_keeps_labels_recordings_and_lengths(tones, tmp_path):
    items = [
        Item(tmp_path / f"{code}.wav", (code,), "check", "us", f"us:{code}", "phrase")
        for code in CODES[:3]
    ]
    manifest = render.write_produced(
        tmp_path / "made", items, tones.backing, seed=1, over_db=(5.0, 5.0)
    )
    made = collection.read(manifest)
    assert [(one.labels, one.recording, one.split) for one in made] == [
        ((code,), f"us:{code}", "produced") for code in CODES[:3]
    ]
    assert {one.kind for one in made} == {"over band"}
    with pytest.raises(BadInput, match="must name a new or an empty folder"):
        render.write_produced(tmp_path / "made", items, tones.backing, seed=1, over_db=(5.0, 5.0))
    learned = [Item(tmp_path / "flu.wav", ("flu",), "train")]
    with pytest.raises(BadInput, match="of the split train"):
        render.write_produced(
            tmp_path / "other", learned, tones.backing, seed=1, over_db=(5.0, 5.0)
        )
    for k, one in enumerate(made):
        y = takes.load(one.path)
        assert len(y) == 4 * RATE
        front, back = level_db(y, hz_of(k)), level_db(y, BEHIND_HZ)
        assert 0 < front - back < 15, "5 dB, but for equaliser, compressor and comb"
        assert room.rms(y) > 0.1


def test_the_held_out_chain_shares_no_codec_with_what_is_learned_from():
    assert not {*mastering.HELD_OUT.codecs} & {*mastering.PRACTISED.codecs}
