"""Samples taken apart, once, for a Gaussian process: scalars, covariants, and the dictionary that suits them."""

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Inexact, Int

from ..._copies import alike
from ...scalars import Covariants, Differences, Invariants, Scalars, together
from .._moments import Moments, disturbed, of_each
from ._dictionary import decades_of, dictionary

_MOST_DISTURBED = 4096  # samples that tell what is rounding


class Given(NamedTuple):
    """What a process sees of the samples; scalars are standardised, and zero where they are not usable."""

    scalars: Float[np.ndarray, "n scalars"]
    usable: Bool[np.ndarray, " scalars"]
    logs: Float[np.ndarray, "n decades"]
    covariants: Inexact[np.ndarray, "n covariants size_out"]
    y: Inexact[np.ndarray, "n size_out"]
    copies: Int[np.ndarray, " n"]  # a number for each sample, the same for those whose scalars are all the same


def taken_apart(model: Any, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> tuple[Any, Given]:
    """A `ScalarGP` with the dictionary that suits these samples, and what it sees of them."""
    rep_in, group = model.rep_in, model.group
    invariants = Invariants(rep_in, group)
    others = model.covariants, invariants, Differences(invariants)
    (_, _, products, differences), _ = _seen((dictionary(rep_in, group), *others), x)
    decades = decades_of(products)
    sizes = products[:, list(decades)]
    suited = dictionary(rep_in, group, decades, _least(sizes), _least(differences))
    (features, covariants, *_), elsewhere = _seen((suited, *others), x)
    moments = Moments.of_known(features, np.max(np.abs(elsewhere), axis=0))
    options = {**dict(model.settings), "decades": decades, "shapes": ()}
    whole = type(model)(rep_in, model.rep_out, group, **options)
    whole = eqx.tree_at(lambda m: (m.features, m.scalars), whole, (suited, moments))
    scalars = (features - np.asarray(moments.mean)) / np.asarray(moments.scale)
    usable = _varying(scalars)
    logs = np.log(np.maximum(np.abs(sizes), 1e-300))
    scalars = np.where(usable, scalars, 0.0)
    return whole, Given(scalars, usable, logs, covariants, np.asarray(y), _copies(scalars, usable))


def _seen(
    functions: tuple[Scalars | Covariants, ...], x: Inexact[Array, "n size_in"]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Some functions of all samples, and the first of them where nothing cancels."""
    every = [np.asarray(values) for values in _of_all(functions, x)]
    return [values[: len(x)] for values in every], every[0][len(x) :]


@eqx.filter_jit
def _of_all(functions: tuple[Any, ...], x: Array) -> tuple[Array, ...]:
    """Compiled once for functions that differ in arrays alone, as a dictionary before and after it is suited."""
    few = x[:: -(-len(x) // _MOST_DISTURBED)]
    return of_each(lambda one: together(functions, one), jnp.concatenate([x, disturbed(few)]))


def _least(values: Float[np.ndarray, "n decades"]) -> Float[np.ndarray, " decades"]:
    """Below which modulus each counts as zero: a tenth of the least if all are of one sign, else a low quantile."""
    if not values.size:
        return np.ones(values.shape[1])
    largest = np.abs(values).max(axis=0)
    sizes = np.where(values == 0, np.where(largest > 0, largest, 1.0), np.abs(values))
    one_sign = (values > 0).all(axis=0) | (values < 0).all(axis=0)
    return np.where(one_sign, 0.1 * sizes.min(axis=0), np.quantile(sizes, 0.01, axis=0))


def _copies(scalars: Float[np.ndarray, "n scalars"], usable: Bool[np.ndarray, " scalars"]) -> Int[np.ndarray, " n"]:
    """A number for each sample, its own if no scalar is usable."""
    return alike(scalars[:, usable]) if usable.any() else np.arange(len(scalars))


def _varying(scalars: Float[np.ndarray, "n scalars"]) -> Bool[np.ndarray, " scalars"]:
    """Which scalars are neither constant nor, but for sign, another one again."""
    varies = scalars.std(axis=0) > 0.5  # constant ones have scale 1, and only rounding varies
    normed = np.where(varies, scalars - scalars.mean(axis=0), 0.0)
    alike = np.abs(np.triu(normed.T @ normed / len(scalars), 1)) > 1 - 1e-10
    return varies & ~alike.any(axis=0)
