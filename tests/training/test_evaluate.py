import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta

from cnnviz.clips.instruments import CODES
from cnnviz.training import evaluate
from cnnviz.training.collection import Item
from tests.conftest import ROOT


def items(*labels, recordings=None):
    names = recordings or [f"r{i}" for i in range(len(labels))]
    return [
        Item(Path(f"{i}.wav"), tuple(label.split("+")), "", "", name)
        for i, (label, name) in enumerate(zip(labels, names, strict=True))
    ]


def scores(*named):
    return np.array([[0.9 if code == name else 0.1 for code in CODES] for name in named])


def test_top1_recall_counts_any_label_of_a_clip():
    truth = evaluate.truth_of(items("flu", "flu", "cel+pia"))
    figures = evaluate.top1_recall(scores("flu", "cla", "pia"), truth)
    assert figures[CODES.index("flu")] == 0.5
    assert figures[CODES.index("cel")] == 1.0
    assert np.isnan(figures[CODES.index("voi")])


def test_confusion_has_truth_in_rows_and_leaves_ensembles_out():
    truth = evaluate.truth_of(items("flu", "cla", "cel+pia"))
    table = evaluate.confusion(scores("cla", "cla", "pia"), truth)
    assert table.sum() == 2
    assert table[CODES.index("flu"), CODES.index("cla")] == 1


def test_intervals_draw_recordings_not_clips():
    right = np.array([1.0] * 50 + [0.0] * 50)

    def mean(picked):
        return float(right[picked].mean())

    by_clip = evaluate.interval(mean, np.arange(100), draws=300)
    by_recording = evaluate.interval(mean, np.repeat([0, 1], 50), draws=300)
    assert by_clip[1] - by_clip[0] < 0.3
    assert by_recording.tolist() == [0.0, 1.0]


def test_the_table_of_a_perfect_network():
    clips = items("flu", "pia", "voi", recordings=["a", "b", "b"])
    s1 = scores("flu", "pia", "voi")
    figures = evaluate.table(s1, s1 / 0.9, clips, evaluate.Thresholds(0.5, 0.5), draws=50)
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


@pytest.mark.parametrize("n", [2, 7, 8, 100])
def test_all_or_no_recording_right_has_the_exact_interval(n):
    # Clopper & Pearson: quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k)
    low = evaluate.ends([1.0, 1.0], n_recordings=n, recall=1.0)
    assert low == [pytest.approx(beta.ppf(0.025, n, 1), abs=5e-5), 1.0]
    high = evaluate.ends([0.0, 0.0], n_recordings=n, recall=0.0)
    assert high == [0.0, pytest.approx(beta.ppf(0.975, 1, n), abs=5e-5)]


def test_other_figures_without_width_are_not_estimable():
    assert evaluate.ends([1.0, 1.0], n_recordings=7) == [None, None]  # F1
    assert evaluate.ends([0.5, 0.5], n_recordings=7, recall=0.5) == [None, None]
    assert evaluate.ends([1.0, 1.0], n_recordings=1, recall=1.0) == [None, None]
    assert evaluate.ends([0.2, 0.8], n_recordings=1) == [None, None]
    assert evaluate.ends([0.2, 0.8], n_recordings=2, recall=0.5) == [0.2, 0.8]


def test_recordings_count_not_clips():
    clips = items(*["flu"] * 5, "cla", "cla", recordings=["a", "a", "a", "b", "b", "c", "d"])
    s = scores(*["flu"] * 5, "cla", "flu")
    top1 = evaluate.table(s, s, clips, evaluate.Thresholds(0.5, 0.5), draws=50)["top1"]
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
    clips = items("flu", "flu", "voi", "voi", recordings=["a", "a", "b", "c"])
    s = scores("flu", "voi", "voi", "voi")
    figures = evaluate.table(s, s, clips, evaluate.Thresholds(0.5, 0.5), draws=300)
    assert figures["s1"]["intervals"]["voi"] == [0.5, 1.0]


def test_clips_without_recording_stand_for_themselves():
    groups = evaluate.recordings_of(items("flu", "flu", recordings=["", ""]))
    assert len(set(groups)) == 2


@pytest.mark.parametrize("threshold", [0.05, 0.95])
def test_the_threshold_decides(threshold):
    clips = items("flu", "cla")
    s = scores("flu", "cla")
    figures = evaluate.table(s, s, clips, evaluate.Thresholds(threshold, 0.5), draws=5)
    assert figures["s1"]["micro"]["recall"] == (1.0 if threshold < 0.9 else 0.0)
