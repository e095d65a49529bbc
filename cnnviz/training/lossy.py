"""Files that lose something: a sound encoded and decoded again.

**Conventions**: sound is float32 stereo (channel, sample); what comes back is as long, and lies
where it lay, to within two samples (0.1 ms).
"""

import io
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import av
import numpy as np
import soundfile as sf
from numpy.typing import NDArray

Sound = NDArray[np.float32]

AAC_DELAY = 1024  # samples; decoders of ADTS do not take it off


def _by_av(
    y: Sound, sample_rate: int, kbits: float, *, codec: str, container: str, rate: int | None = None
) -> Sound:
    """Encode at a bit rate by ffmpeg, in kbit/s."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=rate or sample_rate, layout="stereo")
        stream.bit_rate = round(1000 * kbits)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = sample_rate, 0, Fraction(1, sample_rate)
        for piece in (frame, None):
            out.mux(stream.encode(piece))
    file.seek(0)
    resampler = av.AudioResampler("fltp", "stereo", sample_rate)
    with av.open(file, "r") as made:
        frames = (*made.decode(audio=0), None)
        pieces = [piece.to_ndarray() for frame in frames for piece in resampler.resample(frame)]
    back = np.concatenate(pieces, axis=1, dtype=np.float32)
    return back[:, AAC_DELAY if codec == "aac" else 0 :]


def _by_libsndfile(y: Sound, sample_rate: int, compression: float) -> Sound:
    """Encode as Vorbis at a quality, as ffmpeg's own encoder of it keeps to no bit rate."""
    file = io.BytesIO()
    options = {"format": "OGG", "subtype": "VORBIS", "compression_level": compression}
    sf.write(file, y.T, sample_rate, **options)
    file.seek(0)
    return np.asarray(sf.read(file, dtype="float32", always_2d=True)[0].T)


# Name to what encodes and decodes, and to the settings that are drawn from, heaviest loss first:
# kbit/s of both channels, or libsndfile's compression level (here 43 to 87 kbit/s). At 22,050 Hz
# more than these leaves the log-mel nearly as it was.
CODECS: dict[str, tuple[Callable[[Sound, int, float], Sound], tuple[float, ...]]] = {
    "mp3": (partial(_by_av, codec="libmp3lame", container="mp3"), (32, 48, 64, 96, 128)),
    "aac": (partial(_by_av, codec="aac", container="adts"), (32, 48, 64, 96)),
    "vorbis": (_by_libsndfile, (1.0, 0.9, 0.75, 0.5)),
    "opus": (partial(_by_av, codec="libopus", container="ogg", rate=48_000), (24, 32, 48, 64)),
}


def coded(y: Sound, *, sample_rate: int, name: str, setting: float) -> Sound:
    """Encode and decode a sound.

    Parameters
    ----------
    y : np.ndarray [shape=(2, n_samples)]
    sample_rate : int
        In Hz.
    name : str
        A name in `CODECS`.
    setting : float
        One of its settings.
    """
    back = CODECS[name][0](y, sample_rate, setting)[:, : y.shape[1]]
    return np.pad(back, ((0, 0), (0, y.shape[1] - back.shape[1]))).astype(np.float32)
