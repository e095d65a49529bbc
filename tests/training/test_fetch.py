"""IRMAS from its authors' archive, which here is a loopback server with a few of our samples."""

import hashlib
import io
import json
import zipfile

import pytest
from mirdata import core, download_utils
from mirdata.datasets import irmas as published

from cnnviz.training import collection
from cnnviz.training.__main__ import main
from tests.archive_server import irmas_zips, serve

INDEX = "irmas_index_1.0.json"


def md5(data):
    return hashlib.md5(data).hexdigest()


def index_of(zips):
    """Return mirdata's index of every sound in the zips: path and checksum."""
    tracks = {}
    for data in zips.values():
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for name in opened.namelist():
                if name.endswith(".wav") and not name.startswith("__"):
                    file = [name, md5(opened.read(name))]
                    tracks[str(len(tracks))] = {"audio": file, "annotation": file}
    return json.dumps({"version": "1.0", "tracks": tracks}).encode()


@pytest.fixture
def archive(monkeypatch, tmp_path):
    """Let mirdata find its index and the four zips on loopback."""
    zips = irmas_zips()
    index = index_of(zips)
    with serve({INDEX: index, **zips}) as server:
        place = core.Index(filename=INDEX, url=f"{server.url}/{INDEX}", checksum=md5(index))
        place.indexes_dir = place.remote.destination_dir = str(tmp_path)  # not where mirdata lies
        monkeypatch.setitem(published.INDEXES, "1.0", place)
        remotes = {
            name: download_utils.RemoteFileMetadata(name, f"{server.url}/{name}", md5(data))
            for name, data in zips.items()
        }
        monkeypatch.setattr(published, "REMOTES", remotes)
        yield server


def test_what_was_fetched_is_a_collection(archive, tmp_path, capsys):
    out = tmp_path / "irmas"
    assert main(["fetch-irmas", "--out", str(out)]) == 0
    assert "IRMAS is in" in capsys.readouterr().out
    items = collection.read(out / "IRMAS-TrainingData")
    assert sorted(item.labels for item in items) == sorted(
        [("cel",), ("cel",), ("cla",), ("cla",), ("flu",)]
    )
    assert {"voi", "gac"} in [set(i.labels) for i in collection.read(out)]


def test_a_failing_archive_is_named_and_asked_again(archive, tmp_path, capsys):
    arguments = ["fetch-irmas", "--out", str(tmp_path / "irmas")]
    archive.failure = "404"
    assert main(arguments) == 2
    assert "could not be fetched" in capsys.readouterr().err
    archive.failure = ""
    assert main(arguments) == 0


def test_what_differs_from_the_published_checksums_is_counted(
    archive, monkeypatch, tmp_path, capsys
):
    validate = published.Dataset.validate

    def after_damage(data):
        next(tmp_path.glob("irmas/IRMAS-TrainingData/cel/*.wav")).write_bytes(b"x")
        return validate(data)

    monkeypatch.setattr(published.Dataset, "validate", after_damage)
    assert main(["fetch-irmas", "--out", str(tmp_path / "irmas")]) == 2
    assert "1 tracks are missing or differ" in capsys.readouterr().err
