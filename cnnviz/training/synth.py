"""Notes to sound with FluidSynth and the free soundfonts that Debian packages.

**Conventions**: sound is float32 mono at `Band.sample_rate`; General MIDI programs count from 0; a
soundfont is named by the key it has in `SOUNDFONTS`.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fluidsynth
import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import BadInput
from cnnviz.training.score import Part

# Events are moved to FluidSynth's own block, so that a clip does not depend on what was played
# before it: the same notes give the same samples.
BLOCK = 64
FLUSH_BLOCKS = 32
SF2 = Path("/usr/share/sounds/sf2")
# name: (file, Debian package, licence as its /usr/share/doc/<package>/copyright states it)
SOUNDFONTS = {
    "fluid": (SF2 / "FluidR3_GM.sf2", "fluid-soundfont-gm", "MIT"),
    "musescore": (
        SF2 / "MuseScore_General_Full.sf2",
        "musescore-general-soundfont-lossless",
        "MIT, parts CC0 or public domain",
    ),
    "timgm": (SF2 / "TimGM6mb.sf2", "timgm6mb-soundfont", "GPL-2"),
    "generaluser": (
        Path("/usr/share/minuet/soundfonts/GeneralUser-v1.47.sf2"),
        "minuet-data",
        "GPL-2 or GPL-3",
    ),
    "csound": (SF2 / "sf_GMbank.sf2", "csound-soundfont", "public domain"),
}

_write_float = fluidsynth._fl.fluid_synth_write_float  # pyfluidsynth wraps only the dithered 16 bit
_write_float.restype = ctypes.c_int
_write_float.argtypes = [ctypes.c_void_p, ctypes.c_int] + [
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_int,
] * 2


@dataclass(frozen=True)
class Voice:
    """One part with the sound that plays it.

    Attributes
    ----------
    program : int
        General MIDI program; -1 is the drum kit.
    level : float
        0 to 1, the channel's volume.
    vibrato : float
        0 to 1, depth on the longer notes.
    tuning : float
        Semitones away from 440 Hz tuning, within a half.
    swell : float
        0 to 1, how far notes fade in and out within a phrase.
    """

    notes: Part
    program: int
    level: float = 0.8
    vibrato: float = 0.0
    tuning: float = 0.0
    swell: float = 0.0


class Band:
    """A synthesiser with one soundfont, kept loaded between clips."""

    def __init__(self, font: str, *, sample_rate: int = 44100) -> None:
        path, package, _ = SOUNDFONTS[font]
        if not path.exists():
            raise BadInput(f"soundfont {path} is missing. Install it: apt-get install {package}")
        self.sample_rate = sample_rate
        options: dict[str, Any] = {
            "synth.reverb.active": 0,
            "synth.chorus.active": 0,
            "synth.cpu-cores": 1,
            # Only the samples of the programs in use are read: half a gigabyte need not be.
            "synth.dynamic-sample-loading": 1,
        }
        self._synth = fluidsynth.Synth(gain=0.5, samplerate=sample_rate, channels=16, **options)
        self._font = self._synth.sfload(str(path))

    def play(self, voices: tuple[Voice, ...], *, seconds: float) -> NDArray[np.float32]:
        """Render parts together.

        Parameters
        ----------
        voices : tuple of Voice
            At most fifteen, and one drum kit.
        seconds : float
            Length; what sounds on beyond is cut.

        Returns
        -------
        np.ndarray [shape=(round(seconds * sample_rate),)], float32
        """
        synth = self._synth
        synth.system_reset()
        # The reset lets notes ring out: run until the last has left the mixer.
        flushed = np.zeros((2, FLUSH_BLOCKS * BLOCK), dtype=np.float32)
        while synth.get_active_voice_count():
            self._write(flushed[0], flushed[1], 0, FLUSH_BLOCKS * BLOCK)
        events: list[tuple[int, int, Any]] = []
        channels = [c for c in range(16) if c != 9]
        for voice in voices:
            drum = voice.program < 0
            channel = 9 if drum else channels.pop(0)
            synth.program_select(
                channel, self._font, 128 if drum else 0, 0 if drum else voice.program
            )
            synth.cc(channel, 7, round(127 * voice.level))
            synth.pitch_bend(channel, round(4096 * voice.tuning))
            for note in voice.notes:
                events += self._events(note, channel, voice)
        n_samples = round(seconds * self.sample_rate)
        events.sort(key=lambda event: event[:2])
        return self._run(events, n_samples)

    def _events(self, note: Any, channel: int, voice: Voice) -> list[tuple[int, int, Any]]:
        """Return what happens during one note as (block, order, action)."""
        synth, rate = self._synth, self.sample_rate / BLOCK
        start, length = max(0, round(note.start_s * rate)), max(4, round(note.duration_s * rate))
        key, velocity = round(note.pitch), note.velocity
        events: list[tuple[int, int, Any]] = [
            (start, 1, lambda: synth.noteon(channel, key, velocity)),
            (start + length, 0, lambda: synth.noteoff(channel, key)),
        ]
        if note.duration_s > 0.3 and voice.vibrato:
            depth = round(110 * voice.vibrato)
            events += [
                (start, 0, lambda: synth.cc(channel, 1, 0)),
                (start + length // 3, 2, lambda: synth.cc(channel, 1, depth)),
            ]
        if voice.swell and note.duration_s > 0.25:
            for i in range(9):
                rise = np.sin(np.pi * (i + 1) / 10)
                value = round(127 * (1 - voice.swell * (1 - rise)))
                events.append((start + length * i // 9, 0, _setter(synth, channel, value)))
        return events

    def _run(self, events: list[tuple[int, int, Any]], n_samples: int) -> NDArray[np.float32]:
        n_blocks = -(-n_samples // BLOCK)
        left, right = np.zeros((2, n_blocks * BLOCK), dtype=np.float32)
        done = 0
        for block, _, action in [*events, (n_blocks, 9, lambda: None)]:
            until = min(block, n_blocks)
            if until > done:
                self._write(left, right, done * BLOCK, (until - done) * BLOCK)
                done = until
            if block >= n_blocks:
                break
            action()
        return (0.5 * (left + right))[:n_samples]

    def _write(self, left: Any, right: Any, start: int, n: int) -> None:
        _write_float(self._synth.synth, n, left.ctypes.data, start, 1, right.ctypes.data, start, 1)


def _setter(synth: Any, channel: int, value: int) -> Any:
    return lambda: synth.cc(channel, 11, value)
