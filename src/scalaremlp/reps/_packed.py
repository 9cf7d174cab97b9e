"""How groups act on tensors with an index symmetry, in packed coordinates."""

import dataclasses

import numpy as np
from jaxtyping import Num

from scalaremlp._jax import Array
from scalaremlp.groups import Group

from . import _packing
from ._index_permutations import SignedPermutation, totally
from ._metric import metric
from ._packing import Packing
from .action import Action


@dataclasses.dataclass(frozen=True)
class Packed(Action):
    """The action on the tensors of T(rank) that signed permutations of their indices leave as they are.

    ρ(g) = Pᵀ (g ⊗ … ⊗ g) P, with the orthonormal columns of P as in `Packing`.
    """

    rank: int
    generators: tuple[SignedPermutation, ...]
    text: str = dataclasses.field(compare=False)

    @property
    def name(self) -> str:
        return self.text

    def packing(self, group: Group) -> Packing:
        """The packed coordinates for a group."""
        return self._packing(group.dim)

    def size(self, group: Group) -> int:
        """The number of packed coordinates."""
        return self.packing(group).size

    def rho(self, g: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "s s"]:
        """Pᵀ (g ⊗ … ⊗ g) P."""
        return self._packing(len(g)).rho(g)

    def drho(self, a: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "s s"]:
        """Pᵀ (a ⊗ 1 ⊗ … + 1 ⊗ a ⊗ … + …) P."""
        return self._packing(len(a)).drho(a)

    def _packing(self, dim: int) -> Packing:
        return _packing.packing(self.rank, self.generators, dim)


@dataclasses.dataclass(frozen=True)
class Traceless(Packed):
    """The action on symmetric tensors whose traces with the group's metric vanish; `within` fills in the metric."""

    metric: bytes | None = None

    def within(self, group: Group) -> "Traceless":
        """The action with the metric of a group.

        Raises:
            ValueError: if the group has none.
        """
        form = metric(group)
        if form is None:
            raise ValueError(
                f"Traceless tensors need a group with a symmetric form to take traces with. Got {self.text} for "
                f"{group}. Use Sym({self.rank}), which keeps the traces."
            )
        return dataclasses.replace(self, metric=form.tobytes())

    def packing(self, group: Group) -> Packing:
        """The packed coordinates for a group."""
        return self.within(group)._packing(group.dim)

    def _packing(self, dim: int) -> Packing:
        assert self.metric is not None
        return _packing.traceless(self.rank, dim, self.metric)


def traceless(rank: int) -> Traceless:
    """The action on traceless symmetric tensors, for any group with a metric."""
    return Traceless(rank, totally(rank, 1), f"Sym0({rank})")
