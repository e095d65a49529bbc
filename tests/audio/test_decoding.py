import io
import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from cnnviz.audio import mp4
from cnnviz.audio.decoding import MAX_BYTES, Waveform, decode
from cnnviz.errors import BadInput
from tests.audio.m4a import m4a
from tests.hostile.corpus import hostile

ROOT = Path(__file__).parents[2]


def tone(
    *, seconds: float = 1.5, rate: int = 22050, channels: int = 1, hz: float = 440.0
) -> np.ndarray:
    """Return a tone that swells, [shape=(n_samples, channels)]."""
    t = np.arange(round(seconds * rate)) / rate
    y = 0.5 * np.sin(2 * np.pi * hz * t) * np.linspace(0.2, 1.0, len(t))
    return np.repeat(y[:, None], channels, axis=1)


def written(y: np.ndarray, rate: int = 22050, *, kind: str = "WAV", subtype: str = "") -> bytes:
    file = io.BytesIO()
    sf.write(file, y, rate, format=kind, subtype=subtype or None)
    return file.getvalue()


def wav(body: bytes = b"", *, rate: int = 44100, channels: int = 1, claims: int = -1) -> bytes:
    """Return a 16-bit WAV whose header may claim any size of its sound."""
    size = claims if claims >= 0 else len(body)
    form = struct.pack("<HHIIHH", 1, channels, rate, 2 * rate * channels, 2 * channels, 16)
    head = b"RIFF" + struct.pack("<I", min(size + 36, 0xFFFFFFFF)) + b"WAVE"
    return head + b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size) + body


def flac_bomb(*, seconds: int, claims: int | None = None) -> bytes:
    """Return hours of silence in a FLAC, whose header may claim another number of samples."""
    file = io.BytesIO()
    with sf.SoundFile(file, "w", 8000, 1, "PCM_16", format="FLAC") as out:
        out.write(np.zeros(8000 * seconds, dtype=np.int16))
    data = file.getvalue()
    if claims is None:
        return data
    says = int.from_bytes(data[18:26])  # STREAMINFO ends in 36 bits of samples
    return data[:18] + (says >> 36 << 36 | claims).to_bytes(8) + data[26:]


FORMATS = [
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAV", "FLOAT"),
    ("WAV", "DOUBLE"),
    ("WAV", "ALAW"),
    ("WAV", "ULAW"),
    ("WAV", "MS_ADPCM"),
    ("WAVEX", "PCM_24"),
    ("WAVEX", "FLOAT"),
    ("FLAC", "PCM_S8"),
    ("FLAC", "PCM_16"),
    ("FLAC", "PCM_24"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
    ("AIFF", "PCM_16"),
    ("AIFF", "PCM_24"),
    ("AIFF", "FLOAT"),
]
LOSSY = {"PCM_U8", "PCM_S8", "ALAW", "ULAW", "MS_ADPCM", "VORBIS", "OPUS", "MPEG_LAYER_III"}


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", r"must hold sound, but “x” is empty \(0 bytes\)"),
        (
            b"A plain text.\n" * 400,
            "must be a WAV, FLAC, OGG, MP3, M4A or AIFF file, but “x” is text",
        ),
        ("Übung, größer".encode()[:-1], "is text"),
        (b"\0\0\0\x18ftypM4A " + bytes(99), "cut off or damaged: it has no table"),
        (b"PK\x03\x04" + bytes(99), "is a ZIP archive"),
        (b"\xff\xf1\x50\x80" + bytes(99), "is an AAC file"),
        (b"RIFF\x10\0\0\0AVI " + bytes(99), "is a RIFF file without sound"),
        (bytes(4096), "is none of these"),
        (b"ID3\4\0\0\0\0\x7f\x7f" + bytes(99), "cut off or damaged: its ID3 tag is longer"),
        (b"RIFF\x10\0\0\0WAVE", "cut off or damaged: no sound follows its header"),
        (wav(rate=4_000, body=bytes(9_000)), "between 8,000 and 192,000 samples.* has 4,000"),
        (wav(rate=384_000, body=bytes(9_000)), "between 8,000 and 192,000 samples.* has 384,000"),
        (wav(channels=8, body=bytes(9_600)), "must have 1 or 2 channels, but “x” has 8"),
        (wav(), "must be at least 0.05 s long, but “x” has 0 samples"),
        (wav(b"\1\2"), "must be at least 0.05 s long, but “x” has 1 sample at"),
        (wav(bytes(200_000)), r"is silent \(below -80 dB throughout\)"),
        (wav(b"\0\x40" * 44_100), "is silent"),  # a constant is no sound either
        (wav(bytes(100), claims=3 << 30), "its header promises 3,221,225,472 bytes .* 100 came"),
        (wav(bytes(100), claims=10 * 3600 * 44_100 * 2), "its header promises 3,175,200,000 bytes"),
        (wav(bytes(2 * 44_100 * 61)), "must be at most 60 s long, but “x” has 61 s. Cut it"),
        (written(tone(rate=8000, seconds=60.001), 8000), "but “x” has 60.01 s"),
        (flac_bomb(seconds=3 * 3600), "but “x” has 3.0 hours"),
        (flac_bomb(seconds=3600, claims=0), "goes on after 60 s"),
        (flac_bomb(seconds=2, claims=10 * 3600 * 8000), "has 10.0 hours"),
        (flac_bomb(seconds=2, claims=3 * 8000), "cut off or damaged|cannot be decoded as FLAC"),
        (written(tone(rate=8000), 8000, kind="FLAC")[:-700], "cannot be decoded as FLAC"),
        (written(tone(), kind="OGG")[:-500], "cut off or damaged: its page"),
        (written(tone(), kind="OGG") * 2, "must hold one stream, but “x” holds several"),
        (written(tone(), kind="MP3")[:-2000], "cut off or damaged: its header promises"),
        (written(tone(seconds=70), kind="MP3"), "must be at most 60 s long, but “x” goes on"),
        (written(tone(), kind="AIFF")[:-1000], "cut off or damaged: its header promises"),
        (written(tone(), kind="CAF"), "is none of these"),
        (written(tone(), kind="W64"), "is none of these"),
        (written(tone(), kind="RF64"), "is none of these"),
    ],
)
def test_refuses_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        decode(data, name="x")
    assert "hoose another clip" in str(refused.value) or "longer clip" in str(refused.value)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e12, 1e300])
@pytest.mark.parametrize("channels", [1, 2])
def test_refuses_samples_that_are_no_numbers(bad: float, channels: int) -> None:
    y = tone(channels=channels)
    y[1000, -1] = bad
    with pytest.raises(BadInput, match="must be a finite number, but “x” holds NaN, infinite"):
        decode(written(y, subtype="DOUBLE"), name="x")


def test_says_that_opposite_channels_cancel() -> None:
    with pytest.raises(BadInput, match="is silent once its 2 channels are averaged"):
        decode(written(tone(channels=2) * [1, -1]), name="x")


def test_refuses_too_many_bytes_before_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "sparse.wav"
    with path.open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(BadInput, match="must be at most 100 MB, but “sparse” has 3,221 MB"):
        decode(path, name="sparse")
    with pytest.raises(BadInput, match="must be at most 100 MB"):
        decode(bytes(MAX_BYTES + 1), name="x")


def test_refuses_a_path_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot: No such file or directory"):
        decode(tmp_path / "gone.wav", name="gone")
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(BadInput, match="must be a file"):
        decode(tmp_path / "pipe.wav", name="pipe")


def test_names_the_file_on_one_line() -> None:
    with pytest.raises(BadInput, match="“a b … z” is empty") as refused:
        decode(b"", name="a\nb … z")
    assert "\n" not in str(refused.value)
    with pytest.raises(BadInput) as refused:
        decode(b"", name="n" * 5000)
    assert len(str(refused.value)) < 250


BOUNDED = """
import sys
from pathlib import Path
from cnnviz.audio.decoding import decode
from cnnviz.errors import BadInput
try:
    decode(Path(sys.argv[1]), name="x")
except BadInput as refused:
    print(refused)
else:
    sys.exit("was not refused")
"""


@pytest.mark.parametrize(
    "make",
    [
        lambda: flac_bomb(seconds=6 * 3600, claims=0),
        lambda: b"RIFF\xff\xff\xff\x7fWAVE" + b"abcd\0\0\0\0" * 12_000_000,
        lambda: b"OggS" + bytes(23) + (b"OggS" + bytes(23)) * 3_000_000,
        lambda: b"ID3\4\0\0\0\0\0\0" * 9_900_000,
        lambda: b"\xff\xfb" * 49_000_000,
        lambda: wav(bytes(99_000_000), claims=0xFFFFFFFF),
        lambda: wav(bytes(99_000_000), rate=192_000, channels=2),
    ],
)
def test_memory_is_bounded(make, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(make())

    def limit() -> None:  # of data, in bytes: the libraries take 0.2 GB before the file is opened
        resource.setrlimit(resource.RLIMIT_DATA, (600_000_000, 600_000_000))

    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(path)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        preexec_fn=limit,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("A")


# --- properties -------------------------------------------------------------------------------


def check(clip: Waveform) -> None:
    """What holds for every waveform."""
    assert clip.y.dtype == np.float32
    assert clip.y.ndim == 1
    assert not clip.y.flags.writeable
    assert np.isfinite(clip.y).all()
    assert np.abs(clip.y).max() <= 1.0
    assert clip.sample_rate <= len(clip.y) <= 60 * clip.sample_rate


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "subtype"), FORMATS)
def test_decodes_what_was_written(kind: str, subtype: str, channels: int) -> None:
    rate = 24000 if subtype == "OPUS" else 22050
    y = tone(rate=rate, channels=channels)
    clip = decode(written(y, rate, kind=kind, subtype=subtype), name="x", sample_rate=rate)
    check(clip)
    assert clip.notes == (("averaged 2 channels",) if channels == 2 else ())
    assert len(clip.y) == pytest.approx(len(y), abs=0.08 * rate if subtype in LOSSY else 0)
    n = len(y) - (rate // 20 if subtype in LOSSY else 0)  # Opus blurs where the sound breaks off
    assert np.abs(clip.y[:n] - y[:n, 0]).max() < (0.04 if subtype in LOSSY else 1e-4)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 32000, 44100, 48000, 96000, 192000])
def test_resamples_any_sane_rate(rate: int) -> None:
    clip = decode(written(tone(rate=rate), rate), name="x")
    check(clip)
    (note,) = clip.notes
    assert note.startswith(f"resampled from {rate:,} Hz")
    assert len(clip.y) == pytest.approx(1.5 * 22050, abs=1)
    inner = slice(500, 32_500)  # the filter rings where the sound begins and ends
    assert np.abs(clip.y[inner] - tone()[inner, 0]).max() < 2e-3


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1103, 60_000),
    rate=st.integers(8000, 22050),
    channels=st.integers(1, 2),
    seed=st.integers(0, 99),
    loud=st.floats(0.001, 30.0),
)
def test_any_sound_becomes_a_waveform(
    n: int, rate: int, channels: int, seed: int, loud: float
) -> None:
    y = np.random.default_rng(seed).uniform(-loud, loud, (n, channels))
    clip = decode(written(y, rate, subtype="FLOAT"), name="x")
    check(clip)
    assert len(clip.y) == pytest.approx(max(n / rate * 22050, 22050), abs=1)
    assert any("padded" in note for note in clip.notes) == (n / rate < 0.99999)


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        (8000, ", so bands above 4,000 Hz are empty"),
        (11025, ", so bands above 5,512 Hz are empty"),
        (32000, ""),
    ],
)
def test_says_which_bands_a_low_rate_leaves_empty(rate: int, says: str) -> None:
    clip = decode(written(tone(rate=rate), rate), name="x")
    assert clip.notes == (f"resampled from {rate:,} Hz{says}",)


def test_pads_a_short_clip_and_says_so() -> None:
    y = tone(seconds=0.4)
    clip = decode(written(y, subtype="FLOAT"), name="x")
    assert clip.notes == ("padded with silence from 0.40 s to 1 s",)
    assert len(clip.y) == 22050
    np.testing.assert_array_equal(clip.y[: len(y)], y[:, 0].astype(np.float32))
    assert not clip.y[len(y) :].any()


def test_turns_down_what_is_beyond_full_scale() -> None:
    y = 8.0 * tone()
    clip = decode(written(y, subtype="FLOAT"), name="x")
    assert clip.notes[-1].startswith("turned down by")
    np.testing.assert_allclose(clip.y, y[:, 0] / np.abs(y).max(), atol=1e-6)


def test_takes_a_whole_minute_and_a_path(tmp_path: Path) -> None:
    path = tmp_path / "minute.raw"  # the name does not matter
    path.write_bytes(written(tone(seconds=60, rate=8000), 8000, kind="FLAC"))
    assert len(decode(path, name="x").y) == 60 * 22050


def test_takes_a_length_that_its_writer_did_not_know() -> None:
    y = tone(rate=8000)
    flac = written(y, 8000, kind="FLAC")
    says = int.from_bytes(flac[18:26]) >> 36 << 36
    for data in (
        flac[:18] + says.to_bytes(8) + flac[26:],
        wav((y * 32767).astype("<i2").tobytes(), rate=8000, claims=0xFFFFFFFF),
    ):
        clip = decode(data, name="x", sample_rate=8000)
        np.testing.assert_allclose(clip.y, y[:, 0], atol=1e-4)


def test_takes_tags_and_odd_chunks() -> None:
    sound = (tone()[:, 0] * 32767).astype("<i2").tobytes()
    plain = wav(sound, rate=22050)
    odd = b"LIST" + struct.pack("<I", 5) + b"INFOx\0" + b"bext" + struct.pack("<I", 8) + bytes(8)
    tag = b"ID3\4\0\0\0\0\0\x20" + bytes(32)
    for data in (plain[:36] + odd + plain[36:] + odd, tag + plain):
        np.testing.assert_array_equal(decode(data, name="x").y, decode(plain, name="x").y)


def test_hostile_files_end_in_a_waveform_or_a_sentence() -> None:
    y = tone(seconds=0.5, rate=8000, channels=2)
    clips = {f"{kind} {sub}": written(y, 8000, kind=kind, subtype=sub) for kind, sub in FORMATS}
    clips |= {f"M4A {codec}": m4a(y, 8000, codec=codec) for codec in mp4.CODECS}
    ends = {Waveform: 0, BadInput: 0}
    for name, data in hostile(clips, n=80, seed=11):
        try:
            clip = decode(data, name=name)
        except BadInput as refused:
            assert str(refused).startswith(
                ("A clip must", "An OGG clip must", "An M4A clip must", "Every sample")
            )
            ends[BadInput] += 1
        else:
            check(clip)
            ends[Waveform] += 1
    assert min(ends.values()) > 5  # the corpus tries both


# --- references -------------------------------------------------------------------------------


def test_resampling_agrees_with_scipy() -> None:
    y = tone(rate=44100, hz=1000.0)
    clip = decode(written(y, 44100, subtype="FLOAT"), name="x")
    other = resample_poly(y[:, 0], 1, 2)
    assert np.abs(clip.y - other)[500:-500].max() < 2e-3


def test_resampling_lets_nothing_fold_down() -> None:
    y = tone(rate=44100, hz=15000.0)  # above the 11,025 Hz that the new rate can hold
    with_low = y + 0.1 * tone(rate=44100, hz=300.0)
    clip = decode(written(with_low, 44100, subtype="FLOAT"), name="x")
    low = 0.1 * tone(hz=300.0)[:, 0]
    assert np.abs(clip.y - low)[2000:-2000].max() < 1e-3
