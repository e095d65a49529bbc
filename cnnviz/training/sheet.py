"""A CSV as people's spreadsheets write it: lines of named text.

The encoding is UTF-8 or, where the file begins with its byte order mark, UTF-16; a file that is not
UTF-8 is read as Windows-1252. The separator is the one of comma, semicolon and tab by which the
first line names most of the columns asked for; "sep=;" before it is skipped, as are empty lines.

A spreadsheet takes text that begins with = + - @, a tab or a carriage return for a formula, and
computes it. As OWASP advises ("CSV Injection"), such text is written with a ' before it, and read
without: `marked` and `unmarked`.

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
FORMULA = re.compile(r"'*[=+\-@\t\r]")  # a mark that stands there already is marked, too


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
        If the file cannot be read, is a workbook, or has a field that is too long for CSV.
    """
    file = StringIO(_text(path), newline="")
    first, above = _first(file)
    try:
        heads = {separator: _names(first, separator, synonyms) for separator in SEPARATORS}
    except csv.Error as error:
        raise _no_csv(path, error, line=above) from error
    separator = max(heads, key=lambda each: (len({*heads[each]} & {*columns}), len(heads[each])))
    names = heads[separator]
    reader = csv.reader(file, delimiter=separator)
    try:
        read = [_line(above + reader.line_num, fields, names) for fields in reader]
    except csv.Error as error:
        raise _no_csv(path, error, line=above + reader.line_num) from error
    return names, tuple(line for line in read if line.surplus or any(line.values.values()))


def marked(text: str) -> str:
    """Return text as a spreadsheet shows it, not computes it."""
    return f"'{text}" if FORMULA.match(text) else text


def unmarked(text: str) -> str:
    """Return text that was `marked` as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def _first(file: StringIO) -> tuple[str, int]:
    """Return the first line that holds names, and its number."""
    for number, line in enumerate(file, start=1):
        if line.strip(' \t,;"\r\n') and not re.fullmatch(r"sep=.\s*", line):
            return line, number
    return "", 1


def _no_csv(path: Path, error: csv.Error, *, line: int) -> BadInput:
    return BadInput(
        f"a collection must be CSV, but '{path.name}' is none from line {line} on: {error}. "
        "Save it as CSV again."
    )


def _line(number: int, fields: list[str], names: tuple[str, ...]) -> Line:
    values = [unmarked(field.strip()) for field in fields]
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
