"""IRMAS from its archive, which here lies on a loopback server of the tests."""

import os
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.archive_server import irmas_zips
from tests.archive_server import serve as serve_zips
from tests.browser.conftest import serve, visitors
from tests.conftest import ROOT

SOURCE = "IRMAS, from its archive…"
ALERT = "[data-testid=stAlert]"
CLARINETS = {
    "irmas/IRMAS-TrainingData/cla/[cla][dru][jaz_blu]0003__1",
    "irmas/IRMAS-TrainingData/cla/004__[cla][nod][cla]0242__2",
}
TESTED = "irmas/IRMAS-TestingData-Part1/Part1/02 - And Another Song-8"
# Two reports of the stage, the second perhaps while the server answers the first, then a click.
REPORT_AND_CLICK = """([apart_ms, name]) => {
  const button = [...document.querySelectorAll("button")].find((it) => it.innerText === name);
  const at = (place, act) => (apart_ms ? setTimeout(act, place * apart_ms) : act());
  at(0, () => watch.report({ frame: 5, filter: 3 }));
  at(1, () => watch.report({ frame: 9 }));
  at(2, () => button.click());
}"""


@pytest.fixture(scope="module")
def zips():
    with serve_zips(irmas_zips()) as server:
        yield server


@pytest.fixture(scope="module")
def url(zips, tmp_path_factory):
    folder = tmp_path_factory.mktemp("irmas")
    environment = os.environ | {"CNNVIZ_IRMAS_URL": zips.url, "XDG_CACHE_HOME": str(folder)}
    with serve(ROOT / "streamlit_app.py", log=folder / "log", environment=environment) as address:
        yield address


@pytest.fixture
def enter(browser, url):
    with visitors(browser, url) as let_in:
        yield let_in


def press(visit, name):
    visit.page.get_by_role("button", name=name, exact=True).click()


def plays(visit):
    visit.button("Play").click()
    visit.wait("watch.says({ state: 'playing' }) && Number(watch.facts().frame) > 5")
    visit.button("Pause").click()
    visit.until(state="paused")


def test_a_clip_of_the_archive_plays_and_is_linked_to(enter, zips):
    visit = enter().open()
    first = visit.says()["clip"]
    visit.choose("Clip", SOURCE)
    visit.page.get_by_text("Bosch, Janer, Fuhrmann").wait_for()
    assert not zips.asked  # nothing without a click
    press(visit, "Fetch the list of clips")
    visit.page.get_by_role("combobox", name="Instrument").wait_for()
    assert visit.says()["clip"] == first
    n_asked = len(zips.asked)
    visit.choose("Instrument", "Clarinet")
    press(visit, "Random")
    visit.wait("watch.facts().clip?.startsWith('irmas/') && watch.still()")
    found = visit.says()["clip"]
    assert found in CLARINETS and len(zips.asked) == n_asked + 1
    plays(visit)
    press(visit, "Next of this class")
    visit.wait("watch.facts().clip !== wanted && watch.still()", found)
    assert {found, visit.says()["clip"]} == CLARINETS and len(zips.asked) == n_asked + 2
    plays(visit)

    address = {key: value for key, (value,) in parse_qs(urlsplit(visit.page.url).query).items()}
    assert address == {"clip": visit.says()["clip"], "layer": "conv2_2"} | {
        name: address[name] for name in ("frame",) if name in address
    }
    other = enter().open(**address)
    assert other.says()["clip"] == visit.says()["clip"]
    assert len(zips.asked) == n_asked + 2  # it was fetched for the first visitor


@pytest.mark.parametrize("apart_ms", [0, 10, 50])
def test_a_click_is_not_lost_beside_a_report_of_the_stage(enter, apart_ms):
    found, other = sorted(CLARINETS)
    visit = enter().open(clip=SOURCE, irmas=found.removeprefix("irmas/"))
    if visit.says()["clip"] != found:
        press(visit, "Fetch this clip")
        visit.until(clip=found)
    visit.page.evaluate(REPORT_AND_CLICK, [apart_ms, "Next of this class"])
    visit.until(clip=other)


def test_a_failure_is_one_sentence_and_the_clip_stays_and_plays(enter, zips):
    visit = enter().open(clip=SOURCE, irmas=TESTED.removeprefix("irmas/"))
    first = visit.says()["clip"]
    assert first.startswith("recordings/")
    zips.failure = "cut off"
    press(visit, "Fetch this clip")
    visit.page.locator(ALERT).first.wait_for()
    visit.wait("watch.still()")
    zips.failure = ""
    n_asked = len(zips.asked)
    assert visit.page.locator(ALERT).count() == 1
    sentence = visit.page.locator(ALERT).inner_text().strip()
    assert "hung up" in sentence and "\n" not in sentence
    assert visit.says()["clip"] == first
    plays(visit)
    assert len(zips.asked) == n_asked  # a failed click is spent
    press(visit, "Fetch this clip")
    visit.wait("watch.facts().clip === wanted && watch.still()", TESTED)
    assert visit.page.locator(ALERT).count() == 0
    assert "flute" in visit.stage.inner_text().lower()
    plays(visit)
