"""The task particle: the matrix element of a scattering of two particles."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Key

from .._arrays import on_device
from .._draws import normals
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
    p = normals(key, checked_count(n), 4, 4) / 4
    signs = np.array([1.0, -1.0, -1.0, -1.0], p.dtype)
    momenta = on_device(p)
    products = np.asarray(jnp.einsum("nia,a,nja->nij", momenta, on_device(signs), momenta))
    lowered = p * signs
    electron = p[:, 0, :, None] * p[:, 2, None, :]
    electron -= (products[:, 0, 2] - products[:, 0, 0])[:, None, None] * np.diag(signs)
    muon = lowered[:, 1, :, None] * lowered[:, 3, None, :]
    muon -= (products[:, 1, 3] - products[:, 1, 1])[:, None, None] * np.diag(signs)
    y = 4 * np.asarray(jnp.einsum("nab,nab->n", on_device(electron), on_device(muon)))
    return Dataset(p.reshape(n, 16), y[:, None], 4 * T(1), T(0), Lorentz(), name="particle")
