"""What kind of file some bytes are, and whether the file is whole, before anything decodes it.

**Conventions**: nothing here looks at a file's name; sizes are bytes. The walks below read headers
only and are bounded, so that a file made to hurt costs milliseconds.
"""

from codecs import getincrementaldecoder

from cnnviz.audio import mpeg
from cnnviz.errors import BadInput

KINDS = ("WAV", "FLAC", "OGG", "MP3", "AIFF")
MAX_CHUNKS = 4096  # in a WAV or AIFF file; a minute of sound with markers has a few dozen
MAX_PAGES = 65536  # in an OGG file; a minute cut as fine as Opus allows has 24,000

# Other files that people choose, by their first bytes: (offset, bytes, what to call it).
STRANGERS = (
    (4, b"ftyp", "an MP4 or M4A file"),
    (0, b"\x1a\x45\xdf\xa3", "a WebM or Matroska file"),
    (0, b"RF64", "an RF64 file"),
    (0, b"BW64", "a BW64 file"),
    (0, b"riff", "a Wave64 file"),
    (0, b"RIFF", "a RIFF file without sound"),
    (0, b"FORM", "an IFF file without AIFF sound"),
    (0, b"caff", "a CAF file"),
    (0, b".snd", "an AU file"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (0, b"\x30\x26\xb2\x75", "a WMA file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"MThd", "a MIDI file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"%PDF", "a PDF"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"\xff\xfd", "an MP2 file"),
    (0, b"\xff\xfc", "an MP2 file"),
    (0, b"\xff\xf1", "an AAC file"),
    (0, b"\xff\xf9", "an AAC file"),
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
    for offset, magic, words in STRANGERS:
        if data[offset : offset + len(magic)] == magic:
            return words
    if mpeg.count(data, max_s=0.0) is not None:
        return "MP3"
    return "text" if _is_text(data[:1024]) else "none of these"


def check_chunks(data: bytes, *, said: str) -> None:
    """Refuse a WAV or AIFF file whose sound is missing or cut off.

    libsndfile plays what is left of a cut file as if it were all.

    Parameters
    ----------
    said : str
        How the file is called in the message.
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
                    said, f"its header promises {size:,} bytes of sound and {left:,} came"
                )
            return
        if at >= len(data):
            break
        at += size + size % 2
    raise cut_off(said, "no sound follows its header")


def check_pages(data: bytes, *, said: str) -> None:
    """Refuse an OGG file that is cut off, chained, or holds something but Vorbis or Opus."""
    at = 0
    for page in range(MAX_PAGES):
        n_segments = data[at + 26] if len(data) > at + 26 else 0
        body = at + 27 + n_segments
        end = body + sum(data[at + 27 : body])
        if data[at : at + 4] != b"OggS" or len(data) < body or len(data) < end:
            raise cut_off(said, f"its page {page + 1} is not whole")
        if data[at + 5] & 2:  # the first page of a stream
            _check_stream(data[body:end], page, said=said)
        at = end
        if at >= len(data):
            return
    raise BadInput(
        f"An OGG clip must have at most {MAX_PAGES:,} pages, but {said} has more. "
        "Export it again or choose another clip."
    )


def check_frames(data: bytes, *, max_s: float, said: str) -> mpeg.Count:
    """Refuse an MP3 that is cut off or damaged; return its frames, counted to beyond `max_s`."""
    counted = mpeg.count(data, max_s=max_s)
    if counted is None or counted.n_frames == 0:
        raise cut_off(said, "no MPEG frame of Layer III was found in it")
    if counted.strayed:
        raise cut_off(said, f"its frames stop making sense after {counted.seconds:.2f} s")
    if counted.seconds <= max_s and counted.n_frames < (counted.promised or 0) - 1:
        raise cut_off(
            said, f"its header promises {counted.promised:,} frames and {counted.n_frames:,} came"
        )
    return counted


def cut_off(said: str, what: str) -> BadInput:
    """Return the refusal of a file that is not whole."""
    return BadInput(
        f"A clip must be a whole, undamaged file, but {said} is cut off or damaged: {what}. "
        "Copy or export it again, or choose another clip."
    )


def _check_stream(head: bytes, page: int, *, said: str) -> None:
    if page > 0:
        raise BadInput(
            f"An OGG clip must hold one stream, but {said} holds several. "
            "Export its sound alone or choose another clip."
        )
    if not head.startswith(tuple(OGG_CODECS)):
        raise BadInput(
            f"An OGG clip must hold Vorbis or Opus, but {said} holds another codec. "
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
