"""From a data set to the problems of a search, one for each tensor of the output."""

import jax
import numpy as np

from ..data import Dataset
from ._atoms import Atoms, Tensors
from ._expression import Named
from ._problem import Problem
from ._table import Entry, Table


def problems(data: Dataset, held: np.ndarray) -> list[tuple[Problem, tuple[int, ...]]]:
    """The problem of each tensor of the output, with the numbers of its tensors among all."""
    atoms, tensors = Atoms(data.rep_in, data.group), Tensors(data.rep_in, data.rep_out, data.group)
    values = np.asarray(jax.jit(jax.vmap(atoms))(data.x))
    shapes = np.asarray(jax.jit(jax.vmap(tensors))(data.x))
    y = np.asarray(data.y)
    entries = tuple(Entry(Named(atom.name), atom.cost) for atom in atoms.atoms)
    table = _varied(Table(entries, values))
    found = []
    for copy, place in enumerate(tensors.copies):
        own = tuple(i for i, number in enumerate(tensors.copy_numbers) if number == copy)
        each = tuple(Entry(Named(tensors.atoms[i].name), tensors.atoms[i].cost - 1) for i in own)
        found.append((Problem(table, each, shapes[:, own, place], y[:, place], None, held), own))
    return found


def _varied(table: Table) -> Table:
    """Without scalars that are zero everywhere."""
    return table.only(np.flatnonzero((table.values != 0).any(axis=0)).tolist())
