"""What is known of a fitted model: its outputs with standard deviations, the noise, and errors of its parameters."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Inexact, Int, PyTree

from ..._model import Types
from ...measure import predict
from .._loss import as_real
from .form import ByParameters, in_chunks
from .misfit import Misfit


class Posterior(eqx.Module):
    """What `posterior` gives back.

    Attributes:
        model: the fitted model.
        form: the model as a linear function of some numbers.
        misfit: what else a law may have; `None` where its scalars are not known.
        factor: R with the variance |R b|² of a linear function b of these numbers and of the misfit's.
        rest: the variances of what the functions of each Gaussian process leave out, and at last those of the misfit.
        noise: the standard deviation of the noise of each term of the output, in its units; where there are more than
            eight terms, of each kind of tensor.
        terms: for each component of the output the number of the term whose noise it shares.
        log_evidence: the logarithm of the probability of the samples, up to a constant that is the same for all models
            of the same samples.
        in_sigma: whether the noise is in units of the standard errors of the samples.
        unknown: of which of these numbers the samples say nothing.
        elsewhere: the parameters of another fit that meets the samples as well; `None` where there is none. What the
            two do not agree in is a part of the covariance.
        of_outputs: whether the outputs have standard deviations: not of a loss that is not their squared error.
    """

    model: Any
    form: Any
    misfit: Misfit | None
    factor: Float[np.ndarray, "p p"]
    rest: Float[np.ndarray, " rests"]
    noise: Float[np.ndarray, " terms"]
    terms: Int[np.ndarray, " size_out"]
    log_evidence: float
    in_sigma: bool = False
    unknown: Bool[np.ndarray, " p"] | None = None
    of_outputs: bool = True
    elsewhere: Float[np.ndarray, " parameters"] | None = None

    def __call__(
        self, xs: Inexact[Array | np.ndarray, "n size_in"], *, batch: int = 1024
    ) -> tuple[Inexact[np.ndarray, "n size_out"], Inexact[np.ndarray, "n size_out"]]:
        """The model's outputs, and the standard deviation of the noise-free law about them.

        Of complex outputs it is the standard deviation of the real part plus i times that of the imaginary part.

        Args:
            xs: the inputs, one a row.
            batch: of how many at a time the outputs are computed.

        Raises:
            ValueError: if `xs` has another shape, or the model is no function of one input.
        """
        self._check_callable()
        mean = np.asarray(predict(self.model, xs, batch=batch))
        std = np.sqrt(np.concatenate([np.sum(spread**2, axis=2) for spread in self._spreads(np.asarray(xs))]))
        if not np.iscomplexobj(mean):
            return mean, std
        real, imaginary = np.split(std, 2, axis=1)
        return mean, real + 1j * imaginary

    def covariance(self, x: Inexact[Array | np.ndarray, " size_in"]) -> Float[np.ndarray, "m m"]:
        """The covariance Σ(x) of one output, of which m = size_out components; Σ(gx) = ρ(g) Σ(x) ρ(g)ᵀ.

        Of complex outputs it is that of the real parts followed by the imaginary ones, m = 2 size_out.
        """
        self._check_callable()
        (spread,) = self._spreads(np.asarray(x)[None])
        return np.asarray(spread[0] @ spread[0].T)

    @property
    def errors(self) -> PyTree:
        """The standard deviation of each parameter, in the structure of the model.

        Where the types are known it allows for a misfit; of samples as bare arrays (x, y) it is that of a model which
        is taken to be right. It is infinite where an array of parameters changes no output of the samples.

        Raises:
            ValueError: of a Gaussian process, whose weights mean nothing one by one.
        """
        if not isinstance(self.form, ByParameters):
            raise ValueError(
                f"Parameters have errors where they are named ones. Got {type(self.model).__name__}: ask for the "
                "outputs, posterior(xs)."
            )
        size = self.form.values.size
        errors = np.sqrt(np.sum(self.factor[:, :size] ** 2, axis=0))
        return self.form.shaped(errors if self.unknown is None else np.where(self.unknown[:size], np.inf, errors))

    def _spreads(self, xs: np.ndarray) -> Any:
        """For chunks of inputs, S with the covariance S Sᵀ of each output."""
        size = self._numbers * self.factor.shape[1] * (1 if self.misfit is None else 2)
        for _, (rows, rest, apart) in in_chunks(_Columns(self.form, self.misfit, self.elsewhere), xs, size):
            yield np.concatenate([rows @ self.factor.T, np.sqrt(self._rests(rest.shape[2])) * rest, apart], axis=2)

    def _rests(self, columns: int) -> Float[np.ndarray, " columns"]:
        """The variance of each column of what is left out: those of the misfit share one."""
        own = self.rest[: len(self.rest) - (self.misfit is not None)]
        return np.concatenate([own, np.repeat(self.rest[len(own) :], columns - len(own))])

    @property
    def _numbers(self) -> int:
        types = Types.of(self.model)
        return 2 * types.size_out if types is not None else 4

    def _check_callable(self) -> None:
        if not callable(self.model):
            raise ValueError(
                f"Outputs are known of a model that is called with one input. Got {type(self.model).__name__}: ask for "
                "the errors of its parameters, posterior.errors."
            )
        if not self.of_outputs:
            raise ValueError(
                "Outputs have standard deviations where the loss is their squared error. Got another one: ask for the "
                "errors of the parameters, posterior.errors."
            )


class _Columns(eqx.Module):
    """What an output depends on linearly, what the functions leave out, and how far another fit is."""

    form: Any
    misfit: Misfit | None
    elsewhere: Float[np.ndarray, " parameters"] | None

    def __call__(self, x: Array) -> tuple[Array, Array, Array]:
        rows, left = self.form(x), self.form.rest(x)
        apart = left[:, :0] if self.elsewhere is None else self._apart(x)
        if self.misfit is None:
            return rows, left, apart
        more, rest = self.misfit(x)
        return jnp.concatenate([rows, more], axis=1), jnp.concatenate([left, rest], axis=1), apart

    def _apart(self, x: Array) -> Float[Array, "m 1"]:
        outputs = [as_real(self.form.model(theta)(x)) for theta in (self.elsewhere, self.form.values)]
        return (outputs[0] - outputs[1])[:, None]
