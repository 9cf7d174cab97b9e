"""The nonlinearity of EMLP: tensors times a gate, which is an invariant."""

from itertools import accumulate

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Inexact

from ..groups import Group
from ..reps import Base, Rep, Scalar
from ..reps.action import Identity


class GatedNonlinearity(eqx.Module):
    """Each scalar s becomes s σ(s), each other tensor t becomes t σ(s) with a scalar s of its own, its gate.

    σ is the logistic function; of complex scalars it takes the real part.

    Args:
        rep: the output type, a sum of tensors.
        group: what it is bound to.

    Returns:
        Called with an array of type `gated(rep)`, that is `rep` and a scalar for each copy of a tensor that is none:
        an array of type `rep`.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.nn import GatedNonlinearity
        >>> from scalaremlp.reps import T
        >>> GatedNonlinearity(T(0) + T(1), O(3))(jnp.array([0.0, 1.0, 2.0, 3.0, 0.0])).tolist()   # σ(0) = 1/2
        [0.0, 0.5, 1.0, 1.5]

    Source:
        Weiler et al., arXiv:1807.02547, section 4.3; Finzi, Welling, Wilson, arXiv:2104.09459, section 5.
    """

    rep: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)

    def __call__(self, x: Inexact[Array, " size_gated"]) -> Inexact[Array, " size"]:
        blocks = self.rep(self.group).blocks
        widths = [copies * term.size for copies, term in blocks]
        gates = [0 if is_scalar(term) else copies for copies, term in blocks]
        pieces = jnp.split(x, list(accumulate([*widths, *gates]))[:-1])
        parts = []
        for (copies, term), part, gate in zip(blocks, pieces[: len(blocks)], pieces[len(blocks) :], strict=True):
            opened = jax.nn.sigmoid((part if is_scalar(term) else gate).real)
            parts.append((part.reshape(copies, term.size) * opened[:, None]).ravel())
        return jnp.concatenate(parts)


def gated(rep: Rep) -> Rep:
    """The type with a gate for each copy of a term that is no scalar."""
    gates = sum(copies for copies, term in rep.blocks if not is_scalar(term))
    return rep + gates * Scalar if gates else rep


def is_scalar(term: Rep) -> bool:
    """Whether a term is T(0)."""
    return isinstance(term, Base) and isinstance(term.action, Identity)
