"""Debian's Firefox plays the page in step with its sound, and leaves out no window."""

import statistics

import pytest

from tests.browser.conftest import program, visitors
from tests.browser.test_play import nearest

# Firefox moves `currentTime` every 40 ms of the sound and reads it late by up to a picture, so the
# picture may be ahead of it by so many windows.
AHEAD = 3


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
    # Of pictures that a busy machine draws late, some fall on one window; without the playhead
    # between the updates there are 50.
    assert len({0, *frames}) > 0.9 * last
    ahead = [
        int(p["frame"]) - nearest(p["heard"], frames=last + 1)
        for p in painted
        if not p["paused"] and p["heard"] > 0
    ]
    assert -1 <= min(ahead) <= max(ahead) <= AHEAD
    assert 0 <= statistics.mean(ahead) <= 2


def test_a_click_on_the_spectrogram_moves_picture_and_sound(settled):
    plot = settled.stage.locator(".spectrogram .plot")
    box = plot.bounding_box()
    settled.button("Play").click()
    for share in (0.8, 0.3):
        plot.click(position={"x": share * box["width"], "y": box["height"] / 2})
        frame = round(share * 130) - 22
        settled.wait(f"Math.abs(Number(watch.facts().frame) - {frame}) < 10")
    settled.button("Pause").click()
    settled.until(state="paused")
    shown = int(settled.says()["frame"])
    sound = nearest(settled.page.evaluate("watch.playhead()"), frames=88)
    assert -1 <= shown - sound <= AHEAD


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
