import json
from pathlib import Path

import numpy as np
import pytest

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
    clips = items(*["flu"] * 5, "cla", "cla", recordings=["a", "a", "a", "b", "b", "c", "d"])
    s = scores(*["flu"] * 5, "cla", "flu")
    top1 = evaluate.table(s, s, evaluate.Tested(clips, draws=50), evaluate.Thresholds(0.5, 0.5))[
        "top1"
    ]
    assert top1["intervals"]["flu"] == [pytest.approx(0.025 ** (1 / 2), abs=5e-5), 1.0]
    assert top1["intervals"]["cla"] == [0.0, 1.0]
    truth, groups = evaluate.truth_of(clips), evaluate.recordings_of(clips)
    counts = evaluate.recordings_per_class(truth, groups)
    assert counts[CODES.index("flu")] == counts[CODES.index("cla")] == 2
    assert counts.sum() == 4


def test_the_model_card_holds_the_lines_of_its_results():
    folder = ROOT / "models" / "han2016"
    raw = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    systems = {name: raw["systems"][name] for name in ("han2016", "mfcc_svm")}
    counts = raw["counts"]
    text = evaluate.printed(systems, clips=counts["test"], recordings=counts["recordings"])
    card = (folder / "README.md").read_text(encoding="utf-8")
    start = text.splitlines()[0]
    table = start + card.partition(start)[2].partition("\n\n")[0]
    means = [line for line in text.splitlines() if " precision " not in line]
    means = [line for line in means if not line.startswith("| S") or " recall " not in line]
    assert table.splitlines() == means


def test_a_draw_without_a_class_says_nothing_of_its_f1():
    # Where only the flute is drawn (1 of 27 draws), the voice is wrongly named, not unknown.
    clips = drawn("flu", "flu", "voi", "voi", recordings=["a", "a", "b", "c"], draws=300)
    s = scores("flu", "voi", "voi", "voi")
    figures = evaluate.table(s, s, clips, evaluate.Thresholds(0.5, 0.5))
    assert figures["s1"]["intervals"]["voi"] == [0.5, 1.0]


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
    assert apart["top1"]["interval"] == apart["top1"]["intervals"]["flu"] == [0.0, 0.3]
    low, high = better["top1"]["interval"]
    assert high - low > 0.5
    back = evaluate.differences(worse, better, clips)["top1"]
    assert (back["macro"], back["interval"]) == (-0.1, [-0.3, 0.0])


def test_differences_are_those_of_an_independent_bootstrap():
    rng = np.random.default_rng(3)
    labels, names = rng.choice(CODES[:3], 40), [f"r{i}" for i in rng.integers(0, 12, 40)]
    clips = drawn(*labels, recordings=names, draws=200)
    s = [rng.random((40, len(CODES))) for _ in range(2)]
    each = judged(s[0], clips, 0.7), judged(s[1], clips, 0.4)
    apart = evaluate.differences(*each, clips)
    truth, groups = clips.truth, np.unique(names, return_inverse=True)[1]
    draws, rng = [], np.random.default_rng(0)
    for _ in range(200):
        picked = [np.flatnonzero(groups == g) for g in rng.integers(12, size=12)]
        where = np.concatenate(picked)
        draws.append(
            [prf(a[where] >= t, truth[where]).micro[2] for a, t in zip(s, (0.7, 0.4), strict=True)]
        )
    low, high = np.percentile(np.subtract(*np.transpose(draws)), (2.5, 97.5))
    assert apart["s1"]["micro"]["interval"] == pytest.approx([low, high], abs=1e-4)
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
    assert lines[2].endswith("| −0.100 [−0.30, +0.00]    |")
    (macro,) = [line for line in lines if line.startswith("| macro ")]
    assert macro.endswith("| −0.100 [−0.30, +0.00]    |")
    (micro,) = [line for line in lines if line.startswith("| S1 micro F1")]
    assert "| −0." in micro
    assert all(line.endswith(" " * 24 + " |") for line in lines if line.startswith("| S2 "))
