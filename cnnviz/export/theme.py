"""The two themes of the page, as Streamlit and the stage's own stylesheet have them."""

from typing import NamedTuple


class Theme(NamedTuple):
    """Colours, "#rrggbb"."""

    ground: str  # behind everything
    text: str
    soft: str  # of words that may stand back
    raised: str  # of a bar's track
    line: str  # of its edge
    bar: str
    accent: str  # of the bar that leads


THEMES = {
    "light": Theme("#ffffff", "#31333f", "#6b6c75", "#f4f5f7", "#d5d6da", "#8e8f96", "#c53948"),
    "dark": Theme("#0e1117", "#fafafa", "#b9babc", "#262730", "#41444e", "#909194", "#ff4b4b"),
}
