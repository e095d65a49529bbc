"""A clip as the network hears it: windows at every frame, or a stated hop."""

import io

import numpy as np
import pytest
import soundfile as sf

from cnnviz.errors import BadInput
from cnnviz.frontend import FrontEnd
from cnnviz.listening import MAX_WINDOWS, hear


def clip(seconds, front_end=None):
    rate = 22050
    y = np.random.default_rng(1).normal(0, 0.1, int(seconds * rate)).clip(-1, 1)
    file = io.BytesIO()
    sf.write(file, y, rate, format="WAV")
    return hear(file.getvalue(), id="x", title="X", name="x.wav", front_end=FrontEnd())


def test_no_sound_is_refused():
    with pytest.raises(BadInput, match=r"x\.wav"):
        hear(b"no sound", id="x", title="X", name="x.wav", front_end=FrontEnd())


@pytest.mark.parametrize("seconds", [1.0, 3.0, 9.9, 10.0])
def test_up_to_ten_seconds_every_frame_is_a_window(seconds):
    heard = clip(seconds)
    assert heard.hop_frames == 1
    assert heard.n_windows == len(heard.log_mel) - 42
    assert not heard.notes


@pytest.mark.parametrize("seconds", [10.1, 20.0, 60.0])
def test_longer_clips_skip_frames_and_say_so(seconds):
    heard = clip(seconds)
    assert heard.hop_frames > 1
    assert heard.n_windows <= MAX_WINDOWS
    assert f"one window in {heard.hop_frames}" in heard.notes[-1]
    # the last window reaches to within a hop of the end
    last = (heard.n_windows - 1) * heard.hop_frames + 43
    assert len(heard.log_mel) - last < heard.hop_frames


def test_the_shortest_clip_has_a_window():
    heard = clip(0.2)
    assert heard.n_windows >= 1
    assert heard.seconds == 1.0
    assert "padded" in heard.notes[0]


def test_the_picture_cannot_be_written_on():
    with pytest.raises(ValueError, match="read-only"):
        clip(1.0).log_mel[0, 0] = 1
