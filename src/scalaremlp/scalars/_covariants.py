"""All equivariant tensors that can be built from the inputs, up to invariant coefficients."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact

from ..groups import Group
from ..reps import Rep
from ._covariant_plan import Block, CovariantPlan, Factor, Term, covariant_plan
from ._evaluate import epsilon
from .bracket import Contraction
from .inputs import constant


class Covariants(eqx.Module):
    """Generators of the equivariant tensors of type `rep_out` made from inputs of type `rep_in`.

    Every polynomial equivariant map is Σ_k c_k(x) · cov(x)_k with invariant polynomials c_k. They are products of the
    input vectors and of the fixed tensors, over all placements of the output's indices; those that are combinations
    of others with invariant polynomials as coefficients are left out.

    Attributes:
        size: how many there are.
        names: what each is, with letters for the output's indices: `"x1^a x2^b"`, `"g^ab"`, `"ε[x1]^ab"`.

    Args:
        rep_in: a sum of T(0), T(1) and T(0,1).
        rep_out: a sum of tensors T(p,q), of any order of indices.
        group: a classical group, a stabiliser of an axis or Trivial.
        limit: refuse to build more covariants than this: they grow as n^k for n vectors and rank k.

    Returns:
        Called with one input, of shape (size_in,), an array of shape (size, size_out).

    Raises:
        ValueError: for other groups or types, for inputs of another shape, and above `limit`.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import SO
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Covariants
        >>> cov = Covariants(2 * T(1), T(1), SO(3))
        >>> cov.names
        ['x1^a', 'x2^a', 'ε[x1,x2]^a']
        >>> cov(jnp.array([1.0, 2.0, 3.0, 3.0, 2.0, 1.0])).tolist()
        [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [-4.0, 8.0, -4.0]]

    References:
        Weyl, *The Classical Groups* (1939), chapters II and VI; Villar et al., arXiv:2106.06610, section 4.
    """

    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    limit: int = eqx.field(static=True)

    def __init__(self, rep_in: Rep, rep_out: Rep, group: Group, *, limit: int = 100_000):
        self.rep_in, self.rep_out, self.group, self.limit = rep_in, rep_out, group, limit
        self._plan  # noqa: B018  (refuse what cannot be built now, not at the first call)

    @property
    def _plan(self) -> CovariantPlan:
        return covariant_plan(self.rep_in, self.rep_out, self.group, self.limit)

    @property
    def size(self) -> int:
        return self._plan.size

    @property
    def names(self) -> list[str]:
        return [name for block in self._plan.blocks for _ in range(block.copies) for name in block.names]

    @property
    def block(self) -> np.ndarray:
        """For each covariant, the term of `rep_out` that it belongs to."""
        return np.repeat(np.arange(len(self._plan.blocks)), [b.copies * len(b.names) for b in self._plan.blocks])

    @property
    def copies(self) -> list[tuple[slice, slice]]:
        """For each copy of a tensor in the output: which covariants are its, and where in the output it is."""
        found, start = [], 0
        for block in self._plan.blocks:
            for copy in range(block.copies):
                place = block.start + copy * block.size
                found.append((slice(start, start + len(block.names)), slice(place, place + block.size)))
                start += len(block.names)
        return found

    @property
    def contractions(self) -> list[tuple[int, Contraction]]:
        """For each covariant, the number of its copy of a tensor in the output, and the brackets it is made of."""
        copies = [block for block in self._plan.blocks for _ in range(block.copies)]
        return [(number, c) for number, block in enumerate(copies) for c in block.contractions]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, "size size_out"]:
        rows = []
        for block, values in zip(self._plan.blocks, self.tensors(x), strict=True):
            for copy in range(block.copies):
                start = block.start + copy * values.shape[1]
                rows.append(jnp.pad(values, ((0, 0), (start, self._plan.size_out - start - values.shape[1]))))
        return jnp.concatenate(rows) if rows else jnp.zeros((0, self._plan.size_out), x.dtype)

    def tensors(self, x: Inexact[Array, " size_in"]) -> list[Inexact[Array, "count block_size"]]:
        """The covariants of each term of `rep_out`, once for all copies of the term."""
        factors = self._factors(x)
        found = []
        for block in self._plan.blocks:
            parts = [_outer(term, factors, x) for term in block.terms]
            found.append(jnp.concatenate(parts) if parts else jnp.zeros((0, block.size), x.dtype))
        return found

    def combine(self, coefficients: Inexact[Array, " size"], x: Inexact[Array, " size_in"]) -> Array:
        """Σ_k coefficients_k · cov(x)_k, of shape (size_out,), without building the covariants one by one."""
        factors = self._factors(x)
        found, start = [], 0
        for block in self._plan.blocks:
            stop = start + block.copies * len(block.names)
            found.append(_combine(block, coefficients[start:stop].reshape(block.copies, -1), factors, x))
            start = stop
        return jnp.concatenate([values.reshape(-1) for values in found])

    def _factors(self, x: Array) -> tuple[Array, Array]:
        self._plan.inputs.check(x)
        return self._plan.inputs.vectors(x)


def _outer(term: Term, factors: tuple[Array, Array], x: Array) -> Array:
    operands = [_operand(f, factors, x) for f in term.factors]
    if not any("k" in f.indices for f in term.factors):
        operands.append(jnp.ones(1, x.dtype))
    return jnp.einsum(term.formula, *operands).reshape(term.number, -1)


def _combine(block: Block, coefficients: Array, factors: tuple[Array, Array], x: Array) -> Array:
    total = jnp.zeros((block.copies, block.size), jnp.result_type(coefficients, x))
    start = 0
    for term in block.terms:
        part = coefficients[:, start : start + term.number]
        operands = [_operand(f, factors, x) for f in term.factors]
        total += jnp.einsum(term.combination, part, *operands).reshape(block.copies, -1)
        start += term.number
    return total


def _operand(factor: Factor, factors: tuple[Array, Array], x: Array) -> Array:
    """The values of one bracket for all contractions of a term, its indices moved up or down as the output's."""
    if factor.array is not None:
        return jnp.asarray(constant(factor.array, x))
    rows = factors[factor.side][factor.rows]
    value = rows[:, 0] if factor.kind == "pair" else epsilon(rows)
    for axis, matrix in factor.moves:
        value = jnp.moveaxis(jnp.moveaxis(value, axis, -1) @ constant(matrix.T, x), -1, axis)
    return value
