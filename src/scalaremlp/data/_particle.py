"""The task particle: the matrix element of a scattering of two particles."""

import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Key

from ..groups import Lorentz
from ..reps import T
from ._dataset import Dataset
from ._task import task
from .checks import checked_count


@task(permutations=False)
def particle(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""A matrix element of electron–muon scattering of four momenta: 4T(1) → T(0), O(1,3).

    $$y = 4 \left[p_1^\mu p_3^\nu - (p_1 \cdot p_3 - p_1 \cdot p_1) \eta^{\mu\nu}\right]
    \left[p_{2\mu} p_{4\nu} - (p_2 \cdot p_4 - p_2 \cdot p_2) \eta_{\mu\nu}\right]$$

    with $\eta = \mathrm{diag}(1, -1, -1, -1)$ and every component of the $p_i$ drawn from $N(0, 1/4^2)$. The targets
    have variance 0.7345.

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
        >>> particle(3, key=jr.key(0)).x.shape
        (3, 16)
    """
    p = jr.normal(key, (checked_count(n), 4, 4)) / 4
    signs = jnp.array([1.0, -1.0, -1.0, -1.0])
    products = jnp.einsum("nia,a,nja->nij", p, signs, p)
    lowered = p * signs
    electron = jnp.einsum("na,nb->nab", p[:, 0], p[:, 2])
    electron -= (products[:, 0, 2] - products[:, 0, 0])[:, None, None] * jnp.diag(signs)
    muon = jnp.einsum("na,nb->nab", lowered[:, 1], lowered[:, 3])
    muon -= (products[:, 1, 3] - products[:, 1, 1])[:, None, None] * jnp.diag(signs)
    y = 4 * jnp.einsum("nab,nab->n", electron, muon)
    return Dataset(p.reshape(n, 16), y[:, None], 4 * T(1), T(0), Lorentz(), name="particle")
