"""EMLP, the equivariant network with numerically solved linear layers: the baseline."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Inexact, Key

from .._check import whole_number
from .._model import check_key, check_types
from ..groups import Group
from ..reps import Rep
from ..reps.terms import power_of_two
from ._bilinear import Bilinear
from ._equivariant_linear import EquivariantLinear, at_once
from ._gated import GatedNonlinearity, gated, is_scalar
from ._hidden_rep import hidden_rep
from ._moments import Moments
from .typed import TypedModel

_PRODUCTS = 0.1  # how large the bilinear part of a block starts, beside the linear one


class EMLPBlock(eqx.Module):
    """A linear layer to the hidden tensors and their gates, a bilinear layer added to it, and the gates applied.

    Args:
        rep_in: the input type.
        rep_out: the output type, a sum of T(p,q).
        group: what both are bound to.
        key: for the weights.

    Returns:
        Called with (size_in,): the output, (size_out,).

    Source:
        Finzi, Welling, Wilson, arXiv:2104.09459, figure 5.
    """

    linear: EquivariantLinear
    bilinear: Bilinear
    gate: GatedNonlinearity

    def __init__(self, rep_in: Rep, rep_out: Rep, group: Group, *, key: Key[Array, ""]):
        linear_key, bilinear_key = jr.split(key)
        self.linear = EquivariantLinear(rep_in, gated(rep_out), group, key=linear_key)
        size = rep_out(group).size // 2
        self.bilinear = Bilinear(rep_in, gated(rep_out), group, size=size, gain=_PRODUCTS, key=bilinear_key)
        self.gate = GatedNonlinearity(rep_out, group)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        linear, factors = at_once([self.linear, self.bilinear.factors], x)
        return self.gate(self.linear.in_order(linear) + self.bilinear.of_factors(factors))


class EMLP(TypedModel):
    """Equivariant multilayer perceptron: layers of tensors, for any group and any types.

    Each hidden layer holds tensors of several ranks, chosen by the dimension of the group to fill the width (see
    `hidden_rep`). Unlike the published code it draws all random numbers from the key, has the same hidden types in
    every process, and is equivariant to the precision of its numbers.

    Args:
        rep_in: the input type, any representation.
        rep_out: the output type, any representation.
        group: what both are bound to.
        width: the number of components of a hidden layer.
        depth: the number of hidden layers.
        dtype: of the weights and the arithmetic, "float32" or "float64" (complex for a complex group); None: as JAX is
            set.
        key: for the initial weights.

    Returns:
        Called with one input of shape (size_in,): the output, of shape (size_out,). For a batch use `jax.vmap`.

    Raises:
        ValueError: for inputs of another shape, and sizes below 1.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.groups import SO
        >>> from scalaremlp.nn import EMLP
        >>> from scalaremlp.reps import T
        >>> EMLP(2 * T(1), T(1), SO(3), width=8, depth=1, key=jr.key(0))(jnp.arange(6.0)).shape
        (3,)

    References:
        Finzi, Welling, Wilson, *A Practical Method for Constructing Equivariant Multilayer Perceptrons for Arbitrary
        Matrix Groups*, arXiv:2104.09459.
    """

    blocks: tuple[EMLPBlock, ...]
    last: EquivariantLinear
    inputs: Moments
    outputs: Moments

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        width: int = 384,
        depth: int = 3,
        dtype: str | None = None,
        key: Key[Array, ""],
    ):
        check_types(rep_in, rep_out, group)
        check_key(key)
        whole_number("depth", depth, remedy="Give more, or use EquivariantLinear alone.")
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        self.settings = (("width", width), ("depth", depth), ("dtype", dtype))
        types = [rep_in, *[hidden_rep(group, width)] * depth]
        *keys, last_key = jr.split(key, depth + 1)
        blocks = tuple(EMLPBlock(a, b, group, key=k) for a, b, k in zip(types[:-1], types[1:], keys, strict=True))
        last = EquivariantLinear(types[-1], rep_out, group, key=last_key)
        self.blocks, self.last = jax.tree.map(lambda array: _in_precision(array, dtype), (blocks, last))
        self.inputs, self.outputs = (Moments.standard(rep(group).size) for rep in (rep_in, rep_out))

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        self.types.check_one_input(x)
        hidden = _in_precision(self.inputs(x), dict(self.settings)["dtype"])
        for block in self.blocks:
            hidden = block(hidden)
        return self.last(hidden) * self.outputs.scale + self.outputs.mean

    def calibrate(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None) -> "EMLP":
        """A model that scales its inputs, and if y is given shifts and scales its outputs: see `tensor_moments`.

        Inputs are not shifted: a law that is of some degree in a scalar, such as a mass, is of that degree still.
        """
        inputs = tensor_moments(self.rep_in(self.group), x, shift=False)
        outputs = self.outputs if y is None else tensor_moments(self.rep_out(self.group), y, shift=True)
        return eqx.tree_at(lambda m: (m.inputs, m.outputs), self, (inputs, outputs))

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        hidden = hidden_rep(self.group, dict(self.settings)["width"])
        return f"{len(self.blocks)} hidden layers of {hidden}"


def tensor_moments(rep: Rep, values: Inexact[Array, "n size"], *, shift: bool) -> Moments:
    """Root mean squares, of scalars one by one and of every other tensor as a whole, so that no symmetry breaks.

    With `shift`, means of real scalars too, and their deviations from these.
    """
    means, scales, start = [], [], 0
    for copies, term in rep.blocks:
        width = copies * term.size
        part = values[:, start : start + width]
        start += width
        alone = is_scalar(term)
        mean = part.mean(axis=0) if shift and alone and not jnp.iscomplexobj(part) else jnp.zeros(width)
        unit = power_of_two(np.asarray(part))  # squares stay in the range of the numbers
        squares = jnp.mean(jnp.abs((part - mean) / unit) ** 2, axis=0)
        means.append(mean)
        scales.append(unit * jnp.sqrt(squares if alone else jnp.broadcast_to(squares.mean(), width)))
    scale = jnp.concatenate(scales)
    return Moments(jnp.concatenate(means), jnp.where(scale > 0, scale, 1.0))


def _in_precision(array: Inexact[Array, "..."], dtype: str | None) -> Inexact[Array, "..."]:
    if dtype is None:
        return array
    kind = jnp.dtype(dtype)
    return array.astype(jnp.result_type(kind, jnp.complex64) if jnp.iscomplexobj(array) else kind)
