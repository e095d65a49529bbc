"""Lists of clips as CSV beside their sounds: read line by line, and a bad line is named.

**Conventions**: lines are counted from 1, the head among them.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput


@dataclass(frozen=True)
class Line:
    """One line of a table: its fields by column, and where it stands."""

    fields: dict[str, str]
    table: Path
    number: int

    def __getitem__(self, column: str) -> str:
        """Return the field of a column."""
        return self.fields[column]

    def refused(self, must: str, value: str) -> BadInput:
        """Return the refusal of this line."""
        return _refused(self.table, self.number, must, value)

    @property
    def labels(self) -> tuple[str, ...]:
        """The codes of its column `labels`."""
        codes = tuple(self["labels"].split("+"))
        if not set(codes) <= set(CODES):
            raise self.refused(f"have labels among {'+'.join(CODES)}", self["labels"])
        return codes

    @property
    def path(self) -> Path:
        """The file beside the table that its column `file` names."""
        path = self.table.parent / self["file"]
        try:
            if path.name == self["file"] and path.is_file():
                return path
        except OSError as error:  # such as a name that is too long
            raise self.refused("name a file beside it", self["file"]) from error
        raise self.refused("name a file beside it", self["file"])

    @property
    def title(self) -> str:
        """Its column `title`."""
        if not self["title"].strip():
            raise self.refused("have a title", self["title"])
        return self["title"]


def lines(table: Path, columns: tuple[str, ...]) -> Iterator[Line]:
    """Yield the lines of a table below its head.

    Raises
    ------
    BadInput
        If the table cannot be read, is no CSV, has other columns, or a line has too few fields.
    """
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file, strict=True)
            try:
                head = next(rows, [])
                if tuple(head) != columns:
                    raise _refused(
                        table, 1, f"name the columns {','.join(columns)}", ",".join(head)
                    )
                for row in rows:
                    if len(row) != len(columns):
                        must = f"have {len(columns)} fields"
                        raise _refused(table, rows.line_num, must, f"{len(row)}")
                    yield Line(dict(zip(columns, row, strict=True)), table, rows.line_num)
            except csv.Error as error:
                raise _refused(table, rows.line_num, "be CSV", str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"The samples must be listed in a file of UTF-8 text, but {table} cannot be read: "
            f"{error}. Make the list again."
        ) from error


def _refused(table: Path, number: int, must: str, value: str) -> BadInput:
    return BadInput(
        f"Line {number} of {table} must {must}, but has “{value}”. "
        "Correct it or make the list again."
    )
