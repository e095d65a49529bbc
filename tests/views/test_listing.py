from pathlib import Path

import pytest

from cnnviz.analyses import marks
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.credit import Credit
from cnnviz.clips.recordings import shipped
from cnnviz.networks.card import read_card
from cnnviz.views import listing
from tests.conftest import ROOT

HAN = ROOT / "models" / "han2016"
ENTRIES = {entry.title: entry for entry in shipped(ROOT / "sample_audio")}
NAMED = marks.read(HAN, read_card(HAN))


def entry(id: str) -> Entry[Path]:
    return Entry(id, "Cello", "", ("cel",), Path("x"), Credit("", ""))


@pytest.mark.parametrize(
    ("id", "named", "shown"),
    [
        ("recordings/a", {}, "Cello"),
        ("recordings/a", {"recordings/a": ["cel"]}, "Cello"),
        ("recordings/a", {"recordings/a": []}, "✗ Cello"),
        ("samples/a", {"samples/a": ["cel"]}, "Rendered · Cello"),
        ("samples/a", {"samples/a": ["cel", "pia"]}, "✗ Rendered · Cello"),
        ("irmas/a", {"recordings/a": []}, "Cello"),
    ],
)
def test_a_title_says_what_the_clip_is_and_whether_the_network_errs(id, named, shown):
    assert listing.words("Cello", {"Cello": entry(id)}, named) == shown
    assert listing.words("Upload a clip…", {"Cello": entry(id)}, named) == "Upload a clip…"


def test_the_help_names_what_stands_first_and_whose_sound_each_takes():
    said = listing.HELP.split(". ")[1]
    assert said == (
        "Upload and Record take a sound of your own; IRMAS fetches one clip from its authors' "
        "archive"
    )


def test_without_the_usual_clip_the_first_one_opens():
    assert listing.first({"A": entry("a"), "B": entry("b")}) == "A"


def test_the_clip_that_opens_is_a_recording_that_the_network_gets_right():
    first = ENTRIES[listing.first(ENTRIES)]
    assert first.id == listing.FIRST
    assert not marks.is_wrong(NAMED[first.id], first.labels)


def test_some_recordings_are_marked_and_most_are_not():
    shown = [listing.words(t, ENTRIES, NAMED) for t, e in ENTRIES.items() if "recordings" in e.id]
    assert 0 < sum(words.startswith("✗") for words in shown) < len(shown) / 2
