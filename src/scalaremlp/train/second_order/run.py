"""One run of Levenberg-Marquardt: from stage to stage, with its history and what is kept on disk."""

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Array

from .._checkpoint import Checkpoint
from .._endings import Ending
from .._history import History, Record
from .by_term import ByTerm
from .linear import NAME, first_ratios, solve_linear
from .linearise import squares_of
from .linearised import Linearised
from .place import Place
from .plan import Fitted
from .stage import DAMPING, Stage
from .state import Start, State


@dataclass
class Run:
    """One fit: its stages, and its record."""

    stages: Sequence[Stage]
    callbacks: Iterable[Callable[[Record], object]] = ()
    held_out: Callable[[Any], Array] | None = None
    checkpoint: Checkpoint | None = None
    history: History = field(default_factory=History)
    started: float = field(default_factory=time.perf_counter)
    linearised: Linearised | ByTerm | None = None  # at the beginning of a stage

    @property
    def place(self) -> Place:
        """The devices and processes that all stages run on."""
        return self.stages[0].problem.place

    @property
    def steps(self) -> int:
        """The most iterations there will be."""
        return sum(stage.steps for stage in self.stages)

    def resumed(self, fitted: Fitted) -> State | None:
        """The state of the checkpoint, if there is one."""
        if self.checkpoint is None:
            return None
        noises = self.stages[0].problem.noises
        terms = None if noises is None else max(noises) + 1
        like = State.empty(fitted.theta, int(fitted.group.max(initial=-1)) + 1, terms)
        found = self.checkpoint.read(like)
        self.place.check_equal(0 if found is None else len(found[1]))
        if found is None:
            return None
        if self.checkpoint.place not in ("", str(self.place)):
            warnings.warn(
                f"Going on with a fit in another place than it was begun: on {self.place}, until now on "
                f"{self.checkpoint.place}. It ends in the same model to rounding, not to the bit.",
                stacklevel=2,
            )
        state, self.history = found
        self.started -= self.history.records[-1].seconds
        return state

    def begin(self, fitted: Fitted) -> State:
        """The state before the first iteration, with the linear parameters solved for."""
        first, theta, group = self.stages[0], fitted.theta, fitted.group
        unit = squares_of(first.problem, theta)
        _check_finite(unit, first, "before training")
        ratios, law = first_ratios(float(np.sum(unit)) if first.regularise else 0.0, group), False
        if fitted.linear.any():
            theta, ratios, _, law = solve_linear(
                first.problem, theta, group, fitted.linear, ratios, unit=unit, regularise=first.regularise
            )
        state, self.linearised = first.begin(0, Start(theta, ratios, np.nan), unit, (np.inf, theta))
        if law and first.ended(state) is Ending.AT_ROUNDING:
            self.history.optimizer = NAME
            self.history.end(Ending.LINEAR)
        return self.notice(state)

    def to_the_end(self, state: State) -> State:
        """The iterations of all stages from this state on."""
        while True:
            stage = self.stages[state.stage]
            state, why = stage.iterate(state, self._taken(), self.notice)
            if state.stage + 1 == len(self.stages) or (stage.trial and stage.exact(state)):
                return self._ended(state, why)
            state = self._next(stage.judged(state) if stage.trial else state)

    def _taken(self) -> Linearised | ByTerm | None:
        """The problem at the beginning of a stage, which is as large as all else and not kept while that goes on."""
        taken, self.linearised = self.linearised, None
        return taken

    def _next(self, state: State) -> State:
        """The state at the beginning of the next stage."""
        now, after = self.stages[state.stage : state.stage + 2]
        start = Start(state.theta, state.ratios, np.nan)
        if now.trial:
            start = state.origin if after.trial else state.winner
        unit = state.unit * after.problem.stands_for / now.problem.stands_for
        damping = DAMPING if after.trial or now.trial else _onward(state)
        found, self.linearised = after.begin(state.stage + 1, start, unit, (state.best_loss, state.best), damping)
        _check_finite(found.squares, after, f"on all {after.problem.samples} samples, as it is on a part of them")
        if now.trial:
            found = replace(found, origin=state.origin, winner=state.winner)
        # Also where the last record is of another trial.
        if after.ended(found) is Ending.AT_ROUNDING or (now.trial and not after.trial):
            return self.notice(found)
        if self.history.ending is Ending.LINEAR:  # exact on a share of the data, but not on all
            self.history.optimizer = ""
            self.history.end(None)
        return found

    def notice(self, state: State) -> State:
        """Record the state, and keep it; the parameters are the best so far if their validation loss is."""
        validation = None
        if self.held_out is not None:
            validation = float(self.held_out(self.stages[state.stage].problem.model(state.theta)))
            if validation < state.best_loss:
                state = replace(state, best_loss=validation, best=state.theta)
        problem, number = self.stages[state.stage].problem, len(self.history)
        record = Record(
            number,
            self.steps,
            float(np.sum(state.squares)) / problem.stands_for,
            validation,
            epoch=float(number),
            seconds=time.perf_counter() - self.started,
            details={
                "damping": state.damping,
                "determined": float(state.determined[-1]),
                "samples": float(problem.samples),
            },
        )
        self.history.append(record)
        if self.checkpoint is not None:
            self.checkpoint.write(state, self.history, str(self.place))
        for callback in self.callbacks:
            callback(record)
        return state

    def _ended(self, state: State, why: Ending) -> State:
        if self.history.ending is not Ending.LINEAR:
            self.history.end(why, self.stages[state.stage].sentence(why, state))
        self.history.kept = "the best on the validation data" if np.isfinite(state.best_loss) else "the last"
        return state


def _check_finite(squares: Any, stage: Stage, where: str) -> None:
    if not np.all(np.isfinite(squares)):
        raise ValueError(
            f"The loss of the model must be finite {where}. Got {np.sum(squares) / stage.problem.stands_for}. "
            "Check the model's output on the data for NaN and for overflow."
        )


def _onward(state: State) -> float:
    """The damping of a stage for the next one, relative to the scale of JᵀJ."""
    relative = state.damping / state.scale
    return relative if 0 < relative < DAMPING else DAMPING
