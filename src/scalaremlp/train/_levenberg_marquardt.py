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
from ._chunk import average_loss, validation_key
from ._evidence import Evidence, step, updated
from ._gauss_newton import (
    Normal,
    Problem,
    chunk_size,
    in_chunks,
    normal_equations,
    residuals_per_sample,
    sum_of_squares,
)
from ._history import History, Record
from ._loss import LeastSquares
from ._parameters import split_parameters

_MAX_BYTES = 8e9
_WINDOW = 10
_REFINEMENTS = 10
_EVERY = 3  # iterations between updates of the evidence, after the first few
_RELATIVE = 1e-14  # the least damping, relative to the diagonal of JᵀJ


@dataclass(frozen=True)
class LevenbergMarquardt:
    r"""Minimise β/2 Σ r² + Σ_g α_g/2 |θ_g|² over the parameters θ, with α and β inferred from the data.

    Each iteration solves (JᵀJ + A/β + λ) δ = −(Jᵀr + Aθ/β) and takes the step if it lowers the objective; λ follows
    the ratio of the actual to the predicted decrease. JᵀJ is accumulated over chunks of samples. Between iterations
    the precisions follow MacKay's evidence: with γ_g = p_g − α_g tr_g H⁻¹ well-determined parameters in group g,
    where H = βJᵀJ + A, α_g = γ_g/|θ_g|² and β = (N − Σγ)/Σr². Every array of the model is a group, so that a part of
    the model that the data do not call for is switched off.

    A model may offer `linear_parameters()`, a pytree of booleans like its parameters: those in which it is linear
    while the others stand still. They are solved for first; a law that they can express is found in that solve.

    Args:
        steps: most iterations.
        tolerance: stop when ten iterations together lower the objective by less than this fraction.
        floor: stop when Σr² is below this fraction of its value at the start, where rounding errors begin to count.
        regularise: whether to infer α; without, α = 0.
        budget: floating point operations of an iteration above which the fit goes on a random part of the samples
            first, as many as the budget allows, and then makes `polish` iterations on all of them.
        polish: see `budget`.
        chunk: samples whose Jacobian is held at once; None chooses by memory.

    References:
        Marquardt, J. SIAM 11, 431 (1963); Nielsen, IMM-REP-1999-05; MacKay, Neural Computation 4, 448 (1992);
        Foresee and Hagan, ICNN 1997.
    """

    steps: int = 150
    tolerance: float = 2e-2
    floor: float = 1e-22
    regularise: bool = True
    budget: float = 1e11
    polish: int = 8
    chunk: int | None = None

    name: ClassVar[str] = "Levenberg-Marquardt"

    def cost(self, parameters: int, residuals: int, samples: int) -> tuple[float, float]:
        """Floating point operations and bytes of one iteration, with `residuals` of each sample."""
        used = self.subset(parameters, residuals, samples)
        flops = 2.0 * used * residuals * parameters**2 + 2.0 * parameters**3
        held = min(chunk_size(parameters, residuals), samples) * residuals * parameters
        return flops, 8.0 * (5 * parameters**2 + 3 * held)

    def suits(self, parameters: int, residuals: int, samples: int) -> bool:
        """Whether an iteration within `budget` sees all residuals, or at least two for each parameter."""
        used = self.subset(parameters, residuals, samples)
        return used == samples or used * residuals >= 2 * parameters

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
            ValueError: if the loss is no `LeastSquares`, the parameters are not float64, or too many for memory.
        """
        parameters, static = split_parameters(model)
        _check(loss, parameters, self.cost)
        theta, group = ravel_pytree(parameters)[0], _groups(parameters)
        each, samples = residuals_per_sample(loss, model, data), sample_count(data)
        held_out = None if validation is None else lambda m: average_loss(loss, m, validation, validation_key(key))

        def problem(part: PyTree) -> Problem:
            return Problem(loss, parameters, static, *in_chunks(part, each, theta.size, self.chunk), key)

        few = self.subset(theta.size, each, samples)
        rows = jr.permutation(jr.fold_in(key, 1), samples)[:few]
        first = problem(data if few == samples else take(data, rows))
        run = _Run(self, first, few * each, self._start(first, theta, group), callbacks, held_out)
        linear = np.zeros(theta.size, dtype=bool)
        if hasattr(model, "linear_parameters"):
            linear = _mask(model.linear_parameters(), parameters)
            theta = run.solve_linear(theta, group, linear)
        theta = run.iterate(theta, group, linear, self.steps)
        if few < samples:
            run.problem, run.count = problem(data), samples * each
            theta = run.iterate(theta, group, np.ones_like(linear), self.polish)
        return first.model(run.kept(theta)), run.history

    def subset(self, parameters: int, residuals: int, samples: int) -> int:
        """How many of the samples the first stage uses, so that an iteration stays within `budget`."""
        return min(samples, max(1, int(self.budget / (2.0 * residuals * parameters**2))))

    def _start(self, problem: Problem, theta: Array, group: np.ndarray) -> "_Start":
        unit = float(sum_of_squares(problem, theta))
        return _Start(unit, jnp.full(group.max() + 1, 1e-6 * unit / group.size if self.regularise else 0.0))


class _Start(NamedTuple):
    unit: float  # Σr² before the fit
    ratios: Array  # first guess of α/β for every group


@dataclass
class _Run:
    """One fit: the state that iterations share, and its record."""

    settings: LevenbergMarquardt
    problem: Problem
    count: int  # of residuals
    start: _Start
    callbacks: Iterable[Callable[[Record], object]]
    held_out: Callable[[Any], Array] | None
    history: History = field(default_factory=History)
    started: float = field(default_factory=time.perf_counter)
    best: tuple[float, Any] = (np.inf, None)

    def __post_init__(self) -> None:
        self.unit, self.ratios = self.start

    def solve_linear(self, theta: Array, group: np.ndarray, mask: np.ndarray) -> Array:
        """Solve for the parameters in which the model is linear, with their own evidence.

        Repeated from the new residuals, the solve refines itself to the rounding of float64.
        """
        chosen = np.flatnonzero(mask)
        names, inner = np.unique(group[chosen], return_inverse=True)
        evidence = Evidence(jnp.asarray(inner), self.ratios[names])
        squares = self.unit
        for _ in range(_REFINEMENTS):
            normal = normal_equations(self.problem, theta, jnp.asarray(chosen))
            damping = _RELATIVE * jnp.mean(jnp.diagonal(normal.matrix))
            if self.settings.regularise:
                evidence = self._linear_evidence(evidence, normal, theta[chosen], damping)
            delta, _ = step(normal, evidence.ridge, theta[chosen], damping)
            trial = theta.at[chosen].add(delta)
            now = float(sum_of_squares(self.problem, trial))
            if not now < squares:
                break
            theta, last, squares = trial, squares, now
            if squares > 0.5 * last:
                break
        self.ratios = self.ratios.at[names].set(evidence.ratio)
        return theta

    def _linear_evidence(self, evidence: Evidence, normal: Normal, theta: Array, damping: Array) -> Evidence:
        """MacKay's iteration with the residuals that the linear model predicts."""
        for _ in range(_REFINEMENTS):
            delta, _ = step(normal, evidence.ridge, theta, damping)
            expected = _expected(normal, delta)
            evidence, _ = updated(evidence, normal, theta + delta, expected, float(self.count), damping)
        return evidence

    def iterate(self, theta: Array, group: np.ndarray, known: np.ndarray, steps: int) -> Array:
        """Levenberg-Marquardt on all parameters; `known` are those whose evidence has been found already."""
        s, every = self.settings, jnp.arange(theta.size)
        squares = sum_of_squares(self.problem, theta)
        if squares <= s.floor * self.unit:
            self._record(len(self.history), theta, squares, float("nan"), float("nan"))
            return self._stop(theta, "the linear part alone leaves no more than rounding errors")
        normal = normal_equations(self.problem, theta, every)
        scale = float(jnp.mean(jnp.diagonal(normal.matrix)))
        damping, growth = 1e-3 * scale, 2.0
        # Before the first update: weights of the network of order one.
        noise = float(normal.squares) / self.count if s.regularise else 0.0
        evidence = Evidence(jnp.asarray(group), jnp.where(_by_group(known, group), self.ratios, noise))
        past: list[float] = []
        determined = jnp.asarray(jnp.nan)
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
                if damping > 1e9 * scale:
                    return self._stop(theta, "no step lowers the objective any more")
            theta = trial
            damping = max(damping * max(1 / 5, 1 - (2 * gain - 1) ** 3), _RELATIVE * scale)
            growth = 2.0
            normal = normal_equations(self.problem, theta, every)
            if s.regularise and (number <= _EVERY or number % _EVERY == 0):
                evidence, determined = updated(
                    evidence, normal, theta, normal.squares, float(self.count), _RELATIVE * scale
                )
                self.ratios = evidence.ratio
            self._record(done + number - 1, theta, normal.squares, damping, float(determined))
            if normal.squares <= s.floor * self.unit:
                return self._stop(theta, "the residuals are at the rounding of float64")
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
            self.settings.steps,
            float(squares) / self.count,
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


def _expected(normal: Normal, delta: Array) -> Array:
    """Σr² after a step in which the model is linear."""
    value = normal.squares + 2 * normal.gradient @ delta + delta @ normal.matrix @ delta
    return jnp.maximum(value, 1e-16 * normal.squares)


def _groups(parameters: PyTree) -> np.ndarray:
    """The number of the array that each entry of the flat parameters comes from."""
    leaves = jax.tree.leaves(parameters)
    return np.repeat(np.arange(len(leaves)), [leaf.size for leaf in leaves])


def _by_group(chosen: np.ndarray, group: np.ndarray) -> np.ndarray:
    """For each group, whether its entries are chosen."""
    found = np.zeros(group.max() + 1, dtype=bool)
    found[group[chosen]] = True
    return found


def _mask(chosen: PyTree, parameters: PyTree) -> np.ndarray:
    """A pytree of booleans, one for each array, as a mask of the flat parameters."""
    wanted = [bool(flag) for flag in jax.tree.leaves(chosen)]
    return np.repeat(wanted, [leaf.size for leaf in jax.tree.leaves(parameters)])


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
