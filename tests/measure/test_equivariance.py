"""The equivariance error is tiny for exact functions, is what its formula says for others, and sees permutations."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import SO, SU, Lorentz, Matrices, O, S, Sp, Trivial
from scalaremlp.measure import equivariance_error
from scalaremlp.reps import T, V

MODEL = 1e-10
ETA = jnp.diag(jnp.array([1.0, -1, -1, -1]))


def cross(x):
    return jnp.cross(*x.reshape(2, 3))


def gram_times_first(x):
    p = x.reshape(2, 4)
    return jnp.tanh(p[0] @ ETA @ p[1]) * p[0]


def outer(x):
    a, b = x.reshape(2, 3)
    return jnp.outer(a, b).ravel()


def hermitian(x):
    a, b = x.reshape(2, 2)
    return jnp.vdot(a, b) * a


def pooled(x):
    """A set of 4 points in space, in: how many points each; out: the number-weighted mean point."""
    numbers, points = x[:4], x[4:].reshape(4, 3)
    return numbers @ points


@pytest.mark.parametrize(
    "model, rep_in, rep_out, group",
    [
        (cross, 2 * T(1), T(1), SO(3)),
        (gram_times_first, 2 * T(1), T(1), Lorentz()),
        (outer, 2 * T(1), T(2), O(3)),
        (hermitian, 2 * T(1), T(1), SU(2)),
        (lambda x: jnp.sin(x), T(1), T(1), Trivial(4)),
    ],
)
def test_exact_functions(model, rep_in, rep_out, group, key):
    assert equivariance_error(model, rep_in, rep_out, group, key=key) < MODEL


@pytest.mark.parametrize(
    "model, rep_in, rep_out, group",
    [
        (cross, 2 * T(1), T(1), O(3)),
        (lambda x: jnp.tanh(x), T(1), T(1), O(3)),
        (lambda x: (x[:4] @ x[4:])[None], 2 * T(1), T(0), Sp(2)),
    ],
)
def test_functions_that_are_not_equivariant(model, rep_in, rep_out, group, key):
    assert equivariance_error(model, rep_in, rep_out, group, key=key) > 0.1


def test_the_formula(key):
    """A plain loop over the same elements, for f(x) = (x_0 + 2, ...) and boosts, whose norm is not 1."""
    group, rep = Lorentz(), T(1)
    x = np.random.default_rng(7).standard_normal((5, 4))

    def model(x):
        return x + 2.0

    worst = 0.0
    for g in np.asarray(group.sample(jr.fold_in(key, 0), 16)):
        sizes = [np.linalg.norm(g @ model(each)) for each in x]
        for each, size in zip(x, sizes, strict=True):
            error = np.linalg.norm(model(g @ each) - g @ model(each))
            worst = max(worst, error / max(size, np.sqrt(np.mean(np.square(sizes)))))
    got = equivariance_error(model, rep, rep, group, key=key, x=jnp.asarray(x))
    assert got == pytest.approx(worst, rel=1e-12) and got > 0.1


def dot(x):
    return (x[:3] @ x[3:])[None]


def test_an_exact_law_that_is_zero_at_a_sample(key):
    x = np.random.default_rng(0).normal(size=(50, 6))
    x[0] = [1, 0, 0, 0, 1, 0]  # rotated, the product is about 1e-17
    assert equivariance_error(dot, 2 * T(1), T(0), O(3), key=key, x=x) < 1e-14
    x[1:] = x[0]  # all samples: what is added up is still of size 1
    assert equivariance_error(dot, 2 * T(1), T(0), O(3), key=key, x=x) < MODEL
    x *= 1e-170  # whose squares underflow
    assert equivariance_error(lambda x: x[:3], 2 * T(1), T(1), O(3), key=key, x=x) < 1e-14


def test_a_law_that_is_broken_where_it_is_small(key):
    x = np.random.default_rng(0).normal(size=(50, 6))
    assert equivariance_error(lambda z: dot(z) + 0.01 * z[:1], 2 * T(1), T(0), O(3), key=key, x=x) > 1e-3


def boosts(*rapidities):
    return Matrices(generators=[[[np.cosh(r), np.sinh(r)], [np.sinh(r), np.cosh(r)]] for r in rapidities])


@pytest.mark.parametrize("rapidity", [1.0, 5.0, 8.0, 10.0])
def test_groups_with_large_elements(rapidity, key):
    """A map between eigenvectors of different weights is found however small its image under one boost is."""
    group, rep = boosts(rapidity), T(3)
    exact = np.asarray((rep >> rep)(group).equivariant_basis() @ np.random.default_rng(0).normal(size=20)).reshape(8, 8)
    assert equivariance_error(lambda x: exact @ x, rep, rep, group, key=key) < 1e-12
    plus, minus = np.array([1.0, 1.0]) / 2**0.5, np.array([1.0, -1.0]) / 2**0.5
    for signs in ((plus, plus, plus, minus, minus, minus), (plus, minus, minus, minus, minus, minus)):
        wrong = np.kron(np.kron(np.kron(*signs[:2]), signs[2])[:, None], np.kron(np.kron(*signs[3:5]), signs[5]))
        for matrix in (wrong, wrong.T):
            assert equivariance_error(lambda x, m=exact + matrix: m @ x, rep, rep, group, key=key) > 1e-3


@pytest.mark.parametrize("rapidity", [1.0, 5.0, 8.0, 10.0])
def test_invariants_of_groups_with_large_elements(rapidity, key):
    """Numbers of the size e^20 cancel in the exact law, which must not look like a broken one."""

    def invariant(x, factor=1.0):
        return (x[0] * x[2] - factor * x[1] * x[3])[None]

    types = (2 * T(1), T(0), boosts(rapidity))
    assert equivariance_error(invariant, *types, key=key) < MODEL
    assert equivariance_error(lambda x: invariant(x, 1.01), *types, key=key) > 1e-3


def test_elements_that_overflow_are_left_out(key):
    group = Matrices(generators=[np.diag([1e30, 1e-30])])
    assert equivariance_error(lambda x: x, T(8), T(8), group, key=key) < MODEL
    assert equivariance_error(lambda x: x[::-1], T(8), T(8), group, key=key) > 0.1


def test_several_groups(key):
    """S(4) permutes the points and O(3) rotates them; the dot products of all pairs move with S(4) alone."""
    rep_in, rep_out = V(S(4)) * V(O(3)), V(S(4)) * V(S(4))

    def products(x):
        points = x.reshape(4, 3)
        return (points @ points.T).ravel()

    assert equivariance_error(products, rep_in, rep_out, None, key=key) < MODEL
    assert equivariance_error(lambda x: products(x)[::-1] * jnp.arange(16), rep_in, rep_out, None, key=key) > 0.1


def test_permutations_of_particles(key):
    arguments = (5 * T(0) + 5 * T(1), T(2), O(3))
    x = np.random.default_rng(0).uniform(1, 2, (20, 20))

    def moment(x, weights):
        points = x[5:].reshape(5, 3)
        second = jnp.einsum("i,ia,ib->ab", weights * x[:5], points, points)
        return (jnp.trace(second) * jnp.eye(3) - second).ravel()

    def shared(x):
        return moment(x, jnp.ones(5))

    def uneven(x):
        return moment(x, jnp.arange(5.0))

    for options in ({}, {"x": x}):
        assert equivariance_error(shared, *arguments, key=key, permutations=True, **options) < MODEL
        assert equivariance_error(uneven, *arguments, key=key, permutations=False, **options) < MODEL
        assert equivariance_error(uneven, *arguments, key=key, permutations=True, **options) > 0.1
    assert equivariance_error(uneven, *arguments, key=key) < MODEL
    uneven.permutation = True  # a model that claims the symmetry is tested for it
    assert equivariance_error(uneven, *arguments, key=key) > 0.1


def test_masses_and_positions_are_exchanged_together(key):
    """Exchanging only one of the two blocks would change a mean weighted by the first."""
    rep_in, rep_out = 4 * T(0) + 4 * T(1), T(1)
    assert equivariance_error(pooled, rep_in, rep_out, O(3), key=key, permutations=True) < MODEL


def test_blocks_that_are_no_particles_are_refused(key):
    with pytest.raises(ValueError, match=r"all blocks have the same multiplicity\. Got .*permutations=False"):
        equivariance_error(lambda x: x[:1], 2 * T(0) + 3 * T(1), T(0), O(3), key=key, permutations=True)


def test_inputs_are_checked(key):
    with pytest.raises(
        ValueError, match=r"inputs of shape \(n, 3\) = T\(1\)\. Got shape \(2, 4\)\. One input is x\[None"
    ):
        equivariance_error(lambda x: x, T(1), T(1), O(3), key=key, x=jnp.ones((2, 4)))


@pytest.mark.parametrize("none", ["samples", "elements"])
def test_nothing_is_no_proof(none, key):
    text = rf"^`{none}` must be a whole number of at least 1\. Got 0\. None would prove nothing"
    with pytest.raises(ValueError, match=text):
        equivariance_error(lambda x: x[:1], T(1), T(0), O(3), key=key, **{none: 0})


def test_functions_that_jax_cannot_trace(key):
    def by_numpy(x):
        return np.array([np.linalg.norm(np.asarray(x))])

    assert equivariance_error(by_numpy, T(1), T(0), O(3), key=key, samples=4) < MODEL


def test_zero_and_nan(key):
    assert equivariance_error(lambda x: 0 * x, T(1), T(1), O(3), key=key) == 0
    assert np.isnan(equivariance_error(lambda x: 0 * x[:1] / 0, T(1), T(0), O(3), key=key))
    assert np.isnan(equivariance_error(lambda x: jnp.where(x[:1] > 0, 1.0, jnp.nan), T(1), T(0), O(3), key=key))
    step = equivariance_error(lambda x: jnp.where(x > 0, 0.0, 1.0)[:1], T(1), T(0), O(3), key=key)
    assert 1 < step < 2  # in relation to the mean square, of 0 and 1
    positive = np.ones((3, 3))
    assert equivariance_error(lambda x: jnp.where(x > 0, 0.0, 1.0)[:1], T(1), T(0), O(3), key=key, x=positive) > 0.1


def test_single_precision(key):
    with jax.enable_x64(False):
        assert 1e-9 < equivariance_error(cross, 2 * T(1), T(1), SO(3), key=key) < 1e-4
