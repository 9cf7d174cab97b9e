"""What a law may have that the model has not: any smooth equivariant function, by how little the samples rule it out.

Kennedy and O'Hagan, *Bayesian calibration of computer models*, J. R. Statist. Soc. B 63, 425 (2001).
"""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from ..._model import Types
from ...scalars import Covariants, Invariants
from .._loss import as_real
from .form import in_chunks

_LENGTH = 0.7  # of the bells, in widths of all scalars together
_MOST = 600  # functions of all covariants together
_CENTRES = (20, 200)  # the fewest and the most
_RESOLVED, _SEEN = 1e-3, 1e-9  # of the variance: what is left when no more centres are chosen, and what is a function
_LIMIT = 500  # scalars, and covariants, beyond which none is looked at


class Misfit(eqx.Module):
    r"""$g(x) = \sum_c g_c(s(x))\, t_c(x)$ with the covariants $t_c$ and Gaussian processes $g_c$ of all scalars.

    Their covariance is exp(−|z−z'|²/2ℓ²D) in z = arsinh((s − median)/width) of the D scalars: of one scale for all.
    Functions of it at some centres among the samples have independent weights, and what these functions leave of the
    variance elsewhere is `rest`. The covariance of g is equivariant, whatever the samples are.

    Attributes:
        invariants: s.
        covariants: t.
        middle: the medians.
        width: half of the span of the middle 68 %, or infinite of a scalar that does not vary.
        sizes: by which covariants are divided.
        centres: z of some samples.
        weights: the functions as combinations of the bells.
        scale: what each component of the output is multiplied by.
    """

    invariants: Invariants
    covariants: Covariants
    middle: Float[np.ndarray, " scalars"]
    width: Float[np.ndarray, " scalars"]
    sizes: Float[np.ndarray, " covariants"]
    centres: Float[np.ndarray, "centres scalars"]
    weights: Float[np.ndarray, "centres functions"]
    scale: Float[np.ndarray, " size_out"]

    @classmethod
    def of(
        cls, types: Types | None, x: Inexact[np.ndarray, "n size_in"], scale: Float[np.ndarray, " size_out"]
    ) -> "Misfit | None":
        """That of a type at these samples; `None` where its scalars are not known, or are too many."""
        generators = _generators(types)
        if generators is None:
            return None
        scalars, tensors = _seen(generators, x)
        low, middle, high = np.quantile(scalars, (0.16, 0.5, 0.84), axis=0)
        width = np.where(high > low, (high - low) / 2, np.inf)
        sizes = np.sqrt(np.mean(np.sum(np.abs(tensors) ** 2, axis=2), axis=0))
        sizes[~(sizes > 0)] = np.inf
        places = np.arcsinh((scalars - middle) / width)
        few, many = _CENTRES
        centres = places[_chosen(places, int(np.clip(_MOST // len(sizes), few, many)))]
        variances, modes = np.linalg.eigh(np.asarray(_bells(centres, centres)))
        seen = variances > _SEEN * variances[-1]
        weights = modes[:, seen] / np.sqrt(variances[seen])
        return cls(*generators, middle, width, sizes, centres, weights, scale)

    @classmethod
    def stored(cls, types: Types | None, arrays: dict[str, Any]) -> "Misfit":
        """That of a type with these arrays, as they were found once."""
        generators = _generators(types)
        if generators is None:
            raise ValueError("A misfit needs the types that it was found for. Got none: give the data set as well.")
        return cls(*generators, **arrays)

    @property
    def count(self) -> int:
        """How many functions there are."""
        parts = 2 if self.covariants.group.field == "complex" else 1
        return self.weights.shape[1] * len(self.sizes) * parts

    def __call__(self, x: Inexact[Array, " size_in"]) -> tuple[Float[Array, "m count"], Float[Array, "m covariants"]]:
        """The functions at one input, and what else there may be, as `rest` with the covariance rest · restᵀ."""
        place = jnp.arcsinh((self.invariants(x) - self.middle) / self.width)
        values = _bells(place[None], self.centres)[0] @ self.weights
        tensors = self.covariants(x) / self.sizes[:, None] * self.scale
        if self.covariants.group.field == "complex":
            tensors = jnp.concatenate([tensors, 1j * tensors])
        tensors = as_real(tensors).T
        rest = jnp.sqrt(jnp.maximum(1 - values @ values, 0.0)) * tensors
        return (tensors[:, :, None] * values).reshape(len(tensors), -1), rest


def _generators(types: Types | None) -> tuple[Invariants, Covariants] | None:
    if types is None or types.group is None:
        return None
    try:
        invariants = Invariants(types.rep_in, types.group)
        covariants = Covariants(types.rep_in, types.rep_out, types.group, limit=_LIMIT)
    except (ValueError, TypeError):
        return None
    return (invariants, covariants) if 0 < invariants.size <= _LIMIT and covariants.size else None


def _seen(generators: tuple[Invariants, Covariants], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The scalars and the covariants of all samples."""
    invariants, covariants = generators
    parts = [part for _, part in in_chunks(_Both(invariants, covariants), x, covariants.size * 10)]
    scalars, tensors = (np.concatenate(each) for each in zip(*parts, strict=True))
    return scalars, tensors


class _Both(eqx.Module):
    invariants: Invariants
    covariants: Covariants

    def __call__(self, x: Array) -> tuple[Array, Array]:
        return self.invariants(x), self.covariants(x)


def _bells(places: Any, centres: Any) -> Array:
    off = jnp.sum((jnp.asarray(places)[:, None] - centres) ** 2, axis=2) / centres.shape[1]
    return jnp.exp(-off / (2 * _LENGTH**2))


def _chosen(places: Float[np.ndarray, "n scalars"], most: int) -> list[int]:
    """The samples that a pivoted Cholesky factorisation of the covariance chooses."""
    left, columns, chosen = np.ones(len(places)), np.zeros((len(places), min(most, len(places)))), []
    for step in range(columns.shape[1]):
        pivot = int(np.argmax(left))
        if not left[pivot] > _RESOLVED:
            break
        off = np.mean((places - places[pivot]) ** 2, axis=1)
        own = np.exp(-off / (2 * _LENGTH**2)) - columns[:, :step] @ columns[pivot, :step]
        columns[:, step] = own / np.sqrt(left[pivot])
        left = np.maximum(left - columns[:, step] ** 2, 0.0)
        left[pivot] = 0.0
        chosen.append(pivot)
    return chosen
