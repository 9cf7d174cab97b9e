"""Gradients are finite, and those of a differentiable function, where vectors vanish, coincide or are light-like."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import SO, SU, Lorentz, O, O2eR3, SO2eR3, SO13p, Sp, Trivial, U
from scalaremlp.reps import T
from scalaremlp.scalars import learned

from .models import draw, normal_like, random_model

SOURCE = 2 * T(0) + 2 * T(1)
TARGET = T(0) + T(1)
QUICK = [(O(3), True), (Lorentz(), False), (SO13p(), False), (U(2), False), (Trivial(3), False)]
GROUPS = [O(3), SO(3), O(1), SO(2), Lorentz(), SO13p(), Sp(1), U(2), SU(2), O2eR3(), SO2eR3(), Trivial(3)]
CASES = [(group, permutation) for group in GROUPS for permutation in (False, True)]
over_cases = pytest.mark.parametrize(
    "group, permutation",
    [case if case in QUICK else pytest.param(*case, marks=pytest.mark.slow) for case in CASES],
    ids=str,
)


@pytest.fixture(autouse=True)
def nan_is_an_error():
    with jax.debug_nans(True):
        yield


def vector_pairs(group):
    """Pairs of vectors where norms, angles, determinants or orientations are singular."""
    v, first = draw(group, group.dim, seed=3), jnp.eye(group.dim)[0]
    last = jnp.eye(group.dim)[-1]
    light, back = first + last, first - last
    zero = jnp.zeros_like(v)
    pairs = [(zero, zero), (v, zero), (zero, v), (v, v), (v, 2 * v), (v, -v), (first, first), (first, zero)]
    pairs += [(light, light), (light, zero), (light, back), (light, -light), (first, last), (last, last)]
    return [(first.astype(v.dtype), second.astype(v.dtype)) for first, second in pairs]


def singular_inputs(group):
    """One input for each pair, with scalars that are zero, equal and different."""
    pairs = vector_pairs(group)
    scalars = [draw(group, 2, seed=4), jnp.zeros(2), jnp.ones(2)]
    return jnp.stack([jnp.concatenate([s, *pair]) for pair in pairs for s in scalars])


@cache
def gradients(group, permutation):
    """The model, and the gradients of a weighted sum of its outputs by its parameters and by its input."""
    model = random_model(group, SOURCE, TARGET, permutation=permutation)
    values, rest = eqx.partition(model, learned(model))
    weights = draw(group, TARGET(group).size, seed=5)

    def total(values, x):
        return jnp.real(jnp.vdot(weights, eqx.combine(values, rest)(x)))

    batched = jax.jit(jax.vmap(jax.value_and_grad(total, argnums=(0, 1)), in_axes=(None, 0)))
    return values, batched


@over_cases
def test_finite(group, permutation):
    values, run = gradients(group, permutation)
    value, gradient = run(values, singular_inputs(group))
    assert all(np.isfinite(array).all() for array in jax.tree.leaves((value, gradient)))
    assert all(np.abs(array).max(initial=0) < 1e6 for array in jax.tree.leaves((value, gradient)))


@over_cases
def test_every_array_matters(group, permutation):
    """No gradient is zero for all of the inputs, so that finite is no empty claim."""
    values, run = gradients(group, permutation)
    by_parameters, by_input = run(values, singular_inputs(group))[1]
    used = [c for c in by_parameters.body.all_coefficients if c.bias.size]
    assert all(np.abs(array).max() > 0 for array in jax.tree.leaves((used, by_input)))


@pytest.mark.parametrize("group, permutation", QUICK, ids=str)
def test_gradients_are_those_of_differences(group, permutation):
    values, run = gradients(group, permutation)
    count = len(singular_inputs(group))
    x, step = draw(group, count, SOURCE(group).size, seed=6), 1e-5 * draw(group, count, SOURCE(group).size, seed=7)
    change = (run(values, x + step)[0] - run(values, x - step)[0]) / 2
    predicted = np.real(np.sum(np.asarray(run(values, x)[1][1]) * np.asarray(step), axis=-1))
    assert np.abs(change - predicted).max() <= 1e-6 * np.abs(predicted).max()
    shift = normal_like(values, seed=8)
    ahead, behind = (run(jax.tree.map(lambda a, b, s=s: a + s * b, values, shift), x)[0] for s in (1e-6, -1e-6))
    by_parameters = run(values, x)[1][0]
    inner = jax.tree.map(lambda g, b: (g * b).reshape(count, -1).sum(axis=1), by_parameters, shift)
    predicted = np.asarray(sum(jax.tree.leaves(inner)))
    assert np.abs((ahead - behind) / 2e-6 - predicted).max() <= 1e-6 * np.abs(predicted).max()
