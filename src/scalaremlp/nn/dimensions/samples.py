"""Many samples without their units, and with them."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import Array, Inexact

from .reduction import Reduction


@eqx.filter_jit
def reduced_inputs(reduction: Reduction, x: Inexact[Array, "n size_in"]) -> Inexact[Array, "n size_in"]:
    """Inputs without their units."""
    return jax.vmap(lambda one: reduction(one)[0])(x)


@eqx.filter_jit
def reduced(reduction: Reduction, x: Any, y: Any) -> tuple[Inexact[Array, "n size_in"], Inexact[Array, "n size_out"]]:
    """Inputs and outputs without their units."""

    def of(one: Array, output: Array) -> tuple[Array, Array]:
        inside, scale = reduction(one)
        return inside, scale.off(output)

    return jax.vmap(of)(x, y)


@eqx.filter_jit
def with_units(reduction: Reduction, x: Any, y: Any) -> Inexact[Array, "n size_out"]:
    """Dimensionless outputs, for these inputs, with their units."""
    return jax.vmap(lambda one, output: reduction(one)[1].of(output))(x, y)
