"""Whether polynomials of the scalars could be all there is to a law is known before a linear solve is compiled."""

import numpy as np
import pytest

from scalaremlp.nn.gp._polynomial import left_by_polynomials

RNG = np.random.default_rng(0)
SCALARS, VECTORS = RNG.standard_normal((300, 3)), RNG.standard_normal((300, 2, 3))
ONES = np.ones((300, 1, 1))


def quadratic(s):
    return 2 + s[:, :1] - 3 * s[:, 1:2] * s[:, 2:3]


@pytest.mark.parametrize("offset", [0.0, 1e3, -1e9])
def test_an_offset_tells_nothing(offset):
    bent = quadratic(SCALARS) + 0.1 * np.sin(3 * SCALARS[:, :1])
    assert left_by_polynomials(SCALARS, ONES, quadratic(SCALARS) + offset, 1) < 1e-10
    assert 1e-5 < left_by_polynomials(SCALARS, ONES, bent + offset, 1) < 1e-2


def test_of_a_vector_each_covariant_has_a_polynomial():
    y = quadratic(SCALARS) * VECTORS[:, 0] + SCALARS[:, 2:] * VECTORS[:, 1]
    assert left_by_polynomials(SCALARS, VECTORS, y, 2) < 1e-10
    assert left_by_polynomials(SCALARS, VECTORS, y + 1, 2) > 1e-3, "a constant vector is no covariant"
    cubic = SCALARS[:, :1] ** 3 * VECTORS[:, 0]
    assert left_by_polynomials(SCALARS, VECTORS, cubic, 2) > 1e-3


def test_a_component_that_is_no_scalar_has_no_offset():
    """As T(1) of O(1): its mean is nothing that the covariants contain."""
    tensors = RNG.standard_normal((300, 1, 1)) + 1
    assert left_by_polynomials(SCALARS, tensors, quadratic(SCALARS) * tensors[:, 0], 1) < 1e-10


def test_too_few_samples_do_not_tell():
    assert left_by_polynomials(SCALARS[:10], ONES[:10], quadratic(SCALARS[:10]), 1) == 1.0


def test_monomials_may_depend_on_each_other():
    twice = np.concatenate([SCALARS, SCALARS[:, :1]], axis=1)
    assert left_by_polynomials(twice, ONES, quadratic(SCALARS), 1) < 1e-10
