"""Packs what the stage shows into one buffer: a clip, its sound, and every map of one layer.

**Conventions**: a buffer is `uint32 length | JSON header | blocks`, all little-endian; offsets in
the header count from its end. Maps are uint8 codes (filter, window, frame, mel), low mel bands
first; `value = low + code * (high - low) / 255` with the range of the code's own filter and
segment. A layer without maps (global pooling, dense) travels as maps of one frame and one mel. What
travels of a segment is what `cnnviz.networks.outputs.PackedSegment` says.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from cnnviz.analyses.scales import Scales
from cnnviz.front_ends import FrontEnd
from cnnviz.networks import codes
from cnnviz.networks.card import Layer
from cnnviz.networks.outputs import PackedSegment
from cnnviz.networks.verdict import Verdict

FORMAT = 4


@dataclass(frozen=True)
class Overlay:
    """A named array to draw over the spectrogram.

    Attributes
    ----------
    name : str
    values : np.ndarray [shape=(n_frames, n_mels)]
        In the frames and mel bands of the clip's input.
    colour : str
        "sequential", which hides what lies below, or "signed": clear at zero, red above it, blue
        below.
    unit : str
    """

    name: str
    values: NDArray[np.float32]
    colour: str = "signed"
    unit: str = ""


def pack(
    *,
    picture_id: str,
    clip_id: str,
    title: str,
    labels: Sequence[str],
    network: str,
    classes: Mapping[str, str],
    front_end: FrontEnd,
    y: NDArray[np.float32],
    input: NDArray[np.float32],
    n_windows: int,
    hop_frames: int = 1,
    verdict: Verdict | None = None,
    predictions: NDArray[np.float32] | None = None,
    layer: Layer | None = None,
    segments: Sequence[PackedSegment] = (),
    scales: Scales | None = None,
    rankings: Mapping[str, NDArray[np.float32]] | None = None,
    overlays: Sequence[Overlay] = (),
    notes: Sequence[str] = (),
    credit: Mapping[str, str] | None = None,
) -> bytes:
    """Pack a clip and, once the network has run, its predictions and one layer's maps.

    Parameters
    ----------
    picture_id : str
        Tells the picture from others on its page.
    clip_id, title : str
        The clip's stable name, and what a person calls it.
    labels : sequence of str
        Codes of the instruments known to sound in the clip; empty where nobody knows.
    network : str
        Name of the network.
    classes : mapping of str to str
        Code to name of every class, in the order of the network's outputs.
    front_end : FrontEnd
        Made `input` from `y`.
    y : np.ndarray [shape=(n_samples,)]
        The sound at `front_end.sample_rate`, in [-1, 1].
    input : np.ndarray [shape=(n_frames, n_mels)]
        What the network was fed.
    n_windows, hop_frames : int
        Windows in the clip, and frames from one to the next.
    verdict : Verdict, optional
        None while the network is loading.
    predictions : np.ndarray [shape=(n_windows, n_classes)], optional
        Scores of each window; None while the network is loading.
    layer, segments, scales : Layer, sequence of PackedSegment, Scales, optional
        The layer, its maps and what their colours can span; without them the stage plays the
        sound and waits.
    rankings : mapping of str to np.ndarray [shape=(n_filters,)], optional
        Columns of numbers by which the layer's filters can be ordered, by name.
    overlays : sequence of Overlay
        To draw over the spectrogram, in order.
    notes : sequence of str
        Sentences to show under the headline.
    credit : mapping of str to str, optional
        Whom the clip is owed to, as `Credit.to_json` in `cnnviz.clips.credit` says it.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        An overlay does not lie over the input, or has a name that is taken ("input" is).
    """
    unit = "log-mel"
    over_input = [Overlay("input", input, "sequential", unit), *overlays]
    arrays, array_blocks = _arrays(over_input)
    header: dict[str, Any] = {
        "format": FORMAT,
        "picture": picture_id,
        "clip": {
            "id": clip_id,
            "title": title,
            "labels": list(labels),
            "seconds": len(y) / front_end.sample_rate,
            "credit": None if credit is None else dict(credit),
        },
        "network": network,
        "classes": [{"code": code, "name": name} for code, name in classes.items()],
        "frame_s": front_end.frame_s,
        "window_frames": front_end.window_frames,
        "hop_frames": int(hop_frames),
        "windows": int(n_windows),
        "spectrogram": {
            "frames": input.shape[0],
            "mels": input.shape[1],
            "mel_hz": [float(hz) for hz in front_end.mel_hz()],
        },
        "arrays": arrays,
        "verdict": None if verdict is None else _verdict(verdict),
        "layer": None if layer is None else _layer(layer),
        "segments": [],
        "inside": None if scales is None else _inside(scales),
        "scales": {} if scales is None else {k: asdict(v) for k, v in scales.choices.items()},
        "rankings": {
            name: [float(value) for value in column] for name, column in (rankings or {}).items()
        },
        "notes": list(notes),
    }
    blocks = {"sound": wav(y, sample_rate=front_end.sample_rate), **array_blocks}
    if predictions is not None:
        blocks["predictions"] = np.ascontiguousarray(predictions, dtype="<f4").tobytes()
    for index, packed in enumerate(segments):
        entry: dict[str, Any] = {
            "first": int(packed.segment.first),
            "windows": packed.n_windows,
            "hop": int(packed.segment.hop),
            "low": [float(value) for value in packed.segment.low],
            "high": [float(value) for value in packed.segment.high],
            "maps": [],
        }
        for place, (shape, parts) in enumerate(zip(packed.shapes, packed.parts, strict=True)):
            named = {f"maps{index}_{place}_{part}": data for part, data in enumerate(parts)}
            blocks |= named
            entry["maps"].append({"shape": list(shape), "parts": list(named)})
        header["segments"].append(entry)
    return _join(header, blocks)


def quantise(values: NDArray[np.float32]) -> tuple[bytes, float, float]:
    """Return the bytes of an array's 8-bit codes with the values of code 0 and code 255."""
    array, low, high = codes.quantise(values)
    return array.tobytes(), low, high


def _arrays(overlays: Sequence[Overlay]) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Return what the header says of named arrays over the input, and their blocks."""
    entries: list[dict[str, Any]] = []
    blocks: dict[str, bytes] = {}
    shape = overlays[0].values.shape  # of the input
    for overlay in overlays:
        if overlay.values.shape != shape or not np.isfinite(overlay.values).all():
            raise ValueError(
                f"an overlay must hold finite numbers in the input's shape {shape}, but "
                f"{overlay.name!r} has the shape {overlay.values.shape}, and "
                f"{np.count_nonzero(~np.isfinite(overlay.values))} of its numbers are not finite."
            )
        if any(entry["name"] == overlay.name for entry in entries):
            raise ValueError(f"overlays must have different names, but two are {overlay.name!r}.")
        block = f"array_{overlay.name}"
        blocks[block], low, high = quantise(overlay.values)
        entries.append(
            {
                "name": overlay.name,
                "over": "input",
                "shape": list(overlay.values.shape),
                "low": low,
                "high": high,
                "colour": overlay.colour,
                "unit": overlay.unit,
                "block": block,
            }
        )
    return entries, blocks


def wav(y: NDArray[np.float32], *, sample_rate: int) -> bytes:
    """Return a mono waveform as a 16-bit WAV file: browsers seek in it to the sample."""
    file = io.BytesIO()
    sf.write(file, y, sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "first": verdict.order[0],
        "scores": [float(score) for score in verdict.scores],
        "threshold": float(verdict.threshold),
        "named": list(verdict.named),
        "rival": verdict.rival,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "filters": int(layer.filters),
        "frames": int(layer.frames),
        "mels": int(layer.mels),
        "frame_start": float(layer.frame_start),
        "frame_step": float(layer.frame_step),
        "mel_start": float(layer.mel_start),
        "mel_step": float(layer.mel_step),
    }


def _inside(scales: Scales) -> dict[str, Any]:
    """Return which cells of a map count, and the range of each filter among them."""
    return {
        "frames": [scales.frames.start, scales.frames.stop],
        "mels": [scales.mels.start, scales.mels.stop],
        "low": [float(value) for value in scales.low],
        "high": [float(value) for value in scales.high],
    }


def _join(header: dict[str, Any], blocks: Mapping[str, bytes]) -> bytes:
    places, offset = {}, 0
    for name, block in blocks.items():
        places[name] = {"offset": offset, "bytes": len(block)}
        offset += len(block)
    # allow_nan: JSON has no NaN, and the browser would refuse the header later and less clearly.
    text = json.dumps({**header, "blocks": places}, allow_nan=False).encode()
    return b"".join((len(text).to_bytes(4, "little"), text, *blocks.values()))
