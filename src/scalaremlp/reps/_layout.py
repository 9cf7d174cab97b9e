"""The flat arrays of a representation, and their parts."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scalaremlp._jax import Array

from . import _full
from ._elements import namespace

if TYPE_CHECKING:
    from ._rep import Rep


def split(rep: "Rep", x: Any) -> tuple[Any, ...]:
    """See `Rep.split`."""
    x = _array(x)
    if x.ndim == 0 or x.shape[-1] != rep.size:
        raise ValueError(
            f"The last axis must have the size of the representation, {rep.size} for {rep}. Got shape {x.shape}. "
            "Check the type, or the order of the axes."
        )
    parts, start = [], 0
    for count, term in rep.blocks:
        stop = start + count * term.size
        full = _full.unpacked(term, x[..., start:stop].reshape(*x.shape[:-1], count, term.size))
        parts.append(full.reshape(*x.shape[:-1], count, *term._shape()))
        start = stop
    return tuple(parts)


def merge(rep: "Rep", parts: Sequence[Any], symmetrise: bool) -> Any:
    """See `Rep.merge`."""
    shapes, arrays = _shapes(rep), [_array(part) for part in parts]
    if not _fit(shapes, arrays):
        raise ValueError(
            f"The parts of {rep} have shapes {_batched(shapes)}, with equal batch axes. "
            f"Got {', '.join(str(array.shape) for array in arrays) or 'none'}. `split` gives parts of the right shape."
        )
    xp = namespace(*arrays)
    flat = []
    for number, ((count, term), array) in enumerate(zip(rep.blocks, arrays, strict=True)):
        part = f"part {number} of {rep}" if len(arrays) > 1 else ""
        batch = array.shape[: array.ndim - 1 - len(term._shape())]
        packed = _full.packed(term, array.reshape(*batch, count, math.prod(term._shape())), part, symmetrise)
        flat.append(packed.reshape(*batch, count * term.size))
    return xp.concatenate(flat, axis=-1) if flat else np.zeros(0)


def _array(x: Any) -> Any:
    return x if isinstance(x, Array) else np.asarray(x)


def _shapes(rep: "Rep") -> list[tuple[int, ...]]:
    return [(count, *term._shape()) for count, term in rep.blocks]


def _fit(shapes: list[tuple[int, ...]], arrays: list[Any]) -> bool:
    """Whether there is an array for each shape, ending in it, and all batch axes are the same."""
    if len(shapes) != len(arrays):
        return False
    pairs = [(array.shape, shape, array.ndim - len(shape)) for array, shape in zip(arrays, shapes, strict=True)]
    fit = all(batch >= 0 and full[batch:] == shape for full, shape, batch in pairs)
    return fit and len({full[:batch] for full, _, batch in pairs}) <= 1


def _batched(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(f"(*batch, {', '.join(map(str, shape))})" for shape in shapes)
