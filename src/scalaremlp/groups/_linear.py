"""The real linear groups GL(n) and SL(n)."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp, jr

from ._base import FixedTensor, Group, read_only
from ._check import integers
from ._fixed import epsilon
from ._orthogonal import reflection
from ._random import orthogonal, special_orthogonal, stretches


@dataclasses.dataclass(frozen=True, repr=False)
class GL(Group):
    """The general linear group GL(n) of all invertible real matrices, of either sign of the determinant.

    It fixes δ alone: the invariants are the pairings of covectors with vectors (first fundamental theorem: Weyl 1939,
    theorem 2.6.A). Samples are k·exp(diag)·k′ with k, k′ Haar-uniform in O(n).

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> from scalaremlp.groups import GL
        >>> GL(3).lie_algebra.shape, GL(3).fixed_tensors
        ((9, 3, 3), ())
    """

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return self.n

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "k {self.dim} {self.dim}"]:
        """The n² matrices Eᵢⱼ."""
        return read_only(np.eye(self.n**2).reshape(-1, self.n, self.n))

    @cached_property
    def generators(self) -> Float[np.ndarray, "m {self.dim} {self.dim}"]:
        """The reflection diag(-1, 1, …, 1)."""
        return read_only([reflection(self.n)])

    @property
    def fundamental(self) -> bool:
        return True

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        left, stretch, right = jr.split(key, 3)
        scale = jnp.exp(stretches(stretch, n, self.n))
        return orthogonal(left, n, self.n) * scale[:, None, :] @ orthogonal(right, n, self.n)


@dataclasses.dataclass(frozen=True, repr=False)
class SL(Group):
    """The special linear group SL(n) of real matrices of determinant 1.

    It fixes the Levi-Civita tensors: determinants of n vectors, or of n covectors, are invariants beside the pairings
    (first fundamental theorem: Weyl 1939, theorem 2.6.A).

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> import jax.random as jr, numpy as np
        >>> from scalaremlp.groups import SL
        >>> bool(np.allclose(np.linalg.det(SL(3).sample(jr.key(0), 10)), 1, atol=1e-4))
        True
    """

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return self.n

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "k {self.dim} {self.dim}"]:
        """The n² - 1 matrices Eᵢⱼ with i ≠ j, and Eₖₖ - Eₖ₊₁ₖ₊₁."""
        units = np.eye(self.n**2).reshape(self.n, self.n, self.n, self.n)
        diagonal = np.eye(self.n)[:, :, None] * np.eye(self.n)
        return read_only(np.concatenate([units[~np.eye(self.n, dtype=bool)], diagonal[:-1] - diagonal[1:]]))

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return epsilon(self.n)

    @property
    def fundamental(self) -> bool:
        return True

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        left, stretch, right = jr.split(key, 3)
        s = stretches(stretch, n, self.n) / 2  # still within [-1, 1] when the mean is taken off
        scale = jnp.exp(s - s.mean(-1, keepdims=True))
        return special_orthogonal(left, n, self.n) * scale[:, None, :] @ special_orthogonal(right, n, self.n)
