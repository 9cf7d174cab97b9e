"""The scalars of a search at the samples, as logarithms and signs, and their monomials."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from jaxtyping import Float

from ._expression import Expression, power, times

Dimension = tuple[Fraction, ...]
STEP = 12  # exponents are whole numbers of twelfths
_ZERO = -1e5  # stands for log 0


@dataclass(frozen=True)
class Entry:
    """One scalar: its formula, what it costs, and its dimension, empty where units are not known.

    One that is made, a function of others, is dimensionless.
    """

    expression: Expression
    cost: float
    dimension: Dimension = ()
    made: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """Scalars with their values, (n, k).

    Monomials are rows of exponents in twelfths, of shape (m, k).
    """

    entries: tuple[Entry, ...]
    values: Float[np.ndarray, "n k"]

    @cached_property
    def logs(self) -> np.ndarray:
        """log|values|."""
        size = np.abs(self.values)
        return np.where(size > 0, np.log(np.where(size > 0, size, 1.0)), _ZERO)

    @cached_property
    def negative(self) -> np.ndarray:
        """Whether each value is negative."""
        return np.asarray(self.values < 0)

    @cached_property
    def positive(self) -> np.ndarray:
        """Which scalars are positive at all samples, so that they have roots."""
        return np.asarray((self.values > 0).all(axis=0))

    @cached_property
    def nonzero(self) -> np.ndarray:
        """Which scalars are nowhere zero, so that one may divide by them."""
        return np.asarray((self.values != 0).all(axis=0))

    @cached_property
    def costs(self) -> np.ndarray:
        """What each scalar costs."""
        return np.array([entry.cost for entry in self.entries])

    def of_monomials(self, exponents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log|m| and sign of some monomials at the samples, each (n, m)."""
        logs = self.logs @ (exponents.T / STEP)
        odd = (exponents // STEP % 2 * (exponents % STEP == 0)).T
        signs = 1.0 - 2.0 * ((self.negative.astype(float) @ odd) % 2)
        return logs, signs

    def expression(self, exponents: Sequence[int] | np.ndarray) -> Expression:
        """The formula of one monomial."""
        rows = zip(self.entries, exponents, strict=True)
        return times(*(power(entry.expression, Fraction(int(e), STEP)) for entry, e in rows if e))

    def cost(self, exponents: np.ndarray) -> np.ndarray:
        """How long monomials are: scalars that occur, their powers, and roots."""
        return self.costs_of(exponents, np.arange(len(self.entries))).sum(axis=1)

    def costs_of(self, exponents: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """What each of some scalars costs in monomials, (m, columns)."""
        size = np.abs(exponents) / STEP
        roots = exponents % STEP != 0
        each: np.ndarray = self.costs[columns] * (size > 0) + 0.3 * np.maximum(size - 1, 0)
        return each + 0.9 * roots + 0.1 * (exponents < 0)

    def allowed(self, exponents: np.ndarray) -> np.ndarray:
        """Which monomials are finite and real at all samples."""
        roots = ((exponents % STEP != 0) & ~self.positive).any(axis=1)
        poles = ((exponents < 0) & ~self.nonzero).any(axis=1)
        return ~(roots | poles)

    def extended(self, entries: Sequence[Entry], values: np.ndarray) -> "Table":
        """With further scalars after its own."""
        return Table((*self.entries, *entries), np.column_stack([self.values, values]) if entries else self.values)

    def only(self, which: Sequence[int]) -> "Table":
        """With some of its scalars."""
        return Table(tuple(self.entries[i] for i in which), self.values[:, list(which)])

    def rows(self, which: np.ndarray) -> "Table":
        """At some of the samples."""
        return Table(self.entries, self.values[which])
