"""What happens to music between the musicians and a listener: stereo, levels, and a lossy file.

**Conventions**: sound is float32, mono (sample,) or stereo (channel, sample); rates in Hz, levels
in dB. Everything random comes from the generator that is passed in.
"""

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import lfilter

from cnnviz.training import room

Sound = NDArray[np.float32]

BLOCK = 64  # samples in one step of a compressor's gain
DELAY_S = 0.012  # the largest between left and right, as of microphones some metres apart
LOOKAHEAD_S = 0.004
CEILING = 0.98
# Codec, container, the rates in kbit/s of stereo that are drawn from
CODECS = {
    "mp3": ("libmp3lame", "mp3", (64, 96, 128, 192, 256)),
    "aac": ("aac", "adts", (64, 96, 128, 192)),
    "vorbis": ("vorbis", "ogg", (64, 96, 128, 192)),
    "opus": ("libopus", "ogg", (48, 64, 96)),
}
CODEC_RATE = {"libopus": 48_000}  # Hz; the others take what they are given


@dataclass(frozen=True)
class Chain:
    """What a mix goes through.

    Attributes
    ----------
    codecs : tuple of str
        Names in `CODECS`, one of which is drawn.
    coded : float
        How often.
    ratio : tuple of float
        From and to which ratio the compressor is drawn; 1 leaves levels alone.
    bands : int
        Bands that are compressed each for itself.
    gain_db : float
        How far the limiter may be driven.
    curve_db : float
        Largest standard deviation of the equaliser's points.
    """

    codecs: tuple[str, ...] = ("mp3", "aac", "vorbis")
    coded: float = 0.7
    ratio: tuple[float, float] = (1.0, 5.0)
    bands: int = 1
    gain_db: float = 8.0
    curve_db: float = 4.0


PRACTISED = Chain()  # what is learned from goes through it
# Nothing that is learned from goes through it: what is measured on it was not practised.
HELD_OUT = Chain(codecs=("opus",), coded=1.0, ratio=(1.5, 3.0), bands=2, gain_db=4.0, curve_db=2.5)


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
    if rng.random() < chain.coded:
        y = coded(y, rng, sample_rate=sample_rate, name=str(rng.choice(chain.codecs)))
    return np.asarray(y.mean(axis=0), dtype=np.float32)


def placed(y: Sound, rng: np.random.Generator, *, sample_rate: int) -> Sound:
    """Put a mono sound somewhere between left and right; return stereo.

    Half of them by level alone, the others with one side later too, which a mono downmix hears as
    a comb filter.
    """
    angle = float(rng.uniform(0.15, 0.85)) * np.pi / 2
    left, right = y * np.float32(np.cos(angle)), y * np.float32(np.sin(angle))
    if rng.random() < 0.5:
        late = int(rng.uniform(0, DELAY_S) * sample_rate)
        right = np.concatenate([np.zeros(late, np.float32), right])[: len(y)]
    return np.stack([left, right] if rng.random() < 0.5 else [right, left])


def compressed(y: Sound, rng: np.random.Generator, *, sample_rate: int, ratio: float) -> Sound:
    """Make what is loud less loud, both channels alike.

    Above a threshold, up to 20 dB below the loudest block, a rise of `ratio` dB comes out as 1 dB.
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
    # One pole for the attack over the running minimum of a release: quick down, slow up
    release = np.exp(-BLOCK / (sample_rate * rng.uniform(0.05, 0.4)))
    attack = np.exp(-BLOCK / (sample_rate * rng.uniform(0.001, 0.03)))
    gain_db = np.minimum(wanted_db, lfilter([1 - release], [1, -release], wanted_db))
    gain_db = lfilter([1 - attack], [1, -attack], gain_db)
    at = (np.arange(n_blocks) + 0.5) * BLOCK
    gain = 10 ** (np.interp(np.arange(y.shape[1]), at, gain_db) / 20)
    return np.asarray(y * gain, dtype=np.float32)


def limited(y: Sound, *, sample_rate: int, gain_db: float) -> Sound:
    """Raise a sound so many dB above full scale, and hold its peaks below it."""
    peak = float(np.max(np.abs(y), initial=1e-9))
    y = y * np.float32(10 ** (gain_db / 20) / peak)
    n = 2 * round(LOOKAHEAD_S * sample_rate) + 1
    envelope = maximum_filter1d(np.abs(y).max(axis=0), n)
    gain = uniform_filter1d(np.minimum(1, CEILING / np.maximum(envelope, CEILING)), n)
    return np.asarray(np.clip(y * gain, -1, 1), dtype=np.float32)


def coded(y: Sound, rng: np.random.Generator, *, sample_rate: int, name: str) -> Sound:
    """Encode and decode a stereo sound; return as many samples, the codec's delay left in."""
    codec, container, rates = CODECS[name]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        _encode(out, y, sample_rate=sample_rate, codec=codec, kbits=int(rng.choice(rates)))
    file.seek(0)
    with av.open(file) as made:
        back = _decode(made, sample_rate=sample_rate)[:, : y.shape[1]]
    return np.pad(back, ((0, 0), (0, y.shape[1] - back.shape[1]))).astype(np.float32)


def _encode(out: Any, y: Sound, *, sample_rate: int, codec: str, kbits: int) -> None:
    rate = CODEC_RATE.get(codec, sample_rate)
    stream = out.add_stream(codec, rate=rate, layout="stereo")
    stream.options = {"strict": "experimental"}  # as ffmpeg calls its Vorbis encoder
    stream.bit_rate = 1000 * kbits
    size = stream.frame_size or None
    resampler = av.AudioResampler(stream.format, "stereo", rate, frame_size=size)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = sample_rate, 0, Fraction(1, sample_rate)
    for piece in (*resampler.resample(frame), *resampler.resample(None), None):
        out.mux(stream.encode(piece))


def _decode(made: Any, *, sample_rate: int) -> Sound:
    resampler = av.AudioResampler("fltp", "stereo", sample_rate)
    frames = (*made.decode(audio=0), None)
    pieces = [piece.to_ndarray() for frame in frames for piece in resampler.resample(frame)]
    return np.concatenate(pieces, axis=1)


def _bands(y: Sound, rng: np.random.Generator, *, sample_rate: int) -> list[Sound]:
    """Part a sound in two at a frequency between 200 Hz and 2 kHz; their sum is the sound."""
    spectrum = np.fft.rfft(y)
    frequency = np.fft.rfftfreq(y.shape[1], 1 / sample_rate)
    cross_hz = float(np.exp(rng.uniform(np.log(200), np.log(2000))))
    low = np.fft.irfft(spectrum / (1 + (frequency / cross_hz) ** 4), y.shape[1]).astype(np.float32)
    return [low, y - low]
