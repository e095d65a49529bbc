"""Debian's Firefox plays the page in step with its sound, and leaves out no window."""

import statistics
from itertools import pairwise

import pytest

from tests.browser.conftest import program, visitors
from tests.browser.test_play import FRONT_END, nearest

# Firefox moves `currentTime` every 40 ms of the sound, so the picture may be ahead of it by so many
# windows.
AHEAD = 3
BESIDE_MS = 300
WINDOW_MS = 1000 * FRONT_END.frame_s


def sound_at(picture, painted):
    """Return where the sound was: what Firefox says beside a picture is at most too little."""
    beside = [p for p in painted if abs(p["at"] - picture["at"]) < BESIDE_MS]
    return max(p["heard"] + (picture["at"] - p["at"]) / 1000 for p in beside)


@pytest.fixture(scope="module")
def firefox(playwright, loudspeaker):
    """Firefox, spoken to in WebDriver BiDi."""
    browser = playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=program("firefox-esr"),
        env=loudspeaker,
        firefox_user_prefs={"media.autoplay.default": 0},
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def regular(firefox, url):
    """One visitor for the module, as elsewhere, but with Firefox."""
    with visitors(firefox, url) as enter:
        yield enter().open()


def test_every_window_is_shown_in_step_with_the_sound(settled):
    settled.page.evaluate("watch.follow()")
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' })")
    last = int(settled.says()["frames"]) - 1
    settled.until(state="paused", frame=last)
    painted = settled.page.evaluate("watch.painted")

    frames = [int(p["frame"]) for p in painted]
    assert frames == sorted(frames)
    # A busy machine leaves pictures out, and each may take a window with it; nothing else does.
    moments = settled.page.evaluate("watch.moments")
    late = sum(int((after - at) / WINDOW_MS) for at, after in pairwise(moments))
    assert last + 1 - len({0, *frames}) <= late
    off = [
        abs(int(p["frame"]) - nearest(sound_at(p, painted), frames=last + 1))
        for p in painted
        if not p["paused"] and 0 < int(p["frame"]) < last
    ]
    assert statistics.median(off) <= 1
    assert statistics.mean(off) < 1.5


def test_a_click_on_the_spectrogram_moves_picture_and_sound(settled):
    plot = settled.stage.locator(".spectrogram .plot")
    box = plot.bounding_box()
    settled.stage.get_by_role("combobox", name="Speed").select_option("0.25")
    settled.button("Play").click()
    for share in (0.8, 0.3):
        plot.click(position={"x": share * box["width"], "y": box["height"] / 2})
        frame = round(share * 130) - 22
        settled.wait("Math.abs(watch.facts().frame - wanted) < 20", frame)
    settled.button("Pause").click()
    settled.until(state="paused")
    shown = int(settled.says()["frame"])
    sound = nearest(settled.page.evaluate("watch.playhead()"), frames=88)
    assert -1 <= shown - sound <= AHEAD
    settled.stage.get_by_role("combobox", name="Speed").select_option("1")


def test_another_layer_comes_while_the_sound_plays_on(settled):
    settled.button("Loop").click()
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' })")
    settled.page.evaluate("watch.listen()")
    settled.choose("Layer", "conv4_2 · 256 filters of 7×10")
    settled.until(layer="conv4_2", state="playing")
    assert settled.page.evaluate("watch.isPainted()")
    assert not {"pause", "ended", "emptied"} & set(settled.page.evaluate("watch.heard"))


def test_back_and_forward_go_where_the_address_says(settled):
    settled.stage.locator("[data-filter='12']").click()
    settled.wait("new URLSearchParams(location.search).get('filter') === '12' && watch.still()")
    settled.page.go_back()
    settled.wait("!new URLSearchParams(location.search).has('filter') && watch.still()")
    assert settled.page.evaluate("watch.stage().querySelector('[role=dialog]').hidden")
    settled.page.go_forward()
    settled.wait("!watch.stage().querySelector('[role=dialog]').hidden")
