"""Linear maps that a basis of equivariant tensors is given as."""

import abc
import dataclasses
from typing import Any

import numpy as np
from jaxtyping import Inexact

from scalaremlp._jax import Array, jnp

from ._budget import BYTES, require


class LinearMap(abc.ABC):
    """A linear map of a certain `shape`, applied by `@` to arrays of shape (columns,) or (columns, k).

    NumPy arrays give NumPy, JAX arrays JAX, under `jit`, `grad` and `vmap` too; results have the precision of the array
    that the map is applied to. `A @ B` of two maps is their composition, which is not multiplied out.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> Q = T(2)(O(2)).equivariant_basis()
        >>> Q.shape, (Q @ [1.0]).shape, (Q.T @ Q).to_dense().round(12).tolist()
        ((4, 1), (4,), [[1.0]])
    """

    __array_ufunc__ = None  # so that array @ map is an error, not an array of objects

    @property
    @abc.abstractmethod
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""

    @property
    @abc.abstractmethod
    def dtype(self) -> np.dtype:
        """float64 or complex128."""

    @property
    @abc.abstractmethod
    def T(self) -> "LinearMap":
        """The transpose, without conjugation."""

    @abc.abstractmethod
    def conj(self) -> "LinearMap":
        """The complex conjugate."""

    @abc.abstractmethod
    def _apply(self, x: Any) -> Any:
        """The image of x, of shape (columns, k)."""

    @property
    def H(self) -> "LinearMap":
        """The conjugate transpose."""
        return self.conj().T

    def to_dense(self, max_bytes: int = BYTES) -> Inexact[np.ndarray, "rows columns"]:
        """The matrix, read-only.

        Raises:
            ValueError: if it has more than `max_bytes` bytes.
        """
        rows, columns = self.shape
        needed = rows * columns * self.dtype.itemsize
        require(needed, max_bytes, f"A dense matrix of shape {self.shape}", "Apply the map by `@` instead")
        matrix = self._dense()
        matrix.flags.writeable = False
        return matrix

    def _dense(self) -> np.ndarray:
        return np.array(self._apply(np.eye(self.shape[1], dtype=self.dtype)))

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, LinearMap):
            if self.shape[1] != other.shape[0]:
                raise ValueError(
                    f"Maps that follow one another must fit. Got shapes {self.shape} and {other.shape}. "
                    "Check the types, or transpose one of them."
                )
            return Composition(self, other)
        other = other if isinstance(other, Array) else np.asarray(other)
        if other.ndim not in (1, 2) or other.shape[0] != self.shape[1]:
            raise ValueError(
                f"A linear map of shape {self.shape} acts on shape ({self.shape[1]},) or ({self.shape[1]}, k). "
                f"Got shape {other.shape}. For a batch in front use `jax.vmap`."
            )
        x = _as_numbers(other, self.dtype)
        return self._apply(x) if x.ndim == 2 else self._apply(x[:, None])[:, 0]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={self.shape}, dtype={self.dtype})"


@dataclasses.dataclass(frozen=True, repr=False)
class Composition(LinearMap):
    """`left @ right`, applied one after the other."""

    left: LinearMap
    right: LinearMap

    @property
    def shape(self) -> tuple[int, int]:
        return self.left.shape[0], self.right.shape[1]

    @property
    def dtype(self) -> np.dtype:
        return np.result_type(self.left.dtype, self.right.dtype)

    @property
    def T(self) -> LinearMap:
        return Composition(self.right.T, self.left.T)

    def conj(self) -> LinearMap:
        return Composition(self.left.conj(), self.right.conj())

    def _apply(self, x: Any) -> Any:
        return self.left._apply(self.right._apply(x))


def _as_numbers(x: Any, dtype: np.dtype) -> Any:
    """x as floating point numbers, complex for a complex map."""
    xp = jnp if isinstance(x, Array) else np
    if not xp.issubdtype(x.dtype, xp.inexact):
        x = x.astype(float)
    return x.astype(xp.result_type(x.dtype, np.complex64)) if dtype.kind == "c" else x
