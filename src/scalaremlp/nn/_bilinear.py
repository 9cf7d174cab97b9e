"""The bilinear layer of EMLP: products of pairs of tensors."""

from collections.abc import Iterator
from itertools import accumulate

import equinox as eqx
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Inexact, Key

from ..groups import Group
from ..reps import Rep, T
from ._equivariant_linear import EquivariantLinear
from ._products import Product, Type, multiply, products, self_dual


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
        pieces = self._pieces(self.factors(x))
        results: dict[Type, list[Array]] = {kind: [] for kind in self._result_counts()}
        for product in self.products:
            left, right = next(pieces[product.left]), next(pieces[product.right])
            summed = self.group.dim ** (product.ups + product.downs)
            results[product.result].append(multiply(product, left, right, self.group) * summed**-0.5)
        return self.mix(jnp.concatenate([jnp.concatenate(found).ravel() for found in results.values()]))

    def _pieces(self, factors: Inexact[Array, " size"]) -> dict[Type, Iterator[Inexact[Array, "channels _"]]]:
        """The factors of each type as the products take them; all cut at once, so that nothing is copied."""
        channels = {
            kind: [p.channels for p in self.products for side in (p.left, p.right) if side == kind]
            for kind in self._factor_counts()
        }
        sizes = [n * self.group.dim ** sum(kind) for kind, each in channels.items() for n in each]
        cut = iter(jnp.split(factors, list(accumulate(sizes))[:-1]))
        return {kind: iter([next(cut).reshape(n, -1) for n in each]) for kind, each in channels.items()}

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
