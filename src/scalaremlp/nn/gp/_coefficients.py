"""The coefficients of one tensor of the output, as the samples leave them."""

from math import fsum
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from ..._arrays import on_device
from ...scalars import Statistics
from ._condition import Conditioned
from ._evidence import Found, Samples
from ._link import Link
from ._twofold import Twofold, almost, gaussian

#: For each process: the positions of covariants with their signs, and the positions of the scalars it depends on.
Dependencies = tuple[tuple[tuple[tuple[int, int], ...], tuple[int, ...]], ...]


def named_dependencies(dependencies: Dependencies, covariants: list[str], scalars: list[str]) -> dict[str, list[str]]:
    """For each covariant, or difference of two, the scalars that its coefficient depends on."""
    return {
        " − ".join(covariants[row % len(covariants)] for row, _ in mixed): [scalars[i] for i in columns]
        for mixed, columns in dependencies
    }


class Shape(NamedTuple):
    """How many centres, processes and factors of each, and whether the logarithm of the output is the process."""

    centres: int
    processes: int
    factors: int
    log: bool = False


class Known(Statistics):
    """What the weights of the samples are multiplied by.

    Attributes:
        mixing: each process is the coefficient of this combination of the covariants.
        columns: the scalars of each one's factors.
        weight: a of each factor, 0 where a covariant has fewer than others.
        rate: 1/2ℓ² of each.
        slope: b of each.
        level: Σ_n β(n), added up exactly.
        scalars: of the centres, samples that tell the most, standardised.
        offset: what is added to the process of an invariant output.
        sign: of an output whose logarithm is the process.
        exponents: of the scalars that span decades, in the size that the process is multiplied by.
    """

    mixing: Float[Array, "processes covariants"]
    columns: Int[Array, "processes factors"]
    weight: Float[Array, "processes factors"]
    rate: Float[Array, "processes factors"]
    slope: Float[Array, "processes factors"]
    level: Float[Array, " processes"]
    scalars: Float[Array, "processes factors centres"]
    offset: Float[Array, ""]
    sign: Float[Array, ""]
    exponents: Float[Array, " decades"]


class Coefficients(eqx.Module):
    """c_c(s) = Σ_n β_c(n) (1 + Σ_f b s_f s_fn) Π_f (1 + a exp(−(s_f − s_fn)²/2ℓ²)) for some covariants c.

    Attributes:
        weights: β.
        known: the rest.
    """

    weights: Float[Array, "processes centres"]
    known: Known

    @classmethod
    def empty(cls, shape: Shape, covariants: int, decades: int) -> "Coefficients":
        """With no knowledge: zero."""
        n, processes, factors, _ = shape
        numbers, columns = np.zeros((processes, factors)), np.zeros((processes, factors), int)
        known = (
            np.zeros((processes, covariants)), columns, numbers, numbers, numbers, np.zeros(processes),
            np.zeros((processes, factors, n)), np.zeros(()), np.ones(()), np.zeros(decades),
        )  # fmt: skip
        return cls(on_device(np.zeros((processes, n))), Known(*map(on_device, known)))

    @classmethod
    def of(
        cls,
        found: Found,
        said: Conditioned,
        samples: Samples,
        units: Float[np.ndarray, " processes"],
        mixing: Float[np.ndarray, "processes covariants"],
        link: Link,
    ) -> "Coefficients":
        """Those covariants and factors that count.

        Args:
            found: the covariance.
            said: what the samples say under it.
            samples: these.
            units: by which the value of each process is to be multiplied.
            mixing: the combination of all covariants whose coefficient each process is.
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
            columns[here] = places
            weight[here], slope[here] = np.exp(anova.weight[c, places]), np.exp(anova.slope[c, places])
            rate[here] = 0.5 * np.exp(-2 * anova.length[c, places])
            values[(*here, slice(0, len(centres)))] = samples.scalars[np.ix_(centres, places)].T
            weights[row, : len(centres)] = anova.largest(c) * units[c] * said.weights[c]
        level = np.array([fsum(each) for each in weights])
        known = (mixing[rows], columns, weight, rate, slope, level, values, *link.arrays)
        return cls(on_device(weights), Known(*map(on_device, known)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Centres, processes and factors."""
        processes, factors, centres = self.known.scalars.shape
        return centres, processes, factors

    def __call__(self, scalars: Float[Array, " scalars"], *, digits: bool = False) -> Float[Array, " covariants"]:
        """The coefficients of all covariants.

        Of each function 1 is taken off and what is left kept to all digits: weights are large where samples are dense,
        and would multiply its rounding. They still multiply that of what is left, up to ten million times; with
        `digits`, terms have more of these in float64.
        """
        known = self.known
        processes = _precise if digits and scalars.dtype == jnp.float64 else _plain
        return processes(self.weights, known, scalars[known.columns]) @ known.mixing


def _plain(
    weights: Float[Array, "processes centres"], known: Known, here: Float[Array, "processes factors"]
) -> Float[Array, " processes"]:
    """Each process at these scalars of its own."""
    bells = known.weight[..., None] * jnp.exp(-known.rate[..., None] * (here[..., None] - known.scalars) ** 2)
    more = jnp.sum(known.slope[..., None] * (here[..., None] * known.scalars), axis=1)
    for bell in jnp.moveaxis(bells, 1, 0):
        more = more + bell * (1 + more)
    return known.level + jnp.sum(more * weights, axis=-1)


@jax.custom_jvp
def _precise(
    weights: Float[Array, "processes centres"], known: Known, here: Float[Array, "processes factors"]
) -> Float[Array, " processes"]:
    """The same with more digits, of sums that take nothing off."""
    slopes, root = known.slope[..., None] * known.scalars, jnp.sqrt(known.rate)
    each = here, slopes, known.weight, root * here, root[..., None] * known.scalars
    factors = tuple(jnp.moveaxis(x[..., None] if x.ndim == 2 else x, 1, 0) for x in each)
    value = Twofold.of(jnp.ones_like(weights))
    value, _ = lax.scan(_with_slope, value, factors[:2])
    value, _ = lax.scan(_with_bell, value, factors[2:])
    return value.times(Twofold.of(weights)).total()


def _with_slope(value: Twofold, factor: tuple[Array, ...]) -> tuple[Twofold, None]:
    here, slope = map(almost, factor)
    return value.plus(Twofold.of(here).times(Twofold.of(slope))), None


def _with_bell(value: Twofold, factor: tuple[Array, ...]) -> tuple[Twofold, None]:
    weight, place, centre = factor
    bell = Twofold.of(jnp.broadcast_to(weight, centre.shape)).times(gaussian(place, centre))
    return value.plus(value.times(bell)), None


@_precise.defjvp
def _(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    """Derivatives do without: nothing is lost but their own last digits."""
    return _precise(*primals), jax.jvp(_plain, primals, tangents)[1]
