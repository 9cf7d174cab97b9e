"""Columns of symmetric tensors as a file has them, in the order of other software, and the coordinates of `Sym(2)`."""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .._outside import outside
from ..groups import Group
from ..reps import Rep, Sym, voigt
from ._columns import without_unit
from .conventions import ConventionWarning

_PAIR = re.compile(r"([xyz]{2})[^a-z]*$", re.IGNORECASE)  # at the end of sxx, stress_xy, XX, S.xx [MPa]
_COORDINATES = ("xx", "yy", "zz", "√2 yz", "√2 xz", "√2 xy")
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


def warn_of_names(names: Sequence[str] | None, rep: Rep, group: Group, order: str | None, what: str) -> None:
    """Warn if the columns of a `Sym(2)` are called xx, xy, … in an order that nobody has told.

    Args:
        names: of the columns, if they have any.
        rep: their type.
        group: its group.
        order: what is said of the order.
        what: the argument that says it.
    """
    for place in _places(rep(group)) if names and not order else ():
        columns = [*names][place][:6] if names else []
        pairs = ["".join(sorted(match[1].lower())) for name in columns if (match := _PAIR.search(without_unit(name)))]
        found = next((name for name, each in voigt.ORDERS.items() if list(each) == pairs), "")
        if found or (len(pairs) == 6 and sorted(pairs) == sorted(voigt.ORDERS["voigt"])):
            remedy = f"Say so by {what}, for a table --{what.replace('_', '-')}." if found else "Reorder them first."
            warnings.warn(
                f"Sym(2) in space is {', '.join(_COORDINATES)}. Got columns {', '.join(columns)}, as of entries, in "
                f"the order {found or 'of no software known here'}. {remedy}",
                ConventionWarning,
                stacklevel=outside(),
            )


def _changed(values: Any, rep: Rep, group: Group, order: str | None, change: Callable[..., Any]) -> np.ndarray:
    if not order:
        return values
    found = np.array(values, np.result_type(values, np.float32))
    for part, name, shear in _parts(rep, group, order):
        block = found[:, part].reshape(len(found), -1, 6)
        found[:, part] = change(block, name, shear=shear).reshape(len(found), -1)
    return found


def _places(bound: Rep) -> list[slice]:
    """Where the blocks of Sym(2) of space stand."""
    found, start = [], 0
    for count, term in bound.blocks:
        stop = start + count * term.size
        if term.size == 6 and term in [sym(group) for group in term.groups for sym in (Sym(2), Sym(2).T)]:
            found.append(slice(start, stop))
        start = stop
    return found


def _parts(rep: Rep, group: Group, order: str) -> Iterator[tuple[slice, str, str]]:
    """Where the blocks of Sym(2) stand, and the order and the shears of each."""
    names = [name.strip() for name in order.split(",")]
    places = _places(rep(group))
    if wrong := [name for name in names if name.removesuffix(_DOUBLED) not in voigt.ORDERS]:
        raise ValueError(f"{_RULE} Got {wrong[0]!r}. Reorder the columns of other software first.")
    if not places or len(names) not in (1, len(places)):
        raise ValueError(f"{_RULE} Got {order!r} for {rep}, with {len(places)} such blocks in space. Leave it out.")
    for place, name in zip(places, names * (len(places) if len(names) == 1 else 1), strict=True):
        yield place, name.removesuffix(_DOUBLED), "engineering" if name.endswith(_DOUBLED) else "tensor"
