"""Invariants and covariants of tensors span all equivariant polynomial maps, degree by degree, and none is idle.

What is found by residues and characters is evaluated in floats at random points, and counted by null spaces.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

import jax
import numpy as np
import pytest

from scalaremlp.contractions.tensor import Tensor
from scalaremlp.groups import GL, SO, SU, Group, Lorentz, O, Sp
from scalaremlp.reps import Alt, Rep, Sym, T
from scalaremlp.scalars import Covariants, Invariants
from scalaremlp.scalars.inputs import inputs

from ..contractions.oracle import basis, dimension, polynomials
from .oracles import draw, rank

GROUPS = [O(2), SO(2), O(3), SO(3), Lorentz(), Sp(1), SU(2), GL(2)]
INPUTS = [T(2), 2 * Sym(2), Sym(2) + Alt(2), Sym(2) + 2 * T(1), T(3)]
OUTPUTS = [T(0), T(1), Sym(2)]
QUICK = {
    (O(2), 2 * Sym(2), T(0)),
    (SO(2), T(2), Sym(2)),
    (O(3), 2 * Sym(2), T(0)),
    (O(3), Sym(2) + 2 * T(1), T(1)),
    (O(2), T(3), T(1)),
    (SO(3), T(2), T(1)),
    (SO(3), Sym(2) + Alt(2), Sym(2)),
    (Lorentz(), Sym(2) + Alt(2), T(0)),
    (Sp(1), Sym(2) + 2 * T(1), T(1)),
    (SU(2), T(2), T(0)),
    (SU(2), T(2), Sym(2)),
    (GL(2), T(2), Sym(2)),
}
QUICK_SIZE, SLOW_SIZE, HIGHEST = 330, 900, 8  # the rows of a null space, and the degree, at most
EFFORT = 10**4  # of which the null spaces allow no more

Degrees = tuple[int, ...]


class Case:
    """A type and a group, the output, and what the multidegrees are counted by."""

    def __init__(self, group: Group, rep_in: Rep, rep_out: Rep):
        self.group, self.rep_in, self.rep_out = group, rep_in, rep_out
        self.inputs = inputs(rep_in, group).tensors
        self.kinds = tuple(tensor.kind for tensor in self.inputs)
        (_, term), *_ = inputs(rep_out, group)._terms
        self.output = Tensor(term.legs, term.generators) if term.rank else None

    def splits(self, degrees: Degrees) -> Iterator[tuple[tuple[Tensor, ...], Degrees]]:
        """Kinds and degrees of independent variables: an input and its conjugate are two."""
        if not self.group.conjugate_is_dual:
            yield self.kinds, degrees
            return
        both = (*self.kinds, *(kind.dual() for kind in self.kinds))
        for own in product(*(range(degree + 1) for degree in degrees)):
            yield both, (*own, *(degree - k for degree, k in zip(degrees, own, strict=True)))

    def rows(self, degrees: Degrees) -> int:
        """The largest null space of a multidegree."""
        size = 1 if self.output is None else basis(self.output, self.group.dim).shape[1]
        return max(size * polynomials(kinds, each, self.group.dim) for kinds, each in self.splits(degrees))

    def count(self, degrees: Degrees) -> int:
        """By brute force, once for all orders of inputs of a kind."""
        falling = sorted(range(len(degrees)), key=lambda i: (self.kinds.index(self.kinds[i]), -degrees[i]))
        ordered = tuple(degrees[i] for i in falling)
        assert tuple(self.kinds[i] for i in falling) == self.kinds
        return sum(dimension(self.group, kinds, each, self.output) for kinds, each in self.splits(ordered))

    def multidegrees(self, total: int) -> list[Degrees]:
        return [d for d in product(range(total + 1), repeat=len(self.kinds)) if sum(d) == total]

    def most(self, size: int) -> int:
        """The highest degree of which all null spaces have at most so many rows."""
        degree = 0
        while degree < HIGHEST and max(map(self.rows, self.multidegrees(degree + 1))) <= size:
            degree += 1
        return degree


class Found:
    """The generators of a case at random points, with their multidegrees."""

    def __init__(self, case: Case, degree: int, points: int):
        names = [tensor.name for tensor in case.inputs]
        phi = Invariants(case.rep_in, case.group, degree, effort=EFFORT)
        cov = Covariants(case.rep_in, case.rep_out, case.group, degree=degree, effort=EFFORT)
        x = jax.numpy.asarray(draw(case.group, points, case.rep_in(case.group).size))
        self.scalars, self.tensors = (np.asarray(jax.jit(jax.vmap(f))(x)) for f in (phi, cov))
        self.of_scalars, self.of_tensors = (
            [tuple(dict(symbol.degrees).get(name, 0) for name in names) for symbol in f.symbols] for f in (phi, cov)
        )
        self.monomials = cache(self.monomials)

    def monomials(self, wanted: Degrees, first: int = 0) -> tuple[tuple[int, np.ndarray], ...]:
        """All products of scalars, from one on, of a multidegree: the number of factors, and values."""
        if not any(wanted):
            return ((0, np.ones(len(self.scalars))),)
        found = []
        for i in range(first, len(self.of_scalars)):
            if rest := _minus(wanted, self.of_scalars[i]):
                found += [(n + 1, self.scalars[:, i] * value) for n, value in self.monomials(rest, i)]
        return tuple(found)

    def maps(self, wanted: Degrees) -> tuple[np.ndarray, np.ndarray]:
        """Generators of a multidegree, and products of lower ones: values (number, points · size)."""
        parts: tuple[list, list] = ([], [])
        if self.tensors.shape[2] == 1:  # T(0): the scalars themselves, with 1 as their covariant
            for n, value in self.monomials(wanted):
                parts[n != 1].append(value)
        else:
            for i, own in enumerate(self.of_tensors):
                if rest := _minus(wanted, own):
                    products = [value for _, value in self.monomials(rest)]
                    parts[any(rest)].extend((self.tensors[:, i] * value[:, None]).ravel() for value in products)
        return tuple(np.array(part).reshape(-1, self.tensors.shape[0] * self.tensors.shape[2]) for part in parts)


def _minus(one: Degrees, other: Degrees) -> Degrees | None:
    rest = tuple(a - b for a, b in zip(one, other, strict=True))
    return None if min(rest) < 0 else rest


def cases() -> list:
    found = []
    for group, rep_in, rep_out in product(GROUPS, INPUTS, OUTPUTS):
        quick = (group, rep_in, rep_out) in QUICK
        found.append(pytest.param(group, rep_in, rep_out, SLOW_SIZE, marks=pytest.mark.slow))
        if quick:
            found.append(pytest.param(group, rep_in, rep_out, QUICK_SIZE))
    return found


@pytest.mark.parametrize("group, rep_in, rep_out, size", cases(), ids=str)
def test_the_span_is_complete_and_no_generator_is_idle(group, rep_in, rep_out, size):
    case = Case(group, rep_in, rep_out)
    degree = case.most(size)
    wanted = {d: case.count(d) for total in range(1, degree + 1) for d in case.multidegrees(total)}
    found = Found(case, degree, points=max(wanted.values()) + 10)
    assert degree >= 1 and all(sum(d) <= degree for d in found.of_scalars + found.of_tensors)
    for degrees, count in wanted.items():
        new, lower = found.maps(degrees)
        assert rank(np.concatenate([new, lower]), count) == count, degrees
        assert rank(lower, count) + len(new) == count, f"idle generators: {degrees}"


def test_nothing_is_made_of_upper_indices_alone_under_gl():
    """No fixed tensor lowers them: scalars there are none, and a tensor is a multiple of the input."""
    x = draw(GL(2), 4)
    assert Invariants(T(2), GL(2))(jax.numpy.asarray(x)).shape == (0,)
    assert Covariants(T(2), T(2), GL(2)).names == ["A1^ab", "(A1ᵀ)^ab"]
    assert Covariants(T(2), T(1), GL(2))(jax.numpy.asarray(x)).shape == (0, 2)
