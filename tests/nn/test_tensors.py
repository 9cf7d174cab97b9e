"""Networks of tensors: the contract of models for types of which some have two indices, and exchange of particles."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import SO, Lorentz, O, U
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import Alt, Sym, T
from scalaremlp.scalars import learned

from .models import draw, randomised

CASES = [
    (Sym(2) + T(1), Sym(2), O(3), {}),
    (T(2), T(1), SO(3), {}),
    (Alt(2) + T(1), T(1) + T(0), Lorentz(), {}),
    (Sym(2) + T(1), T(1), U(2), {}),
    (T(0) + T(1, 1), T(1, 1), U(2), {}),
    (Sym(2) + T(1), Sym(2), O(3), {"norms": False, "quadratic": False}),
    (3 * T(1) + 3 * Sym(2), T(1), O(3), {"permutation": True}),
    (3 * T(0) + 3 * T(2), Sym(2) + T(0), SO(2), {"permutation": True}),
]
QUICK = (0, 2, 3, 6)


@cache
def made(case):
    rep_in, rep_out, group, settings = CASES[case]
    model = ScalarMLP(rep_in, rep_out, group, width=5, depth=1, **settings, key=jr.key(0))
    x, y = draw(group, 20, rep_in(group).size), draw(group, 20, rep_out(group).size, seed=1)
    return randomised(model.calibrate(x, y))


over_models = pytest.mark.parametrize(
    "case",
    [
        pytest.param(i, id=" ".join(map(str, case)), marks=[] if i in QUICK else pytest.mark.slow)
        for i, case in enumerate(CASES)
    ],
)


@over_models
def test_equivariance_and_exchange(case):
    model = made(case)
    rep_in, rep_out, group, settings = CASES[case]
    exchanged = {"permutations": True} if settings.get("permutation") else {}
    error = se.equivariance_error(model, rep_in, rep_out, group, key=jr.key(1), samples=8, elements=4, **exchanged)
    assert error <= 1e-10
    y = np.asarray(se.predict(model, draw(group, 8, rep_in(group).size)))
    assert np.isfinite(y).all() and y.std(axis=0).max() > 1e-3


@over_models
def test_saved_and_described_to_the_bit(case, tmp_path):
    model = made(case)
    se.save(tmp_path, model)
    loaded = se.load(tmp_path)
    x = draw(CASES[case][2], 3, CASES[case][0](CASES[case][2]).size)
    assert jax.tree.structure(loaded) == jax.tree.structure(model) and loaded.config() == model.config()
    assert np.asarray(se.predict(loaded, x)).tobytes() == np.asarray(se.predict(model, x)).tobytes()


@over_models
def test_gradients_are_finite_at_zero_and_where_inputs_are_alike(case):
    model, (rep_in, _, group, _) = made(case), CASES[case]
    values, rest = eqx.partition(model, learned(model))
    size = rep_in(group).size
    points = jnp.stack([jnp.zeros(size), jnp.ones(size)]).astype(draw(group, 1).dtype)

    @jax.jit
    def gradients(values, x):
        return jax.grad(lambda v, x: jnp.sum(jnp.abs(eqx.combine(v, rest)(x)) ** 2), (0, 1))(values, x)

    for x in points:
        assert all(np.isfinite(array).all() for array in jax.tree.leaves(gradients(values, x)))


def test_every_exchange_by_hand():
    """Particle i is the i-th vector together with the i-th tensor."""
    case = 6
    vectors, tensors = (np.asarray(each)[0] for each in CASES[case][0](O(3)).split(draw(O(3), 1, 27)))
    rep = CASES[case][0](O(3))
    orders = [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]]
    moved = jnp.stack([jnp.asarray(rep.merge([vectors[o], tensors[o]])) for o in orders])
    values = np.asarray(se.predict(made(case), moved))
    assert np.abs(values - values[0]).max() < 1e-10 * np.abs(values).max()
    apart = jnp.asarray(rep.merge([vectors[[1, 0, 2]], tensors]))  # two vectors exchanged without their tensors
    assert np.abs(np.asarray(se.predict(made(case), apart[None])) - values[0]).max() > 1e-3
