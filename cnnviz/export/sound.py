"""The sound of a film: at a rate that every player knows, slowed without changing its pitch.

**Conventions**: mono float32 in [-1, 1].
"""

import numpy as np
import soxr  # type: ignore[import-untyped]

from cnnviz.frontend import Floats

# AAC puts 1024 samples before the first, and a file says so; for a player that does not read it
# the sound is 21 ms late at this rate, and would be 46 ms at the network's own.
SAMPLE_RATE = 48_000
SLOWEST_STEP = 0.5  # of ffmpeg's atempo in one go


def track(y: Floats, *, sample_rate: int, speed: float) -> Floats:
    """Return a clip's sound as it stands in a film.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    sample_rate : int
        Of `y`, in Hz.
    speed : float
        Of the film, in (0, 1].

    Returns
    -------
    np.ndarray [shape=(round(n_samples / speed * 48000 / sample_rate),)], float32
    """
    resampled = np.asarray(soxr.resample(y, sample_rate, SAMPLE_RATE), dtype=np.float32)
    if speed == 1:
        return resampled
    wanted = round(len(resampled) / speed)
    slowed = _slowed(resampled, speed)[:wanted]
    return np.pad(slowed, (0, wanted - len(slowed)))


def _slowed(y: Floats, speed: float) -> Floats:
    """Stretch a sound with ffmpeg's own filter: PyAV carries it, and librosa takes 200 MB."""
    import av
    import av.filter

    graph = av.filter.Graph()
    steps = [graph.add_abuffer(format="fltp", sample_rate=SAMPLE_RATE, layout="mono")]
    while speed < SLOWEST_STEP:
        steps.append(graph.add("atempo", str(SLOWEST_STEP)))
        speed /= SLOWEST_STEP
    steps.append(graph.add("atempo", f"{speed:.6f}"))
    steps.append(graph.add("abuffersink"))
    graph.link_nodes(*steps).configure()
    frame = av.AudioFrame.from_ndarray(y[None], format="fltp", layout="mono")
    frame.sample_rate, frame.pts = SAMPLE_RATE, 0
    graph.push(frame)
    graph.push(None)
    found = []
    while True:
        try:
            found.append(graph.pull().to_ndarray()[0])
        except (av.BlockingIOError, av.EOFError):
            return np.concatenate(found).astype(np.float32)
