"""What the colour scales make of a layer: how many colours its cells use, and who can be compared.

Of each scale: the share of its colours between those of the 1st and the 99th percentile of the
cells inside the windows. The scale before was the full range. Whether filters can be compared is
Spearman's rank correlation, over filters, of mean activation and mean place on the scale.
"""

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.one_clip import network, three_second_clips
from benchmarks.table import Measure
from cnnviz.analyses.comparison import rank_correlation
from cnnviz.analyses.scales import inside, scales

N_CLIPS = 6
EVERY = 4  # window counts; neighbours are alike
SYMMETRIC = (0.5, 99.5)

Ends = tuple[NDArray[np.float64], NDArray[np.float64]]  # low, high; of all filters or of each


def measure(*, quick: bool) -> Iterator[Measure]:
    """Run some samples through the network and look at each layer."""
    clips = three_second_clips()
    clips = clips[:: len(clips) // N_CLIPS][: 2 if quick else N_CLIPS]
    names = tuple(network().card.outputs)
    used: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    took: dict[str, list[float]] = {name: [] for name in names}
    for clip in clips:
        outputs = network().run(clip.input, layers=names)
        for name in names:
            layer, segments = network().layer(name), outputs.layers[name]
            start = time.perf_counter()
            found = scales(segments, layer, clip.front_end)
            took[name].append(1000 * (time.perf_counter() - start))
            cells = inside(segments, layer, clip.front_end)
            values = np.concatenate([s.values()[:, ::EVERY] for s in cells], axis=1)
            values = values.reshape(len(values), -1).astype(np.float64)
            ends: dict[str, Ends] = {
                "full": (
                    np.min([s.low.min() for s in segments], keepdims=True),
                    np.max([s.high.max() for s in segments], keepdims=True),
                ),
                "symmetric": tuple(np.percentile(values, SYMMETRIC)[:, None]),
                "filter": (found.low, found.high),
            }
            for scale in ("layer", "diverging"):
                choice = found.choices[found.known(scale)]
                ends[scale] = np.array([choice.low]), np.array([choice.high])
            for scale, (low, high) in ends.items():
                share, order = _judged(values, low, high)
                used[name].setdefault(scale, []).append(share)
                used[name].setdefault(f"{scale} order", []).append(order)
    for name in names:
        mean = {scale: float(np.mean(values)) for scale, values in used[name].items()}
        yield Measure(
            f"colours used by the central 98 % of cells: {name}",
            used[name]["layer"],
            "%",
            None if network().layer(name).kind == "output" else mean["full"],  # from 0 to 1
            at_least=True,
            note=f"mean {mean['layer']:.0f}; full range {mean['full']:.0f}, percentiles "
            f"{SYMMETRIC[0]} to {SYMMETRIC[1]} {mean['symmetric']:.0f}, diverging "
            f"{mean['diverging']:.0f}, per filter {mean['filter']:.0f}; filters in order: "
            f"{mean['layer order']:.2f}, full range {mean['full order']:.2f}, per filter "
            f"{mean['filter order']:.2f}; {np.median(took[name]):.0f} ms",
        )


def _judged(
    values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the colours used, in percent, and the rank correlation of filters (filter, cell)."""
    spread = np.where(high > low, high - low, 1.0)[:, None]
    places = np.clip((values - low[:, None]) / spread, 0, 1)
    first, last = np.percentile(places, [1, 99])
    return 100 * float(last - first), rank_correlation(values.mean(axis=1), places.mean(axis=1))
