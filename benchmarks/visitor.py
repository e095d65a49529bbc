"""A visitor without a screen: speaks to the server as the page in a browser does.

**Conventions**: times are seconds from the sending of what was asked. A *run* is all that the
server says from one message of ours to the end of the last script run that it starts: a callback
may end the first run early and ask for another.

An answer counts only if it holds what was asked for; else `Lost` is raised.
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
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

CLIP, LAYER, UPLOAD = "Clip", "Layer", "A sound file of up to 60 s"
STAGE, REPORTER = "cnnviz_stage", "cnnviz_reporter"
CHART = "vega_lite_chart"  # the activations of one filter, which a report of a new picture draws
UPLOADING = "Upload a clip…"
PATIENCE_S = 60.0
# A browser keeps what it has got for twenty runs and tells its hashes; here the last few layers and
# all smaller messages are kept, so that many visitors fit into one process.
KEPT_LAYERS = 3


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
    elements : list of str
        Kind of each element that came; of a component, its name.
    titles : list of str
        Titles of the clips of those stages.
    exceptions, errors, progress : list of str
        What stood in boxes of exceptions and errors, and beside bars of progress.
    """

    seconds: float = 0.0
    layer_s: float | None = None
    shown: list[tuple[str, str | None]] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
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
        self._kept: dict[str, ForwardMsg] = {}  # by hash, the last used at the end
        self._session = ""
        self._frame = 0
        self._picture: dict[str, Any] = {}  # on the stage, as the reporter names it
        self._reported: dict[str, Any] = {}

    def __enter__(self) -> "Visitor":
        """Connect to the server."""
        # As the browser does before the socket; it also brings the cookie that uploads must show.
        self._web.get(f"{self.url}/_stcore/host-config", timeout=PATIENCE_S)
        self._web.get(f"{self.url}/_stcore/health", timeout=PATIENCE_S)
        try:
            self._socket = connect(
                self.url.replace("http", "ws", 1) + "/_stcore/stream",
                subprotocols=["streamlit", self._xsrf or "PLACEHOLDER_AUTH_TOKEN"],
                additional_headers={"Cookie": f"_streamlit_xsrf={self._xsrf}"},
                origin=self.url,
                max_size=None,
                open_timeout=PATIENCE_S,
            )
        except WebSocketException as error:
            raise Lost(f"no connection: {error!r}") from error
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
        """Move the frame control and let go of it: the stage reports another frame."""
        self._frame = frame
        return self._report(answer=REPORTER)

    def look(self) -> Run:
        """Report the picture on the stage, as the browser does by itself; the panel follows it.

        As from the browser, nothing is sent for a clip without its layer, nor what was sent last.
        """
        if not self._picture.get("layer") or self._picture | self._rest == self._reported:
            return Run()
        return self._report(answer=CHART)

    def upload(self, name: str, data: bytes, *, layer: str | None) -> tuple[str, Run]:
        """Send a sound as the uploader does; return the id its clip must have, and the run."""
        if UPLOAD not in self._widgets:
            self._set(CLIP, string_value=UPLOADING)
            self._run()
        ask = BackMsg()
        ask.file_urls_request.request_id = "files"
        ask.file_urls_request.file_names.append(name)
        ask.file_urls_request.session_id = self._session
        self._send(ask)
        answer = next(
            message.file_urls_response
            for message in self._messages()
            if message.WhichOneof("type") == "file_urls_response"
        )
        if not answer.file_urls:
            raise Lost(f"no place for an upload: {answer.error_msg}")
        urls = answer.file_urls[0]
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

    @property
    def _rest(self) -> dict[str, Any]:
        looks = {"scale": "layer", "colours": "viridis", "order": "number", "speed": 1}
        return {"frame": self._frame, "filter": None, "looks": looks}

    def _report(self, *, answer: str) -> Run:
        """Send the reporter's state; `answer` is the element that must come."""
        self._reported = self._picture | self._rest
        self._set(REPORTER, json_value=json.dumps({"rest": self._reported}))
        run = self._run(fragment=self._fragments[REPORTER])
        if answer not in run.elements:
            raise Lost(f"no {answer} came after the report {self._reported}: {run}")
        return run

    def _set(self, widget: str, **value: Any) -> WidgetState:
        if widget not in self._widgets:
            raise Lost(f"the page has no {widget!r}, but {sorted(self._widgets)}")
        id = self._widgets[widget]
        state = self._states.setdefault(id, WidgetState(id=id))
        for name, given in value.items():
            setattr(state, name, given)
        return state

    def _run(self, *, fragment: str = "", wanted: tuple[str, str | None] | None = None) -> Run:
        """Send the widgets' states, and read to the end of the last script run."""
        message = BackMsg()
        script = message.rerun_script
        script.query_string = self._query
        script.fragment_id = fragment
        self._forget_layers()
        script.cached_message_hashes.extend(self._kept)
        script.widget_states.widgets.extend(self._states.values())
        start = time.monotonic()
        if not fragment:
            self._widgets.pop(UPLOAD, None)  # gone unless it comes again
        self._send(message)
        run = Run()
        script_run = ""  # the one that goes on; what ends before it began was asked for earlier
        for got in self._messages():
            kind = got.WhichOneof("type")
            if kind == "new_session":
                self._session = got.new_session.initialize.session_id or self._session
                script_run = got.metadata.run.script_run_id
            elif kind == "delta":
                self._take(got, run)
                if wanted is not None and run.layer_s is None and _has_come(run, wanted):
                    run.layer_s = time.monotonic() - start
            elif (
                kind == "script_finished"
                and script_run
                and got.metadata.run.script_run_id == script_run
                and got.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                break
        run.seconds = time.monotonic() - start
        self._states = {id: s for id, s in self._states.items() if id in self._widgets.values()}
        return run

    def _forget_layers(self) -> None:
        layers = [
            hash
            for hash, message in self._kept.items()
            if message.delta.new_element.bidi_component.component_name == STAGE
        ]
        for hash in layers[:-KEPT_LAYERS]:
            del self._kept[hash]

    def _send(self, message: BackMsg) -> None:
        try:
            self._socket.send(message.SerializeToString())
        except WebSocketException as error:
            raise Lost(str(error)) from error

    def _messages(self) -> Iterator[ForwardMsg]:
        """Yield what comes, in full where the server names what we keep."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                data = self._socket.recv(timeout=max(0.0, until - time.monotonic()))
            except TimeoutError as error:
                raise Lost(f"no answer in {PATIENCE_S:g} s") from error
            except WebSocketException as error:
                raise Lost(str(error)) from error
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "ref_hash":
                path = list(message.metadata.delta_path)
                if message.ref_hash not in self._kept:
                    raise Lost("the server named a message that this page does not keep")
                message = self._kept.pop(message.ref_hash)
                message.metadata.delta_path[:] = path
            if message.metadata.cacheable:
                self._kept.pop(message.hash, None)
                self._kept[message.hash] = message
            yield message

    def _take(self, message: ForwardMsg, run: Run) -> None:
        """Note what an element says."""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if not kind:
            return
        widget = getattr(element, kind)
        run.elements.append(widget.component_name if kind == "bidi_component" else kind)
        if kind in ("selectbox", "file_uploader"):
            self._widgets[widget.label] = widget.id
            self._fragments[widget.label] = message.delta.fragment_id
        elif kind == "bidi_component":
            self._widgets[widget.component_name] = widget.id
            self._fragments[widget.component_name] = message.delta.fragment_id
            if widget.component_name == STAGE:
                head = header(widget.bytes)
                clip, layer = head["clip"]["id"], (head["layer"] or {}).get("name")
                if clip != self._picture.get("clip"):
                    self._frame = 0
                self._picture = {"network": head["network"], "clip": clip, "layer": layer}
                run.shown.append((clip, layer))
                run.titles.append(head["clip"]["title"])
        elif kind == "exception":
            run.exceptions.append(f"{widget.type}: {widget.message}")
        elif kind == "alert" and widget.format == widget.ERROR:
            run.errors.append(widget.body)
        elif kind == "progress":
            run.progress.append(widget.text)


def _has_come(run: Run, wanted: tuple[str, str | None]) -> bool:
    clip, layer = wanted
    return any(came[0] == clip and layer in (None, came[1]) for came in run.shown[-1:])


def header(payload: bytes) -> dict[str, Any]:
    """Return the header of what the stage gets; `cnnviz.stage.payload` says how it is packed."""
    length = int.from_bytes(payload[:4], "little")
    found: dict[str, Any] = json.loads(payload[4 : 4 + length])
    return found
