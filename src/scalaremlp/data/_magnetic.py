"""The task magnetic: a fast charge in an electric and a magnetic field."""

import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from ..groups import O
from ..reps import Alt, T
from ._dataset import Dataset
from ._matrices import axial
from ._task import task
from .checks import checked_count


@task(permutations=False)
def magnetic(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""a = (E + Bv − v (v·E))/γ, with γ² = 1 + |p|² and v = p/γ, of a charge: 2T(1) + Alt(2) → T(1), O(3).

    It is the acceleration of a charge with momentum p in an electric field E and a magnetic field B, which is axial: as
    the antisymmetric tensor $B_{ij} = \varepsilon_{ijk} B_k$, for which $Bv = v \times B$, it is one of O(3), and no
    orientation of space is needed. Units are those of the charge, the mass and the speed of light: p in mc, a in c per
    unit of time. Every component of p, E and the vector $B_k$ is drawn from $N(0, 1)$.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        Landau and Lifshitz, *The Classical Theory of Fields*, section 17, the problem.

    Example:
        >>> import jax.random as jr
        >>> data = magnetic(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 9), (3, 3))
    """
    momentum, electric, vector = np.moveaxis(np.asarray(jr.normal(key, (checked_count(n), 3, 3))), 1, 0)
    field = axial(vector)
    gamma = np.sqrt(1 + np.sum(momentum**2, axis=1, keepdims=True))
    v = momentum / gamma
    power = np.sum(v * electric, axis=1, keepdims=True)
    acceleration = (electric + np.einsum("nij,nj->ni", field, v) - v * power) / gamma
    x = (2 * T(1) + Alt(2))(O(3)).merge([np.stack([momentum, electric], axis=1), field[:, None]])
    return Dataset(x, acceleration, 2 * T(1) + Alt(2), T(1), O(3), name="magnetic")
