"""From the bytes of a sound file to a waveform.

decoding    checks a file, decodes it, mixes it down, resamples it: a `Waveform` or one sentence
containers  what kind of file some bytes are, and whether it is whole
mpeg        how long an MP3 really is
mp4         AAC and ALAC in MP4 files, decoded by PyAV
"""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
