"""Coefficients shared over identical particles: one function for all tuples of a size."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Inexact, Key

from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants, Scalars, monomial_rows, monomials
from ..scalars.generators import highest_degree
from ..scalars.inputs import inputs, takes_tensors
from ._coefficients import Coefficients, Settings, polynomial_degree
from ._covariant_sum import as_complex, shifted
from ._features import named_features, with_thresholds
from ._layers import Layers
from ._moments import Moments, over_samples, squared_norms, with_size
from ._tuples import check_tuples, particle_count, tuple_covariants, tuple_positions, tuple_rep
from ._units import Offset, of_missing, without_covariants

_POOLED = 4


class Tuples(eqx.Module):
    """All ordered tuples of `arity` particles: their scalars, and their share of the output."""

    arity: int = eqx.field(static=True)
    rep_in: Rep = eqx.field(static=True)
    features: Scalars | None
    covariants: Covariants
    scalars: Moments
    sizes: Moments

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        arity: int,
        *,
        scalars: str,
        limit: int,
        degree: int | None = None,
    ):
        self.arity, self.rep_in = arity, rep_in
        rep = tuple_rep(rep_in, group, arity)
        self.features = named_features(rep, group, scalars, degree) if arity else None
        self.covariants = Covariants(rep, rep_out, group, degree=degree, limit=limit)
        self.scalars = Moments.standard(self.features.size if self.features else 0)
        self.sizes = Moments.standard(len(self.chosen))

    @property
    def chosen(self) -> np.ndarray:
        return tuple_covariants(self.covariants, self.arity)

    def members(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, "tuples size"]:
        return x[tuple_positions(self.rep_in, self.covariants.group, self.arity)]

    def values(self, x: Inexact[Array, " size_in"]) -> Float[Array, "tuples scalars"]:
        """The standardised scalars of every tuple."""
        members = self.members(x)
        features = self.features
        if features is None:
            return jnp.zeros((len(members), 0), self.scalars.mean.dtype)
        return jax.vmap(lambda one: self.scalars(features(one)))(members)

    def combine(self, coefficients: Float[Array, "tuples c"], x: Inexact[Array, " size_in"]) -> Array:
        """Σ over tuples of coefficients · covariants."""

        def one(values: Array, member: Array) -> Array:
            values = as_complex(values, self.covariants.group) / self.sizes.scale
            every = jnp.zeros(self.covariants.size, values.dtype).at[self.chosen].set(values)
            return self.covariants.combine(every, member)

        return jax.vmap(one)(coefficients, self.members(x)).sum(axis=0)

    def calibrated(self, x: Inexact[Array, "n size_in"], unit: Float[Array, " terms"]) -> "Tuples":
        """With the statistics of these inputs, and outputs of the size `unit` for each copy of a tensor."""

        def squares(one: Array) -> Array:
            tensors = jax.vmap(self.covariants)(self.members(one))[:, self.chosen]
            return squared_norms(tensors).mean(axis=0)

        sizes = Moments.sizes(*with_size(squares, x))
        sizes = Moments(sizes.mean, sizes.scale / unit[self.covariants.copy_numbers[self.chosen]])
        if self.features is None:
            return eqx.tree_at(lambda m: m.sizes, self, sizes)

        def values_of(features: Scalars) -> tuple[Array, Array]:
            values, typical = with_size(lambda one: jax.vmap(features)(self.members(one)), x)
            samples, tuples, size = values.shape
            return values.reshape(samples * tuples, size), typical

        features = with_thresholds(self.features, values_of)
        new = (features, Moments.of(*values_of(features)), sizes)
        return eqx.tree_at(lambda m: (m.features, m.scalars, m.sizes), self, new)


class ParticleSum(eqx.Module):
    """Σ over arities k and ordered k-tuples t of c_k(scalars of t, pooled scalars) · covariants of t.

    Pooled are means over all particles and over all pairs: of the monomials of their scalars, which enter linearly, and
    of these scalars and a few learned functions of them, which enter the networks. The monomials go to degree 2 with
    `settings.quadratic`, and where no polynomial has more than 1000 parameters then.
    """

    tuples: tuple[Tuples, ...]
    coefficients: tuple[Coefficients, ...]
    pools: tuple[Layers, ...]
    moments: Moments
    offset: Offset | None
    missing: tuple[str, ...] = eqx.field(static=True)  # terms of the output without covariants
    degree: int = eqx.field(static=True)

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        settings: Settings,
        *,
        scalars: str,
        limit: int,
        degree: int | None = None,
        key: Key[Array, ""],
    ):
        self.tuples = particle_tuples(rep_in, rep_out, group, scalars=scalars, limit=limit, degree=degree)
        sizes = [t.scalars.mean.size for t in self.tuples[1:3]]
        parts = 2 if group.field == "complex" else 1
        pooled = {d: sum(len(rows) for size in sizes for rows in monomial_rows(size, d)) for d in (1, 2)}
        shapes = [(t.scalars.mean.size, parts * len(t.chosen)) for t in self.tuples]
        squares = settings.quadratic and all(polynomial_degree(s, c, pooled[2]) == 2 for s, c in shapes)
        self.degree = 2 if squares else 1
        self.moments = Moments.standard(pooled[self.degree])
        self.offset = Offset.zero(rep_out, group)
        blocks = np.concatenate([t.covariants.block[t.chosen] for t in self.tuples])
        self.missing = without_covariants(rep_out, group, blocks)
        pool_key, *keys = jr.split(key, len(self.tuples) + 1)
        self.coefficients = tuple(
            Coefficients(
                t.scalars.mean.size,
                parts * len(t.chosen),
                linear=self.moments.mean.size,
                hidden=sum(sizes) + _POOLED * len(sizes),
                settings=settings,
                key=k,
            )
            for t, k in zip(self.tuples, keys, strict=True)
        )
        self.pools = tuple(
            Layers(size, _POOLED, width=1, depth=0, key=k)
            for size, k in zip(sizes, jr.split(pool_key, len(sizes)), strict=True)
        )

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        values = [t.values(x) for t in self.tuples]
        moments = self.moments(_moments(values, self.degree))
        means = [scalars.mean(axis=0) for scalars in values[1:3]]
        learned = [jnp.tanh(jax.vmap(pool)(s)).mean(axis=0) for pool, s in zip(self.pools, values[1:3], strict=True)]
        hidden = jnp.concatenate([*means, *learned])
        shares = [
            members.combine(jax.vmap(lambda s, c=coefficients: c(s, moments, hidden))(scalars), x)
            for members, coefficients, scalars in zip(self.tuples, self.coefficients, values, strict=True)
            if len(members.chosen) or not members.arity
        ]
        return shifted(jnp.stack(shares).sum(axis=0), self.offset)

    def calibrated(
        self, x: Inexact[Array, "n size_in"], offset: Offset | None, unit: Float[Array, " terms"]
    ) -> "ParticleSum":
        """With the statistics of these inputs, and every tensor of the output of its `unit` in size, about `offset`."""
        model = eqx.tree_at(lambda m: m.tuples, self, tuple(t.calibrated(x, unit) for t in self.tuples))
        moments = over_samples(lambda one: _moments([t.values(one) for t in model.tuples], self.degree), x)
        new = (Moments.of(moments, 1.0), offset)
        return eqx.tree_at(lambda m: (m.moments, m.offset), model, new, is_leaf=lambda leaf: leaf is None)

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        return tuples_summary(self.tuples) + of_missing(self.missing)

    @property
    def all_coefficients(self) -> tuple[Coefficients, ...]:
        return self.coefficients


def particle_tuples(
    rep_in: Rep, rep_out: Rep, group: Group, *, scalars: str, limit: int, degree: int | None = None
) -> tuple[Tuples, ...]:
    """No particle, each, each ordered pair, and the larger tuples that have covariants of their own."""
    particles = particle_count(rep_in, group)
    arities = range(1 + min(particles, max(2, _largest_arity(rep_in, rep_out, group))))
    every = [Tuples(rep_in, rep_out, group, arity, scalars=scalars, limit=limit, degree=degree) for arity in arities]
    tuples = tuple(t for t in every if t.arity <= 2 or len(t.chosen))
    for t in tuples:
        check_tuples(particles, t.arity)
    return tuples


def tuples_summary(tuples: tuple[Tuples, ...]) -> str:
    """How many scalars and covariants there are of how many particles, in words."""
    each = (f"{t.scalars.mean.size} scalars, {len(t.chosen)} covariants of {t.arity}" for t in tuples)
    return f"identical particles: {'; '.join(each)} together"


def _moments(values: list[Float[Array, "_ _"]], degree: int) -> Float[Array, " moments"]:
    """Means over particles and over pairs of the monomials of their scalars."""
    return jnp.concatenate([jax.vmap(lambda s: monomials(s, degree))(scalars).mean(axis=0) for scalars in values[1:3]])


def _largest_arity(rep_in: Rep, rep_out: Rep, group: Group) -> int:
    """The most particles that one covariant can be made of."""
    if takes_tensors(rep_in, rep_out, group):
        return 2  # of particles and of pairs
    family = inputs(rep_in, group).family
    return max((highest_degree(family, term.legs) for _, term in rep_out(group).blocks if term.legs), default=0)
