"""What stands in the address is looked up in lists, and is never a path, a host or a network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnnviz.views.resources import Engine, engine
from tests.conftest import ROOT

TIMEOUT_S = 120  # the first run waits for TensorFlow
PATHS = ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "samples/../../README.md", "%00"]
CONTROLS = ["\x00", "a\nb\r\tc", "\x1b[2J", "\u202egnp", "\ud7ff\uffff", "x" * 20_000]
ADDRESSES = [
    *({"clip": text} for text in [*PATHS, *CONTROLS, "<img src=x onerror=alert(1)>"]),
    *({"layer": text} for text in ["../../etc/passwd", "\x00", "conv2_2"]),
    *({"frame": text} for text in ["1e9", "-5", "999999999999999999999", "nan", "", "٣"]),
    *({"filter": text} for text in ["-1", "9999", "\x00"]),
    *({"irmas": text, "clip": "IRMAS, from its archive…"} for text in ["/etc/passwd", "\x00a\n"]),
    dict.fromkeys(["scale", "order", "speed", "panel", "upload", "network"], "/etc/passwd"),
    {"CNNVIZ_IRMAS": "/etc", "CNNVIZ_IRMAS_URL": "http://localhost:1/"},
]


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Load the shipped network once, as the first visitor's page does."""
    return engine(str(ROOT / "models" / "han2016")).listener


def opened(address: dict[str, str]) -> AppTest:
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT_S)
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: repr(a)[:50])
def test_the_page_opens_with_its_clip_or_a_sentence(address, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(Engine, "ready", True)
    page = opened(address)
    assert not page.exception
    titles = page.selectbox(key="clip").options
    assert page.selectbox(key="clip").value in titles
    assert all(error.value.startswith("A clip") for error in page.error)
    said = " ".join(element.value for kind in (page.markdown, page.caption) for element in kind)
    assert "root:" not in said
    assert not list(tmp_path.rglob("*passwd*"))


@given(text=st.text() | st.text("0123456789-+e._ ٣", max_size=6))
def test_any_text_is_a_filter_or_none(text):
    from cnnviz.views.sidebar import parse_filter

    found = parse_filter(text)
    assert found is None or (0 <= found <= 9999 and str(found) == (text.lstrip("0") or "0"))
