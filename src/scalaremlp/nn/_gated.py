"""The nonlinearity of EMLP: tensors times a gate, which is an invariant."""

from functools import lru_cache
from itertools import groupby

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
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
        runs = [
            (alone, sum(copies * term.size for copies, term in blocks))
            for alone, blocks in groupby(self.rep(self.group).blocks, lambda block: is_scalar(block[1]))
        ]
        spread = _spread(self.rep, self.group)
        size = sum(width for _, width in runs)
        opened = jax.nn.sigmoid(x[size:].real)
        wide = jnp.dot(opened, spread.astype(opened.dtype), precision="highest")  # cheaper than to cut and repeat
        factors, start, used = [], 0, 0
        for alone, width in runs:
            factors.append(jax.nn.sigmoid(x[start : start + width].real) if alone else wide[used : used + width])
            start, used = start + width, used + (0 if alone else width)
        return x[:size] * jnp.concatenate([wide[:0], *factors])


@lru_cache(maxsize=256)
def _spread(rep: Rep, group: Group) -> np.ndarray:
    """Ones from each gate to all components of its tensor: (gates, components of tensors that are no scalars)."""
    sizes = [term.size for copies, term in rep(group).blocks if not is_scalar(term) for _ in range(copies)]
    return np.repeat(np.eye(len(sizes), dtype=np.float32), sizes, axis=1)


def gated(rep: Rep) -> Rep:
    """The type with a gate for each copy of a term that is no scalar."""
    gates = sum(copies for copies, term in rep.blocks if not is_scalar(term))
    return rep + gates * Scalar if gates else rep


def is_scalar(term: Rep) -> bool:
    """Whether a term is T(0)."""
    return isinstance(term, Base) and isinstance(term.action, Identity)
