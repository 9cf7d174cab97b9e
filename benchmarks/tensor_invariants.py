"""The 45 invariants of two symmetric matrices and two vectors, for 10⁴ samples, against a form written by hand.

That one is told what the library finds, and makes every product once. It is the fastest of five that were tried: one
einsum for all pairs, the Gram matrix of all vectors, or samples last, are slower than an einsum a number, which XLA
fuses.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.timing import Timing, compiled, in_turn
from scalaremlp.groups import O
from scalaremlp.reps import Sym, T
from scalaremlp.scalars import Invariants

BATCH = 10_000
BARE, OURS = "bare", "invariants of tensors"
REP = 2 * Sym(2) + 2 * T(1)


def by_hand(x: jax.Array) -> jax.Array:
    """The invariants of a batch (n, 18), as `Invariants(REP, O(3))` orders them."""
    a, b = _matrix(x[:, :6]), _matrix(x[:, 6:12])
    v, w = x[:, 12:15], x[:, 15:]
    times = _einsum("nij,nj->ni")
    av, aw, bv, bw = times(a, v), times(a, w), times(b, v), times(b, w)
    aav, aaw, bbv, bbw = times(a, av), times(a, aw), times(b, bv), times(b, bw)
    bav, baw, abw = times(b, av), times(b, aw), times(a, bw)
    babw, abaw = times(b, abw), times(a, baw)
    aa, bb = _einsum("nij,njk->nik")(a, a), _einsum("nij,njk->nik")(b, b)
    one, two, dot = _einsum("nii->n"), _einsum("nij,nij->n"), _einsum("ni,ni->n")
    numbers = [
        one(a), one(b), two(a, a), two(a, b), two(b, b), dot(v, v), dot(v, w), dot(w, w),
        two(aa, a), two(aa, b), two(a, bb), dot(v, av), dot(v, aw), dot(w, aw),
        two(bb, b), dot(v, bv), dot(v, bw), dot(w, bw),
        two(aa, bb), dot(av, av), dot(av, aw), dot(aw, aw), dot(av, bv), dot(bv, aw), dot(av, bw), dot(aw, bw),
        dot(bv, bv), dot(bv, bw), dot(bw, bw),
        dot(aav, bv), dot(aav, bw), dot(bv, aaw), dot(aaw, bw), dot(av, bbv), dot(bbv, aw), dot(av, bbw), dot(aw, bbw),
        dot(aav, baw), dot(aav, bbv), dot(aav, bbw), dot(bav, abw), dot(aaw, bbw), dot(bbv, abw),
        dot(aav, babw), dot(bbv, abaw),
    ]  # fmt: skip
    return jnp.stack(numbers, axis=1)


def _einsum(formula: str) -> Callable[..., jax.Array]:
    return lambda *arrays: jnp.einsum(formula, *arrays)


def _matrix(packed: jax.Array) -> jax.Array:
    """Full symmetric matrices of packed coordinates xx, yy, zz, √2 yz, √2 xz, √2 xy."""
    scale = np.array([1, 1, 1, *3 * [np.sqrt(0.5)]])
    return (packed * scale.astype(packed.dtype))[:, np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])]


def time_tensor_invariants(dtype: type, rounds: int) -> dict[str, Timing]:
    """The library's invariants, and the form by hand."""
    x = jnp.asarray(np.random.default_rng(0).standard_normal((BATCH, 18)), dtype)
    calls = {BARE: compiled(by_hand, x), OURS: compiled(jax.vmap(Invariants(REP, O(3))), x)}
    return in_turn(calls, rounds)
