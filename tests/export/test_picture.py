import dataclasses

import numpy as np
import pytest

from cnnviz.analyses.scales import scales
from cnnviz.errors import BadInput
from cnnviz.export.axes import number_text
from cnnviz.export.colour import SCALES, diverging, ramp
from cnnviz.export.paint import text_width
from cnnviz.export.picture import Look, Picture
from cnnviz.export.shapes import Box, Text
from cnnviz.export.theme import THEMES
from cnnviz.networks.card import Layer
from cnnviz.networks.codes import quantise
from tests.export.conftest import (
    CELLS,
    MAPS,
    colours_of,
    limits_of,
    make,
    values_of,
    with_dead,
)


def draw(subject, look=None, *, width=1280, height=720, ratio=1.0):
    return Picture(subject, look or Look(), width=width, height=height, ratio=ratio)


def rgb(colour):
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (Look(filter_=6), "one of the 6 of conv, but it is 6"),
        (Look(filter_=-1), "it is -1"),
        (Look(scale="clip"), "scale .* one of layer, full, filter, diverging"),
        (Look(colours="jet"), "colour map .* one of viridis"),
        (Look(theme="sepia"), "theme .* one of light, dark"),
    ],
)
def test_what_there_is_not_is_refused(subject, look, says):
    with pytest.raises(BadInput, match=says):
        draw(subject, look)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("window", [0, 30])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_map_has_the_colours_of_its_activations(subject, scale, window, theme):
    picture = draw(subject, Look(scale=scale, colours="magma", theme=theme), ratio=2)
    image = picture.at(window)
    colours = diverging(THEMES[theme].ground) if scale == "diverging" else ramp("magma")
    for filter_, area in enumerate(picture.areas):
        wanted = colours_of(subject, window, filter_, ramp=colours, scale=scale)
        tile = image[area.top : area.top + area.height, area.left : area.left + area.width]
        columns = ((np.arange(area.width) + 0.5) * 9 / area.width).astype(int)
        rows = ((np.arange(area.height) + 0.5) * 12 / area.height).astype(int)
        np.testing.assert_array_equal(tile, wanted[rows][:, columns])


def test_tiles_stand_in_the_order_of_the_stage(subject):
    areas = draw(subject, Look(order="movement")).areas
    seen = sorted(range(6), key=lambda filter_: (areas[filter_].top, areas[filter_].left))
    values = subject.rankings["movement"]
    assert seen == sorted(range(6), key=lambda filter_: -values[filter_])
    numbers = [s for s in draw(subject, Look(order="movement")).still if isinstance(s, Text)]
    for filter_, area in enumerate(areas):
        assert any(s.text == str(filter_) and s.x == area.left for s in numbers)
    assert draw(subject, Look(order="none")).areas == draw(subject).areas
    maps = draw(subject, Look(order="movement")).maps_area
    assert maps == draw(subject).maps_area


def test_a_field_that_is_not_in_order_has_no_numbers_at_its_margin():
    cells = make(Layer("dense", "dense", 1024))
    plain, ordered = (draw(cells, Look(order=order)) for order in ("number", "movement"))
    counted = [len([s for s in one.still if isinstance(s, Text)]) for one in (plain, ordered)]
    assert counted[0] - counted[1] > 20


@pytest.mark.parametrize("scale", SCALES)
def test_the_colour_bar_says_what_is_clipped(subject, scale):
    texts = [s.text for s in draw(subject, Look(scale=scale)).still if isinstance(s, Text)]
    low, high = limits_of(subject, 0, scale)
    if scale == "filter":
        assert {"lowest", "highest", "each filter's own lowest to highest"} <= set(texts)
        return
    (bar,) = [n for n, text in enumerate(texts) if text.startswith(("≥", number_text(high)))]
    inside = values_of(subject, inside=True)
    if scale == "full":
        assert texts[bar] == number_text(high)
    else:
        assert texts[bar] == f"≥ {number_text(high)} · {100 * (inside > high).mean():.1f} %"
    if scale == "layer":
        below = 100 * (inside < low).mean()
        assert f"≤ {number_text(low)} · {below:.1f} %" in texts
        assert "1st to 99.7th percentile" in texts


def test_predictions_are_drawn_from_0_to_1_in_every_scale():
    subject = make(Layer("output", "output", 3))
    segments = tuple(
        dataclasses.replace(s, low=0 * s.low, high=s.high / 4) for s in subject.segments
    )
    spans = scales(segments, subject.layer, subject.clip.front_end)
    subject = dataclasses.replace(subject, segments=segments, scales=spans)
    for scale in SCALES:
        texts = {s.text for s in draw(subject, Look(scale=scale)).still if isinstance(s, Text)}
        assert {"0", "1.00", "predictions, always from 0 to 1"} <= texts


def test_one_large_map_has_the_colours_of_its_activations_within_the_second_heard(subject):
    picture = draw(subject, Look(filter_=4))
    image = picture.at(3)
    area = picture.maps_area
    wanted = colours_of(subject, 3, 4, ramp=ramp("viridis"))
    for column, row in ((4, 5), (5, 6), (3, 8)):
        x = area.left + int((column + 0.3) * area.width / 9)
        y = area.top + int((row + 0.5) * area.height / 12)
        np.testing.assert_array_equal(image[y, x], wanted[row, column])


def test_the_spectrogram_is_what_the_network_is_fed(subject):
    picture = draw(subject)
    area = picture.input_area
    image = picture.at(20)
    log_mel = subject.clip.input
    levels, _, _ = quantise(log_mel)
    n_frames, n_mels = log_mel.shape
    for frame in (25, 30, 50):  # inside the box, clear of its line and of the playhead
        x = area.left + int((frame + 0.5) * area.width / n_frames)
        for y in range(area.top + 5, area.top + area.height - 5, 7):
            band = n_mels - 1 - int((y - area.top + 0.5) * n_mels / area.height)
            np.testing.assert_array_equal(image[y, x], ramp("viridis")[levels[frame, band]])


def test_what_is_not_heard_lies_in_the_shade_and_the_playhead_moves(subject):
    picture = draw(subject)
    area = picture.input_area
    y = area.top + area.height // 2
    row = picture.at(40, time_s=0.25)[y, area.left : area.left + area.width].astype(int)
    bare = picture.map_panels(40)[0].image[area.height // 2].astype(int)
    ground = np.array(rgb(THEMES["light"].ground))
    shaded = slice(area.width // 3, area.width // 3 + 40)  # before the box, after the playhead
    np.testing.assert_allclose(row[shaded], (bare[shaded] + ground) / 2, atol=1)
    place = (0.25 / subject.clip.front_end.frame_s + 0.5) / len(subject.clip.input)
    white = np.flatnonzero((row == 255).all(axis=1))
    assert abs(white[white < area.width // 3].mean() + 0.5 - place * area.width) <= 1


def test_bars_are_as_long_as_the_scores_of_the_window(subject):
    picture = draw(subject)
    predictions = np.zeros_like(subject.predictions)
    predictions[7] = [0.0, 1.0, 0.5]
    now, other = (
        draw(dataclasses.replace(subject, predictions=p)).at(7).astype(int)
        for p in (predictions, np.zeros_like(predictions))
    )
    changed = np.abs(now - other).sum(axis=2) > 60
    changed[:, : picture.input_area.left + picture.input_area.width + 130] = False
    changed[:, 1280 - 24 - 2 * 30 :] = False  # the numbers
    rows = [r for r in np.split(*_runs(changed.any(axis=1))) if len(r)]
    lengths = [changed[r].any(axis=0).sum() for r in rows]
    assert len(rows) == 2
    track = 0.36 * (1280 - 2 * 24) - 112 - 2 * 30  # beside names and numbers
    assert lengths == pytest.approx([track, track / 2], abs=7)  # the verdict's mark hides 5


def _runs(flags):
    places = np.flatnonzero(flags)
    return places, np.flatnonzero(np.diff(places) > 1) + 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_has_its_own_ground_and_words(subject, theme):
    image = draw(subject, Look(theme=theme)).at(0)
    assert tuple(image[2, 2]) == rgb(THEMES[theme].ground)
    words = image[20:50, 20:400].reshape(-1, 3)
    assert (words == rgb(THEMES[theme].text)).all(axis=1).any()


def test_a_filter_that_never_moves_is_hatched_not_coloured(subject):
    dead = with_dead(subject, 2)
    picture = draw(dead)
    area = picture.areas[2]
    tile = picture.at(5)[area.top : area.top + 8, area.left : area.left + area.width]
    assert {tuple(pixel) for pixel in tile.reshape(-1, 3)} == {(255, 255, 255), (128, 128, 128)}


@pytest.mark.parametrize("filter_", [None, 3])
def test_cells_are_drawn_as_a_field_and_one_as_its_course(filter_):
    subject = make(CELLS)
    picture = draw(subject, Look(filter_=filter_))
    image = picture.at(10)
    if filter_ is None:
        area = picture.areas[69]
        x, y = area.left + area.width - 2, area.top + area.height - 2
        np.testing.assert_array_equal(
            image[y, x], colours_of(subject, 10, 69, ramp=ramp("viridis"))[0, 0]
        )
    else:
        assert (image == rgb(THEMES["light"].accent)).all(axis=2).sum() > 200


def test_classes_stand_on_the_cells_of_the_output():
    picture = draw(make(Layer("output", "output", 3)))
    texts = {getattr(shape, "text", None) for shape in picture.over}
    assert {"flute", "piano", "xyz"} <= texts
    area = picture.areas[1]
    tile = picture.at(0)[area.top : area.top + 20, area.left : area.left + 60]
    assert (tile > 160).all(axis=2).sum() > 10  # white words


def test_a_picture_is_twice_as_large_at_a_ratio_of_two(subject):
    assert draw(subject, width=900, height=600, ratio=2).at(0).shape == (1200, 1800, 3)


def test_a_long_title_ends_within_the_picture():
    subject = make(title="a very long name " * 40)
    line = next(s for s in draw(subject).still if getattr(s, "text", "").startswith("a very"))
    assert line.text.endswith("…")
    assert len(line.text) < 300


@pytest.mark.parametrize("filter_", [None, 0])
@pytest.mark.parametrize("size", [(800, 600), (1280, 720), (1440, 900)])
@pytest.mark.parametrize("layer", [MAPS, CELLS])
def test_every_word_stands_within_the_picture_and_can_be_read(size, filter_, layer):
    if filter_ is None and size == (800, 600):
        size = (800, 500)  # the loops' own
    subject = make(layer, n_classes=11)
    picture = draw(subject, Look(filter_=filter_), width=size[0], height=size[1])
    for shape in (*picture.still, *picture.moving(5)):
        if isinstance(shape, Text):
            width = text_width(shape.text, size=shape.size, bold=shape.bold)
            left = shape.x - {"start": 0, "middle": 0.5, "end": 1}[shape.anchor] * width
            assert left >= 0, shape
            assert left + width <= size[0], shape
            assert 4 <= shape.y <= size[1] - 4, shape
            assert shape.size >= 10, shape
        elif isinstance(shape, Box):
            assert shape.x >= -1 and shape.x + shape.width <= size[0] + 1, shape
            assert shape.y >= 0 and shape.y + shape.height <= size[1], shape


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (CELLS, "Cell 1 of dense: activation in each window"),
        (Layer("output", "output", 3), "Score of piano (output): score in each window"),
    ],
)
def test_a_course_says_whether_it_is_of_scores_or_activations(layer, says):
    still = draw(make(layer), Look(filter_=1)).still
    assert says in [shape.text for shape in still if isinstance(shape, Text)]
