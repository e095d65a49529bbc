"""The panels below the stage: what they hold is drawn, and what they make can be fetched."""

from pathlib import Path

import pytest
from PIL import Image

CHART = "[data-testid=stVegaLiteChart]"
# Two reports of the stage, the second perhaps while the server answers the first, then a tile.
REPORT_AND_OPEN = """([apart_ms, filter]) => {
  const clip = watch.facts().clip;
  const report = (index) => window[Symbol.for("cnnviz.meeting")].report({ index, clip });
  const tile = watch.stage().querySelector(`[data-filter='${filter}']`);
  const at = (place, act) => (apart_ms ? setTimeout(act, place * apart_ms) : act());
  at(0, () => report(5));
  at(1, () => report(9));
  at(2, () => tile.click());
}"""


def open_panel(visit, name):
    visit.page.get_by_role("tab", name=name).click()


def test_the_charts_of_a_layer_follow_its_picture(visit):
    assert visit.page.locator(CHART).count() == 3
    visit.choose("Layer", "pool3 · 128 filters of 3×6")
    visit.until(layer="pool3")
    visit.page.get_by_text("Filters of pool3 that moved most").wait_for()
    assert visit.page.locator(CHART).count() == 3


def test_an_opened_tile_is_the_filter_of_the_chart(settled):
    settled.stage.locator("[data-filter='23']").click()
    settled.page.get_by_text("Activations of filter 23").wait_for()


@pytest.mark.parametrize(("apart_ms", "filter_"), [(0, 30), (10, 31), (50, 32)])
def test_an_opened_tile_is_not_lost_beside_a_report_of_the_stage(settled, apart_ms, filter_):
    settled.page.evaluate(REPORT_AND_OPEN, [apart_ms, filter_])
    settled.page.get_by_text(f"Activations of filter {filter_}").wait_for(timeout=10_000)


def test_a_bar_of_the_ranking_opens_its_filter(settled):
    settled.page.get_by_text("Activations of filter").wait_for()
    bars = settled.page.locator(f".st-key-most_moved {CHART} path[aria-roledescription=bar]")
    filter_ = bars.nth(2).get_attribute("aria-label").split("filter: ")[1].split(";")[0]
    bars.nth(2).click()
    settled.page.get_by_text(f"Activations of filter {filter_}", exact=True).wait_for()
    settled.wait("watch.still()")
    assert settled.page.evaluate("new URLSearchParams(location.search).get('filter')") == filter_


def test_how_good_it_is_stands_on_the_page(settled):
    open_panel(settled, "How good is it?")
    settled.page.get_by_text("macro F1 is").wait_for()
    settled.wait(f"document.querySelectorAll('{CHART}').length >= 2")


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
