"""Fitting: one call that trains any model by a suitable method."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Array, Key, PyTree

from .._model import as_model, check_key
from ..data import Stream
from ..data.batches import as_batch, is_samples
from ..data.conventions import warned
from ..data.sigma import sigma_of
from ..measure.checks import check_finite, check_fits
from ._alike import fit_alike
from ._alternatives import LEAST_TO_HOLD_BACK, Choice, choose, hold_back
from ._batches import sample_count
from ._check import (
    check_closed,
    check_learns,
    check_range,
    check_same_arrays,
    check_same_type,
    check_units,
)
from ._checkpoint import Checkpoint
from ._chunk import average_loss, validation_key
from ._closed import fit_closed, fits_itself
from ._history import History, Record
from ._judge import judge
from ._loss import Loss, Regression, mean_square
from ._of_invariants import OfInvariants, named_loss
from ._progress import progress_bar
from ._ranges import in_pieces
from ._schedules import Schedule
from ._select import select
from ._stepwise import Stepwise
from ._trajectory_matching import TrajectoryMatching
from .second_order import LevenbergMarquardt, own_arrays
from .streams import check_passes, check_rows, in_memory, with_all_rows
from .weighed.student import Student

_LEFT_OUT = "samples left out one at a time"


def fit(
    model: PyTree,
    data: Any,
    *,
    validation: Any = "auto",
    optimizer: Any = None,
    loss: Loss | str | None = None,
    key: Key[Array, ""],
    steps: int | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    schedule: str | Schedule | None = None,
    patience: int | None = None,
    calibrate: bool = True,
    callbacks: Iterable[Callable[[Record], object]] = (),
    progress: bool | None = None,
    checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
) -> tuple[Any, History]:
    """Fit a model to data: minimise the mean loss over the samples.

    If the model has a method `calibrate`, it is called first, once, with all the inputs and outputs of the data, so
    that the model knows their statistics; pass `calibrate=False` to go on with a model that has been fitted before.

    Left to itself, `fit` takes Levenberg-Marquardt if the loss is a least-squares loss, the parameters are float64 and
    one iteration is cheap enough, and Adam with mini-batches (`FirstOrder`) otherwise. The decision looks at sizes
    alone and `history.reason` tells it.

    With `validation="auto"` the fit also sees to its own errors on other samples. Levenberg-Marquardt infers from the
    evidence what the samples determine; a method of mini-batches gets a fifth of the samples, at random, to choose the
    best model by. What the user of a model has left open, such as the width of a `ScalarMLP`, is chosen among the
    alternatives that the model offers by `alternatives(x, y)`, by their errors on samples left out one at a time or on
    a fifth held back: the model that comes back can then be of another class, a `ScalarGP`. `history.how` tells it.

    Args:
        model: an unbatched model, any Equinox module or pytree that the loss understands.
        data: a data set, or a pytree of arrays with one entry a sample along the first axis: `(x, y)` of shapes
            (n, size_in) and (n, size_out) for the default loss. If a data set has `sigma`, residuals are divided by it,
            and the model given is fitted: no alternatives are looked for. Of a `data.Stream`, a file larger than
            memory, a sample decides everything, and the last iterations of Levenberg-Marquardt see all rows; a model
            that fits itself is fitted to the sample. Either is measured on all rows, and the verdict says what is of
            the sample alone.
        validation: held-out data of the same type. The model with the smallest loss on it is returned. `"auto"`: see
            above. `None`: none, and nothing is chosen.
        optimizer: `None`, `"first-order"`, `"levenberg-marquardt"`, `"natural-gradient"`, a `FirstOrder(...)`, a
            `LevenbergMarquardt(...)`, a `NaturalGradient(...)`, or any Optax optimiser, e.g. `optax.adam(1e-3)`.
        loss: a `Loss`, or one by name: "mse", "relative", "log" (`RelativeError`, `LogError`), or "student", which
            outliers do not lead (`Student`). `Regression()` by default, the mean squared error. If the output type has
            several terms it is relative to the size of each, and the losses of the history are in these units
            (`Regression.for_targets`).
        key: for the order of the samples and whatever else is random.
        steps: a setting of first-order training, as are the next four (see `FirstOrder`); giving one chooses it.
        epochs: likewise.
        batch_size: likewise.
        schedule: likewise.
        patience: likewise.
        calibrate: whether to call `model.calibrate(x, y)`; this is done for a data set, and for `Regression`.
        callbacks: called with a `Record` after each chunk of steps.
        progress: whether to show a progress bar; `None`: if standard error is a terminal.
        checkpoint: a folder to keep the state of the fit in after every chunk of steps. If it holds one already, the
            fit goes on from there, and ends in the very bits of an uninterrupted one; all else must be as it was.

    A fit runs where its arrays are, and of several processes each is given all samples: see `docs/devices.md`.

    Returns:
        The fitted model and the history, a table of the losses that also says which optimiser ran and why, and in
            `history.verdict` what a person should know of the fit.

    Raises:
        ValueError: if sizes do not fit, types differ, values are not finite, the model has no parameters, or settings
            contradict each other.

    Example:
        >>> import equinox as eqx, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> train, val = se.data.o5(300, key=jr.key(0)).split(200)
        >>> model = eqx.nn.MLP(10, 1, width_size=16, depth=2, key=jr.key(1))
        >>> model, history = se.fit(model, train, validation=val, steps=200, key=jr.key(2))
        >>> history.optimizer, history["step"]
        ('Adam', [100, 200])
    """
    check_key(key)
    left = {name: value for name, value in locals().items() if name not in ("model", "data", "loss")}
    if loss == "student" or isinstance(loss, Student):
        from .weighed.fit_student import fit_student

        return fit_student(fit, model, data, Student() if isinstance(loss, str) else loss, **left)
    if (sigma := sigma_of(data)) is not None:
        from .weighed.fit_weighed import fit_weighed

        return fit_weighed(fit, model, data, sigma, loss=loss, **left)
    loss = Regression() if loss is None else named_loss(loss) if isinstance(loss, str) else loss
    settings = {"steps": steps, "epochs": epochs, "batch_size": batch_size, "schedule": schedule, "patience": patience}
    data, stream = in_memory(data)
    batch, held_out, automatic = _checked(model, data, validation, loss)
    if fits_itself(model):
        check_closed(loss, optimizer, settings)
        closed = fit_closed(model, batch, _error_of(loss, key), validation=held_out, callbacks=callbacks)
        fitted = closed.model, closed.history
        found = Choice(fitted, reason="the model fits itself", how=_LEFT_OUT, left_out=closed.left_out)
        return _judged(loss, found, data, batch, held_out, stream)
    kept: dict[str, Any] = {}
    if checkpoint is not None:
        kept["checkpoint"] = checkpoint if isinstance(checkpoint, Checkpoint) else Checkpoint(checkpoint)
        kept["checkpoint"].source = "" if stream is None else stream.fingerprint
    calibration = _calibration(calibrate, data, loss, by_term := not kept or kept["checkpoint"].by_term)
    opened = _is_open(optimizer, settings, loss) and by_term
    if isinstance(loss, Regression) and by_term:
        loss = loss.for_targets(batch[1], data, model)
    method, reason = select(optimizer, settings, loss, model, batch)
    reason = check_passes(method, reason, stream)
    check_rows(loss, stream, model)
    if stream is not None:
        kept["beyond"] = stream
    name = getattr(method, "name", type(method).__name__)

    @cache
    def calibrated() -> Any:
        return calibration(model, batch)

    def minimised(given: Any, samples: PyTree, others: PyTree, *, onward: bool = False) -> tuple[Any, History]:
        whole = samples is batch and (given is model or onward)
        start = given if onward else calibrated() if whole else calibration(given, samples)
        with progress_bar(f"{name}: {reason}", progress if whole else False) as bar:
            fitted, history = (method.onward() if onward else method).minimise(
                loss, start, samples, validation=others, key=key,
                callbacks=(*callbacks, *bar) if whole else (), **(kept if whole else {}),
            )  # fmt: skip
        history.optimizer = history.optimizer or name
        return fitted, history

    def searched(given: Any, samples: PyTree, others: PyTree) -> tuple[Any, History]:
        assert isinstance(loss, Regression)  # as choices are made by
        found = fit_alike(method, loss, given, samples, others, calibration=calibration, key=key)
        return minimised(given, samples, others) if found is None else found

    found, judged = Choice(), automatic or held_out is not None
    if opened and judged and isinstance(method, LevenbergMarquardt) and isinstance(loss, Regression):
        with warned():
            found = choose(
                model, batch, loss, _error_of(loss, key), validation=held_out, key=key,
                calibrated=calibrated, minimised=minimised, searched=searched,
            )  # fmt: skip
    many = by_term and sample_count(batch) >= LEAST_TO_HOLD_BACK
    if not found.how and found.fitted is None and automatic and isinstance(method, Stepwise) and many:
        batch, held_out, _ = hold_back(batch, key)
        found = Choice(how="a fifth of the samples held back")
    if found.fitted is None:
        start = model if found.start is None else found.start
        found = found._replace(fitted=minimised(start, batch, held_out, onward=found.start is not None))
    return _judged(loss, found._replace(reason=found.reason or reason), data, batch, held_out, stream)


def _judged(
    loss: Loss, found: Choice, data: Any, batch: PyTree, held_out: PyTree, stream: Stream | None
) -> tuple[Any, History]:
    """The model and its history, which says why it is this one and what to know of it."""
    assert found.fitted is not None
    model, history = found.fitted
    history.reason, history.how = found.reason, found.how
    with warned():  # whoever made the data set has been told
        history.verdict = judge(
            loss, model, data, batch, held_out, history, left_out=found.left_out, rows=found.rows
        )  # fmt: skip
        if stream is not None:
            history.verdict = with_all_rows(history, model, stream, data)
    return model, history


def _checked(model: Any, data: Any, validation: Any, loss: Loss) -> tuple[PyTree, PyTree, bool]:
    """The batches, checked; and whether `validation` is left to the fit."""
    automatic = isinstance(validation, str)
    if automatic and validation != "auto":
        raise ValueError(f'`validation` must be "auto", None or data. Got {validation!r}. Leave it out for "auto".')
    validation = None if automatic else validation
    if not fits_itself(model):
        check_learns(model)
    check_same_type(data, validation)
    check_units(model, data, validation)
    batch, held_out = own_arrays((as_batch(data), None if validation is None else as_batch(validation)))
    if isinstance(loss, TrajectoryMatching):
        loss.check(batch)
    for values, name in ((batch, "training data"), (held_out, "validation data")):
        if values is not None:
            check_finite(values, name)
            if isinstance(loss, Regression):
                check_fits(model, values, name)
            if isinstance(loss, OfInvariants):
                loss.check(values[1], name, data, model)
    if isinstance(loss, Regression):
        check_range(batch, "training data", data, model)
    if held_out is not None:
        check_same_arrays(batch, held_out)
    return batch, held_out, automatic


def _calibration(wanted: bool, data: Any, loss: Loss, by_term: bool) -> Callable[[Any, tuple[Array, Array]], Any]:
    """What gives a model the statistics of a batch, if that is wanted and the batch is of inputs and outputs."""
    if not (wanted and (isinstance(loss, Regression) or is_samples(data))):
        return lambda given, batch: given
    if isinstance(loss, OfInvariants):
        return lambda given, batch: as_model(given).calibrate(batch[0], loss.typical(batch[1]))
    if by_term:
        return lambda given, batch: as_model(given).calibrate(*batch)
    return lambda given, batch: as_model(given).calibrate_unshifted(*batch)


def _is_open(optimizer: Any, settings: dict[str, Any], loss: Loss) -> bool:
    """Whether the user has left the method open, so that alternatives of the model may be compared."""
    left = optimizer is None and all(value is None for value in settings.values())
    plain = isinstance(loss, OfInvariants) or (type(loss) is Regression and loss.weights is None)
    return left and plain


def _error_of(loss: Loss, key: Key[Array, ""]) -> Callable[[Any, PyTree], float]:
    """The loss of a model on a batch; one of predictions alone is that of those, which others ask for as well."""

    def error(model: Any, batch: PyTree) -> float:
        of_predictions = isinstance(loss, OfInvariants) or type(loss) is Regression
        if as_model(model).takes_key or not of_predictions:
            return float(average_loss(loss, model, batch, validation_key(key)))
        guess, y = in_pieces(model, batch[0]), np.asarray(batch[1])
        if isinstance(loss, OfInvariants):
            return float(average_loss(loss, _as_it_is, (guess, y), key))
        return mean_square(guess - y, getattr(loss, "weights", None))

    return error


def _as_it_is(guess: Array) -> Array:
    return guess
