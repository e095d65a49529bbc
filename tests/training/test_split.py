from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.training.collection import Item
from cnnviz.training.split import recording, split


def clips(layout):
    """One item for each clip of {recording: (labels, number of clips)}."""
    return [
        Item(Path(f"{name}__{k}.wav"), labels, "train", "", name)
        for name, (labels, n) in layout.items()
        for k in range(n)
    ]


# As in IRMAS, no recording holds two classes.
layouts = st.dictionaries(
    st.integers(0, 400).map("{:04}".format),
    st.tuples(st.sampled_from(CODES).map(lambda code: (code,)), st.integers(1, 9)),
    min_size=2,
    max_size=60,
).filter(lambda layout: max(Counter(labels for labels, _ in layout.values()).values()) > 1)
mixed = st.dictionaries(
    st.integers(0, 400).map("{:04}".format),
    st.tuples(
        st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True).map(tuple),
        st.integers(1, 9),
    ),
    min_size=2,
    max_size=40,
)
shares = st.floats(0.01, 0.99)
seeds = st.integers(0, 2**31)


def test_one_recording_cannot_be_split():
    with pytest.raises(BadInput, match="has 1 to learn from"):
        split(clips({"0001": (("flu",), 5)}), share=0.15, seed=1)


@given(layouts | mixed, shares, seeds)
def test_no_recording_lies_on_both_sides(layout, share, seed):
    items = clips(layout)
    try:
        learned, validating = split(items, share=share, seed=seed)
    except BadInput:  # every class has one recording only
        return
    assert not set(map(recording, learned)) & set(map(recording, validating))
    assert {i.path for i in (*learned, *validating)} == {i.path for i in items}
    assert {i.split for i in learned} == {"train"}
    assert {i.split for i in validating} == {"validation"}


@given(layouts, shares, seeds)
def test_every_class_of_two_recordings_has_one_on_either_side(layout, share, seed):
    learned, validating = split(clips(layout), share=share, seed=seed)
    of = defaultdict(set)
    for item in clips(layout):
        of[item.labels[0]].add(item.recording)
    for code, recordings in of.items():
        assert any(code in item.labels for item in learned)
        assert any(code in item.labels for item in validating) == (len(recordings) > 1)


@given(layouts, seeds)
@settings(max_examples=20)
def test_the_seed_alone_decides(layout, seed):
    items = clips(layout)
    first = split(items, share=0.3, seed=seed)
    assert split(items[::-1], share=0.3, seed=seed)[1] == first[1][::-1]


def test_other_seeds_draw_other_recordings():
    items = clips({f"{k:04}": (("flu",), 1) for k in range(50)})
    drawn = {tuple(map(recording, split(items, share=0.2, seed=s)[1])) for s in range(5)}
    assert len(drawn) == 5


def test_shares_of_many_recordings_come_near():
    layout = {f"{k:04}": ((CODES[k % 11],), 1 + k % 7) for k in range(2261)}
    validating = split(clips(layout), share=0.15, seed=3)[1]
    n = Counter(item.labels[0] for item in clips(layout))
    got = Counter(item.labels[0] for item in validating)
    for code in CODES:
        assert got[code] / n[code] == pytest.approx(0.15, abs=0.01)


def test_rows_that_say_they_validate_do_and_other_splits_are_left_out():
    rows = [
        Item(Path("a.wav"), ("flu",), "train", "", "a"),
        Item(Path("b.wav"), ("flu",), "validation", "", "b"),
        Item(Path("c.wav"), ("flu",), "", "", "c"),
        Item(Path("d.wav"), ("flu",), "check", "", "d"),
    ]
    learned, validating = split(rows, share=0.5, seed=1)
    assert [item.recording for item in learned] == ["a", "c"]
    assert [item.recording for item in validating] == ["b"]
