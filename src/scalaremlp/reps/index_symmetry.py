"""What one tensor of a type is made of: its indices, their symmetry, and how packed coordinates become entries."""

import dataclasses
import math

import numpy as np
from jaxtyping import Float

from ._base import Base
from ._index_permutations import SignedPermutation
from ._packed import Packed, Traceless
from ._packing import Packing
from ._rep import Rep
from .action import Defining, Identity


@dataclasses.dataclass(frozen=True)
class IndexSymmetry:
    """The indices of a tensor and their symmetry.

    Attributes:
        legs: "V", "V*", "conj(V)" or "conj(V*)" for each index.
        generators: pairs (axes, sign) with t = sign · t.transpose(axes), which generate the symmetry.
        traceless: whether the traces of every pair of indices vanish, taken with the group's metric.
        dim: the length d of every index.
    """

    legs: tuple[str, ...]
    generators: tuple[SignedPermutation, ...]
    traceless: bool
    dim: int
    packing: Packing | None = dataclasses.field(repr=False, compare=False)

    @property
    def rank(self) -> int:
        """The number of indices."""
        return len(self.legs)

    @property
    def size(self) -> int:
        """The number of packed coordinates."""
        return self.dim**self.rank if self.packing is None else self.packing.size

    @property
    def unpack(self) -> Float[np.ndarray, "*indices size"]:
        """P of shape (d, …, d, size), with orthonormal columns: entries are P @ coordinates. The identity for T(p,q).

        Raises:
            ValueError: if it does not fit into memory.
        """
        entries = math.prod((self.dim,) * self.rank)
        matrix = np.eye(entries) if self.packing is None else self.packing.matrix
        return matrix.reshape(*(self.dim,) * self.rank, self.size)


def is_packed(rep: Rep) -> bool:
    """Whether there are packed tensors in a type, such as `Sym(2)`, of which `T(p,q)` would keep every entry."""
    return any(isinstance(leaf.action, Packed) for leaf in rep.leaves)


def index_symmetry(term: Rep) -> IndexSymmetry:
    """The indices of one term that is bound to a group: T(p,q) in any order of its indices, or a packed tensor.

    Raises:
        ValueError: if it is not bound.
        TypeError: for sums, products with packed tensors, and a user's own representations.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Alt, index_symmetry
        >>> found = index_symmetry(Alt(2).T(O(3)))
        >>> found.legs, found.generators, found.traceless, found.unpack.shape
        (('V*', 'V*'), (((1, 0), -1),), False, (3, 3, 3))
    """
    term._require_bound("index_symmetry")
    groups = term.groups
    if isinstance(term, Base) and isinstance(term.action, Packed):
        action, packing = term.action, term.action.packing(groups[0])
        leg = "V*" if term.dual else "V"
        leg = f"conj({leg})" if term.conjugate else leg
        return IndexSymmetry(
            (leg,) * action.rank, action.generators, isinstance(action, Traceless), groups[0].dim, packing
        )
    plain = all(isinstance(leaf.action, Defining | Identity) for leaf in term.leaves)
    if len(term.blocks) != 1 or len(groups) != 1 or not plain or any(m != 1 for m, _ in term.blocks):
        raise TypeError(
            f"Indices belong to one tensor, T(p,q), Sym(p) or another packed one. Got {term}. Loop over `blocks`."
        )
    return IndexSymmetry(term.legs, (), False, groups[0].dim, None)
