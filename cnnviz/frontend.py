"""From a waveform to what the network is fed: log-mel frames, cut into windows.

**Conventions**: a waveform is float32 mono in [-1, 1]; a log-mel is (frame, mel), low mel bands
first; windows are (window, frame, mel). Times are seconds from the first sample; frame `i` is
centred on `i * hop_length / sample_rate`.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import librosa
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FrontEnd:
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

    def log_mel(self, y: Floats) -> Floats:
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
        mel = librosa.feature.melspectrogram(
            y=y / peak if peak > 0 else y,
            sr=self.sample_rate,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            n_mels=self.n_mels,
            power=1.0,
        )
        log = np.log(np.maximum(mel, self.log_floor)).T
        return np.ascontiguousarray((log - self.mean) / self.std, dtype=np.float32)

    def windows(self, log_mel: Floats, *, hop_frames: int = 1) -> Floats:
        """Cut a log-mel into overlapping windows.

        Parameters
        ----------
        log_mel : np.ndarray [shape=(n_frames, n_mels)]
            At least `window_frames` frames.
        hop_frames : int
            Frames from one window to the next.

        Returns
        -------
        np.ndarray [shape=(n_windows, window_frames, n_mels)]
            A read-only view; nothing is copied.
        """
        view = np.lib.stride_tricks.sliding_window_view(log_mel, self.window_frames, axis=0)
        return view[::hop_frames].transpose(0, 2, 1)  # (window, frame, mel)

    def window_centres_s(self, n_windows: int, *, hop_frames: int = 1) -> NDArray[np.float64]:
        """Return the time in seconds at the middle of each window."""
        first = (self.window_frames - 1) / 2
        return np.asarray((first + hop_frames * np.arange(n_windows)) * self.frame_s)

    def mel_hz(self) -> NDArray[np.float64]:
        """Return the centre of each mel band in Hz, low to high."""
        return mel_centres_hz(self.n_mels, self.sample_rate)

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as they stand in a card."""
        return asdict(self)


@lru_cache(maxsize=8)
def mel_centres_hz(n_mels: int, sample_rate: int) -> NDArray[np.float64]:
    """Return the centres of `n_mels` bands between 0 Hz and half of `sample_rate`."""
    edges = librosa.mel_frequencies(n_mels=n_mels + 2, fmin=0.0, fmax=sample_rate / 2)
    centres: NDArray[np.float64] = edges[1:-1]
    centres.setflags(write=False)
    return centres
