"""Which optimiser a fit uses, and why: a decision by the sizes of the problem alone."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import PyTree

from .._check import one_of
from ._batches import sample_count
from ._first_order import FirstOrder
from ._loss import LeastSquares, Loss
from ._natural_gradient import NaturalGradient
from ._parameters import count_parameters, split_parameters
from .second_order import LevenbergMarquardt, residuals_per_sample

#: Optimisers by name. A new one is a class with `minimise` and one line here.
OPTIMIZERS = {
    "first-order": FirstOrder, "levenberg-marquardt": LevenbergMarquardt, "natural-gradient": NaturalGradient,
}  # fmt: skip

MAX_BYTES = 2e9  # Levenberg-Marquardt is not chosen where it would take more memory


def select(optimizer: Any, settings: Mapping[str, Any], loss: Loss, model: PyTree, data: PyTree) -> tuple[Any, str]:
    """The object whose `minimise` will run, and the reason for it in words.

    Args:
        optimizer: as of `fit`: `None`, a name, an object with `minimise`, or an Optax optimiser.
        settings: of first-order training, by name; those that are `None` are not given.
        loss: the loss.
        model: the model.
        data: a pytree of arrays with one entry a sample.

    Raises:
        ValueError: if there is no such optimiser, or it cannot take these settings, this loss or this model.

    Example:
        >>> import equinox as eqx, jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.train import Regression, select
        >>> model = eqx.nn.Linear(3, 2, key=jr.key(0))
        >>> select("first-order", {"steps": 10}, Regression(), model, (jnp.ones((5, 3)), jnp.ones((5, 2))))[1]
        'given by the caller'
    """
    settings = {name: value for name, value in settings.items() if value is not None}
    if isinstance(optimizer, str):
        optimizer = named_optimizer(optimizer)
    if isinstance(optimizer, LevenbergMarquardt | NaturalGradient):
        optimizer.check(loss, model)
    if hasattr(optimizer, "minimise"):
        return _with_settings(optimizer, settings), "given by the caller"
    if hasattr(optimizer, "init") and hasattr(optimizer, "update"):
        return FirstOrder(transformation=optimizer, **settings), "an Optax optimiser given by the caller"
    if optimizer is not None:
        raise ValueError(
            "`optimizer` must be None, a name, FirstOrder(...), LevenbergMarquardt(...), NaturalGradient(...) or an "
            f"Optax optimiser. Got {optimizer!r}. With None a suitable one is chosen."
        )
    if settings:
        return FirstOrder(**settings), f"{', '.join(settings)} given, which only first-order training has"
    return _suitable(loss, model, data)


def _suitable(loss: Loss, model: PyTree, data: PyTree) -> tuple[Any, str]:
    """Levenberg-Marquardt where it applies and pays, otherwise first-order training."""
    if not isinstance(loss, LeastSquares):
        return FirstOrder(), f"{type(loss).__name__} is no LeastSquares loss, which Levenberg-Marquardt needs"
    others = {str(leaf.dtype) for leaf in jax.tree.leaves(split_parameters(model)[0])} - {"float64"}
    if others:
        reason = f"the parameters are {', '.join(sorted(others))}, and Levenberg-Marquardt needs float64"
        if jnp.result_type(float) == jnp.float32:
            warnings.warn(
                f"Fitting by a first-order method: {reason}. Call scalaremlp.enable_x64() before making the model and "
                "the data for a more exact fit.",
                stacklevel=4,
            )
        return FirstOrder(), reason
    method = LevenbergMarquardt()
    parameters, samples, each = count_parameters(model), sample_count(data), residuals_per_sample(loss, model, data)
    flops, memory = method.cost(parameters, each, samples)
    size = f"{parameters} parameters and {samples * each} residuals"
    if memory > MAX_BYTES or not method.suits(parameters, each, samples):
        return FirstOrder(linear_first=True), f"{size} are too many for Levenberg-Marquardt"
    used = method.share(parameters, each, samples)
    part = "" if used == (samples, each) else f", {used.samples * used.residuals} directions of them at first"
    return method, f"least squares in float64 with {size}{part}: {flops / 1e9:.3g} Gflop an iteration"


def named_optimizer(name: str) -> Any:
    """A new optimiser of that name, with its default settings."""
    one_of("optimizer", name, OPTIMIZERS, remedy="For others pass an Optax optimiser, e.g. optax.lion(1e-4).")
    return OPTIMIZERS[name]()


def _with_settings(optimizer: Any, settings: Mapping[str, Any]) -> Any:
    """The optimiser with the settings that were given to `fit` itself."""
    if not settings:
        return optimizer
    if isinstance(optimizer, FirstOrder | NaturalGradient):
        return replace(optimizer, **settings)
    raise ValueError(
        f"steps, epochs, batch_size, schedule and patience belong to first-order training. Got {', '.join(settings)} "
        f"with {type(optimizer).__name__}. Leave them out, or give optimizer='first-order'."
    )
