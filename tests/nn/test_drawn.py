"""Networks start from the numbers of one draw, which is compiled for few lengths."""

from functools import partial

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp._draws import permuted
from scalaremlp.nn._drawn import drawn, drawn_as_one

SHAPES, SCALES = [(3, 5), (5,), (0, 2), ()], [0.3, 7.0, 1.0, 2.0]
COUNT = sum(int(np.prod(shape)) for shape in SHAPES)


@pytest.mark.parametrize("draw", [jr.normal, partial(jr.normal, dtype=complex), partial(jr.uniform, minval=-1.0)])
def test_the_numbers_are_those_of_one_draw_of_just_so_many_to_the_bit(key, draw):
    numbers, edges = np.asarray(draw(key, (COUNT,))), [0, 15, 20, 20, COUNT]
    for n, found in enumerate(drawn(key, SHAPES, SCALES, draw)):
        expected = SCALES[n] * numbers[edges[n] : edges[n + 1]]
        assert found.shape == SHAPES[n] and np.asarray(found).tobytes() == expected.tobytes()


@pytest.mark.parametrize("draw", [jr.normal, partial(jr.normal, dtype=complex)])
def test_in_one_array_they_are_the_same_to_the_bit(key, draw):
    apart = np.concatenate([np.ravel(each) for each in drawn(key, SHAPES, SCALES, draw)])
    assert np.asarray(drawn_as_one(key, SHAPES, SCALES, draw)).tobytes() == apart.tobytes()


def test_under_a_transformation_too(key):
    traced = jax.jit(lambda key: [*drawn(key, SHAPES, SCALES)])(key)
    for found, expected in zip(traced, drawn(key, SHAPES, SCALES), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_a_draw_is_one_of_few_lengths(key):
    lengths = []

    def draw(key, shape):
        lengths.append(shape)
        return jr.normal(key, shape)

    for count in (1, 64, 65, 2**16, 2**16 + 1):
        next(drawn(key, [(count,)], [1.0], draw))
    assert lengths == [(2**16,), (2**16,), (2**16,), (2**16,), (2**17,)]
    lengths.clear()
    jax.vmap(lambda key: jnp.stack(list(drawn(key, [(5,)], [1.0], draw))))(jr.split(key, 3))
    assert lengths == [(8,)], "no more than needed where draws are many"


def test_a_generator_whose_numbers_hang_on_the_shape_draws_just_so_many():
    key = jr.key(0, impl="rbg")
    (found,) = drawn(key, [(5,)], [1.0])
    np.testing.assert_array_equal(found, jr.normal(key, (5,)))


@pytest.mark.parametrize("impl", ["threefry2x32", "rbg"])
@pytest.mark.parametrize("count", [1, 2, 25, 1626, 70_000])
def test_a_permutation_is_that_of_jax(impl, count):
    key = jr.key(3, impl=impl)
    np.testing.assert_array_equal(permuted(key, count), jr.permutation(key, count))
