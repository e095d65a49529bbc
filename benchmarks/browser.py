"""A visitor: the real page in Debian's chromium, with `probe.js` watching the stage within it.

**Conventions**: times taken in the page are milliseconds, all on its own clock.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

PROBE = Path(__file__).with_name("probe.js")
VIEWPORT = {"width": 1440, "height": 900}
# A busy machine may take a minute to load the network; slow is for the table to say.
PATIENCE_MS = 240_000
ACTION_MS = 60_000
QUIET_MS = 800


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the browser."""
    path = os.environ.get("CNNVIZ_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        try:
            yield browser
        finally:
            browser.close()


def visit(browser: Browser, url: str, *, play: bool = False) -> Page:
    """Open the page in a session of its own, as soon as the server answers.

    Parameters
    ----------
    browser : Browser
    url : str
    play : bool
        Whether to press play as soon as a layer stands on the stage.
    """
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.set_default_timeout(ACTION_MS)
    page.add_init_script(path=PROBE)
    if play:
        page.add_init_script("bench.awaitMoving()")
    until = time.monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            page.goto(url)
            return page
        except Error:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def settle(page: Page) -> None:
    """Wait until a layer stands still on the stage and nothing more is on the wire."""
    page.wait_for_function(
        f"bench.stage?.dataset.state === 'paused' && bench.stage.dataset.layer"
        f" && bench.quietFor() > {QUIET_MS}",
        timeout=PATIENCE_MS,
    )


def choose(page: Page, widget: str, option: str) -> None:
    """Choose from a list of the sidebar by hand: type, then click what is found."""
    box = page.get_by_role("combobox", name=widget)
    box.click()
    box.fill(option)
    page.get_by_role(
        "option", name=re.compile(rf"^(✗ )?(Rendered · )?{re.escape(option)}")
    ).first.click()


def choose_layer(page: Page, layer: str) -> dict[str, Any]:
    """Choose a layer; return its first picture with the time of the click as `chosen`."""
    page.evaluate("bench.clear()")
    choose(page, "Layer", f"{layer} ·")
    found = page.wait_for_function(
        "name => { const p = bench.pictures.find(p => p.layer === name && p.shown);"
        " return p && { ...p, chosen: bench.gesture }; }",
        arg=layer,
    )
    picture: dict[str, Any] = found.json_value()
    return picture


def pause(page: Page) -> None:
    """Stop the sound if it runs, and wait for rest."""
    page.evaluate("bench.sound.paused || bench.play()")
    settle(page)
