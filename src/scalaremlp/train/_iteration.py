"""The iterations of Levenberg-Marquardt: the state that goes from one to the next, and when they end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ._evidence import RELATIVE, Evidence, step, updated
from ._flat import groups_of
from ._gauss_newton import Normal, Problem, normal_equations, sum_of_squares

AT_ROUNDING = "the residuals are at the rounding of float64"
STUCK = "no step lowers the objective any more"
_WINDOW = 10


class State(eqx.Module):
    """Everything that changes from one iteration to the next: a fit that is given it back goes on with the same bits.

    Attributes:
        stage: the number of the stage.
        number: iterations made in this stage.
        theta: the parameters.
        squares: Σr² there.
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
    """

    stage: int
    number: int
    theta: Float[Array, " p"]
    squares: float
    ratios: Float[Array, " groups"]
    determined: Float[np.ndarray, " window"]
    damping: float
    growth: float
    unit: float
    scale: float
    objectives: Float[np.ndarray, " window"]
    best_loss: float
    best: Float[Array, " p"]

    @property
    def kept(self) -> Float[Array, " p"]:
        """The parameters to return: those best on the validation data, or without any the last."""
        return self.best if np.isfinite(self.best_loss) else self.theta

    @classmethod
    def empty(cls, theta: Float[Array, " p"], groups: int) -> "State":
        """A state of the right structure, to be filled in."""
        window, nan = np.full(_WINDOW + 1, np.nan), float("nan")
        return cls(0, 0, theta, nan, jnp.zeros(groups), window, nan, nan, nan, nan, window, nan, theta)


@dataclass(frozen=True)
class Stage:
    """What stays the same over the iterations of a stage.

    Attributes:
        problem: what is fitted.
        group: the prior group of each parameter.
        chosen: the parameters that move.
        steps: most iterations.
        tolerance, floor, regularise: as of `LevenbergMarquardt`.
    """

    problem: Problem
    group: Int[np.ndarray, " p"]
    chosen: Int[np.ndarray, " chosen"]
    steps: int
    tolerance: float
    floor: float
    regularise: bool

    def begin(
        self,
        number: int,
        theta: Float[Array, " p"],
        ratios: Float[Array, " groups"],
        known: Bool[np.ndarray, " p"],
        unit: float,
        best: tuple[float, Float[Array, " p"]],
    ) -> tuple[State, Normal | None]:
        """The state before the first iteration, and the normal equations there unless it is the last one as well.

        `known` are the entries of θ whose evidence has been found already.
        """
        squares, normal = float(sum_of_squares(self.problem, theta)), None
        scale = damping = float("nan")
        if squares > self.floor * unit:
            normal = self.normal(theta)
            squares, scale = float(normal.squares), float(jnp.mean(jnp.diagonal(normal.matrix)))
            damping = 1e-3 * scale
            # Before the first update: weights of the network of order one.
            noise = squares / self.problem.count if self.regularise else 0.0
            ratios = jnp.where(groups_of(known, self.group), ratios, noise)
        empty = np.full(_WINDOW + 1, np.nan)
        state = State(number, 0, theta, squares, ratios, empty, damping, 2.0, unit, scale, empty, *best)
        return state, normal

    def normal(self, theta: Float[Array, " p"]) -> Normal:
        """The normal equations of the parameters that move."""
        return normal_equations(self.problem, theta, jnp.asarray(self.chosen))

    def ended(self, state: State) -> str:
        """Why there is no further iteration, or nothing."""
        if state.squares <= self.floor * state.unit:
            return AT_ROUNDING
        if state.objectives[-1] > (1 - self.tolerance) * state.objectives[0] and self._settled(state):
            return f"{_WINDOW} iterations lowered the objective by less than {self.tolerance:g}"
        return f"{self.steps} iterations made" if state.number >= self.steps else ""

    def iterate(self, state: State, normal: Normal | None, notice: Callable[[State], State]) -> tuple[State, str]:
        """Go on to the end of the stage, and say why it ends.

        Args:
            state: to go on from.
            normal: the normal equations there, if they are known.
            notice: called after every iteration; it may change what is best.
        """
        while not (why := self.ended(state)):
            normal = self.normal(state.theta) if normal is None else normal
            moved = self._moved(state, normal)
            if moved is not None:
                normal = self.normal(moved.theta)
            elif not self._moving(state):
                return state, STUCK
            else:  # the evidence alone moves, and with it the objective
                moved = replace(state, number=state.number + 1)
            state = notice(self._weighed(moved, normal))
        return state, why

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

    def _moved(self, state: State, normal: Normal) -> State | None:
        """One step that lowers the objective, with the damping for the next; `None` if there is none."""
        evidence = self._evidence(state)
        now = state.theta[self.chosen]
        objective = normal.squares + evidence.penalty(now)
        damping, growth = state.damping, state.growth
        while True:
            delta, predicted = step(normal, evidence.ridge, now, damping)
            trial = state.theta.at[self.chosen].add(delta)
            new = sum_of_squares(self.problem, trial) + evidence.penalty(now + delta)
            gain = float((objective - new) / predicted)
            if gain > 0 and np.isfinite(float(new)):
                break
            damping, growth = damping * growth, growth * 2
            if not damping < 1e9 * state.scale:
                return None
        damping = max(damping * max(1 / 5, 1 - (2 * gain - 1) ** 3), RELATIVE * state.scale)
        return replace(state, number=state.number + 1, theta=trial, damping=damping, growth=2.0)

    def _weighed(self, state: State, normal: Normal) -> State:
        """The state after a step, with the evidence updated."""
        evidence, determined, now = self._evidence(state), float("nan"), state.theta[self.chosen]
        if self.regularise:
            count, least = float(self.problem.count), RELATIVE * state.scale
            evidence, gamma = updated(evidence, normal, now, normal.squares, count, least)
            determined = float(gamma)
        objective = float(normal.squares + evidence.penalty(now))
        return replace(
            state,
            squares=float(normal.squares),
            ratios=state.ratios.at[self._groups[0]].set(evidence.ratio),
            determined=np.append(state.determined[1:], determined),
            objectives=np.append(state.objectives[1:], objective),
        )

    def _evidence(self, state: State) -> Evidence:
        groups, of_chosen = self._groups
        return Evidence(jnp.asarray(of_chosen), state.ratios[groups])

    @cached_property
    def _groups(self) -> tuple[Int[np.ndarray, " moving"], Int[np.ndarray, " chosen"]]:
        """The groups of the parameters that move, and which of these each is of."""
        return np.unique(self.group[self.chosen], return_inverse=True)
