"""Scalars and tensors at the states of windows, and how a term of a law moves a state there."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np

from .._expression import Expression, Named, evaluate, leaves
from .._law import HAMILTONIAN
from .._prepare import Units, check_number, entry, sizes_of, useful, vanishes
from .._table import STEP, Entry, Table
from ._kind import Kind

_STEP = 1e-30  # into the complex plane: a derivative that is exact to rounding


class Term(NamedTuple):
    """A tensor, by its place among those of the nodes, the scalar that it is multiplied by, and how long that is."""

    tensor: int
    scalar: Expression
    cost: float = 0.0


@dataclass(frozen=True, eq=False)
class Nodes:
    """All states of the windows, n of them.

    Attributes:
        kind: what the law is of.
        table: the scalars, and functions of them if there are any.
        slopes: the derivatives of plain scalars by the state, (n, d), by name.
        tensors: what each tensor is.
        numbers: the numbers that they have among all of their type.
        shapes: their values, (n, tensors, size of the law's value).
        mixed: the names of differences of a state and what the motion depends on besides.
    """

    kind: Kind
    table: Table
    slopes: dict[str, np.ndarray]
    tensors: tuple[Entry, ...]
    numbers: tuple[int, ...]
    shapes: np.ndarray
    mixed: frozenset[str]

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """Plain scalars by name."""
        names = [getattr(each.expression, "name", "") for each in self.table.entries]
        return {name: self.table.values[:, i] for i, name in enumerate(names) if name in self.slopes}

    @np.errstate(all="ignore")
    def moved(self, term: Term) -> np.ndarray:
        """The rate of change of the state by a term without constants, (n, d)."""
        if self.kind.motion == HAMILTONIAN:
            return self.kind.moved(self._gradient(term.scalar))
        value = np.asarray(evaluate(term.scalar, self.values, (), np))
        return np.asarray(np.broadcast_to(value, len(self.shapes))[:, None] * self.shapes[:, term.tensor])

    def _gradient(self, scalar: Expression) -> np.ndarray:
        total = np.zeros((len(self.shapes), self.kind.size))
        for name in sorted(leaf.name for leaf in leaves(scalar) if isinstance(leaf, Named)):
            aside = {**self.values, name: self.values[name] + 1j * _STEP}
            total += np.imag(evaluate(scalar, aside, (), np))[:, None] / _STEP * self.slopes[name]
        return total

    def undecided(self, table: Table, exponents: np.ndarray) -> bool:
        """Whether a monomial is the square of a difference of a state and what the motion depends on besides.

        In a Hamiltonian it is a sum of shorter terms and of a square that does not move the state, so that no states
        tell of it.
        """
        at = np.flatnonzero(exponents)
        if self.kind.motion != HAMILTONIAN or len(at) != 1 or exponents[at[0]] != 2 * STEP:
            return False
        own = table.entries[at[0]].expression
        return isinstance(own, Named) and own.name in self.mixed


def nodes(kind: Kind, x: np.ndarray, units: Units | None) -> Nodes:
    """Of states, each with what the motion depends on, (n, size_in)."""
    scalars, tensors = kind.scalars, kind.tensors
    check_number(scalars)
    values, slopes, shapes = _values(kind, x)
    sizes = sizes_of(scalars, x)
    table = useful(scalars, values, sizes, units)
    names = {atom.name: i for i, atom in enumerate(scalars.atoms)}
    own = [each.expression.name for each in table.entries if isinstance(each.expression, Named)]
    fit = [units is None or units.fits(atom) for atom in tensors.atoms]
    kept = tuple(i for i, atom in enumerate(tensors.atoms) if fit[i] and not vanishes(shapes[:, i], atom, sizes))
    return Nodes(
        kind, table, {name: slopes[:, names[name]] for name in own},
        tuple(entry(tensors.atoms[i], units, -1.0) for i in kept), kept, shapes[:, kept],
        frozenset(atom.name for atom in scalars.atoms if kind.mixes(atom.alike)),
    )  # fmt: skip


def at_other_states(like: Nodes, x: np.ndarray) -> Nodes:
    """The same plain scalars and tensors at other states."""
    values, slopes, shapes = _values(like.kind, x)
    names = {atom.name: i for i, atom in enumerate(like.kind.scalars.atoms)}
    table = Table(like.table.entries, values[:, [names[name] for name in like.slopes]])
    own = {name: slopes[:, names[name]] for name in like.slopes}
    return replace(like, table=table, slopes=own, shapes=shapes[:, like.numbers])


def _values(kind: Kind, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scalars, (n, k), their derivatives by the state, (n, k, d), and tensors, (n, tensors, size)."""
    derived = jax.jit(jax.vmap(lambda one: (kind.scalars(one), jax.jacfwd(kind.scalars)(one), kind.tensors(one))))
    values, slopes, shapes = map(np.asarray, derived(x))
    return values, slopes[:, :, : kind.size], shapes
