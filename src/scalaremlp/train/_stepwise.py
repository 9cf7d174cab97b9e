"""Training step by step on mini-batches: one loop for every loss and every rule of stepping."""

import math
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Key, PyTree

from .._check import whole_number
from ._batches import sample_count
from ._check import check_learns
from ._checkpoint import Checkpoint
from ._chunk import State, average_loss, loss_at_rest, run_chunk
from ._endings import Ending
from ._history import History, Record
from ._loss import LeastSquares, Loss
from ._minibatch import Rule
from ._parameters import split_parameters
from ._schedules import Schedule, as_schedule


class Stepwise(ABC):
    """A method that makes steps on mini-batches, in chunks of them, each one compiled scan.

    After each chunk the validation loss is taken, the best model so far is kept, and the callbacks are called. Batches
    depend on the key and the number of the step alone and nothing depends on the clock, so the same call gives the same
    bits. The attributes are the fields of the methods: `steps`, `epochs` and so on.
    """

    steps: int | None
    epochs: int | None
    batch_size: int | None
    schedule: str | Schedule | None
    patience: int | None
    least_steps: int | None
    chunk: int
    linear_first: bool | None
    usual_steps: ClassVar[int] = 20_000

    @property
    @abstractmethod
    def name(self) -> str:
        """What to call the method in a table."""

    @property
    @abstractmethod
    def rule(self) -> Rule:
        """How a step is made."""

    @property
    @abstractmethod
    def peak(self) -> float | None:
        """The learning rate at its peak, or `None` if that is unknown."""

    @property
    @abstractmethod
    def own_units(self) -> bool:
        """Whether the loss is divided by its value at the start."""

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
        self.check(loss, model)
        history = History(optimizer=self.name)
        history.end(Ending.STEPS)
        if self.solves_first(model):
            from .second_order import fit_linear  # of these fits alone

            model, exact = fit_linear(_solvable(loss, model), model, data, key=key)
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
        unit = first if self.own_units and first > 0 else 1.0
        watched = jnp.inf if validation is None else loss_at_rest(loss, model, validation, key)
        return State(
            parameters=parameters,
            optimizer=self.rule.init(parameters),
            step=jnp.asarray(0, jnp.int32),
            order=jnp.arange(samples) if self.batch_for(loss, model, data) < samples else jnp.arange(0),
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
        batch_size = self.batch_for(loss, model, data)
        steps = self.steps_for(samples, batch_size)
        static = split_parameters(model)[1]
        begun = time.perf_counter()
        while (step := int(state.step)) < steps and not self._impatient(state):
            rates = self._rates(range(step, min(step + self.chunk, steps)), steps)
            state, training_loss, validation_loss = run_chunk(
                state, static, loss, self.rule, data, validation, key, jnp.asarray(rates, dtype=float), batch_size
            )
            step = int(state.step)
            record = Record(
                step=step,
                steps=steps,
                loss=float(training_loss),
                validation=None if validation is None else float(validation_loss),
                learning_rate=None if self.peak is None else float(rates[-1]),
                details=self.details(state),
                epoch=step * batch_size / samples,
                seconds=time.perf_counter() - begun,
            )
            yield state, record

    def _impatient(self, state: State) -> bool:
        """Whether the validation loss has not become better for too long."""
        if self.patience is None or int(state.step) < (self.least_steps or 0):
            return False
        return int(state.step) - int(state.best_step) >= self.patience

    def check(self, loss: Any, model: PyTree, residuals: int | None = None) -> None:
        """Raise `ValueError` for a loss or a model that the method does not take; it takes any number of residuals."""
        check_learns(model)

    def solves_first(self, model: PyTree) -> bool:
        """Whether the parameters in which the model is linear are solved for before the first step."""
        return bool(self.linear_first)

    def batch_for(self, loss: Loss, model: PyTree, data: PyTree) -> int:
        """The samples of a step."""
        return min(self.batch_size or 1, sample_count(data))

    def steps_for(self, samples: int, batch_size: int) -> int:
        """The number of steps of a fit to that many samples."""
        if self.epochs is None:
            return self.steps or self.usual_steps
        return self.epochs * (samples // batch_size)

    def details(self, state: State) -> dict[str, float | None]:
        """What a record tells of a state besides."""
        return {}

    def _rates(self, numbers: range, steps: int) -> np.ndarray:
        """What the updates of these steps are multiplied by; a user's own optimiser has its learning rate inside."""
        schedule = as_schedule(self.schedule or ("constant" if self.peak is None else "cosine"))
        factors = np.array([schedule.factor(number, steps) for number in numbers])
        return factors if self.peak is None else factors * self.peak

    def _check_settings(self) -> None:
        """Raise `ValueError` for settings out of range."""
        for name in ("steps", "epochs", "batch_size", "patience", "least_steps", "chunk"):
            if getattr(self, name) is not None:
                whole_number(name, getattr(self, name))
        if self.steps is not None and self.epochs is not None:
            raise ValueError(
                f"The length of a fit is given once. Got steps={self.steps} and epochs={self.epochs}. Leave one out."
            )
        if self.schedule is not None:
            as_schedule(self.schedule)


def _solvable(loss: Loss, model: PyTree) -> LeastSquares:
    """The loss, if a linear solve can make it small."""
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
    return loss


def _of_linear_part(
    history: History, loss: Loss, model: PyTree, data: PyTree, validation: PyTree, key: Key[Array, ""]
) -> History:
    """The history of a fit that ended before the first step."""
    losses = [None if part is None else float(average_loss(loss, model, part, key)) for part in (data, validation)]
    history.append(Record(step=0, steps=0, loss=losses[0] or 0.0, validation=losses[1]))
    from .second_order import NAME

    history.optimizer, history.kept = NAME, "the linear solution"
    history.end(Ending.LINEAR)
    return history
