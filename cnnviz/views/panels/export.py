"""The panel *Export*: what is on the stage, as pictures, films with their sound, and numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from cnnviz.clips.clip import Heard
from cnnviz.errors import BadInput
from cnnviz.export import film, loop, numbers, still
from cnnviz.export.colour import SCALES, colours
from cnnviz.export.job import Job, Outbox
from cnnviz.export.picture import Look
from cnnviz.export.record import cite
from cnnviz.export.shown import Shown, shown
from cnnviz.export.theme import THEMES
from cnnviz.export.work import Work
from cnnviz.networks.activations import Answer, Listener
from cnnviz.networks.card import Layer

OUTBOX_BYTES = 128 * 2**20
POLL_S = 0.5
Make = Callable[[Work], bytes]


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name for people, its ending, its MIME type, what to know about it."""

    name: str
    suffix: str
    mime: str
    about: str
    drawn: bool = True
    in_turn: bool = True


KINDS = (
    Kind(
        "Picture (PNG)",
        "png",
        "image/png",
        "The frame on the stage in 2880 × 1800 pixels.",
        in_turn=False,
    ),
    Kind(
        "Picture for editing (SVG)",
        "svg",
        "image/svg+xml",
        "The frame on the stage; words stay words, maps are images.",
        in_turn=False,
    ),
    Kind(
        "Film with its sound (MP4)",
        "mp4",
        "video/mp4",
        "The whole clip, one picture for each window of the network. Slower films keep the pitch.",
    ),
    Kind(
        "Silent loop (WebP)",
        "webp",
        "image/webp",
        "Three seconds, of a longer clip those from the frame on the stage; 800 pixels wide.",
    ),
    Kind(
        "Silent loop (GIF)",
        "gif",
        "image/gif",
        "The same in 256 colours, for programs that know no WebP.",
    ),
    Kind(
        "Predictions (CSV)",
        "csv",
        "text/csv",
        "One line per window: its middle in seconds, then the score of every class.",
        drawn=False,
        in_turn=False,
    ),
    Kind(
        "Activations (NPZ)",
        "npz",
        "application/octet-stream",
        "Every filter of the layer in every window, float32, with axes in seconds and Hz and what "
        "is needed to read them again: np.load(file) and NumPy alone.",
        drawn=False,
    ),
)


@st.cache_resource(show_spinner=False)
def outbox() -> Outbox:
    """Return what all visitors' files are kept in until they are fetched."""
    return Outbox(OUTBOX_BYTES)


def show(
    heard: Heard, found: Answer, *, listener: Listener, layer: str, chosen: int | None
) -> None:
    """Let the visitor choose a kind of file, make it, and fetch it.

    Parameters
    ----------
    heard : Heard
    found : Answer
        Holding at least the layer.
    listener : Listener
        For the exact activations.
    layer : str
        The layer on the stage.
    chosen : int or None
        The filter last opened on the stage.
    """
    network = listener.network
    subject = shown(heard, found, card=network.card, layer=network.layer(layer))
    _panel(subject, listener, chosen)


@st.fragment
def _panel(subject: Shown, listener: Listener, chosen: int | None) -> None:
    names = [kind.name for kind in KINDS]
    left, right = st.columns(2)
    with left:
        name = st.selectbox("File", names, key="export_kind")
        kind = KINDS[names.index(name)]
        st.caption(kind.about)
        size, speed = _film_choices() if kind.suffix == "mp4" else ("720p", 1.0)
    with right:
        look = _look(subject.layer, chosen) if kind.drawn else Look()
    job: Job | None = st.session_state.get("export_job")
    running = job is not None and job.running

    def start() -> None:
        # The frame as it is when the button is pressed: it moves without this panel
        window = min(int(st.session_state.get("frame", 0)), subject.n_windows - 1)
        make = _maker(subject, listener, kind, look=look, window=window, size=size, speed=speed)
        name = _file_name(subject, kind, window=window, filter_=look.filter_)
        st.session_state["export_job"] = Job(
            make, name=name, mime=kind.mime, outbox=outbox(), in_turn=kind.in_turn
        )

    st.button("Make it", type="primary", on_click=start, disabled=running, key="export_make")
    st.fragment(_progress, run_every=POLL_S if running else None)(running)
    with st.expander("Cite it"):
        st.write("Each file says which network, clip, layer and scale it shows.")
        st.code(cite(subject.heard.id), language=None, wrap_lines=True)


def _progress(running: bool) -> None:
    """Say how far the file is; offer it once it is there."""
    job: Job | None = st.session_state.get("export_job")
    if job is None:
        return
    if job.running:
        text = f"Making {_plain(job.name)}"
        if job.waiting:
            text = "Another visitor's file is being made; yours comes next"
        st.progress(job.share, text=text)
        st.button("Stop", on_click=job.stop, key="export_stop")
        return
    if running:
        st.rerun(scope="app")  # the button above is asleep, and this fragment need not tick
    try:
        made = job.result()
        if made is None:
            st.info("Stopped; nothing was kept.")
            return
        size = len(made.read())
    except BadInput as error:
        st.warning(str(error))
        return
    st.download_button(
        f"Download {_plain(job.name)} ({_size_text(size)})",
        made.read,
        file_name=job.name,
        mime=job.mime,
        on_click="ignore",
        key="export_download",
    )


def _film_choices() -> tuple[str, float]:
    size = st.radio("Size", list(film.SIZES), horizontal=True, key="export_size")
    speed = st.select_slider(
        "Speed",
        film.SPEEDS,
        1.0,
        format_func=lambda speed: f"{speed:g}×",
        key="export_speed",
    )
    return size, speed


def _look(layer: Layer, chosen: int | None) -> Look:
    themes = list(THEMES)
    theme = st.radio(
        "Theme",
        themes,
        index=themes.index("dark" if st.context.theme.type == "dark" else "light"),
        horizontal=True,
        key="export_theme",
    )
    what = st.radio(
        "Shows",
        ["all filters", "one filter, large"],
        horizontal=True,
        key="export_what",
    )
    filter_ = None
    if what != "all filters":
        filter_ = st.number_input(
            "Filter",
            0,
            layer.filters - 1,
            chosen if chosen is not None and chosen < layer.filters else 0,
            key=f"export_filter_{layer.name}_{chosen}",
            help="The tile you opened last, unless you choose another.",
        )
    scale, colour = st.columns(2)
    with scale:
        by = st.selectbox("Scale", SCALES, format_func="per {}".format, key="export_scale")
    with colour:
        name = st.selectbox("Colours", colours(), key="export_colours")
    return Look(filter_=filter_, scale=by, colours=name, theme=theme)


def _maker(
    subject: Shown,
    listener: Listener,
    kind: Kind,
    *,
    look: Look,
    window: int,
    size: str,
    speed: float,
) -> Make:
    start_s = subject.time_of(window)
    makers: dict[str, Make] = {
        "png": lambda work: still.png(subject, look, window=window),
        "svg": lambda work: still.svg(subject, look, window=window),
        "mp4": lambda work: film.mp4(subject, look, size=size, speed=speed, work=work),
        "webp": lambda work: loop.loop(subject, look, kind="webp", start_s=start_s, work=work),
        "gif": lambda work: loop.loop(subject, look, kind="gif", start_s=start_s, work=work),
        "csv": lambda work: numbers.csv(subject),
        "npz": lambda work: numbers.npz(subject, listener, work=work),
    }
    return makers[kind.suffix]


def _file_name(subject: Shown, kind: Kind, *, window: int, filter_: int | None) -> str:
    title = re.sub(r"[^a-z0-9]+", "-", subject.heard.title.lower()).strip("-")[:40] or "clip"
    parts = ["cnnviz", subject.card.name, title]
    parts.append("predictions" if kind.suffix == "csv" else subject.layer.name)
    parts += [f"filter{filter_}"] if filter_ is not None else []
    parts += [f"frame{window}"] if kind.suffix in ("png", "svg") else []
    return f"{'-'.join(parts)}.{kind.suffix}"


def _plain(name: str) -> str:
    """Return a file name whose signs do not act as Markdown."""
    return name.replace("_", "\\_")


def _size_text(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
