"""The state of a mechanical system as one flat array."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float


def split_state(z: Float[Array, "*batch d"]) -> tuple[Float[Array, "*batch n"], Float[Array, "*batch n"]]:
    """Positions and momenta (q, p), the two halves of a state along its last axis.

    Raises:
        ValueError: if the size of the state is odd.

    Example:
        >>> import jax.numpy as jnp
        >>> q, p = split_state(jnp.array([1.0, 2.0, 3.0, 4.0]))
        >>> print(q, p)
        [1. 2.] [3. 4.]
    """
    check_even(z)
    half = z.shape[-1] // 2
    return z[..., :half], z[..., half:]


def check_even(z: Any) -> None:
    """Raise `ValueError` unless the last axis can hold as many momenta as positions."""
    if z.ndim == 0 or z.shape[-1] % 2 or not z.shape[-1]:
        raise ValueError(
            "A state is (q, p), positions and then as many momenta, so its size is even. "
            f"Got shape {z.shape}. Give both in one flat array."
        )


def norm(v: Float[Array, "*batch d"]) -> Float[Array, "*batch"]:
    """|v| along the last axis; at v = 0 its gradient is zero, not NaN."""
    squared = jnp.sum(v * v, axis=-1)
    positive = squared > 0
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, squared, 1.0)), 0.0)
