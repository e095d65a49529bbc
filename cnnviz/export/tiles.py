"""Where the tiles of a layer lie in a picture: maps with their numbers above, or a field of cells.

**Conventions**: the room is in the page's pixels, areas in the image's. Shapes and limits are those
of the stage; a picture cannot be scrolled, so everything fits. A layer with too many maps for the
stage's limits has its numbers at the margin, as small cells have.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import ge

from cnnviz.export.looks import LOOKS
from cnnviz.export.maps import Area
from cnnviz.networks.card import Layer

TILES, CELLS = LOOKS["tiles"], LOOKS["cells"]
LABEL, GAP = TILES["label"], TILES["gap"]
EVEN_FROM = 3  # so many pixels a frame, and all are made equally wide
# A picture's height is given, where the stage ends below its tiles: few cells may fill more of it
LARGEST = CELLS["largest_in_picture"]
MARGIN = CELLS["margin"]["left"], CELLS["margin"]["top"]


@dataclass(frozen=True)
class Room:
    """A rectangle of a picture to fill."""

    left: float
    top: float
    width: float
    height: float

    def inset(self, left: float, top: float) -> "Room":
        """Return what is left beside and below a margin."""
        return Room(self.left + left, self.top + top, self.width - left, self.height - top)


@dataclass(frozen=True)
class Tiles:
    """Areas of all filters, `columns` in a row; numbers stand above, inside, at the margin or none.

    Areas are in the order of the places until `in_order` makes them those of the filters.
    """

    areas: list[Area]
    columns: int
    numbers: str

    def in_order(self, filters: Sequence[int]) -> "Tiles":
        """Put a filter at each place; numbers at the margin count places, and only suit theirs."""
        areas = self.areas.copy()
        for place, filter_ in enumerate(filters):
            areas[filter_] = self.areas[place]
        counted = self.numbers == "margin" and list(filters) != sorted(filters)
        return replace(self, areas=areas, numbers="none" if counted else self.numbers)


def tiles(layer: Layer, room: Room, *, ratio: float) -> Tiles:
    """Lay a layer out as large as the room allows."""
    if not layer.is_map:
        return _cells(layer, room, ratio)
    least = TILES["narrowest"], TILES["least_height"]
    counts = range(1, layer.filters + 1)
    fitting = [n for n in counts if all(map(ge, _size(layer, room, n, label=LABEL), least))]
    if fitting:
        return _maps(layer, room, ratio, fitting, label=LABEL)
    return _maps(layer, room.inset(*MARGIN), ratio, counts, label=0)


def _size(layer: Layer, room: Room, columns: int, *, label: int) -> tuple[float, float]:
    """Return width and height that are left for a tile."""
    rows = math.ceil(layer.filters / columns)
    return (room.width + GAP) / columns - GAP, (room.height + GAP) / rows - GAP - label


def _maps(layer: Layer, room: Room, ratio: float, counts: Sequence[int], *, label: int) -> Tiles:
    wide_most, tall_most = TILES["shapes"]
    layouts = []
    for columns in counts:
        wide, free = _size(layer, room, columns, label=label)
        width = _even(wide * ratio, layer.frames, least=EVEN_FROM)
        height = _even(min(free, wide * tall_most) * ratio, layer.mels, least=1)
        shape = height / width
        odd = max(1.0, wide_most / shape, shape / tall_most)
        squeezed = max(1.0, layer.frames / width)
        layouts.append((width * height / odd**2 / squeezed**4, columns, width, height))
    _, columns, width, height = max(layouts)
    step_x = (room.width + GAP) / columns
    # What is left over goes between the rows, up to the space of a line of numbers
    step_y = (room.height + GAP) / math.ceil(layer.filters / columns)
    step_y = min(step_y, height / ratio + GAP + 2 * LABEL)
    areas = []
    for filter_ in range(layer.filters):
        row, column = divmod(filter_, columns)
        left, top = room.left + column * step_x, room.top + label + row * step_y
        areas.append(Area(round(left * ratio), round(top * ratio), width, height))
    return Tiles(areas, columns, "above" if label else "margin")


def _even(size: float, native: int, *, least: int) -> int:
    """Return whole pixels, the same number for each native value if that is `least` or more."""
    times = int(size // native)
    return times * native if times >= least else max(1, int(size))


def _cells(layer: Layer, room: Room, ratio: float) -> Tiles:
    layouts = []
    for columns in CELLS["columns"]:
        if columns > layer.filters and columns != CELLS["columns"][0]:
            continue
        rows = math.ceil(layer.filters / columns)
        own = min(room.width / columns, room.height / rows, LARGEST)
        numbers = "inside" if own >= CELLS["own_number"] else "margin"
        field = room if numbers == "inside" else room.inset(*MARGIN)
        side = min(field.width / columns, field.height / rows, LARGEST)
        layouts.append((int(side * ratio), columns, numbers, field.left, field.top))
    side_px, columns, numbers, left, top = max(layouts)
    seam = max(1, round(ratio * (1 if side_px > 8 * ratio else 0.5)))
    size_px = max(1, side_px - seam)
    areas = []
    for filter_ in range(layer.filters):
        row, column = divmod(filter_, columns)
        at = round(left * ratio) + column * side_px, round(top * ratio) + row * side_px
        areas.append(Area(*at, size_px, size_px))
    return Tiles(areas, columns, numbers)
