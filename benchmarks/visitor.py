"""A visitor without a screen: speaks to the server as the page in a browser does.

**Conventions**: times are seconds from the sending of what was asked. A *run* is all that the
server says from one message of ours to the end of the script that it starts.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

CLIP, LAYER, FRAME, UPLOAD = "Clip", "Layer", "Frame", "A sound file of up to 60 s"
UPLOADING = "Upload a clip…"
PATIENCE_S = 60.0
# A browser keeps what it has got and tells its hashes; here the last few layers do.
KEPT_MESSAGES = 3


class Lost(Exception):
    """No answer came in time, or the connection broke."""


@dataclass
class Run:
    """What the server said in one run.

    Attributes
    ----------
    seconds : float
        Until the run ended.
    layer_s : float or None
        Until the layer that was asked for stood on the stage.
    shown : list of (str, str or None)
        Clip's id and layer's name of each stage that came.
    titles : list of str
        Titles of the clips of those stages.
    exceptions, errors, progress : list of str
        What stood in boxes of exceptions and errors, and beside bars of progress.
    """

    seconds: float = 0.0
    layer_s: float | None = None
    shown: list[tuple[str, str | None]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)

    @property
    def waited(self) -> list[str]:
        """The sentences that told how many visitors were before."""
        return [text for text in self.progress if "before you" in text]


class Visitor:
    """One open page. Use it in a `with` block; leaving cuts the connection without a word."""

    def __init__(self, url: str, *, address: Mapping[str, str] | None = None) -> None:
        self.url = url
        self._query = urlencode(address or {})
        self._web = requests.Session()
        self._states: dict[str, WidgetState] = {}
        self._widgets: dict[str, str] = {}  # label, or the component's name, to its id
        self._fragments: dict[str, str] = {}  # the same to the fragment it stands in
        self._kept: dict[str, ForwardMsg] = {}
        self._session = ""
        self._stage: tuple[str, str | None] | None = None

    def __enter__(self) -> "Visitor":
        """Connect to the server."""
        # As the browser does before the socket; it also brings the cookie that uploads must show.
        self._web.get(f"{self.url}/_stcore/host-config", timeout=PATIENCE_S)
        self._web.get(f"{self.url}/_stcore/health", timeout=PATIENCE_S)
        self._socket = connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit", self._xsrf or "PLACEHOLDER_AUTH_TOKEN"],
            additional_headers={"Cookie": f"_streamlit_xsrf={self._xsrf}"},
            origin=self.url,
            max_size=None,
            open_timeout=PATIENCE_S,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """Cut the connection."""
        with suppress(OSError):
            self._socket.socket.close()  # no closing handshake: the lid is shut, the train leaves
        self._web.close()

    # --- what a person does -------------------------------------------------------------------

    def open(self) -> Run:
        """Run the page for the first time."""
        return self._run()

    def open_until_ready(self, *, patience_s: float = 240.0) -> Run:
        """Run the page until the network has answered."""
        until = time.monotonic() + patience_s
        while (run := self.open()) and not any(layer for _, layer in run.shown):
            if time.monotonic() > until:
                raise Lost(f"no layer in {patience_s:g} s")
            time.sleep(1)
        return run

    def choose_clip(self, title: str, *, wanted: str, layer: str | None) -> Run:
        """Choose a clip of the list; `wanted` is its id."""
        self._set(CLIP, string_value=title)
        return self._run(wanted=(wanted, layer))

    def choose_layer(self, option: str, *, wanted: str, layer: str) -> Run:
        """Choose a layer by its words in the list, while the clip `wanted` is on the stage."""
        self._set(LAYER, string_value=option)
        return self._run(wanted=(wanted, layer))

    def move(self, frame: int) -> Run:
        """Move the frame slider, which runs its fragment alone."""
        self._set(FRAME).double_array_value.data[:] = [float(frame)]
        return self._run(fragment=self._fragments[FRAME])

    def look(self) -> Run:
        """Report that the layer's first picture is painted, which fills the panel."""
        if self._stage is None or "cnnviz_link" not in self._widgets:
            return Run()
        clip, layer = self._stage
        said = json.dumps({"shown": {"clip": clip, "layer": layer}})
        self._set("cnnviz_link", json_value=said)
        return self._run(fragment=self._fragments["cnnviz_link"])

    def upload(self, name: str, data: bytes, *, layer: str | None) -> tuple[str, Run]:
        """Send a sound as the uploader does; return the id its clip must have, and the run."""
        if UPLOAD not in self._widgets:
            self._set(CLIP, string_value=UPLOADING)
            self._run()
        ask = BackMsg()
        ask.file_urls_request.request_id = "files"
        ask.file_urls_request.file_names.append(name)
        ask.file_urls_request.session_id = self._session
        self._socket.send(ask.SerializeToString())
        urls = next(
            message.file_urls_response.file_urls[0]
            for message in self._messages()
            if message.WhichOneof("type") == "file_urls_response"
        )
        sent = self._web.put(
            self.url + urls.upload_url,
            files={"file": (name, data, "application/octet-stream")},
            headers={"X-Xsrftoken": self._xsrf},
            timeout=PATIENCE_S,
        )
        if sent.status_code != 204:
            raise Lost(f"upload answered {sent.status_code}")
        info = self._set(UPLOAD).file_uploader_state_value
        del info.uploaded_file_info[:]
        info.uploaded_file_info.add(name=name, size=len(data), file_id=urls.file_id, file_urls=urls)
        id = f"own/{urls.file_id}"
        return id, self._run(wanted=(id, layer))

    # --- the protocol -------------------------------------------------------------------------

    @property
    def _xsrf(self) -> str:
        return self._web.cookies.get("_streamlit_xsrf", "")

    def _set(self, widget: str, **value: Any) -> WidgetState:
        id = self._widgets[widget]
        state = self._states.setdefault(id, WidgetState(id=id))
        for name, given in value.items():
            setattr(state, name, given)
        return state

    def _run(self, *, fragment: str = "", wanted: tuple[str, str | None] | None = None) -> Run:
        """Send the widgets' states, and read to the end of the run."""
        message = BackMsg()
        script = message.rerun_script
        script.query_string = self._query
        script.fragment_id = fragment
        while len(self._kept) > KEPT_MESSAGES:
            del self._kept[next(iter(self._kept))]
        script.cached_message_hashes.extend(self._kept)
        script.widget_states.widgets.extend(self._states.values())
        start = time.monotonic()
        if not fragment:
            self._widgets.pop(UPLOAD, None)  # gone unless it comes again
        try:
            self._socket.send(message.SerializeToString())
        except ConnectionClosed as error:
            raise Lost(str(error)) from error
        run = Run()
        for got in self._messages():
            kind = got.WhichOneof("type")
            if kind == "new_session":
                self._session = got.new_session.initialize.session_id or self._session
            elif kind == "delta":
                self._take(got, run)
                if wanted is not None and run.layer_s is None and self._fits(wanted):
                    run.layer_s = time.monotonic() - start
            elif kind == "script_finished" and got.script_finished in ENDS[bool(fragment)]:
                break
        run.seconds = time.monotonic() - start
        self._states = {id: s for id, s in self._states.items() if id in self._widgets.values()}
        return run

    def _fits(self, wanted: tuple[str, str | None]) -> bool:
        clip, layer = wanted
        return (
            self._stage is not None and self._stage[0] == clip and layer in (None, self._stage[1])
        )

    def _messages(self) -> Iterator[ForwardMsg]:
        """Yield what comes, in full where the server names what we keep."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                data = self._socket.recv(timeout=max(0.0, until - time.monotonic()))
            except TimeoutError as error:
                raise Lost(f"no answer in {PATIENCE_S:g} s") from error
            except ConnectionClosed as error:
                raise Lost(str(error)) from error
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "ref_hash":
                path = list(message.metadata.delta_path)
                message = self._kept.pop(message.ref_hash)
                message.metadata.delta_path[:] = path
            if message.metadata.cacheable:
                self._kept[message.hash] = message  # the last used stand last
            yield message

    def _take(self, message: ForwardMsg, run: Run) -> None:
        """Note what an element says."""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        widget = getattr(element, kind) if kind else None
        if kind in ("selectbox", "slider", "file_uploader"):
            self._widgets[widget.label] = widget.id
            self._fragments[widget.label] = message.delta.fragment_id
        elif kind == "bidi_component":
            self._widgets[widget.component_name] = widget.id
            self._fragments[widget.component_name] = message.delta.fragment_id
            if widget.component_name == "cnnviz_stage":
                head = header(widget.bytes)
                self._stage = head["clip"]["id"], (head["layer"] or {}).get("name")
                run.shown.append(self._stage)
                run.titles.append(head["clip"]["title"])
        elif kind == "exception":
            run.exceptions.append(f"{widget.type}: {widget.message}")
        elif kind == "alert" and widget.format == widget.ERROR:
            run.errors.append(widget.body)
        elif kind == "progress":
            run.progress.append(widget.text)


ENDS = {
    False: {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR},
    True: {ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY},
}


def header(payload: bytes) -> dict[str, Any]:
    """Return the header of what the stage gets; `cnnviz.stage.payload` says how it is packed."""
    length = int.from_bytes(payload[:4], "little")
    found: dict[str, Any] = json.loads(payload[4 : 4 + length])
    return found
