"""The random arrays that a network starts from."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Inexact, Key

from .._arrays import on_device

_Draw = Callable[[Key[Array, ""], tuple[int]], Array]

_LEAST = 1 << 16  # numbers at a time: drawn in a millisecond, where a draw of another length takes 0.3 s to compile


def drawn(
    key: Key[Array, ""], shapes: Sequence[tuple[int, ...]], scales: Sequence[float], draw: _Draw = jr.normal
) -> Iterator[Inexact[Array, "..."]]:
    """Random arrays of these shapes, each multiplied by its scale.

    JAX compiles a draw for every length, and a cut for every shape: so there is one draw, of a power of two and no
    small one, of which the first numbers do not depend on its length, and NumPy cuts it where it can.
    """
    edges = np.cumsum([0, *map(math.prod, shapes)])
    count = int(edges[-1])
    numbers: Any = draw(key, (max(_LEAST, 1 << max(count - 1, 0).bit_length()),))
    numbers, put = (numbers, jnp.asarray) if isinstance(numbers, jax.core.Tracer) else (np.asarray(numbers), on_device)
    pieces = zip(edges[:-1], edges[1:], shapes, scales, strict=True)
    return (put(scale * numbers[a:b].reshape(shape)) for a, b, shape, scale in pieces)
