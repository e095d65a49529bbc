"""What a picture says in words is what the stage says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.export.words import now_words, subline, verdict_words
from cnnviz.networks.verdict import Verdict
from tests.export.conftest import make

CODES = ("flu", "pia", "xyz")  # of the made subject, whose classes are flute, piano, xyz
CASES = {
    (0.87, 0.1, 0.0): [("Whole clip: ", False), ("flute 0.87", True)],
    (0.4, 0.43, 0.0): [
        ("Whole clip: ", False),
        ("piano 0.43", True),
        (", ", False),
        ("flute 0.40", True),
        (" (nearly a tie)", False),
    ],
    (0.4, 0.5, 0.36): [
        ("Whole clip: ", False),
        ("piano 0.50", True),
        (", ", False),
        ("flute 0.40", True),
        (", ", False),
        ("xyz 0.36", True),
    ],
    (0.3395, 0.36, 0.0): [
        ("Whole clip: ", False),
        ("piano 0.36", True),
        (", ", False),
        ("flute 0.339", False),
        (" (nearly a tie)", False),
    ],
    (0.1, 0.27, 0.26): [
        ("Whole clip: nothing reaches 0.34 (piano 0.27 comes nearest)", False),
    ],
}


def judged(scores):
    verdict = Verdict(CODES, np.array(scores, np.float32), 0.34)
    return replace(make(), verdict=verdict)


@pytest.mark.parametrize(("scores", "pieces"), CASES.items())
def test_the_verdict_is_worded_as_on_the_stage(scores, pieces, node):
    subject = judged(scores)
    assert verdict_words(subject) == pieces
    assert said_on_stage(subject, node) == pieces


def said_on_stage(subject, node):
    verdict = subject.verdict
    model = {
        "classes": [{"code": code, "name": name} for code, name in subject.classes.items()],
        "verdict": {
            "first": verdict.order[0],
            "scores": [float(score) for score in verdict.scores],
            "threshold": verdict.threshold,
            "named": verdict.named,
            "rival": verdict.rival,
        },
    }
    said = node("summary.mjs", "verdictWords", f"verdictWords({json.dumps(model)})")
    return [tuple(piece) for piece in said]


def test_of_many_classes_the_first_four_are_named(node):
    subject = make(n_classes=11)
    scores = (0.9 - 0.052 * np.arange(11)).astype(np.float32)
    verdict = Verdict(tuple(subject.classes), scores, 0.34)
    subject = replace(subject, verdict=verdict)
    words = "".join(text for text, _ in verdict_words(subject))
    assert words.startswith("Whole clip: flute 0.90, piano 0.85, ")
    assert words.endswith(" 0.74 and 7 more")
    assert said_on_stage(subject, node) == verdict_words(subject)


def test_a_window_is_worded_as_on_the_stage(node):
    subject = judged((0.9, 0.1, 0.0))
    subject.predictions[:2] = [[0.1, 0.3395, 0.2], [0.6, 0.1, 0.2]]
    said = [now_words(subject, window) for window in (0, 1)]
    assert said == ["this second: piano 0.339, below 0.34", "this second: flute 0.60"]
    model = {
        "classes": [{"name": name} for name in subject.classes.values()],
        "verdict": {"threshold": 0.34},
        "window_frames": 43,
        "frame_s": subject.clip.front_end.frame_s,
    }
    scores = (
        f"predictions: new Float32Array({json.dumps(subject.predictions[:2].ravel().tolist())})"
    )
    code = f"[0, 1].map((w) => nowWords({{ ...{json.dumps(model)}, {scores} }}, w))"
    assert node("summary.mjs", "nowWords", code) == said


def test_labels_and_layer_stand_beside_the_title():
    subject = make()
    assert subline(subject) == "labelled flute · conv, 6 filters of 9×12"
    unlabelled = replace(subject, clip=replace(subject.clip, labels=()))
    assert subline(unlabelled) == "no label · conv, 6 filters of 9×12"
