"""Random matrices that samples are built from: Haar-uniform compact ones, and bounded stretches between them.

Haar measure by QR with the signs (phases) of R moved into Q: Mezzadri, arXiv:math-ph/0609050. A non-compact group is
K A K with K its maximal compact subgroup and A diagonalisable: Knapp, *Lie Groups Beyond an Introduction*, chapter VII.
"""

from jaxtyping import Complex, Float, Key

from scalaremlp._jax import Array, jax, jnp, jr


def orthogonal(key: Key[Array, ""], n: int, dim: int) -> Float[Array, "{n} {dim} {dim}"]:
    """n Haar-uniform elements of O(dim)."""
    if dim == 0:
        return jnp.zeros((n, 0, 0))
    q, r = jnp.linalg.qr(jr.normal(key, (n, dim, dim)))
    return q * jnp.sign(jnp.linalg.diagonal(r))[:, None, :]


def special_orthogonal(key: Key[Array, ""], n: int, dim: int) -> Float[Array, "{n} {dim} {dim}"]:
    """n Haar-uniform elements of SO(dim)."""
    q = orthogonal(key, n, dim)
    return scale_last_column(q, jnp.linalg.det(q))


def unitary(key: Key[Array, ""], n: int, dim: int) -> Complex[Array, "{n} {dim} {dim}"]:
    """n Haar-uniform elements of U(dim)."""
    q, r = jnp.linalg.qr(jr.normal(key, (n, dim, dim), complex))
    diagonal = jnp.linalg.diagonal(r)
    return q * (diagonal / jnp.abs(diagonal))[:, None, :]


def special_unitary(key: Key[Array, ""], n: int, dim: int) -> Complex[Array, "{n} {dim} {dim}"]:
    """n Haar-uniform elements of SU(dim)."""
    q = unitary(key, n, dim)
    return scale_last_column(q, jnp.linalg.det(q).conj())


def scale_last_column(matrices: Array, factors: Array) -> Array:
    """The last column of each matrix times its factor; a matrix of size 0 stays as it is."""
    if matrices.shape[-1] == 0:
        return matrices
    return matrices.at[:, :, -1].multiply(factors[:, None])


def block_diagonal(a: Array, b: Array) -> Array:
    """The matrices diag(a, b), for two stacks of square matrices."""
    return jax.vmap(jax.scipy.linalg.block_diag)(a, b)


def stretches(key: Key[Array, ""], n: int, count: int) -> Float[Array, "{n} {count}"]:
    """n lists of rapidities or logarithms of singular values, each uniform in [-1, 1]."""
    return jr.uniform(key, (n, count), minval=-1.0, maxval=1.0)
