"""First-order training: mini-batches, Adam or any other Optax optimiser, one loop for every loss."""

import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Key, PyTree

from .._check import positive, whole_number
from ._batches import sample_count
from ._check import check_learns
from ._checkpoint import Checkpoint
from ._chunk import State, average_loss, loss_at_rest, run_chunk
from ._endings import Ending
from ._history import History, Record
from ._loss import LeastSquares, Loss
from ._parameters import split_parameters
from ._schedules import Schedule, as_schedule
from .second_order import NAME, fit_linear

_STEPS = 20_000


@dataclass(frozen=True)
class FirstOrder:
    """Stochastic gradient training, by default Adam with a warm-up and a cosine decay of its learning rate.

    Training runs in chunks of steps, each one compiled scan. After each chunk the validation loss is taken, the best
    model so far is kept, and the callbacks are called. Batches depend on the key and the number of the step alone and
    nothing depends on the clock, so the same call gives the same bits. By default the loss is divided by its value at
    the start, so that the units of the outputs do not matter.

    Args:
        learning_rate: at its peak; for the default optimiser only.
        weight_decay: decoupled, as in AdamW; for the default optimiser only.
        steps: how many updates to make; 20 000 if `epochs` is not given either.
        epochs: how many times to go through the data instead.
        batch_size: samples for one update; a smaller data set is taken as a whole.
        schedule: `"cosine"`, `"step"`, `"constant"`, or an object such as `Cosine(warmup=0.1)`; it multiplies the
            update. By default `"cosine"`, but `"constant"` with your own optimiser, which may bring its own schedule.
        patience: stop after this many steps without a better validation loss; `None`: never.
        least_steps: make at least so many steps before that.
        chunk: steps between two records.
        transformation: an Optax optimiser to use instead of Adam, e.g. `optax.sgd(1e-2, momentum=0.9)`.
        linear_first: solve for the parameters in which the model is linear before the first step, and make none if
            that leaves only rounding errors. The model says which these are by `linear_parameters()`; the loss has to
            be a `LeastSquares` and the parameters float64.

    Raises:
        ValueError: if a setting is out of range, or both `steps` and `epochs` are given.

    Source:
        Kingma, Ba (arXiv:1412.6980); Loshchilov, Hutter (arXiv:1608.03983, arXiv:1711.05101).

    Example:
        >>> from scalaremlp.train import FirstOrder
        >>> FirstOrder(epochs=3, batch_size=64).name
        'Adam'
    """

    learning_rate: float = 5e-3
    weight_decay: float = 0.0
    steps: int | None = None
    epochs: int | None = None
    batch_size: int = 256
    schedule: str | Schedule | None = None
    patience: int | None = None
    least_steps: int | None = None
    chunk: int = 100
    transformation: Any = None
    linear_first: bool = False

    def __post_init__(self) -> None:
        for name in ("steps", "epochs", "batch_size", "patience", "least_steps", "chunk"):
            if getattr(self, name) is not None:
                whole_number(name, getattr(self, name))
        if self.steps is not None and self.epochs is not None:
            raise ValueError(
                f"The length of a fit is given once. Got steps={self.steps} and epochs={self.epochs}. Leave one out."
            )
        positive("learning_rate", self.learning_rate, remedy="The default is 0.005.")
        positive("weight_decay", self.weight_decay, zero=True, remedy="The default is 0.")
        if self.schedule is not None:
            as_schedule(self.schedule)

    @property
    def name(self) -> str:
        """What to call the method in a table."""
        return "FirstOrder" if self.transformation is not None else "AdamW" if self.weight_decay else "Adam"

    def minimise(
        self,
        loss: Loss,
        model: PyTree,
        data: PyTree,
        *,
        validation: PyTree = None,
        key: Key[Array, ""],
        callbacks: Iterable[Callable[[Record], object]] = (),
        checkpoint: Checkpoint | None = None,
    ) -> tuple[PyTree, History]:
        """Make `loss` small on `data`, a pytree of arrays with one entry a sample along the leading axis.

        With a checkpoint every chunk of steps is kept there, and training goes on from what is there already.

        Returns the model with the best validation loss, or the last one without validation data, and the history.
        When the loss is no longer finite the fit ends there, with a warning, and returns the best (last) model from
        before; `ValueError` if it is not finite from the start.
        """
        if self.patience is not None and validation is None:
            raise ValueError(
                f"`patience` needs a validation loss to watch. Got patience={self.patience} and no validation data. "
                "Pass `validation=`."
            )
        history = History(optimizer=self.name)
        history.end(Ending.STEPS)
        if self.linear_first:
            if not isinstance(loss, LeastSquares):
                raise ValueError(
                    f"`linear_first` needs a LeastSquares loss. Got {type(loss).__name__}: leave linear_first out."
                )
            others = sorted({str(leaf.dtype) for leaf in jax.tree.leaves(split_parameters(model)[0])} - {"float64"})
            if others:
                raise ValueError(
                    f"`linear_first` needs float64 parameters. Got {', '.join(others)}: call scalaremlp.enable_x64() "
                    "before making the model, or leave linear_first out."
                )
            model, exact = fit_linear(loss, model, data, key=key)
            if exact:
                history = _of_linear_part(history, loss, model, data, validation, key)
                for callback in callbacks:
                    callback(history.records[0])
                return model, history
        state, earlier = self.start(loss, model, data, validation=validation, key=key), 0.0
        if checkpoint is not None and (found := checkpoint.read(state)):
            state, history.records = found[0], found[1].records
            earlier = history.records[-1].seconds
        with nullcontext() if checkpoint is None else checkpoint.kept():
            for after, record in self.chunks(state, loss, model, data, validation=validation, key=key):
                record = replace(record, seconds=earlier + record.seconds)
                history.append(record)
                finite = math.isfinite(record.loss)
                if finite and checkpoint is not None:
                    checkpoint.write(after, history)
                for callback in callbacks:
                    callback(record)
                if not finite:
                    history.end(Ending.NOT_FINITE, Ending.NOT_FINITE.sentence(step=record.step))
                    warnings.warn(f"Training stopped: {history.stopped}. Lower the learning rate.", stacklevel=2)
                    break
                state = after
        if self._impatient(state):
            history.end(Ending.PATIENCE, Ending.PATIENCE.sentence(steps=self.patience))
        static = split_parameters(model)[1]
        if validation is None:
            history.kept = f"the last model, after {int(state.step)} steps"
            return eqx.combine(state.parameters, static), history
        history.kept = f"the model of the smallest validation loss, after {int(state.best_step)} steps"
        return eqx.combine(state.best, static), history

    def start(
        self, loss: Loss, model: PyTree, data: PyTree, *, validation: PyTree = None, key: Key[Array, ""]
    ) -> State:
        """The state of training before its first step."""
        check_learns(model)
        parameters, samples = split_parameters(model)[0], sample_count(data)
        first = float(average_loss(loss, model, data, key))
        if not math.isfinite(first):
            raise ValueError(
                f"The loss of the model must be finite before training. Got {first}. "
                "Check the model's output on the data for NaN and for overflow."
            )
        unit = first if self.transformation is None and first > 0 else 1.0
        watched = jnp.inf if validation is None else loss_at_rest(loss, model, validation, key)
        return State(
            parameters=parameters,
            optimizer=self._optax.init(parameters),
            step=jnp.asarray(0, jnp.int32),
            order=jnp.arange(samples) if self.batch_size < samples else jnp.arange(0),
            unit=jnp.asarray(unit),
            best=parameters,
            best_loss=jnp.where(jnp.isnan(watched), jnp.inf, watched).astype(float),
            best_step=jnp.asarray(0, jnp.int32),
        )

    def chunks(
        self,
        state: State,
        loss: Loss,
        model: PyTree,
        data: PyTree,
        *,
        validation: PyTree = None,
        key: Key[Array, ""],
    ) -> Iterator[tuple[State, Record]]:
        """Train on from `state`, yielding the state and a record after each chunk, to the last step.

        Of `model` only what is not learned is used. Given a state that was yielded before, and the same other
        arguments, the rest of that run is repeated bit for bit: save the state to be able to resume.
        """
        samples = sample_count(data)
        batch_size, steps = min(self.batch_size, samples), self.steps_for(samples)
        static = split_parameters(model)[1]
        begun = time.perf_counter()
        while (step := int(state.step)) < steps and not self._impatient(state):
            rates = self._rates(range(step, min(step + self.chunk, steps)), steps)
            state, training_loss, validation_loss = run_chunk(
                state, static, loss, self._optax, data, validation, key, jnp.asarray(rates, dtype=float), batch_size
            )
            step = int(state.step)
            record = Record(
                step=step,
                steps=steps,
                loss=float(training_loss),
                validation=None if validation is None else float(validation_loss),
                learning_rate=float(rates[-1]) if self.transformation is None else None,
                epoch=step * batch_size / samples,
                seconds=time.perf_counter() - begun,
            )
            yield state, record

    def _impatient(self, state: State) -> bool:
        """Whether the validation loss has not become better for too long."""
        if self.patience is None or int(state.step) < (self.least_steps or 0):
            return False
        return int(state.step) - int(state.best_step) >= self.patience

    def steps_for(self, samples: int) -> int:
        """The number of steps of a fit to that many samples."""
        if self.epochs is None:
            return self.steps or _STEPS
        return self.epochs * (samples // min(self.batch_size, samples))

    def _rates(self, numbers: range, steps: int) -> np.ndarray:
        """What the updates of these steps are multiplied by; a user's own optimiser has its learning rate inside."""
        schedule = as_schedule(self.schedule or ("cosine" if self.transformation is None else "constant"))
        factors = np.array([schedule.factor(number, steps) for number in numbers])
        return factors * self.learning_rate if self.transformation is None else factors

    @property
    def _optax(self) -> Any:
        return _updates(self.transformation, self.weight_decay)


def _of_linear_part(
    history: History, loss: Loss, model: PyTree, data: PyTree, validation: PyTree, key: Key[Array, ""]
) -> History:
    """The history of a fit that ended before the first step."""
    losses = [None if part is None else float(average_loss(loss, model, part, key)) for part in (data, validation)]
    history.append(Record(step=0, steps=0, loss=losses[0] or 0.0, validation=losses[1]))
    history.optimizer, history.kept = NAME, "the linear solution"
    history.end(Ending.LINEAR)
    return history


@lru_cache(maxsize=64)
def _updates(transformation: Any, weight_decay: float) -> Any:
    """The given optimiser, or Adam with a learning rate of one, made to accept the value of the loss, as some ask for.

    Made once for equal settings, so that later fits find the compiled chunk again.
    """
    import optax  # type: ignore[import-untyped]

    if transformation is None:
        decay = [optax.add_decayed_weights(weight_decay)] if weight_decay else []
        transformation = optax.chain(optax.scale_by_adam(), *decay, optax.scale(-1.0))
    return optax.with_extra_args_support(transformation)
