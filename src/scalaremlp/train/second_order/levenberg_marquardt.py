"""Levenberg-Marquardt with Bayesian regularisation: second-order training for small networks and clean data."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import jax
from jaxtyping import Array, Key, PyTree

from ..._check import positive, whole_number
from .._batches import sample_count
from .._check import check_learns
from .._checkpoint import Checkpoint
from .._chunk import average_loss, validation_key
from .._history import History, Record
from .._loss import LeastSquares
from .._parameters import split_parameters
from .problem import FLOOR, chunk_size, residuals_per_sample
from .share import Share

_MAX_BYTES = 8e9
_ONWARD = 15  # iterations of a fit that goes on with more samples


@dataclass(frozen=True)
class LevenbergMarquardt:
    r"""Minimise β/2 Σ r² + Σ_g α_g/2 |θ_g|² over the parameters θ, with α and β inferred from the data.

    Each iteration solves (JᵀJ + A/β + λ) δ = −(Jᵀr + Aθ/β) and takes the step if it lowers the objective; λ follows
    the ratio of the actual to the predicted decrease. Where the model can be differentiated twice, the step follows the
    residuals to second order (geodesic acceleration), which takes a third of the iterations. JᵀJ is accumulated over
    chunks of samples; where there are fewer residuals than parameters, J itself and a matrix of the size of the
    residuals take its place. Between iterations the precisions follow MacKay's evidence: with
    γ_g = p_g − (α_g + βε) tr_g H⁻¹ well-determined parameters in group g, where H = βJᵀJ + A + βε with the least ε that
    rounding asks for, α_g = γ_g/|θ_g|² and β = (N − Σγ)/Σr². Every array is a group, or what `parameter_groups()` of
    the model or of a module inside it says, so that a part of the model that the data do not call for is switched off.

    If the loss says that its residuals are of several terms (`LeastSquares.noises`), as `Regression` does for an output
    type of several, each has a precision β_t = (N_t − γ_t)/Σ r_t² of its own, with γ_t = β_t tr H⁻¹J_tᵀJ_t, at most
    10²⁰ times that of another; the iterations end when all terms are at rounding or stand still. Where only random
    directions of the residuals are seen they have one.

    A model may offer `linear_parameters()`, a pytree of booleans like its parameters: those in which it is linear
    while the others stand still. They are solved for first; a law that they can express is found in that solve. Where
    only a module inside the model offers them, as in a Hamiltonian whose flow is fitted, they are fitted first by
    iterations of their own, and the others start from what these leave.

    Args:
        steps: most iterations; of linear parts that are fitted first at most 30 more, of trials together as many. None:
            60, or as many as cost 20 times `budget`, but 25, or 12 of a part with fewer residuals than parameters.
        tolerance: stop when ten iterations together lower the objective by less than this fraction, while Σγ varies
            by no more; or three by less than a millionth.
        floor: stop when Σr² is below this fraction of its value at the start, where rounding errors begin to count.
        regularise: whether to infer α; without, α = 0.
        rows: residuals for each parameter that the first iterations see: of many more samples, and of more than
            2000, they see a random part, the next ones eight times as many, and the last ones all; infinity: all see
            all.
        budget: floating point operations of an iteration above which the first ones see only random directions of the
            residuals of each sample, and only a random part of the samples if even one direction is too much.
        polish: most iterations on each larger part, and on all samples after a part; None: six, or as many as cost
            20 times `budget`, but three.
        starts: how many first guesses of 1/β to try where there are fewer residuals than parameters, all of them seen
            and α inferred. There the evidence has many maxima. The guesses are the mean square of the residuals, a
            tenth of it, a hundredth and so on; each trial has an equal part of `steps`, and from the end of the one
            with most evidence the fit goes on with all of `steps`.
        chunk: samples whose Jacobian is held at once; None chooses by memory.
        by_jax: whether products and factors are computed by JAX, where the arrays are, rather than by BLAS on the host;
            None: unless that is a CPU.

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
        Foresee and Hagan, ICNN 1997; Tipping, JMLR 1, 211 (2001); Transtrum and Sethna, arXiv:1201.5885 (geodesic
        acceleration).
    """

    steps: int | None = None
    tolerance: float = 2e-2
    floor: float = FLOOR
    regularise: bool = True
    rows: float = 8.0
    budget: float = 6e10
    polish: int | None = None
    starts: int = 3
    chunk: int | None = None
    by_jax: bool | None = None

    name: ClassVar[str] = "Levenberg-Marquardt"

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("polish", 0), ("starts", 1), ("chunk", 1)):
            if getattr(self, name) is not None or name == "starts":
                whole_number(name, getattr(self, name), least)
        positive("tolerance", self.tolerance, zero=True)
        positive("floor", self.floor, zero=True)
        if self.rows != float("inf"):
            positive("rows", self.rows)
        positive("budget", self.budget)

    def share(self, parameters: int, residuals: int, samples: int, *, separable: bool = True) -> Share:
        """What the first stage uses of `residuals` for each of the samples, so that an iteration is within `budget`.

        Of residuals that are not `separable` a sample has all or none.
        """
        normal, dual = self.budget / (2.0 * parameters**2), (self.budget / (2.0 * parameters)) ** 0.5
        rows = max(1, int(normal if normal >= parameters else min(dual, parameters)))
        if not separable:
            return Share(min(samples, max(1, rows // residuals)), residuals)
        return Share(min(samples, rows), min(residuals, max(1, rows // samples)))

    def cost(self, parameters: int, residuals: int, samples: int) -> tuple[float, float]:
        """Floating point operations and bytes of one iteration, with `residuals` of each sample."""
        used = self.share(parameters, residuals, samples)
        rows = used.samples * used.residuals
        size = min(rows, parameters)  # of the matrix that is factored
        chunk = min(chunk_size(parameters, residuals), samples) * residuals * parameters
        every = samples * residuals  # which the last iterations see
        kept = 3 * parameters**2 if every >= parameters else 3 * every * (parameters + every)
        return 2.0 * rows * size * parameters + 2.0 * size**3, 8.0 * (kept + 2 * chunk)

    def suits(self, parameters: int, residuals: int, samples: int) -> bool:
        """Whether an iteration within `budget` sees all residuals, or at least one for every two parameters."""
        used = self.share(parameters, residuals, samples)
        return used == (samples, residuals) or used.samples * used.residuals >= parameters / 2

    def onward(self) -> "LevenbergMarquardt":
        """The method for a model that was fitted to most of the samples: all of them, and a few iterations."""
        return replace(self, rows=float("inf"), starts=1, steps=min(self.steps or _ONWARD, _ONWARD))

    def check(self, loss: Any, model: PyTree, residuals: int | None = None) -> None:
        """Raise `ValueError` where `minimise` would do so before its first step, given how many residuals there are."""
        check_learns(model)
        if not isinstance(loss, LeastSquares):
            raise ValueError(
                f"Levenberg-Marquardt needs a LeastSquares loss. Got {type(loss).__name__}: use "
                "optimizer='first-order'."
            )
        parameters = jax.tree.leaves(split_parameters(model)[0])
        kinds = sorted({str(leaf.dtype) for leaf in parameters} - {"float64"})
        if kinds:
            raise ValueError(
                f"Levenberg-Marquardt needs float64 parameters. Got {', '.join(kinds)}: call "
                "scalaremlp.enable_x64() before making the model, or use optimizer='first-order'."
            )
        count = sum(leaf.size for leaf in parameters)
        needed = 0.0 if residuals is None else self.cost(count, 1, residuals)[1]
        if needed > _MAX_BYTES:
            raise ValueError(
                f"Levenberg-Marquardt keeps matrices of parameters², at most {_MAX_BYTES / 1e9:g} GB. Got {count} "
                f"parameters, {needed / 1e9:.3g} GB: take a smaller width, or optimizer='first-order'."
            )

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
        beyond: Any = None,
    ) -> tuple[PyTree, History]:
        """Fit the model; returns the best one on the validation data, or without any the last one.

        With a checkpoint every iteration is kept there, and the fit goes on from what is there already. If the data are
        a part of many more samples, `beyond`, such as a `data.Stream`, the last iterations see all of these.

        Raises:
            ValueError: if the loss is no `LeastSquares`; if the parameters are none, not float64, or too many to hold.
        """
        from .plan import Fitted, stages  # loaded with all that iterates by the first fit that does
        from .run import Run

        self.check(loss, model)  # before its residuals are asked for
        self.check(loss, model, residuals_per_sample(loss, model, data) * sample_count(data))
        fitted = Fitted.of(loss, model, data, key, beyond)
        plan = stages(fitted, self)
        held_out = None if validation is None else lambda m: average_loss(loss, m, validation, validation_key(key))
        run = Run(plan, callbacks, held_out, checkpoint)
        with nullcontext() if checkpoint is None else checkpoint.kept():
            state = run.to_the_end(run.resumed(fitted) or run.begin(fitted))
        return plan[-1].problem.model(state.kept), run.history
