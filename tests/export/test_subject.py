import json

import numpy as np
import pytest

from tests.export.conftest import make, values_of


@pytest.mark.parametrize(("seconds", "hop_frames"), [(1.0, 1), (2.5, 1), (4.0, 3), (4.0, 8)])
def test_the_window_at_a_moment_is_that_of_the_stage(seconds, hop_frames, node):
    subject = make(seconds=seconds, hop_frames=hop_frames)
    model = {
        "frame_s": subject.clip.front_end.frame_s,
        "window_frames": 43,
        "hop_frames": hop_frames,
        "windows": subject.n_windows,
        "clip": {"seconds": subject.clip.seconds},
    }
    times = [0.0, *np.linspace(0, seconds, 401), *(i * 512 / 22050 for i in range(200))]
    code = f"{json.dumps(times)}.map((t) => windowAt({json.dumps(model)}, t))"
    wanted = node("clock.mjs", "windowAt", code)
    assert [subject.window_at(time_s) for time_s in times] == wanted
    code = f"{list(range(subject.n_windows))}.map((w) => timeOf({json.dumps(model)}, w))"
    wanted = node("clock.mjs", "timeOf", code)
    assert [subject.time_of(w) for w in range(subject.n_windows)] == pytest.approx(
        wanted, abs=1e-12
    )


def test_a_course_holds_mean_and_strongest_activation_inside_each_window():
    subject = make(seconds=1.5)
    means, peaks = subject.course(2)
    values = values_of(subject, 2, inside=True)
    np.testing.assert_allclose(means, values.mean(axis=(1, 2)), atol=1e-5)
    np.testing.assert_allclose(peaks, values.max(axis=(1, 2)), atol=1e-5)
    assert len(means) == subject.n_windows
