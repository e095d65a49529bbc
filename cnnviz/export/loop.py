"""A short silent loop for slides, as animated WebP or GIF.

**Conventions**: as in `cnnviz.export.film`; the loop runs at the speed of the sound.
"""

import io
import itertools
from fractions import Fraction

import numpy as np
from PIL import Image

from cnnviz.errors import BadInput
from cnnviz.export import film
from cnnviz.export.picture import Look, Picture
from cnnviz.export.record import title
from cnnviz.export.subject import Subject
from cnnviz.export.work import Work

WIDTH = 800
HEIGHT, ONE_HEIGHT = 500, 600  # of all filters, and of one above its course
MAX_S = 3.0
MAX_RATE = 15  # pictures a second
KINDS = ("webp", "gif")
WEBP_QUALITY = 80
NEAR = 8
OWN = 128  # colours of a GIF that are those of the maps
GIF_TICK_MS = 10  # a GIF counts time in hundredths of a second


def moments(subject: Subject, *, start_s: float = 0.0) -> tuple[list[float], Fraction]:
    """Return when each picture of a loop begins, in seconds of the clip, and their rate.

    The loop is at most `MAX_S` long, begins at `start_s` or early enough to be as long as it may,
    and shows every n-th picture of the film.
    """
    start_s = min(start_s, max(0.0, subject.clip.seconds - MAX_S))
    own = film.rate(subject)
    every = max(1, -(-own // MAX_RATE))
    times = [time_s for time_s in film.moments(subject) if time_s >= start_s - subject.period_s / 2]
    return [t for t in times[::every] if t - times[0] < MAX_S - 1e-9], own / every


def loop(
    subject: Subject, look: Look, *, kind: str, start_s: float = 0.0, work: Work | None = None
) -> bytes:
    """Return an animation of at most 3 s, 800 pixels wide.

    Parameters
    ----------
    subject : Subject
    look : Look
    kind : str
        "webp" (all colours) or "gif" (256 of them).
    start_s : float
        Where in the clip it begins.
    work : Work, optional

    Raises
    ------
    BadInput
        If there is no such kind.
    Stopped
        If `work` was stopped.
    """
    if kind not in KINDS:
        raise BadInput(f"A loop must be one of {', '.join(KINDS)}, but it is “{kind}”. Choose one.")
    work = work or Work()
    height = HEIGHT if look.filter_ is None else ONE_HEIGHT
    picture = Picture(subject, look, width=WIDTH, height=height, ratio=1)
    times, rate = moments(subject, start_s=start_s)
    frames: list[Image.Image] = []
    palette = _palette(picture, times) if kind == "gif" else None
    for index, time_s in enumerate(times):
        image = Image.fromarray(picture.at(subject.window_at(time_s), time_s=time_s))
        if palette is not None:
            image = image.quantize(palette=palette, dither=Image.Dither.NONE)
        frames.append(image)
        work.step(0.9 * (index + 1) / len(times))
    about = "; ".join([title(subject), *(f"{k}: {v}" for k, v in picture.facts().items())])
    file = io.BytesIO()
    frames[0].save(
        file,
        kind.upper(),
        save_all=True,
        append_images=frames[1:],
        duration=_durations_ms(len(frames), rate, tick_ms=GIF_TICK_MS if kind == "gif" else 1),
        loop=0,
        **_options(kind, about),
    )
    work.step(1.0)
    return file.getvalue()


def _palette(picture: Picture, times: list[float]) -> Image.Image:
    """Return one palette for all pictures: the ground, some of the maps, and what else is seen."""
    some = (times[0], times[len(times) // 2], times[-1])
    pictures = [picture.at(picture.subject.window_at(time_s), time_s=time_s) for time_s in some]
    ground = np.array(Image.new("RGB", (1, 1), picture.theme.ground)).reshape(1, 3)
    ramps = np.concatenate(picture.ramps)
    own = np.concatenate([ground, ramps[:: len(ramps) // OWN]])
    mixed = Image.fromarray(np.concatenate(pictures)).quantize(256 - len(own))
    seen = np.array(mixed.getpalette(), np.uint8).reshape(-1, 3)
    # Pillow looks for colours roughly and would take a near one for the ground, seen on a slide
    apart = np.abs(seen.astype(int) - ground).max(axis=1) > NEAR
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.concatenate([own, seen[apart]]).ravel().tolist())
    return palette


def _durations_ms(n: int, rate: Fraction, *, tick_ms: int) -> list[int]:
    """Return whole ticks for each picture, rounded so that the whole does not drift."""
    ends = [round(index * 1000 / rate / tick_ms) * tick_ms for index in range(n + 1)]
    return [end - start for start, end in itertools.pairwise(ends)]


def _options(kind: str, about: str) -> dict[str, object]:
    if kind == "gif":
        return {"comment": about.encode(), "optimize": False}
    exif = Image.Exif()
    exif[0x010E] = about  # ImageDescription
    return {"quality": WEBP_QUALITY, "method": 2, "exif": exif}
