"""How often each activation of a filter occurs over a clip.

**Conventions**: as in `cnnviz.networks.outputs`.
"""

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.networks.outputs import CODES_MAX, Segment


def distribution(
    segments: tuple[Segment, ...], *, filter_: int, n_bins: int = 60
) -> tuple[Float32, NDArray[np.float64]]:
    """Count the activations of one filter over a clip.

    A code stands for all activations within half a step of its own, so its count is spread evenly
    over that step; bins that hold four codes and bins that hold five are then comparable.

    Returns
    -------
    edges : np.ndarray [shape=(n_bins + 1,)], float32
        In units of the activation, from the lowest to the highest.
    counts : np.ndarray [shape=(n_bins,)], float64
        Cells in each bin; they add up to the number of all cells.
    """
    counted = []
    for segment in segments:
        start, end = float(segment.low[filter_]), float(segment.high[filter_])
        per_code = np.bincount(segment.filter(filter_).ravel(), minlength=CODES_MAX + 1)
        ends = start + np.flatnonzero(per_code)[[0, -1]] / CODES_MAX * (end - start)
        counted.append((start, end, per_code, ends))
    low = min(ends[0] for *_, ends in counted)
    high = max(ends[1] for *_, ends in counted)
    edges = np.linspace(low, high if high > low else low + 1.0, n_bins + 1)
    below = np.zeros(n_bins + 1)  # how many cells lie below each edge
    for start, end, per_code, _ in counted:
        total = np.concatenate([[0], np.cumsum(per_code)])
        if start == end:
            below += np.where(edges > start, total[-1], 0)
        else:
            boundaries = np.clip((np.arange(CODES_MAX + 2) - 0.5) / CODES_MAX, 0, 1)
            below += np.interp(edges, start + boundaries * (end - start), total)
    below[0], below[-1] = 0, sum(per_code.sum() for _, _, per_code, _ in counted)
    return edges.astype(np.float32), np.diff(below)
