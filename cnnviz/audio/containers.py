"""What kind of file some bytes are, and whether the file is whole, before anything decodes it.

**Conventions**: nothing here looks at a file's name; sizes are bytes. The walks below read headers
only and are bounded, so that a malicious file costs milliseconds.
"""

from codecs import getincrementaldecoder

from cnnviz.audio import mp4, mpeg
from cnnviz.errors import BadInput

KINDS = ("WAV", "FLAC", "OGG", "MP3", "M4A", "AIFF")
MAX_CHUNKS = 4096  # in a WAV or AIFF file; a minute of sound with markers has a few dozen
MAX_PAGES = 65536  # in an OGG file; a minute cut as fine as Opus allows has 24,000

# Other files that people choose by mistake, by their first bytes: (offset, bytes, name).
OTHER_FORMATS = (
    (0, b"\x1a\x45\xdf\xa3", "a WebM or Matroska file"),
    (0, b"\x30\x26\xb2\x75", "a WMA file"),
    (0, b"\xff\xf1", "an AAC file"),
    (0, b"RIFF", "a RIFF file without sound"),
    (0, b"MThd", "a MIDI file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
)
OGG_CODECS = {b"\x01vorbis": "Vorbis", b"OpusHead": "Opus"}


def identify(data: bytes) -> str:
    """Return one of `KINDS`, or words for what else the bytes are ("a ZIP archive", "text")."""
    body = data[:16]
    if body[:4] in (b"RIFF", b"RIFX") and body[8:12] == b"WAVE":
        return "WAV"
    if body[:4] == b"FORM" and body[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if body[:4] in (b"fLaC", b"OggS"):
        return "FLAC" if body[:4] == b"fLaC" else "OGG"
    if body[4:8] == b"ftyp":
        return "M4A"
    for offset, magic, words in OTHER_FORMATS:
        if data[offset : offset + len(magic)] == magic:
            return words
    if mpeg.count(data, max_s=0.0) is not None:
        return "MP3"
    return "text" if _is_text(data[:1024]) else "none of these"


def check_chunks(data: bytes, *, quoted: str) -> None:
    """Refuse a WAV or AIFF file whose sound is missing or cut off.

    libsndfile plays what is left of a cut file as if it were all.

    Parameters
    ----------
    quoted : str
        The name of the file, as the message quotes it.
    """
    order = "big" if data[:4] in (b"FORM", b"RIFX") else "little"
    wanted = b"SSND" if data[:4] == b"FORM" else b"data"
    at = 12
    for _ in range(MAX_CHUNKS):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], order)  # type: ignore[arg-type]
        at += 8
        if name == wanted:
            left = len(data) - at
            if size > left and not _is_unknown(size):
                raise cut_off(
                    quoted, f"its header promises {size:,} bytes of sound and {left:,} came"
                )
            return
        if at >= len(data):
            break
        at += size + size % 2
    raise cut_off(quoted, "no sound follows its header")


def check_pages(data: bytes, *, quoted: str) -> None:
    """Refuse an OGG file that is cut off, chained, or holds something but Vorbis or Opus."""
    at = 0
    for page in range(MAX_PAGES):
        n_segments = data[at + 26] if len(data) > at + 26 else 0
        body = at + 27 + n_segments
        end = body + sum(data[at + 27 : body])
        if data[at : at + 4] != b"OggS" or len(data) < body or len(data) < end:
            raise cut_off(quoted, f"its page {page + 1} is not whole")
        if data[at + 5] & 2:  # the first page of a stream
            _check_stream(data[body:end], page, quoted=quoted)
        at = end
        if at >= len(data):
            return
    raise BadInput(
        f"An OGG clip must have at most {MAX_PAGES:,} pages, but {quoted} has more. "
        "Export it again or choose another clip."
    )


def check_frames(data: bytes, *, max_s: float, quoted: str) -> mpeg.FrameCount:
    """Refuse an MP3 that is cut off or damaged; return its frames, counted to beyond `max_s`."""
    frames = mpeg.count(data, max_s=max_s)
    if frames is None or frames.n_frames == 0:
        raise cut_off(quoted, "no MPEG frame of Layer III was found in it")
    if frames.has_junk:
        raise cut_off(quoted, f"its frames stop making sense after {frames.seconds:.2f} s")
    if frames.seconds <= max_s and frames.n_frames < (frames.promised or 0) - 1:
        raise cut_off(
            quoted, f"its header promises {frames.promised:,} frames and {frames.n_frames:,} came"
        )
    return frames


def check_boxes(data: bytes, *, max_s: float, quoted: str) -> None:
    """Refuse an MP4 file that is cut off, or claims more than `max_s` of sound can hold."""
    if what := mp4.fault(data, max_s=max_s):
        raise cut_off(quoted, what)


def cut_off(quoted: str, what: str) -> BadInput:
    """Return the refusal of a file that is not whole."""
    return BadInput(
        f"A clip must be a whole, undamaged file, but {quoted} is cut off or damaged: {what}. "
        "Copy or export it again, or choose another clip."
    )


def _check_stream(head: bytes, page: int, *, quoted: str) -> None:
    if page > 0:
        raise BadInput(
            f"An OGG clip must hold one stream, but {quoted} holds several. "
            "Export its sound alone or choose another clip."
        )
    if not head.startswith(tuple(OGG_CODECS)):
        raise BadInput(
            f"An OGG clip must hold Vorbis or Opus, but {quoted} holds another codec. "
            "Convert it to FLAC or choose another clip."
        )


def _is_unknown(size: int) -> bool:
    """Tell whether a size is what programs write that do not know it yet (ffmpeg, sox, arecord)."""
    return size == 0 or size >= 0xFFFFFF00 or 0x7FFFF000 <= size <= 0x80000000


def _is_text(data: bytes) -> bool:
    try:
        text = getincrementaldecoder("utf-8")().decode(data)  # its last letter may be cut
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in text)
