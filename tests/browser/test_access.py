"""For everyone: both themes, wide and narrow windows, no sight, no mouse."""

from itertools import pairwise

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

THEMES = ("light", "dark")
WIDTHS = (1440, 900)
# What is Streamlit's own, by axe's rule and the element's selector, with the reason.
STREAMLITS: dict[str, tuple[str, ...]] = {
    # The number over the slider's thumb is in the primary colour, 3.5 : 1 on the dark ground.
    "color-contrast": ("[data-testid=stSliderThumbValue]",),
}
PANELS = ("In this clip", "How good is it?", "Export")
HEADINGS = """
  () => {
    const found = [];
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (/^H[1-6]$/.test(element.tagName) && element.checkVisibility()) {
          found.push([Number(element.tagName[1]), element.textContent]);
        }
        if (element.shadowRoot) walk(element.shadowRoot);
      }
    };
    walk(document);
    return found;
  }
"""
# Axe does not look at the text of drawings: its least contrast with the page, as WCAG computes it.
CHART_CONTRAST = """
  () => {
    const light = (colour) => {
      const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
    const words = [...document.querySelectorAll("svg.marks :is(.role-axis, .role-legend) text")];
    return words.filter((word) => word.checkVisibility()).map((word) => {
      const [a, b] = [light(getComputedStyle(word).fill), ground].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    });
  }
"""
# Charts of Vega without a name of their own
UNNAMED = """
  () => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
    .filter((chart) => chart.checkVisibility())
    .filter((chart) => !chart.matches("[role=graphics-document][aria-label]"))
    .length
"""
PLOTS = """
  () => ["spectrogram", "over-time"].map((name) => {
    const root = [...document.querySelectorAll("*")].map((one) => one.shadowRoot)
      .find((shadow) => shadow?.querySelector(`.${name} .plot`));
    const plot = root.querySelector(`.${name} .plot`);
    const playhead = new DOMMatrix(getComputedStyle(plot.querySelector(".playhead")).transform);
    const box = plot.getBoundingClientRect();
    return { left: box.left, right: box.right, playhead: playhead.e };
  })
"""
OVERHANG = """
  () => {
    const stage = watch.stage();
    const edges = stage.getBoundingClientRect();
    const found = [];
    for (const element of stage.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      const cut = element.parentElement.closest(".plot"); // a plot cuts off what lies outside it
      const seen = box.width > 1 && box.height > 1 && element.checkVisibility() && !cut;
      // A label centred on the first or the last tick hangs over by half its width.
      const room = element.closest(".axis") ? 24 : 1;
      if (seen && (box.left < edges.left - room || box.right > edges.right + room)) {
        found.push(`${element.tagName}.${element.className}: ${box.left} to ${box.right}`);
      }
    }
    return found;
  }
"""
CUT_OFF = """
  () => [...watch.stage().querySelectorAll("button, select, output, label, p, .name, .number")]
    .filter((element) => element.checkVisibility() && element.clientWidth > 1)
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .filter((element) => !element.matches(".tile"))
    .map((element) => `${element.tagName}.${element.className}: ${element.textContent}`)
"""
SCROLLS = """
  () => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
    .filter((element) => element.scrollWidth > element.clientWidth)
    .map((element) => `${element.tagName}: ${element.scrollWidth} > ${element.clientWidth}`)
"""


def faults(visit):
    """Return axe's serious and critical violations as lines, without what is Streamlit's own."""
    visit.page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = visit.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    lines = []
    for violation in found["violations"]:
        if violation["impact"] not in ("serious", "critical"):
            continue
        for node in violation["nodes"]:
            target = node["target"]
            inside = [target] if isinstance(target[-1], str) else target
            outer = STREAMLITS.get(violation["id"], ())
            if len(inside[-1]) == 1 and _is_within(visit, inside[-1][0], outer):
                continue
            lines.append(f"{violation['id']}: {target} {node['html'][:120]}")
    return lines


def _is_within(visit, selector, outer):
    script = "([one, all]) => all.some((any) => document.querySelector(one)?.closest(any))"
    return visit.page.evaluate(script, [selector, list(outer)])


def lightness(visit):
    """Return the lightness of the ground under the stage, 0 to 1."""
    script = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    rgb = visit.page.evaluate(script).removeprefix("rgb(").removesuffix(")").split(",")
    return sum(float(value) for value in rgb[:3]) / 3 / 255


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_the_page_reads_well(enter, tmp_path, theme, width):
    visit = enter(color_scheme=theme, viewport={"width": width, "height": 900}).open(frame=40)
    visit.until(frame=40)
    assert (lightness(visit) > 0.9) if theme == "light" else (lightness(visit) < 0.2)
    for name in ("page", "tile"):
        if name == "tile":
            with visit.answered():
                visit.stage.locator("[data-filter='12']").click()
            visit.stage.get_by_role("dialog").wait_for()
            visit.wait("watch.still()")
        visit.page.screenshot(path=tmp_path / f"{name}_{theme}_{width}.png")  # pytest keeps three
        assert visit.page.evaluate(SCROLLS) == []
        assert visit.page.evaluate(OVERHANG) == []
        assert visit.page.evaluate(CUT_OFF) == []
        assert faults(visit) == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_panel_reads_well(enter, theme):
    visit = enter(color_scheme=theme).open()
    n_words = 0
    for panel in PANELS:
        visit.page.get_by_role("tab", name=panel).click()
        visit.page.get_by_role("heading", name=panel, level=2).wait_for()
        visit.page.locator("details > summary:visible").first.wait_for()  # tables come last
        visit.wait("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")
        for table in visit.page.locator("details:not([open]) > summary").all():
            if table.is_visible():
                table.click()
        assert faults(visit) == []
        levels = [level for level, _ in visit.page.evaluate(HEADINGS)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
        assert visit.page.evaluate(UNNAMED) == 0
        contrasts = visit.page.evaluate(CHART_CONTRAST)
        assert all(contrast >= 4.5 for contrast in contrasts), min(contrasts)
        n_words += len(contrasts)
    assert n_words > 50  # there are charts, and they have words


@pytest.mark.parametrize("width", [1440, 900, 390])
def test_the_prediction_over_time_stands_on_the_time_axis_of_the_spectrogram(enter, width):
    visit = enter(viewport={"width": width, "height": 900}).open(frame=40)
    visit.until(frame=40)
    for _ in range(2):  # at rest, and as it plays
        for _ in range(3):
            spectrogram, chart = visit.page.evaluate(PLOTS)
            assert chart["left"] == pytest.approx(spectrogram["left"], abs=0.5)
            assert chart["right"] == pytest.approx(spectrogram["right"], abs=0.5)
            assert chart["playhead"] == pytest.approx(spectrogram["playhead"], abs=0.5)
            assert chart["playhead"] > 50
            visit.page.wait_for_timeout(150)
        visit.button("Play").click()
        visit.until(state="playing")


def test_behind_the_link_that_skips_to_the_stage_space_plays(visit):
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Space")
    visit.until(state="playing")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_layer_hangs_over(enter, width):
    visit = enter(viewport={"width": width, "height": 900}).open()
    for option in ("conv1_2 · 32 filters of 47×132", "conv4_2 · 256 filters of 7×10"):
        visit.choose("Layer", option)
        visit.until(layer=option.split(" ")[0])
        assert visit.page.evaluate(OVERHANG) == []
    visit.choose("Layer", "dense · 1024 cells")
    visit.until(layer="dense")
    assert visit.page.evaluate(OVERHANG) == []
    assert faults(visit) == []


def test_a_change_of_theme_repaints_the_stage_at_rest(visit):
    colour = "getComputedStyle(watch.stage()).color"
    light = visit.page.evaluate(colour)
    visit.page.emulate_media(color_scheme="dark")
    visit.wait(f"{colour} !== wanted", light)
    assert lightness(visit) < 0.2
    assert visit.page.evaluate("watch.isPainted()")
    visit.until(state="paused", frame=0)


def test_every_tile_has_a_text_alternative(settled):
    settled.wait(
        "[...watch.stage().querySelectorAll('[data-filter]')].every("
        "(tile) => /^filter \\d+, (mean .*, peak .* at .* s|dead)/.test(tile.ariaLabel))"
    )


def test_the_stage_announces_clip_verdict_and_layer(visit):
    spoken = visit.stage.locator("[aria-live=polite]")
    assert visit.stage.get_by_role("heading", level=2).inner_text() in spoken.inner_text()
    assert visit.stage.locator(".headline b").first.inner_text() in spoken.inner_text()
    assert "conv2_2" in spoken.inner_text()
    visit.choose("Layer", "pool1 · 32 filters of 15×44")
    visit.until(layer="pool1")
    assert "pool1" in spoken.inner_text()


def test_every_control_of_the_stage_can_be_reached_by_tab(settled):
    settled.stage.locator(".spectrogram .plot").focus()
    names = []
    for _ in range(14):
        settled.page.keyboard.press("Tab")
        names.append(
            settled.page.evaluate(
                """() => {
                  const { activeElement: at } = watch.stage().getRootNode();
                  return at && (at.ariaLabel ?? at.closest("label")?.textContent ?? at.tagName);
                }"""
            )
        )
    found = " | ".join(str(name) for name in names)
    for wanted in (
        "Play",
        "One frame back",
        "Time",
        "Speed",
        "Loop",
        "Scale",
        "Colours",
        "filter 0",
    ):
        assert wanted in found
