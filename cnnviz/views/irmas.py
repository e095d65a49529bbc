"""The clips of IRMAS, read one by one out of its authors' archive when a visitor asks for one."""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.audio.decoding import MAX_BYTES
from cnnviz.clips import catalogue, irmas
from cnnviz.clips.archive.courier import Courier, Progress
from cnnviz.clips.archive.listing import Member
from cnnviz.clips.archive.zips import Archive
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import Clip, open_clip
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.errors import BadInput
from cnnviz.export.record import VERSION
from cnnviz.front_ends import FrontEnd
from cnnviz.views.plain import brief
from cnnviz.views.resources import store
from cnnviz.views.session import name_of

AGENT = f"cnnviz/{VERSION} (reads single clips of IRMAS on request)"
TERMS = (
    "[IRMAS](https://zenodo.org/records/1290750) is for non-commercial use and must not be passed "
    "on. Cite Bosch, Janer, Fuhrmann & Herrera (ISMIR 2012)."
)
ANY = "any"
TESTING = "testing"
INSTRUMENTS = {
    ANY: "Any",
    **{code: NAMES[code].capitalize() for code in CODES},
    TESTING: "Testing clips, labelled once fetched",
}
GENRES = {ANY: "Any", **{genre: name.capitalize() for genre, name in irmas.GENRES.items()}}
DRUMS = {ANY: "Any", "dru": "With drums", "nod": "No drums"}


@st.cache_resource(show_spinner=False)
def archive(address: str, cache: str) -> Archive:
    """Return the one archive of all visitors."""
    courier = Courier(agent=AGENT)
    return Archive(address, zips=irmas.ZIPS, courier=courier, cache=Path(cache), most=MAX_BYTES)


@st.cache_resource(show_spinner=False, max_entries=4)
def listed(address: str, cache: str, known: tuple[str, ...]) -> dict[str, Entry[Member]]:
    """Return the clips of the known zips by their place, instrument by instrument."""
    members = archive(address, cache).members
    excerpts = [
        excerpt
        for name in known
        for excerpt in irmas.packed(
            {member.name: member for member in members if member.zip == name},
            within=name.removesuffix(".zip"),
        )
    ]
    return {entry.id.removeprefix("irmas/"): entry for entry in catalogue.archived(excerpts)}


@dataclass(frozen=True)
class Choice:
    """What one visitor has chosen and clicked for; kept in the session.

    Attributes
    ----------
    place : str or None
        The clip taken last, by its id without what all of them begin with.
    fetch : str or None
        The clip that may be fetched: nothing is, unless it was clicked for.
    pressed : str
        The button that was pressed and has not been answered yet.
    lists : int
        How often the clip changed but by the list; each time the list is another widget, so that a
        message on its way, which still names the clip before, is not taken for a choice.
    """

    place: str | None = None
    fetch: str | None = None
    pressed: str = ""
    lists: int = 0


def ask(id: str, place: str | None) -> None:
    """Choose the clip that the address asks for; it is not fetched before a click."""
    _change(id, place=place, lists=_choice(id).lists + 1)


def choose(id: str, front_end: FrontEnd) -> Clip | None:
    """Let the visitor choose a clip of the archive; None until one has been chosen and fetched.

    Nothing is fetched that was not clicked for: an address that names a clip shows a button.

    Parameters
    ----------
    id : str
        Of the picture.
    front_end : FrontEnd

    Raises
    ------
    BadInput
        If the list or the clip cannot be had, or the address names a clip that is not listed.
    """
    # The address is for whoever runs the server to set; nothing that a visitor sends comes here.
    where = os.environ.get("CNNVIZ_IRMAS_URL", irmas.ADDRESS), _cache()
    st.caption(TERMS)
    source = archive(*where)
    try:
        _complete_list(id, source)
    except BadInput:
        _choose_entry(id, listed(*where, source.known))  # from what came of the list
        raise
    entries = listed(*where, source.known)
    _choose_entry(id, entries)
    place = _choice(id).place
    if place is None or not entries:
        return None
    if place not in entries:
        raise BadInput(
            f"A clip of IRMAS must be on its list, but “{brief(place)}” is not. "
            "Choose one from the list."
        )
    return _open(id, source, entries[place], front_end, place=place)


def _complete_list(id: str, source: Archive) -> None:
    """Fetch what is missing of the list, once that is asked for."""
    if len(source.known) == len(source.zips):
        return
    button = st.empty()
    place = _choice(id).place
    if place is not None and not source.known:
        _fetch_button(id, button, place)
        asked = _choice(id).fetch == place
    else:
        label = "Fetch the rest of the list" if source.known else "Fetch the list of clips"
        about = f"Some 2 MB from {source.host}, once for all visitors."
        button.button(
            label, on_click=_press, args=(id, "list"), help=about, key=name_of("irmas_list", id)
        )
        asked = _is_pressed(id, "list")
    if asked:
        with _click_spent_on_failure(id), _progress(f"Asking {source.host} for the list") as tell:
            source.fetch_lists(progress=tell)
        button.empty()


def _choose_entry(id: str, entries: dict[str, Entry[Member]]) -> None:
    """Show filters, the list and its buttons."""
    if not entries:
        return
    places = _filtered(id, entries)
    box = st.container()
    # A press is answered here and not in the callback: one that comes while a filter is changing
    # would know the old one.
    st.button(
        "Random",
        on_click=_press,
        args=(id, "random"),
        disabled=not places,
        width="stretch",
        key=name_of("irmas_random", id),
    )
    if _is_pressed(id, "random") and places:
        _take(id, random.choice(places), listed=False)
    place = _choice(id).place
    chosen = place if place in entries else None
    following = _following(entries, places, chosen)
    st.button(
        "Next of this class",
        on_click=_press,
        args=(id, "next"),
        disabled=following is None,
        width="stretch",
        key=name_of("irmas_next", id),
    )
    if _is_pressed(id, "next") and following is not None:
        _take(id, following, listed=False)
        chosen = following
    key = name_of(f"irmas_clip_{_choice(id).lists}", id)
    st.session_state[key] = chosen
    box.selectbox(
        f"Clip of IRMAS ({len(places):,} of {len(entries):,})",
        places if chosen is None or chosen in places else [chosen, *places],
        index=None,
        format_func=lambda place: entries[place].title,
        key=key,
        on_change=_take_listed,
        args=(id, key, _choice(id).lists),
        placeholder="Type an instrument, a recording, a genre",
    )


def _filtered(id: str, entries: dict[str, Entry[Member]]) -> list[str]:
    """Show the filters; return the places of the entries that fit them."""

    def select(where: DeltaGenerator, label: str, options: dict[str, str]) -> str:
        chosen: str = where.selectbox(
            label,
            list(options),
            format_func=options.__getitem__,
            key=name_of(f"irmas_{label.lower()}", id),
            on_change=st.rerun,
        )
        return chosen

    instrument = select(st.container(), "Instrument", INSTRUMENTS)
    left, right = st.columns(2)
    genre, drums = select(left, "Genre", GENRES), select(right, "Drums", DRUMS)
    return [
        place
        for place, entry in entries.items()
        if _fits(entry, instrument=instrument, genre=genre, drums=drums)
    ]


def _fits(entry: Entry[Member], *, instrument: str, genre: str, drums: str) -> bool:
    excerpt = entry.excerpt
    if excerpt is None:
        return False
    of_testing = instrument == TESTING and excerpt.part == "testing"
    return (
        (instrument == ANY or of_testing or instrument in entry.labels)
        and genre in (ANY, excerpt.genre)
        and (drums == ANY or irmas.DRUMS[drums] == excerpt.drums)
    )


def _following(
    entries: dict[str, Entry[Member]], places: list[str], chosen: str | None
) -> str | None:
    """Return the clip after the chosen one of its class, within the filters if they leave any."""
    if chosen is None:
        return None
    group = entries[chosen].group
    order = [place for place in entries if entries[place].group == group]
    at = order.index(chosen)
    rest = [*order[at + 1 :], *order[:at]]
    fitting = set(places)
    return next((place for place in rest if place in fitting), next(iter(rest), None))


def _open(
    id: str, source: Archive, entry: Entry[Member], front_end: FrontEnd, *, place: str
) -> Clip | None:
    """Fetch the chosen clip if that was clicked for, and open it; all visitors share it."""
    excerpt = entry.excerpt
    text = None if excerpt is None else excerpt.text
    members = (entry.path,) if text is None else (entry.path, text)
    missing = any(source.held(member) is None for member in members)
    if missing and _choice(id).fetch != place:
        _fetch_button(id, st.empty(), place)
        return None

    def fetch() -> Clip:
        with _progress(f"Asking {source.host} for the clip") as tell:
            sound, *texts = source.read(*members, progress=tell)
        title, labels = entry.title, entry.labels
        if excerpt is not None and texts:
            labels = irmas.parse_codes(texts[0].decode("utf-8", "replace"))
            title = irmas.labelled(excerpt, labels).title
        name = entry.path.name.rpartition("/")[2]
        return open_clip(
            sound,
            id=entry.id,
            title=title,
            name=name,
            labels=labels,
            credit=entry.credit,
            front_end=front_end,
        )

    again = st.empty()
    try:
        with _click_spent_on_failure(id):
            return store().get(("clip", entry.id, front_end), fetch, size=lambda clip: clip.nbytes)
    except BadInput:
        _fetch_button(id, again, place)
        raise


def _fetch_button(id: str, where: DeltaGenerator, place: str) -> None:
    where.button(
        "Fetch this clip", on_click=_fetch, args=(id, place), key=name_of("irmas_fetch", id)
    )


@contextmanager
def _click_spent_on_failure(id: str) -> Iterator[None]:
    """Forget the click if it failed: the page's next run would ask again without one."""
    try:
        yield
    except BadInput:
        _change(id, fetch=None)
        raise


@contextmanager
def _progress(text: str) -> Iterator[Progress]:
    bar = st.progress(0.0, text=text)
    try:
        yield lambda done, total: bar.progress(done / total if total else 0.0, text=text)
    finally:
        bar.empty()


def _choice(id: str) -> Choice:
    choice: Choice = st.session_state.get(name_of("irmas_choice", id), Choice())
    return choice


def _change(id: str, **fields: Any) -> None:
    st.session_state[name_of("irmas_choice", id)] = replace(_choice(id), **fields)


def _press(id: str, button: str) -> None:
    _change(id, pressed=button)
    st.rerun()


def _is_pressed(id: str, button: str) -> bool:
    """Tell whether a button was pressed, once for each press."""
    if _choice(id).pressed != button:
        return False
    _change(id, pressed="")
    return True


def _fetch(id: str, place: str) -> None:
    _change(id, fetch=place)
    st.rerun()


def _take(id: str, place: str | None, *, listed: bool) -> None:
    """Choose a clip, which allows to fetch it; `listed` if it was chosen in the list itself."""
    lists = _choice(id).lists + (not listed)
    _change(id, place=place, fetch=place or _choice(id).fetch, lists=lists)


def _take_listed(id: str, key: str, lists: int) -> None:
    if lists == _choice(id).lists:
        _take(id, st.session_state[key], listed=True)
    st.rerun()


def _cache() -> str:
    """Return the folder for what was fetched, as the XDG base directories have it."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    if not root.is_absolute():  # a server without a home
        root = Path(tempfile.gettempdir())
    return str(root / "cnnviz")
