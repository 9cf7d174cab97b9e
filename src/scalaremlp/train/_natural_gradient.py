"""Natural gradient steps on mini-batches: least squares with more parameters than a matrix can hold."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import PyTree

from .._check import positive, whole_number
from ._batches import sample_count
from ._check import check_learns
from ._loss import LeastSquares, Loss
from ._minibatch import Rule
from ._parameters import split_parameters
from ._schedules import Schedule
from ._stepwise import Stepwise
from .second_order import residuals_per_sample


@dataclass(frozen=True)
class NaturalGradient(Stepwise):
    r"""Second-order steps on mini-batches, for least squares with 10⁴ to 10⁶ parameters.

    A mini-batch has residuals r, shape (rows,), with the Jacobian J, shape (rows, p). A step is

    $$\theta \leftarrow \theta - \eta\,\varphi, \qquad
    \varphi = \arg\min_\varphi |J\varphi - r|^2 + \lambda\,|\varphi - \mu\varphi_0|^2
    = \mu\varphi_0 + J^T (J J^T + \lambda)^{-1} (r - \mu J\varphi_0),$$

    where φ₀ is what the step before left of its own direction, (1 − η) φ, so that many small batches add up to one
    solve. Only the matrix JJᵀ of the size of the batch is factored, in float64; J itself is held for as many arrays of
    the parameters at once as 0.5 GB have room for, or for one array, 8 bytes · rows · its size. A step
    takes about 2 · rows² · p operations, 33 000 p by default, where one of Adam on 256 samples takes 1500 p of a plain
    network.

    Of a batch with more residuals than `rows`, each sample is seen along random directions in the space of its
    residuals, unless these are differentiable together alone (`LeastSquares.separable`): then there are fewer samples.
    Complex residuals are seen by their real and imaginary parts, as by `LevenbergMarquardt`. Nothing is inferred about
    noise; the terms of an output weigh as the loss says.

    It is worth its price where the loss is ill-conditioned, as one of derivatives of the model, and
    `LevenbergMarquardt` takes too much memory. `fit` does not choose it by itself: see
    [Which optimiser](../models.md#which-optimiser) for what was measured.

    Args:
        learning_rate: η at its peak, at most 1: the part of the direction that a step goes.
        damping: λ as a part of the mean of the diagonal of JJᵀ: it has no unit, and needs no change with the size of
            the residuals.
        momentum: μ, at least 0 and at most 1.
        norm_limit: most of η |φ|, as a part of the greater of |θ| and 1.
        rows: residuals that a step sees.
        steps: how many to make; 1500 if `epochs` is not given either.
        epochs: how many times to go through the data instead.
        batch_size: samples of a step; by default as many as `rows`, each with one residual or along one direction.
        schedule: as of `FirstOrder`; `"cosine"` by default.
        patience: stop after this many steps without a better validation loss; `None`: never.
        least_steps: make at least so many steps before that.
        chunk: steps between two records.
        linear_first: solve for the parameters in which the model is linear before the first step, as of `FirstOrder`;
            `None`: if all are float64.

    Raises:
        ValueError: if a setting is out of range, or both `steps` and `epochs` are given; by a fit, if the loss is no
            `LeastSquares`, if parameters are complex, or if JAX has no float64.

    Source:
        Goldshlager, Abrahamsen, Lin (arXiv:2401.10190), SPRING, with φ₀ for their φ_{k−1}; the dual form for networks:
        Jnini, Vella (arXiv:2505.21404).

    Example:
        >>> import equinox as eqx, jax, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> data = se.data.o5(200, key=jr.key(0))
        >>> model = eqx.nn.MLP(10, 1, width_size=60, depth=2, activation=jax.nn.tanh, key=jr.key(1))
        >>> model, history = se.fit(model, data, optimizer=se.train.NaturalGradient(steps=40), key=jr.key(2))
        >>> history.optimizer, history["loss"][-1] < 0.5 * history["loss"][0]
        ('natural gradient', True)
    """

    learning_rate: float = 0.2
    damping: float = 0.03
    momentum: float = 0.95
    norm_limit: float = 0.05
    rows: int = 128
    steps: int | None = None
    epochs: int | None = None
    batch_size: int | None = None
    schedule: str | Schedule | None = None
    patience: int | None = None
    least_steps: int | None = None
    chunk: int = 20
    linear_first: bool | None = None

    usual_steps: ClassVar[int] = 1500

    def __post_init__(self) -> None:
        self._check_settings()
        whole_number("rows", self.rows)
        for name in ("learning_rate", "damping", "norm_limit"):
            positive(name, getattr(self, name))
        for name in ("learning_rate", "momentum"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(
                    f"`{name}` must be at most 1, and not negative. Got {getattr(self, name)}. Leave it out."
                )

    @property
    def name(self) -> str:
        """What to call the method in a table."""
        return "natural gradient"

    @property
    def rule(self) -> Rule:
        """How a step is made."""
        from .second_order import Dual  # of these fits alone

        return Dual(self.damping, self.momentum, self.norm_limit, self.rows)

    @property
    def peak(self) -> float:
        """The learning rate at its peak."""
        return self.learning_rate

    @property
    def own_units(self) -> bool:
        """Steps do not depend on the unit of the loss."""
        return False

    def check(self, loss: Any, model: PyTree, residuals: int | None = None) -> None:
        """Raise `ValueError` where `minimise` would do so before its first step."""
        check_learns(model)
        if not isinstance(loss, LeastSquares):
            raise ValueError(
                f"Natural gradients need a LeastSquares loss. Got {type(loss).__name__}: use optimizer='first-order'."
            )
        kinds = _kinds(model)
        if jnp.result_type(float) == jnp.float32 or kinds - {"float64", "float32"}:
            raise ValueError(
                "Natural gradients need real parameters and a solve in float64. Got parameters of "
                f"{', '.join(sorted(kinds))} and numbers of {jnp.result_type(float)}: call scalaremlp.enable_x64() "
                "before making the model, or use optimizer='first-order'."
            )

    def solves_first(self, model: PyTree) -> bool:
        """Whether the parameters in which the model is linear are solved for before the first step."""
        return _kinds(model) == {"float64"} if self.linear_first is None else self.linear_first

    def batch_for(self, loss: Loss, model: PyTree, data: PyTree) -> int:
        """The samples of a step: as given, or as many as have a row each."""
        assert isinstance(loss, LeastSquares)
        each = 1 if loss.separable else residuals_per_sample(loss, model, data)
        return min(self.batch_size or max(1, self.rows // each), sample_count(data))


def _kinds(model: PyTree) -> set[str]:
    return {str(leaf.dtype) for leaf in jax.tree.leaves(split_parameters(model)[0])}
