"""Augmentation: random elements in training, from the key the loss receives, and none otherwise."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import SO, Lorentz, S, U
from scalaremlp.nn import MLP, Augmented
from scalaremlp.reps import T, V
from scalaremlp.train import FirstOrder, Regression

from .models import draw

SMALL = {"width": 8, "depth": 1, "key": jr.key(0)}


@pytest.mark.parametrize(
    "group, rep_in, rep_out",
    [(SO(3), 2 * T(1), T(1)), (Lorentz(), T(1), T(0, 1)), (U(2), T(1), T(1)), (S(4), V, V * V)],
    ids=str,
)
def test_the_formula_with_the_element_of_the_key(group, rep_in, rep_out):
    inner = MLP(rep_in, rep_out, group, **SMALL)
    model, x, key = Augmented(inner, rep_in, rep_out, group), draw(group, rep_in(group).size), jr.key(5)
    g = group.sample(key, 1)[0]
    expected = jnp.linalg.inv(rep_out(group).rho(g)) @ inner(rep_in(group).rho(g) @ x)
    np.testing.assert_allclose(model(x, key=key), expected, atol=1e-10)
    np.testing.assert_array_equal(model(x), inner(x))
    np.testing.assert_array_equal(eqx.nn.inference_mode(model)(x, key=key), inner(x))


def test_the_loss_gives_each_sample_an_element_of_its_own():
    inner = MLP(T(1), T(1), SO(3), **SMALL)
    model, x = Augmented(inner, T(1), T(1), SO(3)), jnp.broadcast_to(draw(SO(3), 3), (5, 3))
    residuals = Regression().residuals(model, (x, jnp.zeros((5, 3))), jr.key(0))
    assert len({tuple(row) for row in np.asarray(residuals).tolist()}) == 5
    again = Regression().residuals(model, (x, jnp.zeros((5, 3))), jr.key(0))
    np.testing.assert_array_equal(residuals, again)


@pytest.mark.slow
def test_an_equivariant_law_is_learned_better_and_validation_is_not_augmented(tmp_path):
    types = (T(1), T(0), SO(2))
    data = se.data.Dataset(x := draw(SO(2), 40, 2), jnp.sum(x**2, axis=1, keepdims=True), *types)
    plain = MLP(*types, width=32, depth=2, key=jr.key(0))
    errors = {}
    for name, model in (("plain", plain), ("augmented", Augmented(plain, *types))):
        fitted, history = se.fit(
            model, data[:20], validation=data[20:], optimizer=FirstOrder(steps=600), key=jr.key(1), progress=False
        )
        errors[name] = se.equivariance_error(fitted, *types, key=jr.key(2))
        assert history["validation"][-1] >= se.evaluate(fitted, data[20:])["mse"] - 1e-12
        assert min(history["validation"]) == pytest.approx(se.evaluate(fitted, data[20:])["mse"], rel=1e-6)
    assert errors["augmented"] < errors["plain"] / 2
    se.save(tmp_path, fitted)
    again = se.load(tmp_path)
    arrays = [jax.tree.leaves(eqx.filter(tree, eqx.is_array)) for tree in (again, fitted)]
    assert all((a == b).all() for a, b in zip(*arrays, strict=True))


def test_only_models_that_describe_themselves_are_saved_wrapped(tmp_path):
    with pytest.raises(ValueError, match=r"wraps an AbstractModel\. Got a Linear: save `.model` itself"):
        se.save(tmp_path, Augmented(eqx.nn.Linear(3, 3, key=jr.key(0)), T(1), T(1), SO(3)))
