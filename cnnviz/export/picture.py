"""Draws what is on the stage: laid out once, then painted for any window.

**Conventions**: an image is uint8 (row, column, RGB), `width` x `height` of the page's pixels with
`ratio` image pixels to each. The order from the ground up is: what stands still, maps, what moves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.errors import BadInput
from cnnviz.export import panels
from cnnviz.export.colour import SCALES, colours, levels_of, quantised, ramp
from cnnviz.export.maps import Area, Blit
from cnnviz.export.paint import paint, text_width, written
from cnnviz.export.record import VERSION
from cnnviz.export.shapes import Shape, Text
from cnnviz.export.subject import Subject
from cnnviz.export.theme import THEMES
from cnnviz.export.tiles import Room, tiles

Bytes = NDArray[np.uint8]
MARGIN, AXIS = 24, 40
HEADLINE, SUBLINE = 18, 12
TOP_SHARE = 0.27  # of a picture's height that spectrogram and prediction take above a grid
ONE_SHARE = 0.50  # the same beside one large filter
LEAST_TOP = 150
BARS_SHARE = 0.36
BELOW_PLOT = 22
BELOW_BAR = 60  # colour bar with its zero, and a line of words


@dataclass(frozen=True)
class Look:
    """How a picture is wanted.

    Attributes
    ----------
    filter_ : int or None
        The one filter to draw large; None for the grid of all.
    scale : str
        "layer" or "filter", as on the stage.
    colours : str
        Name of a colour map of the stage.
    theme : str
        "light" or "dark".
    """

    filter_: int | None = None
    scale: str = "layer"
    colours: str = "viridis"
    theme: str = "light"


@dataclass(frozen=True)
class Panel:
    """A rectangle of the image that holds maps."""

    area: Area
    image: Bytes


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
        self._ramp = ramp(look.colours)
        self._levels: dict[int, Bytes] = {}
        self._arrange()
        ground = Image.new("RGB", self.size_px, self.theme.ground)
        paint(ground, self.still, ratio=ratio)
        self._ground = np.array(ground)
        self._paint_input(self._ground)
        self._over = self._painted_over()

    def at(self, window: int, *, time_s: float | None = None) -> Bytes:
        """Return the picture of a window, the playhead at `time_s` or where the window is seen."""
        image = self._ground.copy()
        self._paint_maps(image, window)
        painted = Image.fromarray(image)
        if self._over is not None:
            painted.paste(self._over, mask=self._over)
        paint(painted, self.moving(window, time_s=time_s), ratio=self.ratio)
        return np.asarray(painted)

    def moving(self, window: int, *, time_s: float | None = None) -> list[Shape]:
        """Return the shapes that change from window to window."""
        subject, theme = self.subject, self.theme
        time_s = subject.time_of(window) if time_s is None else time_s
        shapes: list[Shape] = [
            self._moment(time_s),
            *panels.spectrogram_now(subject, self._input_room, theme, window=window, time_s=time_s),
            *panels.bars_now(subject, self._bars_room, theme, window=window),
        ]
        if self._map_room is not None:
            shapes += panels.one_map_now(subject, self._map_room, theme, window=window)
        if self._course_room is not None:
            x = self._course_room.left + self._course_room.width * time_s / subject.clip.seconds
            shapes += panels.playhead(x, self._course_room)
        return shapes

    def map_panels(self, window: int) -> list[Panel]:
        """Return the spectrogram, and the layer's maps, each as one image upon the ground."""
        image = np.empty_like(self._ground)
        image[:] = np.array(Image.new("RGB", (1, 1), self.theme.ground))
        self._paint_input(image)
        self._paint_maps(image, window)
        rooms = [self.input_area] + ([self.maps_area] if self.maps_area else [])
        return [Panel(a, image[a.top : a.top + a.height, a.left : a.left + a.width]) for a in rooms]

    def _arrange(self) -> None:
        subject, look, theme = self.subject, self.look, self.theme
        one = look.filter_
        inner = self.width - 2 * MARGIN
        top = MARGIN + HEADLINE + SUBLINE + 14
        with_map = one is not None and subject.layer.is_map
        share = ONE_SHARE if with_map else TOP_SHARE
        high = max(LEAST_TOP, round(share * self.height))
        bars = BARS_SHARE * inner
        left = MARGIN + AXIS
        self.over: list[Shape] = []  # stands still upon the maps
        self._map_room: Room | None = None
        self._course_room: Room | None = None
        self.maps_area: Area | None = None
        self._blit: Blit | None = None
        self.areas: list[Area] = []  # of all filters, in order
        below = top + high + BELOW_PLOT
        bottom = self.height - MARGIN - 8
        if with_map:
            high = min(high, round(bottom - top - 2 * BELOW_PLOT - BELOW_BAR - LEAST_TOP))
            below = top + high + BELOW_PLOT
            half = (inner - 2 * AXIS - MARGIN) / 2
            self._input_room = Room(left, top + 20, half, high - 20)
            self._map_room = Room(left + half + MARGIN + AXIS, top + 20, half, high - 20)
            lower = below + BELOW_BAR
            self._bars_room = Room(MARGIN, lower, bars, bottom - lower - BELOW_PLOT)
            x = MARGIN + bars + MARGIN + AXIS
            width = self.width - MARGIN - x
            self._course_room = Room(x, lower, width, bottom - lower - BELOW_PLOT)
        else:
            self._input_room = Room(left, top, inner - AXIS - bars - MARGIN, high)
            self._bars_room = Room(self.width - MARGIN - bars, top, bars, high)
            if one is not None:
                lower = below + BELOW_BAR
                height = bottom - lower - BELOW_PLOT
                self._course_room = Room(left, lower, inner - AXIS, height)
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
        look, subject, theme = self.look, self.subject, self.theme
        ends = subject.range_of(None) if look.scale == "layer" else None
        words = "activation" if ends else "each tile has its own range"
        at = (MARGIN, below + 18)
        self.still += panels.colour_bar(ends, words, at=at, name=look.colours, theme=theme)
        room = Room(MARGIN, below + 42, self.width - 2 * MARGIN, bottom - below - 42)
        laid = tiles(subject.layer, room, ratio=self.ratio)
        self.still += panels.numbers(subject, laid, theme, ratio=self.ratio)
        self.over = panels.numbers_on(subject, laid, ratio=self.ratio)
        self._alive = np.flatnonzero(~subject.dead())
        self._place(laid.areas)

    def _arrange_one(self, one: int, top: float, below: float) -> None:
        look, subject, theme = self.look, self.subject, self.theme
        dead = bool(subject.dead()[one])
        said = ", dead: it never moves in this clip" if dead else ""
        title = f"Filter {subject.label(one)} of {subject.layer.name}{said}"
        if self._map_room is not None:
            room = self._map_room
            self.still += [
                Text(self._input_room.left, top + 6, "What the network hears", 13, theme.soft),
                Text(room.left, top + 6, title, 13, theme.text, bold=True),
                *panels.one_map(subject, room, theme),
            ]
            ends = subject.range_of(None if look.scale == "layer" else one)
            words = "whole layer" if look.scale == "layer" else "this filter"
            self.still += panels.colour_bar(
                ends, words, at=(room.left, below + 16), name=look.colours, theme=theme
            )
            self._alive = np.array([one])
            self._place([self._area(room)] * subject.layer.filters)
        if self._course_room is not None:
            room = self._course_room
            words = "Strongest activation in each window, and below it the mean"
            if self._map_room is None:
                words = f"{title}: activation in each window"
            self.still.append(Text(room.left, room.top - 14, words, 12, theme.soft))
            self.still += panels.course(subject, one, room, theme)

    def _place(self, areas: list[Area]) -> None:
        """Find out where the pixels of the living filters come from."""
        layer = self.subject.layer
        self.areas = areas
        if len(self._alive):
            self._blit = Blit(
                [areas[filter_] for filter_ in self._alive],
                frames=layer.frames,
                mels=layer.mels,
            )
        right = max(area.left + area.width for area in areas)
        low = max(area.top + area.height for area in areas)
        left, top = areas[0].left, areas[0].top
        self.maps_area = Area(left, top, right - left, low - top)

    def _words(self) -> list[Shape]:
        subject, theme = self.subject, self.theme
        clip, rest = subject.headline()
        room = self.width - 2 * MARGIN
        whole = text_width(f"{clip} · {rest} · 00.00 s", size=HEADLINE, bold=True)
        size = self._headline_size = min(HEADLINE, HEADLINE * room / whole)
        y = MARGIN + HEADLINE / 2
        x = MARGIN + text_width(clip, size=size, bold=True)
        rest = f" · {rest} · "
        self._moment_at = x + text_width(rest, size=size), y
        title = " · ".join((subject.clip.title, *subject.clip.notes))
        made_by = f"{subject.card.title} · cnnviz {VERSION}"
        return [
            Text(MARGIN, y, clip, size, theme.text, bold=True),
            Text(x, y, rest, size, theme.soft),
            Text(MARGIN, y + 22, _elided(title, SUBLINE, room), SUBLINE, theme.soft),
            Text(self.width - MARGIN, self.height - 16, made_by, 11, theme.soft, "end"),
        ]

    def _moment(self, time_s: float) -> Text:
        x, y = self._moment_at
        return Text(x, y, f"{time_s:.2f} s", self._headline_size, self.theme.soft)

    def _area(self, room: Room) -> Area:
        left, top = round(room.left * self.ratio), round(room.top * self.ratio)
        right = round((room.left + room.width) * self.ratio)
        return Area(left, top, right - left, round((room.top + room.height) * self.ratio) - top)

    def _paint_input(self, image: Bytes) -> None:
        log_mel = self.subject.clip.input
        n_frames, n_mels = log_mel.shape
        blit = Blit([self.input_area], frames=n_frames, mels=n_mels)
        blit.paint(image, quantised(log_mel)[None], ramp=self._ramp)

    def _painted_over(self) -> Image.Image | None:
        if not self.over:
            return None
        over = Image.new("RGBA", self.size_px)
        paint(over, self.over, ratio=self.ratio)  # once: it may be hundreds of words
        return over

    def _paint_maps(self, image: Bytes, window: int) -> None:
        if self._blit is None:
            return
        segment = self.subject.segment_of(window)
        if segment.first not in self._levels:
            self._levels[segment.first] = levels_of(self.subject, segment, scale=self.look.scale)
        codes = self.subject.codes(window)[self._alive]
        table = self._levels[segment.first][self._alive]
        own = np.arange(len(codes))[:, None, None] * 256  # where a filter's 256 levels begin
        self._blit.paint(image, table.take(codes + own), ramp=self._ramp)


def _check(subject: Subject, look: Look) -> None:
    filters = subject.layer.filters
    if look.filter_ is not None and not 0 <= look.filter_ < filters:
        raise BadInput(
            f"The filter of a picture must be one of the {filters} of {subject.layer.name}, but it "
            f"is {look.filter_}. Choose another."
        )
    for what, came, known in (
        ("scale", look.scale, SCALES),
        ("colour map", look.colours, colours()),
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
