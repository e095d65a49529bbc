import json

import numpy as np
import pytest

from cnnviz.export.colour import COLOURS, levels_of, ramp
from tests.export.conftest import make


def test_the_colour_maps_are_those_of_the_stage(node):
    assert list(COLOURS) == node("colour.mjs", "COLOURS", "COLOURS")


@pytest.mark.parametrize("name", ["viridis", "magma", "cividis", "inferno"])
def test_every_colour_is_that_of_the_stage(name, node):
    pixels = node("colour.mjs", "rampOf", f"[...rampOf('{name}')]")
    rgba = np.array(pixels, dtype="<u4").view(np.uint8).reshape(256, 4)
    assert (rgba[:, 3] == 255).all()
    np.testing.assert_array_equal(ramp(name), rgba[:, :3])


@pytest.mark.parametrize("scale", ["layer", "filter"])
def test_every_code_has_the_colour_that_the_stage_gives_it(scale, node):
    subject = make(seconds=1.5)
    model = {
        "layer": {"filters": subject.layer.filters},
        "segments": [
            {"low": [float(v) for v in s.low], "high": [float(v) for v in s.high]}
            for s in subject.segments
        ],
    }
    for index, segment in enumerate(subject.segments):
        code = (
            f"(() => {{ const model = {json.dumps(model)}; return [...coloursOf(model, "
            f"model.segments[{index}], {{ ramp: rampOf('magma'), scale: '{scale}' }})]; }})()"
        )
        pixels = np.array(node("colour.mjs", "coloursOf, rampOf", code), dtype="<u4")
        rgb = pixels.view(np.uint8).reshape(-1, 256, 4)[..., :3]
        np.testing.assert_array_equal(ramp("magma")[levels_of(subject, segment, scale=scale)], rgb)
