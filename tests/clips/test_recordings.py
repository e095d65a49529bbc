import csv
import re
from pathlib import Path

import pytest

from cnnviz.clips.credit import Credit
from cnnviz.clips.instruments import CODES
from cnnviz.clips.recordings import COLUMNS, recordings, shipped
from cnnviz.errors import BadInput
from tests.conftest import ROOT

PHRASE = {
    "file": "cello-phrase.flac",
    "title": "Cello: phrase",
    "labels": "cel",
    "seconds": "3",
    "work": "A phrase",
    "performer": "A Player",
    "source": "commons File:A.ogg",
    "source_url": "https://commons.wikimedia.org/wiki/File:A.ogg",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "evidence": "said so",
    "changes": "cut, levelled",
    "start_s": "0.03",
}


def listed(folder: Path, *lines: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for line in (PHRASE, *lines):
        (folder / Path(line["file"]).name).touch()
    with (folder / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(lines)
    return folder


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"source_url": "javascript:alert(1)"}, "must have an https address as source_url"),
        ({"licence_url": "http://example.org"}, "must have an https address as licence_url"),
        ({"labels": "harp"}, "must have labels among"),
        ({"file": "../cello-phrase.flac"}, "must name a file beside it"),
        ({"title": ""}, "must have a title"),
    ],
)
def test_refuses_a_line_by_its_number(tmp_path: Path, wrong: dict[str, str], says: str) -> None:
    with pytest.raises(BadInput, match=f"Line 2 of .*clips.csv {says}"):
        recordings(listed(tmp_path, PHRASE | wrong))


def test_refuses_a_second_line_of_the_same_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"Line 3 .* must have a file and a title of its own"):
        recordings(listed(tmp_path, PHRASE, PHRASE | {"title": "Another"}))


# --- references -------------------------------------------------------------------------------


def test_reads_a_recording_with_its_credit(tmp_path: Path) -> None:
    (entry,) = recordings(listed(tmp_path, PHRASE))
    assert (entry.id, entry.title, entry.labels) == (
        "recordings/cello-phrase",
        "Cello: phrase",
        ("cel",),
    )
    assert entry.credit == Credit(
        work="A phrase",
        performer="A Player",
        origin="Wikimedia Commons",
        origin_url=PHRASE["source_url"],
        licence="CC BY 4.0",
        licence_url=PHRASE["licence_url"],
        changes="cut, levelled",
    )
    assert entry.credit.text == (
        "A phrase, A Player; Wikimedia Commons (https://commons.wikimedia.org/wiki/File:A.ogg); "
        "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); cut, levelled"
    )


def test_a_credit_leaves_out_what_nobody_knows() -> None:
    assert Credit("rendered from a font", "MIT").text == "rendered from a font; MIT"


# --- what travels with the app ----------------------------------------------------------------

ALL = shipped(ROOT / "sample_audio")
REAL = [entry for entry in ALL if entry.id.startswith("recordings/")]


def test_recordings_stand_first_and_cover_every_instrument_but_one() -> None:
    assert list(ALL[: len(REAL)]) == REAL
    assert {code for entry in REAL for code in entry.labels} == set(CODES) - {"cla"}
    assert len({entry.title for entry in ALL}) == len({entry.id for entry in ALL}) == len(ALL)


def test_only_rendered_clarinets_say_that_there_is_no_recording() -> None:
    remarked = [entry for entry in ALL if entry.credit.remark]
    assert {entry.labels for entry in remarked} == {("cla",)} and len(remarked) == 3
    assert all("No recording of clarinet" in entry.credit.remark for entry in remarked)


def test_every_recording_is_credited_and_its_address_is_plain() -> None:
    for entry in REAL:
        credit = entry.credit
        assert credit.work and credit.performer and credit.licence and credit.changes
        assert re.fullmatch(r"recordings/[a-z0-9-]+", entry.id)


def test_all_that_travels_stays_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "sample_audio").rglob("*")) < 20e6
