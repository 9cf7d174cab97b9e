"""Inputs and outputs of one sample without their units."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Array, Float, Inexact

from ...units import Unit, missing, power_products
from .choice import units_of
from .numbers import Powers, factors, products, references_of, split, term_of_component, times
from .references import Measured, Reference


class Scale(NamedTuple):
    """What each component of the output is multiplied by to have its unit: a mantissa and an exponent of two."""

    mantissas: Float[Array, " size_out"]
    exponents: Float[Array, " size_out"]

    def of(self, y: Inexact[Array, " size_out"]) -> Inexact[Array, " size_out"]:
        """A dimensionless output with its unit."""
        return times(y, self.mantissas, self.exponents)

    def off(self, y: Inexact[Array, " size_out"]) -> Inexact[Array, " size_out"]:
        """An output without its unit."""
        return times(y, 1 / self.mantissas, -self.exponents)


@dataclass(frozen=True)
class Reduction:
    """x̂ᵢ = xᵢ / ∏ rₖ^{aᵢₖ} and y = ŷ ∏ rₖ^{bₖ} with references rₖ, and exponents that make x̂ and ŷ mere numbers.

    Attributes:
        inputs: the terms of the input and their units.
        outputs: those of the output.
        constants: the units of constants that are 1.
        references: what is measured by.
        identical: whether particles are.
    """

    inputs: Measured
    outputs: Measured
    constants: tuple[Unit, ...]
    references: tuple[Reference, ...]
    identical: bool

    def __call__(self, x: Inexact[Array, " size_in"]) -> tuple[Inexact[Array, " size_in"], Scale]:
        """The dimensionless input, and what gives the output its unit."""
        mantissas, exponents, _ = references_of(self.inputs, self.references, x)
        inside, outside = self._powers
        own, shift = _by_component(self.inputs, factors(self.inputs), products(inside, mantissas, exponents))
        one = split([1 / unit.factor for unit in self.outputs.units])
        return times(x, own, shift), Scale(*_by_component(self.outputs, one, products(outside, mantissas, exponents)))

    @cached_property
    def _powers(self) -> tuple[Powers, Powers]:
        """−a of the inputs and b of the outputs."""
        units = units_of(self.inputs, self.constants, self.references, identical=self.identical)
        inside = [self._of(units, unit) for unit in self.inputs.units]
        return tuple(tuple(-each for each in row) for row in inside), tuple(
            self._of(units, unit) for unit in self.outputs.units
        )

    def _of(self, units: Sequence[Unit], target: Unit) -> tuple[Fraction, ...]:
        found = power_products(units, target).particular
        if found is None:
            raise ValueError(f"{missing(units, target)}.")
        return found


def _by_component(
    measured: Measured, own: tuple[np.ndarray, np.ndarray], made: tuple[Array, Array]
) -> tuple[Float[Array, " size"], Float[Array, " size"]]:
    """The products of the factors of units and of references, one for each component."""
    at, dtype = term_of_component(measured), made[0].dtype
    return (made[0] * own[0].astype(dtype))[at], (made[1] + own[1].astype(dtype))[at]


def check_made(inputs: Measured, outputs: Measured, constants: Sequence[Unit]) -> None:
    """Raise `ValueError` if the unit of an output is no product of powers of those of inputs and constants."""
    for unit in dict.fromkeys(outputs.units):
        if why := missing([*inputs.units, *constants], unit):
            raise ValueError(f'{why}; name it by constants=["…"], or allow any by `constants="any"`.')
