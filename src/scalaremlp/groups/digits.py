"""What a float64 number was typed as: a short decimal, a fraction, or a rounded number, and with how many digits."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
from jaxtyping import Float, Inexact

_SHORT, _WHOLE = 12, 0.01  # digits of a short decimal; the spacing of floats from which on they are whole by chance
_DENOMINATOR, _CHANCE = 10**5, 1e-6
_ROOTS = 10**2, 10**4, 10**6  # the largest denominators of eigenvalues that are looked for, of double ones too
_FEWEST, _MOST = 3, 14  # digits of numbers that may have been rounded; with fewer they are taken as they are


def fraction(x: float) -> Fraction | None:
    """The number that was meant, where the float is a short decimal or rounded from a fraction; None for others.

    A fraction counts if its denominator is so small that another number would have one as near by chance once in 10⁶.

    >>> fraction(0.1), fraction(1 / 3), fraction(2.0**70), fraction(np.pi), fraction(1e6 * np.pi)
    (Fraction(1, 10), Fraction(1, 3), None, None, None)
    """
    if _length(x) <= _SHORT:
        return Fraction(Decimal(repr(float(x))))
    exact, spacing = Fraction(float(x)), float(np.spacing(abs(x)))
    if exact.denominator == 1 and spacing < _WHOLE:
        return exact
    near = exact.limit_denominator(min(_DENOMINATOR, max(1, int(np.sqrt(_CHANCE / spacing)))))
    return near if abs(near - exact) <= Fraction(spacing) and near.denominator**2 * spacing <= _CHANCE else None


def fractions(matrix: Inexact[np.ndarray, "n m"]) -> list[list[Fraction]] | None:
    """A real matrix as fractions; None if it is complex or an entry is no fraction that is known."""
    if np.iscomplexobj(matrix):
        return None
    found = [[fraction(x) for x in row] for row in matrix]
    return None if any(x is None for row in found for x in row) else found  # type: ignore[return-value]


def determinant(rows: list[list[Fraction]]) -> Fraction:
    """The determinant, exactly."""
    rows, product = [list(row) for row in rows], Fraction(1)
    for i in range(len(rows)):
        pivot = next((j for j in range(i, len(rows)) if rows[j][i]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != i:
            rows[i], rows[pivot], product = rows[pivot], rows[i], -product
        product *= rows[i][i]
        for row in rows[i + 1 :]:
            factor = row[i] / rows[i][i]
            if factor:
                row[i:] = [a - factor * b for a, b in zip(row[i:], rows[i][i:], strict=True)]
    return product


def typed(matrix: Inexact[np.ndarray, "n m"]) -> str | None:
    """How a matrix may have been rounded, in words: to a number of digits or to float32; None for full float64."""
    digits = max((_length(x) for x in _parts(matrix)), default=0)
    if _FEWEST <= digits <= _MOST:
        return f"{digits} digits"
    exact = digits < _FEWEST or fractions(matrix) is not None
    return None if exact or not np.array_equal(matrix, _single(matrix)) else "float32"


def rounding(matrix: Inexact[np.ndarray, "n n"], how: str, couplings: bool = True) -> Float[np.ndarray, "n n"]:
    """By how much each entry may differ from what was meant, for an answer of `typed`: not at all where it is certain.

    A block that cannot be made triangular is certain if its determinant is ±1, or if its eigenvalues are fractions with
    a product of up to three that is ±1, or two that are equal up to sign, though its diagonal is not constant: rounding
    would have destroyed that. So are entries that couple it to others, and a diagonal entry outside of blocks if it is
    ±1 or of two digits fewer than there are. Without `couplings`, entries outside of blocks count as certain.
    """
    size = np.maximum(abs(matrix.real), abs(matrix.imag))
    if how == "float32":
        return size * 2.0**-24
    digits = int(how.split()[0])
    with np.errstate(divide="ignore"):
        found = np.where(size == 0, 0.0, 0.5 * 10.0 ** (np.floor(np.log10(size)) + 1 - digits))
    from scipy.sparse.csgraph import connected_components  # which groups without generators of fractions do without

    _, labels = connected_components(matrix != 0, directed=True, connection="strong")
    found[~(couplings | np.equal.outer(labels, labels))] = 0
    blocks = [labels == label for label in range(labels.max() + 1)]
    for inside, certain in zip(blocks, _certain([matrix[np.ix_(b, b)] for b in blocks], digits), strict=True):
        if certain:
            found[np.ix_(inside, inside)] = 0
        if certain and inside.sum() > 1:
            found[np.logical_xor.outer(inside, inside)] = 0
    return found


def _certain(blocks: list[np.ndarray], digits: int) -> list[bool]:
    """Which blocks on the diagonal are certain; by a product of eigenvalues only if then all are."""
    rows = [fractions(block) for block in blocks]
    if any(each is None for each in rows):
        return [False] * len(blocks)
    sure = [_alone(block, given, digits) for block, given in zip(blocks, rows, strict=True) if given is not None]
    values = [_eigenvalues(given, block) for given, block in zip(rows, blocks, strict=True) if given is not None]
    every = [abs(value) for found in values for value in found or ()]
    related = [
        given is not None and len(given) > 1 and _uneven(given) and any(_related(abs(x), every) for x in found or ())
        for given, found in zip(rows, values, strict=True)
    ]
    either = [a or b for a, b in zip(sure, related, strict=True)]
    return either if all(either) else sure


def _alone(block: np.ndarray, rows: list[list[Fraction]], digits: int) -> bool:
    """Whether a block is certain by itself."""
    if len(rows) > 1:
        return abs(determinant(rows)) == 1
    return abs(rows[0][0]) == 1 or max(map(_length, _parts(block))) <= digits - 2


def _uneven(rows: list[list[Fraction]]) -> bool:
    """Whether the diagonal is not constant: else rounding may leave eigenvalues that are fractions, as a ± b."""
    return any(rows[i][i] != rows[0][0] for i in range(len(rows)))


def _related(value: Fraction, all_: list[Fraction]) -> bool:
    """Whether a value is 1, or up to three of all values, this one among them, multiply or divide to 1."""
    rest = list(all_)
    rest.remove(value)
    both = [*rest, *(1 / other for other in rest)]
    products = {a * b for a, b in itertools.combinations_with_replacement(both, 2)}
    return value == 1 or value in both or value**2 in both or value in products


def _eigenvalues(rows: list[list[Fraction]], block: np.ndarray) -> list[Fraction] | None:
    """The eigenvalues if they are all fractions, exactly."""
    found = []
    for value in np.linalg.eigvals(block):
        near = (Fraction(float(value.real)).limit_denominator(most) for most in _ROOTS)
        exact = next((x for x in near if determinant(_less(rows, x)) == 0), None)
        if exact is None:
            return None
        found.append(exact)
    trace = sum(rows[i][i] for i in range(len(rows)))
    return found if sum(found) == trace and math.prod(found) == determinant(rows) else None


def _less(rows: list[list[Fraction]], value: Fraction) -> list[list[Fraction]]:
    return [[x - value * (i == j) for j, x in enumerate(row)] for i, row in enumerate(rows)]


def _length(x: float) -> int:
    """The number of significant decimal digits."""
    digits = Decimal(repr(float(x))).as_tuple().digits
    return len("".join(map(str, digits)).strip("0"))


def _parts(matrix: np.ndarray) -> list[float]:
    both = [matrix.real, matrix.imag] if np.iscomplexobj(matrix) else [matrix]
    return [float(x) for part in both for x in part.ravel()]


def _single(matrix: np.ndarray) -> np.ndarray:
    return matrix.astype(np.complex64 if np.iscomplexobj(matrix) else np.float32)
