"""The task inertia: the moment of inertia of five point masses."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from .._arrays import on_device
from .._draws import normals
from ..groups import O
from ..reps import T
from ._dataset import Dataset
from ._task import task
from .checks import checked_count


@task(permutations=True)
def inertia(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""Y = Σ mᵢ(|xᵢ|² I − xᵢxᵢᵀ) of five like particles: 5T(0) + 5T(1) → T(2), O(3).

    It is their moment of inertia. Masses and places are drawn as $m_i = \log(1 + e^{\mu_i})$, $\mu_i \sim N(0, 1)$ and
    $x_i \sim N(0, I_3)$. The nine entries of Y have a mean variance of 10.98.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        Finzi, Welling, Wilson, "A practical method for constructing equivariant multilayer perceptrons for arbitrary
        matrix groups" (arXiv:2104.09459), section 7.1.

    Example:
        >>> import jax.random as jr
        >>> data = inertia(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 20), (3, 9))
    """
    mass_key, position_key = jr.split(key)
    masses = np.asarray(jax.nn.softplus(normals(mass_key, checked_count(n), 5)))
    positions = normals(position_key, n, 5, 3)
    places = on_device(positions)
    second_moment = np.asarray(jnp.einsum("ni,nia,nib->nab", on_device(masses), places, places))
    trace = np.asarray(jnp.trace(second_moment, axis1=1, axis2=2))
    y = trace[:, None, None] * np.eye(3, dtype=trace.dtype) - second_moment
    x = np.concatenate([masses, positions.reshape(n, 15)], axis=1)
    return Dataset(x, y.reshape(n, 9), 5 * T(0) + 5 * T(1), T(2), O(3), name="inertia")
