"""From codes to colours, with the stage's own ramps: they are read out of its `colour.mjs`.

**Conventions**: a ramp is uint8 (256, RGB); a level is a place on it, 0 to 255.
"""

import re
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.export.subject import Subject
from cnnviz.networks.outputs import CODES_MAX, Segment

Bytes = NDArray[np.uint8]
SOURCE = Path(__file__).parents[1] / "stage" / "colour.mjs"
SCALES = ("layer", "filter")


@cache
def _stops() -> dict[str, Bytes]:
    text = SOURCE.read_text(encoding="utf-8")
    table = text[text.index("const STOPS = {") : text.index("};")]
    found = re.findall(r'(\w+):((?:\s*"[0-9a-f]+"\s*\+?)+)', table)
    return {
        name: np.frombuffer(bytes.fromhex("".join(re.findall("[0-9a-f]{6,}", value))), np.uint8)
        for name, value in found
    }


def colours() -> tuple[str, ...]:
    """Return the names of the stage's colour maps."""
    return tuple(_stops())


@cache
def ramp(name: str) -> Bytes:
    """Return the ramp of a colour map's name."""
    stops = _stops()[name].reshape(-1, 3).astype(np.float64)
    places = np.arange(256) / 255 * (len(stops) - 1)
    left = np.minimum(places.astype(int), len(stops) - 2)
    mixed = stops[left] + (stops[left + 1] - stops[left]) * (places - left)[:, None]
    made: Bytes = np.floor(mixed + 0.5).astype(np.uint8)  # JavaScript rounds halves up
    made.setflags(write=False)
    return made


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


def quantised(values: Float32) -> Bytes:
    """Return the levels of an array coloured from its lowest to its highest value."""
    low, high = float(values.min()), float(values.max())
    step = (high - low) / CODES_MAX or 1.0
    return np.rint((values.astype(np.float64) - low) / step).astype(np.uint8)
