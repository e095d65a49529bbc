"""The command `evaluate`: every system over a collection, the table of them, and its files."""

import json
import re
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.analyses.comparison import THIS
from cnnviz.analyses.evaluation_file import RESULTS_FORMAT
from cnnviz.analyses.results import BASELINE, read_results
from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.networks.card import Card, read_card
from cnnviz.training import collection, output, report
from cnnviz.training import evaluate as table
from cnnviz.training.report import Judged

Item = collection.Item
NAME = r"[^\W_][\w.-]{0,39}"  # of a system


def run(given: Namespace) -> None:
    """Check what is given, run every system, print the table and write what was asked for."""
    places = {"--json": given.json, "--clips": given.clips}
    output.check(
        places,
        read={"--collection": given.collection},
        ours={"--json": report.is_results, "--clips": report.is_table},
    )
    networks = _networks(given)
    cards = [read_card(folder) for folder in networks.values()]
    for card in cards:
        _check_labels(card)
    earlier = _earlier(given.keep)
    items = collection.of_split(given.collection, given.split)
    if earlier and earlier["collection"]["sha256"] != collection.checksum(items):
        raise BadInput(
            f"--keep takes figures of the same clips and labels, but '{given.keep}' is of others. "
            "Evaluate those systems again with --also or --baseline."
        )
    tested = table.Tested(items)
    judged = {name: _network(folder, items, tested) for name, folder in networks.items()}
    train = cards[0].trained.get("counts", {}).get("train", {})
    if earlier and not train:
        train = earlier["counts"]["train"]
    if given.baseline:
        judged[BASELINE], train = _baseline(given, items, tested)
    content = _content(given, items, judged, tested, train=train, earlier=earlier)
    counts = content["counts"]
    print(
        table.printed(
            content["systems"],
            clips=counts["test"],
            recordings=counts["recordings"],
            differences=content["differences"],
        )
    )
    if given.json:
        output.write(given.json, report.text(content) + "\n")
        print(_where_to_see(given, content))
    if given.clips:
        # Excel takes a file for UTF-8 by the byte order mark; pandas and `collection` skip it.
        written = report.table(items, next(iter(judged.values())))
        output.write(given.clips, written, encoding="utf-8-sig")
        print(f"One line for each clip: {given.clips}")


def _content(
    given: Namespace,
    items: Sequence[Item],
    judged: dict[str, Judged],
    tested: table.Tested,
    *,
    train: dict[str, int],
    earlier: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return what goes into the results' file."""
    systems, weights, kept = report.systems(judged, earlier)
    (network, *others) = systems
    return {
        "format": RESULTS_FORMAT,
        "command": "python -m cnnviz.training " + shlex.join(map(_public, sys.argv[1:])),
        "date": datetime.now(UTC).date().isoformat(),
        "kept": kept,
        "collection": {
            "name": given.name or given.collection.resolve().stem,
            "split": given.split,
            "sha256": collection.checksum(items),
            "clips": len(items),
            "recordings": tested.n_recordings,
            "folder": None if given.portable else str(report.folder_of(items)),
        },
        "weights_sha256": weights,
        "classes": list(CODES),
        "counts": {
            "train": train,
            "test": _occurring(tested.truth.sum(axis=0)),
            "recordings": _occurring(tested.n_each),
        },
        "systems": systems,
        "differences": {
            name: table.differences(systems[network], systems[name], tested)
            for name in others
            if "scores" in systems[name]
        },
        "clips": report.clips(items),
    }


def _occurring(counts: NDArray[np.int64]) -> dict[str, int]:
    return {code: int(n) for code, n in zip(CODES, counts, strict=True) if n}


def _where_to_see(given: Namespace, content: dict[str, Any]) -> str:
    """Say where the app shows the results, and where it takes the sounds from."""
    name, folder = content["collection"]["name"], content["collection"]["folder"]
    if given.json.resolve().parent != given.network.resolve():
        shown = f"the app lists it once it lies in {given.network} as results_….json"
    elif not given.json.match("results*.json"):
        shown = "the app lists it once its name is results_….json"
    else:
        shown = f"the app lists it under “How good is it?” as “{name}”"
    if folder is None:
        return f"Written: {given.json}; {shown}."
    return (
        f"Written: {given.json}; {shown}, and plays its clips from {folder}. This folder stands "
        "in the file: add --portable before you pass the file on."
    )


def _networks(given: Namespace) -> dict[str, Path]:
    """Return the folders of all networks by the names of their systems, the network first."""
    networks = {read_card(given.network).name: given.network}
    taken = {*networks, *([BASELINE] if given.baseline else [])}
    for word in given.also:
        name, equals, folder = word.partition("=")
        if not equals:
            name, folder = read_card(Path(word)).name, word
        elif not re.fullmatch(NAME, name):
            raise BadInput(
                "--also NAME=FOLDER takes a name of letters, digits, _, - and . that begins with a "
                f"letter or digit (40 at most), but {name!r} came. Write for example "
                f"first_weights={folder or 'FOLDER'}."
            )
        if name.replace("_", " ") == THIS:
            raise BadInput(
                f"--also must not call a system '{name}', as the page calls the network of "
                f"--network so. Choose another name, for example --also first_weights={folder}."
            )
        if name in taken:
            raise BadInput(
                f"every system needs a name of its own, but two are called '{name}'. Name one of "
                f"them with --also NAME=FOLDER, for example --also first_weights={folder}."
            )
        networks[name] = Path(folder)
        taken.add(name)
    return networks


def _check_labels(card: Card) -> None:
    if card.labels != CODES:
        raise BadInput(
            f"`evaluate` needs a network that names {' '.join(CODES)} in this order, but "
            f"'{card.name}' names {' '.join(card.labels)}. Choose another network."
        )


def _earlier(path: Path | None) -> dict[str, Any] | None:
    """Return the report whose other systems are to be kept."""
    if path is None:
        return None
    read_results(path)  # refuses what is none
    earlier: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return earlier


def _public(word: str) -> str:
    """Leave out of a path, an option=path or a name=path where on this machine it lies."""
    option, joined, value = word.partition("=") if word.startswith("--") else ("", "", word)
    name, equals, path = value.partition("=")
    if not Path(path).is_absolute() or not "--also".startswith(option):  # it may be shortened
        name, equals, path = "", "", value
    return option + joined + name + equals + (Path(path).name if Path(path).is_absolute() else path)


def _network(folder: Path, items: Sequence[Item], tested: table.Tested) -> Judged:
    """Run a network over the clips; return what it reached."""
    from cnnviz.networks.keras_network import load  # takes seconds
    from cnnviz.training import predict

    network = load(folder)
    card = network.card
    predictions = predict.predictions(network.model, items, card.front_end)
    s1, s2 = predict.clip_scores(predictions)
    kept = card.trained.get("thresholds", {})
    thresholds = table.Thresholds(kept.get("s1", card.threshold), kept.get("s2", card.threshold))
    return _judged(s1, s2, tested, thresholds, card.weights_sha256)


def _judged(
    s1: table.Float64,
    s2: table.Float64,
    tested: table.Tested,
    thresholds: table.Thresholds,
    weights_sha256: str = "",
) -> Judged:
    scores = s1.round(report.DIGITS)  # figures are of what the files hold
    return Judged(scores, table.table(scores, s2, tested, thresholds), weights_sha256)


def _baseline(
    given: Namespace, items: Sequence[Item], tested: table.Tested
) -> tuple[Judged, dict[str, int]]:
    """Teach the MFCC baseline, choose its thresholds on the held-out clips, and judge it.

    Returns
    -------
    Judged, dict
        How it did, and how many training clips there are of each class.
    """
    from cnnviz.front_ends.log_mel import LogMel
    from cnnviz.training import baseline
    from cnnviz.training.metrics import thresholds
    from cnnviz.training.shards import Shards

    front_end = LogMel()
    clips = Shards(given.baseline / "shards")
    machine = baseline.learn(clips, n_clips=given.baseline_clips)
    held = collection.read(given.baseline / "held_out")
    held_s1 = baseline.scores(machine, held, front_end)
    truth = table.truth_of(held)

    def leading(scores: Any) -> Any:
        return scores / scores.max(axis=1, keepdims=True)

    chosen = table.Thresholds(thresholds(held_s1, truth), thresholds(leading(held_s1), truth))
    s1 = baseline.scores(machine, items, front_end)
    return _judged(s1, leading(s1), tested, chosen), clips.counts()
