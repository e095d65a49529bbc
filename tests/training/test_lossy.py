import numpy as np
import pytest

from cnnviz.front_ends.log_mel import LogMel
from cnnviz.training import lossy

RATE = 22050
RNG = np.random.default_rng(0)


def music(seconds=2.0):
    """Harmonics over noise, another pitch on either side."""
    t = np.arange(round(seconds * RATE)) / RATE
    sides = [
        sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 12)) * np.exp(-2 * (t % 0.5))
        for hz in (220, 330)
    ]
    return (0.3 * np.array(sides) + 0.02 * RNG.normal(size=(2, len(t)))).astype(np.float32)


CASES = [(name, setting) for name, (_, some) in lossy.CODECS.items() for setting in some]


@pytest.mark.parametrize(("name", "setting"), CASES)
def test_what_comes_back_is_as_long_and_lies_where_it_lay(name, setting):
    y = music()
    out = lossy.coded(y, sample_rate=RATE, name=name, setting=setting)
    assert out.shape == y.shape and out.dtype == np.float32
    for before, after in zip(y, out, strict=True):
        found = np.correlate(after[6940:23060], before[7000:23000], "valid")
        assert abs(int(np.argmax(found)) - 60) <= 2
    assert np.std(out) == pytest.approx(np.std(y), rel=0.15)


@pytest.mark.parametrize("name", lossy.CODECS)
def test_the_first_setting_loses_most_and_the_last_least(name):
    y, front_end = music(), LogMel()
    was = front_end.input(y.mean(axis=0))
    lost = []
    for setting in (lossy.CODECS[name][1][0], lossy.CODECS[name][1][-1]):
        out = lossy.coded(y, sample_rate=RATE, name=name, setting=setting)
        lost.append(np.abs(front_end.input(out.mean(axis=0)) - was)[5:-5].mean() * 8.7)
    assert lost[0] > 1.2 * lost[1]
    assert lost[0] > 0.5, "dB in the mean over frames and bands"
