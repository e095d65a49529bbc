"""The panels below the stage: what they hold is drawn, and what they make can be fetched."""

from pathlib import Path

import pytest
from PIL import Image

CHART = "[data-testid=stVegaLiteChart]"
# Two reports of the stage, the second perhaps while the server answers the first, then a tile.
REPORT_AND_OPEN = """([apart_ms, filter]) => {
  const tile = watch.stage().querySelector(`[data-filter='${filter}']`);
  const at = (place, act) => (apart_ms ? setTimeout(act, place * apart_ms) : act());
  at(0, () => watch.report({ frame: 5 }));
  at(1, () => watch.report({ frame: 9 }));
  at(2, () => tile.click());
}"""
MOVED = """new Promise((done) =>
  watch.hub().views.subscribe(({ model }) => done(model.rankings.movement)))"""
# A report and the choice of a layer's option within one tick.
REPORT_AND_CHOOSE = """(name) => {
  const options = [...document.querySelectorAll("[role=option]")];
  watch.report({ frame: 5, filter: 7 });
  options.find((option) => option.innerText.startsWith(name)).click();
}"""


def open_panel(visit, name):
    visit.page.get_by_role("tab", name=name).click()


def filters_named(visit):
    """Return what the panel says whose activations it draws."""
    return visit.page.get_by_text("Activations of filter").all_inner_texts()


def test_the_charts_of_a_layer_follow_its_picture(visit):
    assert visit.page.locator(CHART).count() == 1
    visit.choose("Layer", "pool3 · 128 filters of 3×6")
    visit.until(layer="pool3")
    visit.page.get_by_text("Filters of pool3 that changed most").wait_for()
    assert visit.page.locator(CHART).count() == 1


def test_the_bars_stand_in_order_after_every_change(visit):
    for layer in ("conv1_1 · 32 filters of 45×130", "conv4_2 · 256 filters of 7×10"):
        visit.choose("Layer", layer)
        visit.until(layer=layer.split(" ")[0])
        moved = visit.page.evaluate(MOVED)
        rows = visit.page.locator("[data-filter-row]")
        filters = rows.evaluate_all("(rows) => rows.map((row) => Number(row.dataset.filterRow))")
        assert [moved[i] for i in filters] == sorted(moved, reverse=True)[: len(filters)]


def test_the_line_of_the_prediction_runs_with_the_sound(settled):
    line = settled.page.locator(".over-time .playhead")
    place = "(line) => new DOMMatrix(getComputedStyle(line).transform).m41"
    before = line.evaluate(place)
    settled.button("Play").click()
    settled.wait("Number(watch.facts().frame) > 40")
    settled.button("Pause").click()
    settled.until(state="paused")
    # On the spectrogram's own axis: both lines stand over each other.
    spectrogram = settled.stage.locator(".spectrogram .playhead")
    boxes = [one.bounding_box()["x"] for one in (line, spectrogram)]
    assert line.evaluate(place) > before + 50
    assert boxes[0] == pytest.approx(boxes[1], abs=1)


def test_pointing_at_the_prediction_moves_the_stage(settled):
    plot = settled.page.locator(".over-time .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    with settled.answered():
        settled.page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + 30)
    frame = settled.says()["frame"]
    assert int(frame) == pytest.approx(0.6 * 130 - 21, abs=2)
    settled.slid(frame)


def test_no_panel_speaks_of_a_tile_that_is_not_open(visit):
    with visit.answered():
        visit.stage.locator("[data-filter='5']").click()
    visit.page.get_by_text("Activations of filter 5").wait_for()
    visit.choose("Layer", "conv4_1 · 256 filters of 5×8")
    visit.until(layer="conv4_1")
    assert visit.stage.get_by_role("dialog").count() == 0
    visit.page.get_by_text("the one that changed most").wait_for()
    visit.choose("Layer", "conv2_2 · 64 filters of 19×48")
    visit.until(layer="conv2_2")
    assert visit.stage.get_by_role("dialog").count() == 0
    visit.page.get_by_text("the one that changed most").wait_for()


def test_a_choice_is_not_lost_beside_a_report_of_the_stage(visit):
    box = visit.page.get_by_role("combobox", name="Layer", exact=True)
    box.click()
    box.fill("pool2")
    visit.page.get_by_role("option").first.wait_for()
    visit.page.evaluate(REPORT_AND_CHOOSE, "pool2")
    visit.until(layer="pool2")
    visit.page.get_by_text("the one that changed most").wait_for()


def test_an_opened_tile_is_the_filter_of_the_chart(settled):
    settled.stage.locator("[data-filter='23']").click()
    settled.page.get_by_text("Activations of filter 23").wait_for()


@pytest.mark.parametrize(("apart_ms", "filter_"), [(0, 30), (10, 31), (50, 32)])
def test_an_opened_tile_is_not_lost_beside_a_report_of_the_stage(settled, apart_ms, filter_):
    settled.page.evaluate(REPORT_AND_OPEN, [apart_ms, filter_])
    settled.page.get_by_text(f"Activations of filter {filter_}").wait_for(timeout=10_000)


def test_a_bar_of_the_ranking_opens_its_filter(settled):
    bars = settled.page.locator("[data-filter-row]")
    filter_ = bars.nth(2).get_attribute("data-filter-row")
    bars.nth(2).click()
    settled.page.get_by_text(f"Activations of filter {filter_}", exact=True).wait_for()
    settled.wait("watch.still()")
    assert settled.page.evaluate("new URLSearchParams(location.search).get('filter')") == filter_
    assert bars.nth(2).get_attribute("aria-pressed") == "true"


def test_bars_are_walked_and_opened_by_keyboard(settled):
    bars = settled.page.locator("[data-filter-row]")
    bars.first.focus()
    settled.page.keyboard.press("ArrowDown")
    filter_ = bars.nth(1).get_attribute("data-filter-row")
    settled.page.keyboard.press("Enter")
    settled.stage.get_by_role("dialog").wait_for()
    settled.page.get_by_text(f"Activations of filter {filter_}", exact=True).wait_for()


def test_how_good_it_is_stands_on_the_page(settled):
    open_panel(settled, "How good is it?")
    settled.page.get_by_text("macro F1 is").wait_for()
    settled.wait(f"document.querySelectorAll('{CHART}').length >= 2")
    open_panel(settled, "In this clip")
    settled.page.get_by_text("Activations of filter").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_of_the_stage_can_be_fetched(enter, scheme):
    visit = enter(accept_downloads=True, color_scheme=scheme).open()
    open_panel(visit, "Export")
    visit.page.get_by_role("button", name="Make it").click()
    fetch = visit.page.get_by_role("button", name="Download cnnviz")
    fetch.wait_for()
    with visit.page.expect_download() as download:
        fetch.click()
    with Image.open(Path(download.value.path())) as picture:
        assert picture.size == (2880, 1800)
        assert len(picture.convert("RGB").getcolors(2**24)) > 100


def test_exports_take_over_the_looks_of_the_stage(visit):
    open_panel(visit, "Export")
    visit.page.get_by_text("As on the stage: per layer, viridis, by number.").wait_for()
    visit.stage.get_by_role("combobox", name="Scale").select_option("diverging")
    visit.stage.get_by_role("combobox", name="Order").select_option("movement")
    says = "As on the stage: diverging, the spectrogram in viridis, by change."
    visit.page.get_by_text(says).wait_for()
