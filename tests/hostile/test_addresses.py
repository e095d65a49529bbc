"""What stands in the address is looked up in lists, and is never a path, a host or a network."""

import pytest

from cnnviz.views.resources import loader
from tests.views.pages import SHIPPED, page

PATHS = ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "samples/../../README.md", "%00"]
CONTROLS = ["\x00", "a\nb\r\tc", "\x1b[2J", "\u202egnp", "\ud7ff\uffff", "x" * 20_000]
ADDRESSES = [
    *({"clip": text} for text in [*PATHS, *CONTROLS, "<img src=x onerror=alert(1)>"]),
    *({"layer": text} for text in ["../../etc/passwd", "\x00", "conv2_2"]),
    *({"frame": text} for text in ["1e9", "-5", "999999999999999999999", "nan", "", "٣"]),
    *({"filter": text} for text in ["-1", "9999", "\x00"]),
    *({"irmas": text, "clip": "IRMAS, from its archive…"} for text in ["/etc/passwd", "\x00a\n"]),
    dict.fromkeys(
        ["scale", "order", "speed", "panel", "upload", "network", "clip_b"], "/etc/passwd"
    ),
    {"CNNVIZ_IRMAS": "/etc", "CNNVIZ_IRMAS_URL": "http://localhost:1/"},
]


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Load the shipped network once, as the first visitor's page does."""
    return loader(str(SHIPPED)).network


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: repr(a)[:50])
def test_the_page_opens_with_its_clip_or_a_sentence(address, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    at = page(**address).run()
    assert not at.exception
    titles = at.selectbox(key="clip").options
    assert at.selectbox(key="clip").value in titles
    assert all(error.value.startswith("A clip") for error in at.error)
    said = " ".join(element.value for kind in (at.markdown, at.caption) for element in kind)
    assert "root:" not in said
    assert not list(tmp_path.rglob("*passwd*"))
