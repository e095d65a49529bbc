"""What an exported file says of itself: where it comes from, and how to cite it."""

import tomllib
from pathlib import Path

from cnnviz.clips import irmas
from cnnviz.clips.clip import Clip
from cnnviz.export.axes import number_text
from cnnviz.export.looks import LOOKS
from cnnviz.export.subject import Subject
from cnnviz.export.words import verdict_words

ROOT = Path(__file__).parents[2]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "version"
]
CITE = (
    f"Made with cnnviz {VERSION}, after Cochran & Kim, “Visualization of Deep Networks for Musical "
    "Instrument Recognition”, ISMIR 2020 late-breaking demo. The network follows Han, Kim & Lee, "
    "“Deep convolutional neural networks for predominant instrument recognition in polyphonic "
    "music”, 2016, arXiv 1605.09507."
)
CITE_IRMAS = (
    " The clip is of IRMAS: Bosch, Janer, Fuhrmann & Herrera, “A comparison of sound segregation "
    "techniques for predominant instrument recognition in musical audio signals”, ISMIR 2012."
)
UNKNOWN_TERMS = "the clip's terms are not known"
OWN_TERMS = "the clip is the visitor's own sound; its terms are the visitor's to know"


def facts(
    subject: Subject, *, scale: str | None = None, filter_: int | None = None
) -> dict[str, str]:
    """Return what a file says of itself, name to text, in the order to be read."""
    about = {
        "network": subject.card.title,
        "weights_sha256": subject.card.weights_sha256,
        "clip": f"{subject.clip.title} ({subject.clip.id})",
        "layer": f"{subject.layer.name}, {subject.layer.size}",
    }
    if filter_ is not None:
        about["filter"] = subject.label(filter_)
    if scale is not None:
        about["scale"] = _scale(subject, scale, filter_)
    return about | {
        "version": f"cnnviz {VERSION}",
        "terms": terms(subject.clip),
        "cite": cite(subject.clip),
    }


def _scale(subject: Subject, scale: str, filter_: int | None) -> str:
    """Return the name of a scale, what it spans, and its limits where they are the picture's."""
    choice, limits = subject.scales.choices[scale], subject.limits(scale, filter_)
    words = f"{LOOKS['scales'][scale]}: {choice.about}"
    if limits is None:
        return words
    return (
        f"{words}; from {number_text(limits.low)} to {number_text(limits.high)}; of the cells "
        f"inside the windows {choice.below:.1%} lie lower and {choice.above:.1%} higher"
    )


def title(subject: Subject) -> str:
    """Return the title of a file."""
    verdict = "".join(text for text, _ in verdict_words(subject))
    return f"{subject.clip.title} · {verdict} · {subject.layer.name}"


def terms(clip: Clip) -> str:
    """Return whom a clip is owed to and under which terms."""
    if clip.credit is not None:
        return clip.credit.text
    return OWN_TERMS if clip.id.startswith("own/") else UNKNOWN_TERMS


def cite(clip: Clip) -> str:
    """Return a line to cite."""
    is_of_irmas = clip.credit is not None and clip.credit.origin in irmas.ORIGINS
    return CITE + (CITE_IRMAS if is_of_irmas else "")
