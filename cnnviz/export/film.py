"""The animation with its sound, as MP4: H.264 and AAC, which every browser and player knows.

**Conventions**: times are seconds of the clip, also in a film of a part of it; a film at a speed of
0.5 lasts twice as long. There is one picture per window, at the network's own rate: the picture
that begins at t is what the stage shows at t. PyAV's wheels carry their own ffmpeg: nothing is
needed from the system.
"""

import math
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from cnnviz.audio import Float32
from cnnviz.errors import BadInput
from cnnviz.export import sound
from cnnviz.export.looks import LOOKS
from cnnviz.export.picture import Look, Picture
from cnnviz.export.record import title
from cnnviz.export.subject import Subject
from cnnviz.export.work import Work

WIDTH, HEIGHT = 1280, 720  # what a film is laid out on, whatever its size
SIZES = {"720p": 1.0, "1080p": 1.5}  # pixels of the film for each of these
SPEEDS = tuple(map(float, LOOKS["speeds"]))
# x264's constant quality: at 18 colours stay within a few steps of the page's, in 1 to 3 MB
QUALITY, PRESET = "18", "veryfast"
SOUND_BITS_PER_S = 128_000
AAC_SAMPLES = 1024
BT709 = 1  # ffmpeg's number for the primaries, curve and matrix of HD television
VIDEO_RANGE = 1

Part = tuple[float, float]  # where a film of a part of a clip begins and ends, in seconds


def rate(subject: Subject, *, speed: float = 1.0) -> Fraction:
    """Return pictures a second, exactly: 22050 / 512 for a window at every frame."""
    front_end = subject.clip.front_end
    own = Fraction(front_end.sample_rate, front_end.hop_length * subject.clip.hop_frames)
    return own * Fraction(speed).limit_denominator(1000)


def moments(subject: Subject, part: Part | None = None) -> list[float]:
    """Return the time at which each picture of a film begins, in seconds of the clip."""
    start_s, end_s = part or (0.0, subject.clip.seconds)
    n_pictures = max(1, math.ceil((end_s - start_s) / subject.period_s - 1e-9))
    return [start_s + index * subject.period_s for index in range(n_pictures)]


def mp4(
    subject: Subject,
    look: Look,
    *,
    size: str = "720p",
    speed: float = 1.0,
    part: Part | None = None,
    work: Work | None = None,
) -> bytes:
    """Return a film of a clip.

    Parameters
    ----------
    subject : Subject
    look : Look
    size : str
        One of `SIZES`.
    speed : float
        In [0.1, 1]; the sound keeps its pitch.
    part : tuple of float, optional
        Where in the clip the film begins and ends, in seconds; None for the whole clip.
    work : Work, optional
        Is told the share of pictures done, and may stop it.

    Raises
    ------
    BadInput
        If size or speed is none of a film's, or the part does not lie in the clip.
    Stopped
        If `work` was stopped.
    """
    if size not in SIZES or not SPEEDS[0] <= speed <= SPEEDS[-1]:
        raise BadInput(
            f"A film must be one of {', '.join(SIZES)} at a speed of {SPEEDS[0]} to 1, but it was "
            f"asked for in {size} at {speed:g}. Choose again."
        )
    if part is not None and not 0 <= part[0] < part[1] <= subject.clip.seconds:
        raise BadInput(
            f"The part to film must begin before it ends, within the clip's "
            f"{subject.clip.seconds:.2f} s, but it is {part[0]:.2f} to {part[1]:.2f} s. Choose "
            "another part."
        )
    work = work or Work()
    picture = Picture(subject, look, width=WIDTH, height=HEIGHT, ratio=SIZES[size])
    # Not in memory: to put the table of contents first, ffmpeg reads again what it has written
    with tempfile.TemporaryDirectory(prefix="cnnviz-") as folder:
        file = Path(folder) / "film.mp4"
        _write(file, picture, speed=speed, part=part, work=work)
        return file.read_bytes()


def _write(file: Path, picture: Picture, *, speed: float, part: Part | None, work: Work) -> None:
    import av  # here, not above: only a film needs it, and it takes memory

    subject = picture.subject
    sample_rate = subject.clip.front_end.sample_rate
    y = subject.clip.y if part is None else sound.cut(subject.clip.y, part, sample_rate=sample_rate)
    samples = sound.track(y, sample_rate=sample_rate, speed=speed)
    fps = rate(subject, speed=speed)
    with av.open(file, "w", options={"movflags": "faststart"}) as container:
        container.metadata.update(_tags(picture, speed=speed, part=part))
        video = _video_stream(container, picture.size_px, fps)
        audio = container.add_stream("aac", rate=sound.SAMPLE_RATE, layout="mono")
        audio.bit_rate = SOUND_BITS_PER_S
        blocks = _sound_blocks(samples)
        sound_s = Fraction(0)
        times = moments(subject, part)
        for index, time_s in enumerate(times):
            frame = av.VideoFrame.from_ndarray(
                picture.at(subject.window_at(time_s), time_s=time_s), format="rgb24"
            ).reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
            frame.pts, frame.time_base = index, 1 / fps
            container.mux(video.encode(frame))
            while sound_s < (index + 1) / fps and (block := next(blocks, None)) is not None:
                sound_s += Fraction(block.samples, sound.SAMPLE_RATE)
                container.mux(audio.encode(block))
            work.step((index + 1) / len(times))
        for block in blocks:
            container.mux(audio.encode(block))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _video_stream(container: Any, size: tuple[int, int], fps: Fraction) -> Any:
    stream = container.add_stream("libx264", rate=fps)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    # Pictures in the order they are shown: no player has a delay to make up for
    stream.options = {"crf": QUALITY, "preset": PRESET, "tune": "animation", "bf": "0"}
    context = stream.codec_context
    context.time_base = 1 / fps
    context.color_range = VIDEO_RANGE
    context.colorspace = context.color_primaries = context.color_trc = BT709
    return stream


def _sound_blocks(samples: Float32) -> Iterator[Any]:
    import av

    for first in range(0, len(samples), AAC_SAMPLES):
        block = av.AudioFrame.from_ndarray(
            samples[None, first : first + AAC_SAMPLES], format="fltp", layout="mono"
        )
        block.sample_rate, block.pts = sound.SAMPLE_RATE, first
        block.time_base = Fraction(1, sound.SAMPLE_RATE)
        yield block


def _tags(picture: Picture, *, speed: float, part: Part | None) -> dict[str, str]:
    about = picture.facts() | {"speed": f"{speed:g}"}
    if part is not None:
        about["part"] = f"{part[0]:.2f} to {part[1]:.2f} s of {picture.subject.clip.seconds:.2f} s"
    comment = "; ".join(f"{name}: {text}" for name, text in about.items())
    return {"title": title(picture.subject), "artist": about["version"], "comment": comment}
