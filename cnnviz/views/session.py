"""What one visitor's page shows: one frozen value, changed in one place.

The page's widgets choose network, clip and layer; frame and filter belong to the browser, which
reports them when the stage comes to rest. Panels are functions of the session.

**Conventions**: a *frame* is the index of a window, a *filter* an index into the layer, both from
0. The id of a picture tells it from others on the same page; keys of widgets and names in the
address are made of it. The first picture's id is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import Clip
from cnnviz.networks import Network
from cnnviz.networks.card import Layer
from cnnviz.networks.loading import Loader
from cnnviz.serving.store import Holder

KEY = "session"


@dataclass(frozen=True)
class Looks:
    """How the stage draws and plays; the browser owns it, exported files take it over.

    Attributes
    ----------
    scale : str
        Of the colours, one that the layer has.
    colours : str
        Name of the colour map.
    order : str
        "number", or the ranking by which the tiles stand.
    speed : float
    """

    scale: str = "layer"
    colours: str = "viridis"
    order: str = "number"
    speed: float = 1.0


@dataclass(frozen=True)
class Report:
    """Where the stage came to rest and how it looks, as the browser reported it."""

    network: str
    clip: str
    layer: str
    frame: int
    filter: int | None
    looks: Looks = Looks()

    @classmethod
    def of(cls, raw: Any) -> "Report":
        """Read a report; JSON from the browser may bring a whole number as a float."""
        chosen, looks = raw["filter"], raw["looks"]
        return cls(
            network=str(raw["network"]),
            clip=str(raw["clip"]),
            layer=str(raw["layer"]),
            frame=int(raw["frame"]),
            filter=None if chosen is None else int(chosen),
            looks=Looks(
                scale=str(looks["scale"]),
                colours=str(looks["colours"]),
                order=str(looks["order"]),
                speed=float(looks["speed"]),
            ),
        )


@dataclass(frozen=True)
class Picture:
    """One stage: which network, clip and layer it shows, and where it rests.

    Attributes
    ----------
    id : str
    loader : Loader
        Of the network.
    clip : Clip
    layer : Layer
    report : Report or None
        The stage's last one, of whatever it showed then.
    holder : Holder
        Keeps the network's outputs for the clip in the store.
    listed : mapping of str to Entry
        The clips that its list offers, by title.
    play : tuple of str or None
        Id of the clip that a panel asked to play last, and a token of that order.
    """

    id: str
    loader: Loader
    clip: Clip
    layer: Layer
    report: Report | None = None
    holder: Holder = field(default_factory=Holder)
    listed: Mapping[str, Entry[Path]] = field(default_factory=dict, compare=False, repr=False)
    play: tuple[str, str] | None = None

    @property
    def network(self) -> Network:
        """The loaded network; raises what went wrong in loading."""
        return self.loader.network

    @property
    def is_drawn(self) -> bool:
        """Whether the browser has drawn this clip and layer of this network.

        A browser that comes back to a new session reports what it drew before; then the network
        may be loading, or may not load.
        """
        if not self.loader.ready or self.loader.failed:
            return False
        wanted = (self.loader.card.name, self.clip.id, self.layer.name)
        return self.report is not None and wanted == (
            self.report.network,
            self.report.clip,
            self.report.layer,
        )

    @property
    def frame(self) -> int:
        """Where the stage rests; 0 until it has reported."""
        return self.report.frame if self.report is not None and self.is_drawn else 0

    @property
    def filter(self) -> int | None:
        """The filter opened on the stage, or None."""
        opened = self.report.filter if self.report is not None and self.is_drawn else None
        return opened if opened in range(self.layer.filters) else None

    @property
    def looks(self) -> Looks:
        """How the stage draws it; the usual looks until it has reported."""
        return self.report.looks if self.report is not None and self.is_drawn else Looks()


@dataclass(frozen=True)
class Session:
    """The pictures on a visitor's page, in the order they were opened."""

    pictures: tuple[Picture, ...] = ()

    @property
    def picture(self) -> Picture:
        """The first picture, which the panels are about."""
        return self.pictures[0]

    def find(self, id: str) -> Picture | None:
        """Return the picture with an id, or None."""
        return next((picture for picture in self.pictures if picture.id == id), None)


def name_of(name: str, id: str) -> str:
    """Return the key of a widget, or its name in the address, for the picture with an id."""
    return f"{name}_{id}" if id else name


def current() -> Session:
    """Return what the visitor's page shows."""
    session: Session = st.session_state.get(KEY, Session())
    return session


def put(picture: Picture) -> Picture:
    """Put a picture into the session, in place of the one with its id: the one change there is."""
    others = current().pictures
    known = any(other.id == picture.id for other in others)
    changed = tuple(picture if other.id == picture.id else other for other in others)
    st.session_state[KEY] = Session(changed if known else (*others, picture))
    return picture


def choose(
    id: str,
    *,
    loader: Loader,
    clip: Clip,
    layer: Layer,
    listed: Mapping[str, Entry[Path]] | None = None,
) -> Picture:
    """Let a picture show what the page's widgets choose; they offer the clips that are listed."""
    before = current().find(id) or Picture(id, loader, clip, layer)
    return put(replace(before, loader=loader, clip=clip, layer=layer, listed=listed or {}))


def play(id: str, clip_id: str) -> None:
    """Let the stage of the picture with an id play a clip as soon as it is there."""
    before = current().find(id)
    if before is not None:
        put(replace(before, play=(clip_id, uuid4().hex)))


def rest(id: str, report: Report) -> frozenset[str]:
    """Take the stage's report.

    Returns
    -------
    frozenset of str
        Names of what has changed of the picture since the last report, its frame aside:
        "is_drawn", "filter", "looks".
    """
    before = current().find(id)
    if before is None:
        return frozenset()
    after = put(replace(before, report=report))
    names = ("is_drawn", "filter", "looks")
    return frozenset(name for name in names if getattr(after, name) != getattr(before, name))
