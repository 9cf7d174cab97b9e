"""Many arrays held as one: to an optimiser and a compiled program one large array costs less than hundreds of small."""

import math
from itertools import accumulate
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact, PyTree


class Packed(eqx.Module):
    """A pytree of arrays whose one leaf is all of their numbers, one array after the other.

    It is indexed and iterated over as the pytree, a tuple, is. Saved are the arrays one by one, by their own names.

    Args:
        flat: the numbers.
        shapes: of the arrays.
        structure: of the pytree.

    Example:
        >>> import jax.numpy as jnp
        >>> packed = Packed.shaped(jnp.arange(5.0), ((2, 2), (1,)))
        >>> packed[0].tolist(), packed[1].tolist()
        ([[0.0, 1.0], [2.0, 3.0]], [4.0])
    """

    flat: Inexact[Array, "*batch size"]
    shapes: tuple[tuple[int, ...], ...] = eqx.field(static=True)
    structure: Any = eqx.field(static=True)

    @classmethod
    def shaped(cls, flat: Inexact[Array, "*batch size"], shapes: PyTree) -> "Packed":
        """These numbers, in arrays of the shapes that stand at the leaves of a pytree of tuples."""
        leaves, structure = jax.tree.flatten(shapes, is_leaf=_is_shape)
        return cls(flat, tuple(leaves), structure)

    @property
    def parts(self) -> PyTree:
        """The arrays. Backwards their gradients are put one after the other, without sums.

        Raises:
            AttributeError: if something stands in the place of the numbers, as in `equinox.tree_at`.
        """
        if not hasattr(self.flat, "shape"):
            raise AttributeError(
                f"Arrays packed into one are changed in `flat`, their one leaf. Got {type(self.flat).__name__} in its "
                "place. Write equinox.tree_at(lambda layer: layer.weights.flat, ...)."
            )
        edges, lead = list(accumulate(map(math.prod, self.shapes))), self.flat.shape[:-1]
        if isinstance(self.flat, jax.ShapeDtypeStruct):
            cuts: list[Any] = [jax.ShapeDtypeStruct((*lead, *shape), self.flat.dtype) for shape in self.shapes]
        else:
            split = np.split if isinstance(self.flat, np.ndarray) else jnp.split
            cuts = split(self.flat, edges[:-1], axis=-1) if edges else []
            cuts = [cut.reshape(*lead, *shape) for cut, shape in zip(cuts, self.shapes, strict=True)]
        return jax.tree.unflatten(self.structure, cuts)

    @property
    def is_whole(self) -> bool:
        """Whether the leaf holds the numbers; not something else in their place, such as whether they are learned."""
        return getattr(self.flat, "shape", ())[-1:] == (sum(map(math.prod, self.shapes)),)

    def __getitem__(self, index: int) -> Any:
        return self.parts[index]

    def __len__(self) -> int:
        return len(self.parts)


def opened(tree: PyTree, *, outlined: bool = False) -> PyTree:
    """A pytree with the arrays of every `Packed` in its place: NumPy's, or `outlined` their shapes alone."""

    def open_one(node: Any) -> Any:
        if not (isinstance(node, Packed) and node.is_whole):
            return node
        flat = jax.ShapeDtypeStruct(node.flat.shape, node.flat.dtype) if outlined else np.asarray(node.flat)
        return eqx.tree_at(lambda packed: packed.flat, node, flat).parts

    return jax.tree.map(open_one, tree, is_leaf=_is_packed)


def closed(like: PyTree, tree: PyTree) -> PyTree:
    """A pytree such as `opened` gives of `like`, with every `Packed` of NumPy arrays again."""

    def close_one(node: Any, parts: PyTree) -> Any:
        if not (isinstance(node, Packed) and node.is_whole):
            return parts
        lead = node.flat.shape[:-1]
        arrays = [np.asarray(array).reshape(*lead, -1) for array in jax.tree.leaves(parts)]
        flat = np.concatenate([np.zeros((*lead, 0), node.flat.dtype), *arrays], axis=-1)
        return eqx.tree_at(lambda packed: packed.flat, node, flat)

    return jax.tree.map(close_one, like, tree, is_leaf=_is_packed)


def _is_packed(node: Any) -> bool:
    return isinstance(node, Packed)


def _is_shape(node: Any) -> bool:
    return isinstance(node, tuple) and all(isinstance(length, int) for length in node)
