"""Every parser of ours, given anything: it returns a value or raises BadInput, and quickly."""

import contextlib
import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnviz.audio import containers, mp4, mpeg
from cnnviz.audio.decoding import Waveform, decode
from cnnviz.clips.catalogue import COLUMNS, Entry, samples
from cnnviz.clips.instruments import CODES
from cnnviz.clips.irmas import MAX_TEXT, excerpts, parse_codes, parse_training_name
from cnnviz.errors import BadInput
from cnnviz.networks.card import CARD_FORMAT, Card, parse_card, read_card
from tests.conftest import ROOT
from tests.hostile.corpus import hostile

QUICK_S = 2.0
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
CARD = json.loads((ROOT / "models" / "han2016" / "card.json").read_text(encoding="utf-8"))
SAMPLES = {
    path.name: path.read_bytes()
    for path in sorted((ROOT / "sample_audio").glob("*0001__1.flac"))[:3]
}


@contextlib.contextmanager
def a_value_or_a_sentence() -> Iterator[None]:
    """Allow BadInput and no other error, within `QUICK_S`."""
    start = time.monotonic()
    with contextlib.suppress(BadInput):
        yield
    assert time.monotonic() - start < QUICK_S


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    (folder / "f1.flac").touch()
    (folder / "t1.wav").touch()
    return folder


# --- card.json --------------------------------------------------------------------------------


@given(data=st.binary() | anything.map(json.dumps).map(str.encode))
@example(data=b"[" * 3_000)
@example(data=b"1" * 10_000)
@example(data=b"\xef\xbb\xbf{}")
@example(data=b'{"format": 1, "name": "\\ud800"}')
def test_any_bytes_as_a_card(place: Path, data: bytes) -> None:
    (place / "card.json").write_bytes(data)
    with a_value_or_a_sentence():
        assert isinstance(read_card(place), Card)


@given(raw=anything)
def test_any_json_as_a_card(raw: object) -> None:
    with a_value_or_a_sentence():
        parse_card(raw)


def places(raw: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Yield where every value of some JSON stands."""
    yield at
    pairs = raw.items() if isinstance(raw, dict) else enumerate(raw) if type(raw) is list else ()
    for key, inner in pairs:
        yield from places(inner, (*at, key))


@given(at=st.sampled_from(list(places(CARD))[1:]), value=anything | st.just(...))
def test_a_card_with_any_value_in_any_place(at: tuple[object, ...], value: object) -> None:
    raw = json.loads(json.dumps(CARD))
    inner = raw
    for key in at[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[at[-1]]
    else:
        inner[at[-1]] = value
    with a_value_or_a_sentence():
        card = parse_card(raw)
        assert raw["format"] == CARD_FORMAT
        assert all(layer.size for layer in card.layers)


# --- clips.csv --------------------------------------------------------------------------------

cells = st.text(max_size=8) | st.sampled_from(
    ["f1.flac", "../f1.flac", "/etc/passwd", "\0", ".", "flu", "flu+", "alone", "x" * 300, "3.0"]
)


def csv_of(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@given(
    data=st.binary()
    | st.lists(st.lists(cells, min_size=8, max_size=8), max_size=3).map(
        lambda rows: csv_of([list(COLUMNS), *rows])
    )
)
@example(data=csv_of([list(COLUMNS), ["x" * 5000, "t", "flu", "alone", "3", "", "", ""]]))
@example(data=csv_of([list(COLUMNS), ["/etc/passwd", "t", "flu", "alone", "3", "", "", ""]]))
@example(data=csv_of([list(COLUMNS), ["\0", "t", "flu", "alone", "3", "", "", ""]]))
@example(data=",".join(COLUMNS).encode() + b'\n"' + b"a" * 200_000)
def test_any_bytes_as_a_list_of_samples(place: Path, data: bytes) -> None:
    (place / "clips.csv").write_bytes(data)
    with a_value_or_a_sentence():
        for entry in samples(place):
            assert isinstance(entry, Entry) and entry.path == place / "f1.flac"


# --- IRMAS's names and labels -----------------------------------------------------------------


@given(stem=st.text() | st.binary().map(lambda name: name.decode("utf-8", "surrogateescape")))
@example(stem="[" * 50_000)
@example(stem="0" * 50_000 + "__")
@example(stem="1__" * 20_000)
def test_any_text_as_the_name_of_a_clip(stem: str) -> None:
    with a_value_or_a_sentence():
        name = parse_training_name(stem)
        assert name is None or name.code in CODES


@given(data=st.binary(max_size=300))
@example(data=b"cel " * 100_000)
@example(data=b"\0" * 100_000)
def test_any_bytes_as_labels(place: Path, data: bytes) -> None:
    (place / "t1.txt").write_bytes(data)
    with a_value_or_a_sentence():
        by_name = {excerpt.path.name: excerpt for excerpt in excerpts(place)}
        text = data.decode("utf-8", "replace")[:MAX_TEXT].replace("\r\n", "\n")
        assert set(by_name["t1.wav"].labels or ()) == set(parse_codes(text))


# --- sound ------------------------------------------------------------------------------------


FTYP = b"\0\0\0\x10ftypM4A \0\0\0\0"
heads = st.sampled_from(
    [
        *(b"", b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"OggS", b"fLaC"),
        *(b"ID3\4\0\0", b"\xff\xfb\x90"),
        *(FTYP, FTYP + b"\0\0\0\x10moov", FTYP + b"\0\0\0\x08mdat\0\0\0\0moov"),
    ]
)


@given(head=heads, data=st.binary(max_size=500))
def test_any_bytes_as_a_sound(head: bytes, data: bytes) -> None:
    data = head + data
    containers.identify(data)
    for walk in (containers.check_chunks, containers.check_pages):
        with a_value_or_a_sentence():
            walk(data, quoted="x")
    mp4.fault(data, max_s=60)
    with a_value_or_a_sentence():
        frames = containers.check_frames(data, max_s=1.0, quoted="x")
        mpeg.with_length(data, frames)
    with a_value_or_a_sentence():
        assert isinstance(decode(data, name="x"), Waveform)


@pytest.mark.parametrize(
    ("name", "data"),
    [pytest.param(n, d, id=n.split()[1]) for n, d in hostile(SAMPLES, n=20, seed=8)],
)
def test_hostile_samples(name: str, data: bytes) -> None:
    with a_value_or_a_sentence():
        assert isinstance(decode(data, name=name), Waveform)
