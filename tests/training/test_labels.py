import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.training import labels


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("vio", ("vio",)),
        (" VIO ", ("vio",)),
        ("Violin", ("vio",)),
        ("Electric Guitar", ("gel",)),
        ("electric_guitar", ("gel",)),
        ("acoustic  guitar electric guitar", ("gac", "gel")),
        ("vio+pia", ("vio", "pia")),
        ("Flute, electric guitar;VOICE", ("flu", "gel", "voi")),
        ("vio pia cel", ("vio", "pia", "cel")),
        ("cello acoustic guitar pia", ("cel", "gac", "pia")),
        ("pia,, piano + PIA", ("pia",)),
        ("", ()),
        (" + ", ()),
    ],
)
def test_codes_and_names_are_read(cell, codes):
    assert labels.read(cell) == (codes, ())


@pytest.mark.parametrize(
    ("cell", "codes", "strange"),
    [
        ("violn", (), ("violn",)),
        ("vio, kazoo", ("vio",), ("kazoo",)),
        ("acoustic gitar", (), ("acoustic gitar",)),
        ("electric piano", ("pia",), ("electric",)),
    ],
)
def test_what_is_not_understood_is_kept_as_it_was_written(cell, codes, strange):
    assert labels.read(cell) == (codes, strange)


@pytest.mark.parametrize(
    ("strange", "ending"),
    [
        ("violn", "; did you mean “violin”?"),
        ("Clarinett", "; did you mean “clarinet”?"),
        ("acoustic gitar", "; did you mean “acoustic guitar”?"),
        ("guitar", "; did you mean “acoustic guitar” or “electric guitar”?"),
        ("bassoon", "“bassoon” is no instrument of this network"),
    ],
)
def test_the_nearest_name_is_offered(strange, ending):
    assert labels.refusal(strange).endswith(ending)


@given(st.lists(st.sampled_from([*CODES, *NAMES.values()])), st.sampled_from(["+", ",", ";", " "]))
def test_any_list_of_labels_is_read_with_any_separator(written, between):
    code = {name: code for code, name in NAMES.items()}
    codes, strange = labels.read(between.join(written).upper())
    assert strange == ()
    assert codes == tuple(dict.fromkeys(code.get(one, one) for one in written))
