"""The ways a fit can end, and the words for each."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple


class Ending(Enum):
    """Why a fit ended. The values are what a saved history holds.

    Example:
        >>> Ending("iterations").converged, Ending.SETTLED.converged
        (False, True)
        >>> Ending.ITERATIONS.meaning
        'not converged: all iterations were used'
    """

    LINEAR = "linear"
    AT_ROUNDING = "rounding"
    SETTLED = "settled"
    STUCK = "stuck"
    ITERATIONS = "iterations"
    STEPS = "steps"
    PATIENCE = "patience"
    NOT_FINITE = "not finite"
    EVIDENCE = "evidence"
    SOLVED = "solved"

    @property
    def converged(self) -> bool | None:
        """Whether more of the same would change little; `None` where the end was set beforehand."""
        return WORDS[self].converged

    @property
    def meaning(self) -> str:
        """What it means to the person who asked for the fit."""
        return WORDS[self].meaning

    def sentence(self, **numbers: Any) -> str:
        """What a history says, with its numbers filled in."""
        return WORDS[self].sentence.format(**numbers)


class Words(NamedTuple):
    """How to speak of an ending: the sentence of a history, what it means, and whether the fit has converged."""

    sentence: str
    meaning: str
    converged: bool | None = True


# The sentences are in histories that were saved before there were endings: change none.
WORDS = {
    Ending.LINEAR: Words(
        "the linear part alone leaves no more than rounding errors",
        "converged: a linear solve leaves no more than rounding errors",
    ),
    Ending.AT_ROUNDING: Words(
        "the residuals are at the rounding of float64", "converged: the errors are at the rounding of float64"
    ),
    Ending.SETTLED: Words(
        "{window} iterations lowered the objective by less than {tolerance:g}", "converged: the error no longer falls"
    ),
    Ending.STUCK: Words("no step lowers the objective any more", "converged: no step lowers the error any more"),
    Ending.ITERATIONS: Words("{steps} iterations made", "not converged: all iterations were used", False),
    Ending.STEPS: Words("all steps made", "all steps were made", None),
    Ending.PATIENCE: Words(
        "no better validation loss within {steps} steps", "converged: the held-out error no longer falls"
    ),
    Ending.NOT_FINITE: Words(
        "the loss was not finite by step {step}", "not converged: the loss was no longer finite", False
    ),
    Ending.SOLVED: Words(
        "a linear solve was made", "converged: a linear solve, of the degree that predicts left-out samples best"
    ),
    Ending.EVIDENCE: Words(
        "the covariance of the largest evidence was found", "converged: the most probable covariance was found"
    ),
}


def ending_of(summary: Mapping[str, Any]) -> Ending | None:
    """The ending that a saved history names; of one from before there were endings, the one whose sentence it holds.

    Example:
        >>> ending_of({"stopped": "120 iterations made"})
        <Ending.ITERATIONS: 'iterations'>
    """
    if summary.get("ending"):
        return Ending(summary["ending"])
    held = summary.get("stopped") or ""
    return next((ending for ending, words in WORDS.items() if re.fullmatch(_pattern(words.sentence), held)), None)


def _pattern(sentence: str) -> str:
    return re.sub(r"\\\{.*?\\\}", ".+", re.escape(sentence))
