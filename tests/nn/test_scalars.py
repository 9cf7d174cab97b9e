"""Scalars by name: what they are, that they are calibrated and kept, and those that say nothing."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.reps import T

SMALL = {"width": 3, "depth": 1, "key": jr.key(0)}
COUNTS = {"products": 3, "norms": 6, "differences": 8, "logs": 4, "decades": 10}


@pytest.fixture(scope="module")
def samples():
    x = jr.normal(jr.key(1), (40, 6)) * 10 ** jr.uniform(jr.key(2), (40, 1), minval=-3, maxval=3)
    return x, jnp.sum(x[:, :3] * x[:, 3:], axis=1, keepdims=True)


@pytest.mark.parametrize("permutation", [False, True])
@pytest.mark.parametrize("name", COUNTS)
def test_scalars_by_name_are_calibrated_saved_and_loaded(name, permutation, samples, tmp_path):
    x, y = samples
    model = se.nn.ScalarMLP(2 * T(1), T(0), O(3), scalars=name, permutation=permutation, **SMALL).calibrate(x, y)
    features = model.body.tuples[2].features if permutation else model.body.features
    assert features.size == len(features.names) == COUNTS[name]
    assert model.config()["scalars"] == name
    assert model.summary.endswith(f"scalars: {name}")
    assert model.alternatives(x, y) == []
    se.save(tmp_path, model)
    outputs = [np.asarray(jax.jit(jax.vmap(each))(x)) for each in (model, se.load(tmp_path))]
    assert np.isfinite(outputs[0]).all()
    np.testing.assert_array_equal(*outputs)


def test_left_open_they_are_as_before_and_not_in_the_config():
    model = se.nn.ScalarMLP(2 * T(1), T(0), O(3), **SMALL)
    assert "scalars" not in model.config()
    named = se.nn.ScalarMLP(2 * T(1), T(0), O(3), scalars="norms", **SMALL)
    assert model.body.features.names == named.body.features.names


def test_logarithms_have_the_scale_of_the_data(samples):
    """In other units, by a power of two, the scalars are the same."""
    x, _ = samples
    model = se.nn.ScalarMLP(2 * T(1), T(0), O(3), scalars="decades", **SMALL)
    values = []
    for unit in (1.0, 2.0**-20):
        body = model.calibrate(unit * x).body
        values.append(jax.vmap(lambda one, body=body: body.scalars(body.features(one)))(unit * x))
    np.testing.assert_allclose(*values, atol=1e-9)


@pytest.mark.parametrize("name", ["logs", "decades"])
def test_a_light_like_square_is_no_scalar(name):
    """The squares of massless momenta are rounding errors, whose logarithms would be noise of order one."""
    p = jr.normal(jr.key(3), (40, 2, 3))
    momenta = jnp.concatenate([jnp.linalg.norm(p, axis=-1, keepdims=True), p], axis=-1).reshape(40, 8)
    x = momenta * 10 ** jr.uniform(jr.key(4), (40, 1), minval=-3, maxval=3)
    body = se.nn.ScalarMLP(2 * T(1), T(0), O(1, 3), scalars=name, **SMALL).calibrate(x).body
    values = np.asarray(jax.vmap(lambda one: body.scalars(body.features(one)))(x))
    scalars = dict(zip(body.features.names, values.T, strict=True))
    assert np.abs(scalars["log <x1,x1>"]).max() < 1e-9
    assert scalars["log <x1,x2>"].std() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"scalars": "decade"}, ["products, norms", "'decade'", "Did you mean decades?"]),
        ({"scalars": "logs", "norms": False}, ["'logs' and norms=False", "Leave one out"]),
    ],
)
def test_what_is_refused(options, parts):
    with pytest.raises(ValueError) as error:
        se.nn.ScalarMLP(2 * T(1), T(0), O(3), **options, **SMALL)
    assert all(part in str(error.value) for part in parts)


def test_momenta_on_shell_that_are_conserved():
    """Two massless momenta to two of mass 1: masses are constant, and products of pairs equal, but for an offset."""
    rng = np.random.default_rng(0)
    energy = rng.uniform(2, 9, (50, 1))
    way = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in rng.standard_normal((2, 50, 3))]
    outer = np.sqrt(energy**2 - 1)
    parts = [energy, energy * way[0], energy, -energy * way[0], energy, outer * way[1], energy, -outer * way[1]]
    found = se.nn.uninformative(se.scalars.Invariants(4 * T(1), O(1, 3)), jnp.asarray(np.concatenate(parts, axis=1)))
    constant = {name for name, why in found.items() if why == "constant"}
    assert constant == {f"<x{i},x{i}>" for i in range(1, 5)}
    others = {name: why for name, why in found.items() if why != "constant"}
    assert others == {"<x2,x3>": "as <x1,x4>", "<x2,x4>": "as <x1,x3>", "<x3,x4>": "as <x1,x2>"}
