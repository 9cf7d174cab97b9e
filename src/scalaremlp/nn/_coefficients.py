"""A smooth function of scalars: a polynomial plus a network that starts at zero."""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key

from .._arrays import on_device
from ..scalars import monomial_rows, monomials
from ._layers import Layers

_MOST_POLYNOMIAL_PARAMETERS = 1000


@dataclass(frozen=True)
class Settings:
    """The size and kind of the networks of a model, and whether the polynomial beside them has squares."""

    width: int
    depth: int
    activation: str
    quadratic: bool


def polynomial_degree(size: int, size_out: int, linear: int) -> int:
    """2 where a polynomial of that degree has no more than 1000 parameters, otherwise 1."""
    monomials = sum(len(rows) for rows in monomial_rows(size, 2))
    return 2 if (monomials + linear) * size_out <= _MOST_POLYNOMIAL_PARAMETERS else 1


class Coefficients(eqx.Module):
    """c(s, t, u) = W₁ s + W₂ (s ⊗ s) + W₃ t + b + network(s, u): quadratic in s, linear in t, and what is left.

    Without `settings.quadratic`, and where the polynomial would have more than 1000 parameters, there is no W₂.

    Args:
        size: how many scalars s, standardised.
        linear: how many further scalars t.
        hidden: how many further scalars u.
        size_out: how many coefficients.
        settings: of the network.
        key: for the network.
    """

    layers: Layers
    polynomial: Float[Array, "out monomials"]
    bias: Float[Array, " out"]
    degree: int = eqx.field(static=True)

    def __init__(
        self,
        size: int,
        size_out: int,
        *,
        linear: int = 0,
        hidden: int = 0,
        settings: Settings,
        key: Key[Array, ""],
    ):
        self.layers = Layers(
            size + hidden,
            size_out,
            width=settings.width,
            depth=settings.depth,
            activation=settings.activation,
            zero=True,
            key=key,
        )
        counts = [len(rows) for rows in monomial_rows(size, 2)]
        self.degree = polynomial_degree(size, size_out, linear) if settings.quadratic else 1
        self.polynomial = on_device(np.zeros((size_out, sum(counts[: self.degree]) + linear)))
        self.bias = on_device(np.zeros(size_out))

    def __call__(
        self,
        s: Float[Array, " size"],
        t: Float[Array, " linear"] | None = None,
        u: Float[Array, " hidden"] | None = None,
    ) -> Float[Array, " out"]:
        t, u = (s[:0] if extra is None else extra for extra in (t, u))
        polynomial = self.polynomial @ jnp.concatenate([monomials(s, self.degree), t])
        return self.layers(jnp.concatenate([s, u])) + self.bias + polynomial

    def parameter_groups(self) -> "Coefficients":
        """Integers like the parameters: those of one number, within an array, are held near zero together.

        A group is what the network takes from one scalar (a column of its first layer), what it gives to one
        coefficient (a row of its last), each monomial of each coefficient, and every other array. So monomials, scalars
        and covariants that a law does not contain are switched off.
        """
        numbers = jax.tree.map(lambda array: np.zeros(array.shape, int), eqx.filter(self, eqx.is_inexact_array))
        weights = list(numbers.layers.weights)
        weights[0] = _equal_along(-2, weights[0].shape)
        weights[-1] = _equal_along(-1, weights[-1].shape)
        each = np.arange(self.polynomial.size).reshape(self.polynomial.shape)
        return eqx.tree_at(lambda c: (c.layers.weights, c.polynomial), numbers, (tuple(weights), each))


def _equal_along(axis: int, shape: tuple[int, ...]) -> Int[np.ndarray, "..."]:
    """Integers that are the same along that axis alone: of an ensemble every member has its own."""
    others = np.delete(shape, axis)
    lines = np.arange(np.prod(others, dtype=int)).reshape(others)
    return np.broadcast_to(np.expand_dims(lines, axis), shape)
