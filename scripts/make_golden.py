"""Write the golden file: what the shipped network answers to one sample.

`python -m scripts.make_golden` after the weights or the samples have changed; look at what changed.
"""

from pathlib import Path

import numpy as np

from cnnviz.clips.clip import open_clip
from cnnviz.networks.keras_network import load

ROOT = Path(__file__).parents[1]
CLIP = "[flu][nod]0001__1"
GOLDEN = ROOT / "tests" / "golden.npz"


def answer() -> dict[str, np.ndarray]:
    """Return log-mel, predictions and every filter's range over the clip."""
    network = load(ROOT / "models" / "han2016")
    clip = open_clip(
        ROOT / "sample_audio" / f"{CLIP}.flac",
        id=CLIP,
        title=CLIP,
        name=CLIP,
        front_end=network.card.front_end,
    )
    layers = tuple(network.card.outputs)
    found = network.run(clip.input, layers=layers)
    lows = {name: [segment.low for segment in found.layers[name]] for name in layers}
    highs = {name: [segment.high for segment in found.layers[name]] for name in layers}
    ranges = {f"{name}_low": np.min(low, axis=0) for name, low in lows.items()}
    ranges |= {f"{name}_high": np.max(high, axis=0) for name, high in highs.items()}
    return {"log_mel": clip.input, "predictions": found.predictions} | ranges


if __name__ == "__main__":
    np.savez_compressed(GOLDEN, **answer())
    print(f"wrote {GOLDEN} ({GOLDEN.stat().st_size / 1e3:.0f} kB)")
