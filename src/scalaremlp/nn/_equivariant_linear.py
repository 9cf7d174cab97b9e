"""The linear layer of EMLP: any equivariant matrix, and any invariant bias."""

import math
from functools import lru_cache, partial
from itertools import accumulate

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Inexact, Key

from .._arrays import on_device
from .._packed import Packed
from ..groups import Group
from ..reps import Rep
from ._drawn import drawn_as_one
from ._parts import Part, parts

_UNIT = 1 / 2  # of a weight, as a coefficient of an orthonormal basis


class EquivariantLinear(eqx.Module):
    r"""x → W x + b with ρ_out(g) W = W ρ_in(g) and ρ_out(g) b = b for all g.

    Between one copy of a term A of the input and one of a term B of the output, W is $\frac12 \sum_r w_r Q_r$ over an
    orthonormal basis Q of the equivariant maps A → B, found once for each pair of terms; so is b. The half makes the
    published learning rate of EMLP, 0.003, one of 0.0015 for the coefficients of the basis, at which networks end
    nearer to the data. The matrix is put together once a call of `vmap`, not once a sample, and only types that mix
    are multiplied, even and odd tensors of O(3) apart, say: a batch costs at most a little more than a dense layer.

    Args:
        rep_in: the input type.
        rep_out: the output type.
        group: what both are bound to.
        bias: whether to have b, which starts at 0.
        gain: the standard deviation of the outputs at the start, for inputs of unit variance.
        key: for the weights, which are normal.

    Returns:
        Called with (size_in,): the output, (size_out,).

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.nn import EquivariantLinear
        >>> from scalaremlp.reps import T
        >>> layer = EquivariantLinear(5 * T(1), 2 * T(0) + T(1), O(3), key=jr.key(0))
        >>> layer(jnp.ones(15)).shape, layer.weights[1][0].shape      # one map of a vector to a vector: δ
        ((5,), (1, 1, 5))

    Source:
        Finzi, Welling, Wilson, arXiv:2104.09459, sections 4 and 5.
    """

    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    weights: Packed  # (rank, copies_out, copies_in), for each term of the output and there each of the input
    biases: Packed | None  # (rank, copies_out), for each term of the output

    def __init__(
        self, rep_in: Rep, rep_out: Rep, group: Group, *, bias: bool = True, gain: float = 1.0, key: Key[Array, ""]
    ):
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        sources, targets = rep_in(group).blocks, rep_out(group).blocks
        ranks = [[maps(term, target).shape[-1] for _, term in sources] for _, target in targets]
        shapes = tuple(
            tuple((rank, copies, m) for rank, (m, _) in zip(row, sources, strict=True))
            for row, (copies, _) in zip(ranks, targets, strict=True)
        )
        reached = [sum(rank * m for rank, (m, _) in zip(row, sources, strict=True)) for row in ranks]
        scales = [gain / _UNIT * (term.size / max(n, 1)) ** 0.5 for n, (_, term) in zip(reached, targets, strict=True)]
        each = [(shape, scale) for row, scale in zip(shapes, scales, strict=True) for shape in row]
        kind = complex if group.field == "complex" else float
        draw = partial(jr.normal, dtype=kind)
        numbers = drawn_as_one(key, [shape for shape, _ in each], [scale for _, scale in each], draw)
        self.weights = Packed.shaped(numbers, shapes)
        zeros = tuple((invariants(term).shape[-1], copies) for copies, term in targets)
        count = sum(rank * copies for rank, copies in zeros)
        self.biases = Packed.shaped(on_device(np.zeros(count, numbers.dtype)), zeros) if bias else None

    def parameter_groups(self) -> "EquivariantLinear":
        """The maps of each pair of terms are held near zero together, and so is each term of the bias."""
        return jax.tree.map(_numbered, self, is_leaf=lambda node: isinstance(node, Packed))

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        pieces, rows = self.pieces(x), self.rows
        y: dict[int, Array] = {}
        for part, matrices in self.tall:
            values = jnp.concatenate(matrices) @ joined(pieces, part.sources, x)
            y.update(zip(part.targets, _split(values, [rows[t] for t in part.targets]), strict=True))
        whole = jnp.concatenate([y[t] for t in range(len(rows))])
        return whole if self.biases is None else whole + self.bias

    @property
    def matrix(self) -> Inexact[Array, "size_out size_in"]:
        """W."""
        every = tuple(range(len(self.columns)))
        return jnp.concatenate([self._side_by_side(t, row, every) for t, row in enumerate(self._blocks)])

    @property
    def tall(self) -> list[tuple[Part, list[Inexact[Array, "rows columns"]]]]:
        """The types that mix, and for each target of theirs its rows of W, in the columns of their sources alone."""
        blocks = self._blocks
        mixing = parts(tuple(tuple(block is not None for block in row) for row in blocks))
        return [(part, [self._side_by_side(t, blocks[t], part.sources) for t in part.targets]) for part in mixing]

    def _side_by_side(
        self, target: int, row: list[Inexact[Array, "rows _"] | None], sources: tuple[int, ...]
    ) -> Inexact[Array, "rows columns"]:
        """The blocks of a target and these sources beside each other, zeros where there is none."""
        rows, kind = self.rows[target], self.weights.flat.dtype
        blocks = [jnp.zeros((rows, self.columns[s]), kind) if (b := row[s]) is None else b for s in sources]
        return jnp.concatenate([jnp.zeros((rows, 0), kind), *blocks], axis=1)

    def pieces(self, x: Inexact[Array, " size_in"]) -> list[Inexact[Array, " _"]]:
        """The part of an input that belongs to each term."""
        return _split(x, self.columns)

    @property
    def rows(self) -> list[int]:
        """How many numbers of the output belong to each term."""
        return [copies * term.size for copies, term in self.rep_out(self.group).blocks]

    @property
    def columns(self) -> list[int]:
        """How many numbers of the input belong to each term."""
        return [copies * term.size for copies, term in self.rep_in(self.group).blocks]

    @property
    def _blocks(self) -> list[list[Inexact[Array, "rows columns"] | None]]:
        """The blocks of W, a row for each term of the output; None where no equivariant map is but zero."""
        sources, targets = self.rep_in(self.group).blocks, self.rep_out(self.group).blocks
        return [
            [
                _block(_UNIT * w, maps(source, target)) if w.size else None
                for w, (_, source) in zip(row, sources, strict=True)
            ]
            for row, (_, target) in zip(self.weights.parts, targets, strict=True)
        ]

    @property
    def bias(self) -> Inexact[Array, " size_out"]:
        """B."""
        return jnp.concatenate(self.pieces_of_bias)

    @property
    def pieces_of_bias(self) -> list[Inexact[Array, " _"]]:
        """The part of b that belongs to each term of the output."""
        assert self.biases is not None
        return [
            jnp.einsum("rn,br->nb", _UNIT * b, invariants(term).astype(b.dtype)).ravel()
            for b, (_, term) in zip(self.biases.parts, self.rep_out(self.group).blocks, strict=True)
        ]


def _numbered(packed: Packed) -> Packed:
    """The number of its array in the place of each number."""
    sizes = [math.prod(shape) for shape in packed.shapes]
    return eqx.tree_at(lambda each: each.flat, packed, np.repeat(np.arange(len(sizes)), sizes))


def _block(weights: Inexact[Array, "rank n m"], basis: np.ndarray) -> Inexact[Array, "rows columns"]:
    """The part of W between all copies of two terms."""
    (_, n, m), (rows, columns, _) = weights.shape, basis.shape
    return jnp.einsum("rnm,bar->nbma", weights, basis.astype(weights.dtype)).reshape(n * rows, m * columns)


def joined(pieces: list[Array], sources: tuple[int, ...], like: Array) -> Inexact[Array, " _"]:
    """The pieces of these sources in one array; of none, an empty one."""
    return jnp.concatenate([pieces[s] for s in sources]) if sources else jnp.zeros(0, like.dtype)


def _split(values: Inexact[Array, " size"], sizes: list[int]) -> list[Inexact[Array, " _"]]:
    return jnp.split(values, list(accumulate(sizes))[:-1])


@lru_cache(maxsize=4096)
def maps(source: Rep, target: Rep) -> np.ndarray:
    """An orthonormal basis of the equivariant maps from one bound term to another: (size_out, size_in, rank)."""
    basis = (source >> target).equivariant_basis().to_dense()
    return basis.reshape(target.size, source.size, -1)


@lru_cache(maxsize=4096)
def invariants(term: Rep) -> np.ndarray:
    """An orthonormal basis of the invariant arrays of a bound term: (size, rank)."""
    return term.equivariant_basis().to_dense()
