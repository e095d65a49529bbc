import numpy as np
import pytest

from cnnviz.audio import mp4
from cnnviz.audio.decoding import decode
from cnnviz.errors import BadInput
from tests.audio.m4a import film, m4a


def tone(*, seconds=1.5, rate=44100, channels=1, hz=440.0):
    t = np.arange(round(seconds * rate)) / rate
    y = 0.5 * np.sin(2 * np.pi * hz * t) * np.linspace(0.2, 1.0, len(t))
    return np.repeat(y[:, None], channels, axis=1)


def box(name, body=b""):
    return (8 + len(body)).to_bytes(4) + name + body


def nested(depth):
    body = b""
    for _ in range(depth):
        body = box(b"trak", body)
    return body


FTYP = box(b"ftyp", b"M4A \0\0\0\0")
MDAT = box(b"mdat", bytes(99))
COUNT = box(b"stsz", bytes(8) + (200_000).to_bytes(4))
RUN = box(b"moof", box(b"traf", box(b"trun", bytes(4) + (2**32 - 1).to_bytes(4))))
GOOD = m4a(tone())
TABLE = box(b"stsz", bytes(4) + (1).to_bytes(4) + (5 * 10**7).to_bytes(4))


def with_table(table):
    """Put something in the place of the good file's table of packet sizes."""
    at = GOOD.index(b"stsz") - 4
    end = at + int.from_bytes(GOOD[at : at + 4])
    data = bytearray(GOOD[:at] + table + GOOD[end:])
    for outer in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        head = GOOD.rindex(outer, 0, at) - 4
        size = int.from_bytes(data[head : head + 4]) + len(table) - (end - at)
        data[head : head + 4] = size.to_bytes(4)
    return bytes(data)


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (GOOD[:-500], "cut off or damaged: its part “moov” promises"),
        (GOOD[:3000], "cut off or damaged: its part “mdat” promises"),
        (FTYP, "cut off or damaged: it has no table of contents"),
        (FTYP + box(b"moov"), "cut off or damaged: it has no sound"),
        (FTYP + MDAT + box(b"moov", COUNT), "it claims 200,000 packets"),
        (FTYP + box(b"moov") + RUN, "it claims 4,294,967,295 packets"),
        *(
            (with_table(box(name, TABLE)), "a table of its packets is out of place")
            for name in (b"udta", b"dinf", b"edts", b"mvex", b"ilst", b"tref")
        ),
        # The size of the next part would be taken for the number of packets.
        (with_table(box(b"stsz", bytes(7) + b"\1")), "its part “stsz” is too short"),
        (FTYP + MDAT + box(b"moov", box(b"cmov")), "its table of contents is compressed"),
        (FTYP + MDAT + box(b"moov", nested(20)), "or more than 8 deep"),
        (FTYP + box(b"free") * 70_000, "more than 65,536 boxes"),
        (FTYP + MDAT + box(b"moov"), "cannot be decoded as M4A|MP4 file without any"),
        (m4a(tone(seconds=61)), "must be at most 60 s long, but “x” has 61"),
        (m4a(tone(channels=6)), "must have 1 or 2 channels, but “x” has 6"),
        (m4a(tone(rate=7350), 7350), "between 8,000 and 192,000 samples"),
        (m4a(tone(), codec="mp3", kind="mp4"), "must hold AAC or ALAC, but “x” holds another"),
        (m4a(0 * tone()), "is silent"),
    ],
)
def test_refuses_in_one_sentence(data, says):
    with pytest.raises(BadInput, match=says) as refused:
        decode(data, name="x")
    assert "hoose another clip" in str(refused.value)


def test_a_longer_sound_may_have_more_packets():
    data = FTYP + MDAT + box(b"moov", COUNT)
    assert mp4.fault(data, max_s=60) == "it claims 200,000 packets of sound and pictures"
    assert mp4.fault(data, max_s=1) == "it claims 200,000 packets of sound and pictures"
    assert mp4.fault(data, max_s=600) == ""


def test_refuses_pictures_without_sound():
    with pytest.raises(BadInput, match="an MP4 file without any"):
        decode(film(), name="x")


def test_refuses_a_sound_with_holes():
    at = GOOD.index(b"mdat") + 4 + 2000
    holed = GOOD[:at] + bytes(len(GOOD) // 2) + GOOD[at + len(GOOD) // 2 :]
    with pytest.raises(BadInput, match=r"cannot be decoded as M4A|its header promises"):
        decode(holed, name="x")


def test_refuses_a_sound_that_ends_before_its_header_says():
    at = GOOD.index(b"stsz") + 12  # how many packets there are
    half = (int.from_bytes(GOOD[at : at + 4]) // 2).to_bytes(4)
    with pytest.raises(BadInput, match=r"its header promises [0-9,]+ samples and [0-9,]+ came"):
        decode(GOOD[:at] + half + GOOD[at + 4 :], name="x")


# --- properties -------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("codec", mp4.CODECS)
def test_decodes_what_was_written(codec, channels, rate):
    y = tone(rate=rate, channels=channels)
    clip = decode(m4a(y, rate, codec=codec), name="x", sample_rate=rate)
    assert clip.notes == (("averaged 2 channels",) if channels == 2 else ())
    assert len(clip.y) == len(y)
    n = len(y) - 1024  # AAC blurs where the sound breaks off
    assert np.abs(clip.y[:n] - y[:n, 0]).max() < (1e-4 if codec == "alac" else 0.04)


def test_pictures_beside_the_sound_are_left_alone():
    clip = decode(film(tone()), name="x", sample_rate=44100)
    assert len(clip.y) == len(tone())


def test_a_whole_minute_is_taken():
    assert len(decode(m4a(tone(seconds=60, rate=8000), 8000), name="x").y) == 60 * 22050
