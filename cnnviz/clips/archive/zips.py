"""Zips on a server, of which single members are read where they lie.

**Conventions**: sizes are bytes; a member's name is the one in its zip and never becomes a path.
"""

import io
import threading
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cnnviz.clips.archive.courier import Courier, NoPieces, Piece, Progress
from cnnviz.clips.archive.listing import Member, list_text, listed, parse_list, runs, said
from cnnviz.clips.archive.shelf import Shelf
from cnnviz.errors import BadInput

# IRMAS's training zip lists 6,705 clips in about 0.9 MB, each testing zip in a quarter of that: one
# request for each, and one more for the first.
TAIL = 256 * 1024
MAX_LIST = 4_000_000
LISTS_BYTES = 16_000_000
MEMBERS_BYTES = 200_000_000  # four hundred clips of 3 s
MAX_HEADER = 200_000  # of one member: name and extra field have 64 kB at most
# Bits of a member's flags: encrypted, patched, strongly encrypted.
UNREADABLE = 0x1 | 0x20 | 0x40


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
        A member that says it is larger is refused unread.
    """

    def __init__(
        self, base: str, *, zips: tuple[str, ...], courier: Courier, cache: Path, most: int
    ) -> None:
        self.base, self.zips, self.most = base.rstrip("/"), zips, most
        self.host = urlsplit(base).hostname or base
        self._courier = courier
        self._lists = Shelf(cache / "lists", max_bytes=LISTS_BYTES)
        self._members = Shelf(cache / "members", max_bytes=MEMBERS_BYTES)
        self._known: dict[str, tuple[Member, ...]] = {}
        self._listing = threading.Lock()
        for name in zips:
            kept = self._lists.get(self._address(name))
            if kept is not None:
                try:
                    self._known[name] = parse_list(kept, within=name)
                except ValueError:  # damaged, or of another version: fetched again when asked for
                    self._lists.drop(self._address(name))

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
            told = partial(progress, done, len(self.zips))
            told()
            with self._listing:  # a second visitor who asks for the list waits for the first
                if name not in self._known:
                    members = self._fetch_list(name, told=told)
                    self._lists.put(self._address(name), list_text(members))
                    self._known[name] = members

    def held(self, member: Member) -> bytes | None:
        """Return a member if it was read lately and is undamaged, without asking the server."""
        data = self._members.get(self._key(member))
        if data is None or (len(data), zlib.crc32(data)) == (member.size, member.crc):
            return data
        self._members.drop(self._key(member))
        return None

    def read(
        self, *members: Member, progress: Progress = lambda done, total: None
    ) -> tuple[bytes, ...]:
        """Read members: of those that lie side by side in their zip, all with one request.

        Raises
        ------
        BadInput
            If one is too large or damaged, or the server fails.
        """
        found = {member: self.held(member) for member in members}
        missing = sorted((m for m in found if found[m] is None), key=lambda m: (m.zip, m.first))
        for member in missing:
            self._check(member)
        for together in runs(missing):
            first, last = together[0].first, max(member.last for member in together)
            url = self._address(together[0].zip)
            piece = self._courier.fetch(url, first=first, last=last, progress=progress)
            for member in together:
                data = self._unpack(member, piece.data[member.first - first :])
                self._members.put(self._key(member), data)
                found[member] = data
        return tuple(data for data in found.values() if data is not None)

    def _address(self, name: str) -> str:
        return f"{self.base}/{name}?download=1"

    def _key(self, member: Member) -> str:
        return f"{self._address(member.zip)} {member.first} {member.crc:08x} {member.name}"

    def _fetch_list(self, name: str, *, told: Callable[[], object]) -> tuple[Member, ...]:
        from remotezip import RemoteZip, RemoteZipError

        def fetcher(url: str, *_: object, **__: object) -> _Fetcher:
            return _Fetcher(url, self._courier, told=told)

        try:
            with RemoteZip(
                self._address(name), initial_buffer_size=TAIL, fetcher=fetcher
            ) as remote:
                return listed(remote, within=name)
        except (BadZipFile, RemoteZipError, NotImplementedError, ValueError, EOFError) as error:
            if isinstance(error, BadInput):
                raise
            raise BadInput(
                f"{name} must be a whole zip, but what {self.host} sent of it is none. "
                "Try again later, or choose another clip."
            ) from error

    def _check(self, member: Member) -> None:
        """Refuse before anything is fetched."""
        if max(member.size, member.packed) > self.most or (
            member.last - member.first >= member.packed + MAX_HEADER
        ):
            raise BadInput(
                f"A clip must be at most {self.most / 1e6:.0f} MB, but {said(member)} is said to "
                f"have {max(member.size, member.last - member.first) / 1e6:,.0f} MB. "
                "Choose another clip."
            )
        if member.method not in (ZIP_STORED, ZIP_DEFLATED) or member.flags & UNREADABLE:
            raise BadInput(
                f"A clip must be stored or deflated in its zip, but {said(member)} is packed in "
                "another way. Choose another clip."
            )

    def _unpack(self, member: Member, data: bytes) -> bytes:
        info = ZipInfo(member.name)
        info.flag_bits, info.compress_type, info.CRC = member.flags, member.method, member.crc
        info.compress_size, info.file_size, info.header_offset = member.packed, member.size, 0
        try:
            # An empty zip whose file begins with this member: zipfile checks header and CRC.
            with ZipFile(io.BytesIO(data + EMPTY_ZIP)) as around, around.open(info) as file:
                # With a bound: without, zipfile inflates as much as comes.
                return file.read(member.size + 1)
        except (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
            raise BadInput(
                f"A clip must arrive undamaged, but {said(member)} does not match its checksum. "
                "Try again, or choose another clip."
            ) from error


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


class _Fetcher:
    """Lets remotezip ask through the courier."""

    def __init__(self, url: str, courier: Courier, *, told: Callable[[], object]) -> None:
        self._url, self._courier, self._told = url, courier, told

    def fetch(self, data_range: tuple[int, int | None], stream: bool = False) -> Any:
        from remotezip import PartialBuffer

        first, last = data_range
        if last is not None and last - first >= MAX_LIST:
            raise BadInput(
                f"The list of a zip's members must have at most {MAX_LIST / 1e6:.0f} MB, but this "
                f"one has {(last - first + 1) / 1e6:.0f} MB. Choose another clip."
            )
        try:
            piece = self._ask(first, last)
        except NoPieces:
            if first >= 0:
                raise
            # Some servers count from the front only; any piece says how long the file is.
            total = self._ask(0, 0).total
            piece = self._ask(max(0, total + first), total - 1)
        n_bytes = len(piece.data)
        return PartialBuffer(io.BytesIO(piece.data), piece.first, n_bytes, stream=False)

    def _ask(self, first: int, last: int | None) -> Piece:
        told = self._told
        return self._courier.fetch(
            self._url, first=first, last=last, progress=lambda done, total: told()
        )
