import json

import pytest

from cnnviz.analyses.confused import Cell, behind, cells
from cnnviz.analyses.results import read_results
from tests.evaluations import evaluation


@pytest.fixture
def results(tmp_path):
    raw = evaluation()
    raw["clips"][0]["labels"] = "cel+flu"
    raw["systems"]["small"]["confusion"][0][0] -= 1
    (tmp_path / "results.json").write_text(json.dumps(raw))
    return read_results(tmp_path / "results.json")


def test_confusions_come_first_and_empty_cells_not_at_all(results):
    assert cells(results, results.network) == (
        Cell("flu", "voi", 3),
        Cell("cel", "flu", 1),
        Cell("voi", "voi", 9),
        Cell("cel", "cel", 3),
        Cell("flu", "flu", 3),
    )


def test_every_cell_has_as_many_clips_behind_it_as_it_says(results):
    listed = []
    for cell in cells(results, results.network):
        there = behind(results, results.network, label=cell.label, top=cell.top)
        assert len(there) == cell.clips
        listed += there
    assert sorted(listed) == list(range(1, 20))  # the first clip has two labels


def test_clips_stand_in_the_order_of_their_score(results):
    results.network.scores[12, 2] = 0.99  # the third of the nine
    there = behind(results, results.network, label="voi", top="voi")
    assert there[0] == 12
    of_class = results.network.scores[list(there), 2]
    assert (of_class[:-1] >= of_class[1:]).all()


def test_a_system_whose_scores_were_not_kept_has_no_clips(results):
    assert behind(results, results.baseline, label="cel", top="cel") == ()
