"""A link to a moment: another browser shows the same picture, pixel by pixel."""

import io
import wave
from urllib.parse import parse_qs, urlsplit

import pytest

from cnnviz.clips.catalogue import samples
from tests.conftest import ROOT

LOOKS = {"Scale": "filter", "Colours": "magma", "Order": "movement", "Speed": "0.25"}
PICTURES = (".grid canvas", ".opened canvas", ".spectrogram canvas")


@pytest.fixture
def sender(enter):
    visit = enter(permissions=["clipboard-read", "clipboard-write"]).open()
    clip = samples(ROOT / "sample_audio")[9]
    visit.choose("Clip", clip.title)
    visit.wait("watch.facts().clip === wanted && watch.still()", clip.id)
    visit.choose("Layer", "conv3_1 · 128 filters of 8×18")
    visit.until(layer="conv3_1")
    return visit


def looks(visit):
    boxes = {name: visit.stage.get_by_role("combobox", name=name) for name in LOOKS}
    return {name: box.input_value() for name, box in boxes.items()}


def pictures(visit):
    return [
        canvas.evaluate("(canvas) => canvas.toDataURL()")
        for name in PICTURES
        for canvas in visit.stage.locator(name).all()
    ]


def test_a_copied_link_shows_the_same_moment_in_another_browser(sender, enter):
    sender.button("Loop").click()
    for name, value in LOOKS.items():
        sender.stage.get_by_role("combobox", name=name).select_option(value)
    sender.stage.locator("[data-filter='17']").click()
    sender.until(state="paused")
    sender.slider.focus()
    for _ in range(12):
        sender.page.keyboard.press("ArrowRight")
    sender.slid(12)
    sender.until(frame=12)
    sender.stage.get_by_text("Copy link").click()
    sender.stage.get_by_text("Copied").wait_for()
    link = sender.page.evaluate("navigator.clipboard.readText()")
    assert link == sender.page.url  # at rest, the address says it all
    said = sender.says()
    query = {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}
    assert query == {
        **{"clip": said["clip"], "layer": "conv3_1", "filter": "17", "frame": "12", "loop": "1"},
        **{name.lower(): value for name, value in LOOKS.items()},
    }

    other = enter()
    other.url = link
    other.open()
    other.until(**sender.says())
    other.stage.locator(".opened").wait_for()
    assert other.says()["state"] == "paused"
    assert other.button("Loop").get_attribute("aria-pressed") == "true"
    assert other.page.url == link
    assert looks(other) == looks(sender) == LOOKS
    theirs, ours = pictures(other), pictures(sender)
    assert len(ours) >= 3
    assert theirs == ours


def test_what_is_closed_leaves_the_address(sender):
    sender.stage.locator("[data-filter='3']").click()
    sender.wait("location.search.includes('filter=3')")
    sender.page.keyboard.press("Escape")
    sender.wait("!location.search.includes('filter=')")


def test_a_sound_of_ones_own_cannot_be_linked(enter):
    visit = enter().open()
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22050)
        sound.writeframes(b"\x00\x20\x00\xe0" * 22050)
    visit.choose("Clip", "Upload a clip…")
    visit.page.locator("input[type=file]").set_input_files(
        {"name": "mine.wav", "mimeType": "audio/wav", "buffer": file.getvalue()}
    )
    visit.wait("watch.facts().clip?.startsWith('own/') && watch.still()")
    visit.until(state="paused")
    assert visit.stage.get_by_text("Copy link").is_disabled()
    visit.wait("location.search === '?clip=upload&layer=conv2_2'")
    # Whoever opens that has not the sound; the address says so no longer than the page.
    visit.page.reload()
    visit.page.get_by_text("is not part of an address").wait_for()
    visit.page.locator("[data-testid=stFileUploader]").wait_for()
    visit.wait("watch.says({ state: 'paused' }) && !location.search.includes('upload')")
    assert parse_qs(urlsplit(visit.page.url).query)["clip"] == [visit.says()["clip"]]
