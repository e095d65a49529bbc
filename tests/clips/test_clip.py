"""A clip as the network hears it: windows at every frame, or a stated hop."""

import io

import numpy as np
import pytest
import soundfile as sf

from cnnviz.clips.clip import MAX_WINDOWS, open_clip
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel


def noise(seconds, front_end=None):
    rate = 22050
    y = np.random.default_rng(1).normal(0, 0.1, int(seconds * rate)).clip(-1, 1)
    file = io.BytesIO()
    sf.write(file, y, rate, format="WAV")
    return open_clip(file.getvalue(), id="x", title="X", name="x.wav", front_end=LogMel())


def test_no_sound_is_refused():
    with pytest.raises(BadInput, match=r"x\.wav"):
        open_clip(b"no sound", id="x", title="X", name="x.wav", front_end=LogMel())


@pytest.mark.parametrize("seconds", [1.0, 3.0, 9.9, 10.0])
def test_up_to_ten_seconds_every_frame_is_a_window(seconds):
    clip = noise(seconds)
    assert clip.hop_frames == 1
    assert clip.n_windows == len(clip.input) - 42
    assert not clip.notes


@pytest.mark.parametrize("seconds", [10.1, 20.0, 60.0])
def test_longer_clips_skip_frames_and_say_so(seconds):
    clip = noise(seconds)
    assert clip.hop_frames > 1
    assert clip.n_windows <= MAX_WINDOWS
    assert f"one window in {clip.hop_frames}" in clip.notes[-1]
    # the last window reaches to within a hop of the end
    last = (clip.n_windows - 1) * clip.hop_frames + 43
    assert len(clip.input) - last < clip.hop_frames


def test_the_shortest_clip_has_a_window():
    clip = noise(0.2)
    assert clip.n_windows >= 1
    assert clip.seconds == 1.0
    assert "padded" in clip.notes[0]


def test_the_picture_cannot_be_written_on():
    with pytest.raises(ValueError, match="read-only"):
        noise(1.0).input[0, 0] = 1
