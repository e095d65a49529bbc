"""What a picture is made of besides maps: words, boxes, lines, and the pixels of small images.

**Conventions**: lengths are the page's pixels, y downwards; colours are "#rrggbb". Each shape is
painted by `paint` and written by `svg`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Text:
    """One line of words; `anchor` is start, middle or end, `y` the middle of its small letters."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    anchor: str = "start"
    bold: bool = False


@dataclass(frozen=True)
class Rectangle:
    """Left, top and size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Box(Rectangle):
    """A filled rectangle, or the outline of one if `line` is above 0."""

    fill: str
    opacity: float = 1.0
    line: float = 0.0
    dashed: bool = False


@dataclass(frozen=True)
class Path:
    """A line through points (x, y), or the area within them."""

    points: tuple[tuple[float, float], ...]
    fill: str
    line: float = 1.0
    filled: bool = False


@dataclass(frozen=True)
class Pixels(Rectangle):
    """A small image, uint8 (row, column, RGB), each pixel a block."""

    image: NDArray[np.uint8]


Shape = Text | Box | Path | Pixels
Shapes = Sequence[Shape]
