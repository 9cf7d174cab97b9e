"""Scalars made from scalars: norms, cosines, signed roots and logarithms, radial bases, monomials.

Each takes the scalars it is made `of` and is again a map from one input to scalars, with `size` and `names`, so that
they nest and join: `Monomials(Concatenate(phi, Norms(phi)), degree=2)`.
"""

from itertools import combinations_with_replacement
from typing import Protocol, runtime_checkable

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from .._check import whole_number
from ._evaluate import picked
from ._invariants import Invariants
from ._statistics import Statistics


class Scalars(Protocol):
    """Any map from one input to real scalars that knows how many and what they are."""

    @property
    def size(self) -> int: ...

    @property
    def names(self) -> list[str]: ...

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]: ...


@runtime_checkable
class Made(Protocol):
    """Scalars that are a function of others."""

    of: Scalars

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]: ...


class Norms(eqx.Module):
    """|xᵢ| = √⟨xᵢ, xᵢ⟩ of all vectors, for a positive definite form; its gradient at zero is taken as zero.

    Args:
        of: the invariants of n vectors.

    Returns:
        Called with one input, of shape (size_in,), the n norms.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, Norms
        >>> norms = Norms(Invariants(T(1), O(2)))
        >>> norms.names, norms(jnp.array([3.0, 4.0])).tolist()
        (['|x1|'], [5.0])
    """

    of: Invariants

    @property
    def size(self) -> int:
        return len(self.of.squares)

    @property
    def names(self) -> list[str]:
        return [f"|{self.of.vector(row)}|" for row in self.of.squares]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        return safe_sqrt(picked(values, np.array(list(self.of.squares.values()), dtype=int)))


class Cosines(eqx.Module):
    """⟨xᵢ, xⱼ⟩ / (|xᵢ| |xⱼ|) for i < j, for a positive definite form; zero, with zero gradient, if a vector is zero.

    For unitary groups the real and imaginary part of the complex ratio; for a stabiliser also the cosines with the
    fixed unit vectors.

    Args:
        of: the invariants of n vectors.

    Returns:
        Called with one input, of shape (size_in,), the n(n − 1)/2 cosines of a real group.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Cosines, Invariants
        >>> cosines = Cosines(Invariants(2 * T(1), O(2)))
        >>> cosines.names, round(float(cosines(jnp.array([3.0, 4.0, 10.0, 0.0]))[0]), 6)
        (['cos <x1,x2>'], 0.6)
    """

    of: Invariants

    @property
    def size(self) -> int:
        return len(self.of.products)

    @property
    def names(self) -> list[str]:
        return [f"cos {self.of.names[i]}" for i, _ in self.of.products]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        squares = {row: number for number, row in enumerate(self.of.squares)}
        inverse = safe_inverse_sqrt(picked(values, np.array(list(self.of.squares.values()), dtype=int)))
        inverse = jnp.append(inverse, 1.0)  # for fixed vectors, which are units
        factors = [[squares.get(row, len(squares)) for row in rows] for _, rows in self.of.products]
        left, right = np.array(factors, dtype=int).reshape(-1, 2).T
        products = picked(values, np.array([i for i, _ in self.of.products], dtype=int))
        return products * picked(inverse, left) * picked(inverse, right)


class SignedRoot(eqx.Module):
    """s / (s² + ε²)^¼, which is ±√|s| for |s| ≫ ε and smooth in between: for products of either sign.

    Args:
        of: n scalars.
        epsilon: ε, in the units of the scalars; above 0.

    Returns:
        Called with one input, of shape (size_in,), the n roots.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, SignedRoot
        >>> root = SignedRoot(Invariants(T(1), O(1, 1)), epsilon=1e-4)    # t² − x²: time-like, space-like, light-like
        >>> root.names, [round(root(jnp.array(v)).item(), 3) for v in ([5.0, 3.0], [3.0, 5.0], [1.0, 1.0])]
        (['root <x1,x1>'], [4.0, -4.0, 0.0])
    """

    of: Scalars
    epsilon: float = eqx.field(static=True, default=1e-2)

    @property
    def size(self) -> int:
        return self.of.size

    @property
    def names(self) -> list[str]:
        return [f"root {name}" for name in self.of.names]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        s = self.of(x)
        return s / (s**2 + self.epsilon**2) ** 0.25


class SignedLog(eqx.Module):
    """arsinh(s / ε) = ±log(2|s|/ε) for |s| ≫ ε, linear near zero: for products of either sign and a wide range.

    Args:
        of: n scalars.
        epsilon: ε, in the units of the scalars; above 0.

    Returns:
        Called with one input, of shape (size_in,), the n logarithms.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, SignedLog
        >>> log = SignedLog(Invariants(T(1), O(1, 1)))
        >>> log.names, [round(log(jnp.array(v)).item(), 2) for v in ([100.0, 0.0], [0.0, 100.0], [1.0, 1.0])]
        (['log <x1,x1>'], [9.9, -9.9, 0.0])
    """

    of: Scalars
    epsilon: float = eqx.field(static=True, default=1.0)

    @property
    def size(self) -> int:
        return self.of.size

    @property
    def names(self) -> list[str]:
        return [f"log {name}" for name in self.of.names]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        return jnp.arcsinh(values / self.epsilon)


class RadialBasis(Statistics):
    """exp(−(s − cₖ)² / 2w²) on a grid of `count` centres cₖ for each scalar s, with the grid's spacing as width w.

    Args:
        of: the scalars.
        low: the first centre of each scalar, shape (of.size,) or one number.
        high: the last centre likewise.
        count: centres for each scalar, at least 2.

    Returns:
        Called with one input, of shape (size_in,), of.size · count numbers, all those of the first scalar first.

    Raises:
        ValueError: if there are fewer than 2 centres.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, Norms, RadialBasis
        >>> bumps = RadialBasis(Norms(Invariants(T(1), O(2))), low=0.0, high=10.0, count=3)    # centres 0, 5, 10
        >>> bumps.names, [round(bump, 3) for bump in bumps(jnp.array([3.0, 4.0])).tolist()]
        (['bump1 |x1|', 'bump2 |x1|', 'bump3 |x1|'], [0.607, 1.0, 0.607])

    References:
        Broomhead and Lowe, Complex Systems 2, 321 (1988).
    """

    of: Scalars
    low: Float[Array, " scalars"]
    high: Float[Array, " scalars"]
    count: int = eqx.field(static=True)

    def __init__(self, of: Scalars, low: Float[Array, "..."], high: Float[Array, "..."], count: int):
        whole_number("count", count, 2, remedy="Each scalar needs two centres: give more.")
        self.of, self.count = of, count
        self.low = jnp.broadcast_to(jnp.asarray(low, float), (of.size,))
        self.high = jnp.broadcast_to(jnp.asarray(high, float), (of.size,))

    @property
    def size(self) -> int:
        return self.of.size * self.count

    @property
    def names(self) -> list[str]:
        return [f"bump{k + 1} {name}" for name in self.of.names for k in range(self.count)]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        width = (self.high - self.low) / (self.count - 1)
        centres = self.low[:, None] + width[:, None] * jnp.arange(self.count)
        return jnp.exp(-(((self.of(x)[:, None] - centres) / width[:, None]) ** 2) / 2).reshape(-1)


class Monomials(eqx.Module):
    """All products of 1 to `degree` of the scalars, repetitions included.

    Args:
        of: n scalars.
        degree: the most factors.

    Returns:
        Called with one input, of shape (size_in,), the C(n + degree, degree) − 1 products, those of few factors first.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import GL
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, Monomials
        >>> squares = Monomials(Invariants(2 * T(0), GL(1)), degree=2)
        >>> squares.names, squares(jnp.array([2.0, 5.0])).tolist()
        (['s1', 's2', 's1·s1', 's1·s2', 's2·s2'], [2.0, 5.0, 4.0, 10.0, 25.0])
    """

    of: Scalars
    degree: int = eqx.field(static=True)

    @property
    def size(self) -> int:
        return sum(len(rows) for rows in monomial_rows(self.of.size, self.degree))

    @property
    def names(self) -> list[str]:
        names = self.of.names
        rows = [row for same in monomial_rows(self.of.size, self.degree) for row in same]
        return ["·".join(names[i] for i in row) for row in rows]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        return monomials(values, self.degree)


class Concatenate(eqx.Module):
    """Several families of scalars one after the other.

    Args:
        *parts: the families, all of the same input.

    Returns:
        Called with one input, of shape (size_in,), the scalars of all parts in order; `size` is the sum of theirs.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Concatenate, Invariants, Norms
        >>> phi = Invariants(T(1), O(2))
        >>> both = Concatenate(phi, Norms(phi))
        >>> both.names, both(jnp.array([3.0, 4.0])).tolist()
        (['<x1,x1>', '|x1|'], [25.0, 5.0])
    """

    parts: tuple[Scalars, ...]

    def __init__(self, *parts: Scalars):
        self.parts = parts

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)

    @property
    def names(self) -> list[str]:
        return [name for part in self.parts for name in part.names]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return jnp.concatenate([part(x) for part in self.parts])


def monomials(values: Float[Array, " n"], degree: int) -> Float[Array, " size"]:
    """All products of 1 to `degree` entries of `values`, repetitions included.

    Args:
        values: n numbers.
        degree: the most factors.

    Returns:
        The C(n + degree, degree) − 1 products: the values themselves, then those of two factors, and so on.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.scalars import monomials
        >>> monomials(jnp.array([2.0, 3.0]), 2).tolist()    # a, b, aa, ab, bb
        [2.0, 3.0, 4.0, 6.0, 9.0]
    """
    parts = [jnp.prod(values[rows], axis=-1) for rows in monomial_rows(values.shape[0], degree) if len(rows)]
    return jnp.concatenate(parts) if parts else values


def monomial_rows(count: int, degree: int) -> list[np.ndarray]:
    """For each degree from 1: which of `count` values each monomial multiplies.

    Args:
        count: how many values.
        degree: the most factors.

    Returns:
        Integer arrays of shapes (monomials of degree k, k), k = 1 … `degree`.

    Example:
        >>> from scalaremlp.scalars import monomial_rows
        >>> [rows.tolist() for rows in monomial_rows(2, 2)]
        [[[0], [1]], [[0, 0], [0, 1], [1, 1]]]
    """
    return [
        np.array(list(combinations_with_replacement(range(count), d)), dtype=int).reshape(-1, d)
        for d in range(1, degree + 1)
    ]


def safe_sqrt(square: Float[Array, "..."]) -> Float[Array, "..."]:
    """√s, with gradient zero instead of infinite at s = 0."""
    positive = square > 0
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, square, 1.0)), 0.0)


def safe_inverse_sqrt(square: Float[Array, "..."]) -> Float[Array, "..."]:
    """1/√s, and zero with gradient zero for s so small that its inverse would not be finite."""
    enough = square > jnp.finfo(square.dtype).tiny ** 0.5
    return jnp.where(enough, 1 / jnp.sqrt(jnp.where(enough, square, 1.0)), 0.0)
