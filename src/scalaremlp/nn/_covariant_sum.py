"""Coefficients of all covariants as one function of all scalars."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Inexact, Key

from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants, Scalars
from ._coefficients import Coefficients, Settings
from ._features import named_features, with_thresholds
from ._moments import Moments, of_scalars_and_covariants, with_size
from ._units import Offset, of_missing, without_covariants


class CovariantSum(eqx.Module):
    """Σ_k c_k(all scalars) · covariant_k, the general form of an equivariant function."""

    features: Scalars
    covariants: Covariants
    coefficients: Coefficients
    scalars: Moments
    sizes: Moments
    offset: Offset | None
    missing: tuple[str, ...] = eqx.field(static=True)  # terms of the output without covariants

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
        self.features = named_features(rep_in, group, scalars, degree)
        self.covariants = Covariants(rep_in, rep_out, group, degree=degree, limit=limit)
        count = self.covariants.size * (2 if group.field == "complex" else 1)
        self.coefficients = Coefficients(self.features.size, count, settings=settings, key=key)
        self.scalars = Moments.standard(self.features.size)
        self.sizes = Moments.standard(self.covariants.size)
        self.offset = Offset.zero(rep_out, group)
        self.missing = without_covariants(rep_out, group, self.covariants.block)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        values = as_complex(self.coefficients(self.scalars(self.features(x))), self.covariants.group)
        return shifted(self.covariants.combine(values / self.sizes.scale, x), self.offset)

    def calibrated(
        self, x: Inexact[Array, "n size_in"], offset: Offset | None, unit: Float[Array, " terms"]
    ) -> "CovariantSum":
        """With the statistics of these inputs, and every tensor of the output of its `unit` in size, about `offset`."""
        features = with_thresholds(self.features, lambda of: with_size(of, x))
        scalars, sizes = of_scalars_and_covariants(features, self.covariants, x)
        sizes = Moments(sizes.mean, sizes.scale / unit[self.covariants.copy_numbers])
        new = (features, scalars, sizes, offset)
        return eqx.tree_at(
            lambda m: (m.features, m.scalars, m.sizes, m.offset), self, new, is_leaf=lambda leaf: leaf is None
        )

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        return f"{self.features.size} scalars, {self.covariants.size} covariants{of_missing(self.missing)}"

    @property
    def all_coefficients(self) -> tuple[Coefficients, ...]:
        return (self.coefficients,)


def shifted(values: Inexact[Array, " size_out"], offset: Offset | None) -> Inexact[Array, " size_out"]:
    """With the offset of the outputs added, if there is one."""
    return values if offset is None else values + offset.mean


def as_complex(values: Float[Array, " n"], group: Group) -> Inexact[Array, " m"]:
    """Pairs of real numbers as complex ones, for a complex group."""
    if group.field == "real":
        return values
    real, imaginary = jnp.split(values, 2)
    return real + 1j * imaginary
