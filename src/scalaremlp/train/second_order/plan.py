"""The stages of a fit: which parameters move, on which share of the samples, and for how many iterations."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.random as jr
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Key, PyTree

from .._batches import sample_count
from .._loss import LeastSquares
from .._parameters import split_parameters
from .flat import flattened, linear_entries, prior_groups
from .place import Place
from .problem import Problem, chunk_size, evenly, longest, make_problem, random_directions, residuals_per_sample
from .share import Share
from .stage import Stage
from .streamed import Samples, streamed

_FIRST = 30  # iterations of what is fitted first
GROWTH = 8  # a stage sees at most so many times the samples of the one before
_EFFORT = 20  # by which all iterations of a stage may cost more than the budget of one
_STEPS, _POLISH = (25, 60), (3, 6)  # the fewest and the most iterations of the first stage, and of a larger part
_FEWER = 12  # the fewest of a part with fewer residuals than parameters: more of them fit the part, not the law
LEAST = 1000  # samples of the first stage, if there are more: fewer cost no less


@dataclass(frozen=True)
class Fitted:
    """What is fitted: a loss, a model and data, with what is known of the parameters as one vector.

    Attributes:
        theta: the parameters before the fit.
        group: the prior group of each.
        linear: those that a linear solve finds first.
        first: those that are fitted first, by iterations of their own.
        beyond: all samples, of which the data are a part, if there are more than memory holds.
    """

    loss: LeastSquares
    model: Any
    data: PyTree
    key: Key[Array, ""]
    theta: Float[Array, " p"]
    group: Int[np.ndarray, " p"]
    linear: Bool[np.ndarray, " p"]
    first: Bool[np.ndarray, " p"]
    beyond: Samples | None = None

    @classmethod
    def of(
        cls, loss: LeastSquares, model: Any, data: PyTree, key: Key[Array, ""], beyond: Samples | None = None
    ) -> "Fitted":
        """What the model says of its parameters, or the modules inside it of theirs."""
        parameters = split_parameters(model)[0]
        theta, group = flattened(parameters), prior_groups(model, parameters)
        linear = linear_entries(model, parameters)
        first = np.zeros_like(linear) if linear.any() else linear_entries(model, parameters, inside=True)
        return cls(loss, model, data, key, theta, group, linear, first, beyond)


def stages(fitted: Fitted, method: Any) -> list[Stage]:
    """The stages of a fit, in their order.

    What is to be fitted first comes first, on the share of the samples that all begin with. Then all parameters move:
    on that share, on larger ones, and on all samples, those beyond memory last. Where there are fewer residuals than
    parameters, trials begin at several guesses of the noise in the place of these shares.

    Args:
        fitted: what is fitted.
        method: a `LevenbergMarquardt`, for its settings.
    """
    samples, size = sample_count(fitted.data), fitted.group.size
    each = residuals_per_sample(fitted.loss, fitted.model, fitted.data)
    shares = _shares(method, size, each, samples, fitted.loss.separable)
    problems = _problems(fitted, shares, method.chunk, method.by_jax)
    if fitted.beyond is not None:
        problems.append(streamed(problems[-1], fitted.beyond, method.chunk))
    least = _FEWER if len(problems) > 1 and problems[0].count < size else _STEPS[0]
    steps = _steps(method.steps, problems[0], size, method.budget, least, _STEPS[1])
    rules = (method.tolerance, method.floor, method.regularise)
    every, known = np.arange(size), fitted.linear | fitted.first
    found = []
    if fitted.first.any():
        chosen = np.flatnonzero(fitted.first)
        found = [Stage(problems[0], fitted.group, chosen, fitted.linear, min(steps, _FIRST), *rules)]
    whole = problems[-1]
    if len(problems) == 1 and method.regularise and method.starts > 1 and whole.count < size:
        few = -(-steps // method.starts)
        trials = [
            Stage(whole, fitted.group, every, known, few, *rules, guess=0.1**number, trial=True)
            for number in range(method.starts)
        ]
        return [*found, *trials, Stage(whole, fitted.group, every, np.ones_like(known), steps, *rules)]
    found.append(Stage(problems[0], fitted.group, every, known, steps, *rules))
    for later in problems[1:]:
        polish = _steps(method.polish, later, size, method.budget, *_POLISH)
        found.append(Stage(later, fitted.group, every, np.ones_like(known), polish, *rules))
    return found


def _steps(given: int | None, problem: Problem, size: int, budget: float, least: int, most: int) -> int:
    """How many iterations on a problem, if that is left open: as many as cost so much, within bounds."""
    if given is not None:
        return given
    rows = problem.count
    normal = rows * size**2 + size**3  # a product, two factors and an inverse
    dual = 3.0 * rows**2 * size + rows**3  # two products and a solve for all parameters, two factors
    return max(least, min(most, int(_EFFORT * budget / (2.0 * (normal if rows >= size else dual)))))


def _shares(method: Any, parameters: int, each: int, samples: int, separable: bool) -> list[Share]:
    """What each stage sees: of all samples the last one, of ever fewer those before."""
    first, whole = method.share(parameters, each, samples, separable=separable), Share(samples, each)
    wanted = max(LEAST, method.rows * parameters / first.residuals)
    if 2 * wanted <= first.samples:
        first = Share(int(wanted), first.residuals)
    if first == whole:
        return [whole]
    found, seen = [first], first.samples * GROWTH
    while first.residuals == each and 2 * seen <= samples:
        found.append(Share(seen, each))
        seen *= GROWTH
    return [*found, whole]


def _problems(fitted: Fitted, shares: list[Share], chunk: int | None, by_jax: bool | None) -> list[Problem]:
    """The problem on each share, in chunks of one size: the smallest share is in the larger ones."""
    samples, size = sample_count(fitted.data), fitted.group.size
    each = shares[-1].residuals
    place = Place.of((fitted.data, fitted.model))
    chunk = chunk or evenly(longest(place.blocks(shares[0].samples)), chunk_size(size, each))
    order = np.random.default_rng(np.asarray(jr.key_data(fitted.key)).tolist()).permutation(samples)
    host = jax.tree.map(np.asarray, fitted.data)
    found = []
    for share in shares:
        rows = np.sort(order[: share.samples])
        part = fitted.data if share.samples == samples else jax.tree.map(lambda array, rows=rows: array[rows], host)
        fewer = share.residuals < each
        problem = make_problem(
            fitted.loss, fitted.model, part, parameters=size, key=fitted.key, chunk=chunk, by_jax=by_jax, place=place,
            directions=random_directions(jr.fold_in(fitted.key, 1), *share, each) if fewer else None,
        )  # fmt: skip
        if shares[0].residuals < each:  # a direction is across all terms: they have one noise
            problem = replace(problem, noises=None, at_once=None if fewer else shares[0].residuals)
        found.append(problem)
    return found
