"""Numbers as mantissas and powers of two, so that no power of them leaves the range of floats."""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import frexp, lcm

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Inexact

from .references import Measured, Reference, invariants, second_degree

_LOW = -(2.0**20)  # below every exponent
Powers = tuple[tuple[Fraction, ...], ...]  # one row a product, one column a reference


def references_of(
    measured: Measured, references: Sequence[Reference], x: Inexact[Array, " size_in"]
) -> tuple[Float[Array, " k"], Float[Array, " k"], Bool[Array, " k"]]:
    """The references of one input: mantissas, exponents of two, and which are zero; these count as one.

    The exponents are whole numbers, of the largest component, and no gradient sees them: it is that of the product.
    """
    mantissas, own = factors(measured)
    component = term_of_component(measured)
    x, own = x * mantissas[component], own[component]
    shift = _class_exponents(measured, x, own)
    scaled = times(x, jnp.ones_like(own), own - shift[_classes(measured)[component]])
    every = [_reference(measured, each, scaled, shift) for each in references]
    if not every:
        return jnp.zeros(0, shift.dtype), jnp.zeros(0, shift.dtype), jnp.zeros(0, bool)
    found = jnp.stack([mantissa for mantissa, _ in every])
    zero = ~(found > 0)
    return jnp.where(zero, 1.0, found), jnp.where(zero, 0.0, jnp.stack([exponent for _, exponent in every])), zero


def products(
    powers: Powers, mantissas: Float[Array, " k"], exponents: Float[Array, " k"]
) -> tuple[Float[Array, " rows"], Float[Array, " rows"]]:
    """∏ rₖ^{pₖ} for each row of powers: mantissas, and exponents that are whole numbers."""
    least = lcm(*(each.denominator for row in powers for each in row))
    whole = np.array([[int(each * least) for each in row] for row in powers], float).reshape(len(powers), -1)
    total = whole.astype(exponents.dtype) @ exponents
    exponent = jnp.floor(total / least)
    rest = jnp.exp2((total - least * exponent) / least) if least > 1 else jnp.ones_like(total)
    rows = [reduce(jnp.multiply, _factors(row, mantissas), jnp.ones_like(rest[0])) for row in powers]
    return rest * (jnp.stack(rows) if rows else rest), exponent


def times(
    x: Inexact[Array, " n"], mantissas: Float[Array, " n"], exponents: Float[Array, " n"]
) -> Inexact[Array, " n"]:
    """x · mantissa · 2^exponent, in three steps of which none leaves the range where the result does not."""
    halves = jnp.floor(exponents / 2), exponents - jnp.floor(exponents / 2)
    one = jnp.ones_like(mantissas)
    return reduce(lambda found, half: found * jnp.ldexp(one, half.astype(jnp.int32)), halves, x * mantissas)


def factors(measured: Measured) -> tuple[np.ndarray, np.ndarray]:
    """Mantissas and exponents of the factors to SI units, one for each term."""
    return split([unit.factor for unit in measured.units])


def split(values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Mantissas from 1 to 2 and exponents of numbers above 0.

    >>> [each.tolist() for each in split([1.0, 6.0])]
    [[1.0, 1.5], [0.0, 2.0]]
    """
    parts = [frexp(value) for value in values]
    return np.array([2 * mantissa for mantissa, _ in parts]), np.array([exponent - 1.0 for _, exponent in parts])


def _factors(row: Sequence[Fraction], mantissas: Float[Array, " k"]) -> list[Array]:
    return [
        jax.lax.integer_pow(mantissas[k], int(each)) if each.denominator == 1 else mantissas[k] ** float(each)
        for k, each in enumerate(row)
        if each
    ]


def term_of_component(measured: Measured) -> np.ndarray:
    """For each component of the input the number of its term."""
    sizes = [part.stop - part.start for part in measured.parts]
    return np.repeat(np.arange(len(sizes)), sizes)


def _classes(measured: Measured) -> np.ndarray:
    return np.array(measured.classes, int)


def _class_exponents(
    measured: Measured, x: Inexact[Array, " size_in"], own: Float[np.ndarray, " size_in"]
) -> Float[Array, " classes"]:
    """For each dimension the exponent of two of its largest component, 0 where all are zero."""
    size = jax.lax.stop_gradient(jnp.maximum(jnp.abs(jnp.real(x)), jnp.abs(jnp.imag(x))))
    exponents = jnp.where(size > 0, jnp.frexp(size)[1].astype(size.dtype) + own.astype(size.dtype), _LOW)
    members = _classes(measured)[term_of_component(measured)]
    largest = jnp.stack([jnp.max(exponents[members == number]) for number in range(len(set(measured.classes)))])
    return jnp.where(largest > _LOW, largest, 0.0)


def _reference(
    measured: Measured, reference: Reference, scaled: Inexact[Array, " size_in"], shift: Float[Array, " classes"]
) -> tuple[Array, Array]:
    """The mantissa and the exponent of one reference."""
    if reference.kind == "constant":
        return jnp.ones_like(shift[0]), jnp.zeros_like(shift[0])
    if reference.kind == "norm":
        at = np.isin(term_of_component(measured), reference.at)
        return _root(jnp.sum(jnp.abs(scaled[np.flatnonzero(at)]) ** 2)), shift[measured.classes[reference.at[0]]]
    values = invariants(measured.rep_in, measured.group)(scaled)[np.array(reference.at)]
    degrees = np.array(second_degree(measured)[reference.at[0]], float)
    return _root(jnp.sum(values**2)), jnp.sum(degrees.astype(shift.dtype) * shift)


def _root(square: Float[Array, ""]) -> Float[Array, ""]:
    """The square root, with a gradient of zero at zero."""
    return jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1.0)), 0.0)
