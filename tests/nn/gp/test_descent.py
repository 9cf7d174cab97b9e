"""Steps downhill inside bounds, against the minimiser of SciPy."""

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from scalaremlp.nn.gp._descent import descend

FREE = np.full(4, -10.0), np.full(4, 10.0)


class Counted:
    """A function that counts how often it was asked."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, numbers):
        self.calls += 1
        return self.function(numbers)


def valley(numbers):
    return rosen(numbers), rosen_der(numbers)


def quadratic(seed, size=6):
    random = np.random.default_rng(seed)
    root, middle = random.normal(size=(size, size)), random.normal(size=size)
    curvature = root @ root.T + 0.1 * np.eye(size)

    def function(numbers):
        away = numbers - middle
        return 0.5 * away @ curvature @ away, curvature @ away

    return function


def test_a_bent_valley_is_followed_to_its_end():
    function = Counted(valley)
    found = descend(function, np.array([-1.2, 1.0, -1.0, 2.0]), FREE, steps=100, trials=10)
    assert np.allclose(found.numbers, 1.0, atol=1e-3)
    assert found.value == rosen(found.numbers) and np.array_equal(found.slopes, rosen_der(found.numbers))
    assert function.calls < 90


@pytest.mark.parametrize("seed", range(5))
def test_bounds_are_kept_and_their_least_is_found(seed):
    function, bounds = quadratic(seed), (np.full(6, -0.3), np.full(6, 0.4))
    found = descend(function, np.zeros(6), bounds, steps=60, trials=10)
    true = minimize(function, np.zeros(6), jac=True, method="L-BFGS-B", bounds=[*zip(*bounds, strict=True)])
    assert np.all((found.numbers >= bounds[0]) & (found.numbers <= bounds[1]))
    assert found.value < true.fun + 1e-6 * abs(true.fun)


def test_a_start_outside_is_moved_inside():
    found = descend(quadratic(0), np.full(6, 7.0), (np.full(6, 1.0), np.full(6, 2.0)), steps=0, trials=5)
    assert np.array_equal(found.numbers, np.full(6, 2.0))


def test_no_more_steps_than_asked_for():
    function = Counted(valley)
    descend(function, np.array([-1.2, 1.0, -1.0, 2.0]), FREE, steps=3, trials=4)
    assert function.calls <= 1 + 3 * 4


def test_where_rounding_decides_it_ends_after_the_trials():
    function = Counted(lambda numbers: (1.0 + (function.calls > 1), np.ones(4)))
    found = descend(function, np.zeros(4), FREE, steps=30, trials=5)
    assert function.calls == 6 and np.array_equal(found.numbers, np.zeros(4))


def test_where_nothing_has_a_value_it_stays():
    found = descend(
        lambda numbers: (np.nan if numbers.any() else 1.0, np.ones(4)), np.zeros(4), FREE, steps=9, trials=5
    )
    assert found.value == 1.0


def test_a_place_without_slopes_is_the_end():
    function = Counted(lambda numbers: (0.0, np.zeros(4)))
    descend(function, np.zeros(4), FREE, steps=9, trials=5)
    assert function.calls == 1
