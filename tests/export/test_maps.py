import numpy as np
import pytest

from cnnviz.export.colour import ramp
from cnnviz.export.maps import Area, Blit

RAMP = ramp("viridis")


def painted(levels, areas, *, size=(60, 80)):
    image = np.full((*size, 3), 7, np.uint8)
    blit = Blit(areas, frames=levels.shape[1], mels=levels.shape[2])
    blit.paint(image, levels, ramp=RAMP)
    return image


def test_a_larger_map_is_made_of_blocks_with_time_to_the_right_and_low_bands_below():
    levels = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    areas = [Area(1, 2, 9, 8), Area(30, 40, 9, 8)]
    image = painted(levels, areas)
    for area, own in zip(areas, levels, strict=True):
        found = image[area.top : area.top + 8, area.left : area.left + 9]
        np.testing.assert_array_equal(found, RAMP[np.kron(own.T[::-1], np.ones((2, 3), int))])
    assert (image != 7).any(axis=2).sum() == 2 * 72


@pytest.mark.parametrize(("width", "height"), [(5, 4), (3, 20), (11, 3), (10, 1)])
def test_a_smaller_map_is_made_of_averages(width, height):
    levels = np.random.default_rng(0).integers(0, 256, (1, 10, 12)).astype(np.uint8)
    image = painted(levels, [Area(0, 0, width, height)])
    # Each value spread over a whole common multiple of cells, then averaged cell by cell
    fine = np.repeat(np.repeat(levels[0].astype(float), 11 * width, 0), 11 * height, 1)
    if width < 10:
        fine = fine.reshape(width, -1, fine.shape[1]).mean(1)
    else:
        fine = fine[((np.arange(width) + 0.5) * len(fine) / width).astype(int)]
    if height < 12:
        fine = fine.reshape(width, height, -1).mean(2)
    else:
        fine = fine[:, ((np.arange(height) + 0.5) * fine.shape[1] / height).astype(int)]
    wanted = np.rint(fine).astype(int)
    found = image[:height, :width].astype(int)
    near = [RAMP[np.clip(wanted.T[::-1] + by, 0, 255)].astype(int) for by in (-1, 0, 1)]
    assert np.min([np.abs(found - colour).max(axis=2) for colour in near], axis=0).max() == 0
