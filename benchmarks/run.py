"""Measure how fast the app is, and print one table.

    python benchmarks/run.py [--only THEME ...] [--quick] [--json PATH]

It always exits with 0: the table says what was met, on this machine, with this load.
"""

import argparse
import importlib
import os
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import table  # noqa: E402  (the package is not installed)

THEMES = (
    "first_picture",
    "layer_change",
    "scales",
    "playing",
    "wire",
    "irmas",
    "forward",
    "near_ties",
    "intervals",
    "cold_start",
    "memory",
    "export",
    "hosted",
    "hostile",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=THEMES, default=THEMES, metavar="THEME")
    parser.add_argument("--quick", action="store_true", help="few repeats, for a first look")
    parser.add_argument("--json", type=Path, help="where to; benchmarks/results/ if not given")
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    path = given.json or ROOT / "benchmarks" / "results" / f"{datetime.now():%Y%m%d-%H%M%S}.json"
    themes = {}
    for name in given.only:
        before = os.getloadavg()[0]
        theme = importlib.import_module(f"benchmarks.{name}")
        measures = []
        for measure in theme.measure(quick=given.quick):
            measures.append(measure)
            print(" | ".join(measure.row()), file=sys.stderr, flush=True)
        load = [before, os.getloadavg()[0]]
        themes[name] = {"measures": measures, "load": load}
        table.write(themes, path=path, quick=given.quick)
        print(f"{name}: load {load[0]:.1f}, then {load[1]:.1f}", file=sys.stderr)
    print(table.text(m for theme in themes.values() for m in theme["measures"]))
    loads = "; ".join(f"{name} {theme['load'][0]:.1f}" for name, theme in themes.items())
    print(f"\n{os.cpu_count()} cores; load when each theme began: {loads}. Written to {path}")


if __name__ == "__main__":
    main()
