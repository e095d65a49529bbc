import dataclasses
import io
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from cnnviz.analyses.scales import scales
from cnnviz.errors import BadInput
from cnnviz.export import film
from cnnviz.export.colour import ramp
from cnnviz.export.picture import Look, Picture
from cnnviz.export.theme import THEMES
from cnnviz.export.work import Stopped, Work
from cnnviz.networks.outputs import Segment
from tests.export.conftest import make

WITHIN_S = 0.023
CLICK_S = 0.9


@pytest.fixture(scope="module")
def clicking():
    """A clip with one click, and a layer that lights up from the window centred on it."""
    subject = make(seconds=1.8)
    rate = subject.clip.front_end.sample_rate
    y = np.zeros_like(subject.clip.y)
    start = round(CLICK_S * rate)
    y[start : start + 4] = 0.9
    clip = dataclasses.replace(subject.clip, y=y, input=subject.clip.front_end.input(y))
    lit = np.array([subject.centre_s(w) >= CLICK_S for w in range(subject.n_windows)])
    codes = np.zeros((6, subject.n_windows, 9, 12), np.uint8) + np.uint8(255) * lit[:, None, None]
    segment = Segment(0, (codes,), np.zeros(6, np.float32), np.ones(6, np.float32))
    spans = scales((segment,), subject.layer, clip.front_end)
    return dataclasses.replace(subject, clip=clip, segments=(segment,), scales=spans)


@pytest.fixture(scope="module")
def films(clicking):
    """Films by speed."""
    return {speed: film.mp4(clicking, Look(), speed=speed) for speed in (1.0, 0.5, 0.1)}


def pictures(data):
    """The time and the pixels of every picture."""
    with av.open(io.BytesIO(data)) as container:
        for frame in container.decode(video=0):
            yield float(frame.pts * frame.time_base), frame.to_ndarray(format="rgb24")


def sound(data):
    """The samples with the time of the first, as a player that keeps to the file hears them."""
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(audio=0))
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return float(frames[0].pts * frames[0].time_base), samples, frames[0].sample_rate


def test_the_film_has_a_picture_for_every_frame_of_the_front_end(clicking, films):
    with av.open(io.BytesIO(films[1.0])) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.pix_fmt) == (1280, 720, "yuv420p")
        assert video.average_rate == Fraction(22050, 512)
        stamps = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    assert stamps == [n * Fraction(512, 22050) for n in range(78)]  # ceil(1.8 s / 23.2 ms)
    assert len(film.moments(clicking)) == 78


def test_each_picture_is_what_the_stage_shows_at_that_moment(clicking, films):
    picture = Picture(clicking, Look(), width=1280, height=720, ratio=1.0)
    for time_s, decoded in list(pictures(films[1.0]))[::19]:
        wanted = picture.at(clicking.window_at(time_s), time_s=time_s)
        assert np.abs(decoded.astype(int) - wanted).mean() < 3.0


def test_colours_come_back_as_they_were(clicking, films):
    area = Picture(clicking, Look(), width=1280, height=720, ratio=1.0).areas[0]
    decoded = list(pictures(films[1.0]))
    for index, level in ((0, 0), (-1, 255)):
        tile = decoded[index][1][area.top + 8 : area.top + 40, area.left + 8 : area.left + 40]
        colour = tile.reshape(-1, 3).mean(axis=0)
        np.testing.assert_allclose(colour, ramp("viridis")[level], atol=4)


@pytest.mark.parametrize("speed", [1.0, 0.5, 0.1])
def test_picture_and_sound_are_together(clicking, films, speed):
    start_s, samples, rate = sound(films[speed])
    energy = samples.astype(float) ** 2
    heard_s = start_s + (energy * np.arange(len(energy))).sum() / energy.sum() / rate
    area = Picture(clicking, Look(), width=1280, height=720, ratio=1.0).areas[0]
    seen_s = next(
        time_s
        for time_s, image in pictures(films[speed])
        if image[area.top + 20, area.left + 20, 0] > 128  # viridis ends in yellow, starts in blue
    )
    # In a slow film a second of the clip lasts longer, and so does a picture
    assert abs(heard_s * speed - CLICK_S) <= WITHIN_S / 2
    assert abs(seen_s - heard_s) * speed <= WITHIN_S


@pytest.mark.parametrize("speed", [1.0, 0.5, 0.1])
def test_the_sound_lasts_as_long_as_the_clip(films, speed):
    _, samples, rate = sound(films[speed])
    assert len(samples) / rate == pytest.approx(1.8 / speed, abs=0.03)


def test_without_the_files_word_on_the_encoders_delay_the_sound_is_still_in_time(films):
    with av.open(io.BytesIO(films[1.0]), options={"ignore_editlist": "1"}) as container:
        container.streams.audio[0].codec_context.flags2 |= 1 << 28  # keep what would be skipped
        frames = list(container.decode(audio=0))
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    late_s = np.abs(samples).argmax() / frames[0].sample_rate - CLICK_S
    assert abs(late_s) <= WITHIN_S


def test_the_film_says_what_it_shows(films):
    with av.open(io.BytesIO(films[0.5])) as container:
        tags = container.metadata
    assert tags["title"].startswith("Flute & <piano>, 2× · Whole clip: ")
    for said in (
        "network: A made network",
        "clip: Flute & <piano>, 2× (samples/made)",
        "layer: conv, 6 filters of 9×12",
        "scale: per layer: 1st to 99.7th percentile; from ",
        "version: cnnviz ",
        "speed: 0.5",
        "ISMIR 2020",
    ):
        assert said in tags["comment"]


def test_the_table_of_contents_comes_first(films):
    assert films[1.0].index(b"moov") < films[1.0].index(b"mdat")


def test_a_film_of_one_filter_in_full_hd(clicking):
    short = dataclasses.replace(
        clicking, clip=dataclasses.replace(clicking.clip, y=clicking.clip.y[:2205])
    )
    data = film.mp4(short, Look(filter_=2, theme="dark"), size="1080p", speed=0.75)
    (_, first), *others = pictures(data)
    assert first.shape == (1080, 1920, 3)
    assert len(others) == 4
    assert np.abs(first[4, 4].astype(int) - [*bytes.fromhex(THEMES["dark"].ground[1:])]).max() <= 3


def test_long_clips_have_a_picture_for_each_of_their_windows():
    subject = make(seconds=12.0, hop_frames=8)
    assert film.rate(subject) == Fraction(22050, 512 * 8)
    times = film.moments(subject)
    seen = [subject.window_at(time_s) for time_s in times]
    assert sorted(set(seen)) == list(range(subject.n_windows))
    assert 12.0 - 8 * 512 / 22050 <= times[-1] < 12.0


@pytest.fixture(scope="module")
def part(clicking):
    """A film of 0.9 s about the click, at half speed."""
    return film.mp4(clicking, Look(), speed=0.5, part=(0.5, 1.4))


def test_a_film_of_a_part_shows_and_sounds_what_the_clip_does_there(clicking, part):
    picture = Picture(clicking, Look(), width=1280, height=720, ratio=1.0)
    decoded = list(pictures(part))
    assert len(decoded) == 39  # ceil(0.9 s / 23.2 ms)
    for time_s, image in decoded[::12]:
        moment_s = 0.5 + time_s * 0.5
        wanted = picture.at(clicking.window_at(moment_s), time_s=moment_s)
        assert np.abs(image.astype(int) - wanted).mean() < 3.0
    start_s, samples, rate = sound(part)
    assert len(samples) / rate == pytest.approx(0.9 / 0.5, abs=0.03)
    energy = samples.astype(float) ** 2
    click_s = start_s + (energy * np.arange(len(energy))).sum() / energy.sum() / rate
    assert abs(click_s * 0.5 - (CLICK_S - 0.5)) <= WITHIN_S / 2


def test_a_film_of_a_part_says_which(part, films):
    with av.open(io.BytesIO(part)) as container:
        assert "part: 0.50 to 1.40 s of 1.80 s" in container.metadata["comment"]
    with av.open(io.BytesIO(films[1.0])) as container:
        assert "part:" not in container.metadata["comment"]


@pytest.mark.parametrize("part", [(0.5, 0.5), (1.0, 0.5), (-0.1, 1.0), (1.0, 1.9)])
def test_a_part_that_is_not_in_the_clip_is_refused(clicking, part):
    with pytest.raises(BadInput, match=r"within the clip's 1\.80 s"):
        film.mp4(clicking, Look(), part=part)


@pytest.mark.parametrize(("size", "speed"), [("4k", 1.0), ("720p", 0.05), ("720p", 2.0)])
def test_other_films_are_refused(clicking, size, speed):
    with pytest.raises(BadInput, match=r"720p, 1080p at a speed of 0\.1 to 1"):
        film.mp4(clicking, Look(), size=size, speed=speed)


def test_a_film_stops_when_it_is_told_to_and_leaves_nothing(clicking, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = []
    work = Work()

    def progress(share):
        assert list(tmp_path.iterdir())
        told.append(share)
        if share > 0.1:
            work.stop.set()

    work.progress = progress
    with pytest.raises(Stopped):
        film.mp4(clicking, Look(), work=work)
    assert told[-1] < 0.2
    assert list(Path(tmp_path).iterdir()) == []


def test_a_film_says_how_far_it_is(clicking):
    told = []
    film.mp4(clicking, Look(), work=Work(progress=told.append))
    assert told == sorted(told)
    assert told[-1] == 1.0
