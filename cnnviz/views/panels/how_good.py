"""The panel *How good is it?*: what the network reached, on what, and beside what."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cnnviz.analyses import comparison
from cnnviz.analyses.results import Estimates, Results, System, read_results
from cnnviz.clips.instruments import NAMES
from cnnviz.errors import BadInput
from cnnviz.networks.card import Card
from cnnviz.views import chart
from cnnviz.views.chart import Spec
from cnnviz.views.charts import results as charts
from cnnviz.views.plain import plain

if TYPE_CHECKING:
    from cnnviz.views.session import Session

title = "How good is it?"

Counts = NDArray[np.int64]

RESULTS = "results.json"
IRMAS_RESULTS = "results_irmas.json"
THIS = "this network"
TITLES = {"mfcc_svm": "MFCC + SVM", "soundfonts_only": "soundfonts only"}
# Han, Kim & Lee 2016 (arXiv 1605.09507), abstract: on the testing data of IRMAS, 2,874 excerpts
HAN = {"micro": 0.602, "macro": 0.503}
HAN_NAME = "Han, Kim & Lee 2016, as published"
HAN_CLIPS = 2874
SHORT_SHA256 = 8
TABLE_BELOW = "The figures stand in a table below."


def show(session: "Session") -> None:
    """Show the results of the network on the stage."""
    loader = session.picture.loader
    show_results(loader.folder, loader.card)


def show_results(folder: Path, card: Card) -> None:
    """Show what `evaluate` wrote into the network's folder, for IRMAS too where it was run.

    Parameters
    ----------
    folder : Path
        The network's, with `results.json` and perhaps `results_irmas.json`.
    card : Card
        The network's.
    """
    try:
        results = _read(folder / RESULTS, card)
    except BadInput as error:
        st.warning(plain(str(error)))
        return
    st.markdown(_summary(results))
    measure = st.segmented_control(
        "Drawn below",
        comparison.MEASURES,
        default=comparison.MEASURES[0],
        required=True,
        key="measure",
        help="F1 counts both what was missed and what was named wrongly. Recall asks only for how "
        "many of an instrument's clips it came first.",
    )
    _show_evaluation(results, measure=measure, key="")
    irmas = folder / IRMAS_RESULTS
    if not irmas.is_file():
        st.caption(
            f"Han, Kim & Lee report micro F1 {HAN['micro']} and macro F1 {HAN['macro']} for their "
            "network. These were measured on another test set (the testing data of IRMAS, several "
            "labels a clip), so they cannot be compared with the figures above. If you have IRMAS, "
            f"`{_irmas_command(folder)}` puts the comparison here."
        )
        return
    st.subheader("On IRMAS", anchor=False)
    try:
        irmas_results = _read(irmas, card)
    except BadInput as error:
        st.warning(plain(str(error)))
        return
    st.markdown(_summary(irmas_results))
    _show_evaluation(irmas_results, measure=measure, key="irmas_")
    _show_beside_published(irmas_results)


def _irmas_command(folder: Path) -> str:
    place = f"{folder.parent.name}/{folder.name}"
    return (
        f"python -m cnnviz.training evaluate --network {place} "
        f"--collection IRMAS-TestingData --json {place}/{IRMAS_RESULTS}"
    )


def _read(path: Path, card: Card) -> Results:
    results = read_results(path)
    if results.network.name != card.name:
        raise BadInput(
            f"{path.name} must begin with the network beside it, '{card.name}', but begins with "
            f"'{results.network.name}'. Evaluate this network, or fetch its folder again."
        )
    return results


def _show_evaluation(results: Results, *, measure: str, key: str) -> None:
    """Show one evaluation: figures and counts of the classes, confusions, all as a table."""
    order = comparison.order(results, measure=measure)
    names = [_instrument(results.classes[index]) for index in order]
    left, right = st.columns([3, 2])
    with left:
        _heading(f"{measure} of each instrument", key)
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
        _heading("Clips of each instrument", key)
        kinds = {} if results.train is None else {"learned from": results.train[order]}
        kinds["tested on"] = results.test[order]
        step = charts.row_step(len(results.systems))
        chart.show(
            _counts(kinds, names, step),
            alt=f"How many clips of each instrument were {' and '.join(kinds)}. {TABLE_BELOW}",
        )
    st.caption(_how_to_read(results, measure=measure))
    st.markdown(comparison.counts_verdict(results, measure=measure))
    _show_confusion(results, key=key)
    _show_table(results, key=key)


def _summary(results: Results) -> str:
    recall = comparison.mean_estimate(results.network, measure="Recall")
    f1 = comparison.mean_estimate(results.network, measure="F1")
    part = f", part “{plain(results.split)}”" if results.split else ""
    return (
        f"Averaged over {len(results.classes)} instruments, the right one comes first for "
        f"**{comparison.words(recall)}** of the clips (macro recall), and **macro F1 is "
        f"{comparison.words(f1)}**: measured on {results.clips:,} clips of "
        f"{results.recordings:,} recordings (collection {plain(results.collection)}{part}, SHA-256 "
        f"`{results.sha256[:SHORT_SHA256]}`) on {results.day.day} {results.day:%B %Y}."
    )


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
    return (
        f"{named}At the top: {ordered}. Lines and brackets are 95 % intervals over recordings; "
        "they are wide where an instrument has few, however many clips were cut from them. They "
        "come from a bootstrap. Where every recording of an instrument is right throughout, or "
        "wrong, a bootstrap has no width: there recall has an exact binomial interval, and F1 none "
        f"({comparison.NOT_ESTIMABLE}). "
        "Bars of each colour are drawn to their own largest."
    )


def _show_confusion(results: Results, *, key: str) -> None:
    _heading("Confusion matrix", key)
    systems = _by_title(results)
    chosen = THIS
    if len(systems) > 1:
        chosen = st.segmented_control(
            "Named by",
            list(systems),
            default=THIS,
            required=True,
            key=f"{key}named_by",
        )
    table = systems[chosen].confusion
    rows = [_instrument(code) for code in results.classes]
    columns = [_instrument(code) for code in results.named]
    right = sum(table[rows.index(name), columns.index(name)] for name in {*rows} & {*columns})
    chart.show(
        _matrix(table, rows, columns),
        alt=f"Confusion matrix of {chosen}: {right:,} of {table.sum():,} clips are right. "
        f"{TABLE_BELOW}",
    )
    left_out = results.clips - int(table.sum())
    several = f" {left_out:,} clips with several labels are left out." if left_out else ""
    st.caption(
        "A row is the instrument that plays, a column the one with the highest score; the diagonal "
        f"is right. Numbers are clips, colour is their share of the row.{several}"
    )
    with st.expander("As a table"):
        st.dataframe(pd.DataFrame(table, index=rows, columns=columns))


def _show_table(results: Results, *, key: str) -> None:
    with st.expander("All figures as a table"):
        st.dataframe(_figures(results), hide_index=True)
        st.download_button(
            "Download as CSV",
            pd.DataFrame(comparison.rows(results)).to_csv(index=False),
            file_name=f"cnnviz_{results.network.name}_{key}results.csv",
            mime="text/csv",
            key=f"{key}csv",
            on_click="ignore",
        )
        st.caption(f"Made by: {plain(results.command)}")


def _figures(results: Results) -> pd.DataFrame:
    """Return the table for people: one line for each class, each figure with its interval."""
    table: dict[str, list[str] | list[int]] = {
        "instrument": [*map(_instrument, results.classes), "macro"]
    }
    if results.train is not None:
        table["learned from"] = [*map(int, results.train), int(results.train.sum())]
    table["tested on"] = [*map(int, results.test), results.clips]
    table["recordings"] = [*map(int, results.test_recordings), results.recordings]
    for name, system in _by_title(results).items():
        for measure in comparison.MEASURES:
            figures = comparison.each(comparison.estimates(system, measure=measure))
            figures.append(comparison.mean_estimate(system, measure=measure))
            table[f"{measure}, {name}"] = [*map(comparison.words, figures)]
    return pd.DataFrame(table)


def _show_beside_published(results: Results) -> None:
    """Draw the means beside those of the paper, measured on the same test set."""
    _heading("Beside the published network", "irmas_")
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


@st.cache_data(max_entries=32, show_spinner=False)
def _matrix(table: Counts, rows: list[str], columns: list[str]) -> Spec:
    return dict(charts.confusion(table, rows=rows, columns=columns).to_dict())


def _heading(text: str, key: str) -> None:
    """Head a chart; those of IRMAS stand under a heading of their own."""
    st.markdown(f"{'####' if key else '###'} {text}")


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
