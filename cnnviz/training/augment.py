"""What changes between one draw of a clip and the next, on log-mel windows.

**Conventions**: a window is (frame, mel) in natural logarithms of magnitude, not standardised and
never below `FLOOR`; batches are (window, frame, mel) float32. Targets are (window, class) in 0..1.
Every function returns a new array.
"""

from dataclasses import dataclass

import numpy as np

from cnnviz.audio import Float32
from cnnviz.errors import BadInput

FLOOR = float(np.log(1e-4))
NEPER_DB = 20 / np.log(10)  # decibels in one step of the natural logarithm


@dataclass(frozen=True)
class Recipe:
    """How often and how strongly windows are changed; zero switches a change off.

    Attributes
    ----------
    produced : float
        Share of the windows that are of music as it is produced; the others are instruments alone.
    behind, together : float
        How often an accompaniment, a second instrument (then both are labelled) is mixed under
        one that is alone.
    curve_db : float
        Standard deviation of a random equaliser's five points.
    masks : int
        Bands and stretches of time blanked out (Park et al. 2019, SpecAugment), each.
    mixup : float
        Share of the windows that are blended with another, labels alike.
    smoothing : float
        Targets lie this far inside 0 and 1.
    """

    produced: float = 0.5
    behind: float = 0.5
    together: float = 0.15
    curve_db: float = 2.0
    masks: int = 1
    mixup: float = 0.0
    smoothing: float = 0.02

    def __post_init__(self) -> None:
        """Refuse what is no share, and what is no amount."""
        for name in ("produced", "behind", "together", "mixup", "smoothing"):
            _check(name, getattr(self, name), most=1.0)
        _check("curve_db", self.curve_db, most=60.0)
        if not isinstance(self.masks, int) or not 0 <= self.masks <= 8:
            raise BadInput(f"masks must be a whole number from 0 to 8, but is {self.masks!r}.")


def _check(name: str, value: object, *, most: float) -> None:
    if not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadInput(f"{name} must lie between 0 and {most:g}, but is {value!r}.")


def level(x: Float32) -> Float32:
    """Return the logarithm of the mean magnitude of each window, shape (window, 1, 1)."""
    mean: Float32 = np.log(np.mean(np.exp(x), axis=(1, 2), keepdims=True))
    return mean


def mixed(front: Float32, back: Float32, *, below_db: Float32) -> Float32:
    """Add two sounds as their mel magnitudes, the second so many dB below the first."""
    shift = level(front) - level(back) - below_db[:, None, None] / NEPER_DB
    return np.asarray(np.logaddexp(front, back + shift), dtype=np.float32)


def coloured(x: Float32, rng: np.random.Generator, *, curve_db: float) -> Float32:
    """Change level and spectrum as another microphone, desk or codec would."""
    n, _, n_mels = x.shape
    knots = rng.normal(0, curve_db / NEPER_DB, (n, 5))
    at = np.linspace(0, 4, n_mels)
    left = np.minimum(at.astype(int), 3)
    curve = knots[:, left] * (1 - (at - left)) + knots[:, left + 1] * (at - left)
    curve += rng.uniform(-2.2, 0.4, (n, 1))
    # A quarter loses its top, as with narrow-band tape or a low bit rate.
    edge = np.where(rng.random(n) < 0.25, rng.uniform(0.6, 1.0, n), 2.0)[:, None] * n_mels
    curve -= 0.5 * np.maximum(np.arange(n_mels) - edge, 0)
    return np.asarray(x + curve[:, None, :], dtype=np.float32)


def noisy(x: Float32, rng: np.random.Generator) -> Float32:
    """Lay noise under four of ten windows."""
    n, _, n_mels = x.shape
    base = np.where(rng.random(n) < 0.4, rng.uniform(-9, -6, n), -20.0)[:, None]
    tilt = rng.uniform(-1.5, 0.5, (n, 1)) * np.linspace(0, 1, n_mels)
    grain = rng.normal(0, 0.4, x.shape).astype(np.float32)
    noise = (base + tilt)[:, None, :].astype(np.float32) + grain
    return np.asarray(np.logaddexp(x, noise), dtype=np.float32)


def masked(x: Float32, rng: np.random.Generator, *, count: int) -> Float32:
    """Blank out bands of up to 14 mels and stretches of up to 7 frames."""
    x = x.copy()
    n, n_frames, n_mels = x.shape
    for i in range(n):
        for _ in range(count):
            width, start = rng.integers(0, 15), rng.integers(0, n_mels - 14)
            x[i, :, start : start + width] = FLOOR
            width, start = rng.integers(0, 8), rng.integers(0, n_frames - 7)
            x[i, start : start + width] = FLOOR
    return x


def over(
    front: Float32,
    back: Float32,
    *,
    labels: Float32,
    back_labels: Float32,
    rng: np.random.Generator,
    recipe: Recipe,
) -> tuple[Float32, Float32]:
    """Lay instruments that were rendered alone over something.

    Parameters
    ----------
    front : np.ndarray [shape=(window, frame, mel)]
        Instruments alone.
    back : np.ndarray [shape=(window, frame, mel)]
        What may be mixed under each: an accompaniment, whose labels are all zero, or a second
        instrument.
    labels, back_labels : np.ndarray [shape=(window, class)]

    Returns
    -------
    (np.ndarray, np.ndarray)
        Windows and labels.
    """
    n = len(front)
    second = back_labels.any(axis=1)
    use = rng.random(n) < np.where(second, 1.0, recipe.behind)
    below_db = np.where(second, rng.uniform(-3, 5, n), rng.uniform(0, 20, n))
    x = np.where(use[:, None, None], mixed(front, back, below_db=below_db), front)
    return x.astype(np.float32), np.maximum(labels, back_labels * use[:, None])


def changed(
    x: Float32, *, labels: Float32, rng: np.random.Generator, recipe: Recipe
) -> tuple[Float32, Float32]:
    """Change windows as rooms, desks and codecs do, and by what makes learning harder.

    Parameters
    ----------
    x : np.ndarray [shape=(window, frame, mel)]
    labels : np.ndarray [shape=(window, class)]

    Returns
    -------
    (np.ndarray, np.ndarray)
        Windows and targets.
    """
    x = noisy(coloured(x, rng, curve_db=recipe.curve_db), rng)
    x, y = blended(np.maximum(x, FLOOR), labels, rng, share=recipe.mixup)
    x = masked(x, rng, count=recipe.masks)
    return x, (y * (1 - 2 * recipe.smoothing) + recipe.smoothing).astype(np.float32)


def blended(
    x: Float32, labels: Float32, rng: np.random.Generator, *, share: float
) -> tuple[Float32, Float32]:
    """Blend a share of the windows with others, and their labels alike.

    Zhang et al. 2018 (arXiv 1710.09412), mixup, with weights drawn evenly from 0 to 1.
    """
    n = len(x)
    weight = np.where(rng.random(n) < share, rng.random(n), 1.0).astype(np.float32)
    other = rng.permutation(n)
    y = weight[:, None] * labels + (1 - weight[:, None]) * labels[other]
    return weight[:, None, None] * x + (1 - weight[:, None, None]) * x[other], y
