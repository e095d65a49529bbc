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
    assert np.abs(out).max() <= mastering.CEILING + 1e-6
    soft = slice(RATE // 4, RATE // 2)
    assert db(room.rms(out[0, soft]) / room.rms(y[soft])) == pytest.approx(6 - db(0.9), abs=0.2)


def test_a_limiter_lets_a_loud_tone_be_a_tone():
    out = mastering.limited(np.stack([tone()] * 2), sample_rate=RATE, gain_db=8.0)[0]
    spectrum = np.abs(np.fft.rfft(out[2205:-2205] * np.hanning(len(out) - 4410)))
    at = [round(hz * (len(out) - 4410) / RATE) for hz in (440, 1320)]
    assert db(spectrum[at[1]] / spectrum[at[0]]) < -40, "clipped, the third harmonic is at -13 dB"


@pytest.mark.parametrize("burst_s", [0.02, 1.0])
def test_a_compressor_is_released_as_slowly_after_short_sounds_as_after_long(burst_s, rng):
    """Half a second after its end no less than a tenth of the gain is left to come back."""
    rng = Fixed(threshold_db=14.0, attack_s=0.001, release_s=0.2)
    y = np.concatenate([tone(level=0.01), tone(level=0.9)[: int(burst_s * RATE)], tone(level=0.01)])
    out = mastering.compressed(np.stack([y, y]), rng, sample_rate=RATE, ratio=4.0)[0]
    end = RATE + int(burst_s * RATE)

    def gain_db(after_s):
        near = slice(end + int(after_s * RATE), end + int(after_s * RATE) + 500)
        return db(room.rms(out[near]) / room.rms(y[near]))

    at_end = gain_db(0.012)
    assert at_end < -6
    assert gain_db(0.212) == pytest.approx(at_end / np.e, abs=0.4), "one time constant later"
    assert gain_db(0.9) > -0.3


def test_a_compressor_begins_as_if_the_sound_had_begun_before():
    rng = Fixed(threshold_db=14.0, attack_s=0.03, release_s=0.2)
    y = tone(level=0.9)
    out = mastering.compressed(np.stack([y, y]), rng, sample_rate=RATE, ratio=4.0)[0]
    assert db(room.rms(out[:200]) / room.rms(out[-2000:-1000])) == pytest.approx(0, abs=1.0)


class Fixed:
    """Draws what it is told, in order."""

    def __init__(self, *, threshold_db, attack_s, release_s):
        self.drawn = iter((threshold_db, attack_s, release_s))

    def uniform(self, low, high):
        value = next(self.drawn)
        assert low <= value <= high
        return value


def test_bands_sum_to_the_whole(rng):
    y = np.stack([tone(), tone(3000)])
    parts = mastering._bands(y, rng, sample_rate=RATE)
    np.testing.assert_allclose(sum(parts), y, atol=1e-6)
    assert room.rms(parts[1][1]) > 0.8 * room.rms(y[1])


def test_a_chain_is_the_same_from_the_same_seed_and_as_long_as_its_input():
    y = mastering.panned(tone(seconds=3), np.random.default_rng(1), sample_rate=RATE)
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
    placed = [mastering.panned(noise, rng, sample_rate=RATE) for _ in range(20)]
    late = [abs(np.argmax(np.correlate(p[0], p[1], "full")) - (RATE - 1)) for p in placed]
    assert 0 < max(late) <= round(mastering.DELAY_S * RATE)
    assert 0 in late
