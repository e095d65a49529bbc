"""The animated stage: a clip's spectrogram, predictions and one layer's maps, on its sound's clock.

**Conventions**: a *frame* of the page is the index of a window, from 0; a *filter* is an index into
the layer, from 0. The parts of one picture find each other in the browser by the picture's id: the
stage, which gets a whole layer as bytes; the frame control and the charts, which follow and steer
it there; the reporter, which tells Python where the stage came to rest.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.stage.payload import Overlay, pack
from cnnviz.stage.script import join

__all__ = ["Overlay", "frame_control", "over_time", "pack", "ranking", "reporter", "show"]

_FOLDER = Path(__file__).parent
STAGE_MODULES = (
    "pictures.mjs",
    "mounting.mjs",
    "decode.mjs",
    "source.mjs",
    "clock.mjs",
    "colour.mjs",
    "signed.mjs",
    "axes.mjs",
    "layout.mjs",
    "summary.mjs",
    "rankings.mjs",
    "settings.mjs",
    "address.mjs",
    "history.mjs",
    "elements.mjs",
    "colour_bar.mjs",
    "copying.mjs",
    "credit.mjs",
    "words.mjs",
    "playhead.mjs",
    "player.mjs",
    "draw.mjs",
    "bars.mjs",
    "spectrogram.mjs",
    "grid.mjs",
    "transport.mjs",
    "legend.mjs",
    "trace.mjs",
    "tile.mjs",
    "keys.mjs",
    "present.mjs",
    "stage.mjs",
)
FRAME_MODULES = (
    "pictures.mjs",
    "mounting.mjs",
    "clock.mjs",
    "axes.mjs",
    "elements.mjs",
    "frame.mjs",
)
CHART_MODULES = (
    "pictures.mjs",
    "mounting.mjs",
    "decode.mjs",
    "clock.mjs",
    "colour.mjs",
    "signed.mjs",
    "axes.mjs",
    "layout.mjs",
    "summary.mjs",
    "rankings.mjs",
    "elements.mjs",
    "colour_bar.mjs",
    "draw.mjs",
    "over_time.mjs",
    "ranking.mjs",
    "chart.mjs",
)
REPORTER_MODULES = ("pictures.mjs", "reporter.mjs")


def _css(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


_stage = st.components.v2.component(
    "cnnviz_stage", css=_css("stage.css"), js=join(_FOLDER, STAGE_MODULES)
)
_frame = st.components.v2.component(
    "cnnviz_frame", css=_css("frame.css"), js=join(_FOLDER, FRAME_MODULES)
)
_chart = st.components.v2.component(
    "cnnviz_chart", css=_css("stage.css"), js=join(_FOLDER, CHART_MODULES)
)
_reporter = st.components.v2.component("cnnviz_reporter", js=join(_FOLDER, REPORTER_MODULES))


def show(payload: bytes, *, key: str, on_travel: Callable[[dict[str, Any]], object]) -> None:
    """Mount the stage.

    Parameters
    ----------
    payload : bytes
        From `pack`. A changed one replaces the layer without stopping the sound, as long as the
        clip's id stays the same.
    key : str
        Must stay the same from run to run.
    on_travel : callable
        Called before the page runs once the visitor has gone Back or Forward, with what the address
        names then: a dict of `clip` and `layer`, each a str or None.
    """

    def travel() -> None:
        if (named := st.session_state[key].travel) is not None:
            on_travel(named)

    _stage(key=key, data=payload, on_travel_change=travel)


def frame_control(picture: str, *, key: str, play: tuple[str, str] | None = None) -> None:
    """Mount the frame control of the picture with an id: it moves its stage, and sends nothing.

    Parameters
    ----------
    picture : str
        Its id.
    key : str
        Must stay the same from run to run.
    play : tuple of str, optional
        Id of a clip to play once it is on the stage, and a token that no other order has.
    """
    order = None if play is None else dict(zip(("clip", "token"), play, strict=True))
    _frame(key=key, data={"picture": picture, "play": order})


def over_time(picture: str, *, key: str) -> None:
    """Mount the chart of the prediction over time of the picture with an id."""
    _chart(key=key, data={"picture": picture, "chart": "over_time"})


def ranking(picture: str, *, key: str) -> None:
    """Mount the chart of the filters that stand highest, of the picture with an id."""
    _chart(key=key, data={"picture": picture, "chart": "ranking"})


def reporter(
    picture: str, *, key: str, on_report: Callable[[Any], object]
) -> dict[str, Any] | None:
    """Mount, unseen, what reports where the stage comes to rest; return the last report.

    Parameters
    ----------
    picture : str
        Its id.
    key : str
        Must stay the same from run to run.
    on_report : callable
        Called with each new report before the page runs again: a dict of `network`, `clip` (its
        id), `layer`, `frame`, `filter` (None if no tile is open), and `looks`: a dict of `scale`,
        `colours`, `order` and `speed`.
    """

    def report() -> None:
        if (raw := st.session_state[key].rest) is not None:
            on_report(raw)

    result = _reporter(key=key, data={"picture": picture}, on_rest_change=report, height=1)
    last: dict[str, Any] | None = result.rest
    return last
