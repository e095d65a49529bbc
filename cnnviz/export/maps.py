"""Puts maps onto pixels: blocks where they are larger than native, averages where smaller.

**Conventions**: levels are (map, frame, mel), low mel bands first; an image's rows run downwards,
so the last mel band is its first row. Boxes are whole pixels of the image.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Shares = tuple[NDArray[np.int64], NDArray[np.float32]]


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
        self._fewer = _averages(frames, width), _averages(mels, height)
        self._across = _blocks(columns, width)
        self._down = rows - 1 - _blocks(rows, height)

    def paint(self, image: Bytes, levels: Bytes, *, ramp: Bytes) -> None:
        """Paint the maps onto an image (row, column, RGB)."""
        across, down = self._fewer
        if across is not None or down is not None:
            mixed = _mixed(_mixed(levels.astype(np.float32), down, axis=2), across, axis=1)
            levels = np.rint(mixed).astype(np.uint8)
        upright = levels.transpose(0, 2, 1).take(self._down, axis=1).take(self._across, axis=2)
        for area, pixels in zip(self._areas, ramp.take(upright, axis=0), strict=True):
            right, bottom = area.left + area.width, area.top + area.height
            image[area.top : bottom, area.left : right] = pixels


def _blocks(native: int, size: int) -> NDArray[np.int64]:
    """Return the native index that each of `size` pixels shows."""
    return ((np.arange(size) + 0.5) * native / size).astype(np.int64)


def _averages(native: int, size: int) -> Shares | None:
    """Return what each pixel mixes, and each part's share; None where nothing is mixed.

    Returns
    -------
    indices : np.ndarray [shape=(n_parts, size)], int64
    shares : np.ndarray [shape=(n_parts, size)], float32
        Of one pixel they add up to 1.
    """
    if size >= native:
        return None
    edges = np.arange(size + 1) * native / size
    first = np.floor(edges[:-1]).astype(np.int64)
    parts = first + np.arange(int(np.ceil(native / size)) + 1)[:, None]
    shares = np.minimum(edges[1:], parts + 1) - np.maximum(edges[:-1], parts)
    shares = np.maximum(shares, 0) * size / native
    return np.minimum(parts, native - 1), shares.astype(np.float32)


def _mixed(values: NDArray[np.float32], parts: Shares | None, *, axis: int) -> NDArray[np.float32]:
    """Average along an axis; as few products as there are shares, which a film has time for."""
    if parts is None:
        return values
    shape = [-1 if axis == at else 1 for at in range(values.ndim)]
    mixed = np.zeros((), np.float32)
    for indices, shares in zip(*parts, strict=True):
        mixed = mixed + np.take(values, indices, axis) * shares.reshape(shape)
    return mixed
