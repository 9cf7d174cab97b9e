"""The network of the papers on the pendulum: radial functions of every scalar, and layers on top."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key

from scalaremlp._check import whole_number
from scalaremlp._model import check_key, check_types
from scalaremlp.groups import Group
from scalaremlp.nn import MLP
from scalaremlp.nn.typed import TypedModel
from scalaremlp.reps import Rep, T
from scalaremlp.scalars import Concatenate, Covariants, Invariants, Norms, RadialBasis, Statistics


class Grid(Statistics):
    """Between which values the centres of the radial functions of each scalar lie."""

    low: Float[Array, " scalars"]
    high: Float[Array, " scalars"]


class RadialScalars(TypedModel):
    r"""Coefficients by a plain network of radial functions of the products and norms, times the covariants.

    $$f(x) = \sum_k c_k(b(s(x)))\, t_k(x), \qquad b_{ij} = e^{-(s_i - m_{ij})^2 / 2 w_i^2}$$

    with `radial` centres m for each scalar s, evenly over the values that it has in the training data, and the width w,
    which is their distance. The published code has one grid for all scalars, whose spreads differ 25-fold.

    Args:
        rep_in: a sum of T(0) and T(1).
        rep_out: the output type.
        group: an orthogonal group.
        width: of the hidden layers.
        depth: their number.
        radial: radial functions of each scalar, at least 2.
        key: for the initial weights.

    Returns:
        Called with one input of shape (size_in,): the output, (size_out,).

    Raises:
        ValueError: for fewer than 2 radial functions.

    References:
        Yao et al., arXiv:2110.03761, section 4.
    """

    covariants: Covariants
    layers: MLP
    grid: Grid

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        width: int = 100,
        depth: int = 3,
        radial: int = 10,
        key: Key[Array, ""],
    ):
        check_types(rep_in, rep_out, group)
        check_key(key)
        whole_number("radial", radial, 2, remedy="Each scalar needs two functions: give more.")
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        self.settings = (("width", width), ("depth", depth), ("radial", radial))
        self.covariants = Covariants(rep_in, rep_out, group)
        size = self.scalars.size
        plain = (size * radial) * T(0), self.covariants.size * T(0), group
        self.layers = MLP(*plain, width=width, depth=depth, key=key)
        self.grid = Grid(-jnp.ones(size), jnp.ones(size))

    @property
    def scalars(self) -> Concatenate:
        """The products and norms of the vectors."""
        products = Invariants(self.rep_in, self.group)
        return Concatenate(products, Norms(products))

    def __call__(self, x: Float[Array, " size_in"]) -> Float[Array, " size_out"]:
        bumps = RadialBasis(self.scalars, self.grid.low, self.grid.high, dict(self.settings)["radial"])
        return self.covariants.combine(self.layers(bumps(x)), x)

    def calibrate(self, x: Float[Array, "n size_in"], y: Float[Array, "n size_out"] | None = None) -> "RadialScalars":
        """With grids over the values that the scalars have in the training data."""
        values = jax.vmap(self.scalars)(x)
        low, high = values.min(axis=0), values.max(axis=0)
        return eqx.tree_at(lambda m: m.grid, self, Grid(low, jnp.where(high > low, high, low + 1)))

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        return f"{dict(self.settings)['radial']} radial functions of {self.scalars.size} scalars"
