"""The contract of `Invariants` and `Covariants` for every group, and their values against contractions by the book."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import EXAMPLES, GL, SL, SO, SU, Lorentz, O, O2eR3, SO2eR3, SO11p, Sp, Trivial, U
from scalaremlp.reps import T, V
from scalaremlp.scalars import Covariants, Invariants
from scalaremlp.scalars.generators import invariant_generators
from scalaremlp.scalars.inputs import inputs

from .oracles import Contracted, draw, element

EXACT = 1e-12
SOURCE = T(0) + 2 * T(1) + T(0, 1)
TARGET = 2 * T(0) + T(1) + T(0, 1) + T(2) + T(1, 1) + V.T * V + T(0, 2)
POINTS = 6
GROUPS = [group for group in EXAMPLES if group.fundamental and group.dim <= 4]
QUICK = [O(1), O(2), O(3), SO(2), SO(3), SO(1, 1), Lorentz(), Sp(1), U(1), U(2), SU(2), GL(2), SL(1), SL(2)]
QUICK += [SO11p(), Trivial(1), SO2eR3()]
over_groups = pytest.mark.parametrize(
    "group", [g if g in QUICK else pytest.param(g, marks=pytest.mark.slow) for g in GROUPS], ids=str
)


@cache
def compiled(group, rep_in, rep_out):
    """Both families, and coefficients times covariants, for a batch; compiled once for all tests of a group."""
    phi, cov = Invariants(rep_in, group), Covariants(rep_in, rep_out, group)
    weights = jnp.asarray(draw(group, cov.size, seed=9))
    run = jax.jit(jax.vmap(lambda x: (phi(x), cov(x), cov.combine(weights, x))))
    return phi, cov, weights, lambda x: tuple(map(np.asarray, run(jnp.asarray(x))))


def close(got, wanted, scale=1.0):
    scale = max(1.0, scale) * max(1.0, np.abs(wanted).max(initial=0.0))
    return got.shape == wanted.shape and np.abs(got - wanted).max(initial=0.0) <= 100 * EXACT * scale


def check_symmetry(group, rep_in, rep_out):
    _, cov, weights, run = compiled(group, rep_in, rep_out)
    x = draw(group, POINTS, rep_in(group).size)
    scalars, tensors, combined = run(x)
    assert np.isfinite(scalars).all() and np.isfinite(tensors).all() and not np.iscomplexobj(scalars)
    assert close(combined, np.einsum("k,pki->pi", weights, tensors))
    for seed in range(3):
        g = element(group, seed)
        rho_in, rho_out = (np.asarray(rep(group).rho(g)) for rep in (rep_in, rep_out))
        moved_scalars, moved_tensors, moved = run(x @ rho_in.T)
        size = np.linalg.norm(rho_in, 2) ** cov_degree(cov) * np.linalg.norm(rho_out, 2)
        assert close(moved_scalars, scalars, size)
        assert close(moved_tensors, tensors @ rho_out.T, size)
        assert close(moved, combined @ rho_out.T, size)


def cov_degree(cov):
    """The highest degree in the inputs: what rounding grows with under boosts."""
    return max(sum(len(b.inputs) for b in c) for _, c in cov.contractions)


def check_values(group, rep_in, rep_out):
    """Every covariant is the contraction that its brackets say, in the block of the output that it belongs to."""
    _, cov, _, run = compiled(group, rep_in, rep_out)
    x = draw(group, POINTS, rep_in(group).size)
    tensors = run(x)[1]
    ups, downs = (np.stack(v) for v in zip(*(map(np.asarray, vectors(group, rep_in, row)) for row in x), strict=True))
    oracle = Contracted(group, ups, downs)
    copies = [term for multiplicity, term in rep_out(group).blocks for _ in range(multiplicity)]
    edges = np.cumsum([0, *(term.size for term in copies)])
    wanted = np.zeros_like(tensors)
    for k, (number, contraction) in enumerate(cov.contractions):
        value = oracle.value(contraction, copies[number].legs).reshape(POINTS, -1)
        wanted[:, k, edges[number] : edges[number + 1]] = value
    same = np.abs(tensors - wanted).max(axis=(0, 2)) <= 100 * EXACT * np.abs(wanted).max()
    assert same.all(), [cov.names[k] for k in np.flatnonzero(~same)]


def vectors(group, rep, x):
    """Upper and lower vectors of one input of type `SOURCE`, by hand."""
    d = group.dim
    start = rep(group).size - 3 * d
    v, w = x[start : start + 2 * d].reshape(2, d), x[start + 2 * d :].reshape(1, d)
    forms = [t.array for t in group.fixed_tensors if t.kind == "form" and t.q == 2]
    if forms:
        return np.concatenate([v, np.linalg.solve(forms[0], w.T).T]), np.zeros((0, d))
    if group.field == "complex":
        return np.concatenate([v, w.conj()]), np.concatenate([v.conj(), w])
    return v, w


@over_groups
def test_symmetry(group):
    check_symmetry(group, SOURCE, TARGET)


@over_groups
def test_values(group):
    check_values(group, SOURCE, TARGET)


@pytest.mark.parametrize(
    "group, rep_out",
    [
        (SO(2), T(2, 1)),
        (Sp(1), T(1, 2)),
        (SL(2), T(3)),
        pytest.param(SO(3), T(3), marks=pytest.mark.slow),
        pytest.param(SO(3), T(2, 2), marks=pytest.mark.slow),
        pytest.param(Lorentz(), T(1, 2), marks=pytest.mark.slow),
        pytest.param(SL(3), T(1, 2), marks=pytest.mark.slow),
        pytest.param(SL(2), T(2, 2), marks=pytest.mark.slow),
        pytest.param(U(2), T(2, 2), marks=pytest.mark.slow),
        pytest.param(SU(2), T(3), marks=pytest.mark.slow),
        pytest.param(O2eR3(), T(3), marks=pytest.mark.slow),
        pytest.param(SO2eR3(), T(2, 1), marks=pytest.mark.slow),
        pytest.param(O(2), T(4), marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_rank_three_and_four(group, rep_out):
    source = 2 * T(1) + T(0, 1)
    check_symmetry(group, source, rep_out)
    check_values(group, source, rep_out)


@over_groups
def test_sizes_names_and_precision(group):
    """Without compiling anything: shapes and dtypes of both families, in single precision as well."""
    phi, cov = Invariants(SOURCE, group), Covariants(SOURCE, TARGET, group)
    assert phi.size == len(phi.names) == len(set(phi.names))
    assert cov.size == len(cov.names) == len(cov.contractions) == len(cov.block)
    for block in set(cov.block):
        names = [name for name, where in zip(cov.names, cov.block, strict=True) if where == block]
        assert len(set(names)) == len(names) // (2 if block == 0 else 1)
    real, own = ((np.float32, np.complex64), (np.float64, np.complex128)), group.field == "complex"
    for pair in real:
        x = jax.ShapeDtypeStruct((SOURCE(group).size,), pair[own])
        scalars, tensors = jax.eval_shape(phi, x), jax.eval_shape(cov, x)
        assert (scalars.shape, scalars.dtype) == ((phi.size,), pair[0])
        assert (tensors.shape, tensors.dtype) == ((cov.size, TARGET(group).size), pair[own])


@over_groups
def test_invariants_are_the_generators(group):
    """One number for each generating bracket; for unitary groups the conjugate ones once, in two parts."""
    phi, ins = Invariants(SOURCE, group), inputs(SOURCE, group)
    pairs = [b for b in invariant_generators(ins.family, ins.n_up, ins.n_down) if b.kind == "pair"]
    others = len(invariant_generators(ins.family, ins.n_up, ins.n_down)) - len(pairs)
    extra = sum(name.startswith("τ") for name in phi.names)
    assert bool(extra) == group.orthochronous
    if group.field == "real":
        assert phi.size == 1 + len(pairs) + others + extra
    else:  # s; <x1,x1>, <x2,x2>, <w1,w1>; three products; and determinants, which come with their conjugates
        assert phi.size == 2 + 3 + 2 * 3 + others


def test_an_equal_group_is_not_traced_again():
    traces = []

    @eqx.filter_jit
    def run(phi, cov, x):
        traces.append(1)
        return phi(x), cov(x)

    x = jnp.ones(8)
    for group in (Lorentz(), O(1, 3)):
        run(Invariants(2 * T(1), group), Covariants(T(1) + V, T(1), group), x)
    assert len(traces) == 1
