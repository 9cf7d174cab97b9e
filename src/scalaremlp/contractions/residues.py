"""Values of graphs at random points modulo a prime, by which dependence is decided exactly."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from .echelon import PRIME, matmul, residue
from .family import Family
from .graph import Graph
from .network import Step, evaluate, network
from .tensor import Tensor, subspace

_EXACT = 256  # products of two residues whose sum is exact


class Residues:
    """Random tensors of some kinds, and the values of graphs made of them.

    Args:
        family: the group.
        tensors: the kinds of the inputs.
        points: how many random points.
    """

    def __init__(self, family: Family, tensors: tuple[Tensor, ...], points: int):
        self.family, self.tensors, self.points = family, tensors, points
        self._known: dict[Graph, np.ndarray] = {}
        rng = np.random.default_rng(0)
        self._inputs = [self._random(tensor, rng) for tensor in tensors]

    def _random(self, tensor: Tensor, rng: np.random.Generator) -> np.ndarray:
        basis = subspace(tensor, self.family)
        mixed = matmul(rng.integers(1, PRIME, (self.points, len(basis))).astype(float), basis)
        return mixed.reshape(self.points, *(self.family.dim,) * tensor.rank)

    def values(self, graphs: Sequence[Graph]) -> Float[np.ndarray, "graphs points"]:
        """The values of graphs, those already known looked up."""
        new = list(dict.fromkeys(graph for graph in graphs if graph not in self._known))
        if new:
            found = network(self.family, self.tensors, new)
            steps = evaluate(found.steps, self._leaf, self._move, _einsum)
            for graph, step, sign in zip(new, found.outputs, found.signs, strict=True):
                self._known[graph] = residue(sign * np.broadcast_to(steps[step], (self.points,)))
        return np.array([self._known[graph] for graph in graphs]).reshape(len(graphs), self.points)

    def forget(self, graphs: Sequence[Graph]) -> None:
        """Keep no values of these."""
        for graph in graphs:
            self._known.pop(graph, None)

    def _leaf(self, step: Step) -> np.ndarray:
        if step.kind == "input":
            return self._inputs[step.sources[0]]
        if step.kind == "epsilon":
            return self.family.levi_civita[None] % PRIME
        fixed = self.family.fixed_up if step.kind == "fixed_up" else self.family.fixed_down
        return fixed[step.sources[0]][None] % PRIME

    def _move(self, kind: str, value: np.ndarray, axis: int) -> np.ndarray:
        """form_ij t^j, on one axis."""
        assert self.family.form is not None
        assert kind == "lower"
        moved = np.moveaxis(value, axis + 1, -1)
        flat = matmul(moved.reshape(-1, self.family.dim), self.family.form.T % PRIME)
        return np.moveaxis(flat.reshape(moved.shape), -1, axis + 1)


def _einsum(formula: str, *values: np.ndarray) -> np.ndarray:
    """Of residues below 2^21: at most 2^8 products are summed at once, of more each is reduced before."""
    left, right = formula.split("->")
    batched = ",".join(f"...{word}" for word in left.split(","))
    summed = "".join(dict.fromkeys(letter for letter in left if letter not in right + ","))
    if values[0].shape[-1] ** len(summed) <= _EXACT:
        return residue(np.einsum(f"{batched}->...{right}", *values))
    products = residue(np.einsum(f"{batched}->...{right}{summed}", *values))
    return residue(products.sum(axis=tuple(range(-len(summed), 0))))
