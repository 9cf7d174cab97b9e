"""Orders of components that are not ours. No check of equivariance sees them, so names and samples are asked."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .._outside import outside
from ..groups import Group
from ..groups.axes import components, time_axis
from ..reps import Rep
from ._name_conventions import said_by_names
from ._vectors import Vector, vectors_of

_ENOUGH = 8  # vectors: so many that are drawn at random do not all have one large component
_ROUNDING = 1e-3  # of energies beside momenta, in files of few digits
_SHOWN = 8  # indices of a long list


class ConventionWarning(UserWarning):
    """The samples, or the names of their columns, look as if they were in another order than their type."""


def warn_of_convention(x: Any, rep_in: Rep, group: Group | None, names: Sequence[str] = ()) -> None:
    """Warn if the names of the columns, or else the samples, speak for another order than the type's.

    Arguments:
        x: inputs, shape (n, size).
        rep_in: their type.
        group: their group; None for a bound type.
        names: the names of their columns, if they have any.
    """
    vectors = vectors_of(rep_in, group)
    text = (said_by_names(names, vectors) if names else "") or said_by_samples(np.asarray(x), vectors)
    if text:
        warnings.warn(text, ConventionWarning, stacklevel=outside())


@contextmanager
def warned() -> Iterator[None]:
    """Of samples that have been looked at nothing more is said."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConventionWarning)
        yield


def said_by_samples(x: np.ndarray, vectors: Sequence[Vector]) -> str:
    """What the samples say against the type: every vector has its energy at the other end; nothing if all is well."""
    timed = [(vector, axis) for vector in vectors if (axis := time_axis(vector.group)) is not None]
    blocks = [x[:, vector.start : vector.stop] for vector, _ in timed]
    axes = [axis for _, axis in timed]
    if not blocks or len(x) * len(blocks) < _ENOUGH:
        return ""
    if any(map(_is_energy, blocks, axes)) or not all(map(_is_energy, blocks, [0 if axis else -1 for axis in axes])):
        return ""
    order = np.arange(x.shape[1])
    for vector, axis in timed:
        order[vector.start : vector.stop] = np.roll(order[vector.start : vector.stop], -1 if axis else 1)
    listed = ", ".join(map(str, order[:_SHOWN])) + (", …" if len(order) > _SHOWN else "")
    here, there = ("first", "last") if axes[0] else ("last", "first")
    return (
        f"{components(timed[0][0].group)} Got vectors whose {here} component is the largest, as an energy is, in every "
        f"sample, and whose {there} is not. Put the energy {there}: x[:, [{listed}]], for a table --x-columns."
    )


def _is_energy(block: np.ndarray, axis: int) -> bool:
    """Whether a component keeps its sign and is, in every sample, at least the length of the others; 0 is nothing."""
    there = block[np.any(block != 0, axis=1)]
    if not len(there):
        return False
    energy, rest = there[:, axis], np.delete(there, axis, axis=1)
    one_sign = bool(np.all(energy > 0) or np.all(energy < 0))
    return one_sign and bool(np.all(np.abs(energy) >= (1 - _ROUNDING) * np.linalg.norm(rest, axis=1)))
