"""From a data set to the problems of a search, one for each tensor of the output."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import jax
import numpy as np

from ..data import Dataset
from ..scalars.inputs import inputs
from ..units import Unit
from ._atoms import Atom, Atoms, Tensors
from ._bodies import Bodies
from ._expression import Named
from ._problem import Problem
from ._table import Dimension, Entry, Table

_MOST_SCALARS = 400
_ZERO = 1e-11  # of the product of the sizes of the inputs: a scalar that vanishes, up to rounding


class Units(NamedTuple):
    """The unit of each input by its name, of each tensor of the output, and whether constants may have others."""

    of_inputs: dict[str, Unit]
    of_outputs: tuple[Unit, ...]
    any_constants: bool

    def dimension(self, degrees: Sequence[tuple[str, int]]) -> Dimension:
        """That of a product of inputs; none where constants may have any unit."""
        if self.any_constants:
            return ()
        total = [Fraction(0)] * len(self.of_outputs[0].dimension)
        for name, degree in degrees:
            total = [a + degree * b for a, b in zip(total, self.of_inputs[name].dimension, strict=True)]
        return tuple(total)

    def fits(self, atom: Atom) -> bool:
        """Whether inputs that are subtracted have one unit."""
        return len({self.of_inputs[name] for name in atom.alike}) < 2


class Prepared(NamedTuple):
    """A problem, and the numbers of its tensors among all that the type has."""

    problem: Problem
    tensors: tuple[int, ...]


def check_number(scalars: Atoms) -> None:
    """Raise `ValueError` if there are too many scalars to search among."""
    if scalars.size > _MOST_SCALARS:
        raise ValueError(
            f"Formulas are made of at most {_MOST_SCALARS} invariants. Got {scalars.size} of {scalars.rep_in}. "
            "Take fewer inputs."
        )


def problems(data: Dataset, held: np.ndarray, units: Units | None, over: str = "") -> list[Prepared]:
    """The problem of each tensor of the output, as a sum over bodies if it is said over which."""
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    atoms, tensors = Atoms(bodies.rep, data.group), Tensors(bodies.rep, data.rep_out, data.group)
    x, y = np.asarray(data.x), np.asarray(data.y)
    rows = np.asarray(bodies.split(x)).reshape(-1, bodies.columns.shape[1])
    sizes = sizes_of(atoms, rows)
    table = useful(atoms, np.asarray(jax.jit(jax.vmap(atoms))(rows)), sizes, units)
    shapes = np.asarray(jax.jit(jax.vmap(tensors))(rows))
    found = []
    for copy, place in enumerate(tensors.copies):
        own = tuple(
            i
            for i, number in enumerate(tensors.copy_numbers)
            if number == copy
            and (units is None or units.fits(tensors.atoms[i]))
            and not vanishes(shapes[:, i], tensors.atoms[i], sizes)
        )
        entries = tuple(entry(tensors.atoms[i], units, -1.0) for i in own)
        dimension = None if units is None or units.any_constants else units.of_outputs[copy].dimension
        problem = Problem(table, entries, shapes[:, own, place], y[:, place], dimension, held, len(bodies.columns))
        found.append(Prepared(problem, own))
    return found


def entry(atom: Atom, units: Units | None, more: float = 0.0) -> Entry:
    return Entry(Named(atom.name), atom.cost + more, () if units is None else units.dimension(atom.degrees))


def useful(atoms: Atoms, values: np.ndarray, sizes: dict[str, np.ndarray], units: Units | None) -> Table:
    """Scalars that say something: not zero, no number without a unit, the first of each set that is equal."""
    kept = list[int]()
    for i, atom in enumerate(atoms.atoms):
        if (units is not None and not units.fits(atom)) or vanishes(values[:, i], atom, sizes):
            continue
        own = values[:, i]
        if _constant(own) and (units is None or not any(units.dimension(atom.degrees))):
            continue
        if not any(np.allclose(own, values[:, j], rtol=1e-11, atol=0) for j in kept):
            kept.append(i)
    return Table(tuple(entry(atoms.atoms[i], units) for i in kept), values[:, kept])


def sizes_of(atoms: Atoms, x: np.ndarray) -> dict[str, np.ndarray]:
    """The size of each input at each sample."""
    columns = inputs(atoms.rep_in, atoms.group).columns
    return {name: np.linalg.norm(x[:, at], axis=1) for name, at in columns.items()}


def _constant(values: np.ndarray) -> bool:
    return bool(np.ptp(values) <= _ZERO * np.abs(values).max())


def vanishes(values: np.ndarray, atom: Atom, sizes: dict[str, np.ndarray]) -> bool:
    scale = np.ones(len(values))
    for name in atom.alike or ():
        scale = np.maximum(scale * 0, sizes[name])
    if not atom.alike:
        for name, degree in atom.degrees:
            scale = scale * sizes[name] ** degree
    size = np.abs(values).reshape(len(values), -1).max(axis=1)
    return bool((size <= _ZERO * scale).all())
