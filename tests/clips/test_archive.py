"""Members read out of zips on a loopback server, and every way in which that fails."""

import contextlib
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.clips import irmas
from cnnviz.clips.archive.courier import Courier
from cnnviz.clips.archive.listing import Member, RemoteEnd, list_members
from cnnviz.clips.archive.zips import Archive, unpack
from cnnviz.errors import BadInput
from tests.archive_server import TRAINING, Server, SkippingClock, irmas_zips, serve, wav, zipped

MOST = 100_000_000


@pytest.fixture(scope="module")
def zips() -> dict[str, bytes]:
    return irmas_zips()


@pytest.fixture
def server(zips: dict[str, bytes]) -> Iterator[Server]:
    with serve(dict(zips)) as running:
        yield running


def courier(**options: Any) -> Courier:
    clock = SkippingClock()
    return Courier(agent="cnnviz tests", clock=clock, sleep=clock.sleep, **options)


def open_at(server: Server, cache: Path, **options: Any) -> Archive:
    options = {"zips": irmas.ZIPS, "courier": courier(), "most": MOST} | options
    return Archive(server.url, cache=cache, **options)


def member(archive: Archive, ending: str) -> Member:
    (one,) = [m for m in archive.members if m.name.endswith(ending)]
    return one


# --- refusals ---------------------------------------------------------------------------------


SAYS = {
    "no ranges": r"but it answered with the whole \(200\)",
    "404": r"but it answered with “no such file” \(404\)",
    "429": r"asks for a pause\. Try again after .* UTC",
    "500": r"but it answered with an error \(500\)",
    "cut off": r"must arrive whole, but 127\.0\.0\.1 hung up",
    "short": r"must arrive whole, but 127\.0\.0\.1 hung up",
    "stall": "fell silent or was too slow",
    "drip": "fell silent or was too slow",
    "another piece": "must send the part of a file .* but it answered with another part",
}


@pytest.mark.parametrize("failure", SAYS)
@pytest.mark.parametrize("what", ["list", "clip"])
def test_each_failure_is_one_sentence_and_ends(
    server: Server, tmp_path: Path, failure: str, what: str
) -> None:
    impatient = courier(stall_s=0.2, deadline_s=3.0)
    archive = open_at(server, tmp_path, courier=impatient)
    if what == "clip":
        archive.fetch_lists()
    server.failure = failure
    with pytest.raises(BadInput, match=SAYS[failure]) as caught:
        if what == "list":
            archive.fetch_lists()
        else:
            archive.read(archive.members[0])
    assert "\n" not in str(caught.value)
    if failure.startswith("429"):
        return
    server.failure = ""
    archive.fetch_lists()
    archive.read(archive.members[0])


def test_a_wrong_checksum_is_refused(server: Server, tmp_path: Path) -> None:
    archive = open_at(server, tmp_path)
    archive.fetch_lists()
    wanted = member(archive, "cel/[cel][cla]0001__1.wav")
    damaged = bytearray(server.files[wanted.zip])
    damaged[(wanted.first + wanted.last) // 2] ^= 0xFF
    server.files[wanted.zip] = bytes(damaged)
    with pytest.raises(BadInput, match=r"“\[cel\]\[cla\]0001__1\.wav” does not match its checksum"):
        archive.read(wanted)
    assert archive.held(wanted) is None


def test_what_is_no_zip_is_refused(server: Server, tmp_path: Path) -> None:
    server.files[irmas.ZIPS[0]] = b"<html>" * 1000
    with pytest.raises(BadInput, match=r"IRMAS-TrainingData\.zip must be a whole zip"):
        open_at(server, tmp_path).fetch_lists()


def test_no_network_is_one_sentence(zips: dict[str, bytes], tmp_path: Path) -> None:
    with serve(zips) as gone:
        archive = open_at(gone, tmp_path)
    with pytest.raises(BadInput, match=r"127\.0\.0\.1 cannot be reached"):
        archive.fetch_lists()


def test_a_large_member_is_refused_unread(server: Server, tmp_path: Path) -> None:
    archive = open_at(server, tmp_path, most=1000)
    archive.fetch_lists()
    n_asked = len(server.asked)
    with pytest.raises(BadInput, match="must be at most"):
        archive.read(archive.members[0])
    assert len(server.asked) == n_asked


# --- properties -------------------------------------------------------------------------------


LIST = zipped({f"é/{n}.wav": bytes(n) for n in range(3)})
DIRECTORY = LIST.index(b"PK\x01\x02")


def lists_or_refuses(end: bytes, *, first: int) -> None:
    def zeros(*, first: int, last: int) -> tuple[bytes, int]:
        return bytes(last - first + 1), 0

    try:
        members = list_members(RemoteEnd(end, first=first, fetch=zeros), within="a.zip")
    except (zipfile.BadZipFile, BadInput):
        return
    for one in members:
        assert 0 <= one.first <= one.last


@given(data=st.binary(max_size=300), first=st.integers(0, 2**40))
def test_the_end_of_any_file_is_listed_or_refused(data: bytes, first: int) -> None:
    lists_or_refuses(data, first=first)
    lists_or_refuses(LIST + data, first=first)


@pytest.mark.parametrize("byte", [b"\0", b"\x01", b"\x7f", b"\xff"])
def test_a_damaged_list_is_listed_or_refused(byte: bytes) -> None:
    for at in range(DIRECTORY, len(LIST)):
        lists_or_refuses(LIST[:at] + byte + LIST[at + 1 :], first=0)


@pytest.mark.parametrize("byte", [b"\0", b"\x01", b"\x7f", b"\xff"])
def test_a_damaged_member_is_itself_or_refused(byte: bytes) -> None:
    *_, wanted = list_members(RemoteEnd(LIST, first=0, fetch=dict), within="a.zip")
    whole = LIST[wanted.first : wanted.last + 1]
    for at in range(len(whole)):
        with contextlib.suppress(BadInput):
            assert unpack(wanted, whole[:at] + byte + whole[at + 1 :]) == bytes(2)
        with contextlib.suppress(BadInput):
            unpack(wanted, whole[:at])


def test_a_list_is_bounded() -> None:
    lie = LIST[:-22] + LIST[-22:-10] + (2**24).to_bytes(4, "little") + LIST[-6:]
    end = RemoteEnd(lie, first=2**30, fetch=lambda **_: pytest.fail("was fetched"))
    with pytest.raises(BadInput, match="at most 4 MB, but this one has 17 MB"):
        list_members(end, within="a.zip")


# --- references: what zipfile reads from the whole zip ----------------------------------------


def test_members_are_those_of_the_zip(
    server: Server, zips: dict[str, bytes], tmp_path: Path
) -> None:
    archive = open_at(server, tmp_path)
    assert archive.known == () and not server.asked  # nothing is asked for by itself
    archive.fetch_lists()
    assert archive.known == irmas.ZIPS
    for name, data in zips.items():
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            mine = [m for m in archive.members if m.zip == name]
            assert {m.name for m in mine} == set(whole.namelist())
            for one in mine:
                assert archive.read(one) == (whole.read(one.name),)


def test_a_clip_is_one_request_and_a_second_time_none(server: Server, tmp_path: Path) -> None:
    archive = open_at(server, tmp_path)
    archive.fetch_lists()
    server.asked.clear()
    sound, text = member(archive, "Song-8.wav"), member(archive, "Song-8.txt")
    assert archive.read(sound, text) == (wav("[flu][pia][nod]0101__1"), b"flu\t\npia\t\n")
    assert archive.read(text, sound)[0] == b"flu\t\npia\t\n"
    ((path, wanted, agent),) = server.asked
    assert path == "/files/IRMAS-TestingData-Part1.zip?download=1"
    assert wanted.startswith("bytes=") and agent == "cnnviz tests"


def test_two_visitors_who_ask_for_the_list_get_one(server: Server, tmp_path: Path) -> None:
    archive = open_at(server, tmp_path)
    visitors = [threading.Thread(target=archive.fetch_lists) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(timeout=20)
    assert archive.known == irmas.ZIPS and len(server.asked) == len(irmas.ZIPS)


def test_lists_and_clips_are_kept_on_disk(server: Server, tmp_path: Path) -> None:
    archive = open_at(server, tmp_path)
    archive.fetch_lists()
    (data,) = archive.read(archive.members[0])
    server.asked.clear()
    again = open_at(server, tmp_path)
    assert again.members == archive.members
    assert again.read(again.members[0]) == (data,) and not server.asked
    for path in (tmp_path / "members").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert again.read(again.members[0]) == (data,) and len(server.asked) == 1
    for path in (tmp_path / "lists").iterdir():
        path.write_bytes(b"{}")
    assert open_at(server, tmp_path).known == ()


def test_a_kept_list_asks_for_nothing(server: Server, tmp_path: Path) -> None:
    archive = open_at(server, tmp_path)
    end = RemoteEnd(LIST[-60:], first=100, fetch=dict)
    kept = end.first.to_bytes(8) + end.getvalue()  # undamaged but not whole
    archive._lists.put(archive._address(irmas.ZIPS[0]), kept)
    assert open_at(server, tmp_path).known == () and not server.asked


def test_works_without_a_disk(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    archive = open_at(server, tmp_path / "file")
    archive.fetch_lists()
    assert len(archive.read(archive.members[0])[0]) == archive.members[0].info.file_size


def test_a_server_that_counts_from_the_front_only(server: Server, tmp_path: Path) -> None:
    server.failure = "no suffix"
    archive = open_at(server, tmp_path)
    archive.fetch_lists()
    assert archive.known == irmas.ZIPS and len(server.asked) == 3 * len(irmas.ZIPS)


def test_what_came_of_the_list_stays(server: Server, tmp_path: Path) -> None:
    kept = server.files.pop(irmas.ZIPS[2])
    archive = open_at(server, tmp_path)
    with pytest.raises(BadInput, match="404"):
        archive.fetch_lists()
    assert archive.known == irmas.ZIPS[:2]
    server.files[irmas.ZIPS[2]] = kept
    server.asked.clear()
    archive.fetch_lists()
    assert len(server.asked) == 2 and archive.known == irmas.ZIPS


def test_zip64_and_ten_thousand_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Lets zipfile write 64-bit records where they are due at 65,536 members and 4 GB.
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 5000)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100_000)
    names = [f"d/{n:05d}.wav" for n in range(10_000)]
    whole = zipped({name: name.encode() for name in names}, method=zipfile.ZIP_STORED)
    monkeypatch.undo()
    assert b"PK\x06\x06" in whole[-200:]  # the end record of zip64
    with serve({"a.zip": whole}) as server:
        archive = open_at(server, tmp_path, zips=("a.zip",))
        archive.fetch_lists()
        assert [m.name for m in archive.members] == names
        assert len(server.asked) == 2
        assert archive.members[-1].first > 100_000
        wanted = (archive.members[0], archive.members[-1])
        assert archive.read(*wanted) == tuple(m.name.encode() for m in wanted)
        assert len(server.asked) == 4


def test_names_lead_nowhere(tmp_path: Path) -> None:
    names = ("../../evil.wav", "/etc/passwd.wav", "a/\udcf1.wav", "C:\\x.wav")
    with serve(
        {"a.zip": zipped({name.encode("utf-8", "replace").decode(): b"x" for name in names})}
    ) as server:
        archive = open_at(server, tmp_path / "cache", zips=("a.zip",))
        archive.fetch_lists()
        archive.read(*archive.members)
    assert {path.name for path in tmp_path.iterdir()} == {"cache"}
    assert all(len(p.name) == 64 for p in (tmp_path / "cache").rglob("*") if p.is_file())


def test_the_same_clips_as_unpacked(server: Server, zips: dict[str, bytes], tmp_path: Path) -> None:
    from cnnviz.clips import catalogue as clips

    archive = open_at(server, tmp_path / "cache")
    archive.fetch_lists()
    excerpts = []
    for name, data in zips.items():
        stem = name.removesuffix(".zip")
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            lone = all(n.startswith((stem, "__MACOSX")) for n in whole.namelist())
            whole.extractall(tmp_path / "here" if lone else tmp_path / "here" / stem)
        files = {m.name: m for m in archive.members if m.zip == name}
        excerpts += irmas.packed(files, within=stem)
    local = {clip.id: clip for clip in clips.irmas(tmp_path / "here")}
    remote = {clip.id: clip for clip in clips.archived(excerpts)}
    assert set(local) == set(remote) and len(local) == len(TRAINING) + 4
    for id, clip in remote.items():
        assert clip.excerpt is not None
        excerpt = clip.excerpt
        if excerpt.text is not None:
            (text,) = archive.read(excerpt.text)
            excerpt = irmas.labelled(excerpt, irmas.parse_codes(text.decode()))
        assert (excerpt.title, excerpt.labels) == (local[id].title, local[id].labels)
        if clip.labels:
            assert (clip.title, clip.group) == (local[id].title, local[id].group)
