"""What a zip on a server holds: its members, where they lie, and how their list is kept.

**Conventions**: as in `cnnviz.clips.archive.zips`.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import get_type_hints
from zipfile import ZipFile

LIST_FORMAT = 1
GAP = 64 * 1024  # two members this near to each other come with one request


@dataclass(frozen=True)
class Member:
    """A file within one of the zips.

    Attributes
    ----------
    zip, name : str
        The zip's name and the member's in it.
    first, last : int
        The bytes of the zip that hold its header and itself.
    packed, size : int
        Bytes as compressed and as they were.
    crc, method, flags : int
        As the zip states them.
    """

    zip: str
    name: str
    first: int
    last: int
    packed: int
    size: int
    crc: int
    method: int
    flags: int


def parse_list(text: bytes, *, within: str) -> tuple[Member, ...]:
    """Read a kept list of members.

    Raises
    ------
    ValueError
        If it is not as `list_text` writes it.
    """
    kinds = list(get_type_hints(Member).values())
    raw = json.loads(text)
    if not isinstance(raw, dict) or raw.get("format") != LIST_FORMAT:
        raise ValueError("of another format")
    rows = raw.get("members")
    if not isinstance(rows, list):
        raise ValueError("without members")
    for row in rows:
        if not isinstance(row, list) or [type(value) for value in row] != kinds:
            raise ValueError(f"no member: {row!r:.80}")
        if row[0] != within or min(row[2:]) < 0:
            raise ValueError(f"no member of {within}: {row!r:.80}")
    return tuple(Member(*row) for row in rows)


def list_text(members: Iterable[Member]) -> bytes:
    """Write a list of members as `parse_list` reads it."""
    # ASCII: names in other encodings than UTF-8 come back as they were.
    rows = [astuple(member) for member in members]
    return json.dumps({"format": LIST_FORMAT, "members": rows}).encode("ascii")


def listed(opened: ZipFile, *, within: str) -> tuple[Member, ...]:
    """List what is not a folder; each member ends where the next one begins."""
    infos = sorted(opened.infolist(), key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in infos[1:]), opened.start_dir]
    return tuple(
        Member(
            within,
            info.orig_filename,
            info.header_offset,
            end - 1,
            info.compress_size,
            info.file_size,
            info.CRC,
            info.compress_type,
            info.flag_bits,
        )
        for info, end in zip(infos, ends, strict=True)
        if not info.is_dir() and 0 <= info.header_offset < end
    )


def runs(members: Iterable[Member]) -> list[list[Member]]:
    """Group sorted members into those that one request brings."""
    found: list[list[Member]] = []
    for member in members:
        last = found[-1][-1] if found else None
        near = last and last.zip == member.zip and member.first - last.last <= GAP
        if near:
            found[-1].append(member)
        else:
            found.append([member])
    return found


def said(member: Member) -> str:
    """Return a member's file name for a sentence, on one line and not too long."""
    line = "".join(c if c.isprintable() else " " for c in member.name.rpartition("/")[2])
    return f"“{line if len(line) <= 60 else f'{line[:36]} … {line[-20:]}'}”"
