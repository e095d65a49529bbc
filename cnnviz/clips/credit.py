"""Whom a clip is owed to, under which terms, and what was changed."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Credit:
    """What the page and exported files say of a clip's origin; an empty part is left out.

    Attributes
    ----------
    work, performer : str
        What is played, and by whom.
    origin, origin_url : str
        Where it comes from: a name, and the address of its page.
    licence, licence_url : str
        The terms: their name, and where they can be read.
    changes : str
        What was done to it, such as "cut, levelled".
    remark : str
        A sentence on why the clip is what it is.
    """

    origin: str
    licence: str
    work: str = ""
    performer: str = ""
    origin_url: str = ""
    licence_url: str = ""
    changes: str = ""
    remark: str = ""

    @property
    def text(self) -> str:
        """The credit in one line, to be pasted beneath a figure."""
        parts = (
            ", ".join(filter(None, (self.work, self.performer))),
            _with(self.origin, self.origin_url),
            _with(self.licence, self.licence_url),
            self.changes,
        )
        return "; ".join(filter(None, parts))

    def to_json(self) -> dict[str, str]:
        """Return the parts by name, and the line as `text`."""
        return {**asdict(self), "text": self.text}


def _with(name: str, address: str) -> str:
    return f"{name} ({address})" if address else name
