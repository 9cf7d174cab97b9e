"""A type taken apart into its terms, each copy of a tensor by itself, and what can be said of samples of one."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Inexact

from scalaremlp.groups import Group

from ._rep import Rep

_MOST = 4096  # components of a term whose invariant elements are looked for


@dataclass(frozen=True)
class Term:
    """One copy of a tensor in a sum: what it is called, where it stands, and its invariant elements.

    Attributes:
        name: as it is written, e.g. "T(0)".
        number: which of the copies of its block it is, from 0.
        copies: how many there are in its block.
        part: where it stands in the flat array.
        invariant: an orthonormal basis of its elements that no group element moves: all of T(0), δ in T(2) of O(3).
    """

    name: str
    number: int
    copies: int
    part: slice
    invariant: Inexact[np.ndarray, "size rank"] = field(repr=False)

    @property
    def label(self) -> str:
        """The name, with its number where there are several copies: "T(0) 2 of 3"."""
        return self.name if self.copies == 1 else f"{self.name} {self.number + 1} of {self.copies}"


@lru_cache(maxsize=256)
def terms(rep: Rep, group: Group | None = None) -> tuple[Term, ...]:
    """The terms of a type bound to `group`, in order; `rep` is bound already where there is none."""
    bound, found, start = rep if group is None else rep(group), [], 0
    for (copies, tensor), (_, written) in zip(bound.blocks, rep.blocks, strict=True):
        basis = np.asarray(tensor.equivariant_basis().to_dense()) if tensor.size <= _MOST else np.eye(tensor.size, 0)
        for number in range(copies):
            part = slice(start, start + tensor.size)
            found.append(Term(str(written), number, copies, part, basis))
            start = part.stop
    return tuple(found)


def offset_and_size(
    values: Inexact[np.ndarray, "n size"], invariant: Inexact[np.ndarray, "size rank"]
) -> tuple[Inexact[np.ndarray, " size"], float]:
    """The invariant part of the mean of samples of a term, and the root mean square of |value − offset|.

    Nothing is squared before it is of order one. Where all samples are equal, to rounding, the size is that of the
    offset, and 1 where they are zero.

    Args:
        values: samples of the term.
        invariant: its invariant elements, orthonormal.
    """
    unit = power_of_two(values)
    scaled = values / unit
    offset = invariant @ (invariant.conj().T @ scaled.mean(axis=0))
    size, of_offset = _root_mean_square(scaled - offset), float(np.linalg.norm(offset))
    if size <= 4 * np.finfo(scaled.dtype).eps * of_offset:
        size = of_offset
    return (offset * unit).astype(values.dtype), size * unit if size else 1.0


def power_of_two(values: Inexact[np.ndarray, "..."]) -> float:
    """The power of two below the largest modulus, by which dividing is exact; 1 where all values are zero."""
    largest = float(np.max(np.maximum(np.abs(np.real(values)), np.abs(np.imag(values))), initial=0.0))
    return 2.0 ** max(int(np.frexp(largest)[1]) - 1, -1022) if 0 < largest < np.inf else 1.0


def _root_mean_square(values: Inexact[np.ndarray, "n size"]) -> float:
    squares: Float[np.ndarray, " n"] = np.sum(np.abs(values) ** 2, axis=1)
    return float(np.sqrt(np.mean(squares)))
