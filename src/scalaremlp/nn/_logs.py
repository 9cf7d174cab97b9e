"""Signed logarithms of scalars, each with a threshold of its own that comes from the data."""

import jax.numpy as jnp
from jaxtyping import Array, Float, Inexact

from ..scalars import Scalars, Statistics


class Logs(Statistics):
    """arsinh(s / ε) as `scalaremlp.scalars.SignedLog`, with ε of each scalar; zero where ε is infinite."""

    of: Scalars
    epsilon: Float[Array, " scalars"]

    @property
    def size(self) -> int:
        return self.of.size

    @property
    def names(self) -> list[str]:
        return [f"log {name}" for name in self.of.names]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        return jnp.arcsinh(values / self.epsilon)
