"""Which part of the page runs when a widget has changed; for the last line of widgets' callbacks.

The browser sends what changes in one instant together, and Streamlit joins what comes while the
page runs. Of the widgets in such a message, only those with a callback have a say in what runs: a
few fragments that one of them asks for would leave the others out.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def page() -> None:
    """Run the whole page: for every widget outside the fragments."""
    if _called():
        st.rerun()


def fragments(*keys: str) -> None:
    """Run these fragments, or the whole page if a widget outside the caller's waits for it."""
    if len(_called()) == 1:
        st.rerun(keys)
    page()


def _called() -> list[str]:
    """Return the fragments that the browser's message was for; none if it was for the page."""
    context = get_script_run_ctx()
    return [] if context is None else context.fragment_ids_this_run or []
