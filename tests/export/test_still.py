import base64
import io
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from PIL import Image

from cnnviz.export.axes import number_text
from cnnviz.export.colour import ramp
from cnnviz.export.picture import Look, Picture
from cnnviz.export.still import png, svg
from cnnviz.export.words import now_words, verdict_words
from tests.export.conftest import colours_of, make

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_png_is_twice_the_page_and_shows_the_maps_pixel_for_pixel(subject, theme):
    look = Look(theme=theme)
    image = np.asarray(Image.open(io.BytesIO(png(subject, look, window=11))))
    assert image.shape == (1800, 2880, 3)
    area = Picture(subject, look, width=1440, height=900, ratio=2).areas[5]
    wanted = colours_of(subject, 11, 5, ramp=ramp("viridis"))
    x = area.left + (np.arange(9) + 0.5) * area.width / 9
    y = area.top + (np.arange(12) + 0.5) * area.height / 12
    np.testing.assert_array_equal(image[y.astype(int)][:, x.astype(int)], wanted)


def test_a_png_says_what_it_shows(subject):
    image = Image.open(io.BytesIO(png(subject, Look(filter_=2, scale="filter"), window=11)))
    image.load()
    assert image.text["network"] == "A made network"
    assert image.text["clip"] == "Flute & <piano>, 2× (samples/made)"
    assert image.text["layer"] == "conv, 6 filters of 9×12"
    low, high = subject.range_of(2)
    scale = (
        f"per filter: each filter's own lowest to highest; from {number_text(low)} to "
        f"{number_text(high)}; of the cells inside the windows 0.0% lie lower and 0.0% higher"
    )
    assert (image.text["filter"], image.text["scale"]) == ("2", scale)
    assert image.text["moment"].startswith("frame 11, 0.74")
    assert image.text["version"].startswith("cnnviz ")
    assert image.text["terms"] == "A work, A Player; an attic; CC BY 4.0; cut"
    assert "ISMIR 2020" in image.text["cite"]
    assert "1605.09507" in image.text["cite"]


@pytest.mark.parametrize("filter_", [None, 1])
def test_an_svg_holds_words_as_words_and_maps_as_images(subject, filter_):
    root = Xml.fromstring(svg(subject, Look(filter_=filter_), window=11))
    assert root.get("viewBox") == "0 0 1440 900"
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {text for text, _ in verdict_words(subject)} <= {*words}
    assert {"Flute & <piano>, 2×", "resampled from 44,100 Hz"} <= {*words}
    assert any(text.startswith(f" · {now_words(subject, 11)} · ") for text in words)
    assert {"flute", "piano", "1k", "0.6 s" if filter_ is None else "Filter 1 of conv"} <= {*words}
    said = {fact.get("name"): fact.text for fact in root.iter(f"{SVG}fact")}
    assert {"network", "clip", "layer", "scale", "version", "cite"} <= {*said}
    images = list(root.iter(f"{SVG}image"))
    assert len(images) == 3  # spectrogram, maps, colour bar
    data = images[1].get("href").removeprefix("data:image/png;base64,")
    maps = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    area = Picture(subject, Look(filter_=filter_), width=1440, height=900, ratio=2).maps_area
    assert maps.shape == (area.height, area.width, 3)
    wanted = colours_of(subject, 11, filter_ or 0, ramp=ramp("viridis"))
    np.testing.assert_array_equal(maps[1, 1], wanted[0, 0])


def test_an_svg_of_a_clip_with_any_name_can_be_read():
    subject = make(title="a\x00b\x1f <&> ]]> ﷽ 🎻")
    root = Xml.fromstring(svg(subject, Look(), window=0))
    assert any("<&> ]]>" in (text.text or "") for text in root.iter(f"{SVG}text"))
