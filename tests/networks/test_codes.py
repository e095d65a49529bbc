import numpy as np

from cnnviz.networks.codes import quantise


def test_an_array_is_coded_from_its_lowest_to_its_highest_value():
    codes, low, high = quantise(np.array([[-1.0, 0.0, 2.0]], np.float32))
    assert (codes.dtype, low, high) == (np.uint8, -1.0, 2.0)
    np.testing.assert_array_equal(codes, [[0, 85, 255]])


def test_an_array_of_one_value_has_code_0():
    codes, low, high = quantise(np.full((2, 2), 0.3, np.float32))
    assert low == high == np.float32(0.3)
    np.testing.assert_array_equal(codes, np.zeros((2, 2)))
