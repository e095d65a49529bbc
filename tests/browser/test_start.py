"""The first visitor: the page does not wait for the network."""

import os
from pathlib import Path

from tests.browser.conftest import serve, visitors
from tests.browser.visit import NETWORK_S

HELD_BACK = Path(__file__).with_name("held_back.py")


def test_the_clip_plays_before_the_network_is_there_and_on_when_it_comes(browser, tmp_path):
    go = tmp_path / "go"
    environment = {**os.environ, "CNNVIZ_TEST_GO": str(go)}
    log = tmp_path / "log.txt"
    with (
        serve(HELD_BACK, log=log, environment=environment) as url,
        visitors(browser, url) as enter,
    ):
        visit = enter()
        visit.page.goto(url)
        visit.wait("watch.says({ state: 'loading' })", timeout_s=NETWORK_S)
        assert visit.stage.locator(".spectrogram canvas").is_visible()
        assert visit.stage.locator("[data-filter]").count() == 0
        visit.button("Loop").click()
        visit.button("Play").click()
        visit.wait("!watch.sound().paused && Number(watch.facts().frame) > 5")
        assert visit.says()["state"] == "loading"
        visit.page.get_by_role("progressbar").wait_for()  # how far it is
        visit.page.evaluate("window.soundAtFirst = watch.sound(), watch.listen()")
        go.touch()
        visit.wait("watch.says({ state: 'playing' })", timeout_s=NETWORK_S)
        visit.wait("watch.isPainted()")
        assert visit.says()["layer"] == "conv2_2"
        assert visit.page.evaluate("window.soundAtFirst === watch.sound()")
        assert not {"pause", "emptied", "loadstart"} & set(visit.page.evaluate("watch.heard"))
        visit.wait("watch.still()", timeout_s=NETWORK_S)
        assert visit.page.get_by_role("progressbar").count() == 0
