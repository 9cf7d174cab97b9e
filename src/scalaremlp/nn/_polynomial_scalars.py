"""The scalars and covariants of which equivariant polynomials up to a degree are made."""

from typing import NamedTuple

import numpy as np

from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants, Invariants
from ..scalars.inputs import takes_tensors


class PolynomialScalars(NamedTuple):
    """The generators of a type up to a degree."""

    invariants: Invariants
    covariants: Covariants

    @classmethod
    def upto(cls, rep_in: Rep, rep_out: Rep, group: Group, degree: int) -> "PolynomialScalars":
        """Those of a degree; all, which are few, where there are no tensors."""
        top = max(degree, 1) if takes_tensors(rep_in, rep_out, group) else None
        return cls(Invariants(rep_in, group, top), Covariants(rep_in, rep_out, group, degree=top))

    @property
    def complete(self) -> bool:
        """Whether there are none of a higher degree."""
        return self.invariants.complete and self.covariants.complete

    def kinds(self, block: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The degrees of the scalars, and of the covariants of one term of the output, in its first copy."""
        numbers, blocks = self.covariants.copy_numbers, self.covariants.block
        first = numbers[blocks == block].min(initial=len(numbers))
        symbols = self.covariants.symbols
        own = tuple(symbols[i].degree for i in np.flatnonzero((blocks == block) & (numbers == first)))
        return tuple(s.degree for s in self.invariants.symbols), own
