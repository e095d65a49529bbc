"""Draws what is on the stage: laid out once, then painted for any window.

**Conventions**: an image is uint8 (row, column, RGB), `width` x `height` of the page's pixels with
`ratio` image pixels to each. The order from the ground up is: what stands still, maps, what moves.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.errors import BadInput
from cnnviz.export import panels
from cnnviz.export.colour import COLOURS, SCALES, Bytes, diverging, levels_of, ramp
from cnnviz.export.maps import Area, Blit
from cnnviz.export.paint import paint, text_width, written
from cnnviz.export.record import VERSION, facts
from cnnviz.export.shapes import Pixels, Shape, Shapes, Text
from cnnviz.export.subject import Limits, Subject
from cnnviz.export.theme import THEMES
from cnnviz.export.tiles import Room, tiles
from cnnviz.export.words import now_words, subline, verdict_words
from cnnviz.networks.codes import quantise

MARGIN, AXIS = 24, 40
HEADLINE, SUBLINE, TINY = 18, 13, 11
TOP_SHARE = 0.27  # of a picture's height that spectrogram and prediction take above a grid
ONE_SHARE = 0.50  # the same beside one large filter
LEAST_TOP = 150
BARS_SHARE = 0.36
BELOW_PLOT = 22
SPARE = 10  # behind the last word; moments have up to five figures, and glyphs keep their widths
BELOW_BAR = 60  # colour bar with its zero, and a line of words


@dataclass(frozen=True)
class Look:
    """How a picture is wanted.

    Attributes
    ----------
    filter_ : int or None
        The one filter to draw large; None for the grid of all.
    scale : str
        As on the stage, one of `SCALES`; the usual one for a layer that does not have it.
    colours : str
        Name of a colour map of the stage.
    order : str
        "number", or a ranking by which the highest filters come first.
    theme : str
        "light" or "dark".
    """

    filter_: int | None = None
    scale: str = "layer"
    colours: str = "viridis"
    order: str = "number"
    theme: str = "light"


class Picture:
    """One layer of one clip, ready to be painted at any window.

    Raises
    ------
    BadInput
        If the look names a filter, scale, colour map or theme that there is not.
    """

    def __init__(
        self, subject: Subject, look: Look, *, width: int, height: int, ratio: float
    ) -> None:
        _check(subject, look)
        self.subject, self.look = subject, look
        self.width, self.height, self.ratio = width, height, ratio
        self.theme = THEMES[look.theme]
        self.size_px = round(width * ratio), round(height * ratio)
        self.scale = subject.scales.known(look.scale)
        self._ramp = self._tile_ramp = ramp(look.colours)
        if self.scale == "diverging":
            self._tile_ramp = diverging(self.theme.ground)
        self._levels: dict[int, Bytes] = {}
        self.over: list[Shape] = []  # stands still upon the maps
        self._map_room: Room | None = None
        self._course_room: Room | None = None
        self.maps_area: Area | None = None
        self._blit: Blit | None = None
        self.areas: list[Area] = []  # of all filters, in order
        self._arrange()
        self._ground = self._blank(self.still)
        self._over = Image.new("RGBA", self.size_px)
        paint(self._over, self.over, ratio=ratio)  # once: it may be hundreds of words

    def at(self, window: int, *, time_s: float | None = None) -> Bytes:
        """Return the picture of a window, the playhead at `time_s` or where the window is seen."""
        image = self._ground.copy()
        self._paint_maps(image, window)
        painted = Image.fromarray(image)
        if self.over:
            painted.paste(self._over, mask=self._over)
        paint(painted, self.moving(window, time_s=time_s), ratio=self.ratio)
        return np.asarray(painted)

    def moving(self, window: int, *, time_s: float | None = None) -> list[Shape]:
        """Return the shapes that change from window to window."""
        subject, theme = self.subject, self.theme
        time_s = subject.time_of(window) if time_s is None else time_s
        shapes: list[Shape] = [
            self._now(window, time_s),
            *panels.spectrogram_now(subject, self._input_room, theme, window=window, time_s=time_s),
            *panels.bars_now(subject, self._bars_room, theme, window=window),
        ]
        if self._map_room is not None:
            shapes += panels.one_map_now(subject, self._map_room, theme, window=window)
        if self._course_room is not None:
            x = self._course_room.left + self._course_room.width * time_s / subject.clip.seconds
            shapes += panels.playhead(x, self._course_room)
        return shapes

    def map_panels(self, window: int) -> list[Pixels]:
        """Return the spectrogram, and the layer's maps, each as one image upon the ground."""
        image = self._blank([])
        self._paint_maps(image, window)
        areas = [self.input_area] + ([self.maps_area] if self.maps_area else [])
        return [self._pixels(image, area) for area in areas]

    def facts(self) -> dict[str, str]:
        """Return what a file with this picture says of itself."""
        return facts(self.subject, scale=self.scale, filter_=self.look.filter_)

    @property
    def ramps(self) -> list[Bytes]:
        """The ramps of spectrogram and maps, each once."""
        same = self._ramp is self._tile_ramp
        return [self._ramp] if same else [self._ramp, self._tile_ramp]

    def _arrange(self) -> None:
        subject, theme, one = self.subject, self.theme, self.look.filter_
        inner = self.width - 2 * MARGIN
        bars = BARS_SHARE * inner
        left, top = MARGIN + AXIS, MARGIN + HEADLINE + SUBLINE + 14
        bottom = self.height - MARGIN - 8
        with_map = one is not None and subject.layer.is_map
        high = max(LEAST_TOP, round((ONE_SHARE if with_map else TOP_SHARE) * self.height))
        if with_map:
            high = min(high, round(bottom - top - 2 * BELOW_PLOT - BELOW_BAR - LEAST_TOP))
        below = top + high + BELOW_PLOT
        lower = below + BELOW_BAR
        course = partial(Room, top=lower, height=bottom - lower - BELOW_PLOT)
        if with_map:
            half = (inner - 2 * AXIS - MARGIN) / 2
            self._input_room = Room(left, top + 20, half, high - 20)
            self._map_room = Room(left + half + MARGIN + AXIS, top + 20, half, high - 20)
            self._bars_room = course(left=MARGIN, width=bars)
            x = left + bars + MARGIN
            self._course_room = course(left=x, width=self.width - MARGIN - x)
        else:
            self._input_room = Room(left, top, inner - AXIS - bars - MARGIN, high)
            self._bars_room = Room(self.width - MARGIN - bars, top, bars, high)
            if one is not None:
                self._course_room = course(left=left, width=inner - AXIS)
        self.input_area = self._area(self._input_room)
        self.still: list[Shape] = [
            *self._words(),
            *panels.spectrogram(subject, self._input_room, theme),
            *panels.bars(subject, self._bars_room, theme),
        ]
        if one is None:
            self._arrange_grid(below, bottom)
        else:
            self._arrange_one(one, top, below)

    def _arrange_grid(self, below: float, bottom: float) -> None:
        subject, theme, ratio = self.subject, self.theme, self.ratio
        about = subject.scales.choices[self.scale].about
        self._colour_bar(subject.limits(self.scale), about, below + 18)
        room = Room(MARGIN, below + 42, self.width - 2 * MARGIN, bottom - below - 42)
        layout = tiles(subject.layer, room, ratio=ratio).in_order(subject.order(self.look.order))
        self.still += panels.numbers(subject, layout, theme, ratio=ratio)
        self.over = panels.numbers_on(subject, layout, ratio=ratio)
        self._place(layout.areas, np.flatnonzero(~subject.dead()))

    def _arrange_one(self, one: int, top: float, below: float) -> None:
        subject, theme = self.subject, self.theme
        dead = ", dead: it never changes in this clip" if subject.dead()[one] else ""
        title = f"{subject.title(one)}{dead}"
        words = f"{title}: {subject.layer.quantity} in each window"
        if (room := self._map_room) is not None:
            words = "Strongest activation in each window, and below it the mean"
            self.still += [
                Text(self._input_room.left, top + 6, "Input of the network", 13, theme.soft),
                Text(room.left, top + 6, title, 13, theme.text, bold=True),
                *panels.one_map(subject, room, theme),
            ]
            whose = "whole layer" if subject.limits(self.scale) else "this filter"
            self._colour_bar(subject.limits(self.scale, one), whose, below + 16, room.left)
            self._place([self._area(room)] * subject.layer.filters, np.array([one]))
        if (room := self._course_room) is not None:
            self.still.append(Text(room.left, room.top - 14, words, 12, theme.soft))
            self.still += panels.course(subject, one, room, theme)

    def _colour_bar(self, limits: Limits | None, words: str, y: float, x: float = MARGIN) -> None:
        self.still += panels.colour_bar(
            limits,
            words,
            at=(x, y),
            right=self.width - MARGIN,
            ramp=self._tile_ramp,
            theme=self.theme,
        )

    def _place(self, areas: list[Area], coloured: NDArray[np.int64]) -> None:
        """Find out where the pixels of the coloured filters come from."""
        layer, first = self.subject.layer, areas[0]
        self.areas, self._coloured = areas, coloured
        if len(coloured):
            some = [areas[filter_] for filter_ in coloured]
            self._blit = Blit(some, frames=layer.frames, mels=layer.mels)
        left, top = min(area.left for area in areas), min(area.top for area in areas)
        width = max(area.left for area in areas) + first.width - left
        self.maps_area = Area(
            left, top, width, max(area.top for area in areas) + first.height - top
        )

    def _words(self) -> list[Shape]:
        subject, theme = self.subject, self.theme
        room = self.width - 2 * MARGIN
        about = f" · {subline(subject)}"
        title = _elided(subject.clip.title, HEADLINE, room - text_width(about, size=SUBLINE))
        x = MARGIN + text_width(title, size=HEADLINE, bold=True)
        y = MARGIN + HEADLINE / 2
        made_by = f"{subject.card.title} · cnnviz {VERSION}"
        left = room - text_width(made_by, size=TINY) - MARGIN
        notes = _elided(" · ".join(subject.clip.notes), TINY, left)
        foot = self.height - 16
        return [
            Text(MARGIN, y, title, HEADLINE, theme.text, bold=True),
            Text(x, y + 2, about, SUBLINE, theme.soft),
            *self._verdict(y + 22),
            Text(MARGIN, foot, notes, TINY, theme.soft),
            Text(self.width - MARGIN, foot, made_by, TINY, theme.soft, "end"),
        ]

    def _verdict(self, y: float) -> list[Shape]:
        """Return the verdict; what is said of the window now shown gets a place behind it."""
        subject = self.subject
        pieces = verdict_words(subject)
        now = (text_width(self._now_text(w, 0.0), size=SUBLINE) for w in range(subject.n_windows))
        widths = [text_width(text, size=SUBLINE, bold=bold) for text, bold in pieces]
        room = self.width - 2 * MARGIN
        shrink = min(1.0, room / (sum(widths) + max(now) + SPARE))
        shapes: list[Shape] = []
        x: float = MARGIN
        for (text, is_named), width in zip(pieces, widths, strict=True):
            fill = self.theme.text if is_named else self.theme.soft
            shapes.append(Text(x, y, text, shrink * SUBLINE, fill, bold=is_named))
            x += shrink * width
        self._now_at = Text(x, y, "", shrink * SUBLINE, self.theme.soft)
        return shapes

    def _now(self, window: int, time_s: float) -> Text:
        return replace(self._now_at, text=self._now_text(window, time_s))

    def _now_text(self, window: int, time_s: float) -> str:
        return f" · {now_words(self.subject, window)} · {time_s:.2f} s"

    def _area(self, room: Room) -> Area:
        left, top = round(room.left * self.ratio), round(room.top * self.ratio)
        right = round((room.left + room.width) * self.ratio)
        return Area(left, top, right - left, round((room.top + room.height) * self.ratio) - top)

    def _pixels(self, image: Bytes, area: Area) -> Pixels:
        right, bottom = area.left + area.width, area.top + area.height
        lengths = (area.left, area.top, area.width, area.height)
        left, top, width, height = (length / self.ratio for length in lengths)
        return Pixels(left, top, width, height, image[area.top : bottom, area.left : right])

    def _blank(self, shapes: Shapes) -> Bytes:
        """Return the ground with shapes and the spectrogram."""
        ground = Image.new("RGB", self.size_px, self.theme.ground)
        paint(ground, shapes, ratio=self.ratio)
        image = np.array(ground)
        levels, _, _ = quantise(self.subject.clip.input)
        n_frames, n_mels = levels.shape
        blit = Blit([self.input_area], frames=n_frames, mels=n_mels)
        blit.paint(image, levels[None], ramp=self._ramp)
        return image

    def _paint_maps(self, image: Bytes, window: int) -> None:
        if self._blit is None:
            return
        segment = self.subject.segment_of(window)
        if segment.first not in self._levels:
            self._levels[segment.first] = levels_of(self.subject, segment, scale=self.scale)
        codes = self.subject.codes(window)[self._coloured]
        table = self._levels[segment.first][self._coloured]
        own = np.arange(len(codes))[:, None, None] * 256  # where a filter's 256 levels begin
        self._blit.paint(image, table.take(codes + own), ramp=self._tile_ramp)


def _check(subject: Subject, look: Look) -> None:
    filters = subject.layer.filters
    if look.filter_ is not None and not 0 <= look.filter_ < filters:
        raise BadInput(
            f"The filter of a picture must be one of the {filters} of {subject.layer.name}, but it "
            f"is {look.filter_}. Choose another."
        )
    for what, came, known in (
        ("scale", look.scale, SCALES),
        ("colour map", look.colours, COLOURS),
        ("theme", look.theme, tuple(THEMES)),
    ):
        if came not in known:
            raise BadInput(
                f"The {what} of a picture must be one of {', '.join(known)}, but it is "
                f"“{came}”. Choose one of those."
            )


def _elided(text: str, size: float, room: float) -> str:
    """Return as much of a text as there is room for; a visitor's file may have any name."""
    text = written(" ".join(text.split()))
    if text_width(text, size=size) <= room:
        return text
    while text and text_width(f"{text}…", size=size) > room:
        text = text[:-1]
    return f"{text}…"
