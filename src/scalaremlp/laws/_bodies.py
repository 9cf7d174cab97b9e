"""The particles of an input, over which a law is a sum: each one, or each ordered pair of two."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Array, Inexact

from ..groups import Group
from ..reps import Rep


@dataclass(frozen=True)
class Bodies:
    """What a sum runs over: "" (the whole input, once), "particles", or "pairs" of different ones.

    Particle i is the i-th copy in every block of the type.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> bodies = Bodies(3 * T(0) + 3 * T(1), O(2), "particles")
        >>> bodies.rep, bodies.columns.tolist()
        (T(0) + T(1), [[0, 3, 4], [1, 5, 6], [2, 7, 8]])
    """

    rep_in: Rep
    group: Group
    over: str = ""

    @cached_property
    def _blocks(self) -> tuple[tuple[int, Rep], ...]:
        bound = self.rep_in(self.group).blocks
        return tuple((count, own[1]) for (count, _), own in zip(bound, self.rep_in.blocks, strict=True))

    @property
    def count(self) -> int:
        """The number of particles.

        Raises:
            ValueError: if the blocks of the type have different numbers of copies.
        """
        counts = {count for count, _ in self._blocks}
        if len(counts) != 1:
            raise ValueError(
                f"Particles are the copies in each block, as many in all. Got {self.rep_in}. Leave out "
                "`permutation=True`, or write the type as n*T(0) + n*T(1)."
            )
        return counts.pop()

    @cached_property
    def rep(self) -> Rep:
        """The type of what is summed over."""
        if not self.over:
            return self.rep_in
        copies = 2 if self.over == "pairs" else 1
        terms = [term if copies == 1 else copies * term for _, term in self._blocks]
        return sum(terms[1:], start=terms[0])

    @property
    def number(self) -> int:
        """How many are summed over."""
        count = self.count if self.over else 1
        return count * (count - 1) if self.over == "pairs" else count

    @cached_property
    def columns(self) -> np.ndarray:
        """The columns of the input that belong to each, (bodies, size)."""
        if not self.over:
            return np.arange(self.rep_in(self.group).size)[None]
        bodies, of_blocks, start = self.count, list[np.ndarray](), 0
        for count, term in self._blocks:
            size = term(self.group).size
            of_blocks.append(start + np.arange(count * size).reshape(count, size))
            start += count * size
        if self.over == "particles":
            return np.concatenate(of_blocks, axis=1)
        pairs = [(i, j) for i in range(bodies) for j in range(bodies) if i != j]
        return np.array([np.concatenate([np.concatenate([b[i], b[j]]) for b in of_blocks]) for i, j in pairs])

    def split(self, x: Inexact[Array | np.ndarray, "... size_in"]) -> Inexact[Array | np.ndarray, "... bodies size"]:
        """The part of each, in an input or in several."""
        return x[..., self.columns]

    def wrapped(self, code: str) -> str:
        """The source of a function of one, made that of the sum."""
        inner = code.replace("def law(x):", "def _of_one(x):")
        return (
            f"{inner}\n\ndef law(x):\n    columns = np.array({self.columns.tolist()})\n"
            "    return _of_one(np.asarray(x, dtype=float)[..., columns]).sum(axis=-2)\n"
        )
