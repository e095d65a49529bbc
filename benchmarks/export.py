"""How long exported files take: films of a 3 s clip, a picture, a layer's activations.

Made by the app's own code on the shipped network and the first sample, encoding included.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.one_clip import network, three_second_clips
from benchmarks.table import Measure
from cnnviz.export import film, loop, numbers, sound, still
from cnnviz.export.picture import Look
from cnnviz.export.subject import Subject, subject_of

FILM_S = 20.0
LAYERS = ("conv1_2", "conv2_2", "dense")  # 32 large maps, 64 maps, 1024 cells


def measure(*, quick: bool) -> Iterator[Measure]:
    """Time each kind of file."""
    repeats = 1 if quick else 3
    for layer in LAYERS:
        subject = _subject(layer)
        yield _time(
            f"MP4 of a 3 s clip, 720p, {layer}",
            lambda subject=subject: film.mp4(subject, Look()),
            repeats=repeats,
            limit=FILM_S,
        )
    # The first slowed film of a process waits for librosa's import; the others do not.
    moment = np.zeros(sound.N_FFT, np.float32)
    yield _time("librosa's import, once", lambda: sound.slowed(moment, speed=0.5).tobytes())
    subject = _subject("conv2_2")
    files: dict[str, Callable[[], bytes]] = {
        "MP4 of a 3 s clip, 1080p, conv2_2": lambda: film.mp4(subject, Look(), size="1080p"),
        "MP4 of a 3 s clip, 720p, one filter": lambda: film.mp4(subject, Look(filter_=19)),
        "MP4 of a 3 s clip, 720p, a tenth of its speed": lambda: film.mp4(
            subject, Look(), speed=0.1
        ),
        "PNG, conv2_2": lambda: still.png(subject, Look(), window=44),
        "SVG, conv2_2": lambda: still.svg(subject, Look(), window=44),
        "WebP loop, conv2_2": lambda: loop.loop(subject, Look(), kind="webp"),
        "GIF loop, conv2_2": lambda: loop.loop(subject, Look(), kind="gif"),
        "NPZ, conv2_2": lambda: numbers.npz(subject, network()),
    }
    for name, make in files.items():
        yield _time(name, make, repeats=repeats)
    largest = _subject("conv1_2")
    yield _time("NPZ, conv1_2", lambda: numbers.npz(largest, network()), repeats=repeats)


def _subject(layer: str) -> Subject:
    clip = three_second_clips()[0]
    outputs = network().run(clip.input, layers=(layer,))
    return subject_of(clip, outputs, card=network().card, layer=network().layer(layer))


def _time(
    name: str, make: Callable[[], bytes], *, repeats: int = 1, limit: float | None = None
) -> Measure:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        data = make()
        seconds.append(time.perf_counter() - start)
    return Measure(name, seconds, "s", limit, note=f"{len(data) / 1e6:.2f} MB")
