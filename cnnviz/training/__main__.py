"""From recordings to a trained, evaluated network.

With IRMAS, the paper's training and its figures beside yours:

  1. python -m cnnviz.training fetch-irmas --out irmas       downloads it; or use your own copy
  2. python -m cnnviz.training fit --collection irmas/IRMAS-TrainingData --out models/mine
  3. python -m cnnviz.training evaluate --network models/mine --collection irmas --split test
                                        --json models/mine/results_irmas.json

With recordings of your own, listed in a manifest (columns path, labels, split, source, recording
and kind): `fit --collection MANIFEST.csv`, or, where they are few or notes only, from clips that
are rendered with them (below). Rows whose split is "train" or empty are learned from; those of
"validation" validate `fit`, which draws some of the others where there are none; rows of any other
split are left out. So clips to test with need a split of their own, such as "check".

  1. python -m cnnviz.training check    MANIFEST                 checks every line
  2. python -m cnnviz.training render   MANIFEST --out work      training clips and a held-out set;
                                        --backing BACKING        with recorded accompaniments
  3. python -m cnnviz.training fit      --collection work --out models/mine
  4. python -m cnnviz.training evaluate --network models/mine --collection MANIFEST --split check
                                        --baseline work --json models/mine/results.json

Without a manifest, `render --out work` uses soundfonts alone.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from cnnviz.errors import BadInput
from cnnviz.training import commands

EVALUATE = """\
How often a network is right about a collection, class by class, with intervals over recordings.

For clips of your own, list them in a CSV, from a spreadsheet or by hand:

    path,labels,recording
    clips/bow 1.wav,violin,first take
    clips/bow 2.wav,violin,first take
    clips/duo.m4a,Flute + acoustic guitar,duo

  python -m cnnviz.training evaluate --network models/han2016 --collection mine.csv
                                     --json models/han2016/results_mine.json --clips judged.csv

path       from the CSV's own folder; any sound that the app opens, up to ten minutes
labels     codes or names (vio, Violin), several joined by + , ; or space
recording  optional: clips of one recording share it, and intervals are over recordings; without it
           every clip counts as a recording of its own, and intervals are too narrow if it is not

The separator may be comma, semicolon or tab, the encoding UTF-8, UTF-16 or Windows-1252.

--clips has the columns path, labels, recording; top (the class with the highest score); right (1 if
top is one of the labels, else 0); named (the classes whose score reaches the network's threshold);
and a column for the score of each class: of --network, not of what it is compared with. Where a
path or recording begins with = + - or @, which a spreadsheet would compute, a ' stands before it.

Every other system whose score of each clip is known (judged now, or kept with its scores by --keep)
is compared with --network: a column and `differences` in --json hold network − system, with 95 %
intervals of the differences in the same bootstrap draws of recordings (paired). Recordings are
drawn for those with the same labels, so that every class is in every draw. Nothing of five
recordings or fewer has an interval.

The threshold is the one in the network's card. `fit` chooses it on clips that validate; chosen on
clips with one label each, as IRMAS's training data has, it may not suit test clips with several.
"""

FONTS = ("fluid", "musescore", "timgm", "generaluser")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a `BadInput` is printed as it is, with exit status 2. Ctrl-C gives 130."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # no news of missing GPUs
    given = parser().parse_args(arguments)
    try:
        given.run(given)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130  # as shells count an interrupt
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
    verb.set_defaults(run=commands.samples)

    verb = verbs.add_parser("recordings", help="cut the app's recordings out of longer ones")
    verb.add_argument("source", type=Path, help="folder of sounds with a SAMPLES.csv")
    verb.add_argument("--out", type=Path, default=Path("sample_audio/recordings"))
    verb.set_defaults(run=commands.recordings)

    verb = verbs.add_parser("mark", help="note what a network names in the app's clips")
    verb.add_argument("--network", type=Path, required=True)
    verb.add_argument("--samples", type=Path, default=Path("sample_audio"))
    verb.set_defaults(run=commands.mark)

    verb = verbs.add_parser("render", help="render training shards and the held-out clips")
    verb.add_argument("manifests", type=Path, nargs="*", metavar="manifest",
        help="your recordings; none: soundfonts")  # fmt: skip
    verb.add_argument("--out", type=Path, required=True)
    verb.add_argument("--backing", type=Path, help="a CSV of recorded accompaniments (columns "
        "path and recording): three of four are taken from it, the others and those of the "
        "held-out clips are rendered; none: all are")  # fmt: skip
    verb.add_argument("--held-out", type=Path, help="a file with names of recordings, one a line: "
        "never learned from, but for the held-out clips")  # fmt: skip
    verb.add_argument("--held-out-backing", type=Path, help="likewise of accompaniments: in no "
        "clip, but for those of `produce`")  # fmt: skip
    verb.add_argument("--shards", type=int, default=100, help="of 264 clips each (default 100)")
    verb.add_argument("--held-clips", type=int, default=440)
    verb.add_argument("--fonts", nargs="+", default=FONTS)
    verb.add_argument("--held-font", default="csound")
    verb.add_argument("--workers", type=int, default=2)
    verb.add_argument("--unmastered", action="store_true", help="leave out compressor, limiter, "
        "equaliser and codec, to learn what they bring")  # fmt: skip
    verb.add_argument("--seed", type=int, default=20)
    verb.set_defaults(run=commands.render)

    verb = verbs.add_parser("produce", help="make a test of clips as they sound in produced music")
    verb.add_argument("collection", type=Path, help="of clips never learned from")
    verb.add_argument("--split", help="take only the lines with this in the column split")
    verb.add_argument("--backing", type=Path, required=True, help="a CSV of accompaniments")
    verb.add_argument("--held-out-backing", type=Path, required=True, help="a file with names of "
        "accompaniments, one a line, to put behind the clips")  # fmt: skip
    verb.add_argument("--out", type=Path, required=True)
    verb.add_argument("--over-db", type=float, nargs=2, default=(12.0, 22.0), help="from and to "
        "which level a clip stands over its accompaniment (default 12 22)")  # fmt: skip
    verb.add_argument("--seed", type=int, default=7)
    verb.set_defaults(run=commands.produce)

    _add_fit(verbs)

    _add_evaluate(verbs)

    verb = verbs.add_parser("fetch-irmas", help="download and validate IRMAS through mirdata")
    verb.add_argument("--out", type=Path, required=True)
    verb.set_defaults(run=commands.fetch_irmas)
    return top


FIT = """\
Learn from a collection and write a network folder that the app and `evaluate` take as it is.

  python -m cnnviz.training fit --collection IRMAS-TrainingData --out models/mine

The collection is IRMAS as its authors distribute it (only its training data is learned from), a
manifest CSV with recordings of your own, or a folder that `render` wrote. Each clip is cut into
windows of one second that do not overlap, all with the clip's label. Recordings are kept apart:
those that validate, 15 % of each instrument's clips, are not learned from.

The recipe is that of Han, Kim & Lee 2016 (arXiv 1605.09507): Adam at 0.001, batches of 128, dropout
0.25 and 0.5, categorical cross-entropy, stopping early on the validation loss. It departs from it
where the paper leaves room or its way would flatter:
  - validation is drawn by whole recordings, so that no clip's neighbour is learned from;
  - input is standardised with mean and deviation of the training clips (with --start-from, of
    those of that network), as the app does;
  - the network of the epoch with the least validation loss is kept, not the last;
  - its scores are calibrated on the validation clips: one scale and one shift for all classes;
  - thresholds for S1 and S2 are the best on the validation clips, not on the testing data; chosen
    on clips with one label each, they may not suit testing clips with several.
Rendered clips have a recipe of their own: batch normalisation, a rate that rises and falls,
averaged weights, bfloat16.

Ctrl-C writes a checkpoint and stops; so does being cut off, which loses at most five minutes.
The same command with --resume goes on.
"""


def _add_fit(verbs: Any) -> None:
    verb = verbs.add_parser(
        "fit",
        help="learn, or go on learning; write a network folder",
        description=FIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = verb.add_argument
    add("--collection", type=Path, required=True, help="IRMAS, a manifest, or what `render` wrote")
    add("--out", type=Path, required=True, help="the network's folder; its name is the network's")
    add("--title", default="", help="what the app calls the network (default: its architecture and "
        "the collection's name)")  # fmt: skip
    add("--resume", action="store_true", help="go on where a run into --out was cut off")
    add("--start-from", type=Path, help="begin with the weights of the network in this folder; "
        "what it learned from must not validate, which is checked where its record names "
        "recordings (default: random weights)")  # fmt: skip
    add("--validation", type=_share, default=0.15, help="share of the clips (default 0.15)")
    add("--epochs", type=_whole, help="at most (default 100; rendered clips 8)")
    add("--minutes", type=float, help="at most (default: no limit); breaks do not count")
    add("--patience", type=int, help="epochs without a lower validation loss before learning "
        "stops (default 2; 0 for rendered clips: never)")  # fmt: skip
    add("--batch", type=_whole, help="windows in a step (default 128; rendered clips 32)")
    add("--learning-rate", dest="rate", type=float, help="of Adam (default 0.001; rendered 0.002)")
    add("--seed", type=int, default=1, help="of split, weights and order (default 1)")
    add("--architecture", help="a name in cnnviz/training/architecture.py (default han2016)")
    add("--cache", type=Path, help="keep decoded clips in this folder, 443 MB for IRMAS, for later "
        "runs (default: in --out until the run is over)")  # fmt: skip
    add("--recipe", type=json.loads, help='how rendered clips are changed, such as {"masks": 0}')
    add("--normalised", action=argparse.BooleanOptionalAction, help="learn with batch "
        "normalisation, which is folded in at the end (default: for rendered clips)")  # fmt: skip
    add("--average", type=_momentum, help="momentum of the running average of the weights that "
        "is kept; 0 keeps the last weights (default 0; rendered clips 0.998)")  # fmt: skip
    add("--precision", choices=("float32", "mixed_bfloat16"), help="of the computations (default "
        "float32; rendered clips mixed_bfloat16, as processors with AVX-512 BF16 are quicker "
        "with it)")  # fmt: skip
    verb.set_defaults(run=commands.fit)


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"must lie between 0 and 1, but is {text}")
    return value


def _momentum(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"must be 0 or more and less than 1, but is {text}")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, but is {text}")
    return value


def _add_evaluate(verbs: Any) -> None:
    verb = verbs.add_parser(
        "evaluate",
        help="how often a network is right about a collection, and about which clips",
        description=EVALUATE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("--network", type=Path, required=True, help="its folder, as models/han2016")
    verb.add_argument(
        "--collection",
        type=Path,
        required=True,
        help="a CSV, a folder with a manifest.csv, or a folder of IRMAS",
    )
    verb.add_argument("--split", help="evaluate only the lines with this in the column split")
    verb.add_argument(
        "--name", help="what the table and the app call the collection (its file's name)"
    )
    verb.add_argument(
        "--json",
        type=Path,
        help="write the results; the app lists every results*.json in the network's folder",
    )
    verb.add_argument("--clips", type=Path, help="write a CSV with one line for each clip")
    verb.add_argument(
        "--portable",
        action="store_true",
        help="leave out of --json in which folder the sounds lie; the app then plays those alone "
        "that are among its samples or in CNNVIZ_IRMAS",
    )
    verb.add_argument(
        "--also",
        nargs="*",
        default=[],
        metavar="[NAME=]FOLDER",
        help="further network folders to compare with, under the names in their cards or NAME",
    )
    verb.add_argument(
        "--baseline",
        type=Path,
        help="also evaluate an SVM on MFCCs that learns from the clips in this folder, which "
        "`render` wrote",
    )
    verb.add_argument(
        "--baseline-clips",
        type=int,
        default=6000,
        help="how many clips the baseline learns from (default 6000)",
    )
    verb.add_argument(
        "--keep",
        type=Path,
        help="a results*.json of the same clips: keep the figures of systems that are in it and "
        "not evaluated now",
    )
    verb.set_defaults(run=commands.evaluate)


if __name__ == "__main__":
    sys.exit(main())
