"""All inner products of 64 vectors in R³, for 10⁴ samples, against one bare batched matrix product."""

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.timing import Timing, compiled, in_turn
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.scalars import Invariants, gram

BATCH, VECTORS, DIM = 10_000, 64, 3
BARE = "bare"


def time_gram(dtype: type, rounds: int) -> dict[str, Timing]:
    """The library's full Gram matrices and packed upper triangles, and the bare product."""
    x = jnp.asarray(np.random.default_rng(0).standard_normal((BATCH, VECTORS, DIM)), dtype)
    phi = Invariants(VECTORS * T(1), O(DIM))
    calls = {
        BARE: compiled(lambda x: jnp.matmul(x, x.swapaxes(-1, -2)), x),
        "gram": compiled(jax.vmap(lambda vectors: gram(vectors, vectors)), x),
        "packed gram": compiled(jax.vmap(phi), x.reshape(BATCH, VECTORS * DIM)),
    }
    return in_turn(calls, rounds)
