"""Two pictures on one page: neither moves, names or reports the other."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cnnviz.clips.catalogue import samples
from tests.browser.conftest import serve, visitors
from tests.browser.visit import NETWORK_S
from tests.conftest import ROOT

PAGE = Path(__file__).with_name("two_pictures.py")
STAGES = "[data-state=paused][data-layer]:not([data-layer=''])"


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    log = tmp_path_factory.mktemp("two") / "log.txt"
    with serve(PAGE, log=log) as url, visitors(browser, url) as enter:
        clip = samples(ROOT / "sample_audio")[6].title
        visit = enter(viewport={"width": 1800, "height": 1000})
        visit.page.goto(f"{url}/?clip_b={clip}&frame_b=31")
        visit.page.wait_for_function(
            f"() => {{ const n = (r) => [...r.querySelectorAll('*')].reduce((s, e) => s +"
            f' (e.matches("{STAGES}") ? 1 : 0) + (e.shadowRoot ? n(e.shadowRoot) : 0), 0);'
            " return n(document) === 2; }",
            timeout=NETWORK_S * 1000,
        )
        visit.page.wait_for_timeout(1500)  # the stages rest and report
        yield visit.page


def facts(page, index):
    return page.locator(STAGES).nth(index).evaluate("(stage) => ({ ...stage.dataset })")


def test_each_opens_what_its_own_names_in_the_address_say(page):
    first, second = facts(page, 0), facts(page, 1)
    assert (first["frame"], second["frame"]) == ("0", "31")
    assert second["clip"] == samples(ROOT / "sample_audio")[6].id != first["clip"]


def test_each_has_its_own_frame_control_and_report(page):
    controls = page.locator("input[aria-label=Frame]")
    assert controls.count() == 2
    controls.nth(1).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('frame_b=34')")
    assert (facts(page, 0)["frame"], facts(page, 1)["frame"]) == ("0", "34")
    page.locator(STAGES).nth(0).locator("[data-filter='7']").click()
    page.wait_for_function("() => location.search.includes('filter=7')")
    query = parse_qs(urlsplit(page.url).query)
    assert "filter_b" not in query and query["frame_b"] == ["34"]
    assert page.locator("[role=dialog]:not([hidden])").count() == 1


def test_a_space_at_large_plays_the_picture_used_last(page):
    page.locator(STAGES).nth(1).locator(".headline").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    playing = page.locator("[data-state=playing]")
    playing.wait_for()
    assert playing.count() == 1
    assert playing.get_attribute("data-clip") == samples(ROOT / "sample_audio")[6].id
    page.keyboard.press("Space")
    page.locator(STAGES).nth(1).wait_for()
