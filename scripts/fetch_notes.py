"""Fetch single notes under free licences, as a manifest to render training clips with.

    python scripts/fetch_notes.py --out notes        writes notes/manifest.csv

From npm: tonejs-instruments (CC BY 3.0), and alphaTab for its Sonivox soundfont (Apache-2.0). From
Debian: freepats, patches for the Gravis Ultrasound (GPL-2 with an exception for music). Needs npm,
apt-get and dpkg, FluidSynth, and what cnnviz/training/requirements.txt names.
"""

import argparse
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import fluidsynth
import librosa
import numpy as np
import soundfile as sf
import soxr
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cnnviz.audio.decoding import decode  # noqa: E402  (the package is not installed)
from cnnviz.training.collection import Item, write_manifest  # noqa: E402
from cnnviz.training.players import PLAYERS  # noqa: E402

Sound = NDArray[np.floating]
SAMPLE_RATE = 22050
TONEJS = {"organ": "org", "clarinet": "cla", "flute": "flu", "guitar-nylon": "gac"}
CODE_OF = {program: code for code, player in PLAYERS.items() for program in player.programs}
VOICES = (52, 53, 54)  # choirs: a soundfont has enough of them
DECAYING = ("gac", "gel", "pia")
LOOPED_S = 2.5


def tonejs(folder: Path) -> Iterator[tuple[str, str, Sound]]:
    """Yield name, code and sound of every note of four instruments."""
    for name, code in TONEJS.items():
        package = _unpacked(folder, f"tonejs-instrument-{name}-mp3")
        for path in sorted(package.glob("*.mp3")):
            y = decode(path, name=path.name, sample_rate=SAMPLE_RATE, max_s=60, min_s=0.0).y
            y, _ = librosa.effects.trim(y, top_db=50)
            yield f"{name}_{path.stem}", code, y[: SAMPLE_RATE * 8]


def freepats(folder: Path) -> Iterator[tuple[str, str, Sound]]:
    """Yield name, code and sound of every sample of every patch that sounds like an instrument."""
    subprocess.run(["apt-get", "download", "freepats"], cwd=folder, check=True)
    (package,) = folder.glob("freepats_*.deb")
    subprocess.run(["dpkg", "-x", package, folder / "freepats"], check=True)
    for path in sorted(folder.glob("freepats/**/Tone_000/*.pat")):
        code = CODE_OF.get(program := int(path.name[:3]))
        if code is None or program in VOICES:
            continue
        for index, (rate, x) in enumerate(_samples(path.read_bytes())):
            if len(x) < 0.15 * rate or not x.any():
                continue
            y = soxr.resample(x, rate, SAMPLE_RATE)
            if code in DECAYING:  # a patch leaves the decay to whoever plays it
                y = y * np.exp(-np.arange(len(y)) / SAMPLE_RATE * (0.2 if program > 28 else 0.8))
            fade = min(len(y), SAMPLE_RATE // 20)
            y[-fade:] *= np.linspace(1, 0, fade)
            yield f"{program:03d}_{index}", code, y


def _samples(patch: bytes) -> Iterator[tuple[int, Sound]]:
    """Yield rate and sound of each sample of a GF1 patch; loops go on for `LOOPED_S`."""
    n_samples, at = patch[198], 239
    for _ in range(n_samples):
        size, begin, end, rate = struct.unpack_from("<IIIH", patch, at + 8)
        mode = patch[at + 55]
        width, unsigned, looped, there_and_back = (mode & bit for bit in (1, 2, 4, 8))
        kind = ("<u2" if unsigned else "<i2") if width else ("u1" if unsigned else "i1")
        data = patch[at + 96 : at + 96 + size]
        x = np.frombuffer(data[: len(data) // 2 * 2] if width else data, kind).astype(np.float64)
        x -= (32768 if width else 128) * bool(unsigned)
        begin, end = (begin // 2, end // 2) if width else (begin, end)
        if looped and end - begin > 64 and end <= len(x):
            loop, wanted = x[begin:end], int(LOOPED_S * rate)
            loop = np.concatenate([loop, loop[::-1]]) if there_and_back else loop
            times = max(0, (wanted - end) // len(loop) + 1)
            x = np.concatenate([x[:end], *[loop] * times])[: max(wanted, end)]
        yield rate, x
        at += 96 + size


def sonivox(folder: Path) -> Iterator[tuple[str, str, Sound]]:
    """Yield name, code and sound of notes of every program, six semitones apart."""
    font = _unpacked(folder, "@coderline/alphatab@1.8.4") / "dist" / "soundfont" / "sonivox.sf2"
    quiet = {"synth.reverb.active": 0, "synth.chorus.active": 0}
    synth = fluidsynth.Synth(gain=0.8, samplerate=SAMPLE_RATE, **quiet)
    loaded = synth.sfload(str(font))
    for program, code in CODE_OF.items():
        if program in VOICES:
            continue
        synth.program_select(0, loaded, 0, program)
        for key in range(PLAYERS[code].low, PLAYERS[code].high + 1, 6):
            synth.noteon(0, key, 100)
            held = synth.get_samples(round(2.2 * SAMPLE_RATE))
            synth.noteoff(0, key)
            left = synth.get_samples(SAMPLE_RATE // 2)
            synth.get_samples(2 * SAMPLE_RATE)  # until the note has died away
            y = np.concatenate([held, left]).reshape(-1, 2).mean(axis=1)
            yield f"{program:03d}_{key}", code, y


def _unpacked(folder: Path, package: str) -> Path:
    """Fetch a package from npm and return the folder with its files."""
    run = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    place = folder / run.stdout.split()[-1].removesuffix(".tgz")
    place.mkdir()
    subprocess.run(["tar", "xzf", f"{place}.tgz", "-C", place], check=True)
    return place / "package"


def main() -> None:
    """Write the notes as FLAC, and their manifest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    items = []
    with tempfile.TemporaryDirectory() as folder:
        for source in (tonejs, freepats, sonivox):
            for name, code, y in source(Path(folder)):
                path = out / f"{source.__name__}_{name}.flac"
                sf.write(path, 0.9 * y / np.abs(y).max(), SAMPLE_RATE)
                recording = f"{source.__name__}:{name.split('_')[0]}"
                items.append(Item(path, (code,), "train", source.__name__, recording, "note"))
    write_manifest(out / "manifest.csv", items)
    print(f"{len(items)} notes in {out / 'manifest.csv'}")


if __name__ == "__main__":
    main()
