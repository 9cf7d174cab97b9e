"""First-order training: mini-batches, Adam or any other Optax optimiser, one loop for every loss."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Inexact, PyTree

from .._check import positive
from ._minibatch import Minibatch, Rule
from ._schedules import Schedule
from ._stepwise import Stepwise


@dataclass(frozen=True)
class FirstOrder(Stepwise):
    """Stochastic gradient training, by default Adam with a warm-up and a cosine decay of its learning rate.

    Training runs in chunks of steps, each one compiled scan. After each chunk the validation loss is taken, the best
    model so far is kept, and the callbacks are called. Batches depend on the key and the number of the step alone and
    nothing depends on the clock, so the same call gives the same bits. By default the loss is divided by its value at
    the start, so that the units of the outputs do not matter.

    Args:
        learning_rate: at its peak; for the default optimiser only.
        weight_decay: decoupled, as in AdamW; for the default optimiser only.
        steps: how many updates to make; 20 000 if `epochs` is not given either.
        epochs: how many times to go through the data instead.
        batch_size: samples for one update; a smaller data set is taken as a whole.
        schedule: `"cosine"`, `"step"`, `"constant"`, or an object such as `Cosine(warmup=0.1)`; it multiplies the
            update. By default `"cosine"`, but `"constant"` with your own optimiser, which may bring its own schedule.
        patience: stop after this many steps without a better validation loss; `None`: never.
        least_steps: make at least so many steps before that.
        chunk: steps between two records.
        transformation: an Optax optimiser to use instead of Adam, e.g. `optax.sgd(1e-2, momentum=0.9)`.
        linear_first: solve for the parameters in which the model is linear before the first step, and make none if
            that leaves only rounding errors. The model says which these are by `linear_parameters()`; the loss has to
            be a `LeastSquares` and the parameters float64.

    Raises:
        ValueError: if a setting is out of range, or both `steps` and `epochs` are given.

    Source:
        Kingma, Ba (arXiv:1412.6980); Loshchilov, Hutter (arXiv:1608.03983, arXiv:1711.05101).

    Example:
        >>> from scalaremlp.train import FirstOrder
        >>> FirstOrder(epochs=3, batch_size=64).name
        'Adam'
    """

    learning_rate: float = 5e-3
    weight_decay: float = 0.0
    steps: int | None = None
    epochs: int | None = None
    batch_size: int = 256
    schedule: str | Schedule | None = None
    patience: int | None = None
    least_steps: int | None = None
    chunk: int = 100
    transformation: Any = None
    linear_first: bool = False

    def __post_init__(self) -> None:
        self._check_settings()
        positive("learning_rate", self.learning_rate, remedy="The default is 0.005.")
        positive("weight_decay", self.weight_decay, zero=True, remedy="The default is 0.")

    @property
    def name(self) -> str:
        """What to call the method in a table."""
        return "FirstOrder" if self.transformation is not None else "AdamW" if self.weight_decay else "Adam"

    @property
    def rule(self) -> Rule:
        """How a step is made: one object for equal settings, so that later fits find the compiled chunk again."""
        return _updates(self.transformation, self.weight_decay)

    @property
    def own_units(self) -> bool:
        """Whether the loss is divided by its value at the start: an optimiser of the user's own gets it as it is."""
        return self.transformation is None

    @property
    def peak(self) -> float | None:
        """The learning rate at its peak; a user's own optimiser has one inside."""
        return self.learning_rate if self.transformation is None else None


@dataclass(frozen=True)
class Updates:
    """Steps by an Optax optimiser, which is told the value of the loss as well, as some ask for."""

    transformation: Any

    def init(self, parameters: PyTree) -> PyTree:
        """The memory before the first step."""
        return self.transformation.init(parameters)

    def step(
        self, batch: Minibatch, parameters: PyTree, memory: PyTree, rate: Float[Array, ""]
    ) -> tuple[PyTree, PyTree, Float[Array, ""]]:
        """The parameters and the memory after a step, and the loss before it."""
        value, gradient = jax.value_and_grad(batch.value)(parameters)
        gradient = jax.tree.map(jnp.conj, gradient)  # JAX returns the conjugate of the steepest ascent
        updates, memory = self.transformation.update(
            gradient, memory, parameters, value=value, grad=gradient, value_fn=batch.value
        )
        return jax.tree.map(lambda old, update: _moved(old, rate, update), parameters, updates), memory, value


def _moved(old: Inexact[Array, "..."], rate: Float[Array, ""], update: Inexact[Array, "..."]) -> Inexact[Array, "..."]:
    """`old + rate * update` in the precision of `old`."""
    return old + rate.astype(old.real.dtype) * update.astype(old.dtype)


@lru_cache(maxsize=64)
def _updates(transformation: Any, weight_decay: float) -> Updates:
    """By the given optimiser, or by Adam with a learning rate of one."""
    import optax  # type: ignore[import-untyped]

    if transformation is None:
        decay = [optax.add_decayed_weights(weight_decay)] if weight_decay else []
        transformation = optax.chain(optax.scale_by_adam(), *decay, optax.scale(-1.0))
    return Updates(optax.with_extra_args_support(transformation))
