"""The task o5: a scalar of two vectors in five dimensions."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Key

from .._draws import normals
from ..groups import O
from ..reps import T
from ._dataset import Dataset
from ._task import task
from .checks import checked_count


@task(permutations=False)
def o5(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""y = sin|x₁| − |x₂|³/2 + x₁·x₂/(|x₁||x₂|) of two vectors in R⁵: 2T(1) → T(0), O(5).

    They are drawn from $N(0, I_5)$. The targets have variance 38.07.

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
        >>> o5(3, key=jr.key(0)).x.shape
        (3, 10)
    """
    x = normals(key, checked_count(n), 2, 5)
    first, second = np.asarray(jnp.linalg.norm(x, axis=-1)).T
    cosine = np.asarray(jnp.sum(x[:, 0] * x[:, 1], axis=-1)) / (first * second)
    y = np.asarray(jnp.sin(first)) - second * second**2 / 2 + cosine
    return Dataset(x.reshape(n, 10), y[:, None], 2 * T(1), T(0), O(5), name="o5")
