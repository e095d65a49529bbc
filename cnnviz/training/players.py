"""What each instrument can play, and which General MIDI sounds stand for it.

**Conventions**: pitches are MIDI note numbers (60 is middle C, 261.6 Hz), programs are General MIDI
numbers counted from 0.
"""

from dataclasses import dataclass

from cnnviz.clips.instruments import CODES


@dataclass(frozen=True)
class Player:
    """One of the eleven instruments as a musician sees it.

    Attributes
    ----------
    programs : tuple of int
        General MIDI programs that sound like it.
    low, high : int
        Range in which tunes for it usually lie, as MIDI notes.
    manners : tuple of str
        Ways of playing, names of functions in `cnnviz.training.score`.
    sustained : bool
        Bowed, blown or sung: notes swell and may carry vibrato.
    """

    programs: tuple[int, ...]
    low: int
    high: int
    manners: tuple[str, ...]
    sustained: bool


# Ranges: the comfortable part of each range in Adler, "The Study of Orchestration", 3rd ed.
PLAYERS = {
    "cel": Player((42,), 36, 72, ("song", "lyrical", "lively", "staccato"), True),
    "cla": Player((71,), 50, 86, ("song", "lyrical", "lively", "staccato"), True),
    "flu": Player((73,), 60, 93, ("song", "lyrical", "lively", "staccato"), True),
    "gac": Player((24, 25), 40, 79, ("strum", "picking", "song", "chords"), False),
    "gel": Player((26, 27, 28, 29, 30), 40, 84, ("riff", "strum", "lively", "song"), False),
    "org": Player((16, 17, 18, 19), 43, 84, ("chords", "hymn", "riff", "song"), False),
    "pia": Player((0, 1, 2), 33, 91, ("accompanied_song", "chords", "picking", "lively"), False),
    "sax": Player((64, 65, 66, 67), 46, 80, ("song", "lively", "lyrical", "staccato"), True),
    "tru": Player((56, 59), 54, 82, ("song", "lively", "lyrical", "staccato"), True),
    "vio": Player((40,), 55, 93, ("song", "lyrical", "lively", "staccato"), True),
    "voi": Player((52, 53, 54), 48, 79, ("song", "lyrical"), True),
}
if tuple(PLAYERS) != CODES:
    raise AssertionError("every instrument of the network has a player, in the network's order")

# What plays behind: (programs, role in the accompaniment, None = the roles' own choice of octave).
BASSES = (32, 33, 34, 35, 36, 38)
PADS = (48, 49, 50, 51, 88, 89, 91, 94, 61, 62, 60, 4, 5, 11, 46)
COMPERS = (0, 1, 4, 5, 11, 24, 25, 26, 27, 16, 21, 46, 12, 45)
