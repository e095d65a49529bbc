import json
from dataclasses import asdict

import numpy as np
import pytest

from cnnviz.export.axes import end_text
from cnnviz.export.colour import COLOURS, _to_lab, diverging, levels_of, ramp
from cnnviz.networks.card import Layer
from tests.export.conftest import MAPS, make


def test_the_colour_maps_are_those_of_the_stage(node):
    assert list(COLOURS) == node("colour.mjs", "COLOURS", "COLOURS")


@pytest.mark.parametrize("name", ["viridis", "magma", "cividis", "inferno"])
def test_every_colour_is_that_of_the_stage(name, node):
    pixels = node("colour.mjs", "rampOf", f"[...rampOf('{name}')]")
    rgba = np.array(pixels, dtype="<u4").view(np.uint8).reshape(256, 4)
    assert (rgba[:, 3] == 255).all()
    np.testing.assert_array_equal(ramp(name), rgba[:, :3])


@pytest.mark.parametrize("ground", ["#ffffff", "#171614", "#808080", "#fdf6e3"])
def test_every_diverging_colour_is_that_of_the_stage(ground, node):
    channels = [*bytes.fromhex(ground[1:])]
    pixels = node("signed.mjs", "divergingRamp", f"[...divergingRamp({channels})]")
    rgba = np.array(pixels, dtype="<u4").view(np.uint8).reshape(256, 4)
    np.testing.assert_array_equal(diverging(ground), rgba[:, :3])
    assert diverging(ground)[128].tolist() == channels


@pytest.mark.parametrize("ground", ["#ffffff", "#171614"])
def test_diverging_colours_go_in_equal_steps(ground):
    lab = np.array([_to_lab(bytes(colour)) for colour in diverging(ground)])
    steps = np.linalg.norm(lab[8::8] - lab[:-8:8], axis=1)
    for half in (steps[:16], steps[16:]):
        assert half.std() / half.mean() < 0.1  # whole channels, and one step at zero less


# Machado, Oliveira & Fernandes 2009, severity 1: linear RGB as eyes without L, M, S cones see it
LACKING = {
    "L": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "M": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "S": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@pytest.mark.parametrize("ground", ["#ffffff", "#171614"])
@pytest.mark.parametrize("cones", LACKING)
def test_the_signs_can_be_told_apart_by_all_eyes(ground, cones):
    linear = (diverging(ground) / 255) ** 2.2 @ np.array(LACKING[cones]).T
    seen = np.floor(255 * np.clip(linear, 0, 1) ** (1 / 2.2))
    lab = np.array([_to_lab(bytes(colour.astype(np.uint8))) for colour in seen])
    for code in (64, 32, 0):  # a just noticeable difference is about 0.02
        assert np.linalg.norm(lab[code] - lab[256 - max(1, code)]) > 0.08


@pytest.mark.parametrize("layer", [MAPS, Layer("output", "output", 5)], ids=lambda one: one.name)
def test_every_code_has_the_colour_that_the_stage_gives_it(layer, node):
    subject = make(layer, seconds=1.5)
    spans = subject.scales
    model = {
        "layer": {"filters": layer.filters},
        "segments": [
            {"low": [float(v) for v in s.low], "high": [float(v) for v in s.high]}
            for s in subject.segments
        ],
        "inside": {"low": [float(v) for v in spans.low], "high": [float(v) for v in spans.high]},
        "scales": {name: asdict(scale) for name, scale in spans.choices.items()},
    }
    for scale in spans.choices:
        for index, segment in enumerate(subject.segments):
            code = (
                f"(() => {{ const model = {json.dumps(model)}; return [...coloursOf(model, "
                f"model.segments[{index}], {{ ramp: rampOf('magma'), scale: '{scale}' }})]; }})()"
            )
            pixels = np.array(node("colour.mjs", "coloursOf, rampOf", code), dtype="<u4")
            rgb = pixels.view(np.uint8).reshape(-1, 256, 4)[..., :3]
            levels = levels_of(subject, segment, scale=scale)
            np.testing.assert_array_equal(ramp("magma")[levels], rgb)
        for filter_ in (None, 2):
            chosen = f"{{ scale: '{scale}', filter: {json.dumps(filter_)} }}"
            code = f"limitsOf({json.dumps(model)}, {chosen})"
            found = subject.limits(scale, filter_)
            assert node("colour.mjs", "limitsOf", code) == (found and found._asdict())


def test_the_ends_of_a_colour_bar_are_written_as_on_the_stage(node):
    cases = [
        (-0.66, None),
        (-0.66, 0.01),
        (3.11, 0.00301),
        (3.11, 0.0001),
        (0.0, 0.0),
        (1e-4, 0.05),
    ]
    for value, share in cases:
        assert end_text("≤", value, share) == node(
            "axes.mjs", "endText", f"endText('≤', {value}, {json.dumps(share)})"
        )
