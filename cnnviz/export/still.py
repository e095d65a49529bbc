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
from cnnviz.export.picture import Bytes, Look, Picture
from cnnviz.export.record import facts, title
from cnnviz.export.shapes import Box, Path, Pixels, Shape, Text
from cnnviz.export.subject import Subject

WIDTH, HEIGHT, RATIO = 1440, 900, 2
FONT = "'Source Sans 3', 'Source Sans Pro', system-ui, sans-serif"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def png(subject: Subject, look: Look, *, window: int) -> bytes:
    """Return a PNG file of 2880 x 1800 pixels; its text chunks say what it shows.

    Parameters
    ----------
    shown : Shown
    look : Look
    window : int
        The frame of the page.
    """
    picture = Picture(subject, look, width=WIDTH, height=HEIGHT, ratio=RATIO)
    chunks = PngInfo()
    for name, text in _said(subject, look, window).items():
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
    said = _said(subject, look, window)
    size = {"width": str(WIDTH), "height": str(HEIGHT), "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    svg_of = {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONT}
    root = Xml.Element("svg", {**svg_of, **size})
    Xml.SubElement(root, "title").text = NOT_XML.sub("", said["Title"])
    metadata = Xml.SubElement(root, "metadata")
    for name, text in said.items():
        Xml.SubElement(metadata, "fact", {"name": name}).text = NOT_XML.sub("", text)
    _write(root, Box(0, 0, WIDTH, HEIGHT, picture.theme.ground))
    for panel in picture.map_panels(window):
        area = panel.area
        corner, extent = (area.left, area.top), (area.width, area.height)
        _image(root, panel.image, *(value / RATIO for value in (*corner, *extent)))
    for shape in (*picture.still, *picture.over, *picture.moving(window)):
        _write(root, shape)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _said(subject: Subject, look: Look, window: int) -> dict[str, str]:
    found = facts(subject, scale=look.scale, filter_=look.filter_)
    moment = f"frame {window}, {subject.time_of(window):.3f} s"
    return {"Title": title(subject), "Software": found["version"], "moment": moment} | found


def _write(root: Xml.Element, shape: Shape) -> None:
    match shape:
        case Text():
            baseline = shape.y + SMALL_LETTERS * shape.size
            said = {"x": _n(shape.x), "y": _n(baseline), "font-size": _n(shape.size)}
            said |= {"fill": shape.fill, "text-anchor": shape.anchor, "xml:space": "preserve"}
            if shape.bold:
                said["font-weight"] = "650"
            Xml.SubElement(root, "text", said).text = NOT_XML.sub("", shape.text)
        case Box():
            _write_box(root, shape)
        case Path():
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
            line = {"fill": "none", "stroke": shape.fill, "stroke-width": _n(shape.line)}
            said = {"fill": shape.fill} if shape.filled else line
            kind = "polygon" if shape.filled else "polyline"
            Xml.SubElement(root, kind, {"points": points, **said})
        case Pixels():
            _image(root, shape.image, shape.x, shape.y, shape.width, shape.height)


def _write_box(root: Xml.Element, box: Box) -> None:
    inset = box.line / 2  # a line is drawn within the box, a stroke along its edge
    x, y = box.x + inset, box.y + inset
    width, height = box.width - box.line, box.height - box.line
    if width <= 0 or height <= 0:
        return
    said = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height)}
    if box.line:
        said |= {"fill": "none", "stroke": box.fill, "stroke-width": _n(box.line)}
        said |= {"stroke-opacity": _n(box.opacity)} if box.opacity < 1 else {}
        said |= {"stroke-dasharray": "4 4"} if box.dashed else {}
    else:
        said |= {"fill": box.fill} | ({"opacity": _n(box.opacity)} if box.opacity < 1 else {})
    Xml.SubElement(root, "rect", said)


def _image(
    root: Xml.Element, image: Bytes, x: float, y: float, width: float, height: float
) -> None:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    place = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height)}
    said = {"preserveAspectRatio": "none", "style": "image-rendering: pixelated"}
    data = base64.b64encode(file.getvalue()).decode()
    Xml.SubElement(root, "image", {**place, **said, "href": f"data:image/png;base64,{data}"})


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
