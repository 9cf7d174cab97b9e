"""Fitting: one call that trains any model by a suitable method."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from jaxtyping import Array, Key, PyTree

from ._batches import as_batch
from ._check import check_finite, check_fits, check_learns, check_same_arrays, check_same_type
from ._checkpoint import Checkpoint
from ._history import History, Record
from ._judge import judge
from ._loss import Loss, Regression
from ._progress import progress_bar
from ._schedules import Schedule
from ._select import select


def fit(
    model: PyTree,
    data: Any,
    *,
    validation: Any = None,
    optimizer: Any = None,
    loss: Loss | None = None,
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

    Args:
        model: an unbatched model, any Equinox module or pytree that the loss understands.
        data: a data set, or a pytree of arrays with one entry a sample along the first axis: `(x, y)` of shapes
            (n, size_in) and (n, size_out) for the default loss.
        validation: held-out data of the same type. The model with the smallest loss on it is returned.
        optimizer: `None`, `"first-order"`, `"levenberg-marquardt"`, a `FirstOrder(...)`, a `LevenbergMarquardt(...)`,
            or any Optax optimiser, e.g. `optax.adam(1e-3)`.
        loss: a `Loss`; `Regression()`, the mean squared error, by default.
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
    loss = Regression() if loss is None else loss
    check_learns(model)
    check_same_type(data, validation)
    batch, held_out = as_batch(data), None if validation is None else as_batch(validation)
    for values, name in ((batch, "training data"), (held_out, "validation data")):
        if values is not None:
            check_finite(values, name)
            if isinstance(loss, Regression):
                check_fits(model, values, name)
    if held_out is not None:
        check_same_arrays(batch, held_out)
    if calibrate and hasattr(model, "calibrate") and (isinstance(loss, Regression) or hasattr(data, "x")):
        model = model.calibrate(*batch)
    method, reason = select(
        optimizer,
        {"steps": steps, "epochs": epochs, "batch_size": batch_size, "schedule": schedule, "patience": patience},
        loss,
        model,
        batch,
    )
    name = getattr(method, "name", type(method).__name__)
    kept: dict[str, Any] = {}
    if checkpoint is not None:
        kept["checkpoint"] = checkpoint if isinstance(checkpoint, Checkpoint) else Checkpoint(checkpoint)
    with progress_bar(f"{name}: {reason}", progress) as bar:
        model, history = method.minimise(
            loss, model, batch, validation=held_out, key=key, callbacks=(*callbacks, *bar), **kept
        )
    history.optimizer, history.reason = history.optimizer or name, reason
    history.verdict = judge(loss, model, data, batch, held_out, history)
    return model, history
