"""The panels below the stage: each a module with a `title` and `show(session)`.

in_this_clip  the prediction over time, and what the layer's filters did
how_good      what the network reached, on what, and beside what
export        what is on the stage, as pictures, films with their sound, and numbers
"""

from collections.abc import Callable
from typing import Protocol

import streamlit as st

from cnnviz.views import session
from cnnviz.views.panels import export, how_good, in_this_clip
from cnnviz.views.session import Session


class Panel(Protocol):
    """What the page asks of a panel."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def follows(self) -> frozenset[str]:
        """What of a picture it shows, as `session.rest` names it."""

    @property
    def show(self) -> Callable[[Session], None]: ...  # noqa: D102


KEY = "panels"  # of the fragment, which runs when a picture's report changes what they show
LIST: tuple[Panel, ...] = (in_this_clip, how_good, export)


def followers(changed: frozenset[str]) -> list[str]:
    """Return the keys of the fragments to run once a report has changed some of a picture."""
    opened = st.session_state.get("panel")
    panel = next((panel for panel in LIST if panel.title == opened), LIST[0])
    return [KEY] if changed & panel.follows else []


@st.fragment(key=KEY)
def show() -> None:
    """Show the open panel; only that one computes."""
    tabs = st.tabs([panel.title for panel in LIST], on_change="rerun", key="panel")
    for panel, tab in zip(LIST, tabs, strict=True):
        if tab.open:
            with tab:
                st.html(f'<h2 class="unseen">{panel.title}</h2>')  # the tab says it to the eye
                panel.show(session.current())
