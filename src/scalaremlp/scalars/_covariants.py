"""All equivariant tensors that can be built from the inputs, up to invariant coefficients."""

from collections.abc import Hashable

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact

from ..contractions.generating_set import EFFORT
from ..groups import Group
from ..reps import Rep
from ._covariant_plan import Block, CovariantPlan, Factor, Term, covariant_plan
from ._evaluate import epsilon
from ._missing import warn_of_missing
from ._relabel import Opened, members_of, relabelled
from ._symbols import Symbol
from ._tensor_plan import TensorBlock
from ._tensor_values import tensor_values
from .bracket import Contraction
from .inputs import Inputs, constant


class Covariants(eqx.Module):
    """Generators of the equivariant tensors of type `rep_out` made from inputs of type `rep_in`.

    Every polynomial equivariant map is Σ_k c_k(x) · cov(x)_k with invariant polynomials c_k. They are products of the
    input vectors and of the fixed tensors, over all placements of the output's indices; those that are combinations
    of others with invariant polynomials as coefficients are left out.

    Attributes:
        size: how many there are.
        names: what each is, with letters for the output's indices: `"x1^a x2^b"`, `"g^ab"`, `"ε[x1]^ab"`, and
            `"sym (A1 A2)^ab"` where the product is made symmetric.
        symbols: the same with LaTeX and degrees.

    Args:
        rep_in: a sum of tensors of at most four indices.
        rep_out: a sum of tensors T(p,q), of any order of indices, or of packed ones such as Sym(2).
        group: a classical group, a stabiliser of an axis or Trivial.
        degree: leave out those of a higher degree in the inputs; None keeps all.
        limit: refuse to build more covariants than this: they grow as n^k for n vectors and rank k.
        effort: of tensors, the most functions, or graphs, of one multidegree to look at, as of `Invariants`.

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
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Alt, Sym
        >>> Covariants(Sym(2), Sym(2), O(3)).names
        ['g^ab', 'A1^ab', '(A1²)^ab']

    References:
        Weyl, *The Classical Groups* (1939), chapters II and VI; Villar et al., arXiv:2106.06610, section 4; Gregory et
        al., arXiv:2406.01552, theorem 1, for tensors.
    """

    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    degree: int | None = eqx.field(static=True)
    limit: int = eqx.field(static=True)
    effort: int = eqx.field(static=True)

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        degree: int | None = None,
        limit: int = 100_000,
        effort: int = EFFORT,
    ):
        self.rep_in, self.rep_out, self.group, self.limit = rep_in, rep_out, group, limit
        self.degree, self.effort = degree, effort
        for block in self._plan.blocks:  # what cannot be built is refused now, not at the first call
            if isinstance(block, TensorBlock):
                warn_of_missing(block.found, degree, f"the covariants of {rep_in} in {rep_out} under {group}")

    @property
    def _plan(self) -> CovariantPlan:
        return covariant_plan(self.rep_in, self.rep_out, self.group, self.degree, self.limit, self.effort)

    @property
    def size(self) -> int:
        return self._plan.size

    @property
    def names(self) -> list[str]:
        return [symbol.text for symbol in self.symbols]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """What each covariant is: text, LaTeX and degrees."""
        return tuple(s for block in self._plan.blocks for _ in range(block.copies) for s in block.symbols)

    @property
    def reason(self) -> str:
        """How far they are known to be all."""
        reasons = dict.fromkeys(b.found.reason for b in self._plan.blocks if isinstance(b, TensorBlock))
        return "; ".join(reasons) or "all, by the first fundamental theorem"

    @property
    def complete(self) -> bool:
        """Whether they are known to be all."""
        return self.degree is None or all(isinstance(b, TensorBlock) and b.found.complete for b in self._plan.blocks)

    @property
    def block(self) -> np.ndarray:
        """For each covariant, the term of `rep_out` that it belongs to."""
        return np.repeat(np.arange(len(self._plan.blocks)), [b.copies * len(b.symbols) for b in self._plan.blocks])

    @property
    def copies(self) -> list[tuple[slice, slice]]:
        """For each copy of a tensor in the output: which covariants are its, and where in the output it is."""
        found, start = [], 0
        for block in self._plan.blocks:
            for copy in range(block.copies):
                place = block.start + copy * block.size
                found.append((slice(start, start + len(block.symbols)), slice(place, place + block.size)))
                start += len(block.symbols)
        return found

    @property
    def copy_numbers(self) -> np.ndarray:
        """For each covariant, the number of the copy of a tensor in the output that it belongs to."""
        sizes = [len(block.symbols) for block in self._plan.blocks for _ in range(block.copies)]
        return np.repeat(np.arange(len(sizes)), sizes)

    @property
    def contractions(self) -> list[tuple[int, Contraction | Opened]]:
        """For each covariant, the number of its copy of a tensor in the output, and what it is to the engine."""
        copies = [block for block in self._plan.blocks for _ in range(block.copies)]
        return [(number, c) for number, block in enumerate(copies) for c in block.contractions]

    @property
    def members(self) -> list[tuple[int, ...]]:
        """For each covariant, the numbers of the inputs it is made of, each kind of input counted from 0."""
        return [members_of(contraction) for _, contraction in self.contractions]

    def relabelled(self, names: tuple[int, ...]) -> list[Hashable]:
        """For each covariant, what it becomes, up to sign, if input i of each kind is input names[i], and so on.

        Inputs of each kind come in groups of as many as there are names.
        """
        return [(number, relabelled(contraction, names)) for number, contraction in self.contractions]

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
        return [self._of_block(block, factors, x) for block in self._plan.blocks]

    def _of_block(self, block: Block | TensorBlock, factors: tuple[Array, Array], x: Array) -> Array:
        if isinstance(block, TensorBlock):
            return _of_network(block, self._plan.inputs, x)
        parts = [_outer(term, factors, x) for term in block.terms]
        return jnp.concatenate(parts) if parts else jnp.zeros((0, block.size), x.dtype)

    def combine(self, coefficients: Inexact[Array, " size"], x: Inexact[Array, " size_in"]) -> Array:
        """Σ_k coefficients_k · cov(x)_k, of shape (size_out,), without building the covariants one by one."""
        factors = self._factors(x)
        found, start = [], 0
        for block in self._plan.blocks:
            stop = start + block.copies * len(block.symbols)
            own = coefficients[start:stop].reshape(block.copies, len(block.symbols))
            if isinstance(block, TensorBlock):
                found.append(own @ _of_network(block, self._plan.inputs, x))
            else:
                found.append(_combine(block, own, factors, x))
            start = stop
        return jnp.concatenate([values.reshape(-1) for values in found])

    def _factors(self, x: Array) -> tuple[Array, Array]:
        self._plan.inputs.check(x)
        return self._plan.inputs.vectors(x)


def _of_network(block: TensorBlock, inputs: Inputs, x: Array) -> Array:
    """The covariants of a block, (count, size), of packed types in packed coordinates."""
    if not block.symbols:
        return jnp.zeros((0, block.size), x.dtype)
    values = tensor_values(block.network, inputs, x)
    entries = jnp.stack([jnp.broadcast_to(value, block.shape).reshape(-1) for value in values])
    packing = block.symmetry.packing
    return entries if packing is None else packing.pack(entries, 1)


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
