"""From a waveform to what the network is fed: log-mel frames, cut into windows.

**Conventions**: a waveform is float32 mono in [-1, 1]; a log-mel is (frame, mel), low mel bands
first; windows are (window, frame, mel). Times are seconds from the first sample; frame `i` is
centred on `i * hop_length / sample_rate`.

NumPy alone: librosa gives the same numbers, but its import takes half of the time to the first
picture and 200 MB, which a small hosted machine does not have to spare.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32


@dataclass(frozen=True)
class LogMel:
    """The numbers that turn sound into the network's input; they travel in its card.

    The defaults are those of Han, Kim & Lee 2016 (arXiv 1605.09507, section III-A): 22,050 Hz, STFT
    window 1024, hop 512, 128 mel bands, natural logarithm, windows of one second.

    Attributes
    ----------
    sample_rate : int
        Samples a second, in Hz.
    n_fft, hop_length : int
        STFT window and hop, in samples.
    n_mels : int
        Mel bands (Slaney's scale and area normalisation) between 0 Hz and half the sample rate.
    window_frames : int
        Frames in one window of the network.
    log_floor : float
        Smallest mel magnitude; quieter cells are lifted to it before the logarithm.
    mean, std : float
        Subtracted from the log-mel and divided out; measured on training data.
    """

    sample_rate: int = 22050
    n_fft: int = 1024
    hop_length: int = 512
    n_mels: int = 128
    window_frames: int = 43
    log_floor: float = 1e-4
    mean: float = 0.0
    std: float = 1.0

    @property
    def frame_s(self) -> float:
        """Seconds from one frame to the next."""
        return self.hop_length / self.sample_rate

    @property
    def window_s(self) -> float:
        """Seconds that one window covers."""
        return self.window_frames * self.frame_s

    def input(self, y: Float32) -> Float32:
        """Return the standardised log-mel of a waveform.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)]
            Mono waveform at `sample_rate`. It is divided by its largest magnitude.

        Returns
        -------
        np.ndarray [shape=(1 + n_samples // hop_length, n_mels)], float32
        """
        peak = float(np.max(np.abs(y), initial=0.0))
        padded = np.pad(y / peak if peak > 0 else y, self.n_fft // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.n_fft)[:: self.hop_length]
        magnitude = np.abs(np.fft.rfft(frames * hann(self.n_fft)))  # (frame, bin)
        mel = magnitude @ mel_bank(self.n_mels, self.n_fft, self.sample_rate).T
        log = np.log(np.maximum(mel, self.log_floor))
        return np.asarray((log - self.mean) / self.std, dtype=np.float32)

    def windows(self, input: Float32, *, hop_frames: int = 1) -> Float32:
        """Cut an input into overlapping windows.

        Parameters
        ----------
        input : np.ndarray [shape=(n_frames, n_mels)]
            At least `window_frames` frames.
        hop_frames : int
            Frames from one window to the next.

        Returns
        -------
        np.ndarray [shape=(n_windows, window_frames, n_mels)]
            A read-only view; nothing is copied.
        """
        view = np.lib.stride_tricks.sliding_window_view(input, self.window_frames, axis=0)
        return view[::hop_frames].transpose(0, 2, 1)  # (window, frame, mel)

    def window_centres_s(self, n_windows: int, *, hop_frames: int = 1) -> NDArray[np.float64]:
        """Return the time in seconds at the middle of each window."""
        first = (self.window_frames - 1) / 2
        return np.asarray((first + hop_frames * np.arange(n_windows)) * self.frame_s)

    def mel_hz(self) -> NDArray[np.float64]:
        """Return the centre of each mel band in Hz, low to high."""
        return mel_edges_hz(self.n_mels, self.sample_rate)[1:-1]

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as they stand in a card."""
        return {"kind": "log-mel", **asdict(self)}


@lru_cache(maxsize=8)
def hann(n: int) -> Float32:
    """Return a periodic Hann window of `n` samples."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n), dtype=np.float32)


@lru_cache(maxsize=8)
def mel_bank(n_mels: int, n_fft: int, sample_rate: int) -> Float32:
    """Return triangles of unit area over the mel bands.

    Returns
    -------
    np.ndarray [shape=(n_mels, 1 + n_fft // 2)], float32
        As `librosa.filters.mel` gives them; a test compares the two.
    """
    edges = mel_edges_hz(n_mels, sample_rate)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    bins = np.linspace(0, sample_rate / 2, 1 + n_fft // 2)
    triangles = np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre))
    return np.asarray(np.maximum(triangles, 0) * 2 / (high - low), dtype=np.float32)


@lru_cache(maxsize=8)
def mel_edges_hz(n_mels: int, sample_rate: int) -> NDArray[np.float64]:
    """Return the edges and centres of `n_mels` overlapping bands from 0 Hz to half the rate.

    Slaney's scale (Auditory Toolbox, 1998): 200/3 Hz a mel up to 1 kHz, above that 27 mels for
    each factor of 6.4.
    """
    top_hz = sample_rate / 2
    top = 3 * top_hz / 200 if top_hz < 1000 else 15 + 27 * np.log(top_hz / 1000) / np.log(6.4)
    mels = np.linspace(0, top, n_mels + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * 6.4 ** ((mels - 15) / 27))
    edges.setflags(write=False)
    return edges
