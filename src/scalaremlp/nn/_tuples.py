"""Ordered tuples of identical particles: where their numbers stand, and the covariants made of just them."""

from collections.abc import Hashable
from functools import cache
from itertools import permutations
from math import perm

import numpy as np

from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants

_MOST = 2_000_000  # tuples that are written out: all pairs of 1400 particles


def particle_count(rep_in: Rep, group: Group) -> int:
    """The common multiplicity of the blocks of the input type."""
    counts = {multiplicity for multiplicity, _ in rep_in(group).blocks}
    if len(counts) != 1:
        raise ValueError(
            "permutation=True needs blocks of one multiplicity, particle i being the i-th of each, as 5*T(0) + 5*T(1). "
            f"Got {rep_in}: write it so, or leave permutation=False."
        )
    return counts.pop()


def check_tuples(particles: int, arity: int) -> None:
    """Raise `ValueError` if there are too many tuples to write out."""
    if perm(particles, arity) > _MOST:
        raise ValueError(
            f"permutation=True sums over ordered {arity}-tuples of particles, at most {_MOST}. Got "
            f"{perm(particles, arity)} of {particles} particles: take fewer particles"
            + (", or an output of a lower rank." if arity > 2 else ".")
        )


def tuple_rep(rep_in: Rep, group: Group, arity: int) -> Rep:
    """The type of `arity` particles, in the same order of blocks."""
    total: Rep | None = None
    for _, term in rep_in(group).blocks:
        total = arity * term if total is None else total + arity * term
    assert total is not None
    return total


@cache
def tuple_positions(rep_in: Rep, group: Group, arity: int) -> np.ndarray:
    """Positions in the flat input of every ordered tuple of different particles: (tuples, size of a tuple)."""
    ordered = list(permutations(range(particle_count(rep_in, group)), arity))
    chosen = np.array(ordered, dtype=int).reshape(len(ordered), arity)
    columns, start = [], 0
    for multiplicity, term in rep_in(group).blocks:
        size = term.size
        block = start + np.arange(multiplicity * size).reshape(multiplicity, size)
        columns.append(block[chosen].reshape(len(chosen), arity * size))
        start += multiplicity * size
    return np.concatenate(columns, axis=1)


def tuple_covariants(covariants: Covariants, arity: int) -> np.ndarray:
    """Which covariants of a tuple to use: one of each orbit under permutations of its particles.

    Of one or two particles all; of three or more those that all of them are in, since the others are those of a pair.
    """
    orders = [covariants.relabelled(names) for names in permutations(range(arity))]
    seen: set[Hashable] = set()
    chosen = []
    for position, members in enumerate(covariants.members):
        orbit = {order[position] for order in orders}
        particles = {number % arity for number in members} if arity else set()
        if (arity <= 2 or len(particles) == arity) and not orbit & seen:
            chosen.append(position)
            seen |= orbit
    return np.array(chosen, dtype=int)
