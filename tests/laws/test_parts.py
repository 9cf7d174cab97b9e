"""The parts of a search, each beside brute force: formulas, monomials, supports, simple numbers."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from scalaremlp.laws._expression import (
    Constant,
    Function,
    Named,
    Number,
    Product,
    Sum,
    constants_in,
    evaluate,
    from_json,
    power,
    times,
    to_json,
)  # fmt: skip
from scalaremlp.laws._lattice import monomials, solutions
from scalaremlp.laws._numbers import simple
from scalaremlp.laws._pursuit import eliminate, pursue
from scalaremlp.laws._sympy import to_sympy
from scalaremlp.laws._table import STEP, Entry, Table
from scalaremlp.laws._text import text

LEAVES = st.sampled_from([Named("s1"), Named("s2"), Constant(0), Number(Fraction(3, 2)), Number(Fraction(1), 1)])
EXPONENTS = st.sampled_from([Fraction(1), Fraction(2), Fraction(-1), Fraction(1, 2)])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(st.tuples(inner, EXPONENTS), min_size=1, max_size=3).map(lambda f: Product(tuple(f)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda t: Sum(tuple(t)))
        | inner.map(lambda e: Function("cos", e))
    ),
    max_leaves=5,
)
VALUES = {"s1": 1.3, "s2": 0.7}


@settings(max_examples=80, deadline=None)
@given(TREES)
def test_a_formula_is_saved_and_has_the_value_that_sympy_has(tree):
    assert from_json(to_json(tree)) == tree
    own = evaluate(tree, VALUES, [2.5], np)
    other = complex(to_sympy(tree, [2.5]).subs({sympy.Symbol(n, real=True): v for n, v in VALUES.items()}).evalf())
    if abs(other.imag) < 1e-12 and np.isfinite(own):
        np.testing.assert_allclose(own, other.real, rtol=1e-9, atol=1e-12)


def test_products_join_equal_bases():
    s = Named("s1")
    assert times(s, power(s, Fraction(-1, 2)), Constant(0)) == Product(
        ((s, Fraction(1, 2)), (Constant(0), Fraction(1)))
    )
    assert times(s, power(s, -1)) == Product(()) and constants_in(Sum((Constant(2), Constant(0)))) == [0, 2]
    assert power(Product(((s, Fraction(2)),)), Fraction(1, 2)) != s  # √s² is |s|


def test_unknown_nodes_are_refused():
    with pytest.raises(ValueError, match="Got 'call'"):
        from_json(["call", "os.system"])
    with pytest.raises(ValueError, match="Got 'function'"):
        from_json(["function", "system", ["named", "s1"]])


def test_monomials_are_all_of_a_dimension_the_short_ones_first():
    dims = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (Fraction(1), Fraction(-1))]
    table = Table(tuple(Entry(Named(f"s{i}"), 1.0, d) for i, d in enumerate(dims)), np.full((4, 3), 2.0))
    target = (Fraction(2), Fraction(-1))
    found = monomials(table, target, 60, roots=False)
    assert (np.diff(table.cost(found)) >= -1e-12).all() and len(found) == len(np.unique(found, axis=0))
    wanted = [
        e for e in product(range(-3, 4), repeat=3)
        if all(sum(p * d[k] for p, d in zip(e, dims, strict=True)) == target[k] for k in range(2))
    ]  # fmt: skip
    assert {tuple(row) for row in (STEP * np.array(wanted)).tolist()} <= {tuple(row) for row in found.tolist()}
    assert monomials(table, (Fraction(1, 5), Fraction(0)), 5).shape[1] == 3


def test_roots_of_what_is_negative_and_poles_are_left_out():
    table = Table((Entry(Named("s1"), 1.0), Entry(Named("s2"), 1.0)), np.array([[-1.0, 0.0], [2.0, 1.0]]))
    found = monomials(table, None, 50)
    assert (found % STEP == 0)[:, 0].all() and (found[:, 1] >= 0).all()
    other = monomials(Table(table.entries, table.values**2 + 1), None, 50)  # which are positive
    assert (other % STEP != 0).any() and (other[:, 1] < 0).any()
    np.testing.assert_array_equal(monomials(table.rows(np.array([1, 0])), None, 50), found)
    logs, signs = table.of_monomials(np.array([[3 * STEP, STEP], [2 * STEP, 0]]))
    np.testing.assert_allclose((signs * np.exp(logs)), [[0.0, 1.0], [8.0, 4.0]], atol=1e-12)


@pytest.mark.parametrize("pairs", [0, 40])
def test_planted_terms_are_found(pairs):
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(50, 60)) + 3 * rng.normal(size=(50, 1))  # nearly parallel
    columns /= np.linalg.norm(columns, axis=0)
    target = columns[:, [3, 17, 31]] @ [1.0, -2.0, 0.5]
    best = min(pursue(columns, target, 4, beam=8, pairs=pairs, exact=1e-22), key=lambda each: each.left)
    assert set(best.support) == {3, 17, 31} and best.left < 1e-22
    few = columns[:, :33]
    assert eliminate(few, target, 1e-22) == (3, 17, 31) and eliminate(few[:, :30], target, 1e-22) is None


@pytest.mark.parametrize("value, shown", [
    (1 / (6 * np.pi), "1/(6π)"), (-0.5, "-1/2"), (np.sqrt(2) * 3, "3√2"), (2 * np.pi**2, "2π^2"),
    (0.12345678, "0.123457"),
])  # fmt: skip
def test_simple_numbers_are_known(value, shown):
    assert text(Constant(0), [value]) == shown
    known = simple(value * (1 + 1e-12))
    assert known is None or abs(float(known) / value - 1) < 1e-11
    assert simple(value * (1 + 1e-7)) is None


def test_every_whole_monomial_of_a_dimension_is_reached():
    """Against all small ones: an energy of s2 |x1| was missed for s1^(-1/3) s2^(2/3) <x1,x2>^(2/3)."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        own = rng.integers(-2, 3, (4, 3))
        target = rng.integers(-2, 3, 4) @ own
        found = solutions([tuple(map(Fraction, map(int, row))) for row in own], tuple(map(Fraction, map(int, target))))
        assert found is not None
        start, basis = found
        small = np.array([e for e in product(range(-2, 3), repeat=4) if (e @ own == target).all()])
        steps = np.linalg.lstsq(basis.T, (STEP * small - start).T, rcond=None)[0]
        np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
        np.testing.assert_allclose(steps.T @ basis + start, STEP * small, atol=1e-9)


def test_roots_that_a_dimension_asks_for_and_no_others():
    length, acceleration = (Fraction(1), Fraction(0)), (Fraction(1), Fraction(-2))
    start, basis = solutions([length, acceleration], (Fraction(0), Fraction(1)))
    assert start.tolist() == [6, -6] and basis.shape == (0, 2)
    assert solutions([(Fraction(5),)], (Fraction(1),)) is None  # fifths are no twelfths
