"""Systems compared class by class: in which order, and whether counts explain the differences.

**Conventions**: arrays are (class,) in the order of `Results.classes`. A *measure* is one of
`MEASURES`; F1 is that of S1, the strategy by which the page judges a clip.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.results import Estimate, Estimates, Results, System

MEASURES = ("F1", "Recall")
PAGE_STRATEGY = "s1"


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
        In [-1, 1]; nan where one of them is the same throughout, for then nothing can be said.
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

    The keys are the same in every row; what does not apply is None.
    """
    found: list[dict[str, str | int | float | None]] = []
    for system in results.systems:
        for index, code in enumerate(results.classes):
            found.append(
                {
                    "system": system.name,
                    "class": code,
                    "training_clips": None if results.train is None else int(results.train[index]),
                    "testing_clips": int(results.test[index]),
                    **_columns("recall", _one(system.recall, index)),
                    **_columns("f1_s1", _one(system.strategies["s1"].f1, index)),
                    **_columns("f1_s2", _one(system.strategies["s2"].f1, index)),
                }
            )
        found.append(
            {
                "system": system.name,
                "class": "macro",
                "training_clips": None if results.train is None else int(results.train.sum()),
                "testing_clips": results.clips,
                **_columns("recall", system.macro_recall),
                **_columns("f1_s1", system.strategies["s1"].macro),
                **_columns("f1_s2", system.strategies["s2"].macro),
            }
        )
    return found


def _one(of: Estimates, index: int) -> Estimate:
    return Estimate(float(of.value[index]), float(of.low[index]), float(of.high[index]))


def _columns(name: str, of: Estimate) -> dict[str, float]:
    return {name: of.value, f"{name}_low": of.low, f"{name}_high": of.high}
