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
    "light": Theme("#ffffff", "#2f2d2b", "#696866", "#f8f8f7", "#dcd8d4", "#8d8c8a", "#c53948"),
    "dark": Theme("#171614", "#edebe8", "#b1afad", "#2d2b27", "#4a4742", "#8d8b89", "#cf4250"),
}
