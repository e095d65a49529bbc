"""What is painted while a clip plays at its own speed, and how far from the sound it is.

A picture counts as shown when it was the last one painted before the screen's next refresh. The
sound is read right after a picture was handed to the screen. The first and the last window stand
still while the sound runs through the half second before and after them, so they are not compared.
"""

from collections.abc import Iterator
from typing import Any

import psutil
from playwright.sync_api import Page

from benchmarks.browser import choose_layer, chromium, settle, visit
from benchmarks.one_clip import NETWORK
from benchmarks.server import serve
from benchmarks.table import Measure
from cnnviz.networks.card import read_card

DROPPED_LIMIT_PERCENT = 2
OFF_LIMIT_MS = 23
TAKEN = 0.002  # of the cores' time, by the host of a virtual machine: a tick of its clock or none
TRIES = 6
LAYERS = {
    "conv1_2": "32 maps of 47×132",
    "conv2_2": "64 of 19×48",
    "conv4_2": "256 of 7×10",
    "dense": "1024 cells",
}


def measure(*, quick: bool) -> Iterator[Measure]:
    """Play the first clip through, some times for each layer."""
    repeats = 1 if quick else 5
    with serve() as server, chromium() as browser:
        page = visit(browser, server.url)
        settle(page)
        server.wait_until_warm()
        played = {}
        for name in LAYERS:
            if page.evaluate("bench.stage.dataset.layer") != name:
                choose_layer(page, name)
            played[name] = _undisturbed(page, repeats)
    for name, size in LAYERS.items():
        runs, disturbed = played[name]
        yield Measure(
            f"windows not shown at 1×, {name} ({size})",
            [100 * (1 - len(run["shown"]) / run["windows"]) for run in runs],
            "%",
            DROPPED_LIMIT_PERCENT,
            note=f"{len(runs[0]['shown'])} of {runs[0]['windows']} shown in the first run",
        )
        off = [value for run in runs for value in run["off_ms"]]
        note = ""
        if disturbed:
            most = max(value for run in disturbed for value in run["off_ms"])
            taken = max(run["taken"] for run in disturbed)
            note = f"not counted: {len(disturbed)} runs of which the host took up to "
            note += f"{100 * taken:.0f} %, at most {most:.0f} ms off"
        yield Measure(f"picture − sound, {name}", off, "ms", OFF_LIMIT_MS, largest=True, note=note)
        yield Measure(f"picture − sound, {name}, median", off, "ms", OFF_LIMIT_MS)


def _undisturbed(page: Page, repeats: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Play until so many runs had the machine to themselves; return these, and the others.

    A virtual machine whose host runs others stands still for moments, and every program on it: such
    runs say nothing of the page. Where none is left alone, the least disturbed ones count.
    """
    runs: list[dict[str, Any]] = []
    while sum(run["taken"] < TAKEN for run in runs) < repeats and len(runs) < TRIES * repeats:
        runs.append(play(page))
    runs.sort(key=lambda run: run["taken"])
    return runs[:repeats], runs[repeats:]


def play(page: Page) -> dict[str, Any]:
    """Play the clip once from its beginning.

    Returns
    -------
    dict
        `windows` of the clip, the set `shown`, `off_ms` for each picture, and `taken`: the share
        of the cores that a virtual machine's host gave to others meanwhile.
    """
    page.evaluate("bench.stage.focus()")
    page.keyboard.press("Home")
    settle(page)
    page.evaluate("bench.clear(); bench.play()")
    before = psutil.cpu_times()
    page.wait_for_function("bench.sound.ended && bench.stage.dataset.state === 'paused'")
    spent = [after - start for after, start in zip(psutil.cpu_times(), before, strict=True)]
    taken = spent[before._fields.index("steal")] / sum(spent) if "steal" in before._fields else 0.0
    settle(page)
    pictures = page.evaluate("bench.pictures")
    windows = int(page.evaluate("bench.stage.dataset.frames"))
    front_end = read_card(NETWORK).front_end
    centres_s = front_end.window_centres_s(windows)
    last_on_screen = {picture["screen"]: picture["frame"] for picture in pictures}
    off_ms = [
        abs(picture["sound"] - float(centres_s[picture["frame"]])) * 1000
        for picture in pictures
        if picture["state"] == "playing" and 0 < picture["frame"] < windows - 1
    ]
    # Window 0 stood there before play was pressed.
    shown = {0, *last_on_screen.values()}
    return {"windows": windows, "shown": shown, "off_ms": off_ms, "taken": taken}
