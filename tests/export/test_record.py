from dataclasses import replace

import pytest

from cnnviz.clips.credit import Credit
from cnnviz.clips.irmas import ARCHIVE_ORIGIN, LICENCE, ORIGIN
from cnnviz.export.record import cite, facts

BOSCH = "Bosch, Janer, Fuhrmann & Herrera"


@pytest.mark.parametrize("id", ["irmas/cel/a", "results_irmas/cel/a.wav"])
@pytest.mark.parametrize("origin", [ORIGIN, ARCHIVE_ORIGIN])
def test_a_clip_of_irmas_is_cited_wherever_it_comes_from(subject, id, origin):
    clip = replace(subject.clip, id=id, credit=Credit(origin, LICENCE))
    said = facts(replace(subject, clip=clip))
    assert BOSCH in said["cite"]
    assert "non-commercial, no redistribution" in said["terms"]


@pytest.mark.parametrize("credit", [None, Credit("an attic", "CC0")])
def test_another_clip_is_not_cited_as_one_of_irmas(subject, credit):
    assert BOSCH not in cite(replace(subject.clip, id="irmas-like/a", credit=credit))
