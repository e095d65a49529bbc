"""What the page's address asks for, and what to say of what does not exist.

The browser alone writes the address (`stage/address.mjs`). Python reads it when a visitor comes,
and is told of it when the visitor goes Back or Forward. A list of the sidebar that the address may
name is a `select` here, and a line in `NAMED` there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.clips.clip import Clip
from cnnviz.export.looks import LOOKS
from cnnviz.networks.card import Layer
from cnnviz.views import computed
from cnnviz.views.plain import brief
from cnnviz.views.session import name_of

OWN = "own/"  # begins the ids of sounds that visitors bring
REST = "rest"  # of the answers: to what no list shows
LOOKS_KNOWN = {
    "scale": list(LOOKS["scales"]),
    "colours": list(LOOKS["colour_stops"]),
    "speed": [str(speed) for speed in LOOKS["speeds"]],
    "loop": ["0", "1"],
    "order": ["number", *computed.RANKINGS],
}


@dataclass(frozen=True)
class Answer:
    """What a list opens with for an address.

    Attributes
    ----------
    option : str
        Of the list.
    sentence : str
        What to say of it; empty if it is what the address asks for.
    """

    option: str
    sentence: str = ""


def travel(id: str, named: Mapping[str, str | None]) -> None:
    """Let the lists of the picture with an id take what the visitor went Back or Forward to."""
    st.session_state[name_of("travel", id)] = dict(named)


def select(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    id: str,
    default: str,
    answer: Callable[[str], Answer],
    **shown: Any,
) -> str:
    """Show a list that begins with what the address asks for; return what is chosen.

    Parameters
    ----------
    label : str
    options : sequence of str
    name : str
        Of the list in the address.
    id : str
        Of the picture.
    default : str
        The option for an address that names none.
    answer : callable
        Says what the list is to open with for a text of the address.
    **shown
        How `st.selectbox` is to show the list.
    """
    key = name_of(name, id)
    answers = _answers(id)
    named = st.session_state.get(name_of("travel", id), {})
    travelled = name in named
    if travelled or name not in answers:
        text = named.pop(name) if travelled else st.query_params.get(key)
        answers[name] = answer(text) if text else Answer(default)
        if travelled:  # to what the stage wrote, which holds
            answers[REST] = Answer("")
    option = answers[name].option if answers[name].option in options else default
    if travelled:
        st.session_state[key] = option
    choice: str = st.selectbox(
        label,
        options,
        # Streamlit takes a default or a value in the session, not both.
        index=0 if travelled else list(options).index(option),
        key=key,
        # The browser sends what changes within one tick together, and with it the fragment of the
        # first: without a word of its own this choice could be overlooked beside a report.
        on_change=st.rerun,
        **shown,
    )
    if choice != option:  # the visitor has gone on from where the address led
        answers |= {name: Answer(answer.option) for name, answer in answers.items()}
    return choice


def sentences(id: str, *, clip: Clip, layer: Layer) -> list[str]:
    """Return what to say of the address that the picture with an id was opened with.

    It is said until the visitor makes another choice in one of the lists, or goes Back or Forward.
    """
    answers = _answers(id)
    if REST not in answers:
        said = [] if id else _looks()  # looks are the same for all pictures
        if answers["layer"] == Answer(layer.name):
            said += _number("filter", id, count=layer.filters, of=layer.name)
        if answers["clip"] == Answer(clip.title):
            said += _number("frame", id, count=clip.n_windows, of=f"“{clip.title}”")
        answers[REST] = Answer("", " ".join(said))
    if clip.id.startswith(OWN):  # what the address could not bring has been brought
        answers["clip"] = Answer(answers["clip"].option)
    return [answer.sentence for answer in answers.values() if answer.sentence]


def _answers(id: str) -> dict[str, Answer]:
    answers: dict[str, Answer] = st.session_state.setdefault(name_of("answers", id), {})
    return answers


def _number(name: str, id: str, *, count: int, of: str) -> list[str]:
    """Say if the address asks for a filter or frame that is not there."""
    text = st.query_params.get(name_of(name, id))
    if not text or (re.fullmatch(r"[0-9]{1,4}", text) and int(text) < count):
        return []
    return [f"The address asks for {name} “{brief(text)}”, but {of} has {name}s 0 to {count - 1}."]


def _looks() -> list[str]:
    """Say which looks of the address the stage does not know; it has its usual ones instead."""
    return [
        f"The address asks for {name} “{brief(text)}”, which is none of {', '.join(known)}."
        for name, known in LOOKS_KNOWN.items()
        if (text := st.query_params.get(name)) and not _is_known(name, text)
    ]


def _is_known(name: str, text: str) -> bool:
    if name != "speed":
        return text in LOOKS_KNOWN[name]
    try:
        return float(text) in LOOKS["speeds"]  # the browser reads a number too
    except ValueError:
        return False
