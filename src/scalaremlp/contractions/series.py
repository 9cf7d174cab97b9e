"""How many invariants there are in each degree, from characters alone: the Molien–Weyl formula.

The number of linearly independent invariants is the mean, over a compact group, of the character of what they are made
of. Over a connected group it is the constant term of the character times Π (1 − e^α) over the positive roots α; other
components, of O(n), are cosets of a torus with roots of their own. A non-compact group has as many polynomial
invariants as its compact form. All is done with whole numbers: Laurent polynomials in the variables of the torus.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import factorial, prod

import numpy as np

from .family import Family
from .tensor import Tensor, symmetric

Polynomial = np.ndarray
"""A Laurent polynomial: whole numbers, odd axes, one for each variable, with the constant term in the middle."""


@dataclass(frozen=True)
class Component:
    """A connected component of a compact group: the density of its conjugacy classes and the powers of an element.

    Attributes:
        density: a Laurent polynomial, with which the mean of a character is a constant term.
        power: the trace of the j-th power of an element, on vectors.
        share: its part of the whole group, in relation to that of the other components.
    """

    density: Polynomial
    power: Callable[[int], Polynomial]
    share: int


class Characters:
    """Counts the invariants made of some tensors, in each multidegree.

    Args:
        family: the group.
        tensors: the kinds of tensors, one for each input.
    """

    def __init__(self, family: Family, tensors: tuple[Tensor, ...]):
        self._components = components(family)
        self._tensors = tensors
        self._powers: dict[tuple[int, int, int], Polynomial] = {}
        self._symmetric: dict[tuple[int, Tensor, int], Polynomial] = {}
        self._products: dict[tuple[int, tuple[int, ...]], Polynomial] = {}
        self._own = [tensor.with_indices(family) for tensor in tensors]

    def count(self, degrees: tuple[int, ...]) -> int:
        """The number of independent invariants in which input i occurs `degrees[i]` times."""
        total = sum(part.share * self._mean(number, degrees) for number, part in enumerate(self._components))
        shares = sum(part.share for part in self._components)
        count, rest = divmod(total, shares)
        assert rest == 0, f"the mean of a character is a whole number. Got {total}/{shares} for {degrees}"
        return count

    def _mean(self, number: int, degrees: tuple[int, ...]) -> int:
        *first, last = [i for i, degree in enumerate(degrees) if degree] or [0]
        left = self._product(number, tuple(degrees[i] if i in first else 0 for i in range(len(degrees))))
        return constant_term(left, self._symmetric_power(number, self._own[last], degrees[last]))

    def _product(self, number: int, degrees: tuple[int, ...]) -> Polynomial:
        """The density times the characters of all of these."""
        key = (number, degrees)
        if key not in self._products:
            last = max((i for i, degree in enumerate(degrees) if degree), default=None)
            if last is None:
                return self._components[number].density
            before = self._product(number, tuple(0 if i == last else d for i, d in enumerate(degrees)))
            character = self._symmetric_power(number, self._own[last], degrees[last])
            self._products[key] = multiply(before, character)
        return self._products[key]

    def _symmetric_power(self, number: int, tensor: Tensor, degree: int) -> Polynomial:
        """The character of polynomials of one degree in the components of a tensor: a·h_a = Σ_j p_j h_(a−j)."""
        key = (number, tensor, degree)
        if key not in self._symmetric:
            rank = self._components[number].density.ndim
            if degree == 0:
                return constant(1, rank)
            terms = [
                multiply(self._trace(number, tensor, j), self._symmetric_power(number, tensor, degree - j))
                for j in range(1, degree + 1)
            ]
            self._symmetric[key] = divided(add(terms), degree)
        return self._symmetric[key]

    def _trace(self, number: int, tensor: Tensor, j: int) -> Polynomial:
        """The trace of the j-th power of an element on a tensor: a mean over its symmetries, of products of cycles."""
        key = (number, Tensor((*tensor.legs, "trace" if tensor.traceless else ""), tensor.symmetries), j)
        if key not in self._symmetric:
            total = self._over_symmetries(number, tensor.legs, tensor.group, j)
            if tensor.traceless:
                inner = symmetric(tensor.rank - 2)
                total = add([total, divided(self._over_symmetries(number, inner.legs, inner.group, j), -1)])
            self._symmetric[key] = total
        return self._symmetric[key]

    def _over_symmetries(self, number: int, legs: tuple[str, ...], group: tuple, j: int) -> Polynomial:
        rank = self._components[number].density.ndim
        terms = []
        for order, sign in group:
            factor = constant(sign, rank)
            for cycle in _cycles(order):
                factor = multiply(factor, self._power(number, legs[cycle[0]], j * len(cycle)))
            terms.append(factor)
        return divided(add(terms), len(group))

    def _power(self, number: int, leg: str, j: int) -> Polynomial:
        polynomial = self._components[number].power(j)
        return np.asarray(np.flip(polynomial)) if leg == "V*" else polynomial


def _cycles(order: tuple[int, ...]) -> list[list[int]]:
    left, found = set(range(len(order))), []
    while left:
        cycle = [min(left)]
        left.discard(cycle[0])
        while order[cycle[-1]] != cycle[0]:
            cycle.append(order[cycle[-1]])
            left.discard(cycle[-1])
        found.append(cycle)
    return found


# Groups.


@cache
def components(family: Family) -> tuple[Component, ...]:
    """The components of the compact form of a group; fixed vectors are directions that do not move."""
    if family.diagonal:
        return tuple(_cycle_type(lengths) for lengths in _partitions(family.dim, family.dim))
    fixed = len(family.fixed_up)
    dim = family.dim - fixed
    if family.form is None:
        return (_unitary(dim, fixed, special=family.epsilon),)
    if family.antisymmetric:
        return (_with_roots(_torus(dim // 2), _long_roots(dim // 2), fixed),)
    rotations = _rotations(dim, fixed)
    return (rotations,) if family.epsilon else _with_reflections(rotations, dim, fixed)


def _cycle_type(lengths: tuple[int, ...]) -> Component:
    """The permutations with cycles of these lengths: the j-th power leaves the places of those that divide j."""
    counts = Counter(lengths)
    alike = prod(length**count * factorial(count) for length, count in counts.items())

    def power(j: int) -> Polynomial:
        return constant(sum(length for length in lengths if j % length == 0), 0)

    return Component(constant(1, 0), power, factorial(sum(lengths)) // alike)


def _partitions(total: int, most: int) -> Iterator[tuple[int, ...]]:
    if not total:
        yield ()
    for first in range(min(total, most), 0, -1):
        for rest in _partitions(total - first, first):
            yield (first, *rest)


def _rotations(dim: int, fixed: int) -> Component:
    half, odd = divmod(dim, 2)
    weights = [*_torus(half), *[(0,) * half] * odd]
    short = [_unit(half, i) for i in range(half)] if odd else []
    return _with_roots(weights, _pair_roots(half) + short, fixed)


def _with_reflections(rotations: Component, dim: int, fixed: int) -> tuple[Component, ...]:
    """O(n): for odd n also −1 times each rotation; for even n elements with eigenvalues 1, −1 and a smaller torus."""
    if dim == 0:
        return (rotations,)
    rank = rotations.density.ndim
    if dim % 2:

        def negated(j: int) -> Polynomial:
            own = add([rotations.power(j), constant(-fixed, rank)])
            return add([multiply(constant((-1) ** j, rank), own), constant(fixed, rank)])

        others = Component(rotations.density, negated, 1)
    else:
        half = dim // 2 - 1
        smaller = _with_roots(_torus(half), _long_roots(half), fixed)

        def reflected(j: int) -> Polynomial:
            return add([smaller.power(j), constant(1 + (-1) ** j, half)])

        others = Component(smaller.density, reflected, 1)
    return (Component(rotations.density, rotations.power, 1), others)


def _unitary(dim: int, fixed: int, *, special: bool) -> Component:
    rank = dim - 1 if special and dim else dim
    weights = [_unit(rank, i) for i in range(rank)]
    if special and dim:
        weights.append((-1,) * rank)
    roots = [tuple(a - b for a, b in zip(one, other, strict=True)) for one, other in combinations(weights, 2)]
    return _with_roots(weights, roots, fixed)


def _with_roots(weights: list[tuple[int, ...]], roots: list[tuple[int, ...]], fixed: int) -> Component:
    rank = len(weights[0]) if weights else 0
    density = constant(1, rank)
    for root in roots:
        density = multiply(density, add([constant(1, rank), -monomial(root)]))

    @cache
    def power(j: int) -> Polynomial:
        return add([constant(fixed, rank), *(monomial(tuple(j * w for w in each)) for each in weights)])

    return Component(density, power, 1)


def _unit(rank: int, i: int) -> tuple[int, ...]:
    return tuple(int(k == i) for k in range(rank))


def _torus(half: int) -> list[tuple[int, ...]]:
    """The weights x_i and 1/x_i."""
    units = [_unit(half, i) for i in range(half)]
    return units + [tuple(-w for w in unit) for unit in units]


def _pair_roots(half: int) -> list[tuple[int, ...]]:
    pairs = list(combinations([_unit(half, i) for i in range(half)], 2))
    return [tuple(a + s * b for a, b in zip(one, other, strict=True)) for one, other in pairs for s in (1, -1)]


def _long_roots(half: int) -> list[tuple[int, ...]]:
    return _pair_roots(half) + [tuple(2 * w for w in _unit(half, i)) for i in range(half)]


# Laurent polynomials.


def constant(value: int, rank: int) -> Polynomial:
    """A constant."""
    return np.full((1,) * rank, value, dtype=np.int64)


def monomial(exponents: tuple[int, ...]) -> Polynomial:
    """x^exponents."""
    array = np.zeros([2 * abs(e) + 1 for e in exponents], dtype=np.int64)
    array[tuple(abs(e) + e for e in exponents)] = 1
    return array


def add(terms: list[Polynomial]) -> Polynomial:
    """Their sum."""
    shape = tuple(max(sizes) for sizes in zip(*(term.shape for term in terms), strict=True))
    total = np.zeros(shape, dtype=np.int64)
    for term in terms:
        total[_middle(shape, term.shape)] += term
    return total


def multiply(one: Polynomial, other: Polynomial) -> Polynomial:
    """Their product."""
    if np.count_nonzero(one) > np.count_nonzero(other):
        one, other = other, one
    total = np.zeros(tuple(a + b - 1 for a, b in zip(one.shape, other.shape, strict=True)), dtype=np.int64)
    for at in np.argwhere(one):
        total[tuple(slice(a, a + n) for a, n in zip(at, other.shape, strict=True))] += one[tuple(at)] * other
    return total


def divided(polynomial: Polynomial, number: int) -> Polynomial:
    """A quotient that is one of whole numbers; an array also where there are no variables."""
    return np.asarray(polynomial // number)


def constant_term(one: Polynomial, other: Polynomial) -> int:
    """The constant term of their product."""
    shape = tuple(min(a, b) for a, b in zip(one.shape, other.shape, strict=True))
    left, right = one[_middle(one.shape, shape)], other[_middle(other.shape, shape)]
    return int((left * np.flip(right)).sum())


def _middle(outer: tuple[int, ...], inner: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice((a - b) // 2, (a + b) // 2) for a, b in zip(outer, inner, strict=True))
