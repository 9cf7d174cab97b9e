"""Invariants of a group that stretches: by the parts of its generators, in coordinates in which they are well scaled.

A boost of rapidity 10 acts on T(4) by numbers from 1e-17 to 1e+17, and no tolerance tells what it leaves as it is. Its
eigenvalues do: see `_jordan`. So each generator gives a choice of products of its eigenvectors, `Weights`, and a
nilpotent matrix that acts like an element of a Lie algebra, `Nilpotent`.
"""

import math
from collections.abc import Sequence
from functools import lru_cache, reduce

import numpy as np
from jaxtyping import Bool, Inexact

from scalaremlp.groups import Group
from scalaremlp.groups.digits import rounding, typed

from . import _null_space
from ._budget import require
from ._constraints import Condition, Constraint, Undecided, Word, along, bound, meant, name_of, uncertainty
from ._fixed_point import Fixed
from ._fixed_point import along as exactly_along
from ._fixed_point import summed as exactly_summed
from ._frame import Frame, Parts, frame, unbalanced
from ._refine import refined

_UNITARY = 1e-13
_SLACK, _FEW = 100.0, 4.0  # floats are right to so many times their rounding, numbers of few digits to so many theirs
_LEAST, _MOST = 1e-10, 0.1  # of tolerances
_EXACT = 1e-13  # of a product of eigenvalues of matrices of fractions
_OPEN = 0.25  # a product of eigenvalues that is uncertain by this much is not known to be 1
_HEAVIEST = 1e10  # a condition counts for more where it magnifies what is wrong, up to this


class Weights(Condition):
    """That only those products of generalised eigenvectors take part whose product of eigenvalues is 1."""

    def __init__(self, parts: list[Parts], rounded: bool):
        values, slack = [p.values for p in parts], _FEW if rounded else _SLACK
        self.parts, self.kept = parts, _kept(values, [p.errors for p in parts], 1.0 if rounded else _SLACK)
        self.left = [p.left.numpy() for p in parts]
        self.right = [p.right.numpy() for p in parts]
        self.scale = max(1.0, 1e-5 * math.prod(bound(a) * bound(b) for a, b in zip(self.left, self.right, strict=True)))
        self.noise = 2 * slack * sum(p.noise[0] for p in parts)
        if max(self.noise, self.scale * _LEAST) > _MOST:
            raise Undecided
        product = reduce(np.multiply.outer, values).ravel()[~self.kept]
        self.weight = np.clip(np.maximum(abs(product - 1), abs(1 / product - 1)), 1.0, _HEAVIEST)[:, None]

    def apply(self, columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "size k"]:
        """The part in other products."""
        inside = along(self.right, columns)
        inside[self.kept] = 0
        return along(self.left, inside)

    def start(self) -> Inexact[np.ndarray, "size k"]:
        """Orthonormal columns that span the products that take part."""
        return np.asarray(np.linalg.qr(_null_space.products(self.left, np.flatnonzero(self.kept)))[0])

    def rows(self, columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "rows k"]:
        """The coordinates in other products."""
        return along(self.right, columns)[~self.kept]

    def exactly(self, columns: Fixed) -> Fixed:
        """The same in fixed point."""
        return exactly_along([p.right for p in self.parts], columns)[np.flatnonzero(~self.kept)]


class Nilpotent(Condition):
    """That the sum of what matrices of the legs do is zero: of nilpotent parts, and of a Lie algebra as well."""

    def __init__(self, legs: Sequence[Fixed], noise: float):
        floats = [_plain(a.numpy()) for a in legs]
        size = max(float(np.linalg.norm(a)) for a in floats)
        self.sum = Constraint(tuple(a / size for a in floats), True, sum(map(bound, floats)) / size)
        self.scale, self.noise = self.sum.scale, noise / size
        self.weight = min(_HEAVIEST, math.prod(1 + float(np.linalg.norm(a)) for a in floats))
        self.legs = [a * Fixed.of(np.array(1 / size), a.bits) for a in legs]

    def apply(self, columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "size k"]:
        """The sum."""
        return self.sum.apply(columns)

    rows = apply

    def exactly(self, columns: Fixed) -> Fixed:
        """The same in fixed point."""
        return exactly_summed(self.legs, columns)


@lru_cache(maxsize=256)
def applies(group: Group) -> bool:
    """Whether a group needs this: not all of its generators are unitary, or its Lie algebra is badly scaled."""
    h = meant(group)
    far = float(abs(h.conj().mT @ h - np.eye(group.dim)).max(initial=0))
    return far > _UNITARY * group.dim or unbalanced(group)


def columns(group: Group, word: Word, complex_: bool, max_bytes: int) -> tuple[Inexact[np.ndarray, "size rank"], float]:
    """Orthonormal invariants of a word, and how far they may be moved because the generators are rounded.

    Raises:
        ValueError: if the digits of the generators do not decide what is invariant.
    """
    try:
        found, conditions, noise = _found(group, word, max_bytes, False)
    except Undecided:
        raise ValueError(
            f"The invariants of {name_of(group)} must be decided by the digits of float64. Those of a tensor with "
            f"{len(word)} indices are not: its generators stretch too much, or are too nearly singular. Give "
            "generators of smaller norm, in other units or as a Lie algebra."
        ) from None
    _require_digits(group, word, max_bytes, found.shape[1])
    found = found if complex_ else _null_space.real(found)
    return refined(found, [frame(leaf, False).to for leaf in word], conditions, complex_), noise


def _found(
    group: Group, word: Word, max_bytes: int, rounded: bool
) -> tuple[Inexact[np.ndarray, "size k"], list[Weights | Nilpotent], float]:
    """The invariants in the coordinates of the frames, the conditions that they obey there, and how exactly.

    If `rounded`, of the group with the most invariants that the digits typed allow, not those of float64.
    """
    size = math.prod(leaf.dimension for leaf in word)
    require(64 * size, max_bytes, f"A tensor with {size} components", "Split the type")
    frames = [frame(leaf, rounded) for leaf in word]
    weights = [Weights([f.parts[i] for f in frames], rounded) for i in range(len(meant(group)))]
    sums = _sums(frames, _FEW if rounded else _SLACK)
    conditions: list[Weights | Nilpotent] = [*sums, *weights]
    noise = max([each.noise for each in conditions], default=0.0) + 2 * len(word) * uncertainty(group)
    noise = noise if noise > _LEAST else 0.0
    found = _start(weights, sums, size, max_bytes, noise)
    for condition in conditions:
        found = _null_space.narrowed(found, condition, noise)
    return found, conditions, noise


def _sums(frames: list[Frame], slack: float) -> list[Nilpotent]:
    """The conditions of the Lie algebra, two generic elements first, and of the nilpotent parts."""
    lie = [[f.lie[j] for f in frames] for j in range(len(frames[0].lie))]
    numbers = np.arange(len(lie)) + 1.0
    generic = [[_combined(f.lie, c(numbers)) for f in frames] for c in (np.cos, np.sin)] if len(lie) > 1 else []
    found = [Nilpotent(legs, 0.0) for legs in (*generic, *lie) if any(a.largest() for a in legs)]
    for i in range(len(frames[0].parts)):
        legs = [f.parts[i].nilpotent for f in frames]
        if any(a.largest() for a in legs):
            found.append(Nilpotent(legs, slack * sum(f.parts[i].noise[1] for f in frames)))
    return found


def _combined(matrices: Sequence[Fixed], weights: np.ndarray) -> Fixed:
    scaled = [a * Fixed.of(weight, a.bits) for a, weight in zip(matrices, weights, strict=True)]
    return reduce(lambda a, b: a + b, scaled)


def _start(
    weights: list[Weights], sums: list[Nilpotent], size: int, max_bytes: int, noise: float
) -> Inexact[np.ndarray, "size k"]:
    """Orthonormal columns among whose combinations all invariants are."""
    if not weights:
        return _null_space.start([each.sum for each in sums], size, max_bytes, noise)
    best = min(weights, key=lambda each: int(each.kept.sum()))
    count = int(best.kept.sum())
    require(80 * size * count, max_bytes, f"The null space of matrices of shape {(size, count)}", "Split the type")
    return best.start()


def _kept(values: list[np.ndarray], errors: list[np.ndarray], slack: float) -> Bool[np.ndarray, " size"]:
    """Which products of eigenvalues are 1, as far as can be told."""
    product = reduce(np.multiply.outer, values).ravel()
    error = reduce(np.add.outer, errors).ravel()
    distance = abs(np.log(product))
    least = np.where(error == 0, _EXACT, _LEAST)
    kept = distance <= np.clip(slack * error, least, np.maximum(_MOST, error)) + 0.2 * error
    if ((error > _OPEN) & (distance <= 3 * error) | ~kept & (distance <= slack * error)).any():
        raise Undecided
    return kept


def _require_digits(group: Group, word: Word, max_bytes: int, rank: int) -> None:
    """Refuse generators typed with so few digits that a group with more invariants is as likely."""
    few = {i: how for i, h in enumerate(meant(group)) if (how := typed(h))}
    uncertain = [i for i, how in few.items() if rounding(meant(group)[i], how, couplings=False).any()]
    if not uncertain:
        return
    try:
        more = _found(group, word, max_bytes, True)[0].shape[1] > rank
    except Undecided:
        more = True
    if more:
        index = uncertain[0]
        raise ValueError(
            f"The invariants of {name_of(group)} must not depend on digits that are not given. Got "
            f"generators[{index}] = {meant(group)[index].tolist()}, of {few[index]}: within their rounding more is "
            "invariant, or it is singular. Give it with all digits; if these are exact, pass numpy.linalg.inv of it, "
            "which generates the same group."
        )


def _plain(matrix: np.ndarray) -> np.ndarray:
    """A real array where nothing is imaginary."""
    return matrix if matrix.imag.any() else matrix.real
