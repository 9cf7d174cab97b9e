"""What is fitted where the user has left it open: the model given, or one of the alternatives that it offers."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Inexact, Key, PyTree

from .._copies import apart, by_norms
from .._draws import permuted
from .._model import as_model
from ..measure.terms import OutputTerms
from ._batches import sample_count, take
from ._closed import Closed, fit_closed
from ._history import History
from ._loss import Regression
from ._of_invariants import OfInvariants
from ._parameters import count_parameters
from ._ranges import in_pieces

NEARLY_LINEAR = 1e-8  # share of the outputs left by a refined solve, above which an exact one leaves something
SURELY_LINEAR = 1e-18  # likewise, below which it is not asked whether an exact one leaves nothing
GOOD = 1e-2  # relative error of left-out samples below which nothing else is tried
MANY = 5  # residuals for each parameter of a small model, so that it can be judged by its own samples
MARGIN = 10.0  # by which such a judgement has to be better
EXACT = 1e-7  # relative error of a small model that has found the law: one that only comes near extrapolates worse
APART = 5.0  # in errors of the alternative, how far the two may be from each other elsewhere
ROUNDING = 1e-7  # relative error that nothing more is done about
_PROMISED = "its few parameters, after an alternative was judged by {}"
HELD_BACK = 5  # one sample of so many
LEAST_TO_HOLD_BACK = 20  # of fewer samples a fifth says nothing


class Split(NamedTuple):
    """The samples to fit to, those held back, and which these are."""

    fitted: PyTree
    held_back: PyTree
    rows: np.ndarray


class Choice(NamedTuple):
    """What is to be done.

    Attributes:
        fitted: the model and the history that were chosen; `None`: the model that was given is to be fitted.
        start: what that fit may go on from, if it is known: the same model, fitted to a part of the samples.
        reason: why, if one was chosen.
        how: what the choice was made by.
        left_out: errors of samples that the model, or one fitted to the others alone, had not seen.
        rows: which samples these are; `None`: all, in their order.
    """

    fitted: tuple[Any, History] | None = None
    start: Any = None
    reason: str = ""
    how: str = ""
    left_out: Inexact[np.ndarray, "n size_out"] | None = None
    rows: np.ndarray | None = None


def hold_back(batch: PyTree, key: Key[Array, ""]) -> Split:
    """A fifth of the samples, at random, and the others; copies of one sample are on one side."""
    samples = sample_count(batch)
    order = permuted(jr.fold_in(key, 3), samples)
    arrays = jax.tree.leaves(batch)
    rows = apart(by_norms(*(arrays[:-1] or arrays)), order, samples // HELD_BACK)  # copies may differ in their noise
    others = order[~np.isin(order, rows)]
    return Split(take(batch, others), take(batch, rows), rows)


def choose(
    model: Any,
    batch: tuple[Array, Array],
    loss: Regression,
    error: Callable[[Any, PyTree], float],
    *,
    validation: tuple[Array, Array] | None,
    key: Key[Array, ""],
    calibrated: Callable[[], Any],
    minimised: Callable[[Any, PyTree, PyTree], tuple[Any, History]],
    searched: Callable[[Any, PyTree, PyTree], tuple[Any, History]],
) -> Choice:
    """The model, or an alternative of it that predicts other samples better.

    A law in which the model is linear is left to it. Small networks of just what an alternative depends on are taken if
    they promise much more, whatever its error. An alternative of small error on samples that it was not given, each
    left out in turn or those of `validation`, is taken without more ado. Otherwise the model is fitted as well, to be
    judged by `validation`, or to a part of the samples and judged by the rest; then it is to be fitted to all.

    Args:
        model: whose `alternatives(x, y)` can be fitted in closed form to these samples.
        batch: `(x, y)`.
        loss: the mean squared error, with the weights of the terms.
        error: the loss of a model on a batch, as a number.
        validation: held-out samples of the user's own.
        key: for the part that is held back.
        calibrated: the model with the statistics of the batch.
        minimised: fits a model to a batch, with another one to choose the best model by.
        searched: likewise, on a way that is the same in any units.
    """
    others, squared = as_model(model).alternatives(*batch), not isinstance(loss, OfInvariants)
    if not others or (squared and _is_linear(others, calibrated, batch, loss, key)):
        return Choice()
    fits = [fit_closed(other, batch, error, validation=validation) for other in others]
    honest = [_honest(each, batch, validation, loss) for each in fits]
    best, least = fits[int(np.argmin(honest))], min(honest)
    why = f"{as_model(best.model).called}, an alternative of the model that was given"
    taken = Choice((best.model, best.history), reason=why, left_out=best.left_out)
    where = "samples left out one at a time" if validation is None else "the validation data"
    refined = _refined(model, best, batch, least, loss, key, searched, validation) if squared else None
    if refined is not None:
        why = "networks of the scalars that an alternative depends on"
        return Choice(refined, reason=why, how=_PROMISED.format(where))
    if least <= GOOD:
        return taken._replace(how=f"relative error {least:.1e} on {where}")
    if validation is not None:
        given = minimised(model, batch, validation)
        own, where = _error(given[0], validation, loss), "the validation data"
    elif sample_count(batch) < LEAST_TO_HOLD_BACK:
        return taken._replace(how=f"the samples are too few for more; relative error {least:.1e} on {where}")
    else:
        parts, given = hold_back(batch, key), None
        other = minimised(model, *parts[:2])[0]
        errors = np.asarray(parts.held_back[1]) - in_pieces(other, parts.held_back[0])
        own, where = robust_error(errors, parts.held_back[1], loss), "a fifth held back"
        least = robust_error(best.left_out[parts.rows], parts.held_back[1], loss)
    kinds = as_model(model).called, as_model(best.model).called
    how = f"chosen by {where}, where {kinds[0]} is {own:.1e} off and {kinds[1]} {least:.1e}"
    if least < own:
        return taken._replace(how=how)
    if validation is not None:
        return Choice(given, how=how)
    return Choice(start=other, how=how, left_out=errors, rows=parts.rows)


def _is_linear(
    others: list[Any], calibrated: Callable[[], Any], batch: tuple[Array, Array], loss: Regression, key: Key[Array, ""]
) -> bool:
    """Whether a linear solve leaves nothing; it is not made where an alternative knows that much or nothing is left."""
    left = min(other.left_by_linear() for other in others)
    if SURELY_LINEAR <= left < NEARLY_LINEAR:
        from .second_order import fit_linear  # rarely asked

        return fit_linear(loss, calibrated(), batch, key=key)[1]
    return left < SURELY_LINEAR


def _refined(
    model: Any,
    best: Closed,
    batch: tuple[Array, Array],
    least: float,
    loss: Regression,
    key: Key[Array, ""],
    searched: Callable[..., tuple[Any, History]],
    validation: tuple[Array, Array] | None,
) -> tuple[Any, History] | None:
    """The model that has just what the best alternative depends on, if it promises to be more exact.

    Of many more residuals than it determines parameters, its error on other samples is close to that on its own, the
    more so corrected by their number: Σr²/N · (1 − γ/N)⁻² (Golub, Heath and Wahba, Technometrics 21, 215 (1979)).
    Where the alternative leaves noise no model is exact.
    """
    near = least > ROUNDING and _error(best.model, batch, loss) < EXACT
    small = as_model(model).refined(best.model, key=key) if near else None
    if small is None or batch[1].size < MANY * count_parameters(small):
        return None
    fitted, history = searched(small, batch, validation)
    if validation is not None:
        return (fitted, history) if _error(fitted, validation, loss) < least else None
    determined = history.records[-1].details.get("determined")
    share = determined / batch[1].size if determined is not None and np.isfinite(determined) else 0.0
    promised = _error(fitted, batch, loss) / (1 - share) ** 2
    found = promised < min(EXACT, least / MARGIN)
    sound = found and _disagreement(fitted, best.model, batch, loss) < APART * least
    return (fitted, history) if sound else None


def _disagreement(one: Any, other: Any, batch: tuple[Array, Array], loss: Regression) -> float:
    """How far two models are apart on inputs that neither was fitted to: terms of the samples, put together anew.

    It is about the error of the worse of the two: much more than that says that one of them is wrong elsewhere.
    """
    parts, x = OutputTerms.of(other, rep="rep_in"), np.asarray(batch[0])
    if parts is None:
        return np.inf
    mixed = np.concatenate([np.roll(x[:, term.part], shift, axis=0) for shift, term in enumerate(parts.terms)], axis=1)
    return robust_error(in_pieces(one, mixed) - in_pieces(other, mixed), batch[1], loss)


def _honest(
    closed: Closed, batch: tuple[Array, Array], validation: tuple[Array, Array] | None, loss: Regression
) -> float:
    if validation is None:
        return robust_error(closed.left_out, batch[1], loss)
    return _error(closed.model, validation, loss)


def _error(model: Any, batch: tuple[Array, Array], loss: Regression) -> float:
    return robust_error(np.asarray(batch[1]) - in_pieces(model, batch[0]), batch[1], loss)


def robust_error(errors: Inexact[np.ndarray, "n m"], y: Inexact[Array | np.ndarray, "n m"], loss: Regression) -> float:
    """Mean of log(1 + |error|²/variance): the relative error where it is small, and not decided by one sample.

    The variance is that of the outputs, Σ|y − ȳ|²/n. Terms of the output count as the loss weighs them. A loss of
    relative errors or logarithms is its own measure, with 1 in the place of the variance.

    Args:
        errors: what the outputs are more than their predictions.
        y: the outputs.
        loss: what is made small.
    """
    if isinstance(loss, OfInvariants):
        known = jnp.asarray(y)
        squares = np.asarray(jnp.sum(loss.error(known - jnp.asarray(errors), known) ** 2, axis=1))
        return float(np.mean(np.log1p(squares)))
    weights = 1.0 if loss.weights is None else np.asarray(loss.weights)
    errors, truth = np.asarray(errors) * weights, np.asarray(y) * weights
    unit = float(np.max(np.abs(truth), initial=0.0)) or 1.0
    spread = float(np.mean(np.sum(np.abs((truth - truth.mean(axis=0)) / unit) ** 2, axis=1)))
    lost = np.sum(np.abs(errors / unit) ** 2, axis=1)
    return float(np.mean(np.log1p(lost / spread))) if spread > 0 else float(lost.any())
