import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.clips.lookup import fitting

CLIPS = {
    "Flute": ("Flute", "samples/[flu][nod]0001__1"),
    "Flute, over a band": ("Flute, over a band", "samples/[flu][dru]0002__1"),
    "Cello, alone": ("Cello, alone", "samples/[cel][nod]0003__1"),
    "Bach’s suite": ("Bach’s suite", "recordings/cello-bach-suite-1"),
}


@pytest.mark.parametrize(
    "text", ["", " ", "…", "kazoo", "lute", "samples/../../etc/passwd", "/etc/passwd", "cello x"]
)
def test_what_fits_nothing_is_nothing(text):
    assert fitting(text, CLIPS) == []


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Flute", ["Flute"]),  # though it begins another title too
        ("FLUTE", ["Flute"]),
        ("samples/[flu][nod]0001__1", ["Flute"]),
        ("samples/flu-nod-0001-1", ["Flute"]),
        ("flute band", ["Flute, over a band"]),
        ("flu", ["Flute", "Flute, over a band"]),
        ("bach’s  SUITE", ["Bach’s suite"]),
        ("recordings/cello-bach-suite-1", ["Bach’s suite"]),
        ("cello", ["Cello, alone", "Bach’s suite"]),
        ("ｆｌｕｔｅ", ["Flute"]),
    ],
)
def test_the_best_fit_counts(text, fits):
    assert fitting(text, CLIPS) == fits


@pytest.mark.parametrize("text", ["flute band", "flu", "cello"])
def test_beginnings_of_words_fit_loosely_only(text):
    assert fitting(text, CLIPS, loosely=False) == []
    assert fitting("FLUTE", CLIPS, loosely=False) == ["Flute"]


@given(st.text(), st.booleans())
def test_any_text_is_looked_up_among_what_exists(text, loosely):
    assert set(fitting(text, CLIPS, loosely=loosely)) <= set(CLIPS)


@given(st.text(min_size=1))
def test_a_name_finds_itself(name):
    assert fitting(name, {"it": (name,)} | CLIPS)[0] == "it"


def test_very_many_words_take_no_time():
    named = {str(n): (f"irmas/cel/[cel][cla]{n:04d}__1 with some words",) for n in range(7000)}
    assert fitting("a b c d e f " * 5000, named) == []
