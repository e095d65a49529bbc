"""Clips and layers made here, with the front end of the shipped network but without one."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.clips.clip import Clip
from cnnviz.clips.credit import Credit
from cnnviz.clips.instruments import CODES
from cnnviz.export.subject import Subject
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.outputs import Segment
from cnnviz.networks.verdict import judge
from tests.conftest import ROOT

MAPS = Layer("conv", "convolution", 6, 9, 12, frame_start=1.0, frame_step=5.0, mel_step=10.0)
CELLS = Layer("dense", "dense", 70)


def make(
    layer=MAPS, *, seconds=2.0, hop_frames=1, title="Flute & <piano>, 2×", seed=0, n_classes=3
):
    """A clip of noise, and a network's answer that was thrown with dice."""
    rng = np.random.default_rng(seed)
    front_end = LogMel()
    y = (0.1 * rng.standard_normal(int(seconds * front_end.sample_rate))).astype(np.float32)
    card = Card(
        name="made",
        title="A made network",
        front_end=front_end,
        labels=("flu", "pia", "xyz", *(c for c in CODES if c not in ("flu", "pia")))[:n_classes],
        threshold=0.5,
        layers=(layer,),
        outputs={layer.name: layer.name},
        weights_sha256="0" * 64,
    )
    clip = Clip(
        id="samples/made",
        title=title,
        labels=("flu",),
        y=y,
        input=front_end.input(y),
        front_end=front_end,
        hop_frames=hop_frames,
        notes=("resampled from 44,100 Hz",),
        credit=Credit("an attic", "CC BY 4.0", work="A work", performer="A Player", changes="cut"),
    )
    n_windows = clip.n_windows
    middle = n_windows // 2
    segments = tuple(
        Segment(
            first=first,
            blocks=(rng.integers(0, 256, (layer.filters, n, layer.frames, layer.mels), np.uint8),),
            low=-rng.random(layer.filters, np.float32),
            high=1 + rng.random(layer.filters, np.float32),
        )
        for first, n in ((0, middle), (middle, n_windows - middle))
        if n
    )
    predictions = rng.random((n_windows, n_classes), np.float32)
    verdict = judge(predictions, card=card, hop_frames=hop_frames)
    return Subject(clip, card, layer, segments, predictions, verdict)


def with_dead(subject, filter_):
    """The same with a filter that never moves."""
    segments = []
    for segment in subject.segments:
        codes, low, high = segment.codes.copy(), segment.low.copy(), segment.high.copy()
        codes[filter_], low[filter_], high[filter_] = 0, 0.25, 0.25
        segments.append(Segment(segment.first, (codes,), low, high))
    return replace(subject, segments=tuple(segments))


def colours_of(subject, window, filter_, *, ramp, scale="layer"):
    """The colours (mel upwards reversed, frame, RGB) of a map, cell by cell from activations."""
    lows = np.min([s.low for s in subject.segments], axis=0).astype(float)
    highs = np.max([s.high for s in subject.segments], axis=0).astype(float)
    low, high = (lows.min(), highs.max()) if scale == "layer" else (lows[filter_], highs[filter_])
    segment = [s for s in subject.segments if s.first <= window][-1]
    start, end = float(segment.low[filter_]), float(segment.high[filter_])
    values = start + segment.codes[filter_, window - segment.first] * ((end - start) / 255)
    levels = np.floor((values - low) / (high - low) * 255 + 0.5).astype(int)
    return ramp[levels.T[::-1]]


@pytest.fixture
def subject():
    return make()


@pytest.fixture(scope="session")
def node():
    """Run JavaScript with the stage's modules at hand and return what it prints as JSON."""

    def run(module, names, expression):
        path = (ROOT / "cnnviz" / "stage" / module).as_uri()
        code = f"import {{ {names} }} from '{path}'; console.log(JSON.stringify({expression}));"
        done = subprocess.run(
            ["node", "--input-type=module", "-e", code], check=True, capture_output=True, text=True
        )
        return json.loads(done.stdout)

    return run
