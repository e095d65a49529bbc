"""What is on the screen is what the network computed: pixels against NumPy.

**Conventions**: a picture is (row, column, channel) of a screenshot, from the top left; a map is
(frame, mel) as the network gives it, drawn with time to the right and high bands at the top. A
pixel's *index* is the place, 0 to 255, of the viridis colour nearest to its own.
"""

import io

import keras
import matplotlib
import matplotlib.image
import numpy as np
import pytest

from cnnviz.clips.clip import open_clip
from cnnviz.clips.recordings import shipped
from cnnviz.export.colour import diverging
from cnnviz.export.theme import THEMES
from cnnviz.networks.keras_network import load
from cnnviz.views import listing
from tests.conftest import ROOT

VIRIDIS = matplotlib.colormaps["viridis"](np.arange(256))[:, :3] * 255
# Half a code from quantising each filter by its own range, half from rounding to 256 colours,
# and neighbours on the ramp, which the stage keeps every fifth colour of, differ by 1 in a channel.
INDEX_TOLERANCE = 3
COLOUR_TOLERANCE = 3.0
# Pixels this near to the edge of a code's block may belong to either; it is in shares of a block.
EDGE = 0.2


@pytest.fixture(scope="module")
def loaded():
    """Load the network again, in this process, with no code of the page between."""
    return load(ROOT / "models" / "han2016")


@pytest.fixture(scope="module")
def clip(loaded):
    """The clip that the page opens with, as it is fed to the network."""
    entries = {entry.title: entry for entry in shipped(ROOT / "sample_audio")}
    clip = entries[listing.first(entries)]
    front_end = loaded.card.front_end
    return open_clip(
        clip.path, id=clip.id, title=clip.title, name=clip.path.name, front_end=front_end
    )


def maps(loaded, clip, name):
    """Return a layer's activations over the clip: (window, frame, mel, filter)."""
    output = loaded.model.get_layer(loaded.card.outputs[name]).output
    values = keras.Model(loaded.model.input, output).predict_on_batch(clip.windows[..., None])
    return values if values.ndim == 4 else values[:, None, None, :]


def index_of(values, *, low, high):
    return np.clip((values - low) / (high - low), 0, 1) * 255


def inside(values, layer, front_end):
    """Return the cells of maps (window, frame, mel, filter) that are centred on the window."""
    frames = layer.frame_start + layer.frame_step * np.arange(layer.frames)
    mels = layer.mel_start + layer.mel_step * np.arange(layer.mels)
    within = (frames > -0.5) & (frames < front_end.window_frames - 0.5)
    return values[:, within][:, :, (mels > -0.5) & (mels < front_end.n_mels - 0.5)]


def limits(values):
    """Return the ends of the usual scale, of the cells inside."""
    return np.percentile(values, [1, 99.7])


def picture_of(visit, selector):
    """Return the screenshot of an element, (row, column, channel), and its box in it."""
    element = visit.stage.locator(selector)
    element.scroll_into_view_if_needed()
    visit.page.mouse.move(0, 0)
    visit.wait("watch.still()")
    box = element.bounding_box()
    png = visit.page.screenshot()
    picture = matplotlib.image.imread(io.BytesIO(png))[..., :3] * 255
    return picture, box


def compare(picture, box, expected, *, width=(0.0, 1.0), height=(0.0, 1.0), colours=VIRIDIS):
    """Return index seen and index expected of every pixel well within a code's block.

    Parameters
    ----------
    picture : np.ndarray [shape=(row, column, 3)]
    box : dict
        Where in the picture the map lies: x, y, width, height in pixels.
    expected : np.ndarray [shape=(frame, mel)]
        Indices.
    width, height : tuple of float
        The part to compare, in shares, where something else lies over the rest.
    colours : np.ndarray [shape=(256, 3)]
        Of the indices.
    """
    frames, mels = expected.shape
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]] + 0.5
    x = (columns - box["x"]) / box["width"] * frames
    y = (1 - (rows - box["y"]) / box["height"]) * mels
    (left, right), (bottom, top) = np.multiply(width, frames), np.multiply(height, mels)
    far = (np.abs(x % 1 - 0.5) < 0.5 - EDGE) & (np.abs(y % 1 - 0.5) < 0.5 - EDGE)
    chosen = (x > left) & (x < right) & (y > bottom) & (y < top) & far
    pixels = picture[chosen]
    apart = np.linalg.norm(pixels[:, None, :] - colours[None], axis=2)  # (pixel, colour)
    assert apart.min(axis=1).max() < COLOUR_TOLERANCE, "a colour that is not of the map"
    at = np.floor(x[chosen]).astype(int), np.floor(y[chosen]).astype(int)
    share = (width[1] - width[0]) * (height[1] - height[0])
    assert len(set(zip(*at, strict=True))) > 0.7 * share * frames * mels
    return apart.argmin(axis=1), expected[at]


@pytest.mark.parametrize("layer", ["conv2_2", "conv4_2", "pool3"])
def test_a_tile_is_the_networks_map(enter, loaded, clip, layer):
    option = next(one for one in loaded.card.layers if one.name == layer)
    visit = enter().open(layer=f"{layer} · {option.size}", frame=20)
    values = maps(loaded, clip, layer)
    low, high = limits(inside(values, loaded.layer(layer), loaded.card.front_end))
    for window, keys in ((20, []), (61, [*["Shift+ArrowRight"] * 4, "ArrowRight"])):
        visit.button("Play").focus()
        for key in keys:
            visit.page.keyboard.press(key)
        visit.until(layer=layer, frame=window)
        # The filter that changes most from this window to the next: the hardest to get right.
        change = np.abs(values[window + 1] - values[window]).mean((0, 1))
        filter_ = int(change.argmax())
        picture, box = picture_of(visit, f"[data-filter='{filter_}']")
        expected = index_of(values[..., filter_], low=low, high=high)  # (window, frame, mel)

        seen, wanted = compare(picture, box, expected[window])
        assert np.abs(seen - wanted).max() <= INDEX_TOLERANCE
        assert np.ptp(wanted) > 30
        # The neighbouring picture would not have passed.
        seen, wanted = compare(picture, box, expected[window + 1])
        assert np.abs(seen - wanted).max() > INDEX_TOLERANCE


def test_scaled_per_filter_a_tile_uses_all_colours_of_its_own_range(enter, loaded, clip):
    visit = enter().open(frame=33)
    visit.until(frame=33)
    visit.stage.get_by_role("combobox", name="Scale").select_option("filter")
    values = maps(loaded, clip, "conv2_2")
    filter_ = int(np.ptp(values, axis=(0, 1, 2)).argsort()[len(values[0, 0, 0]) // 2])
    second = inside(values, loaded.layer("conv2_2"), loaded.card.front_end)[..., filter_]
    picture, box = picture_of(visit, f"[data-filter='{filter_}']")
    own = values[33, ..., filter_]
    seen, wanted = compare(picture, box, index_of(own, low=second.min(), high=second.max()))
    assert np.abs(seen - wanted).max() <= INDEX_TOLERANCE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_diverging_colours_have_the_pages_ground_at_zero(enter, loaded, clip, scheme):
    visit = enter(color_scheme=scheme).open(frame=33, scale="diverging")
    visit.until(frame=33)
    values = maps(loaded, clip, "conv2_2")
    second = inside(values, loaded.layer("conv2_2"), loaded.card.front_end)
    far = np.percentile(np.abs(second), 99.5)
    filter_ = int(np.ptp(values[33], axis=(0, 1)).argmax())
    for theme in (scheme, "dark" if scheme == "light" else "light"):
        visit.page.emulate_media(color_scheme=theme)  # followed at once, without a word
        ground = ", ".join(map(str, bytes.fromhex(THEMES[theme].ground[1:])))
        visit.wait(f"getComputedStyle(watch.stage()).backgroundColor === 'rgb({ground})'")
        visit.page.wait_for_timeout(300)
        picture, box = picture_of(visit, f"[data-filter='{filter_}']")
        colours = diverging(THEMES[theme].ground)
        expected = index_of(values[33, ..., filter_], low=-far, high=far)
        seen, wanted = compare(picture, box, expected, colours=colours)
        assert np.abs(seen - wanted).max() <= INDEX_TOLERANCE
        assert wanted.min() < 100 and wanted.max() > 200
        assert tuple(picture[5, -5]) == tuple(colours[128]), "the page's own ground"


def test_a_cell_is_the_networks_number(enter, loaded, clip):
    visit = enter().open(layer="dense · 1024 cells", frame=50)
    visit.until(layer="dense", frame=50)
    values = maps(loaded, clip, "dense")[:, 0, 0, :]  # (window, filter)
    low, high = limits(values)
    expected = index_of(values[50], low=low, high=high)
    picture, _ = picture_of(visit, "[data-filter='0']")
    boxes = visit.stage.locator("[data-filter]").evaluate_all(
        "(tiles) => tiles.map((tile) => tile.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == 1024
    shown = [i for i, box in enumerate(boxes) if box["top"] > 0 and box["bottom"] < 900]
    assert len(shown) > 200
    centres = [picture[int(b["y"] + b["height"] / 2), int(b["x"] + b["width"] / 2)] for b in boxes]
    apart = np.linalg.norm(np.array(centres)[:, None, :] - VIRIDIS[None], axis=2)
    assert np.abs(apart.argmin(axis=1) - expected)[shown].max() <= INDEX_TOLERANCE


def test_the_spectrogram_is_the_networks_input(enter, clip):
    window = 40
    visit = enter().open(frame=window)
    visit.until(frame=window)
    log_mel = clip.input
    expected = index_of(log_mel, low=log_mel.min(), high=log_mel.max())
    picture, box = picture_of(visit, ".spectrogram .plot canvas")
    # Only the boxed second is bare, within the box's border, on both sides of the playhead.
    first = (window + 1) / len(log_mel), (window + 20) / len(log_mel)
    second = (window + 23) / len(log_mel), (window + 42) / len(log_mel)
    for width in (first, second):
        seen, wanted = compare(picture, box, expected, width=width, height=(0.03, 0.97))
        assert np.abs(seen - wanted).max() <= INDEX_TOLERANCE
        assert np.ptp(wanted) > 150


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_pictures_are_sharp_on_any_screen(enter, ratio):
    visit = enter(device_scale_factor=ratio).open()
    width, shown = visit.stage.locator(".grid canvas").evaluate(
        "(canvas) => [canvas.width, canvas.clientWidth]"
    )
    assert width == pytest.approx(shown * ratio, abs=ratio)
