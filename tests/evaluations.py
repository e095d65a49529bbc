"""Small evaluations for tests, in the shape that `evaluate` writes."""

import copy
from typing import Any

import numpy as np

CODES = ("cel", "flu", "voi")
CONFUSION = [[4, 1, 0], [0, 3, 3], [0, 0, 9]]
KEPT = "python -m cnnviz.training evaluate --network small --baseline work"


def system(*, recall: Any, f1: Any, half: float = 0.1, codes: tuple[str, ...] = CODES) -> Any:
    """Return the JSON of one system with intervals of `half` to either side."""

    def spread(value):
        return [max(0.0, value - half), min(1.0, value + half)]

    def per_class(values, key):
        return {
            key: dict(zip(codes, values, strict=True)),
            "intervals": {code: spread(v) for code, v in zip(codes, values, strict=True)},
        }

    macro = float(np.mean(f1))
    strategy = per_class(f1, "f1") | {
        "threshold": 0.4,
        "micro": {"precision": 0.5, "recall": 0.5, "f1": 0.6, "interval": [0.5, 0.7]},
        "macro": {"precision": 0.5, "recall": 0.5, "f1": macro, "interval": spread(macro)},
    }
    mean = float(np.mean(recall))
    return {
        "top1": per_class(recall, "recall") | {"macro": mean, "interval": spread(mean)},
        "lrap": 0.8,
        "confusion": copy.deepcopy(CONFUSION),
        "s1": strategy,
        "s2": copy.deepcopy(strategy),
    }


def clips_of(confusion: list[list[int]]) -> tuple[list[dict[str, Any]], list[list[float]]]:
    """Return clips and scores that give a matrix; scores of a class fall from clip to clip."""
    clips, scores = [], []
    for i, row in enumerate(confusion):
        for j, n in enumerate(row):
            for k in range(n):
                path = f"{CODES[i]}/{CODES[j]} {k}.wav"
                recording = f"{CODES[i]}:{k % 2}"
                clips.append(
                    {"path": path, "labels": CODES[i], "recording": recording, "bytes": 1000 + k}
                )
                scores.append([0.9 - 0.05 * k if c == j else 0.1 for c in range(len(CODES))])
    return clips, scores


def evaluation(**changes: Any) -> dict[str, Any]:
    """Return the JSON of an evaluation of the small network; the baseline is of an earlier one."""
    clips, scores = clips_of(CONFUSION)
    return {
        "format": 4,
        "command": "python -m cnnviz.training evaluate --network small",
        "date": "2026-01-31",
        "collection": {
            "name": "MANIFEST",
            "split": "check",
            "folder": None,
            "sha256": "0a" * 32,
            "clips": 20,
            "recordings": 20,
        },
        "kept": [{"systems": ["mfcc_svm"], "date": "2026-01-30", "command": KEPT}],
        "classes": list(CODES),
        "counts": {
            "train": dict(zip(CODES, (10, 30, 20), strict=True)),
            "test": dict(zip(CODES, (5, 6, 9), strict=True)),
            "recordings": dict(zip(CODES, (5, 6, 9), strict=True)),
        },
        "systems": {
            "small": system(recall=(0.8, 0.5, 1.0), f1=(0.6, 0.4, 0.9)) | {"scores": scores},
            "mfcc_svm": system(recall=(0.3, 0.4, 0.2), f1=(0.5, 0.35, 0.2)),
        },
        "differences": {},
        "clips": clips,
    } | changes


def compared(
    *, macro: float = 0.1, interval: Any = (0.02, 0.2), name: str = "first_weights"
) -> Any:
    """Return the JSON of an evaluation with a further system, and how far the network is ahead."""
    raw = evaluation()
    recall = (0.8 - macro, 0.5 - 2 * macro, 1.0)
    other = system(recall=recall, f1=(0.5, 0.4, 0.8))
    scores = copy.deepcopy(raw["systems"]["small"]["scores"])
    raw["systems"][name] = other | {"scores": scores}
    ends = {code: [-0.1, 0.3] for code in CODES}
    raw["differences"][name] = {
        "top1": {
            "macro": macro,
            "interval": list(interval),
            "recall": dict.fromkeys(CODES, macro),
            "intervals": ends,
        },
        "s1": {
            "micro": {"f1": -0.01, "interval": [-0.05, 0.04]},
            "macro": {"f1": 0.0667, "interval": [None, None]},
        },
    }
    return raw
