"""The bilinear layer of EMLP: products of pairs of tensors."""

from itertools import accumulate

import equinox as eqx
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Inexact, Int, Key

from ..groups import Group
from ..reps import Rep, T
from ._equivariant_linear import EquivariantLinear, PartValues, at_once, cut, joined
from ._parts import Part
from ._products import Product, Type, left_places, products, right_places, self_dual, summed

Places = tuple[int, int, int]  # the part of the mixture a result is in, those of its left factor and its right one


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
        (factors,) = at_once([self.factors], x)
        return self.of_factors(factors)

    def of_factors(self, factors: PartValues) -> Inexact[Array, " size_out"]:
        """The output for what `factors` gives."""
        mixing, found = self.mix.tall, []
        together = self._together([part for part, _ in factors], [part for part, _ in mixing])
        terms = self._terms(factors, together)
        for number, (part, matrix) in enumerate(mixing):
            own = tuple(key for key in together if key[0] == number)
            chosen = [product for key in own for product in together[key]]
            values = joined(terms, own, factors[0][1]) @ self._wide(matrix, part.sources, chosen).T
            found.append((part, values))
        return self.mix.in_order(found)

    def _together(self, factors: list[Part], mixing: list[Part]) -> dict[Places, list[int]]:
        """The products whose results are of one part of the mixture, and their factors each of one part of theirs."""
        results, kinds = list(self._result_counts()), list(self._factor_counts())
        into = {results[s]: n for n, part in enumerate(mixing) for s in part.sources}
        of = {kinds[t]: n for n, part in enumerate(factors) for t in part.targets}
        found: dict[Places, list[int]] = {}
        for number, product in enumerate(self.products):
            if product.result in into:  # otherwise no map but zero starts there
                found.setdefault((into[product.result], of[product.left], of[product.right]), []).append(number)
        return found

    def _terms(self, factors: PartValues, together: dict[Places, list[int]]) -> dict[Places, Inexact[Array, " _"]]:
        """The terms of the sums that the components of the products are.

        A factor is repeated for all terms that it stands in by a product with ones, which is cheaper than to copy it
        and, backwards, to add up.
        """
        found: dict[tuple[int, Places], Array] = {}
        for number, (part, values) in enumerate(factors):
            uses = [(side, key) for side in (0, 1) for key in together if key[1 + side] == number]
            rows = [self._rows(part, side, together[key]) for side, key in uses]
            ones = np.eye(len(values), dtype=values.real.dtype)[:, np.concatenate([np.zeros(0, int), *rows])]
            repeated = jnp.dot(values, ones, precision="highest")
            found.update(zip(uses, cut(repeated, list(map(len, rows))), strict=True))
        return {key: found[0, key] * found[1, key] for key in together}

    def _rows(self, part: Part, side: int, numbers: list[int]) -> Int[np.ndarray, " terms"]:
        """Which row of the matrix of a part is the left factor, or the right, in each term of these products."""
        kinds, starts, start = list(self._factor_counts().items()), {}, 0
        for kind, copies in (kinds[t] for t in part.targets):
            size, first = self.group.dim ** sum(kind), start
            for number, product in enumerate(self.products):
                for which, taken in enumerate((product.left, product.right)):
                    if taken == kind:
                        starts[number, which] = first + size * np.arange(product.channels)
                        first += size * product.channels
            start += size * copies
        places = (left_places, right_places)[side]
        return np.concatenate(
            [(starts[n, side][:, None] + places(self.products[n], self.group)).ravel() for n in numbers]
        )

    def _wide(
        self, matrix: Inexact[Array, "rows columns"], sources: tuple[int, ...], chosen: list[int]
    ) -> Inexact[Array, "rows terms"]:
        """M with a column for each term of the sums that the components of the products are."""
        if not sources:
            return matrix
        kinds = list(self._result_counts())
        places = [n for s in sources for n, product in enumerate(self.products) if product.result == kinds[s]]
        sizes = [self.products[n].channels * self.group.dim ** sum(self.products[n].result) for n in places]
        columns = dict(zip(places, jnp.split(matrix, list(accumulate(sizes))[:-1], axis=1), strict=True))
        wide = []
        for number in chosen:
            inner = summed(self.products[number], self.group)
            wide.append(jnp.repeat(columns[number] * inner**-0.5, inner, axis=1) if inner > 1 else columns[number])
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
