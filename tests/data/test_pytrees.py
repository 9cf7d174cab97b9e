"""Data sets are pytrees of arrays with their types in the structure, and are checked when they are made, not later."""

import copy
import dataclasses
import pickle

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.data import DATASETS, ConventionWarning, Dataset, Trajectories, cube
from scalaremlp.groups import Lorentz, O
from scalaremlp.reps import T


def trajectories(key, parameters=True):
    t, z = jnp.arange(4.0) + jnp.arange(6.0)[:, None], jr.normal(key, (6, 4, 4))
    extra = (jnp.ones((6, 2)), T(1)) if parameters else (None, None)
    return Trajectories(t, z, extra[0], 2 * T(1), extra[1], O(2), name="pieces")


def uneven(key):
    times, states = [np.arange(3.0), np.arange(2.0)] * 3, [np.ones((3, 4)), np.ones((2, 4))] * 3
    return Trajectories(times, states, None, 2 * T(1), None, O(2))


def named(key):
    x, y = jr.normal(key, (2, 6, 2))
    return Dataset(x, y, T(1)(O(2)), 2 * T(0), O(2), permutations=True, x_names=("a", "b"), y_names=("c", "d"))


EVERY = {
    **{name: lambda key, make=make: make(6, key=key) for name, make in {**DATASETS, "cube": cube}.items()},
    "named": named,
    "trajectories": trajectories,
    "without parameters": lambda key: trajectories(key, parameters=False),
    "of different lengths": uneven,
}


@pytest.fixture(params=EVERY)
def make(request):
    return EVERY[request.param]


@pytest.fixture
def data(make, key):
    return make(key)


def state(data):
    return {name: value for name, value in vars(data).items() if not isinstance(value, jax.Array)}


def same(one, other):
    assert type(one) is type(other) and state(one) == state(other)
    leaves = [jax.tree.leaves(each) for each in (one, other)]
    assert [each.dtype for each in leaves[0]] == [each.dtype for each in leaves[1]]
    for pair in zip(*leaves, strict=True):
        np.testing.assert_array_equal(*pair)


def test_flatten_and_unflatten_give_the_same_arrays_unchecked(data):
    leaves, structure = jax.tree.flatten(data)
    assert 2 <= len(leaves) <= 3 and {len(each) for each in leaves} == {6}
    again = jax.tree.unflatten(structure, leaves)
    same(again, data)
    assert all(one is other for one, other in zip(jax.tree.leaves(again), leaves, strict=True))
    odd = [object() for _ in leaves]
    assert jax.tree.leaves(jax.tree.unflatten(structure, odd)) == odd  # as JAX does it on its own


def test_its_text_is_there_whatever_its_leaves_are(data):
    assert "6" in repr(data) and "\n" not in repr(data)
    for change in (jnp.sum, lambda each: None, lambda each: each.shape, lambda each: jnp.stack([each, each])):
        assert type(data).__name__ in repr(jax.tree.map(change, data))


def test_equal_types_have_one_structure(make):
    one, other = make(jr.key(1)), make(jr.key(2))
    assert jax.tree.structure(one) == jax.tree.structure(other)
    assert hash(jax.tree.structure(one)) == hash(jax.tree.structure(other))


def test_two_equal_data_sets_give_one_trace(make):
    traces = []

    @jax.jit
    def total(data):
        traces.append(repr(data))
        return sum(jnp.sum(each) for each in jax.tree.leaves(data))

    for seed in (1, 2):
        data = make(jr.key(seed))
        assert total(data) == pytest.approx(sum(float(jnp.sum(each)) for each in jax.tree.leaves(data)))
    assert len(traces) == 1
    total(make(jr.key(1))[:4])
    assert len(traces) == 2 and "6" in traces[0] and "4" in traces[1]


def test_of_another_type_it_is_traced_again():
    def typed(group, name="a"):
        return Dataset(np.ones((3, 2)), np.ones((3, 1)), T(1), T(0), group, name)

    kinds = {jax.tree.structure(each) for each in (typed(O(2)), typed(O(1, 1)), typed(O(2)), typed(O(2), "b"))}
    assert len(kinds) == 3


def test_jit_gives_a_data_set_back(data):
    half = eqx.filter_jit(lambda data: data[::2])(data)
    same(half, data[::2])
    assert len(half) == 3
    same(jax.jit(lambda data: jax.tree.map(lambda each: each, data))(data), data)


def test_vmap_takes_several_side_by_side(make):
    several = [make(jr.key(seed)) for seed in (1, 2, 3)]
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *several)
    first = lambda data: jax.tree.leaves(data)[0].sum() + len(data)  # noqa: E731
    expected = [float(first(each)) for each in several]
    np.testing.assert_allclose(jax.vmap(first)(stacked), expected)


def test_gradients_are_data_sets(data):
    found = jax.grad(lambda data: sum(jnp.sum(abs(each) ** 2) for each in jax.tree.leaves(data)))(data)
    for slope, values in zip(jax.tree.leaves(found), jax.tree.leaves(data), strict=True):
        np.testing.assert_allclose(slope, 2 * values)


def test_it_travels_to_another_process(data):
    same(pickle.loads(pickle.dumps(data)), data)
    same(copy.copy(data), data)
    same(copy.deepcopy(data), data)


def test_it_is_frozen(data):
    for name in vars(data):
        with pytest.raises(AttributeError):
            setattr(data, name, None)


def test_a_data_set_is_equal_to_itself_alone(key):
    one, other = named(key), named(key)
    assert one == one and one != other and len({one, other}) == 2
    assert one in [one] and one not in [other]


@pytest.mark.parametrize("rows", [np.zeros(0, int), np.zeros(6, bool), slice(9, 10), np.array([[0, 1], [2, 3]]), None])
def test_a_part_is_samples(rows, key):
    with pytest.raises(ValueError, match=r"^A part of a data set must be samples of the same size, at least one\. Got"):
        named(key)[rows]


def test_checks_are_those_of_birth(data):
    field = "x" if isinstance(data, Dataset) else "z"
    changed = eqx.tree_at(lambda data: getattr(data, field), data, getattr(data, field).at[2].set(jnp.nan))
    assert bool(jnp.isnan(getattr(changed, field)[2]).all())
    with pytest.raises(ValueError, match=r"(`x`|The states) must be finite\. Got .*(sample 2|trajectory 2)"):
        dataclasses.replace(data, **{field: getattr(changed, field)})
    for wrong in (getattr(data, field)[:4], getattr(data, field)[..., 1:]):
        with pytest.raises(ValueError, match=r"same number of samples|must have shape|Trajectories have"):
            dataclasses.replace(data, **{field: wrong})


@pytest.mark.filterwarnings("error")
def test_of_what_was_said_at_birth_nothing_is_said_again():
    momenta = np.concatenate([np.random.default_rng(0).standard_normal((9, 3)), np.full((9, 1), 50.0)], axis=1)
    with pytest.warns(ConventionWarning, match="energy") as said:
        data = Dataset(momenta, np.ones((9, 1)), T(1), T(0), Lorentz())
    assert len(said) == 1
    data[:8], data.split(4), jax.tree.map(lambda each: each, data), pickle.loads(pickle.dumps(data))
