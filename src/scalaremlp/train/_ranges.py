"""The invariant scalars of some samples: where they lie, how far they reach, and which others lie outside."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Array, Float, Inexact

from ..measure import predict
from ..scalars import Invariants
from ..scalars.inputs import inputs

MARGIN = 0.5  # beyond the range of the training samples, as a fraction of it
LOW = 3  # degree of the scalars and covariants of tensors that are looked at: all might take a while to find
_MOST = 500  # scalars that are looked at; of more the ranges would fill the files of a run
_PIECE = 1024  # samples, as of `evaluate`, which then finds the model compiled


class Scalars:
    """The polynomial invariants of inputs of a type, by the names that a person reads.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> scalars = Scalars.of(2 * T(1), O(2))
        >>> values = scalars(jnp.array([[3.0, 4.0, 1.0, 0.0]]))
        >>> [scalars.shown(i, values[0, i]) for i in range(3)]
        ['|x1| = 5', '<x1,x2> = 3', '|x2| = 1']
    """

    def __init__(self, invariants: Invariants) -> None:
        self.invariants = invariants
        self.names = invariants.names
        squares = invariants.squares if invariants.group.compact else {}
        self._lengths = {position: f"|{invariants.vector(row)}|" for row, position in squares.items()}

    @classmethod
    def of(cls, rep_in: Any, group: Any) -> "Scalars | None":
        """Those of a type, or `None` for types and groups whose invariants are not known, or too many."""
        try:
            found = Invariants(rep_in, group, LOW if inputs(rep_in, group).has_tensors else None)
        except (ValueError, TypeError):
            return None
        return cls(found) if 0 < found.size <= _MOST else None

    def __call__(self, x: Inexact[Array | np.ndarray, "n size_in"]) -> Float[np.ndarray, "n scalars"]:
        return in_pieces(self.invariants, x)

    def shown(self, number: int, value: float) -> str:
        """A scalar with its value; the square of a vector as its length."""
        if number in self._lengths and value >= 0:
            return f"{self._lengths[number]} = {value**0.5:.2g}"
        return f"{self.names[number]} = {value:.2g}"

    def most_unusual(self, values: Float[np.ndarray, " scalars"], ranges: Mapping[str, tuple[float, float]]) -> str:
        """The scalar of a sample that is farthest from the middle of its range, beside its width."""
        low, high = limits(self.names, ranges)
        distance = np.abs(values - (low + high) / 2) / np.maximum(high - low, 1e-300)
        number = int(np.argmax(np.where(np.isfinite(distance), distance, -1.0)))
        return self.shown(number, float(values[number]))


def in_pieces(function: Any, x: Inexact[Array | np.ndarray, "n size_in"]) -> np.ndarray:
    """`function` of every sample, in pieces of one size, so that it is compiled once for any number of them."""
    x = np.asarray(x)
    filled = x[np.resize(np.arange(len(x)), -(-len(x) // _PIECE) * _PIECE)]
    pieces = [np.asarray(predict(function, piece, batch=_PIECE)) for piece in filled.reshape(-1, _PIECE, *x.shape[1:])]
    return np.concatenate(pieces)[: len(x)]


def ranges_of(names: list[str], values: Float[np.ndarray, "n scalars"]) -> dict[str, tuple[float, float]]:
    """The least and the greatest value of each scalar."""
    return {
        name: (float(low), float(high))
        for name, low, high in zip(names, values.min(axis=0), values.max(axis=0), strict=True)
    }


def limits(names: list[str], ranges: Mapping[str, tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """The ranges as two arrays."""
    low, high = np.array([ranges[name] for name in names]).T
    return low, high


def outside(
    names: list[str], values: Float[np.ndarray, "n scalars"], ranges: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    """How many samples lie outside the ranges by the margin, and the scalar of which most do."""
    low, high = limits(names, ranges)
    margin = MARGIN * (high - low) + 1e-9 * np.maximum(np.abs(low), np.abs(high))
    beyond = (values < low - margin) | (values > high + margin)
    number = int(np.argmax(beyond.sum(axis=0)))
    return {"rows": int(beyond.any(axis=1).sum()), "of": len(values), "scalar": names[number]}


def decades(sizes: Float[np.ndarray, " n"]) -> float:
    """Over how many powers of ten sizes are spread, between the 5th and the 95th percentile; zeros are left out."""
    known = np.abs(sizes[sizes != 0])
    if len(known) < 20:
        return 0.0
    low, high = np.percentile(known, [5, 95])
    return float(np.log10(high) - np.log10(low)) if low > 0 else 0.0
