"""`split` and `merge`."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import GL, O, S, Z
from scalaremlp.reps import T, V
from scalaremlp.reps.index_symmetry import is_packed


@pytest.mark.parametrize("batch", [(), (4,), (2, 3), (0,)])
@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
def test_merge_undoes_split(rep, batch, xp):
    x = xp.arange(float(np.prod(batch, dtype=int) * rep.size)).reshape(*batch, rep.size)
    parts = rep.split(x)
    assert len(parts) == len(rep.blocks)
    for (count, term), part in zip(rep.blocks, parts, strict=True):
        assert part.shape[: len(batch) + 1] == (*batch, count)
        assert is_packed(term) or part.size == np.prod((*batch, count, term.size))
    if rep.size:
        merged = rep.merge(parts)
        assert isinstance(merged, type(x)) and np.allclose(merged, x, rtol=0, atol=1e-12 if is_packed(rep) else 0)


def test_the_shapes_of_parts():
    rep = (5 * T(0) + 2 * T(1) + T(1, 1) + T(0) + V * (1 + V) + 2 * (V * V + V))(O(3))
    shapes = [part.shape for part in rep.split(np.zeros((7, rep.size)))]
    assert shapes == [(7, 5), (7, 2, 3), (7, 1, 3, 3), (7, 1), (7, 1, 3, 4)] + 2 * [(7, 1, 3, 3), (7, 1, 3)]
    mixed = 2 * V(Z(3)) * V(S(4))
    assert mixed.split(np.zeros(24))[0].shape == (2, 3, 4)


def test_linear_maps_split_into_matrices():
    maps = ((T(0) + T(1)) >> (T(1) + T(2)))(GL(2))
    (matrix,) = maps.split(np.arange(18.0))
    assert matrix.shape == (1, 6, 3) and np.array_equal(matrix[0], np.arange(18.0).reshape(6, 3))


def test_blocks_come_in_the_order_they_were_written():
    rep = (T(1) + 2 * T(0))(O(2))
    vectors, scalars = rep.split(np.array([1.0, 2.0, 3.0, 4.0]))
    assert vectors.tolist() == [[1.0, 2.0]] and scalars.tolist() == [3.0, 4.0]


def test_split_and_merge_compile():
    rep = (2 * T(0) + T(1))(O(2))
    assert jax.jit(lambda x: rep.merge(rep.split(2 * x)))(jnp.ones((3, 4))).tolist() == [[2.0] * 4] * 3


def test_the_zero_representation_has_no_parts():
    assert (0 * V(O(3))).split(np.zeros(0)) == () and (0 * V(O(3))).merge(()).shape == (0,)


REP = (2 * T(0) + T(1))(O(3))
BAD_ARRAYS = [
    (lambda: REP.split(np.zeros((5, 4))), "must have the size of the representation, 5 for (2*T(0) + T(1))(O(3))."),
    (lambda: REP.split(np.zeros((5, 4))), "Got shape (5, 4). Check the type, or the order of the axes."),
    (lambda: REP.split(np.zeros(4)), "Got shape (4,)."),
    (lambda: REP.merge([np.zeros(2)]), "have shapes (*batch, 2), (*batch, 1, 3), with equal batch axes. Got (2,)."),
    (lambda: REP.merge([np.zeros(2), np.zeros((1, 2))]), "Got (2,), (1, 2)."),
    (lambda: REP.merge([np.zeros((4, 2)), np.zeros((5, 1, 3))]), "Got (4, 2), (5, 1, 3)."),
    (lambda: REP.merge([]), "Got none."),
]


@pytest.mark.parametrize(("call", "message"), BAD_ARRAYS, ids=range(len(BAD_ARRAYS)))
def test_bad_arrays(call, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        call()
    assert message in str(error.value)
