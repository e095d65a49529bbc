"""How often intervals and verdicts of reliability hold, in clips whose truth is known.

Simulated scores are uniform; clips are right as often as their score says, less an error that is
the same everywhere. Of a part of the clips, all those of one recording share the number drawn.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Measure
from cnnviz.analyses.reliability import Reliability, reliability

RUNS = 200
TOGETHER = 0.6  # of the clips share their recording's number
SCORES = (0.3, 0.99)
HIGH = (0.9, 0.99)
SHAPES = ((35, 1), (35, 9), (80, 4), (330, 1), (103, 3), (220, 13))  # recordings, clips of each
ERRORS = (0.05, 0.15)
AT_MOST = 5.0  # % of verdicts; 2.5 are expected


def measure(*, quick: bool) -> Iterator[Measure]:
    """Count verdicts that are wrong, and intervals that hold the true error."""
    runs = range(RUNS // 10 if quick else RUNS)
    for shape in SHAPES:
        for between in (SCORES, HIGH):
            chance = [_simulated(*shape, error=0.0, between=between, seed=seed) for seed in runs]
            scores = f"scores {between[0]} to {between[1]}"
            said = 100 * np.mean([not one.may_be_chance for one in chance])
            name = f"{_words(*shape)}, {scores}: chance called more than chance"
            yield Measure(name, [float(said)], "%", AT_MOST)
            yield _held(f"{_words(*shape)}, {scores}", chance, 0.0)
        for error in ERRORS:
            each = [_simulated(*shape, error=error, between=SCORES, seed=seed) for seed in runs]
            yield _held(_words(*shape), each, error)


def _held(name: str, each: list[Reliability], error: float) -> Measure:
    held = [one.error.low <= error <= one.error.high for one in each]
    return Measure(
        f"{name}: intervals that hold an error of {error}", [float(100 * np.mean(held))], "%"
    )


def _words(n_recordings: int, n_each: int) -> str:
    return f"{n_recordings} recordings of {n_each}"


def _simulated(
    n_recordings: int, n_each: int, *, error: float, between: tuple[float, float], seed: int
) -> Reliability:
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_recordings), n_each)
    highest = rng.uniform(*between, len(groups))
    shared = (rng.random(len(groups)) < TOGETHER) & (n_each > 1)
    number = np.where(shared, rng.random(n_recordings)[groups], rng.random(len(groups)))
    right: NDArray[np.bool_] = number < highest - error
    scores = np.column_stack([highest, np.zeros(len(groups))])
    return reliability(scores, np.column_stack([right, ~right]), groups, draws=400)
