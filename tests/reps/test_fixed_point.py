"""Arithmetic in fixed point, against complex numbers of few digits."""

import itertools

import numpy as np
import pytest

from scalaremlp.reps._fixed_point import Fixed

BITS = 20
KINDS = {"real": (1, 0), "complex": (1, 1), "imaginary": (0, 1)}


def numbers(kind, seed):
    """Of few binary digits, so that products are exact."""
    real, imag = np.random.default_rng(seed).integers(-40, 40, (2, 3, 3)) * np.array(KINDS[kind])[:, None, None] / 16
    return real + 1j * imag


@pytest.mark.parametrize("left, right", [*itertools.product(KINDS, repeat=2)])
def test_products_and_quotients_of_real_and_complex_numbers(left, right):
    a, b = numbers(left, 1), numbers(right, 2)
    x, y = Fixed.of(a, BITS), Fixed.of(b, BITS)
    np.testing.assert_array_equal((x * y).numpy(), a * b)
    np.testing.assert_array_equal((x @ y).numpy(), a @ b)
    assert abs((x / y).numpy() * b - a * (b != 0)).max() < 10 * 2.0**-BITS
    assert (x[0, 0] * y[0, 0]).shape == ()
