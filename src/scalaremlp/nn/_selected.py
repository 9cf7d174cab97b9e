"""Coefficients that each depend on scalars of their own."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Inexact, Key

from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants, Scalars
from ._coefficients import Coefficients, Settings
from ._covariant_sum import as_complex, shifted
from ._features import with_thresholds
from ._moments import Moments, of_scalars_and_covariants, with_size
from ._units import Offset
from .gp import Dependencies, dictionary


def _constant(settings: Settings) -> Settings:
    """Of a coefficient that depends on nothing: its bias is enough."""
    return replace(settings, width=1, depth=0)


class Selected(eqx.Module):
    """Σ_k c_k(its own scalars) · t_k over covariants and differences t_k of two of them: for a law of few scalars.

    `dependencies` holds for each the positions of the covariants with their signs, and those of the scalars in the
    dictionary; of a complex group covariants come twice, for the real and the imaginary part of the coefficient.
    """

    features: Scalars
    covariants: Covariants
    coefficients: tuple[Coefficients, ...]
    scalars: Moments
    sizes: Moments
    offset: Offset | None
    dependencies: Dependencies = eqx.field(static=True)

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        settings: Settings,
        dependencies: Dependencies,
        *,
        limit: int,
        key: Key[Array, ""],
    ):
        self.features = dictionary(rep_in, group)
        self.covariants = Covariants(rep_in, rep_out, group, limit=limit)
        self.dependencies = dependencies
        self.coefficients = tuple(
            Coefficients(len(columns), 1, settings=settings if columns else _constant(settings), key=own)
            for (_, columns), own in zip(dependencies, jr.split(key, max(len(dependencies), 1)), strict=False)
        )
        self.scalars = Moments.standard(self.features.size)
        self.sizes = Moments.standard(len(dependencies))
        self.offset = Offset.zero(rep_out, group)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        scalars = self.scalars(self.features(x))
        values = jnp.zeros(self.covariants.size * (2 if self.covariants.group.field == "complex" else 1), scalars.dtype)
        parts = zip(self.dependencies, self.coefficients, self.sizes.scale, strict=True)
        for (mixed, columns), coefficients, scale in parts:
            value = coefficients(scalars[np.array(columns, dtype=int)])[0] / scale
            for row, sign in mixed:
                values = values.at[row].add(sign * value)
        values = as_complex(values, self.covariants.group)
        return shifted(self.covariants.combine(values, x), self.offset)

    def calibrated(
        self, x: Inexact[Array, "n size_in"], offset: Offset | None, unit: Float[Array, " terms"]
    ) -> "Selected":
        """With the statistics of these inputs, and every tensor of the output of its `unit` in size, about `offset`."""
        features = with_thresholds(self.features, lambda of: with_size(of, x))
        scalars, sizes = of_scalars_and_covariants(features, lambda one: self._mixed(self.covariants(one)), x)
        copies, size = self.covariants.copy_numbers, self.covariants.size
        copy = np.array([copies[mixed[0][0] % size] for mixed, _ in self.dependencies], dtype=int)
        new = (features, scalars, Moments(sizes.mean, sizes.scale / unit[copy]), offset)
        return eqx.tree_at(
            lambda m: (m.features, m.scalars, m.sizes, m.offset), self, new, is_leaf=lambda leaf: leaf is None
        )

    def _mixed(self, tensors: Inexact[Array, "covariants m"]) -> Inexact[Array, "processes m"]:
        """The covariants and differences that there are coefficients of."""
        size = self.covariants.size
        rows = [sum(sign * tensors[row % size] for row, sign in mixed) for mixed, _ in self.dependencies]
        return jnp.stack(rows) if rows else tensors[:0]

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        used = {i for _, columns in self.dependencies for i in columns}
        scalars, covariants = self.features.size, self.covariants.size
        return f"{len(used)} of {scalars} scalars, {len(self.dependencies)} networks for {covariants} covariants"

    @property
    def all_coefficients(self) -> tuple[Coefficients, ...]:
        return self.coefficients
