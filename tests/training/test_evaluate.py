from pathlib import Path

import numpy as np
import pytest

from cnnviz.clips.instruments import CODES
from cnnviz.training import evaluate
from cnnviz.training.collection import Item


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
    found = evaluate.top1_recall(scores("flu", "cla", "pia"), truth)
    assert found[CODES.index("flu")] == 0.5
    assert found[CODES.index("cel")] == 1.0
    assert np.isnan(found[CODES.index("voi")])


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
    found = evaluate.table(s1, s1 / 0.9, clips, evaluate.Thresholds(0.5, 0.5), draws=50)
    assert found["top1"]["macro"] == 1.0
    assert found["s1"]["micro"]["f1"] == found["s2"]["macro"]["f1"] == 1.0
    assert found["lrap"] == 1.0
    assert set(found["top1"]["recall"]) == {"flu", "pia", "voi"}
    text = evaluate.printed({"perfect": found}, {"flu": 1, "pia": 1, "voi": 1})
    assert "flute (1 clips)" in text and "1.000 [1.00, 1.00]" in text


def test_a_draw_without_a_class_says_nothing_of_its_f1():
    # One recording each; where only the flute is drawn, the voice is wrongly named, not unknown.
    clips = items("flu", "flu", "voi", recordings=["a", "a", "b"])
    s = scores("flu", "voi", "voi")
    found = evaluate.table(s, s, clips, evaluate.Thresholds(0.5, 0.5), draws=200)
    assert found["s1"]["intervals"]["voi"] == [0.6667, 1.0]


def test_clips_without_recording_stand_for_themselves():
    groups = evaluate.recordings_of(items("flu", "flu", recordings=["", ""]))
    assert len(set(groups)) == 2


@pytest.mark.parametrize("threshold", [0.05, 0.95])
def test_the_threshold_decides(threshold):
    clips = items("flu", "cla")
    s = scores("flu", "cla")
    found = evaluate.table(s, s, clips, evaluate.Thresholds(threshold, 0.5), draws=5)
    assert found["s1"]["micro"]["recall"] == (1.0 if threshold < 0.9 else 0.0)
