"""Fixed point and the multiplicative Jordan decomposition, against NumPy and by their definition."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.linalg import expm

from scalaremlp.reps._balance import osborne
from scalaremlp.reps._constraints import Undecided, along, summed
from scalaremlp.reps._fixed_point import Fixed, beside, eye
from scalaremlp.reps._fixed_point import along as exactly_along
from scalaremlp.reps._fixed_point import summed as exactly_summed
from scalaremlp.reps._jordan import jordan

BITS = 300


def numbers(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def test_arithmetic_in_fixed_point():
    a, b = numbers(4, 4), numbers(4, 4, seed=1)
    x, y = Fixed.of(a, BITS), Fixed.of(b, BITS)
    for found, known in (
        (x + y, a + b), (x - y, a - b), (-x, -a), (x * y, a * b), (x / y, a / b), (x @ y, a @ b), (x.T, a.T),
        (x.conj(), a.conj()), (x.inverse(), np.linalg.inv(a)), (x.over(-3), -a / 3), (x.shifted(-4), a / 16),
        (x.trace(), np.trace(a)), (x[1:, 2], a[1:, 2]), (beside([x, y]), np.concatenate([a, b], 1)),
    ):  # fmt: skip
        assert np.allclose(found.numpy(), known, atol=1e-13, rtol=1e-13)
    assert (x @ x.inverse() - eye(4, BITS)).largest() < 1e-85
    assert (Fixed.of(np.array([Fraction(1, 3)]), BITS) - Fixed.of(np.array([1 / 3]), BITS)).largest() > 1e-18
    with pytest.raises(ZeroDivisionError):
        Fixed.of(np.ones((2, 2)), BITS).inverse()


def test_legs_in_fixed_point():
    matrices, columns = [numbers(2, 2), numbers(3, 3, seed=1)], numbers(6, 4, seed=2)
    exact = [Fixed.of(m, BITS) for m in matrices], Fixed.of(columns, BITS)
    assert np.allclose(exactly_along(*exact).numpy(), along(matrices, columns), atol=1e-13)
    assert np.allclose(exactly_summed(*exact).numpy(), summed(matrices, columns), atol=1e-13)
    assert np.allclose(along(matrices, columns), np.kron(*matrices) @ columns, atol=1e-13)


BLOCK = np.array([[2.0, 1, 0, 0], [0, 2, 0, 0], [0, 0, -3, 0], [0, 0, 0, 1e-6]])


@pytest.mark.parametrize(
    ("matrix", "ranks"),
    [
        (BLOCK, {2: 2, -3: 1, 1e-6: 1}),
        (np.array([[1.0, 1e5, 0], [0, 1, 3], [0, 0, 1]]), {1: 3}),
        (np.array([[0.0, -1], [1, 0]]), {1j: 1, -1j: 1}),
        (np.array([[233.0, 144], [144, 89]]), {161 + 25920**0.5: 1, 161 - 25920**0.5: 1}),
        (np.eye(3), {1: 3}),
    ],
    ids=range(5),
)
def test_the_parts_of_exact_matrices(matrix, ranks):
    found = jordan(matrix, np.zeros(matrix.shape))
    projectors, values = [p.numpy() for p in found.projectors], np.array(found.values)
    semisimple = sum(v * p for v, p in zip(values, projectors, strict=True))
    assert np.allclose(semisimple @ expm(found.nilpotent.numpy()), matrix)
    assert np.allclose(sum(projectors), np.eye(len(matrix)))
    for value, projector, rank in zip(values, projectors, found.ranks, strict=True):
        (known,) = [each for each in ranks if abs(each - value) <= 1e-11 * abs(each)]
        assert ranks[known] == rank == round(np.trace(projector).real) and np.allclose(projector @ projector, projector)
    assert abs(np.linalg.matrix_power(found.nilpotent.numpy(), len(matrix))).max() == 0
    assert not found.others and set(found.errors) == {0.0}


def test_uncertainty_is_that_of_the_digits():
    """The small eigenvalue of a boost loses its digits; a double one that is no longer so is double again."""
    h = np.array([[np.cosh(8.0), np.sinh(8.0)], [np.sinh(8.0), np.cosh(8.0)]])
    found = jordan(h, 2.0**-53 * h)
    small, large = np.argsort(np.abs(found.values))
    assert 1e-10 < found.errors[small] < 1e-8 and found.errors[large] < 1e-15
    assert abs(np.log(abs(found.values[small])) + 8) < 10 * found.errors[small]
    change = np.random.default_rng(0).normal(size=(4, 4))
    h = change @ BLOCK @ np.linalg.inv(change)
    found = jordan(h, 2.0**-53 * abs(h), 16.0)
    assert sorted(found.ranks) == [1, 1, 2] and len(found.others) == 2
    with pytest.raises(Undecided):
        jordan(np.array([[100.0, 100.0], [100.0, 100.02]]), np.full((2, 2), 0.01))


def test_balancing():
    rng = np.random.default_rng(0)
    scales = 2.0 ** rng.integers(-30, 30, 5)
    matrix = rng.uniform(1, 2, (5, 5)) * scales[:, None] / scales
    found = osborne(matrix)
    assert np.ptp(np.log2(found / scales)) <= 2
    assert np.array_equal(osborne(rng.uniform(1, 2, (5, 5))), np.ones(5))
    assert 1e-4 < osborne(np.array([[0.0, 1.0], [0.0, 0.0]])).min() < 1e-2  # one-sided, but kept
