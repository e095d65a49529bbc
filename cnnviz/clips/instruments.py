"""The eleven instruments of IRMAS, in the order of the network's outputs.

**Conventions**: a *code* is IRMAS's three-letter name; a prediction vector has one value per code,
in the order of `CODES`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """One class of the network.

    Attributes
    ----------
    code : str
        Three letters, as in the file names of IRMAS.
    name : str
        What a person calls it.
    """

    code: str
    name: str


# Codes and order: Bosch et al., "A comparison of sound segregation techniques for predominant
# instrument recognition in musical audio signals", ISMIR 2012 (the IRMAS data set), alphabetical.
INSTRUMENTS = (
    Instrument("cel", "cello"),
    Instrument("cla", "clarinet"),
    Instrument("flu", "flute"),
    Instrument("gac", "acoustic guitar"),
    Instrument("gel", "electric guitar"),
    Instrument("org", "organ"),
    Instrument("pia", "piano"),
    Instrument("sax", "saxophone"),
    Instrument("tru", "trumpet"),
    Instrument("vio", "violin"),
    Instrument("voi", "voice"),
)
CODES = tuple(instrument.code for instrument in INSTRUMENTS)
NAMES = {instrument.code: instrument.name for instrument in INSTRUMENTS}
