"""Whether a system's scores mean what they say: the curve, what it says in words, its table."""

import math

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cnnviz.analyses import bootstrap, comparison
from cnnviz.analyses import reliability as analysis
from cnnviz.analyses.reliability import Reliability
from cnnviz.analyses.results import Estimate, Results, System
from cnnviz.views import chart
from cnnviz.views.chart import Spec
from cnnviz.views.charts import reliability as charts
from cnnviz.views.plain import plain

UNKNOWN = (
    "Whether this is more than chance cannot be said of these recordings: they are too few, or too "
    "alike."
)
COVERAGE = "79 to 99 %"  # `python benchmarks/run.py --only intervals`


def show(results: Results, system: System, *, title: str, colour: str) -> None:
    """Show how often a system is right, by its highest score; nothing where no scores were kept.

    Parameters
    ----------
    results : Results
    system : System
        One of the results'.
    title : str
        What the page calls it.
    colour : str
        Its colour in charts.
    """
    if all(one.scores is None for one in results.systems):
        return
    st.markdown("### Is a score of 0.7 right 7 times in 10?")
    if system.scores is None:
        st.caption(f"Not known of {plain(title)}: its scores of single clips were not kept.")
        return
    of = _reliability(system.scores, analysis.truth_of(results), analysis.groups_of(results))
    left, right = st.columns([3, 2])
    with left:
        chart.show(
            _curve(of, colour),
            alt=f"Reliability curve of {title}: how often the instrument with the highest score is "
            f"right, by that score. {_in_bins(of)} The figures stand in a table below.",
        )
    with right:
        st.markdown(f"{_on_average(of, title)}\n\n{_example(of)}\n\n{_error(of)}")
    st.caption(
        "Each dot is the clips of a part of the scale, as large as their number, which stands "
        "below it; lines are 95 % intervals over recordings. On the dashed diagonal, scores mean "
        "what they say; below it they are too high (over-confident), above it too low. A clip with "
        "several labels is right if one of them has the highest score. A dot is hollow where no "
        f"interval can be given, as of {bootstrap.FEW} recordings or fewer. Where all recordings "
        "of a dot are right, or none, the interval is exact (binomial). That of the calibration "
        f"error is approximate: in simulations, {COVERAGE} of such intervals held the true error. "
        "Chance is judged over recordings, as clips of one recording are often right or wrong "
        "together."
    )
    with st.expander("The scores as a table"):
        st.dataframe(_table(of), hide_index=True)


# The bootstrap takes a quarter of a second for 3,000 clips, a chart's check a tenth.
@st.cache_data(max_entries=32, show_spinner=False)
def _reliability(
    scores: NDArray[np.float64], truth: NDArray[np.bool_], groups: NDArray[np.int64]
) -> Reliability:
    return analysis.reliability(scores, truth, groups)


@st.cache_data(max_entries=32, show_spinner=False)
def _curve(of: Reliability, colour: str) -> Spec:
    return dict(charts.curve(of, colour=colour).to_dict())


def _on_average(of: Reliability, title: str) -> str:
    """Say whether scores are too high or too low, of all clips."""
    gap = of.gap
    mean = float(np.nansum(of.score * of.clips) / of.clips.sum())
    start = (
        f"Scores of {plain(title)}: the highest of a clip is **{mean:.2f}** on average, and right "
        f"in {_clips(mean - gap.value, int(of.clips.sum()))}."
    )
    if math.isnan(gap.low):
        return f"{start} {UNKNOWN}"
    if gap.low <= 0 <= gap.high:
        return (
            f"{start} These clips show no difference: they are off by "
            f"{comparison.words(gap, sign='+')}, an interval that includes 0."
        )
    if gap.low > 0:
        return f"{start} They are too high (over-confident), by {comparison.words(gap)}."
    less = Estimate(-gap.value, -gap.high, -gap.low)
    return f"{start} They are too low (under-confident), by {comparison.words(less)}."


def _example(of: Reliability) -> str:
    """Say what a score means, of the bin with most clips."""
    i = int(of.clips.argmax())
    right = comparison.each(of.right)[i]
    between = (
        f" (95 %: {100 * right.low:.0f} to {100 * right.high:.0f})"
        if not math.isnan(right.low)
        else ""
    )
    return (
        f"When it says {of.score[i]:.2f} ({of.edges[i]:.1f} to {of.edges[i + 1]:.1f}, where most "
        f"clips are), it is right in {_clips(right.value, int(of.clips[i]))}{between}."
    )


def _error(of: Reliability) -> str:
    start = (
        f"Averaged over the dots, score and part right are **{comparison.words(of.error)}** apart: "
        "the expected calibration error (ECE)."
    )
    if math.isnan(of.error.low):
        return f"{start} {UNKNOWN}"
    verdict = ": this is more than chance explains"
    if of.may_be_chance:
        alone = " by this measure alone" if of.error.low > 0 else ""
        verdict = f", so{alone} this may be chance as well"
    return (
        f"{start} Scores that mean exactly what they say would show {of.chance:.2f} by chance in "
        f"as many recordings{verdict}."
    )


def _in_bins(of: Reliability) -> str:
    bins = charts.table(of).itertuples(index=False)
    return " ".join(f"{one.score}: {one.right:.2f} of {one.clips:,} clips." for one in bins)


def _table(of: Reliability) -> pd.DataFrame:
    """Return the table for people: one line for each bin with clips."""
    bins = charts.table(of)
    figures = [one for one, n in zip(comparison.each(of.right), of.clips, strict=True) if n]
    return pd.DataFrame(
        {
            "highest score": bins["score"],
            "clips": bins["clips"],
            "recordings": bins["recordings"],
            "mean score": bins["mean score"].round(2),
            "part right": [*map(comparison.words, figures)],
        }
    )


def _clips(part: float, n: int) -> str:
    """Say how many clips are right, such as "**39 of 60** clips: 65 of 100"."""
    return f"**{round(part * n):,} of {n:,}** clips: {100 * part:.0f} of 100"
