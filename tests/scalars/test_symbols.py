"""What symbols say is what is computed: their SymPy expressions have the values of scalars and covariants."""

import sys

import jax.random as jr
import numpy as np
import pytest
import sympy

from scalaremlp.groups import GL, SL, SO, SU, Lorentz, O, SO2eR3, SOp, Sp, U
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T
from scalaremlp.scalars import Covariants, Differences, Invariants, Norms
from scalaremlp.scalars.inputs import inputs
from scalaremlp.train._ranges import Scalars

TYPES = [
    (T(0) + 2 * T(1), O(3), T(1) + T(2)),
    (2 * T(1) + T(0, 1), SO(3), T(1) + T(0, 1) + T(0)),
    (2 * T(1) + T(0, 1), Lorentz(), T(1) + T(1, 1)),
    (2 * T(1) + T(0, 1), Sp(1), T(1) + T(0, 2)),
    (2 * T(1) + T(0, 1), SL(2), T(1) + T(0, 1)),
    (2 * T(1) + 2 * T(0, 1), GL(2), T(1) + T(1, 1)),
    (T(0) + 2 * T(1), SU(2), T(1)),
    (T(1) + T(0, 1), U(2), T(1)),
    (2 * T(1), SO2eR3(), T(1)),
    (T(0) + Sym(2) + Alt(2) + T(1), SO(3), Sym(2) + T(1)),
    (T(2), O(3), Alt(2) + T(2)),
    (Sym(3), O(2), Sym0(2)),
    (Alt(2) + T(0, 1), O(1, 3), Sym0(2) + T(0, 2)),
    (T(1, 1) + T(1), GL(2), T(1, 1)),
    (T(0, 2) + T(1), Sp(1), T(1) + T(0, 2)),
    (T(1, 1) + T(1), U(2), T(1)),
    (Sym(2) + T(1), SO2eR3(), T(1)),
    (Symmetric(T(4), "ijkl=jikl=klij"), O(2), Sym(2)),
]


def _values(rep, group, x):
    """The values of all components, as `split` has them."""
    names = inputs(rep, group)
    found = {sympy.Symbol(f"s{i + 1}"): value for i, value in enumerate(np.asarray(names.scalars(x)))}
    for tensor in names.tensors:
        base = sympy.IndexedBase(tensor.name)
        found |= {base[index]: value for index, value in np.ndenumerate(np.asarray(tensor.entries(x)))}
    return found


def _evaluated(expression, values):
    """An expression in numbers."""
    known = list(values)
    return sympy.lambdify(known, expression, "numpy")(*(values[name] for name in known))


def _input(rep, group):
    size = rep(group).size
    x = jr.normal(jr.key(3), (2, size))
    return x[0] + 1j * x[1] if group.field == "complex" else x[0]


@pytest.mark.parametrize("rep, group, out", TYPES, ids=str)
def test_expressions_have_the_values_of_scalars(rep, group, out):
    x = _input(rep, group)
    phi, values = Invariants(rep, group, degree=3 if inputs(rep, group).has_tensors else None), _values(rep, group, x)
    found = [_evaluated(symbol.sympy, values) for symbol in phi.symbols]
    np.testing.assert_allclose(np.array(found, dtype=complex), np.asarray(phi(x)), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("rep, group, out", TYPES, ids=str)
def test_expressions_have_the_values_of_covariants(rep, group, out):
    x = _input(rep, group)
    cov, values = Covariants(rep, out, group, degree=2), _values(rep, group, x)
    terms = [term for copies, term in out(group).blocks for _ in range(copies)]
    for term, (rows, at) in zip(terms, cov.copies, strict=True):
        for symbol, row in zip(cov.symbols[rows], cov(x)[rows], strict=True):
            (full,) = term.split(row[at])
            expected = np.broadcast_to(_evaluated(sympy.sympify(symbol.sympy), values), np.shape(full[0]))
            np.testing.assert_allclose(full[0], expected, rtol=1e-10, atol=1e-12)


def test_expressions_are_exact():
    phi = Invariants(2 * T(1) + T(0, 1), Lorentz())
    cov = Covariants(Sym(2), Sym0(2), O(3))
    every = [symbol.sympy for symbol in (*phi.symbols, *cov.symbols, *Invariants(Alt(2), O(1, 3)).symbols)]
    assert every and not any(expression.atoms(sympy.Float) for expression in map(sympy.sympify, every))


def test_a_tensor_is_made_traceless_in_fractions():
    (symbol, *_) = Covariants(Sym(2), Sym0(2), O(3)).symbols
    a = sympy.IndexedBase("A1")
    assert symbol.text == "sym0 A1^ab" and sympy.expand(symbol.sympy[0, 0]) == (2 * a[0, 0] - a[1, 1] - a[2, 2]) / 3


def test_entries_that_are_equal_have_one_symbol():
    (square,) = Invariants(Alt(2), O(3)).symbols
    a = sympy.IndexedBase("A1")
    assert square.text == "tr(A1²)" and square.sympy == -2 * (a[0, 1] ** 2 + a[0, 2] ** 2 + a[1, 2] ** 2)


def test_orientations_in_time_are_no_polynomials():
    symbol = Invariants(T(1), SOp(1, 3)).symbols[-1]
    with pytest.raises(ValueError, match=r"those of polynomials\. Got τ\(x1\)"):
        symbol.sympy  # noqa: B018


def test_without_sympy_it_is_said_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(ValueError, match=r"need the package sympy\. Run: pip install 'scalaremlp\[laws\]'\."):
        Invariants(T(1), O(2)).symbols[0].sympy  # noqa: B018


def test_names_of_vectors_are_not_read_from_formulas():
    phi = Invariants(2 * T(1) + T(0, 1), U(2))
    assert Norms(phi).names == ["|x1|", "|x2|", "|w1*|"] and Differences(phi).names[0] == "<x1-x2,x1-x2>"
    shown = Scalars(phi)
    assert shown.shown(phi.squares[0], 9.0) == "|x1| = 3"
    mixed = Scalars(Invariants(Sym(2) + 2 * T(1), O(2)))
    assert mixed.shown(mixed.names.index("<x2,x2>"), 4.0) == "|x2| = 2"
    assert mixed.shown(mixed.names.index("tr(A1)"), 4.0) == "tr(A1) = 4"


def test_products_of_unitary_groups_conjugate_their_first_vector():
    rep = T(1, 1) + 2 * T(1) + T(0, 1)
    phi, x = Invariants(rep, U(2), degree=3), _input(rep, U(2))
    a, (v, y), w = (np.asarray(part) for part in rep(U(2)).split(x))
    known = {"x1": v, "x2": y, "w1*": w[0].conj()}
    values, seen = dict(zip(phi.names, np.asarray(phi(x)), strict=True)), 0
    for first, one in known.items():
        for last, other in known.items():
            for word, product in ((",", one.conj() @ other), (",A1 ", one.conj() @ a[0] @ other)):
                for part in {f"Re <{first}{word}{last}>", f"Im <{first}{word}{last}>"} & values.keys():
                    seen += 1
                    expected = product.real if part.startswith("Re") else product.imag
                    np.testing.assert_allclose(values[part], expected, rtol=1e-12)
    assert seen == sum("<" in name for name in values)
