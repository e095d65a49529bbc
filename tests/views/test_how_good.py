"""The panel "How good is it?", run by Streamlit without a browser."""

import json

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from tests.evaluations import compared, evaluation, system


def panel(folder):
    from dataclasses import replace
    from pathlib import Path

    from cnnviz.networks.card import read_card
    from cnnviz.views.panels import how_good
    from tests.conftest import ROOT

    card = replace(read_card(ROOT / "models" / "han2016"), name="small")
    how_good.show_results(Path(folder), card)


@pytest.fixture
def run(tmp_path):
    def show(results=None, irmas=None):
        for name, raw in (("results.json", results), ("results_irmas.json", irmas)):
            if raw is not None:
                (tmp_path / name).write_text(json.dumps(raw))
        page = AppTest.from_function(panel, kwargs={"folder": str(tmp_path)}, default_timeout=30)
        page.run()
        assert not page.exception
        return page

    return show


def charts(page):
    return [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]


def orders(page):
    return [one["layer"][0]["encoding"]["y"]["sort"] for one in charts(page)[:2]]


def chart_rows(page, index):
    """Return the rows behind a chart."""
    (data,) = page.get("vega_lite_chart")[index].proto.datasets
    return convert_arrow_bytes_to_pandas_df(data.data.data)


def text(page):
    return "\n".join(one.value for one in (*page.markdown, *page.caption))


def test_a_missing_file_is_said_kindly(run):
    page = run()
    assert "evaluate" in page.warning[0].value
    assert charts(page) == []


def test_results_of_another_network_are_refused(run):
    raw = evaluation()
    raw["systems"] = {"other": raw["systems"]["small"]}
    page = run(raw)
    assert "must begin with the network beside it" in page.warning[0].value
    assert charts(page) == []


def test_broken_irmas_results_leave_the_others_standing(run):
    page = run(evaluation(), evaluation(format=9))
    assert (len(charts(page)), len(page.warning)) == (4, 0)
    page.selectbox(key="evaluated_on").set_value("results_irmas.json").run()
    assert "results\\_irmas.json in" in page.warning[0].value
    assert len(charts(page)) == 0


def test_the_panel_says_what_was_measured_on_what(run):
    page = run(evaluation())
    words = text(page)
    assert "**0.77 [0.67, 0.87]** of the clips (macro recall)" in words
    assert "macro F1 is 0.63 [0.53, 0.73]" in words
    assert "20 clips of 20 recordings (collection MANIFEST, part “check”" in words
    assert "`0a0a0a0a`" in words
    assert "31 January 2026" in words
    assert "ρ = −0.50" in words
    assert "intervals over recordings" in words


def test_few_recordings_are_said_to_be_few(run):
    raw = evaluation()
    raw["counts"]["recordings"]["voi"] = 2
    words = text(run(raw))
    assert "**Few recordings** were tested of cello (5), voice (2): their figures" in words
    assert "and there is none (not estimable) of 5 or fewer" in words
    raw["counts"]["recordings"] = {"cel": 6, "flu": 6, "voi": 6}
    assert "Few recordings" not in text(run(raw))


def test_figures_of_an_earlier_evaluation_are_named(run):
    assert "Kept from an earlier evaluation: MFCC \\+ SVM." in text(run(evaluation()))


def test_a_name_cannot_act_as_markdown(run):
    raw = evaluation()
    raw["collection"]["name"] = "![x](http://x)"
    assert "![x]" not in text(run(raw))


def test_hans_figures_are_a_note_until_irmas_was_evaluated(run):
    page = run(evaluation())
    assert "0.602" in text(page)
    assert "another test set" in text(page)
    assert len(charts(page)) == 4

    irmas = evaluation()
    irmas["collection"] |= {"name": "IRMAS", "split": None}
    page = run(evaluation(), irmas)
    assert "choose it at the top" in text(page)
    assert len(charts(page)) == 4
    page.selectbox(key="evaluated_on").set_value("IRMAS").run()
    assert "another test set" not in text(page)
    assert len(charts(page)) == 5
    compared = charts(page)[-1]["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert compared == ["this network", "MFCC + SVM", "Han, Kim & Lee 2016, as published"]
    assert "on 20 clips: compare with care" in text(page)


def test_recall_can_be_drawn_in_its_own_order(run):
    raw = evaluation()
    raw["systems"]["mfcc_svm"] = system(recall=(0.0, 0.4, 0.9), f1=(0.5, 0.35, 0.2))
    page = run(raw)
    assert orders(page) == [["voice", "cello", "flute"]] * 2
    page.button_group(key="measure").set_value("Recall").run()
    assert orders(page) == [["cello", "flute", "voice"]] * 2
    assert charts(page)[0]["layer"][0]["encoding"]["x"]["title"] == "Recall"


def test_figures_and_counts_stand_in_the_row_of_their_class(run):
    page = run(evaluation())
    points, bars = chart_rows(page, 0), chart_rows(page, 1)
    assert points["instrument"].tolist() == ["voice", "cello", "flute"] * 2
    assert points["value"].tolist() == [0.9, 0.6, 0.4, 0.2, 0.5, 0.35]
    assert bars["instrument"].tolist() == ["voice", "cello", "flute"] * 2
    assert bars["clips"].tolist() == [20, 10, 30, 9, 5, 6]


def test_the_baseline_stands_second_whatever_else_was_evaluated(run):
    raw = evaluation(format=3)
    raw["systems"] = {
        "small": raw["systems"]["small"],
        "soundfonts_only": raw["systems"]["small"],
        "a_third": raw["systems"]["small"],
        "mfcc_svm": raw["systems"]["mfcc_svm"],
    }
    assert chart_rows(run(raw), 0)["system"].unique().tolist() == [
        "this network",
        "MFCC + SVM",
        "soundfonts only",
        "a third",
    ]


def test_the_matrix_is_that_of_the_system_chosen(run):
    raw = evaluation()
    raw["systems"]["mfcc_svm"]["confusion"] = [[1, 1, 1], [2, 2, 2], [3, 3, 3]]
    page = run(raw)
    assert chart_rows(page, 2)["clips"].tolist() == [4, 1, 0, 0, 3, 3, 0, 0, 9]
    assert "several labels are left out" not in text(page)
    page.button_group(key="named_by").set_value("MFCC + SVM").run()
    assert chart_rows(page, 2)["clips"].tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert "2 clips with several labels are left out" in text(page)


def test_the_table_has_a_line_for_each_class_and_one_for_the_mean(run):
    table = run(evaluation()).dataframe[-1].value
    assert table["instrument"].tolist() == ["cello", "flute", "voice", "macro", "micro"]
    assert table["learned from"].tolist() == [10, 30, 20, 60, 60]
    assert table["tested on"].tolist() == [5, 6, 9, 20, 20]
    assert table["recordings"].tolist() == [5, 6, 9, 20, 20]
    recall = table["Recall, MFCC + SVM"].tolist()
    assert recall[:2] == ["0.30 [not estimable]", "0.40 [0.30, 0.50]"]
    assert recall[-2:] == ["0.30 [0.20, 0.40]", ""]
    assert table["F1, this network"].tolist()[-2:] == ["0.63 [0.53, 0.73]", "0.60 [0.50, 0.70]"]
    assert not [name for name in table if "−" in name]


def test_a_system_on_the_same_clips_is_compared(run):
    page = run(compared())
    words = text(page)
    assert "difference from first weights on the same clips: **+0.10 [+0.02, +0.20]**" in words
    assert "the network is better than first weights" in words
    assert "both systems in the same draws" in words
    table = page.dataframe[-1].value
    assert table["Recall, this network − first weights"].tolist() == [
        "+0.10 [not estimable]",  # cello, of five recordings
        *["+0.10 [−0.10, +0.30]"] * 2,
        "+0.10 [+0.02, +0.20]",
        "",
    ]
    f1 = table["F1, this network − first weights"].tolist()
    assert f1 == ["", "", "", "+0.07 [not estimable]", "−0.01 [−0.05, +0.04]"]


def test_intervals_of_several_differences_are_said_to_hold_one_by_one(run):
    assert "by itself" not in text(run(compared()))
    raw = compared()
    for part in ("systems", "differences"):
        raw[part]["second"] = raw[part]["first_weights"]
    assert "Each of these 2 intervals is 95 % by itself: that one of them" in text(run(raw))


def test_nothing_is_compared_where_no_other_system_judged_the_same_clips(run):
    assert "same clips" not in text(run(evaluation()))
    assert "same draws" not in text(run(evaluation()))


def test_what_is_not_estimable_is_said_and_drawn_as_a_point(run):
    raw = evaluation()
    small = raw["systems"]["small"]
    small["s1"]["intervals"]["voi"] = small["s1"]["macro"]["interval"] = [None, None]
    page = run(raw)
    assert "macro F1 is 0.63 [not estimable]**" in text(page)
    assert page.dataframe[-1].value["F1, this network"].tolist()[2] == "0.90 [not estimable]"
    points = chart_rows(page, 0)
    assert points["instrument"][0] == "voice"
    few = points["instrument"] == "cello"
    assert points["low"].isna().tolist() == (few | (points.index == 0)).tolist()


def test_the_session_gives_the_network(tmp_path):
    def page(folder):
        from dataclasses import replace
        from pathlib import Path
        from types import SimpleNamespace

        from cnnviz.networks.card import read_card
        from cnnviz.views.panels import how_good
        from tests.conftest import ROOT

        card = replace(read_card(ROOT / "models" / "han2016"), name="small")
        loader = SimpleNamespace(folder=Path(folder), card=card)
        picture = SimpleNamespace(id="", loader=loader, listed={}, clip=SimpleNamespace(title=""))
        how_good.show(SimpleNamespace(picture=picture))

    (tmp_path / "results.json").write_text(json.dumps(evaluation()))
    panel_page = AppTest.from_function(page, kwargs={"folder": str(tmp_path)}, default_timeout=30)
    panel_page.run()
    assert not panel_page.exception
    assert len(charts(panel_page)) == 4


def test_scores_are_those_of_the_system_chosen(run):
    raw = compared()
    first = raw["systems"]["first_weights"]
    first["scores"] = [[score / 2 for score in line] for line in first["scores"]]
    page = run(raw)
    assert "### Is a score of 0.7 right 7 times in 10?" in text(page)
    # 20 clips: the highest score is 0.9, 0.85, … per cell, 16 are right
    assert "is **0.78** on average, and right in **16 of 20** clips: 80 of 100." in text(page)
    colours = [charts(page)[3]["layer"][1]["mark"]["color"]]
    page.button_group(key="named_by").set_value("first weights").run()
    colours.append(charts(page)[3]["layer"][1]["mark"]["color"])
    said = (
        "Scores of first weights: the highest of a clip is **0.39** on average, and right in **16"
    )
    assert said in text(page)
    domain = charts(page)[0]["layer"][0]["encoding"]["color"]["scale"]
    assert colours == [
        domain["range"][domain["domain"].index(t)] for t in ("this network", "first weights")
    ]


def test_scores_that_were_not_kept_are_not_spoken_of(run):
    page = run(evaluation())
    page.button_group(key="named_by").set_value("MFCC + SVM").run()
    assert "Not known of MFCC \\+ SVM: its scores of single clips were not kept." in text(page)
    assert len(charts(page)) == 3
    raw = evaluation(format=2)
    del raw["clips"], raw["kept"], raw["systems"]["small"]["scores"]
    page = run(raw)
    assert "score of 0.7" not in text(page)
    assert len(charts(page)) == 3
