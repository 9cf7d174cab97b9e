"""From a fitted model and its samples to its posterior."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int, PyTree

from ..._model import Types
from ...data.batches import as_batch
from ...data.sigma import sigma_of
from .._loss import LeastSquares, Loss, Regression, as_weights
from ..weighed.fit_student import numbers_of
from ..weighed.student import Student
from .averaged import Averaged, Linear, added_up
from .checks import check_can_be_known, check_is_optimum, check_leaves_noise, check_size, of_outputs
from .elsewhere import fitted_elsewhere
from .form import ByParameters, form_of, in_chunks
from .left_out import widened
from .misfit import Misfit
from .posterior import Posterior
from .rows import ByLoss, Weighed, residuals_of


def posterior(model: Any, data: Any, *, loss: Loss | str | None = None) -> Posterior:
    r"""How far a fitted model may be from the law, for any input, from the samples that it was fitted to.

    Near its fit the model is linear in its parameters θ, with the derivatives J of its residuals. The samples leave

    $$H = \beta J^TJ + A, \qquad \Sigma(x) = b(x)\, H^{-1} b(x)^T$$

    with the precision β of the noise, one for each term of the output, and the precisions A of the parameters, both by
    the evidence. To the parameters belong those of a misfit: any smooth equivariant function beside the model, so that
    the standard deviations hold also where the law is none of the model's. How large it may be is averaged over, by the
    evidence of each size. The covariance of an output is equivariant.

    Of a Gaussian process the parameters are its values, under the covariance of its fit, of a polynomial the
    coefficients. A model whose parameters are fitted step by step, and whose types are known, is fitted once more from
    other starting values; what the two do not agree in is a part of Σ. Where samples that are left out in turn are
    further off than Σ says, it grows by one factor.

    Args:
        model: as `fit` returned it, in float64: by Levenberg-Marquardt, or in closed form. Another model will do where
            it is at a minimum of the loss.
        data: the samples that it was fitted to, a `Dataset` or arrays (x, y). If it has `sigma`, the noise is told in
            units of that: 1 where the standard errors are right.
        loss: the loss that it was fitted by, if that is another `LeastSquares` than the squared error, or "student".
            Of a loss of your own the errors of parameters are known, and those of outputs are not.

    Returns:
        Called with inputs (n, size_in), the outputs (n, size_out) and their standard deviations, without the noise,
        which is `posterior.noise` for each term of the output. `posterior.covariance(x)` is that of one output, and
        `posterior.errors` has the standard deviation of each parameter, in the structure of the model.

    Raises:
        ValueError: if the model is at no minimum of the loss, or not of float64; if it has too many parameters; if the
            loss is no sum of squares; if a Gaussian process passes through all samples; if the samples are not of the
            model's sizes or units, or not finite.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> class Proportional(se.AbstractModel):
        ...     slope: jnp.ndarray
        ...     def __call__(self, x):
        ...         return self.slope * x
        >>> x, noise = jr.normal(jr.key(0), (400, 1)), jr.normal(jr.key(1), (400, 1))
        >>> line, history = se.fit(Proportional(jnp.ones(())), (x, 2 * x + 0.1 * noise), key=jr.key(2))
        >>> posterior = se.train.posterior(line, (x, 2 * x + 0.1 * noise))
        >>> mean, std = posterior(jnp.array([[10.0]]))
        >>> bool(abs(mean[0, 0] - 20) < 3 * std[0, 0]), round(float(posterior.noise[0]), 1)
        (True, 0.1)
        >>> bool(0.004 < posterior.errors.slope < 0.006)         # 0.1/√400
        True

    References:
        MacKay, Neural Computation 4, 448 (1992); Kennedy and O'Hagan, J. R. Statist. Soc. B 63, 425 (2001);
        Lakshminarayanan, Pritzel and Blundell, NIPS 2017; Rasmussen and Williams (2006), section 5.4.2.
    """
    loss = check_can_be_known(model, data, loss)
    batch = as_batch(data)
    asked = _OfOutputs.of(model, data, batch, loss) if of_outputs(loss) else _OfLoss.of(model, batch, loss)
    check_size(asked.size)
    found = asked.linear().averaged()
    check_is_optimum(found.moved)
    wider, (noise, gained) = asked.widened(found), asked.in_units(found)
    rest = wider * asked.left(found.before)
    known = wider**0.5 * found.factor, rest, noise, asked.terms, found.log_evidence + gained
    more = asked.in_sigma, found.unknown, of_outputs(loss), asked.elsewhere(found)
    return Posterior(model, asked.form, asked.misfit, *known, *more)


@dataclass(frozen=True)
class _OfLoss:
    """A model and its samples as a linearised problem, of the residuals of any loss."""

    form: Any
    loss: LeastSquares
    batch: PyTree
    residuals: Float[np.ndarray, "n m"]
    misfit: Misfit | None = None
    each: Float[np.ndarray, "n m"] | None = None

    @classmethod
    def of(cls, model: Any, batch: PyTree, loss: LeastSquares) -> "_OfLoss":
        """That of a loss."""
        return cls(ByParameters.of(model), loss, batch, residuals_of(loss, model, batch))

    @property
    def size(self) -> int:
        """How many numbers are to be known."""
        return self.form.values.size + (0 if self.misfit is None else self.misfit.count)

    @property
    def in_sigma(self) -> bool:
        """Whether the noise is in units of standard errors: of other losses nothing is known of these."""
        return False

    @property
    def rows(self) -> tuple[Any, PyTree]:
        """What gives the derivatives of the residuals of one sample, and the samples."""
        return ByLoss(self.form, self.loss), self.batch

    @property
    def terms(self) -> Int[np.ndarray, " size_out"]:
        """For each residual of a sample the term whose noise it shares."""
        return self._noises

    def linear(self) -> Linear:
        """The problem, with the misfit as the last group of parameters."""
        noises, form = self.loss.noises, self.form
        problem = added_up(self._parts(), noises, self.residuals.size < self.size)
        more = self.size - form.values.size
        values = np.concatenate([form.values, np.zeros(more)])
        groups = np.concatenate([form.groups, np.full(more, form.groups.max(initial=-1) + 1)])
        counts: Any = float(self.residuals.size)
        if noises is not None:
            counts = np.bincount(noises) * float(len(self.residuals))
        return Linear(problem, values, groups, counts, more > 0, form.held)

    def left(self, before: Float[np.ndarray, " p"]) -> Float[np.ndarray, " rests"]:
        """The variance of what the functions of each process leave out, and at last those of the misfit."""
        own = self.form.groups[: 0 if not self.form.held else None]
        first = np.unique(own, return_index=True)[1]
        return before[np.append(first, len(before) - 1)] if self.misfit is not None else before[first]

    def widened(self, found: Averaged) -> float:
        """By what variances have to be multiplied, by samples that are left out; 1 where a model is taken to be right.

        Raises:
            ValueError: if a Gaussian process passes through all samples.
        """
        if self.misfit is None:
            return 1.0
        wider, left = widened(self._parts(), self._noises, found)
        if self.form.held:
            check_leaves_noise(left, len(self.residuals))
        return wider

    def elsewhere(self, found: Averaged) -> Float[np.ndarray, " p"] | None:
        """The parameters of another fit as good, for models of samples whose types are known."""
        if self.misfit is None or self.each is not None or not isinstance(self.form, ByParameters):
            return None
        return fitted_elsewhere(self.form, self.loss, self.batch, self.residuals, found.variances[self._noises])

    @property
    def _noises(self) -> Int[np.ndarray, " m"]:
        """For each residual of a sample the term whose noise it shares."""
        return np.zeros(self.residuals.shape[1], int) if self.loss.noises is None else np.array(self.loss.noises)

    def _parts(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The derivatives and the residuals of some samples after others."""
        for place, rows in in_chunks(*self.rows, self.size * self.residuals.shape[1]):
            yield rows if self.each is None else rows / self.each[place][:, :, None], self.residuals[place]

    def in_units(self, found: Averaged) -> tuple[Float[np.ndarray, " terms"], float]:
        """The noise of each term in the units of the outputs, and what the log evidence gains by these."""
        return np.sqrt(found.noise), 0.0


@dataclass(frozen=True)
class _OfOutputs(_OfLoss):
    """The same of the squared errors of outputs, with a misfit if the types are known."""

    size_out: int = 0

    @classmethod
    def of(cls, model: Any, data: Any, batch: PyTree, loss: Regression) -> "_OfOutputs":  # type: ignore[override]
        """That of outputs, weighed as `fit` does."""
        loss, size_out = _beside(loss.for_targets(batch[1], data, model), np.asarray(batch[1])), batch[1].shape[1]
        residuals = residuals_of(loss, model, batch)
        each = _errors(loss, residuals, size_out, model, data)
        residuals = residuals if each is None else residuals / each
        scale = _scale(loss, residuals, size_out)
        if each is not None:  # of the most precise samples, which rule out the most
            scale = scale / np.sqrt(np.mean(each[:, :size_out] ** -2.0, axis=0))
        misfit = Misfit.of(Types.of(model, data), np.asarray(batch[0]), scale)
        return cls(form_of(model), loss, batch, residuals, misfit, each, size_out)

    @property
    def rows(self) -> tuple[Any, PyTree]:
        """The derivatives of the outputs and of the misfit, and the inputs."""
        return Weighed(self.form, self.misfit, self.weights), self.batch[0]

    @property
    def weights(self) -> Any:
        """By which residuals are multiplied, if by any."""
        return getattr(self.loss, "weights", None)

    @property
    def terms(self) -> Int[np.ndarray, " size_out"]:
        """For each component of the output."""
        return super().terms[: self.size_out]

    def in_units(self, found: Averaged) -> tuple[Float[np.ndarray, " terms"], float]:
        """Residuals are weighed by the inverse of a unit for each component."""
        weights = _weights(self.loss, self.size_out)
        first = [int(np.flatnonzero(self.terms == term)[0]) for term in range(len(found.noise))]
        parts = self.residuals.size / self.size_out
        noise, gained = np.sqrt(found.noise), float(parts * np.sum(np.log(weights)))
        if self.each is not None:
            gained -= float(np.sum(np.log(self.each)))
        return (noise if self.in_sigma else noise / weights[first]), gained

    @property
    def in_sigma(self) -> bool:
        """Whether the noise is in units of the standard errors of the samples."""
        return self.each is not None and not isinstance(self.loss, Student)


def _beside(loss: Regression, y: np.ndarray) -> Regression:
    """The loss of residuals beside the size of the outputs: their unit has no say in where the evidence begins."""
    size = float(np.sqrt(np.mean(np.abs(y) ** 2)))
    return replace(loss, weights=as_weights(1 / size)) if loss.weights is None and size > 0 else loss


def _errors(loss: Any, residuals: np.ndarray, size_out: int, model: Any, data: Any) -> Float[np.ndarray, "n m"] | None:
    """What residuals are divided by: standard errors of the samples, or what Student's distribution makes of them."""
    sigma, parts = sigma_of(data), residuals.shape[1] // size_out
    if isinstance(loss, Student):
        _, weight = loss.weighed(residuals, numbers_of(size_out, data, model) * parts)
        return np.repeat(weight[:, None] ** -0.5, size_out * parts, axis=1)
    return None if sigma is None else np.tile(sigma * _weights(loss, size_out), parts)


def _weights(loss: Any, size_out: int) -> Float[np.ndarray, " size_out"]:
    return np.broadcast_to(1.0 if loss.weights is None else np.asarray(loss.weights), (size_out,))


def _scale(loss: Regression, residuals: np.ndarray, size_out: int) -> Float[np.ndarray, " size_out"]:
    """What a misfit of each component is measured in: the residuals of its term beside those of the least noisy one."""
    weights = _weights(loss, size_out)
    if loss.noises is None:
        return 1 / weights
    numbers = np.array(loss.noises)
    squares = np.bincount(numbers, np.mean(residuals**2, axis=0)) / np.bincount(numbers)
    least = max(squares.min(), 1e-16 * squares.max(), np.finfo(float).tiny)
    return np.sqrt(np.maximum(squares / least, 1.0))[numbers[:size_out]] / weights
