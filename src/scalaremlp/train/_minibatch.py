"""What one step on a mini-batch is given, and what makes such a step."""

from typing import Any, Protocol

import equinox as eqx
from jaxtyping import Array, Float, Key, PyTree

from ._loss import Loss


class Minibatch(eqx.Module):
    """A loss and some samples, as functions of the parameters.

    Attributes:
        loss: the loss.
        static: the model but for its parameters.
        samples: a pytree of arrays with one entry a sample.
        key: for what is random in this step.
        unit: what the loss is divided by.
    """

    loss: Loss
    static: PyTree
    samples: PyTree
    key: Key[Array, ""]
    unit: Float[Array, ""]

    def model(self, parameters: PyTree) -> Any:
        """The model with these parameters."""
        return eqx.combine(parameters, self.static)

    def value(self, parameters: PyTree) -> Float[Array, ""]:
        """The loss in its unit."""
        return self.loss(self.model(parameters), self.samples, self.key) / self.unit


class Rule(Protocol):
    """How a step changes the parameters: a hashable value, so that equal ones share what is compiled."""

    def init(self, parameters: PyTree) -> PyTree:
        """The memory before the first step."""
        ...

    def step(
        self, batch: Minibatch, parameters: PyTree, memory: PyTree, rate: Float[Array, ""]
    ) -> tuple[PyTree, PyTree, Float[Array, ""]]:
        """The parameters and the memory after a step, and the loss before it, in its unit."""
        ...
