"""Paints shapes onto an image, with Pillow.

**Conventions**: as in `cnnviz.export.shapes`; an image has `ratio` pixels for each of theirs.
"""

import importlib.util
import math
import unicodedata
from functools import cache
from pathlib import Path as File

from PIL import Image, ImageColor, ImageDraw, ImageFont

from cnnviz.export.shapes import Box, Path, Pixels, Shape, Shapes, Text

REGULAR, BOLD = 400, 650
DASH = 4
# Pillow sets every letter on a whole pixel, which leaves uneven gaps: words are drawn this much
# larger and then reduced.
FINE = 4
SMALL_LETTERS = 0.35  # from the baseline to where a line of words looks centred, of its size
# What Pillow's own font lacks and the pictures use
PLAIN = str.maketrans({"×": "x", "\N{MINUS SIGN}": "-", "–": "-"})

Drawn = Image.Image


def paint(image: Drawn, shapes: Shapes, *, ratio: float) -> None:
    """Paint shapes one over the other."""
    draw = ImageDraw.Draw(image, "RGBA")
    for shape in shapes:
        _paint(image, draw, shape, ratio)


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Return the width of a line of words."""
    return font(round(4 * size), bold).getlength(written(text)) / 4


def _paint(image: Drawn, draw: ImageDraw.ImageDraw, shape: Shape, ratio: float) -> None:
    def px(value: float) -> int:
        return round(value * ratio)

    match shape:
        case Text():
            _write(image, shape, ratio)
        case Box():
            left, top = px(shape.x), px(shape.y)
            right, bottom = px(shape.x + shape.width), px(shape.y + shape.height)
            if right <= left or bottom <= top:
                return
            area = (left, top, right - 1, bottom - 1)
            fill = (*ImageColor.getrgb(shape.fill)[:3], round(255 * shape.opacity))
            if shape.dashed:
                _dashed(draw, area, fill, ratio)
            elif shape.line:
                draw.rectangle(area, outline=fill, width=max(1, px(shape.line)))
            else:
                draw.rectangle(area, fill=fill)
        case Path():
            points = [(x * ratio, y * ratio) for x, y in shape.points]
            if shape.filled:
                draw.polygon(points, fill=shape.fill)
            else:
                draw.line(points, fill=shape.fill, width=max(1, px(shape.line)))
        case Pixels():
            corner = px(shape.x), px(shape.y)
            size = px(shape.x + shape.width) - corner[0], px(shape.y + shape.height) - corner[1]
            small = Image.fromarray(shape.image)
            image.paste(small.resize(size, Image.Resampling.NEAREST), corner)


def _write(image: Drawn, text: Text, ratio: float) -> None:
    """Paint a line of words: each letter where the font puts it, to a quarter of a pixel."""
    scale = FINE * ratio
    words, chosen = written(text.text), font(round(text.size * scale), text.bold)
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.anchor]
    at = text.x * scale, (text.y + SMALL_LETTERS * text.size) * scale
    left, top, right, bottom = (
        math.floor(edge / FINE) for edge in chosen.getbbox(words, anchor=anchor)
    )
    corner = math.floor(at[0] / FINE) + left, math.floor(at[1] / FINE) + top
    mask = Image.new("L", ((right - left + 3) * FINE, (bottom - top + 3) * FINE))
    start = at[0] - corner[0] * FINE, at[1] - corner[1] * FINE
    ImageDraw.Draw(mask).text(start, words, fill=255, font=chosen, anchor=anchor)
    image.paste(ImageColor.getrgb(text.fill), corner, mask.reduce(FINE))


def _dashed(
    draw: ImageDraw.ImageDraw,
    area: tuple[int, int, int, int],
    fill: tuple[int, ...],
    ratio: float,
) -> None:
    left, top, right, bottom = area
    dash, width = max(2, round(DASH * ratio)), max(1, round(ratio))
    for x in range(left, right, 2 * dash):
        for y in (top, bottom - width + 1):
            draw.rectangle((x, y, min(x + dash - 1, right), y + width - 1), fill=fill)
    for y in range(top, bottom, 2 * dash):
        for x in (left, right - width + 1):
            draw.rectangle((x, y, x + width - 1, min(y + dash - 1, bottom)), fill=fill)


@cache
def font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the page's own font at a size in pixels, or Pillow's where it cannot be found."""
    if (file := page_font()) is None:
        return ImageFont.load_default(size=size)  # type: ignore[return-value]
    chosen = ImageFont.truetype(file, size)
    chosen.set_variation_by_axes([BOLD if bold else REGULAR])
    return chosen


@cache
def page_font() -> File | None:
    """Return where Streamlit keeps Source Sans, which the page is set in."""
    spec = importlib.util.find_spec("streamlit")
    if spec is None or spec.origin is None:
        return None
    media = File(spec.origin).parent / "static" / "static" / "media"
    return next(iter(sorted(media.glob("SourceSansVF-Upright*.woff2"))), None)


def written(text: str) -> str:
    """Return text in characters that the font has."""
    if page_font() is not None:
        return text
    # Pillow's own font has ASCII and a few more; accents are dropped, others become "?"
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN))
    kept = (c for c in plain if not unicodedata.combining(c))
    return "".join(c if c.isascii() or c == "·" else "?" for c in kept)
