"""The evaluations beside a network, and their clips, where they are at hand.

An evaluation is a `results*.json` in the network's folder, as `evaluate --json` wrote it. A clip is
at hand if it lies where it lay at the evaluation, or if the app's list has it anyway, among its
samples or in a folder of IRMAS; a file of another size is another clip.
"""

import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import streamlit as st

from cnnviz.analyses.results import Results, TestedClip, read_results
from cnnviz.clips.catalogue import Entry
from cnnviz.clips.credit import Credit
from cnnviz.clips.irmas import LICENCE, ORIGIN
from cnnviz.errors import BadInput

RESULTS = "results.json"
FILES = "results*.json"
IRMAS = "irmas:"  # begins its recordings, as `evaluate` names them
Stamp = tuple[str, int]  # a file, and when it was changed (ns): a key of what is read from it


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of a network.

    Attributes
    ----------
    name : str
        What the page calls it; no two of a network share one.
    path : Path
    results : Results or None
        None if the file does not hold any.
    refusal : str
        Why not.
    """

    name: str
    path: Path
    results: Results | None
    refusal: str = ""


def stamps(folder: Path) -> tuple[Stamp, ...]:
    """Return the files of a network's evaluations, the one that came with it first."""
    there = [path for path in folder.glob(FILES) if path.is_file()]  # a link may lead nowhere
    files = sorted(there, key=lambda path: (path.name != RESULTS, path.name))
    return tuple((str(path), path.stat().st_mtime_ns) for path in files)


def of_network(folder: Path, name: str) -> tuple[Evaluation, ...]:
    """Return a network's evaluations; a missing `results.json` is one that cannot be read.

    Parameters
    ----------
    folder : Path
        The network's.
    name : str
        The network's, by which results must begin with it.
    """
    return _read(stamps(folder) or ((str(folder / RESULTS), 0),), name)


@st.cache_resource(show_spinner=False, max_entries=8)
def _read(stamps: tuple[Stamp, ...], name: str) -> tuple[Evaluation, ...]:
    each = [_evaluation(Path(path), name) for path, _ in stamps]
    names = Counter(one.name for one in each)
    return tuple(
        Evaluation(f"{one.name} ({one.path.name})", one.path, one.results, one.refusal)
        if names[one.name] > 1
        else one
        for one in each
    )


def _evaluation(path: Path, name: str) -> Evaluation:
    try:
        results = read_results(path)
        if results.network.name != name:
            raise BadInput(
                f"{path.name} must begin with the network beside it, '{name}', but begins with "
                f"'{results.network.name}'. Evaluate this network, or fetch its folder again."
            )
    except BadInput as error:
        return Evaluation(path.name, path, None, str(error))
    part = f", part “{results.split}”" if results.split else ""
    return Evaluation(f"{results.collection}{part}", path, results)


def entries(folder: Path, name: str) -> dict[str, Entry[Path]]:
    """Return the clips that lie where they lay at their evaluation, by title.

    Sounds come and go while the app runs, so each is looked for at every call: 3,000 took 23 to
    39 ms on a local disk and busy cores. Parameters are those of `of_network`.
    """
    return {
        entry.title: entry
        for entry, clip in _evaluated(stamps(folder), name)
        if _is(entry.path, clip)
    }


@st.cache_resource(show_spinner=False, max_entries=8)
def _evaluated(stamps: tuple[Stamp, ...], name: str) -> tuple[tuple[Entry[Path], TestedClip], ...]:
    """Return every clip of the evaluations whose place is known, whether or not it is there."""
    return tuple(
        (_entry(one, clip, one.results.folder / clip.path), clip)
        for one in _read(stamps, name)
        if one.results is not None and one.results.folder is not None
        for clip in one.results.tested
    )


def _entry(one: Evaluation, clip: TestedClip, path: Path) -> Entry[Path]:
    credit = Credit(origin=f"evaluation “{one.name}”", licence="licence not stated")
    return Entry(
        id=f"{one.path.stem}/{clip.path}",
        title=f"{one.name}: {clip.path}",
        group=f"Evaluated · {one.name}",
        labels=clip.labels,
        path=path,
        credit=Credit(ORIGIN, LICENCE) if clip.recording.startswith(IRMAS) else credit,
    )


def at_hand(
    results: Results, clips: Sequence[int], listed: Mapping[str, Entry[Path]]
) -> dict[int, Entry[Path]]:
    """Return the entries of the clips that can be put on the stage.

    Parameters
    ----------
    results : Results
    clips : sequence of int
        Indices into `results.tested`.
    listed : mapping of str to Entry
        The clip list, by title.
    """
    named: dict[str, list[Entry[Path]]] = {}
    for entry in listed.values():
        named.setdefault(entry.path.name, []).append(entry)
    there: dict[int, Entry[Path]] = {}
    for index in clips:
        clip = results.tested[index]
        parts = PurePosixPath(clip.path).parts
        for entry in named.get(parts[-1], ()):
            if entry.path.parts[-len(parts) :] == parts and _is(entry.path, clip):
                there[index] = entry
                break
    return there


def _is(path: Path, clip: TestedClip) -> bool:
    try:
        file = path.stat()
    except (OSError, ValueError):
        return False  # the evaluation was another user's, or names what no file system takes
    return stat.S_ISREG(file.st_mode) and file.st_size == clip.n_bytes
