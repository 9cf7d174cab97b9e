"""The numbers inside a model: taken out as named arrays, and put into a model of the same structure."""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PyTree

from .._packed import closed, opened
from ..scalars import Later

SAVED_AS = "saved_as"  # in the metadata of a field: the name that it had when models with it were first saved


class Leaf(NamedTuple):
    """One array or number of a model: the name of its place, its kind, shape and dtype."""

    path: str
    kind: str
    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.path or 'the model'}: {self.dtype}{list(self.shape)}"

    @property
    def description(self) -> str:
        """Kind, dtype and shape on one line, which `from_description` reads back."""
        return f"{self.kind} {self.dtype} {'x'.join(map(str, self.shape))}".strip()

    @classmethod
    def from_description(cls, path: str, text: str) -> "Leaf":
        """The leaf of that path and description.

        Raises:
            ValueError: if the text is no description.
        """
        kind, dtype, *shape = text.split(" ")
        return cls(path, kind, tuple(int(length) for part in shape for length in part.split("x")), dtype)

    @property
    def size(self) -> int:
        """The bytes of the numbers."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    @property
    def narrowed(self) -> bool:
        """Whether JAX would make another dtype of it now, as it makes float32 of float64 without `enable_x64`."""
        try:
            return self.kind == "jax" and jax.dtypes.canonicalize_dtype(self.dtype) != self.dtype
        except TypeError:  # of a text that is no dtype, and no model's
            return False


def take_leaves(model: PyTree) -> tuple[list[Leaf], list[np.ndarray]]:
    """Every array and number of a model, described and as NumPy arrays.

    Raises:
        ValueError: if a leaf is of a dtype that NumPy's files cannot hold.
    """
    found = [(path, leaf) for path, leaf in jax.tree_util.tree_leaves_with_path(opened(model)) if _kind(leaf)]
    for path, leaf in found:
        dtype = getattr(leaf, "dtype", None)
        if dtype is not None and (jnp.issubdtype(dtype, jax.dtypes.prng_key) or np.dtype(dtype).isbuiltin != 1):
            raise ValueError(
                f"Arrays of a model must be of a standard NumPy dtype to be saved. Got {dtype} in "
                f"{jax.tree_util.keystr(path)}. Convert it first (a random key with jax.random.key_data)."
            )
    return _described(model), [np.asarray(leaf) for _, leaf in found]


def _described(model: PyTree) -> list[Leaf]:
    """Every array, shape and number of a model."""
    model = opened(model, outlined=True)
    found = [(path, leaf) for path, leaf in jax.tree_util.tree_leaves_with_path(model) if _kind(leaf)]
    forms = [leaf if hasattr(leaf, "shape") else np.asarray(leaf) for _, leaf in found]
    return [
        Leaf(_stable_name(model, path), _kind(leaf), form.shape, str(form.dtype))
        for (path, leaf), form in zip(found, forms, strict=True)
    ]


def check_leaves(model: PyTree, saved: list[Leaf], where: str) -> None:
    """Look whether what was saved in the folder `where` are the arrays and numbers of a model.

    Arguments:
        model: with arrays or shapes.
        saved: what was saved.
        where: the folder.

    Raises:
        ValueError: if paths, kinds, shapes or dtypes differ.
    """
    expected, found = _described(model), {leaf.path: leaf for leaf in saved}
    for want, other in zip(expected, [*saved, *expected[len(saved) :]], strict=False):
        got = found.get(want.path, other)
        if want != got:
            raise ValueError(
                f"A saved model must match the model it is loaded into. Got {got} in {where} where the model "
                f"has {want}. {_remedy(want, got)}"
            )
    if len(expected) != len(saved):
        raise ValueError(
            f"A saved model must match the model it is loaded into. Got {len(saved)} arrays in {where} and "
            f"{len(expected)} in the model. Pass `like=` a model of the same structure."
        )


def put_leaves(model: PyTree, saved: list[Leaf], arrays: list[np.ndarray]) -> PyTree:
    """The model with its arrays, shapes and numbers replaced by those that were saved, which fit."""
    by_name = dict(zip((leaf.path for leaf in saved), arrays, strict=True))
    remaining = iter([by_name[leaf.path] for leaf in _described(model)])
    found = jax.tree.map(lambda leaf: next(remaining) if _kind(leaf) else leaf, opened(model, outlined=True))
    return jax.tree.map(lambda leaf, own: _like(leaf, own) if _kind(leaf) else leaf, model, closed(model, found))


def without_later(model: PyTree, saved: list[Leaf]) -> PyTree:
    """The model with None for statistics of which nothing was saved: it then is what it was in the earlier version."""
    paths = {leaf.path for leaf in saved}

    def kept(path: Any, node: Any) -> Any:
        if not isinstance(node, Later):
            return node
        inside = jax.tree_util.tree_leaves_with_path(node)
        return node if any(_stable_name(model, (*path, *own)) in paths for own, _ in inside) else None

    return jax.tree_util.tree_map_with_path(kept, model, is_leaf=lambda node: isinstance(node, Later))


def _stable_name(model: PyTree, path: tuple[Any, ...]) -> str:
    """Where a leaf is, as `jax.tree_util.keystr` writes it, with the names under which fields are saved."""
    names, node = [], model
    for key in path:
        name = jax.tree_util.keystr((key,))
        if isinstance(key, jax.tree_util.GetAttrKey):
            kept = getattr(type(node), "__dataclass_fields__", {}).get(key.name)
            name = f".{key.name if kept is None else kept.metadata.get(SAVED_AS, key.name)}"
            node = getattr(node, key.name, None)
        elif isinstance(key, (jax.tree_util.SequenceKey, jax.tree_util.DictKey)):
            node = node[key.idx if isinstance(key, jax.tree_util.SequenceKey) else key.key]
        else:  # of a kind of node of its user's own
            node = None
        names.append(name)
    return "".join(names)


def _kind(leaf: Any) -> str:
    """What to save a leaf as; empty if it is no number: a function, a string."""
    if isinstance(leaf, jax.Array | jax.ShapeDtypeStruct):
        return "jax"
    if isinstance(leaf, (np.ndarray, np.generic)):
        return "numpy"
    return "number" if isinstance(leaf, (bool, int, float, complex)) else ""


def _like(leaf: Any, array: np.ndarray) -> Any:
    if isinstance(leaf, jax.Array | jax.ShapeDtypeStruct):
        return jnp.asarray(array)
    return array if isinstance(leaf, np.ndarray) else array[()] if isinstance(leaf, np.generic) else array.item()


def _remedy(want: Leaf, got: Leaf) -> str:
    if want._replace(dtype="") != got._replace(dtype=""):
        return "Pass `like=` a model of the same structure."
    if want.dtype in ("float64", "complex128"):
        return "Load it without scalaremlp.enable_x64(), or into a float32 model by `like=`."
    return f"Make the model in {got.dtype}."
