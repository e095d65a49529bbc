"""The browser's Back and Forward: to the clip, layer or filter before."""

import pytest

from cnnviz.clips.catalogue import samples
from tests.conftest import ROOT

OPENED = "watch.stage().querySelector('[role=dialog]:not([hidden])') !== null"


def test_back_goes_to_the_filter_layer_and_clip_before(visit):
    first = visit.says()["clip"]
    visit.slider.focus()
    for _ in range(5):
        visit.page.keyboard.press("ArrowRight")
    visit.slid(5)
    with visit.answered():
        visit.stage.locator("[data-filter='12']").click()
    visit.wait(OPENED)
    visit.choose("Layer", "pool1 · 32 filters of 15×44")
    visit.until(layer="pool1")
    clip = samples(ROOT / "sample_audio")[4]
    visit.choose("Clip", clip.title)
    visit.until(clip=clip.id, layer="pool1", frame=0)

    visit.page.go_back()
    visit.until(clip=first, layer="pool1", frame=5)
    visit.page.go_back()
    visit.until(clip=first, layer="conv2_2", frame=5)
    visit.wait(OPENED)
    visit.page.get_by_text("Activations of filter 12").wait_for()
    visit.page.go_back()
    visit.wait(f"!({OPENED})")
    visit.until(clip=first, layer="conv2_2", frame=5)
    visit.page.go_forward()
    visit.wait(OPENED)
    visit.page.go_forward()
    visit.until(layer="pool1", frame=5)
    visit.page.go_forward()
    visit.until(clip=clip.id, layer="pool1", frame=0)


def test_back_as_soon_as_a_layer_is_seen_goes_to_what_was_before(visit):
    with visit.answered():
        visit.stage.locator("[data-filter='12']").click()
    visit.choose("Layer", "pool1 · 32 filters of 15×44")
    visit.wait("watch.facts().layer === 'pool1' && (history.back(), true)")
    visit.until(layer="conv2_2")
    visit.wait(OPENED)
    visit.wait("location.search.includes('layer=conv2_2&filter=12')")
    visit.page.go_forward()
    visit.until(layer="pool1")


def test_steps_in_quick_succession_end_where_the_address_says(visit):
    first = visit.says()["clip"]
    with visit.answered():
        visit.stage.locator("[data-filter='12']").click()
    visit.choose("Layer", "pool1 · 32 filters of 15×44")
    visit.until(layer="pool1")
    visit.choose("Layer", "conv1_1 · 32 filters of 45×130")
    visit.until(layer="conv1_1")
    for steps, layer in ((-3, "conv2_2"), (3, "conv1_1"), (-2, "conv2_2"), (1, "pool1")):
        for _ in range(abs(steps)):
            visit.page.evaluate(f"history.go({1 if steps > 0 else -1})")
            visit.page.wait_for_timeout(60)
        visit.until(clip=first, layer=layer)


@pytest.mark.parametrize("change", ["frame", "looks"])
def test_what_is_no_place_makes_no_entry(visit, change):
    length = visit.page.evaluate("history.length")
    if change == "frame":
        visit.slider.focus()
        visit.page.keyboard.press("End")
        visit.slid(87)
    else:
        visit.stage.get_by_role("combobox", name="Colours").select_option("magma")
        visit.wait("location.search.includes('colours=magma')")
    assert visit.page.evaluate("history.length") == length
