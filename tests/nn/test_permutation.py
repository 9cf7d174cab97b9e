"""With `permutation=True` particles are exchanged freely, and the laws that the docstring names are represented."""

from itertools import permutations

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import scalaremlp as se
from scalaremlp.groups import GL, SO, SU, Lorentz, O, Sp, Trivial, U
from scalaremlp.measure import predict
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import T

from .models import draw, linear_part, random_model

MODEL = 1e-10
PARTICLES = 3 * T(0) + 3 * T(1)
QUICK = [(SO(3), T(1)), (Lorentz(), T(2))]
GROUPS = [O(3), SO(2), SO(3), Lorentz(), Sp(1), U(2), SU(2), GL(2), Trivial(2)]
CASES = [(group, rep_out) for group in GROUPS for rep_out in (T(0), T(1), T(2), T(0, 1), T(0) + T(1))]
over_cases = pytest.mark.parametrize(
    "group, rep_out",
    [
        case if case in QUICK else pytest.param(*case, marks=pytest.mark.slow)
        for case in CASES
        if case != (GL(2), T(0, 1))  # no covector can be made of vectors: see test_no_covariants
    ],
    ids=str,
)


def error(model, **settings):
    settings = {"key": jr.key(1), "samples": 8, "elements": 8, "permutations": True, **settings}
    return se.equivariance_error(model, model.rep_in, model.rep_out, model.group, **settings)


def particles(x, n=3):
    """Masses and positions of n particles in space."""
    return x[:, :n], x[:, n:].reshape(len(x), n, -1)


@over_cases
def test_exchange_changes_nothing(group, rep_out):
    model = random_model(group, PARTICLES, rep_out, permutation=True)
    assert error(model) <= MODEL
    y = np.asarray(predict(model, draw(group, 8, PARTICLES(group).size)))
    assert np.isfinite(y).all() and (np.linalg.norm(y, axis=1) > 1e-3).all() and y.std(axis=0).min() > 1e-3


def test_every_exchange_by_hand():
    """Particle i is the i-th scalar together with the i-th vector."""
    model = random_model(SO(3), PARTICLES, T(1), permutation=True)
    masses, positions = particles(np.asarray(draw(SO(3), 1, 12)))
    orders = [list(order) for order in permutations(range(3))]
    moved = np.stack([np.concatenate([masses[0, o], positions[0, o].ravel()]) for o in orders])
    together = np.asarray(predict(model, jnp.asarray(np.tile(moved, (2, 1))[:8])))
    assert np.abs(together - together[0]).max() <= MODEL * np.abs(together[0]).max()
    apart = np.stack([np.concatenate([masses[0], positions[0, o].ravel()]) for o in orders])
    different = np.asarray(predict(model, jnp.asarray(np.tile(apart, (2, 1))[:8])))[1:6]
    assert np.abs(different - together[0]).max(axis=1).min() > 1e-3


@pytest.mark.parametrize("rep_in", [T(0) + T(1), pytest.param(2 * T(1), marks=pytest.mark.slow)], ids=str)
def test_few_particles_or_one_block(rep_in):
    model = random_model(O(3), rep_in, T(0) + T(2), permutation=True)
    assert error(model) <= MODEL
    y = np.asarray(predict(model, draw(O(3), 8, rep_in(O(3)).size)))
    assert y.shape == (8, 10) and y.std(axis=0)[[0, 1, 5, 9]].min() > 1e-3


@pytest.mark.parametrize("group, rep_in, rep_out", [(O(3), 2 * T(0), T(1)), (GL(2), 2 * T(1), T(0, 1))], ids=str)
@pytest.mark.parametrize("permutation", [False, True])
def test_no_covariants(group, rep_in, rep_out, permutation):
    """Where symmetry allows no other function, the model is zero."""
    model = random_model(group, rep_in, rep_out, permutation=permutation)
    y = predict(model, draw(group, 2, rep_in(group).size))
    assert y.shape == (2, rep_out(group).size) and (np.asarray(y) == 0).all()


def test_unequal_blocks_are_refused():
    with pytest.raises(
        ValueError,
        match=r"needs blocks of one multiplicity, particle i being the i-th of each, as 5\*T\(0\) \+ 5\*T\(1\)\. "
        r"Got 2\*T\(0\) \+ 3\*T\(1\): write it so, or leave permutation=False",
    ):
        ScalarMLP(2 * T(0) + 3 * T(1), T(0), O(3), permutation=True, key=jr.key(0))


def inertia(masses, positions):
    second = jnp.einsum("ni,nia,nib->nab", masses, positions, positions)
    return (jnp.trace(second, axis1=1, axis2=2)[:, None, None] * jnp.eye(3) - second).reshape(-1, 9)


def squared_products(masses, positions):
    return jnp.sum((positions @ positions.mT) ** 2, axis=(1, 2))[:, None]


def weighted_mean(masses, positions):
    return jnp.einsum("ni,nia->na", masses, positions)


def pooled_coefficient(masses, positions):
    """A sum over particles whose coefficient is a pooled sum."""
    return masses.sum(axis=1, keepdims=True) * positions.sum(axis=1)


def pair_force(masses, positions):
    """A sum over pairs of a scalar of the pair times a vector of the pair."""
    products = positions @ positions.mT
    return jnp.einsum("nij,nia->na", products * (1 - jnp.eye(3)), positions)


LAWS = [
    (inertia, T(2)),
    (squared_products, T(0)),
    (weighted_mean, T(1)),
    (pooled_coefficient, T(1)),
    (pair_force, T(1)),
]


def best_fit(rep_out, law):
    """The relative error, on new inputs, of the polynomial that fits a law best."""
    model = ScalarMLP(PARTICLES, rep_out, O(3), width=1, depth=1, permutation=True, key=jr.key(0))
    x = draw(O(3), 360, 12, seed=1)
    y = np.asarray(law(*particles(x)))
    start, restore = ravel_pytree(linear_part(model))

    def value(flat, x):
        return eqx.combine(restore(flat), model)(x)

    jacobian = np.asarray(jax.jit(jax.vmap(jax.jacfwd(value), (None, 0)))(start, x))
    known, new = jacobian[:300].reshape(-1, start.size), jacobian[300:].reshape(-1, start.size)
    assert len(known) > start.size
    found = np.linalg.lstsq(known, y[:300].ravel(), rcond=1e-12)[0]
    return np.linalg.norm(new @ found - y[300:].ravel()) / np.linalg.norm(y[300:])


@pytest.mark.parametrize("law, rep_out", LAWS, ids=lambda case: getattr(case, "__name__", str(case)))
def test_laws_by_the_polynomial(law, rep_out):
    assert best_fit(rep_out, law) < 1e-8


def test_a_determinant_of_three_particles_is_not_seen():
    """The docstring says so: an output T(0) of SO(3) does not tell a configuration from its mirror image."""
    x = draw(SO(3), 8, 12)
    mirrored = jnp.concatenate([x[:, :3], -x[:, 3:]], axis=1)
    shared, separate = (random_model(SO(3), PARTICLES, T(0), permutation=p) for p in (True, False))
    value, image = (np.asarray(predict(shared, each)) for each in (x, mirrored))
    assert np.abs(value - image).max() <= 1e-12 * np.abs(value).max()
    value, image = (np.asarray(predict(separate, each)) for each in (x, mirrored))
    assert np.abs(value - image).max(axis=1).min() > 1e-3


@pytest.mark.parametrize(
    "group, rep_out, arities",
    [(O(3), T(2), [0, 1, 2]), (SO(3), T(1), [0, 1, 2]), (SO(3), T(2), [0, 1, 2, 3]), (Lorentz(), T(0), [0, 1, 2])],
    ids=str,
)
def test_only_tuples_that_give_a_covariant_are_made(group, rep_out, arities):
    model = ScalarMLP(8 * T(0) + 8 * T(1), rep_out, group, permutation=True, key=jr.key(0))
    assert [t.arity for t in model.body.tuples] == arities


def test_too_many_tuples_are_refused():
    text = (
        r"^permutation=True sums over ordered 3-tuples of particles, at most 2000000\. Got 7880400 of 200 particles: "
    )
    with pytest.raises(ValueError, match=text + r"take fewer particles, or an output of a lower rank\.$"):
        ScalarMLP(200 * T(1), T(2), SO(3), permutation=True, key=jr.key(0))
