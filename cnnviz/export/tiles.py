"""Where the tiles of a layer lie in a picture: maps with their numbers above, or a field of cells.

**Conventions**: the room is in the page's pixels, areas in the image's. Shapes and limits are those
of the stage's `layout.mjs`; a picture has no second screen to scroll to, so everything fits.
"""

import math
from dataclasses import dataclass

from cnnviz.export.maps import Area
from cnnviz.networks.card import Layer

LABEL = 13
GAP = 4
NARROWEST, LEAST_HEIGHT = 10, 4
SHAPES = (0.75, 2.3)  # height / width of a tile: from wide to tall
EVEN_FROM = 3  # so many pixels a frame, and all are made equally wide
CELL_COLUMNS = (4, 5, 8, 10, 11, 16, 20, 25, 30, 32, 40, 50, 60, 64, 80, 100)
CELL_OWN_NUMBER, CELL_LARGEST = 26, 160
CELL_MARGIN = (34, 15)


@dataclass(frozen=True)
class Room:
    """A rectangle of a picture to fill."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Tiles:
    """Areas of all filters, in order, `columns` in a row; numbers stand above, inside or margin."""

    areas: list[Area]
    columns: int
    numbers: str


def tiles(layer: Layer, room: Room, *, ratio: float) -> Tiles:
    """Lay a layer out as large as the room allows."""
    return _maps(layer, room, ratio) if layer.is_map else _cells(layer, room, ratio)


def _maps(layer: Layer, room: Room, ratio: float) -> Tiles:
    most = max(1, min(layer.filters, int((room.width + GAP) / (NARROWEST + GAP))))
    found = []
    for columns in range(1, most + 1):
        rows = math.ceil(layer.filters / columns)
        wide = (room.width + GAP) / columns - GAP
        free = (room.height + GAP) / rows - GAP - LABEL
        if free < LEAST_HEIGHT:
            continue
        width = _even(wide * ratio, layer.frames, least=EVEN_FROM)
        height = _even(min(free, wide * SHAPES[1]) * ratio, layer.mels, least=1)
        shape = height / width
        odd = max(1.0, SHAPES[0] / shape, shape / SHAPES[1])
        squeezed = max(1.0, layer.frames / width)
        found.append((width * height / odd**2 / squeezed**4, columns, width, height))
    _, columns, width, height = max(found)
    rows = math.ceil(layer.filters / columns)
    step_x = (room.width + GAP) / columns
    # What is left over goes between the rows, up to the space of a line of numbers
    step_y = min((room.height + GAP) / rows, height / ratio + GAP + 2 * LABEL)
    areas = []
    for filter_ in range(layer.filters):
        row, column = divmod(filter_, columns)
        left, top = room.left + column * step_x, room.top + LABEL + row * step_y
        areas.append(Area(round(left * ratio), round(top * ratio), width, height))
    return Tiles(areas, columns, "above")


def _even(size: float, native: int, *, least: int) -> int:
    """Return whole pixels, the same number for each native value if that is `least` or more."""
    times = int(size // native)
    return times * native if times >= least else max(1, int(size))


def _cells(layer: Layer, room: Room, ratio: float) -> Tiles:
    found = []
    for columns in CELL_COLUMNS:
        if columns > layer.filters and columns != CELL_COLUMNS[0]:
            continue
        rows = math.ceil(layer.filters / columns)
        own = min(room.width / columns, room.height / rows, CELL_LARGEST)
        numbers = "inside" if own >= CELL_OWN_NUMBER else "margin"
        left, top = (0, 0) if numbers == "inside" else CELL_MARGIN
        side = min((room.width - left) / columns, (room.height - top) / rows, CELL_LARGEST)
        found.append((int(side * ratio), columns, numbers, left, top))
    side_px, columns, numbers, left, top = max(found)
    seam = max(1, round(ratio * (1 if side_px > 8 * ratio else 0.5)))
    corner = round((room.left + left) * ratio), round((room.top + top) * ratio)
    areas = []
    for filter_ in range(layer.filters):
        row, column = divmod(filter_, columns)
        at = corner[0] + column * side_px, corner[1] + row * side_px
        areas.append(Area(*at, max(1, side_px - seam), max(1, side_px - seam)))
    return Tiles(areas, columns, numbers)
