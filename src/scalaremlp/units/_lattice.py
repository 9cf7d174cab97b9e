"""The whole-number solutions of homogeneous equations, and a short basis of them."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from ._linear import Columns

Vector = tuple[int, ...]


def kernel(columns: Columns) -> tuple[Vector, ...]:
    """A basis, over the whole numbers, of all whole-number x with Σ xⱼ columnⱼ = 0; short vectors first.

    Columns are combined by Euclid's algorithm, which keeps them a basis of the same lattice, until those that are
    left are independent; the combinations that became zero are the basis.

    >>> kernel([(1, 1), (2, 2), (0, 1), (0, 2)])
    ((-2, 1, 0, 0), (0, 0, -2, 1))
    """
    held = [(_whole(column, columns), _unit(number, len(columns))) for number, column in enumerate(columns)]
    for row in range(len(columns[0]) if columns else 0):
        while True:
            nonzero = sorted((each for each in held if each[0][row]), key=lambda each: abs(each[0][row]))
            if len(nonzero) < 2:
                break
            smallest = nonzero[0]
            held = [each if each is smallest else _less(each, smallest, row) for each in held]
        held = [each for each in held if not each[0][row]]
    return _short([made for _, made in held])


def _whole(column: Sequence[Fraction | int], columns: Columns) -> Vector:
    """A column times the common denominator of all, which is the same for each."""
    times = lcm(*(Fraction(each).denominator for other in columns for each in other))
    return tuple(int(each * times) for each in column)


def _unit(number: int, count: int) -> Vector:
    return tuple(int(number == other) for other in range(count))


def _less(each: tuple[Vector, Vector], by: tuple[Vector, Vector], row: int) -> tuple[Vector, Vector]:
    """A column and what it is made of, less a multiple of another, so that its entry in a row is a remainder."""
    times = each[0][row] // by[0][row]
    return _minus(each[0], by[0], times), _minus(each[1], by[1], times)


def _minus(a: Vector, b: Vector, times: int) -> Vector:
    return tuple(p - times * q for p, q in zip(a, b, strict=True))


def _short(basis: list[Vector]) -> tuple[Vector, ...]:
    """The basis, each vector shortened by the others while that helps; its last entry other than zero is above 0."""
    changed = True
    while changed:
        changed = False
        for a in range(len(basis)):
            for b in range(len(basis)):
                times = round(Fraction(_dot(basis[a], basis[b]), _dot(basis[b], basis[b]))) if a != b else 0
                shorter = _minus(basis[a], basis[b], times)
                if _dot(shorter, shorter) < _dot(basis[a], basis[a]):
                    basis[a], changed = shorter, True
    signed = [each if next(x for x in reversed(each) if x) > 0 else tuple(-x for x in each) for each in basis]
    return tuple(sorted(signed, key=lambda each: (_dot(each, each), [-abs(x) for x in each])))


def _dot(a: Vector, b: Vector) -> int:
    return sum(p * q for p, q in zip(a, b, strict=True))
