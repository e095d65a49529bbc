"""The panel *Export*: what is on the stage, as pictures, films with their sound, and numbers."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from cnnviz.clips.clip import Clip
from cnnviz.errors import BadInput
from cnnviz.export import film, loop, numbers, still
from cnnviz.export.colour import SCALES
from cnnviz.export.job import Job
from cnnviz.export.looks import LOOKS
from cnnviz.export.picture import Look
from cnnviz.export.record import cite
from cnnviz.export.subject import Subject, subject_of
from cnnviz.export.theme import THEMES
from cnnviz.export.work import Work
from cnnviz.networks.card import Layer
from cnnviz.views import computed
from cnnviz.views.plain import plain
from cnnviz.views.resources import in_line, outbox
from cnnviz.views.session import Looks, Picture, Session, current

title = "Export"
follows = frozenset({"is_drawn", "filter", "looks"})

POLL_S = 0.5
ORDERS: dict[str, str] = LOOKS["orders"]  # name to words; others are called by their name
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


@dataclass(frozen=True)
class Cut:
    """What a visitor chooses of a film: its size, and which part of the clip it shows."""

    size: str = "720p"
    part: film.Part | None = None


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
        "The clip or a part of it, one picture for each window of the network. Slower films keep "
        "the pitch.",
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


def show(session: Session) -> None:
    """Let the visitor choose a kind of file of the first picture, make it, and fetch it."""
    picture = session.picture
    if not picture.is_drawn:
        st.caption("What is on the stage can be exported once the network has run over the clip.")
        return
    outputs = computed.outputs(picture)
    layer = picture.network.layer(picture.layer.name)
    subject = subject_of(
        picture.clip,
        outputs,
        card=picture.loader.card,
        layer=layer,
        scales=computed.scales(picture, outputs),
        rankings=computed.rankings(picture, outputs),
    )
    names = [kind.name for kind in KINDS]
    left, right = st.columns(2)
    with left:
        kind = KINDS[names.index(st.selectbox("File", names, key="export_kind"))]
        st.caption(kind.about)
        cut = _film_choices(picture.clip) if kind.suffix == "mp4" else Cut()
    with right:
        classes = list(subject.classes.values())
        look = _look(layer, picture.filter, names=classes) if kind.drawn else Look()
        if kind.drawn:
            st.caption(_looks_text(picture.looks, subject, film=kind.suffix == "mp4"))
    job: Job | None = st.session_state.get("export_job")
    running = job is not None and job.running
    start = partial(_start, subject, picture, kind, look=look, cut=cut)
    st.button("Make it", type="primary", on_click=start, disabled=running, key="export_make")
    st.fragment(_progress, run_every=POLL_S if running else None)(running)
    with st.expander("Cite it"):
        st.write("Each file says which network, clip, layer and scale it shows.")
        st.code(cite(picture.clip), language=None, wrap_lines=True)


def _start(subject: Subject, picture: Picture, kind: Kind, *, look: Look, cut: Cut) -> None:
    """Begin to make a file of what the stage shows when the button is pressed, as it looks."""
    now = current().find(picture.id) or picture
    window = min(now.frame, subject.n_windows - 1)
    looks = now.looks
    look = replace(look, scale=looks.scale, colours=looks.colours, order=looks.order)
    make = _maker(subject, picture, kind, look=look, window=window, cut=cut, speed=looks.speed)
    name = _file_name(subject, kind, window=window, filter_=look.filter_, part=cut.part)
    st.session_state["export_job"] = Job(
        make, name=name, mime=kind.mime, outbox=outbox(), in_turn=kind.in_turn
    )


def _progress(running: bool) -> None:
    """Say how far the file is; offer it once it is there."""
    job: Job | None = st.session_state.get("export_job")
    if job is None:
        return
    if job.running:
        text = in_line(job.before) if job.before else f"Making {plain(job.name)}"
        st.progress(job.share, text=text)
        st.button("Stop", on_click=job.stop, key="export_stop")
        return
    if running:
        st.rerun(scope="app")  # the button above is asleep, and this fragment need not tick
    try:
        file = job.result()
        if file is None:
            st.info("Stopped; nothing was kept.")
            return
        size = len(file.read())
    except BadInput as error:
        st.warning(plain(str(error)))
        return
    st.download_button(
        f"Download {plain(job.name)} ({_size_text(size)})",
        file.read,
        file_name=job.name,
        mime=job.mime,
        on_click="ignore",
        key="export_download",
    )


def _film_choices(clip: Clip) -> Cut:
    end_s = math.ceil(10 * clip.seconds) / 10
    part = st.slider(
        "Part",
        0.0,
        end_s,
        (0.0, end_s),
        step=0.1,
        format="%.1f s",
        key=f"export_part_{clip.id}",
        help="Where in the clip the film begins and ends.",
    )
    size = st.radio("Size", list(film.SIZES), horizontal=True, key="export_size")
    whole = part == (0.0, end_s)
    return Cut(size, None if whole else (part[0], min(part[1], clip.seconds)))


def _filter(layer: Layer, chosen: int | None, *, noun: str, names: Sequence[str]) -> int:
    """Let the visitor choose what to draw large: the opened tile, unless another is wanted."""
    help = "The opened tile, unless you choose another." if chosen is not None else None
    first, key = chosen or 0, f"export_filter_{layer.name}_{chosen}"
    if noun == "class":
        every = range(layer.filters)
        return st.selectbox(
            "Class", every, index=first, format_func=names.__getitem__, key=key, help=help
        )
    return st.number_input(noun.capitalize(), 0, layer.filters - 1, first, key=key, help=help)


def _look(layer: Layer, chosen: int | None, *, names: Sequence[str]) -> Look:
    themes = list(THEMES)
    theme = st.radio(
        "Theme",
        themes,
        index=themes.index("dark" if st.context.theme.type == "dark" else "light"),
        horizontal=True,
        key="export_theme",
    )
    noun = "class" if layer.kind == "output" else "filter" if layer.is_map else "cell"
    grid = "all classes" if noun == "class" else f"all {noun}s"
    what = st.radio(
        "Shows",
        [grid, f"one {noun}, large"],
        index=0 if chosen is None else 1,
        horizontal=True,
        key=f"export_what_{noun}_{'all' if chosen is None else 'opened'}",
    )
    filter_ = None if what == grid else _filter(layer, chosen, noun=noun, names=names)
    return Look(filter_=filter_, theme=theme)


def _looks_text(looks: Looks, subject: Subject, *, film: bool) -> str:
    """Return how a file will look, in words."""
    scale = subject.scales.known(looks.scale)
    fixed = len(subject.scales.choices) == 1
    parts = [
        subject.scales.choices[scale].about if fixed else SCALES[scale],
        looks.colours,
        ORDERS.get(looks.order, f"by {looks.order}"),
    ]
    if scale == "diverging":
        parts[1] = f"the spectrogram in {looks.colours}"
    if film:
        parts.append(f"at {looks.speed:g}×")
    return f"As on the stage: {', '.join(parts)}. Change it there."


def _maker(
    subject: Subject,
    picture: Picture,
    kind: Kind,
    *,
    look: Look,
    window: int,
    cut: Cut,
    speed: float,
) -> Make:
    start_s = subject.time_of(window)
    makers: dict[str, Make] = {
        "png": lambda work: still.png(subject, look, window=window),
        "svg": lambda work: still.svg(subject, look, window=window),
        "mp4": lambda work: film.mp4(
            subject, look, size=cut.size, speed=speed, part=cut.part, work=work
        ),
        "webp": lambda work: loop.loop(subject, look, kind="webp", start_s=start_s, work=work),
        "gif": lambda work: loop.loop(subject, look, kind="gif", start_s=start_s, work=work),
        "csv": lambda work: numbers.csv(subject),
        "npz": lambda work: numbers.npz(subject, picture.network, work=work),
    }
    return makers[kind.suffix]


def _file_name(
    subject: Subject, kind: Kind, *, window: int, filter_: int | None, part: film.Part | None
) -> str:
    title = re.sub(r"[^a-z0-9]+", "-", subject.clip.title.lower()).strip("-")[:40] or "clip"
    parts = ["cnnviz", subject.card.name, title]
    parts.append("predictions" if kind.suffix == "csv" else subject.layer.name)
    parts += [f"filter{filter_}"] if filter_ is not None else []
    parts += [f"frame{window}"] if kind.suffix in ("png", "svg") else []
    parts += [f"{part[0]:.1f}-to-{part[1]:.1f}s"] if part is not None else []
    return f"{'-'.join(parts)}.{kind.suffix}"


def _size_text(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
