"""Round numbers for axes, and how numbers are written: those of the stage's `axes.mjs`."""

import math

import numpy as np
from numpy.typing import NDArray

from cnnviz.export.looks import LOOKS

AXES, NUMBERS = LOOKS["axes"], LOOKS["numbers"]


def time_ticks(start_s: float, end_s: float, *, room: float) -> list[float]:
    """Return round moments between two times, at most `room` of them."""
    steps = AXES["time_steps_s"]
    step = next((step for step in steps if (end_s - start_s) / step <= room), steps[-1])
    first = math.ceil(start_s / step - 1e-9)
    return [round(n * step, 2) for n in range(first, math.floor(end_s / step + 1e-9) + 1)]


def band_of(mel_hz: NDArray[np.float64], hz: float) -> float:
    """Return a frequency's place among the mel bands, a fraction between two centres."""
    return float(np.interp(hz, mel_hz, np.arange(len(mel_hz))))


def mel_ticks(mel_hz: NDArray[np.float64], *, apart: float) -> list[tuple[float, str]]:
    """Return (band, text) of round frequencies, none nearer to another than `apart` bands."""
    ticks: list[tuple[float, str]] = []
    for hz in AXES["round_hz"]:  # where there is no room for all, the first ones stay
        if not mel_hz[0] <= hz <= mel_hz[-1]:
            continue
        band = band_of(mel_hz, hz)
        if all(abs(band - other) >= apart for other, _ in ticks):
            ticks.append((band, str(hz) if hz < 1000 else f"{hz // 1000}k"))
    return sorted(ticks)


def number_text(value: float) -> str:
    """Return an activation in three figures."""
    if value == 0:
        return "0"
    size = abs(value)
    least, most = NUMBERS["scientific"]
    if least <= size < most:
        whole = math.floor(math.log10(size)) + 1
        text = f"{size:.{max(0, min(NUMBERS['decimals'], NUMBERS['figures'] - whole))}f}"
    else:
        mantissa, exponent = f"{size:.1e}".split("e")
        text = f"{mantissa}e{int(exponent):+d}"
    return NUMBERS["minus"] + text if value < 0 else text


def end_text(sign: str, value: float, share: float | None) -> str:
    """Return the end of a colour bar: its number, and with cells beyond it, their share."""
    if share is None:
        return number_text(value)
    percent = "< 0.1 %" if 0 < share < 0.0005 else f"{math.floor(1000 * share + 0.5) / 10:.1f} %"
    return f"{sign} {number_text(value)} · {percent if share else 'padding only'}"


def seconds_text(time_s: float) -> str:
    """Return a moment on an axis: "0.5 s", "2 s"."""
    return f"{time_s:g} s"
