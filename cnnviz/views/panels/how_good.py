"""The panel *How good is it?*: what the network reached, on what, and beside what."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cnnviz.analyses import bootstrap, comparison
from cnnviz.analyses.comparison import THIS
from cnnviz.analyses.results import Estimate, Estimates, Results, System
from cnnviz.clips.instruments import NAMES
from cnnviz.networks.card import Card
from cnnviz.views import address, chart, confusions, evaluations, reliability, session
from cnnviz.views.chart import Spec
from cnnviz.views.charts import results as charts
from cnnviz.views.confusions import AtHand
from cnnviz.views.plain import plain

if TYPE_CHECKING:
    from cnnviz.views.session import Session

title = "How good is it?"
follows: frozenset[str] = frozenset()

Counts = NDArray[np.int64]

IRMAS_RESULTS = "results_irmas.json"
TITLES = {
    "mfcc_svm": "MFCC + SVM",
    "soundfonts_only": "soundfonts only",
    "first_weights": "first weights",
}
# Han, Kim & Lee 2016 (arXiv 1605.09507), abstract: on the testing data of IRMAS, 2,874 excerpts
HAN = {"micro": 0.602, "macro": 0.503}
HAN_NAME = "Han, Kim & Lee 2016, as published"
HAN_CLIPS = 2874
SHORT_SHA256 = 8
TABLE_BELOW = "The figures stand in a table below."
NOTHING_AT_HAND = AtHand()


def show(shown: "Session") -> None:
    """Show the results of the network on the stage, which plays the clips that are chosen."""
    picture = shown.picture

    def play(title: str) -> None:
        address.travel(picture.id, {"clip": title})
        session.play(picture.id, picture.listed[title].id)
        st.rerun()

    at_hand = AtHand(picture.listed, picture.clip.title, play)
    show_results(picture.loader.folder, picture.loader.card, at_hand=at_hand)


def show_results(folder: Path, card: Card, *, at_hand: AtHand = NOTHING_AT_HAND) -> None:
    """Show one of the network's evaluations: what `evaluate` wrote into its folder.

    Parameters
    ----------
    folder : Path
        The network's.
    card : Card
        The network's.
    at_hand : AtHand
        The clips that may go on the stage.
    """
    each = {one.name: one for one in evaluations.of_network(folder, card.name)}
    chosen = next(iter(each.values()))
    if len(each) > 1:
        chosen = each[
            st.selectbox(
                "Evaluated on",
                list(each),
                key="evaluated_on",
                help="Every results….json in the network's folder. `python -m cnnviz.training "
                "evaluate --help` says how to add one for clips of your own.",
            )
        ]
    if chosen.results is None:
        st.warning(plain(chosen.refusal))
        return
    results = chosen.results
    st.markdown(_summary(results))
    if compared := _compared(results):
        st.markdown(compared)
    measure = st.segmented_control(
        "Drawn below",
        comparison.MEASURES,
        default=comparison.MEASURES[0],
        required=True,
        key="measure",
        help="F1 counts both what was missed and what was named wrongly. Recall asks only for how "
        "many of an instrument's clips it came first.",
    )
    key = "" if chosen.path.name == evaluations.RESULTS else f"{chosen.path.stem}_"
    _show_evaluation(results, measure=measure, key=key, at_hand=at_hand)
    if chosen.path.name == IRMAS_RESULTS:
        _show_beside_published(results)
    else:
        st.caption(_published(folder, results))


def _published(folder: Path, results: Results) -> str:
    """Say why the published figures do not stand here, and how to see them compared."""
    there = (folder / IRMAS_RESULTS).is_file()
    return (
        f"Han, Kim & Lee report micro F1 {HAN['micro']} and macro F1 {HAN['macro']} for their "
        "network. These were measured on another test set (the testing data of IRMAS, several "
        "labels a clip), so they cannot be compared with the figures above. "
        + (
            "The evaluation on IRMAS compares them; choose it at the top."
            if there
            else f"If you have IRMAS, `{_irmas_command(folder)}` puts the comparison here."
        )
    )


def _irmas_command(folder: Path) -> str:
    place = f"{folder.parent.name}/{folder.name}"
    return (
        f"python -m cnnviz.training evaluate --network {place} "
        f"--collection IRMAS-TestingData --json {place}/{IRMAS_RESULTS}"
    )


def _show_evaluation(results: Results, *, measure: str, key: str, at_hand: AtHand) -> None:
    """Show one evaluation: figures and counts of the classes, confusions, all as a table."""
    order = comparison.order(results, measure=measure)
    names = [_instrument(results.classes[index]) for index in order]
    left, right = st.columns([3, 2])
    with left:
        st.markdown(f"### {measure} of each instrument")
        figures = {
            name: _ordered(comparison.estimates(system, measure=measure), order)
            for name, system in _by_title(results).items()
        }
        chart.show(
            _dots(figures, names, measure),
            alt=f"{measure} of each instrument with its 95 % interval, {' and '.join(figures)}. "
            f"From the top: {', '.join(names)}. {TABLE_BELOW}",
        )
    with right:
        st.markdown("### Clips of each instrument")
        kinds = {} if results.train is None else {"learned from": results.train[order]}
        kinds["tested on"] = results.test[order]
        step = charts.row_step(len(results.systems))
        chart.show(
            _counts(kinds, names, step),
            alt=f"How many clips of each instrument were {' and '.join(kinds)}. {TABLE_BELOW}",
        )
    st.caption(_how_to_read(results, measure=measure))
    st.markdown(comparison.counts_verdict(results, measure=measure))
    chosen = _choose(results, key=key)
    systems = _by_title(results)
    st.markdown("### Confusion matrix")
    confusions.show(results, systems[chosen], at_hand=at_hand, key=f"{key}{chosen}_")
    colour = charts.colour(list(systems).index(chosen))
    reliability.show(results, systems[chosen], title=chosen, colour=colour)
    _show_table(results, key=key)


def _summary(results: Results) -> str:
    recall = comparison.mean_estimate(results.network, measure="Recall")
    f1 = comparison.mean_estimate(results.network, measure="F1")
    part = f", part “{plain(results.split)}”" if results.split else ""
    few = [
        f"{_instrument(code)} ({n})"
        for code, n in zip(results.classes, results.test_recordings, strict=True)
        if n <= bootstrap.FEW
    ]
    warned = (
        f" **Few recordings** were tested of {', '.join(few)}: their figures tell little of other "
        "recordings, and have no interval."
        if few
        else ""
    )
    return (
        f"Averaged over {len(results.classes)} instruments, the right one comes first for "
        f"**{comparison.words(recall)}** of the clips (macro recall), and **macro F1 is "
        f"{comparison.words(f1)}**: measured on {results.clips:,} clips of "
        f"{results.recordings:,} recordings (collection {plain(results.collection)}{part}, SHA-256 "
        f"`{results.sha256[:SHORT_SHA256]}`) on {results.day.day} {results.day:%B %Y}.{warned}"
    )


def _compared(results: Results) -> str:
    """Say what is known of the network beside each system that judged the same clips."""
    each = [
        comparison.difference_verdict(system.difference, than=plain(title))
        for title, system in _by_title(results).items()
        if system.difference is not None
    ]
    if len(each) > 1:
        each.append(
            f"Each of these {len(each)} intervals is 95 % by itself: that one of them leaves out "
            "the true difference is more likely than 5 %."
        )
    return "  \n".join(each)


def _how_to_read(results: Results, *, measure: str) -> str:
    name = measure if measure == "F1" else measure.lower()
    ordered = (
        f"the instrument where the network's {name} is best"
        if results.baseline is None
        else f"the instrument where the network's {name} is farthest ahead of "
        f"{TITLES[results.baseline.name]}"
    )
    threshold = results.network.strategies[comparison.PAGE_STRATEGY].threshold
    named = (
        f"An instrument counts as named from a score of {threshold:.2f}, chosen on other clips. "
        if measure == "F1"
        else ""
    )
    paired = (
        "Intervals of differences are paired: both systems in the same draws of recordings. "
        if _compared(results)
        else ""
    )
    return (
        f"{named}At the top: {ordered}. Lines and brackets are 95 % intervals over recordings; "
        "they are wide where an instrument has few, however many clips were cut from them, and "
        f"there is none ({comparison.NOT_ESTIMABLE}) of {bootstrap.FEW} or fewer. They come from a "
        "bootstrap. Where every recording of an instrument is right throughout, or wrong, a "
        "bootstrap has no width: there recall has an exact binomial interval, and F1 none. "
        f"{paired}"
        "Bars of each colour are drawn to their own largest."
    )


def _choose(results: Results, *, key: str) -> str:
    """Choose the system that the confusions and the scores below are of; return its title."""
    titles = list(_by_title(results))
    if len(titles) == 1:
        return THIS
    return str(
        st.segmented_control(
            "Confusions and scores below are of",
            titles,
            default=THIS,
            required=True,
            key=f"{key}named_by",
        )
    )


def _show_table(results: Results, *, key: str) -> None:
    with st.expander("All figures as a table"):
        st.dataframe(_figures(results), hide_index=True)
        st.download_button(
            "Download as CSV",
            pd.DataFrame(comparison.rows(results)).to_csv(index=False),
            file_name=f"cnnviz_{results.network.name}_{key or 'results_'}figures.csv",
            mime="text/csv",
            key=f"{key}csv",
            on_click="ignore",
        )
        st.caption(f"Made by: {plain(results.command)}")
        for command in {one.kept_from: one for one in results.systems if one.kept_from}:
            kept = [title for title, one in _by_title(results).items() if one.kept_from == command]
            st.caption(
                f"Kept from an earlier evaluation: {plain(', '.join(kept))}. {plain(command)}"
            )


def _figures(results: Results) -> pd.DataFrame:
    """Return the table for people: one line for each class, macro and micro."""
    table: dict[str, list[str] | list[int]] = {
        "instrument": [*map(_instrument, results.classes), "macro", "micro"]
    }
    if results.train is not None:
        table["learned from"] = [*map(int, results.train), *[int(results.train.sum())] * 2]
    table["tested on"] = [*map(int, results.test), *[results.clips] * 2]
    table["recordings"] = [*map(int, results.test_recordings), *[results.recordings] * 2]
    systems = _by_title(results)
    for name, system in systems.items():
        for measure in comparison.MEASURES:
            table[f"{measure}, {name}"] = _words(comparison.column(system, measure=measure))
    for name, system in systems.items():
        if system.difference is None:
            continue
        for measure in comparison.MEASURES:
            figures = comparison.column(system.difference, measure=measure)
            table[f"{measure}, {THIS} − {name}"] = _words(figures, sign="+")
    return pd.DataFrame(table)


def _words(figures: list[Estimate | None], *, sign: str = "") -> list[str]:
    return ["" if one is None else comparison.words(one, sign=sign) for one in figures]


def _show_beside_published(results: Results) -> None:
    """Draw the means beside those of the paper, measured on the same test set."""
    st.markdown("### Beside the published network")
    rows = {
        f"{mean} F1 ({strategy.upper()})": (strategy, mean)
        for mean in HAN
        for strategy in results.network.strategies
    }
    figures = {}
    for name, system in _by_title(results).items():
        means = [getattr(system.strategies[s], mean) for s, mean in rows.values()]
        figures[name] = Estimates(*np.array(means).T)
    unknown = np.full(len(rows), np.nan)
    published = np.array([HAN[mean] for _, mean in rows.values()])
    figures[HAN_NAME] = Estimates(published, unknown, unknown)
    said = {
        name: ", ".join(f"{row} {value:.3f}" for row, value in zip(rows, of.value, strict=True))
        for name, of in figures.items()
    }
    chart.show(
        _dots(figures, list(rows), "F1"),
        alt="Mean F1. " + " ".join(f"{name}: {values}." for name, values in said.items()),
    )
    same = (
        f"Both were measured on the {HAN_CLIPS:,} excerpts of the testing data of IRMAS."
        if results.clips == HAN_CLIPS
        else f"The published figures were measured on all {HAN_CLIPS:,} excerpts of the testing "
        f"data of IRMAS, those of this network on {results.clips:,} clips: compare with care."
    )
    st.caption(
        f"{same} S1 averages over a clip's windows, S2 adds them up and divides by the leading "
        "instrument. The paper gives one figure for its best setting, and no interval."
    )


# Altair takes a tenth of a second to check a chart, and these are the same at every run.
@st.cache_data(max_entries=32, show_spinner=False)
def _dots(figures: dict[str, Estimates], rows: list[str], title: str) -> Spec:
    return dict(charts.dots(figures, rows=rows, title=title).to_dict())


@st.cache_data(max_entries=32, show_spinner=False)
def _counts(kinds: dict[str, Counts], rows: list[str], step: int) -> Spec:
    return dict(charts.counts(kinds, rows=rows, step=step).to_dict())


def _by_title(results: Results) -> dict[str, System]:
    """Return the systems by what they are called on the page, the baseline second if any.

    So that network and baseline have the same colours whatever else was evaluated.
    """
    others = sorted(results.systems[1:], key=lambda system: system is not results.baseline)
    titles = {TITLES.get(one.name, one.name.replace("_", " ")): one for one in others}
    return {THIS: results.network, **titles}


def _instrument(code: str) -> str:
    return NAMES.get(code, code)


def _ordered(figures: Estimates, order: np.ndarray) -> Estimates:
    return Estimates(*(part[order] for part in figures))
