"""What a network names in the clips that travel with the app, as a command wrote it down.

**Conventions**: clips are known by their ids; codes are those of the network's outputs, highest
score first. A class counts as named if the clip's score reaches the network's threshold.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnnviz.errors import BadInput
from cnnviz.networks.card import Card

FILE = "samples.json"
MARKS_FORMAT = 1


def read(folder: Path, card: Card) -> dict[str, tuple[str, ...]]:
    """Return the classes named in each clip, by its id.

    Parameters
    ----------
    folder : Path
        Of the network.
    card : Card
        The network's.

    Returns
    -------
    dict of str to tuple of str
        Empty if nothing was written down, or for other weights or another threshold than the
        card's.

    Raises
    ------
    BadInput
        If the file is not one that `python -m cnnviz.training mark` writes.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != MARKS_FORMAT:
            raise ValueError(f"its format is {raw['format']}")
        if (raw["weights_sha256"], raw["threshold"]) != (card.weights_sha256, card.threshold):
            return {}
        return {clip: tuple(map(str, codes)) for clip, codes in raw["named"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{path} must be what `python -m cnnviz.training mark` writes, but it is not "
            f"({error}). Run that again or delete the file."
        ) from error


def write(folder: Path, card: Card, named: Mapping[str, Sequence[str]]) -> Path:
    """Write down what a network names; `read` gives it back."""
    path = folder / FILE
    raw = {
        "format": MARKS_FORMAT,
        "weights_sha256": card.weights_sha256,
        "threshold": card.threshold,
        "named": {clip: list(codes) for clip, codes in named.items()},
    }
    path.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    return path


def is_wrong(named: Sequence[str], labels: Sequence[str]) -> bool:
    """Tell whether a network names something in a clip that is not labelled, or nothing."""
    return not named or not set(named) <= set(labels)
