"""The panels of a picture as shapes: spectrogram, prediction, colour bar, numbers, one filter.

**Conventions**: each function returns shapes in the page's pixels. Those of `…_now` change from
window to window; the others stand still. Sizes of looks are the stage's.
"""

import math
from functools import partial

import numpy as np

from cnnviz.export.axes import end_text, mel_ticks, number_text, seconds_text, time_ticks
from cnnviz.export.colour import Bytes
from cnnviz.export.looks import LOOKS
from cnnviz.export.maps import Area
from cnnviz.export.paint import text_width
from cnnviz.export.shapes import Box, Path, Pixels, Shape, Text
from cnnviz.export.subject import Limits, Subject
from cnnviz.export.theme import Theme
from cnnviz.export.tiles import Room, Tiles
from cnnviz.export.words import now_name, score_text

SMALL, TINY = 12, 11
TICK = 4
TIME_MARK, HZ_MARK, MAP_TIMES = (LOOKS["axes"][n] for n in ("time_mark", "hz_mark", "map_times"))
HZ_UNIT = 36  # left of the plot, clear of the first moment below it
NAME, NUMBER = 112, 30  # a column of names; one of numbers, for this second and for the clip
HEAD = 14  # words over the columns of numbers
TRACK, ROW_GAP, MAX_ROW = 12, 5, 24
STRIP = (190, 12)
HATCH = 6  # one stripe in so many pixels marks a dead filter
HATCH_GREY = 128
BLACK, WHITE = "#000000", "#ffffff"


def x_axis(room: Room, marks: list[tuple[float, str]], theme: Theme) -> list[Shape]:
    """Mark places (0 to 1) below a plot."""
    shapes: list[Shape] = []
    bottom = room.top + room.height
    for place, text in marks:
        x = room.left + place * room.width
        shapes.append(Box(x - 0.5, bottom, 1, TICK, theme.soft))
        shapes.append(Text(x, bottom + 13, text, TINY, theme.soft, "middle"))
    return shapes


def y_axis(room: Room, marks: list[tuple[float, str]], theme: Theme) -> list[Shape]:
    """Mark places (0 to 1, upwards) left of a plot."""
    shapes: list[Shape] = []
    for place, text in marks:
        y = room.top + (1 - place) * room.height
        shapes.append(Box(room.left - TICK, y - 0.5, TICK, 1, theme.soft))
        shapes.append(Text(room.left - 8, y, text, TINY, theme.soft, "end"))
    return shapes


def _hz_unit(room: Room, theme: Theme) -> Text:
    return Text(room.left - HZ_UNIT, room.top + room.height + 13, "Hz", TINY, theme.soft)


def spectrogram(subject: Subject, room: Room, theme: Theme) -> list[Shape]:
    """Return the axes of the network's input."""
    clip = subject.clip
    mel_hz = clip.front_end.mel_hz()
    ticks = mel_ticks(mel_hz, apart=HZ_MARK * len(mel_hz) / room.height)
    moments = time_ticks(0, clip.seconds, room=room.width / TIME_MARK)
    return [
        *x_axis(room, [(place_of(subject, t), seconds_text(t)) for t in moments], theme),
        *y_axis(room, [((band + 0.5) / len(mel_hz), text) for band, text in ticks], theme),
        _hz_unit(room, theme),
    ]


def spectrogram_now(
    subject: Subject, room: Room, theme: Theme, *, window: int, time_s: float
) -> list[Shape]:
    """Return the window, boxed, what lies outside it in shade, and the playhead."""
    n_frames, front_end = len(subject.clip.input), subject.clip.front_end
    first = window * subject.clip.hop_frames
    last = min(n_frames, first + front_end.window_frames)
    left, right = (room.left + room.width * frame / n_frames for frame in (first, last))
    top, width, height = room.top, right - left, room.height
    shade = partial(Box, y=top, height=height, fill=theme.ground, opacity=0.5)
    return [
        shade(x=room.left, width=left - room.left),
        shade(x=right, width=room.left + room.width - right),
        Box(left - 1, top - 1, width + 2, height + 2, BLACK, opacity=0.65, line=1),
        Box(left, top, width, height, WHITE, line=2),
        Box(left + 2, top + 2, width - 4, height - 4, BLACK, opacity=0.65, line=1),
        *playhead(room.left + room.width * place_of(subject, time_s), room),
    ]


def playhead(x: float, room: Room) -> list[Shape]:
    """Return a line that is seen on light and on dark."""
    x = max(room.left + 1, min(room.left + room.width - 1, x))
    return [
        Box(x - 2, room.top, 4, room.height, BLACK, opacity=0.65),
        Box(x - 1, room.top, 2, room.height, WHITE),
    ]


def place_of(subject: Subject, time_s: float) -> float:
    """Return a moment's place on the spectrogram, 0 to 1."""
    place = (time_s / subject.clip.front_end.frame_s + 0.5) / len(subject.clip.input)
    return max(0.0, min(1.0, place))


def bars(subject: Subject, room: Room, theme: Theme) -> list[Shape]:
    """Return all that stands still: names, tracks, the clip's scores, and what the marks mean."""
    left, width = room.left + NAME, room.width - NAME - 2 * NUMBER
    rows, track, size = _rows(subject, room)
    threshold = subject.verdict.threshold
    head = room.top + HEAD / 2
    now_x, clip_x = left + width + NUMBER, left + width + 2 * NUMBER
    heads = (now_name(subject).removeprefix("this "), now_x), ("clip", clip_x)
    shapes: list[Shape] = [Text(x, head, word, TINY, theme.soft, "end") for word, x in heads]
    scores = map(float, subject.verdict.scores)
    for (code, name), y, score in zip(subject.classes.items(), rows, scores, strict=True):
        named = code in subject.verdict.named
        fill = theme.text if named else theme.soft
        shapes.append(Text(left - 8, y, name, size, fill, "end", bold=named))
        if code in subject.clip.labels:
            x = left - 8 - text_width(name, size=size, bold=named) - 10
            shapes.append(_diamond(x, y, theme.text))
        shapes.append(Box(left, y - track / 2, width, track, theme.raised))
        shapes.append(Box(left, y - track / 2, width, track, theme.line, line=1))
        text = score_text(score, threshold)
        shapes.append(Text(clip_x, y, text, size, fill, "end", bold=named))
    return [*shapes, *_bars_legend(subject, clip_x, room.top + room.height + 13, theme)]


def _bars_legend(subject: Subject, right: float, y: float, theme: Theme) -> list[Shape]:
    """Return the marks and their meanings, from right to left."""
    shapes: list[Shape] = []
    named = f"named from {subject.verdict.threshold:.2f}"
    words = ("labelled", named, "whole clip", now_name(subject))
    for word in words if subject.clip.labels else words[1:]:
        shapes.append(Text(right, y, word, TINY, theme.soft, "end"))
        right -= text_width(word, size=TINY) + 6
        marks: dict[str, tuple[Shape, int]] = {
            "labelled": (_diamond(right - 4, y, theme.text), 8),
            named: (Box(right, y - 5.5, 1, 11, theme.soft), 0),
            "whole clip": (Box(right - 1, y - 5.5, 3, 11, theme.text), 0),
        }
        shape, width = marks.get(word, (Box(right - 12, y - 4, 14, 8, theme.bar), 12))
        shapes.append(shape)
        right -= width + 10
    return shapes


def bars_now(subject: Subject, room: Room, theme: Theme, *, window: int) -> list[Shape]:
    """Return the scores of the window, with those of the whole clip and the threshold marked."""
    shapes: list[Shape] = []
    left, width = room.left + NAME, room.width - NAME - 2 * NUMBER
    rows, track, size = _rows(subject, room)
    top, mark = track / 2, track / 2 + min(2.0, track / 6)
    least = left + width * subject.verdict.threshold
    for index, (code, y) in enumerate(zip(subject.classes, rows, strict=True)):
        score = float(subject.predictions[window, index])
        whole = left + width * float(subject.verdict.scores[index])
        bar = theme.accent if code in subject.verdict.named else theme.bar
        shapes += [
            Box(left, y - top, width * score, track, bar),
            Box(least, y - mark, 1, 2 * mark, theme.soft),
            Box(whole - 2.5, y - mark, 5, 2 * mark, theme.ground),
            Box(whole - 1.5, y - mark, 3, 2 * mark, theme.text),
            Text(left + width + NUMBER, y, f"{score:.2f}", size, theme.soft, "end"),
        ]
    return shapes


def _rows(subject: Subject, room: Room) -> tuple[list[float], float, float]:
    """Return the middle of each class's row, the height of its track, the size of its words."""
    n_rows = len(subject.classes)
    step = min((room.height - HEAD) / n_rows, MAX_ROW)
    rows = [room.top + HEAD + step * (row + 0.5) for row in range(n_rows)]
    return rows, min(TRACK, step - ROW_GAP), min(SMALL, step - 2)


def _diamond(x: float, y: float, fill: str) -> Path:
    return Path(((x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)), fill, filled=True)


def colour_bar(
    limits: Limits | None,
    words: str,
    *,
    at: tuple[float, float],
    right: float,
    ramp: Bytes,
    theme: Theme,
) -> list[Shape]:
    """Return what the colours mean: ends in numbers, zero marked; in words without `limits`.

    It begins at `at`, or as much further left as it needs to end at `right`.
    """
    x, y = at
    low, high = "lowest", "highest"
    if limits is not None:
        low = end_text("≤", limits.low, limits.below)
        high = end_text("≥", limits.high, limits.above)
    widths = [text_width(text, size=SMALL) for text in (low, high, words)]
    x = min(x, right - sum(widths) - STRIP[0] - 20)
    shapes: list[Shape] = [Text(x, y, low, SMALL, theme.text)]
    x += widths[0] + 6
    width, height = STRIP
    shapes.append(Pixels(x, y - height / 2, width, height, ramp[None]))
    if limits is not None and limits.low < 0 < limits.high:
        zero = x + width * -limits.low / (limits.high - limits.low)
        shapes += [
            Box(zero - 2, y - height / 2 - 3, 4, height + 6, BLACK),
            Box(zero - 1, y - height / 2 - 2, 2, height + 4, WHITE),
            Text(zero, y + height / 2 + 9, "0", TINY, theme.text, "middle"),
        ]
    x += width + 6
    shapes.append(Text(x, y, high, SMALL, theme.text))
    return [*shapes, Text(x + widths[1] + 8, y, words, SMALL, theme.soft)]


def numbers(subject: Subject, tiles: Tiles, theme: Theme, *, ratio: float) -> list[Shape]:
    """Return the numbers beside the tiles, and the marks of filters that never move."""
    shapes: list[Shape] = []
    areas = tiles.areas
    if tiles.numbers == "above":
        for filter_, area in enumerate(areas):
            x, y = area.left / ratio, area.top / ratio
            shapes.append(Text(x, y - 6, subject.label(filter_), 10.5, theme.soft))
    elif tiles.numbers == "margin":
        left, top = areas[0].left / ratio, areas[0].top / ratio
        every = math.ceil(24 * ratio / (areas[1].left - areas[0].left) / 5) * 5
        skip = math.ceil(12 * ratio / (areas[0].height + 1))
        for column in range(0, tiles.columns, every):
            x = areas[column].left / ratio
            shapes.append(Text(x, top - 8, f"+{column}", 10.5, theme.soft))
        for first in range(0, len(areas), tiles.columns * skip):
            y = (areas[first].top + areas[first].height / 2) / ratio
            shapes.append(Text(left - 5, y, str(first), 10.5, theme.soft, "end"))
    for dead in np.flatnonzero(subject.dead()):
        shapes += _dead(areas[dead], theme, ratio)
    return shapes


def numbers_on(subject: Subject, tiles: Tiles, *, ratio: float) -> list[Shape]:
    """Return the numbers upon tiles that are large enough for their own."""
    shapes: list[Shape] = []
    for filter_, area in enumerate(tiles.areas if tiles.numbers == "inside" else ()):
        x, y = area.left / ratio + 2, area.top / ratio + 2
        text = subject.label(filter_)
        shapes.append(Box(x, y, text_width(text, size=10.5) + 4, 12, BLACK, opacity=0.55))
        shapes.append(Text(x + 2, y + 6, text, 10.5, WHITE))
    return shapes


def _dead(area: Area, theme: Theme, ratio: float) -> list[Shape]:
    rows, columns = np.mgrid[: area.height, : area.width]
    stripe = ((rows + columns) % (HATCH * ratio)) >= 4 * ratio
    ground = np.array([int(theme.ground[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)
    image = np.where(stripe[..., None], np.uint8(HATCH_GREY), ground)
    x, y = area.left / ratio, area.top / ratio
    width, height = area.width / ratio, area.height / ratio
    shapes: list[Shape] = [Pixels(x, y, width, height, image)]
    if width >= 30:
        middle = y + height / 2
        shapes.append(Box(x + width / 2 - 15, middle - 7, 30, 14, theme.ground))
        shapes.append(Text(x + width / 2, middle, "dead", 10.5, theme.text, "middle"))
    return shapes


def one_map(subject: Subject, room: Room, theme: Theme) -> list[Shape]:
    """Return the frequencies beside one large map."""
    mel_hz, layer = subject.clip.front_end.mel_hz(), subject.layer
    apart = HZ_MARK * layer.mels * layer.mel_step / room.height
    marks = []
    for band, text in mel_ticks(mel_hz, apart=apart):
        place = ((band - layer.mel_start) / layer.mel_step + 0.5) / layer.mels
        if 0 <= place <= 1:
            marks.append((place, text))
    return [*y_axis(room, marks, theme), _hz_unit(room, theme)]


def one_map_now(subject: Subject, room: Room, theme: Theme, *, window: int) -> list[Shape]:
    """Return the moments below one large map, and the window upon it; the rest is padding."""
    layer, front_end = subject.layer, subject.clip.front_end
    first = window * subject.clip.hop_frames + layer.frame_start
    left_s = (first - 0.5 * layer.frame_step) * front_end.frame_s
    length_s = layer.frames * layer.frame_step * front_end.frame_s
    moments = time_ticks(left_s, left_s + length_s, room=MAP_TIMES)
    marks = [((t - left_s) / length_s, f"{t:.1f} s") for t in moments if t >= 0]

    def edge(place: float, start: float, step: float, count: int) -> float:
        return max(0.0, min(1.0, ((place - start) / step + 0.5) / count))

    across = layer.frame_start, layer.frame_step, layer.frames
    upward = layer.mel_start, layer.mel_step, layer.mels
    left, right = edge(-0.5, *across), edge(front_end.window_frames - 0.5, *across)
    bottom, top = edge(-0.5, *upward), edge(front_end.n_mels - 0.5, *upward)
    x, y = room.left + left * room.width, room.top + (1 - top) * room.height
    size = (right - left) * room.width, (top - bottom) * room.height
    return [
        *x_axis(room, marks, theme),
        Box(x, y, *size, BLACK, line=1),
        Box(x, y, *size, WHITE, line=1, dashed=True),
    ]


def course(subject: Subject, filter_: int, room: Room, theme: Theme) -> list[Shape]:
    """Return a filter's strongest and mean activation in every window of the clip."""
    low, high = subject.range_of(filter_)
    means, peaks = subject.course(filter_)
    seconds = subject.clip.seconds

    def curve(values: "np.ndarray[tuple[int], np.dtype[np.float32]]", fill: str) -> Path:
        x = room.left + room.width * np.array(
            [min(1.0, subject.centre_s(window) / seconds) for window in range(len(values))]
        )
        y = room.top + room.height * (1 - (values - low) / (high - low or 1.0))
        return Path(tuple(zip(x.tolist(), y.tolist(), strict=True)), fill, line=1.5)

    moments = time_ticks(0, seconds, room=room.width / TIME_MARK)
    ends = [(0.0, number_text(low)), (1.0, number_text(high))]
    shapes: list[Shape] = [Box(room.left, room.top, room.width, room.height, theme.raised)]
    if low < 0 < high:
        zero = -low / (high - low)
        shapes.append(
            Box(room.left, room.top + room.height * (1 - zero), room.width, 1, theme.line)
        )
        if 0.12 < zero < 0.88:
            ends.append((zero, "0"))
    if subject.layer.is_map:
        shapes.append(curve(means, theme.soft))
    shapes.append(curve(peaks, theme.accent))
    return [
        *shapes,
        *x_axis(room, [(t / seconds, seconds_text(t)) for t in moments], theme),
        *y_axis(room, ends, theme),
    ]
