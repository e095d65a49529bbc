"""From the bytes of a sound file to a mono waveform, or to one sentence that says why not.

**Conventions**: a waveform is float32 mono in [-1, 1], one value per sample, at the network's rate;
lengths ending in `_s` are seconds.
"""

import math
import stat
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr  # type: ignore[import-untyped]

from cnnviz.audio import Float32, containers, mp4, mpeg
from cnnviz.errors import BadInput

MAX_BYTES = 100_000_000  # a minute of the largest file welcome, 192 kHz stereo float, has 92 MB
RATES_HZ = (8_000, 192_000)  # telephone to studio; below, most of the 128 mel bands are empty
MAX_CHANNELS = 2  # the mean of more mixes loudspeaker feeds that were never meant to be summed
LEAST_S = 0.05  # about one STFT window (1024 samples at 22,050 Hz); less is a click, no note
SILENCE = 1e-4  # half the way from lowest to highest sample, -80 dB: three steps of 16 bits
LARGEST = 2.0**31  # 32-bit integers written as floats are still sound; beyond lies rubbish
MP3_PADDING_S = 0.3  # silence that encoders add and note for the decoder to take off again
UNKNOWN_FRAMES = 2**63 - 1  # libsndfile's SF_COUNT_MAX: a FLAC written to a pipe


@dataclass(frozen=True)
class Waveform:
    """A clip as the network's front end takes it.

    Attributes
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono, in [-1, 1], read-only.
    sample_rate : int
        In Hz.
    notes : tuple of str
        What was done to the sound on the way, for the page to show.
    """

    y: Float32
    sample_rate: int
    notes: tuple[str, ...]


class _OnePass(sf.SoundFile):  # type: ignore[misc]
    """A sound file read once, front to end.

    soundfile seeks after each read of a seekable file, which libsndfile cannot do in a FLAC of
    unknown length.
    """

    def seekable(self) -> bool:
        return False


def decode(
    data: bytes | Path,
    *,
    name: str,
    sample_rate: int = 22050,
    max_s: float = 60.0,
    min_s: float = 1.0,
) -> Waveform:
    """Decode a WAV, FLAC, OGG (Vorbis or Opus), MP3, M4A (AAC or ALAC) or AIFF file.

    Time and memory are bounded whatever the file says of itself: its size is checked before it is
    read, its headers are checked before it is decoded, and no more than `max_s` is decoded.

    Parameters
    ----------
    data : bytes or Path
        The file, or where it lies. At most `MAX_BYTES`.
    name : str
        What messages call it.
    sample_rate : int
        Of the result, in Hz.
    max_s, min_s : float
        A longer clip is refused, a shorter one padded with silence at its end, in seconds.

    Returns
    -------
    Waveform

    Raises
    ------
    BadInput
        If the bytes are no whole file of these kinds with 1 or 2 channels at 8 to 192 kHz, or the
        sound is too long, shorter than `LEAST_S`, silent, or holds NaN or infinite samples.
    """
    quoted = f"“{printable(name)}”"
    y, rate, notes = _decode_mono(_read(data, quoted=quoted), max_s=max_s, quoted=quoted)
    _check_sound(y, rate, averaged=bool(notes), quoted=quoted)
    if rate != sample_rate:
        y = soxr.resample(y, rate, sample_rate)
        empty = f", so bands above {rate / 2:,.0f} Hz are empty" if rate < sample_rate else ""
        notes.append(f"resampled from {rate:,} Hz{empty}")
    peak = float(np.max(np.abs(y)))
    if peak > 1.0:  # float files may go beyond full scale, and so may MP3 and resampling
        y = y / np.float32(peak)
        notes.append(f"turned down by {20 * math.log10(peak):.1f} dB to full scale")
    n_least = math.ceil(min_s * sample_rate)
    if len(y) < n_least:
        notes.append(f"padded with silence from {len(y) / sample_rate:.2f} s to {min_s:g} s")
        y = np.pad(y, (0, n_least - len(y)))
    y = np.clip(y, -1.0, 1.0, dtype=np.float32)
    y.setflags(write=False)
    return Waveform(y, sample_rate, tuple(notes))


def _read(data: bytes | Path, *, quoted: str) -> bytes:
    """Check the size of the file, then read it."""
    try:
        if isinstance(data, Path):
            status = data.stat()
            if not stat.S_ISREG(status.st_mode):
                raise BadInput(f"A clip must be a file, but {quoted} is none. Choose another clip.")
            _check_size(status.st_size, quoted=quoted)
            with data.open("rb") as file:  # it may have grown since
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"A clip must be a file that can be read, but {quoted} cannot: {error.strerror}. "
            "Choose another clip."
        ) from error
    _check_size(len(data), quoted=quoted)
    return data


def _check_size(n_bytes: int, *, quoted: str) -> None:
    if n_bytes == 0:
        raise BadInput(
            f"A clip must hold sound, but {quoted} is empty (0 bytes). "
            "Copy or export it again, or choose another clip."
        )
    if n_bytes > MAX_BYTES:
        raise BadInput(
            f"A clip must be at most {MAX_BYTES / 1e6:.0f} MB, but {quoted} has "
            f"{n_bytes / 1e6:,.0f} MB. Cut it, save it as FLAC, or choose another clip."
        )


def _decode_mono(data: bytes, *, max_s: float, quoted: str) -> tuple[Float32, int, list[str]]:
    """Return the mean of the channels at the file's own rate, the rate in Hz, and notes."""
    id3 = mpeg.after_id3(data)
    if id3 >= len(data):
        raise containers.cut_off(quoted, "its ID3 tag is longer than the file")
    if id3 > 0:  # of all kinds, libsndfile expects one in front of MP3 and FLAC only
        data = data[id3:]
    kind = containers.identify(data)
    if kind not in containers.KINDS:
        raise BadInput(
            f"A clip must be a WAV, FLAC, OGG, MP3, M4A or AIFF file, but {quoted} is {kind}. "
            "Convert it or choose another clip."
        )
    data = _check_container(data, kind, max_s=max_s, quoted=quoted)
    if kind == "M4A":
        block, rate = _decode_mp4(data, max_s=max_s, quoted=quoted)
    else:
        block, rate = _decode_libsndfile(data, kind, max_s=max_s, quoted=quoted)
    if len(block) > int(max_s * rate):
        raise _too_long(f"goes on after {max_s:g} s", max_s=max_s, quoted=quoted)
    if block.shape[1] == 1:
        return block[:, 0], rate, []
    with np.errstate(over="ignore", invalid="ignore"):  # refused below
        return block.mean(axis=1), rate, [f"averaged {block.shape[1]} channels"]


def _decode_libsndfile(data: bytes, kind: str, *, max_s: float, quoted: str) -> tuple[Float32, int]:
    """Return samples (sample, channel) to a little beyond `max_s`, and their rate."""
    try:
        with _OnePass(BytesIO(data)) as file:
            rate, promised = file.samplerate, file.frames
            _check_header(rate, file.channels, promised, max_s=max_s, quoted=quoted)
            n_most = int(max_s * rate)
            block = file.read(min(promised, n_most + 1), dtype="float32", always_2d=True)
    except sf.LibsndfileError as error:
        raise BadInput(
            f"A clip must be a whole, undamaged file in a common encoding, but {quoted} cannot be "
            f"decoded as {kind}. Export it again as WAV or FLAC, or choose another clip."
        ) from error
    if kind == "FLAC" and len(block) < promised != UNKNOWN_FRAMES:
        raise _too_few(promised, block, quoted=quoted)
    return block, rate


def _decode_mp4(data: bytes, *, max_s: float, quoted: str) -> tuple[Float32, int]:
    """Return samples (sample, channel) to a little beyond `max_s`, and their rate."""

    def check(head: mp4.Head) -> None:
        _check_header(head.rate_hz, head.channels, head.n_promised, max_s=max_s, quoted=quoted)

    block, head = mp4.decode(data, most_s=max_s, check=check, quoted=quoted)
    if len(block) < head.n_promised - mp4.SLACK_S * head.rate_hz:
        raise _too_few(head.n_promised, block, quoted=quoted)
    return block, head.rate_hz


def _too_few(n_promised: int, block: Float32, *, quoted: str) -> BadInput:
    came = f"{n_promised:,} samples and {len(block):,} came"
    return containers.cut_off(quoted, f"its header promises {came}")


def _check_container(data: bytes, kind: str, *, max_s: float, quoted: str) -> bytes:
    """Refuse a file that is not whole; return the bytes that libsndfile is to read."""
    if kind in ("WAV", "AIFF"):
        containers.check_chunks(data, quoted=quoted)
    elif kind == "OGG":
        containers.check_pages(data, quoted=quoted)
    elif kind == "M4A":
        containers.check_boxes(data, max_s=max_s, quoted=quoted)
    elif kind == "MP3":
        frames = containers.check_frames(data, max_s=max_s + MP3_PADDING_S, quoted=quoted)
        if frames.seconds > max_s + MP3_PADDING_S:
            raise _too_long(f"goes on after {max_s:g} s", max_s=max_s, quoted=quoted)
        if frames.promised is None or frames.promised < frames.n_frames - 1:
            return mpeg.with_length(data, frames)
    return data


def _check_header(rate: int, channels: int, n_promised: int, *, max_s: float, quoted: str) -> None:
    """Refuse by rate, channels and length before anything is decoded."""
    low, high = RATES_HZ
    if not low <= rate <= high:
        raise BadInput(
            f"A clip must have between {low:,} and {high:,} samples a second, but {quoted} has "
            f"{rate:,}. Export it at 44,100 Hz or choose another clip."
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise BadInput(
            f"A clip must have 1 or 2 channels, but {quoted} has {channels}. "
            "Mix it down to stereo or choose another clip."
        )
    if int(max_s * rate) < n_promised < UNKNOWN_FRAMES:
        length = _length(n_promised / rate)
        raise _too_long(f"has {length}", max_s=max_s, quoted=quoted)


def _check_sound(y: Float32, rate: int, *, averaged: bool, quoted: str) -> None:
    """Refuse what is no sound: too few samples, not numbers, or silence."""
    if len(y) < LEAST_S * rate:
        n = "1 sample" if len(y) == 1 else f"{len(y):,} samples"
        raise BadInput(
            f"A clip must be at least {LEAST_S:g} s long, but {quoted} has {n} at {rate:,} Hz. "
            "Choose a longer clip."
        )
    low, high = float(y.min()), float(y.max())  # NaN if any sample is
    if not (low >= -LARGEST and high <= LARGEST):
        raise BadInput(
            f"Every sample of a clip must be a finite number, but {quoted} holds NaN, infinite or "
            "absurdly large ones. Export it again, as 16-bit or 24-bit, or choose another clip."
        )
    if (high - low) / 2 < SILENCE:
        where = " once its 2 channels are averaged" if averaged else ""
        raise BadInput(
            f"A clip must be loud enough to hear, but {quoted} is silent{where} (below "
            f"{20 * math.log10(SILENCE):.0f} dB throughout). Turn it up or choose another clip."
        )


def _too_long(what: str, *, max_s: float, quoted: str) -> BadInput:
    return BadInput(
        f"A clip must be at most {max_s:g} s long, but {quoted} {what}. "
        "Cut it or choose another clip."
    )


def _length(seconds: float) -> str:
    """Say a length so that it never rounds down to the limit it broke."""
    if seconds >= 3600:
        return f"{seconds / 3600:,.1f} hours"
    return f"{math.ceil(seconds * 100) / 100:g} s"


def printable(name: str) -> str:
    """Return a name fit for a sentence: one line, at most 60 characters."""
    line = "".join(letter if letter.isprintable() else " " for letter in name)
    return line if len(line) <= 60 else f"{line[:36]} … {line[-20:]}"
