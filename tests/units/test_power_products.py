"""Products of powers of units, beside SymPy's null spaces and by trying all small exponents."""

from fractions import Fraction
from itertools import combinations, product
from math import gcd

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from scalaremlp.units import DIMENSIONLESS, Unit, missing, parse, power_products

_EXPONENTS = st.integers(-6, 6).map(lambda halves: Fraction(halves, 2))
_UNITS = st.lists(st.tuples(*[_EXPONENTS] * 3), min_size=1, max_size=5)


def made(rows):
    return [Unit((*row, *[Fraction(0)] * 4)) for row in rows]


def of(units, powers):
    found = DIMENSIONLESS
    for unit, power in zip(units, powers, strict=True):
        found = found * unit**power
    return found.dimension


@settings(max_examples=60, deadline=None)
@given(_UNITS, st.lists(st.integers(-2, 2), min_size=5, max_size=5))
def test_what_can_be_made_is_made(rows, powers):
    units = made(rows)
    target = Unit(of(units, powers[: len(units)]))
    found = power_products(units, target)
    assert found.particular is not None and of(units, found.particular) == target.dimension
    assert sum(map(bool, found.particular)) <= max(1, sum(map(bool, powers[: len(units)])))


@settings(max_examples=60, deadline=None)
@given(_UNITS)
def test_the_null_space_is_a_basis_of_all_whole_number_solutions(rows):
    units = made(rows)
    found = power_products(units, DIMENSIONLESS).null_space
    rank = sympy.Matrix([[sympy.Rational(str(x)) for x in unit.exponents] for unit in units]).rank()
    assert len(found) == len(units) - rank
    for vector in found:
        assert of(units, vector) == DIMENSIONLESS.dimension and gcd(*vector) == 1
    if found:  # whole numbers and no fractions of them: the minors of a basis have no common divisor
        basis = sympy.Matrix(found)
        minors = [basis[:, list(columns)].det() for columns in combinations(range(len(units)), len(found))]
        assert gcd(*map(int, minors)) == 1


def test_the_groups_are_short():
    units = [parse(text) for text in ("kg/m^3", "m/s", "m", "Pa s", "m")]  # Reynolds' number and a ratio of lengths
    assert power_products(units, DIMENSIONLESS).null_space == ((0, 0, -1, 0, 1), (-1, -1, -1, 1, 0))


@pytest.mark.parametrize("target", ["N", "J", "m^2", "s", "1/s", "kg m/s", ""])
def test_the_fewest_factors_beside_all_small_exponents(target):
    units = [parse(text) for text in ("kg", "m/s", "m", "s")]
    found = power_products(units, parse(target)).particular
    fits = [p for p in product(range(-2, 3), repeat=4) if of(units, p) == parse(target).dimension]
    best = min((np.count_nonzero(p), sum(map(abs, p))) for p in fits)
    assert (np.count_nonzero(found), sum(map(abs, found))) == best


def test_roots_are_exact():
    assert power_products([parse("J"), parse("kg")], parse("m/s")).particular == (Fraction(1, 2), Fraction(-1, 2))


def test_what_is_missing_is_named():
    metre, second, newton = parse("m"), parse("s"), parse("kg·m/s²")
    assert power_products([metre, second], newton).particular is None
    assert missing([metre, second, parse("rad")], newton) == (
        "the output kg·m/s² cannot be made of m and s: a constant with a unit is needed, of kg"
    )
    assert missing([parse("m/s")], metre) == ("the output m cannot be made of m/s: a constant with a unit is needed")
    assert missing([], metre, "the time") == (
        "the time m cannot be made of mere numbers: a constant with a unit is needed, of m"
    )
    assert missing([parse("kg"), parse("m/s^2")], newton) == ""


def test_nothing_is_needed_for_a_mere_number():
    assert power_products([], DIMENSIONLESS) == ((), ())
    assert power_products([parse("m")], parse("rad")).particular == (0,)
