"""Tensor products of representations, row-major and in the order in which they were written."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scalaremlp.groups import Group

from . import _elements
from ._base import Base
from ._rep import Rep, makes
from ._sum import Sum, repeat
from ._tree import Axes, Node
from .action import Defining, Identity

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclasses.dataclass(frozen=True, repr=False)
class Product(Rep):
    """Two factors or more, each a leaf or a sum: built by `*`, never directly."""

    factors: tuple[Rep, ...]

    @property
    def blocks(self) -> tuple[tuple[int, Rep], ...]:
        return ((1, self),)

    @property
    def leaves(self) -> tuple[Base, ...]:
        return tuple(leaf for factor in self.factors for leaf in factor.leaves)

    @property
    def legs(self) -> tuple[str, ...]:
        return tuple(leg for factor in self.factors for leg in factor.legs)

    def _map(self, change: Callable[[Base], Base]) -> Rep:
        return multiply(*(factor._map(change) for factor in self.factors))

    @property
    def _factors(self) -> tuple[Rep, ...]:
        return self.factors

    def _size(self) -> int:
        return math.prod(factor.size for factor in self.factors)

    def _shape(self) -> tuple[int, ...]:
        return tuple(length for factor in self.factors for length in factor._shape())

    def _rho(self, elements: Mapping[Group, Any]) -> Any:
        first, *rest = (factor._rho(elements) for factor in self.factors)
        for matrix in rest:
            first = _elements.namespace(first, matrix).kron(first, matrix)
        return first

    def _drho(self, elements: Mapping[Group, Any]) -> Any:
        first, *rest = (factor._drho(elements) for factor in self.factors)
        for matrix in rest:
            kron = _elements.namespace(first, matrix).kron
            first = kron(first, np.eye(len(matrix))) + kron(np.eye(len(first)), matrix)
        return first

    def _layout(self, whole: frozenset[Group]) -> Node:
        return Axes(tuple(factor._layout(whole) for factor in self.factors))

    def _text(self) -> str:
        runs = itertools.groupby(self.factors, _tensor_group)
        return "*".join(text for tensor, run in runs for text in _run_texts(tensor, list(run)))


@makes("*")
def multiply(*reps: Rep) -> Rep:
    """The tensor product of one representation or more; brackets do not matter.

    (m A) B is written as m (A B): the layout is the same, and tensors stay together. A (m B) is not m (A B), whose
    layout differs, and stays.
    """
    factors = [factor for rep in reps for factor in (rep.factors if isinstance(rep, Product) else (rep,))]
    *rest, result = _without_units(factors)
    for factor in reversed(rest):
        result = _pair(factor, result)
    return result


def _pair(left: Rep, right: Rep) -> Rep:
    for factor in (left, right):
        if not factor.blocks:
            return factor
    if isinstance(left, Sum) and len(left.terms) == 1:
        ((count, term),) = left.terms
        product = multiply(term, right)
        if len(product.blocks) == 1:  # no bare sum, as (2 scalars)(A + B) would give, which has no multiplicity
            return repeat(count, product)
    elif _is_unit(left) and isinstance(right, Sum) and len(right.terms) == 1:
        ((count, term),) = right.terms
        return repeat(count, multiply(left, term))
    return Product((left, *(right.factors if isinstance(right, Product) else (right,))))


def _is_unit(rep: Rep) -> bool:
    return isinstance(rep, Base) and isinstance(rep.action, Identity)


def _without_units(factors: "Sequence[Rep]") -> list[Rep]:
    """The factors without those scalars that say nothing: unbound ones, and of groups that other factors have."""
    seen = {group for factor in factors if not _is_unit(factor) for group in factor.groups}
    kept: list[Rep] = []
    for factor in factors:
        if not _is_unit(factor):
            kept.append(factor)
        elif factor.groups and factor.groups[0] not in seen:
            kept.append(factor)
            seen.add(factor.groups[0])
    return kept or [factors[0]]


def _tensor_group(factor: Rep) -> tuple[Group | None] | None:
    """(group,) for a factor that T(p,q) can spell, V or V*; None for others."""
    plain = isinstance(factor, Base) and isinstance(factor.action, Defining) and not factor.conjugate
    return (factor.group,) if plain else None  # type: ignore[attr-defined]


def _run_texts(tensor: tuple[Group | None] | None, factors: list[Rep]) -> list[str]:
    """The texts of neighbouring factors: T(p,q) for every p V's and q V*'s, the others one by one."""
    if tensor is None:
        return [f"({factor._text()})" if isinstance(factor, Sum) else factor._text() for factor in factors]
    suffix = "" if tensor[0] is None else f"({tensor[0]})"
    counts: list[list[int]] = [[0, 0]]
    for factor in factors:
        if "V" in factor.legs and counts[-1][1]:
            counts.append([0, 0])
        counts[-1]["V" not in factor.legs] += 1
    return [(f"T({p},{q})" if q else f"T({p})") + suffix for p, q in counts]
