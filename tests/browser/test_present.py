"""Present mode: the stage alone, over the whole page."""

import pytest

ON = "watch.stage().closest('dialog').open"
TEXT = "parseFloat(getComputedStyle(watch.stage().querySelector('{}')).fontSize)"
TEXT += " * parseFloat(getComputedStyle(watch.stage()).zoom)"
NAMES = [".headline", ".spectrogram", ".bars", ".transport", ".legend .colour-bar", ".grid"]


def size(visit, name):
    return visit.page.evaluate(TEXT.format(name))


@pytest.mark.parametrize("window", [(1280, 720), (1920, 1080)], ids=str)
def test_the_stage_fills_the_window_in_larger_type_while_the_sound_plays_on(settled, window):
    names = (".headline", ".bar .name", ".axis", ".tile", ".readout")
    usual = {name: size(settled, name) for name in names}
    settled.page.set_viewport_size(dict(zip(("width", "height"), window, strict=True)))
    settled.button("Loop").click()
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' })")
    settled.page.evaluate("watch.listen()")
    settled.page.keyboard.press("p")
    settled.wait(ON)
    settled.wait("document.fullscreenElement")
    assert settled.page.evaluate("(names) => watch.outOfSight(names)", NAMES) == []
    track = settled.stage.locator(".bar .track").first.bounding_box()
    assert track["height"] >= 14
    assert track["width"] >= 100
    assert settled.page.evaluate("innerWidth - watch.stage().getBoundingClientRect().width") < 60
    for name in names:
        assert size(settled, name) >= 1.4 * usual[name], name
    settled.wait("location.search.includes('present=1')")
    settled.page.keyboard.press("Escape")
    settled.wait(f"!{ON} && !document.fullscreenElement")
    settled.wait("!location.search.includes('present')")
    assert not {"pause", "ended", "emptied"} & set(settled.page.evaluate("watch.heard"))
    settled.page.set_viewport_size({"width": 1440, "height": 900})


def test_its_keys_and_what_escape_closes(settled):
    settled.button("Present").click()
    settled.wait(ON)
    settled.page.keyboard.press("ArrowRight")
    settled.wait("watch.says({ frame: 1 })")
    settled.stage.locator("[data-filter='12']").click()
    opened = settled.stage.locator(".opened")
    opened.wait_for()
    assert settled.page.evaluate("watch.outOfSight(['.opened', '.transport'])") == []
    boxes = [settled.stage.locator(name).bounding_box() for name in (".transport", ".opened")]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 2  # it covers no control
    keys = settled.stage.locator(".keys")
    assert not keys.is_visible()
    settled.page.keyboard.press("?")
    keys.wait_for()
    settled.page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    assert opened.is_visible()
    settled.page.keyboard.press("Escape")
    opened.wait_for(state="hidden")
    assert settled.page.evaluate(ON)
    settled.button("Leave Present").click()
    settled.wait(f"!{ON}")
    settled.slid(1)
    settled.slider.focus()
    settled.page.keyboard.press("ArrowRight")
    settled.slid(2)


def test_a_link_opens_in_it(visit):
    visit.open(present=1, frame=3)
    visit.wait(ON)
    visit.until(frame=3, state="paused")
    assert not visit.page.evaluate("Boolean(document.fullscreenElement)")
    visit.page.keyboard.press("Escape")
    visit.wait(f"!{ON}")
