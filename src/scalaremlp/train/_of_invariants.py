"""Losses for invariant outputs that span decades: the relative error, and that of the logarithm."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact, Key

from .._check import one_of
from ..measure.terms import OutputTerms
from ._loss import Regression, as_weights, predictions
from .weighed.student import Student


class OfInvariants(Regression):
    """A regression whose residuals weigh each sample by its own size, which only invariant outputs have."""

    def residuals(
        self,
        model: Callable[..., Any],
        batch: tuple[Inexact[Array, "b size_in"], Float[Array, "b size_out"]],
        key: Key[Array, ""],
    ) -> Float[Array, "b m"]:
        """Those of the batch `(x, y)`, times the weights if there are any."""
        x, y = batch
        error = self.error(predictions(model, x, key), y)
        return error if self.weights is None else error * self.weights

    def typical(self, y: Float[Array, "n m"]) -> Float[Array, "n m"]:
        """The outputs cut off at the median of their moduli: a model that begins at their size sees small ones too."""
        middle = jnp.median(jnp.abs(y), axis=0)
        return jnp.clip(y, -middle, middle)

    @abstractmethod
    def error(self, guess: Float[Array, "b m"], y: Float[Array, "b m"]) -> Float[Array, "b m"]:
        """What is squared."""

    def check(self, y: Inexact[Array, "n size_out"], name: str, *typed: Any) -> None:
        """Raise `ValueError` unless these outputs can be weighed by their sizes.

        The first of `typed`, data sets and models, that says its type has outputs T(0) alone; they are real.
        """
        parts = OutputTerms.of(*typed)
        other = [] if parts is None else [term.name for term in parts.terms if term.name != "T(0)"]
        if other or jnp.iscomplexobj(y):
            got = other[0] if other else "complex numbers"
            raise ValueError(
                f"The loss {type(self).__name__} is one of real outputs T(0). Got {got} in the {name}. "
                "Leave the loss out, or fit these by themselves."
            )


class RelativeError(OfInvariants):
    r"""The mean squared relative error of invariant outputs, of real numbers that are not zero.

    $$r_{ij} = \frac{f_j(x_i) - y_{ij}}{|y_{ij}|}$$

    `fit` refuses targets that are zero, and outputs of another type than T(0).

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.train import RelativeError
        >>> batch = jnp.zeros((2, 1)), jnp.array([[1e-3], [1e3]])
        >>> float(RelativeError()(lambda x: jnp.array([2e-3]), batch, jr.key(0)).round(3))      # (1 + 1) / 2
        1.0
    """

    def error(self, guess: Float[Array, "b m"], y: Float[Array, "b m"]) -> Float[Array, "b m"]:
        """(f − y)/|y|."""
        return (guess - y) / jnp.abs(y)

    def check(self, y: Inexact[Array, "n size_out"], name: str, *typed: Any) -> None:
        """As of all outputs T(0), and none may be zero."""
        super().check(y, name, *typed)
        if zeros := int(np.sum(np.asarray(y) == 0)):
            raise ValueError(
                f"The loss RelativeError divides by the targets, which must not be zero. Got {zeros} zeros in the "
                f"{name}. Leave those samples out, or take LogError(epsilon)."
            )

    def for_targets(self, y: Inexact[Array, "n size_out"], *typed: Any) -> "RelativeError":
        """Itself: each target is its own unit."""
        return self


class LogError(OfInvariants):
    r"""The mean squared error of signed logarithms of invariant outputs, of real numbers.

    $$r_{ij} = \operatorname{arsinh}\frac{f_j(x_i)}{\epsilon} - \operatorname{arsinh}\frac{y_{ij}}{\epsilon}$$

    which is log(f/y) of what is large beside ε, and (f − y)/ε of what is small. `fit` refuses outputs of another type
    than T(0).

    Args:
        epsilon: ε, one number or one for each output, above 0. Without, `fit` takes it from the targets, for each
            output: the least modulus if all are of one sign, else that which a twentieth of them are below.

    Raises:
        ValueError: for ε that is not above 0, and if there is none when it is called.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.train import LogError
        >>> batch = jnp.zeros((2, 1)), jnp.array([[1e3], [1e5]])
        >>> f"{LogError(epsilon=1.0)(lambda x: jnp.array([1e4]), batch, jr.key(0)):.3f}"      # (log 10)²
        '5.302'
    """

    epsilon: Float[Array, "..."] | None = eqx.field(converter=as_weights, default=None)

    def __check_init__(self) -> None:
        if self.epsilon is not None and not bool(jnp.all((self.epsilon > 0) & jnp.isfinite(self.epsilon))):
            raise ValueError(f"`epsilon` must be above 0. Got {self.epsilon}. Leave it out: `fit` finds one.")

    def error(self, guess: Float[Array, "b m"], y: Float[Array, "b m"]) -> Float[Array, "b m"]:
        """arsinh(f/ε) − arsinh(y/ε)."""
        if self.epsilon is None:
            raise ValueError("LogError needs `epsilon`, which `fit` takes from the targets. Got None. Give one.")
        return jnp.arcsinh(guess / self.epsilon) - jnp.arcsinh(y / self.epsilon)

    def for_targets(self, y: Inexact[Array, "n size_out"], *typed: Any) -> "LogError":
        """This loss with ε taken from these targets, if it has none."""
        return self if self.epsilon is not None else replace(self, epsilon=jnp.asarray(_least(np.asarray(y)), y.dtype))


def _least(y: Float[np.ndarray, "n m"]) -> Float[np.ndarray, " m"]:
    """The least modulus of each output of one sign, a low quantile of others; 1 of one that is zero."""
    sizes = np.abs(y)
    one_sign = (y > 0).all(axis=0) | (y < 0).all(axis=0)
    positive = np.where(sizes > 0, sizes, np.nan)
    low = [np.nanquantile(column, 0.05) if np.isfinite(column).any() else 1.0 for column in positive.T]
    return np.where(one_sign, sizes.min(axis=0), np.array(low))


#: Losses by name. A new one is a line here.
LOSSES: dict[str, Callable[[], Regression]] = {
    "mse": Regression,
    "relative": RelativeError,
    "log": LogError,
    "student": Student,
}


def named_loss(name: str) -> Regression:
    """A new loss of that name."""
    one_of("loss", name, LOSSES, remedy="For others pass a Loss.")
    return LOSSES[name]()
