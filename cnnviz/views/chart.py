"""A chart on the page: named for screen readers, its words readable in both themes."""

from typing import Any

import streamlit as st

Spec = dict[str, Any]  # of Vega-Lite

# Streamlit's own grey stands out 3.7:1 from the light ground; the page's ink does so by far.
INK = "currentColor"
WORDS = {"labelColor": INK, "titleColor": INK}


def show(spec: Spec, *, alt: str) -> None:
    """Show a chart; `alt` says what it shows, for whoever cannot see it."""
    st.vega_lite_chart(readable(spec), width="stretch", alt=alt)


def readable(spec: Spec) -> Spec:
    """Return a chart whose words have the colour of the page's."""
    config = spec.get("config", {}) | {"axis": WORDS, "legend": WORDS}
    return {**spec, "config": config}
