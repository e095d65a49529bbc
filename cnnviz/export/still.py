"""One moment as a picture to print or to show: PNG at twice the page's size, or SVG.

**Conventions**: both are laid out on 1440 x 900 of the page's pixels.
"""

import base64
import io
import re
from xml.etree import ElementTree as Xml

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cnnviz.export.paint import SMALL_LETTERS
from cnnviz.export.picture import Look, Picture
from cnnviz.export.record import title
from cnnviz.export.shapes import Box, Path, Pixels, Rectangle, Shape, Text
from cnnviz.export.subject import Subject

WIDTH, HEIGHT, RATIO = 1440, 900, 2
FONT = "'Source Sans 3', 'Source Sans Pro', system-ui, sans-serif"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def png(subject: Subject, look: Look, *, window: int) -> bytes:
    """Return a PNG file of 2880 x 1800 pixels; its text chunks say what it shows.

    Parameters
    ----------
    subject : Subject
    look : Look
    window : int
        The frame of the page.
    """
    picture = Picture(subject, look, width=WIDTH, height=HEIGHT, ratio=RATIO)
    chunks = PngInfo()
    for name, text in _facts(picture, window).items():
        if text.isascii():
            chunks.add_text(name, text)
        else:
            chunks.add_itxt(name, text)  # tEXt has Latin 1 alone
    file = io.BytesIO()
    Image.fromarray(picture.at(window)).save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


def svg(subject: Subject, look: Look, *, window: int) -> bytes:
    """Return an SVG file: words as words, each panel of maps as one PNG within."""
    picture = Picture(subject, look, width=WIDTH, height=HEIGHT, ratio=RATIO)
    about = _facts(picture, window)
    size = {"width": str(WIDTH), "height": str(HEIGHT), "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONT, **size})
    Xml.SubElement(root, "title").text = NOT_XML.sub("", about["Title"])
    metadata = Xml.SubElement(root, "metadata")
    for name, text in about.items():
        Xml.SubElement(metadata, "fact", {"name": name}).text = NOT_XML.sub("", text)
    ground = Box(0, 0, WIDTH, HEIGHT, picture.theme.ground)
    upon = (*picture.still, *picture.over, *picture.moving(window))
    for shape in (ground, *picture.map_panels(window), *upon):
        _write(root, shape)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _facts(picture: Picture, window: int) -> dict[str, str]:
    about, subject = picture.facts(), picture.subject
    moment = f"frame {window}, {subject.time_of(window):.3f} s"
    return {"Title": title(subject), "Software": about["version"], "moment": moment} | about


def _write(root: Xml.Element, shape: Shape) -> None:
    match shape:
        case Text(x, y, text, size, fill, anchor, bold):
            words = _element(root, "text", x=x, y=y + SMALL_LETTERS * size, font_size=size)
            words.attrib |= {"fill": fill, "text-anchor": anchor, "xml:space": "preserve"}
            words.attrib |= {"font-weight": "650"} if bold else {}
            words.text = NOT_XML.sub("", text)
        case Box(x, y, width, height, fill, opacity, line, dashed):
            # A line is drawn within its box, but a stroke along its edge
            edge = Rectangle(x + line / 2, y + line / 2, width - line, height - line)
            if edge.width <= 0 or edge.height <= 0:
                return
            box = _element(root, "rect", **_rectangle(edge), opacity=opacity, stroke_width=line)
            box.attrib |= {"fill": "none", "stroke": fill} if line else {"fill": fill}
            box.attrib |= {"stroke-dasharray": "4 4"} if dashed else {}
        case Path(points, fill, line, filled):
            path = _element(root, "polygon" if filled else "polyline", stroke_width=line)
            path.set("points", " ".join(f"{_n(x)},{_n(y)}" for x, y in points))
            path.attrib |= {"fill": fill} if filled else {"fill": "none", "stroke": fill}
        case Pixels():
            file = io.BytesIO()
            Image.fromarray(shape.image).save(file, "PNG")
            data = base64.b64encode(file.getvalue()).decode()
            image = _element(root, "image", **_rectangle(shape))
            image.attrib |= {"preserveAspectRatio": "none", "style": "image-rendering: pixelated"}
            image.set("href", f"data:image/png;base64,{data}")


def _rectangle(shape: Rectangle) -> dict[str, float]:
    return {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}


def _element(root: Xml.Element, kind: str, **numbers: float) -> Xml.Element:
    named = {name.replace("_", "-"): _n(value) for name, value in numbers.items()}
    return Xml.SubElement(root, kind, named)


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
