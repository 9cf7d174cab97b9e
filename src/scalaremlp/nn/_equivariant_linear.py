"""The linear layer of EMLP: any equivariant matrix, and any invariant bias."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate, groupby
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Inexact, Key

from .._arrays import on_device
from .._packed import Packed
from ..groups import Group
from ..reps import Rep, Scalar
from ._between import Block, between
from ._drawn import drawn_as_one
from ._parts import Part, parts

PartValues = list[tuple[Part, Array]]  # for each part, the numbers of its targets
_UNIT = 1 / 2  # of a weight, as a coefficient of an orthonormal basis


class EquivariantLinear(eqx.Module):
    r"""x → W x + b with ρ_out(g) W = W ρ_in(g) and ρ_out(g) b = b for all g.

    Between one copy of a term A of the input and one of a term B of the output, W is $\frac12 \sum_r w_r Q_r$ over an
    orthonormal basis Q of the equivariant maps A → B, found once for each pair of terms; so is b. The half makes the
    published learning rate of EMLP, 0.003, one of 0.0015 for the coefficients of the basis, at which networks end
    nearer to the data. The matrix is put together once a call of `vmap`, not once a sample, and only types that mix
    are multiplied, even and odd tensors of O(3) apart, say: a batch costs at most a little more than a dense layer.
    `weights[t][s]` are those between terms t of the output and s of the input, `biases[t]` those of b; each of the two
    is one array to an optimiser, `weights.flat`, since many small ones are slow.

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
    weights: Packed  # each (rank, copies_out, copies_in)
    biases: Packed | None  # each (rank, copies_out)

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
        (values,) = at_once([self], x)
        return self.in_order(values)

    def in_order(self, values: PartValues) -> Inexact[Array, " size_out"]:
        """The output, of which there are the values of each part."""
        rows, y = self.rows, dict[int, Array]()
        for part, own in values:
            y.update(zip(part.targets, cut(own, [rows[t] for t in part.targets]), strict=True))
        return jnp.concatenate([y[t] for t in range(len(rows))])

    @property
    def matrix(self) -> Inexact[Array, "size_out size_in"]:
        """W, block by block; a call puts it together by fewer operations."""
        blocks = [row[: len(self.columns)] for row in self._blocks]
        return jnp.concatenate([jnp.concatenate([between([[b]]) for b in row], axis=1) for row in blocks])

    @property
    def bias(self) -> Inexact[Array, " size_out"]:
        """B."""
        assert self.biases is not None
        return jnp.concatenate([between([[row[-1]]])[:, 0] for row in self._blocks])

    @property
    def tall(self) -> list[tuple[Part, Inexact[Array, "rows columns"]]]:
        """The types that mix, and the rows of W of these targets, in the columns of their sources alone.

        Of b too, which is a column for the last source, a one: see `pieces`.
        """
        blocks = self._blocks
        mixing = parts(tuple(tuple(bool(block.basis.shape[-1]) for block in row) for row in blocks))
        return [self._in_order(part, blocks) for part in mixing]

    def _in_order(self, part: Part, blocks: list[list[Block]]) -> tuple[Part, Inexact[Array, "rows columns"]]:
        """Targets and sources by their sizes, and their matrix."""
        sizes_out, sizes_in = [row[0].basis.shape[0] for row in blocks], [block.basis.shape[1] for block in blocks[0]]
        targets, sources = _by_size(part.targets, sizes_out), _by_size(part.sources, sizes_in)
        ordered = Part(tuple(t for group in targets for t in group), tuple(s for group in sources for s in group))
        if not sources:
            rows = sum(self.rows[t] for t in ordered.targets)
            return ordered, jnp.zeros((rows, 0), self.weights.flat.dtype)
        tall = [[between([[blocks[t][s] for s in some] for t in few]) for some in sources] for few in targets]
        return ordered, jnp.concatenate([jnp.concatenate(row, axis=1) for row in tall])

    def pieces(self, x: Inexact[Array, " size_in"]) -> list[Inexact[Array, " _"]]:
        """The part of an input that belongs to each term, and a one if there is a bias."""
        return [*cut(x, self.columns), *([] if self.biases is None else [jnp.ones(1, x.dtype)])]

    @property
    def rows(self) -> list[int]:
        """How many numbers of the output belong to each term."""
        return [copies * term.size for copies, term in self.rep_out(self.group).blocks]

    @property
    def columns(self) -> list[int]:
        """How many numbers of the input belong to each term."""
        return [copies * term.size for copies, term in self.rep_in(self.group).blocks]

    @property
    def _blocks(self) -> list[list[Block]]:
        """The blocks of W, a row for each term of the output, and at the end of each the block of b."""
        sources, targets = self.rep_in(self.group).blocks, self.rep_out(self.group).blocks
        found = [
            [Block(w, _units(source, target)) for w, (_, source) in zip(row, sources, strict=True)]
            for row, (_, target) in zip(self.weights.parts, targets, strict=True)
        ]
        if self.biases is not None:
            for row, b, (_, target) in zip(found, self.biases.parts, targets, strict=True):
                row.append(Block(b[..., None], _constants(target, self.group)))
        return found


def _numbered(packed: Packed) -> Packed:
    """The number of its array in the place of each number."""
    sizes = [math.prod(shape) for shape in packed.shapes]
    return eqx.tree_at(lambda each: each.flat, packed, np.repeat(np.arange(len(sizes)), sizes))


def at_once(layers: Sequence[EquivariantLinear], x: Inexact[Array, " size_in"]) -> list[PartValues]:
    """What layers of one type of input, all with a bias or none, give: parts of the same sources by one product."""
    pieces, found = layers[0].pieces(x), [dict[Part, Array]() for _ in layers]
    together: dict[tuple[int, ...], list[tuple[int, Part, Array]]] = {}
    for number, layer in enumerate(layers):
        for part, matrix in layer.tall:
            together.setdefault(part.sources, []).append((number, part, matrix))
    for sources, those in together.items():
        values = joined(pieces, sources, x) @ jnp.concatenate([matrix for *_, matrix in those]).T
        for (number, part, _), own in zip(those, cut(values, [len(matrix) for *_, matrix in those]), strict=True):
            found[number][part] = own
    return [list(each.items()) for each in found]


def joined(
    pieces: Sequence[Array] | Mapping[Any, Array], sources: tuple[Any, ...], like: Array
) -> Inexact[Array, " _"]:
    """The pieces of these sources in one array; of none, an empty one."""
    return jnp.concatenate([pieces[s] for s in sources]) if sources else jnp.zeros(0, like.dtype)


def cut(values: Inexact[Array, " size"], sizes: list[int]) -> list[Inexact[Array, " _"]]:
    """Pieces of these sizes."""
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


@lru_cache(maxsize=4096)
def _units(source: Rep, target: Rep) -> np.ndarray:
    """What weights are coefficients of."""
    return _UNIT * maps(source, target)


@lru_cache(maxsize=4096)
def _constants(term: Rep, group: Group) -> np.ndarray:
    """The same of a bias, as maps of a scalar: the very array of these, where it is equal."""
    ((_, scalar),) = Scalar(group).blocks
    found, wanted = _units(scalar, term), _UNIT * invariants(term)[:, None, :]
    return found if np.array_equal(found, wanted) else wanted


def _by_size(places: tuple[int, ...], sizes: list[int]) -> list[list[int]]:
    """The places of each size together."""
    by_size = sorted(places, key=lambda place: (sizes[place], place))
    return [list(group) for _, group in groupby(by_size, lambda place: sizes[place])]
