import json

import numpy as np
import pytest

from cnnviz.export import axes
from cnnviz.front_ends.log_mel import LogMel


@pytest.mark.parametrize(("start", "end", "room"), [(0, 3, 12), (0, 60, 7), (-0.1, 1.2, 5)])
def test_moments_are_marked_where_the_stage_marks_them(start, end, room, node):
    wanted = node("axes.mjs", "timeTicks", f"timeTicks([{start}, {end}], {room})")
    assert axes.time_ticks(start, end, room=room) == wanted


@pytest.mark.parametrize("apart", [1.0, 4.0, 7.0, 11.6, 16.0, 30.0])
def test_frequencies_are_marked_where_the_stage_marks_them(apart, node):
    mel_hz = LogMel().mel_hz()
    wanted = node("axes.mjs", "melTicks", f"melTicks({json.dumps(mel_hz.tolist())}, {apart})")
    found = axes.mel_ticks(mel_hz, apart=apart)
    assert [text for _, text in found] == [tick["text"] for tick in wanted]
    np.testing.assert_allclose([band for band, _ in found], [tick["band"] for tick in wanted])


def test_numbers_are_written_as_on_the_stage(node):
    values = [0, 0.00071, -0.00071, 0.0123, -0.764, 2.845, 9.34, 10.44, -123.4, 99999, 123456]
    wanted = node("axes.mjs", "numberText", f"{values}.map(numberText)")
    assert [axes.number_text(value) for value in values] == wanted
