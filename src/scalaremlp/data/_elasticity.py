"""The task elasticity: the moduli of a polycrystal from the stiffness of its crystals."""

import numpy as np
from jaxtyping import Array, Float, Key

from ..groups import O
from ..reps import Rep, Sym, Symmetric, T
from ._dataset import Dataset
from ._matrices import exponential, symmetric_normal
from ._task import task
from .checks import checked_count

BULK, SHEAR, SPREAD = 2.0, 1.0, 0.2


@task(permutations=False)
def elasticity(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""Hill's bulk and shear modulus of a polycrystal: Symmetric(T(4), "ijkl=jikl=klij") → 2T(0), O(3).

    The mean of the bounds of Voigt and Reuss for crystals of all directions, with their stiffness c and compliance s,

    $$K = \frac12 \left(\frac{c_{iijj}}{9} + \frac{1}{s_{iijj}}\right), \qquad
    G = \frac12 \left(\frac{3 c_{ijij} - c_{iijj}}{30} + \frac{15}{6 s_{ijij} - 2 s_{iijj}}\right)$$

    in the unit of the stiffness. Crystals are near an isotropic one of K = 2 and G = 1: as 6 × 6 matrices in Mandel's
    coordinates $c = c_0^{1/2} \exp(N) c_0^{1/2}$, every entry of N on and below the diagonal drawn from $N(0, 0.2^2)$,
    so that each is positive definite.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        Hill, Proceedings of the Physical Society A 65 (1952), 349–354.

    Example:
        >>> import jax.random as jr
        >>> data = elasticity(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 21), (3, 2))
    """
    trace = np.outer([1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0]) / 3  # of Mandel's coordinates, the projection on I
    root = np.sqrt(3 * BULK) * trace + np.sqrt(2 * SHEAR) * (np.eye(6) - trace)
    stiffness = root @ exponential(symmetric_normal(checked_count(n), SPREAD, 6, key=key)) @ root
    compliance = np.linalg.inv(stiffness)
    (c_bulk, c_all), (s_bulk, s_all) = _traces(stiffness), _traces(compliance)
    bulk, shear = (c_bulk / 9 + 1 / s_bulk) / 2, ((3 * c_all - c_bulk) / 30 + 15 / (6 * s_all - 2 * s_bulk)) / 2
    rep = Symmetric(T(4), "ijkl=jikl=klij")
    x = stiffness.reshape(n, 36) @ _packing(rep)
    return Dataset(x, np.stack([bulk, shear], axis=1), rep, 2 * T(0), O(3), name="elasticity")


def _traces(matrix: Float[np.ndarray, "n 6 6"]) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """c_iijj and c_ijij of matrices in Mandel's coordinates."""
    return np.sum(matrix[:, :3, :3], axis=(1, 2)), np.trace(matrix, axis1=1, axis2=2)


def _packing(rep: Rep) -> np.ndarray:
    """The map from symmetric matrices in Mandel's coordinates to those of the type, (36, size)."""
    basis = np.stack([Sym(2)(O(3)).split(row)[0][0] for row in np.eye(6)])
    pairs = np.einsum("aij,bkl->abijkl", basis, basis).reshape(36, 1, 3, 3, 3, 3)
    return np.asarray(rep(O(3)).merge([pairs], symmetrise=True))
