"""Levenberg-Marquardt with Bayesian regularisation: second-order training for small networks and clean data."""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

import jax
import jax.random as jr
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Key, PyTree

from .._check import positive, whole_number
from ._batches import sample_count, take
from ._by_term import ByTerm
from ._check import check_learns
from ._checkpoint import Checkpoint
from ._chunk import average_loss, validation_key
from ._endings import Ending
from ._flat import linear_entries, prior_groups
from ._gauss_newton import Problem, chunk_size, make_problem, random_directions, squares_of
from ._history import History, Record
from ._iteration import Stage, Start, State
from ._linear import FLOOR, NAME, first_ratios, solve_linear
from ._linearised import Linearised
from ._loss import LeastSquares
from ._parameters import count_parameters, split_parameters

_MAX_BYTES = 8e9
_FIRST = 30  # iterations of what is fitted first


class Share(NamedTuple):
    """What an iteration sees: so many samples, and so many directions of the residuals of each."""

    samples: int
    residuals: int


@dataclass(frozen=True)
class LevenbergMarquardt:
    r"""Minimise β/2 Σ r² + Σ_g α_g/2 |θ_g|² over the parameters θ, with α and β inferred from the data.

    Each iteration solves (JᵀJ + A/β + λ) δ = −(Jᵀr + Aθ/β) and takes the step if it lowers the objective; λ follows
    the ratio of the actual to the predicted decrease. JᵀJ is accumulated over chunks of samples; where there are fewer
    residuals than parameters, J itself and a matrix of the size of the residuals take its place. Between iterations
    the precisions follow MacKay's evidence: with γ_g = p_g − (α_g + βε) tr_g H⁻¹ well-determined parameters in group
    g, where H = βJᵀJ + A + βε with the least ε that rounding asks for, α_g = γ_g/|θ_g|² and β = (N − Σγ)/Σr². Every
    array is a group, or what `parameter_groups()` of the model or of a module inside it says, so that a part of the
    model that the data do not call for is switched off.

    If the loss says that its residuals are of several terms (`LeastSquares.noises`), as `Regression` does for an output
    type of several, each has a precision β_t = (N_t − γ_t)/Σ r_t² of its own, with γ_t = β_t tr H⁻¹J_tᵀJ_t, at most
    10²⁰ times that of another; the iterations end when all terms are at rounding or stand still. Where only random
    directions of the residuals are seen they have one.

    A model may offer `linear_parameters()`, a pytree of booleans like its parameters: those in which it is linear
    while the others stand still. They are solved for first; a law that they can express is found in that solve. Where
    only a module inside the model offers them, as in a Hamiltonian whose flow is fitted, they are fitted first by
    iterations of their own, and the others start from what these leave.

    Args:
        steps: most iterations; of linear parts that are fitted first at most 30 more, of trials together as many.
        tolerance: stop when ten iterations together lower the objective by less than this fraction, while Σγ varies
            by no more.
        floor: stop when Σr² is below this fraction of its value at the start, where rounding errors begin to count.
        regularise: whether to infer α; without, α = 0.
        budget: floating point operations of an iteration above which the fit first sees only random directions of
            the residuals of each sample, and only a random part of the samples if even one direction is too much; it
            then makes `polish` iterations on everything.
        polish: see `budget`.
        starts: how many first guesses of 1/β to try where there are fewer residuals than parameters, all of them seen
            and α inferred. There the evidence has many maxima. The guesses are the mean square of the residuals, a
            tenth of it, a hundredth and so on; each trial has an equal part of `steps`, and from the end of the one
            with most evidence the fit goes on with all of `steps`.
        chunk: samples whose Jacobian is held at once; None chooses by memory.

    Raises:
        ValueError: if a setting is out of range.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> class Decay(se.train.LeastSquares):
        ...     def residuals(self, model, batch, key):     # shape (n, 1) for n samples
        ...         t, y = batch
        ...         return (model["size"] * jnp.exp(-model["rate"] * t) - y)[:, None]
        >>> t = jnp.linspace(0.0, 2.0, 50)
        >>> start = {"size": jnp.array(1.0), "rate": jnp.array(1.0)}
        >>> settings = se.train.LevenbergMarquardt(steps=20)
        >>> model, history = se.fit(start, (t, 3 * jnp.exp(-2 * t)), loss=Decay(), optimizer=settings, key=jr.key(0))
        >>> round(float(model["size"]), 6), round(float(model["rate"]), 6)
        (3.0, 2.0)

    References:
        Marquardt, J. SIAM 11, 431 (1963); Nielsen, IMM-REP-1999-05; MacKay, Neural Computation 4, 448 (1992);
        Foresee and Hagan, ICNN 1997; Tipping, JMLR 1, 211 (2001).
    """

    steps: int = 120
    tolerance: float = 2e-2
    floor: float = FLOOR
    regularise: bool = True
    budget: float = 6e10
    polish: int = 5
    starts: int = 3
    chunk: int | None = None

    name: ClassVar[str] = "Levenberg-Marquardt"

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("polish", 0), ("starts", 1), ("chunk", 1)):
            if name != "chunk" or self.chunk is not None:
                whole_number(name, getattr(self, name), least)
        positive("tolerance", self.tolerance, zero=True)
        positive("floor", self.floor, zero=True)
        positive("budget", self.budget)

    def share(self, parameters: int, residuals: int, samples: int, *, separable: bool = True) -> Share:
        """What the first stage uses of `residuals` for each of the samples, so that an iteration is within `budget`.

        Of residuals that are not `separable` a sample has all or none.
        """
        rows = max(1, int(self.budget / (2.0 * parameters**2)))
        if not separable:
            return Share(min(samples, max(1, rows // residuals)), residuals)
        return Share(min(samples, rows), min(residuals, max(1, rows // samples)))

    def cost(self, parameters: int, residuals: int, samples: int) -> tuple[float, float]:
        """Floating point operations and bytes of one iteration, with `residuals` of each sample."""
        used = self.share(parameters, residuals, samples)
        rows = used.samples * used.residuals
        size = min(rows, parameters)  # of the matrix that is factored
        held = min(chunk_size(parameters, residuals), samples) * residuals * parameters
        return 2.0 * rows * size * parameters + 2.0 * size**3, 8.0 * (6 * parameters**2 + 4 * held)

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
        checkpoint: Checkpoint | None = None,
    ) -> tuple[PyTree, History]:
        """Fit the model; returns the best one on the validation data, or without any the last one.

        With a checkpoint every iteration is kept there, and the fit goes on from what is there already.

        Raises:
            ValueError: if the loss is no `LeastSquares`; if the parameters are none, not float64, or too many to hold.
        """
        self.check(loss, model)
        parameters = split_parameters(model)[0]
        theta, group = ravel_pytree(parameters)[0], prior_groups(model, parameters)
        linear = linear_entries(model, parameters)
        first = np.zeros_like(linear) if linear.any() else linear_entries(model, parameters, inside=True)
        stages = self._stages(loss, model, data, group, linear, first, key)
        held_out = None if validation is None else lambda m: average_loss(loss, m, validation, validation_key(key))
        run = _Run(stages, callbacks, held_out, checkpoint, sum(stage.steps for stage in stages))
        with nullcontext() if checkpoint is None else checkpoint.kept():
            state = run.resumed(theta, group) or self._begin(run, theta, group, linear)
            state = run.to_the_end(state)
        return stages[-1].problem.model(state.kept), run.history

    def _stages(
        self,
        loss: LeastSquares,
        model: PyTree,
        data: PyTree,
        group: np.ndarray,
        linear: np.ndarray,
        first: np.ndarray,
        key: Key[Array, ""],
    ) -> list[Stage]:
        """Of what comes first alone, if anything does; of all: trials, or a share of the data above budget; on all."""
        whole = make_problem(loss, model, data, parameters=group.size, key=key, chunk=self.chunk)
        samples = sample_count(data)
        each = whole.count // samples
        rules = (self.tolerance, self.floor, self.regularise)
        used = self.share(group.size, each, samples, separable=loss.separable)
        every, partly = np.arange(group.size), used != (samples, each)
        if used.residuals < each:  # a direction is across all terms: they have one noise
            whole = replace(whole, noises=None)
        problem = self._part(loss, model, data, used, each, key) if partly else whole
        stages = []
        if first.any():
            stages = [Stage(problem, group, np.flatnonzero(first), linear, min(self.steps, _FIRST), *rules)]
        known, all_known = linear | first, np.ones_like(linear)
        if partly:
            on_all = Stage(whole, group, every, all_known, self.polish, *rules)
            return [*stages, Stage(problem, group, every, known, self.steps, *rules), on_all]
        if self.regularise and self.starts > 1 and whole.count < every.size:
            few = -(-self.steps // self.starts)
            trials = [
                Stage(whole, group, every, known, few, *rules, guess=0.1**number, trial=True)
                for number in range(self.starts)
            ]
            return [*stages, *trials, Stage(whole, group, every, all_known, self.steps, *rules)]
        return [*stages, Stage(whole, group, every, known, self.steps, *rules)]

    def _begin(self, run: "_Run", theta: Array, group: np.ndarray, linear: np.ndarray) -> State:
        """The state before the first iteration, with the linear parameters solved for."""
        first = run.stages[0]
        unit = squares_of(first.problem, theta)
        if not np.all(np.isfinite(unit)):
            raise ValueError(
                f"The loss of the model must be finite before training. Got {np.sum(unit) / first.problem.stands_for}. "
                "Check the model's output on the data for NaN and for overflow."
            )
        ratios, law = first_ratios(float(np.sum(unit)) if self.regularise else 0.0, group), False
        if linear.any():
            theta, ratios, _, law = solve_linear(
                first.problem, theta, group, linear, ratios, unit=unit, regularise=self.regularise
            )
        state, run.linearised = first.begin(0, Start(theta, ratios, np.nan), unit, (np.inf, theta))
        if law and first.ended(state) is Ending.AT_ROUNDING:
            run.history.optimizer = NAME
            run.history.end(Ending.LINEAR)
        return run.notice(state)

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
    """One fit: its stages, and its record."""

    stages: list[Stage]
    callbacks: Iterable[Callable[[Record], object]]
    held_out: Callable[[Any], Array] | None
    checkpoint: Checkpoint | None
    steps: int  # the most there will be
    history: History = field(default_factory=History)
    started: float = field(default_factory=time.perf_counter)
    linearised: Linearised | ByTerm | None = None  # at the beginning of a stage

    def resumed(self, theta: Array, group: np.ndarray) -> State | None:
        """The state of the checkpoint, if there is one."""
        if self.checkpoint is None:
            return None
        noises = self.stages[0].problem.noises
        terms = None if noises is None else max(noises) + 1
        like = State.empty(theta, int(group.max(initial=-1)) + 1, terms)
        found = self.checkpoint.read(like)
        if found is None:
            return None
        state, self.history = found
        self.started -= self.history.records[-1].seconds
        return state

    def to_the_end(self, state: State) -> State:
        """The iterations of all stages from this state on."""
        while True:
            stage = self.stages[state.stage]
            state, why = stage.iterate(state, self.linearised, self.notice)
            if state.stage + 1 == len(self.stages) or (stage.trial and stage.exact(state)):
                return self._ended(state, why)
            state = self._next(stage.judged(state) if stage.trial else state)

    def _next(self, state: State) -> State:
        """The state at the beginning of the next stage."""
        now, after = self.stages[state.stage : state.stage + 2]
        start = Start(state.theta, state.ratios, np.nan)
        if now.trial:
            start = state.origin if after.trial else state.winner
        unit = state.unit * after.problem.stands_for / now.problem.stands_for
        found, self.linearised = after.begin(state.stage + 1, start, unit, (state.best_loss, state.best))
        if now.trial:
            found = replace(found, origin=state.origin, winner=state.winner)
        # Also where the last record is of another trial.
        if after.ended(found) is Ending.AT_ROUNDING or (now.trial and not after.trial):
            return self.notice(found)
        if self.history.ending is Ending.LINEAR:  # exact on a share of the data, but not on all
            self.history.optimizer = ""
            self.history.end(None)
        return found

    def notice(self, state: State) -> State:
        """Record the state, and keep it; the parameters are the best so far if their validation loss is."""
        validation = None
        if self.held_out is not None:
            validation = float(self.held_out(self.stages[state.stage].problem.model(state.theta)))
            if validation < state.best_loss:
                state = replace(state, best_loss=validation, best=state.theta)
        problem, number = self.stages[state.stage].problem, len(self.history)
        record = Record(
            number,
            self.steps,
            float(np.sum(state.squares)) / problem.stands_for,
            validation,
            epoch=float(number),
            seconds=time.perf_counter() - self.started,
            details={"damping": state.damping, "determined": float(state.determined[-1])},
        )
        self.history.append(record)
        if self.checkpoint is not None:
            self.checkpoint.write(state, self.history)
        for callback in self.callbacks:
            callback(record)
        return state

    def _ended(self, state: State, why: Ending) -> State:
        if self.history.ending is not Ending.LINEAR:
            self.history.end(why, self.stages[state.stage].sentence(why))
        self.history.kept = "the best on the validation data" if np.isfinite(state.best_loss) else "the last"
        return state


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
