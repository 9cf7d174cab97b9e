"""The network of "Scalars are universal" as it was published: bare scalars and a bare network."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Float, Inexact, Key

from .._model import check_key, check_types
from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants, Invariants
from ._covariant_sum import as_complex
from ._layers import Layers
from ._particle_sum import Tuples, particle_tuples, tuples_summary
from .typed import TypedModel

_SUMS = 2  # learned functions that are summed over the particles, and over the pairs


class BareScalarMLP(TypedModel):
    r"""The published scalar network, to compare with: ReLU layers on the invariants as they are.

    $$f(x) = \sum_\kappa c_\kappa(s(x))\, t_\kappa(x)$$

    with all polynomial invariants s, neither standardised nor joined by norms, all equivariant tensors t, and one
    network c. For identical particles (`permutation=True`), with ordered tuples of at most two particles,

    $$f(x) = \sum_k \sum_{(i_1, …, i_k)} \sum_\kappa c^k_\kappa(s(x_{i_1}, …), p(x))\, t_\kappa(x_{i_1}, …)$$

    where p are sums over all particles and over all pairs of learned functions of their scalars. The published layer
    fed all particles' scalars to one network in the order of the input, and changed by 1 to 3 % when the particles
    were permuted; this one does not change.

    Args:
        rep_in: a sum of tensors of at most four indices: T(0), T(1), T(0,1), T(2), Sym(2), …
        rep_out: any sum of tensors.
        group: a classical group, a stabiliser of an axis, S(n) or Trivial.
        width: of the hidden layers.
        depth: the number of hidden layers.
        layer_norm: whether the units of each hidden layer are normalised before the ReLU.
        permutation: whether particles are identical.
        dtype: of the weights and of the network's arithmetic, by default "float32" as published.
        limit: the most covariants to build.
        key: for the initial weights and biases, uniform within ±1/√inputs.

    Returns:
        Called with one input of shape (size_in,): the output, of shape (size_out,). For a batch use `jax.vmap`.

    Raises:
        ValueError: for types or groups without known scalars, above `limit`, and for inputs of another shape.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.nn import BareScalarMLP
        >>> from scalaremlp.reps import T
        >>> BareScalarMLP(2 * T(1), T(1), O(3), width=8, depth=2, key=jr.key(0))(jnp.ones(6)).shape
        (3,)

    References:
        Villar et al., *Scalars are universal*, arXiv:2106.06610, section 6 and appendix.
    """

    body: "_Whole | _Particles"

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        width: int = 500,
        depth: int = 6,
        layer_norm: bool = False,
        permutation: bool = False,
        dtype: str = "float32",
        limit: int = 100_000,
        key: Key[Array, ""],
    ):
        check_types(rep_in, rep_out, group)
        check_key(key)
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        layers = {"width": width, "depth": depth, "layer_norm": layer_norm}
        self.settings = (*layers.items(), ("permutation", permutation), ("dtype", dtype), ("limit", limit))
        networks = _Networks(width, depth, layer_norm, dtype)
        self.body = (_Particles if permutation else _Whole)(rep_in, rep_out, group, networks, limit=limit, key=key)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        self.types.check_one_input(x)
        return self.body(x)

    @property
    def identical_particles(self) -> bool:
        """Whether particles are identical."""
        return bool(dict(self.settings)["permutation"])

    @property
    def summary(self) -> str:
        """What the model is made of, in words: how many scalars and covariants."""
        return self.body.summary


class _Networks(eqx.Module):
    """Makes the networks of a model, alike but for the numbers of their inputs and outputs."""

    width: int
    depth: int
    layer_norm: bool
    dtype: str

    def __call__(self, size_in: int, size_out: int, key: Key[Array, ""]) -> Layers:
        layers = Layers(
            size_in, size_out, width=self.width, depth=self.depth, activation="relu", uniform=True,
            layer_norm=self.layer_norm, key=key,
        )  # fmt: skip
        return jax.tree.map(lambda array: array.astype(self.dtype), layers)


def _applied(layers: Layers, values: Float[Array, " n"]) -> Float[Array, " m"]:
    """The network in its own precision, its values in that of its arguments."""
    return layers(values.astype(layers.biases[0].dtype)).astype(values.dtype)


class _Whole(eqx.Module):
    """One network from all invariants to the coefficients of all covariants."""

    invariants: Invariants
    covariants: Covariants
    network: Layers

    def __init__(
        self, rep_in: Rep, rep_out: Rep, group: Group, networks: _Networks, *, limit: int, key: Key[Array, ""]
    ):
        self.invariants = Invariants(rep_in, group)
        self.covariants = Covariants(rep_in, rep_out, group, limit=limit)
        count = self.covariants.size * (2 if group.field == "complex" else 1)
        self.network = networks(self.invariants.size, count, key)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        coefficients = _applied(self.network, self.invariants(x))
        return self.covariants.combine(as_complex(coefficients, self.covariants.group), x)

    @property
    def summary(self) -> str:
        return f"{self.invariants.size} scalars, {self.covariants.size} covariants"


class _Particles(eqx.Module):
    """A network for each arity, shared over the tuples of particles, and one for each kind of sum."""

    tuples: tuple[Tuples, ...]
    networks: tuple[Layers | None, ...]
    sums: tuple[Layers, ...]

    def __init__(
        self, rep_in: Rep, rep_out: Rep, group: Group, networks: _Networks, *, limit: int, key: Key[Array, ""]
    ):
        self.tuples = particle_tuples(rep_in, rep_out, group, scalars="products", limit=limit)
        sizes = [t.scalars.mean.size for t in self.tuples]
        summed = _SUMS * len(sizes[1:3])
        parts = 2 if group.field == "complex" else 1
        keys, sum_keys = jr.split(jr.fold_in(key, 0), len(sizes)), jr.split(jr.fold_in(key, 1), len(sizes[1:3]))
        self.networks = tuple(
            networks(size + summed, parts * len(t.chosen), k) if _contributes(t) else None
            for size, t, k in zip(sizes, self.tuples, keys, strict=True)
        )
        self.sums = tuple(networks(size, _SUMS, k) for size, k in zip(sizes[1:3], sum_keys, strict=True))

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        scalars = [t.values(x) for t in self.tuples]
        learned = [
            jax.vmap(lambda s, net=net: _applied(net, s))(values).sum(axis=0)
            for net, values in zip(self.sums, scalars[1:3], strict=True)
        ]
        sums = jnp.concatenate(learned)
        shares = [
            t.combine(jax.vmap(lambda s, net=net: _applied(net, jnp.concatenate([s, sums])))(values), x)
            for t, net, values in zip(self.tuples, self.networks, scalars, strict=True)
            if net is not None
        ]
        return jnp.stack(shares).sum(axis=0)

    @property
    def summary(self) -> str:
        return tuples_summary(self.tuples)


def _contributes(tuples: Tuples) -> bool:
    """Whether there is a covariant of these tuples; the empty one stands for an output that is zero."""
    return len(tuples.chosen) > 0 or not tuples.arity
