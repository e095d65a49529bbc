"""The server's memory while five visitors look at ten clips and ten layers each."""

from collections.abc import Iterator

import numpy as np

from benchmarks import sample_clips
from benchmarks.browser import choose, choose_layer, chromium, settle, visit
from benchmarks.one_clip import NETWORK
from benchmarks.server import serve
from benchmarks.table import Measure
from cnnviz.networks.card import read_card

LIMIT_GB = 1.3
FLAT_PERCENT = 5
VISITORS = 5
LOOKS = 10


def measure(*, quick: bool) -> Iterator[Measure]:
    """Let all visitors stay while they look in turn; note the memory after each look."""
    visitors, looks = (2, 3) if quick else (VISITORS, LOOKS)
    titles = sample_clips.titles()
    layers = [layer.name for layer in read_card(NETWORK).layers][:LOOKS]
    held = []
    with serve() as server, chromium() as browser:
        pages = [visit(browser, server.url) for _ in range(visitors)]
        for page in pages:
            settle(page)
        server.wait_until_warm()
        start_gb = server.rss_bytes() / 1e9
        for look in range(looks):
            for index, page in enumerate(pages):
                # Clips differ between visitors, so that the server remembers as much as it may.
                choose(page, "Clip", titles[(index * looks + look) % len(titles)])
                settle(page)
                if page.evaluate("bench.stage.dataset.layer") != layers[look]:
                    choose_layer(page, layers[look])
                settle(page)
                held.append(server.rss_bytes() / 1e9)
    last = np.array(held[len(held) // 2 :])
    middle = float(np.median(last))
    yield Measure(
        f"server's memory, {visitors} visitors, {looks} clips and layers each",
        held,
        "GB",
        LIMIT_GB,
        largest=True,
        note=f"{start_gb:.2f} with the visitors' first page, {held[-1]:.2f} at the end",
    )
    yield Measure(
        "… farthest from its median over the last half",
        [float(100 * np.abs(last - middle).max() / middle)],
        "%",
        FLAT_PERCENT,
    )
