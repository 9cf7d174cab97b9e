"""How far the predictions of a model are from the truth."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.batches import as_batch
from ..reps.terms import Term, power_of_two
from ..scalars import spans_decades
from ._predict import predict
from .checks import check_finite, check_inputs, check_outputs
from .terms import OutputTerms

DECADES = 2.5  # that an invariant output spans, from which on its relative errors are told


def evaluate(model: Callable[..., Any], data: Any, *, batch: int = 1024, loss: Any = None) -> dict[str, Any]:
    r"""How well a model predicts the outputs of a data set.

    - `mse`: $\sum |y - \hat y|^2 / (n m)$ over n samples and m components;
    - `relative_mse`: $\sum |y - \hat y|^2 / \sum |y - \bar y|^2$, where $\bar y$ is the mean output of the data set;
    - `r2`: 1 − `relative_mse`;
    - `n`: the number of samples.

    Where all outputs are equal, within the rounding of their mean, `relative_mse` and `r2` are NaN.

    Of one output T(0) that spans more than 2.5 decades there are also `median_relative_error` and
    `p99_relative_error`, of $|y - \hat y|/|y|$ over the samples whose target is not zero.

    These are of all components as they are, in the units of the largest. If the outputs have several terms, of which
    each copy of a tensor is one, there are also

    - `terms`: for each its name, `term`, with its own `mse`, `relative_mse` and, if it spans decades, relative errors;
    - `worst_relative_mse`: the largest of these, in which a small output counts as much as a large one.

    The type is that of the data, or of the model. No square leaves the range of the numbers, but an `mse` may: it is 0
    below 1e-308.

    Of a classifier, with `loss=scalaremlp.train.CrossEntropy()`, instead: `cross_entropy`, `accuracy`, the share of
    samples whose largest output is that of the class with the largest probability, and `n`.

    Args:
        model: an unbatched model.
        data: a data set, or the arrays `(x, y)`.
        batch: how many samples are predicted at a time.
        loss: `CrossEntropy()` for a classifier; any loss with a method `numbers(guess, truth)` that returns a dict.

    Raises:
        ValueError: if the sizes do not fit, the data are not finite, or the loss has no such method.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> data = se.data.o5(500, key=jr.key(0))
        >>> mean = data.y.mean(axis=0)
        >>> round(se.evaluate(lambda x: mean, data)["relative_mse"], 6)
        1.0
    """
    if not (loss is None or hasattr(loss, "numbers")):
        raise ValueError(
            f"`loss` must have numbers of its own, as CrossEntropy() has. Got {type(loss).__name__}. Leave it out."
        )
    batch_xy = as_batch(data)
    check_finite(batch_xy, "data")
    check_inputs(model, batch_xy, "data")
    x, y = batch_xy
    truth, guess = np.asarray(y), np.asarray(predict(model, x, batch=batch))
    check_outputs(guess.shape[1:], truth, "data")
    if loss is not None:
        return {**loss.numbers(guess, truth), "n": len(truth)}
    mse, relative = _errors(truth, guess)
    numbers = {"mse": mse, "relative_mse": relative, "r2": 1 - relative, "n": len(truth)}
    parts = OutputTerms.of(data, model)
    if parts is None or parts.size != truth.shape[1]:
        return numbers
    alone = _of_decades(parts.terms[0], truth, guess) if len(parts.terms) == 1 else {}
    return numbers | alone | _of_terms(parts, truth, guess)


def _of_decades(term: Term, truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    """Relative errors of single predictions of a T(0), if its values span decades."""
    truth, guess = truth[:, term.part], guess[:, term.part]
    if term.name != "T(0)" or not spans_decades(np.abs(truth[:, 0]), DECADES):
        return {}
    known = truth != 0
    median, high = np.quantile(np.abs(guess[known] - truth[known]) / np.abs(truth[known]), (0.5, 0.99))
    return {"median_relative_error": float(median), "p99_relative_error": float(high)}


def _of_terms(parts: OutputTerms, truth: np.ndarray, guess: np.ndarray) -> dict[str, Any]:
    """The errors of each term, and the worst, if there are several."""
    if len(parts.terms) < 2:
        return {}
    found: list[dict[str, Any]] = []
    for term in parts.terms:
        mse, relative = _errors(truth[:, term.part], guess[:, term.part])
        found.append({"term": term.label, "mse": mse, "relative_mse": relative, **_of_decades(term, truth, guess)})
    known = [each["relative_mse"] for each in found if each["relative_mse"] == each["relative_mse"]]
    return {"worst_relative_mse": max(known, default=float("nan")), "terms": found}


def _errors(truth: np.ndarray, guess: np.ndarray) -> tuple[float, float]:
    """The mean squared error, and that divided by the variance; nothing is squared before it is of order one."""
    unit = power_of_two(truth)
    guess, truth = guess / unit, truth / unit
    error, spread = _sum_of_squares(truth - guess), _sum_of_squares(truth - truth.mean(axis=0))
    rounding = (len(truth) * np.finfo(truth.dtype).eps) ** 2 * _sum_of_squares(truth)  # of the mean
    return error / truth.size * unit * unit, error / spread if spread > rounding else float("nan")


def _sum_of_squares(values: np.ndarray) -> float:
    return float(np.sum(np.abs(values.astype(np.result_type(values, np.float64))) ** 2))
