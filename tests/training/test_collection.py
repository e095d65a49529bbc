import os

import numpy as np
import pytest
import soundfile as sf

from cnnviz.errors import BadInput
from cnnviz.training import collection, split
from cnnviz.training.commands import learnable


def sound(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    sf.write(path, np.sin(np.arange(2000)), 22050)
    return path


def manifest(folder, *lines, head="path,labels,split,recording"):
    path = folder / "m.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return path


def test_a_missing_file_is_named_with_its_line(tmp_path):
    sound(tmp_path / "a.wav")
    path = manifest(tmp_path, "a.wav,flu,train,x", "b.wav,flu,train,x")
    with pytest.raises(BadInput, match=r"line 3: b\.wav is missing"):
        collection.read(path)


def renamed(path, name):
    """Give a sound a name of bytes that are not UTF-8."""
    os.rename(sound(path), os.fsencode(path.parent) + b"/" + name)


def test_a_name_that_is_no_utf_8_is_refused_before_the_work(tmp_path):
    renamed(tmp_path / "vio" / "a.wav", b"[vio]G\xe9same.wav")
    with pytest.raises(BadInput, match=r"G\\xe9same.wav has a path that is not UTF-8; rename it"):
        collection.read(tmp_path)


def test_a_manifest_in_a_folder_whose_name_is_no_utf_8_is_refused(tmp_path):
    sound(tmp_path / "plain" / "a.wav")
    folder = (tmp_path / "plain").rename(tmp_path / "G\udce9same")
    with pytest.raises(BadInput, match=r"UTF-8, but '.*/G\\xe9same/m.csv' is not. Rename"):
        collection.read(manifest(folder, "a.wav,flu,train,x"))


def test_a_link_to_a_name_that_is_no_utf_8_is_refused_with_its_line(tmp_path):
    renamed(tmp_path / "a.wav", b"G\xe9same.wav")
    (tmp_path / "link.wav").symlink_to(os.fsdecode(b"G\xe9same.wav"))
    with pytest.raises(BadInput, match=r"line 2: link.wav has a path that is not UTF-8"):
        collection.read(manifest(tmp_path, "link.wav,flu,train,x"))


def test_a_name_that_begins_as_a_formula_is_read_as_evaluate_writes_it(tmp_path):
    path = sound(tmp_path / "=1.wav")
    (item,) = collection.read(manifest(tmp_path, "'=1.wav,flu,train,'-take 1"))
    assert (item.path, item.recording) == (path.resolve(), "-take 1")


def test_an_unknown_code_is_named(tmp_path):
    sound(tmp_path / "a.wav")
    said = r"(?s)line 2: “kazoo” is no instrument.*Codes: cel \(cello\), cla"
    with pytest.raises(BadInput, match=said):
        collection.read(manifest(tmp_path, "a.wav,flu+kazoo,train,x"))


def test_a_line_without_label_is_refused(tmp_path):
    sound(tmp_path / "a.wav")
    with pytest.raises(BadInput, match="line 2: it has no label"):
        collection.read(manifest(tmp_path, "a.wav,,train,x"))


def test_text_renamed_to_wav_does_not_decode(tmp_path):
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(BadInput, match="line 2: A clip must be"):
        collection.read(manifest(tmp_path, "a.wav,flu,train,x"))


def test_one_recording_on_both_sides_is_refused_with_both_lines(tmp_path):
    sound(tmp_path / "a.wav"), sound(tmp_path / "b.wav")
    path = manifest(tmp_path, "a.wav,flu,train,duo", "b.wav,flu,check,duo")
    with pytest.raises(BadInput, match=r"duo is on 2 sides: train \(line 2\), check \(line 3\)"):
        collection.read(path)


def test_a_comma_between_labels_without_quotation_marks_is_explained(tmp_path):
    sound(tmp_path / "a.wav")
    path = manifest(tmp_path, "a.wav,flu,pia", head="path,labels")
    with pytest.raises(BadInput, match=r"line 2: it has 3 fields for 2 columns; join .* by \+"):
        collection.read(path)


def test_a_head_alone_is_no_collection(tmp_path):
    with pytest.raises(BadInput, match="no line below its head"):
        collection.read(manifest(tmp_path))


def test_more_faults_than_fit_are_counted(tmp_path):
    sound(tmp_path / "a.wav")
    path = manifest(tmp_path, *["a.wav,oboe,,"] * 23)
    with pytest.raises(BadInput, match=r"(?s)has 23 faults:.*line 21:.*and 3 more"):
        collection.read(path)


def test_a_split_alone_is_decoded(tmp_path):
    sound(tmp_path / "a.wav")
    (tmp_path / "b.wav").write_text("no sound")
    path = manifest(tmp_path, "a.wav,flu,check,x", "b.wav,flu,train,y")
    assert len(collection.read(path, split="check")) == 2
    with pytest.raises(BadInput, match="line 3: A clip must be"):
        collection.read(path)


def test_a_spreadsheets_csv_is_read(tmp_path):
    sound(tmp_path / "Übung 1.wav"), sound(tmp_path / "b.wav")
    path = tmp_path / "m.csv"
    lines = ("sep=;", "File ; Labels;Split;", "Übung 1.wav; Electric Guitar, VIO ;;", "b.wav;voice")
    path.write_bytes("\r\n".join((*lines, ";;;", "")).encode("cp1252"))
    first, second = collection.read(path)
    assert (first.path.name, first.labels) == ("Übung 1.wav", ("gel", "vio"))
    assert (second.labels, second.split) == (("voi",), "")


def test_every_fault_is_listed_at_once(tmp_path):
    path = manifest(tmp_path, "a.wav,flu,train,x", "b.wav,oboe,train,x")
    with pytest.raises(BadInput, match=r"(?s)has 3 faults:.*line 2.*line 3.*line 3"):
        collection.read(path)


def test_a_manifest_without_labels_is_refused(tmp_path):
    with pytest.raises(BadInput, match="has no labels"):
        collection.read(manifest(tmp_path, "a.wav", head="path"))


def test_an_empty_folder_is_no_collection(tmp_path):
    with pytest.raises(BadInput, match="must hold sounds"):
        collection.read(tmp_path)


def test_sounds_without_labels_are_no_collection(tmp_path):
    sound(tmp_path / "x" / "y.wav")
    with pytest.raises(BadInput, match="has neither"):
        collection.read(tmp_path)


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="does not exist"):
        collection.read(tmp_path / "none.csv")


def test_a_manifest_written_is_read_again(tmp_path):
    item = collection.Item(
        sound(tmp_path / "s" / "a.flac").resolve(), ("flu", "pia"), "train", "us", "us:1", "phrase"
    )
    collection.write_manifest(tmp_path / "manifest.csv", [item])
    assert collection.read(tmp_path) == (item,)


def test_irmas_training_folders_give_code_and_recording(tmp_path):
    sound(tmp_path / "cel" / "[cel][cla]0019__3.wav")
    sound(tmp_path / "cel" / "[cel][cla]0019__1.wav")
    sound(tmp_path / "tru" / "[tru][nod][jaz_blu]0391__1.wav")
    items = collection.read(tmp_path)
    assert [item.labels for item in items] == [("cel",), ("cel",), ("tru",)]
    assert [item.recording for item in items] == ["irmas:0019", "irmas:0019", "irmas:0391"]


def test_irmas_testing_excerpts_read_the_text_beside_them(tmp_path):
    sound(tmp_path / "Part1" / "(02) dont kill the whale-1.wav")
    (tmp_path / "Part1" / "(02) dont kill the whale-1.txt").write_text("gel\nvoi\t\n\n")
    (item,) = collection.read(tmp_path)
    assert item.labels == ("gel", "voi")
    assert item.recording == "irmas:(02) dont kill the whale"


def test_the_apps_own_clips_are_not_learned_from_whatever_their_name(tmp_path):
    clip = collection.SAMPLES / "recordings" / "cello-phrase.flac"
    copy, other = tmp_path / "mine.flac", sound(tmp_path / "other.wav")
    copy.write_bytes(clip.read_bytes())
    lines = ("mine.flac,cel,train,a", "other.wav,cel,train,b")
    with pytest.raises(BadInput, match=r"the app's own clips, but 1 are .*\(mine\.flac\)"):
        learnable([manifest(tmp_path, *lines)], set())
    with pytest.raises(BadInput, match="the app's own clips"):
        split.read(manifest(tmp_path, *lines), share=0.0, seed=1)
    collection.check_learnable([other])


def test_manifests_together_keep_a_recording_to_one_side(tmp_path):
    from cnnviz.training.collection import Item, check_sides

    one = Item(tmp_path / "a.wav", ("flu",), "check", recording="x")
    check_sides([one, Item(tmp_path / "b.wav", ("flu",), "train", recording="y")])
    with pytest.raises(BadInput, match="recording x is on 2 sides"):
        check_sides([one, Item(tmp_path / "b.wav", ("flu",), "train", recording="x")])
    with pytest.raises(BadInput, match=r"a\.wav is named twice"):
        check_sides([one, one])
