"""Coordinates of a leaf in which a group is well scaled, and its generators there, taken apart."""

import dataclasses
from functools import lru_cache

import numpy as np
from jaxtyping import Complex, Float

from scalaremlp.groups import Group
from scalaremlp.groups.digits import fraction, rounding, typed

from ._balance import coordinates, osborne
from ._constraints import checked, meant, of
from ._fixed_point import Fixed, beside
from ._jordan import Jordan, jordan
from ._leaf import Leaf
from .action import Defining

_GRADED = 1e-4  # a ratio of scales of a Lie algebra for which tolerances would be too coarse
_SLACK, _FEW = 100.0, 3.0  # a nilpotent part that is uncertain by so small a part of its size is none; of few digits
_ULP, _ULPS = 2.0**-53, 16.0  # of rounding, and by how many of them a matrix that was computed may be wrong


@dataclasses.dataclass(frozen=True, eq=False)
class Parts:
    """A generator in the coordinates of a frame: left = columns that span eigenspaces, right = left⁻¹.

    `errors` are of the logarithms of the eigenvalues, `noise` of projectors to eigenspaces and of the nilpotent part.
    """

    left: Fixed
    right: Fixed
    values: Complex[np.ndarray, " n"]
    errors: Float[np.ndarray, " n"]
    nilpotent: Fixed
    noise: tuple[float, float]

    def dual(self) -> "Parts":
        """Of the inverse transpose."""
        return Parts(self.right.T, self.left.T, 1 / self.values, self.errors, -self.nilpotent.T, self.noise)

    def conj(self) -> "Parts":
        """Of the conjugate."""
        values, nilpotent = self.values.conj(), self.nilpotent.conj()
        return Parts(self.left.conj(), self.right.conj(), values, self.errors, nilpotent, self.noise)


@dataclasses.dataclass(frozen=True, eq=False)
class Frame:
    """Coordinates y with x = `to` y, and the Lie algebra and the generators in them."""

    to: Fixed
    back: Fixed
    lie: tuple[Fixed, ...]
    parts: tuple[Parts, ...]

    def dual(self) -> "Frame":
        """Of the dual."""
        return Frame(self.back.T, self.to.T, tuple(-a.T for a in self.lie), tuple(p.dual() for p in self.parts))

    def conj(self) -> "Frame":
        """Of the conjugate."""
        lie, parts = tuple(a.conj() for a in self.lie), tuple(p.conj() for p in self.parts)
        return Frame(self.to.conj(), self.back.conj(), lie, parts)


@lru_cache(maxsize=256)
def frame(leaf: Leaf, rounded: bool) -> Frame:
    """The frame of a bound leaf; that of a dual or a conjugate is the dual or the conjugate.

    Arguments:
        leaf: V, or a user's own action.
        rounded: whether to take generators as uncertain by the last digit typed, and not by that of float64.

    Raises:
        Undecided: if the digits of a generator leave open what its eigenvalues are.
    """
    if leaf.conjugate:
        return frame(leaf.conjugated(), rounded).conj()
    if leaf.dual:
        return frame(leaf.dualised(), rounded).dual()
    assert leaf.group is not None
    ulps = 1.0 if rounded else _ULPS
    found = [jordan(*_matrix(leaf, h, _noise(h, rounded)), ulps) for h in meant(leaf.group)]
    bits = max([each.nilpotent.bits for each in found], default=400)
    found = [each.at(bits) for each in found]
    algebra = checked(leaf.group, leaf.group.lie_algebra, "lie_algebra")
    lie = [Fixed.of(of(leaf, "drho", leaf.move(a)), bits) for a in algebra]
    to = coordinates(leaf.dimension, found, lie, bits, leaf.numbers == "real")
    back, slack = to.inverse(), _FEW if rounded else _SLACK
    return Frame(to, back, tuple(back @ a @ to for a in lie), tuple(_in(each, to, back, slack) for each in found))


@lru_cache(maxsize=256)
def unbalanced(group: Group) -> bool:
    """Whether the units of a Lie algebra differ so much that its small entries would pass for zero."""
    lie = [a for a in checked(group, group.lie_algebra, "lie_algebra") if a.any()]
    return bool(lie) and float(osborne(np.sum([abs(a) / np.linalg.norm(a) for a in lie], axis=0)).min()) < _GRADED


def _matrix(leaf: Leaf, h: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The matrix of an element on a leaf, fractions where these are known, and how uncertain each entry is."""
    assert leaf.group is not None
    found = of(leaf, "rho", leaf.act(h))
    if not isinstance(leaf.action, Defining):
        moves = np.random.default_rng(0).uniform(-1.0, 1.0, (3, *h.shape)) * (noise + _ULP * abs(h))
        others = [np.asarray(leaf.act(h + move)) for move in moves]
        return found, 4 * _ULP * abs(found) + np.max([abs(other - found) for other in others], axis=0)
    if np.iscomplexobj(h):
        return h, noise
    known = [[float(x) if (exact := fraction(x)) is None else exact for x in row] for row in h]
    return np.array(known, object), noise


def _noise(h: np.ndarray, rounded: bool) -> Float[np.ndarray, "n n"]:
    """By how much an element may be wrong, by the digits typed or else by the rounding of float64."""
    how = typed(h) if rounded else None
    if how is not None:
        return rounding(h, how)
    if np.iscomplexobj(h):
        return _ULP * abs(h)
    return np.array([[0.0 if fraction(x) is not None else _ULP * abs(x) for x in row] for row in h])


def _in(found: Jordan, to: Fixed, back: Fixed, slack: float) -> Parts:
    """The parts of a generator in other coordinates."""
    projectors = [back @ p @ to for p in found.projectors]
    columns = []
    for projector, rank in zip(projectors, found.ranks, strict=True):
        columns.append(projector @ Fixed.of(np.linalg.svd(projector.numpy())[0][:, :rank], to.bits))
    left = beside(columns)
    nilpotent = back @ found.nilpotent @ to
    noise = [0.0, max([e for e, rank in zip(found.errors, found.ranks, strict=True) if rank > 1], default=0.0)]
    for other in found.others:
        moved = [back @ (p - q) @ to for p, q in zip(other.projectors, found.projectors, strict=True)]
        noise[0] = max([noise[0], *(float(np.linalg.norm(each.numpy(), 2)) for each in moved)])
        noise[1] = max(noise[1], (back @ (other.nilpotent - found.nilpotent) @ to).largest())
    if slack * noise[1] >= nilpotent.largest():
        nilpotent, noise[1] = nilpotent - nilpotent, 0.0
    values, errors = (np.repeat(array, found.ranks) for array in (found.values, found.errors))
    return Parts(left, left.inverse(), values, errors, nilpotent, (noise[0], noise[1]))
