"""The rows (J, r) of a problem at a point, chunk by chunk."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Array, Float, Int

from ..._arrays import on_device
from .problem import Chunk, Problem
from .programs import rows_of


@dataclass(frozen=True)
class RowsAt:
    """How the rows of a problem are computed at θ, in the chosen entries of θ.

    Attributes:
        problem: what is linearised.
        theta: θ, where the chunks are.
        wanted: the entries that are differentiated by; None for all.
        columns: which columns of (J, r) in these are those in the chosen entries.
        size: of the chosen entries, and one for r.
    """

    problem: Problem
    theta: Float[Array, " all"]
    wanted: Int[Array, " p"] | None
    columns: Int[np.ndarray, " size"] | slice
    size: int

    @classmethod
    def of(cls, problem: Problem, theta: Float[Array, " all"], chosen: Int[np.ndarray, " p"]) -> "RowsAt":
        """A reverse pass yields all derivatives at once: compiled for all, it serves for any choice of them."""
        shared = theta.size == problem.parameters >= problem.each
        columns = np.append(chosen, theta.size) if shared and chosen.size < theta.size else slice(None)
        there, wanted = problem.place.copied((theta, None if shared else on_device(chosen)))
        return cls(problem, there, wanted, columns, chosen.size + 1)

    @property
    def differentiated(self) -> int:
        """By how many parameters."""
        return self.theta.size if self.wanted is None else self.wanted.size

    @property
    def forward(self) -> bool:
        """Whether a pass for each parameter is cheaper than one for each residual of a sample."""
        return self.differentiated < self.problem.each

    @property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """Which residuals of a sample are of each noise."""
        noises = self.problem.noises or (0,) * self.problem.each
        return tuple(
            tuple(place for place, own in enumerate(noises) if own == number) for number in range(max(noises) + 1)
        )

    def of_chunk(self, chunk: Chunk) -> Float[np.ndarray, "r size"]:
        """(J, r) of a chunk, on the host."""
        found = rows_of(self.problem.spread, self.theta, self.wanted, chunk, self.forward)
        return np.asarray(found)[:, self.columns]
