"""The page with a network that takes as long to load as a test wants it to.

It is there once the file named by `CNNVIZ_TEST_GO` is there.
"""

import os
import runpy
import time
from pathlib import Path

from cnnviz.networks import keras_network

ROOT = Path(__file__).parents[2]
GO = Path(os.environ["CNNVIZ_TEST_GO"])


def held_back(folder, *, load=keras_network.load):
    """Load the network, but not before the file is there."""
    while not GO.exists():
        time.sleep(0.1)
    return load(folder)


# The script runs anew at every visit; the module stays as it was left.
if keras_network.load.__name__ != held_back.__name__:
    keras_network.load = held_back
runpy.run_path(str(ROOT / "streamlit_app.py"), run_name="__main__")
