"""The task neo_hookean: the stress of a compressible rubber."""

import numpy as np
from jaxtyping import Array, Key

from ..groups import O
from ..reps import Sym
from ._dataset import Dataset
from ._matrices import exponential, symmetric_normal
from ._task import task
from .checks import checked_count

MU, LAMBDA = 1.0, 2.0


@task(permutations=False)
def neo_hookean(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""σ = μ (C − I)/√det C + λ ln √det C/√det C I, with C = exp 2E, of a rubber: Sym(2) → Sym(2), O(3).

    It is the Cauchy stress of a compressible neo-Hookean solid, in units of its shear modulus: $\mu = 1$,
    $\lambda = 2$. E is the logarithmic (Hencky) strain, of which every entry on and below the diagonal is drawn from
    $N(0, 0.2^2)$; it has no unit. C is the left Cauchy–Green tensor.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        The law is that of Gregory et al., "Tensor learning with orthogonal, Lorentz, and symplectic symmetries"
        (arXiv:2406.01552), section on stress and strain, whose samples are not published; these are drawn anew.

    Example:
        >>> import jax.random as jr
        >>> data = neo_hookean(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 6), (3, 6))
    """
    strain = symmetric_normal(checked_count(n), 0.2, key=key)
    volume = np.exp(np.trace(strain, axis1=1, axis2=2))[:, None, None]  # √det C
    unit = np.eye(3)
    stress = (MU * (exponential(2 * strain) - unit) + LAMBDA * np.log(volume) * unit) / volume
    rep = Sym(2)(O(3))
    x, y = rep.merge([strain[:, None]]), rep.merge([stress[:, None]])
    return Dataset(x, y, Sym(2), Sym(2), O(3), name="neo_hookean")
