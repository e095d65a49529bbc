"""M4A files as phones write them, made by PyAV."""

import io
from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def m4a(y: np.ndarray, rate: int = 44100, *, codec: str = "aac", kind: str = "ipod") -> bytes:
    """Return [shape=(n_samples, channels)] as a file."""
    file = io.BytesIO()
    layout = LAYOUTS[y.shape[1]]
    with av.open(file, "w", format=kind) as out:
        _encode(out, out.add_stream(codec, rate=rate, layout=layout), y, rate, layout)
    return file.getvalue()


def film(y: np.ndarray | None = None, rate: int = 44100) -> bytes:
    """Return moving pictures, with mono sound [shape=(n_samples, 1)] beside them or without."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        video = out.add_stream("mpeg4", rate=10, width=64, height=48)
        sound = None if y is None else out.add_stream("aac", rate=rate, layout="mono")
        for index in range(5):
            picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))
            picture.pts = index
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
        if y is not None and sound is not None:
            _encode(out, sound, y, rate, "mono")
    return file.getvalue()


def _encode(
    out: OutputContainer, stream: av.AudioStream, y: np.ndarray, rate: int, layout: str
) -> None:
    samples = np.ascontiguousarray(y.T, dtype=np.float32)
    whole = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
    whole.sample_rate, whole.pts, whole.time_base = rate, 0, Fraction(1, rate)
    fitting = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
    for frame in [*fitting.resample(whole), None]:
        out.mux(stream.encode(frame))
