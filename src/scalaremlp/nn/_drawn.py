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
from .._draws import first_draws

_Draw = Callable[[Key[Array, ""], tuple[int]], Array]


def drawn(
    key: Key[Array, ""], shapes: Sequence[tuple[int, ...]], scales: Sequence[float], draw: _Draw = jr.normal
) -> Iterator[Inexact[Array, "..."]]:
    """Random arrays of these shapes, each multiplied by its scale.

    JAX compiles a cut for every shape: NumPy cuts them from one draw where it can.
    """
    edges = np.cumsum([0, *map(math.prod, shapes)])
    numbers = first_draws(key, int(edges[-1]), draw)
    pieces = zip(edges[:-1], edges[1:], shapes, scales, strict=True)
    return (_put(scale * numbers[a:b].reshape(shape)) for a, b, shape, scale in pieces)


def drawn_as_one(
    key: Key[Array, ""], shapes: Sequence[tuple[int, ...]], scales: Sequence[float], draw: _Draw = jr.normal
) -> Inexact[Array, " size"]:
    """The numbers of the same arrays, one array after the other."""
    sizes = [math.prod(shape) for shape in shapes]
    numbers = first_draws(key, sum(sizes), draw)
    return _put(numbers * np.repeat(np.asarray(scales, numbers.real.dtype), sizes))


def _put(numbers: Any) -> Inexact[Array, "..."]:
    return jnp.asarray(numbers) if isinstance(numbers, jax.core.Tracer) else on_device(numbers)
