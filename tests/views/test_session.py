"""The session: one frozen value, and what a report changes of it."""

from dataclasses import FrozenInstanceError, replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.networks.card import Layer
from cnnviz.views import panels, session
from cnnviz.views.session import Looks, Report, name_of

CONV, DENSE = Layer("conv1", "convolution", 4, 9, 9), Layer("dense", "dense", 8)
CLIP, OTHER = SimpleNamespace(id="samples/1"), SimpleNamespace(id="samples/2")


def loader(name="small", *, ready=True, failed=False):
    return SimpleNamespace(card=SimpleNamespace(name=name), ready=ready, failed=failed)


NETWORK = loader()


@pytest.fixture(autouse=True)
def state(monkeypatch):
    """Stand in for the session state of one visitor."""
    state = {}
    monkeypatch.setattr(session.st, "session_state", state)
    return state


def choose(id="", *, network=NETWORK, clip=CLIP, layer=CONV):
    return session.choose(id, loader=network, clip=clip, layer=layer)


def report(**changes):
    return replace(Report("small", CLIP.id, "conv1", 7, 3), **changes)


def shown(id=""):
    return session.current().find(id)


# --- refusals ---------------------------------------------------------------------------------


def test_nothing_is_changed_in_place():
    choose()
    with pytest.raises(FrozenInstanceError):
        shown().layer = DENSE
    before = session.current()
    session.rest("", report())
    assert before.picture.report is None


def test_a_report_of_a_picture_that_is_not_on_the_page_changes_nothing():
    choose()
    before = session.current()
    assert session.rest("b", report()) == frozenset()
    assert session.current() is before


@pytest.mark.parametrize(
    "changes", [{"network": "another"}, {"clip": OTHER.id}, {"layer": "dense"}], ids=str
)
def test_a_stale_report_leaves_no_filter_and_no_frame(changes):
    choose()
    assert session.rest("", report(**changes)) == frozenset()
    assert (shown().is_drawn, shown().filter, shown().frame) == (False, None, 0)


@pytest.mark.parametrize("network", [loader(ready=False), loader(failed=True)])
def test_nothing_is_drawn_of_a_network_that_is_not_there(network):
    choose(network=network)
    session.rest("", report())
    assert (shown().is_drawn, shown().filter, shown().frame) == (False, None, 0)


@pytest.mark.parametrize(
    "changes", [{"layer": DENSE}, {"clip": OTHER}, {"network": loader("another")}], ids=str
)
def test_another_layer_clip_or_network_leaves_no_filter_and_no_frame(changes):
    choose()
    session.rest("", report())
    assert (shown().is_drawn, shown().filter, shown().frame) == (True, 3, 7)
    choose(**changes)
    assert (shown().is_drawn, shown().filter, shown().frame) == (False, None, 0)


# --- properties -------------------------------------------------------------------------------


def test_a_report_says_what_has_changed_besides_the_frame():
    choose()
    assert session.rest("", report()) == {"is_drawn", "filter"}
    assert session.rest("", report(frame=8)) == frozenset()
    assert shown().frame == 8
    assert session.rest("", report(frame=8, filter=2)) == {"filter"}
    assert session.rest("", report(frame=9, filter=None)) == {"filter"}
    assert session.rest("", report(frame=9, filter=None)) == frozenset()
    looks = Looks("diverging", "magma", "movement", 0.5)
    assert session.rest("", report(frame=9, filter=None, looks=looks)) == {"looks"}
    assert shown().looks == looks
    choose(layer=DENSE)
    assert shown().looks == Looks()
    assert "is_drawn" in session.rest("", report(layer="dense", filter=None))


@pytest.mark.parametrize(
    ("panel", "changed", "runs"),
    [
        (None, {"looks"}, False),
        ("In this clip", {"looks"}, False),
        ("In this clip", {"filter"}, True),
        ("How good is it?", {"filter", "is_drawn"}, False),
        ("Export", {"looks"}, True),
        ("Export", set(), False),
    ],
)
def test_a_report_runs_the_open_panel_if_that_shows_what_has_changed(state, panel, changed, runs):
    if panel is not None:
        state["panel"] = panel
    assert panels.followers(frozenset(changed)) == ([panels.KEY] if runs else [])


def test_a_filter_that_the_layer_does_not_have_is_none():
    choose()
    session.rest("", report(filter=9999))
    assert (shown().is_drawn, shown().filter) == (True, None)


def test_a_picture_keeps_its_holder_and_its_place():
    first, second = choose(), choose("b")
    assert first.holder is not second.holder
    assert choose(layer=DENSE).holder is first.holder
    session.rest("", report(layer="dense"))
    assert [picture.id for picture in session.current().pictures] == ["", "b"]
    assert session.current().picture is shown("")
    assert shown("").holder is first.holder
    assert shown("b") is second


def test_all_of_it_is_one_entry_of_the_session_state(state):
    choose(), choose("b")
    session.rest("b", report())
    assert list(state) == [session.KEY]


@given(st.integers(0, 10**6), st.none() | st.integers(0, 10**4), st.booleans())
def test_whole_numbers_may_come_as_floats(frame, filter_, as_float):
    raw = {"network": "small", "clip": "samples/1", "layer": "conv1", "frame": frame}
    raw["filter"] = filter_
    raw["looks"] = {"scale": "full", "colours": "magma", "order": "number", "speed": 1}
    if as_float:
        raw |= {"frame": float(frame), "filter": None if filter_ is None else float(filter_)}
    assert Report.of(raw) == Report(
        "small", "samples/1", "conv1", frame, filter_, Looks("full", "magma", "number", 1.0)
    )


def test_names_of_two_pictures_differ():
    assert [name_of("clip", id) for id in ("", "b")] == ["clip", "clip_b"]
