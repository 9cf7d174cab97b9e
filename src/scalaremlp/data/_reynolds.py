"""The task reynolds: the anisotropy of turbulence from the strain and the rotation of the mean flow."""

import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key

from ..groups import O
from ..reps import Alt, Sym0
from ._dataset import Dataset
from ._task import task
from .checks import checked_count


@task(permutations=False)
def reynolds(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""b = −S − (bS + Sb − ⅔ tr(bS) I) + (bW − Wb), solved for b, of turbulence: Sym0(2) + Alt(2) → Sym0(2), O(3).

    It is the anisotropy b of the Reynolds stresses $2k(b + I/3)$ in turbulence that is in equilibrium with the strain S
    and the rotation W of the mean flow, all without units and scaled by the constants of the closure as in the source,
    where they have stars. The equation is linear in b: six rational functions of S and W, or Pope's ten tensors with
    rational coefficients. In a plane flow, with $\eta^2 = \mathrm{tr}\, S^2$ and $\xi^2 = -\mathrm{tr}\, W^2$,

    $$b = -\frac{3}{3 - 2\eta^2 + 6\xi^2} \left[S + SW - WS - 2 (S^2 - \eta^2 I/3)\right]$$

    Strains are drawn with five packed coordinates from $N(0, 0.15^2)$, and rotations with three from $N(0, 0.3^2)$, for
    which b is a smooth function.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        Gatski and Speziale, Journal of Fluid Mechanics 254 (1993), 59–78; Pope, Journal of Fluid Mechanics 72 (1975),
        331–340, for the ten tensors.

    Example:
        >>> import jax.random as jr
        >>> data = reynolds(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 8), (3, 5))
    """
    strain_key, rotation_key = jr.split(key)
    strain = 0.15 * np.asarray(jr.normal(strain_key, (checked_count(n), 5)))
    rotation = 0.3 * np.asarray(jr.normal(rotation_key, (n, 3)))
    y = -np.linalg.solve(_operators(strain, rotation), strain[:, :, None])[:, :, 0]
    x = np.concatenate([strain, rotation], axis=1)
    return Dataset(x, y, Sym0(2) + Alt(2), Sym0(2), O(3), name="reynolds")


def _operators(strain: Float[np.ndarray, "n 5"], rotation: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 5 5"]:
    """The matrices of b ↦ b + (bS + Sb − ⅔ tr(bS) I) − (bW − Wb) in packed coordinates."""
    rep = Sym0(2)(O(3))
    s, w = rep.split(strain)[0], Alt(2)(O(3)).split(rotation)[0]
    b = rep.split(np.eye(5))[0][:, 0]
    made = b @ s + s @ b - (b @ w - w @ b)  # its trace is no part of Sym0(2), and is projected away
    return np.eye(5) + np.einsum("nkij,lij->nlk", made, b)
