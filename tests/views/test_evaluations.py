"""The evaluations beside a network: which there are, and which of their clips are at hand."""

import json
import os

import pytest

from cnnviz.analyses.results import read_results
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.credit import Credit
from cnnviz.clips.irmas import LICENCE, ORIGIN
from cnnviz.views import evaluations
from tests.evaluations import evaluation


def put(folder, name, *, sounds=None, collection="mine", split=None):
    raw = evaluation()
    raw["collection"] |= {"name": collection, "split": split}
    raw["collection"]["folder"] = sounds and str(sounds)
    (folder / name).write_text(json.dumps(raw))


def place(folder, *numbers):
    """Write sounds of the evaluation's clips, of the size that they had."""
    for clip in (evaluation()["clips"][number] for number in numbers):
        path = folder / clip["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0" * clip["bytes"])


def entry(path, title="a"):
    return Entry(
        id="samples/x", title=title, group="", labels=(), path=path, credit=Credit("us", "CC0")
    )


def test_a_folder_without_results_says_so(tmp_path):
    (one,) = evaluations.of_network(tmp_path, "small")
    assert one.results is None
    assert "results.json in" in one.refusal


def test_results_of_another_network_are_refused(tmp_path):
    put(tmp_path, "results.json")
    (one,) = evaluations.of_network(tmp_path, "large")
    assert "must begin with the network beside it, 'large'" in one.refusal


def test_every_evaluation_has_a_name_of_its_own(tmp_path):
    put(tmp_path, "results_b.json", collection="IRMAS", split="test")
    put(tmp_path, "results_a.json")
    put(tmp_path, "results.json")
    (tmp_path / "results_c.json").write_text("{}")
    (tmp_path / "other.json").write_text("{}")
    names = [one.name for one in evaluations.of_network(tmp_path, "small")]
    assert names == [
        "mine (results.json)",
        "mine (results_a.json)",
        "IRMAS, part “test”",
        "results_c.json",
    ]


def test_a_file_that_changes_is_read_again(tmp_path):
    put(tmp_path, "results.json")
    os.utime(tmp_path / "results.json", ns=(1, 1))
    before = evaluations.of_network(tmp_path, "small")
    assert evaluations.of_network(tmp_path, "small")[0] is before[0]
    put(tmp_path, "results.json", collection="another")
    assert evaluations.of_network(tmp_path, "small")[0].name == "another"


def test_a_link_that_leads_nowhere_is_no_evaluation(tmp_path):
    put(tmp_path, "results.json")
    (tmp_path / "results_gone.json").symlink_to(tmp_path / "gone.json")
    assert len(evaluations.of_network(tmp_path, "small")) == 1


@pytest.mark.parametrize("name", ["long" * 100, "a\0b"])
def test_a_place_that_no_file_system_takes_holds_no_clip(tmp_path, name):
    put(tmp_path, "results_mine.json", sounds=tmp_path / name)
    assert evaluations.entries(tmp_path, "small") == {}


def test_clips_that_lie_where_they_lay_are_entries_of_the_list(tmp_path):
    put(tmp_path, "results_mine.json", sounds=tmp_path / "s")
    put(tmp_path, "results_portable.json")
    place(tmp_path / "s", 0, 4)
    (tmp_path / "s" / "cel" / "cel 1.wav").write_bytes(b"changed since")
    listed = evaluations.entries(tmp_path, "small")
    name = "mine (results_mine.json)"
    assert [*listed] == [f"{name}: cel/cel 0.wav", f"{name}: cel/flu 0.wav"]
    last = listed[f"{name}: cel/flu 0.wav"]
    assert (last.id, last.labels) == ("results_mine/cel/flu 0.wav", ("cel",))


def test_a_clip_is_in_the_list_for_as_long_as_its_sound_is_there(tmp_path):
    put(tmp_path, "results_mine.json", sounds=tmp_path / "s")
    assert len(evaluations.entries(tmp_path, "small")) == 0
    place(tmp_path / "s", 0, 1)
    assert len(evaluations.entries(tmp_path, "small")) == 2
    (tmp_path / "s" / "cel" / "cel 0.wav").unlink()
    assert len(evaluations.entries(tmp_path, "small")) == 1


def test_a_clip_of_irmas_has_the_terms_of_irmas(tmp_path):
    put(tmp_path, "results_irmas.json", sounds=tmp_path)
    place(tmp_path, 0, 4)
    raw = json.loads((tmp_path / "results_irmas.json").read_text())
    raw["clips"][0]["recording"] = "irmas:0019"
    (tmp_path / "results_irmas.json").write_text(json.dumps(raw))
    of_irmas, other = evaluations.entries(tmp_path, "small").values()
    assert of_irmas.credit == Credit(ORIGIN, LICENCE)
    assert other.credit.licence == "licence not stated"


@pytest.mark.parametrize(
    ("path", "found"),
    [("cel/cel 0.wav", True), ("cel 0.wav", False), ("x/cel 0.wav", False), ("cel/b.wav", False)],
)
def test_a_clip_is_found_among_those_of_the_list_by_its_path(tmp_path, path, found):
    put(tmp_path, "results.json")
    results = read_results(tmp_path / "results.json")
    file = tmp_path / "IRMAS" / path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\0" * 1000)
    listed = {"a": entry(file)}
    assert evaluations.at_hand(results, [0, 1], listed) == ({0: listed["a"]} if found else {})


def test_a_file_of_another_size_is_another_clip(tmp_path):
    put(tmp_path, "results.json")
    results = read_results(tmp_path / "results.json")
    place(tmp_path, 0)
    listed = {"a": entry(tmp_path / "cel" / "cel 0.wav")}
    assert [*evaluations.at_hand(results, [0], listed)] == [0]
    listed["a"].path.write_bytes(b"another")
    assert evaluations.at_hand(results, [0], listed) == {}
