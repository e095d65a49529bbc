"""The way of the original notebook: matplotlib's FuncAnimation writes a layer's maps as a video.

One axes per filter, beside the spectrogram and the prediction, one picture per window. As fast as
that way goes: artists are made once and given new data, and the faster of the writers is taken.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, FuncAnimation, PillowWriter
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.one_clip import Ran, run

PICTURES_PER_S = 43
SIZE_IN = (12, 9)
TRIAL_WINDOWS = 4


@dataclass(frozen=True)
class Video:
    """How long one video took: `seconds` for all windows, without the network's own pass."""

    layer: str
    way: str
    seconds: float
    note: str


def write(*, layers: tuple[str, ...], quick: bool) -> Iterator[Video]:
    """Write each layer filter by filter, and the first one also as a single joined image."""
    mpl.use("Agg")
    clip = run(layers)
    windows = 8 if quick else len(clip.windows)
    for index, layer in enumerate(layers):
        yield _write(clip, layer, tiled, way="", windows=windows)
        if index == 0:
            yield _write(clip, layer, joined, way=", all maps in one image", windows=windows)


Drawing = tuple[Figure, Callable[[int], object]]
Codes = NDArray[np.uint8]  # (filter, window, frame, mel)


def tiled(clip: Ran, codes: Codes) -> Drawing:
    """Draw each filter in axes of its own, as the notebook does."""
    figure, follow = _frame(clip)
    columns = 16
    grid = figure.add_gridspec(-(-len(codes) // columns), columns, top=0.62, bottom=0.02)
    images = []
    for index, shown in enumerate(codes):
        axes = figure.add_subplot(grid[index])
        axes.set_axis_off()
        axes.set_title(str(index), fontsize=6, pad=1)
        images.append(axes.imshow(shown[0].T, origin="lower", aspect="auto", vmin=0, vmax=255))

    def paint(window: int) -> None:
        follow(window)
        for image, shown in zip(images, codes, strict=True):
            image.set_data(shown[window].T)

    return figure, paint


def joined(clip: Ran, codes: Codes) -> Drawing:
    """Draw all filters as one image: less than the notebook shows, and faster."""
    figure, follow = _frame(clip)
    columns = 16
    filters, windows, frames, mels = codes.shape
    field = codes.reshape(filters // columns, columns, windows, frames, mels)
    field = field[:, :, :, :, ::-1].transpose(2, 0, 4, 1, 3)  # (window, row, mel, column, frame)
    field = field.reshape(windows, filters // columns * mels, columns * frames)
    axes = figure.add_axes((0.05, 0.02, 0.9, 0.6))
    image = axes.imshow(field[0], aspect="auto", vmin=0, vmax=255)

    def paint(window: int) -> None:
        follow(window)
        image.set_data(field[window])

    return figure, paint


def _frame(clip: Ran) -> Drawing:
    figure = Figure(figsize=SIZE_IN)
    left = figure.add_axes((0.05, 0.7, 0.43, 0.25))
    left.imshow(clip.input.T, origin="lower", aspect="auto")
    line = left.axvline(0, color="white")
    right = figure.add_axes((0.55, 0.7, 0.4, 0.25))
    bars = right.bar(clip.labels, clip.predictions[0])
    right.set_ylim(0, 1)

    def follow(window: int) -> None:
        line.set_xdata([window + clip.windows.shape[1] // 2] * 2)
        for bar, score in zip(bars, clip.predictions[window], strict=True):
            bar.set_height(float(score))

    return figure, follow


def _write(
    clip: Ran,
    layer: str,
    draw: Callable[[Ran, Codes], Drawing],
    *,
    way: str,
    windows: int,
) -> Video:
    codes = np.concatenate([segment.codes for segment in clip.layers[layer]], axis=1)

    def seconds(writer: Callable[[], AbstractMovieWriter], suffix: str, frames: int) -> float:
        # What it takes for all windows, reckoned from the first `frames` of them.
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            figure, paint = draw(clip, codes)
            animation = FuncAnimation(figure, paint, frames=frames, init_func=lambda: None)
            drawn = time.perf_counter()
            animation.save(Path(folder) / f"maps{suffix}", writer=writer())
            saved = time.perf_counter()
            return drawn - start + (saved - drawn) * len(clip.windows) / frames

    ways: dict[str, tuple[Callable[[], AbstractMovieWriter], str]] = {
        "Pillow": (lambda: PillowWriter(PICTURES_PER_S), ".gif")
    }
    if shutil.which("ffmpeg"):
        ways["ffmpeg"] = (lambda: FFMpegWriter(PICTURES_PER_S, codec="mpeg4"), ".mp4")
    trials = {name: seconds(*given, TRIAL_WINDOWS) for name, given in ways.items()}
    name = min(trials, key=lambda name: trials[name])
    note = f"{len(clip.windows)} windows, {name}, without the network's pass"
    if windows < len(clip.windows):
        note += f"; reckoned from {windows} windows"
    return Video(layer, way, seconds(*ways[name], windows), note)
