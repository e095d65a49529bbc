"""AAC and ALAC in MP4 files (`.m4a`, `.mp4`, `.mov`), as phones record them.

**Conventions**: sizes are bytes; a *box* is the unit that MP4 files are made of (ISO 14496-12): a
size, a name of four letters, and its body. PyAV decodes; what its libraries would take memory for
before a sample is decoded is counted here first.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.audio import Float32
from cnnviz.errors import BadInput

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

CODECS = ("aac", "alac")
MAX_BOXES = 65536  # a minute in fragments of a frame each has some 10,000
MAX_DEPTH = 8
# In a minute, of all streams together: at 192 kHz it has 11,250 of sound, and at 120 pictures a
# second 7,200 of video. ffmpeg takes memory for as many as a file claims, some 35 bytes for each.
MAX_SAMPLES = 100_000
MAX_STREAMS = 8
MAX_BLOCK = 65536  # samples that one packet may decode to; AAC's has 2048, ALAC's 4096
NESTING = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf")
COUNTS = {b"stsz": 8, b"stz2": 8, b"trun": 4}  # where in the body the number of samples stands
BULK = (b"mdat", b"free", b"skip", b"wide")  # top boxes whose bodies nobody reads as boxes
SLACK_S = 0.25  # by which a header may promise more than comes: encoders pad


def fault(data: bytes, *, max_s: float) -> str:
    """Return what is wrong with the boxes of a file, "" if they are whole and few enough.

    A sound of up to `max_s` seconds is not refused for its packets.
    """
    met: Counter[bytes] = Counter()
    named: Counter[bytes] = Counter()
    n_samples = 0
    try:
        for name, body, depth in _boxes(data, 0, len(data)):
            met[name] += 1
            if name == b"cmov":
                return "its table of contents is compressed"
            if name in COUNTS:
                at = COUNTS[name]
                if len(body) < at + 4:
                    return f"its part “{name.decode()}” is too short"
                n_samples += int.from_bytes(body[at : at + 4])
            if depth == 0 and name not in BULK:
                named.update({table: bytes(body).count(table) for table in COUNTS})
    except _Broken as broken:
        return str(broken)
    if b"moov" not in met or not met.keys() & {b"mdat", b"moof"}:
        return f"it has no {'sound' if b'moov' in met else 'table of contents'}"
    # ffmpeg would find such a table in places where none belongs, and take memory for it
    if any(named[table] != met[table] for table in COUNTS):
        return "a table of its packets is out of place"
    if n_samples > MAX_SAMPLES * max(1.0, max_s / 60):
        return f"it claims {n_samples:,} packets of sound and pictures"
    return ""


@dataclass(frozen=True)
class Head:
    """What the header of a file's sound says.

    Attributes
    ----------
    rate_hz, channels : int
    n_promised : int
        Samples that the header announces for each channel; 0 if it does not say.
    """

    rate_hz: int
    channels: int
    n_promised: int


def decode(
    data: bytes, *, most_s: float, check: Callable[[Head], None], quoted: str
) -> tuple[Float32, Head]:
    """Decode the sound of a file whose boxes are whole.

    Parameters
    ----------
    data : bytes
    most_s : float
        Decoding stops a packet after so many seconds.
    check : callable
        Is given what the header says before anything is decoded, and may refuse it.
    quoted : str
        The name of the file, as messages quote it.

    Returns
    -------
    np.ndarray [shape=(n_samples, channels)], float32
    Head

    Raises
    ------
    BadInput
        If the file holds no sound in AAC or ALAC, or it cannot be decoded.
    """
    import av  # takes memory, and few sounds need it

    # Nothing but these decoders may be opened: not one for pictures, not even to look at a cover.
    options = {"codec_whitelist": ",".join(CODECS), "max_streams": f"{MAX_STREAMS}"}
    try:
        with av.open(
            BytesIO(data), "r", format="mov", options=options, metadata_errors="ignore"
        ) as container:
            stream = _sound_of(container, quoted=quoted)
            seconds = float((stream.duration or 0) * (stream.time_base or 0))
            head = Head(stream.rate, stream.channels, round(seconds * stream.rate))
            check(head)
            y = _samples(container, stream, n_most=int(most_s * head.rate_hz))
    except (av.FFmpegError, _Changed) as error:
        raise BadInput(
            f"A clip must be a whole, undamaged file in a common encoding, but {quoted} cannot be "
            "decoded as M4A. Export it again as WAV or FLAC, or choose another clip."
        ) from error
    if 0 < head.n_promised < len(y) < head.n_promised + MAX_BLOCK:
        y = y[: head.n_promised]  # the encoder filled its last packet
    return y, head


def _sound_of(container: "InputContainer", *, quoted: str) -> "AudioStream":
    if not container.streams.audio:
        raise BadInput(
            f"A clip must hold sound, but {quoted} is an MP4 file without any. Choose another clip."
        )
    stream = container.streams.audio[0]
    codec = stream.codec_context.codec.name if stream.codec_context is not None else ""
    if codec not in CODECS:
        raise BadInput(
            f"An M4A clip must hold AAC or ALAC, but {quoted} holds another codec. "
            "Convert it to FLAC or choose another clip."
        )
    return stream


def _samples(container: "InputContainer", stream: "AudioStream", *, n_most: int) -> Float32:
    """Decode a little beyond `n_most` samples."""
    stream.codec_context.options = {"max_samples": str(MAX_BLOCK)}
    blocks: list[Float32] = []
    n_samples = 0
    for frame in container.decode(stream):
        if (frame.sample_rate, frame.layout.nb_channels) != (stream.rate, stream.channels):
            raise _Changed
        block = frame.to_ndarray()  # planar: AAC float32, ALAC integers of 16 or 32 bits
        full = 1.0 if block.dtype.kind == "f" else 2.0 ** (8 * block.dtype.itemsize - 1)
        blocks.append((block.T / full).astype(np.float32))
        n_samples += len(blocks[-1])
        if n_samples > n_most:
            break
    empty = np.empty((0, stream.channels), dtype=np.float32)
    return np.concatenate([empty, *blocks])


class _Changed(Exception):
    """Rate or channels change on the way."""


class _Broken(Exception):
    """What is wrong with a box."""


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, memoryview, int]]:
    """Walk all boxes, outer ones before those inside; yield their names, bodies and depths."""
    waiting, n_boxes = [(start, end, 0)], 0
    view = memoryview(data)
    while waiting:
        at, end, depth = waiting.pop()
        while at < end:
            n_boxes += 1
            if n_boxes > MAX_BOXES or depth > MAX_DEPTH:
                raise _Broken(f"it has more than {MAX_BOXES:,} boxes or more than {MAX_DEPTH} deep")
            head, name = 8, bytes(view[at + 4 : at + 8])
            size = int.from_bytes(view[at : at + 4])
            if size == 1:
                head, size = 16, int.from_bytes(view[at + 8 : at + 16])
            elif size == 0:
                size = end - at
            if not head <= size <= end - at:
                called = f"part “{name.decode('ascii')}”" if name.isalnum() else "next part"
                raise _Broken(f"its {called} promises {size:,} bytes and {end - at:,} came")
            body = at + head, at + size
            yield name, view[slice(*body)], depth
            if name in NESTING:
                waiting.append((*body, depth + 1))
            at += size
