"""The tasks fibre and fibre_energy: the stress and the energy of a rubber with one family of fibres."""

from typing import NamedTuple

import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key

from ..groups import O
from ..reps import Sym, T
from ._dataset import Dataset
from ._matrices import exponential, symmetric
from ._task import task
from .checks import checked_count

MU, LAMBDA = 3.0, 10.0  # kPa
K1, K2 = 2.3632, 0.8393  # kPa, 1
STRAIN = 0.15


@task(permutations=False)
def fibre(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""S = μ (I − C⁻¹) + λ ln J C⁻¹ + 2k₁ (I₄−1) exp(k₂ (I₄−1)²) a⊗a, with C = I + 2E: Sym(2) + T(1) → Sym(2), O(3).

    It is the second Piola–Kirchhoff stress, in kPa, of the energy of `fibre_energy`, whose samples of one key have the
    same inputs: $S = \partial W/\partial E$. With $J = \sqrt{\det C}$ and $I_4 = a \cdot C a$, the square of how much
    the fibres are stretched.

    The inputs are the Green–Lagrange strain E, from $C = \exp 2H$ with every entry of H on and below the diagonal
    uniform in [−0.15, 0.15], and the direction a of the fibres, a unit vector, drawn uniformly. They have no units.
    $\mu = 3$ kPa, $k_1 = 2.3632$ kPa and $k_2 = 0.8393$ are those of the media of a carotid artery; $\lambda = 10$ kPa
    is a choice.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        Holzapfel, Gasser, Ogden, Journal of Elasticity 61 (2000), 1–48, equations 64 and 66 and table 1, with one
        family of fibres that bears compression as well, in a compressible neo-Hookean solid.

    Example:
        >>> import jax.random as jr
        >>> data = fibre(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 9), (3, 6))
    """
    state = _drawn(checked_count(n), key)
    unit, stretch = np.eye(3), (state.square - 1)[:, None, None]
    inverse = np.linalg.inv(state.cauchy_green)
    stress = MU * (unit - inverse) + LAMBDA * state.log_volume[:, None, None] * inverse
    along = state.direction[:, :, None] * state.direction[:, None, :]
    stress += 2 * K1 * stretch * np.exp(K2 * stretch**2) * along
    y = Sym(2)(O(3)).merge([stress[:, None]], symmetrise=True)  # an inverse is symmetric but for rounding
    return Dataset(state.x, y, Sym(2) + T(1), Sym(2), O(3), name="fibre")


@task(permutations=False)
def fibre_energy(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""W = μ/2 (tr C − 3 − 2 ln J) + λ/2 ln²J + k₁/2k₂ (exp(k₂ (I₄−1)²) − 1): Sym(2) + T(1) → T(0), O(3).

    The energy, in kJ/m³ (kPa), of which `fibre` is the stress; constants, inputs and source stand there. In the
    packed coordinates of Sym(2) the stress is the gradient: `jax.grad(W)(x)[:6]`.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Example:
        >>> import jax.random as jr
        >>> data = fibre_energy(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape, bool((data.y > 0).all())
        ((3, 9), (3, 1), True)
    """
    state = _drawn(checked_count(n), key)
    trace = np.trace(state.cauchy_green, axis1=1, axis2=2)
    solid = MU / 2 * (trace - 3 - 2 * state.log_volume) + LAMBDA / 2 * state.log_volume**2
    energy = solid + K1 / (2 * K2) * np.expm1(K2 * (state.square - 1) ** 2)
    return Dataset(state.x, energy[:, None], Sym(2) + T(1), T(0), O(3), name="fibre_energy")


class _State(NamedTuple):
    """Strains and directions, and what the energy is a function of."""

    x: Float[np.ndarray, "n 9"]
    cauchy_green: Float[np.ndarray, "n 3 3"]
    direction: Float[np.ndarray, "n 3"]
    log_volume: Float[np.ndarray, " n"]  # ln J
    square: Float[np.ndarray, " n"]  # I₄


def _drawn(n: int, key: Key[Array, ""]) -> _State:
    strain_key, direction_key = jr.split(key)
    hencky = symmetric(np.asarray(jr.uniform(strain_key, (n, 3, 3), minval=-STRAIN, maxval=STRAIN)))
    cauchy_green = exponential(2 * hencky)
    direction = np.array(jr.normal(direction_key, (n, 3)))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    square = np.einsum("ni,nij,nj->n", direction, cauchy_green, direction)
    strain = (cauchy_green - np.eye(3)) / 2
    packed = Sym(2)(O(3)).merge([strain[:, None]])
    x = np.concatenate([packed, direction], axis=1)
    return _State(x, cauchy_green, direction, np.trace(hencky, axis1=1, axis2=2), square)
