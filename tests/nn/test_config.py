"""Models come back from their description as text, and equal ones are traced once."""

import json

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import SO, Lorentz, O, U, parse
from scalaremlp.nn import EMLP, MLP, BareScalarMLP, ScalarGP, ScalarMLP, ScalarPolynomial
from scalaremlp.reps import T, V
from scalaremlp.reps import parse as parse_rep

SOURCE = 2 * T(0) + 2 * T(1)
MODELS = [
    (ScalarMLP, O(3), T(2), {}),
    (ScalarMLP, Lorentz(), V.T * V, {"width": 5, "depth": 1, "activation": "silu", "quadratic": False}),
    (ScalarMLP, U(2), T(1), {"width": 5, "norms": False, "limit": 500}),
    (ScalarMLP, SO(3), T(0) + 2 * T(1), {"width": 5, "depth": 0, "permutation": True}),
    (BareScalarMLP, O(3), T(2), {"width": 5, "depth": 1}),
    (BareScalarMLP, O(3), T(1), {"width": 5, "depth": 1, "permutation": True, "dtype": "float64"}),
    (EMLP, O(3), T(2), {"width": 8, "depth": 1, "dtype": "float32"}),
    (ScalarGP, O(3), T(0) + 2 * T(1), {}),
    (ScalarGP, U(2), T(1), {"limit": 500}),
    (ScalarPolynomial, O(3), T(0) + 2 * T(1), {}),
    (ScalarPolynomial, SO(3), T(0) + 2 * T(1), {"limit": 500, "degrees": (2, 1)}),
    (MLP, O(3), T(2), {}),
    (MLP, U(2), T(1), {"width": 7, "depth": 2, "activation": "relu"}),
]
over_models = pytest.mark.parametrize("kind, group, rep_out, settings", MODELS, ids=str)


def static(model):
    """Everything but the numbers: the tree, and the shapes and types of its arrays."""
    arrays = [(a.shape, a.dtype) for a in jax.tree.leaves(eqx.filter(model, eqx.is_array))]
    return jax.tree.structure(model), arrays


@over_models
def test_round_trip(kind, group, rep_out, settings):
    model = kind(SOURCE, rep_out, group, **settings, key=jr.key(3))
    again = kind.from_config(json.loads(json.dumps(model.config())))
    assert type(again) is kind and static(again) == static(model)
    assert again.config() == model.config()
    assert (again.rep_in, again.rep_out, again.group) == (SOURCE, rep_out, group)


@over_models
def test_the_description_says_all_settings(kind, group, rep_out, settings):
    config = kind(SOURCE, rep_out, group, **settings, key=jr.key(0)).config()
    types = {"rep_in": str(SOURCE), "rep_out": str(rep_out), "group": str(group)}
    assert {**config, **types, **settings} == config
    names = {
        ScalarMLP: {"activation", "quadratic", "norms", "permutation", "limit"},
        BareScalarMLP: {"layer_norm", "permutation", "dtype", "limit"},
        ScalarGP: {"limit", "decades", "shapes"},
        ScalarPolynomial: {"limit", "degrees"},
        EMLP: {"dtype"},
        MLP: {"activation"},
    }[kind] | (set() if kind in (ScalarGP, ScalarPolynomial) else {"width", "depth"})
    assert set(config) == names | set(types)


@pytest.mark.parametrize("change", [{"width": 9}, {"activation": "silu"}], ids=str)
def test_other_settings_make_another_model(change):
    small = {"width": 8, "depth": 1, "activation": "tanh", "key": jr.key(0)}
    one, other = (ScalarMLP(SOURCE, T(1), O(3), **{**small, **more}) for more in ({}, change))
    assert static(one) != static(other) and one.config() != other.config()


@pytest.mark.parametrize("kind", [ScalarMLP, MLP])
def test_an_equal_model_is_not_traced_again(kind):
    traces = []

    @eqx.filter_jit
    def run(model, x):
        traces.append(1)
        return model(x)

    made = []
    for seed in range(2):  # from text, so that types and group are equal but distinct objects
        group, rep_in, rep_out = parse("O(3)"), parse_rep("2*T(0) + 2*T(1)"), parse_rep("T(1)")
        made.append(kind(rep_in, rep_out, group, width=4, depth=1, key=jr.key(seed)))
        assert np.isfinite(run(made[-1], jnp.ones(8))).all()
    assert made[0].group is not made[1].group and made[0].rep_in is not made[1].rep_in
    calibrated = made[0].calibrate(jr.normal(jr.key(5), (10, 8)), jr.normal(jr.key(6), (10, 3)))
    run(calibrated, jnp.ones(8))
    run(kind.from_config(made[0].config()), jnp.ones(8))
    assert len(traces) == 1
    run(kind(rep_in, rep_out, group, width=5, depth=1, key=jr.key(0)), jnp.ones(8))
    assert len(traces) == 2


@pytest.mark.parametrize("kind", [ScalarMLP, MLP])
def test_the_key_decides_the_weights(kind):
    first, same, other = (kind(SOURCE, T(1), O(3), width=4, depth=1, key=jr.key(seed)) for seed in (0, 0, 1))
    assert eqx.tree_equal(first, same) and not eqx.tree_equal(first, other)
