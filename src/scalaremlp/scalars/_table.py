"""Scalars of many samples as a table, for other software."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import numpy as np

from .._arrays import on_device, working
from ._derived import Scalars


def table(scalars: Scalars, data: Any, *, plain: bool = False) -> dict[str, np.ndarray]:
    """The scalars of each sample as columns by their names, and behind them the outputs, if there are some.

    `pandas.DataFrame`, `polars.DataFrame` and `pyarrow.table` take it as it is.

    Args:
        scalars: such as `Invariants(rep_in, group)` or `scalaremlp.nn.named_features(rep_in, group, "norms")`.
        data: a data set, or inputs alone, (n, size_in).
        plain: whether names have letters, digits and `_` alone, as PySR and others ask for: `x1_x2` for `<x1,x2>`.

    Returns:
        For each column its numbers, (n,). Outputs are called as the data set says, or y, or y1, y2, ….

    Raises:
        ValueError: if `data` has another shape, or an output is called as a scalar is.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, table
        >>> columns = table(Invariants(2 * T(1), O(2)), np.array([[3.0, 4.0, 1.0, 0.0]]), plain=True)
        >>> {name: values.tolist() for name, values in columns.items()}
        {'x1_x1': [25.0], 'x1_x2': [3.0], 'x2_x2': [1.0]}
    """
    x, y = (data.x, data.y) if hasattr(data, "x") and hasattr(data, "y") else (data, None)
    x = x if isinstance(x, jax.Array) else on_device(working(x, "x"))
    if x.ndim != 2:
        raise ValueError(f"`data` must be a data set or inputs of shape (n, size_in). Got shape {x.shape}. Reshape it.")
    values = np.asarray(_apply(scalars, x))
    columns = dict(zip(_names(scalars, plain), values.T, strict=True))
    if y is None:
        return columns
    outputs = dict(zip(_output_names(data), np.asarray(y).T, strict=True))
    if both := columns.keys() & outputs.keys():
        raise ValueError(f"A column of outputs has a name of its own. Got {min(both)}, a scalar. Give other `y_names`.")
    return columns | outputs


@eqx.filter_jit
def _apply(scalars: Any, x: jax.Array) -> jax.Array:
    return jax.vmap(scalars)(x)


def _names(scalars: Scalars, plain: bool) -> list[str]:
    return plain_names(scalars.names) if plain else scalars.names


def _output_names(data: Any) -> Sequence[str]:
    count = data.y.shape[1]
    told: Sequence[str] | None = getattr(data, "y_names", None)
    return told or (["y"] if count == 1 else [f"y{i + 1}" for i in range(count)])


def plain_names(names: Sequence[str]) -> list[str]:
    """Names of ASCII letters, digits and `_`, each once, that begin with a letter.

    Example:
        >>> plain_names(["<x1,x2>", "|x1|", "cos <x1,x2>", "tr(A1²)", "log <x1,x2>"])
        ['x1_x2', 'abs_x1', 'cos_x1_x2', 'tr_A1_2', 'log_x1_x2']
    """
    found = list[str]()
    for name in names:
        bare = base = _plain(name)
        number = 1
        while bare in found:
            number += 1
            bare = f"{base}_{number}"
        found.append(bare)
    return found


def _plain(name: str) -> str:
    spelled = re.sub(r"\|([^|]*)\|", r"abs \1 ", name)
    spelled = re.sub(r"([⁰¹²³⁴-⁹]+)", r" \1", spelled).replace("ε", "det ").replace("−", "-")
    spelled = unicodedata.normalize("NFKD", spelled).replace("-", " minus ").replace("+", " plus ")
    words = re.sub(r"[^0-9A-Za-z]+", "_", spelled).strip("_")
    return words if words[:1].isalpha() else f"s_{words}".rstrip("_")
