"""The rows (J, r) of a problem at a point, chunk by chunk."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Array, Float, Int

from ..._arrays import on_device
from .problem import Chunk, Problem
from .programs import pulled_in, rows_of


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
        few = self.problem.at_once
        if few is None or self.wanted is not None:
            return self._rows(chunk)[:, self.columns]
        size, each = len(chunk.weights), self.problem.each
        found = np.empty((size, each, self.size))
        for start in range(0, each, few):
            part = self._along(chunk, np.broadcast_to(np.eye(few, each, start), (size, few, each)))
            found[:, start : start + few] = part[:, : each - start, self.columns]
        return found.reshape(-1, self.size)

    def pulled(self, chunk: Chunk, values: Float[np.ndarray, "size m"]) -> Float[np.ndarray, " all"]:
        """Jᵀ v of all residuals of a chunk in all parameters."""
        few = self.problem.at_once
        if few is None or self.wanted is not None:
            there = self.problem.place.sharded(values)
            return np.asarray(pulled_in(self.problem.spread, self.theta, there, chunk.samples))
        directions = np.zeros((len(values), few, values.shape[1]))
        directions[:, 0] = values
        return self._along(chunk, directions)[:, 0, :-1].sum(axis=0)

    def _along(self, chunk: Chunk, directions: Float[np.ndarray, "size k m"]) -> Float[np.ndarray, "size k columns"]:
        rows = self._rows(chunk._replace(directions=self.problem.place.sharded(directions)))
        return rows.reshape(*directions.shape[:2], -1)

    def _rows(self, chunk: Chunk) -> Float[np.ndarray, "r columns"]:
        return np.asarray(rows_of(self.problem.spread, self.theta, self.wanted, chunk, self.forward))
