"""The matrix of a grid of blocks is the blocks one by one, also where their bases and ranks differ or none is there."""

import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.nn._between import Block, between

RNG = np.random.default_rng(0)
FEW, MORE, NONE = (RNG.standard_normal((2, 3, rank)) for rank in (1, 4, 0))
OUT, INTO = (2, 1), (3, 1, 2)


def grid(*bases):
    """Blocks of two sizes of the output and three of the input."""

    def block(basis, n, m):
        return Block(jnp.asarray(RNG.standard_normal((basis.shape[-1], n, m))), basis)

    return [[block(basis, n, m) for basis, m in zip(row, INTO, strict=True)] for row, n in zip(bases, OUT, strict=True)]


def one_by_one(blocks):
    """Each block of the matrix by a sum over its maps."""
    rows = [[np.einsum("rnm,bar->nbma", *block) for block in row] for row in blocks]
    return np.block([[part.reshape(part.shape[0] * 2, part.shape[2] * 3) for part in row] for row in rows])


@pytest.mark.parametrize(
    "bases",
    [
        ((FEW, FEW, FEW), (FEW, FEW, FEW)),
        ((MORE, FEW, NONE), (FEW, MORE, FEW)),
        ((NONE, NONE, MORE), (NONE, NONE, NONE)),
        ((NONE, NONE, NONE), (NONE, NONE, NONE)),
    ],
    ids=["one basis", "two bases", "one block", "none"],
)
def test_it_is_the_blocks_one_by_one(bases):
    blocks = grid(*bases)
    np.testing.assert_allclose(between(blocks), one_by_one(blocks), atol=1e-12)
