"""Formulas as small immutable trees: what is searched, evaluated, saved and handed to SymPy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import pi
from typing import Any

from ._functions import FUNCTIONS


@dataclass(frozen=True)
class Named:
    """A scalar that is known by its name: an input, an invariant, a length."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number that the data decide, by its place among the constants of a law."""

    index: int


@dataclass(frozen=True)
class Number:
    """An exact number: a fraction times a power of π."""

    value: Fraction
    pi: int = 0

    def __float__(self) -> float:
        return float(self.value) * pi**self.pi


@dataclass(frozen=True)
class Product:
    """A product of powers, pairs of a base and a rational exponent; of none, 1."""

    factors: "tuple[tuple[Expression, Fraction], ...]"


@dataclass(frozen=True)
class Sum:
    """A sum."""

    terms: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Function:
    """A function of one argument, by its name among `FUNCTIONS`."""

    name: str
    argument: "Expression"


Expression = Named | Constant | Number | Product | Sum | Function
ONE = Product(())


def power(base: Expression, exponent: Fraction | int) -> Expression:
    """A power, and the base itself for 1; a whole power of a product is one of each factor.

    >>> power(Product(((Named("s1"), Fraction(2)),)), 3)
    Product(factors=((Named(name='s1'), Fraction(6, 1)),))
    """
    exponent = Fraction(exponent)
    if isinstance(base, Product) and exponent.denominator == 1:
        return Product(tuple((inner, own * exponent) for inner, own in base.factors))
    return base if exponent == 1 else Product(((base, exponent),))


def times(*expressions: Expression) -> Expression:
    """The product, with those inside it multiplied out and equal bases joined."""
    found: dict[Expression, Fraction] = {}
    for each in expressions:
        for base, exponent in each.factors if isinstance(each, Product) else ((each, Fraction(1)),):
            found[base] = found.get(base, Fraction(0)) + exponent
    kept = tuple((base, exponent) for base, exponent in found.items() if exponent and base != Number(Fraction(1)))
    return kept[0][0] if len(kept) == 1 and kept[0][1] == 1 else Product(kept)


def evaluate(expression: Expression, values: Mapping[str, Any], constants: Sequence[Any] | Any, xp: Any) -> Any:
    """Its value, by an array module: NumPy or that of JAX.

    Args:
        expression: the formula.
        values: of what it names, numbers or arrays of one shape.
        constants: those of its law.
        xp: `numpy` or `jax.numpy`.
    """

    def value(of: Expression) -> Any:
        match of:
            case Named(name):
                return values[name]
            case Constant(index):
                return constants[index]
            case Number():
                return float(of)
            case Sum(terms):
                return sum((value(term) for term in terms[1:]), start=value(terms[0]))
            case Function(name, argument):
                return FUNCTIONS[name].of(value(argument), xp)
            case Product(factors):
                found: Any = 1.0
                for base, exponent in factors:
                    found = found * _power(value(base), exponent, xp)
                return found

    return value(expression)


def _power(base: Any, exponent: Fraction, xp: Any) -> Any:
    if exponent.denominator == 1:
        return base if exponent == 1 else base ** int(exponent) if exponent > 0 else 1 / base ** int(-exponent)
    return xp.sqrt(base) if exponent == Fraction(1, 2) else xp.power(base, float(exponent))


def complexity(expression: Expression) -> int:
    """The number of nodes: numbers, names, functions, sums, products and powers, each for one.

    >>> complexity(Product(((Named("s1"), Fraction(2)), (Named("s2"), Fraction(1)))))
    5
    """
    match expression:
        case Sum(terms):
            return 1 + sum(map(complexity, terms))
        case Function(_, argument):
            return 1 + complexity(argument)
        case Product(factors):
            inner = sum(complexity(base) + (0 if exponent == 1 else 2) for base, exponent in factors)
            return max(inner, 1) + (len(factors) > 1)
        case _:
            return 1


def leaves(expression: Expression) -> "frozenset[Named | Constant | Number]":
    """What it is made of."""
    match expression:
        case Sum(terms):
            return frozenset().union(*map(leaves, terms))
        case Function(_, argument):
            return leaves(argument)
        case Product(factors):
            return frozenset().union(*(leaves(base) for base, _ in factors))
        case _:
            return frozenset([expression])


def constants_in(expression: Expression) -> list[int]:
    """The places of its constants."""
    return sorted(leaf.index for leaf in leaves(expression) if isinstance(leaf, Constant))


def renumbered(expression: Expression, places: Mapping[int, int]) -> Expression:
    """The same with its constants at other places."""
    match expression:
        case Constant(index):
            return Constant(places[index])
        case Sum(terms):
            return Sum(tuple(renumbered(term, places) for term in terms))
        case Function(name, argument):
            return Function(name, renumbered(argument, places))
        case Product(factors):
            return Product(tuple((renumbered(base, places), exponent) for base, exponent in factors))
        case _:
            return expression


def to_json(expression: Expression) -> Any:
    """As lists, texts and whole numbers, which `from_json` reads back."""
    match expression:
        case Named(name):
            return ["named", name]
        case Constant(index):
            return ["constant", index]
        case Number(value, power_of_pi):
            return ["number", str(value), power_of_pi]
        case Sum(terms):
            return ["sum", *map(to_json, terms)]
        case Function(name, argument):
            return ["function", name, to_json(argument)]
        case Product(factors):
            return ["product", *([to_json(base), str(exponent)] for base, exponent in factors)]


def from_json(tree: Any) -> Expression:
    """The formula that `to_json` wrote; `ValueError` or `TypeError` for anything else."""
    kind, *rest = tree
    match kind:
        case "named":
            return Named(str(rest[0]))
        case "constant":
            return Constant(int(rest[0]))
        case "number":
            return Number(Fraction(rest[0]), int(rest[1]))
        case "sum" if rest:
            return Sum(tuple(map(from_json, rest)))
        case "function" if rest[0] in FUNCTIONS:
            return Function(rest[0], from_json(rest[1]))
        case "product":
            return Product(tuple((from_json(base), Fraction(exponent)) for base, exponent in rest))
    raise ValueError(f"A formula is made of the nodes of this version. Got {kind!r}. Save the law again.")
