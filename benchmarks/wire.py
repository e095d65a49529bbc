"""What goes over the wire: a layer, a move of the frame control, and what must send nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page

from benchmarks.browser import choose_layer, chromium, settle, visit
from benchmarks.one_clip import network, three_second_clips
from benchmarks.server import serve
from benchmarks.table import Measure
from cnnviz.views import computed
from cnnviz.views.session import Picture

PAYLOAD_LIMIT_MB = 3.5
PAINT_LIMIT_MS = 16.7  # one refresh of the screen
REPORT_LIMIT_KB = 3
LONG_ENOUGH_MS = 1500
DRAG_STEPS = 12
ENDS = (0.2, 0.7, 0.4, 0.9)  # of the control's width: where drags end, one after the other


@dataclass(frozen=True)
class Drag:
    """One drag of the frame control.

    Attributes
    ----------
    moves : list of dict
        Per input event: its frame, `painted_ms` and `shown_ms` after it, and whether it was painted
        before the next animation frame (`inTime`).
    held_bytes : int
        Sent and received until the release.
    sent, received : list of int
        Bytes of each message after the release.
    """

    moves: list[dict[str, Any]]
    held_bytes: int
    sent: list[int]
    received: list[int]

    @property
    def after_kb(self) -> float:
        """All that the release costs."""
        return (sum(self.sent) + sum(self.received)) / 1000


def measure(*, quick: bool) -> Iterator[Measure]:
    """Pack every layer of the samples, then move and set things on the page."""
    yield from payloads(n_clips=2 if quick else 12)
    with serve() as server, chromium() as browser:
        page = visit(browser, server.url)
        settle(page)
        server.wait_until_warm()
        yield from drags(page, repeats=4 if quick else 20)
        yield later_drag(page)
        yield from settings(page)


def payloads(*, n_clips: int) -> Iterator[Measure]:
    """Pack each layer of some clips as the page does."""
    # A loader that is done
    loaded: Any = SimpleNamespace(key="shipped", card=network().card, network=network())
    sizes: dict[str, list[float]] = {layer.name: [] for layer in network().layers}
    clips = three_second_clips()
    for clip in clips[:: max(1, len(clips) // n_clips)][:n_clips]:
        for layer in network().layers:
            picture = Picture("", loaded, clip, layer)
            payload = computed.payload(picture, computed.outputs(picture))
            sizes[layer.name].append(len(payload) / 1e6)
    every = [size for of_layer in sizes.values() for size in of_layer]
    yield Measure(
        "payload of one layer, 3 s clip",
        every,
        "MB",
        PAYLOAD_LIMIT_MB,
        largest=True,
        note="; ".join(f"{name} {max(of_layer):.2f}" for name, of_layer in sizes.items()),
    )


def drags(page: Page, *, repeats: int) -> Iterator[Measure]:
    """Drag the frame control to and fro."""
    dragged = [drag(page, to=ENDS[turn % len(ENDS)]) for turn in range(repeats)]
    moves = [move for each in dragged for move in each.moves]
    painted = [move["painted_ms"] for move in moves]
    yield Measure("frame control → painted", painted, "ms", PAINT_LIMIT_MS, largest=True)
    late = sum(not move["inTime"] for move in moves)
    yield Measure("… not before the next animation frame", [late], "", 0, note=f"of {len(moves)}")
    shown = [move["shown_ms"] for move in moves]
    yield Measure("… handed to the screen", shown, "ms", note="waits for the screen's next refresh")
    held = [each.held_bytes for each in dragged]
    yield Measure("bytes of a drag until its release", held, "B", 0, largest=True)
    last = dragged[-1]
    yield Measure(
        "bytes of a drag after its release",
        [each.after_kb for each in dragged],
        "kB",
        REPORT_LIMIT_KB,
        largest=True,
        note=f"the last: sent {_listed(last.sent)}, received {_listed(last.received)}",
    )


def later_drag(page: Page) -> Measure:
    """Drag once more after all layers: a report also names the messages that the browser keeps."""
    for layer in network().layers:
        if page.evaluate("bench.stage.dataset.layer") != layer.name:
            choose_layer(page, layer.name)
            settle(page)
    last = drag(page, to=0.5)
    return Measure(
        "… after all layers have been chosen",
        [last.after_kb],
        "kB",
        REPORT_LIMIT_KB,
        note=f"sent {_listed(last.sent)}, received {_listed(last.received)}",
    )


def drag(page: Page, *, to: float) -> Drag:
    """Drag the frame control from where it stands to a share of its width, and let go."""
    control = page.get_by_role("slider", name="Frame", exact=True)
    settle(page)
    page.evaluate("bench.clear()")
    box = control.bounding_box()
    assert box is not None
    at = float(control.evaluate("control => control.value / control.max"))
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + at * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + to * box["width"], y, steps=DRAG_STEPS)
    page.wait_for_function("bench.moves.length && bench.moves.every(m => 'inTime' in m)")
    page.wait_for_function("bench.pictures.every(p => p.shown)")
    page.mouse.up()
    # A report that is never sent or answered ends the benchmark here.
    page.wait_for_function(
        "bench.wire.some(m => m.way === 'sent' && m.at > bench.released)"
        " && bench.wire.at(-1).way === 'received'"
    )
    settle(page)
    moves, pictures, wire, released = page.evaluate(
        "[bench.moves, bench.pictures, bench.wire, bench.released]"
    )
    for move in moves:
        picture = next(
            picture
            for picture in pictures
            if picture["frame"] == move["frame"] and picture["at"] >= move["at"]
        )
        move["painted_ms"] = picture["at"] - move["at"]
        move["shown_ms"] = picture["shown"] - move["at"]
    after = [message for message in wire if message["at"] > released]
    return Drag(
        moves,
        sum(message["bytes"] for message in wire if message["at"] <= released),
        [message["bytes"] for message in after if message["way"] == "sent"],
        [message["bytes"] for message in after if message["way"] == "received"],
    )


def _listed(sizes: list[int]) -> str:
    return f"{sum(sizes):,} B ({' + '.join(map(str, sizes))})"


def settings(page: Page) -> Iterator[Measure]:
    """Change how the stage looks: what exports take over is reported, the rest is not."""

    def colours() -> None:
        page.get_by_role("combobox", name="Colours").select_option("magma")

    def scale() -> None:
        page.get_by_role("combobox", name="Scale").select_option("filter")

    def size() -> None:
        page.get_by_title("Larger tiles").first.click()

    def theme() -> None:
        page.emulate_media(color_scheme="dark")

    choose_layer(page, "conv2_1")  # the scale of the output is fixed
    reported = REPORT_LIMIT_KB * 1000
    for what, limit in ((colours, reported), (scale, reported), (size, 0), (theme, 0)):
        settle(page)
        page.evaluate("bench.clear()")
        what()
        page.wait_for_timeout(LONG_ENOUGH_MS)
        sent = float(page.evaluate("bench.bytes()"))
        yield Measure(f"bytes of a change of {what.__name__}", [sent], "B", limit, largest=True)
