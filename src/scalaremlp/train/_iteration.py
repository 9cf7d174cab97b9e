"""The iterations of Levenberg-Marquardt: the state that goes from one to the next, and when they end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ._by_term import ByTerm, PerTerm, total, weighed, weights_of
from ._endings import Ending
from ._evidence import RELATIVE, Evidence, log_evidence, reweighed, step
from ._flat import groups_of
from ._gauss_newton import Problem, linearise, squares_of
from ._linearised import Linearised

_WINDOW = 10


class Start(eqx.Module):
    """Where a stage can begin.

    Attributes:
        theta: the parameters.
        ratios: the precisions α/β of all groups.
        log_evidence: where a trial has ended; -inf if it says nothing, NaN if it is not known.
    """

    theta: Float[Array, " p"]
    ratios: Float[np.ndarray, " groups"]
    log_evidence: float


class State(eqx.Module):
    """Everything that changes from one iteration to the next: a fit that is given it back goes on with the same bits.

    Attributes:
        stage: the number of the stage.
        number: iterations made in this stage.
        theta: the parameters.
        squares: Σr² there; like `unit` and `objectives` of each term, if the residuals are of several.
        ratios: the precisions α/β of all groups.
        determined: γ, how many parameters the data determine, after the last iterations, the newest last; NaN where
            there were none.
        damping: λ.
        growth: what λ is multiplied by when a step is refused.
        unit: Σr² of the stage's problem before the fit.
        scale: the mean diagonal of JᵀJ when the stage began.
        objectives: those after the last iterations, the newest last; NaN where there were none.
        best_loss: the least validation loss so far.
        best: the parameters there.
        origin: where all trials begin.
        winner: where the trial of the most evidence has ended.
        weights: of the residuals of each term, at most 1, if these are of several; otherwise None.
    """

    stage: int
    number: int
    theta: Float[Array, " p"]
    squares: PerTerm
    ratios: Float[np.ndarray, " groups"]
    determined: Float[np.ndarray, " window"]
    damping: float
    growth: float
    unit: PerTerm
    scale: float
    objectives: Float[np.ndarray, "window *terms"]
    best_loss: float
    best: Float[Array, " p"]
    origin: Start
    winner: Start
    weights: Float[np.ndarray, " terms"] | None

    @property
    def kept(self) -> Float[Array, " p"]:
        """The parameters to return: those best on the validation data, or without any the last."""
        return self.best if np.isfinite(self.best_loss) else self.theta

    @classmethod
    def empty(cls, theta: Float[Array, " p"], groups: int, terms: int | None = None) -> "State":
        """A state of the right structure, to be filled in."""
        window, nan = np.full(_WINDOW + 1, np.nan), float("nan")
        start = Start(theta, np.zeros(groups), nan)
        each, weights = (nan, None) if terms is None else (np.full(terms, nan), np.ones(terms))
        objectives = np.full((_WINDOW + 1, *np.shape(each)), nan)
        rest = (nan, objectives, nan, theta, start, start, weights)
        return cls(0, 0, theta, each, start.ratios, window, nan, nan, each, *rest)


@dataclass(frozen=True)
class Stage:
    """What stays the same over the iterations of a stage.

    Attributes:
        problem: what is fitted.
        group: the prior group of each parameter.
        chosen: the parameters that move.
        known: the parameters whose evidence has been found before.
        steps: most iterations.
        tolerance, floor, regularise: as of `LevenbergMarquardt`.
        guess: of the noise to begin with, as a fraction of the mean square of the residuals.
        trial: whether this is one of several stages that begin at the same parameters, of which the best goes on.
    """

    problem: Problem
    group: Int[np.ndarray, " p"]
    chosen: Int[np.ndarray, " chosen"]
    known: Bool[np.ndarray, " p"]
    steps: int
    tolerance: float
    floor: float
    regularise: bool
    guess: float = 1.0
    trial: bool = False

    def begin(
        self, number: int, start: Start, unit: PerTerm, best: tuple[float, Float[Array, " p"]]
    ) -> tuple[State, Linearised | ByTerm | None]:
        """The state before the first iteration, and the problem linearised there unless it is the last one as well."""
        theta, ratios = start.theta, start.ratios
        squares, linear = squares_of(self.problem, theta), None
        weights = None if isinstance(squares, float) else np.ones(len(squares))
        scale = damping = float("nan")
        if np.any(squares > self.floor * unit):
            linear = self.linearised(theta)
            squares, count = linear.squares, self.problem.counts
            noise: Any = 0.0
            # Before the first update: weights of the network of order one.
            if self.regularise and weights is None:
                noise = self.guess * squares / self.problem.count
            elif self.regularise:
                weights, noise = weights_of(self.guess * squares, count, unit, count)
            scale = weighed(linear, weights).scale
            damping = 1e-3 * scale
            ratios = np.where(groups_of(self.known, self.group), ratios, noise)
        empty = np.full(_WINDOW + 1, np.nan)
        objectives = np.full((_WINDOW + 1, *np.shape(squares)), np.nan)
        rest = (objectives, *best, start, start, weights)
        state = State(number, 0, theta, squares, ratios, empty, damping, 2.0, unit, scale, *rest)
        return state, linear

    def linearised(self, theta: Float[Array, " p"]) -> Linearised | ByTerm:
        """The problem linearised in the parameters that move."""
        return linearise(self.problem, theta, self.chosen)

    def ended(self, state: State) -> Ending | None:
        """Why there is no further iteration, or nothing."""
        at_rounding = state.squares <= self.floor * state.unit
        if np.all(at_rounding):
            return Ending.AT_ROUNDING
        standing = at_rounding | (state.objectives[-1] > (1 - self.tolerance) * state.objectives[0])
        if np.all(standing) and self._settled(state):
            return Ending.SETTLED
        return Ending.ITERATIONS if state.number >= self.steps else None

    def sentence(self, ending: Ending) -> str:
        """An ending of this stage as a history tells it."""
        return ending.sentence(window=_WINDOW, tolerance=self.tolerance, steps=self.steps)

    def iterate(
        self, state: State, linear: Linearised | ByTerm | None, notice: Callable[[State], State]
    ) -> tuple[State, Ending]:
        """Go on to the end of the stage, and say why it ends.

        Args:
            state: to go on from.
            linear: the problem linearised there, if that is known.
            notice: called after every iteration; it may change what is best.
        """
        while not (why := self.ended(state)):
            linear = self.linearised(state.theta) if linear is None else linear
            moved = self._moved(state, weighed(linear, state.weights))
            if moved is not None:
                linear = self.linearised(moved.theta)
            elif not self._moving(state):
                return state, Ending.STUCK
            else:  # the evidence alone moves, and with it the objective
                moved = replace(state, number=state.number + 1)
            state = notice(self._weighed(moved, linear))
        return state, why

    def exact(self, state: State) -> bool:
        """Whether the residuals are at rounding with fewer parameters determined than there are samples.

        That is a law of the model. An interpolation determines at least one parameter for every sample.
        """
        at_rounding = self.ended(state) is Ending.AT_ROUNDING
        return at_rounding and not state.determined[-1] >= self.problem.count // self.problem.each

    def judged(self, state: State) -> State:
        """The state after a trial, with the winner up to now.

        An interpolation leaves no noise to weigh the precisions by, and those of its residuals that any parameters
        meet count as evidence for it: it wins only if all trials are of that kind, and then the first.
        """
        evidence = -np.inf
        if self.ended(state) is not Ending.AT_ROUNDING:
            now, linear = self._moving_part(state), weighed(self.linearised(state.theta), state.weights)
            known = log_evidence(self._evidence(state), linear, now, float(self.problem.count))
            if state.weights is not None:
                known += 0.5 * float(np.sum(self.problem.counts * np.log(state.weights)))
            evidence = known if np.isfinite(known) else -np.inf
        if evidence <= state.winner.log_evidence:
            return state
        return replace(state, winner=Start(state.theta, state.ratios, evidence))

    def _settled(self, state: State) -> bool:
        """Whether the data have determined about as many parameters over the last iterations.

        Where they are noisy, the objective stands still long before the evidence has switched off what fits the noise.
        NaN, where nothing is inferred, is settled.
        """
        return not np.ptp(state.determined) > self.tolerance * np.max(state.determined)

    def _moving(self, state: State) -> bool:
        """Whether the last update of the evidence changed how many parameters the data determine."""
        before, last = state.determined[-2:]
        return bool(abs(last - before) > self.tolerance / _WINDOW * before)

    def _moved(self, state: State, linear: Linearised) -> State | None:
        """One step that lowers the objective, with the damping for the next; `None` if there is none."""
        evidence, now = self._evidence(state), self._moving_part(state)
        objective = linear.squares + evidence.penalty(now)
        damping, growth = state.damping, state.growth
        while True:
            delta, predicted = step(linear, evidence.ridge, now, damping)
            there = state.theta.at[self.chosen].add(delta)
            new = total(state.weights, squares_of(self.problem, there)) + evidence.penalty(now + delta)
            gain = (objective - new) / predicted if predicted > 0 else np.nan
            if gain > 0 and np.isfinite(new):
                break
            damping, growth = damping * growth, growth * 2
            if not damping < 1e9 * state.scale:
                return None
        damping = max(damping * max(1 / 5, 1 - (2 * gain - 1) ** 3), RELATIVE * state.scale)
        return replace(state, number=state.number + 1, theta=there, damping=damping, growth=2.0)

    def _weighed(self, state: State, linear: Linearised | ByTerm) -> State:
        """The state after a step, with the evidence updated."""
        evidence, determined, now = self._evidence(state), float("nan"), self._moving_part(state)
        weights, count, penalty = state.weights, self.problem.counts, evidence.penalty(now)
        if self.regularise:
            evidence, weights, determined = reweighed(evidence, linear, weights, now, linear.squares, state.unit, count)
            penalty = evidence.penalty(now)
        if weights is not None:  # of each term its own part, in its own units
            penalty = penalty * (count / np.sum(count)) / weights
        ratios = state.ratios.copy()
        ratios[self._groups[0]] = evidence.ratio
        return replace(
            state,
            squares=linear.squares,
            ratios=ratios,
            determined=np.append(state.determined[1:], determined),
            objectives=np.append(state.objectives[1:], [linear.squares + penalty], axis=0),
            weights=weights,
        )

    def _moving_part(self, state: State) -> Float[np.ndarray, " chosen"]:
        return np.asarray(state.theta)[self.chosen]

    def _evidence(self, state: State) -> Evidence:
        groups, of_chosen = self._groups
        return Evidence(of_chosen, state.ratios[groups])

    @cached_property
    def _groups(self) -> tuple[Int[np.ndarray, " moving"], Int[np.ndarray, " chosen"]]:
        """The groups of the parameters that move, and which of these each is of."""
        return np.unique(self.group[self.chosen], return_inverse=True)
