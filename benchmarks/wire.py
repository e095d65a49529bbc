"""What goes over the wire: a layer, a move of the frame slider, and what must send nothing."""

from collections.abc import Iterator

from playwright.sync_api import Page

from benchmarks.browser import chromium, settle, visit
from benchmarks.one_clip import three_second_clips
from benchmarks.server import serve
from benchmarks.table import Measure
from cnnviz.views import answers

PAYLOAD_LIMIT_MB = 3.5
MOVE_LIMIT_MS = 150
MOVE_LIMIT_KB = 20
LONG_ENOUGH_MS = 1500


def measure(*, quick: bool) -> Iterator[Measure]:
    """Pack every layer of the samples, then move and set things on the page."""
    yield from payloads(n_clips=2 if quick else 12)
    with serve() as server, chromium() as browser:
        page = visit(browser, server.url)
        settle(page)
        server.wait_until_warm()
        yield from moves(page, repeats=4 if quick else 20)
        yield from settings(page)


def payloads(*, n_clips: int) -> Iterator[Measure]:
    """Pack each layer of some clips as the page does."""
    listening = listener()
    card = listening.network.card
    sizes: dict[str, list[float]] = {layer.name: [] for layer in card.layers}
    heard_clips = three_second_clips()
    for clip in heard_clips[:: max(1, len(heard_clips) // n_clips)][:n_clips]:
        found = listening.listen(clip.input, hop_frames=clip.hop_frames, layers=tuple(sizes))
        for name in sizes:
            payload = answers.layer_payload(listening, clip, found, layer=name)
            sizes[name].append(len(payload) / 1e6)
    every = [size for of_layer in sizes.values() for size in of_layer]
    yield Measure(
        "payload of one layer, 3 s clip",
        every,
        "MB",
        PAYLOAD_LIMIT_MB,
        largest=True,
        note="; ".join(f"{name} {max(of_layer):.2f}" for name, of_layer in sizes.items()),
    )


def moves(page: Page, *, repeats: int) -> Iterator[Measure]:
    """Press an arrow key on the frame slider, some times."""
    thumb = page.get_by_role("slider", name="Frame")
    waits_ms, sent_kb = [], []
    for _ in range(repeats):
        settle(page)
        page.evaluate("bench.clear()")
        before = int(page.evaluate("bench.stage.dataset.frame"))
        thumb.focus()
        thumb.press("ArrowRight")
        waits_ms.append(
            page.wait_for_function(
                "frame => { const p = bench.pictures.find(p => p.frame === frame && p.shown);"
                " return p && p.shown - bench.gesture; }",
                arg=before + 1,
            ).json_value()
        )
        settle(page)
        sent_kb.append(page.evaluate("bench.bytes()") / 1000)
    yield Measure("frame slider → picture", waits_ms, "ms", MOVE_LIMIT_MS)
    yield Measure("bytes of one move of the frame slider", sent_kb, "kB", MOVE_LIMIT_KB)


def settings(page: Page) -> Iterator[Measure]:
    """Change what is the browser's own business: colours, scale, size, theme."""

    def colours() -> None:
        page.get_by_role("combobox", name="Colours").select_option("magma")

    def scale() -> None:
        page.get_by_role("combobox", name="Scale").select_option("filter")

    def size() -> None:
        page.get_by_title("Larger tiles").first.click()

    def theme() -> None:
        page.emulate_media(color_scheme="dark")

    for what in (colours, scale, size, theme):
        settle(page)
        page.evaluate("bench.clear()")
        what()
        page.wait_for_timeout(LONG_ENOUGH_MS)
        sent = float(page.evaluate("bench.bytes()"))
        yield Measure(f"bytes of a change of {what.__name__}", [sent], "B", 0, largest=True)
