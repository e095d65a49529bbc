"""A folder of somebody's own sounds with a CSV as a German spreadsheet writes it, and a network."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from cnnviz.clips.instruments import CODES
from tests.conftest import SMALL, card_of

# Path within the folder: the cell of labels, and what it means.
SOUNDS = {
    "Geige Übung 1.wav": ("Violin", ("vio",)),
    "Geige Übung 2.flac": (" VIO", ("vio",)),
    "band/guitar.ogg": ("Electric Guitar", ("gel",)),
    "band/duo.mp3": ("flute, acoustic guitar", ("flu", "gac")),
    "song.wav": ("Voice", ("voi",)),
}


def sounds(folder: Path) -> Path:
    """Write the sounds and their CSV; return the CSV."""
    lines = ['"Path";"Labels";"Recording"']
    for number, (path, (cell, _)) in enumerate(SOUNDS.items()):
        file = folder / "clips" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        t = np.arange(int((1.5 + number / 2) * 22050)) / 22050
        y = 0.5 * np.sin(2 * np.pi * 220 * (number + 1) * t) * np.linspace(1, 0.1, len(t))
        sf.write(file, y, 22050)
        lines.append(f'"clips/{path}";"{cell}";"{"Müller" if number < 2 else number}"')
    table = folder / "mine.csv"
    table.write_bytes("\r\n".join([*lines, ";;", ""]).encode("cp1252"))
    return table


def network_of_eleven(folder: Path, small_model: Any) -> Path:
    """Write a folder with the small model, grown to the classes of `CODES`, never trained."""
    import keras

    keras.utils.set_random_seed(2)
    scores = keras.layers.Dense(len(CODES), activation="sigmoid", name="output")
    model = keras.Model(small_model.input, scores(small_model.get_layer("dense").output))
    weights = folder / "model.keras"
    model.save(weights)
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    card = card_of(model, weights_sha256=sha256, labels=list(CODES), front_end=SMALL.to_json())
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder
