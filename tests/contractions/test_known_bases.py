"""Integrity bases that are published: numbers and degrees of the generators, and tensors that lie in a module."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.contractions.generating_set import generating_set
from scalaremlp.groups import SO, Lorentz, O, Sp
from scalaremlp.reps import Alt, Sym
from scalaremlp.scalars import Covariants, Invariants

from .oracle import A2, ELASTICITY, HARMONIC3, S2, T2, X, named

# group, inputs, output, highest degree (None: to the end), how many generators there are of each degree
KNOWN = [
    (O(3), (S2,), None, None, {1: 1, 2: 1, 3: 1}),
    (O(3), (S2, S2), None, None, {1: 2, 2: 3, 3: 4, 4: 1}),
    (O(3), (S2, S2, S2), None, None, {1: 3, 2: 6, 3: 10, 4: 6, 5: 3}),
    (O(3), (T2,), None, None, {1: 1, 2: 2, 3: 2, 4: 1, 6: 1}),
    (O(3), (S2, A2), None, None, {1: 1, 2: 2, 3: 2, 4: 1, 6: 1}),
    (O(3), (S2, X), None, None, {1: 1, 2: 2, 3: 2, 4: 1}),
    (SO(3), (S2, X), None, None, {1: 1, 2: 2, 3: 2, 4: 1, 6: 1}),
    (O(2), (S2, S2), None, None, {1: 2, 2: 3}),
    (SO(2), (S2, S2), None, None, {1: 2, 2: 4}),
    (O(3), (HARMONIC3,), None, None, {2: 1, 4: 1, 6: 1, 10: 1}),
    (O(3), (S2, A2), S2, None, {0: 1, 1: 1, 2: 3, 3: 2, 4: 3, 5: 1}),
    (O(3), (S2,), S2, None, {0: 1, 1: 1, 2: 1}),
    (O(3), (S2,), X, None, {}),
    (O(3), (ELASTICITY,), None, 3, {1: 2, 2: 4, 3: 10}),
    (Lorentz(), (A2,), None, None, {2: 1, 4: 1}),
    (SO(1, 3), (A2,), None, None, {2: 2}),
    (Sp(1), (S2, S2), None, None, {2: 3}),
]
SLOW = [
    (SO(3), (HARMONIC3,), None, 15, {2: 1, 4: 1, 6: 1, 10: 1, 15: 1}),
    (O(3), (ELASTICITY,), None, 5, {1: 2, 2: 4, 3: 10, 4: 16, 5: 33}),
]


@pytest.mark.parametrize(
    "group, tensors, output, degree, count",
    [*KNOWN, *(pytest.param(*case, marks=pytest.mark.slow) for case in SLOW)],
    ids=named,
)
def test_as_many_generators_of_each_degree_as_are_published(group, tensors, output, degree, count):
    """Zheng, Appl. Mech. Rev. 47 (1994), 545; Smith and Bao (1997) on the harmonic tensor; Olive, Kolev and Auffray,
    Arch. Ration. Mech. Anal. 226 (2017), 1, on elasticity; Pope, J. Fluid Mech. 72 (1975), 331."""
    found = generating_set(group, tensors, None if output is None else output.dual(), degree, effort=10**6)
    degrees = [sum(graph.degrees(len(tensors))) for graph in found.graphs]
    assert Counter(degrees) == count and degrees == sorted(degrees)
    assert found.highest == max(count, default=0)
    assert found.checked == degree if degree is not None else found.complete


def popes(s, w):
    """T1 to T10 of strain s and rotation w, and the unit tensor; Pope's table 1."""
    eye = np.eye(3)

    def without_trace(a):
        return a - np.trace(a, axis1=1, axis2=2)[:, None, None] * eye / 3

    both = w @ s @ s, s @ s @ w @ w, w @ s @ w @ w, s @ w @ s @ s
    return {
        "T1": s,
        "T2": s @ w - w @ s,
        "T3": without_trace(s @ s),
        "T4": without_trace(w @ w),
        "T5": both[0] - s @ s @ w,
        "T6": without_trace(w @ w @ s + s @ w @ w),
        "T7": both[2] - w @ w @ s @ w,
        "T8": both[3] - s @ s @ w @ s,
        "T9": without_trace(w @ w @ s @ s + both[1]),
        "T10": w @ s @ s @ w @ w - w @ w @ s @ s @ w,
    }


def test_popes_tensors_are_combinations_of_the_covariants_with_invariant_coefficients():
    """At random points: each by least squares in products of monomials and covariants of its degree."""
    rng = np.random.default_rng(0)
    rep = (Sym(2) + Alt(2))(O(3))
    x = rng.normal(size=(60, rep.size))
    strain, rotation = (part[:, 0] for part in rep.split(x))
    phi, cov = Invariants(Sym(2) + Alt(2), O(3)), Covariants(Sym(2) + Alt(2), Sym(2), O(3))
    scalars, tensors = (np.asarray(jax.jit(jax.vmap(f))(jnp.asarray(x))) for f in (phi, cov))
    assert [symbol.degree for symbol in cov.symbols] == [0, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5]
    degrees = dict(T1=(1, 0), T2=(1, 1), T3=(2, 0), T4=(0, 2), T5=(2, 1), T6=(1, 2), T7=(1, 3), T8=(3, 1), T9=(2, 2))
    for name, tensor in popes(strain, rotation).items():
        columns = products(phi, scalars, cov, tensors, {**degrees, "T10": (2, 3)}[name])
        target = Sym(2)(O(3)).merge([tensor[:, None]]).ravel()
        solved = np.linalg.lstsq(columns, target, rcond=None)[0]
        assert np.abs(columns @ solved - target).max() < 1e-10 * np.abs(target).max(), name


def products(phi, scalars, cov, tensors, wanted):
    """All monomials of invariants times covariants of a multidegree, as columns."""

    def monomials(rest, first):
        if rest == (0, 0):
            yield np.ones(len(scalars))
        for i in range(first, phi.size):
            less = minus(rest, phi.symbols[i])
            if min(less) >= 0:
                yield from (scalars[:, i] * other for other in monomials(less, i))

    columns = [
        (value[:, None] * tensors[:, k]).ravel()
        for k in range(cov.size)
        for rest in (minus(wanted, cov.symbols[k]),)
        if min(rest) >= 0
        for value in monomials(rest, 0)
    ]
    return np.stack(columns, axis=1)


def minus(degrees, symbol):
    return tuple(d - dict(symbol.degrees).get(name, 0) for d, name in zip(degrees, ("A1", "A2"), strict=True))
