"""The animated stage: a clip's spectrogram, predictions and one layer's maps, on its sound's clock.

**Conventions**: a *frame* of the page is the index of a window, from 0; a *filter* is an index
into the layer, from 0. Two components share the work. The stage gets a whole layer once, as bytes,
and never hears of the frame from Python; the link, a few hundred bytes beside the frame slider,
carries orders from the page's widgets to the stage and the stage's reports back, within the page.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.stage.payload import pack
from cnnviz.stage.script import join

__all__ = ["link", "pack", "show", "shown"]

_FOLDER = Path(__file__).parent
STAGE_MODULES = (
    "meeting.mjs",
    "decode.mjs",
    "clock.mjs",
    "colour.mjs",
    "axes.mjs",
    "layout.mjs",
    "summary.mjs",
    "settings.mjs",
    "address.mjs",
    "elements.mjs",
    "words.mjs",
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
    "stage.mjs",
)
LINK_MODULES = ("meeting.mjs", "link.mjs")

_stage = st.components.v2.component(
    "cnnviz_stage",
    css=(_FOLDER / "stage.css").read_text(encoding="utf-8"),
    js=join(_FOLDER, STAGE_MODULES),
)
_link = st.components.v2.component("cnnviz_link", js=join(_FOLDER, LINK_MODULES))


def show(payload: bytes, *, key: str, on_filter: Callable[[], None] = lambda: None) -> int | None:
    """Mount the stage and return the filter opened last, or None.

    Parameters
    ----------
    payload : bytes
        From `pack`. A changed one replaces the layer without stopping the sound, as long as the
        clip's id stays the same.
    key : str
        Names the stage in the session state; must stay the same from run to run.
    on_filter : callable
        Called when a tile has been opened, before the page runs again.
    """
    return _whole(_stage(key=key, data=payload, on_filter_change=on_filter).filter)


def link(
    frame: int,
    *,
    command: int,
    key: str,
    filter_: int | None = None,
    clip: str | None = None,
    on_frame: Callable[[int, str], None],
    on_shown: Callable[[], None] = lambda: None,
) -> None:
    """Mount the invisible link between the page's widgets and the stage.

    Parameters
    ----------
    frame : int
        Where the slider stands: the index of a window.
    command : int
        A counter that only a widget's own callback raises; an order with a new one moves the
        stage, any other is an echo. The first one seen on a page counts as new.
    key : str
        Names the link in the session state; must stay the same from run to run.
    filter_ : int, optional
        The order is to open this filter, not to go to the frame.
    clip : str, optional
        Id of the clip that the order is about. With it, an order that arrives before its clip
        waits for it.
    on_frame : callable
        Called with the stage's frame and its clip's id after a pause or a seek, before the page
        runs again. It moves the slider and leaves the counter alone.
    on_shown : callable
        Called when the first picture of another clip or layer stands; `shown` says which.
    """

    def reported() -> None:
        report = st.session_state[key].frame
        if report is not None:
            on_frame(int(report["index"]), str(report["clip"]))

    _link(
        key=key,
        data={"frame": int(frame), "filter": filter_, "command": int(command), "clip": clip},
        on_frame_change=reported,
        on_shown_change=on_shown,
        height=1,
    )


def shown(key: str) -> tuple[str, str] | None:
    """Return the clip's id and the layer whose first picture the browser last painted, or None.

    Parameters
    ----------
    key : str
        The link's.
    """
    state = st.session_state.get(key)
    picture = None if state is None else state.get("shown")
    return None if picture is None else (str(picture["clip"]), str(picture["layer"]))


def _whole(value: Any) -> int | None:
    # JSON from the browser: a number may come as a float
    return None if value is None else int(value)
