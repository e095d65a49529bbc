"""IRMAS from its archive, on a loopback server: the list, and a clip from choice to movement.

The zips have as many members as IRMAS's own, under names like theirs, but only those that are
chosen hold sound: samples of ours, as WAV.
"""

import tempfile
import time
from collections.abc import Iterator

from playwright.sync_api import Page

from benchmarks import sample_clips
from benchmarks.browser import PATIENCE_MS, choose, chromium, settle, visit
from benchmarks.first_picture import LIMIT_S, watch
from benchmarks.server import ROOT, serve
from benchmarks.table import Measure
from cnnviz.clips import catalogue as clips
from cnnviz.clips import irmas
from cnnviz.clips.archive.courier import EVERY_S
from tests import archive_server

N_TRAINING, N_TESTING = 6705, 2874
GENRES = tuple(irmas.GENRES)


def measure(*, quick: bool) -> Iterator[Measure]:
    """Fetch the list, then choose clips that nobody has heard."""
    files, titles = zips(n_sounds=5 if quick else 17)
    with (
        tempfile.TemporaryDirectory() as cache,
        archive_server.serve(files) as archive,
        serve(settings={"CNNVIZ_IRMAS_URL": archive.url, "XDG_CACHE_HOME": cache}) as server,
        chromium() as browser,
    ):
        page = visit(browser, server.url)
        settle(page)
        server.wait_until_warm()
        samples = sample_clips.titles()[1 : 4 if quick else 17]
        samples_s = [watch(page, title)["moving"] / 1000 for title in samples]
        yield from listing(page, archive)
        moving_s, n_requests, kb = [], [], []
        for title in titles:
            time.sleep(2 * EVERY_S)  # a visitor who looks at what was chosen
            archive.asked.clear()
            archive.sent = 0
            moving_s.append(watch(page, title, widget="Clip of IRMAS")["moving"] / 1000)
            n_requests.append(len(archive.asked))
            kb.append(archive.sent / 1000)
    # The first ones warm what is loaded at first use, as in first_picture.
    yield Measure("chosen sample → moving picture", samples_s[1:], "s", LIMIT_S)
    yield Measure(
        "chosen clip of IRMAS → moving picture", moving_s[1:], "s", LIMIT_S, note="same visit"
    )
    yield Measure("… requests", n_requests[1:], "", 1, largest=True)
    yield Measure("… fetched", kb[1:], "kB")


def listing(page: Page, archive: archive_server.Server) -> Iterator[Measure]:
    """Click for the list of all clips."""
    choose(page, "Clip", "IRMAS, from")
    button = page.get_by_role("button", name="Fetch the list of clips")
    button.wait_for()
    settle(page)
    start = time.perf_counter()
    button.click()
    page.get_by_role("combobox", name="Clip of IRMAS").wait_for(timeout=PATIENCE_MS)
    yield Measure("list of IRMAS asked for → there", [time.perf_counter() - start], "s")
    yield Measure("… requests", [len(archive.asked)], "")
    note = f"{N_TRAINING:,} training and {N_TESTING:,} testing clips"
    yield Measure("… fetched", [archive.sent / 1e6], "MB", note=note)
    settle(page)


def zips(*, n_sounds: int) -> tuple[dict[str, bytes], list[str]]:
    """Return the zips, and the titles of those clips in them that hold sound."""
    sounds = [c for c in clips.samples(ROOT / "sample_audio") if len(c.labels) == 1][:n_sounds]
    training, titles = {}, []
    for n in range(N_TRAINING):
        sound = sounds[n] if n < len(sounds) else sounds[n % len(sounds)]
        stem = f"[{sound.labels[0]}][nod][{GENRES[n % len(GENRES)]}]{n:04d}__1"
        real = n < len(sounds)
        data = archive_server.wav(sound.path.stem) if real else b"no sound"
        training[f"IRMAS-TrainingData/{sound.labels[0]}/{stem}.wav"] = data
        if real:
            said = irmas.parse_training_name(stem)
            assert said is not None
            titles.append(irmas.training_title(said, code=said.code))
    files = {irmas.ZIPS[0]: archive_server.zipped(training)}
    for part, name in enumerate(irmas.ZIPS[1:], start=1):
        testing = {}
        for n in range(part, N_TESTING + 1, 3):
            stem = (
                f"IRMAS-TestingData-Part{part}/Part{part}/{n:02d} - A Song of Some Length-{n % 9}"
            )
            testing |= {f"{stem}.wav": b"no sound", f"{stem}.txt": b"pia"}
        files[name] = archive_server.zipped(testing)
    return files, titles
