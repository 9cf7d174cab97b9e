"""Levenberg-Marquardt with Bayesian regularisation: second-order training for small networks and clean data."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Key, PyTree

from ._batches import sample_count, take
from ._check import check_learns
from ._chunk import average_loss, validation_key
from ._evidence import RELATIVE, Evidence, step, updated
from ._flat import groups_of, linear_entries, prior_groups
from ._gauss_newton import (
    Problem,
    chunk_size,
    make_problem,
    normal_equations,
    random_directions,
    sum_of_squares,
)
from ._history import History, Record
from ._linear import EXACT, FLOOR, NAME, first_ratios, solve_linear
from ._loss import LeastSquares
from ._parameters import count_parameters, split_parameters

_MAX_BYTES = 8e9
_WINDOW = 10
_AT_ROUNDING = "the residuals are at the rounding of float64"
_EVERY = 3  # iterations between updates of the evidence, after the first few


class Share(NamedTuple):
    """What an iteration sees: so many samples, and so many directions of the residuals of each."""

    samples: int
    residuals: int


@dataclass(frozen=True)
class LevenbergMarquardt:
    r"""Minimise β/2 Σ r² + Σ_g α_g/2 |θ_g|² over the parameters θ, with α and β inferred from the data.

    Each iteration solves (JᵀJ + A/β + λ) δ = −(Jᵀr + Aθ/β) and takes the step if it lowers the objective; λ follows
    the ratio of the actual to the predicted decrease. JᵀJ is accumulated over chunks of samples. Between iterations
    the precisions follow MacKay's evidence: with γ_g = p_g − (α_g + βλ) tr_g H⁻¹ well-determined parameters in group
    g, where H = βJᵀJ + A + βλ, α_g = γ_g/|θ_g|² and β = (N − Σγ)/Σr². Every array of the model is a group, or what its
    `parameter_groups()` says, so that a part of the model that the data do not call for is switched off.

    A model may offer `linear_parameters()`, a pytree of booleans like its parameters: those in which it is linear
    while the others stand still. They are solved for first; a law that they can express is found in that solve.

    Args:
        steps: most iterations.
        tolerance: stop when ten iterations together lower the objective by less than this fraction.
        floor: stop when Σr² is below this fraction of its value at the start, where rounding errors begin to count.
        regularise: whether to infer α; without, α = 0.
        budget: floating point operations of an iteration above which the fit first sees only random directions of
            the residuals of each sample, and only a random part of the samples if even one direction is too much; it
            then makes `polish` iterations on everything.
        polish: see `budget`.
        chunk: samples whose Jacobian is held at once; None chooses by memory.

    References:
        Marquardt, J. SIAM 11, 431 (1963); Nielsen, IMM-REP-1999-05; MacKay, Neural Computation 4, 448 (1992);
        Foresee and Hagan, ICNN 1997.
    """

    steps: int = 120
    tolerance: float = 2e-2
    floor: float = FLOOR
    regularise: bool = True
    budget: float = 6e10
    polish: int = 5
    chunk: int | None = None

    name: ClassVar[str] = "Levenberg-Marquardt"

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("polish", 0), ("chunk", 1)):
            value = getattr(self, name)
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if value is not None and not (whole and value >= least):
                raise ValueError(
                    f"`{name}` must be a whole number of at least {least}. Got {value!r}. Leave it out for the default."
                )
        if not (self.tolerance >= 0 and self.floor >= 0 and self.budget > 0):
            raise ValueError(
                "`tolerance` and `floor` must be at least 0, and `budget` above 0. "
                f"Got {self.tolerance}, {self.floor} and {self.budget}. The defaults are 0.02, 1e-22 and 6e10."
            )

    def share(self, parameters: int, residuals: int, samples: int) -> Share:
        """What the first stage uses of `residuals` for each of the samples, so that an iteration is within `budget`."""
        rows = max(1, int(self.budget / (2.0 * parameters**2)))
        return Share(min(samples, rows), min(residuals, max(1, rows // samples)))

    def cost(self, parameters: int, residuals: int, samples: int) -> tuple[float, float]:
        """Floating point operations and bytes of one iteration, with `residuals` of each sample."""
        used = self.share(parameters, residuals, samples)
        flops = 2.0 * used.samples * used.residuals * parameters**2 + 2.0 * parameters**3
        held = min(chunk_size(parameters, residuals), samples) * residuals * parameters
        return flops, 8.0 * (5 * parameters**2 + 3 * held)

    def suits(self, parameters: int, residuals: int, samples: int) -> bool:
        """Whether an iteration within `budget` sees all residuals, or at least one for every two parameters."""
        used = self.share(parameters, residuals, samples)
        return used == (samples, residuals) or used.samples * used.residuals >= parameters / 2

    def check(self, loss: Any, model: PyTree) -> None:
        """Raise `ValueError` where `minimise` would do so before its first step, whatever the data."""
        check_learns(model)
        _check(loss, split_parameters(model)[0], self.cost)

    def minimise(
        self,
        loss: LeastSquares,
        model: PyTree,
        data: PyTree,
        *,
        validation: PyTree = None,
        key: Key[Array, ""],
        callbacks: Iterable[Callable[[Record], object]] = (),
    ) -> tuple[PyTree, History]:
        """Fit the model; returns the best one on the validation data, or without any the last one.

        Raises:
            ValueError: if the loss is no `LeastSquares`; if the parameters are none, not float64, or too many to hold.
        """
        self.check(loss, model)
        parameters = split_parameters(model)[0]
        theta, group = ravel_pytree(parameters)[0], prior_groups(model, parameters)
        held_out = None if validation is None else lambda m: average_loss(loss, m, validation, validation_key(key))
        whole = make_problem(loss, model, data, parameters=theta.size, key=key, chunk=self.chunk)
        each, samples = whole.count // sample_count(data), sample_count(data)
        used = self.share(theta.size, each, samples)
        reduced = used != (samples, each)
        problem = self._part(loss, model, data, used, each, key) if reduced else whole
        unit = float(sum_of_squares(problem, theta))
        if not np.isfinite(unit):
            raise ValueError(
                f"The loss of the model must be finite before training. Got {unit / problem.stands_for}. "
                "Check the model's output on the data for NaN and for overflow."
            )
        ratios = first_ratios(unit if self.regularise else 0.0, group)
        run = _Run(self, problem, unit, ratios, callbacks, held_out, self.steps + reduced * self.polish)
        linear = linear_entries(model, parameters)
        if linear.any():
            theta, run.ratios, _ = solve_linear(
                problem, theta, group, linear, ratios, unit=unit, regularise=self.regularise
            )
        theta = run.iterate(theta, group, linear, self.steps)
        if reduced:
            run.problem, run.unit = whole, unit * whole.stands_for / problem.stands_for
            theta = run.iterate(theta, group, np.ones_like(linear), self.polish)
        return whole.model(run.kept(theta)), run.history

    def _part(
        self, loss: LeastSquares, model: PyTree, data: PyTree, used: Share, each: int, key: Key[Array, ""]
    ) -> Problem:
        """The problem on a share of the data."""
        samples, size = sample_count(data), count_parameters(model)
        rows_key, directions_key = jr.split(jr.fold_in(key, 1))
        part = data if used.samples == samples else take(data, jr.permutation(rows_key, samples)[: used.samples])
        fewer = used.residuals < each
        directions = random_directions(directions_key, *used, each) if fewer else None
        return make_problem(loss, model, part, parameters=size, key=key, directions=directions, chunk=self.chunk)


@dataclass
class _Run:
    """One fit: the state that its stages share, and its record."""

    settings: LevenbergMarquardt
    problem: Problem
    unit: float  # Σr² before the fit
    ratios: Array  # α/β of every group
    callbacks: Iterable[Callable[[Record], object]]
    held_out: Callable[[Any], Array] | None
    steps: int  # the most there will be
    history: History = field(default_factory=History)
    started: float = field(default_factory=time.perf_counter)
    best: tuple[float, Any] = (np.inf, None)

    def iterate(self, theta: Array, group: np.ndarray, known: np.ndarray, steps: int) -> Array:
        """Levenberg-Marquardt on all parameters; `known` are those whose evidence has been found already."""
        s, every = self.settings, jnp.arange(theta.size)
        squares = sum_of_squares(self.problem, theta)
        if squares <= s.floor * self.unit:
            if known.any() and not self.history.records:
                self.history.optimizer = NAME
            self._record(len(self.history), theta, squares, float("nan"), float("nan"))
            return self._stop(theta, EXACT if self.history.optimizer == NAME else _AT_ROUNDING)
        normal = normal_equations(self.problem, theta, every)
        scale = float(jnp.mean(jnp.diagonal(normal.matrix)))
        damping, growth = 1e-3 * scale, 2.0
        # Before the first update: weights of the network of order one.
        noise = float(normal.squares) / self.problem.count if s.regularise else 0.0
        evidence = Evidence(jnp.asarray(group), jnp.where(groups_of(known, group), self.ratios, noise))
        past: list[float] = []
        determined = jnp.asarray(jnp.nan)
        if self.history.optimizer == NAME:  # exact on a share of the data, but not on all
            self.history.optimizer = ""
        if not self.history.records:
            self._record(0, theta, normal.squares, damping, float("nan"))
        done = len(self.history)
        for number in range(1, steps + 1):
            objective = normal.squares + evidence.penalty(theta)
            while True:
                delta, predicted = step(normal, evidence.ridge, theta, damping)
                trial = theta + delta
                new = sum_of_squares(self.problem, trial) + evidence.penalty(trial)
                gain = float((objective - new) / predicted)
                if gain > 0 and np.isfinite(float(new)):
                    break
                damping, growth = damping * growth, growth * 2
                if not damping < 1e9 * scale:
                    return self._stop(theta, "no step lowers the objective any more")
            theta = trial
            damping = max(damping * max(1 / 5, 1 - (2 * gain - 1) ** 3), RELATIVE * scale)
            growth = 2.0
            normal = normal_equations(self.problem, theta, every)
            if s.regularise and (number <= _EVERY or number % _EVERY == 0):
                evidence, determined = updated(
                    evidence, normal, theta, normal.squares, float(self.problem.count), RELATIVE * scale
                )
                self.ratios = evidence.ratio
            self._record(done + number - 1, theta, normal.squares, damping, float(determined))
            if normal.squares <= s.floor * self.unit:
                return self._stop(theta, _AT_ROUNDING)
            past.append(float(normal.squares + evidence.penalty(theta)))
            if len(past) > _WINDOW and past[-1] > (1 - s.tolerance) * past[-1 - _WINDOW]:
                return self._stop(theta, f"{_WINDOW} iterations lowered the objective by less than {s.tolerance:g}")
        return self._stop(theta, f"{steps} iterations made")

    def _record(self, number: int, theta: Array, squares: Array, damping: float, gamma: float) -> None:
        validation = None
        if self.held_out is not None:
            validation = float(self.held_out(self.problem.model(theta)))
            if validation < self.best[0]:
                self.best = (validation, theta)
        details = {"damping": float(damping), "determined": gamma}
        record = Record(
            number,
            self.steps,
            float(squares) / self.problem.stands_for,
            validation,
            epoch=float(number),
            seconds=time.perf_counter() - self.started,
            details=details,
        )
        self.history.append(record)
        for callback in self.callbacks:
            callback(record)

    def _stop(self, theta: Array, why: str) -> Array:
        self.history.stopped = why
        self.history.kept = "the last" if self.best[1] is None else "the best on the validation data"
        return theta

    def kept(self, theta: Array) -> Array:
        """The parameters to return: those best on the validation data, or without any the last."""
        return theta if self.best[1] is None else self.best[1]


def _check(loss: Any, parameters: PyTree, cost: Callable[[int, int, int], tuple[float, float]]) -> None:
    if not isinstance(loss, LeastSquares):
        raise ValueError(
            f"Levenberg-Marquardt needs a LeastSquares loss. Got {type(loss).__name__}: use optimizer='first-order'."
        )
    leaves = jax.tree.leaves(parameters)
    kinds = sorted({str(leaf.dtype) for leaf in leaves} - {"float64"})
    if kinds:
        raise ValueError(
            f"Levenberg-Marquardt needs float64 parameters. Got {', '.join(kinds)}: call "
            "scalaremlp.enable_x64() before making the model, or use optimizer='first-order'."
        )
    count = sum(leaf.size for leaf in leaves)
    needed = cost(count, 1, 1)[1]
    if needed > _MAX_BYTES:
        raise ValueError(
            f"Levenberg-Marquardt keeps matrices of parameters², at most {_MAX_BYTES / 1e9:g} GB. Got {count} "
            f"parameters, {needed / 1e9:.3g} GB: take a smaller width, or optimizer='first-order'."
        )
