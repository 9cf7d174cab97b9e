"""A fitted Gaussian process as a sum of functions whose weights are independent: what a posterior is made of."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact, Int

_SEEN = 1e-11  # of the largest variance, as where the process is conditioned
_ROUNDING = 1e-10  # of the variance at a place: what is less is none that the functions leave out


class Functions(eqx.Module):
    """f(x) = Σ_k w_k φ_k(x) with w_k ~ N(0, v) for all k of one group: the principal functions of each process.

    Of a process with the covariance k and the centres C they are k(s, C) U Λ^(−1/2), where U Λ Uᵀ = k(C, C). Far from
    the centres they are small, and `rest` has what they leave of the variance.

    Attributes:
        model: the fitted `ScalarGP`.
        weights: for each tensor of the output, each function as a combination of k(s, centre).
        kept: which of these are functions; others fill the arrays.
        values: w.
        groups: the process of each.
        held: that the model is the optimum for precisions of its own, those of its fit.
    """

    model: Any
    weights: tuple[Float[np.ndarray, "processes centres functions"], ...]
    kept: Int[np.ndarray, " k"]
    values: Float[np.ndarray, " k"]
    groups: Int[np.ndarray, " k"]
    held: ClassVar[bool] = True

    @classmethod
    def of(cls, model: Any) -> "Functions":
        """Those of a fitted `ScalarGP`."""
        every, kept, values, groups, start, number = [], [], [], [], 0, 0
        for tensor in model.tensors:
            processes, centres = tensor.weights.shape
            own = np.zeros((processes, centres, centres))
            for process in range(processes):
                found, value = _principal(tensor, process)
                own[process, :, : len(value)] = found
                kept.append(start + process * centres + np.arange(len(value)))
                values.append(value)
                groups.append(np.full(len(value), number))
                number += 1
            start += processes * centres
            every.append(own)
        none = [np.zeros(0, int)]
        return cls(model, tuple(every), *(np.concatenate([*none, *each]) for each in (kept, values, groups)))

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, "m k"]:
        """φ(x): of complex outputs the real parts before the imaginary ones."""
        given = tuple((tensor.weights, tensor.known.level) for tensor in self.model.tensors)
        found = jax.jacrev(self._output)(given, x)
        parts = [
            jnp.einsum("mpc,pck->mpk", of_weights + of_level[..., None], own).reshape(len(of_level), -1)
            for (of_weights, of_level), own in zip(found, self.weights, strict=True)
        ]
        return jnp.concatenate(parts, axis=1)[:, self.kept]

    def rest(self, x: Inexact[Array, " size_in"]) -> Float[Array, "m processes"]:
        """What the functions leave out of each process, r with the covariance v r rᵀ, where w has the variance v."""
        given = tuple((tensor.weights, tensor.known.level) for tensor in self.model.tensors)
        found, scalars = jax.jacrev(self._output)(given, x), self.model.scalars(self.model.features(x))
        parts = [
            of_level * jnp.sqrt(_left(tensor.known, own, scalars[tensor.known.columns]))
            for (_, of_level), tensor, own in zip(
                found, self.model.tensors, map(jnp.asarray, self.weights), strict=True
            )
        ]
        return jnp.concatenate(parts, axis=1)

    def _output(self, given: Any, x: Array) -> Array:
        where = [part for tensor in range(len(given)) for part in (("weights", tensor), ("level", tensor))]

        def parts(model: Any) -> list[Any]:
            tensors = model.tensors
            return [tensors[n].weights if name == "weights" else tensors[n].known.level for name, n in where]

        y = eqx.tree_at(parts, self.model, [part for pair in given for part in pair])(x)
        return jnp.concatenate([y.real, y.imag]) if jnp.iscomplexobj(y) else y


def _left(
    known: Any, functions: Float[Array, "processes centres k"], here: Float[Array, "processes factors"]
) -> Float[Array, " processes"]:
    """k(s, s) − |φ(s)|² of each process."""
    bells = known.weight[..., None] * jnp.exp(-known.rate[..., None] * (here[..., None] - known.scalars) ** 2)
    linear = 1 + jnp.sum(known.slope[..., None] * here[..., None] * known.scalars, axis=1)
    values = jnp.einsum("pc,pck->pk", linear * jnp.prod(1 + bells, axis=1), functions)
    whole = (1 + jnp.sum(known.slope * here**2, axis=1)) * jnp.prod(1 + known.weight, axis=1)
    return jnp.maximum((1 - _ROUNDING) * whole - jnp.sum(values**2, axis=1), 0.0)


def _principal(tensor: Any, process: int) -> tuple[Float[np.ndarray, "centres k"], Float[np.ndarray, " k"]]:
    """The principal functions of one process, and their weights."""
    weights = np.asarray(tensor.weights)[process]
    known = [np.asarray(part)[process] for part in (tensor.known.scalars, *_factors(tensor.known))]
    scalars, a, rate, b = known
    used = weights != 0  # others fill up
    s = scalars[:, used]
    between = 1 + np.einsum("f,fi,fj->ij", b, s, s)
    for own, size, width in zip(s, a, rate, strict=True):
        between *= 1 + size * np.exp(-width * (own[:, None] - own) ** 2)
    variances, modes = np.linalg.eigh(between)
    seen = variances > _SEEN * variances[-1] if len(variances) else variances > 0
    variances, modes = variances[seen], modes[:, seen]
    found = np.zeros((len(weights), len(variances)))
    found[used] = modes / np.sqrt(variances)
    return found, np.sqrt(variances) * (modes.T @ weights[used])


def _factors(known: Any) -> tuple[Array, Array, Array]:
    return known.weight, known.rate, known.slope
