"""Render sample_audio/ again from the seeds in `cnnviz.training.samples`, byte for byte.

Needs FluidSynth, pyfluidsynth and the soundfonts named in sample_audio/README.md.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cnnviz.training import samples  # noqa: E402  (the package is not installed)


def main() -> None:
    """Render into the folder given, sample_audio/ unless told otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "sample_audio")
    written = samples.write(parser.parse_args().folder)
    print(f"{len(written)} clips in {written[0].parent}")


if __name__ == "__main__":
    main()
