"""What happens to music between the musicians and a listener: stereo, levels, and a lossy file.

**Conventions**: sound is float32, mono (sample,) or stereo (channel, sample); rates in Hz, levels
in dB. Everything random comes from the generator that is passed in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from cnnviz.training import lossy, room

Sound = NDArray[np.float32]

BLOCK = 64  # samples in one step of a compressor's gain
DELAY_S = 0.012  # the largest between left and right, as of microphones some metres apart
LOOKAHEAD_S = 0.004
CEILING = 0.98


@dataclass(frozen=True)
class Chain:
    """What a mix goes through.

    Attributes
    ----------
    codecs : tuple of str
        Names in `lossy.CODECS`, one of which is drawn, as is its setting.
    coded_share : float
        How often a mix is coded at all.
    ratio : tuple of float
        From and to which ratio the compressor is drawn; 1 leaves levels alone.
    bands : int
        Bands that are compressed each for itself, 1 or 2.
    gain_db : float
        How far the limiter may be driven.
    curve_db : float
        Largest standard deviation of the equaliser's points.
    """

    codecs: tuple[str, ...] = ("mp3", "aac", "vorbis")
    coded_share: float = 0.7
    ratio: tuple[float, float] = (1.0, 5.0)
    bands: int = 1
    gain_db: float = 8.0
    curve_db: float = 4.0


PRACTISED = Chain()  # what is learned from goes through it
# What is tested goes through it. Its codec and the compression of each of two bands for itself are
# not in what is learned from; the equaliser and the limiter are, and within wider ranges.
HELD_OUT = Chain(
    codecs=("opus",), coded_share=1.0, ratio=(1.5, 3.0), bands=2, gain_db=4.0, curve_db=2.5
)


def mastered(y: Sound, rng: np.random.Generator, *, sample_rate: int, chain: Chain) -> Sound:
    """Bring a stereo mix to a listener: equaliser, compressor, limiter, codec, mono downmix.

    Parameters
    ----------
    y : np.ndarray [shape=(2, n_samples)]

    Returns
    -------
    np.ndarray [shape=(n_samples,)]
    """
    if rng.random() < 0.7:
        depth_db = float(rng.uniform(1, chain.curve_db))
        y = room.equalise(y, rng, sample_rate=sample_rate, depth_db=depth_db)
    ratio = float(rng.uniform(*chain.ratio))
    parts = _bands(y, rng, sample_rate=sample_rate) if chain.bands > 1 else [y]
    y = np.sum([compressed(part, rng, sample_rate=sample_rate, ratio=ratio) for part in parts], 0)
    y = limited(y, sample_rate=sample_rate, gain_db=float(rng.uniform(0, chain.gain_db)))
    if rng.random() < chain.coded_share:
        name = str(rng.choice(chain.codecs))
        setting = float(rng.choice(lossy.CODECS[name][1]))
        y = lossy.coded(y, sample_rate=sample_rate, name=name, setting=setting)
    return np.asarray(y.mean(axis=0), dtype=np.float32)


def panned(y: Sound, rng: np.random.Generator, *, sample_rate: int) -> Sound:
    """Put a mono sound somewhere between left and right; return stereo.

    Half of them by level alone, the others with one side later too, which a mono downmix hears as
    a comb filter.
    """
    angle = float(rng.uniform(0.15, 0.85)) * np.pi / 2
    left, right = y * np.float32(np.cos(angle)), y * np.float32(np.sin(angle))
    if rng.random() < 0.5:
        right = later(right, round(float(rng.uniform(0, DELAY_S)) * sample_rate))
    return np.stack([left, right] if rng.random() < 0.5 else [right, left])


def later(y: Sound, n_samples: int) -> Sound:
    """Delay a mono sound; what would sound after its end is cut off."""
    return np.concatenate([np.zeros(n_samples, np.float32), y])[: len(y)]


def compressed(y: Sound, rng: np.random.Generator, *, sample_rate: int, ratio: float) -> Sound:
    """Make what is loud less loud, both channels alike.

    Above a threshold, 6 to 20 dB below the loudest block, a rise of `ratio` dB comes out as 1 dB,
    once the attack (time constant 1 to 30 ms) or the release (50 to 400 ms) is over. The gain
    begins where it would be if the sound had begun earlier.
    """
    if ratio <= 1:
        return y
    n_blocks = -(-y.shape[1] // BLOCK)
    whole = np.zeros((y.shape[0], n_blocks * BLOCK), np.float32)
    whole[:, : y.shape[1]] = y
    power = np.square(whole).reshape(len(y), n_blocks, BLOCK).mean(axis=(0, 2))
    level_db = 10 * np.log10(power + 1e-9)
    over_db = np.maximum(0, level_db - (level_db.max() - rng.uniform(6, 20)))
    wanted_db = -over_db * (1 - 1 / ratio)
    attack = float(np.exp(-BLOCK / (sample_rate * rng.uniform(0.001, 0.03))))
    release = float(np.exp(-BLOCK / (sample_rate * rng.uniform(0.05, 0.4))))
    gain_db = np.empty_like(wanted_db)
    now = float(wanted_db[0])
    for block, wanted in enumerate(wanted_db.tolist()):
        pole = attack if wanted < now else release
        now = pole * now + (1 - pole) * wanted
        gain_db[block] = now
    at = (np.arange(n_blocks) + 0.5) * BLOCK
    gain = 10 ** (np.interp(np.arange(y.shape[1]), at, gain_db) / 20)
    return np.asarray(y * gain, dtype=np.float32)


def limited(y: Sound, *, sample_rate: int, gain_db: float) -> Sound:
    """Raise a sound so many dB above full scale, and hold its peaks below it.

    The gain looks ahead: it is the mean, over the samples near, of gains that are small enough for
    the largest sample near each, so that it never jumps and never comes too late.
    """
    peak = float(np.max(np.abs(y), initial=1e-9))
    y = y * np.float32(10 ** (gain_db / 20) / peak)
    n = 2 * round(LOOKAHEAD_S * sample_rate) + 1
    envelope = maximum_filter1d(np.abs(y).max(axis=0), n)
    gain = uniform_filter1d(CEILING / np.maximum(envelope, CEILING), n)
    return np.asarray(y * gain, dtype=np.float32)


def _bands(y: Sound, rng: np.random.Generator, *, sample_rate: int) -> list[Sound]:
    """Part a sound in two at a frequency between 200 Hz and 2 kHz; their sum is the sound."""
    spectrum = np.fft.rfft(y)
    frequency = np.fft.rfftfreq(y.shape[1], 1 / sample_rate)
    cross_hz = float(np.exp(rng.uniform(np.log(200), np.log(2000))))
    low = np.fft.irfft(spectrum / (1 + (frequency / cross_hz) ** 4), y.shape[1]).astype(np.float32)
    return [low, y - low]
