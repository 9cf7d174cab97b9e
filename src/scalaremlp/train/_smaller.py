"""Groups that are a little smaller than another, and whether what a fit has left over speaks for one of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, Inexact

from ..groups import GL, SL, SO, SU, Group, O, O2eR3, SO2eR3, SOp, U
from ..reps import Rep
from ..scalars import Covariants, Invariants
from ..scalars.inputs import takes_tensors
from ._ranges import LOW, in_pieces

_MOST_VECTORS = 12  # beyond, the determinants of all triples are too many to build them for a hint
_LIMIT = 500  # covariants, likewise
_MOST_NUMBERS = 10_000  # of the tensors of one sample
_MOST_COLUMNS, _FOLDS = 300, 4  # of the linear fit
TOLD = 0.1  # of the residuals' variance: what the tensors of a smaller group explain where it is the right one


def _of_isometries(group: O) -> list[Group]:
    return [SO(group.p, group.q), *([SOp(1, group.q)] if group.p == 1 and group.q else [])]


#: The groups to try in the place of one, nearest first: they fix Levi-Civita tensors, or orientations, as well.
SMALLER: dict[type, Callable[[Any], list[Group]]] = {
    O: _of_isometries,
    SO: lambda group: [SOp(1, group.q)] if group.p == 1 and group.q else [],
    O2eR3: lambda group: [SO2eR3()],
    U: lambda group: [SU(group.n)],
    GL: lambda group: [SL(group.n)],
}


class Remedy(NamedTuple):
    """A smaller group, the scalars and tensors that it has more, and the part of the residuals that these explain.

    The last is the R² of a linear fit on samples that it has not seen, and NaN where there are too few for one.
    """

    group: str
    scalars: int
    tensors: int
    gain: float


def smaller(
    rep_in: Rep,
    rep_out: Rep,
    group: Group,
    x: Inexact[np.ndarray, "n size_in"],
    residuals: Inexact[np.ndarray, "n size_out"],
) -> Remedy | None:
    """The smaller group that explains most of the residuals; `None` if none has more scalars or tensors.

    Example:
        >>> import numpy as np, scalaremlp as se
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> se.enable_x64()
        >>> x = np.random.default_rng(0).normal(size=(100, 6))
        >>> left = np.cross(x[:, :3], x[:, 3:])
        >>> found = smaller(2 * T(1), T(1), O(3), x, left)
        >>> found.group, found.scalars, found.tensors, round(found.gain, 6)
        ('SO(3)', 0, 1, 1.0)
    """
    if rep_in(group).size > _MOST_VECTORS * group.dim:
        return None
    found = []
    for candidate in SMALLER.get(type(group), lambda _: [])(group):
        try:
            remedy = _compared(rep_in, rep_out, group, candidate, x, residuals)
        except ValueError:  # above the limit, or types whose tensors are not known
            continue
        if remedy.scalars > 0 or remedy.tensors > 0:
            found.append(remedy)
    return max(found, key=lambda remedy: np.nan_to_num(remedy.gain, nan=-1.0), default=None)


class _Flat(eqx.Module):
    """Covariants as one row of numbers."""

    of: Covariants

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " numbers"]:
        return self.of(x).reshape(-1)


def _compared(rep_in: Rep, rep_out: Rep, group: Group, candidate: Group, x: Any, residuals: np.ndarray) -> Remedy:
    low = LOW if takes_tensors(rep_in, rep_out, candidate) else None
    scalars = Invariants(rep_in, candidate, low)
    tensors = Covariants(rep_in, rep_out, candidate, degree=low, limit=_LIMIT)
    if tensors.size * rep_out(group).size > _MOST_NUMBERS:
        raise ValueError("too large for a hint")
    known_scalars = set(Invariants(rep_in, group, low).names)
    known_tensors = set(Covariants(rep_in, rep_out, group, degree=low, limit=_LIMIT).names)
    new_scalars = np.array([name not in known_scalars for name in scalars.names], dtype=bool)
    new_tensors = np.array([name not in known_tensors for name in tensors.names], dtype=bool)
    values, built = in_pieces(scalars, x), in_pieces(_Flat(tensors), x).reshape(len(x), tensors.size, -1)
    gain = _explained(values, built, new_scalars, new_tensors, residuals)
    return Remedy(str(candidate), int(new_scalars.sum()), int(new_tensors.sum()), gain)


def _explained(
    scalars: Float[np.ndarray, "n s"],
    tensors: Inexact[np.ndarray, "n k m"],
    new_scalars: np.ndarray,
    new_tensors: np.ndarray,
    residuals: Inexact[np.ndarray, "n m"],
) -> float:
    """R² of the residuals in new tensors and new scalars · old tensors, and in old scalars · new tensors as well.

    It is taken on samples that the linear fit has not seen: numbers of one sample are not independent of each other.
    """
    old, new = (_scaled(scalars[:, chosen]) for chosen in (~new_scalars, new_scalars))
    old = old - old.mean(axis=0)  # new ones change their sign, and shifted would not
    ones = np.ones((len(scalars), 1))
    kinds = [(ones, tensors[:, new_tensors]), (new, tensors[:, ~new_tensors]), (old, tensors[:, new_tensors])]
    columns = [np.einsum("ns,nkm->nmsk", *kind).reshape(*residuals.shape, -1) for kind in kinds]
    few, many = np.concatenate(columns[:2], axis=-1), np.concatenate(columns, axis=-1)
    most = min(residuals.size / 3, _MOST_COLUMNS)
    found = [_unseen(matrix, residuals) for matrix in (few, many) if 0 < matrix.shape[-1] <= most]
    return max(found, default=float("nan"))


def _unseen(matrix: Inexact[np.ndarray, "n m p"], wanted: Inexact[np.ndarray, "n m"]) -> float:
    """R² of a linear fit to three quarters of the samples on the fourth, each quarter in turn."""
    left, quarter = np.empty_like(wanted), np.arange(len(wanted)) % _FOLDS
    for number in range(_FOLDS):
        out, rest = quarter == number, quarter != number
        columns = matrix[rest].reshape(-1, matrix.shape[-1])
        found = np.linalg.lstsq(columns, wanted[rest].reshape(-1), rcond=1e-9)[0]
        left[out] = wanted[out] - matrix[out] @ found
    total, rest = (float(np.sum(np.abs(values) ** 2)) for values in (wanted, left))
    return 1 - rest / total if total > 0 else 0.0


def _scaled(values: Float[np.ndarray, "n s"]) -> Float[np.ndarray, "n s"]:
    size = np.sqrt(np.mean(values**2, axis=0))
    return values / np.where(size > 0, size, 1.0)
