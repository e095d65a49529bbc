"""Malicious files: whole clips flipped, cut, spliced and given lying headers, from a seed.

**Conventions**: every function is pure; the same clips and seed give the same files.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from random import Random

LARGEST = 2**20  # bytes of a file that is written behind itself: minutes of sound
HEAD = 96  # bytes that hold most of what a sound file says of itself
LIES = (0, 1, 2, 3, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
RATES_HZ = (0, 1, 7_999, 44_100, 192_001, 0x7FFFFFFF, 0xFFFFFFFF)
CHANNELS = (0, 1, 2, 3, 8, 255, 1024, 0xFFFF)
BITS = (0, 1, 8, 16, 24, 32, 64, 0xFFFF)
TAGS = (0, 1, 2, 3, 6, 7, 0x11, 0x31, 0x40, 0x45, 0x55, 0xFFFE)  # PCM, ADPCM, float, A-law, …
LENGTHS = (0, 1, 2, 4_000, 0x7FFFFFF0, 0xFFFFFFFF)


def hostile(clips: Mapping[str, bytes], *, n: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield `n` files, each with a name that says how it was made.

    Parameters
    ----------
    clips : mapping of str to bytes
        Whole sound files by name.
    """
    random = Random(seed)
    names = sorted(clips)
    for i in range(n):
        name, other = random.choice(names), random.choice(names)
        way = WAYS[i % len(WAYS)]
        yield f"{i} {way.__name__} {name} {other}", way(clips[name], clips[other], random)


def flipped(data: bytes, _: bytes, random: Random) -> bytes:
    """Change one to 64 bytes anywhere."""
    return _changed(data, len(data), random)


def misheaded(data: bytes, _: bytes, random: Random) -> bytes:
    """Change one to 64 bytes of the head."""
    return _changed(data, min(HEAD, len(data)), random)


def lying(data: bytes, _: bytes, random: Random) -> bytes:
    """Write an extreme number over two, four or eight bytes of the head."""
    width, order = random.choice((2, 4, 8)), random.choice(("big", "little"))
    at = random.randrange(min(HEAD, len(data)))
    lie = (random.choice(LIES) & (1 << 8 * width) - 1).to_bytes(width, order)
    return data[:at] + lie + data[at + width :]


def cut(data: bytes, _: bytes, random: Random) -> bytes:
    """Keep the beginning, as a download that broke off."""
    return data[: random.randrange(len(data))]


def beheaded(data: bytes, _: bytes, random: Random) -> bytes:
    """Keep the end."""
    return data[random.randrange(len(data)) :]


def holed(data: bytes, _: bytes, random: Random) -> bytes:
    """Take a piece out, or put zeros in its place."""
    begin, end = sorted(random.randrange(len(data)) for _ in range(2))
    return data[:begin] + random.choice((b"", bytes(end - begin))) + data[end:]


def spliced(data: bytes, other: bytes, random: Random) -> bytes:
    """Go on with another file in the middle of one."""
    return data[: random.randrange(len(data))] + other[random.randrange(len(other)) :]


def repeated(data: bytes, _: bytes, random: Random) -> bytes:
    """Write the file behind itself: a length that no header of it says."""
    return data * random.randrange(2, max(3, LARGEST // len(data)))


def extreme(data: bytes, _: bytes, random: Random) -> bytes:
    """Put a WAV header that claims a strange rate, width or length before some bytes."""
    channels, bits = random.choice(CHANNELS), random.choice(BITS)
    align = random.choice((channels * bits // 8 & 0xFFFF, 0, 1, 0xFFFF))
    form = struct.pack(
        "<HHIIHH", random.choice(TAGS), channels, random.choice(RATES_HZ), 88_200, align, bits
    )
    form += data[: random.choice((0, 2, 24))]
    body = data[: random.randrange(len(data))]
    size = random.choice((len(body), *LENGTHS))
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", random.choice(LENGTHS)) + b"WAVE" + chunks + body


WAYS: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    flipped,
    misheaded,
    lying,
    cut,
    beheaded,
    holed,
    spliced,
    repeated,
    extreme,
)


def _changed(data: bytes, end: int, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(1 << random.randrange(7)):
        changed[random.randrange(end)] = random.randrange(256)
    return bytes(changed)
