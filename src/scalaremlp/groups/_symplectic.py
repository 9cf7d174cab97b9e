"""The group that keeps an antisymmetric form: Sp(n)."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp, jr

from ._base import FixedTensor, Group, read_only
from ._check import integers
from ._fixed import form
from ._random import stretches, unitary


@dataclasses.dataclass(frozen=True, repr=False)
class Sp(Group):
    """The real symplectic group on R^{2n}: {g : gᵀωg = ω} with ω = [[0, 1], [-1, 0]] in blocks of n × n.

    Vectors are (q₁…qₙ, p₁…pₙ), and ω(v,w) = v_q·w_p - v_p·w_q. The invariants are those of ω (first fundamental
    theorem: Weyl 1939, theorem 6.1.A).
    Samples are k·diag(eˢ, e⁻ˢ)·k′ with k, k′ Haar-uniform in U(n) = Sp(n) ∩ O(2n), which is connected.

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> import jax.random as jr, numpy as np
        >>> from scalaremlp.groups import Sp
        >>> G = Sp(2)
        >>> g = G.sample(jr.key(0), 10)
        >>> G.dim, bool(np.allclose(g.mT @ G.omega @ g, G.omega, atol=1e-4))
        (4, True)
    """

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return 2 * self.n

    @property
    def omega(self) -> np.ndarray:
        """The symplectic form ω = [[0, 1], [-1, 0]] in blocks of n × n."""
        return np.kron([[0.0, 1.0], [-1.0, 0.0]], np.eye(self.n))

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "k {self.dim} {self.dim}"]:
        """The Hamiltonian matrices -ω(Eᵢⱼ + Eⱼᵢ) with i ≤ j (half of it for i = j), which solve Aᵀω + ωA = 0."""
        eye = np.eye(self.dim)
        rows, columns = np.triu_indices(self.dim)
        units = eye[rows, :, None] * eye[columns, None, :]
        return read_only(-self.omega @ np.maximum(units, units.mT))

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return form("omega", self.omega)

    @property
    def fundamental(self) -> bool:
        return True

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        left, stretch, right = jr.split(key, 3)
        s = stretches(stretch, n, self.n)
        scale = jnp.exp(jnp.concatenate([s, -s], -1))
        return _real(unitary(left, n, self.n)) * scale[:, None, :] @ _real(unitary(right, n, self.n))


def _real(u: Array) -> Array:
    """U(n) inside Sp(n): the action of x + iy on q + ip."""
    return jnp.block([[u.real, -u.imag], [u.imag, u.real]])
