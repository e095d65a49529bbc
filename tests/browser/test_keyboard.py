"""The keyboard, while the focus is in the stage."""

import pytest


@pytest.fixture
def visit(regular):
    """Frame 40, with nothing opened and the focus on the play button."""
    return regular.rest(40)


def test_arrows_step_and_home_and_end_go_to_the_ends(visit):
    steps = [
        ("ArrowRight", 41),
        ("ArrowLeft", 40),
        ("Shift+ArrowRight", 50),
        ("Shift+ArrowLeft", 40),
        ("End", 87),
        ("ArrowRight", 87),
        ("Shift+ArrowLeft", 77),
        ("Home", 0),
        ("ArrowLeft", 0),
    ]
    for key, frame in steps:
        visit.page.keyboard.press(key)
        visit.wait("watch.says({ frame: wanted })", frame)
    visit.slid(0)
    visit.until(frame=0, state="paused")


def test_the_step_buttons_step(visit):
    visit.button("One frame forward").click()
    visit.slid(41)
    visit.button("One frame back").click()
    visit.slid(40)
    visit.until(frame=40, state="paused")


def test_a_held_key_tells_the_slider_once_it_rests(visit):
    sent = len(visit.sent)
    for _ in range(12):
        visit.page.keyboard.down("ArrowRight")
    visit.page.keyboard.up("ArrowRight")
    visit.slid(52)
    assert len(visit.sent) - sent < 6


def test_plus_and_minus_change_the_size_of_the_tiles(visit):
    size = "(() => { const { width, height } = watch.stage().querySelector('[data-filter]')"
    size += ".getBoundingClientRect(); return width * height; })()"
    first = visit.page.evaluate(size)
    visit.page.keyboard.press("+")
    visit.wait(f"{size} > wanted", first)
    visit.page.keyboard.press("-")
    visit.page.keyboard.press("-")
    visit.wait(f"{size} < wanted", first)
    visit.page.keyboard.press("+")
    visit.wait(f"{size} === wanted", first)


def test_enter_opens_a_tile_and_escape_brings_the_focus_back(visit):
    tile = visit.stage.locator("[data-filter='0']")
    tile.focus()
    visit.page.keyboard.press(".")
    visit.page.keyboard.press(".")
    with visit.answered():
        visit.page.keyboard.press("Enter")
    opened = visit.stage.get_by_role("dialog")
    opened.wait_for()
    assert "Filter 2 of conv2_2" in opened.inner_text()
    focus = "watch.stage().getRootNode().activeElement"
    assert visit.page.evaluate(f"Boolean({focus}.closest('[role=dialog]'))")
    visit.page.get_by_text("Activations of filter 2", exact=False).first.wait_for()
    visit.page.keyboard.press("Escape")
    opened.wait_for(state="hidden")
    assert visit.page.evaluate(f"{focus}.dataset.filter") == "2"
    visit.until(frame=40, state="paused")


def test_space_on_a_tile_plays_and_opens_nothing(visit):
    visit.stage.locator("[data-filter='5']").focus()
    visit.page.keyboard.press("Space")
    visit.wait("watch.says({ state: 'playing' })")
    visit.page.keyboard.press("Space")
    visit.until(state="paused")
    assert visit.stage.get_by_role("dialog").count() == 0


def test_an_opened_tile_runs_with_the_sound(visit):
    visit.stage.locator("[data-filter='9']").click()
    canvas = "watch.stage().querySelector('[role=dialog] .map canvas')"
    visit.wait(f"{canvas}?.clientWidth")
    before = visit.page.evaluate(f"{canvas}.toDataURL()")
    visit.page.keyboard.press("Shift+ArrowRight")
    visit.wait("watch.says({ frame: 50 })")
    visit.wait(f"{canvas}.toDataURL() !== wanted", before)
    visit.slid(50)


def test_typing_in_the_sidebar_moves_nothing(visit):
    box = visit.page.get_by_role("combobox", name="Clip", exact=True)
    box.click()
    box.press_sequentially("c +-")
    box.press("Escape")
    visit.until(frame=40, state="paused")


def test_space_plays_while_a_tile_is_open(visit):
    visit.page.locator('[data-filter="5"]').click()
    visit.page.locator("[role=dialog]").wait_for()
    visit.page.keyboard.press("Space")
    visit.until(state="playing")
    assert visit.page.locator("[role=dialog]").is_visible()
