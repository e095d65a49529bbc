"""Puts maps onto pixels: blocks where they are larger than native, averages where smaller.

**Conventions**: levels are (map, frame, mel), low mel bands first; an image's rows run downwards,
so the last mel band is its first row. Boxes are whole pixels of the image.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Area:
    """A rectangle of whole pixels."""

    left: int
    top: int
    width: int
    height: int


class Blit:
    """Where every pixel of a group of equally sized maps comes from, found out once.

    Parameters
    ----------
    areas : sequence of Area
        One for each map, all of one size, within the image.
    frames, mels : int
        Native size of a map.
    """

    def __init__(self, areas: list[Area], *, frames: int, mels: int) -> None:
        width, height = areas[0].width, areas[0].height
        columns, rows = min(frames, width), min(mels, height)
        self._areas = areas
        self._mean_across, self._mean_down = _averages(frames, width), _averages(mels, height)
        self._across = _blocks(columns, width)
        self._down = rows - 1 - _blocks(rows, height)

    def paint(self, image: Bytes, levels: Bytes, *, ramp: Bytes) -> None:
        """Paint the maps onto an image (row, column, RGB)."""
        mean = levels.astype(np.float32)
        if self._mean_down is not None:
            mean = mean @ self._mean_down
        if self._mean_across is not None:
            mean = self._mean_across.T @ mean
        levels = np.rint(mean).astype(np.uint8)
        upright = levels.transpose(0, 2, 1).take(self._down, axis=1).take(self._across, axis=2)
        for area, pixels in zip(self._areas, ramp.take(upright, axis=0), strict=True):
            right, bottom = area.left + area.width, area.top + area.height
            image[area.top : bottom, area.left : right] = pixels


def _blocks(native: int, size: int) -> NDArray[np.int64]:
    """Return the native index that each of `size` pixels shows."""
    return ((np.arange(size) + 0.5) * native / size).astype(np.int64)


def _averages(native: int, size: int) -> NDArray[np.float32] | None:
    """Return the share (native, pixel) of each value in each pixel; None if no pixel has several.

    The shares of one pixel add up to 1.
    """
    if size >= native:
        return None
    edges = np.arange(size + 1) * native / size
    values = np.arange(native)[:, None]
    overlaps = np.minimum(edges[1:], values + 1) - np.maximum(edges[:-1], values)
    return np.asarray(np.maximum(overlaps, 0) * size / native, dtype=np.float32)
