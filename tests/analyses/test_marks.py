import json

import pytest

from cnnviz.analyses import marks
from cnnviz.clips.recordings import shipped
from cnnviz.errors import BadInput
from cnnviz.networks.card import read_card
from cnnviz.networks.keras_network import load
from cnnviz.training.marks import verdict
from tests.conftest import ROOT

HAN = ROOT / "models" / "han2016"
CARD = read_card(HAN)
CLOSE = 0.005  # kernels differ by less


@pytest.mark.parametrize("text", ["", "[]", '{"format": 0}', '{"format": 1}'])
def test_refuses_another_file(tmp_path, text):
    (tmp_path / marks.FILE).write_text(text)
    with pytest.raises(BadInput, match=r"must be what `python -m cnnviz.training mark` writes"):
        marks.read(tmp_path, CARD)


def test_what_was_written_is_read(tmp_path):
    named = {"recordings/a": ("cel", "pia"), "recordings/b": ()}
    assert marks.read(tmp_path, CARD) == {}
    marks.write(tmp_path, CARD, named)
    assert marks.read(tmp_path, CARD) == named


@pytest.mark.parametrize("changed", [{"weights_sha256": "0" * 64}, {"threshold": 0.5}])
def test_what_another_network_named_is_not_said(tmp_path, changed):
    path = marks.write(tmp_path, CARD, {"recordings/a": ("cel",)})
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    assert marks.read(tmp_path, CARD) == {}


@pytest.mark.parametrize(
    ("named", "labels", "is_wrong"),
    [
        (["cel"], ["cel"], False),
        (["pia"], ["cel", "pia"], False),
        (["cel", "vio"], ["cel"], True),
        (["vio"], ["cel"], True),
        ([], ["cel"], True),
    ],
)
def test_a_network_is_wrong_that_names_what_is_not_labelled_or_nothing(named, labels, is_wrong):
    assert marks.is_wrong(named, labels) == is_wrong


def test_every_shipped_clip_is_marked():
    assert set(marks.read(HAN, CARD)) == {entry.id for entry in shipped(ROOT / "sample_audio")}


def test_the_marks_are_the_shipped_networks():
    """A few clips, to be quick: the first, those of cello, and ensembles."""
    network, written = load(HAN), marks.read(HAN, CARD)
    for entry in shipped(ROOT / "sample_audio")[:34:6]:
        one = verdict(network, entry)
        clear = abs(one.scores - one.threshold) > CLOSE
        named = {
            code
            for code, score, is_clear in zip(CARD.labels, one.scores, clear, strict=True)
            if is_clear and score >= one.threshold
        }
        unclear = {code for code, is_clear in zip(CARD.labels, clear, strict=True) if not is_clear}
        assert named - unclear == set(written[entry.id]) - unclear
