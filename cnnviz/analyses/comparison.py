"""Systems compared class by class: in which order, and whether counts explain the differences.

**Conventions**: arrays are (class,) in the order of `Results.classes`. A *measure* is one of
`MEASURES`; F1 is that of S1, the strategy by which the page judges a clip.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.results import Difference, Estimate, Estimates, Results, System

MEASURES = ("F1", "Recall")
PAGE_STRATEGY = "s1"
NOT_ESTIMABLE = "not estimable"
THIS = "this network"  # what the page calls the network that was evaluated


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


def difference_verdict(difference: Difference, *, than: str) -> str:
    """Say how far the network's macro recall is from that of another system, and how surely."""
    figure = difference.macro_recall
    figures = words(figure, sign="+")
    start = f"Macro recall, difference from {than} on the same clips: **{figures}**."
    if math.isnan(figure.low):
        return f"{start} The recordings are too few, or the two too alike, to say which is better."
    if figure.low <= 0 <= figure.high:
        return (
            f"{start} The interval of the difference includes 0: these recordings do not show "
            "which of the two is better."
        )
    better = f"better than {than}" if figure.low > 0 else f"worse than {than}"
    return (
        f"{start} The interval of the difference leaves 0 out: on recordings such as these, the "
        f"network is {better}."
    )


def column(of: System | Difference, *, measure: str) -> list[Estimate | None]:
    """Return a figure for each class, then macro and micro; None where there is none.

    Parameters
    ----------
    of : System or Difference
    measure : str
        "Recall", "F1" (by S1) or "F1 by S2".
    """
    if measure == "Recall":
        return [*each(of.recall), of.macro_recall, None]
    if isinstance(of, System):
        strategy = of.strategies["s2" if measure == "F1 by S2" else PAGE_STRATEGY]
        return [*each(strategy.f1), strategy.macro, strategy.micro]
    none = [None] * len(of.recall.value)
    return [*none, *((of.macro_f1, of.micro_f1) if measure == "F1" else (None, None))]


Row = dict[str, str | int | float | None]


def rows(results: Results) -> list[Row]:
    """Return every figure as one row for each system and class, then those of macro and micro.

    Differences follow, as systems called "network − other". The keys are the same in every row;
    what does not apply is None, and an interval that is not estimable has these words at both ends.
    """
    train = [None] * len(results.classes) if results.train is None else results.train.tolist()
    total = None if results.train is None else sum(train)
    counts = [*zip(train, results.test.tolist(), results.test_recordings.tolist(), strict=True)]
    counts += [(total, results.clips, results.recordings)] * 2
    names = [*results.classes, "macro", "micro"]
    columns: dict[str, System | Difference] = {one.name: one for one in results.systems}
    for one in results.systems:
        if one.difference is not None:
            columns[f"{results.network.name} − {one.name}"] = one.difference
    return [
        {
            "system": system,
            "class": name,
            "training_clips": n_train,
            "testing_clips": n_test,
            "testing_recordings": n_recordings,
            **_columns("recall", recall),
            **_columns("f1_s1", f1_s1),
            **_columns("f1_s2", f1_s2),
        }
        for system, of in columns.items()
        for name, (n_train, n_test, n_recordings), recall, f1_s1, f1_s2 in zip(
            names,
            counts,
            *(column(of, measure=measure) for measure in ("Recall", "F1", "F1 by S2")),
            strict=True,
        )
    ]


def each(figures: Estimates) -> list[Estimate]:
    """Return the figures of the classes one by one."""
    return [Estimate(*map(float, figure)) for figure in zip(*figures, strict=True)]


def words(figure: Estimate, *, sign: str = "") -> str:
    """Return a figure with its interval as text, such as "0.77 [0.67, 0.87]".

    With "+" as sign, as a difference: "+0.12 [−0.01, +0.25]".
    """
    low, high = (f"{end:{sign}.2f}" for end in figure[1:])
    between = NOT_ESTIMABLE if math.isnan(figure.low) else f"{low}, {high}"
    return f"{figure.value:{sign}.2f} [{between}]".replace("-", "−")


def _columns(name: str, figure: Estimate | None) -> Row:
    if figure is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    low, high = (NOT_ESTIMABLE if math.isnan(end) else end for end in (figure.low, figure.high))
    return {name: figure.value, f"{name}_low": low, f"{name}_high": high}
