"""What a picture says of its subject in words, as the stage does (`summary.mjs`).

**Conventions**: words come in pieces (text, whether it says what is named); scores are in [0, 1].
"""

import math

from cnnviz.export.looks import LOOKS
from cnnviz.export.subject import Subject

MOST_NAMED: int = LOOKS["most_named"]
Pieces = list[tuple[str, bool]]


def subline(subject: Subject) -> str:
    """Return what is known of the clip and of the layer."""
    labels = " + ".join(subject.classes.get(code, code) for code in subject.clip.labels)
    labelled = f"labelled {labels}" if labels else "no label"
    return f"{labelled} · {subject.layer.name}, {subject.layer.size}"


def verdict_words(subject: Subject) -> Pieces:
    """Return the verdict on the whole clip."""
    verdict = subject.verdict
    scores = dict(zip(subject.classes, map(float, verdict.scores), strict=True))

    def said(code: str) -> str:
        return f"{subject.classes[code]} {score_text(scores[code], verdict.threshold)}"

    if not verdict.named:
        nearest = said(verdict.order[0])
        text = f"Whole clip: nothing reaches {verdict.threshold:.2f} ({nearest} comes nearest)"
        return [(text, False)]
    pieces: Pieces = [("Whole clip: ", False)]
    codes = list(dict.fromkeys([*verdict.named, *([verdict.rival] if verdict.rival else [])]))
    for place, code in enumerate(codes[:MOST_NAMED]):
        pieces += [(", ", False)] if place else []
        pieces.append((said(code), code in verdict.named))
        pieces += [(" (nearly a tie)", False)] if code == verdict.rival else []
    if len(codes) > MOST_NAMED:
        pieces.append((f" and {len(codes) - MOST_NAMED} more", False))
    return pieces


def now_words(subject: Subject, window: int) -> str:
    """Return the class with the highest score in a window, and that score."""
    scores, threshold = subject.predictions[window], subject.verdict.threshold
    first = int(scores.argmax())
    below = f", below {threshold:.2f}" if scores[first] < threshold else ""
    name = list(subject.classes.values())[first]
    return f"{now_name(subject)}: {name} {score_text(float(scores[first]), threshold)}{below}"


def now_name(subject: Subject) -> str:
    """Return what the sound of the window shown is called."""
    front_end = subject.clip.front_end
    is_second = round(10 * front_end.window_frames * front_end.frame_s) == 10
    return "this second" if is_second else "this window"


def score_text(score: float, threshold: float) -> str:
    """Return a score in two figures; in three where it would seem to reach the threshold."""
    text = f"{score:.2f}"
    if score < threshold and text == f"{threshold:.2f}":
        return f"{math.floor(score * 1000) / 1000:.3f}"
    return text
