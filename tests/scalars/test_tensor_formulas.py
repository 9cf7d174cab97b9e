"""What a formula says is what is computed, sign included: formulas are read by a reader of their own."""

import jax
import numpy as np
import pytest

from scalaremlp.groups import GL, SL, SO, SU, Lorentz, O, O2eR3, S, SO2eR3, Sp, Trivial, U
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T, V, index_symmetry
from scalaremlp.scalars import Covariants, Invariants
from scalaremlp.scalars.inputs import inputs

from ..contractions.formulas import MADE, Reader, from_latex
from .oracles import draw

ELASTIC = Symmetric(T(4), "ijkl=jikl=klij")
CASES = [
    (T(2) + T(1), O(3), 4, [T(1), Sym(2)]),
    (Sym(2) + Alt(2) + T(1), SO(3), 4, [T(1), Alt(2), Sym0(2)]),
    (T(2) + T(1), SO(2), 3, [T(2)]),
    (T(2) + T(0, 1), Lorentz(), 3, [T(1), T(0, 2), Sym(2)]),
    (Alt(2) + T(1), SO(1, 3), 3, [T(0, 1), Alt(2), T(2)]),
    (T(0, 2) + V.T * V, SO(1, 1), 2, [V * V.T]),
    (T(2) + 2 * T(1), Sp(1), 4, [T(1), T(0, 1), T(2), Alt(2)]),
    (Sym(2) + Alt(2) + T(1), Sp(2), 4, [T(1), T(0, 2), Sym(2)]),
    (T(0, 2) + T(1), Sp(1), 3, [T(0, 1), T(1, 1)]),
    (T(3) + T(1), Sp(1), 2, [T(1), T(2)]),
    (T(3) + T(2), Sp(1), 3, [T(1)]),
    (T(3) + T(0, 1), Lorentz(), 2, [T(1), T(0, 2)]),
    (T(3), SO(3), 2, [T(1), T(2)]),
    (Sym0(3) + T(1), O(3), 3, [Sym0(2), Sym(3)]),
    (ELASTIC + Sym(2), O(3), 2, [Sym(2)]),
    (T(1, 1) + T(1) + T(0, 1), GL(2), 4, [T(1), T(0, 1), T(1, 1)]),
    (T(2) + T(0, 2) + T(1), SL(2), 3, [T(1), T(0, 2), T(1, 1)]),
    (T(1, 1) + T(1) + T(0, 1), SL(3), 3, [T(1), T(0, 1)]),
    (T(1, 1) + T(1), U(2), 3, [T(1), T(0, 1), T(1, 1)]),
    (T(2) + T(1) + T(0, 1), U(2), 3, [T(1), T(2)]),
    (T(2) + T(0, 2) + T(1) + T(0, 1), SU(2), 2, [T(1)]),
    (T(1, 1) + T(0, 1), SU(2), 4, [T(1), T(2)]),
    (Sym(2) + T(1), SO2eR3(), 3, [T(1), Sym(2)]),
    (Alt(2) + T(0, 1), O2eR3(), 3, [T(1), T(2)]),
    (T(2) + T(1), S(3), 2, [T(1), T(2), Sym(2)]),
    (Sym(2) + T(0, 1), S(2), 3, [T(1), Alt(2)]),
    (T(3), S(2), 2, [T(1)]),
    (T(2) + T(1), Trivial(2), 2, [T(1), Sym(2)]),
]


def reader(rep, group, x):
    """The entries of an input by name, with upper indices where there is a form."""
    known, found = inputs(rep, group), {}
    for tensor in known.tensors:
        value = np.asarray(tensor.symmetry.unpack @ x[tensor.at])
        for axis, leg in enumerate(tensor.symmetry.legs):
            if leg == "V*" and known.family.form is not None:
                value = np.moveaxis(np.tensordot(np.linalg.inv(known.family.form), value, (1, axis)), 0, axis)
        found[tensor.name] = value
    return Reader(group, found)


def packed(value, symmetry):
    """The part of a tensor that the output has, and how far from it it was."""
    matrix = symmetry.unpack.reshape(-1, symmetry.size)
    inside = matrix.T @ value.ravel()
    return inside, np.abs(matrix @ inside - value.ravel()).max()


@pytest.mark.parametrize("rep, group, degree, outputs", CASES, ids=str)
def test_the_value_is_that_of_the_formula(rep, group, degree, outputs):
    x = draw(group, rep(group).size)
    read = reader(rep, group, x)
    phi = Invariants(rep, group, degree)
    assert phi.size and len(set(phi.names)) == phi.size
    for symbol, value in zip(phi.symbols, np.asarray(jax.jit(phi)(x)), strict=True):
        for formula in (symbol.text, from_latex(symbol.latex)):
            assert abs(read.value(formula) - value) < 1e-12 * (1 + abs(value)), symbol
    for rep_out in outputs:
        cov = Covariants(rep, rep_out, group, degree=degree)
        assert cov.size and len(set(cov.names)) == cov.size
        symmetry = index_symmetry(rep_out(group))
        read = Reader(group, read.inputs, symmetry.legs)
        for symbol, value in zip(cov.symbols, np.asarray(jax.jit(cov)(x)), strict=True):
            for formula in (symbol.text, from_latex(symbol.latex)):
                tensor, off = packed(read.value(formula), symmetry)
                assert np.abs(tensor - value).max() < 1e-12 * (1 + np.abs(value).max()), (rep_out, symbol)
                assert off < 1e-12 or formula.startswith(MADE), (rep_out, symbol)
