import csv
import re

import numpy as np
import pytest
import soundfile as sf

from cnnviz.errors import BadInput
from cnnviz.training import passages, recordings
from tests.conftest import ROOT

FOLDER = ROOT / "sample_audio" / "recordings"
RATE = 22050


def tone(seconds, hz=440.0, *, level=0.3):
    t = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hz * t) * np.exp(-t)).astype(np.float32)


def rows():
    with (FOLDER / "clips.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- refusals ---------------------------------------------------------------------------------


def test_a_folder_without_its_list_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"must be listed in a SAMPLES.csv"):
        recordings.write(tmp_path, tmp_path / "out")


def test_a_folder_without_a_recording_of_the_plan_is_refused(tmp_path):
    (tmp_path / "SAMPLES.csv").write_text("path,labels\n")
    with pytest.raises(BadInput, match=r"lacks cel/bach_suite1_prelude_michel.flac, "):
        recordings.write(tmp_path, tmp_path / "out")


def test_no_passage_is_a_mistake_in_the_plan():
    with pytest.raises(ValueError, match="no onset between"):
        passages.choose(tone(1.0), RATE, seconds=3.0, within=(0.0, 9.0))


def test_a_source_must_name_a_page():
    with pytest.raises(BadInput, match="must name a page"):
        recordings.page_of("my attic")


# --- properties -------------------------------------------------------------------------------


def test_a_passage_begins_at_the_onset_after_the_silence():
    silence = np.zeros(RATE, dtype=np.float32)
    notes = [tone(0.5, hz) for hz in (440, 550, 660, 880, 660, 550, 440, 330)]
    running = np.concatenate([tone(0.5, hz, level=0.1) for hz in (220, 330, 440)])
    y = np.concatenate([running, silence, *notes])
    passage = passages.choose(y, RATE, seconds=3.0, within=(0.0, 99.0))
    assert passage.start_s == pytest.approx(2.5, abs=0.1)
    assert passage.rise_db == passages.MOST_RISE_DB
    assert passage.notes >= 5


def test_a_passage_begins_where_it_may():
    y = np.concatenate([tone(1.0, hz) for hz in (440, 550, 660, 880, 440, 550)])
    assert 1.9 < passages.choose(y, RATE, seconds=3.0, within=(1.9, 2.5)).start_s + 0.03 < 2.5


@pytest.mark.parametrize("level", [0.001, 0.9])
def test_a_clip_is_levelled_and_its_ends_are_silent(level):
    y = recordings.levelled(recordings.faded(tone(3.0, level=level)))
    assert y[0] == y[-1] == 0
    assert np.abs(y).max() <= 10 ** (recordings.PEAK_DB / 20) + 1e-6
    assert 20 * np.log10(np.sqrt(np.mean(y**2))) == pytest.approx(recordings.LEVEL_DB, abs=0.1)


def test_a_stereo_recording_becomes_a_clip_and_its_line(tmp_path):
    notes = [tone(0.5, hz) for hz in (440, 550, 660, 880, 660, 550, 440, 330)]
    y = np.concatenate([np.zeros(RATE, dtype=np.float32), *notes])
    sf.write(tmp_path / "a.flac", np.stack([y, y], axis=1), RATE)
    listed = {
        "labels": "voi;pia",
        "title": "Schumann: Traumerei",
        "performer": "A Player",
        "source": "github:a/b c.ogg",
        "licence": "CC BY 4.0",
        "licence_evidence": "a/b#LICENSE",
    }
    cut = recordings.Cut("a-name", "a.flac", "A title")
    clip, row = recordings.clip(cut, listed, source=tmp_path)
    assert len(clip) == 3 * recordings.SAMPLE_RATE and clip[0] == clip[-1] == 0
    assert tuple(row) == recordings.COLUMNS
    assert (row["file"], row["labels"], row["work"]) == (
        "a-name.flac",
        "voi+pia",
        "Schumann: Träumerei",
    )
    assert row["changes"] == "cut, mixed to mono, levelled, ends faded"
    assert float(row["start_s"]) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        (
            "github:a/b x.ogg; commons File:C_D.ogg",
            "https://commons.wikimedia.org/wiki/File:C_D.ogg",
        ),
        ("github:a/b x y.wav", "https://github.com/a/b"),
        ("github:a/b x.ogg; freesound 77711", "https://freesound.org/s/77711/"),
    ],
)
def test_a_source_gives_the_page_that_says_most(source, page):
    assert recordings.page_of(source) == page


# --- the clips --------------------------------------------------------------------------------


def test_the_table_lists_what_the_plan_cuts():
    planned = [(f"{cut.name}.flac", cut.title, f"{cut.seconds:g}") for cut in recordings.PLAN]
    assert [(row["file"], row["title"], row["seconds"]) for row in rows()] == planned


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_clips_are_as_long_as_listed_level_and_begin_at_once(row):
    y, rate = sf.read(FOLDER / row["file"])
    assert (y.ndim, rate) == (1, recordings.SAMPLE_RATE)
    assert len(y) == pytest.approx(float(row["seconds"]) * rate, abs=1)
    assert 20 * np.log10(np.sqrt(np.mean(y**2))) == pytest.approx(recordings.LEVEL_DB, abs=1.0)
    early = np.sqrt(np.mean(y[: rate // 2] ** 2))
    assert 20 * np.log10(early) > recordings.LEVEL_DB - 15


SAID = {  # what the evidence of each licence must hold
    "CC0 1.0": r"CC0|Creative Commons (0|Zero)",
    "CC BY 3.0": r"(CC[ -]BY|by/)[ ]?3\.0|CC-BY http\S+by/3\.0|by/3\.0",
    "CC BY 4.0": r"CC[ -]BY 4\.0|[Aa]ttribution 4\.0",
    "CC BY-SA 3.0": r"CC BY-SA 3\.0",
    "CC BY-SA 4.0": r"CC BY-SA 4\.0",
    "MIT": "MIT License",
    "Public Domain": "[Pp]ublic [Dd]omain",
    "Public Domain (US federal government work)": "[Pp]ublic domain",
}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_the_evidence_says_the_licence(row):
    assert re.search(SAID[row["licence"]], row["evidence"])
    assert row["licence_url"] == recordings.LICENCES[row["licence"]]
