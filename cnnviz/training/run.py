"""One run of `fit`: from a collection to a network folder that app and `evaluate` take as it is."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from cnnviz.clips.instruments import CODES
from cnnviz.errors import BadInput
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks.keras_network import load
from cnnviz.training import collection, predict, record
from cnnviz.training import evaluate as table
from cnnviz.training.calibration import calibrate, calibrated, calibration
from cnnviz.training.collection import Item
from cnnviz.training.fit import Start, fit
from cnnviz.training.journal import Journal, State
from cnnviz.training.metrics import thresholds
from cnnviz.training.plan import Plan
from cnnviz.training.publish import TITLES, publish
from cnnviz.training.shards import Shards
from cnnviz.training.source import Source
from cnnviz.training.split import Sides, recording
from cnnviz.training.windows import Windows

LEARNING = "learning"  # the folder of checkpoints within the network's, until it is whole


def run(
    sides: Sides,
    out: Path,
    plan: Plan,
    *,
    resume: bool,
    cache: Path | None,
    start_from: Path | None = None,
    title: str = "",
) -> Path:
    """Learn from a collection and write the network folder.

    Parameters
    ----------
    sides : Sides
    out : Path
        The network's folder; its name is the network's.
    plan : Plan
        How to learn.
    resume : bool
        Go on with a run that was cut off.
    cache : Path or None
        Where decoded clips are kept for later runs; None keeps them until this run is over.
    start_from : Path or None
        Folder of a network to begin with; None for random weights.
    title : str
        What the app calls the network; "" for its architecture and what it learned from.

    Returns
    -------
    Path
        The card.

    Raises
    ------
    BadInput
        If the folder does not allow it, or clips do not decode, before the work.
    """
    journal = Journal(out / LEARNING)
    _check_out(out, journal, resume=resume)
    described = _described(sides)
    start = None
    if start_from is not None:
        described["started_from"], start = _start(start_from, plan, described)
    kept, front_end = cache or journal.folder, LogMel()
    held = Windows(sides.validating, front_end, cache=kept)
    source = _source(sides, plan, kept)
    if isinstance(source, Shards):
        described["recordings"]["train"] = sorted(source.recordings)
    described["clips"] = {"train": source.n_clips, "validation": held.n_clips}
    described["counts"] = {"train": source.counts(), "validation": held.counts()}
    print(record.sentence(described), flush=True)
    of = {"collection": described["collection"]["sha256"], "validation": sides.share}
    setting = asdict(plan) | of | described.get("started_from", {})
    model, state = fit(plan, source, held, journal, setting, start=start)
    known = TITLES.get(plan.architecture, plan.architecture)
    title = title or f"{known}, trained on {described['collection']['name']}"
    card = _publish(
        model, out, sides.validating, plan=plan, state=state, described=described, title=title
    )
    shutil.rmtree(journal.folder)
    return card


def _start(folder: Path, plan: Plan, described: dict[str, Any]) -> tuple[dict[str, str], Start]:
    """Return what the record says of a network to begin with, and the network.

    Raises
    ------
    BadInput
        If it is of another architecture, front end or list of classes, or if its own record names
        recordings that would validate now.
    """
    network = load(folder)
    card, front_end = network.card, network.card.front_end
    architecture = card.trained.get("plan", {}).get("architecture", network.model.name)
    fits = isinstance(front_end, LogMel) and card.labels == CODES
    if not fits or LogMel(mean=front_end.mean, std=front_end.std) != front_end:  # type: ignore[attr-defined]
        raise BadInput(
            f"--start-from must name a network with the front end and the classes that `fit` uses, "
            f"but '{folder}' has others. Leave it out."
        )
    if architecture != plan.architecture:
        raise BadInput(
            f"--start-from must name a network of the architecture {plan.architecture}, but "
            f"'{folder}' is {architecture}. Name its architecture, or leave it out."
        )
    record_of = folder / record.RECORD
    before = json.loads(record_of.read_text(encoding="utf-8")) if record_of.exists() else {}
    learned = {*before.get("recordings", {}).get("train", ())}
    if again := learned & {*described["recordings"]["validation"]}:
        raise BadInput(
            f"nothing may validate that a network learned from, but '{folder}' learned from "
            f"{len(again)} of the recordings held back now ({', '.join(sorted(again)[:3])}). "
            "Give the --seed and --validation that it was trained with."
        )
    start = Start(network.model.get_weights(), front_end.mean, front_end.std)
    return {"network": card.name, "weights_sha256": card.weights_sha256}, start


def _check_out(out: Path, journal: Journal, *, resume: bool) -> None:
    if (out / "card.json").exists():
        raise BadInput(
            f"--out must name a folder without a network, but '{out}' holds one. "
            "Choose another, or delete it."
        )
    if journal.begun() and not resume:
        raise BadInput(
            f"--out must name a new folder, but in '{out}' a run was cut off. "
            "Go on with --resume, or choose another."
        )
    try:
        others = sorted(_others(out)) if out.exists() and not journal.begun() else []
        if others:
            raise BadInput(
                f"--out must name a new or an empty folder, but '{out}' holds "
                f"{', '.join(others[:3])}{' and more' if others[3:] else ''}. Choose another."
            )
        journal.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"--out must name a folder that can be written, but '{out}' cannot: {error.strerror}. "
            "Choose another."
        ) from error


def _others(out: Path) -> set[str]:
    """Return the names of what lies in a folder, but hidden files and the beginnings of a run."""
    names = {path.name for path in out.iterdir()}
    return {name for name in names if name != LEARNING and not name.startswith(".")}


def _source(sides: Sides, plan: Plan, cache: Path) -> Source:
    if sides.shards is None:
        return Windows(sides.learned, LogMel(), cache=cache, batch=plan.batch, seed=plan.seed)
    return Shards(sides.shards, recipe=plan.recipe, batch=plan.batch, seed=plan.seed)


def _described(sides: Sides) -> dict[str, Any]:
    """Return what the network's folder says of a collection."""
    items = (*sides.learned, *sides.validating)
    return {
        "collection": {
            "name": sides.name,
            "sha256": collection.checksum(sorted(items, key=lambda item: str(item.path))),
            "clips": len(items),
            "recordings": len(_recordings(items)),
            "rendered": sides.shards is not None,
        },
        "recordings": {
            "train": _recordings(sides.learned),
            "validation": _recordings(sides.validating),
        },
    }


def _recordings(items: Sequence[Item]) -> list[str]:
    """Return the names of the recordings; a clip without one goes by its file's name."""
    return sorted({recording(replace(item, path=Path(item.path.name))) for item in items})


def _publish(
    model: Any,
    out: Path,
    validating: Sequence[Item],
    *,
    plan: Plan,
    state: State,
    described: dict[str, Any],
    title: str,
) -> Path:
    """Choose calibration and thresholds on the clips that validated; write the network's folder."""
    front_end = LogMel(mean=state.mean, std=state.std)
    truth = table.truth_of(validating)
    predictions = predict.predictions(model, validating, front_end)
    found = calibration(predictions, truth)
    calibrate(model, found)
    s1, s2 = predict.clip_scores([calibrated(one, found) for one in predictions])
    chosen = table.Thresholds(thresholds(s1, truth), thresholds(s2, truth))
    reached = table.table(s1, s2, table.Tested(validating, draws=200), chosen)
    whole = record.whole(
        described,
        plan=plan,
        state=state,
        chosen=chosen,
        calibrated=found,
        reached=reached,
    )
    record.write(out, whole)
    return publish(
        model,
        out,
        front_end=front_end,
        title=title,
        thresholds=chosen,
        trained=record.short(whole),
        results={"validation": {"macro_top1_recall": reached["top1"]["macro"]}},
    )
