"""The clips of IRMAS, read one by one out of its authors' archive when a visitor asks for one."""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from cnnviz.audio.decoding import MAX_BYTES
from cnnviz.clips import catalogue as clips
from cnnviz.clips import irmas
from cnnviz.clips.archive.courier import Courier, Progress
from cnnviz.clips.archive.listing import Member
from cnnviz.clips.archive.zips import Archive
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import Heard, hear
from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.errors import BadInput
from cnnviz.export.record import VERSION
from cnnviz.front_ends import FrontEnd
from cnnviz.views import runs
from cnnviz.views.resources import store

PARAM = "irmas"  # the chosen clip's name in the address
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
    """Return the one archive, with the one courier, of all visitors."""
    courier = Courier(agent=AGENT)
    return Archive(address, zips=irmas.ZIPS, courier=courier, cache=Path(cache), most=MAX_BYTES)


@st.cache_resource(show_spinner=False, max_entries=4)
def listed(address: str, cache: str, known: tuple[str, ...]) -> dict[str, Entry[Member]]:
    """Return the clips of the known zips by their place, instrument by instrument."""
    found = archive(address, cache)
    excerpts = [
        excerpt
        for name in known
        for excerpt in irmas.packed(
            {member.name: member for member in found.members if member.zip == name},
            within=name.removesuffix(".zip"),
        )
    ]
    return {clip.id.removeprefix("irmas/"): clip for clip in clips.archived(excerpts)}


def choose(front_end: FrontEnd) -> Heard | None:
    """Let the visitor choose a clip of the archive; None until one has been chosen and fetched.

    Nothing is fetched that was not clicked for: an address that names a clip shows a button.

    Raises
    ------
    BadInput
        If the list or the clip cannot be had, or the address names a clip that is not listed.
    """
    # The address is for whoever runs the server to set; nothing that a visitor sends comes here.
    where = os.environ.get("CNNVIZ_IRMAS_URL", irmas.ADDRESS), _cache()
    st.caption(TERMS)
    wanted = _wanted()
    found = archive(*where)
    try:
        _complete(found, wanted=wanted)
    except BadInput:
        _choose(listed(*where, found.known), wanted=wanted)  # from what came of the list
        raise
    by_place = listed(*where, found.known)
    wanted = _choose(by_place, wanted=wanted)
    _put_into_address(wanted)
    if wanted is None or not by_place:
        return None
    if wanted not in by_place:
        raise BadInput(
            f"A clip of IRMAS must be on its list, but “{wanted[:80]}” is not. "
            "Choose one from the list."
        )
    return _hear(found, by_place[wanted], front_end, wanted=wanted)


def _complete(found: Archive, *, wanted: str | None) -> None:
    """Fetch what is missing of the list, once that is asked for."""
    if len(found.known) == len(found.zips):
        return
    button = st.empty()
    if wanted is not None and not found.known:
        button.button("Fetch this clip", on_click=_clicked, args=(wanted,))
        asked = _asked(wanted)
    else:
        rest = "Fetch the rest of the list" if found.known else "Fetch the list of clips"
        told = f"Some 2 MB from {found.host}, once for all visitors."
        asked = button.button(rest, on_click=runs.page, help=told)
    if asked:
        with _click_spent_on_failure(), _progress(f"Asking {found.host} for the list") as progress:
            found.fetch_lists(progress=progress)
        button.empty()


def _choose(by_place: dict[str, Entry[Member]], *, wanted: str | None) -> str | None:
    """Show filters, the list and its buttons; return the choice, which goes into the address."""
    if not by_place:
        return wanted
    instrument = st.selectbox(
        "Instrument",
        list(INSTRUMENTS),
        format_func=INSTRUMENTS.__getitem__,
        key="irmas_instrument",
        on_change=runs.page,
    )
    left, right = st.columns(2)
    genre = left.selectbox(
        "Genre",
        list(GENRES),
        format_func=GENRES.__getitem__,
        key="irmas_genre",
        on_change=runs.page,
    )
    drums = right.selectbox(
        "Drums",
        list(DRUMS),
        format_func=DRUMS.__getitem__,
        key="irmas_drums",
        on_change=runs.page,
    )
    places = [
        place
        for place, clip in by_place.items()
        if _fits(clip, instrument=instrument, genre=genre, drums=drums)
    ]
    box = st.container()
    # Not by callbacks: those of a click that comes while a filter is changing know the old one.
    if st.button("Random", on_click=runs.page, disabled=not places, width="stretch"):
        wanted = _turn_to(random.choice(places))
    chosen = wanted if wanted in by_place else None
    following = _following(by_place, places, chosen)
    turned = st.button(
        "Next of this class", on_click=runs.page, disabled=following is None, width="stretch"
    )
    if turned and following is not None:
        wanted = chosen = _turn_to(following)
    # Another list after each turn: what the browser sends before it shows the turn names the old
    # one, and is not taken for a choice.
    turn = st.session_state.setdefault("irmas_turn", 0)
    key = f"irmas_clip_{turn}"
    st.session_state[key] = chosen
    box.selectbox(
        f"Clip of IRMAS ({len(places):,} of {len(by_place):,})",
        places if chosen is None or chosen in places else [chosen, *places],
        index=None,
        format_func=lambda place: by_place[place].title,
        key=key,
        on_change=_chosen,
        args=(key, turn),
        placeholder="Type an instrument, a recording, a genre",
    )
    return wanted


def _fits(clip: Entry[Member], *, instrument: str, genre: str, drums: str) -> bool:
    excerpt = clip.excerpt
    if excerpt is None:
        return False
    of_testing = instrument == TESTING and excerpt.part == "testing"
    return (
        (instrument == ANY or of_testing or instrument in clip.labels)
        and genre in (ANY, excerpt.genre)
        and (drums == ANY or irmas.DRUMS[drums] == excerpt.drums)
    )


def _following(
    by_place: dict[str, Entry[Member]], places: list[str], chosen: str | None
) -> str | None:
    """Return the clip after the chosen one of its class, within the filters if they leave any."""
    if chosen is None:
        return None
    group = by_place[chosen].group
    order = [place for place in by_place if by_place[place].group == group]
    at = order.index(chosen)
    rest = [*order[at + 1 :], *order[:at]]
    fitting = set(places)
    return next((place for place in rest if place in fitting), next(iter(rest), None))


def _hear(found: Archive, clip: Entry[Member], front_end: FrontEnd, *, wanted: str) -> Heard | None:
    """Fetch the chosen clip if that was clicked for, and hear it; all visitors share it."""
    excerpt = clip.excerpt
    text = None if excerpt is None else excerpt.text
    members = (clip.path,) if text is None else (clip.path, text)
    if not _asked(wanted) and any(found.held(member) is None for member in members):
        st.button("Fetch this clip", on_click=_clicked, args=(wanted,))
        return None

    def make() -> Heard:
        with _progress(f"Asking {found.host} for the clip") as progress:
            sound, *texts = found.read(*members, progress=progress)
        title, labels = clip.title, clip.labels
        if excerpt is not None and texts:
            labels = irmas.parse_codes(texts[0].decode("utf-8", "replace"))
            title = irmas.labelled(excerpt, labels).title
        name = clip.path.name.rpartition("/")[2]
        return hear(sound, id=clip.id, title=title, name=name, labels=labels, front_end=front_end)

    again = st.empty()
    try:
        with _click_spent_on_failure():
            return store().get(("heard", clip.id, front_end), make, size=lambda heard: heard.nbytes)
    except BadInput:
        again.button("Fetch this clip", on_click=_clicked, args=(wanted,))
        raise


@contextmanager
def _click_spent_on_failure() -> Iterator[None]:
    """Forget the click if it failed: the page's next run would ask again without one."""
    try:
        yield
    except BadInput:
        st.session_state.pop("irmas_asked", None)
        raise


@contextmanager
def _progress(text: str) -> Iterator[Progress]:
    bar = st.progress(0.0, text=text)
    try:
        yield lambda done, total: bar.progress(done / total if total else 0.0, text=text)
    except BadInput:
        bar.empty()
        raise
    bar.empty()


def _clicked(place: str) -> None:
    _ask(place)
    runs.page()


def _ask(place: str) -> None:
    st.session_state["irmas_asked"] = place


def _asked(place: str) -> bool:
    return bool(st.session_state.get("irmas_asked") == place)


def _chosen(key: str, turn: int) -> None:
    if turn == st.session_state["irmas_turn"]:
        _take(st.session_state[key])
    runs.page()


def _turn_to(place: str) -> str:
    st.session_state["irmas_turn"] = st.session_state.get("irmas_turn", 0) + 1
    _take(place)
    return place


def _take(place: str | None) -> None:
    st.session_state["irmas_taken"] = place
    if place is not None:
        _ask(place)


def _wanted() -> str | None:
    """Return the address's clip, or the one taken since that the browser has yet to hear of."""
    named = st.query_params.get(PARAM) or None
    taken: str | None = st.session_state.get("irmas_taken", named)
    if taken == named:
        st.session_state.pop("irmas_taken", None)  # it has heard: from now on it may go elsewhere
    return taken


def _put_into_address(place: str | None) -> None:
    if place is not None:
        st.query_params[PARAM] = place
    elif PARAM in st.query_params:
        del st.query_params[PARAM]


def _cache() -> str:
    """Return the folder for what was fetched, as the XDG base directories have it."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    if not root.is_absolute():  # a server without a home
        root = Path(tempfile.gettempdir())
    return str(root / "cnnviz")
