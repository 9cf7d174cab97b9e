"""The posterior of a fitted model: its outputs with standard deviations, the noise, and errors of its parameters."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact, PyTree

from ..._model import Types
from ...data.batches import as_batch
from ...measure import predict
from .._loss import LeastSquares, Loss, Regression
from .averaged import Averaged, Linear, added_up
from .checks import MOST_PARAMETERS, check_can_be_known, check_is_optimum
from .form import ByParameters, form_of, in_chunks
from .misfit import Misfit
from .rows import ByLoss, Weighed, residuals_of


class Posterior(eqx.Module):
    """What `posterior` gives back.

    Attributes:
        model: the fitted model.
        form: the model as a linear function of some numbers.
        misfit: what else a law may have; `None` where its scalars are not known.
        factor: R with the variance |R b|² of a linear function b of these numbers and of the misfit's.
        rest: the variance of what the functions of the misfit leave out.
        noise: the standard deviation of the noise of each term of the output, in its units; where there are more than
            eight terms, of each kind of tensor.
    """

    model: Any
    form: Any
    misfit: Misfit | None
    factor: Float[np.ndarray, "p p"]
    rest: float
    noise: Float[np.ndarray, " terms"]

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

        Raises:
            ValueError: of a Gaussian process, whose weights mean nothing one by one.
        """
        if not isinstance(self.form, ByParameters):
            raise ValueError(
                f"Parameters have errors where they are named ones. Got {type(self.model).__name__}: ask for the "
                "outputs, posterior(xs)."
            )
        return self.form.shaped(np.sqrt(np.sum(self.factor[:, : self.form.values.size] ** 2, axis=0)))

    def _spreads(self, xs: np.ndarray) -> Any:
        """For chunks of inputs, S with the covariance S Sᵀ of each output."""
        size = self.factor.shape[1] * (1 if self.misfit is None else 2)
        for _, (rows, rest) in in_chunks(_Columns(self.form, self.misfit), xs, size * self._numbers):
            yield np.concatenate([rows @ self.factor.T, np.sqrt(self.rest) * rest], axis=2)

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


class _Columns(eqx.Module):
    """All that an output depends on linearly, and what the functions of the misfit leave out."""

    form: Any
    misfit: Misfit | None

    def __call__(self, x: Array) -> tuple[Array, Array]:
        rows = self.form(x)
        if self.misfit is None:
            return rows, rows[:, :0]
        more, rest = self.misfit(x)
        return jnp.concatenate([rows, more], axis=1), rest


def posterior(model: Any, data: Any, *, loss: Loss | None = None) -> Posterior:
    r"""How far a fitted model may be from the law, for any input, from the samples that it was fitted to.

    Near its fit the model is linear in its parameters θ, with the derivatives J of its residuals. The samples leave

    $$H = \beta J^TJ + A, \qquad \Sigma(x) = b(x)\, H^{-1} b(x)^T$$

    with the precision β of the noise, one for each term of the output, and the precisions A of the parameters, both by
    the evidence. To the parameters belong those of a misfit: any smooth equivariant function beside the model, so that
    the standard deviations hold also where the law is none of the model's. How large it may be is averaged over, by the
    evidence of each size. The covariance of an output is equivariant.

    Of a Gaussian process the parameters are its values, of a polynomial the coefficients.

    Args:
        model: as `fit` returned it, in float64: by Levenberg-Marquardt, or in closed form. Another model will do where
            it is at a minimum of the loss.
        data: the samples that it was fitted to, a `Dataset` or arrays (x, y).
        loss: the loss that it was fitted by, if that is another `LeastSquares` than the squared error. Errors of the
            parameters are then known, and those of outputs are not.

    Returns:
        Called with inputs (n, size_in), the outputs (n, size_out) and their standard deviations, without the noise,
        which is `posterior.noise` for each term of the output. `posterior.covariance(x)` is that of one output, and
        `posterior.errors` has the standard deviation of each parameter, in the structure of the model.

    Raises:
        ValueError: if the model is at no minimum of the loss, or not of float64; if it has too many parameters; if the
            loss is no sum of squares.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> class Line(se.AbstractModel):
        ...     slope: jnp.ndarray
        ...     def __call__(self, x):
        ...         return self.slope * x
        >>> x, noise = jr.normal(jr.key(0), (400, 1)), jr.normal(jr.key(1), (400, 1))
        >>> line, history = se.fit(Line(jnp.ones(())), (x, 2 * x + 0.1 * noise), key=jr.key(2))
        >>> posterior = se.train.posterior(line, (x, 2 * x + 0.1 * noise))
        >>> mean, std = posterior(jnp.array([[10.0]]))
        >>> bool(abs(mean[0, 0] - 20) < 3 * std[0, 0]), round(float(posterior.noise[0]), 1)
        (True, 0.1)
        >>> bool(0.004 < posterior.errors.slope < 0.006)         # 0.1/√400
        True

    References:
        MacKay, Neural Computation 4, 448 (1992); Kennedy and O'Hagan, J. R. Statist. Soc. B 63, 425 (2001).
    """
    batch, own = as_batch(data), check_can_be_known(model, data, loss)
    if isinstance(own, Regression):
        own = own.for_targets(batch[1], data, model)
    form, types = form_of(model) if isinstance(own, Regression) else ByParameters.of(model), Types.of(model, data)
    residuals = residuals_of(own, model, batch)
    weights = own.weights if isinstance(own, Regression) else None
    misfit = None
    if isinstance(own, Regression):
        misfit = Misfit.of(types, np.asarray(batch[0]), _scale(own, residuals, batch[1].shape[1]))
    size = form.values.size + (0 if misfit is None else misfit.count)
    if size > MOST_PARAMETERS:
        raise ValueError(
            f"A posterior keeps a matrix of parameters², of at most {MOST_PARAMETERS} parameters. Got {size}: fit a "
            "smaller width."
        )
    rows = Weighed(form, misfit, weights) if isinstance(own, Regression) else ByLoss(form, own)
    found = _averaged(rows, batch, residuals, own.noises, size, misfit is not None, form)
    check_is_optimum(found.moved)
    return Posterior(model, form, misfit, found.factor, found.rest, _noise(found, own))


def _averaged(
    rows: Any, batch: PyTree, residuals: np.ndarray, noises: Any, size: int, misfit: bool, form: Any
) -> Averaged:
    chunks = in_chunks(rows, batch if isinstance(rows, ByLoss) else batch[0], size * residuals.shape[1])
    parts = ((own, residuals[place]) for place, own in chunks)
    problem = added_up(parts, noises, residuals.size < size)
    more = size - form.values.size
    values = np.concatenate([form.values, np.zeros(more)])
    groups = np.concatenate([form.groups, np.full(more, form.groups.max(initial=-1) + 1)])
    counts = float(residuals.size) if noises is None else np.bincount(noises) * float(len(residuals))
    return Linear(problem, values, groups, counts, misfit).averaged()


def _scale(loss: Regression, residuals: np.ndarray, size_out: int) -> Float[np.ndarray, " size_out"]:
    """What a misfit of each component is measured in: the residuals of its term beside those of the least noisy one."""
    weights = np.broadcast_to(1.0 if loss.weights is None else np.asarray(loss.weights), (size_out,))
    if loss.noises is None:
        return 1 / weights
    numbers = np.array(loss.noises)
    squares = np.bincount(numbers, np.mean(residuals**2, axis=0)) / np.bincount(numbers)
    least = max(squares.min(), 1e-16 * squares.max(), np.finfo(float).tiny)
    return np.sqrt(np.maximum(squares / least, 1.0))[numbers[:size_out]] / weights


def _noise(found: Averaged, loss: LeastSquares) -> Float[np.ndarray, " terms"]:
    """In the units of the outputs."""
    weights = getattr(loss, "weights", None)
    if weights is None:
        return np.sqrt(found.noise)
    weights = np.asarray(weights)
    if not weights.ndim or len(found.noise) == 1:
        return np.sqrt(found.noise) / weights.flat[0]
    numbers = np.array(loss.noises)[: weights.size]
    first = [int(np.flatnonzero(numbers == term)[0]) for term in range(len(found.noise))]
    return np.sqrt(found.noise) / weights[first]
