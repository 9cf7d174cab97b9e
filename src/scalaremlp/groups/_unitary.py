"""Groups that keep a Hermitian form: U(n) and SU(n)."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Complex, Key

from scalaremlp._jax import Array

from ._base import Field, FixedTensor, Group, read_only
from ._check import integers
from ._fixed import epsilon
from ._random import special_unitary, unitary


class _Unitary(Group):
    """What U(n) and SU(n) share."""

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return self.n

    @property
    def field(self) -> Field:
        return "complex"

    @property
    def fundamental(self) -> bool:
        return True

    @property
    def compact(self) -> bool:
        return True

    @cached_property
    def generators(self) -> Complex[np.ndarray, "m {self.dim} {self.dim}"]:
        return read_only(np.zeros((0, self.n, self.n), complex))

    @property
    def _off_diagonal(self) -> Complex[np.ndarray, "k {self.dim} {self.dim}"]:
        """The anti-Hermitian matrices Eᵢⱼ - Eⱼᵢ and i(Eᵢⱼ + Eⱼᵢ) with i < j."""
        eye = np.eye(self.n)
        rows, columns = np.triu_indices(self.n, 1)
        units = eye[rows, :, None] * eye[columns, None, :]
        return np.concatenate([units - units.mT, 1j * (units + units.mT)])

    @property
    def _phases(self) -> Complex[np.ndarray, "{self.dim} {self.dim} {self.dim}"]:
        """The matrices i Eₖₖ."""
        return 1j * np.eye(self.n)[:, :, None] * np.eye(self.n)


@dataclasses.dataclass(frozen=True, repr=False)
class U(_Unitary):
    """The unitary group U(n) = {g : g†g = 1} on Cⁿ.

    A vector input counts as v and the covector v̄; the invariants are the products v̄ᵢ·vⱼ, contracted with δ alone
    (first fundamental theorem of GL(n,C), of which U(n) is a compact form: Weyl 1939, theorem 2.6.A).

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> import jax.random as jr, numpy as np
        >>> from scalaremlp.groups import U
        >>> g = U(2).sample(jr.key(0), 10)
        >>> bool(np.allclose(g.conj().mT @ g, np.eye(2), atol=1e-5)), U(2).lie_algebra.shape
        (True, (4, 2, 2))
    """

    n: int

    @cached_property
    def lie_algebra(self) -> Complex[np.ndarray, "k {self.dim} {self.dim}"]:
        """All anti-Hermitian matrices: n² real dimensions."""
        return read_only(np.concatenate([self._phases, self._off_diagonal]))

    def sample(self, key: Key[Array, ""], n: int) -> Complex[Array, "{n} {self.dim} {self.dim}"]:
        return unitary(key, n, self.n)


@dataclasses.dataclass(frozen=True, repr=False)
class SU(_Unitary):
    """The special unitary group SU(n): elements of U(n) of determinant 1.

    It fixes the Levi-Civita tensors too, so that determinants of n vectors are (complex) invariants (Weyl 1939,
    theorem 2.6.A, for SL(n,C)).

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> import jax.random as jr, numpy as np
        >>> from scalaremlp.groups import SU
        >>> bool(np.allclose(np.linalg.det(SU(3).sample(jr.key(0), 10)), 1, atol=1e-5))
        True
    """

    n: int

    @cached_property
    def lie_algebra(self) -> Complex[np.ndarray, "k {self.dim} {self.dim}"]:
        """The traceless anti-Hermitian matrices: n² - 1 real dimensions."""
        return read_only(np.concatenate([self._phases[:-1] - self._phases[1:], self._off_diagonal]))

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return epsilon(self.n)

    def sample(self, key: Key[Array, ""], n: int) -> Complex[Array, "{n} {self.dim} {self.dim}"]:
        return special_unitary(key, n, self.n)
