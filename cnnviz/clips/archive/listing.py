"""What a zip on a server holds, as zipfile reads it from the end of the file.

**Conventions**: as in `cnnviz.clips.archive.zips`.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile, ZipInfo

from cnnviz.errors import BadInput

MAX_LIST = 4_000_000  # bytes; IRMAS's longest list has 0.9 MB


@dataclass(frozen=True)
class Member:
    """A file within one of the zips.

    Attributes
    ----------
    zip, name : str
        The zip's name and the member's in it.
    first, last : int
        The bytes of the zip that hold its header and itself.
    info : ZipInfo
        Sizes, checksum, method and flags, as the zip states them.
    """

    zip: str
    name: str
    first: int
    last: int
    info: ZipInfo = field(compare=False)


class RemoteEnd(io.BytesIO):
    """The end of a file on a server, with the offsets of the whole file, as zipfile opens it.

    Parameters
    ----------
    data : bytes
        From `first` to the end of the file.
    first : int
    fetch : callable
        As `Courier.fetch` for this file. A seek to before `first` calls it.
    """

    def __init__(self, data: bytes, *, first: int, fetch: Callable[..., tuple[bytes, int]]) -> None:
        super().__init__(data)
        self.first, self._fetch = first, fetch

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Seek within the whole file."""
        if whence == os.SEEK_SET:
            if 0 <= offset < self.first:
                self._extend(offset)
            offset -= self.first
        return super().seek(offset, whence) + self.first

    def tell(self) -> int:
        """Return the offset within the whole file."""
        return super().tell() + self.first

    def _extend(self, first: int) -> None:
        n_bytes = self.first - first + len(self.getvalue())
        if n_bytes > MAX_LIST:
            raise BadInput(
                f"The list of a zip's members must have at most {MAX_LIST / 1e6:.0f} MB, but this "
                f"one has {n_bytes / 1e6:.0f} MB. Choose another clip."
            )
        missing, _ = self._fetch(first=first, last=self.first - 1)
        data = missing + self.getvalue()
        super().seek(0)
        self.write(data)
        self.first = first


def list_members(end: RemoteEnd, *, within: str) -> tuple[Member, ...]:
    """List what is not a folder; each member ends where the next one begins.

    Raises
    ------
    BadZipFile
        If that is not the end of a zip.
    """
    try:
        with ZipFile(end) as opened:
            infos = sorted(opened.infolist(), key=lambda info: info.header_offset)
    except (NotImplementedError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadZipFile(str(error)) from error
    offsets = [*(info.header_offset for info in infos), opened.start_dir]
    return tuple(
        Member(within, info.orig_filename, info.header_offset, end_offset - 1, info)
        for info, end_offset in zip(infos, offsets[1:], strict=True)
        if not info.is_dir() and 0 <= info.header_offset < end_offset
    )
