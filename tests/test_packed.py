"""Arrays that are held as one are read, differentiated, saved and loaded as the arrays they are."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp._packed import Packed, closed, opened

SHAPES = (((2, 3), (0, 3)), ((1, 2),))


class Net(eqx.Module):
    """Two numbers of arrays beside one that is alone."""

    weights: Packed
    shift: jax.Array


def packed(lead=()):
    return Packed.shaped(jnp.arange(8.0 * np.prod(lead, dtype=int)).reshape(*lead, 8), SHAPES)


@pytest.mark.parametrize("lead", [(), (4,)])
def test_the_parts_are_the_numbers_in_order_of_one_model_or_of_several(lead):
    found = packed(lead).parts
    assert [[part.shape for part in row] for row in found] == [[(*lead, *shape) for shape in row] for row in SHAPES]
    joined = jnp.concatenate([part.reshape(*lead, -1) for part in jax.tree.leaves(found)], axis=-1)
    assert (joined == packed(lead).flat).all()


def test_it_is_indexed_and_counted_as_the_pytree_is():
    assert packed()[1][0].tolist() == [[6.0, 7.0]] and len(packed()) == 2
    assert [len(row) for row in packed()] == [2, 1]


def test_a_part_is_not_put_in_a_place_of_its_own():
    with pytest.raises(AttributeError, match=r"changed in `flat`, their one leaf\. Got .*weights\.flat"):
        eqx.tree_at(lambda own: own[0][0], packed(), jnp.zeros((2, 3)))
    with pytest.raises(AttributeError, match=r"Got NoneType"):
        _ = eqx.filter(packed(), eqx.is_array, inverse=True)[0]
    assert eqx.tree_at(lambda own: own.flat, packed(), jnp.zeros(8))[0][0].tolist() == [[0.0] * 3] * 2


def test_opened_and_closed_again_it_is_the_same():
    net = Net(packed((2,)), jnp.ones(3))
    parts = opened(net)
    assert [type(array) for array in jax.tree.leaves(parts.weights)] == [np.ndarray] * 3
    again = closed(net, parts)
    assert eqx.tree_equal(jax.tree.map(jnp.asarray, again), net)


def test_what_stands_in_the_place_of_the_numbers_is_left_alone():
    mask = jax.tree.map(lambda _: True, Net(packed(), jnp.ones(3)))
    assert opened(mask) == mask and not mask.weights.is_whole


def test_it_is_saved_and_loaded_under_the_names_of_its_arrays(tmp_path):
    net = Net(packed(), jnp.ones(3))
    se.save(tmp_path / "a", net)
    leaves = se.train.read_config(tmp_path / "a")["arrays"]["leaves"]
    assert list(leaves) == [".weights[0][0]", ".weights[0][1]", ".weights[1][0]", ".shift"]
    blank = jax.tree.map(jnp.zeros_like, net)
    assert eqx.tree_equal(se.load(tmp_path / "a", like=blank), net)
    assert isinstance(se.load(tmp_path / "a", like=blank).weights.flat, jax.Array)
    apart = Net(tuple(tuple(row) for row in packed()), jnp.ones(3))  # as it was before it was packed
    se.save(tmp_path / "b", apart)
    assert eqx.tree_equal(se.load(tmp_path / "b", like=blank), net)


def test_gradients_are_those_of_the_parts():
    def loss(packed):
        return sum(jnp.sum((n + 1) * part**2) for n, part in enumerate(jax.tree.leaves(packed.parts)))

    assert jax.grad(loss)(packed()).flat.tolist() == [*(2 * np.arange(6.0)), *(6 * np.arange(6.0, 8))]
