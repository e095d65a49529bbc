import csv
from pathlib import Path

import pytest

from cnnviz.clips import catalogue
from cnnviz.clips.catalogue import COLUMNS, Entry, archived, samples
from cnnviz.clips.credit import Credit
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.clips.irmas import packed
from cnnviz.errors import BadInput
from tests.conftest import ROOT

FLUTE = ("f1.flac", "Flute, alone", "flu", "alone", "3.0", "rendered", "MIT", "1")
CELLO = ("c1.flac", "Cello, alone", "cel", "alone", "3.0", "rendered", "MIT", "2")
DUO = ("d1.flac", "Cello and piano", "cel+pia", "ensemble", "9", "rendered", "MIT", "3")


def folder_of(tmp_path: Path, *lines: tuple[str, ...], head: tuple[str, ...] = COLUMNS) -> Path:
    for line in (FLUTE, CELLO, DUO):
        (tmp_path / line[0]).touch()
    with (tmp_path / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *lines])
    return tmp_path


def changed(line: tuple[str, ...], **fields: str) -> tuple[str, ...]:
    return tuple((dict(zip(COLUMNS, line, strict=True)) | fields).values())


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (FLUTE[:-1], "must have 8 fields, but has “7”"),
        ((), "must have 8 fields, but has “0”"),
        (changed(FLUTE, labels="flu+harp"), "must have labels among cel.* but has “flu.harp”"),
        (changed(FLUTE, labels=""), "must have labels among"),
        (changed(FLUTE, kind="loud"), "must have a kind among alone.*, but has “loud”"),
        (changed(FLUTE, title=" "), "must have a title"),
        (changed(FLUTE, file="gone.flac"), "must name a file beside it, but has “gone.flac”"),
        (changed(FLUTE, file="../clips.csv"), "must name a file beside it"),
        (changed(FLUTE, file="/etc/passwd"), "must name a file beside it"),
        (changed(FLUTE, file=""), "must name a file beside it"),
        (changed(FLUTE, file="c1.flac"), "must have a file and a title of its own"),
        (changed(FLUTE, title="Cello, alone"), "must have a file and a title of its own"),
    ],
)
def test_refuses_a_line_by_its_number(tmp_path: Path, line: tuple[str, ...], says: str) -> None:
    with pytest.raises(BadInput, match=f"Line 3 of .*clips.csv {says}.* Correct it or make"):
        samples(folder_of(tmp_path, CELLO, line))


def test_refuses_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be read: .*No such file"):
        samples(tmp_path)
    with pytest.raises(BadInput, match=r"Line 1 of .* must name the columns file,title"):
        samples(folder_of(tmp_path, FLUTE, head=COLUMNS[1:]))
    (tmp_path / "clips.csv").write_text(",".join(COLUMNS) + '\n"f1.flac"x,')
    with pytest.raises(BadInput, match=r"Line 2 of .* must be CSV"):
        samples(tmp_path)
    (tmp_path / "clips.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="must be listed in a file of UTF-8 text"):
        samples(tmp_path)


def test_refuses_an_empty_irmas_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="must hold sounds"):
        catalogue.irmas(tmp_path)


# --- properties -------------------------------------------------------------------------------


def test_lists_all_of_irmas_once_and_in_order(tmp_path: Path) -> None:
    numbers = range(60)
    for code in CODES:
        (tmp_path / "IRMAS-TrainingData" / code).mkdir(parents=True)
        for n in numbers:
            name = f"{'008__' if n % 2 else ''}[{code}][nod][cla]{n // 3:04d}__{n % 3}.wav"
            (tmp_path / "IRMAS-TrainingData" / code / name).touch()
    entries = catalogue.irmas(tmp_path)
    assert len(entries) == len(CODES) * len(numbers)
    assert (
        len({entry.id for entry in entries})
        == len({entry.title for entry in entries})
        == len(entries)
    )
    assert [entry.labels[0] for entry in entries] == [code for code in CODES for _ in numbers]
    assert {entry.group for entry in entries} == {f"IRMAS training · {NAMES[c]}" for c in CODES}
    assert all(entry.path.is_file() for entry in entries)


def test_tells_namesakes_apart(tmp_path: Path) -> None:
    for name in (
        "a/[cel][cla]0001__1.wav",
        "a/[cel][cla]0001__1.flac",
        "b/7__[cel][cla]0001__1.wav",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    entries = catalogue.irmas(tmp_path)
    assert {entry.id for entry in entries} == {
        "irmas/a/[cel][cla]0001__1.wav",
        "irmas/a/[cel][cla]0001__1.flac",
        "irmas/b/7__[cel][cla]0001__1",
    }
    assert len({entry.title for entry in entries}) == 3
    assert all(entry.title.startswith("Cello 0001-1 · classical (irmas/") for entry in entries)


def test_archived_entries_are_told_apart_and_in_order_too() -> None:
    names = ["flu/[flu][cla]1__1.wav", "cel/[cel][cla]1__1.wav", "cel/[cel][cla]1__1.flac"]
    names += ["x/b.wav", "x/b.txt", "x/a.wav", "x/a.txt"]
    entries = archived(packed({name: name for name in names}, within="Zip"))
    assert [entry.id for entry in entries] == [
        "irmas/Zip/cel/[cel][cla]1__1.flac",
        "irmas/Zip/cel/[cel][cla]1__1.wav",
        "irmas/Zip/flu/[flu][cla]1__1",
        "irmas/Zip/x/a",
        "irmas/Zip/x/b",
    ]
    assert len({entry.title for entry in entries}) == len(entries)
    assert {entry.group for entry in entries} == {
        "IRMAS training · cello",
        "IRMAS training · flute",
        "IRMAS testing · not labelled",
    }
    assert all(
        "archive" in entry.credit.origin and "no redistribution" in entry.credit.licence
        for entry in entries
    )


# --- references -------------------------------------------------------------------------------


def test_reads_samples_by_instrument_ensembles_last(tmp_path: Path) -> None:
    cello, flute, duo = samples(folder_of(tmp_path, DUO, FLUTE, CELLO))
    assert cello == Entry(
        id="samples/c1",
        title="Cello, alone",
        group="Samples · cello",
        labels=("cel",),
        path=tmp_path / "c1.flac",
        credit=Credit("rendered", "MIT"),
    )
    assert (flute.title, flute.labels) == ("Flute, alone", ("flu",))
    assert (duo.group, duo.labels) == ("Samples · ensembles", ("cel", "pia"))


def test_the_samples_that_travel_with_the_app() -> None:
    entries = samples(ROOT / "sample_audio")
    alone = [entry for entry in entries if len(entry.labels) == 1]
    assert {
        code: sum(entry.labels == (code,) for entry in alone) for code in CODES
    } == dict.fromkeys(CODES, 3)
    assert len(entries) - len(alone) >= 4
    assert all(entry.credit.origin and entry.credit.licence for entry in entries)
