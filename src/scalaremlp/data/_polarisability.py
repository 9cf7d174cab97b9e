"""The task polarisability: that of three atoms whose dipoles act on each other."""

import jax
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Float, Key

from ..groups import O
from ..reps import Sym, T
from ._dataset import Dataset
from ._task import task
from .checks import checked_count

DAMPING = 0.39
ATOMS, SIZE = 3, 2.0  # Å, of the molecule


@task(permutations=True)
def polarisability(n: int, *, key: Key[Array, ""]) -> Dataset:
    r"""α = Σᵢⱼ (A⁻¹)ᵢⱼ, with Aᵢᵢ = I/αᵢ and Aᵢⱼ the dipole tensor, of three like atoms: 3T(0) + 3T(1) → Sym(2), O(3).

    It is the dipole of a molecule in a uniform electric field of size one: every atom has a dipole $\alpha_i$ times the
    field there, which is the outer one and that of the other dipoles,

    $$A_{ij} = \lambda_3 \frac{I}{r^3} - 3 \lambda_5 \frac{r r^T}{r^5}, \qquad
    \lambda_3 = 1 - e^{-a u^3}, \quad \lambda_5 = 1 - (1 + a u^3) e^{-a u^3}, \quad u = r/(\alpha_i \alpha_j)^{1/6}$$

    with the damping $a = 0.39$ of dipoles that are smeared out, without which near ones would polarise each other
    without end. The polarisabilities $\alpha_i$ are uniform in [0.5, 1.5] Å³, every component of the places, in Å, is
    drawn from $N(0, 2^2)$. The law is also symmetric under exchange of the atoms, and depends on differences of places.

    Args:
        n: how many samples.
        key: what they are drawn with.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Source:
        Applequist, Carl, Fung, Journal of the American Chemical Society 94 (1972), 2952–2960; the damping is Thole's,
        Chemical Physics 59 (1981), 341–350, with the constant of Ren and Ponder, Journal of Physical Chemistry B 107
        (2003), 5933–5947.

    Example:
        >>> import jax.random as jr
        >>> data = polarisability(3, key=jr.key(0))
        >>> data.x.shape, data.y.shape
        ((3, 12), (3, 6))
    """
    size_key, place_key = jr.split(key)
    sizes = jr.uniform(size_key, (checked_count(n), ATOMS), minval=0.5, maxval=1.5)
    places = SIZE * jr.normal(place_key, (n, ATOMS, 3))
    whole = jax.jit(jax.vmap(_of_molecule))(sizes, places)
    y = Sym(2)(O(3)).merge([whole[:, None]], symmetrise=True)  # an inverse is symmetric but for rounding
    x = jnp.concatenate([sizes, places.reshape(n, -1)], axis=1)
    return Dataset(x, y, ATOMS * T(0) + ATOMS * T(1), Sym(2), O(3), name="polarisability")


def _of_molecule(sizes: Float[Array, " atoms"], places: Float[Array, "atoms 3"]) -> Float[Array, "3 3"]:
    first, second = jnp.triu_indices(len(sizes), 1)
    tensors = jax.vmap(_dipole_tensor)(places[first] - places[second], sizes[first] * sizes[second])
    matrix = jnp.zeros((len(sizes), len(sizes), 3, 3)).at[first, second].set(tensors).at[second, first].set(tensors)
    matrix += jnp.einsum("ij,ab->ijab", jnp.diag(1 / sizes), jnp.eye(3))
    rows = matrix.transpose(0, 2, 1, 3).reshape(3 * len(sizes), -1)
    uniform = jnp.tile(jnp.eye(3), (len(sizes), 1))
    return uniform.T @ jnp.linalg.solve(rows, uniform)


def _dipole_tensor(r: Float[Array, "3"], product: Float[Array, ""]) -> Float[Array, "3 3"]:
    """The field of a dipole at a distance r, with its sign turned, for atoms whose polarisabilities have a product."""
    square = jnp.sum(r**2)
    cube = square**1.5
    u = DAMPING * cube / jnp.sqrt(product)
    near, far = -jnp.expm1(-u), -jnp.expm1(-u) - u * jnp.exp(-u)
    return near / cube * jnp.eye(3) - 3 * far / (cube * square) * jnp.outer(r, r)
