"""A stage of a fit by Levenberg-Marquardt: iterations on the same samples and parameters, and when they end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Array, Bool, Float, Int

from .._endings import Ending
from .by_term import ByTerm, PerTerm, total, weighed, weights_of
from .damping import Damping, lower
from .evidence import Evidence, log_evidence, reweighed
from .flat import groups_of
from .linearise import bend_of, bends, linearise, moved, squares_of
from .linearised import Linearised
from .problem import Problem
from .state import PLAN, WINDOW, Start, State

_FEW, _NOTHING = 3, 1e-6  # iterations that together change so little are the last ones
DAMPING = 1e-3  # the first one, relative to the mean diagonal of JᵀJ


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
        self,
        number: int,
        start: Start,
        unit: PerTerm,
        best: tuple[float, Float[Array, " p"]],
        damping: float = DAMPING,
    ) -> tuple[State, Linearised | ByTerm | None]:
        """The state before the first iteration, and the problem linearised there unless it is the last one as well.

        Args:
            number: of the stage.
            start: where it begins.
            unit: Σr² of its problem before the fit.
            best: the least validation loss so far, and the parameters there.
            damping: relative to the mean diagonal of JᵀJ.
        """
        theta, ratios = start.theta, start.ratios
        squares, linear = squares_of(self.problem, theta), None
        weights = None if isinstance(squares, float) else np.ones(len(squares))
        scale = float("nan")
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
            ratios = np.where(groups_of(self.known, self.group), ratios, noise)
        empty = np.full(WINDOW + 1, np.nan)
        objectives = np.full((WINDOW + 1, *np.shape(squares)), np.nan)
        first, (loss, kept) = Damping(damping * scale), best
        state = State(
            PLAN, number, 0, theta, squares, ratios, empty, *first, unit, scale, objectives, loss, kept, start, start,
            weights,
        )  # fmt: skip
        return state, linear

    def linearised(self, theta: Float[Array, " p"]) -> Linearised | ByTerm:
        """The problem linearised in the parameters that move."""
        return linearise(self.problem, theta, self.chosen)

    def ended(self, state: State) -> Ending | None:
        """Why there is no further iteration, or nothing."""
        at_rounding = state.squares <= self.floor * state.unit
        if np.all(at_rounding):
            return Ending.AT_ROUNDING
        if any(self._stands(state, at_rounding, *still) for still in self._stills):
            return Ending.SETTLED
        return Ending.ITERATIONS if state.number >= self.steps else None

    def sentence(self, ending: Ending, state: State) -> str:
        """An ending of this stage as a history tells it."""
        at_rounding = state.squares <= self.floor * state.unit
        standing = [still for still in self._stills if self._stands(state, at_rounding, *still)]
        window, tolerance = standing[0] if standing else self._stills[0]
        return ending.sentence(window=window, tolerance=tolerance, steps=self.steps)

    @property
    def _stills(self) -> list[tuple[int, float]]:
        """Over how many iterations how small a change is none: little over many, or next to nothing over a few."""
        return [(WINDOW, self.tolerance), (_FEW, min(_NOTHING, self.tolerance))]

    def _stands(self, state: State, at_rounding: Any, window: int, tolerance: float) -> bool:
        """Whether neither the objective nor the evidence changes any more.

        Where the data are noisy, the objective stands still long before the evidence has switched off what fits the
        noise. NaN, where nothing is inferred, is still.
        """
        standing = at_rounding | (state.objectives[-1] > (1 - tolerance) * state.objectives[-1 - window])
        determined = state.determined[-1 - window :]
        return bool(np.all(standing)) and not np.ptp(determined) > tolerance * np.max(determined)

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
            after = self._moved(state, weighed(linear, state.weights))
            if after is not None:
                linear = None  # before the next one is there
                linear = self.linearised(after.theta)
            elif not self._moving(state):
                return state, Ending.STUCK
            else:  # the evidence alone moves, and with it the objective
                after = replace(state, number=state.number + 1)
            state = notice(self._weighed(after, linear))
        return state, why

    def exact(self, state: State) -> bool:
        """Whether the residuals are at rounding with fewer parameters determined than there are samples.

        That is a law of the model. An interpolation determines at least one parameter for every sample.
        """
        at_rounding = self.ended(state) is Ending.AT_ROUNDING
        return at_rounding and not state.determined[-1] >= self.problem.samples

    def judged(self, state: State) -> State:
        """The state after a trial, with the winner up to now.

        An interpolation leaves no noise to weigh the precisions by, and those of its residuals that any parameters
        meet count as evidence for it: it wins only if all trials are of that kind, and then the first.
        """
        evidence = -np.inf
        if self.ended(state) is not Ending.AT_ROUNDING:
            known = self.log_evidence(state)
            evidence = known if np.isfinite(known) else -np.inf
        if evidence <= state.winner.log_evidence:
            return state
        return replace(state, winner=Start(state.theta, state.ratios, evidence))

    def log_evidence(self, state: State) -> float:
        """The logarithm of p(data | α) with the best β, up to a constant."""
        now, linear = self._moving_part(state), weighed(self.linearised(state.theta), state.weights)
        known = log_evidence(self._evidence(state), linear, now, float(self.problem.count))
        if state.weights is None:
            return known
        return known + 0.5 * float(np.sum(self.problem.counts * np.log(state.weights)))

    def _moving(self, state: State) -> bool:
        """Whether the last update of the evidence changed how many parameters the data determine."""
        before, last = state.determined[-2:]
        return bool(abs(last - before) > self.tolerance / WINDOW * before)

    def _moved(self, state: State, linear: Linearised) -> State | None:
        """One step that lowers the objective, with the damping for the next; `None` if there is none."""
        evidence, now = self._evidence(state), self._moving_part(state)

        def objective(delta: Float[np.ndarray, " chosen"]) -> float:
            there = moved(state.theta, self.chosen, delta)
            return total(state.weights, squares_of(self.problem, there)) + evidence.penalty(now + delta)

        def bend(delta: Float[np.ndarray, " chosen"]) -> Float[np.ndarray, "..."]:
            return bend_of(self.problem, state.theta, self.chosen, delta, state.weights, linear)

        step = lower(
            linear, evidence.ridge, now, Damping(state.damping, state.growth),
            scale=state.scale, objective=objective, bend=bend if self._bends else None,
        )  # fmt: skip
        if step is None:
            return None
        there = moved(state.theta, self.chosen, step.delta)
        damping, growth = step.damping
        return replace(state, number=state.number + 1, theta=there, damping=damping, growth=growth)

    @cached_property
    def _bends(self) -> bool:
        """Whether the model can be differentiated twice along a direction."""
        return bends(self.problem, self.group.size)

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
