"""How long an MP3 is: its frames counted, since few of its headers say so truly.

**Conventions**: offsets are bytes from the start of the file; a *frame* is one MPEG audio frame of
Layer III (ISO 11172-3, 13818-3), 1152 samples or 576 in the lower rates.
"""

from dataclasses import dataclass

RATES_HZ = (44100, 48000, 32000)  # MPEG-1; MPEG-2 halves and MPEG-2.5 quarters them
BITRATES_KBPS = {  # by whether the frame is MPEG-1; index 0 is "free", 15 is forbidden
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
LEAD_BYTES = 65536  # junk before the first frame that mpg123, libsndfile's decoder, also skips
TAIL_BYTES = 4096  # junk after the last frame; more of it means that frames were lost on the way
MAX_TAGS = 16  # ID3v2 tags in front of one file
TAIL_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")


@dataclass(frozen=True)
class Frame:
    """What the four bytes of a frame's header say; `size` is in bytes and includes them."""

    rate_hz: int
    n_samples: int
    size: int
    side_bytes: int


@dataclass(frozen=True)
class FrameCount:
    """The frames of an MP3.

    Attributes
    ----------
    start, end : int
        Offsets of the first frame of sound and of what follows the last one.
    n_frames : int
        Whole frames between them.
    seconds : float
        How long they sound.
    promised : int or None
        Frames that an encoder's tag ("Xing", "Info", "VBRI") before them announces, if it does.
    has_junk : bool
        True if bytes follow that are neither frames nor a tag.
    """

    start: int
    end: int
    n_frames: int
    seconds: float
    promised: int | None
    has_junk: bool


def count(data: bytes, *, max_s: float) -> FrameCount | None:
    """Walk the frames of an MP3, as far as a little beyond `max_s` seconds.

    Returns
    -------
    FrameCount or None
        None if no frame was found where one must stand.
    """
    at = _first_frame(data)
    if at is None:
        return None
    tag, promised = _read_tag(data, at)
    start = at = at + tag
    n_frames, seconds = 0, 0.0
    while seconds <= max_s and (frame := frame_at(data, at)) and at + frame.size <= len(data):
        n_frames += 1
        seconds += frame.n_samples / frame.rate_hz
        at += frame.size
    tail = data[at : at + TAIL_BYTES + 1]
    has_junk = (
        seconds <= max_s
        and len(tail) > TAIL_BYTES
        and not tail.startswith(TAIL_TAGS)
        and tail.strip(b"\0") != b""
    )
    return FrameCount(start, at, n_frames, seconds, promised, has_junk)


def with_length(data: bytes, frames: FrameCount) -> bytes:
    """Return an MP3 without a tag with one in front that says how many frames follow.

    libsndfile guesses the length of such a file from its first frame and stops there, which loses
    most of a file of varying bitrate.
    """
    head = data[frames.start : frames.start + 4]
    widest = bytes((head[0], head[1] | 1, 14 << 4 | head[2] & 0x0C, head[3]))  # no checksum
    frame = frame_at(widest, 0)
    assert frame is not None
    tag = widest + bytes(frame.side_bytes) + b"Xing" + (1).to_bytes(4) + frames.n_frames.to_bytes(4)
    return tag.ljust(frame.size, b"\0") + data[frames.start : frames.end]


def after_id3(data: bytes) -> int:
    """Return the offset behind the ID3v2 tags that may stand in front of any sound file."""
    at = 0
    for _ in range(MAX_TAGS):
        head = data[at : at + 10]
        if len(head) < 10 or head[:3] != b"ID3":
            break
        size = 0
        for byte in head[6:]:  # seven bits of each
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if head[5] & 0x10 else 0)  # a footer repeats the head
    return at


def frame_at(data: bytes, at: int) -> Frame | None:
    """Read the header of a Layer III frame, or return None if none stands there."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return None
    mpeg1, mono = version == 3, head[3] >> 6 == 3
    rate_hz = RATES_HZ[rate] >> {3: 0, 2: 1, 0: 2}[version]
    n_samples = 1152 if mpeg1 else 576
    size = n_samples // 8 * 1000 * BITRATES_KBPS[mpeg1][bitrate] // rate_hz + (head[2] >> 1 & 1)
    side_bytes = (17 if mono else 32) if mpeg1 else (9 if mono else 17)
    return Frame(rate_hz, n_samples, size, side_bytes)


def _first_frame(data: bytes) -> int | None:
    """Find the first header that is followed by another one or by the end."""
    at = data.find(b"\xff", 0, LEAD_BYTES)
    while at >= 0:
        frame = frame_at(data, at)
        if frame and (at + frame.size == len(data) or frame_at(data, at + frame.size)):
            return at
        at = data.find(b"\xff", at + 1, LEAD_BYTES)
    return None


def _read_tag(data: bytes, at: int) -> tuple[int, int | None]:
    """Return the size of the encoder's tag at `at` (0 if none) and the frames it announces."""
    frame = frame_at(data, at)
    assert frame is not None
    body = data[at + 4 + frame.side_bytes : at + frame.size]
    if body[:4] in (b"Xing", b"Info"):
        has_count = len(body) >= 12 and body[7] & 1
        return frame.size, int.from_bytes(body[8:12]) if has_count else None
    vbri = data[at + 36 : at + frame.size]  # Fraunhofer's stands at a fixed place
    if vbri[:4] == b"VBRI":
        return frame.size, int.from_bytes(vbri[14:18])
    return 0, None
