"""One picture on the page: its choices in the sidebar, its stage, and the stage's reports."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from cnnviz import stage
from cnnviz.analyses import marks
from cnnviz.errors import BadInput
from cnnviz.networks.loading import Loader
from cnnviz.views import address, computed, session, sidebar
from cnnviz.views.plain import plain
from cnnviz.views.resources import in_line
from cnnviz.views.resources import loader as loaders
from cnnviz.views.session import Picture, Report, name_of


def choose(id: str, *, loader: Loader, samples: Path) -> Picture:
    """Let the visitor choose clip and layer of the picture with an id."""
    before = session.current().find(id)
    told = st.container()  # on the page: a phone hides the sidebar
    with st.sidebar:
        listed = sidebar.clip_list(samples, loader)
        clip = sidebar.choose_clip(
            id,
            entries=listed,
            front_end=loader.card.front_end,
            named=_named(loader),
            showing=None if before is None else before.clip,
        )
        layer = sidebar.choose_layer(id, loader.card)
    for sentence in address.sentences(id, clip=clip, layer=layer):
        told.warning(plain(sentence))
    return session.choose(id, loader=loader, clip=clip, layer=layer, listed=listed)


def _named(loader: Loader) -> dict[str, tuple[str, ...]]:
    """Return what the network names in the clips of the list, as far as it was written down."""
    try:
        return marks.read(loader.folder, loader.card)
    except BadInput as error:
        st.sidebar.error(plain(str(error)))
        return {}


Followers = Callable[[frozenset[str]], list[str]]


def show(picture: Picture, *, followers: Followers = lambda changed: []) -> None:
    """Mount a picture's stage where this is called, and its frame control in the sidebar.

    Parameters
    ----------
    picture : Picture
    followers : callable
        Given what a report has changed, as `session.rest` names it, returns the keys of the page's
        fragments to run.
    """
    stage.show(
        _payload(picture),
        key=name_of("stage", picture.id),
        on_travel=lambda named: address.travel(picture.id, named),
    )
    _report(picture.id, followers)
    with st.sidebar:
        stage.frame_control(picture.id, key=name_of("frame", picture.id), play=picture.play)


def _payload(picture: Picture) -> bytes:
    if not picture.loader.ready:
        return computed.payload_while_loading(picture)
    bar = st.sidebar.empty()
    try:
        outputs = computed.outputs(
            picture,
            progress=lambda share: bar.progress(share, text="The network runs over the clip"),
            waiting=lambda n_before: bar.progress(0.0, text=in_line(n_before)),
        )
    except BadInput as error:  # the network could not be loaded
        st.error(plain(str(error)))
        # Once the folder has been mended, the page's next run tries again.
        folder = str(picture.loader.folder)
        if loaders(folder) is picture.loader:  # nobody has tried again since
            loaders.clear(folder)
        return computed.payload_while_loading(picture)
    bar.empty()
    return computed.payload(picture, outputs)


@st.fragment
def _report(id: str, followers: Followers) -> None:
    """Mount what carries the stage's reports; one that moves the frame alone runs only this."""

    def take(raw: object) -> None:
        if keys := followers(session.rest(id, Report.of(raw))):
            st.rerun(keys)

    raw = stage.reporter(id, key=name_of("report", id), on_report=take)
    if raw is not None:  # also of a new session, to which the browser of an old one comes back
        session.rest(id, Report.of(raw))
