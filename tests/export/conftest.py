"""Clips and layers made here, with the front end of the shipped network but without one."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.analyses.scales import scales
from cnnviz.clips.clip import Clip
from cnnviz.clips.credit import Credit
from cnnviz.clips.instruments import CODES
from cnnviz.export.subject import Subject
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.outputs import Segment
from cnnviz.networks.verdict import judge
from tests.conftest import ROOT

# A frame of border at each end, and a band below
MAPS = Layer("conv", "convolution", 6, 9, 12, -4.0, 6.0, -12.0, 12.0)
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
    rankings = {"movement": rng.random(layer.filters, np.float32)}
    spans = scales(segments, layer, front_end)
    return Subject(clip, card, layer, segments, predictions, verdict, spans, rankings)


def with_dead(subject, filter_):
    """The same with a filter that never moves."""
    segments = []
    for segment in subject.segments:
        codes, low, high = segment.codes.copy(), segment.low.copy(), segment.high.copy()
        codes[filter_], low[filter_], high[filter_] = 0, 0.25, 0.25
        segments.append(Segment(segment.first, (codes,), low, high))
    spans = scales(segments, subject.layer, subject.clip.front_end)
    return replace(subject, segments=tuple(segments), scales=spans)


def values_of(subject, filter_=slice(None), *, inside=False):
    """All activations of filters (…, window, frame, mel), by the codes; of MAPS those inside."""
    parts = []
    for segment in subject.segments:
        low = segment.low.astype(float)[filter_]
        step = (segment.high.astype(float)[filter_] - low) / 255
        low, step = (np.asarray(one)[..., None, None, None] for one in (low, step))
        parts.append(low + segment.codes[filter_] * step)
    values = np.concatenate(parts, axis=-3)
    return values[..., 1:-1, 1:] if inside and subject.layer.is_map else values


def limits_of(subject, filter_, scale):
    """The ends of a scale, from activations."""
    match scale:
        case "layer":
            inside = values_of(subject, inside=True)
            return np.percentile(inside, [1, 99.7], method="inverted_cdf")
        case "full":
            whole = values_of(subject)
        case "filter":
            whole = values_of(subject, filter_, inside=True)
        case "diverging":
            sizes = np.abs(values_of(subject, inside=True))
            far = np.percentile(sizes, 99.5, method="inverted_cdf")
            return -far, far
    return whole.min(), whole.max()


def colours_of(subject, window, filter_, *, ramp, scale="layer"):
    """The colours (mel upwards reversed, frame, RGB) of a map, cell by cell from activations."""
    low, high = limits_of(subject, filter_, scale)
    values = values_of(subject, filter_)[window]
    places = np.clip((values - low) / (high - low), 0, 1)
    return ramp[np.floor(places * 255 + 0.5).astype(int).T[::-1]]


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
