"""Columns of symmetric tensors as a file has them, in the order of other software, and the coordinates of `Sym(2)`."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..groups import Group
from ..reps import Rep, Sym, voigt

_DOUBLED = "-engineering"
_RULE = (
    f"An order of columns is one of {', '.join(voigt.ORDERS)}, with {_DOUBLED} behind it for doubled shears; one for "
    "all Sym(2) of a type, or one for each of its blocks, with commas between them."
)


def packed(values: np.ndarray, rep: Rep, group: Group, order: str | None) -> np.ndarray:
    """Samples of a type whose `Sym(2)` are columns in an order, as samples of the type; as they are without an order.

    Args:
        values: the columns, shape (n, size).
        rep: their type.
        group: its group, of matrices of space.
        order: "voigt", "vtk", "openfoam", each also with "-engineering" behind it, or several: see `voigt.ORDERS`.

    Raises:
        ValueError: if there is no such order, or there are others than one for each `Sym(2)`.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.data.orders import packed
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym, T
        >>> packed(np.array([[9.0, 1, 0, 0, 2, 4, 3]]), T(0) + Sym(2), O(3), "openfoam").round(3).tolist()
        [[9.0, 1.0, 2.0, 3.0, 5.657, 0.0, 0.0]]
    """
    return _changed(values, rep, group, order, voigt.pack)


def unpacked(values: np.ndarray, rep: Rep, group: Group, order: str | None) -> np.ndarray:
    """Columns in an order, of samples of a type: the inverse of `packed`."""
    return _changed(values, rep, group, order, voigt.unpack)


def _changed(values: Any, rep: Rep, group: Group, order: str | None, change: Callable[..., Any]) -> np.ndarray:
    if not order:
        return values
    found = np.array(values, np.result_type(values, np.float32))
    for part, name, shear in _parts(rep, group, order):
        block = found[:, part].reshape(len(found), -1, 6)
        found[:, part] = change(block, name, shear=shear).reshape(len(found), -1)
    return found


def _parts(rep: Rep, group: Group, order: str) -> Iterator[tuple[slice, str, str]]:
    """Where the blocks of Sym(2) stand, and the order and the shears of each."""
    names = [name.strip() for name in order.split(",")]
    bound, places, start = rep(group), [], 0
    for count, term in bound.blocks:
        if term in (Sym(2)(group), Sym(2).T(group)) and term.size == 6:
            places.append(slice(start, start + count * term.size))
        start += count * term.size
    if wrong := [name for name in names if name.removesuffix(_DOUBLED) not in voigt.ORDERS]:
        raise ValueError(f"{_RULE} Got {wrong[0]!r}. Reorder the columns of other software first.")
    if not places or len(names) not in (1, len(places)):
        raise ValueError(f"{_RULE} Got {order!r} for {rep}, with {len(places)} such blocks in space. Leave it out.")
    for place, name in zip(places, names * (len(places) if len(names) == 1 else 1), strict=True):
        yield place, name.removesuffix(_DOUBLED), "engineering" if name.endswith(_DOUBLED) else "tensor"
