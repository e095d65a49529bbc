"""How far learning has come, on disk: state, checkpoint and best network of a run.

`state.json` is written last and names the checkpoint that belongs to it, so that a run cut off at
any moment goes on from one consistent state.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras

from cnnviz.errors import BadInput

# What may differ when a run goes on: how long it may take.
EXTENDABLE = {"epochs", "minutes", "patience"}


@dataclass
class State:
    """How far learning has come.

    Attributes
    ----------
    setting : dict
        Plan and collection, which must be the same when the run goes on.
    mean, std : float
        Of the log-mels learned from.
    epoch, step : int
        Epochs that are over; steps taken of the one that is not.
    loss_sum : float
        Of these steps.
    seconds : float
        Spent in learning.
    curve : list of dict
        For each epoch its loss, the validation's loss and recall, and `seconds` at its end.
    best : int
        Number of the epoch with the least validation loss, counted from 1; 0 before any.
    over : bool
        Whether learning has ended.
    """

    setting: dict[str, Any]
    mean: float
    std: float
    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0
    curve: list[dict[str, float]] = field(default_factory=list)
    best: int = 0
    over: bool = False


class Journal:
    """The folder of a run while it learns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state, self._best = folder / "state.json", folder / "best.keras"

    def begun(self) -> bool:
        """Whether there is a state to go on from."""
        return self._state.exists()

    def read(self, setting: dict[str, Any]) -> tuple[State, Any]:
        """Return the state and the network with its optimiser.

        Raises
        ------
        BadInput
            If the run was begun with another plan or another collection.
        """
        raw = json.loads(self._state.read_text(encoding="utf-8"))
        checkpoint = raw.pop("checkpoint")
        state = State(**raw)
        changed = sorted(
            key
            for key in setting.keys() | state.setting.keys()
            if key not in EXTENDABLE and setting.get(key) != state.setting.get(key)
        )
        if changed:
            words = ", ".join(
                f"{key} {state.setting.get(key)!r:.60} (now {setting.get(key)!r:.60})"
                for key in changed
            )
            raise BadInput(
                f"a run must go on with what it began with, but '{self.folder.parent}' began with "
                f"{words}. Give the same options, or choose another --out."
            )
        state.setting = setting
        return state, keras.models.load_model(self.folder / checkpoint)

    def write(self, state: State, network: Any) -> None:
        """Write the state and the network with its optimiser."""
        checkpoint = self.folder / f"checkpoint_{state.epoch}_{state.step}.keras"
        network.save(checkpoint)
        draft = self.folder / "state.part"
        draft.write_text(json.dumps(asdict(state) | {"checkpoint": checkpoint.name}))
        draft.replace(self._state)
        for old in self.folder.glob("checkpoint_*.keras"):
            if old != checkpoint:
                old.unlink()

    def keep_best(self, network: Any) -> None:
        """Keep this network until a better one comes."""
        draft = self.folder / "part.keras"
        network.save(draft)
        draft.replace(self._best)

    def best(self) -> Any:
        """Return the network that was kept."""
        return keras.models.load_model(self._best, compile=False)
