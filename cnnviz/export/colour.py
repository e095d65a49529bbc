"""From codes to colours, with the stage's own ramps.

**Conventions**: a ramp is uint8 (256, RGB); a level is a place on it, 0 to 255.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cnnviz.export.looks import LOOKS
from cnnviz.export.subject import Subject
from cnnviz.networks.outputs import CODES_MAX, Segment

Bytes = NDArray[np.uint8]
SCALES = tuple(LOOKS["scales"])
COLOURS = tuple(LOOKS["colour_stops"])


@cache
def ramp(name: str) -> Bytes:
    """Return the ramp of a colour map's name."""
    stops = np.array([*bytes.fromhex("".join(LOOKS["colour_stops"][name]))], float).reshape(-1, 3)
    places = np.arange(256) / 255 * (len(stops) - 1)
    left = np.minimum(places.astype(int), len(stops) - 2)
    mixed = stops[left] + (stops[left + 1] - stops[left]) * (places - left)[:, None]
    pixels: Bytes = np.floor(mixed + 0.5).astype(np.uint8)  # JavaScript rounds halves up
    pixels.setflags(write=False)
    return pixels


def levels_of(subject: Subject, segment: Segment, *, scale: str) -> Bytes:
    """Return the level of every code of a segment.

    Parameters
    ----------
    scale : str
        "layer": an activation's place in the layer's range; "filter": in its own filter's. Both
        span the clip, so that a colour means the same from frame to frame.

    Returns
    -------
    np.ndarray [shape=(filter, 256)], uint8
    """
    lows, highs = (ends.astype(np.float64)[:, None] for ends in subject.ranges())
    low, high = (lows, highs) if scale == "filter" else (lows.min(), highs.max())
    spread = np.where(high - low == 0, 1.0, high - low)
    first, last = (ends.astype(np.float64)[:, None] for ends in (segment.low, segment.high))
    places = (first - low) / spread + np.arange(256) * ((last - first) / spread / CODES_MAX)
    return np.floor(np.minimum(1.0, places) * 255 + 0.5).astype(np.uint8)
