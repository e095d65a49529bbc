import io

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.audio import mpeg
from cnnviz.audio.decoding import decode


def frame(*, version: int = 3, bitrate: int = 9, rate: int = 0, mono: bool = True) -> bytes:
    """Return a silent frame of Layer III; indices as they stand in its header."""
    head = bytes((0xFF, 0xE0 | version << 3 | 3, bitrate << 4 | rate << 2, 0xC0 if mono else 0))
    read = mpeg.frame_at(head, 0)
    assert read is not None
    return head.ljust(read.size, b"\0")


def mp3_of_a_quiet_and_a_loud_part() -> bytes:
    """Return a varying bitrate, which rises after half a second; 3 s at 22,050 Hz."""
    y = np.random.default_rng(0).uniform(-0.5, 0.5, 3 * 22050)
    y[: 22050 // 2] *= 1e-3
    file = io.BytesIO()
    sf.write(file, y, 22050, format="MP3", bitrate_mode="VARIABLE", compression_level=0.1)
    return file.getvalue()


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xfb\x90",  # cut
        b"\xfe\xfb\x90\x00",  # no sync
        b"\xff\xeb\x90\x00",  # a version that was never given out
        b"\xff\xfd\x90\x00",  # Layer II
        b"\xff\xfb\x00\x00",  # free bitrate
        b"\xff\xfb\xf0\x00",  # forbidden bitrate
        b"\xff\xfb\x9c\x00",  # forbidden rate
    ],
)
def test_no_frame(head: bytes) -> None:
    assert mpeg.frame_at(head, 0) is None
    assert mpeg.count(head * 50, max_s=1.0) is None


def test_junk_after_the_last_frame() -> None:
    sound = frame() * 5
    assert not mpeg.count(sound + b"\1" * 4096, max_s=9.0).has_junk
    assert mpeg.count(sound + b"\1" * 4097, max_s=9.0).has_junk
    for tail in (bytes(9999), b"TAG" + b"\1" * 9999, b"APETAGEX" + b"\1" * 9999):
        assert not mpeg.count(sound + tail, max_s=9.0).has_junk


# --- properties -------------------------------------------------------------------------------


@given(
    version=st.sampled_from([0, 2, 3]),
    rate=st.integers(0, 2),
    bitrates=st.lists(st.integers(1, 14), min_size=2, max_size=30),
    mono=st.booleans(),
    junk=st.binary(max_size=50).filter(lambda junk: b"\xff" not in junk),
)
def test_counts_frames_of_any_bitrate(
    version: int, rate: int, bitrates: list[int], mono: bool, junk: bytes
) -> None:
    frames = [frame(version=version, rate=rate, bitrate=b, mono=mono) for b in bitrates]
    data = junk + b"".join(frames)
    counted = mpeg.count(data, max_s=60.0)
    assert counted is not None
    assert (counted.start, counted.end) == (len(junk), len(data))
    assert counted.n_frames == len(frames)
    assert counted.promised is None
    hz = (44100, 48000, 32000)[rate] // {3: 1, 2: 2, 0: 4}[version]
    assert counted.seconds == pytest.approx(len(frames) * (1152 if version == 3 else 576) / hz)
    again = mpeg.count(mpeg.with_length(data, counted), max_s=60.0)
    assert again is not None
    assert again.promised == again.n_frames == len(frames)


def test_stops_a_little_beyond_the_limit() -> None:
    counted = mpeg.count(frame() * 1000, max_s=2.0)
    assert counted is not None
    assert 2.0 < counted.seconds < 2.1


@given(st.binary(max_size=300))
def test_any_bytes_are_walked_without_an_error(data: bytes) -> None:
    for bytes_ in (data, b"ID3" + data, frame() + data):
        assert mpeg.after_id3(bytes_) >= 0
        counted = mpeg.count(bytes_, max_s=1.0)
        assert counted is None or 0 <= counted.start <= counted.end <= len(bytes_)


def test_skips_tags_in_front() -> None:
    tag = b"ID3\4\0\0\0\0\1\2" + bytes(130)  # 1 * 128 + 2
    footed = b"ID3\4\0\x10\0\0\0\5" + bytes(15)
    assert mpeg.after_id3(tag + footed + b"more") == 140 + 25
    assert mpeg.after_id3(b"fLaC" + bytes(20)) == 0
    assert mpeg.after_id3(b"ID3\4\0\0\0\0\0\0" * 100) == 10 * mpeg.MAX_TAGS


def test_reads_the_padding_byte_and_other_tags() -> None:
    plain, padded = frame(), bytearray(frame())
    padded[2] |= 2
    assert mpeg.frame_at(bytes(padded), 0).size == len(plain) + 1
    tag = plain[:36] + b"VBRI" + bytes(10) + (7).to_bytes(4)
    counted = mpeg.count(tag.ljust(len(plain), b"\0") + plain * 7, max_s=9.0)
    assert (counted.start, counted.n_frames, counted.promised) == (len(plain), 7, 7)


# --- references -------------------------------------------------------------------------------


def test_counts_what_lame_promises() -> None:
    data = mp3_of_a_quiet_and_a_loud_part()
    counted = mpeg.count(data, max_s=60.0)
    assert counted is not None
    assert counted.n_frames == counted.promised
    assert 3.0 < counted.seconds < 3.2


def test_nothing_of_a_varying_bitrate_is_lost_without_a_tag() -> None:
    data = mp3_of_a_quiet_and_a_loud_part()
    counted = mpeg.count(data, max_s=60.0)
    assert counted is not None
    bare = data[counted.start : counted.end]
    with sf.SoundFile(io.BytesIO(bare)) as file:  # why the module exists
        assert abs(file.frames - 3 * 22050) > 22050 // 2
    clip = decode(bare, name="x")
    assert len(clip.y) == pytest.approx(3 * 22050, abs=2500)
    assert np.abs(clip.y[-22050:-2500]).max() > 0.2


def test_files_put_one_behind_the_other_are_read_to_the_end() -> None:
    data = mp3_of_a_quiet_and_a_loud_part()
    assert len(decode(data + data, name="x").y) == pytest.approx(6 * 22050, abs=5000)
