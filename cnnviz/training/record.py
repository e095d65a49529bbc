"""What a network's folder says of its training: `training.json`, the card's part, README.md."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.training.calibration import Calibration
from cnnviz.training.evaluate import Thresholds
from cnnviz.training.journal import State
from cnnviz.training.plan import Plan
from cnnviz.training.publish import TITLES

RECORD = "training.json"
README = """# {name}

{network}, trained with `python -m cnnviz.training fit`.
{sentence}{started}

| file | holds |
|---|---|
| `model.keras` | the weights, without optimiser |
| `card.json` | front end, labels, layers, thresholds, SHA-256 of the weights |
| `training.json` | plan, collection, recordings on either side of the split, loss by epoch, time |

{epochs} epochs in {minutes:.0f} min; kept {kept}. On the {n_validation:,} \
clips that validated:
top-1 recall {top1:.3f} (mean over instruments), micro F1 {s1:.3f} by S1 from a score of \
{s1_threshold:.2f}, {s2:.3f} by S2 from
{s2_threshold:.2f}. {chosen} were chosen on these same clips, so the figures flatter; those of \
`evaluate` do not.

| instrument | clips learned from | clips validating |
|---|---|---|
{rows}

Its figures beside the published ones, in the app's *How good is it?*, for whoever has IRMAS:

    python -m cnnviz.training evaluate --network {place} \\
        --collection IRMAS-TestingData --json {place}/results_irmas.json
    CNNVIZ_NETWORK={place} streamlit run streamlit_app.py
"""


def sentence(described: dict[str, Any]) -> str:
    """Say in a sentence from what a network learns."""
    clips = described["clips"]
    recordings = {side: len(of) for side, of in described["recordings"].items()}
    name = described["collection"]["name"]
    if described["collection"]["rendered"]:
        return (
            f"Learns from {clips['train']:,} rendered clips of {name}, validated with "
            f"{clips['validation']:,} clips of {recordings['validation']:,} other recordings."
        )
    return (
        f"Learns from {clips['train']:,} clips of {recordings['train']:,} recordings of {name}, "
        f"validated with {clips['validation']:,} clips of {recordings['validation']:,} others."
    )


def whole(
    described: dict[str, Any],
    *,
    plan: Plan,
    state: State,
    chosen: Thresholds,
    calibrated: Calibration,
    reached: dict[str, Any],
) -> dict[str, Any]:
    """Return the whole record.

    Parameters
    ----------
    described : dict
        The collection, its counts and recordings on either side.
    chosen : Thresholds
        Found on the clips that validated.
    calibrated : Calibration
        Found on these, too, and written into the weights.
    reached : dict
        Their table, as `evaluate.table` makes it.
    """
    return {
        "plan": asdict(plan),
        **described,
        "epochs": len(state.curve),
        "kept_epoch": state.best if plan.patience else len(state.curve),
        "seconds": round(state.seconds, 1),
        "curve": state.curve,
        "mean": state.mean,
        "std": state.std,
        "thresholds": asdict(chosen),
        "calibration": calibrated._asdict(),
        "validation": {
            "clips": described["clips"]["validation"],
            "macro_top1_recall": reached["top1"]["macro"],
            "s1": reached["s1"],
            "s2": reached["s2"],
        },
        "versions": {name: version(name) for name in ("keras", "tensorflow", "numpy")},
    }


def _network(architecture: str) -> str:
    """Say which network was trained."""
    if title := TITLES.get(architecture):
        return f"The network of {title}"
    return f"A network of the architecture `{architecture}`"


def _kept(record: dict[str, Any]) -> str:
    """Say which weights were kept."""
    average = "the average of the weights at" if record["plan"]["average"] else "the weights of"
    return f"are {average} epoch {record['kept_epoch']}"


def _started(record: dict[str, Any]) -> str:
    """Say from which weights training began, if not from random ones."""
    if before := record.get("started_from"):
        return (
            f" Training began with the weights of `{before['network']}` (SHA-256 "
            f"`{before['weights_sha256'][:8]}`), which had learned before."
        )
    return ""


def short(record: dict[str, Any]) -> dict[str, Any]:
    """Return what of the record stands in the card."""
    kept = ("plan", "epochs", "kept_epoch", "seconds", "mean", "std", "calibration",
            "collection", "clips", "counts")  # fmt: skip
    said = {key: record[key] for key in (*kept, "started_from") if key in record}
    return said | {"data": sentence(record) + _started(record)}


def write(folder: Path, record: dict[str, Any]) -> None:
    """Write the record and the README beside the network to come."""
    text = json.dumps(record, indent=1) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")
    counts, reached = record["counts"], record["validation"]
    lines = [
        f"| {NAMES[code]} | {counts['train'][code]:,} | {counts['validation'][code]:,} |"
        for code in CODES
    ]
    (folder / "README.md").write_text(
        README.format(
            name=folder.name,
            network=_network(record["plan"]["architecture"]),
            place=folder,
            sentence=sentence(record),
            epochs=record["epochs"],
            minutes=record["seconds"] / 60,
            kept=_kept(record),
            chosen="Epoch, calibration and thresholds"
            if record["plan"]["patience"]
            else "Calibration and thresholds",
            started=_started(record),
            n_validation=reached["clips"],
            top1=reached["macro_top1_recall"],
            s1=reached["s1"]["micro"]["f1"],
            s1_threshold=record["thresholds"]["s1"],
            s2=reached["s2"]["micro"]["f1"],
            s2_threshold=record["thresholds"]["s2"],
            rows="\n".join(lines),
        ),
        encoding="utf-8",
    )
