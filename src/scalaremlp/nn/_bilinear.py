"""The bilinear layer of EMLP: products of pairs of tensors."""

from collections.abc import Iterator
from itertools import accumulate

import equinox as eqx
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Inexact, Key

from ..groups import Group
from ..reps import Rep, T
from ._equivariant_linear import EquivariantLinear, joined
from ._products import Product, Type, left_terms, products, right_terms, self_dual, summed


class Bilinear(eqx.Module):
    r"""x → M (B x ⋆ D x): equivariant linear maps B, D and M, and products ⋆ of pairs of tensors between them.

    The products are those of two tensors of the types of the output that give a third of them, contracted over any
    number of indices: v·w, v ⊗ w, M v, tr(M N) and so on. Small ones are taken first, until the factors fill `size`
    components, so the cost of the layer is about that of two linear layers of that width.

    Args:
        rep_in: the input type.
        rep_out: the output type, a sum of T(p,q).
        group: what both are bound to.
        size: the components of all factors.
        gain: the standard deviation of the outputs at the start, for inputs of unit variance.
        key: for the weights.

    Returns:
        Called with (size_in,): the output, (size_out,).

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.nn import Bilinear
        >>> from scalaremlp.reps import T
        >>> layer = Bilinear(2 * T(1), 2 * T(0) + T(1), O(3), size=32, key=jr.key(0))
        >>> layer(jnp.ones(6)).shape, [(p.left, p.right, p.result, p.channels) for p in layer.products]
        ((5,), [((0, 0), (0, 0), (0, 0), 4), ((0, 0), (1, 0), (1, 0), 2), ((1, 0), (1, 0), (0, 0), 2)])

    Source:
        Finzi, Welling, Wilson, arXiv:2104.09459, section 5, where one tensor acts on another as a matrix and the pairs
        are chosen at random; here all contractions and outer products are there, of learned mixtures.
    """

    group: Group = eqx.field(static=True)
    products: tuple[Product, ...] = eqx.field(static=True)
    factors: EquivariantLinear
    mix: EquivariantLinear

    def __init__(self, rep_in: Rep, rep_out: Rep, group: Group, *, size: int, gain: float = 1.0, key: Key[Array, ""]):
        self.group = group
        self.products = products(_types(rep_out, group), group, size)
        factor_key, mix_key = jr.split(key)
        self.factors = EquivariantLinear(rep_in, _rep(self._factor_counts()), group, key=factor_key)
        self.mix = EquivariantLinear(_rep(self._result_counts()), rep_out, group, bias=False, gain=gain, key=mix_key)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        left, right = self._factors(x)
        terms = [a * b for a, b in zip(left, right, strict=True)]
        y: dict[int, Array] = {}
        for part, matrices in self.mix.tall:
            chosen, matrix = self._of_results(part.sources), jnp.concatenate(matrices)
            values = self._wide(matrix, chosen) @ joined(terms, chosen, x)
            sizes = [self.mix.rows[t] for t in part.targets]
            y.update(zip(part.targets, jnp.split(values, list(accumulate(sizes))[:-1]), strict=True))
        return jnp.concatenate([y[t] for t in range(len(self.mix.rows))])

    def _factors(self, x: Inexact[Array, " size_in"]) -> tuple[list[Inexact[Array, " _"]], ...]:
        """The left factors of the terms of every product, and the right ones.

        A factor stands in as many terms as its rows are repeated in the matrix, so that a sample needs neither copies
        nor, backwards, sums over them.
        """
        pieces, bias = self.factors.pieces(x), self.factors.pieces_of_bias
        found: dict[tuple[int, int], Array] = {}
        for part, matrices in self.factors.tall:
            places, rows, shifts = [], [], []
            for target, matrix in zip(part.targets, matrices, strict=True):
                for place, part_of in self._uses(target):
                    places.append(place)
                    rows.append(self._repeated(place, matrix[part_of]))
                    shifts.append(self._repeated(place, bias[target][part_of]))
            values = jnp.concatenate(rows) @ joined(pieces, part.sources, x) + jnp.concatenate(shifts)
            cut = jnp.split(values, list(accumulate(map(len, rows)))[:-1])
            found.update(zip(places, cut, strict=True))
        every = range(len(self.products))
        return [found[n, 0] for n in every], [found[n, 1] for n in every]

    def _uses(self, target: int) -> Iterator[tuple[tuple[int, int], slice]]:
        """Which products take the tensors of a type, on which side, and which rows these are."""
        kind, start = list(self._factor_counts())[target], 0
        for number, product in enumerate(self.products):
            for side, taken in enumerate((product.left, product.right)):
                if taken == kind:
                    stop = start + product.channels * self.group.dim ** sum(kind)
                    yield (number, side), slice(start, stop)
                    start = stop

    def _repeated(self, place: tuple[int, int], rows: Inexact[Array, "rows *rest"]) -> Inexact[Array, "terms *rest"]:
        """The rows that make a factor, each as often as terms have it."""
        product, (count, *rest) = self.products[place[0]], rows.shape
        terms = (left_terms, right_terms)[place[1]]
        wide = terms(product, rows.reshape(product.channels, count // product.channels, *rest), self.group)
        return wide.reshape(wide.shape[0] * wide.shape[1], *rest)

    def _of_results(self, sources: tuple[int, ...]) -> tuple[int, ...]:
        """The products that give these types, in the order of the columns of M."""
        kinds = list(self._result_counts())
        return tuple(n for s in sources for n, product in enumerate(self.products) if product.result == kinds[s])

    def _wide(self, matrix: Inexact[Array, "rows columns"], chosen: tuple[int, ...]) -> Inexact[Array, "rows terms"]:
        """M with a column for each term of the sums that the components of the products are."""
        wide, start = [matrix[:, :0]], 0
        for product in (self.products[n] for n in chosen):
            inner, stop = summed(product, self.group), start + product.channels * self.group.dim ** sum(product.result)
            wide.append(jnp.repeat(matrix[:, start:stop] * inner**-0.5, inner, axis=1))
            start = stop
        return jnp.concatenate(wide, axis=1)

    def _factor_counts(self) -> dict[Type, int]:
        """How many tensors of each type the products are made of."""
        counts: dict[Type, int] = {}
        for product in self.products:
            for kind in (product.left, product.right):
                counts[kind] = counts.get(kind, 0) + product.channels
        return counts

    def _result_counts(self) -> dict[Type, int]:
        """How many tensors of each type the products give."""
        counts: dict[Type, int] = {}
        for product in self.products:
            counts[product.result] = counts.get(product.result, 0) + product.channels
        return counts


def _types(rep: Rep, group: Group) -> tuple[Type, ...]:
    """The types of the terms; T(p+q) for T(p,q) where covectors are vectors."""
    orders = [(term.p + term.q, 0) if self_dual(group) else (term.p, term.q) for _, term in rep(group).blocks]
    return tuple(dict.fromkeys(orders))


def _rep(counts: dict[Type, int]) -> Rep:
    return sum((copies * T(*kind) for kind, copies in counts.items()), 0 * T(0))
