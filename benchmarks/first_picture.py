"""From a chosen clip to the moving picture, beside a matplotlib animation of the same maps."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from benchmarks import notebook, sample_clips
from benchmarks.browser import choose, chromium, pause, settle, visit
from benchmarks.server import serve
from benchmarks.table import Measure

LIMIT_S = 1.0
LEAST_RATIO = 10


def measure(*, quick: bool) -> Iterator[Measure]:
    """Choose clips that the server has not heard, and write one of them as a video."""
    _, *unheard = sample_clips.titles()
    with serve() as server, chromium() as browser:
        page = visit(browser, server.url)
        settle(page)
        server.wait_until_warm()
        # The first one warms what is loaded at first use: the browser's fonts, the server's charts.
        watched = []
        for title in unheard[: 6 if quick else 16]:
            watched.append(watch(page, title))
            # Who hears a clip out leaves both at rest: its charts drawn, its layers packed.
            settle(page)
            server.wait_until_rest()
        del watched[0]
    moving_s = [clip["moving"] / 1000 for clip in watched]
    parts = "; ".join(f"{part} {_median(watched, part):.0f} ms" for part in PARTS)
    yield Measure("chosen clip → moving picture", moving_s, "s", LIMIT_S, note=parts)
    yield Measure("chosen clip → first picture", [c["picture"] / 1000 for c in watched], "s")
    yield Measure(
        "chosen clip → maps change",
        [clip["changed"] / 1000 for clip in watched],
        "s",
        note="half a second of it is the clip's: the first window is centred on 0.49 s",
    )
    yield from videos(moving_s=sorted(moving_s)[len(moving_s) // 2], quick=quick)


PARTS = ("asked", "answered", "painted", "pressed → moving")


def watch(page: Page, title: str, *, widget: str = "Clip") -> dict[str, float]:
    """Choose a clip and play it at once.

    Returns
    -------
    dict of str to float
        Milliseconds from the choice: `picture`, `moving` (the sound runs and the playhead was
        painted on its way), `changed` (the maps of another window were painted). And how long each
        part took: `asked` (until the page tells the server), `answered` (until the layer has come),
        `painted`, `pressed → moving`.
    """
    page.evaluate("bench.clear(); bench.awaitMoving(bench.stage.dataset.clip)")
    choose(page, widget, title)
    found: dict[str, Any] = page.wait_for_function(
        "() => { const m = bench.moving; if (!m) return null;"
        " const changed = bench.pictures.find(p => p.clip === m.picture.clip && p.frame > 0"
        "  && p.shown);"
        " return changed && { chosen: bench.gesture, painted: m.picture.shown, moving: m.at,"
        "  changed: changed.shown, wire: bench.wire }; }"
    ).json_value()
    pause(page)
    chosen = found["chosen"]
    asked = next(m["at"] for m in found["wire"] if m["way"] == "sent" and m["at"] > chosen)
    before = [m for m in found["wire"] if m["at"] < found["painted"] and m["way"] == "received"]
    answered = max(before, key=lambda message: message["bytes"])["at"]
    return {
        "picture": found["painted"] - chosen,
        "moving": found["moving"] - chosen,
        "changed": found["changed"] - chosen,
        "asked": asked - chosen,
        "answered": answered - asked,
        "painted": found["painted"] - answered,
        "pressed → moving": found["moving"] - found["painted"],
    }


def videos(*, moving_s: float, quick: bool) -> Iterator[Measure]:
    """Write layers of one clip as videos, and compare with the time to the moving picture."""
    for video in notebook.write(layers=("conv2_2", "conv1_2"), quick=quick):
        yield Measure(
            f"matplotlib writes {video.layer}{video.way}", [video.seconds], "s", note=video.note
        )
        yield Measure(
            f"… times as long as our moving picture ({video.layer}{video.way})",
            [video.seconds / moving_s],
            "×",
            LEAST_RATIO,
            at_least=True,
        )


def _median(watched: list[dict[str, float]], part: str) -> float:
    values = sorted(clip[part] for clip in watched)
    return values[len(values) // 2]
