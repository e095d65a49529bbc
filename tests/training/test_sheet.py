import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import BadInput
from cnnviz.training import sheet

COLUMNS = ("path", "labels")


def read(folder, data):
    path = folder / "x.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return sheet.read(path, columns=COLUMNS, synonyms={"file": "path"})


def values(folder, data):
    return [line.values for line in read(folder, data)[1]]


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1"])
def test_a_workbook_is_named_as_one(tmp_path, start):
    with pytest.raises(BadInput, match="Save it as CSV"):
        read(tmp_path, start + b"\x00" * 100)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot: Is a directory"):
        sheet.read(tmp_path, columns=COLUMNS, synonyms={})


def test_what_no_csv_can_hold_is_refused_with_its_line(tmp_path):
    long = "x" * 200_000  # beyond the csv module's limit of a field
    with pytest.raises(BadInput, match="is none from line 3 on: field larger"):
        read(tmp_path, f"path,labels\na,b\n{long},b\n")
    with pytest.raises(BadInput, match="is none from line 1 on: field larger"):
        read(tmp_path, long)


@pytest.mark.parametrize(
    "encoded",
    [
        "path;labels\r\nfür.wav;vio\r\n".encode("cp1252"),
        codecs.BOM_UTF8 + "path,labels\nfür.wav,vio".encode(),
        "path\tlabels\nfür.wav\tvio\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "path\tlabels\nfür.wav\tvio\n".encode("utf-16-be"),
        "sep=;\r\nPath ;LABELS\r\n\r\nfür.wav; vio;\r\n;;\r\n".encode(),
        "file,Labels\rfür.wav,vio\r".encode(),
    ],
    ids=["latin", "bom", "utf-16", "utf-16-be", "sep", "old mac"],
)
def test_what_spreadsheets_write_is_read(tmp_path, encoded):
    assert values(tmp_path, encoded) == [{"path": "für.wav", "labels": "vio"}]


def test_the_separator_is_that_of_the_first_line(tmp_path):
    data = "path;labels;note\na.wav;vio, pia;1,2,3\n"
    assert values(tmp_path, data) == [{"path": "a.wav", "labels": "vio, pia", "note": "1,2,3"}]


def test_commas_within_a_column_s_name_are_not_taken_for_separators(tmp_path):
    data = "path;labels;who, when, and where\na.wav;vio;x\n"
    assert [*values(tmp_path, data)[0]] == ["path", "labels", "who, when, and where"]


def test_lines_are_numbered_as_an_editor_does(tmp_path):
    _, lines = read(tmp_path, 'sep=,\npath,labels\n\na,"1\n2"\nb,c,d,e\n')
    assert [(line.number, line.surplus) for line in lines] == [(5, 0), (6, 2)]


@pytest.mark.parametrize("above", ["\n", "\r\n \t\r\n", ",,\n", "sep=;\n\n", "\n;;\nsep=;\n"])
def test_empty_lines_above_the_columns_names_are_skipped(tmp_path, above):
    _, lines = read(tmp_path, above + "path;labels\na.wav;vio\n")
    assert [(line.number, line.values) for line in lines] == [
        (len(above.splitlines()) + 2, {"path": "a.wav", "labels": "vio"})
    ]


@pytest.mark.parametrize("begins", [*"=+-@\t\r", "'="])
def test_what_a_spreadsheet_would_compute_is_marked_as_text_and_read_back(tmp_path, begins):
    marked = sheet.marked(f"{begins}cmd|x!A0")
    assert marked == f"'{begins}cmd|x!A0"
    assert values(tmp_path, f'path,labels\n"{marked}",vio\n')[0]["path"] == f"{begins}cmd|x!A0"


@given(st.text(alphabet="'=+-@\t\ra ") | st.text())
def test_marks_come_off_again(text):
    assert sheet.unmarked(sheet.marked(text)) == text


@pytest.mark.parametrize("text", ["", "bow 1.wav", "a=b", "O'Neill", "'t was"])
def test_other_text_stays_as_it_is(text):
    assert sheet.marked(text) == sheet.unmarked(text) == text


def test_a_column_of_its_own_name_goes_before_a_synonym(tmp_path):
    assert values(tmp_path, "file,path\na,b\n") == [{"file": "a", "path": "b"}]
