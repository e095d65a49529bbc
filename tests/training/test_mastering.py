import numpy as np
import pytest

from cnnviz.training import mastering, room

RATE = 22050


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def tone(hz=440.0, seconds=1.0, level=0.5):
    t = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def db(ratio):
    return 20 * np.log10(ratio)


def test_a_compressor_brings_loud_and_soft_nearer(rng):
    y = np.concatenate([tone(level=0.8), tone(level=0.05)])
    out = mastering.compressed(np.stack([y, y]), rng, sample_rate=RATE, ratio=4.0)[0]
    middle = slice(RATE // 2, RATE // 2 + RATE // 4), slice(RATE + RATE // 2, -RATE // 8)
    before, after = (db(room.rms(x[middle[0]]) / room.rms(x[middle[1]])) for x in (y, out))
    assert before == pytest.approx(24.1, abs=0.1)
    assert 8 < after < before - 4


def test_a_ratio_of_one_changes_nothing(rng):
    y = np.stack([tone(), tone(330)])
    assert mastering.compressed(y, rng, sample_rate=RATE, ratio=1.0) is y


def test_a_limiter_holds_its_ceiling_and_makes_soft_passages_louder():
    y = np.concatenate([tone(level=0.2), tone(level=0.9)])
    out = mastering.limited(np.stack([y, -y]), sample_rate=RATE, gain_db=6.0)
    assert np.abs(out).max() <= 1
    soft = slice(RATE // 4, RATE // 2)
    assert db(room.rms(out[0, soft]) / room.rms(y[soft])) == pytest.approx(6 - db(0.9), abs=0.2)


@pytest.mark.parametrize("name", mastering.CODECS)
def test_a_codec_gives_back_about_what_it_was_given(name, rng):
    y = np.stack([tone(), tone(880)])
    out = mastering.coded(y, rng, sample_rate=RATE, name=name)
    assert out.shape == y.shape and out.dtype == np.float32
    for channel, hz in zip(out[:, RATE // 4 : -RATE // 4], (440, 880), strict=True):
        spectrum = np.abs(np.fft.rfft(channel * np.hanning(len(channel))))
        assert abs(np.argmax(spectrum) * RATE / len(channel) - hz) < 8
        assert db(room.rms(channel) / room.rms(y[0])) == pytest.approx(0, abs=1.5)


def test_bands_sum_to_the_whole(rng):
    y = np.stack([tone(), tone(3000)])
    parts = mastering._bands(y, rng, sample_rate=RATE)
    np.testing.assert_allclose(sum(parts), y, atol=1e-6)
    assert room.rms(parts[1][1]) > 0.8 * room.rms(y[1])


def test_a_chain_is_the_same_from_the_same_seed_and_as_long_as_its_input():
    y = mastering.placed(tone(seconds=3), np.random.default_rng(1), sample_rate=RATE)
    once, again = (
        mastering.mastered(y, np.random.default_rng(5), sample_rate=RATE, chain=mastering.PRACTISED)
        for _ in range(2)
    )
    np.testing.assert_array_equal(once, again)
    assert once.shape == (3 * RATE,)
    assert np.isfinite(once).all() and 0.1 < np.abs(once).max() <= 1.2


def test_a_place_late_on_one_side_is_a_comb_in_mono():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, RATE).astype(np.float32)
    placed = [mastering.placed(noise, rng, sample_rate=RATE) for _ in range(20)]
    late = [abs(np.argmax(np.correlate(p[0], p[1], "full")) - (RATE - 1)) for p in placed]
    assert 0 < max(late) <= round(mastering.DELAY_S * RATE)
    assert 0 in late
