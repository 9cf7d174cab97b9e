"""The state of a fit by Levenberg-Marquardt, which goes from one iteration to the next."""

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float

from .by_term import PerTerm

WINDOW = 10  # iterations over which it is asked whether anything changes
PLAN = 2  # raised when stages or steps change


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
        plan: how the stages follow each other, `PLAN`: a checkpoint of another plan is refused.
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

    plan: int
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
        window, nan = np.full(WINDOW + 1, np.nan), float("nan")
        start = Start(theta, np.zeros(groups), nan)
        each, weights = (nan, None) if terms is None else (np.full(terms, nan), np.ones(terms))
        objectives = np.full((WINDOW + 1, *np.shape(each)), nan)
        rest = (nan, objectives, nan, theta, start, start, weights)
        return cls(PLAN, 0, 0, theta, each, start.ratios, window, nan, nan, each, *rest)
