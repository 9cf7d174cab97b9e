"""Whether a form is right is told by constants that are fitted anew."""

import numpy as np
import pytest
from benchmarks.refit import Refitted, opened

x = np.random.default_rng(0).uniform(0.5, 2, (100, 2))


def source(expression):
    return f"import numpy as np\n\n\ndef law(x):\n    a, b = x[:, 0], x[:, 1]\n    return {expression}\n"


def refitted(expression, y):
    return Refitted.of(source(expression), x, y[:, None])


def test_a_right_form_goes_to_rounding():
    found = refitted("1.97 * a * np.exp(-0.31 * b) - 0.74 / a", 2 * x[:, 0] * np.exp(-0.3 * x[:, 1]) - 0.75 / x[:, 0])
    assert found.relative < 1e-25 and not found.vanished
    np.testing.assert_allclose(found.before, [1.97, 0.31, 0.74], rtol=0)
    np.testing.assert_allclose(found.after, [2, 0.3, 0.75], rtol=1e-10)


def test_a_wrong_form_stays_away():
    assert refitted("1.97 * a / b", 2 * x[:, 0] * np.exp(-0.3 * x[:, 1])).relative > 1e-4


def test_exponents_are_no_constants():
    assert refitted("2.1 * a ** 0.48", 2 * np.sqrt(x[:, 0])).relative > 1e-6
    assert opened(source("2.1 * a ** -0.5 + 1.5 * b ** (1 / 2)"))[1].tolist() == [2.1, 1.5]


def test_a_term_too_many_vanishes():
    assert refitted("1.97 * a + 0.01 * b", 2 * x[:, 0]).vanished


def test_a_form_without_constants_is_left():
    assert refitted("a * b", x[:, 0] * x[:, 1]).relative < 1e-30


def test_intervals_hold_the_truth_or_not():
    found = refitted("1.97 * a - 0.74 / b", 2 * x[:, 0] - 0.75 / x[:, 1])
    assert found.inside(1.97, 0.02) and not found.inside(1.97, 0.01)
    assert found.inside(-0.74, 0.006) and not found.inside(0.5, 10.0)


def test_a_form_without_a_value_is_no_right_one():
    assert refitted("1.5 * np.log(0.1 - a)", x[:, 0]).relative > 1e10


@pytest.mark.parametrize("expression, at", [("np.sqrt(2.0) * a", 2.0), ("-3.5 * a", 3.5), ("2 * a + 1.25", 1.25)])
def test_floating_point_numbers_are_the_constants(expression, at):
    assert opened(source(expression))[1].tolist() == [at]
