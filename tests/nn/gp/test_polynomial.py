"""Whether polynomials of the scalars could be all there is to a law is known before a linear solve is compiled."""

import numpy as np
import pytest

from scalaremlp.nn.gp._polynomial import left_by_polynomials

RNG = np.random.default_rng(0)
SCALARS, VECTORS = RNG.standard_normal((300, 3)), RNG.standard_normal((300, 2, 3))
ONES = np.ones((300, 1, 1))


def left(scalars, tensors, outputs, coefficients, copies=None):
    copies = np.arange(len(scalars)) if copies is None else copies
    return left_by_polynomials(scalars, tensors, outputs, coefficients, copies)


def quadratic(s):
    return 2 + s[:, :1] - 3 * s[:, 1:2] * s[:, 2:3]


@pytest.mark.parametrize("offset", [0.0, 1e3, -1e9])
def test_an_offset_tells_nothing(offset):
    bent = quadratic(SCALARS) + 0.1 * np.sin(3 * SCALARS[:, :1])
    assert left(SCALARS, ONES, quadratic(SCALARS) + offset, 1) < 1e-10
    assert 1e-5 < left(SCALARS, ONES, bent + offset, 1) < 1e-2


def test_of_a_vector_each_covariant_has_a_polynomial():
    y = quadratic(SCALARS) * VECTORS[:, 0] + SCALARS[:, 2:] * VECTORS[:, 1]
    assert left(SCALARS, VECTORS, y, 2) < 1e-10
    assert left(SCALARS, VECTORS, y + 1, 2) > 1e-3, "a constant vector is no covariant"
    cubic = SCALARS[:, :1] ** 3 * VECTORS[:, 0]
    assert left(SCALARS, VECTORS, cubic, 2) > 1e-3


def test_a_component_that_is_no_scalar_has_no_offset():
    """As T(1) of O(1): its mean is nothing that the covariants contain."""
    tensors = RNG.standard_normal((300, 1, 1)) + 1
    assert left(SCALARS, tensors, quadratic(SCALARS) * tensors[:, 0], 1) < 1e-10


def test_too_few_samples_do_not_tell():
    assert left(SCALARS[:10], ONES[:10], quadratic(SCALARS[:10]), 1) == 1.0


def test_monomials_may_depend_on_each_other():
    twice = np.concatenate([SCALARS, SCALARS[:, :1]], axis=1)
    assert left(twice, ONES, quadratic(SCALARS), 1) < 1e-10


def test_the_ridge_leaves_nothing_of_a_law_of_nearly_equal_scalars():
    apart = 1e-3 * RNG.standard_normal((300, 1))
    near = np.concatenate([SCALARS[:, :2], SCALARS[:, :1] + apart], axis=1)
    assert left(near, ONES, 1e3 * apart * near[:, 1:2], 1) < 1e-14


@pytest.mark.parametrize("n", [20, 25, 29])
def test_more_equations_than_coefficients_may_not_determine_them(n):
    """Two vectors span a plane of space: 3 n equations, of which 2 n say something of 20 + 20 coefficients."""
    y = RNG.standard_normal((n, 1)) * VECTORS[:n, 0]
    assert left(SCALARS[:n], VECTORS[:n], y, 2) > 0.1


def test_copies_determine_no_more_than_one_sample():
    few, turned = slice(0, 8), np.linalg.qr(RNG.standard_normal((10, 3, 3)))[0]
    scalars = np.tile(SCALARS[few], (10, 1))
    tensors = np.concatenate([VECTORS[few] @ turn for turn in turned])
    y = np.tile(RNG.standard_normal((8, 1)), (10, 1)) * tensors[:, 0]
    assert left(scalars, tensors, y, 2, copies=np.tile(np.arange(8), 10)) > 0.1
