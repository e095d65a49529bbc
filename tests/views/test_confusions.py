"""The clips behind the cells of the matrix, run by Streamlit without a browser."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluations import KEPT, evaluation


def panel(folder):
    from pathlib import Path

    import streamlit as st

    from cnnviz.views import confusions, evaluations

    each = evaluations.of_network(Path(folder), "small")
    system = each[0].results.systems[st.session_state.get("system", 0)]
    hand = confusions.AtHand(
        evaluations.entries(Path(folder), "small"),
        st.session_state.get("showing", ""),
        lambda title: st.session_state.update(put=title),
    )
    confusions.show(each[0].results, system, at_hand=hand, key="")


@pytest.fixture
def run(tmp_path):
    def show(raw=None, *, sounds=(), **state):
        raw = raw or evaluation()
        if sounds:
            raw["collection"]["folder"] = str(tmp_path)
        for number in sounds:
            path = tmp_path / raw["clips"][number]["path"]
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"\0" * raw["clips"][number]["bytes"])
        (tmp_path / "results.json").write_text(json.dumps(raw))
        page = AppTest.from_function(panel, kwargs={"folder": str(tmp_path)}, default_timeout=30)
        for key, value in state.items():
            page.session_state[key] = value
        page.run()
        assert not page.exception
        return page

    return show


def choose(page, cell):
    page.selectbox(key="cell").set_value(cell).run()
    assert not page.exception
    return page


def text(page):
    return "\n".join(one.value for one in page.caption)


def matrix(page):
    (chart,) = page.get("vega_lite_chart")
    return json.loads(chart.proto.spec)


def test_cells_with_clips_can_be_chosen_confusions_first(run):
    assert run().selectbox(key="cell").options == [
        "flute taken for voice · 3 clips",
        "cello taken for flute · 1 clip",
        "voice named rightly · 9 clips",
        "cello named rightly · 4 clips",
        "flute named rightly · 3 clips",
    ]


def test_clips_that_are_not_at_hand_are_listed_with_the_reason(run):
    page = choose(run(), "flu-voi")
    table = page.dataframe[1].value
    assert table["clip"].tolist() == ["flu/voi 0.wav", "flu/voi 1.wav", "flu/voi 2.wav"]
    assert table["score of voice"].tolist() == pytest.approx([0.9, 0.85, 0.8])
    assert table["score of flute"].tolist() == pytest.approx([0.1] * 3)
    assert table["named"].tolist() == ["voice"] * 3
    assert table["recording"].tolist() == ["flu:0", "flu:1", "flu:0"]
    assert "These clips are not at hand: the results were written to be passed on" in text(page)
    assert len(page.radio) == 0


def test_a_cell_that_is_right_has_one_score(run):
    assert [*choose(run(), "cel-cel").dataframe[1].value] == [
        "clip",
        "score of cello",
        "named",
        "recording",
    ]


def test_clips_below_the_threshold_name_nothing(run):
    raw = evaluation()
    raw["systems"]["small"]["s1"]["threshold"] = 0.88
    named = choose(run(raw), "flu-voi").dataframe[1].value["named"].tolist()
    assert named == ["voice", "nothing reaches 0.88", "nothing reaches 0.88"]


def test_a_clip_at_hand_goes_on_the_stage(run):
    page = choose(run(sounds=(8, 9)), "flu-voi")
    (radio,) = page.radio
    assert radio.value is None
    assert radio.options == ["flu/voi 0.wav", "flu/voi 1.wav"]
    assert "1 of 3 clips are not at hand: the evaluation read them in the folder" in text(page)
    assert page.dataframe[1].value["clip"].tolist() == ["flu/voi 2.wav"]
    radio.set_value("MANIFEST, part “check”: flu/voi 1.wav").run()
    assert page.session_state["put"] == "MANIFEST, part “check”: flu/voi 1.wav"


def test_of_a_folder_only_its_own_name_is_shown(run, tmp_path):
    page = choose(run(sounds=(8, 9)), "flu-voi")
    said = text(page).replace("\\", "")
    assert f"read them in the folder “{tmp_path.name}”, where they are no longer" in said
    assert str(tmp_path.parent) not in said


def test_the_clip_on_the_stage_is_marked_in_the_list(run):
    title = "MANIFEST, part “check”: flu/voi 1.wav"
    page = choose(run(sounds=(8, 9), showing=title), "flu-voi")
    assert page.radio[0].value == title
    assert "put" not in page.session_state


def test_figures_that_were_kept_have_no_clips_and_say_where_they_are_from(run):
    page = choose(run(system=1), "voi-voi")
    assert "kept from an earlier evaluation" in text(page)
    assert KEPT.replace("-", "\\-").replace("_", "\\_") in text(page)
    assert (len(page.dataframe), len(page.radio)) == (1, 0)  # the matrix alone


def test_results_of_an_earlier_version_say_what_to_do(run):
    raw = evaluation(format=2)
    del raw["clips"], raw["systems"]["small"]["scores"]
    raw["kept"] = []
    assert "Evaluate again to see them" in text(choose(run(raw), "voi-voi"))


def test_the_chosen_cell_is_outlined_and_the_chart_takes_another_click(run):
    page = run()
    assert len(matrix(page)["layer"]) == 2
    ids = [page.get("vega_lite_chart")[0].proto.id]
    choose(page, "flu-voi")
    assert matrix(page)["layer"][2]["transform"] == [{"filter": "(datum.cell === '1,2')"}]
    ids.append(page.get("vega_lite_chart")[0].proto.id)
    assert len(set(ids)) == 2


def test_a_long_list_is_cut_with_a_word(run, monkeypatch):
    monkeypatch.setattr("cnnviz.views.confusions.LONGEST_LIST", 2)
    page = choose(run(sounds=(8, 9, 10)), "flu-voi")
    assert len(page.radio[0].options) == 2
    assert "The first 2 of 3 clips" in text(page)
