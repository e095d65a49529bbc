"""Systems compared class by class: in which order, and whether counts explain the differences.

**Conventions**: arrays are (class,) in the order of `Results.classes`. A *measure* is one of
`MEASURES`; F1 is that of S1, the strategy by which the page judges a clip.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.results import Estimate, Estimates, Results, System

MEASURES = ("F1", "Recall")
PAGE_STRATEGY = "s1"
NOT_ESTIMABLE = "not estimable"


def estimates(system: System, *, measure: str) -> Estimates:
    """Return what a system reached in each class."""
    return system.recall if measure == "Recall" else system.strategies[PAGE_STRATEGY].f1


def mean_estimate(system: System, *, measure: str) -> Estimate:
    """Return what a system reached in the mean over classes."""
    if measure == "Recall":
        return system.macro_recall
    return system.strategies[PAGE_STRATEGY].macro


def order(results: Results, *, measure: str) -> NDArray[np.intp]:
    """Order the classes by how far the network is ahead of the baseline, the farthest first.

    Without a baseline, by what the network reached, the best first.

    Returns
    -------
    np.ndarray [shape=(class,)]
        Indices into `Results.classes`.
    """
    by = estimates(results.network, measure=measure).value
    if results.baseline is not None:
        by = by - estimates(results.baseline, measure=measure).value
    return np.argsort(-by, kind="stable")


def ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Rank values from 1; equal ones share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def rank_correlation(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return Spearman's rank correlation: Pearson's of the ranks, equal values sharing theirs.

    Parameters
    ----------
    first, second : np.ndarray [shape=(n,)]

    Returns
    -------
    float
        In [-1, 1]; nan where one of them is the same throughout.
    """
    if min(np.ptp(first), np.ptp(second)) == 0:
        return float("nan")
    return float(np.corrcoef(ranks(first), ranks(second))[0, 1])


def counts_verdict(results: Results, *, measure: str) -> str:
    """Say in a sentence or two whether training counts go with what the network reached."""
    reached = estimates(results.network, measure=measure).value
    name = measure if measure == "F1" else measure.lower()
    if results.train is None:
        return (
            "How many clips of each instrument were learned from was not written down, "
            f"so the counts cannot be held against {name}."
        )
    n = len(results.train)
    if np.ptp(results.train) == 0:
        return (
            f"Every instrument was learned from the same number of clips ({results.train[0]:,}), "
            f"so the counts explain none of the differences in {name} (n = {n})."
        )
    rho = rank_correlation(results.train, reached)
    if np.isnan(rho):
        return f"The network's {name} is the same for every instrument (n = {n})."
    return (
        f"Rank correlation (Spearman) of training clips and {name}: "
        f"ρ = {f'{rho:.2f}'.replace('-', '−')}, n = {n} instruments. "
        "At 1 the instruments with more clips would always do better, at −1 always worse; "
        "at 0 the counts explain nothing."
    )


def rows(results: Results) -> list[dict[str, str | int | float | None]]:
    """Return every figure as one row for each system and class, the means over classes last.

    The keys are the same in every row; what does not apply is None, and an interval that is not
    estimable has these words at both ends.
    """
    lines: list[dict[str, str | int | float | None]] = []
    for system in results.systems:
        s1, s2 = system.strategies["s1"], system.strategies["s2"]
        for index, code in enumerate(results.classes):
            lines.append(
                {
                    "system": system.name,
                    "class": code,
                    "training_clips": None if results.train is None else int(results.train[index]),
                    "testing_clips": int(results.test[index]),
                    "testing_recordings": int(results.test_recordings[index]),
                    **_columns("recall", each(system.recall)[index]),
                    **_columns("f1_s1", each(s1.f1)[index]),
                    **_columns("f1_s2", each(s2.f1)[index]),
                }
            )
        lines.append(
            {
                "system": system.name,
                "class": "macro",
                "training_clips": None if results.train is None else int(results.train.sum()),
                "testing_clips": results.clips,
                "testing_recordings": results.recordings,
                **_columns("recall", system.macro_recall),
                **_columns("f1_s1", s1.macro),
                **_columns("f1_s2", s2.macro),
            }
        )
    return lines


def each(figures: Estimates) -> list[Estimate]:
    """Return the figures of the classes one by one."""
    return [Estimate(*map(float, figure)) for figure in zip(*figures, strict=True)]


def words(figure: Estimate) -> str:
    """Return a figure with its interval as text, such as "0.77 [0.67, 0.87]"."""
    if math.isnan(figure.low):
        return f"{figure.value:.2f} [{NOT_ESTIMABLE}]"
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"


def _columns(name: str, figure: Estimate) -> dict[str, float | str]:
    low, high = (NOT_ESTIMABLE if math.isnan(end) else end for end in (figure.low, figure.high))
    return {name: figure.value, f"{name}_low": low, f"{name}_high": high}
