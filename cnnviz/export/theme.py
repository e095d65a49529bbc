"""The two themes of the page, as Streamlit and the stage's own stylesheet have them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colours, "#rrggbb".

    Attributes
    ----------
    ground, text, soft : str
        Behind everything, of words, of words that may stand back.
    raised, line : str
        Of a bar's track and its edge.
    bar, accent : str
        Of a bar, and of the one that leads.
    """

    ground: str
    text: str
    soft: str
    raised: str
    line: str
    bar: str
    accent: str


THEMES = {
    "light": Theme("#ffffff", "#31333f", "#6b6c75", "#f4f5f7", "#d5d6da", "#8e8f96", "#c53948"),
    "dark": Theme("#0e1117", "#fafafa", "#b9babc", "#262730", "#41444e", "#909194", "#ff4b4b"),
}
