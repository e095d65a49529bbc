import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.clips import irmas
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.clips.irmas import (
    TrainingName,
    excerpts,
    labelled,
    packed,
    parse_codes,
    parse_training_name,
    training_title,
)
from cnnviz.errors import BadInput


def laid_out(root: Path, *files: str) -> Path:
    """Make empty files, and `.txt` files that hold what follows a colon."""
    for file in files:
        name, _, text = file.partition(":")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


# --- refusals ---------------------------------------------------------------------------------


def test_refuses_a_folder_without_sounds(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"must exist, but there is none at .*gone\. Name a folder"):
        excerpts(tmp_path / "gone")
    with pytest.raises(BadInput, match="must hold sounds, but none was found"):
        excerpts(laid_out(tmp_path, "cel/readme.txt:cel", "cel/._[cel][cla]0001__1.wav"))


def test_refuses_a_folder_of_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(irmas, "MAX_FILES", 3)
    laid_out(tmp_path, "a.wav", "b.wav", "c.wav")
    assert len(excerpts(tmp_path)) == 3
    with pytest.raises(BadInput, match=r"must hold at most 3 sounds, but .* has more"):
        excerpts(laid_out(tmp_path, "d.wav"))


@pytest.mark.parametrize(
    "stem",
    [
        "",
        "0019__3",
        "[cel]",
        "[dru]0001__1",
        "[CEL][cla]0019__3",
        "[cel][cla]0019",
        "[cel][cla]0019__3 copy",
        "[cel][cla]0019__3\n",
        "[cel][cla]٠٠١٩__3",
        "[flu][pia][nod]0101__1",
        "../[cel][cla]0019__3",
    ],
)
def test_other_names_are_not_parsed(stem: str) -> None:
    assert parse_training_name(stem) is None


# --- properties -------------------------------------------------------------------------------

numbers = st.text("0123456789", min_size=1, max_size=4)


@given(
    prefix=st.none() | numbers,
    code=st.sampled_from(CODES),
    drums=st.sampled_from([None, True, False]),
    genre=st.none() | st.sampled_from(sorted(irmas.GENRES)),
    recording=numbers,
    excerpt=numbers,
)
def test_a_name_says_what_it_was_made_of(
    prefix: str | None,
    code: str,
    drums: bool | None,
    genre: str | None,
    recording: str,
    excerpt: str,
) -> None:
    stem = "" if prefix is None else f"{prefix}__"
    stem += f"[{code}]" + {None: "", True: "[dru]", False: "[nod]"}[drums]
    stem += "" if genre is None else f"[{genre}]"
    stem += f"{recording}__{excerpt}"
    assert parse_training_name(stem) == TrainingName(code, drums, genre, recording, excerpt)


@given(st.text("[]_celandopr0159. ", max_size=30) | st.text())
def test_any_name_is_parsed_or_not(stem: str) -> None:
    name = parse_training_name(stem)
    assert name is None or stem.endswith(f"{name.recording}__{name.excerpt}")


@given(st.text() | st.lists(st.sampled_from([*CODES, "harp"])).map(" \t\n".join))
def test_any_text_names_codes_in_order_each_once(text: str) -> None:
    listed = parse_codes(text)
    assert set(listed) <= set(CODES) and len(set(listed)) == len(listed)
    assert list(listed) == sorted(listed, key=text.find)
    assert len(text) > irmas.MAX_TEXT or set(listed) == set(text.split()) & set(CODES)


members = st.text("abc./\\[]celdrunopwvtx_1 \x00\udcf1", max_size=20)


@given(st.lists(members.map(lambda name: f"{name}.wav") | members | st.text(), unique=True))
def test_any_names_of_a_zip_are_sorted_out(names: list[str]) -> None:
    listed = packed({name: name for name in names}, within="Zip")
    assert len({excerpt.path for excerpt in listed}) == len(listed)
    for excerpt in listed:
        assert excerpt.path in names and excerpt.path.lower().endswith(excerpt.ending.lower())
        assert excerpt.place.startswith("Zip/")
        assert excerpt.place.encode() and excerpt.title.encode()  # UTF-8 can write them
        assert (excerpt.labels is None) == (excerpt.text is not None)


@given(
    first=st.tuples(st.sampled_from(CODES), numbers, numbers),
    second=st.tuples(st.sampled_from(CODES), numbers, numbers),
)
def test_titles_differ_where_recordings_do(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    titles = {
        training_title(TrainingName(code, None, None, recording, excerpt), code=code)
        for code, recording, excerpt in (first, second)
    }
    assert len(titles) == len({first, second})


# --- references: names as they are distributed ------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "name", "title"),
    [
        (
            "[cel][cla]0019__3",
            TrainingName("cel", None, "cla", "0019", "3"),
            "Cello 0019-3 · classical",
        ),
        (
            "[cla][nod][pop_roc]0391__1",
            TrainingName("cla", False, "pop_roc", "0391", "1"),
            "Clarinet 0391-1 · pop-rock, no drums",
        ),
        (
            "008__[cel][nod][cla]0058__1",
            TrainingName("cel", False, "cla", "0058", "1"),
            "Cello 0058-1 · classical, no drums",
        ),
        (
            "001__[gel][dru][pop_roc]0829__1",
            TrainingName("gel", True, "pop_roc", "0829", "1"),
            "Electric guitar 0829-1 · pop-rock, with drums",
        ),
    ],
)
def test_names_as_distributed(stem: str, name: TrainingName, title: str) -> None:
    assert parse_training_name(stem) == name
    assert training_title(name, code=name.code) == title


def test_training_labels_come_from_the_folder(tmp_path: Path) -> None:
    laid_out(tmp_path, "TrainingData/vio/[cel][cla]0019__3.wav", "loose/[cel][cla]0020__1.wav")
    listed = {excerpt.place: excerpt for excerpt in excerpts(tmp_path)}
    first = listed["TrainingData/vio/[cel][cla]0019__3"]
    assert (first.part, first.labels) == ("training", ("vio",))
    assert first.title == "Violin 0019-3 · classical"
    assert listed["loose/[cel][cla]0020__1"].labels == ("cel",)


def test_testing_labels_come_from_the_text(tmp_path: Path) -> None:
    laid_out(
        tmp_path,
        "Part1/01 - Some Song-4.wav",
        "Part1/01 - Some Song-4.txt:gel\t\nvoi\n\ngel\n",
        "Part1/odd.WAV",
        "Part1/odd.txt:harp",
        "Part2/none.flac",
    )
    (tmp_path / "Part1/none.wav").touch()
    (tmp_path / "Part1/none.txt").write_bytes(b"\xff\xfe\nsax")
    listed = {excerpt.path.name: excerpt for excerpt in excerpts(tmp_path)}
    song = listed["01 - Some Song-4.wav"]
    assert (song.part, song.labels) == ("testing", ("gel", "voi"))
    assert song.title == "Electric guitar, voice · 01 - Some Song-4"
    assert listed["odd.WAV"].labels == ()
    assert listed["none.wav"].labels == ("sax",)
    assert listed["none.flac"].title == "Not labelled · none"


def test_a_zip_is_read_like_the_folder_it_unpacks_to(tmp_path: Path) -> None:
    files = {
        "IRMAS-Some/vio/[cel][cla]0019__3.wav": "",
        "IRMAS-Some/cel/[cel][nod][pop_roc]0020__1.WAV": "",
        "IRMAS-Some/Part1/01 - Song-4.wav": "",
        "IRMAS-Some/Part1/01 - Song-4.txt": "gel voi",
        "IRMAS-Some/Part1/lone.wav": "",
        "IRMAS-Some/Part1/.hidden.wav": "",
        "IRMAS-Some/.git/x.wav": "",
        "IRMAS-Some/README": "",
    }
    laid_out(tmp_path, *(f"{name}:{text}" for name, text in files.items()))
    local = {excerpt.place: excerpt for excerpt in excerpts(tmp_path)}
    listed = {excerpt.place: excerpt for excerpt in packed(files, within="IRMAS-Some")}
    assert set(listed) == set(local) and len(listed) == 4
    for place, excerpt in listed.items():
        if excerpt.labels is None:
            assert excerpt.title == "Testing clip · 01 - Song-4" and excerpt.text == "gel voi"
            excerpt = labelled(excerpt, parse_codes(excerpt.text))
        assert replace(excerpt, path=None, text=None) == replace(local[place], path=None, text=None)
    # A zip without a folder of its own name is taken as unpacked into one.
    (bare,) = packed({"Part3/x.wav": 1}, within="IRMAS-Some")
    assert (bare.place, bare.path) == ("IRMAS-Some/Part3/x", 1)


def test_walks_links_once_and_not_without_end(tmp_path: Path) -> None:
    laid_out(tmp_path / "kept", "[cel][cla]0019__3.wav")
    home = laid_out(tmp_path / "named", "cel/[cel][cla]0001__1.wav", "1/2/3/4/5/deep.wav")
    (home / "again").symlink_to(home)
    (home / "elsewhere").symlink_to(tmp_path / "kept")
    assert {excerpt.place for excerpt in excerpts(home)} == {
        "cel/[cel][cla]0001__1",
        "elsewhere/[cel][cla]0019__3",
    }


def test_bears_names_in_other_encodings(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/Espa\xf1a-1.wav", "wb"):
        pass
    (excerpt,) = excerpts(tmp_path)
    assert excerpt.title == r"Not labelled · Espa\udcf1a-1"
    assert excerpt.path.is_file()


def test_every_instrument_has_a_name() -> None:
    assert set(NAMES) == set(CODES)
