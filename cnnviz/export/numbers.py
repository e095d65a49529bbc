"""The outputs of the network, as numbers: predictions as CSV, a layer's activations as NPZ.

**Conventions**: times are seconds of the clip, frequencies Hz; classes are IRMAS codes.

The CSV has one line per window: `time_s`, the middle of the window, and one column per class, named
by its code. The NPZ is read again with nothing but NumPy:

    with np.load("activations.npz") as file:
        maps = file["activations"]                    # (filter, window, frame, mel), float32
        time_s = file["window_centre_s"][:, None] + file["column_s"]  # (window, frame)
        mel_hz, scores = file["mel_hz"], file["predictions"]  # (mel,), (window, class)
        print(file["network"], file["clip"], file["layer"], file["cite"])
"""

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.errors import BadInput
from cnnviz.export.record import facts
from cnnviz.export.subject import Subject
from cnnviz.export.work import Work
from cnnviz.networks import Network

MAX_BYTES = 300_000_000  # of activations; they are held once as numbers and once deflated
DEFLATE_LEVEL = 1
PASS_SHARE = 0.6  # of the whole work


def csv(subject: Subject) -> bytes:
    """Return the predictions of every window; nine digits give back each float32."""
    lines = [",".join(("time_s", *subject.classes))]
    for window, scores in enumerate(subject.predictions):
        numbers = (f"{subject.centre_s(window):.6f}", *(f"{score:.9g}" for score in scores))
        lines.append(",".join(numbers))
    return ("\n".join(lines) + "\n").encode()


def npz(subject: Subject, network: Network, *, work: Work | None = None) -> bytes:
    """Return a layer's activations in float32, their axes, and where they come from.

    They come from a pass of their own, which waits in the network's line: the page keeps eight
    bits of each.

    Returns
    -------
    bytes
        An NPZ file with

        - `activations` (filter, window, frame, mel) and `predictions` (window, class), float32;
        - `window_centre_s` (window,), `column_s` (frame,): the middle of a column of a window's map
          lies at the sum of both, in seconds; columns made from padding lie outside the window;
        - `mel_hz` (mel,): the middle of each row in Hz, NaN for a layer of cells;
        - `filter` (filter,) and `class` (class,): numbers and codes;
        - `labels`: codes of what plays, as far as known;
        - `network`, `weights_sha256`, `clip`, `layer`, `version`, `terms`, `cite`: words.

    Raises
    ------
    BadInput
        If the activations would be more than `MAX_BYTES`.
    Stopped
        If `work` was stopped.
    """
    work = work or Work()
    layer, clip = subject.layer, subject.clip
    n_bytes = 4 * layer.filters * subject.n_windows * layer.frames * layer.mels
    if n_bytes > MAX_BYTES:
        raise BadInput(
            f"The activations of one file must be at most {MAX_BYTES / 1e6:.0f} MB, but those of "
            f"{layer.name} over this clip are {n_bytes / 1e6:.0f} MB. Choose a shorter clip, or a "
            "layer after the next pooling."
        )
    with network.turn(waiting=work.wait):
        work.step(0.0)
        activations, predictions = network.exact(
            clip.input,
            hop_frames=clip.hop_frames,
            layer=layer.name,
            progress=lambda share: work.step(PASS_SHARE * share),
        )
    small: dict[str, NDArray[Any]] = {
        "predictions": predictions,
        **_axes(subject),
        "labels": np.array(clip.labels, dtype=str),
        **{name: np.array(text) for name, text in facts(subject).items()},
    }
    return _zipped(activations, small, work=work)


def _axes(subject: Subject) -> dict[str, NDArray[Any]]:
    layer, front_end = subject.layer, subject.clip.front_end
    middle = (front_end.window_frames - 1) / 2
    if layer.is_map:
        columns = layer.frame_start + layer.frame_step * np.arange(layer.frames)
        bands = layer.mel_start + layer.mel_step * np.arange(layer.mels)
        mel_hz = np.interp(bands, np.arange(front_end.n_mels), front_end.mel_hz())
    else:
        columns, mel_hz = np.array([middle]), np.array([np.nan])
    return {
        "window_centre_s": np.array([subject.centre_s(w) for w in range(subject.n_windows)]),
        "column_s": (columns - middle) * front_end.frame_s,
        "mel_hz": mel_hz,
        "filter": np.arange(layer.filters),
        "class": np.array(list(subject.classes)),
    }


def _zipped(activations: Float32, small: dict[str, NDArray[Any]], *, work: Work) -> bytes:
    """Write an NPZ file, the activations filter by filter; `np.savez` could not be stopped."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=DEFLATE_LEVEL) as archive:
        for name, array in small.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        with archive.open("activations.npy", "w", force_zip64=True) as member:
            header = np.lib.format.header_data_from_array_1_0(activations)
            np.lib.format.write_array_header_1_0(member, header)
            for filter_, maps in enumerate(activations):
                member.write(maps.tobytes())
                done = (filter_ + 1) / len(activations)
                work.step(PASS_SHARE + (1 - PASS_SHARE) * done)
    return file.getvalue()
