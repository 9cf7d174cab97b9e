"""Scalars of tensors by size and by shape: how large each input is, and the invariants of inputs scaled to one."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from ._derived import safe_inverse_sqrt, safe_sqrt
from ._invariants import Invariants
from .inputs import Inputs, inputs


class Sizes(eqx.Module):
    """|x| and |A| = √(Σ |A_ij…|²) of all vectors and tensors, for orthogonal and unitary groups.

    The gradient at zero is taken as zero.

    Args:
        of: the invariants of the inputs.

    Returns:
        Called with one input, of shape (size_in,), one number for each vector and tensor.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym, T
        >>> from scalaremlp.scalars import Invariants, Sizes
        >>> sizes = Sizes(Invariants(T(1) + Sym(2), O(2)))
        >>> sizes.names, sizes(jnp.array([3.0, 4.0, 2.0, 1.0, 2.0])).tolist()
        (['|x1|', '|A1|'], [5.0, 3.0])
    """

    of: Invariants

    @property
    def size(self) -> int:
        return len(_inputs(self.of).tensors)

    @property
    def names(self) -> list[str]:
        return [f"|{tensor.name}|" for tensor in _inputs(self.of).tensors]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return safe_sqrt(_squares(self.of, x))


class UnitScalars(eqx.Module):
    """The invariants of inputs of size one: each divided by the sizes of its inputs, to their degrees.

    Of two vectors that is the cosine; of a symmetric tensor tr(A³)/|A|³, the angle of Lode. They are bounded, and zero,
    with zero gradient, where an input is. Squares, which would be 1, are left out.

    Args:
        of: the invariants of the inputs.

    Returns:
        Called with one input, of shape (size_in,), the numbers.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym
        >>> from scalaremlp.scalars import Invariants, UnitScalars
        >>> unit = UnitScalars(Invariants(Sym(2), O(2)))
        >>> unit.names, [round(unit(jnp.array([c, c, 0.0])).item(), 4) for c in (1.0, 10.0, 0.0)]
        (['unit tr(A1)'], [1.4142, 1.4142, 0.0])
    """

    of: Invariants

    @property
    def size(self) -> int:
        return len(self._kept)

    @property
    def names(self) -> list[str]:
        return [f"unit {self.of.names[i]}" for i in self._kept]

    @property
    def _kept(self) -> list[int]:
        """The positions of the invariants that depend on more than a size."""
        known = {tensor.name for tensor in _inputs(self.of).tensors}
        squares = self.of.lengths
        every = enumerate(self.of.symbols)
        return [i for i, symbol in every if i not in squares and known >= {name for name, _ in symbol.degrees}]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        every = _inputs(self.of).tensors
        factor = jnp.append(safe_inverse_sqrt(_squares(self.of, x)), 1.0)
        owner = np.full(len(x), len(every))
        for number, tensor in enumerate(every):
            owner[tensor.at] = number
        # The inputs are divided, not the values: a size to the degree of an invariant leaves the range of floats.
        return self.of(x * factor[owner])[np.array(self._kept, dtype=int)]


def _inputs(of: Invariants) -> Inputs:
    return inputs(of.rep_in, of.group)


def _squares(of: Invariants, x: Array) -> Float[Array, " inputs"]:
    """Σ |components|² of each input: packed coordinates are orthonormal."""
    return jnp.stack([jnp.sum(jnp.abs(x[tensor.at]) ** 2) for tensor in _inputs(of).tensors])
