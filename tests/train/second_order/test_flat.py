"""The flat vector of parameters: which entries share a prior, and which are linear."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from scalaremlp.scalars import Statistics
from scalaremlp.train import split_parameters
from scalaremlp.train.second_order.flat import flattened, groups_of, linear_entries, prior_groups, unflattened


class Centre(Statistics):
    mean: jax.Array


class Plain(eqx.Module):
    """Arrays of 6, 1 and 2 parameters, with statistics and a constant between them."""

    a: jax.Array
    centre: Centre | None
    b: jax.Array
    size: int | None
    c: jax.Array


class Divided(Plain):
    """Rows of `a` are groups, by labels with gaps; `b` and `c` use some of the same labels."""

    def parameter_groups(self):
        return Divided(jnp.array([[7], [-2]]), None, jnp.array(7), None, jnp.array([5, 3]))

    def linear_parameters(self):
        return Divided(False, None, True, None, True)


def made(kind):
    return kind(jnp.zeros((2, 3)), Centre(jnp.ones(4)), jnp.zeros(()), 3, jnp.zeros(2))


def parts(model):
    return model, split_parameters(model)[0]


def test_without_methods_each_array_is_a_group_and_none_is_linear():
    np.testing.assert_array_equal(prior_groups(*parts(made(Plain))), [0] * 6 + [1] + [2] * 2)
    np.testing.assert_array_equal(linear_entries(*parts(made(Plain))), [False] * 9)


def test_labels_count_within_their_array_and_are_numbered_without_gaps():
    """Labels 7 and -2 of the rows become 1 and 0, and an equal label of another array is another group."""
    np.testing.assert_array_equal(prior_groups(*parts(made(Divided))), [1, 1, 1, 0, 0, 0, 2, 4, 3])


def test_a_module_inside_a_model_keeps_its_groups():
    model = {"first": jnp.zeros(2), "second": made(Divided), "third": jnp.zeros(1)}
    np.testing.assert_array_equal(prior_groups(*parts(model)), [0, 0, 2, 2, 2, 1, 1, 1, 3, 5, 4, 6])


def test_a_module_inside_a_model_says_what_it_is_linear_in_when_asked():
    model = (jnp.zeros(2), made(Divided))
    assert not linear_entries(*parts(model)).any()
    np.testing.assert_array_equal(linear_entries(*parts(model), inside=True), [False] * 8 + [True] * 3)


def test_the_model_says_what_is_linear():
    np.testing.assert_array_equal(linear_entries(*parts(made(Divided))), [False] * 6 + [True] * 3)


@pytest.mark.parametrize("kind", [Plain, Divided])
def test_entries_are_in_the_order_of_the_flat_vector(kind):
    """Filled with its own labels, each array is found at the place of its groups."""
    model, parameters = parts(made(kind))
    group, linear = prior_groups(model, parameters), linear_entries(model, parameters)
    theta, unravel = ravel_pytree(parameters)
    assert group.shape == linear.shape == theta.shape
    rows = unravel(jnp.asarray(group, float))
    assert len(np.unique(rows.a, axis=0)) == (2 if kind is Divided else 1) and rows.c.shape == (2,)
    assert bool(np.all(unravel(jnp.asarray(linear, float)).c)) == (kind is Divided)
    np.testing.assert_array_equal(np.unique(group), np.arange(group.max() + 1))


def test_groups_of_a_network():
    group = prior_groups(*parts(eqx.nn.MLP(3, 2, 4, 1, key=jr.key(0))))
    np.testing.assert_array_equal(np.bincount(group), [12, 4, 8, 2])


class Empty(eqx.Module):
    name: str = "nothing"

    def parameter_groups(self):
        return None

    def linear_parameters(self):
        return None


@pytest.mark.parametrize("model", [(), jnp.tanh, Empty(), Centre(jnp.ones(3))])
def test_models_without_parameters(model):
    group, linear = prior_groups(*parts(model)), linear_entries(*parts(model))
    assert group.shape == linear.shape == groups_of(linear, group).shape == (0,)
    assert group.dtype.kind == "i" and linear.dtype == bool


def test_an_array_of_size_zero_takes_no_number():
    model = (jnp.zeros(2), jnp.zeros((0, 5)), jnp.zeros(1))
    np.testing.assert_array_equal(prior_groups(*parts(model)), [0, 0, 1])


def test_a_group_counts_if_one_of_its_entries_does():
    group, entries = np.array([0, 0, 2, 1, 2]), np.array([False, True, False, False, True])
    np.testing.assert_array_equal(groups_of(entries, group), [True, False, True])
    np.testing.assert_array_equal(groups_of(~entries, group), [True, True, True])
    np.testing.assert_array_equal(groups_of(np.zeros(5, bool), group), [False] * 3)


def mixed():
    """Parameters of several shapes and precisions, one of them empty."""
    numbers = np.random.default_rng(0).normal(size=8)
    return {
        "a": jnp.asarray(numbers[:6].reshape(2, 3)),
        "b": jnp.zeros((0, 2)),
        "c": jnp.float32(numbers[6]),
        "d": None,
    }


def test_the_vector_of_all_parameters_and_back():
    vector, back = ravel_pytree(mixed())
    theta = flattened(mixed())
    assert theta.dtype == vector.dtype and np.asarray(theta).tobytes() == np.asarray(vector).tobytes()
    for found in (unflattened(mixed(), theta + 1), jax.jit(lambda theta: unflattened(mixed(), theta))(theta + 1)):
        assert eqx.tree_equal(found, back(vector + 1), typematch=True)


def test_no_parameters_are_an_empty_vector():
    assert flattened({}).shape == (0,) and unflattened({}, flattened({})) == {}
