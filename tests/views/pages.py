"""The page as AppTest runs it: no browser, so no JavaScript.

What the browser would report is put into the session, where the reporter's callback puts it.
"""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from streamlit.testing.v1 import AppTest

from cnnviz.views.session import KEY, Picture, Report, Session, name_of
from tests.conftest import ROOT

TIMEOUT_S = 120  # the first run waits for TensorFlow
SHIPPED = ROOT / "models" / "han2016"
SAMPLES = ROOT / "sample_audio"


def page(**address: str) -> AppTest:
    """Return the shipped page at an address, not yet run."""
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT_S)
    at.query_params.update(address)
    return at


def page_of(network: Path) -> AppTest:
    """Return the shipped page with another network, not yet run."""
    text = (ROOT / "streamlit_app.py").read_text(encoding="utf-8")
    for constant, value in (("HERE", ROOT), ("NETWORK", network)):
        (line,) = [line for line in text.splitlines() if line.startswith(f"{constant} = ")]
        text = text.replace(line, f"{constant} = Path({str(value)!r})")
    return AppTest.from_string(text, default_timeout=TIMEOUT_S)


def components(at: AppTest, name: str) -> list[Any]:
    """Return the protobufs of the mounted components of a name, in the order of the page."""
    return [c.proto for c in at.get("bidi_component") if c.proto.component_name == name]


def stage_bytes(at: AppTest, *, picture: str = "") -> bytes:
    """Return the payload of the stage of a picture."""
    (data,) = [
        bytes(stage.bytes)
        for stage in components(at, "cnnviz_stage")
        if header_of(stage.bytes)["picture"] == picture
    ]
    return data


def header(at: AppTest, *, picture: str = "") -> dict[str, Any]:
    """Return what stands in the head of that payload."""
    return header_of(stage_bytes(at, picture=picture))


def header_of(payload: bytes) -> dict[str, Any]:
    """Return the head of a payload."""
    length = int.from_bytes(payload[:4], "little")
    head: dict[str, Any] = json.loads(payload[4 : 4 + length])
    return head


def session(at: AppTest) -> Session:
    """Return what the page shows."""
    found: Session = at.session_state[KEY]
    return found


def report_of(picture: Picture, *, frame: int = 0, filter: int | None = None) -> Report:
    """Return the report of a stage that has drawn what the picture shows."""
    return Report(picture.loader.card.name, picture.clip.id, picture.layer.name, frame, filter)


def rest(at: AppTest, *, frame: int = 0, filter: int | None = None) -> AppTest:
    """Let the first picture's stage come to rest, and run the page."""
    first, *others = session(at).pictures
    rested = replace(first, report=report_of(first, frame=frame, filter=filter))
    at.session_state[KEY] = Session((rested, *others))
    return at.run()


def travel(at: AppTest, *, id: str = "", **named: str | None) -> AppTest:
    """Let the visitor go Back to an address with these names; the page is to be run."""
    names = {"clip": None, "layer": None} | named
    at.session_state[name_of("travel", id)] = names  # where the stage's callback puts it
    return at


def wav(seconds: float = 2.0, *, rate: int = 22050, level: float = 0.5) -> bytes:
    """Return a sine as a WAV file."""
    t = np.arange(int(seconds * rate)) / rate
    file = io.BytesIO()
    sf.write(file, level * np.sin(2 * np.pi * 440 * t), rate, format="WAV")
    return file.getvalue()
