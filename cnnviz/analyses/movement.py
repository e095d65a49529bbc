"""How much each filter of a layer moves over a clip.

**Conventions**: as in `cnnviz.networks.outputs`.
"""

import numpy as np

from cnnviz.audio import Float32
from cnnviz.networks.outputs import CODES_MAX, Segment


def movement(segments: tuple[Segment, ...]) -> Float32:
    """Return how much each filter moves: its mean change from one window to the next.

    Returns
    -------
    np.ndarray [shape=(filter,)], float32
        Mean over windows and cells of |a(window + 1) - a(window)|, in units of the activation;
        zero for a clip of one window.
    """
    total = np.zeros(len(segments[0].low))
    steps = 0
    for segment in segments:
        unit = (segment.high - segment.low) / CODES_MAX
        for index in range(len(total)):  # one at a time: 16 bits double the memory
            change = np.abs(np.diff(segment.filter(index).astype(np.int16), axis=0))
            total[index] += (
                change.sum(dtype=np.int64)
                / max(1, change[0].size if len(change) else 1)
                * unit[index]
            )
        steps += segment.n_windows - 1
    return np.asarray(total / max(1, steps), dtype=np.float32)
