"""Which parameters a model is linear in, and which share a prior."""

import equinox as eqx
import jax
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import Lorentz, O, U
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import T

from .models import draw, linear_part, normal_like, parameters, random_model

EXACT = 1e-12
SOURCE = 2 * T(0) + 2 * T(1)
CASES = [
    (O(3), T(0) + T(1), {}),
    (O(3), T(2), {"quadratic": False}),
    (U(2), T(1), {"depth": 2}),
    (O(3), T(0) + T(1), {"permutation": True}),
    (U(2), T(1), {"permutation": True, "quadratic": False}),
    (Lorentz(), T(1), {"depth": 0}),
]
over_models = pytest.mark.parametrize("group, rep_out, settings", CASES, ids=str)


def make(group, rep_out, settings):
    return random_model(group, SOURCE, rep_out, **settings)


def plus(*trees):
    return jax.tree.map(lambda *arrays: sum(arrays), *trees)


@eqx.filter_jit
def value(model, part, x):
    return jax.vmap(eqx.combine(part, model))(x)


@over_models
def test_affine_in_the_linear_parameters(group, rep_out, settings):
    model = make(group, rep_out, settings)
    x = draw(group, 5, SOURCE(group).size)
    start = linear_part(model)
    a, b = normal_like(start, seed=1), normal_like(start, seed=2)
    f, f_a, f_b, f_ab = (value(model, part, x) for part in (start, plus(start, a), plus(start, b), plus(start, a, b)))
    assert np.abs(f_a + f_b - f - f_ab).max() <= EXACT * np.abs(f_ab).max()
    assert min(np.abs(f_a - f).max(), np.abs(f_b - f).max()) > 1e-2


@over_models
def test_linear_parameters_are_the_polynomial_and_its_constant(group, rep_out, settings):
    model = make(group, rep_out, settings)
    chosen = model.linear_parameters()
    assert jax.tree.structure(chosen) == jax.tree.structure(parameters(model))
    assert all(isinstance(leaf, bool) for leaf in jax.tree.leaves(chosen))
    for part in chosen.body.all_coefficients:
        assert (part.polynomial, part.bias) == (True, True) and not any(jax.tree.leaves(part.layers))
    assert sum(jax.tree.leaves(chosen)) == 2 * len(model.body.all_coefficients)


@over_models
def test_parameter_groups(group, rep_out, settings):
    """By columns in the first layer, by rows in the last, by entries in the polynomial, every other array one group."""
    model = make(group, rep_out, settings)
    own, groups = parameters(model), model.parameter_groups()
    assert jax.tree.structure(groups) == jax.tree.structure(own)
    assert [a.shape for a in jax.tree.leaves(groups)] == [a.shape for a in jax.tree.leaves(own)]
    assert all(np.issubdtype(a.dtype, np.integer) for a in jax.tree.leaves(groups))
    for part in groups.body.all_coefficients:
        first, *others = part.layers.weights
        if others:
            *middle, last = others
            assert (first == np.arange(first.shape[1])).all()
            assert all((array == 0).all() for array in middle)
        else:
            last = first
        assert (last == np.arange(last.shape[0])[:, None]).all()
        assert len(np.unique(part.polynomial)) == part.polynomial.size
        assert all((array == 0).all() for array in (part.bias, *part.layers.biases))
    if settings.get("permutation"):
        assert all((array == 0).all() for array in jax.tree.leaves(groups.body.pools))


def test_members_of_an_ensemble_have_groups_of_their_own():
    """Of models that were made by vmap, whose arrays have one more axis in front."""
    one = ScalarMLP(SOURCE, T(1), O(3), key=jr.key(0))
    three = eqx.filter_vmap(lambda key: ScalarMLP(SOURCE, T(1), O(3), key=key))(jr.split(jr.key(0), 3))
    for alone, together in zip(*(jax.tree.leaves(m.parameter_groups().body) for m in (one, three)), strict=True):
        assert together.shape == (3, *alone.shape)
        seen = [np.unique(member) for member in together]
        if len(np.unique(alone)) > 1:
            assert all(len(member) == len(np.unique(alone)) for member in seen)
            assert len(np.unique(together)) == 3 * len(np.unique(alone))
            for member in together:
                assert (np.unique(member, return_inverse=True)[1].ravel() == alone.ravel()).all()


@over_models
def test_statistics_are_no_parameters(group, rep_out, settings):
    """Moments of the data are neither learned nor linear: changing every parameter leaves them alone."""
    model = make(group, rep_out, settings)
    statistics = eqx.filter(model, jax.tree.map(lambda a: a is None, parameters(model), is_leaf=lambda a: a is None))
    assert all(array.size == 0 or np.isin(array, (0.0, 1.0)).all() for array in jax.tree.leaves(statistics))
