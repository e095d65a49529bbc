"""The frame control and the playhead are one thing, and the address remembers where it rests."""

import pytest

from cnnviz.clips.catalogue import samples
from tests.conftest import ROOT

MOST_BYTES = 3_000  # of a move of the frame control, sent and received


def drag(visit, plot, *, start, end):
    """Drag along a plot or bar, from one share of its width to another, and hold."""
    visit.stage.locator(plot).scroll_into_view_if_needed()
    box = visit.stage.locator(plot).bounding_box()
    y = box["y"] + box["height"] / 2
    visit.page.mouse.move(box["x"] + box["width"] * start, y)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] * end, y, steps=5)


def test_the_frame_control_moves_the_picture_with_few_bytes(settled):
    settled.slider.focus()
    for frame, key in [
        (1, "ArrowRight"),
        (2, "ArrowUp"),
        (12, "PageUp"),
        (87, "End"),
        (86, "ArrowLeft"),
    ]:
        sent, got = len(settled.sent), len(settled.got)
        with settled.answered():
            settled.page.keyboard.press(key)
        settled.slid(frame)
        settled.until(frame=frame, state="paused")
        assert 0 < sum(settled.sent[sent:]) + sum(settled.got[got:]) < MOST_BYTES


def test_the_picture_moves_within_the_event_and_nothing_is_sent_before_the_release(settled):
    settled.slider.scroll_into_view_if_needed()
    box = settled.slider.bounding_box()
    y = box["y"] + box["height"] / 2
    sent = len(settled.sent)
    # What the stage says right after its control has handled an input event, in the same task.
    settled.page.evaluate(
        """() => {
          window.followed = [];
          watch.control().addEventListener("input", ({ target }) =>
            followed.push([target.value, watch.facts().frame]));
        }"""
    )
    settled.page.mouse.move(box["x"] + 8, y)
    settled.page.mouse.down()
    settled.page.mouse.move(box["x"] + box["width"] * 0.7, y, steps=8)
    settled.wait("Number(watch.facts().frame) > 50")
    settled.page.wait_for_timeout(400)  # longer than the stage takes to report a rest
    assert settled.sent[sent:] == []
    with settled.answered():
        settled.page.mouse.up()
    followed = settled.page.evaluate("followed")
    assert len(followed) > 4
    assert all(control == stage for control, stage in followed)
    settled.slid(settled.says()["frame"])


def test_moving_the_control_while_it_plays_seeks_and_plays_on(settled):
    settled.button("Loop").click()
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' }) && Number(watch.facts().frame) > 3")
    settled.page.evaluate("watch.listen(), watch.follow()")
    settled.slider.focus()
    settled.page.keyboard.press("End")
    # It was heard from there on: the last frames, though nobody waited for them.
    settled.wait("watch.painted.some((p) => Number(p.frame) === 87 && !p.paused)")
    settled.wait("watch.heard.includes('seeking')")
    assert not {"pause", "emptied", "loadstart"} & set(settled.page.evaluate("watch.heard"))
    assert settled.says()["state"] == "playing"


def test_the_control_follows_the_playhead_at_every_picture(settled):
    settled.page.evaluate(
        """() => {
          window.apart = [];
          const look = () => {
            if (!watch.sound().paused) apart.push(watch.control().value !== watch.facts().frame);
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    settled.button("Play").click()
    settled.wait("apart.length > 40")
    assert not any(settled.page.evaluate("apart"))


def test_while_it_plays_nothing_is_sent(settled):
    settled.button("Loop").click()
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' })")
    settled.page.evaluate("watch.follow()")
    sent, got = len(settled.sent), len(settled.got)
    settled.wait("watch.painted.length > 60")
    assert (settled.sent[sent:], settled.got[got:]) == ([], [])


def test_pausing_reports_once_and_moves_the_address(settled):
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' }) && Number(watch.facts().frame) > 20")
    got = len(settled.got)
    settled.button("Pause").click()
    settled.wait("watch.says({ state: 'paused' })")
    frame = settled.says()["frame"]
    settled.slid(frame)
    assert int(frame) > 20
    assert settled.says()["frame"] == frame
    assert sum(settled.got[got:]) < MOST_BYTES


@pytest.mark.parametrize("plot", [".spectrogram .plot", "input.time"])
def test_scrubbing_moves_the_picture_at_once_and_reports_at_the_end(settled, plot):
    sent = len(settled.sent)
    drag(settled, plot, start=0.4, end=0.7)
    settled.wait("Number(watch.facts().frame) > 60")
    assert settled.sent[sent:] == []  # nothing while the pointer is down
    settled.page.mouse.up()
    frame = settled.says()["frame"]
    # A picture in the middle of 130 frames is that of a window that begins 21 frames before.
    assert int(frame) == pytest.approx(0.7 * 130 - 21, abs=2)
    settled.slid(frame)
    settled.until(frame=frame, state="paused")


def test_a_click_on_the_spectrogram_while_it_plays_plays_on_from_there(settled):
    settled.button("Loop").click()
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' })")
    settled.page.evaluate("watch.listen(), watch.follow()")
    drag(settled, ".spectrogram .plot", start=0.8, end=0.8)
    settled.page.mouse.up()
    settled.wait("watch.painted.some((p) => Number(p.frame) >= 80)")
    assert settled.says()["state"] == "playing"
    assert not {"pause", "emptied", "loadstart"} & set(settled.page.evaluate("watch.heard"))


def test_looks_send_a_short_report_once_they_rest(visit):
    sent = len(visit.sent)
    visit.stage.get_by_role("combobox", name="Scale").select_option("filter")
    visit.stage.get_by_role("combobox", name="Colours").select_option("magma")
    visit.stage.get_by_role("combobox", name="Speed").select_option("0.25")
    for name in ("Larger", "Smaller", "Loop"):
        visit.button(name).click()
    light = visit.page.evaluate("getComputedStyle(watch.stage()).color")
    visit.page.emulate_media(color_scheme="dark")
    visit.wait("getComputedStyle(watch.stage()).color !== wanted", light)
    visit.page.set_viewport_size({"width": 1000, "height": 800})
    visit.wait("watch.stage().clientWidth < 700")
    # Messages keep their order: this one would come after any other.
    visit.slider.focus()
    with visit.answered():
        visit.page.keyboard.press("ArrowRight")
    # Four looks were changed at once: one report, or one each where the machine was busy.
    assert 2 <= len(visit.sent) - sent <= 5
    assert max(visit.sent[sent:]) < 1000


def test_an_address_opens_the_same_clip_layer_and_frame_elsewhere(enter):
    first = enter().open()
    clip = samples(ROOT / "sample_audio")[7]
    first.choose("Clip", clip.title)
    first.wait("watch.facts().clip === wanted && watch.still()", clip.id)
    first.choose("Layer", "pool3 · 128 filters of 3×6")
    first.until(layer="pool3")
    # Half-way of 130 frames lies between two windows: after the seek it may be the other one.
    drag(first, ".spectrogram .plot", start=0.3, end=0.52)
    first.page.mouse.up()
    frame = first.says()["frame"]
    first.slid(frame)
    first.until(clip=clip.id, layer="pool3", frame=frame, state="paused")

    second = enter()
    second.url = first.page.url
    second.open()
    second.until(**first.says())
    assert second.slider.input_value() == frame
    pictures = [
        visit.stage.locator(".grid canvas").evaluate("(canvas) => canvas.toDataURL()")
        for visit in (first, second)
    ]
    assert pictures[0] == pictures[1]


def test_a_reload_opens_the_same_again(visit):
    visit.choose("Layer", "conv4_1 · 256 filters of 5×8")
    visit.until(layer="conv4_1")
    visit.slider.focus()
    visit.page.keyboard.press("End")
    visit.slid(87)
    visit.until(layer="conv4_1", frame=87)
    said = visit.says()
    visit.page.reload()
    visit.wait("watch.says({ state: 'paused' })")
    visit.until(**said)


def test_a_clip_that_ends_while_another_is_chosen_leaves_no_frame_behind(visit):
    drag(visit, ".spectrogram .plot", start=0.7, end=0.8)
    visit.page.mouse.up()
    visit.until(state="paused")
    clip = samples(ROOT / "sample_audio")[11]
    visit.button("Play").click()
    visit.choose("Clip", clip.title)
    visit.wait("watch.facts().clip === wanted && watch.still()", clip.id)
    visit.page.wait_for_timeout(1000)  # for a report that should not come
    assert visit.says()["frame"] == "0"
    assert visit.slider.input_value() == "0"


def test_what_comes_back_from_the_server_moves_nothing(settled):
    # Messages may cross: Python knows an older frame than the browser. It never sends one back.
    settled.page.evaluate("watch.follow()")
    settled.page.evaluate("watch.report({ frame: 40 }), watch.report({ frame: 12 })")
    settled.page.wait_for_timeout(700)
    settled.wait("watch.still()")
    assert settled.page.evaluate("watch.painted") == []
    assert settled.says()["frame"] == settled.slider.input_value() == "0"


def test_dragging_back_right_after_a_report_counts(settled):
    settled.slider.focus()
    settled.page.keyboard.press("End")
    with settled.answered():
        settled.wait("watch.says({ frame: 87 })")
    settled.page.keyboard.press("Home")
    settled.slid(0)
    settled.until(frame=0, state="paused")


@pytest.mark.parametrize("control", ["input[aria-label=Frame]", "input.time"])
def test_a_held_thumb_holds_the_sound_and_lets_it_go_on(settled, control):
    settled.button("Loop").click()
    settled.button("Play").click()
    settled.wait("watch.says({ state: 'playing' }) && Number(watch.facts().frame) > 3")
    thumb = settled.page.locator(control)
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    y = box["y"] + box["height"] / 2
    settled.page.mouse.move(box["x"] + box["width"] * 0.3, y)
    settled.page.mouse.down()
    settled.page.mouse.move(box["x"] + box["width"] * 0.4, y, steps=4)
    settled.page.wait_for_timeout(100)
    held = settled.says()["frame"]
    settled.page.wait_for_timeout(500)
    assert settled.says()["frame"] == held
    settled.page.mouse.up()
    settled.wait("Number(watch.facts().frame) > Number(wanted) + 5", held)
    assert settled.says()["state"] == "playing"


def test_a_space_on_the_frame_control_plays_and_pauses(settled):
    settled.slider.focus()
    settled.page.keyboard.press("Space")
    settled.wait("watch.says({ state: 'playing' })")
    settled.page.keyboard.press("Space")
    settled.until(state="paused")
