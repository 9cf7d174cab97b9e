"""Monomials in some scalars by their degree in the inputs, and their products with covariants."""

from functools import cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int


class Products(NamedTuple):
    """Products monomial · covariant, each of at most some degree in the inputs.

    Attributes:
        exponents: of each monomial, in each scalar; one follows those that divide it.
        monomial: the number of the monomial of each product.
        covariant: and that of its covariant.
        degree: the degree of each product.
    """

    exponents: Int[np.ndarray, "monomials scalars"]
    monomial: Int[np.ndarray, " products"]
    covariant: Int[np.ndarray, " products"]
    degree: Int[np.ndarray, " products"]


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
    own = degrees[:, None] + np.array(covariants, dtype=int)
    monomial, covariant = np.nonzero(own <= degree)
    return Products(table, monomial, covariant, own[monomial, covariant])


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
    scalars: Float[Array, " scalars"], exponents: Int[np.ndarray, "monomials scalars"]
) -> Float[Array, " monomials"]:
    """Their values for one input."""
    values = jnp.ones(len(exponents), scalars.dtype)
    for column, raised in enumerate(exponents.T):
        highest = int(raised.max(initial=0))
        if highest:
            powers = jnp.cumprod(jnp.repeat(scalars[column], highest))
            values = values * jnp.concatenate([jnp.ones_like(powers[:1]), powers])[raised]
    return values


def monomials_of_all(
    scalars: Float[np.ndarray, "n scalars"], exponents: Int[np.ndarray, "monomials scalars"]
) -> Float[np.ndarray, "monomials n"]:
    """Their values for many inputs in NumPy, each a scalar times one before it."""
    values, numbers, columns = np.ones((len(exponents), len(scalars))), {}, np.ascontiguousarray(scalars.T)
    for number, raised in enumerate(exponents):
        numbers[raised.tobytes()] = number
        used = np.flatnonzero(raised)
        if len(used):
            lower = raised.copy()
            lower[used[-1]] -= 1
            np.multiply(values[numbers[lower.tobytes()]], columns[used[-1]], out=values[number])
    return values


def _exponents(degrees: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    """Exponents e with Σ e·degree of at most `most`."""
    if most < 0:
        return []
    if not degrees:
        return [()]
    first, *others = degrees
    return [(e, *rest) for e in range(most // first + 1) for rest in _exponents(tuple(others), most - e * first)]
