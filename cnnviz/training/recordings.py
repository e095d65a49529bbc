"""The recordings that travel with the app, cut and levelled out of a folder of longer ones.

**Conventions**: the folder holds sounds and a `SAMPLES.csv` with the columns path, labels (codes
joined by `;`), title, performer, source, licence and licence_evidence. A clip is mono 16-bit FLAC
at 44.1 kHz; `clips.csv` holds a line for each, in `cnnviz.clips.recordings.COLUMNS`. The same
folder gives the same clips, byte for byte on the same versions of NumPy, librosa, soxr and
libsndfile.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr  # type: ignore[import-untyped]

from cnnviz.audio import Float32
from cnnviz.clips.recordings import COLUMNS
from cnnviz.errors import BadInput
from cnnviz.training import passages

SAMPLE_RATE = 44100
ANALYSED_HZ = 22050
ALONE_S, TOGETHER_S = 3.0, 10.0
FADE_IN_S, FADE_OUT_S = 0.01, 0.05
LEVEL_DB, PEAK_DB = -20.0, -1.0  # root mean square aimed at, and highest peak allowed
ANYWHERE = (0.0, float("inf"))


@dataclass(frozen=True)
class Cut:
    """One clip to be cut.

    Attributes
    ----------
    name : str
        Of its file, and the end of its id.
    path : str
        Of the recording, as SAMPLES.csv names it.
    title : str
    seconds : float
    within : tuple of float
        Between which seconds of the recording the clip may begin: where what it is labelled with
        plays, as heard and seen in its spectrogram.
    """

    name: str
    path: str
    title: str
    seconds: float = ALONE_S
    within: tuple[float, float] = ANYWHERE


PLAN = (
    Cut("cello-bach-suite-1", "cel/bach_suite1_prelude_michel.flac",
        "Cello: Bach, Suite 1, Prelude (John Michel)"),
    Cut("cello-phrase", "cel/cello_phrase_serra.flac", "Cello: phrase (Xavier Serra, MTG)"),
    Cut("flute-grieg-morning-mood", "flu/grieg_morning_mood.flac",
        "Flute, orchestra: Grieg, Morning Mood (Musopen Symphony)"),
    Cut("flute-alto-lick", "flu/alto_flute_lick_boulanger.flac",
        "Alto flute: lick (recorded by Richard Boulanger)", 2.9),
    Cut("guitar-crazy-glue", "gac/woodward_crazy_glue_intro.flac",
        "Acoustic guitar: Crazy Glue, intro (Josh Woodward)", within=(0.4, 9.0)),
    Cut("guitar-riff", "gac/berklee_guitar_riff_cutup4.flac",
        "Acoustic guitar: riff (Berklee College of Music)"),
    Cut("electric-guitar-riff", "gel/nam_guitar_di_riff.flac",
        "Electric guitar: riff, direct input (Steven Atkinson)"),
    Cut("electric-guitar-jazz", "gel/jazz_guitar_sub_d.flac", "Electric guitar: jazz (Sub-d)"),
    Cut("electric-guitar-slide", "gel/guitar_slide_suva.flac",
        "Electric guitar: slide lick (Suva)"),
    Cut("organ-bach-toccata", "org/bach_toccata_bwv565_musopen.flac",
        "Organ: Bach, Toccata in D minor (Musopen)", 5.0, (0.1, 1.0)),
    Cut("piano-bach-prelude-in-c", "pia/bach_wtc1_prelude_c_ishizaka.flac",
        "Piano: Bach, Prelude in C (Kimiko Ishizaka)"),
    Cut("piano-joplin-maple-leaf-rag", "pia/joplin_maple_leaf_rag.flac",
        "Piano: Joplin, Maple Leaf Rag (Stefano Ligoratti)"),
    Cut("piano-mozart-k545", "pia/mozart_k545_musopen.flac",
        "Piano: Mozart, Sonata K. 545 (Musopen)"),
    Cut("piano-schumann-traeumerei", "pia/schumann_traumerei_betts.flac",
        "Piano: Schumann, Träumerei (Donald Betts)", within=(5.5, 7.0)),
    Cut("saxophone-phrase", "sax/sax_phrase_serra.flac",
        "Saxophone: phrase (Xavier Serra, MTG)"),
    Cut("saxophone-melody", "sax/sax_iluppai.flac", "Saxophone: melody (iluppai)"),
    Cut("trumpet-solo", "tru/sorohan_solo_trumpet.flac", "Trumpet: solo (Mihai Sorohan)"),
    Cut("trumpet-phrase", "tru/trumpet_dublie.flac", "Trumpet: phrase (dublie)"),
    Cut("violin-bach-sonata-2", "vio/bach_bwv1003_minji_kim_4.flac",
        "Violin: Bach, Sonata 2, Allegro (MinJi Kim)"),
    Cut("violin-vivaldi-summer", "vio/vivaldi_summer_presto_harrison.flac",
        "Violin, strings: Vivaldi, Summer, Presto (John Harrison)"),
    Cut("violins-bumblebee", "vio/bumblebee_strolling_strings.flac",
        "Violins: Rimsky-Korsakov, Bumblebee (USAF Strolling Strings)"),
    Cut("voice-hildegard", "voi/hildegard_o_frondens_kadel.flac",
        "Voice: Hildegard, O frondens virga (Magdalen Kadel)"),
    Cut("voice-lets-go-fishin", "voi/fishin_karissa_hobbs.flac",
        "Voice, band: Let's Go Fishin' (Karissa Hobbs)", within=(0.0, 4.0)),
    Cut("voices-byrd-agnus-dei", "voi/byrd_agnus_dei_morales.flac",
        "Voices: Byrd, Agnus Dei (Ensemble Morales)", TOGETHER_S),
    Cut("cello-piano-the-swan", "cel/saint_saens_the_swan.flac",
        "Cello, piano: Saint-Saëns, The Swan (Colliard, Ligoratti)", TOGETHER_S),
    Cut("flute-saxophone-park-1", "ensemble/jazz_at_the_park_a.flac",
        "Flute, saxophone: Jazz at the Park, 1 (Manwithmetalpig)", TOGETHER_S),
    Cut("flute-saxophone-park-2", "ensemble/jazz_at_the_park_b.flac",
        "Flute, saxophone: Jazz at the Park, 2 (Manwithmetalpig)", TOGETHER_S),
    Cut("big-band-eagle-eyes", "ensemble/airmen_of_note_eagle_eyes.flac",
        "Big band: Eagle Eyes (The Airmen of Note)"),
    Cut("big-band-sheridan-square", "ensemble/airmen_of_note_sheridan_square.flac",
        "Big band: Sheridan Square (The Airmen of Note)"),
    Cut("strings-brahms-hungarian-dance-5", "ensemble/brahms_hungarian_dance_5_army_strings.flac",
        "Strings: Brahms, Hungarian Dance 5 (US Army Strings)", TOGETHER_S),
    Cut("violin-organ-bach-agnus-dei", "ensemble/bach_agnus_dei_violin_organ.flac",
        "Violin, organ: Bach, Agnus Dei (Titiajev, Ostapovych)", TOGETHER_S),
    Cut("voice-violin-organ-bach-agnus-dei", "ensemble/bach_agnus_dei_voice_violin_organ.flac",
        "Voice, violin, organ: Bach, Agnus Dei (Drozd, Titiajev, Ostapovych)", TOGETHER_S,
        (8.0, 10.0)),
    Cut("voice-piano-clara-schumann", "voi/clara_schumann_liebst_du.flac",
        "Voice, piano: C. Schumann, Liebst du um Schönheit (Berard, Lazayre)", TOGETHER_S),
    Cut("voice-guitar-crazy-glue", "voi/woodward_crazy_glue_verse.flac",
        "Voice, guitar: Crazy Glue, verse (Josh Woodward)", TOGETHER_S),
)  # fmt: skip
LICENCES = {
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 3.0": "https://creativecommons.org/licenses/by-sa/3.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "MIT": "https://opensource.org/license/mit",
    "Public Domain": "https://creativecommons.org/publicdomain/mark/1.0/",
    "Public Domain (US federal government work)": "https://www.law.cornell.edu/uscode/text/17/105",
}
SPELT = {"Saint-Saens": "Saint-Saëns", "Traumerei": "Träumerei", "Schonheit": "Schönheit"}
PLACES = (  # what a source names, and the page that it stands on
    (re.compile(r"commons File:([^;]+)"), "https://commons.wikimedia.org/wiki/File:{}"),
    (re.compile(r"freesound (\d+)"), "https://freesound.org/s/{}/"),
    (re.compile(r"github:([\w.-]+/[\w.-]+)"), "https://github.com/{}"),
)


def write(source: Path, out: Path) -> tuple[Path, ...]:
    """Cut every clip of the plan out of `source`; write them and `clips.csv` into `out`.

    Returns
    -------
    tuple of Path
        The clips, in the order of the plan.

    Raises
    ------
    BadInput
        If a recording of the plan is missing from the folder or its SAMPLES.csv, or its line names
        no page.
    ValueError, KeyError
        As `clip`.
    """
    listed = _listed(source)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    with (out / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        lines.writeheader()
        for cut in PLAN:
            y, row = clip(cut, listed[cut.path], source=source)
            path = out / row["file"]
            sf.write(path, y, SAMPLE_RATE, subtype="PCM_16", format="FLAC")
            lines.writerow(row)
            written.append(path)
    return tuple(written)


def _listed(source: Path) -> dict[str, dict[str, str]]:
    try:
        with (source / "SAMPLES.csv").open(newline="", encoding="utf-8") as file:
            rows = {row["path"]: row for row in csv.DictReader(file)}
    except OSError as error:
        raise BadInput(
            f"The recordings must be listed in a SAMPLES.csv, but that of {source} cannot be "
            f"read: {error.strerror}. Name the folder that holds it."
        ) from error
    missing = [c.path for c in PLAN if c.path not in rows or not (source / c.path).is_file()]
    if missing:
        raise BadInput(
            f"{source} must hold every recording of the plan, but it lacks "
            f"{', '.join(missing)}. Add them with their lines in SAMPLES.csv."
        )
    return rows


def clip(cut: Cut, listed: dict[str, str], *, source: Path) -> tuple[Float32, dict[str, str]]:
    """Return a clip's sound at `SAMPLE_RATE` and its line of clips.csv.

    Parameters
    ----------
    cut : Cut
    listed : dict of str
        The recording's line of SAMPLES.csv.
    source : Path
        The folder of both.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], float32
        Mono, at `SAMPLE_RATE`.
    dict of str
        One value for each of `COLUMNS`. A note in licence_evidence that the recording is one that
        the project evaluates with, which begins with "; in the project", is left out.

    Raises
    ------
    BadInput
        If the line names no page, see `page_of`.
    ValueError
        If the recording has no onset where the plan looks for one, see `passages.choose`.
    KeyError
        If the licence is not in `LICENCES`.
    """
    stereo, rate = sf.read(source / cut.path, dtype="float32", always_2d=True)
    y = stereo.mean(axis=1)
    analysed = soxr.resample(y, rate, ANALYSED_HZ)
    passage = passages.choose(analysed, ANALYSED_HZ, seconds=cut.seconds, within=cut.within)
    start = round(passage.start_s * rate)
    part = y[start : start + round(cut.seconds * rate)]
    if rate != SAMPLE_RATE:
        part = soxr.resample(part, rate, SAMPLE_RATE)
    mixed = ", mixed to mono" if stereo.shape[1] > 1 else ""
    return levelled(faded(part)), {
        "file": f"{cut.name}.flac",
        "title": cut.title,
        "labels": listed["labels"].replace(";", "+"),
        "seconds": f"{cut.seconds:g}",
        "work": spelt(listed["title"]),
        "performer": listed["performer"],
        "source": listed["source"],
        "source_url": page_of(listed["source"]),
        "licence": listed["licence"],
        "licence_url": LICENCES[listed["licence"]],
        "evidence": listed["licence_evidence"].partition("; in the project")[0],
        "changes": f"cut{mixed}, levelled, ends faded",
        "start_s": f"{passage.start_s:.2f}",
    }


def faded(y: Float32) -> Float32:
    """Return a sound that begins and ends at zero.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono, at `SAMPLE_RATE`.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], float32
    """
    n_in, n_out = round(FADE_IN_S * SAMPLE_RATE), round(FADE_OUT_S * SAMPLE_RATE)
    ramp = np.ones(len(y), dtype=np.float32)
    ramp[:n_in] = np.linspace(0, 1, n_in)
    ramp[-n_out:] = np.linspace(1, 0, n_out)
    return np.asarray(y * ramp, dtype=np.float32)


def levelled(y: Float32) -> Float32:
    """Return a sound with its root mean square at `LEVEL_DB`, or its peak at `PEAK_DB`.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Not silent.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], float32
    """
    to_level = 10 ** (LEVEL_DB / 20) / float(np.sqrt(np.mean(y**2, dtype=np.float64)))
    to_peak = 10 ** (PEAK_DB / 20) / float(np.max(np.abs(y)))
    return np.asarray(y * min(to_level, to_peak), dtype=np.float32)


def page_of(source: str) -> str:
    """Return the address of the page that a source names, most telling first.

    Raises
    ------
    BadInput
        If it names none of `PLACES`.
    """
    for pattern, address in PLACES:
        if match := pattern.search(source):
            return address.format(match[1].strip().replace(" ", "_"))
    raise BadInput(f"A source must name a page, but “{source}” names none. Correct SAMPLES.csv.")


def spelt(work: str) -> str:
    """Return a work's name with the letters that ASCII lacks."""
    for plain, right in SPELT.items():
        work = work.replace(plain, right)
    return work
