"""The values of a network of contractions in JAX: one small einsum a step."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact

from ..contractions.network import Network, Step, evaluate
from ._fixed_tensors import fixed_array
from .inputs import Inputs, constant


def tensor_values(network: Network, inputs: Inputs, x: Inexact[Array, " size"]) -> "list[Inexact[Array, '...']]":
    """The value of every output of a network, for one input: numbers, or tensors with the indices of an output.

    Args:
        network: of the tensors in `inputs`, of unitary groups followed by their conjugates.
        inputs: how an input splits.
        x: one input.
    """
    arithmetic = _Arithmetic(inputs, x)
    steps = evaluate(network.steps, arithmetic.leaf, arithmetic.move, jnp.einsum)
    return [
        steps[step] if sign == 1 else -steps[step] for step, sign in zip(network.outputs, network.signs, strict=True)
    ]


class _Arithmetic(NamedTuple):
    inputs: Inputs
    x: Array

    def leaf(self, step: Step) -> Any:
        """An input with its indices raised where there is a form, or a fixed tensor."""
        if step.kind == "input":
            return self._input(step.sources[0])
        return jnp.asarray(constant(fixed_array(self.inputs.family, step), self.x))

    def _input(self, number: int) -> Array:
        tensors = self.inputs.tensors
        tensor = tensors[number % len(tensors)]
        entries = tensor.entries(self.x)
        if self.inputs.family.form is not None:
            for axis, leg in enumerate(tensor.symmetry.legs):
                entries = self.move("raise", entries, axis) if leg == "V*" else entries
        return entries.conj() if number >= len(tensors) else entries

    def move(self, kind: str, value: Array, axis: int) -> Array:
        """One axis raised or lowered."""
        matrix = self.inputs.family.form if kind == "lower" else self.inputs.family.inverse_form
        assert matrix is not None
        if np.array_equal(matrix, np.eye(len(matrix))):
            return value
        diagonal = np.diagonal(matrix)
        if np.array_equal(matrix, np.diag(diagonal)):
            shape = [-1 if i == axis else 1 for i in range(value.ndim)]
            return value * constant(diagonal, value).reshape(shape)
        return jnp.moveaxis(jnp.tensordot(constant(matrix, value), value, (1, axis)), 0, axis)
