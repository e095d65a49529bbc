"""A clip: its sound, and the input that a front end makes of it, ready to be cut into windows.

**Conventions**: as in `cnnviz.front_ends`; a *frame* of the page is the index of a window.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from cnnviz.audio import Float32
from cnnviz.audio.decoding import decode
from cnnviz.clips.credit import Credit
from cnnviz.front_ends import FrontEnd

# Clips up to this length have a window at every frame, 43 pictures a second, whatever it takes.
EVERY_FRAME_S = 10.0
# Longer clips skip frames: as many windows as four segments of the pass hold.
MAX_WINDOWS = 176


@dataclass(frozen=True)
class Clip:
    """A clip, ready for the network.

    Attributes
    ----------
    id, title : str
        The clip's stable name and its name for people.
    labels : tuple of str
        Codes of the instruments known to play; empty if nobody said.
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at the front end's rate.
    input : np.ndarray [shape=(n_frames, n_mels)], float32
        What the network is fed, and what is drawn.
    front_end : FrontEnd
    hop_frames : int
        Frames from one window to the next.
    notes : tuple of str
        What was done to the sound, in words.
    credit : Credit or None
        Whom it is owed to; None if nobody said.
    """

    id: str
    title: str
    labels: tuple[str, ...]
    y: Float32
    input: Float32
    front_end: FrontEnd
    hop_frames: int
    notes: tuple[str, ...]
    credit: Credit | None = None

    @property
    def windows(self) -> Float32:
        """The windows (window, frame, mel), a view of `input`."""
        return self.front_end.windows(self.input, hop_frames=self.hop_frames)

    @property
    def n_windows(self) -> int:
        """How many windows there are."""
        return len(self.windows)

    @property
    def seconds(self) -> float:
        """How long the clip lasts."""
        return len(self.y) / self.front_end.sample_rate

    @property
    def nbytes(self) -> int:
        """Bytes held by sound and input."""
        return self.y.nbytes + self.input.nbytes


def open_clip(
    data: bytes | Path,
    *,
    id: str,
    title: str,
    name: str,
    front_end: FrontEnd,
    labels: tuple[str, ...] = (),
    credit: Credit | None = None,
) -> Clip:
    """Decode a clip and turn it into the network's input.

    Parameters
    ----------
    data : bytes or Path
        A sound file.
    id, title, labels, credit
        As in `Clip`.
    name : str
        The file's name, for messages.
    front_end : FrontEnd

    Raises
    ------
    BadInput
        If the file is no sound that `cnnviz.audio.decoding.decode` accepts.
    """
    least_s = max(1.0, front_end.window_s)
    waveform = decode(data, name=name, sample_rate=front_end.sample_rate, min_s=least_s)
    input = front_end.input(waveform.y)
    input.setflags(write=False)
    notes = list(waveform.notes)
    hop_frames = 1
    if len(waveform.y) > EVERY_FRAME_S * front_end.sample_rate:
        every = len(input) - front_end.window_frames + 1
        hop_frames = math.ceil(every / MAX_WINDOWS)
        if hop_frames > 1:
            rate = 1 / (hop_frames * front_end.frame_s)
            notes.append(
                f"longer than {EVERY_FRAME_S:g} s: one window in {hop_frames} is shown, "
                f"{rate:.1f} pictures a second"
            )
    return Clip(id, title, labels, waveform.y, input, front_end, hop_frames, tuple(notes), credit)
