"""The group of the identity alone: Trivial(n)."""

import dataclasses
from functools import cached_property, partial

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp

from ._base import FixedTensor, Group
from ._check import integers
from ._finite import Finite


@dataclasses.dataclass(frozen=True, repr=False)
class Trivial(Finite):
    """The group {1} on Rⁿ: no symmetry. It fixes every vector, so that each component is an invariant.

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> from scalaremlp.groups import Trivial
        >>> [(tensor.name, tensor.kind) for tensor in Trivial(2).fixed_tensors]
        [('e0', 'vector'), ('e1', 'vector'), ('e0', 'covector'), ('e1', 'covector')]
    """

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return self.n

    @property
    def order(self) -> int:
        return 1

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((self.n, ()),)

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        rows = list(np.eye(self.n))
        vectors = (FixedTensor(f"e{a}", "vector", 1, 0, partial(np.array, row)) for a, row in enumerate(rows))
        covectors = (FixedTensor(f"e{a}", "covector", 0, 1, partial(np.array, row)) for a, row in enumerate(rows))
        return (*vectors, *covectors)

    @property
    def fundamental(self) -> bool:
        return True

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        return jnp.broadcast_to(jnp.eye(self.n), (n, self.n, self.n))
