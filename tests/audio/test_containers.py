import io

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.audio import containers
from cnnviz.errors import BadInput


def written(kind: str, subtype: str | None = None, *, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    y = 0.3 * np.sin(np.arange(8000) / 5.0)
    sf.write(file, y, rate, format=kind, subtype=subtype)
    return file.getvalue()


OGG = written("OGG")


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"RIFF\0\0\0\0WAVE" + b"abcd\0\0\0\0", "no sound follows its header"),
        (
            b"RIFF\0\0\0\0WAVE" + b"abcd\0\0\0\0" * 5000 + b"data\2\0\0\0ab",
            "no sound follows its header",
        ),
        (b"FORM\0\0\0\0AIFFSSND\0\0\1\0", "its header promises 256 bytes of sound and 0 came"),
        (b"RIFX\0\0\0\0WAVEdata\0\0\1\0", "its header promises 256 bytes of sound and 0 came"),
    ],
)
def test_refuses_chunks_without_sound(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        containers.check_chunks(data, quoted="x")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (OGG[:-1], "is not whole"),
        (OGG + b"junk", "is not whole"),
        (OGG + OGG, "must hold one stream"),
        (OGG.replace(b"\x01vorbis", b"\x80theora"), "must hold Vorbis or Opus"),
        (OGG + (b"OggS" + bytes(23)) * 70_000, "at most 65,536 pages"),
    ],
)
def test_refuses_pages(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        containers.check_pages(data, quoted="x")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bytes(99), "no MPEG frame of Layer III"),
        (written("MP3")[:-300], "frames and [0-9]+ came"),
        (written("MP3") + b"\1" * 5000, "its frames stop making sense after 1"),
    ],
)
def test_refuses_frames(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        containers.check_frames(data, max_s=60.0, quoted="x")


# --- properties -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted({*containers.KINDS} - {"M4A"}))
def test_knows_the_kinds_of_libsndfile(kind: str) -> None:
    assert containers.identify(written(kind)) == kind


@pytest.mark.parametrize("words", sorted({words for *_, words in containers.OTHER_FORMATS}))
def test_names_other_formats(words: str) -> None:
    for offset, magic, called in containers.OTHER_FORMATS:
        if called == words:
            assert containers.identify(bytes(offset) + magic + bytes(64)) == words


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=9, max_size=2000))
def test_knows_text(text: str) -> None:
    data = text.encode()
    if not any(data[at : at + len(magic)] == magic for at, magic, _ in containers.OTHER_FORMATS):
        assert containers.identify(data) == "text"


@given(st.binary(max_size=400))
def test_walks_any_bytes_to_an_answer(data: bytes) -> None:
    containers.identify(data)
    for head, walk in (
        (b"RIFF\0\0\0\0WAVE", containers.check_chunks),
        (b"FORM\0\0\0\0AIFF", containers.check_chunks),
        (OGG, containers.check_pages),
    ):
        try:
            walk(head + data, quoted="x")
        except BadInput as refused:
            assert "“" not in str(refused)  # the name comes from the caller, quoted


@pytest.mark.parametrize("claims", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xdb\xff\xff\x7f"])
def test_bears_a_size_that_was_not_known(claims: bytes) -> None:
    data = written("WAV")
    containers.check_chunks(data[:40] + claims + data[44:], quoted="x")
