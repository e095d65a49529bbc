"""Many visitors at once on a small host: what they wait, what is lost, and what the server holds.

    python benchmarks/run.py --only hosted          25 visitors, ten minutes
    python benchmarks/run.py --only hosted --quick  5 visitors, one minute

Each visitor is a page without a screen (`benchmarks.visitor`): it opens the app, chooses clips and
layers, moves the frame, brings a sound of its own, looks at each for some seconds, then cuts its
connection without a word, and another comes in its place.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import psutil

from benchmarks.one_clip import NETWORK
from benchmarks.server import ROOT, Server, memory_group, serve
from benchmarks.table import Measure
from benchmarks.visitor import Lost, Run, Visitor
from cnnviz.analyses import marks
from cnnviz.clips import catalogue as clips
from cnnviz.clips.catalogue import Entry
from cnnviz.networks.card import read_card
from cnnviz.views import listing

VISITORS, MINUTES = 25, 10.0
QUICK_VISITORS, QUICK_MINUTES = 5, 1.0
LIMIT_GB = 2.7  # where Community Cloud stops an app
LAYER_P95_S = 3.0
SETTLED_SHARE = 0.2  # of the time: the first two minutes of ten
FLAT_PERCENT = 5
SAMPLE_S = 0.5
ACTIONS = (5, 12)  # in one visit
LOOKING_S = (4.0, 16.0)  # a clip of 3 s played once, or again and again at half speed
WAYS = ("layer", "clip", "frame", "upload")
SHARES = (45, 30, 15, 10)
SEED = 5


@dataclass
class Log:
    """What all visitors met.

    Attributes
    ----------
    seconds : dict of str to list of float
        Per kind of action.
    lost : list of str
        No answer, a broken connection, an exception or an error in the page.
    strange : list of str
        Clips that somebody else had asked for, or a layer that nobody had.
    waited : list of str
        Sentences of those who stood in line.
    visits : int
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    lost: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)
    visits: int = 0


@dataclass
class Held:
    """The server's memory in bytes and its threads, every `SAMPLE_S`."""

    at_s: list[float] = field(default_factory=list)
    rss: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)


def measure(*, quick: bool) -> Iterator[Measure]:
    """Let visitors come and go, and note the memory meanwhile."""
    n, minutes = (QUICK_VISITORS, QUICK_MINUTES) if quick else (VISITORS, MINUTES)
    log, held = Log(), Held()
    with memory_group(int(LIMIT_GB * 1e9)) as group, serve(group=group) as server:
        server.wait_until_up()
        with Visitor(server.url) as first:
            first.open_until_ready()
        server.wait_until_warm()
        until = time.monotonic() + minutes * 60
        with ThreadPoolExecutor(n) as pool:
            visitors = [pool.submit(_come_and_go, server, i, until, log) for i in range(n)]
            _watch(server, visitors, held)
        for visitor in visitors:
            visitor.result()  # raises what is no answer of the server but a bug of ours
        tracebacks = server.said().count("Traceback")
        limited = "limited to that" if group else "not limited, for lack of rights"
    crowd = f"{n} visitors, {log.visits} visits in {minutes:g} min"
    yield from _found(log, held, crowd=crowd, limited=limited, tracebacks=tracebacks)


def _found(log: Log, held: Held, *, crowd: str, limited: str, tracebacks: int) -> Iterator[Measure]:
    for way in WAYS:
        values = log.seconds[way]
        if not values:
            continue
        p50, p95 = np.percentile(values, (50, 95))
        limit = LAYER_P95_S if way == "layer" else None
        spread = f"p50 {p50:.2f} s, max {max(values):.2f} s of {len(values)}; {crowd}"
        yield Measure(f"{way} change, p95", [float(p95)], "s", limit, note=spread)
    yield Measure("answers lost", [len(log.lost)], "", 0, note="; ".join(log.lost[:3]))
    yield Measure("another's clip served", [len(log.strange)], "", 0, note=str(log.strange[:3]))
    yield Measure("tracebacks in the log", [tracebacks], "", 0)
    longest = max(log.waited, key=lambda text: int(text.split()[0]), default="nobody waited")
    yield Measure("sentences to those in line", [len(log.waited)], "", note=longest)
    gb = np.array(held.rss) / 1e9
    yield Measure(
        "server's memory",
        [float(value) for value in gb],
        "GB",
        LIMIT_GB,
        largest=True,
        note=f"resident set every {SAMPLE_S} s, {gb[-1]:.2f} at the end; {limited}",
    )
    at = np.array(held.at_s)
    settled = gb[at >= SETTLED_SHARE * at[-1]]
    # Passes rise above the rest for moments: their level is compared, a minute at a time.
    level = float(np.median(settled[: max(1, len(settled) // 8)]))
    rise = float(np.median(settled[-max(1, len(settled) // 8) :])) - level
    yield Measure("… its rise after the first fifth", [100 * rise / level], "%", FLAT_PERCENT)
    yield Measure("server's threads", [float(t) for t in held.threads], "", largest=True)


def _watch(server: Server, visitors: Sequence[Future[None]], held: Held) -> None:
    """Note memory and threads until all visitors have left or the server has died."""
    start = time.monotonic()
    while not all(visitor.done() for visitor in visitors):
        try:
            held.rss.append(server.rss_bytes())
            held.threads.append(server.process.num_threads())
        except psutil.NoSuchProcess:
            return
        held.at_s.append(time.monotonic() - start)
        time.sleep(SAMPLE_S)


def _come_and_go(server: Server, index: int, until: float, log: Log) -> None:
    """Visit again and again."""
    random = Random(f"{SEED} {index}")
    time.sleep(random.uniform(0, LOOKING_S[1]))  # people do not come at one stroke
    while time.monotonic() < until:
        log.visits += 1
        try:
            with Visitor(server.url) as visitor:
                Visit(visitor, random, log, name=f"{index}-{log.visits}").pass_time(until)
        except (Lost, OSError) as error:
            log.lost.append(f"visitor {index}: {error!r}")
            time.sleep(1)


class Visit:
    """One visitor's stay."""

    def __init__(self, visitor: Visitor, random: Random, log: Log, *, name: str) -> None:
        self._visitor = visitor
        self._random = random
        self._log = log
        self._name = name
        self._clips = {clip.title: clip for clip in clips.samples(ROOT / "sample_audio")}
        self._layers = {layer.name: layer for layer in read_card(NETWORK).layers}
        self._clip = ""  # the id on the stage
        self._layer = ""

    def pass_time(self, until: float) -> None:
        """Open the page and do some things."""
        run = self._visitor.open()
        if not run.shown or run.shown[-1][1] is None:
            raise Lost(f"the page opened without a layer: {run}")
        self._clip, self._layer = run.shown[-1]
        self._check(run, allowed={self._clip})
        for _ in range(self._random.randint(*ACTIONS)):
            self._check(self._visitor.look(), allowed={self._clip})
            time.sleep(self._random.uniform(*LOOKING_S))
            if time.monotonic() > until:
                return
            (way,) = self._random.choices(WAYS, SHARES)
            {
                "layer": self._change_layer,
                "clip": self._change_clip,
                "frame": self._move_frame,
                "upload": self._bring,
            }[way]()

    def _change_layer(self) -> None:
        others = [layer for name, layer in self._layers.items() if name != self._layer]
        layer = self._random.choice(others)
        run = self._visitor.choose_layer(
            f"{layer.name} · {layer.size}", wanted=self._clip, layer=layer.name
        )
        self._layer = layer.name
        self._note("layer", run)

    def _change_clip(self) -> None:
        others = [clip for clip in self._clips.values() if clip.id != self._clip]
        clip = self._random.choice(others)
        before, self._clip = self._clip, clip.id
        run = self._visitor.choose_clip(self._shown(clip), wanted=clip.id, layer=self._layer)
        self._note("clip", run, before=before)

    def _shown(self, clip: Entry[Path]) -> str:
        """Return what the list shows for a clip."""
        named = marks.read(NETWORK, read_card(NETWORK))
        return listing.words(clip.title, self._clips, named)

    def _move_frame(self) -> None:
        run = self._visitor.move(self._random.randint(0, 80))
        self._check(run, allowed={self._clip})
        self._log.seconds["frame"].append(run.seconds)

    def _bring(self) -> None:
        clip = self._random.choice(list(self._clips.values()))
        title = f"of visitor {self._name}.flac"
        before = self._clip
        self._clip, run = self._visitor.upload(title, clip.path.read_bytes(), layer=self._layer)
        if run.titles and run.titles[-1] != title:
            self._log.strange.append(f"{title} was shown as {run.titles[-1]}")
        self._note("upload", run, before=before)

    def _note(self, way: str, run: Run, *, before: str = "") -> None:
        self._check(run, allowed={self._clip, before})
        if run.layer_s is None:
            self._log.lost.append(f"{way}: {self._clip} {self._layer} never came: {run}")
        else:
            self._log.seconds[way].append(run.layer_s)

    def _check(self, run: Run, *, allowed: set[str]) -> None:
        self._log.lost += run.exceptions + run.errors
        self._log.waited += run.waited
        self._log.strange += [clip for clip, _ in run.shown if clip not in allowed]
