"""Groups that keep a symmetric form: O(p,q), SO(p,q) and the identity component SO⁺(1,q)."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp, jr

from ._base import FixedTensor, Group, read_only
from ._check import integers
from ._fixed import epsilon, form
from ._random import block_diagonal, orthogonal, scale_last_column, special_orthogonal, stretches


class _Isometries(Group):
    """What O(p,q), SO(p,q) and SO⁺(1,q) share: η = diag(+1 p times, -1 q times) and its Lie algebra."""

    p: int
    q: int

    def __post_init__(self) -> None:
        integers(self, "p", "q", least=0)
        if self.dim == 0:
            name = type(self).__name__
            raise ValueError(f"{name}(p, q) needs p + q >= 1. Got {self}. Write for example {name}(3) or {name}(1,3).")

    @property
    def dim(self) -> int:
        return self.p + self.q

    @property
    def eta(self) -> np.ndarray:
        """The metric η = diag(+1 p times, -1 q times)."""
        return np.diag([1.0] * self.p + [-1.0] * self.q)

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "k {self.dim} {self.dim}"]:
        """The matrices (Eᵢⱼ - Eⱼᵢ) η with i < j, which solve Aᵀη + ηA = 0."""
        eye = np.eye(self.dim)
        rows, columns = np.triu_indices(self.dim, 1)
        units = eye[rows, :, None] * eye[columns, None, :]
        return read_only((units - units.mT) @ self.eta)

    @property
    def fundamental(self) -> bool:
        return True

    @property
    def compact(self) -> bool:
        return self.p == 0 or self.q == 0

    def __str__(self) -> str:
        return f"{type(self).__name__}({self.p},{self.q})" if self.q else f"{type(self).__name__}({self.p})"

    def _boosts(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        """Boosts of rapidity in [-1, 1] in the planes (0,p), (1,p+1), …"""
        plus = np.arange(min(self.p, self.q))
        minus = plus + self.p
        rapidity = stretches(key, n, plus.size)
        cosh, sinh = jnp.cosh(rapidity), jnp.sinh(rapidity)
        boosts = jnp.broadcast_to(jnp.eye(self.dim), (n, self.dim, self.dim))
        boosts = boosts.at[:, plus, plus].set(cosh).at[:, minus, minus].set(cosh)
        return boosts.at[:, plus, minus].set(sinh).at[:, minus, plus].set(sinh)

    def _rotations(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        """Haar-uniform elements of SO(p) × SO(q)."""
        plus, minus = jr.split(key)
        return block_diagonal(special_orthogonal(plus, n, self.p), special_orthogonal(minus, n, self.q))


@dataclasses.dataclass(frozen=True, repr=False)
class O(_Isometries):  # noqa: E742 - the name of the group
    """The (pseudo-)orthogonal group O(p,q) = {g : gᵀηg = η}, with η = diag(+1 p times, -1 q times); O(n) = O(n,0).

    Its invariants are those of η (first fundamental theorem: Weyl 1939, theorem 2.9.A). It has four components, or two
    when p or q is 0.

    Raises:
        ValueError: unless p, q ≥ 0 are integers with p + q ≥ 1.

    Example:
        >>> import jax.random as jr, numpy as np
        >>> from scalaremlp.groups import O
        >>> G = O(1, 3)
        >>> g = G.sample(jr.key(0), 10)
        >>> g.shape, bool(np.allclose(g.mT @ G.eta @ g, G.eta, atol=1e-4))
        ((10, 4, 4), True)
    """

    p: int
    q: int = 0

    @cached_property
    def generators(self) -> Float[np.ndarray, "m {self.dim} {self.dim}"]:
        """A reflection of one axis of either sign."""
        axes = [axis for axis, there in ((0, self.p), (self.dim - 1, self.q)) if there]
        return read_only([reflection(self.dim, axis) for axis in axes])

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return form("metric", self.eta)

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        plus, minus, boost, rotation = jr.split(key, 4)
        left = block_diagonal(orthogonal(plus, n, self.p), orthogonal(minus, n, self.q))
        return left if self.compact else left @ self._boosts(boost, n) @ self._rotations(rotation, n)


@dataclasses.dataclass(frozen=True, repr=False)
class SO(_Isometries):
    """The special (pseudo-)orthogonal group SO(p,q): elements of O(p,q) of determinant 1; SO(n) = SO(n,0).

    It fixes η and the Levi-Civita tensor, so that determinants of vectors are invariants too (Weyl 1939, theorem
    2.9.A). It has two components when p, q ≥ 1, the second one reversing an axis of either sign.

    Raises:
        ValueError: unless p, q ≥ 0 are integers with p + q ≥ 1.

    Example:
        >>> import jax.random as jr, numpy as np
        >>> from scalaremlp.groups import SO
        >>> bool(np.allclose(np.linalg.det(SO(3).sample(jr.key(0), 10)), 1, atol=1e-5))
        True
    """

    p: int
    q: int = 0

    @cached_property
    def generators(self) -> Float[np.ndarray, "m {self.dim} {self.dim}"]:
        """The reversal of one axis of either sign, where there are both."""
        if self.compact:
            return read_only(np.zeros((0, self.dim, self.dim)))
        return read_only([reflection(self.dim, 0) @ reflection(self.dim, self.dim - 1)])

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return form("metric", self.eta) + epsilon(self.dim)

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        if self.compact:
            return special_orthogonal(key, n, self.dim)
        plus, minus, boost, rotation = jr.split(key, 4)
        left = block_diagonal(orthogonal(plus, n, self.p), orthogonal(minus, n, self.q))
        left = scale_last_column(left, jnp.linalg.det(left))
        return left @ self._boosts(boost, n) @ self._rotations(rotation, n)


@dataclasses.dataclass(frozen=True, repr=False)
class SOp(_Isometries):
    """The proper orthochronous group SO⁺(1,q): the identity component of O(1,q).

    Its polynomial invariants are those of SO(1,q), in which it is Zariski-dense. It also keeps the sign of the time
    component of time-like vectors, which no polynomial sees; `orthochronous` says so.

    Raises:
        ValueError: unless p = 1 and q ≥ 1.

    Example:
        >>> import jax.random as jr
        >>> from scalaremlp.groups import SOp
        >>> bool((SOp(1, 3).sample(jr.key(0), 10)[:, 0, 0] >= 1).all())
        True
    """

    p: int
    q: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.p != 1 or self.q < 1:
            raise ValueError(f"SOp(1, q) needs p = 1 and q >= 1. Got {self}. For other signatures use SO(p, q).")

    @property
    def orthochronous(self) -> bool:
        return True

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return form("metric", self.eta) + epsilon(self.dim)

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        left, boost, right = jr.split(key, 3)
        return self._rotations(left, n) @ self._boosts(boost, n) @ self._rotations(right, n)


def reflection(dim: int, axis: int = 0) -> np.ndarray:
    """diag(1, …, -1, …, 1), with -1 at `axis`."""
    diagonal = np.ones(dim)
    diagonal[axis] = -1.0
    return np.diag(diagonal)
