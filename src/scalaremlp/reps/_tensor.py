"""The representations that everything is built from: `V`, `Scalar` and `T(p,q)`."""

import operator

from ._base import Base
from ._product import multiply
from ._rep import Rep
from .action import Defining, Identity

Scalar = Base(Identity())
"""T(0): one number that does not change."""

V = Vector = Base(Defining())
"""T(1): the space that the group is given on."""


def T(p: int, q: int = 0) -> Rep:
    """Tensors with p vector and then q covector indices: `V⊗…⊗V ⊗ V*⊗…⊗V*`.

    ρ(g) = g ⊗ … ⊗ g ⊗ g⁻ᵀ ⊗ … ⊗ g⁻ᵀ. `T(0)` is `Scalar`, `T(1)` is `V`; other orders of the indices are products, such
    as `V.T * V`.

    Raises:
        ValueError: unless p and q are integers of at least 0.

    Example:
        >>> from scalaremlp.groups import Lorentz
        >>> from scalaremlp.reps import T
        >>> T(2, 1)(Lorentz()).size, T(2, 1).legs, T(2, 1).T
        (64, ('V', 'V', 'V*'), T(0,2)*T(1))
    """
    try:
        counts = operator.index(p), operator.index(q)
    except TypeError:
        counts = (-1, -1)
    if min(counts) < 0:
        raise ValueError(f"T(p, q) needs integers p, q of at least 0. Got T({p!r}, {q!r}). Write for example T(1, 1).")
    return multiply(Scalar, *[V] * counts[0], *[V.T] * counts[1])
