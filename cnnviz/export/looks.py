"""Limits, colours and round numbers that pictures share with the stage, from its `looks.json`."""

import json
from pathlib import Path
from typing import Any

LOOKS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "stage" / "looks.json").read_text(encoding="utf-8")
)
