"""What a system takes for what: the matrix, and the clips behind each of its cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cnnviz.analyses import comparison
from cnnviz.analyses.confused import Cell, behind, cells
from cnnviz.analyses.results import Results, System
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.instruments import NAMES
from cnnviz.views import evaluations
from cnnviz.views.chart import Spec, readable
from cnnviz.views.charts import results as charts
from cnnviz.views.plain import plain

LONGEST_LIST = 100  # clips to choose from; more would be slow to draw and too many to hear
HIGHEST_LIST = 8  # clips in sight; more are scrolled
LIST_HEIGHT = 420  # pixels
CELL = "cell"  # the chart's selection


@dataclass(frozen=True)
class AtHand:
    """The clips that may go on the stage.

    Attributes
    ----------
    listed : mapping of str to Entry
        The clip list, by title.
    showing : str
        Title of the clip on the stage.
    play : callable
        Puts the clip with a title there, and plays it.
    """

    listed: Mapping[str, Entry[Path]] = field(default_factory=dict)
    showing: str = ""
    play: Callable[[str], None] = lambda title: None


def show(results: Results, system: System, *, at_hand: AtHand, key: str) -> None:
    """Show the matrix of a system, and the clips of the cell that is chosen.

    Parameters
    ----------
    results : Results
    system : System
        One of the results'.
    at_hand : AtHand
    key : str
        Begins the keys of the widgets.
    """
    options = {f"{cell.label}-{cell.top}": cell for cell in cells(results, system)}
    chosen_key = f"{key}cell"
    if st.session_state.get(chosen_key) not in options:
        st.session_state[chosen_key] = None  # of another system
    chosen = options.get(st.session_state[chosen_key] or "")
    _show_matrix(results, system, chosen, options, key=key)
    left_out = results.clips - int(system.confusion.sum())
    several = f" {left_out:,} clips with several labels are left out." if left_out else ""
    st.caption(
        "A row is the instrument that plays, a column the one with the highest score; the diagonal "
        f"is right. Numbers are clips, colour is their share of the row.{several}"
    )
    with st.expander("As a table"):
        rows, columns = _names(results)
        st.dataframe(pd.DataFrame(system.confusion, index=rows, columns=columns))
    choice = st.selectbox(
        "Clips behind a cell",
        list(options),
        index=None,
        format_func=lambda option: _words(options[option]),
        key=chosen_key,
        placeholder="Click a cell of the matrix, or choose one here",
    )
    if choice is not None:
        _show_clips(results, system, options[choice], at_hand=at_hand, key=key)


def _show_matrix(
    results: Results, system: System, chosen: Cell | None, options: Mapping[str, Cell], *, key: str
) -> None:
    place = None
    if chosen is not None:
        place = (results.classes.index(chosen.label), results.named.index(chosen.top))
    # A chart keeps what was clicked, and tells nothing of a second click there: a new one for each
    # choice takes every click.
    chart_key = f"{key}matrix_{place}"

    def take() -> None:
        (clicked, *_) = st.session_state[chart_key].selection[CELL] or [None]
        if clicked is None:
            return
        row, column = map(int, clicked[CELL].split(","))
        option = f"{results.classes[row]}-{results.named[column]}"
        if option in options:
            st.session_state[f"{key}cell"] = option

    rows, columns = _names(results)
    table = system.confusion
    right = sum(cell.clips for cell in options.values() if cell.label == cell.top)
    st.vega_lite_chart(
        readable(_matrix(table, rows, columns, place)),
        width="stretch",
        alt=f"Confusion matrix of {system.name}: {right:,} of {table.sum():,} clips are right. "
        "Its cells stand in the list below.",
        key=chart_key,
        on_select=take,
        selection_mode=CELL,
    )


# Altair takes a tenth of a second to check a chart, and these are the same at every run.
@st.cache_data(max_entries=32, show_spinner=False)
def _matrix(
    table: NDArray[np.int64], rows: list[str], columns: list[str], place: tuple[int, int] | None
) -> Spec:
    chart = charts.confusion(table, rows=rows, columns=columns, chosen=place)
    return dict(chart.to_dict())


def _words(cell: Cell) -> str:
    n = "1 clip" if cell.clips == 1 else f"{cell.clips:,} clips"
    if cell.label == cell.top:
        return f"{_instrument(cell.label)} named rightly · {n}"
    return f"{_instrument(cell.label)} taken for {_instrument(cell.top)} · {n}"


def _show_clips(results: Results, system: System, cell: Cell, *, at_hand: AtHand, key: str) -> None:
    """List the clips behind a cell: those at hand to choose from, the others as a table."""
    clips = behind(results, system, label=cell.label, top=cell.top)
    if not clips:
        st.caption(_why_unknown(results, system))
        return
    there = evaluations.at_hand(results, clips, at_hand.listed)
    if there:
        _show_choice(results, system, cell, there, at_hand=at_hand, key=key)
    away = [index for index in clips if index not in there]
    if away:
        st.caption(_why_away(results, len(away), len(clips)))
        st.dataframe(
            pd.DataFrame([_row(results, system, cell, index) for index in away]), hide_index=True
        )


def _show_choice(
    results: Results,
    system: System,
    cell: Cell,
    there: Mapping[int, Entry[Path]],
    *,
    at_hand: AtHand,
    key: str,
) -> None:
    shown = dict(list(there.items())[:LONGEST_LIST])
    titles = {entry.title: index for index, entry in shown.items()}
    rows = {title: _row(results, system, cell, index) for title, index in titles.items()}
    radio_key = f"{key}clip_{cell.label}_{cell.top}"
    st.session_state[radio_key] = at_hand.showing if at_hand.showing in titles else None
    many = len(titles) > HIGHEST_LIST
    with st.container(height=LIST_HEIGHT if many else "content"):
        st.radio(
            "Play a clip",
            list(titles),
            index=None,
            format_func=lambda title: plain(str(rows[title]["clip"])),
            captions=[plain(_caption(row)) for row in rows.values()],
            key=radio_key,
            on_change=lambda: at_hand.play(st.session_state[radio_key]),
        )
    if len(there) > len(shown):
        st.caption(
            f"The first {len(shown)} of {len(there):,} clips, by score; `evaluate --clips` writes "
            "a line for each."
        )


def _row(results: Results, system: System, cell: Cell, index: int) -> dict[str, str | float]:
    """Return what is said of a clip, by what it is called."""
    clip = results.tested[index]
    scores = dict(zip(results.named, _scores(system)[index].tolist(), strict=True))
    threshold = system.strategies[comparison.PAGE_STRATEGY].threshold
    named = [_instrument(code) for code, score in scores.items() if score >= threshold]
    of_cell = {f"score of {_instrument(code)}": scores[code] for code in (cell.top, cell.label)}
    return {
        "clip": clip.path,
        **of_cell,
        "named": ", ".join(named) or f"nothing reaches {threshold:.2f}",
        "recording": clip.recording,
    }


def _caption(row: Mapping[str, str | float]) -> str:
    scores = [
        f"{name.removeprefix('score of ')} {value:.2f}"
        for name, value in row.items()
        if isinstance(value, float)
    ]
    recording = f" · recording {row['recording']}" if row["recording"] else ""
    return f"{', '.join(scores)} · named: {row['named']}{recording}"


def _scores(system: System) -> NDArray[np.float64]:
    if system.scores is None:
        raise ValueError(f"the scores of {system.name} were not kept")
    return system.scores


def _why_unknown(results: Results, system: System) -> str:
    if system.kept_from:
        return (
            "Which clips these were is not known: the figures of this system are kept from an "
            f"earlier evaluation ({plain(system.kept_from)})."
        )
    return (
        "Which clips these were is not known: the results are of an earlier version of `evaluate`, "
        "which did not keep them. Evaluate again to see them."
    )


def _why_away(results: Results, n: int, of: int) -> str:
    which = "These clips are" if n == of else f"{n:,} of {of:,} clips are"
    if results.folder is None:
        return (
            f"{which} not at hand: the results were written to be passed on without the sounds "
            "(--portable), as recordings by others often may not be passed on."
        )
    return (
        f"{which} not at hand: the evaluation read them in the folder "
        f"“{plain(results.folder.name)}”, where they are no longer, or have changed since."
    )


def _names(results: Results) -> tuple[list[str], list[str]]:
    """Return the names of rows and columns."""
    return [*map(_instrument, results.classes)], [*map(_instrument, results.named)]


def _instrument(code: str) -> str:
    return NAMES.get(code, code)
