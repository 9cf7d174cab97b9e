"""Monomials in some scalars by their degree in the inputs, and their products with covariants."""

from functools import cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int


class Products(NamedTuple):
    """Products monomial · covariant, each of at most some degree in the inputs.

    Attributes:
        exponents: of each monomial, in each scalar.
        monomial: the number of the monomial of each product.
        covariant: and that of its covariant.
    """

    exponents: Int[np.ndarray, "monomials scalars"]
    monomial: Int[np.ndarray, " products"]
    covariant: Int[np.ndarray, " products"]


@cache
def products(scalars: tuple[int, ...], covariants: tuple[int, ...], degree: int) -> Products:
    """All products of at most a degree, low ones first.

    Args:
        scalars: the degree of each scalar in the inputs.
        covariants: that of each covariant.
        degree: the highest of a product.
    """
    least = min(covariants, default=0)
    exponents = sorted(_exponents(scalars, degree - least), key=lambda e: (np.dot(e, scalars), tuple(-n for n in e)))
    table = np.array(exponents, dtype=int).reshape(len(exponents), len(scalars))
    degrees = table @ np.array(scalars, dtype=int) if len(scalars) else np.zeros(len(table), dtype=int)
    monomial, covariant = np.nonzero(degrees[:, None] + np.array(covariants, dtype=int) <= degree)
    return Products(table, monomial, covariant)


def of_degree(scalars: tuple[int, ...], covariants: tuple[int, ...], degree: int) -> Products:
    """Those of just this degree."""
    exponents, monomial, covariant = products(scalars, covariants, degree)
    own = exponents @ np.array(scalars, dtype=int) if len(scalars) else np.zeros(len(exponents), dtype=int)
    here = own[monomial] + np.array(covariants, dtype=int)[covariant] == degree
    used, monomial = np.unique(monomial[here], return_inverse=True)
    return Products(exponents[used], monomial, covariant[here])


def count(scalars: tuple[int, ...], covariants: tuple[int, ...], degree: int) -> int:
    """How many products there are, without making them: by the coefficients of Π 1/(1 − t^d)."""
    series = np.zeros(degree + 1)
    series[0] = 1.0
    for scalar in scalars:
        for at in range(scalar, degree + 1):
            series[at] += series[at - scalar]
    upto = np.cumsum(series)
    return int(sum(upto[degree - own] for own in covariants if own <= degree))


def monomials_of(
    scalars: Float[Array | np.ndarray, "*batch scalars"], exponents: Int[np.ndarray, "monomials scalars"]
) -> Float[Array | np.ndarray, "*batch monomials"]:
    """Their values, NumPy arrays for NumPy arrays."""
    xp = np if isinstance(scalars, np.ndarray) else jnp
    values = xp.ones((*scalars.shape[:-1], len(exponents)), scalars.dtype)
    for column, raised in enumerate(exponents.T):
        highest = int(raised.max(initial=0))
        if highest:
            base = scalars[..., column, None]
            powers = xp.concatenate([xp.ones_like(base), xp.cumprod(xp.repeat(base, highest, -1), -1)], -1)
            values = values * powers[..., raised]
    return values


def _exponents(degrees: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    """Exponents e with Σ e·degree of at most `most`."""
    if most < 0:
        return []
    if not degrees:
        return [()]
    first, *others = degrees
    return [(e, *rest) for e in range(most // first + 1) for rest in _exponents(tuple(others), most - e * first)]
