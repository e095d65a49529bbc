import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.clips.instruments import CODES
from cnnviz.training import evaluate
from cnnviz.training.collection import Item
from cnnviz.training.metrics import prf
from tests.conftest import ROOT


def items(*labels, recordings=None):
    names = recordings or [f"r{i}" for i in range(len(labels))]
    return [
        Item(Path(f"{i}.wav"), tuple(label.split("+")), "", "", name)
        for i, (label, name) in enumerate(zip(labels, names, strict=True))
    ]


def scores(*named):
    return np.array([[0.9 if code == name else 0.1 for code in CODES] for name in named])


def drawn(*labels, recordings=None, draws=50):
    return evaluate.Tested(items(*labels, recordings=recordings), draws=draws)


def test_top1_recall_counts_any_label_of_a_clip():
    figures = drawn("flu", "flu", "cel+pia").top1(scores("flu", "cla", "pia"))[0]
    assert figures[CODES.index("flu")] == 0.5
    assert figures[CODES.index("cel")] == 1.0
    assert np.isnan(figures[CODES.index("voi")])
    assert figures[-1] == (0.5 + 1 + 1) / 3


def test_confusion_has_truth_in_rows_and_leaves_ensembles_out():
    truth = evaluate.truth_of(items("flu", "cla", "cel+pia"))
    table = evaluate.confusion(scores("cla", "cla", "pia"), truth)
    assert table.sum() == 2
    assert table[CODES.index("flu"), CODES.index("cla")] == 1


def test_the_table_of_a_perfect_network():
    clips = drawn("flu", "pia", "voi", recordings=["a", "b", "b"])
    s1 = scores("flu", "pia", "voi")
    figures = evaluate.table(s1, s1 / 0.9, clips, evaluate.Thresholds(0.5, 0.5))
    assert figures["top1"]["macro"] == 1.0
    assert figures["s1"]["micro"]["f1"] == figures["s2"]["macro"]["f1"] == 1.0
    assert figures["lrap"] == 1.0
    assert set(figures["top1"]["recall"]) == {"flu", "pia", "voi"}
    # one recording each, and nothing that varies: no interval at all
    assert figures["top1"]["interval"] == figures["s1"]["micro"]["interval"] == [None, None]
    assert set(map(tuple, figures["top1"]["intervals"].values())) == {(None, None)}
    n = {"flu": 1, "pia": 1, "voi": 1}
    text = evaluate.printed({"perfect": figures}, clips=n, recordings=n)
    assert "| flute              | 1     | 1          | 1.000 [not estimable]" in text


def test_recordings_count_not_clips():
    flutes, clarinets = [*"aaabbcdef"], [*"ghijkl"]
    clips = items(*["flu"] * 9, *["cla"] * 6, recordings=[*flutes, *clarinets])
    s = scores(*["flu"] * 9, *["cla"] * 3, *["flu"] * 3)
    top1 = evaluate.table(s, s, evaluate.Tested(clips, draws=50), evaluate.Thresholds(0.5, 0.5))[
        "top1"
    ]
    assert top1["intervals"]["flu"] == [pytest.approx(0.025 ** (1 / 6), abs=5e-5), 1.0]
    low, high = top1["intervals"]["cla"]
    assert 0 <= low < 0.5 < high <= 1
    truth, groups = evaluate.truth_of(clips), evaluate.recordings_of(clips)
    counts = evaluate.recordings_per_class(truth, groups)
    assert counts[CODES.index("flu")] == counts[CODES.index("cla")] == 6
    assert counts.sum() == 12


def test_few_recordings_give_no_interval_of_anything():
    # two recordings, however many clips; and of six, five with a class
    labels, names = ["flu"] * 8, [*"aaaabbbb"]
    clips = drawn(*labels, recordings=names)
    each = [judged(scores(*["flu"] * n, *["cla"] * (8 - n)), clips) for n in (6, 1)]
    nothing = [None, None]
    apart = evaluate.differences(*each, clips)
    for of in (each[0], apart):
        assert of["top1"]["interval"] == of["top1"]["intervals"]["flu"] == nothing
        assert of["s1"]["micro"]["interval"] == of["s1"]["macro"]["interval"] == nothing
    clips = drawn(*["flu"] * 5, *["cla"] * 6)
    some = judged(scores("flu", "flu", *["cla"] * 7, "flu", "flu"), clips)
    assert some["top1"]["intervals"]["flu"] == some["s1"]["intervals"]["flu"] == nothing
    assert nothing not in (some["top1"]["intervals"]["cla"], some["top1"]["interval"])


@pytest.mark.parametrize("name", ["results", "results_produced", "results_samples"])
def test_the_model_card_holds_the_lines_of_its_results(name):
    folder = ROOT / "models" / "han2016"
    raw = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    counts = {"clips": raw["counts"]["test"], "recordings": raw["counts"]["recordings"]}
    text = evaluate.printed(raw["systems"], **counts, differences=raw["differences"])
    means = [line for line in text.splitlines() if " precision " not in line]
    means = [line for line in means if not line.startswith("| S") or " recall " not in line]
    assert "\n".join(means) + "\n\n" in (folder / "README.md").read_text(encoding="utf-8")


LABELS = st.lists(st.sets(st.sampled_from(CODES[:4]), min_size=1), min_size=1, max_size=20)


@given(LABELS, st.data())
def test_no_draw_misses_a_class(labels, data):
    n = len(labels)
    names = data.draw(st.lists(st.sampled_from("abcdefghij"), min_size=n, max_size=n))
    clips = drawn(*map("+".join, labels), recordings=names, draws=30)
    figures = clips.top1(np.eye(n, len(CODES)))
    occurs = [*clips.codes.values()]
    assert np.isfinite(figures[:, [*occurs, -1]]).all()
    np.testing.assert_allclose(figures[:, -1], figures[:, occurs].mean(axis=1))


def test_recordings_are_drawn_for_those_with_the_same_labels():
    #        0      1      2          3      4      5          6          7
    sets = ["flu", "flu", "cla+flu", "cla", "cla", "flu+pia", "cla+flu", "cla+flu+sax"]
    names = [*"abcdefgh"]
    truth = evaluate.truth_of(items(*sets, recordings=names))
    strata = evaluate.strata_of(truth, np.arange(8))
    assert strata[0] == strata[1] and strata[3] == strata[4] and strata[2] == strata[6]
    assert len(set(strata)) == 5  # piano and saxophone occur once: these are in every draw
    # by the labels of all its clips
    truth = evaluate.truth_of(items("flu", "cla", "cla+flu"))
    assert evaluate.strata_of(truth, np.array([0, 0, 1])).tolist() == [0, 0]
    # alone with their sets, but no class depends on them
    sets = ["flu", "flu", "cla", "cla", "pia", "pia", "cla+flu", "cla+pia", "cla+flu+pia"]
    strata = evaluate.strata_of(evaluate.truth_of(items(*sets)), np.arange(9))
    assert len(set(strata)) == 4 and len(set(strata[6:])) == 1


def test_clips_without_recording_stand_for_themselves():
    groups = evaluate.recordings_of(items("flu", "flu", recordings=["", ""]))
    assert len(set(groups)) == 2


@pytest.mark.parametrize("threshold", [0.05, 0.95])
def test_the_threshold_decides(threshold):
    clips = drawn("flu", "cla")
    s = scores("flu", "cla")
    figures = evaluate.table(s, s, clips, evaluate.Thresholds(threshold, 0.5))
    assert figures["s1"]["micro"]["recall"] == (1.0 if threshold < 0.9 else 0.0)


def judged(scores, clips, threshold=0.5):
    thresholds = evaluate.Thresholds(threshold, threshold)
    return evaluate.table(scores, scores, clips, thresholds) | {"scores": scores.tolist()}


def test_differences_are_of_the_same_draws():
    # One recording of ten is right in one system alone: the systems differ in few draws, so the
    # paired interval is far narrower than either system's own.
    labels = ["flu"] * 10
    clips = drawn(*labels, draws=400)
    better = judged(scores(*["flu"] * 6, *["cla"] * 4), clips)
    worse = judged(scores(*["flu"] * 5, *["cla"] * 5), clips)
    apart = evaluate.differences(better, worse, clips)
    assert apart["top1"]["macro"] == apart["top1"]["recall"]["flu"] == 0.1
    assert apart["top1"]["interval"] == apart["top1"]["intervals"]["flu"] == [0.0, 0.3333]
    low, high = better["top1"]["interval"]
    assert high - low > 0.5
    back = evaluate.differences(worse, better, clips)["top1"]
    assert (back["macro"], back["interval"]) == (-0.1, [-0.3333, 0.0])


def test_differences_are_those_of_an_independent_bootstrap():
    rng = np.random.default_rng(3)
    names = [f"{i % 18:02}" for i in range(40)]
    labels = [CODES[int(name) % 3] for name in names]  # six recordings of each class
    clips = drawn(*labels, recordings=names, draws=4000)
    s = [rng.random((40, len(CODES))) for _ in range(2)]
    each = judged(s[0], clips, 0.7), judged(s[1], clips, 0.4)
    apart = evaluate.differences(*each, clips)
    truth, groups = clips.truth, np.unique(names, return_inverse=True)[1]
    draws, rng, n = [], np.random.default_rng(1), groups.max() + 1
    bears = [frozenset(map(tuple, truth[groups == g])) for g in range(n)]
    strata = [[g for g in range(n) if bears[g] == one] for one in sorted(set(bears), key=str)]
    for _ in range(2000):
        drawn_each = [(m, rng.choice(m, len(m) - 1)) for m in strata]
        # n - 1 of n, each n / (n - 1) times: clips repeated as often as makes both whole
        where = np.concatenate(
            [
                np.repeat(np.flatnonzero(groups == g), 60 * len(m) // (len(m) - 1))
                for m, picked in drawn_each
                for g in picked
            ]
        )
        draws.append(
            [prf(a[where] >= t, truth[where]).micro[2] for a, t in zip(s, (0.7, 0.4), strict=True)]
        )
    low, high = np.percentile(np.subtract(*np.transpose(draws)), (2.5, 97.5))
    assert apart["s1"]["micro"]["interval"] == pytest.approx([low, high], abs=0.01)
    assert apart["s1"]["macro"]["f1"] == pytest.approx(
        each[0]["s1"]["macro"]["f1"] - each[1]["s1"]["macro"]["f1"], abs=2e-4
    )


def test_a_difference_without_width_is_not_estimable():
    clips = drawn("flu", "cla", "cla")
    same = judged(scores("flu", "cla", "voi"), clips)
    apart = evaluate.differences(same, same, clips)
    nothing = {"flu": [None, None], "cla": [None, None]}
    assert (apart["top1"]["interval"], apart["top1"]["intervals"]) == ([None, None], nothing)
    assert apart["s1"]["micro"] == {"f1": 0.0, "interval": [None, None]}
    none = judged(scores("voi", "voi", "voi"), clips)
    # Ahead in both clarinets, in all or no recording: an exact interval is of one system alone.
    assert evaluate.differences(same, none, clips)["top1"]["intervals"]["flu"] == [None, None]


def test_differences_are_columns_of_their_own():
    clips = drawn(*["flu"] * 10, draws=400)
    systems = {
        "ours": judged(scores(*["flu"] * 5, *["cla"] * 5), clips),
        "theirs": judged(scores(*["flu"] * 6, *["cla"] * 4), clips),
    }
    apart = {"theirs": evaluate.differences(systems["ours"], systems["theirs"], clips)}
    n = {"flu": 10}
    lines = evaluate.printed(systems, clips=n, recordings=n, differences=apart).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[0].endswith("| ours − theirs            |")
    assert lines[2].endswith("| −0.100 [−0.33, +0.00]    |")
    (macro,) = [line for line in lines if line.startswith("| macro ")]
    assert macro.endswith("| −0.100 [−0.33, +0.00]    |")
    (micro,) = [line for line in lines if line.startswith("| S1 micro F1")]
    assert "| −0." in micro
    assert all(line.endswith(" " * 24 + " |") for line in lines if line.startswith("| S2 "))
