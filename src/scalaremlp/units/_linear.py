"""Linear equations in fractions."""

from collections.abc import Sequence
from fractions import Fraction

Columns = Sequence[Sequence[Fraction | int]]


def solve(columns: Columns, target: Sequence[Fraction | int]) -> tuple[Fraction, ...] | None:
    """One solution x of Σ xⱼ columnⱼ = target by Gauss and Jordan, zero where it is free; None if there is none.

    >>> [str(each) for each in solve([(1, 1), (2, 2), (0, 1)], (Fraction(3), Fraction(1)))]
    ['3', '0', '-2']
    """
    rows = [[*(column[row] for column in columns), target[row]] for row in range(len(target))]
    reduced, pivots = _reduced(rows)
    if len(columns) in pivots:
        return None
    found = [Fraction(0)] * len(columns)
    for row, pivot in enumerate(pivots):
        found[pivot] = reduced[row][-1]
    return tuple(found)


def rank(columns: Columns) -> int:
    """How many columns are independent.

    >>> rank([(1, 1), (2, 2), (0, 1)])
    2
    """
    return len(_reduced(columns)[1]) if columns else 0


def _reduced(rows: Columns) -> tuple[list[list[Fraction]], list[int]]:
    """The reduced echelon form, and the columns of its pivots."""
    left, pivots = [[Fraction(each) for each in row] for row in rows], list[int]()
    for column in range(len(left[0])):
        at = next((row for row in range(len(pivots), len(left)) if left[row][column]), None)
        if at is None:
            continue
        here = len(pivots)
        left[here], left[at] = left[at], left[here]
        left[here] = [each / left[here][column] for each in left[here]]
        for row in range(len(left)):
            if row != here and left[row][column]:
                times = left[row][column]
                left[row] = [a - times * b for a, b in zip(left[row], left[here], strict=True)]
        pivots.append(column)
    return left, pivots
