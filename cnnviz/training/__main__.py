"""From nothing to a trained, evaluated network.

In order, with the manifest of your recordings (columns path, labels, split, source, recording and
kind; only rows whose split is "train" are learned from):

  1. python -m cnnviz.training check    MANIFEST                 checks every line
  2. python -m cnnviz.training render   MANIFEST --out work      training clips and a held-out set
  3. python -m cnnviz.training fit      --work work --out run    learns; resumes if cut off
  4. python -m cnnviz.training publish  --run run --work work --out models/mine
  5. python -m cnnviz.training evaluate --network models/mine --collection MANIFEST --split check
                                        --baseline work --json models/mine/results.json

Without a manifest, `render --out work` uses soundfonts alone. IRMAS: `fetch-irmas` downloads it
through mirdata, and `evaluate --collection` takes its folders as they are.
"""

import argparse
import json
import sys
from pathlib import Path

from cnnviz.errors import BadInput
from cnnviz.training import commands

FONTS = ("fluid", "musescore", "timgm")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a `BadInput` is printed as it is, with exit status 2."""
    given = parser().parse_args(arguments)
    try:
        given.run(given)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe every command and option."""
    top = argparse.ArgumentParser(
        prog="python -m cnnviz.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(required=True, metavar="COMMAND")

    verb = verbs.add_parser("check", help="check a manifest or an IRMAS folder line by line")
    verb.add_argument("collection", type=Path)
    verb.set_defaults(run=commands.check)

    verb = verbs.add_parser("samples", help="render the app's sample clips again")
    verb.add_argument("--out", type=Path, default=Path("sample_audio"))
    verb.add_argument("--network", type=Path, help="mark in clips.csv what this network errs on")
    verb.set_defaults(run=commands.samples)

    verb = verbs.add_parser("render", help="render training shards and the held-out clips")
    verb.add_argument("manifest", type=Path, nargs="?", help="your recordings; none: soundfonts")
    verb.add_argument("--out", type=Path, required=True)
    verb.add_argument("--held-out", type=Path, help="names of recordings never learned from")
    verb.add_argument("--shards", type=int, default=100, help="of 264 clips each (default 100)")
    verb.add_argument("--held-clips", type=int, default=440)
    verb.add_argument("--fonts", nargs="+", default=FONTS)
    verb.add_argument("--held-font", default="csound")
    verb.add_argument("--workers", type=int, default=2)
    verb.add_argument("--seed", type=int, default=20)
    verb.set_defaults(run=commands.render)

    verb = verbs.add_parser("fit", help="learn, or go on learning")
    verb.add_argument("--work", type=Path, required=True, help="what `render` wrote")
    verb.add_argument("--out", type=Path, required=True)
    verb.add_argument("--architecture", default="han2016")
    verb.add_argument("--steps", type=int, default=6000)
    verb.add_argument("--minutes", type=float, default=0.0, help="instead of --steps")
    verb.add_argument("--batch", type=int, default=32)
    verb.add_argument("--rate", type=float, default=2e-3)
    verb.add_argument("--every", type=int, default=150, help="steps between checkpoints")
    verb.add_argument("--start-from", type=Path, help="checkpoint.keras of an earlier run")
    verb.add_argument("--seed", type=int, default=1)
    verb.add_argument("--recipe", type=json.loads, default={}, help='such as {"masks": 0}')
    verb.set_defaults(run=commands.fit)

    verb = verbs.add_parser("publish", help="write a network folder for the app")
    verb.add_argument("--run", dest="folder", type=Path, required=True, help="what `fit` wrote")
    verb.add_argument("--work", type=Path, required=True, help="thresholds: its held-out clips")
    verb.add_argument("--out", type=Path, required=True)
    verb.add_argument("--data", default="", help="a sentence about what it learned from")
    verb.set_defaults(run=commands.publish)

    verb = verbs.add_parser("evaluate", help="print and write the table")
    verb.add_argument("--network", type=Path, required=True)
    verb.add_argument("--collection", type=Path, required=True)
    verb.add_argument("--split", help="only rows with this split")
    verb.add_argument("--name", help="what the table calls the collection (its file's name)")
    verb.add_argument("--json", type=Path)
    verb.add_argument("--baseline", type=Path, help="work folder the MFCC baseline learns from")
    verb.add_argument("--baseline-clips", type=int, default=6000)
    verb.add_argument("--also", type=Path, nargs="*", default=[], help="further network folders")
    verb.set_defaults(run=commands.evaluate)

    verb = verbs.add_parser("fetch-irmas", help="download and validate IRMAS through mirdata")
    verb.add_argument("--out", type=Path, required=True)
    verb.set_defaults(run=commands.fetch_irmas)
    return top


if __name__ == "__main__":
    sys.exit(main())
