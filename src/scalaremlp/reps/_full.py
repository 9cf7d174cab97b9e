"""Full arrays of packed tensors, and back: the step between a flat array and the parts that `split` gives."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from scalaremlp._jax import Array, jax

if TYPE_CHECKING:
    from ._rep import Rep

_ROUNDING = {"float64": 1e-10, "complex128": 1e-10}  # of the largest entry of an array
_ROUNDING_OF_OTHERS = 1e-5


def unpacked(term: "Rep", x: Any) -> Any:
    """The entries of a term, flat, of its coordinates along the last axis."""
    return _changed(term, x, to_full=True)


def packed(term: "Rep", x: Any, part: str, symmetrise: bool) -> Any:
    """The coordinates of a term of its entries, flat along the last axis.

    Arguments:
        term: a bound term.
        x: the entries, of shape (*batch, copies, entries).
        part: which part it is, for an error; empty for the only one.
        symmetrise: whether entries without the symmetry are projected.

    Raises:
        ValueError: if they lack the symmetry, and are not to be projected.
    """
    if all(factor._packing is None for factor in term._factors):
        return x
    coordinates = _changed(term, x, to_full=False)
    if not (symmetrise or (isinstance(x, Array) and isinstance(x, jax.core.Tracer))):
        _require_symmetry(term, np.asarray(x), np.asarray(unpacked(term, coordinates)), part)
    return coordinates


def _changed(term: "Rep", x: Any, to_full: bool) -> Any:
    """The array with the axis of each packed factor unpacked or packed, the others as they are."""
    packings = [factor._packing for factor in term._factors]
    if all(packing is None for packing in packings):
        return x
    before = x.shape[:-1]
    lengths = [f.size if to_full else math.prod(f._shape()) for f in term._factors]
    x = x.reshape(*before, *lengths)
    for axis, packing in enumerate(packings, len(before)):
        if packing is not None:
            x = packing.unpack(x, axis) if to_full else packing.pack(x, axis)
    return x.reshape(*before, math.prod(x.shape[len(before) :]))


def _require_symmetry(term: "Rep", given: np.ndarray, projected: np.ndarray, part: str) -> None:
    """Raise unless entries are those of their projection, naming the one that is farthest from it."""
    off = abs(given - projected)
    allowed = _ROUNDING.get(str(projected.dtype), _ROUNDING_OF_OTHERS) * abs(given).max(axis=-1, initial=0)[..., None]
    bad = off > allowed
    if not bad.any():
        return
    worst = np.where(bad, off, -1.0).ravel()
    first = int(np.argmax(worst >= worst.max() * (1 - 1e-6)))  # of entries that are equally far off
    *sample, entry = (int(i) for i in np.unravel_index(first, off.shape))
    index = tuple(int(i) for i in np.unravel_index(entry, term._shape()))
    *batch, copy = sample
    sampled = f"sample {', '.join(map(str, batch))}" if batch else ""
    copied = f"copy {copy}" if given.shape[-2] > 1 else ""
    where = "".join(f" of {each}" for each in (copied, sampled, part) if each)
    raise ValueError(
        f"An array for {term} has its symmetry. Got {given[(*sample, entry)]:.6g} at [{', '.join(map(str, index))}]"
        f"{where}, which is {off[(*sample, entry)]:.2g} off. Correct it, or project it by symmetrise=True."
    )
