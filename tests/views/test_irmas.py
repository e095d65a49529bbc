"""The page with IRMAS's archive on a loopback server, run by Streamlit without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from cnnviz.views import irmas as from_archive
from cnnviz.views import listing
from cnnviz.views.resources import loader, store
from tests.archive_server import Server, irmas_zips, serve
from tests.views.pages import SHIPPED, header, travel, wav
from tests.views.pages import page as page_at

CELLO = "IRMAS-TrainingData/cel/[cel][nod][pop_roc]0002__1"
TESTED = "IRMAS-TestingData-Part1/Part1/02 - And Another Song-8"
SOURCE = "IRMAS, from its archive…"


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    loader(str(SHIPPED)).network  # noqa: B018


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    store.clear()  # a clip of another test would need no server
    with serve(irmas_zips()) as running:
        monkeypatch.setenv("CNNVIZ_IRMAS_URL", running.url)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        yield running


def visit(**address: str) -> AppTest:
    return page_at(**address).run()


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [b for b in page.button if b.label == label]
    return button.click().run()


def buttons(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


def places(page: AppTest) -> Selectbox:
    """Return the list of clips, which is another one after each turn."""
    (box,) = [box for box in page.selectbox if box.label.startswith("Clip of IRMAS")]
    return box


def choose_source(page: AppTest) -> AppTest:
    return page.selectbox(key="clip").select(SOURCE).run()


def test_nothing_is_fetched_before_a_click(server: Server) -> None:
    page = visit()
    showing = header(page)["clip"]["id"]
    choose_source(page)
    assert not page.exception and not page.error and not server.asked
    assert any("non-commercial" in c.value and "Bosch" in c.value for c in page.caption)
    assert "Fetch the list of clips" in buttons(page)
    assert header(page)["clip"]["id"] == showing
    press(page, "Fetch the list of clips")
    assert not page.exception and not page.error
    assert len(server.asked) == 4  # one for each zip
    assert header(page)["clip"]["id"] == showing
    assert len(places(page).options) == 9


def test_a_chosen_clip_goes_on_stage(server: Server) -> None:
    page = press(choose_source(visit()), "Fetch the list of clips")
    server.asked.clear()
    places(page).select(CELLO).run()
    assert not page.exception and not page.error
    assert header(page)["clip"]["id"] == f"irmas/{CELLO}"
    assert header(page)["clip"]["title"] == "Cello 0002-1 · pop-rock, no drums"
    assert header(page)["clip"]["labels"] == ["cel"]
    assert len(server.asked) == 1
    page.selectbox(key="layer").select("conv1_1").run()
    assert header(page)["clip"]["id"] == f"irmas/{CELLO}" and len(server.asked) == 1
    places(page).select(TESTED).run()
    assert header(page)["clip"]["title"] == "Flute, piano · 02 - And Another Song-8"
    assert header(page)["clip"]["labels"] == ["flu", "pia"]
    assert len(server.asked) == 2
    page.selectbox(key="clip").select("Cello, alone").run()
    assert header(page)["clip"]["title"] == "Cello, alone"


def test_filters_random_and_next(server: Server) -> None:
    page = press(choose_source(visit()), "Fetch the list of clips")
    page.selectbox(key="irmas_instrument").select("cel").run()
    assert len(places(page).options) == 2
    page.selectbox(key="irmas_drums").select("nod").run()
    assert len(places(page).options) == 1
    press(page, "Random")
    assert header(page)["clip"]["id"] == f"irmas/{CELLO}"
    press(page, "Next of this class")
    assert header(page)["clip"]["title"] == "Cello 0001-1 · classical"
    assert places(page).value.endswith("[cel][cla]0001__1")
    page.selectbox(key="irmas_instrument").select("testing").run()
    page.selectbox(key="irmas_drums").select("any").run()
    assert len(places(page).options) == 5  # four, and the one on stage
    assert header(page)["clip"]["title"] == "Cello 0001-1 · classical"


def test_an_address_fetches_nothing_until_it_is_clicked_for(server: Server) -> None:
    page = visit(clip=f"irmas/{TESTED}")
    assert not page.exception and not page.error and not page.warning and not server.asked
    press(page, "Fetch this clip")
    assert header(page)["clip"]["id"] == f"irmas/{TESTED}"
    assert len(server.asked) == 5
    other = visit(clip=SOURCE, irmas=TESTED)  # as old links have it
    assert header(other)["clip"]["id"] == f"irmas/{TESTED}" and len(server.asked) == 5
    other = visit(clip=f"irmas/{CELLO}")
    assert header(other)["clip"]["id"] == listing.FIRST
    press(other, "Fetch this clip")
    assert header(other)["clip"]["id"] == f"irmas/{CELLO}" and len(server.asked) == 6


@pytest.mark.parametrize("place", ["../../etc/passwd", "IRMAS-TrainingData/cel", "[x](y)" * 99])
def test_an_address_of_no_clip_is_one_sentence(server: Server, place: str) -> None:
    page = visit(clip=f"irmas/{place}")
    press(page, "Fetch this clip")
    assert not page.exception
    (error,) = page.error
    assert "must be on its list" in error.value
    assert len(places(page).options) == 9
    assert all("etc" not in path for path, _, _ in server.asked)
    places(page).select(CELLO).run()
    assert not page.error and header(page)["clip"]["id"] == f"irmas/{CELLO}"


def test_a_failing_server_is_one_sentence_and_the_clip_stays(server: Server) -> None:
    page = choose_source(visit())
    showing = header(page)["clip"]["id"]
    server.failure = "500"
    press(page, "Fetch the list of clips")
    assert not page.exception
    assert "(500)" in page.error[0].value.replace("\\", "") and len(page.error) == 1
    assert header(page)["clip"]["id"] == showing
    n_asked = len(server.asked)
    page.selectbox(key="layer").select("conv1_1").run()
    assert len(server.asked) == n_asked and not page.error
    server.failure = ""
    press(page, "Fetch the list of clips")
    server.failure = "cut off"
    places(page).select(TESTED).run()
    assert not page.exception
    assert "hung up" in page.error[0].value and len(page.error) == 1
    assert header(page)["clip"]["id"] == showing
    n_asked = len(server.asked)
    page.selectbox(key="layer").select("conv2_2").run()
    assert len(server.asked) == n_asked and not page.error
    server.failure = ""
    press(page, "Fetch this clip")
    assert not page.error and header(page)["clip"]["id"] == f"irmas/{TESTED}"


def test_what_came_of_the_list_can_be_chosen_from(server: Server) -> None:
    part3 = server.files.pop("IRMAS-TestingData-Part3.zip")
    page = press(choose_source(visit()), "Fetch the list of clips")
    assert not page.exception
    assert "404" in page.error[0].value and len(page.error) == 1
    assert len(places(page).options) == 8
    places(page).select(CELLO).run()
    assert not page.error and header(page)["clip"]["id"] == f"irmas/{CELLO}"
    server.files["IRMAS-TestingData-Part3.zip"] = part3
    n_asked = len(server.asked)
    press(page, "Fetch the rest of the list")
    assert len(places(page).options) == 9
    assert len(server.asked) == n_asked + 1 and header(page)["clip"]["id"] == f"irmas/{CELLO}"
    assert not {"Fetch the rest of the list", "Fetch this clip"} & buttons(page)


def test_an_empty_address_is_none(server: Server) -> None:
    page = visit(clip=SOURCE, irmas="")
    assert not page.exception and not page.error
    assert "Fetch the list of clips" in buttons(page)


def test_who_asks_and_for_what(server: Server) -> None:
    press(choose_source(visit()), "Fetch the list of clips")
    assert {agent for _, _, agent in server.asked} == {from_archive.AGENT}
    assert {path for path, _, _ in server.asked} == {
        f"/files/{name}?download=1" for name in from_archive.irmas.ZIPS
    }


def test_back_goes_to_a_clip_of_the_archive_and_fetches_nothing(server: Server) -> None:
    page = press(choose_source(visit()), "Fetch the list of clips")
    places(page).select(CELLO).run()
    page.selectbox(key="clip").select("Cello, alone").run()
    n_asked = len(server.asked)
    travel(page, clip=f"irmas/{CELLO}", layer="conv2_2").run()
    assert header(page)["clip"]["id"] == f"irmas/{CELLO}" and len(server.asked) == n_asked
    assert page.selectbox(key="clip").value == SOURCE and places(page).value == CELLO
    travel(page, clip=f"irmas/{TESTED}", layer="conv2_2").run()
    assert header(page)["clip"]["id"] == f"irmas/{CELLO}" and len(server.asked) == n_asked
    press(page, "Fetch this clip")
    assert header(page)["clip"]["id"] == f"irmas/{TESTED}"


def test_a_clip_of_a_folder_of_irmas_is_not_asked_of_the_archive(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = tmp_path / "IRMAS-TrainingData" / "cel" / "[cel][nod][pop_roc]0002__1.wav"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(wav())
    monkeypatch.setenv("CNNVIZ_IRMAS", str(tmp_path))
    page = visit(clip=f"irmas/{CELLO}")
    assert header(page)["clip"]["id"] == f"irmas/{CELLO}" and not server.asked
    assert page.selectbox(key="clip").value != SOURCE
