"""Losses: what a fit makes small."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Inexact, Key, PyTree

from .._model import as_model
from ..measure.terms import OutputTerms


@runtime_checkable
class Loss(Protocol):
    """A real number to be made small: any callable of a model, a batch and a random key.

    A batch is the pytree of arrays that `fit` was given, cut down to some of its samples along the leading axis; for
    a data set it is `(x, y)`. The value has to be a mean over the samples of the batch, so that batches can be
    averaged. The key is for losses that draw random numbers.
    """

    def __call__(self, model: Callable[..., Any], batch: PyTree, key: Key[Array, ""]) -> Float[Array, ""]:
        """The mean loss of `model` over the samples of `batch`."""
        ...


class LeastSquares(eqx.Module):
    r"""A loss that is a mean of squares. A subclass says what is squared; Levenberg-Marquardt needs to know it.

    $$L = \frac{1}{bm} \sum_{i=1}^b \sum_{j=1}^m r_{ij}^2$$

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.train import LeastSquares
        >>> class Pull(LeastSquares):
        ...     def residuals(self, model, batch, key):
        ...         return (model - batch)[:, None]
        >>> float(Pull()(1.0, jnp.array([0.0, 3.0]), jr.key(0)))
        2.5
    """

    @abstractmethod
    def residuals(self, model: Any, batch: PyTree, key: Key[Array, ""]) -> Float[Array, "b m"]:
        """The real residuals of a batch of `b` samples, `m` of them for each sample."""

    @property
    def separable(self) -> bool:
        """Whether each residual is a differentiable function; otherwise only the sum of squares of a sample is one."""
        return True

    @property
    def noises(self) -> tuple[int, ...] | None:
        """For each residual of a sample a number from 0: those of one number have a noise in common. None: all have."""
        return None

    def __call__(self, model: Any, batch: PyTree, key: Key[Array, ""]) -> Float[Array, ""]:
        """The mean of the squared residuals."""
        return jnp.mean(self.residuals(model, batch, key) ** 2)


def as_weights(weights: Any) -> Array | None:
    return None if weights is None else jnp.asarray(weights, float)


class Regression(LeastSquares):
    """The mean squared error of `model(x)` against `y`, over samples and components.

    Complex residuals are stacked into their real and imaginary parts, so that a batch of `b` outputs of size `m` has
    residuals of shape `(b, 2m)`, and the loss is half of the mean squared modulus.

    A model with a true attribute `takes_key` is called as `model(x, key=key)`, each sample with a key of its own.

    Args:
        weights: what each component of the residuals is multiplied by, (size_out,) or one number. Without, `fit`
            chooses them: see `for_targets`. To have every component counted as it is, pass 1.
        terms: for each real residual of a sample the number of the term of the output that it is of, from 0, if there
            are several: Levenberg-Marquardt infers the noise of each.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.train import Regression
        >>> batch = jnp.zeros((2, 1)), jnp.array([[1e-19, 3e-9], [1e-19, 1e-9]])
        >>> mean_square = Regression(weights=jnp.array([1e19, 1e9]))(lambda x: jnp.zeros(2), batch, jr.key(0))
        >>> round(float(mean_square), 6)        # (1 + 9 + 1 + 1) / 4
        3.0
    """

    weights: Float[Array, "..."] | None = eqx.field(converter=as_weights, default=None, kw_only=True)
    terms: tuple[int, ...] | None = eqx.field(static=True, default=None, kw_only=True)

    def residuals(
        self,
        model: Callable[..., Any],
        batch: tuple[Inexact[Array, "b size_in"], Inexact[Array, "b size_out"]],
        key: Key[Array, ""],
    ) -> Float[Array, "b m"]:
        """The residuals `model(x) - y` of the batch `(x, y)`, times the weights if there are any."""
        x, y = batch
        error = predictions(model, x, key) - y
        return as_real(error if self.weights is None else error * self.weights)

    @property
    def noises(self) -> tuple[int, ...] | None:
        """`terms`: each term of the output has a noise of its own."""
        return self.terms

    def for_targets(self, y: Inexact[Array, "n size_out"], *typed: Any) -> "Regression":
        """This loss, with the weights that these outputs ask for; itself, if it has weights or none are needed.

        If the output type has several terms, the residuals of each are divided by the root mean square of its
        components, about what is invariant of their mean: an energy of 1e-19 J counts as much as a force of 1e-9 N, and
        each has a noise of its own. Every copy of a tensor is a term. Of one term they are as they are, unless their
        squares could leave the range of the numbers.

        Args:
            y: the outputs to be learned.
            *typed: data sets and models, of which the first that has them tells `rep_out` and `group`.
        """
        parts = OutputTerms.of(*typed)
        if parts is None or self.weights is not None or parts.size != y.shape[1]:
            return self
        weights, numbers = parts.weights(np.asarray(y)), parts.numbers * (2 if jnp.iscomplexobj(y) else 1)
        several = numbers if len(set(numbers)) > 1 else None
        return replace(self, weights=weights, terms=several)


class CrossEntropy(eqx.Module):
    r"""The mean cross-entropy of a classifier, $-\frac1b \sum_i \sum_k y_{ik} \log p_{ik}$.

    The model gives a number for each class, $p_i$ is their softmax, and $y_i$ holds the probabilities of the classes:
    one 1 among zeros where the class is known.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.train import CrossEntropy
        >>> batch = jnp.zeros((4, 3)), jnp.eye(2)[jnp.array([0, 1, 0, 1])]
        >>> round(float(CrossEntropy()(lambda x: jnp.zeros(2), batch, jr.key(0))), 4)      # log 2
        0.6931
    """

    def __call__(
        self,
        model: Callable[..., Any],
        batch: tuple[Inexact[Array, "b size_in"], Float[Array, "b classes"]],
        key: Key[Array, ""],
    ) -> Float[Array, ""]:
        """The mean over the samples of the batch."""
        x, y = batch
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(predictions(model, x, key)), axis=-1))

    def numbers(
        self, guess: Inexact[np.ndarray, "n classes"], truth: Float[np.ndarray, "n classes"]
    ) -> dict[str, float]:
        """What `evaluate` says of a classifier: the loss, and how often the largest output is the likeliest class."""
        right = truth.argmax(axis=1) == guess.argmax(axis=1)
        losses = -np.sum(truth * np.asarray(jax.nn.log_softmax(guess)), axis=1)
        return {"cross_entropy": float(np.mean(losses)), "accuracy": float(np.mean(right))}


def predictions(
    model: Callable[..., Any], x: Inexact[Array, "b size_in"], key: Key[Array, ""]
) -> Inexact[Array, "b size_out"]:
    """`model(x)` for every sample, each with a key of its own if the model takes one."""
    if as_model(model).takes_key:
        return jax.vmap(lambda one, own: model(one, key=own))(x, jr.split(key, len(x)))
    return jax.vmap(model)(x)


def mean_square(errors: Inexact[np.ndarray, "n m"], weights: Any = None) -> float:
    """The loss of `Regression` where errors are known: NumPy has nothing to compile. Too large for a number: inf."""
    errors = errors if weights is None else errors * np.asarray(weights)
    with np.errstate(over="ignore"):
        return float(np.mean(np.abs(errors) ** 2)) / (2 if np.iscomplexobj(errors) else 1)


def as_real(values: Inexact[Array, "*batch m"]) -> Float[Array, "*batch k"]:
    """Complex values as their real and imaginary parts, stacked along the last axis; real values as they are."""
    if jnp.iscomplexobj(values):
        return jnp.concatenate([values.real, values.imag], axis=-1)
    return values
