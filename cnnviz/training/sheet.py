"""A CSV as people's spreadsheets write it: lines of named text.

The encoding is UTF-8 or, where the file begins with its byte order mark, UTF-16; a file that is not
UTF-8 is read as Windows-1252. The separator is the one of comma, semicolon and tab by which the
first line names most of the columns asked for; "sep=;" before it is skipped, as are empty lines.

**Conventions**: names of columns are in lower case without space around them, values without space
around them; a line is numbered from 1, as an editor does.
"""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from cnnviz.errors import BadInput

SEPARATORS = ",;\t"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of xlsx and ods; of xls


@dataclass(frozen=True)
class Line:
    """One line below the first.

    Attributes
    ----------
    number : int
    values : dict of str to str
        Of each column; "" where the line ends before it.
    surplus : int
        How many fields stand beyond the last column.
    """

    number: int
    values: dict[str, str]
    surplus: int


def read(
    path: Path, *, columns: Collection[str], synonyms: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Read the columns of a CSV, and its lines.

    Parameters
    ----------
    path : Path
    columns : collection of str
        Names that the first line should have.
    synonyms : mapping of str to str
        Other names of these columns.

    Raises
    ------
    BadInput
        If the file cannot be read, or is a workbook.
    """
    file = StringIO(_text(path), newline="")
    first, above = file.readline(), 1
    if re.fullmatch(r"sep=.\s*", first):
        first, above = file.readline(), 2
    heads = {separator: _names(first, separator, synonyms) for separator in SEPARATORS}
    separator = max(heads, key=lambda each: (len({*heads[each]} & {*columns}), len(heads[each])))
    names = heads[separator]
    reader = csv.reader(file, delimiter=separator)
    try:
        read = [_line(above + reader.line_num, fields, names) for fields in reader]
    except csv.Error as error:
        raise BadInput(
            f"a collection must be CSV, but '{path.name}' is none from line "
            f"{above + reader.line_num} on: {error}. Save it as CSV again."
        ) from error
    return names, tuple(line for line in read if line.surplus or any(line.values.values()))


def _line(number: int, fields: list[str], names: tuple[str, ...]) -> Line:
    values = [field.strip() for field in fields]
    beyond = values[len(names) :]
    values += [""] * (len(names) - len(values))
    return Line(number, dict(zip(names, values, strict=False)), len(beyond) if any(beyond) else 0)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"a collection must be a file that can be read, but '{path}' cannot: "
            f"{error.strerror}. Check the path."
        ) from error
    if data.startswith(WORKBOOKS):
        raise BadInput(
            f"a collection must be CSV, but '{path.name}' is a spreadsheet's workbook. "
            "Save it as CSV."
        )
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _names(first: str, separator: str, synonyms: Mapping[str, str]) -> tuple[str, ...]:
    fields = next(csv.reader([first], delimiter=separator), [])
    names = [field.strip().casefold() for field in fields]
    return tuple(
        synonyms[name] if name in synonyms and synonyms[name] not in names else name
        for name in names
    )
