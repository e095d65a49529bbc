"""Eight-bit codes of an array with one range for all of it."""

import numpy as np
from numpy.typing import NDArray

from cnnviz.audio import Float32
from cnnviz.networks.outputs import CODES_MAX


def quantise(values: Float32) -> tuple[NDArray[np.uint8], float, float]:
    """Return an array's codes with the values of code 0 and code 255."""
    low, high = float(values.min()), float(values.max())
    step = (high - low) / CODES_MAX or 1.0
    return np.rint((values.astype(np.float64) - low) / step).astype(np.uint8), low, high
