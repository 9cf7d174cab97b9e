"""The plain multilayer perceptron, without any symmetry: the first baseline."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Inexact, Key

from .._model import check_key, check_types
from ..groups import Group
from ..reps import Rep
from ._layers import Layers
from ._moments import Moments, with_size
from .typed import TypedModel


class MLP(TypedModel):
    r"""A network on the standardised components of the input, without symmetry: a baseline.

    $$f(x) = \bar y + \sigma_y \, \mathrm{network}((x - \bar x)/\sigma_x)$$

    component by component, with the means and standard deviations that `calibrate` takes from the training data. No
    symmetry is built in; `group` gives the sizes and whether numbers are complex.

    Args:
        rep_in: the input type.
        rep_out: the output type.
        group: any group that both can be bound to; complex numbers are their real and imaginary parts.
        width: of the hidden layers.
        depth: the number of hidden layers.
        activation: "tanh+sine", "tanh", "silu", "softplus" or "relu".
        key: for the initial weights.

    Returns:
        Called with one input, of shape (size_in,), the output, of shape (size_out,). For a batch use `jax.vmap`.

    Raises:
        ValueError: for an unknown activation, and for a width below 1 or a depth below 0.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> model = se.nn.MLP(2 * T(1), T(0), O(3), key=jr.key(0))
        >>> model(jnp.zeros(6)).shape
        (1,)
        >>> se.equivariance_error(model, 2 * T(1), T(0), O(3), key=jr.key(1)) > 0.01
        True

    References:
        The baseline "MLP" of Finzi, Welling and Wilson, arXiv:2104.09459, section 7.
    """

    layers: Layers
    inputs: Moments
    outputs: Moments

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        width: int = 128,
        depth: int = 3,
        activation: str = "silu",
        key: Key[Array, ""],
    ):
        check_types(rep_in, rep_out, group)
        check_key(key)
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        self.settings = (("width", width), ("depth", depth), ("activation", activation))
        parts = 2 if group.field == "complex" else 1
        size_in, size_out = (parts * rep(group).size for rep in (rep_in, rep_out))
        self.layers = Layers(size_in, size_out, width=width, depth=depth, activation=activation, key=key)
        self.inputs, self.outputs = Moments.standard(size_in), Moments.standard(size_out)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        values = self.layers(self.inputs(self._real(x))) * self.outputs.scale + self.outputs.mean
        if self.group.field == "real":
            return values
        real, imaginary = jnp.split(values, 2)
        return real + 1j * imaginary

    def calibrate(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None) -> "MLP":
        """A model that standardises its inputs, and its outputs if y is given."""
        outputs = self.outputs if y is None else Moments.of(*with_size(self._real, y))
        inputs = Moments.of(*with_size(self._real, x))
        return eqx.tree_at(lambda m: (m.inputs, m.outputs), self, (inputs, outputs))

    def _real(self, x: Inexact[Array, " n"]) -> Array:
        return x if self.group.field == "real" else jnp.concatenate([x.real, x.imag])
