"""From a chosen layer to its first picture: layers not yet sent, then the same ones again."""

from collections.abc import Iterator

from benchmarks import sample_clips
from benchmarks.browser import choose, choose_layer, chromium, settle, visit
from benchmarks.server import serve
from benchmarks.table import Measure

FIRST_LIMIT_S = 0.8
AGAIN_LIMIT_S = 0.3
LAYERS = ("conv1_1", "conv1_2", "pool1", "conv2_1", "pool2", "conv3_2", "conv4_2", "dense")


def measure(*, quick: bool) -> Iterator[Measure]:
    """Go through the layers twice, for each of some clips."""
    first: dict[str, list[float]] = {name: [] for name in LAYERS}
    again: dict[str, list[float]] = {name: [] for name in LAYERS}
    with serve() as server, chromium() as browser:
        page = visit(browser, server.url)
        settle(page)
        server.wait_until_warm()
        for title in sample_clips.titles()[1 : 2 if quick else 4]:
            settle(page)
            choose(page, "Clip", title)
            settle(page)
            for times in (first, again):
                for name in LAYERS:
                    picture = choose_layer(page, name)
                    times[name].append((picture["shown"] - picture["chosen"]) / 1000)
                    settle(page)
            choose_layer(page, "conv2_2")
    for times, when, limit in (
        (first, "first time", FIRST_LIMIT_S),
        (again, "again", AGAIN_LIMIT_S),
    ):
        by_layer = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
        yield Measure(
            f"chosen layer → picture, {when}",
            [value for values in times.values() for value in values],
            "s",
            limit,
            note="; ".join(f"{name} {value:.2f}" for name, value in by_layer.items()),
        )
