import numpy as np
import pytest
from PIL import Image

from cnnviz.export import paint as painting
from cnnviz.export.shapes import Box, Path, Pixels, Text


def painted(*shapes, ratio=1.0):
    image = Image.new("RGB", (60, 40), "#ffffff")
    painting.paint(image, shapes, ratio=ratio)
    return np.asarray(image)


def test_the_font_is_the_pages_own():
    assert painting.page_font() is not None
    assert painting.font(14, False).getname()[0].startswith("SourceSans")


@pytest.mark.parametrize("sign", "×−–…·é")
def test_the_font_has_every_sign_in_use(sign):
    font = painting.font(20, False)
    assert bytes(font.getmask(sign)) != bytes(font.getmask("\uffff"))


def test_without_that_font_words_are_written_in_plain_letters(monkeypatch):
    monkeypatch.setattr(painting, "page_font", lambda: None)
    assert painting.written("é 19×48 · −1…漢") == "e 19x48 · -1...?"


def test_a_box_fills_whole_pixels():
    image = painted(Box(5, 6, 10, 4, "#102030"), ratio=2)
    inside = (image == (16, 32, 48)).all(axis=2)
    assert inside[12:20, 10:30].all()
    assert inside.sum() == 160


def test_half_a_box_mixes_with_what_is_below():
    assert tuple(painted(Box(0, 0, 5, 5, "#000000", opacity=0.5))[2, 2]) == (127, 127, 127)


def test_a_line_is_drawn_within_its_box():
    image = painted(Box(5, 6, 10, 8, "#000000", line=2))
    dark = (image == 0).all(axis=2)
    assert dark[6:14, 5:15].sum() == dark.sum() == 80 - 24


def test_words_stand_where_they_are_anchored():
    columns = {
        anchor: np.flatnonzero((painted(Text(30, 20, "wow", 14, "#000", anchor)) < 128).any((0, 2)))
        for anchor in ("start", "middle", "end")
    }
    assert columns["start"].min() >= 30 - 1
    assert columns["end"].max() <= 30 + 1
    assert abs(columns["middle"].mean() - 30) < 1.5


@pytest.mark.parametrize("size", [11, 12, 13, 18])
def test_letters_stand_at_even_distances(size):
    """At a film's smallest size too, where a letter is as wide as a few pixels."""
    image = Image.new("RGB", (200, 30), "#ffffff")
    painting.paint(image, [Text(5, 15, "l " * 12, size, "#000000")], ratio=1)
    ink = 255.0 - np.asarray(image)[:, :, 0].sum(axis=0) / 30
    ink -= ink.min()
    stems = np.split(np.arange(200), np.flatnonzero(ink == 0))
    centres = [np.average(columns, weights=ink[columns]) for columns in stems if ink[columns].sum()]
    gaps = np.diff(centres)
    assert len(gaps) == 11
    assert gaps.max() - gaps.min() <= 0.5  # of a pixel: each is off by a quarter at most


def test_paths_and_small_images_are_painted():
    image = painted(
        Path(((2, 2), (12, 2), (12, 12), (2, 12)), "#ff0000", filled=True),
        Path(((20, 30), (50, 30)), "#00ff00", line=2),
        Pixels(20, 2, 8, 8, np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)),
    )
    assert tuple(image[6, 6]) == (255, 0, 0)
    assert tuple(image[30, 40]) == (0, 255, 0)
    assert (tuple(image[5, 21]), tuple(image[5, 26])) == ((1, 2, 3), (4, 5, 6))
