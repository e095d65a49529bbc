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
SCALES: dict[str, str] = LOOKS["scales"]  # name to words
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


@cache
def diverging(ground: str) -> Bytes:
    """Return the ramp from full blue over a ground, "#rrggbb", to full red; level 128 is zero.

    On both sides the colours go in equal steps of OKLab (Ottosson 2020), where equal distances look
    equally large.
    """
    middle = _to_lab(bytes.fromhex(ground[1:]))
    ends = LOOKS["signed"]["light" if middle[0] > 0.5 else "dark"]
    below, above = (_to_lab(bytes.fromhex(end)) for end in ends)
    places = np.maximum(-1.0, (np.arange(256) - 128) / 127)[:, None]
    mixed = middle + (np.where(places < 0, below, above) - middle) * np.abs(places)
    pixels = _from_lab(mixed)
    pixels.setflags(write=False)
    return pixels


TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)
FROM_LAB = np.array(
    [
        [1, 0.3963377774, 0.2158037573],
        [1, -0.1055613458, -0.0638541728],
        [1, -0.0894841775, -1.291485548],
    ]
)
FROM_CONES = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


def _to_lab(channels: bytes) -> NDArray[np.float64]:
    """Return an sRGB colour in OKLab."""
    part = np.array([*channels], float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = TO_LAB @ np.cbrt(TO_CONES @ linear)
    return lab


def _from_lab(lab: NDArray[np.float64]) -> Bytes:
    """Return OKLab colours (…, 3) in sRGB."""
    part = np.clip((lab @ FROM_LAB.T) ** 3 @ FROM_CONES.T, 0, 1)
    curve = np.where(part <= 0.0031308, 12.92 * part, 1.055 * part ** (1 / 2.4) - 0.055)
    pixels: Bytes = np.floor(255 * curve + 0.5).astype(np.uint8)
    return pixels


def levels_of(subject: Subject, segment: Segment, *, scale: str) -> Bytes:
    """Return the level of every code of a segment in a scale, which spans the clip.

    Returns
    -------
    np.ndarray [shape=(filter, 256)], uint8
    """
    choice, lows, highs = subject.scales.choices[scale], subject.scales.low, subject.scales.high
    low = lows.astype(np.float64)[:, None] if choice.low is None else choice.low
    high = highs.astype(np.float64)[:, None] if choice.high is None else choice.high
    spread = np.where(high - low == 0, 1.0, high - low)
    first, last = (ends.astype(np.float64)[:, None] for ends in (segment.low, segment.high))
    places = (first - low) / spread + np.arange(256) * ((last - first) / spread / CODES_MAX)
    return np.floor(np.clip(places, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)
