"""Changing the layer: every one paints, on the one clock of a sound that plays on."""

import statistics

import pytest

from cnnviz.networks.card import read_card
from tests.browser.conftest import visitors
from tests.conftest import ROOT

LAYERS = read_card(ROOT / "models" / "han2016").layers
PICTURES = 40  # of the display, to count what runs at each


@pytest.fixture(scope="module")
def tour(browser, url):
    """Change the layer twenty times while the sound plays, and note what is seen and heard."""
    with visitors(browser, url) as enter:
        visit = enter().open()
        visit.button("Loop").click()
        visit.button("Play").click()
        visit.wait("watch.says({ state: 'playing' })")
        before = visit.page.evaluate("watch.loops(wanted)".replace("wanted", str(PICTURES)))
        visit.page.evaluate("window.soundAtFirst = watch.sound(), watch.listen(), watch.follow()")
        seen = []
        for layer in [*LAYERS, *LAYERS][:21]:
            if layer.name == visit.says()["layer"]:
                continue
            visit.choose("Layer", f"{layer.name} · {layer.size}")
            visit.until(layer=layer.name, state="playing")
            count = visit.stage.locator("[data-filter]").count()
            seen.append((layer, count, visit.page.evaluate("watch.isPainted()")))
        after = visit.page.evaluate(f"watch.loops({PICTURES})")
        yield {
            "seen": seen,
            "loops": (before, after),
            "heard": visit.page.evaluate("watch.heard"),
            "painted": visit.page.evaluate("watch.painted"),
            "same": visit.page.evaluate("window.soundAtFirst === watch.sound()"),
        }
        visit.button("Pause").click()
        visit.until(state="paused")
        assert statistics.median(visit.page.evaluate(f"watch.loops({PICTURES})")) == 0


def test_every_layer_paints_all_its_filters(tour):
    for layer, count, is_painted in tour["seen"]:
        assert (layer.name, count, is_painted) == (layer.name, layer.filters, True)
    assert {layer.name for layer, *_ in tour["seen"]} == {layer.name for layer in LAYERS}
    assert {256, 1024} <= {count for _, count, _ in tour["seen"]}


def test_twenty_layers_leave_one_loop(tour):
    assert len(tour["seen"]) >= 20
    before, after = tour["loops"]
    assert statistics.median(before) == 1
    assert statistics.median(after) == 1


def test_the_sound_plays_through_every_change(tour):
    assert tour["same"]
    assert not {"pause", "ended", "emptied", "loadstart"} & set(tour["heard"])
    assert not any(picture["paused"] for picture in tour["painted"])


def test_every_picture_says_its_own_layer(tour):
    found = [p["layer"] for p in tour["painted"]]
    changes = [name for name, last in zip(found, [None, *found], strict=False) if name != last]
    # In the order they were chosen, none again after its turn; on a busy machine one may have gone
    # by without a picture of its own.
    order = iter(["conv2_2", *(layer.name for layer, *_ in tour["seen"])])
    assert all(name in order for name in changes)
    assert len(changes) > len(tour["seen"]) / 2


def test_a_layer_seen_before_is_not_sent_again(visit):
    def sent(layer):
        visit.got.clear()
        visit.choose("Layer", f"{layer.name} · {layer.size}")
        visit.until(layer=layer.name)
        return sum(visit.got)

    first, second = (layer for layer in LAYERS if layer.name in ("conv2_1", "conv3_1"))
    assert sent(first) > 1e6
    sent(second)
    assert sent(first) < 1e5
