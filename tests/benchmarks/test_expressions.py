"""Two formulas are the same or not, also with numbers that were fitted."""

import pytest
import sympy
from benchmarks.clock import cpu_limit
from benchmarks.expressions import equal, exact, nodes, parse

x, y = sympy.symbols("x y", positive=True)


def test_fitted_numbers_become_what_they_are_near():
    assert exact(sympy.Float(0.33333333333) * x) == x / 3
    assert exact(sympy.Float(float(1 / (4 * sympy.pi))) * x) == x / (4 * sympy.pi)
    assert exact(sympy.Float(0.123456789123) * x).has(sympy.Float)


def test_equal_forms_are_told_from_others():
    one = 2.0000000001 * x / sympy.sqrt(1 - x**2 / y**2)
    assert equal(one, parse("2*x*y/sqrt(y**2 - x**2)", {"x": x, "y": y}))
    assert not equal(1.001 * one, parse("2*x*y/sqrt(y**2 - x**2)", {"x": x, "y": y}))
    assert equal(sympy.sin(x) ** 2, 1 - sympy.cos(x) ** 2)


def test_what_takes_too_long_is_given_up(monkeypatch):
    def slow(expression):
        while True:
            pass

    monkeypatch.setattr(sympy, "simplify", slow)
    assert equal(x, y, seconds=0.05) is None


def test_nodes_are_counted_as_sympy_does():
    assert [nodes(parse(text)) for text in ("x", "x + y", "k*q*R/r**3", "sin(x*y)")] == [1, 3, 7, 4]


def test_a_limit_ends_with_its_block():
    with cpu_limit(0.01):
        pass
    assert sum(i for i in range(10**6))  # uses more


def test_a_limit_counts_the_seconds_of_the_cpu():
    with pytest.raises(TimeoutError, match=r"not finished after 0\.02 CPU seconds"), cpu_limit(0.02):
        while True:
            pass
