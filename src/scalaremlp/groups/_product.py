"""Direct products of groups, acting on the Kronecker product of their spaces."""

import dataclasses
import math
from functools import cached_property, reduce

import numpy as np
from jaxtyping import Inexact, Key

from scalaremlp._jax import Array, jax, jnp, jr

from ._base import Field, Group, makes_products, read_only


@makes_products
@dataclasses.dataclass(frozen=True, repr=False, init=False)
class DirectProduct(Group):
    """The direct product G₁ × G₂ × …, acting on the Kronecker product of their spaces by g₁ ⊗ g₂ ⊗ …

    Written `G * H`; nested products are flattened, since the Kronecker product is associative. The Lie algebra is that
    of the factors, A ⊗ 1 and 1 ⊗ B. To let two groups act on different *factors of a representation* instead, bind the
    factors apart: `V(G) * V(H)`.

    Raises:
        ValueError: unless there are two factors or more.
        TypeError: if a factor is no group.

    Example:
        >>> from scalaremlp.groups import SO, S
        >>> G = SO(3) * S(4)
        >>> str(G), G.dim, G.lie_algebra.shape, G.generators.shape
        ('SO(3)*S(4)', 12, (3, 12, 12), (2, 12, 12))
    """

    factors: tuple[Group, ...]

    def __init__(self, *factors: Group) -> None:
        for factor in factors:
            if not isinstance(factor, Group):
                raise TypeError(f"A direct product is made of groups. Got {factor!r}. Write for example SO(3) * S(4).")
        if len(factors) < 2:
            raise ValueError(f"A direct product has two factors or more. Got {factors}. Write for example O(3) * S(4).")
        flat = (inner for factor in factors for inner in getattr(factor, "factors", (factor,)))
        object.__setattr__(self, "factors", tuple(flat))

    @property
    def dim(self) -> int:
        return math.prod(factor.dim for factor in self.factors)

    @property
    def field(self) -> Field:
        return "complex" if any(factor.field == "complex" for factor in self.factors) else "real"

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((1, self.factors),)

    @property
    def compact(self) -> bool:
        return all(factor.compact for factor in self.factors)

    @cached_property
    def lie_algebra(self) -> Inexact[np.ndarray, "k {self.dim} {self.dim}"]:
        return read_only(np.concatenate([self._embed(i, f.lie_algebra) for i, f in enumerate(self.factors)]))

    @cached_property
    def generators(self) -> Inexact[np.ndarray, "m {self.dim} {self.dim}"]:
        return read_only(np.concatenate([self._embed(i, f.generators) for i, f in enumerate(self.factors)]))

    def sample(self, key: Key[Array, ""], n: int) -> Inexact[Array, "{n} {self.dim} {self.dim}"]:
        keys = jr.split(key, len(self.factors))
        parts = [factor.sample(k, n) for factor, k in zip(self.factors, keys, strict=True)]
        return reduce(jax.vmap(jnp.kron), parts)

    def __str__(self) -> str:
        return "*".join(map(str, self.factors))

    def _embed(self, index: int, matrices: np.ndarray) -> np.ndarray:
        """1 ⊗ … ⊗ A ⊗ … ⊗ 1 for each matrix A of the factor at `index`."""
        before = np.eye(math.prod(factor.dim for factor in self.factors[:index]))
        after = np.eye(math.prod(factor.dim for factor in self.factors[index + 1 :]))
        dtype = complex if self.field == "complex" else float
        out = np.einsum("ab,kij,cd->kaicbjd", before, matrices.astype(dtype), after)
        return out.reshape(-1, self.dim, self.dim)
