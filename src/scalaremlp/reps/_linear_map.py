"""Linear maps that a basis of equivariant tensors is given as."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Inexact


@dataclasses.dataclass(frozen=True, eq=False)
class LinearMap:
    """A linear map, held as a dense matrix. It is applied by `@` to arrays of shape (columns,) or (columns, k).

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> Q = T(2)(O(2)).equivariant_basis()
        >>> Q.shape, (Q @ [1.0]).shape, (Q.T @ Q).to_dense().round(12).tolist()
        ((4, 1), (4,), [[1.0]])
    """

    matrix: Inexact[np.ndarray, "rows columns"]

    __array_ufunc__ = None  # so that array @ map is an error, not an array of objects

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.matrix.shape

    @property
    def T(self) -> "LinearMap":
        """The transpose, without conjugation."""
        return LinearMap(self.matrix.T)

    @property
    def H(self) -> "LinearMap":
        """The conjugate transpose."""
        return LinearMap(self.matrix.conj().T)

    def to_dense(self) -> Inexact[np.ndarray, "rows columns"]:
        """The matrix."""
        return self.matrix

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, LinearMap):
            return LinearMap(self.matrix @ other.matrix)
        other = other if isinstance(other, jax.Array) else np.asarray(other)
        if other.ndim not in (1, 2) or other.shape[0] != self.shape[1]:
            raise ValueError(
                f"A linear map of shape {self.shape} acts on shape ({self.shape[1]},) or ({self.shape[1]}, k). "
                f"Got shape {other.shape}. For a batch in front use `jax.vmap`."
            )
        return (jnp if isinstance(other, jax.Array) else np).matmul(self.matrix, other)

    def __repr__(self) -> str:
        return f"LinearMap(shape={self.shape}, dtype={self.matrix.dtype})"
