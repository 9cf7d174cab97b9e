"""What is searched: one tensor of the output as a sum of scalars times tensors, at the samples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float

from ._expression import Expression, complexity, constants_in, evaluate, renumbered
from ._table import Dimension, Entry, Table

_STEP = 1e-4  # of a constant
Parts = tuple[tuple[int, Expression], ...]


@dataclass(frozen=True)
class Guess:
    """A formula: pairs of a tensor, by its number, and the scalar that it is multiplied by; and its constants."""

    parts: Parts
    constants: tuple[float, ...]

    @property
    def complexity(self) -> int:
        """The number of nodes."""
        return sum(complexity(scalar) for _, scalar in self.parts) + 2 * len(self.parts) - 1

    def compact(self) -> "Guess":
        """The same with the constants that occur alone."""
        used = sorted({i for _, scalar in self.parts for i in constants_in(scalar)})
        places = {old: new for new, old in enumerate(used)}
        parts = tuple((tensor, renumbered(scalar, places)) for tensor, scalar in self.parts)
        return Guess(parts, tuple(self.constants[i] for i in used))

    @classmethod
    def of_terms(cls, terms: "list[tuple[int, Expression, float]]") -> "Guess":
        """A sum of terms with a constant each, whose place is the first of the term."""
        parts = tuple((tensor, renumbered(scalar, {0: number})) for number, (tensor, scalar, _) in enumerate(terms))
        return cls(parts, tuple(value for _, _, value in terms))

    @classmethod
    def joined(cls, guesses: "Sequence[Guess]", numbers: Sequence[int]) -> "Guess":
        """Several as one, with the tensors' numbers changed for others."""
        parts: list[tuple[int, Expression]] = []
        constants: list[float] = []
        for guess in guesses:
            places = {i: i + len(constants) for i in range(len(guess.constants))}
            parts += [(numbers[tensor], renumbered(scalar, places)) for tensor, scalar in guess.parts]
            constants += guess.constants
        return cls(tuple(parts), tuple(constants))


@dataclass(frozen=True, eq=False)
class Problem:
    """The samples.

    Attributes:
        table: the scalars, (rows, k).
        tensors: what each tensor is; where the output is a scalar the only one is 1.
        shapes: their values, (rows, tensors, size): a row for each body of each sample.
        y: the outputs, (n, size).
        dimension: of the outputs; `None` where units are not known.
        held: which samples are held out.
        bodies: how many there are in a sample, over which a formula is summed; scalars and tensors have a row for each.
    """

    table: Table
    tensors: tuple[Entry, ...]
    shapes: Float[np.ndarray, "rows tensors size"]
    y: Float[np.ndarray, "n size"]
    dimension: Dimension | None
    held: np.ndarray
    bodies: int = 1

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """Scalars by name."""
        names = [getattr(entry.expression, "name", "") for entry in self.table.entries]
        return {name: self.table.values[:, i] for i, name in enumerate(names) if not self.table.entries[i].made}

    def predicted(self, guess: Guess, constants: np.ndarray | None = None) -> np.ndarray:
        """What a formula gives at the samples, (n, size)."""
        used = np.asarray(guess.constants) if constants is None else constants
        return sum((self._part(part, used) for part in guess.parts), start=np.zeros_like(self.y))

    def _part(self, part: tuple[int, Expression], constants: np.ndarray) -> np.ndarray:
        tensor, scalar = part
        with np.errstate(all="ignore"):
            value = np.asarray(evaluate(scalar, self.values, constants, np))
            return self.summed(np.broadcast_to(value, len(self.shapes))[:, None] * self.shapes[:, tensor])

    def summed(self, values: np.ndarray) -> np.ndarray:
        """Of values of each body those of the samples."""
        return values.reshape(-1, self.bodies, *values.shape[1:]).sum(axis=1) if self.bodies > 1 else values

    def jacobian(self, guess: Guess, constants: np.ndarray) -> np.ndarray:
        """The derivative by each constant, (n, size, constants), by central differences of the parts it is in."""
        found = np.zeros((*self.y.shape, len(constants)))
        for part in guess.parts:
            for i in constants_in(part[1]):
                step = _STEP * max(abs(constants[i]), 1e-300)
                up, down = constants.copy(), constants.copy()
                up[i], down[i] = constants[i] + step, constants[i] - step
                found[..., i] += (self._part(part, up) - self._part(part, down)) / (up[i] - down[i])
        return found

    def rows(self, which: np.ndarray) -> "Problem":
        """At some of the samples."""
        own = self.of_bodies(which)
        table, shapes = self.table.rows(own), self.shapes[own]
        return replace(self, table=table, shapes=shapes, y=self.y[which], held=self.held[which])

    def of_bodies(self, which: np.ndarray) -> np.ndarray:
        """The rows of scalars and tensors that belong to some of the samples."""
        return np.arange(len(self.y) * self.bodies).reshape(-1, self.bodies)[which].ravel()

    def scalar(self, tensor: int) -> np.ndarray:
        """The coefficient c of y ≈ c t, for one tensor t, at each sample."""
        t = self.shapes[:, tensor]
        size = (t * t).sum(axis=1)
        return (self.y * t).sum(axis=1) / np.where(size > 0, size, 1.0)

    def beside(self, tensor: int) -> float:
        """The share of the square of y that is not along a tensor."""
        rest = self.y - self.scalar(tensor)[:, None] * self.shapes[:, tensor]
        return float((rest * rest).sum() / (self.y * self.y).sum())
