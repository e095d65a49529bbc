"""The shipped network's answer to one sample, as `scripts/make_golden.py` wrote it down."""

import numpy as np
import pytest

from cnnviz.clips.clip import open_clip
from cnnviz.networks.keras_network import load
from scripts.make_golden import CLIP, GOLDEN, ROOT, answer
from tests import rounding

pytestmark = pytest.mark.kernels


@pytest.fixture(scope="module")
def found():
    return answer()


@pytest.fixture(scope="module")
def golden():
    with np.load(GOLDEN) as file:
        return dict(file)


@pytest.fixture(scope="module")
def network():
    return load(ROOT / "models" / "han2016")


@pytest.fixture(scope="module")
def log_mel_bound(network):
    front_end, path = network.card.front_end, ROOT / "sample_audio" / f"{CLIP}.flac"
    clip = open_clip(path, id=CLIP, title=CLIP, name=CLIP, front_end=front_end)
    return 2 * rounding.of_log_mel(front_end, clip.y, roundings=5)  # one more for the resampler


@pytest.fixture(scope="module")
def share(network, log_mel_bound, golden):
    """What rounding changes in any layer, as a share of its largest activation."""
    # a filter sums many cells of the input, so that their root mean square counts
    of_input = np.sqrt(np.mean(log_mel_bound**2)) / np.abs(golden["log_mel"]).max()
    return 2 * rounding.likely_share(network.model) + of_input


def test_the_same_things_are_answered(found, golden):
    assert {k: v.shape for k, v in found.items()} == {k: v.shape for k, v in golden.items()}


def test_the_log_mel_is_the_same(found, golden, log_mel_bound):
    rounding.assert_within(found["log_mel"], golden["log_mel"], log_mel_bound)


def test_the_predictions_are_the_same(found, golden, share):
    rounding.assert_within(found["predictions"], golden["predictions"], share)


def test_the_activations_are_the_same(found, golden, share):
    for key in golden.keys() - {"log_mel", "predictions"}:
        bound = share * np.abs(golden[key]).max()
        rounding.assert_within(found[key], golden[key], bound)
