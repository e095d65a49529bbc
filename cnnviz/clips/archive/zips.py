"""Zips on a server, whose members are read one by one with range requests.

**Conventions**: sizes are bytes; a member's name is the one in its zip and never becomes a path.
"""

import contextlib
import io
import threading
import zlib
from collections.abc import Callable, Iterable
from copy import copy
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from cnnviz.audio.decoding import printable
from cnnviz.clips.archive.cache import DiskCache
from cnnviz.clips.archive.courier import Courier, Progress, RangeNotSupported
from cnnviz.clips.archive.listing import Member, RemoteEnd, list_members
from cnnviz.errors import BadInput

# IRMAS's training zip lists 6,705 clips in about 0.9 MB, each testing zip in a quarter of that: one
# request for each, and one more for the first. zipfile looks for a zip's end in the last 65,557.
TAIL = 256 * 1024
LISTS_BYTES = 16_000_000
MEMBERS_BYTES = 200_000_000  # four hundred clips of 3 s
MAX_HEADER = 200_000  # of one member: name and extra field have 64 kB at most
GAP = 64 * 1024  # two members this near to each other come with one request
READABLE = (ZIP_STORED, ZIP_DEFLATED)
UNREADABLE = 0x1 | 0x20 | 0x40  # flags of members: encrypted, patched, strongly encrypted
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


class Archive:
    """The zips below one address, their lists of members, and what was read of them.

    Parameters
    ----------
    base : str
        Address of the folder on the server.
    zips : tuple of str
        File names of the zips in it.
    courier : Courier
        Makes the requests.
    cache : Path
        Lists and members are kept in folders of it.
    most : int
        A member that is larger by its list is refused before it is fetched.
    """

    def __init__(
        self, base: str, *, zips: tuple[str, ...], courier: Courier, cache: Path, most: int
    ) -> None:
        self.base, self.zips, self.most = base.rstrip("/"), zips, most
        self.host = urlsplit(base).hostname or base
        self._courier = courier
        self._lists = DiskCache(cache / "lists", max_bytes=LISTS_BYTES)
        self._members = DiskCache(cache / "members", max_bytes=MEMBERS_BYTES)
        self._known: dict[str, tuple[Member, ...]] = {}
        self._listing = threading.Lock()
        for name in zips:
            if kept := self._lists.get(self._address(name)):
                with contextlib.suppress(BadZipFile):  # fetched again when a visitor asks for it
                    first = int.from_bytes(kept[:8])
                    end = RemoteEnd(kept[8:], first=first, fetch=_fetch_nothing)
                    self._known[name] = list_members(end, within=name)

    @property
    def known(self) -> tuple[str, ...]:
        """The zips whose members are known, without asking the server."""
        return tuple(name for name in self.zips if name in self._known)

    @property
    def members(self) -> list[Member]:
        """All members of the known zips."""
        return [member for name in self.known for member in self._known[name]]

    def fetch_lists(self, *, progress: Progress = lambda done, total: None) -> None:
        """Fetch the lists that are not known yet; what came stays known if a later one fails.

        Raises
        ------
        BadInput
            If the server fails, or what it holds is no zip.
        """
        for done, name in enumerate(self.zips):
            tick = partial(progress, done, len(self.zips))
            tick()
            with self._listing:  # a second visitor who asks for the list waits for the first
                if name not in self._known:
                    self._known[name] = self._fetch_list(name, tick=tick)

    def held(self, member: Member) -> bytes | None:
        """Return a member from the cache, or None on a cache miss."""
        return self._members.get(self._key(member))

    def read(
        self, *members: Member, progress: Progress = lambda done, total: None
    ) -> tuple[bytes, ...]:
        """Read members: of those that lie side by side in their zip, all with one request.

        Raises
        ------
        BadInput
            If one is too large or damaged, or the server fails.
        """
        data = {member: self.held(member) for member in members}
        missing = [member for member in data if data[member] is None]
        for member in missing:
            self._check(member)
        for group in adjacent(missing):
            first, url = group[0].first, self._address(group[0].zip)
            part, _ = self._courier.fetch(url, first=first, last=group[-1].last, progress=progress)
            for member in group:
                unpacked = unpack(member, part[member.first - first :])
                self._members.put(self._key(member), unpacked)
                data[member] = unpacked
        return tuple(value for value in data.values() if value is not None)

    def _address(self, name: str) -> str:
        return f"{self.base}/{name}?download=1"

    def _key(self, member: Member) -> str:
        return f"{self._address(member.zip)} {member.first} {member.info.CRC:08x} {member.name}"

    def _fetch_list(self, name: str, *, tick: Callable[[], object]) -> tuple[Member, ...]:
        url = self._address(name)
        fetch = partial(self._courier.fetch, url, progress=lambda done, total: tick())
        try:
            data, total = fetch(first=-TAIL)
        except RangeNotSupported:  # some servers count from the front only
            _, total = fetch(first=0, last=0)
            data, _ = fetch(first=max(0, total - TAIL))
        end = RemoteEnd(data, first=total - len(data), fetch=fetch)
        try:
            members = list_members(end, within=name)
        except BadZipFile as error:
            raise BadInput(
                f"{name} must be a whole zip, but what {self.host} sent of it is none. "
                "Try again later, or choose another clip."
            ) from error
        self._lists.put(url, end.first.to_bytes(8) + end.getvalue())
        return members

    def _check(self, member: Member) -> None:
        """Refuse before anything is fetched."""
        info, n_bytes = member.info, member.last - member.first
        oversized = max(info.file_size, info.compress_size) > self.most
        if oversized or n_bytes >= info.compress_size + MAX_HEADER:
            raise BadInput(
                f"A clip must be at most {self.most / 1e6:.0f} MB, but {_quoted(member)} is said "
                f"to have {max(info.file_size, n_bytes) / 1e6:,.0f} MB. Choose another clip."
            )
        if info.compress_type not in READABLE or info.flag_bits & UNREADABLE:
            raise BadInput(
                f"A clip must be stored or deflated in its zip, but {_quoted(member)} is packed in "
                "another way. Choose another clip."
            )


def unpack(member: Member, data: bytes) -> bytes:
    """Return a member from its bytes in the zip, its header first."""
    info = copy(member.info)
    info.header_offset = 0
    try:
        # An empty zip whose file begins with this member: zipfile checks header and CRC.
        with ZipFile(io.BytesIO(data + EMPTY_ZIP)) as around, around.open(info) as file:
            # With a bound: without, zipfile inflates as much as comes.
            return file.read(info.file_size + 1)
    except (BadZipFile, EOFError, RuntimeError, ValueError, zlib.error) as error:
        raise BadInput(
            f"A clip must arrive undamaged, but {_quoted(member)} does not match its checksum. "
            "Try again, or choose another clip."
        ) from error


def adjacent(members: Iterable[Member]) -> list[list[Member]]:
    """Group members into those that one request fetches, in the order of their zip."""
    groups: list[list[Member]] = []
    for member in sorted(members, key=lambda member: (member.zip, member.first)):
        previous = groups[-1][-1] if groups else None
        if previous and previous.zip == member.zip and member.first - previous.last <= GAP:
            groups[-1].append(member)
        else:
            groups.append([member])
    return groups


def _fetch_nothing(**_: int) -> tuple[bytes, int]:
    raise BadZipFile("a kept list is never completed by requests that nobody clicked for")


def _quoted(member: Member) -> str:
    """Return a member's file name for a sentence, on one line and not too long."""
    return f"“{printable(member.name.rpartition('/')[2])}”"
