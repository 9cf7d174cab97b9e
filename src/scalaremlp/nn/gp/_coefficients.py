"""The coefficients of one tensor of the output, as the samples leave them."""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ...scalars import Statistics
from ._condition import Conditioned
from ._evidence import Found, Samples
from ._link import Link


class Shape(NamedTuple):
    """How many centres, covariants and factors of each, and whether the logarithm of the output is the process."""

    centres: int
    covariants: int
    factors: int
    log: bool = False


class Known(Statistics):
    """What the weights of the samples are multiplied by.

    Attributes:
        rows: which covariants.
        columns: the scalars of each one's factors.
        weight: a of each factor, 0 where a covariant has fewer than others.
        rate: 1/2ℓ² of each.
        slope: b of each.
        scalars: of the centres, samples that tell the most, standardised.
        offset: what is added to the process of an invariant output.
        sign: of an output whose logarithm is the process.
        exponents: of the scalars that span decades, in the size that the process is multiplied by.
    """

    rows: Int[Array, " covariants"]
    columns: Int[Array, "covariants factors"]
    weight: Float[Array, "covariants factors"]
    rate: Float[Array, "covariants factors"]
    slope: Float[Array, "covariants factors"]
    scalars: Float[Array, "covariants factors centres"]
    offset: Float[Array, ""]
    sign: Float[Array, ""]
    exponents: Float[Array, " decades"]


class Coefficients(eqx.Module):
    """c_c(s) = Σ_n β_c(n) (1 + Σ_f b s_f s_fn) Π_f (1 + a exp(−(s_f − s_fn)²/2ℓ²)) for some covariants c.

    Attributes:
        weights: β.
        known: the rest.
    """

    weights: Float[Array, "covariants centres"]
    known: Known

    @classmethod
    def empty(cls, shape: Shape, decades: int) -> "Coefficients":
        """With no knowledge: zero."""
        n, covariants, factors, _ = shape
        numbers = jnp.zeros((covariants, factors))
        rows, columns = jnp.zeros(covariants, int), jnp.zeros((covariants, factors), int)
        known = Known(
            rows, columns, numbers, numbers, numbers, jnp.zeros((covariants, factors, n)), jnp.zeros(()), jnp.ones(()),
            jnp.zeros(decades),
        )  # fmt: skip
        return cls(jnp.zeros((covariants, n)), known)

    @classmethod
    def of(
        cls,
        found: Found,
        said: Conditioned,
        samples: Samples,
        units: Float[np.ndarray, " covariants"],
        positions: Int[np.ndarray, " covariants"],
        link: Link,
    ) -> "Coefficients":
        """Those covariants and factors that count.

        Args:
            found: the covariance.
            said: what the samples say under it.
            samples: these.
            units: by which the value of each covariant's process is to be multiplied.
            positions: of the covariants among all.
            link: from the process to the output.
        """
        anova = found.anova
        rows = [c for c, centres in enumerate(said.centres) if len(centres)]
        used = [np.flatnonzero(anova.alive[c]) for c in rows]
        shape = len(rows), max(map(len, used), default=0)
        most = max((len(said.centres[c]) for c in rows), default=0)
        columns, (weight, rate, slope) = np.zeros(shape, dtype=int), np.zeros((3, *shape))
        values, weights = np.zeros((*shape, most)), np.zeros((len(rows), most))
        for row, (c, places) in enumerate(zip(rows, used, strict=True)):
            here, centres = (row, slice(0, len(places))), said.centres[c]
            columns[here], weight[here], slope[here] = places, *np.exp((anova.weight[c, places], anova.slope[c, places]))
            rate[here] = 0.5 * np.exp(-2 * anova.length[c, places])
            values[(*here, slice(0, len(centres)))] = samples.scalars[np.ix_(centres, places)].T
            weights[row, : len(centres)] = anova.largest(c) * units[c] * said.weights[c]
        known = Known(
            *map(jnp.asarray, (positions[rows], columns, weight, rate, slope, values)), *map(jnp.asarray, link.arrays)
        )
        return cls(jnp.asarray(weights), known)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Centres, covariants and factors."""
        covariants, factors, centres = self.known.scalars.shape
        return centres, covariants, factors

    def __call__(self, scalars: Float[Array, " scalars"]) -> Float[Array, " covariants"]:
        known = self.known
        here = scalars[known.columns][..., None]
        bells = known.weight[..., None] * jnp.exp(-known.rate[..., None] * (here - known.scalars) ** 2)
        linear = 1 + jnp.sum(known.slope[..., None] * (here * known.scalars), axis=1)
        return jnp.sum(linear * jnp.prod(1 + bells, axis=1) * self.weights, axis=-1)
