"""What may be wrong with a fit, and what to do about it: one rule a hint.

A new hint is a function from a verdict to a sentence, empty where it is not due, and one line in `HINTS`. The
thresholds were chosen on fits to seeds from 300 on; `python -m benchmarks verdicts` counts on others what they name.
"""

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from ._endings import Ending
from ._paragraph import last_known, number, share
from ._smaller import TOLD

if TYPE_CHECKING:
    from ._verdict import Verdict

LARGE = 0.05  # of the variance: an error that makes a model of little use, and more than most noise
APART = 5.0  # how many times the training error that of new samples is where there are too few
FALLING = 2.0  # the factor by which a loss falls towards the end of a fit that ends too early
FEW = 50  # training samples: with fewer, test samples outside their range are one more sign of too few
SHORT = 20  # iterations: a fit that was given fewer cannot have settled
DOUBTED = 1e-3  # of the variance: a training error below which the residuals are not asked for the symmetry
GROSS = 10.0  # spreads of the outputs: an error of a sample that is likely to be wrong itself
THROUGH = 1e-12  # of the variance: an error with which a fit passes through its samples
SMALL_TARGETS = 0.1  # of the smallest targets: a root mean square error that even these are not lost in
MATTERS = 1e-6  # of the variance: an error below which the spread of the scalars has done no harm
SMALL = 6e-3  # of the variance: an error below which more steps are not advised


def no_covariants(verdict: "Verdict") -> str:
    """A term that no tensor can be built for is zero for every input."""
    if not verdict.bare:
        return ""
    terms = ", ".join(verdict.bare)
    return (
        f"No covariants: nothing of type {terms} can be made from the inputs under {verdict.group}, and the model "
        "answers zero there. Add an input that has a direction, or take a smaller group."
    )


def symmetry_unstated(verdict: "Verdict") -> str:
    """A tensor of the inputs has a symmetry that its type does not say."""
    if not verdict.packed:
        return ""
    of = {"Sym": "symmetric", "Alt": "antisymmetric"}
    said = ", ".join(f"{of[kind[:3]]} in every {term}: {kind}" for term, kind in verdict.packed)
    return f"The inputs are {said} says so, has fewer scalars and needs fewer samples."


def group_too_large(verdict: "Verdict") -> str:
    """The tensors of a smaller group explain what is left over, or there are too few samples to say."""
    found = verdict.remedy
    if verdict.training is None or found is None or not _ended(verdict):
        return ""
    if not (found.gain > TOLD or (found.gain != found.gain and _misses(verdict))):
        return ""
    more = [f"{n} {what}{'s' * (n != 1)}" for n, what in ((found.tensors, "tensor"), (found.scalars, "scalar")) if n]
    proof = f", which explain {share(found.gain)} of that error" if found.gain > TOLD else ""
    return (
        f"Training error is {share(verdict.training.worst(verdict.bare))} of the variance: {verdict.group} may be too "
        f"large. {found.group} has {' and '.join(more)} more{proof}: try it."
    )


def input_missing(verdict: "Verdict") -> str:
    """Training and fresh samples are met badly alike, and no smaller group would help."""
    if group_too_large(verdict) or inputs_repeated(verdict) or not _misses(verdict):
        return ""
    return (
        f"The error is {share(_seen_and_new(verdict)[1])} of the variance: an input may be missing, "
        "such as the vector of gravity or of a field, or a parameter; or the outputs are as noisy as that."
    )


def inputs_repeated(verdict: "Verdict") -> str:
    """Samples of the same inputs have outputs far apart."""
    found = verdict.repeats
    if found is None or not found.differ > LARGE:
        return ""
    return (
        f"{found.samples} samples have inputs that occur again with other outputs, {share(found.differ)} of the "
        "variance apart, and no function gives both: add the input that tells them apart, or look at the columns; or "
        "the outputs are as noisy as that."
    )


def too_few_samples(verdict: "Verdict") -> str:
    """What was fitted is met far better than what was not, and that badly; or all of it is, and no more is known."""
    if _passes_through(verdict):
        return (
            f"The fit passes through all samples, which says nothing of others: {verdict.parameters} parameters meet "
            f"{verdict.residuals} numbers. Hold samples back with validation=, or leave the width of the model open."
        )
    seen, new = _seen_and_new(verdict)
    if verdict.training is None or not (_settled(verdict) and new > LARGE and new > APART * seen):
        return ""
    counted = "" if verdict.determined is None else f" for {verdict.determined:.0f} determined parameters"
    return (
        f"Training error {number(seen)} is far below that of new samples, {number(new)}: {verdict.training.samples} "
        f"samples are too few{counted}. Give more, fewer inputs, a smaller model, or a larger group if there is one."
    )


def targets_span_decades(verdict: "Verdict") -> str:
    """A squared error sees the largest targets alone."""
    wide = {name: found for name, found in verdict.targets.items() if found > 3.5}
    new = _seen_and_new(verdict)[1]
    known = verdict.by_loss or (verdict.knows_decades and new < LARGE)
    if not wide or known or new < (SMALL_TARGETS * 10 ** -max(wide.values())) ** 2:
        return ""
    name = max(wide, key=wide.__getitem__)
    remedy = "Fit their logarithm, or a ratio" if name.endswith("T(0)") else "Divide them by their size"
    return (
        f"Targets span decades: those of {name} lie over {wide[name]:.0f} powers of ten, and a squared error sees the "
        f"largest alone. {remedy}."
    )


def scalars_span_decades(verdict: "Verdict") -> str:
    """A network in a standardised scalar sees its largest values alone."""
    name, found = verdict.scalars
    new = _seen_and_new(verdict)[1]
    if found <= 4 or (verdict.knows_decades and new < LARGE) or new < MATTERS:
        return ""
    return (
        f"Scalars span decades: {name} lies over {found:.0f} powers of ten, and the model tells its small values not "
        "apart. Divide the inputs by their size, or give logarithms."
    )


def outside_training_range(verdict: "Verdict") -> str:
    """The model is asked about what it has not seen."""
    found = verdict.outside
    if not found or found["rows"] <= 0.01 * found["of"]:
        return ""
    return (
        f"Outside the training range: {found['rows']} of {found['of']} test samples, most of them by "
        f"{found['scalar']}, and there the model extrapolates. Train on samples of that range."
    )


def not_converged(verdict: "Verdict") -> str:
    """All iterations are used, they were few or the loss was still falling, and the error matters.

    Not where new samples are met far worse than those of the fit: more steps fit the latter alone.
    """
    if verdict.ending not in (Ending.ITERATIONS, Ending.STEPS) or _ended(verdict) or too_few_samples(verdict):
        return ""
    if verdict.training is not None and not _seen_and_new(verdict)[1] > SMALL:
        return ""
    more = "steps=" if verdict.ending is Ending.STEPS else "optimizer=LevenbergMarquardt(steps=300)"
    made = verdict.stopped or f"{verdict.iterations} steps made"
    return f"Not converged: the fit was cut off while its error fell ({made}). Give more, with {more} in Python."


def not_finite(verdict: "Verdict") -> str:
    """The fit broke off, or the model's answers are of no use."""
    errors = (verdict.training, verdict.held_out, verdict.test)
    bad = any(each is not None and not isfinite(each.error) for each in errors)
    if not bad and verdict.ending is not Ending.NOT_FINITE:
        return ""
    return "Not finite: the model overflows, or divides by zero. Lower the learning rate, and look for extreme inputs."


def single_sample(verdict: "Verdict") -> str:
    """The mean is that of one sample, and that one is off by more than any output is from the mean of all."""
    last = last_known(verdict)
    if last is None or not _dominated(verdict) or not last[1].largest > GROSS * last[1].spread:
        return ""
    where = f" with {verdict.largest}" if verdict.largest else ""
    return (
        f"A single sample dominates: one{where} among {last[1].samples} is off by "
        f"{last[1].largest / last[1].spread:.0f} times the outputs' spread and carries {share(last[1].share)} of the "
        "squared error. Look at its target, and whether there are others like it in the training."
    )


#: The hints by name, in the order in which they are told.
HINTS: dict[str, Callable[["Verdict"], str]] = {
    "not finite": not_finite,
    "no covariants": no_covariants,
    "symmetry": symmetry_unstated,
    "group": group_too_large,
    "input": input_missing,
    "repeats": inputs_repeated,
    "samples": too_few_samples,
    "convergence": not_converged,
    "range": outside_training_range,
    "targets": targets_span_decades,
    "scalars": scalars_span_decades,
    "single": single_sample,
}


def hints_of(verdict: "Verdict") -> dict[str, str]:
    """The hints that are due, by name."""
    found = {name: rule(verdict) for name, rule in HINTS.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _misses(verdict: "Verdict") -> bool:
    """Whether the fit has ended and is a large part of the variance off, on its own samples and on new ones alike."""
    seen, new = _seen_and_new(verdict)
    return _ended(verdict) and new > LARGE and not new > APART * seen


def _ended(verdict: "Verdict") -> bool:
    """Whether more steps would not help."""
    short = verdict.ending is Ending.ITERATIONS and verdict.iterations < SHORT
    falling = verdict.ending in (Ending.ITERATIONS, Ending.STEPS) and verdict.falling > FALLING
    return not (short or falling or verdict.ending is Ending.NOT_FINITE)


def _settled(verdict: "Verdict") -> bool:
    """Whether the fit was no mere beginning, though more steps may fit its own samples better still."""
    return _ended(verdict) or (verdict.ending is Ending.ITERATIONS and verdict.iterations >= SHORT)


def _passes_through(verdict: "Verdict") -> bool:
    """Whether the fit met all samples with as many parameters as there are numbers, and no others were asked."""
    alone = verdict.held_out is None and verdict.test is None and verdict.ending is not Ending.LINEAR
    exact = verdict.training is not None and verdict.training.relative < THROUGH
    return alone and exact and verdict.parameters >= verdict.residuals > 0


def _dominated(verdict: "Verdict") -> bool:
    """Whether one sample of many makes nearly all of the last error."""
    last = last_known(verdict)
    return last is not None and last[1].samples >= 50 and last[1].share > 0.8


def _seen_and_new(verdict: "Verdict") -> tuple[float, float]:
    """The error of the worst term that can be met at all, on training samples and on others of their kind."""
    if verdict.by_loss:
        seen, new = verdict.losses
        return seen, seen if new is None else new
    few = verdict.training is not None and verdict.training.samples < FEW
    foreign = bool((outside_training_range(verdict) and not few) or _dominated(verdict))
    last = last_known(replace(verdict, test=None) if foreign else verdict)
    if verdict.training is None or last is None:
        return float("nan"), float("nan")
    return verdict.training.worst(verdict.bare), last[1].worst(verdict.bare)
