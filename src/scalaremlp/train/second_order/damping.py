"""One step of Levenberg-Marquardt: its direction, how it bends, and the damping that lets it lower the objective."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from .linearised import Linearised

RELATIVE = 1e-14  # the least damping, relative to the mean diagonal of JᵀJ: what rounding asks for
_MOST = 1e9  # likewise, the most: beyond, nothing moves
_FASTEST = 5  # by which a damping is divided at most
_BENT = 0.75  # of the length of a step, what it may bend


class Damping(NamedTuple):
    """λ, and what it is multiplied by when a step is refused."""

    value: float
    growth: float = 2.0

    def refused(self) -> "Damping":
        """After a step that does not lower the objective."""
        return Damping(self.value * self.growth, self.growth * 2)

    def accepted(self, gain: float, least: float) -> "Damping":
        """After a step that lowers it by `gain` times what was predicted (Nielsen)."""
        return Damping(max(self.value * max(1 / _FASTEST, 1 - (2 * gain - 1) ** 3), least))


class Step(NamedTuple):
    """A step that lowers the objective, and the damping for the next."""

    delta: Float[np.ndarray, " p"]
    damping: Damping


class Direction(NamedTuple):
    """Where a step may lead: straight on, and what is added to follow residuals that bend.

    Attributes:
        straight: δ.
        aside: a/2, or nothing where it is not known or no correction.
        predicted: by how much δ lowers Σr² + Σ ridge θ² of the linearised problem.
    """

    straight: Float[np.ndarray, " p"]
    aside: Float[np.ndarray, " p"] | None
    predicted: float


@np.errstate(all="ignore")  # what is not finite is met by a refused step
def direction(
    problem: Linearised,
    ridge: Float[np.ndarray, " p"],
    theta: Float[np.ndarray, " p"],
    damping: float,
    bend: Callable[[Float[np.ndarray, " p"]], np.ndarray] | None = None,
) -> Direction:
    """δ of (JᵀJ + ridge + damping) δ = −(Jᵀr + ridge θ), and how to follow the residuals along it.

    Residuals that bend are followed to second order by δ + a/2, (JᵀJ + ridge + damping) a = −Jᵀr″, where r″ is their
    second derivative along δ: the geodesic acceleration of Transtrum and Sethna, arXiv:1201.5885. Where a is no
    correction, 2|a| > 3/4 |δ| in the metric of the diagonal of JᵀJ, it is left out.

    Args:
        problem: linearised at θ.
        ridge: of each parameter.
        theta: θ.
        damping: λ.
        bend: gives what `Factored.bent` takes, along δ.
    """
    pull, damped = ridge * theta, damping * problem.shape
    factored = problem.factored(ridge + damped)
    delta = factored.solve(pull)
    predicted = float(delta @ (damped * delta - problem.gradient - pull))
    if bend is None or not 0 < predicted < np.inf:
        return Direction(delta, None, predicted)
    aside, size = factored.bent(bend(delta)), np.sqrt(problem.diagonal)
    correction = 2 * np.linalg.norm(size * aside) <= _BENT * np.linalg.norm(size * delta)
    return Direction(delta, 0.5 * aside if correction else None, predicted)


def lower(
    problem: Linearised,
    ridge: Float[np.ndarray, " p"],
    theta: Float[np.ndarray, " p"],
    damping: Damping,
    *,
    scale: float,
    objective: Callable[[Float[np.ndarray, " p"]], float],
    bend: Callable[[Float[np.ndarray, " p"]], np.ndarray] | None,
) -> Step | None:
    """A step that lowers the objective, with more damping until one does; `None` if none does.

    Args:
        problem: linearised at θ.
        ridge: of each parameter.
        theta: θ.
        damping: to begin with.
        scale: of JᵀJ when the stage began; the damping is at most 10⁹ times as much.
        objective: Σr² + Σ ridge θ² after a step δ.
        bend: as of `direction`; `None` if it is not known.
    """
    before = problem.squares + float(ridge @ theta**2)
    while True:
        found = direction(problem, ridge, theta, damping.value, bend)
        ways = [found.straight] if found.aside is None else [found.straight + found.aside, found.straight]
        for delta in ways:
            after = objective(delta)
            gain = (before - after) / found.predicted if found.predicted > 0 else np.nan
            if gain > 0 and np.isfinite(after):
                return Step(delta, damping.accepted(gain, RELATIVE * scale))
        damping = damping.refused()
        if not damping.value < _MOST * scale:
            return None
