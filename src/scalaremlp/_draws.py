"""Random numbers by few programs: JAX compiles a draw for every shape, which takes longer than many draws."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ._jax import Array, jax, jr

_ONE_PROGRAM = 1 << 16  # numbers: what is drawn if fewer are asked for, in a millisecond


def first_draws(key: Array, count: int, draw: Callable[[Array, tuple[int]], Array] | None = None) -> Any:
    """The first `count` numbers of a longer draw: the same ones that `draw(key, (count,))` gives, to the bit.

    Of JAX's usual generator they do not depend on how many follow. Of another one no more are drawn than asked for.

    Args:
        key: of JAX.
        count: how many numbers.
        draw: `jax.random.normal` by default.

    Returns:
        A NumPy array; a JAX array where the key is traced.

    Example:
        >>> import jax.random as jr
        >>> bool((first_draws(jr.key(0), 3) == jr.normal(jr.key(0), (3,))).all())
        True
    """
    traced = isinstance(key, jax.core.Tracer)
    length = 1 << max(count - 1, 0).bit_length()
    if not _by_number(key):
        length = count
    elif not traced:
        length = max(length, _ONE_PROGRAM)
    numbers: Any = (draw or jr.normal)(key, (length,))
    return (numbers if traced else np.asarray(numbers))[:count]


def normals(key: Array, *shape: int) -> np.ndarray:
    """`jax.random.normal(key, shape)`, to the bit, as a NumPy array.

    Example:
        >>> import jax.random as jr
        >>> normals(jr.key(0), 2, 3).shape
        (2, 3)
    """
    return np.asarray(first_draws(key, math.prod(shape))).reshape(shape)


def permuted(key: Array, count: int) -> np.ndarray:
    """`jax.random.permutation(key, count)`, to the bit, as a NumPy array: sorted by random numbers, twice if many.

    Example:
        >>> import jax.random as jr
        >>> bool((permuted(jr.key(0), 30) == jr.permutation(jr.key(0), 30)).all())
        True
    """
    order = np.arange(count)
    for _ in range(math.ceil(3 * math.log(max(1, count)) / math.log(np.iinfo(np.uint32).max))):
        key, own = jr.split(key)
        order = order[np.argsort(first_draws(own, count, _bits), kind="stable")]
    return order


def _bits(key: Array, shape: tuple[int]) -> Array:
    return jr.bits(key, shape, np.uint32)


def _by_number(key: Array) -> bool:
    """Whether the generator makes each number from the key and its place alone, whatever the shape."""
    config: Any = jax.config
    return bool(config.jax_threefry_partitionable) and "fry" in str(jr.key_impl(key))
