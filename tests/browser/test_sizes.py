"""Windows from a phone to full HD: all that is needed in sight, and wide enough for fingers."""

import pytest

from cnnviz.networks.card import read_card
from tests.browser.conftest import visitors
from tests.browser.test_access import SCROLLS
from tests.conftest import ROOT

LAYERS = {layer.name: layer for layer in read_card(ROOT / "models" / "han2016").layers}
WINDOWS = ((1024, 700), (1280, 720), (1440, 900), (1920, 1080))
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3}
PHONE |= {"has_touch": True, "is_mobile": True}
SMALL_TEXT = """
  () => [...watch.stage().querySelectorAll("*")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE))
    .filter((element) => element.checkVisibility())
    .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 11)
    .map((element) => `${element.className}: ${element.textContent}`)
"""
SMALL_TARGETS = """
  (part) => [...part.querySelectorAll("button:not(.tile), select, input")]
    .filter((element) => element.checkVisibility())
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([_, { width, height }]) => width < 43.9 || height < 43.9)
    .map(([{ ariaLabel, textContent }, { width, height }]) =>
      `${ariaLabel ?? textContent}: ${width} × ${height}`)
"""
CUT_OFF = """
  () => [...watch.stage().querySelectorAll(".opened, .opened > :not(.colour-bar)")]
    .filter((part) => part.checkVisibility() && part.scrollHeight > part.clientHeight + 4)
    .map((part) => part.className)
"""
PANELS = [".headline", ".spectrogram", ".bars", ".transport", ".legend .colour-bar", ".grid"]


def faults(visit, names):
    """Return what is out of sight, hangs over or is too small to read, as lines."""
    return [
        *visit.page.evaluate("(names) => watch.outOfSight(names)", names),
        *visit.page.evaluate(SCROLLS),
        *visit.page.evaluate(SMALL_TEXT),
    ]


def resize(visit, width, height):
    """Give the window a size, and wait until the stage has taken it."""
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.page.evaluate("new Promise((done) => setTimeout(done, 200))")
    visit.wait("watch.still()")


@pytest.mark.parametrize("name", ["conv1_2", "conv3_2", "conv4_2", "dense"])
def test_a_layer_is_whole_in_sight_in_every_window(regular, name):
    resize(regular, 1440, 900)
    regular.choose("Layer", f"{name} · {LAYERS[name].size}")
    regular.until(layer=name)
    for window in WINDOWS:
        resize(regular, *window)
        assert faults(regular, PANELS) == [], window


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_an_opened_tile_is_whole_in_sight(regular, window):
    resize(regular, 1440, 900)
    if regular.says()["layer"] != "conv2_2":
        regular.choose("Layer", f"conv2_2 · {LAYERS['conv2_2'].size}")
        regular.until(layer="conv2_2")
    resize(regular, *window)
    with regular.answered():
        regular.stage.locator("[data-filter='12']").click()
    parts = [".opened", ".opened .map canvas", ".opened .trace .plot", ".transport"]
    assert faults(regular, [*parts, ".spectrogram"]) == []
    assert regular.page.evaluate(CUT_OFF) == []
    regular.button("Close").click()


@pytest.fixture(scope="module")
def phone(browser, url):
    with visitors(browser, url) as enter:
        yield enter(**PHONE).open()


def test_a_phone_shows_all_in_one_column(phone):
    assert faults(phone, PANELS) == []
    assert phone.stage.evaluate(SMALL_TARGETS) == []
    box = "watch.stage().querySelector('{}').getBoundingClientRect()"
    assert phone.page.evaluate(box.format(".spectrogram .plot") + ".width") > 300
    assert phone.page.evaluate(box.format(".bars") + ".top") >= phone.page.evaluate(
        box.format(".spectrogram") + ".bottom"
    )
    assert not phone.stage.locator(".keys").is_visible()


def test_an_opened_tile_on_a_phone_is_walked_from_by_its_buttons(phone):
    phone.stage.locator("[data-filter='12']").tap()
    opened = phone.stage.get_by_role("dialog")
    opened.wait_for()
    parts = [".opened", ".opened .map canvas", ".opened .trace .plot"]
    assert faults(phone, [*parts, ".transport .play", ".spectrogram"]) == []
    assert phone.stage.evaluate(SMALL_TARGETS) == []
    for button, title in (("Next tile", "Filter 13"), ("Previous tile", "Filter 12")):
        phone.button(button).tap()
        opened.get_by_text(f"{title} of").wait_for()
    phone.button("Close").tap()
    opened.wait_for(state="hidden")


def test_the_sidebar_leaves_a_phone_once_a_layer_is_chosen(phone):
    phone.page.get_by_test_id("stExpandSidebarButton").tap()
    sidebar = phone.page.locator("[data-testid=stSidebar][data-collapsed=false]")
    sidebar.wait_for()
    phone.wait("watch.control().getBoundingClientRect().width > 200")  # it slides in
    for part in (sidebar, phone.page.locator(".stAppHeader")):
        assert part.evaluate(SMALL_TARGETS) == []
    frame = phone.page.locator(".frame-control")
    assert frame.evaluate(SMALL_TARGETS) == []
    phone.choose("Layer", f"pool2 · {LAYERS['pool2'].size}")
    phone.until(layer="pool2")
    sidebar.wait_for(state="detached")
