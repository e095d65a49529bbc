"""WebKitGTK, of Safari's engine, plays the page in step with its sound.

Debian's draws in software, a handful of pictures a second here: each must be in step, but they are
too few to show every window. That the playhead leaves none out is for its own tests.
"""

import pytest

from tests.browser.conftest import program
from tests.browser.test_play import nearest
from tests.browser.visit import NETWORK_S, SCRIPT
from tests.browser.webdriver import webkit

PLAY = "watch.stage().querySelector('.play')"
FRAMES = 88


@pytest.fixture(scope="module")
def opened(url, loudspeaker, tmp_path_factory):
    """The page, opened and at rest."""
    log = tmp_path_factory.mktemp("webkit") / "log.txt"
    programs = {"driver": program("WebKitWebDriver"), "screen": program("Xvfb")}
    with webkit(**programs, environment=loudspeaker, log=log) as browser:
        browser.open(url)
        browser.evaluate(f"(() => {{ {SCRIPT} }})()")
        browser.wait("watch.says({ state: 'paused' }) && watch.still()", timeout_s=NETWORK_S)
        yield browser


def test_every_picture_is_in_step_with_the_sound(opened):
    opened.evaluate("watch.follow()")
    opened.click(PLAY)
    opened.wait("watch.says({ state: 'playing' })")
    opened.wait(f"watch.says({{ state: 'paused', frame: {FRAMES - 1} }})")
    painted = opened.evaluate("watch.painted")
    frames = [int(p["frame"]) for p in painted]
    assert frames == sorted(frames)
    assert len(frames) > 3
    drawn = [
        int(p["frame"]) - nearest(p["read"] + 0.008, frames=FRAMES)
        for p in painted
        if not p["paused"]
    ]
    assert max(map(abs, drawn)) <= 1


def test_the_spectrogram_and_the_sidebar_move_it(opened):
    opened.click("watch.stage().querySelector('.spectrogram .plot')")  # in the middle
    opened.wait("Math.abs(Number(watch.facts().frame) - 43) <= 1")
    assert abs(opened.evaluate("watch.playhead()") - 1.5) < 0.03
    opened.type("watch.control()", "\ue014")  # the right arrow
    opened.wait("Math.abs(Number(watch.facts().frame) - 44) <= 1 && watch.still()")


def test_another_layer_comes_while_the_sound_plays_on(opened):
    opened.click(PLAY)
    opened.wait("watch.says({ state: 'playing' })")
    opened.type("document.querySelector('input[role=combobox][aria-label*=Layer]')", "conv4_2")
    opened.click("document.querySelector('[role=option]')")
    opened.wait("watch.says({ layer: 'conv4_2' }) && watch.still()")
    assert opened.evaluate("watch.isPainted()")
    assert "layer=conv4_2" in opened.evaluate("location.search")
