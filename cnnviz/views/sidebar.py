"""The sidebar: which clip, which layer, and how far the network is."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from cnnviz.clips import catalogue
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.clip import Clip, open_clip
from cnnviz.clips.lookup import fitting
from cnnviz.clips.recordings import shipped
from cnnviz.errors import BadInput
from cnnviz.front_ends import FrontEnd
from cnnviz.networks.card import Card, Layer
from cnnviz.networks.loading import STEPS, Loader
from cnnviz.views import address, evaluations, listing, uploads
from cnnviz.views.address import Answer
from cnnviz.views.plain import brief, plain
from cnnviz.views.resources import store
from cnnviz.views.session import name_of

UPLOAD = "Upload a clip…"
RECORD = "Record a clip…"
ARCHIVE = "IRMAS, from its archive…"
ARCHIVED = "irmas/"  # begins the ids of its clips, as of those in a folder of IRMAS
NAMED = 4  # clips in a sentence
DEFAULT_LAYER = "conv2_2"
POLL_S = 0.5


@st.cache_resource(show_spinner=False)
def collection(folder: str, irmas: str | None) -> dict[str, Entry[Path]]:
    """Return every entry of the clip list by its title: recordings, rendered clips, IRMAS."""
    entries = [*shipped(Path(folder))]
    if irmas:
        entries += catalogue.irmas(Path(irmas))
    return {entry.title: entry for entry in entries}


@st.cache_resource(show_spinner=False)
def places(folder: str, irmas: str | None) -> frozenset[str]:
    """Return where the entries of `collection` lie, without links."""
    return frozenset(os.path.realpath(entry.path) for entry in collection(folder, irmas).values())


def clip_list(samples: Path, loader: Loader) -> dict[str, Entry[Path]]:
    """Return the clip list by title: those of the app, IRMAS, and what evaluations were of.

    A clip that the app has anyway is not in it a second time as an evaluated one. Says so on the
    page if the folder in CNNVIZ_IRMAS will not do.
    """
    irmas = os.environ.get("CNNVIZ_IRMAS")
    try:
        entries = collection(str(samples), irmas)
    except BadInput as error:
        st.error(plain(str(error)))
        irmas = None
        entries = collection(str(samples), irmas)
    evaluated = evaluations.entries(loader.folder, loader.card.name)
    if not evaluated:
        return entries
    known = places(str(samples), irmas)  # `evaluate` writes places without links too
    return entries | {t: entry for t, entry in evaluated.items() if str(entry.path) not in known}


def choose_clip(
    id: str,
    *,
    entries: dict[str, Entry[Path]],
    front_end: FrontEnd,
    named: Mapping[str, Sequence[str]],
    showing: Clip | None,
) -> Clip:
    """Let the visitor choose a clip.

    Parameters
    ----------
    id : str
        Of the picture.
    entries : dict of str to Entry
        The clip list by title.
    front_end : FrontEnd
    named : mapping of str to sequence of str
        Codes that the network names in clips, by their ids, as far as that is known.
    showing : Clip or None
        What stays on the stage if the choice will not do.
    """
    uploads.forget_gone()
    default = listing.first(entries)
    choice = address.select(
        "Clip",
        [UPLOAD, RECORD, ARCHIVE, *entries],
        name="clip",
        id=id,
        default=default,
        answer=lambda text: _answer(text, entries, id=id, default=default),
        format_func=lambda title: listing.words(title, entries, named),
        help=listing.HELP,
    )
    if showing is not None and showing.front_end != front_end:
        showing = None  # its input was made for another network
    clip, refusal = None, ""
    try:
        clip = _open(choice, entries, front_end, id=id)
    except BadInput as error:
        refusal = str(error)
    clip = clip or showing or _listed(entries[default], front_end)
    if refusal:
        st.error(plain(f"{refusal} The stage shows “{clip.title}” instead."))
    return clip


def _answer(text: str, entries: dict[str, Entry[Path]], *, id: str, default: str) -> Answer:
    """Say which option the address asks for: by its id, its title, or words that fit only one."""
    named = {title: (title, entry.id) for title, entry in entries.items()}
    special = {
        UPLOAD: (UPLOAD, "upload"),
        RECORD: (RECORD, "recording"),
        ARCHIVE: (ARCHIVE, "irmas"),
    }
    (fits,) = fitting(text, special, loosely=False) or (None,)
    if fits in (UPLOAD, RECORD):
        what, do = ("An uploaded", "upload") if fits == UPLOAD else ("A recorded", "record")
        return Answer(
            fits,
            f"{what} sound is not part of an address: {do} it here, or choose a clip of the list.",
        )
    if fits == ARCHIVE or (text.startswith(ARCHIVED) and not fitting(text, named, loosely=False)):
        from cnnviz.views import irmas  # as in _open

        former = st.query_params.get(name_of("irmas", id))  # beside it, in old links
        irmas.ask(id, former or None if fits == ARCHIVE else text.removeprefix(ARCHIVED))
        return Answer(ARCHIVE)
    found = fitting(text, named)
    if len(found) == 1:
        return Answer(found[0])
    return Answer(
        default,
        f"The address asks for the clip “{brief(text)}”, which {_several(found)}; “{default}” is "
        "open instead. Choose one from the list.",
    )


def _several(found: list[str]) -> str:
    if not found:
        return "fits no title and no id on the list"
    named = ", ".join(f"“{title}”" for title in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"fits {len(found)} clips ({named}{more})"


def _open(
    choice: str, entries: dict[str, Entry[Path]], front_end: FrontEnd, *, id: str
) -> Clip | None:
    if choice == UPLOAD:
        return uploads.open_upload(id, front_end)
    if choice == RECORD:
        return uploads.open_recording(id, front_end)
    if choice == ARCHIVE:
        from cnnviz.views import irmas  # its HTTP client takes a third of a second

        return irmas.choose(id, front_end)
    return _listed(entries[choice], front_end)


def _listed(entry: Entry[Path], front_end: FrontEnd) -> Clip:
    """Open a clip of the list; all visitors share it."""
    return store().get(
        ("clip", entry.id, front_end),
        lambda: open_clip(
            entry.path,
            id=entry.id,
            title=entry.title,
            name=entry.path.name,
            labels=entry.labels,
            credit=entry.credit,
            front_end=front_end,
        ),
        size=lambda clip: clip.nbytes,
    )


def choose_layer(id: str, card: Card) -> Layer:
    """Let the visitor choose a layer, in the order the sound flows."""
    layers = {layer.name: layer for layer in card.layers}
    default = DEFAULT_LAYER if DEFAULT_LAYER in layers else next(iter(layers))

    def answer(text: str) -> Answer:
        bare = text.partition(" · ")[0]  # old links hold the size too
        if found := fitting(bare, {name: (name,) for name in layers}, loosely=False):
            return Answer(found[0])
        return Answer(
            default,
            f"The address asks for the layer “{brief(text)}”, which {card.name} does not have; "
            f"{default} is open instead. Layers: {', '.join(layers)}.",
        )

    name = address.select(
        "Layer",
        list(layers),
        name="layer",
        id=id,
        default=default,
        answer=answer,
        format_func=lambda name: f"{name} · {layers[name].size}",
        help="From the input to the output. Sizes are frames × mel bands.",
    )
    return layers[name]


def status(loader: Loader, *, known: bool) -> None:
    """Show which network is at work, or how far it is; run the page again when it is there.

    Parameters
    ----------
    loader : Loader
    known : bool
        Whether it was ready before the page showed its pictures.
    """
    # The fragment stays on the page once it has nothing to do: while TensorFlow loads, ticks queue
    # up, and each that finds its fragment gone is a line in the log.
    st.fragment(_status, run_every=None if known else POLL_S)(loader, known)


def _status(loader: Loader, known: bool) -> None:
    if loader.failed:
        return  # the page says why
    if known:
        st.caption(f"Network: {loader.card.title}")
    elif loader.ready:
        st.rerun(scope="app")
    else:
        st.progress(
            (loader.step + 0.5) / len(STEPS),
            text=f"{STEPS[loader.step]}: {loader.elapsed_s:.0f} s. The clip already plays.",
        )
